"""What is wrong with an exercise's files, before anything of it is run.

Each problem is one line that names the file, the thing and the mend. (Whether solutions pass and mistakes fail is
proven elsewhere, by running them.)
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

from gradkata.content.card import SECTIONS, Card, split_sections
from gradkata.content.exercise import Exercise
from gradkata.content.files import read_text
from gradkata.errors import ContentError, UserError, nearest

HINTS = 3
ANSWER_SECTIONS = (
    "Key concepts",
    "Why each line stands where it stands",
    "Trade-offs",
    "Follow-up questions",
    "Sources",
)


def problems(exercise: Exercise) -> list[str]:
    """Every problem found; an empty list means that the files are in order."""
    found: list[str] = []
    for look in (_card, _stub, _hints, _answer, _guide, _solutions, _mistakes, _stray):
        found.extend(_lines(look, exercise))
    return found


def _lines(look: Callable[[Exercise], Iterator[ContentError]], exercise: Exercise) -> Iterator[str]:
    """The problems that `look` yields, and the one that stops it."""
    try:
        for problem in look(exercise):
            yield problem.message
    except UserError as error:
        yield error.message


def _card(exercise: Exercise) -> Iterator[ContentError]:
    card = exercise.parsed_card()
    path = exercise.card_path
    expected = {
        "Category": exercise.category,
        "Difficulty": str(exercise.difficulty),
        "Tags": ", ".join(exercise.tags),
    }
    if card.title != exercise.title:
        yield ContentError(path, f"the title is `{card.title}`, in exercise.toml `{exercise.title}`", "let them agree")
    for key, value in expected.items():
        if key not in card.head:
            yield ContentError(path, f"has no line `**{key}:**`", f"write `**{key}:** {value}` below the title")
        elif card.head[key] != value:
            problem = f"`**{key}:**` says `{card.head[key]}`, exercise.toml `{value}`"
            yield ContentError(path, problem, "let them agree")
    names = tuple(section.name for section in card.sections)
    if names != SECTIONS:
        yield ContentError(path, f"has the sections {', '.join(names)}", f"have exactly {', '.join(SECTIONS)}")
    for section in card.sections:
        if not section.text:
            yield ContentError(path, f"the section `## {section.name}` is empty", "write it")
    yield from _signature(exercise, card)
    for name in ("Contract", "Follow-up questions", "Clarifying questions"):
        if name in names and not card.bullets(name):
            yield ContentError(path, f"the section `## {name}` has no bullets", "write it as a list with `- `")
    yield from _parses(path, card, "Example")


def _parses(path: Path, card: Card, section: str) -> Iterator[ContentError]:
    try:
        ast.parse(card.code(section))
    except SyntaxError as error:
        problem = f"line {error.lineno} of the code in `## {section}` is not valid Python"
        yield ContentError(path, problem, "mend the syntax")


def _signature(exercise: Exercise, card: Card) -> Iterator[ContentError]:
    path = exercise.card_path
    wrong = list(_parses(path, card, "Signature"))
    if wrong:
        yield from wrong
        return
    functions = {
        node.name: node for node in ast.parse(card.code("Signature")).body if isinstance(node, ast.FunctionDef)
    }
    for name in exercise.entry_points:
        function = functions.get(name)
        if function is None:
            yield ContentError(path, f"the Signature does not define `{name}`", f"add it{nearest(name, functions)}")
        elif not ast.get_docstring(function):
            yield ContentError(path, f"`{name}` has no docstring in the Signature", "write one with Args and Returns")
        elif not isinstance(function.body[-1], ast.Raise) or len(function.body) != 2:
            mend = 'have nothing but `raise NotImplementedError("write me")` below it'
            yield ContentError(path, f"`{name}` has a body in the Signature", mend)


def _stub(exercise: Exercise) -> Iterator[ContentError]:
    text = read_text(exercise.stub_path)
    if not exercise.is_untouched(text):
        mend = f"run `gradkata reset {exercise.id}`"
        yield ContentError(exercise.stub_path, "differs from the card's Signature", mend)
    elif text != exercise.stub:
        mend = f"run `gradkata reset {exercise.id}`"
        yield ContentError(exercise.stub_path, "its header or spacing is not the one that `reset` writes", mend)


def _hints(exercise: Exercise) -> Iterator[ContentError]:
    hints = exercise.hints
    if len(hints) != HINTS:
        mend = f"have {HINTS}, headed `## Hint 1` and so on"
        yield ContentError(exercise.hints_path, f"has {len(hints)} hints", mend)
    for number, hint in enumerate(hints, 1):
        if not hint:
            yield ContentError(exercise.hints_path, f"hint {number} is empty", "write it")


def _answer(exercise: Exercise) -> Iterator[ContentError]:
    path = exercise.answer_path
    _, sections = split_sections(read_text(path))
    texts = {section.name: section.text for section in sections}
    for name in ANSWER_SECTIONS:
        if not texts.get(name):
            yield ContentError(path, f"has no section `## {name}`, or an empty one", "write it")
    asked = exercise.parsed_card().bullets("Follow-up questions")
    _, answered = split_sections(texts.get("Follow-up questions", ""), "### ")
    names = [section.name for section in answered]
    for question in asked:
        if question not in names:
            yield ContentError(path, f"does not answer `{question}`", f"add `### {question}`, word for word")
    for section in answered:
        if section.name not in asked:
            yield ContentError(path, f"answers `{section.name}`, which the card does not ask", "let them agree")
        elif "Key points:" not in section.text:
            yield ContentError(path, f"`{section.name}` has no `Key points:`", "add them as bullets")


def _guide(exercise: Exercise) -> Iterator[ContentError]:
    """A kit may do without interviewer's guides; one that has any has one for each exercise."""
    path = exercise.guide_path
    guide = exercise.guide()
    if guide is None:
        if any(path.parents[1].glob(f"*/{path.name}")):
            yield ContentError(path, "the file is missing, and other exercises of this kit have one", "write it")
        return
    card = exercise.parsed_card()
    clarifying = card.bullets("Clarifying questions")
    for pair in guide.clarifying:
        if not any(bullet.startswith(f"**{pair.head}**") for bullet in clarifying):
            yield ContentError(path, f"`{pair.head}` is no clarifying question of the card", "quote it word for word")
    hints = [f"Hint {number}" for number in range(1, HINTS + 1)]
    if [pair.head for pair in guide.hints] != hints:
        yield ContentError(path, "does not say when to give each hint", f"write a bullet for {', '.join(hints)}")
    asked = card.bullets("Follow-up questions")
    if [levels.question for levels in guide.follow_ups] != asked:
        mend = "have a `###` for each question of the card, word for word and in its order"
        yield ContentError(path, "its follow-up questions are not the card's", mend)
    known = [mistake.name for mistake in exercise.mistakes()]
    for flag in guide.red_flags:
        if flag.mistake and flag.mistake not in known:
            problem = f"the red flag `{flag.mistake}` is no mistake of this exercise"
            yield ContentError(path, problem, f"name one{nearest(flag.mistake, known)}")


