"""The report as a person reads it, word for word."""

from __future__ import annotations

from io import StringIO
from textwrap import dedent

import pytest
from rich.console import Console

from gradkata.report.model import Diagnosis, Kind, Status
from gradkata.report.terminal import render


def shown(report, *, verbose=False, width=80, encoding=None, **options) -> str:
    file = StringIO()
    if encoding is not None:
        file = type("Encoded", (StringIO,), {"encoding": encoding})()
    console = Console(file=file, width=width, **options)
    render(report, console, verbose=verbose)
    return file.getvalue()


PER_PARAMETER = Diagnosis(
    mistake="per_parameter_norm",
    title="You clipped each parameter by its own norm; the threshold is for all of them together.",
    explanation="One norm is asked for:\n"
    "that of all gradients as if they were one long vector.\n\nTake the norm of the norms.",
)


def test_a_passed_report_is_short(make_report, make_check):
    report = make_report(make_check(), make_check("robustness.empty"), make_check("robustness.none"))
    assert shown(report) == dedent("""\
        ✔ passed: clip_grad_norm, 15 of 15 points (mine.py)

        ✔ 3 checks passed: 1 correctness, 2 robustness

        Seed 7 (--seed 7 repeats it), 0.41 s
        Sandbox: landlock+seccomp+limits
        """)


def test_a_failed_report_says_what_went_wrong_first_and_shows_the_evidence(make_report, make_check):
    message = "expected: the norm 5.0 of [3.0] and [4.0] together\ngot: 3.0\non: two parameters, max_norm=1.0\nwhy: x"
    report = make_report(
        make_check(status=Status.FAILED, message=message),
        make_check("robustness.none", title="Parameters without a gradient are skipped."),
        make_check(
            "synchronisation.waits",
            title="The host waits at most once.",
            required=False,
            status=Status.FAILED,
            message="waited 3 times for 3 parameters",
        ),
        make_check("parity.cases", status=Status.NOT_JUDGED, message="waits for correctness"),
        make_check("parity.halves", status=Status.NOT_JUDGED, message="waits for correctness"),
        diagnosis=[PER_PARAMETER],
    )
    assert shown(report) == dedent("""\
        ✘ not passed: clip_grad_norm, 5 of 25 points (mine.py)

        This behaves like a known mistake:
          You clipped each parameter by its own norm; the threshold is for all of them
          together.
          One norm is asked for: that of all gradients as if they were one long vector.
          Take the norm of the norms.

        Failed
          ✘ correctness.norm (0 of 5 points)
            The norm is that of all gradients together.
            expected: the norm 5.0 of [3.0] and [4.0] together
            got: 3.0
            on: two parameters, max_norm=1.0
            why: x

        Points lost, not required to pass
          ✘ synchronisation.waits (0 of 5 points)
            The host waits at most once.
            waited 3 times for 3 parameters

        Not judged
          ? 2 more checks wait for correctness

        ✔ 1 check passed: 1 robustness

        Seed 7 (--seed 7 repeats it), 0.41 s
        Sandbox: landlock+seccomp+limits
        """)


def test_a_report_that_could_not_be_judged_gives_the_cause(make_report, make_check):
    cause = "the machine ran out of memory"
    report = make_report(
        make_check(status=Status.NOT_JUDGED, message=cause),
        make_check("parity.cases", status=Status.NOT_JUDGED, message="Waits for correctness.norm."),
        verdict=Status.NOT_JUDGED,
    )
    text = shown(report)
    assert text.startswith("? not judged: clip_grad_norm, 0 of 10 points (mine.py)\n")
    assert "Not judged\n  ? correctness.norm: the machine ran out of memory\n" in text
    assert "  ? 1 more check waits for correctness.norm\n" in text


def test_several_mistakes_come_with_the_simplest_first(make_report, make_check):
    other = Diagnosis(mistake="x", title="Another.", explanation="Text.")
    text = shown(make_report(make_check(status=Status.FAILED, message="m"), diagnosis=[PER_PARAMETER, other]))
    assert "This behaves like known mistakes, the gravest first:\n  You clipped" in text
    assert text.index("You clipped") < text.index("  Another.\n  Text.\n")


@pytest.mark.parametrize(
    ("diagnosis", "line"),
    [
        ([], "No known mistake behaves like this; the checks below show the evidence."),
        ([PER_PARAMETER], "No known mistake explains the rest of it; the checks below show the evidence."),
    ],
)
def test_what_no_mistake_explains_is_said_honestly(make_report, make_check, diagnosis, line):
    check = make_check(status=Status.FAILED, message="m")
    assert f"\n\n{line}\n\nFailed\n" in shown(make_report(check, diagnosis=diagnosis, unexplained=True))


def test_a_message_has_at_most_four_lines_unless_all_are_asked_for(make_report, make_check):
    message = "\n".join(f"line {number}" for number in range(1, 7))
    report = make_report(make_check(status=Status.FAILED, message=message, evidence={"seen": 3.0}))
    brief, full = shown(report), shown(report, verbose=True)
    assert "    line 4\n" in brief
    assert "line 5" not in brief
    assert "seen" not in brief
    assert "    line 6\n    seen = 3.0\n" in full


