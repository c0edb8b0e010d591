"""Files that are no answer, and answers that fall over: one clear message each, and never a point."""

from __future__ import annotations

import pytest

from gradkata.errors import UserError
from gradkata.grading import Submission
from gradkata.report.model import Status


def test_a_file_that_is_missing_or_a_directory_is_a_usage_error(tmp_path):
    with pytest.raises(UserError) as caught:
        Submission.read(tmp_path / "nothing.py")
    assert (caught.value.message, caught.value.exit_code) == (f"{tmp_path / 'nothing.py'}: no such file", 2)
    with pytest.raises(UserError) as caught:
        Submission.read(tmp_path)
    expected = f"{tmp_path} is a directory; name a Python file in it"
    assert (caught.value.message, caught.value.exit_code) == (expected, 2)


# What stands in the file, and the report's fault.
NO_SOURCE = {
    "empty": (b"", "mine.py is empty."),
    "blank": (b" \n\t\n", "mine.py is empty."),
    "binary": (b"\x7fELF\x02\x01\x00\x00", "mine.py is a binary file, not Python source text."),
    "not UTF-8": (b"# caf\xe9\n", "mine.py is not UTF-8 text (byte 5): save it as UTF-8."),
    "too large": (b"#" * (1 << 20) + b"\n", "mine.py is 1 MiB large; a submission has at most 1 MiB."),
    "syntax error": (
        b"import torch\n\n\ndef f(x):\n    total = \n    return total\n",
        "SyntaxError in line 5: invalid syntax\n        total = \n                ^",
    ),
    "indented with tabs": (
        b"if True:\n\tx = = 1\n",
        "SyntaxError in line 2: invalid syntax\n    \tx = = 1\n    \t    ^",
    ),
    "indentation": (
        b"def f(x):\nreturn x\n",
        (
            "IndentationError in line 2: expected an indented block after function definition on line 1\n"
            "    return x\n    ^"
        ),
    ),
    "too deep": (
        b"x = " + b"-" * 100_000 + b"1\n",
        "The file does not compile. RecursionError: maximum recursion depth exceeded during compilation",
    ),
}


@pytest.mark.parametrize("name", NO_SOURCE)
def test_a_file_without_source_text_fails_and_says_what_it_is(exercise, grade, name):
    source, fault = NO_SOURCE[name]
    report = grade(exercise, source)
    assert (report.verdict, report.points, report.diagnosis) == (Status.FAILED, 0, [])
    if name == "too deep":  # how deep the compiler goes, and with which error it stops, is Python's own
        assert report.fault.startswith(("The file does not compile. ", "SyntaxError in line 1: ", "The process "))
    else:
        assert report.fault == fault
    assert {check.message for check in report.checks} == {report.fault}


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"# -*- coding: latin-1 -*-\n"])
def test_a_byte_order_mark_or_a_coding_line_does_no_harm(clipping, grade, right, mark):
    assert grade(clipping, mark + right(clipping).encode()).passed


def test_what_is_missing_is_named_all_at_once(exercise, grade):
    report = grade(exercise, "import torch\n")
    names = ", no ".join(exercise.entry_points)
    assert (report.verdict, report.points) == (Status.FAILED, 0)
    assert report.fault == f"The file defines no {names}."


def test_the_nearest_name_is_offered(exercise, grade, right):
    source = right(exercise)
    for name in exercise.entry_points:
        source = source.replace(f"def {name}(", f"def my_{name}(")
    report = grade(exercise, source)
    assert report.verdict is Status.FAILED
    offers = [f"{name} (did you mean to rename my_{name}?)" for name in exercise.entry_points]
    assert report.fault == f"The file defines no {', no '.join(offers)}."


def test_an_entry_point_that_cannot_be_called_is_named(exercise, grade):
    report = grade(exercise, "\n".join(f"{name} = [1.0]" for name in exercise.entry_points))
    assert report.verdict is Status.FAILED
    assert report.fault == f"{exercise.entry_points[0]} is no function: its type is list."


