"""Which cases a process of a submission gets: the kernel's peak is that of a whole process."""

import pytest

from gradkata.grading.observe import shared_out
from gradkata.judge.case import Case


def _cases(*modes):
    return [Case(f"{mode}{number}", "f", (), mode=mode) for number, mode in enumerate(modes)]


def test_probes_are_run_beside_the_rest_and_before_the_first_memory_case():
    plain, trace, other, devices = _cases("plain", "trace", "plain", "devices")
    first, second = _cases("memory", "memory")
    assert shared_out([plain, trace, other, devices], [first, second]) == [
        [plain, other],
        [trace, devices, first],
        [second],
    ]


@pytest.mark.parametrize("modes", [("plain",), ("trace",), ("real", "devices")])
def test_cases_of_one_sort_take_one_process(modes):
    cases = _cases(*modes)
    assert shared_out(cases) == [cases]


def test_a_submission_without_cases_is_run_nevertheless():
    assert shared_out([]) == [[]]


def test_one_process_gets_all_but_further_memory_cases():
    trace, plain, other = _cases("trace", "plain", "plain")
    first, second = _cases("memory", "memory")
    assert shared_out([trace, plain, other], [first, second], in_one=True) == [[plain, other, trace, first], [second]]
    assert shared_out([], in_one=True) == [[]]
