"""A running interview: each method is one step, which is on the disk when it returns.

The candidate's commands and the interviewer's panel use the same desk on the same log, from different processes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gradkata.content import Exercise, Kit
from gradkata.errors import UserError
from gradkata.grading.submission import MAX_BYTES, Submission
from gradkata.interview.clarify import best
from gradkata.interview.clock import Instant
from gradkata.interview.log import Draft, Log
from gradkata.interview.record import Check, FollowUp, Interview, Question, State
from gradkata.interview.shelf import interview_of, step
from gradkata.interview.workspace import Place, Version, changed_lines, question_text, stub

if TYPE_CHECKING:
    from gradkata.report.model import Report

Grade = Callable[[Exercise, Submission], "Report"]
ALOUD = "(aloud)"
GROUPS = ("clarifying", "probing", "red_flags")


@dataclass(frozen=True, slots=True)
class Looked:
    """A desk after a look at the workspace. `restored` is the file that was gone and was put back, if one was."""

    interview: Interview
    restored: Path | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """The interview whose events are in `log`."""

    log: Log
    clock: Callable[[], Instant]

    def look(self, *, aside: bool = False) -> Looked:
        """The interview as it stands, with whatever was saved in the workspace since the last look.

        Args:
            aside: look while the candidate works: a file that is away or fresh may be one that is being saved just
                now, and is left alone until later.
        """
        interview = interview_of(self.log)
        if interview.state is State.FINISHED:
            return Looked(interview)
        place = place_of(interview)
        question = interview.question
        version = place.version()
        if aside and (version is None or place.is_fresh()):
            return Looked(interview)
        if version is None:
            exercise = self.exercise(interview)
            written = place.prepare(question_text(exercise), question.source)
            return Looked(interview, place.file if written and question.saves else None)
        if version.sha256 != question.sha256:
            interview = self._step(lambda now: _saved(now, interview.current, version))
        return Looked(interview)

    def exercise(self, interview: Interview, index: int | None = None) -> Exercise:
        """The exercise of a question, the current one's unless told otherwise."""
        question = interview.question if index is None else interview.questions[index]
        kit = Kit(Path(interview.kit))
        if not (kit.root / "exercises").is_dir():
            raise UserError(f"the exercises of this interview are gone: put {kit.root} back (nothing else is lost)")
        return kit.exercise(question.exercise)

    def check(self, grade: Grade) -> tuple[Check, bool]:
        """Grade what is saved now, and count it. An answer that did not change since its check is not graded again.

        Returns:
            The check, and whether it is a new one.

        Raises:
            UserError: nothing is written yet, or the interview is paused.
        """
        interview = _running(self.look().interview)
        place, question = place_of(interview), interview.question
        version = place.version()
        exercise = self.exercise(interview)
        if version is None or exercise.is_untouched(version.source):
            raise UserError(f"nothing is written yet: edit {place.file}, save it, and check then (this did not count)")
        known = next((check for check in reversed(question.checks) if check.sha256 == version.sha256), None)
        if known is not None:
            return known, False
        index = interview.current
        report = grade(exercise, Submission.of(place.file.name, version.data))
        after = self._step(lambda now: _checked(now, index, version.sha256, report, counted=True))
        return after.questions[index].checks[-1], True

    def hint(self) -> tuple[int, str]:
        """The next hint's number and text."""
        interview = _running(self.look().interview)
        hints = self.exercise(interview).hints
        index = interview.current

        def decide(now: Interview) -> Sequence[Draft]:
            if len(now.questions[index].hints) >= len(hints):
                had = f"you have had all {len(hints)} hints" if hints else "there are no hints"
                raise UserError(f"{had} for this question")
            return [Draft("hinted", {"question": index})]

        number = len(self._step(decide).questions[index].hints)
        return number, hints[number - 1]

    def ask(self, text: str) -> tuple[str | None, bool]:
        """The card's answer to a clarifying question, `None` if it has none; and whether it was given before."""
        text = " ".join(text.split())
        if not text:
            raise UserError('ask something: gradkata interview ask "May the gradients be empty?"')
        interview = _running(self.look().interview)
        question, index = interview.question, interview.current
        place = best(text, question.clarifying)
        before = place is not None and any(asked.answer == place for asked in question.asked)
        self._step(lambda _: [Draft("asked", {"question": index, "text": text, "answer": place})])
        return (None if place is None else question.clarifying[place].answer), before

    def pose(self) -> FollowUp:
        """The follow-up question that waits for an answer; the next one, if none does."""
        interview = _running(self.look().interview)
        waiting = waiting_follow_up(interview.question)
        if waiting is not None:
            return waiting
        index = interview.current

        def decide(now: Interview) -> Sequence[Draft]:
            if waiting_follow_up(now.questions[index]) is not None:
                return []  # somebody else has posed it meanwhile
            return [Draft("posed", {"question": index, "follow_up": _next_follow_up(now.questions[index])})]

        return self._step(decide).questions[index].follow_ups[-1]

    def answer(self, text: str) -> FollowUp:
        """Keep the answer to the follow-up question that waits for one. An empty one says that there is none."""
        if len(text) > MAX_BYTES:
            raise UserError("the answer is larger than 1 MiB; keep to what one can say")
        posed = self.pose()
        index = interview_of(self.log).current
        data = {"question": index, "follow_up": posed.index, "text": text.strip()}
        after = self._step(lambda _: [Draft("answered", data)])
        return next(one for one in after.questions[index].follow_ups if one.index == posed.index)

    def tick(self, points: Sequence[int], by: str) -> FollowUp:
        """Say which key points the answer made that was given last, counted from 1."""
        interview = _open(self.look().interview)
        index = interview.current
        asked = interview.question
        found = [one for one in asked.follow_ups if one.answer is not None]
        if not found:
            raise UserError("no follow-up question has an answer yet; `followup` poses the next one")
        chosen = max(found, key=lambda one: one.answered_at or 0.0)
        draft = _ticked(asked, index, chosen.index, points, by)
        after = self._step(lambda _: [draft])
        return next(one for one in after.questions[index].follow_ups if one.index == chosen.index)

    def tick_aloud(self, question: int, follow_up: int, points: Sequence[int]) -> None:
        """Keep the interviewer's ticks; a question that was posed and answered aloud appears with its first tick."""
        interview = _open(self.look().interview)
        asked = interview.questions[_place(question, interview.questions, "question")]
        _place(follow_up, asked.follow_up_texts, "follow-up question")
        place = {"question": question, "follow_up": follow_up}
        ticked = _ticked(asked, question, follow_up, points, "interviewer")

        def decide(now: Interview) -> Sequence[Draft]:
            known = next((one for one in now.questions[question].follow_ups if one.index == follow_up), None)
            if known is not None and known.answer == ALOUD and not points:
                return [Draft("withdrawn", place)]  # ticked by mistake
            drafts = [Draft("posed", place)] if known is None else []
            if known is None or known.answer is None:
                drafts.append(Draft("answered", place | {"text": ALOUD}))
            return [*drafts, ticked]

        self._step(decide)

    def mark(self, question: int, group: str, item: int, *, on: bool) -> None:
        """Keep an interviewer's tick."""
        interview = _open(self.look().interview)
        asked = interview.questions[_place(question, interview.questions, "question")]
        if group not in GROUPS:
            raise UserError(f"there is no group `{group}`")
        _place(item, getattr(asked, group), group)
        self._step(lambda _: [Draft("marked", {"question": question, "group": group, "item": item, "on": on})])

    def note(self, text: str) -> None:
        """Keep an interviewer's note."""
        interview = _open(self.look().interview)
        text = " ".join(text.split())
        if not text:
            raise UserError("a note needs a text")
        self._step(lambda _: [Draft("noted", {"question": interview.current, "text": text})])

    def next(self) -> Interview:
        """Go on to the next question."""
        interview = _running(self.look().interview)
        following = interview.current + 1
        if following == len(interview.questions):
            raise UserError("this is the last question; `gradkata interview finish` ends the interview")
        draft = opened(following, self.exercise(interview, following))
        self._step(lambda now: [draft] if now.current < following else [])
        return self.look().interview

    def pause(self) -> Interview:
        """Stop the clock."""
        _running(self.look().interview)
        return self._step(lambda now: [Draft("paused", {})] if now.state is State.RUNNING else [])

    def resume(self) -> Interview:
        """Let the clock run again."""
        if self.look().interview.state is not State.PAUSED:
            raise UserError("the interview is not paused")
        return self._step(lambda now: [Draft("resumed", {})] if now.state is State.PAUSED else [])

    def finish(self, grade: Grade | None) -> Interview:
        """End the interview; what was not checked as it stands is graded first, unless `grade` is `None`.

        If this is cut off, whatever was graded stays, and the next call goes on from there.
        """
        interview = self.look().interview
        for index, question in enumerate(interview.questions):
            if grade is None or question.final is not None or not question.saves:
                continue
            exercise, save = self.exercise(interview, index), question.saves[-1]
            if exercise.is_untouched(save.source):
                continue
            place = Place.of(Path(interview.workspace), index, question.exercise)
            version = place.version()
            data = version.data if version is not None and version.sha256 == save.sha256 else save.source
            report = grade(exercise, Submission.of(place.file.name, data))
            self._step(partial(_checked, index=index, sha256=save.sha256, report=report, counted=False))
        return self._step(lambda now: [] if now.state is State.FINISHED else [Draft("finished", {})])

    def _step(self, decide: Callable[[Interview], Sequence[Draft]]) -> Interview:
        return step(self.log, decide, self.clock())


