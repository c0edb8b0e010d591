"""A submission: source text that somebody claims answers an exercise."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from gradkata.errors import UserError

MAX_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Submission:
    """Source text with the name that messages call it by.

    `fault` is set where the bytes are no source text: it is then graded as failed, with that line as the reason.
    """

    name: str
    source: str
    sha256: str
    fault: str = ""

    @classmethod
    def of(cls, name: str, data: bytes | str) -> Submission:
        """A submission from its text or bytes."""
        raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
        digest = hashlib.sha256(raw).hexdigest()
        fault = ""
        source = ""
        if len(raw) > MAX_BYTES:
            fault = f"{name} is {len(raw) >> 20} MiB large; a submission has at most 1 MiB."
        elif b"\0" in raw:
            fault = f"{name} is a binary file, not Python source text."
        else:
            try:
                source = raw.decode("utf-8-sig")
            except UnicodeDecodeError as error:
                fault = f"{name} is not UTF-8 text (byte {error.start}): save it as UTF-8."
            else:
                if not source.strip():
                    fault = f"{name} is empty."
        return cls(name, source, digest, fault)

    @classmethod
    def faulty(cls, name: str, data: bytes, fault: str) -> Submission:
        """A submission whose bytes hold no source text, for the reason that `fault` gives."""
        return cls(name, "", hashlib.sha256(data).hexdigest(), fault)

    @classmethod
    def read(cls, path: Path) -> Submission:
        """A submission from a file.

        Raises:
            UserError: there is no such file, it is a directory, or it cannot be read.
        """
        try:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except FileNotFoundError:
            raise UserError(f"{path}: no such file") from None
        except IsADirectoryError:
            raise UserError(f"{path} is a directory; name a Python file in it") from None
        except OSError as error:
            raise UserError(f"{path} cannot be read: {error.strerror}") from error
        return cls.of(str(path), data)
