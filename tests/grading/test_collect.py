"""What an instructor names becomes submissions: files, folders, archives and notebooks, however odd."""

from __future__ import annotations

import json
import os
import textwrap
import zipfile

import pytest

from gradkata.grading import collect
from gradkata.grading.collect import collect as found_in
from gradkata.grading.notebooks import answer_in
from gradkata.grading.pieces import without_magics

NAMES = ("clip",)


def names(*paths):
    return [one.name for one in found_in(paths, NAMES).found]


def only(path):
    (one,) = found_in([path], NAMES).found
    return one


def archive(path, members, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return path


def notebook(*cells, **more):
    code = [{"cell_type": "code", "source": textwrap.dedent(cell).strip().splitlines(keepends=True)} for cell in cells]
    text = {"cell_type": "markdown", "source": "def clip(): the plan"}
    return json.dumps({"nbformat": 4, "cells": [text, *code], **more})


def test_a_folder_gives_all_below_it_by_name_without_hidden_and_foreign_files(tmp_path):
    for name in (
        "b/answer.py",
        "a/answer.py",
        "a/.git/hook.py",
        "__pycache__/x.py",
        ".hidden.py",
        "a/notes.txt",
        "c.PY",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n")
    (tmp_path / "link.py").symlink_to("/etc/passwd")
    (tmp_path / "up").symlink_to(tmp_path.parent)
    (tmp_path / "folder.py").mkdir()
    os.mkfifo(tmp_path / "pipe.py")
    collection = found_in([tmp_path], NAMES)
    assert [one.name for one in collection.found] == [
        str(tmp_path / name) for name in ("c.PY", "a/answer.py", "b/answer.py")
    ]
    assert set(collection.left_out) == {str(tmp_path / name) for name in ("link.py", "pipe.py", "a/notes.txt")}


def test_a_folder_without_answers_and_a_missing_file_have_an_error_each(tmp_path):
    missing = tmp_path / "missing.zip"
    folder = tmp_path / "empty"
    folder.mkdir()
    errors = [one.error for one in found_in([folder, missing], NAMES).found]
    assert errors == [f"{folder} holds no Python file, notebook or zip archive", f"{missing}: no such file"]


def test_the_order_is_that_of_the_arguments(tmp_path):
    for name in ("b.py", "a.py"):
        (tmp_path / name).write_text("x = 1\n")
    inside = archive(tmp_path / "c.zip", {"z/2.py": "x", "z/1.py": "x"})
    assert names(inside, tmp_path / "b.py", tmp_path / "a.py") == [
        f"{inside}/z/1.py",
        f"{inside}/z/2.py",
        str(tmp_path / "b.py"),
        str(tmp_path / "a.py"),
    ]


def test_names_in_an_archive_are_labels_and_nothing_is_unpacked(tmp_path):
    inside = archive(
        tmp_path / "in" / "class.zip" if (tmp_path / "in").mkdir() is None else tmp_path,
        {"../../evil.py": "x = 1", "/etc/evil.py": "x = 2", "..\\evil2.py": "x = 3", "ok/readme.md": "hello"},
    )
    collection = found_in([inside], NAMES)
    assert sorted(one.submission.source for one in collection.found) == ["x = 1", "x = 2", "x = 3"]
    assert collection.left_out == (f"{inside}/ok/readme.md",)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["class.zip", "in"]


def test_of_a_zip_bomb_little_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(collect, "MAX_ARCHIVE_BYTES", 2 << 20)
    members = {f"{number}.py": b"#" * (8 << 20) for number in range(4)}
    bomb = archive(tmp_path / "bomb.zip", members, zipfile.ZIP_DEFLATED)
    found = found_in([bomb], NAMES).found
    assert found[0].submission.fault == f"{bomb}/0.py is 1 MiB large; a submission has at most 1 MiB."
    assert [one.error for one in found[2:]] == [f"{one.name}: {bomb} unpacks to more than 2 MiB" for one in found[2:]]


def test_an_archive_of_too_many_files_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(collect, "MAX_MEMBERS", 2)
    many = archive(tmp_path / "many.zip", dict.fromkeys(("1.py", "2.py", "3.py"), "x"))
    assert only(many).error == f"{many} holds 3 files; an archive has at most 2"


def test_a_broken_archive_and_a_broken_member_have_errors_of_their_own(tmp_path):
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 nothing")
    assert only(broken).error == f"{broken} is no zip archive that can be read: File is not a zip file"
    half = archive(tmp_path / "half.zip", {"1.py": "good = 1", "2.py": "will be bad"})
    half.write_bytes(half.read_bytes().replace(b"will be bad", b"was altered"))
    good, bad = found_in([half], NAMES).found
    assert good.submission.source == "good = 1"
    assert bad.error == f"{half}/2.py cannot be read: Bad CRC-32 for file '2.py'"


def test_a_notebook_gives_the_cells_that_define_the_answer_with_what_they_need(tmp_path):
    path = tmp_path / "answer.ipynb"
    path.write_text(
        notebook(
            "import matplotlib.pyplot as plt\nimport torch, math",
            "EPSILON = 1e-6  # as PyTorch has it\nunused = train()",
            "%matplotlib inline\n!pip install torch\ndef helper(x):\n    return x + EPSILON",
            "@torch.no_grad()\ndef clip(parameters):\n    # the answer\n    return helper(parameters)",
            "clip([1])\nplt.plot([1])",
            "%%bash\nrm -rf /",
        )
    )
    assert only(path).submission.source == (
        "import torch, math\n\n"
        "EPSILON = 1e-6  # as PyTorch has it\n\n"
        "def helper(x):\n    return x + EPSILON\n\n"
        "@torch.no_grad()\ndef clip(parameters):\n    # the answer\n    return helper(parameters)\n"
    )


@pytest.mark.parametrize(
    ("cells", "source"),
    [
        (["def clip(x): return 1", "def clip(x): return 2"], "def clip(x): return 2\n"),
        (["def clip(x): ...", "from __future__ import x"], "from __future__ import x\n\ndef clip(x): ...\n"),
        (["from torch import *", "def clip(x): ..."], "from torch import *\n\ndef clip(x): ...\n"),
        (
            ["try:\n    import fast as f\nexcept ImportError:\n    f = None", "def clip(x): return f"],
            "try:\n    import fast as f\nexcept ImportError:\n    f = None\n\ndef clip(x): return f\n",
        ),
        (["a = 1; b = 2; print(a)", "def clip(x): return b"], "b = 2\n\ndef clip(x): return b\n"),
        (["%%time\ndef clip(x): ..."], "def clip(x): ...\n"),
        (["x = (7\n% 2)\ndef clip(): return x"], "x = (7\n% 2)\n\ndef clip(): return x\n"),
        (["clip = make()", "def make(): ..."], "clip = make()\n\ndef make(): ...\n"),
        (["def clip(x:\n    return"], "def clip(x:\n    return\n"),
        (["this is no Python", "def clip(x): ..."], "def clip(x): ...\n"),
        (["import os", "def clop(x): ...", "print(1)"], "import os\n\ndef clop(x): ...\n"),
        (["print(1)"], ""),
    ],
)  # fmt: skip
def test_what_is_kept_of_cells(cells, source):
    assert answer_in(notebook(*cells), NAMES) == source


def test_magics_in_a_block_leave_it_whole():
    assert without_magics("if True:\n    %time f()\nout = !ls\nclip?\nx = 7") == "if True:\n    pass\n\n\nx = 7"


def test_a_notebook_of_the_old_format_is_read():
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["def clip(x):\n", "    ..."]}]}]}
    assert answer_in(json.dumps(old), NAMES) == "def clip(x):\n    ...\n"


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "{name} is no notebook: it is no JSON."),
        (b"[" * 100_000, "{name} is no notebook: it is no JSON."),
        (b"[]", "{name} is no notebook: it holds no cells."),
        (b'{"cells": 3}', "{name} is no notebook: it holds no cells."),
        (b'{"cells": [1, {"cell_type": "code", "source": [1]}]}', "{name} has no code cell that defines clip."),
        (b"\xff\xfe", "{name} is no notebook: it is not UTF-8 text."),
    ],
)
def test_what_is_no_notebook_is_a_submission_that_fails_with_a_reason(tmp_path, data, fault):
    path = tmp_path / "odd.ipynb"
    path.write_bytes(data)
    assert only(path).submission.fault == fault.format(name=path)