def test_checks_that_failed_with_one_message_share_it(make_report, make_check):
    error = "raised NotImplementedError: write me"
    checks = [make_check(f"robustness.{name}", status=Status.FAILED, message=error) for name in ("a", "b")]
    expected = f"Failed\n  ✘ robustness.a, robustness.b (0 of 10 points)\n    {error}\n\n"
    assert expected in shown(make_report(*checks))


def test_many_failures_are_cut_short_and_counted(make_report, make_check):
    checks = [make_check(f"robustness.c{n}", status=Status.FAILED, message=f"message {n}") for n in range(8)]
    report = make_report(*checks)
    brief, full = shown(report), shown(report, verbose=True)
    assert "message 5" in brief
    assert "message 6" not in brief
    assert "  and 2 more checks: robustness.c6, robustness.c7 (--verbose shows them)\n" in brief
    assert "message 7" in full
    assert "more check" not in full


def test_verbose_lists_the_passed_checks_by_name(make_report, make_check):
    report = make_report(make_check(title="One norm for all."))
    assert "  correctness.norm (5 of 5 points): One norm for all.\n" in shown(report, verbose=True)


def test_verbose_names_the_checks_that_wait(make_report, make_check):
    checks = [make_check(f"parity.c{n}", status=Status.NOT_JUDGED, message="waits for correctness") for n in range(2)]
    expected = "  ? 2 more checks wait for correctness\n    parity.c0, parity.c1\n"
    assert expected in shown(make_report(*checks), verbose=True)


def test_what_the_submission_printed_is_shown_and_cannot_act(make_report, make_check):
    report = make_report(make_check(), output="[bold]hello[/bold]\n\x1b]0;title\x07done\n")
    expected = "\nPrinted by the submission\n  │ [bold]hello[/bold]\n  │ \\x1b]0;title\\x07done\n\nSeed 7"
    assert expected in shown(report)


def test_long_output_is_cut_short_and_counted(make_report, make_check):
    report = make_report(make_check(), output="".join(f"line {n}\n" for n in range(1, 15)))
    assert "  │ line 12\n  and 2 more lines (--verbose shows them)\n" in shown(report)
    assert "  │ line 14\n\nSeed" in shown(report, verbose=True)


def test_nothing_that_a_submission_chooses_is_taken_as_markup_or_control(make_report, make_check):
    evil = "[red]\x1b[2J[/red]"
    check = make_check(status=Status.FAILED, title=evil, message=evil, evidence={evil: evil}, kind=Kind.CORRECTNESS)
    diagnosis = Diagnosis(mistake="x", title=evil, explanation=evil)
    report = make_report(check, diagnosis=[diagnosis], output=evil)
    report = report.model_copy(update={"submission": report.submission.model_copy(update={"name": f"{evil}\nx"})})
    text = shown(report, verbose=True, force_terminal=True, color_system=None)
    assert "\x1b" not in text
    assert "([red]\\x1b[2J[/red]\\nx)\n" in text
    assert text.count("[red]\\x1b[2J[/red]") == 8


def test_lines_fit_into_eighty_columns_and_have_no_trailing_spaces(make_report, make_check):
    long = "a sentence that goes on and on, " * 6
    checks = [make_check(status=Status.FAILED, title=long, message=f"{long}\n{'x' * 200}", evidence={"k": long})]
    checks += [make_check(f"parity.c{n}", status=Status.NOT_JUDGED, message=long) for n in range(2)]
    report = make_report(*checks, diagnosis=[Diagnosis(mistake="m", title=long, explanation=long)], output="y" * 300)
    for width in (80, 200):
        for line in shown(report, verbose=True, width=width).splitlines():
            assert len(line) <= 80
            assert line == line.rstrip()
    assert all(len(line) <= 40 for line in shown(report, width=40).splitlines())


def test_colour_repeats_what_the_words_say(make_report, make_check, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    report = make_report(make_check(status=Status.FAILED, message="m"))
    plain = shown(report)
    coloured = shown(report, force_terminal=True, color_system="standard", legacy_windows=False)
    monkeypatch.setenv("NO_COLOR", "1")
    asked_for_none = shown(report, force_terminal=True, color_system="standard", legacy_windows=False)
    assert "\x1b[1;31m✘ not passed" in coloured
    assert "\x1b" not in plain
    assert "\x1b[1m✘ not passed" in asked_for_none
    assert "31m" not in asked_for_none


def test_where_the_encoding_has_no_symbols_ascii_ones_stand_in(make_report, make_check):
    report = make_report(make_check(status=Status.FAILED, message="m"), make_check("parity.cases"), output="hello")
    text = shown(report, encoding="ascii")
    assert text.isascii()
    assert text.startswith("x not passed: clip_grad_norm")
    assert "\n+ 1 check passed: 1 parity\n" in text
    assert "  | hello\n" in text


def test_points_are_rounded_for_people(make_report, make_check):
    report = make_report(make_check(points=1 / 3, max_points=2.5))
    assert "0.33 of 2.5 points" in shown(report)
