"""Answers that lie, meddle or forge: each fails and says why, or passes where it does no harm."""

from __future__ import annotations

import textwrap

import pytest

from gradkata.report.model import Status

# Return values that claim to be the right number. The gradients are left alone.
LIARS = {
    "__float__": "class Liar:\n    def __float__(self):\n        return 5.0",
    "__eq__": "class Liar:\n    def __eq__(self, other):\n        return True\n    __hash__ = object.__hash__",
    "__class__": "class Liar:\n    __class__ = property(lambda self: float)",
    "a raising __class__": "class Liar:\n    __class__ = property(lambda self: 1 / 0)",
    "a float": "class Liar(float):\n    def __float__(self):\n        return 5.0\n    __eq__ = object.__eq__",
    "a tensor": (
        "import torch\nclass Liar(torch.Tensor):\n"
        "    @classmethod\n    def __torch_function__(cls, *args, **kwargs):\n        return torch.tensor(5.0)"
    ),
    "a metaclass": (
        "class Meta(type):\n    __name__ = __module__ = property(lambda kind: 1 / 0)\n"
        "class Liar(metaclass=Meta):\n    pass"
    ),
    "a name": "class Liar:\n    __module__ = 'builtins'\nLiar.__name__ = Liar.__qualname__ = 'float'",
    "itself": "def Liar():\n    nested = []\n    nested.append(nested)\n    return nested",
    "a huge number": "def Liar():\n    return 10 ** 400",
    "a complex tensor": "import torch\ndef Liar():\n    return torch.tensor(5.0 + 0j)",
    "a sparse tensor": "import torch\ndef Liar():\n    return torch.ones(1).to_sparse()",
}


@pytest.mark.parametrize("name", LIARS)
def test_a_return_value_that_lies_is_no_number(exercise, grade, define, name):
    report = grade(exercise, define(exercise, "return Liar()", LIARS[name]))
    assert report.verdict is Status.FAILED
    assert report.fault == ""


