"""What a learner calls in a notebook: `check`, `hint`, `solution`, `progress`."""

from __future__ import annotations

from gradkata.content import Exercise, Kit
from gradkata.errors import UserError
from gradkata.grading.example import is_graded_here, run_example
from gradkata.notebook.cells import Answer, answer_in
from gradkata.notebook.process import grading_process
from gradkata.notebook.show import Place, running_shell, told
from gradkata.practice.attempt import Attempt, kit_name
from gradkata.practice.folder import kit_here
from gradkata.practice.progress import Progress
from gradkata.practice.store import Store


@told
def check(exercise: object = None, *, seed: int | None = None) -> None:
    """Check your answer: the newest definition in this notebook, with the imports and helpers that it uses.

    Args:
        exercise: the exercise's id, or the function itself.
        seed: repeats the generated cases of a report; without it they are new each time.
    """
    kit = kit_here()
    chosen = _chosen(kit, exercise)
    shell = running_shell()
    if shell is None:
        raise UserError(f"`check` looks at a notebook's cells; elsewhere run `gradkata check {chosen.id}`")
    grade(kit, chosen, answer_in(shell, chosen.entry_points), seed)


@told
def hint(exercise: object = None, number: int | None = None) -> None:
    """Show the next hint for an exercise, or hint `number` again."""
    chosen = _chosen(kit_here(), exercise)
    hints = chosen.hints
    if not hints:
        raise UserError(f"there are no hints for {chosen.id}")
    store = _store()
    given = store.hints_given(chosen)
    if number is None and given >= len(hints):
        raise UserError(
            f'you have had all {len(hints)} hints: `hint("{chosen.id}", 1)` shows the first again, '
            f'`solution("{chosen.id}")` the answers'
        )
    wanted = given + 1 if number is None else number
    if wanted not in range(1, len(hints) + 1):
        raise UserError(f"there are hints 1 to {len(hints)}")
    text = hints[wanted - 1]
    Place().show(f"Hint {wanted} of {len(hints)}\n\n{text}", markdown=f"**Hint {wanted} of {len(hints)}**\n\n{text}")
    if wanted > given:
        store.give_hint(chosen, wanted)


@told
def solution(exercise: object = None, *, reveal: bool = False) -> None:
    """Show the reference answers and the answers to the follow-up questions, once you have tried.

    Args:
        exercise: the exercise's id, or the function itself.
        reveal: show them without a first attempt.
    """
    chosen = _chosen(kit_here(), exercise)
    solutions, answer = chosen.solutions(), chosen.answer
    if not solutions and answer is None:
        raise UserError(f"this kit has no answers for {chosen.id}")
    if not reveal and not _was_tried(chosen):
        raise UserError(
            f'try first: write an answer and check it, or take a `hint("{chosen.id}")` '
            f'(`solution("{chosen.id}", reveal=True)` shows the answers at once)'
        )
    parts = []
    for one in solutions:
        loses = f"\n\nKnown to lose points at: {', '.join(one.loses)}" if one.loses else ""
        parts.append(f"## {one.name}.py\n\n```python\n{one.source.rstrip()}\n```{loses}")
    if answer is not None:
        parts.append(answer.strip())
    text = "\n\n".join(parts) + "\n"
    Place().show(text, markdown=text)
    _store().show_answers(chosen)


@told
def progress() -> None:
    """Show how far you have come with each exercise."""
    found = Progress.of(_store(), kit_here())
    rows = [
        (
            one.id,
            one.state if one.solved_on is None else f"solved on {one.solved_on}",
            f"{one.points:.4g} of {one.max_points:.4g}" if one.tries else "",
            str(one.tries or ""),
            str(one.hints or ""),
        )
        for one in found.exercises
    ]
    Place().show_table(("exercise", "state", "best points", "attempts", "hints"), rows)
    days = f"{found.streak} day{'' if found.streak == 1 else 's'} in a row"
    line = f"{found.solved} of {len(rows)} solved, {found.attempts} attempts, {days}"
    Place().show(line, markdown=line)


def _store() -> Store:
    """The learner's own, the same as the command line's."""
    return Store.of_user(Place().tell)


def grade(kit: Kit, exercise: Exercise, answer: Answer, seed: int | None) -> None:
    """Grades an answer and shows the report."""
    _must_be_a_seed(seed)
    for note in answer.notes:
        Place().tell(note)
    place = Place()
    if not is_graded_here(exercise):  # a student's installation
        place.show(run_example(exercise, answer.source, answer.name).text)
        return
    try:
        graded = grading_process(kit.root).grade(exercise.id, answer.name, answer.source, seed, place.tell)
    except KeyboardInterrupt:
        grading_process(kit.root)  # another one gets ready for the next check
        raise
    place.show(graded.text, html=graded.html)
    _store().record(Attempt.of(exercise, graded.report, answer.source, origin="notebook"))


def _chosen(kit: Kit, exercise: object) -> Exercise:
    """The exercise that an id or a function names."""
    if isinstance(exercise, str):
        return kit.exercise(exercise.strip())
    name = getattr(exercise, "__name__", None)
    for one in kit.exercises() if callable(exercise) else ():
        if name in one.entry_points:
            return one
    ids = ", ".join(one.id for one in kit.exercises())
    raise UserError(f"name an exercise in quotation marks; there is {ids}")


def _must_be_a_seed(value: object) -> None:
    """Complains about what a learner may have typed instead of one."""
    if value is not None and not (isinstance(value, int) and value >= 0):
        raise UserError(f"`seed` is a whole number from 0, such as the one that a report names; not {value!r}")


def _was_tried(exercise: Exercise) -> bool:
    if exercise.id in _store().standings(kit_name(exercise)):
        return True
    shell = running_shell()
    if shell is None:
        return False
    try:
        return not exercise.is_untouched(answer_in(shell, exercise.entry_points).source)
    except UserError:
        return False