def opened(index: int, exercise: Exercise) -> Draft:
    """The event that shows a question."""
    source = stub(exercise)
    return Draft("opened", {"question": index, "source": source, "sha256": Version.of(source.encode()).sha256})


def place_of(interview: Interview) -> Place:
    """Where the current question's answer is written."""
    return Place.of(Path(interview.workspace), interview.current, interview.question.exercise)


def waiting_follow_up(question: Question) -> FollowUp | None:
    """The follow-up question that was posed and has no answer yet."""
    return next((one for one in question.follow_ups if one.answer is None), None)


def _saved(interview: Interview, index: int, version: Version) -> Sequence[Draft]:
    """The new version, unless somebody else has noticed it meanwhile or the interview is over."""
    question = interview.questions[index]
    if interview.state is State.FINISHED or version.sha256 == question.sha256:
        return []
    added, removed = changed_lines(question.source, version.source)
    data = {"question": index, "sha256": version.sha256, "source": version.source, "added": added, "removed": removed}
    return [Draft("saved", data | {"paused": interview.state is State.PAUSED})]


def _checked(interview: Interview, index: int, sha256: str, report: Report, *, counted: bool) -> Sequence[Draft]:
    if interview.state is State.FINISHED:
        raise UserError("the interview was finished while this check ran; it does not count")
    data = {"question": index, "sha256": sha256, "report": report.model_dump(mode="json", by_alias=True)}
    return [Draft("checked", data | {"counted": counted})]


