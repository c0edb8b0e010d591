"""Every attack that we know, as a submission: none is accepted, none does harm, each is told what was seen.

An attack is one file, whose docstring states its strategy and, in lines of their own:

    Says: a part of what the report must say
    Exercise: which exercise it is handed in for, if not clip_grad_norm
    Right: yes      its numbers are right, and it cheats for the points beyond them: it must not get them all
    Memory: yes     it is found where the kernel counts memory, which takes a process of its own
    Limit: seconds  the time limit it is run under, for those that would use up all of it

`@ROOT@` in a file stands for the folder of this checkout.
"""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from gradkata.content import Kit
from gradkata.grading import Submission
from gradkata.grading.grader import Grader
from gradkata.report.model import Report, Status
from gradkata.report.printable import printable

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CONTROLS = "controls"
SEED = 11
EXERCISES = ("clip_grad_norm", "clip_grad_norm_efficient", "train_step")

# The real checks with their fixed cases, or, where memory is not the point, without those of a process of their own.
LIGHT = """
import runpy
from dataclasses import replace

whole = runpy.run_path({path!r})["SUITE"]


def lighter(check):
    cases = tuple(case for case in check.cases if {memory} or case.mode != "memory")
    return replace(check, cases=cases, generate=None)


SUITE = replace(whole, checks=tuple(map(lighter, whole.checks)))
"""


@dataclass(frozen=True)
class Attack:
    """One file, and what its docstring says of it."""

    name: str
    source: str
    says: str
    exercise: str
    right: bool
    memory: bool
    limit: float | None

    @classmethod
    def read(cls, path: Path) -> Attack:
        # Whoever attacks knows where the checkout is.
        source = path.read_text(encoding="utf-8").replace("@ROOT@", str(ROOT))
        text = ast.get_docstring(ast.parse(source)) or ""
        facts = dict(re.findall(r"^(Says|Exercise|Right|Memory|Limit): ?(.*)$", text, flags=re.MULTILINE))
        return cls(
            name=f"{path.parent.name}/{path.stem}",
            source=source,
            says=facts.get("Says", ""),
            exercise=facts.get("Exercise", "clip_grad_norm"),
            right="Right" in facts,
            memory="Memory" in facts,
            limit=float(facts["Limit"]) if "Limit" in facts else None,
        )


ATTACKS = [Attack.read(path) for path in sorted(HERE.glob("*/*.py")) if path.parent.name != CONTROLS]
RIGHT, WRONG = (Attack.read(HERE / CONTROLS / f"{name}.py") for name in ("right", "wrong"))


def below(process: int) -> list[int]:
    """What a process started, and what that started in turn."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [found for child in map(int, children) for found in (child, *below(child))]


class Range:
    """A grader with its exercises, and a count of what it holds."""

    def __init__(self, kits: dict[bool, Kit], grader: Grader, scratch: Path) -> None:
        self._kits, self._grader, self._scratch = kits, grader, scratch

    def grade(self, attack: Attack) -> Report:
        exercise = self._kits[attack.memory].exercise(attack.exercise)
        if attack.limit is not None:
            exercise = replace(exercise, metadata=replace(exercise.metadata, time_limit=attack.limit))
        return self._grader.grade(exercise, Submission.of(f"{attack.name}.py", attack.source), SEED)

    @property
    def zygote(self) -> int:
        return self._grader._zygote._process.pid

    def _kept_for_the_next(self) -> tuple[int, int]:
        """What an exercise's gradings share: memory, each with a file and its mapping, and stages, with a socket."""
        observers = self._grader.session._observers.values()
        kept = [prepared for one in observers for prepared in one._laid_out.values()]
        return len(kept), sum(prepared.stage is not None for prepared in kept)

    def held(self) -> dict[str, object]:
        """Processes, descriptors and files that are there now."""
        zygote = f"/proc/{self.zygote}"
        memory, stages = self._kept_for_the_next()
        return {
            "the grader's descriptors": len(list(Path("/proc/self/fd").iterdir())) - 2 * memory - stages,
            "the zygote's descriptors": len(list(Path(f"{zygote}/fd").iterdir())),
            "the zygote": self.zygote,
            "processes below the zygote, but for stages": len(below(self.zygote)) - stages,
            "files": sorted(path.name for path in self._scratch.iterdir()),
        }


if sys.platform != "linux":
    pytest.skip("the sandbox is Linux's", allow_module_level=True)


@pytest.fixture(scope="module", params=[False, True], ids=["alone", "in a class"])
def shooting_range(request, tmp_path_factory):
    """One grader for all attacks: what one of them leaves behind would spoil the next."""
    kits = {}
    for memory in (False, True):
        root = tmp_path_factory.mktemp("kit")
        (root / "exercises").symlink_to(ROOT / "exercises")
        (root / "solutions").symlink_to(ROOT / "solutions")
        for name in EXERCISES:
            suite = root / "graders" / name / "suite.py"
            suite.parent.mkdir(parents=True)
            suite.write_text(LIGHT.format(path=str(ROOT / "graders" / name / "suite.py"), memory=memory))
        kits[memory] = Kit(root)
    scratch = tmp_path_factory.mktemp("scratch")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(scratch))
        with Grader(kits[False], sparing=request.param) as grader:
            made = Range(kits, grader, scratch)
            for memory in (False, True):
                assert made.grade(replace(RIGHT, memory=memory)).points == 100
            sandbox = grader._zygote.ready()["sandbox"]
            if "landlock" not in sandbox or "seccomp" not in sandbox:
                pytest.skip(f"attacks are fired only into a sandbox, and here is: {sandbox}")
            yield made


def everything_said(report: Report) -> str:
    checks = [check.message for check in report.checks if check.status is not Status.PASSED]
    return printable("\n".join([report.fault, *checks]))


def test_there_are_at_least_fifty_attacks_each_with_what_is_said_of_it():
    assert len(ATTACKS) >= 50
    assert [attack.name for attack in ATTACKS if not attack.says] == []


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_gains_nothing_harms_nobody_and_is_told_what_was_seen(shooting_range, attack):
    before = shooting_range.held()
    report = shooting_range.grade(attack)
    assert report.verdict is (report.verdict if attack.right else Status.FAILED)
    assert report.points < 100
    assert report.verdict is not Status.NOT_JUDGED
    assert attack.says in everything_said(report)
    assert shooting_range.held() == before
    neighbour = shooting_range.grade(RIGHT)
    assert (neighbour.verdict, neighbour.points) == (Status.PASSED, 100)


def test_the_wrong_control_fails_with_its_own_message(shooting_range):
    report = shooting_range.grade(WRONG)
    assert report.verdict is Status.FAILED
    assert WRONG.says in everything_said(report)
