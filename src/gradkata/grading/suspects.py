"""The fingerprints of an exercise's mistakes: made once by running them, kept on disk for the next time."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import platformdirs
import torch

from gradkata.content import Exercise
from gradkata.content.mistakes import Mistake
from gradkata.grading.observe import Observer
from gradkata.grading.versions import program_digest
from gradkata.judge.diagnosis import Fingerprint, Places, Suspect, fingerprint
from gradkata.judge.judging import Raw, Run, judge
from gradkata.judge.suite import Suite

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_MEMORY = "memory"
_KEPT_VERSIONS = 8


class Suspects:
    """An exercise's mistakes, ready to be compared with."""

    def __init__(
        self, exercise: Exercise, suite: Suite, observer: Observer, tell: Callable[[str], None] | None = None
    ) -> None:
        self._exercise = exercise
        self._tell = tell
        self._suite = suite
        self._observer = observer
        self._mistakes = {mistake.name: mistake for mistake in exercise.mistakes()}
        fixed = suite.fixed_cases()
        self._fixed = [case.id for case in fixed] + [case.id for case in suite.memory_cases()]
        self._memory = {case.id for case in suite.memory_cases()}
        self.places = Places.of(suite, fixed)
        self._all: list[Suspect] | None = None

    def mistake(self, name: str) -> Mistake:
        """The mistake of that name."""
        return self._mistakes[name]

    def all(self) -> list[Suspect]:
        """Every variant of every mistake. Runs them where no fingerprints are kept on disk."""
        if self._all is None:
            with _alone(self._path()):  # graders that start together let one of them do it
                prints = _load(self._path())
                if prints is None:
                    return self.learn(self._run_all())
            self._all = self._suspects(prints)
        return self._all

    def learn(self, prints: dict[str, Fingerprint]) -> list[Suspect]:
        """Take the variants' fingerprints as they were just seen, and keep them for the next time."""
        kept = _to_json(prints)
        _store(self._path(), kept, self._exercise.id)
        self._all = self._suspects(_from_json(kept))
        return self._all

    def fingerprint_of(self, raws: Sequence[Raw], run: Run) -> Fingerprint:
        """A run's fingerprint. Peak memory speaks only where the operator trace is silent."""
        found = fingerprint(self._suite, raws, run, self._fixed)
        silent = not any(key[2] == "new_bytes" for key in found)
        return {
            key: value for key, value in found.items() if key[0] not in self._memory or (key[2] == _MEMORY and silent)
        }

    def _run_all(self) -> dict[str, Fingerprint]:
        """Run every variant on the fixed cases, and where its facets ask for it on those that take memory."""
        variants = [variant for mistake in self._mistakes.values() for variant in mistake.variants]
        if self._tell is not None:
            self._tell(f"Learning how {len(variants)} wrong answers to {self._exercise.id} behave (once) ...")
        fixed, memory = self._suite.fixed_cases(), self._suite.memory_cases()
        runs = self._observer.observe_together(
            {variant.name: variant.source for variant in variants if _MEMORY not in variant.facets}, fixed
        )
        for variant in variants:
            if _MEMORY in variant.facets:
                runs[variant.name], _ = self._observer.observe(variant.source, f"{variant.name}.py", fixed, memory)
        return {name: self.fingerprint_of(judge(self._suite, run, {}), run) for name, run in runs.items()}

    def _suspects(self, prints: dict[str, Fingerprint]) -> list[Suspect]:
        # Between mistakes that explain as much, the shorter program is the simpler explanation.
        variants = [(mistake, variant) for mistake in self._mistakes.values() for variant in mistake.variants]
        variants.sort(key=lambda pair: (len(pair[1].source.split('"""')[-1]), pair[1].name))
        return [
            Suspect(mistake.name, rank, prints[variant.name], variant.facets)
            for rank, (mistake, variant) in enumerate(variants)
            if prints.get(variant.name)
        ]

    def _path(self) -> Path:
        folder = Path(platformdirs.user_cache_dir("gradkata")) / "fingerprints"
        versions = f"{self._exercise.digest()}-{program_digest()}-{torch.__version__}"
        return folder / f"{self._exercise.id}-{versions}.json"


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keeps other processes out until the block is left; where files cannot be locked, it does nothing."""
    with contextlib.ExitStack() as stack:
        if fcntl is not None:
            with contextlib.suppress(OSError):
                path.parent.mkdir(parents=True, exist_ok=True)
                file = stack.enter_context(path.with_suffix(".lock").open("a"))
                fcntl.flock(file, fcntl.LOCK_EX)  # let go when the file is closed, or with the process
        yield


def _to_json(prints: dict[str, Fingerprint]) -> dict[str, Any]:
    """The fingerprints by name, in which what is the same in many of them stands once."""
    numbers: dict[str, int] = {}
    values: list[object] = []
    rows: dict[str, list[list[Any]]] = {}
    for name, print_ in prints.items():
        rows[name] = []
        for key, value in print_.items():
            number = numbers.setdefault(repr(value), len(values))
            if number == len(values):
                values.append(value)
            rows[name].append([*key, number])
    return {"values": values, "prints": rows}


def _from_json(kept: dict[str, Any]) -> dict[str, Fingerprint]:
    """The fingerprints, in which what is the same is one object."""
    values = kept["values"]
    return {
        name: {(case, call, facet): values[number] for case, call, facet, number in rows}
        for name, rows in kept["prints"].items()
    }


def _load(path: Path) -> dict[str, Fingerprint] | None:
    try:
        return _from_json(json.loads(path.read_text()))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def _store(path: Path, kept: dict[str, Any], exercise: str) -> None:
    """Keep fingerprints for the next run; a cache that cannot be written costs time and nothing else.

    Of earlier versions the latest few are kept: somebody may go back and forth between them.
    """
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
            json.dump(kept, file)
        Path(file.name).replace(path)
        for suffix in ("json", "lock"):
            versions = sorted(path.parent.glob(f"{exercise}-*.{suffix}"), key=lambda one: one.stat().st_mtime)
            for old in versions[:-_KEPT_VERSIONS]:
                old.unlink(missing_ok=True)
