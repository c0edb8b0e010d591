"""The grading process: the command line's reports, whatever becomes of the kernel or of the process."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gradkata.content import Kit
from gradkata.errors import UserError
from gradkata.grading.grader import Grader
from gradkata.grading.submission import Submission
from gradkata.notebook import process, service
from gradkata.notebook.process import GradingProcess
from gradkata.report.model import Report

ROOT = Path(__file__).resolve().parents[2]
SOURCE = (ROOT / "solutions" / "clip_grad_norm" / "reference.py").read_text(encoding="utf-8")
WRONG = SOURCE.replace("total_norm > max_norm", "False")
WAIT = 20.0  # seconds, at most


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A kit with the real exercise and suite, and without mistakes: none has to be run for a diagnosis."""
    root = tmp_path_factory.mktemp("kit")
    environment = pytest.MonkeyPatch()
    environment.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    (root / "exercises").mkdir()
    (root / "graders" / "clip_grad_norm").mkdir(parents=True)
    (root / "exercises" / "clip_grad_norm").symlink_to(ROOT / "exercises" / "clip_grad_norm")
    suite = Path("graders", "clip_grad_norm", "suite.py")
    (root / suite).symlink_to(ROOT / suite)
    yield root
    environment.undo()


@pytest.fixture(scope="module")
def grading(root):
    """One process for all tests that leave it whole."""
    made = GradingProcess(root)
    yield made
    made.close()
    assert made._process.returncode == 0  # it had ended its worker, and was not killed


def same(report: Report) -> dict[str, object]:
    """What must be the same: all but how long it took."""
    facts = report.model_dump(mode="json")
    facts.pop("seconds")
    for check in facts["checks"]:  # measured, not judged by its exact value
        check["evidence"] = {name: check["evidence"][name] for name in check["evidence"] if "bytes" not in name}
    return facts


def test_the_same_source_and_seed_give_the_command_lines_report(grading, root):
    told: list[str] = []
    kit = Kit(root)
    with Grader(kit) as grader:
        for source in (SOURCE, WRONG):
            graded = grading.grade("clip_grad_norm", "In [1]", source, 7, told.append)
            expected = grader.grade(kit.exercise("clip_grad_norm"), Submission.of("In [1]", source), 7)
            assert same(Report.model_validate(graded.report)) == same(expected)
            word = "passed" if source == SOURCE else "not passed"
            assert f"{word}: clip_grad_norm" in graded.text
            assert graded.html.startswith("<style>")
            assert f"{word}: clip_grad_norm" in graded.html
    assert told == ["Learning how 0 wrong answers to clip_grad_norm behave (once) ..."]


def test_what_cannot_be_graded_is_a_line_and_the_process_stays(grading):
    with pytest.raises(UserError, match=r"^there is no exercise `nope`; there is clip_grad_norm$"):
        grading.grade("nope", "In [1]", "", None, print)
    assert grading.usable


def test_odd_source_text_is_the_submissions_fault(grading):
    graded = grading.grade("clip_grad_norm", "In [1]", "\ud800", 7, print)
    assert graded.report["verdict"] == "failed"


@pytest.fixture
def stand_in(monkeypatch):
    """Lets a few lines of Python take the place of the service, which needs seconds to start."""

    def stand_in(code):
        monkeypatch.setattr(process, "_SERVICE", ("-c", code))

    return stand_in


def test_a_process_that_died_is_told_of_and_replaced(stand_in, root):
    stand_in("import sys; sys.stdin.readline(); print('first', file=sys.stderr); sys.exit('no cheese left')")
    first = process.grading_process(root)
    with pytest.raises(UserError, match=r"^the grader's process ended: no cheese left$"):
        first.grade("clip_grad_norm", "In [1]", "x = 1", 7, print)
    assert not first.usable
    second = process.grading_process(root)
    assert second is not first
    assert process.grading_process(root) is second
    process.close()
    assert not second.usable


def test_a_process_that_is_gone_before_it_is_asked_is_told_of(stand_in, root):
    stand_in("import sys; sys.exit(7)")
    made = GradingProcess(root)
    made._process.wait(WAIT)
    with pytest.raises(UserError, match=r"^the grader's process ended: exit status 7$"):
        made.grade("clip_grad_norm", "In [1]", "x = 1" * 100_000, 7, print)


def test_another_kit_gets_another_process(stand_in, root, tmp_path):
    stand_in("import sys; sys.stdin.read()")
    first = process.grading_process(root)
    second = process.grading_process(tmp_path)
    assert (first.usable, second.usable) == (False, True)
    process.close()


def test_an_interrupted_process_is_not_asked_again(stand_in, root):
    stand_in('import sys; sys.stdin.readline(); print(\'{"tell": "wait"}\', flush=True); sys.stdin.read()')
    made = GradingProcess(root)

    def press_stop(line):
        assert line == "wait"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        made.grade("clip_grad_norm", "In [1]", "x = 1", 7, press_stop)
    assert not made.usable


def test_a_fork_of_the_kernel_does_not_end_its_parents_process(stand_in, root):
    stand_in("import sys; sys.stdin.read()")
    made = GradingProcess(root)
    child = os.fork()
    if child == 0:
        usable = made.usable
        made.close(at_once=True)
        os._exit(int(usable))
    _, status = os.waitpid(child, 0)
    assert status == 0
    assert made.usable
    made.close(at_once=True)


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waiting for another's child needs Linux")
def test_nothing_is_left_when_the_kernel_is_killed():
    code = (
        "import sys; from gradkata.notebook import process\n"
        "process._SERVICE = ('-c', 'import sys; sys.stdin.read()')\n"
        "print(process.GradingProcess(None)._process.pid, flush=True); sys.stdin.read()"
    )
    kernel = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with kernel:
        handle = os.pidfd_open(int(kernel.stdout.readline()))
        kernel.send_signal(signal.SIGKILL)
        ended, _, _ = select.select([handle], [], [], WAIT)
        os.close(handle)
    assert ended


class Told:
    """A grader that keeps what it is asked to learn."""

    def __init__(self, kit):
        self.kit, self.session, self.learned = kit, self, []

    def suspects(self, exercise, suite):
        assert suite.checks
        return self

    def all(self):
        self.learned.append("all")


def test_how_wrong_answers_behave_is_learned_while_the_learner_edits(root):
    grader = Told(Kit(root))
    service._learn_ahead(grader, "clip_grad_norm")
    assert grader.learned == ["all"]
