"""`gradkata grade`: one file or a whole class."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gradkata.cli.output import complain, say
from gradkata.cli.settings import ExitCode, settings_of
from gradkata.content import Exercise, Kit
from gradkata.errors import UserError

if TYPE_CHECKING:
    from gradkata.cli.progress import Progress
    from gradkata.grading.collect import Found
    from gradkata.grading.many import Many, Pool
    from gradkata.report.entry import Entry
    from gradkata.report.model import Report

# What the whole run returns: the first of these that any of its files returned.
_WORST_FIRST = (ExitCode.USAGE, ExitCode.NOT_JUDGED, ExitCode.NOT_PASSED, ExitCode.PASSED)
_WORTH_A_SUMMARY = 5  # submissions: fewer are seen at a glance


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for."""

    jobs: int | None = None
    seed: int | None = None
    out: Path | None = None
    force: bool = False
    dask: str | None = None
    require_sandbox: bool = False
    csv: Path | None = None
    html: Path | None = None
    junit: Path | None = None
    gradescope: Path | None = None


def command(
    context: typer.Context,
    exercise_id: Annotated[str, typer.Argument(metavar="ID", help="The exercise.")],
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="The submissions: files, folders, zip archives, notebooks."),
    ],
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON report a line (the default).")] = True,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, metavar="N", help="Repeat the generated cases of a report.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, metavar="N", help="Grade N at a time; by default one for each core.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="F", help="Also write reports here as they come; a run cut off goes on from it."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Grade anew what the cache or --out knows. To go on, leave it out.")
    ] = False,
    require_sandbox: Annotated[
        bool, typer.Option("--require-sandbox", help="Refuse to grade where submissions are not fully confined.")
    ] = False,
    dask: Annotated[
        str | None, typer.Option("--dask", metavar="ADDRESS", help="Grade on this Dask scheduler's workers.")
    ] = None,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="F", help="Write a table.")] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="DIR", help="Write a page for you, and one for each submission.")
    ] = None,
    junit: Annotated[Path | None, typer.Option("--junit", metavar="F", help="Write JUnit's XML.")] = None,
    gradescope: Annotated[
        Path | None, typer.Option("--gradescope", metavar="F", help="Write Gradescope's results.json (one submission).")
    ] = None,
) -> None:
    """Grade one submission or a class: a JSON report a line on stdout, in order, progress on stderr."""
    del jsonl  # the one format there is; the option lets scripts say what they rely on
    kit = settings_of(context).kit()
    exercise = kit.exercise(exercise_id)
    options = Options(jobs, seed, out, force, dask, require_sandbox, csv, html, junit, gradescope)
    from gradkata.grading.collect import collect

    collection = collect(files, exercise.entry_points)
    found = collection.found
    if gradescope is not None and len(found) != 1:
        raise UserError(f"--gradescope is for one submission, and there are {len(found)}")
    if collection.left_out:
        count = len(collection.left_out)
        say(
            f"left out {count} {'file' if count == 1 else 'files'} that cannot be answers: {_some(collection.left_out)}"
        )
    with ExitStack() as stack:
        run = _run(kit, exercise, options, stack)
        entries = _show(run, found)
    _faces(exercise, options, entries)
    if len(entries) >= _WORTH_A_SUMMARY:
        _summarise(entries)
    codes = {_code(entry) for entry in entries}
    raise typer.Exit(next(code for code in _WORST_FIRST if code in codes))


def _some(names: Sequence[str]) -> str:
    from gradkata.report.printable import one_line

    return ", ".join(one_line(name) for name in names[:3]) + (", ..." if len(names) > 3 else "")