@pytest.mark.parametrize("parameters", ["()", "(a, b, c, d, e, f)", "(*, parameters)"])
def test_an_entry_point_of_the_wrong_arity_is_shown_with_its_signature(exercise, grade, parameters):
    report = grade(exercise, "\n".join(f"def {name}{parameters}: pass" for name in exercise.entry_points))
    assert report.verdict is Status.FAILED
    name = exercise.entry_points[0]
    assert report.fault.startswith(f"{name}{parameters} cannot be called with ")
    assert report.fault.endswith((" arguments.", " 1 argument."))


# What stands in front of an answer, and the report's fault.
AT_IMPORT = {
    "a module that does not exist": (
        "import torch.nn.nothing",
        (
            "Loading the file raised ModuleNotFoundError: No module named 'torch.nn.nothing'\n"
            "    line 1: import torch.nn.nothing"
        ),
    ),
    "a module that is not allowed": (
        "import pydantic",
        (
            "Loading the file raised NotAllowed: pydantic is not among the modules that this exercise allows\n"
            "    line 1: import pydantic"
        ),
    ),
    "an exception": (
        "def broken():\n    return 1 / 0\nbroken()",
        "Loading the file raised ZeroDivisionError: division by zero\n    line 2: return 1 / 0",
    ),
    "sys.exit": (
        "import sys\nsys.exit(0)",
        "Loading the file raised SystemExit: 0\n    line 2: sys.exit(0)",
    ),
    "os._exit": ("import os\nos._exit(0)", "The process ended itself with exit code 0 (in case {case})."),
    "a BaseException": (
        "class Stop(BaseException): pass\nraise Stop",
        "Loading the file raised Stop\n    line 2: raise Stop",
    ),
    "a signal": (
        "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)",
        "The process was ended by SIGSEGV (in case {case}).",
    ),
    "endless recursion": (
        "def f(): return f()\nf()",
        "Loading the file raised RecursionError: maximum recursion depth exceeded\n    line 1: def f(): return f()",
    ),
    "a memory bomb": (
        "hoard = bytearray(1 << 40)",
        "Loading the file raised MemoryError\n    line 1: hoard = bytearray(1 << 40)",
    ),
}


@pytest.mark.parametrize("name", AT_IMPORT)
def test_what_goes_wrong_at_import_is_shown_with_the_learners_own_line(exercise, grade, define, name):
    before, fault = AT_IMPORT[name]
    report = grade(exercise, define(exercise, "return 0.0", before))
    assert (report.verdict, report.points) == (Status.FAILED, 0)
    first = report.fault.rpartition("(in case ")[2].removesuffix(").")
    assert report.fault == fault.format(case=first)


# What an entry point does, and what the first failed check saw.
IN_THE_CALL = {
    "an exception": (
        'raise ValueError("a  message\\nof two lines")',
        "ValueError: a message of two lines, line 2: {line}",
    ),
    "an exception without a message": ("raise KeyError", "KeyError, line 2: {line}"),
    "sys.exit": ('__import__("sys").exit(3)', "SystemExit: 3, line 2: {line}"),
    "os._exit": ('__import__("os")._exit(3)', "the process ended itself with exit code 3"),
    "a BaseException": ("raise BaseException(1)", "BaseException: 1, line 2: {line}"),
    "a KeyboardInterrupt": ("raise KeyboardInterrupt", "KeyboardInterrupt, line 2: {line}"),
    "endless recursion": (
        "return (lambda f: f(f))(lambda f: f(f))",
        "RecursionError: maximum recursion depth exceeded, {at}",
    ),
    "a memory bomb": ("return bytearray(1 << 40)", "MemoryError, line 2: {line}"),
    "an import that is not allowed": (
        "import pydantic",
        "pydantic",
    ),
    "a text that cannot be encoded": ('raise ValueError("\\ud800")', "ValueError: \\ud800, line 2: {line}"),
    "the number of arguments": ("return 0.0 + first(1, 2, 3)", None),
}


