"""Checks on devices, run on real ones. Without a GPU the CPU stands for each: all but the driver is the same."""

from __future__ import annotations

import pytest

from gradkata.content import find_kit
from gradkata.errors import UserError
from gradkata.grading import Submission, real_devices
from gradkata.grading.workers import Zygote
from gradkata.report.model import Status

CPU = {"cuda:0": "cpu", "cuda:1": "cpu"}


@pytest.fixture(scope="module")
def gpu_exercise():
    return find_kit().exercise("clip_grad_norm_gpu")


@pytest.fixture(scope="module")
def there(gpu_exercise):
    """The status of each check of a source text, there."""
    zygote = Zygote(confined=False)
    yield lambda source, places=CPU: real_devices.judge_there(
        zygote, gpu_exercise, Submission.of("mine.py", source), places
    )
    zygote.close()


def test_a_reference_passes_every_check_on_devices(there, gpu_exercise):
    raws = there(gpu_exercise.solutions()[0].source)
    assert {raw.check.kind.value for raw in raws} == {"devices", "synchronisation"}
    assert {raw.status for raw in raws} == {Status.PASSED}
    assert {case.mode for raw in raws for case in raw.check.cases} == {"real"}


def test_a_wrong_answer_fails_where_it_is_wrong(there, gpu_exercise):
    mistakes = {mistake.name: mistake.variants[0].source for mistake in gpu_exercise.mistakes()}
    raws = there(mistakes["waits_for_a_float_coefficient"])
    failed = {raw.check.id: raw.message for raw in raws if raw.status is Status.FAILED}
    assert set(failed) == {"synchronisation.default", "synchronisation.on_request"}
    assert "Input: 8 gradients on cuda:0, max_norm 1, on real devices" in failed["synchronisation.default"]


def test_an_answer_that_cannot_be_loaded_passes_nothing(there):
    assert {raw.status for raw in there("import nothing_like_that")} == {Status.NOT_JUDGED}


def test_what_fails_there_is_failed_in_the_report(there, grade, gpu_exercise):
    right = gpu_exercise.solutions()[0].source
    report = grade(gpu_exercise, right)
    assert report.passed
    raws = there(right)
    assert real_devices.merged(report, raws, "cuda:0").points == report.points
    mistakes = {mistake.name: mistake.variants[0].source for mistake in gpu_exercise.mistakes()}
    merged = real_devices.merged(report, there(mistakes["waits_for_a_float_coefficient"]), "cuda:0 (some GPU)")
    lost = [check for check in merged.checks if check.status is Status.FAILED]
    assert merged.verdict is Status.FAILED
    assert merged.points == report.points - sum(check.max_points for check in lost)
    assert (merged.unexplained, merged.environment.devices) == (True, "cuda:0 (some GPU)")


def test_without_a_gpu_it_is_one_line(monkeypatch):
    monkeypatch.setattr(real_devices, "_NAMES", "")
    with pytest.raises(UserError, match="PyTorch sees no GPU on this machine"):
        real_devices.gpus()
    monkeypatch.setattr(real_devices, "_NAMES", "print('Some GPU')")
    assert real_devices.gpus() == ["Some GPU"]


def test_one_gpu_has_the_cpu_beside_it():
    assert real_devices.homes(1) == {"cuda:0": "cuda:0", "cuda:1": "cpu"}
    assert real_devices.homes(2) == {"cuda:0": "cuda:0", "cuda:1": "cuda:1"}


def test_a_reference_passes_on_the_gpus_of_this_machine(there, gpu_exercise):
    try:
        found = real_devices.gpus()
    except UserError as error:
        pytest.skip(error.message)
    raws = there(gpu_exercise.solutions()[0].source, real_devices.homes(len(found)))
    assert {raw.status for raw in raws} == {Status.PASSED}
