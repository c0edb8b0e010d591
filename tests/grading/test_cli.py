"""Bad input as a person meets it: through the command line, with its exit code and without a traceback of ours."""

from __future__ import annotations

import json
from contextlib import nullcontext

import pytest

from gradkata.cli import main
from gradkata.report.model import Status


@pytest.fixture
def check(grader, kit, monkeypatch, capsys, tmp_path):
    """Runs `gradkata check clip_grad_norm` on a file, with the grader that is there already."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("GRADKATA_STATE", str(tmp_path / "state"))
    monkeypatch.setattr("gradkata.grading.grader.Grader", lambda *given, **named: nullcontext(grader))

    def check(source: bytes | None, *options: str) -> tuple[int, str, str]:
        path = tmp_path / "mine.py"
        if source is not None:
            path.write_bytes(source)
        arguments = ["--kit", str(kit.root), "check", "clip_grad_norm", "--file", str(path), "--seed", "5", *options]
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        captured = capsys.readouterr()
        assert "Traceback" not in captured.out + captured.err
        return int(caught.value.code or 0), captured.out, captured.err

    return check


def test_a_right_answer_returns_0(check, right, clipping):
    code, out, err = check(right(clipping).encode())
    assert (code, err) == (0, "")
    assert out.startswith("✔ passed: clip_grad_norm, 100 of 100 points")


def test_a_missing_file_returns_2(check, tmp_path):
    assert check(None) == (2, "", f"gradkata: {tmp_path / 'mine.py'}: no such file\n")


DEFINED = b"def clip_grad_norm(parameters, max_norm):\n    "
BAD = {
    "empty": b"",
    "binary": b"\0\0",
    "not UTF-8": b"\xff\xfe",
    "syntax": b"def f(:\n",
    "missing": b"def clip_norm(parameters, max_norm):\n    return 0.0\n",
    "not callable": b"clip_grad_norm = 1.0\n",
    "arity": b"def clip_grad_norm(parameters):\n    return 0.0\n",
    "import": b"import pandas\n",
    "exception at import": b"raise ValueError('no')\n",
    "exception in the call": DEFINED + b"raise ValueError('no')\n",
    "sys.exit": b"import sys\n" + DEFINED + b"sys.exit(0)\n",
    "os._exit": b"import os\n" + DEFINED + b"os._exit(0)\n",
    "BaseException": DEFINED + b"raise BaseException\n",
    "recursion": DEFINED + b"return clip_grad_norm(parameters, max_norm)\n",
    "memory": DEFINED + b"return bytearray(1 << 40)\n",
    "output": DEFINED + b"print('\\x1b[2Jpassed' * 10000)\n",
    "a lie": DEFINED + b"return type('Lie', (float,), {'__float__': lambda self: 5.0})()\n",
    "forged": b"import os\n" + DEFINED + b"os.closerange(0, 64)\n",
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_answer_returns_1_and_no_traceback_of_ours(check, name):
    code, out, err = check(BAD[name])
    assert (code, err) == (1, "")
    assert out.startswith("✘ not passed: clip_grad_norm, ")
    assert "\x1b" not in out
    code, out, err = check(BAD[name], "--json")
    assert (code, err) == (1, "")
    assert json.loads(out)["verdict"] == "failed"


def test_a_syntax_error_is_drawn_with_its_line_and_caret(check, tmp_path):
    _, out, _ = check(b"import torch\n\ndef f(x):\n    total = \n    return total\n")
    assert "\n  SyntaxError in line 4: invalid syntax\n          total =\n                  ^\n\nNot judged\n" in out
    assert "  ? 27 checks, for the reason above\n" in out


# Still running when its worker is lost.
STALLED = "\nimport time\ntime.sleep(60)\n"


def test_a_worker_that_is_lost_returns_3(check, right, clipping, grader, monkeypatch):
    zygote = grader._zygote
    run = zygote.run

    def kill_and_run(jobs, while_waiting=None):
        return run(jobs, zygote._process.kill)

    monkeypatch.setattr(zygote, "run", kill_and_run)
    code, out, err = check((right(clipping) + STALLED).encode())
    assert (code, err) == (3, "")
    assert out.startswith("? not judged: clip_grad_norm, 0 of 100 points")
    assert "The worker was lost" in out
    monkeypatch.setattr(zygote, "run", run)
    assert check(right(clipping).encode())[0] == 0  # the next submission gets a new worker


def test_a_lost_worker_is_not_held_against_the_submission(clipping, grader, grade, right, monkeypatch):
    zygote = grader._zygote
    run = zygote.run
    monkeypatch.setattr(zygote, "run", lambda jobs, while_waiting=None: run(jobs, zygote._process.kill))
    report = grade(clipping, right(clipping) + STALLED)
    assert (report.verdict, report.points) == (Status.NOT_JUDGED, 0)
    assert {check.status for check in report.checks} == {Status.NOT_JUDGED}