def _solutions(exercise: Exercise) -> Iterator[ContentError]:
    solutions = exercise.solutions()
    if not any(solution.name == "reference" for solution in solutions):
        yield ContentError(exercise.solutions_folder / "reference.py", "the file is missing", "add it")
    for solution in solutions:
        if not solution.text:
            mend = "write below the title what it teaches"
            yield ContentError(solution.path, "its docstring is a title alone", mend)
        for name in _undefined(exercise, solution.source):
            yield ContentError(solution.path, f"does not define `{name}`", "define the exercise's entry points")


def _mistakes(exercise: Exercise) -> Iterator[ContentError]:
    if not exercise.suite_path.is_file():
        yield ContentError(exercise.suite_path, "the file is missing", "add it")
    mistakes = exercise.mistakes()
    if not mistakes:
        yield ContentError(exercise.mistakes_folder, "has no mistakes", "add the wrong answers that the suite refuses")
    titles: dict[str, str] = {}
    for mistake in mistakes:
        path = mistake.variants[0].path
        if mistake.title in titles:
            yield ContentError(path, f"has the title of {titles[mistake.title]}.py", "say what is different")
        titles.setdefault(mistake.title, mistake.name)
        for variant in mistake.variants:
            for name in _undefined(exercise, variant.source):
                yield ContentError(variant.path, f"does not define `{name}`", "define the exercise's entry points")


def _undefined(exercise: Exercise, source: str) -> list[str]:
    """The entry points that a module's top level nowhere binds."""
    bound: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
        elif isinstance(node, ast.alias):
            bound.add(node.asname or node.name)
    return [name for name in exercise.entry_points if name not in bound]


def _stray(exercise: Exercise) -> Iterator[ContentError]:
    expected = {exercise.toml_path, exercise.card_path, exercise.stub_path, exercise.hints_path}
    for path in sorted(exercise.folder.iterdir()):
        is_backup = ".py.bak" in path.name or path.name.startswith((".", "__pycache__"))
        if path not in expected and not is_backup:
            yield ContentError(path, "is no part of an exercise", "move it away")
