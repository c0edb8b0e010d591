"""Seeds of generated cases: nobody can guess one beforehand, and with the report's anybody can repeat them."""

from __future__ import annotations

import secrets

_BITS = 31  # what every random generator takes, and a report shows in ten digits


def fresh_seed() -> int:
    """A seed that cannot be guessed."""
    return secrets.randbits(_BITS)
