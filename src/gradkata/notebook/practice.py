"""A practice notebook for each exercise, made from its card: question, a cell for the answer, check, hints, follow-ups.

It is content that nobody writes: `gradkata dev notebooks` does, the same text each time, and `gradkata dev check` says
where a card has changed since.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gradkata.content import Exercise, Kit
from gradkata.content.cells import Cell, code_cell, markdown_cell, notebook, to_text
from gradkata.content.files import read_text
from gradkata.errors import ContentError

_START = """## Your answer

1. Run the next cell. It starts the grader, which gets ready while you read and write.
2. Write your answer where `raise NotImplementedError` stands, and run the cell (Shift+Enter). Helpers and imports may
   stand in cells of their own.
3. Run the check. It takes the newest definitions that you have run, and grades them apart from this notebook."""
_TRY = """## Try it

The example from the card. It says nothing when your answer does what it should."""
_STUCK = """## Stuck?

Take away the `#` and run the cell: each time it gives the next hint."""
_FOLLOW_UPS = """## Follow-up questions

An interviewer goes on from here. Answer aloud, then compare with the model answers below.

{questions}"""
_CLARIFY = """<details>
<summary>What you could ask the interviewer before you begin, with the answers</summary>

{text}

</details>"""


def practice_notebook(exercise: Exercise) -> str:
    """The notebook's text, which depends on the exercise alone."""
    card = exercise.parsed_card()
    facts = f"*Difficulty {exercise.difficulty} of 5. Tags: {', '.join(exercise.tags)}*"
    questions = "\n".join(f"- {question}" for question in card.bullets("Follow-up questions"))
    cells = [
        markdown_cell("question", f"# {card.title}\n\n{facts}\n\n{card.section('Question')}"),
        markdown_cell("contract", f"## Contract\n\n{card.section('Contract')}"),
        markdown_cell("clarify", _CLARIFY.format(text=card.section("Clarifying questions"))),
        markdown_cell("start", _START),
        code_cell("import", "from gradkata import check, hint, progress, solution"),
        code_cell("answer", card.code("Signature")),
        code_cell("check", f'check("{exercise.id}")'),
        markdown_cell("try", _TRY),
        code_cell("example", card.code("Example")),
        markdown_cell("stuck", _STUCK),
        code_cell("hint", f'# hint("{exercise.id}")'),
        markdown_cell("follow-ups", _FOLLOW_UPS.format(questions=questions)),
        code_cell("solution", f'# solution("{exercise.id}")'),
        code_cell("progress", "# progress()"),
    ]
    return saved(cells)


def saved(cells: Sequence[Cell]) -> str:
    """A notebook's text with a line for each line of a cell, as Jupyter saves it: changes can be read."""
    return to_text(notebook([{**cell, "source": cell["source"].splitlines(keepends=True)} for cell in cells]))


def practice_folder(kit: Kit) -> Path:
    """Where a kit keeps its practice notebooks, if it does: notebooks/practice."""
    return kit.root / "notebooks" / "practice"


def practice_path(exercise: Exercise) -> Path:
    """notebooks/practice/<id>.ipynb."""
    return practice_folder(Kit(exercise.root)) / f"{exercise.id}.ipynb"


def problems(kit: Kit, exercises: Sequence[str] | None = None) -> list[str]:
    """A line for each notebook that is missing, differs from its card or has none; a kit may be without notebooks."""
    folder = practice_folder(kit)
    if not folder.is_dir():
        return []
    found: list[str] = []
    for exercise_id in kit.ids() if exercises is None else exercises:
        try:
            exercise = kit.exercise(exercise_id)
            expected = practice_notebook(exercise)
        except ContentError:  # said by who looks at the card
            continue
        path = practice_path(exercise)
        if not path.is_file():
            found.append(ContentError(path, "the file is missing", "run `gradkata dev notebooks`").message)
        elif read_text(path) != expected:
            found.append(ContentError(path, "differs from the card", "run `gradkata dev notebooks`").message)
    if exercises is None:
        known = set(kit.ids())
        strays = sorted(path for path in folder.glob("*.ipynb") if path.stem not in known)
        found += [ContentError(path, "belongs to no exercise", "move it away").message for path in strays]
    return found