SHOWN = {
    "__float__": "a submission.Liar",
    "a float": "a submission.Liar",
    "a tensor": "a submission.Liar",
    "a name": "a builtins.float",
    "itself": "a builtins.list",
    "a huge number": "a builtins.int",
    "a complex tensor": "a tensor of shape ()",
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_return_value_that_is_no_number_is_shown_by_its_type(clipping, grade, define, seen_first, name):
    report = grade(clipping, define(clipping, "return Liar()", LIARS[name]))
    assert seen_first(report) == SHOWN[name]


OF_PARAMETERS = ("clip_grad_norm", "clip_grad_norm_efficient", "clip_grad_norm_gpu", "clip_grad_value", "grad_norm")
SUBCLASS = "import torch\nclass Odd(torch.Tensor):\n    pass\n"
LYING = SUBCLASS + "    @classmethod\n    def __torch_function__(cls, *args, **kwargs):\n        raise SystemExit\n"

# What is done to each parameter `p` after a right answer, and what the check that sees it says.
SPOILED = {
    "a subclass": (SUBCLASS, "p.grad = p.grad.as_subclass(Odd)", "a Odd that cannot be read"),
    "a subclass that lies": (LYING, "p.grad = p.grad.as_subclass(Odd)", "a Odd that cannot be read"),
    "another class": (LYING, "p.grad.__class__ = Odd", "a Odd that cannot be read"),
    "another tensor": ("", "p.grad = p.grad.clone()", "a new tensor in its place"),
    "another memory": (
        "",
        "p.grad.data = p.grad.data.clone()",
        "the same tensor object on other memory (`.data =` or `set_`)",
    ),
    "a view": ("", "p.grad = p.grad.view_as(p.grad)", "another tensor on the same memory"),
    "nothing": ("", "del p.grad", "its gradient is None"),
    "none": ("", "p.grad = None", "its gradient is None"),
    "one that requires grad": ("", "p.grad.requires_grad_()", "it was changed"),
    "another class of parameter": (
        "import torch\nclass Odd(torch.nn.Parameter):\n    grad = property(lambda self: 1 / 0)\n",
        "p.__class__ = Odd",
        "a Odd that cannot be read",
    ),
    "other data": ("", "p.data = p.data.clone()", "its data were replaced"),
    "other values": ("", "p.data.add_(1)", "2 where 1 was"),
    "requires_grad": ("", "p.requires_grad_(False)", "it was changed"),
}


@pytest.mark.parametrize("name", SPOILED)
@pytest.mark.parametrize("of", OF_PARAMETERS)
def test_gradients_and_parameters_that_are_replaced_are_seen(kit, grade, around, of, name):
    at_import, spoil, seen = SPOILED[name]
    after = f"for p in params:\n    if p.grad is not None:\n        {spoil}"
    before = "first = params = [first] if hasattr(first, 'shape') else list(first)"
    report = grade(kit.exercise(of), around(kit.exercise(of), before, after, at_import))
    assert report.fault == "" or report.fault.startswith("What the call left behind could not be looked at (")
    assert report.verdict is Status.FAILED
    if of == "clip_grad_norm":
        messages = [check.message for check in report.checks if check.status is Status.FAILED]
        assert any(f"Seen: {seen}\n" in message for message in messages)


def test_a_gradient_of_another_class_is_never_asked_for_its_values(clipping, grade, around):
    at_import, spoil, _ = SPOILED["a subclass that lies"]
    after = f"for p in params:\n    if p.grad is not None:\n        {spoil}"
    report = grade(clipping, around(clipping, "first = params = list(first)", after, at_import))
    clipped = next(check for check in report.checks if check.id == "correctness.clipped")
    assert clipped.message == (
        "Expected: parameter 0 to keep a plain gradient\n"
        "Seen: a Odd that cannot be read\n"
        "Input: gradients [3], [4], called with 1.0\n"
        "Why: one factor for all keeps the direction of the step; the norm afterwards is max_norm."
    )


WRITES = """
import os
for descriptor in range(64):
    try:
        os.write(descriptor, {data})
    except OSError:
        pass
"""
FRAME = (
    "import json, struct\n"
    "def frame(header):\n"
    "    text = json.dumps(header).encode()\n"
    "    return struct.pack('<4sII', b'GKF1', len(text), 0) + text\n"
)

# What is written to every descriptor, and what was wrong about it.
FORGED = {
    "garbage": ("b'garbage, and more than a frame has in front'", "bytes that are no frame"),
    "a huge frame": ("struct.pack('<4sII', b'GKF1', 1 << 31, 0)", "a frame larger than allowed"),
    "no JSON": ("struct.pack('<4sII', b'GKF1', 2, 0) + b'{x'", "a header that is no JSON"),
    "no object": ("struct.pack('<4sII', b'GKF1', 2, 0) + b'[]'", "a header that is no object"),
    "deep JSON": (
        "struct.pack('<4sII', b'GKF1', 99999, 0) + b'[' * 99999",
        "a header that is no JSON",
    ),
    "an unknown kind": ("frame({'kind': ['passed']})", "a frame of unknown kind \"['passed']\""),
    "an observation": (
        "frame({'kind': 'observation', 'scenario': 'two_numbers', 'index': 0, 'calls': []})",
        "an observation that the grader did not make",
    ),
    "another case": (
        "frame({'kind': 'observation', 'scenario': 'two', 'index': 0, 'calls': []})",
        "an observation that the grader did not make",
    ),
    "an odd observation": (
        "frame({'kind': 'observation', 'points': 100})",
        "an observation that the grader did not make",
    ),
    "a second start": ("frame({'kind': 'confined'})", "a frame of unknown kind 'confined'"),
    "an odd refusal": (
        "frame({'kind': 'not_loaded', 'stage': 'import', 'error': 5})",
        "a refusal that breaks the schema",
    ),
    "an odd breakdown": ("frame({'kind': 'broke', 'error': []})", "a breakdown that breaks the schema"),
    "an end": ("frame({'kind': 'done'})", "frames after the last one"),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_is_written_to_the_graders_descriptors_spoils_everything(clipping, grade, around, failed, name):
    data, what = FORGED[name]
    writes = WRITES.format(data=data).replace("range(64)", "range(3, 64)")
    report = grade(clipping, around(clipping, writes, at_import=FRAME))
    assert (report.verdict, report.points) == (Status.FAILED, 0)
    assert report.fault == "The process wrote to the grader's own channel (in case two_numbers)."
    assert failed(report)[0] == "integrity.channel"
    assert next(check for check in report.checks if check.id == "integrity.channel").message == (
        "Expected: the grader's own files and descriptors are left alone.\n"
        f"Seen: on the grader's own channel: {what}\n"
        "Why: observations that a submission could have written itself count for nothing."
    )


def test_garbage_on_every_descriptor_fails_and_is_shown_where_it_was_printed(exercise, grade, around, failed):
    report = grade(exercise, around(exercise, WRITES.format(data="b'garbage, and more than a frame has in front'")))
    assert (report.verdict, report.points) == (Status.FAILED, 0)
    assert failed(report)[0] == "integrity.channel"
    assert report.output.startswith("garbage, and more")


def test_a_forged_violation_or_breakdown_only_harms_its_author(clipping, grade, around, failed):
    forged = "frame({'kind': 'violation', 'fault': 'borrowed', 'detail': '\\ud800'})"
    report = grade(clipping, around(clipping, WRITES.format(data=forged).replace("64", "16"), at_import=FRAME))
    assert report.verdict is Status.FAILED
    assert "integrity.own_work" in failed(report)


def test_closed_descriptors_fail_with_a_message(clipping, grade, around):
    report = grade(clipping, around(clipping, "import os\nos.closerange(0, 64)"))
    assert (report.verdict, report.points) == (Status.FAILED, 0)
    how = "The process broke down (no memory left, or the grader's descriptors closed)"
    assert report.fault == f"{how} (in case two_numbers)."


# Done at import, before a right answer: it does no harm, and costs nothing.
HARMLESS = {
    "json.dumps": "import json\njson.dumps = json.loads = json.JSONEncoder = None",
    "struct": "import struct\nstruct.pack = struct.unpack = struct.Struct = None",
    "os._exit": "import os\nos._exit = os.abort = lambda *args: None",
    "the clock": "import time\ntime.perf_counter = time.time = lambda: 'noon'",
    "the collector": "import gc\ngc.disable()",
    "the default dtype": "import torch\ntorch.set_default_dtype(torch.float64)",
    "no gradients": "import torch\ntorch.set_grad_enabled(False)",
    "a recursion limit": "import sys\nsys.setrecursionlimit(60)",
    "closed output": "import sys\nsys.stdout = sys.stderr = None",
    "a raising flush": (
        "import sys\nclass Out:\n    write = str\n    def flush(self): raise SystemExit\nsys.stdout = Out()"
    ),
    "a thread that raises": (
        "import threading\ndef fall():\n    raise ValueError('in a thread')\n"
        "thread = threading.Thread(target=fall)\nthread.start()\nthread.join()"
    ),
    "a thread that never ends": (
        "import threading\nevent = threading.Event()\nthreading.Thread(target=event.wait).start()"
    ),
    "an exit handler": "import atexit\natexit.register(lambda: 1 / 0)",
    "audit hooks": "import sys\nsys.addaudithook(lambda *args: None)",
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_does_no_harm_costs_nothing(clipping, grade, around, failed, name):
    report = grade(clipping, around(clipping, at_import=HARMLESS[name]))
    assert (report.fault, failed(report)) == ("", [])
    assert (report.verdict, report.points) == (Status.PASSED, report.max_points)


# Done in each call, after a right answer.
MEDDLING = {
    "grad mode": ("import torch\ntorch.set_grad_enabled(False)", "torch.is_grad_enabled() is False afterwards"),
    "data_ptr": ("import torch\ntorch.Tensor.data_ptr = lambda self: 1 / 0", "torch.Tensor.data_ptr was replaced"),
    "clone": ("import torch\ntorch.Tensor.clone = lambda self: 1 / 0", "torch.Tensor.clone was replaced"),
}


@pytest.mark.parametrize("name", MEDDLING)
def test_changes_to_pytorch_itself_are_said(clipping, grade, around, name):
    after, seen = MEDDLING[name]
    report = grade(clipping, around(clipping, after=after))
    assert report.verdict is Status.FAILED
    assert any(seen in check.message for check in report.checks if check.status is Status.FAILED)


def test_a_patched_norm_changes_nothing_that_the_judge_computes(clipping, grade, define, failed):
    before = "import torch\ntorch.linalg.vector_norm = torch.norm = lambda *args, **kwargs: torch.tensor(1.0)"
    report = grade(clipping, define(clipping, "return torch.linalg.vector_norm(first)", before))
    assert report.verdict is Status.FAILED
    assert {"correctness.norm", "correctness.clipped"} <= set(failed(report))


def test_a_patched_norm_that_raises_is_said_where_training_steps_are_watched(kit, grade, around):
    exercise = kit.exercise("train_step")
    meddling = "import torch\ndef broken(*args, **kwargs):\n    return 1 / 0\ntorch.linalg.vector_norm = broken"
    report = grade(exercise, around(exercise, after=meddling))
    assert report.verdict is Status.FAILED
    assert "ZeroDivisionError: division by zero" in report.fault


def test_another_process_cannot_be_started(clipping, grade, around, seen_first):
    report = grade(clipping, around(clipping, "import os\nos.fork()"))
    if "seccomp" not in report.environment.sandbox:
        pytest.skip("no system calls are filtered here")
    assert report.verdict is Status.FAILED
    assert seen_first(report).startswith("PermissionError: ")


@pytest.mark.parametrize("source", ["x = 5", "raise SystemExit(0)", "import os\nos._exit(0)", "print('passed')"])
def test_nothing_that_ends_early_or_says_passed_earns_a_point(exercise, grade, source):
    report = grade(exercise, textwrap.dedent(source))
    assert (report.verdict, report.points) == (Status.FAILED, 0)
