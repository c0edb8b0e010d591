"""Which statements of many cells are kept for an answer."""

from __future__ import annotations

import pytest

from gradkata.grading.pieces import joined, needed, pieces_of, placed


def kept(*cells: str, names=("clip",)) -> str:
    """What is kept of cells that are run one after another."""
    pieces = [piece for cell in cells for piece in pieces_of(cell)]
    return joined(pieces[number] for number in needed(pieces, names))


@pytest.mark.parametrize(
    ("cells", "source"),
    [
        # the newest definition of each name wins, and what only an older one needed goes with it
        (["def old(): ...", "def clip(): return old()", "def clip(): return 1"], "def clip(): return 1\n"),
        (["def f(): return 1", "def clip(): return f()", "def f(): return 2"],
         "def clip(): return f()\n\ndef f(): return 2\n"),
        (["LIMIT = 1", "LIMIT = 2", "def clip(x=LIMIT): ..."], "LIMIT = 2\n\ndef clip(x=LIMIT): ...\n"),
        # what a statement uses at once is what the name meant by then
        (["LIMIT = 1", "def clip(x=LIMIT): ...", "LIMIT = 2"], "LIMIT = 1\n\ndef clip(x=LIMIT): ...\n"),
        (["def clip(): ...", "clip = wrap(clip)", "def wrap(f): return f"],
         "def clip(): ...\n\nclip = wrap(clip)\n\ndef wrap(f): return f\n"),
        (["def g(): return 1", "def f(): return g()", "X = f()", "def g(): return 2", "def clip(): return X"],
         "def g(): return 1\n\ndef f(): return g()\n\nX = f()\n\ndef g(): return 2\n\ndef clip(): return X\n"),
        # what changes an object belongs to it
        (["A = {}", "A['x'] = 1", "B = 2", "B += 1", "def clip(): return A, B"],
         "A = {}\n\nA['x'] = 1\n\nB = 2\n\nB += 1\n\ndef clip(): return A, B\n"),
        # a local name is not the global one of the same name, which may be a whole training run
        (["grads = train()", "def clip(p):\n    grads = list(p)\n    return [g for g in grads]"],
         "def clip(p):\n    grads = list(p)\n    return [g for g in grads]\n"),
        # decorators, annotations, base classes, nested functions and `global`
        (["from functools import cache", "Number = int", "@cache\ndef clip(x: Number): ..."],
         "from functools import cache\n\nNumber = int\n\n@cache\ndef clip(x: Number): ...\n"),
        (["class A: ...", "class B(A):\n    def f(self): return K", "K = 1", "def clip():\n    def g(): return B\n"],
         "class A: ...\n\nclass B(A):\n    def f(self): return K\n\nK = 1\n\ndef clip():\n    def g(): return B\n"),
        (["n = 0", "def clip():\n    global n\n    n += 1"], "n = 0\n\ndef clip():\n    global n\n    n += 1\n"),
        # imports: repeated once, parts of a package together, the last alias alone
        (["import torch", "import torch", "def clip(): torch"], "import torch\n\ndef clip(): torch\n"),
        (["import xml.dom", "import xml", "def clip(): xml"], "import xml.dom\n\nimport xml\n\ndef clip(): xml\n"),
        (["import a as m", "import b as m", "def clip(): m"], "import b as m\n\ndef clip(): m\n"),
    ],
)  # fmt: skip
def test_of_many_cells_that_is_kept_which_the_newest_answer_needs(cells, source):
    assert kept(*cells) == source


def test_several_entry_points_are_kept_in_the_order_of_their_definition():
    assert kept("def a(): ...", "x = 1", "def b(): ...", names=("b", "a")) == "def a(): ...\n\ndef b(): ...\n"


def test_the_statements_of_one_cell_keep_their_lines():
    cell = "import torch\n%time x = 1\n\nshow()\n\n@torch.no_grad()\ndef clip(p):\n    return p  # the answer\n"
    pieces = pieces_of(cell)
    source = placed([pieces[number] for number in needed(pieces, ["clip"])])
    assert source == "import torch\n\n\n\n\n@torch.no_grad()\ndef clip(p):\n    return p  # the answer\n"


def test_statements_on_one_line_are_put_below_each_other():
    pieces = pieces_of("a = 1; b = 2\ndef clip(): return a, b")
    assert placed([pieces[number] for number in needed(pieces, ["clip"])]) == (
        "a = 1\n\nb = 2\n\ndef clip(): return a, b\n"
    )


def test_what_is_no_python_has_no_pieces():
    assert pieces_of("def clip(x:\n    return") is None
    assert pieces_of("%%bash\nls") == ()