def _run(kit: Kit, exercise: Exercise, options: Options, stack: ExitStack) -> Many:
    """The run that was asked for; what it holds open is closed with `stack`."""
    from gradkata.grading.cache import Basis, Cache
    from gradkata.grading.journal import Journal
    from gradkata.grading.many import Many
    from gradkata.grading.pools import open_pool
    from gradkata.grading.task import close, demand_sandbox
    from gradkata.worker.confine import probe

    if options.require_sandbox:
        demand_sandbox()
    journal = None
    if options.out is not None:
        journal = stack.enter_context(Journal(options.out, anew=options.force))
        if journal.repaired:
            say(f"{options.out}: took out a line that was cut off ({journal.repaired} bytes)")
    confined_here = options.dask is None or options.require_sandbox
    basis = Basis(exercise.id, exercise.digest(), options.seed, probe().line if confined_here else "")
    stack.callback(close)

    def start(count: int) -> Pool:
        return open_pool(count, stack, jobs=options.jobs, dask=options.dask)

    return Many(
        root=kit.root,
        exercise=exercise,
        basis=basis,
        cache=Cache.of_user(),
        start=start,
        journal=journal,
        force=options.force,
        require_sandbox=options.require_sandbox,
    )


def _show(run: Many, found: Sequence[Found]) -> list[Entry]:
    """Grade, print each report when those before it are printed, and return what is needed at the end."""
    from gradkata.cli.progress import Progress

    with Progress(sum(one.submission is not None for one in found)) as progress:
        shown = _Shown(found, progress)
        try:
            shown.take(run.grade(found))
        except KeyboardInterrupt:
            progress.stop()
            say(f"interrupted after {len(shown.entries)} of {len(found)}; the same command goes on from there")
            raise
        return [shown.entries[number] for number in range(len(found))]


@dataclass(slots=True)
class _Shown:
    found: Sequence[Found]
    progress: Progress
    entries: dict[int, Entry] = field(default_factory=dict)
    _printed: int = 0

    def take(self, reports: Iterator[tuple[int, Report]]) -> None:
        from gradkata.grading.many import normalised_digest
        from gradkata.report.entry import Entry

        for number, one in enumerate(self.found):
            if one.submission is None:
                self.entries[number] = Entry(one.name, error=one.error)
        self._print()
        for number, report in reports:
            submission = self.found[number].submission
            likeness = normalised_digest(submission.source) if submission is not None else ""
            self.entries[number] = Entry.of(report, likeness)
            self.progress.advance()
            self._print()

    def _print(self) -> None:
        """A line for each submission: the n-th line belongs to the n-th."""
        while (entry := self.entries.get(self._printed)) is not None:
            self._printed += 1
            place = f"[{self._printed}/{len(self.found)}]"
            if entry.error:
                print(json.dumps({"submission": {"name": entry.name}, "error": entry.error}), flush=True)
                complain(f"{place} {entry.error}")
                continue
            print(entry.line, flush=True)
            points = f"{round(entry.points, 2):g} of {round(entry.max_points, 2):g} points"
            self.progress.line(f"{place} {entry.name}: {entry.verdict.value}, {points}, {entry.seconds:.2f} s")


def _code(entry: Entry) -> int:
    if entry.error:
        return ExitCode.USAGE
    codes = {"passed": ExitCode.PASSED, "failed": ExitCode.NOT_PASSED}
    return codes.get(entry.verdict.value, ExitCode.NOT_JUDGED)


def _faces(exercise: Exercise, options: Options, entries: Sequence[Entry]) -> None:
    """Write the files that were asked for."""
    from gradkata.report import gradebook

    if options.csv is not None:
        _write(options.csv, gradebook.to_csv(entries))
    if options.junit is not None:
        _write(options.junit, gradebook.to_junit(exercise.id, entries))
    if options.gradescope is not None:
        report = entries[0].report
        if report is not None:
            _write(options.gradescope, gradebook.to_gradescope(report))
    if options.html is not None:
        from gradkata.report.pages import pages

        for name, text in pages(exercise.id, exercise.title, entries):
            _write(options.html / name, text)
        say(f"wrote {options.html / 'index.html'}")


def _write(path: Path, text: str) -> None:
    from gradkata.cli.state import replace

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace(path, text.encode("utf-8", "backslashreplace").decode("utf-8"))
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}") from error


def _summarise(entries: Sequence[Entry]) -> None:
    from rich.console import Console

    from gradkata.report.entry import Summary
    from gradkata.report.overview import draw

    sys.stdout.flush()
    draw(Summary.of(entries), Console(stderr=True, highlight=False, markup=False, emoji=False))
