"""What a report depends on besides the source: told without importing PyTorch, so that a re-run can be instant."""

from __future__ import annotations

import hashlib
import importlib.util
import re
from functools import lru_cache
from importlib import metadata
from pathlib import Path

_ROOMS = ("protocol", "worker", "judge")
# Of this room, the modules that run and judge one submission.
_MODULES = ("grading/hearing.py", "grading/observe.py", "grading/session.py", "grading/suspects.py")


@lru_cache(maxsize=1)
def program_digest() -> str:
    """Sixteen hexadecimal digits that change when the program that runs and judges submissions does."""
    root = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for room in _ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            digest.update(path.read_bytes())
    for module in _MODULES:
        digest.update((root / module).read_bytes())
    return digest.hexdigest()[:16]


@lru_cache(maxsize=1)
def torch_version() -> str:
    """`torch.__version__`, read from the package's files."""
    spec = importlib.util.find_spec("torch")
    if spec is not None and spec.origin is not None:
        written = Path(spec.origin).with_name("version.py")
        if written.is_file():
            found = re.search(r"^__version__ = ['\"]([^'\"]+)['\"]", written.read_text(encoding="utf-8"), re.MULTILINE)
            if found:
                return found[1]
    return metadata.version("torch")
