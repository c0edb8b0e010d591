"""Why a submission has no entry points to call: the worker's `not_loaded` frame, checked strictly, as a message."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from gradkata.judge.observations import Garbled, Raised, Strict


class _Syntax(Strict):
    kind: Literal["not_loaded"]
    stage: Literal["syntax"]
    type: str = Field(max_length=80)
    message: str = Field(max_length=200)
    line: int | None = None
    offset: int | None = None
    text: str = Field(default="", max_length=200)

    def explain(self) -> str:
        said = f"{self.type}: {self.message}" if self.message else self.type
        if self.line is None:
            return f"The file does not compile. {said}"
        where = f"{self.type} in line {self.line}: {self.message}"
        if not self.text.strip():
            return where
        caret = ""
        if self.offset is not None and 0 < self.offset <= len(self.text) + 1:
            # A tab before the place is a tab below it, so that the caret stands where it should.
            before = self.text[: self.offset - 1]
            caret = "\n    " + "".join("\t" if character == "\t" else " " for character in before) + "^"
        return f"{where}\n    {self.text}{caret}"


class _Import(Strict):
    kind: Literal["not_loaded"]
    stage: Literal["import"]
    error: Raised

    def explain(self) -> str:
        error = self.error
        said = f"{error.type}: {error.message}" if error.message else error.type
        where = f"\n    line {error.line}: {error.text}" if error.line is not None else ""
        return f"Loading the file raised {said}{where}"


class _Missing(Strict):
    kind: Literal["not_loaded"]
    stage: Literal["missing"]
    names: list[str] = Field(max_length=32)
    nearest: dict[str, str] = Field(max_length=32)

    def explain(self) -> str:
        named = [
            f"{name} (did you mean to rename {self.nearest[name]}?)" if name in self.nearest else name
            for name in self.names
        ]
        return f"The file defines no {', no '.join(named)}."


class _NotCallable(Strict):
    kind: Literal["not_loaded"]
    stage: Literal["not_callable"]
    name: str = Field(max_length=200)
    type: str = Field(max_length=80)

    def explain(self) -> str:
        return f"{self.name} is no function: its type is {self.type}."


class _Arity(Strict):
    kind: Literal["not_loaded"]
    stage: Literal["arity"]
    name: str = Field(max_length=200)
    wanted: int
    signature: str = Field(max_length=200)

    def explain(self) -> str:
        count = "1 argument" if self.wanted == 1 else f"{self.wanted} arguments"
        return f"{self.name}{self.signature} cannot be called with {count}."


class _Broke(Strict):
    kind: Literal["broke"]
    error: Raised


_ANY: TypeAdapter[_Syntax | _Import | _Missing | _NotCallable | _Arity] = TypeAdapter(
    _Syntax | _Import | _Missing | _NotCallable | _Arity
)


def explain(header: dict[str, Any]) -> str:
    """The message for a `not_loaded` frame.

    Raises:
        Garbled: the frame breaks the schema.
    """
    try:
        return _ANY.validate_python(header).explain()
    except ValidationError as error:
        raise Garbled("a refusal that breaks the schema") from error


def broken(header: dict[str, Any]) -> str:
    """How the submission left the worker unable to go on, from a `broke` frame, in the words of a message.

    Raises:
        Garbled: the frame breaks the schema.
    """
    try:
        error = _Broke.model_validate(header).error
    except ValidationError as invalid:
        raise Garbled("a breakdown that breaks the schema") from invalid
    message = " ".join(error.message.split())[:160]
    where = f", line {error.line}: {error.text}" if error.line is not None else ""
    return f"what the call left behind could not be looked at ({error.type}{': ' if message else ''}{message}{where})"