@pytest.mark.parametrize("name", IN_THE_CALL)
def test_what_goes_wrong_in_a_call_is_shown_with_the_learners_own_line(exercise, grade, define, seen_first, name):
    body, seen = IN_THE_CALL[name]
    report = grade(exercise, define(exercise, body))
    assert (report.verdict, report.points) == (Status.FAILED, 0)
    if seen is None:
        assert seen_first(report).endswith(f", line 2: {body}")
    else:
        assert seen_first(report) == seen.format(line=body, at=f"line 2: {body}")
    assert "gradkata" not in report.to_json().replace('"gradkata":', "")


def test_an_exception_that_cannot_be_shown_is_named_by_its_type(exercise, grade, define, seen_first):
    before = """
        class Name(type):
            __name__ = property(lambda kind: 1 / 0)
            __mro__ = property(lambda kind: 1 / 0)

        class Odd(Exception, metaclass=Name):
            def __str__(self):
                raise SystemExit
    """
    report = grade(exercise, define(exercise, "raise Odd", before))
    assert report.verdict is Status.FAILED
    assert seen_first(report).startswith("Odd: (an exception that cannot be shown), line ")


def test_an_endless_loop_ends_at_the_time_limit(exercise, grade, define):
    report = grade(exercise, define(exercise, "while True: pass"), limit=0.05)
    assert (report.verdict, report.points) == (Status.FAILED, 0)
    assert report.fault.startswith("Time-out: no answer within 0.05 s (an endless loop?) (in case ")


def test_an_endless_loop_at_import_ends_at_the_time_limit_even_where_the_signal_is_caught(clipping, grade, define):
    before = "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass"
    report = grade(clipping, define(clipping, "return 0.0", before), limit=0.05)
    assert report.fault == "Time-out: no answer within 0.05 s (an endless loop?) (in case two_numbers)."


def test_the_check_that_met_the_endless_loop_shows_its_input(clipping, grade, define):
    report = grade(clipping, define(clipping, "while True: pass"), limit=0.05)
    first = next(check for check in report.checks if check.status is Status.FAILED)
    assert first.message == (
        "Expected: the call to return\n"
        "Seen: time-out: no answer within 0.05 s (an endless loop?)\n"
        "Input: gradients [3], [4], called with 1.0\n"
        f"Why: {first.message.rpartition('Why: ')[2]}"
    )


def test_memory_that_is_hoarded_until_none_is_left_is_no_fault_of_ours(clipping, grade, define):
    hoard = """
        size = 1 << 28
        while size > 8:
            try:
                HOARD.append(bytes(size))
            except MemoryError:
                size //= 2
    """
    report = grade(clipping, define(clipping, hoard, "HOARD = []"))
    assert report.verdict is Status.FAILED


def test_printing_costs_nothing_and_only_its_beginning_is_kept(exercise, grade, around):
    report = grade(exercise, around(exercise, 'print("hello", flush=True)'))
    assert report.verdict is Status.PASSED
    assert report.output.startswith("hello\n")


def test_a_hundred_megabytes_of_output_cost_nothing_but_time(clipping, grade, around):
    flood = 'import os\nfor _ in range(100):\n    os.write(1, b"x" * (1 << 20))'
    report = grade(clipping, around(clipping, at_import=flood))
    assert report.verdict is Status.PASSED
    assert report.output == "x" * 2000 + f"\n... ({100 << 20} bytes in all)"


def test_warnings_cost_nothing(exercise, grade, around):
    report = grade(exercise, around(exercise, 'import warnings; warnings.warn("careful")'))
    assert report.verdict is Status.PASSED
    assert "UserWarning: careful" in report.output