def _ticked(asked: Question, question: int, follow_up: int, points: Sequence[int], by: str) -> Draft:
    count = len(asked.follow_up_texts[follow_up].points)
    wrong = [point for point in points if not 1 <= point <= count]
    if wrong:
        raise UserError(f"there is no key point {wrong[0]}; they are numbered from 1 to {count}")
    places = sorted({point - 1 for point in points})
    return Draft("ticked", {"question": question, "follow_up": follow_up, "points": places, "by": by})


def _open(interview: Interview) -> Interview:
    if interview.state is State.FINISHED:
        raise UserError("the interview is over; its scorecard stands")
    return interview


def _running(interview: Interview) -> Interview:
    if interview.state is State.FINISHED:
        raise UserError("the interview is over; `gradkata interview scorecard` shows it")
    if interview.state is State.PAUSED:
        raise UserError("the interview is paused; `gradkata interview resume` lets its clock run again")
    return interview


def _next_follow_up(question: Question) -> int:
    posed = {one.index for one in question.follow_ups}
    left = [index for index in range(len(question.follow_up_texts)) if index not in posed]
    if not left:
        raise UserError("there is no further follow-up question; `next` or `finish` goes on")
    return left[0]


def _place(index: int, among: Sequence[object], name: str) -> int:
    if not 0 <= index < len(among):
        raise UserError(f"there is no {name} {index + 1}")
    return index
