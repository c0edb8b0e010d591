"""From what was seen to states and points: three states, needs, and nothing earned by what was not seen."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gradkata.judge.case import Case, parameters_of
from gradkata.judge.judging import Run, Violation, judge, settle, verdict
from gradkata.judge.suite import Check, Suite
from gradkata.report.model import Status


@pytest.fixture
def other() -> Case:
    return Case("other", "clip", parameters_of(torch.tensor([6.0, 8.0])), args=(1.0,))


@pytest.fixture
def suite(contract, case, other) -> Suite:
    """One check of each sort."""
    return Suite(
        contract,
        (
            Check(
                "integrity.own",
                "The answer is your own.",
                10,
                "it is asked.",
                violations=("borrowed",),
                needs=("correctness",),
            ),
            Check(
                "correctness.norm",
                "The norm.",
                30,
                "it is logged.",
                cases=(case, other),
                facets=("returned",),
                needs=("integrity",),
            ),
            Check(
                "correctness.clipped",
                "Clipped.",
                30,
                "it must be.",
                cases=(case,),
                facets=("gradients",),
                needs=("integrity",),
            ),
            Check(
                "robustness.in_place",
                "In place.",
                20,
                "others hold it.",
                cases=(other,),
                facets=("in_place",),
                needs=("integrity", "correctness"),
            ),
            Check(
                "devices",
                "Devices.",
                10,
                "there are many.",
                cases=(other,),
                facets=("returned",),
                required=False,
                needs=("integrity", "correctness"),
            ),
        ),
    )


@pytest.fixture
def all_seen(see, case, other):
    """What is seen of a right answer."""
    return {"two": see(case), "other": see(other, returned={"number": 10.0}, grads=[torch.tensor([0.6, 0.8])])}


def graded(suite, run):
    results = settle(judge(suite, run, {}))
    return {result.id: result for result in results}, verdict(results, run.fault_of_ours)


PASSED, FAILED, NOT_JUDGED = Status.PASSED, Status.FAILED, Status.NOT_JUDGED


def states(results):
    return [result.status for result in results.values()]


def test_a_right_answer_passes_with_all_points(suite, all_seen):
    results, said = graded(suite, Run(all_seen))
    assert states(results) == [PASSED] * 5
    assert (said, sum(result.points for result in results.values())) == (PASSED, 100)
    assert results["correctness.norm"].evidence == {"cases": 2}


def test_the_first_failing_case_is_shown_with_the_number_of_others(suite, all_seen, see, case, other):
    seen = {"two": see(case, returned={"number": 4.0}), "other": see(other, returned={"number": 9.0})}
    results, said = graded(suite, Run(seen))
    assert said is FAILED
    assert results["correctness.norm"].message == (
        "Expected: the norm before clipping, 5, returned\n"
        "Seen: 4 (a tensor)\n"
        "Input: gradients [3], [4], called with 1.0 (2 of 2 cases fail)\n"
        "Why: it is logged."
    )
    assert results["correctness.norm"].evidence == {"expected": 5.0, "got": 4.0}


def test_what_waits_is_not_judged_and_earns_nothing(suite, all_seen, see, case):
    wrong = {**all_seen, "two": see(case, grads=case.grads())}
    results, said = graded(suite, Run(wrong))
    assert said is FAILED
    assert {name: (result.status, result.message) for name, result in results.items()} == {
        "integrity.own": (NOT_JUDGED, "Waits for correctness.clipped."),
        "correctness.norm": (PASSED, ""),
        "correctness.clipped": (FAILED, results["correctness.clipped"].message),
        "robustness.in_place": (NOT_JUDGED, "Waits for correctness.clipped."),
        "devices": (NOT_JUDGED, "Waits for correctness.clipped."),
    }
    assert sum(result.points for result in results.values()) == 30


def test_an_optional_check_takes_its_points_and_not_the_verdict(suite, all_seen, contract):
    wanting = replace(
        suite.checks[-1], contract=type(contract)(lambda max_norm: None, returns="float"), facets=("kind",)
    )
    results, said = graded(replace(suite, checks=(*suite.checks[:-1], wanting)), Run(all_seen))
    assert (results["devices"].status, results["devices"].points, said) == (FAILED, 0, PASSED)


def test_a_tripwire_fails_its_check_and_what_waits_for_it(suite, all_seen):
    run = Run(all_seen, (Violation("borrowed", "clip_grad_norm_"), Violation("borrowed", "clip_grad_norm_")))
    results, said = graded(suite, run)
    assert said is FAILED
    assert (
        results["integrity.own"].message
        == "Expected: the answer is your own.\nSeen: clip_grad_norm_\nWhy: it is asked."
    )
    assert results["correctness.norm"].message == "Waits for integrity.own."
    assert sum(result.points for result in results.values()) == 0


def test_a_violation_of_another_kind_touches_nothing(suite, all_seen):
    assert graded(suite, Run(all_seen, (Violation("strange", "x"),)))[1] is PASSED


@pytest.mark.parametrize("gone", ["two", "other"])
def test_a_missing_observation_never_passes(suite, all_seen, gone):
    seen = {name: one for name, one in all_seen.items() if name != gone}
    results, said = graded(suite, Run(seen))
    touched = [check.id for check in suite.checks if gone in {case.id for case in check.cases}]
    assert all(results[id_].status is not PASSED and results[id_].points == 0 for id_ in touched)
    assert said is FAILED


@given(st.data())
def test_no_set_of_observations_earns_more_than_it_shows(data):
    contract_and_seen = data.draw(st.sets(st.sampled_from(["a", "b", "c"])))
    cases = {name: Case(name, "clip", ()) for name in "abc"}
    from gradkata.judge.contract import Contract

    class Nothing(Contract):
        def outcome(self, seen, index):
            return None

    suite = Suite(Nothing(), tuple(Check(f"correctness.{n}", n, 1, "w", cases=(c,)) for n, c in cases.items()))
    from gradkata.judge.seen import Seen

    results, said = graded(suite, Run({name: Seen(cases[name], [], {}) for name in contract_and_seen}))
    assert sum(result.points for result in results.values()) == len(contract_and_seen)
    assert (said is PASSED) is (len(contract_and_seen) == 3)


def test_the_case_in_which_the_process_ended_fails_and_later_ones_are_not_judged(suite, all_seen):
    run = Run({"two": all_seen["two"]}, ended_in=("other", "time-out"), unreached="Not reached: time-out.")
    results, said = graded(suite, run)
    assert said is FAILED
    assert results["correctness.norm"].message == (
        "Expected: the call to return\nSeen: time-out\nInput: gradients [6, 8], called with 1.0\nWhy: it is logged."
    )
    first = Run({}, ended_in=("two", "time-out"), unreached="Not reached: time-out.")
    results, said = graded(suite, first)
    assert states(results) == [NOT_JUDGED, FAILED, FAILED, NOT_JUDGED, NOT_JUDGED]
    assert results["devices"].message == "Not reached: time-out."
    assert said is FAILED


def test_a_file_that_cannot_be_loaded_fails_with_its_reason_everywhere(suite):
    results, said = graded(suite, Run({}, not_loaded="no"))
    assert {(result.status, result.message, result.points) for result in results.values()} == {(NOT_JUDGED, "no", 0)}
    assert said is FAILED


def test_a_fault_of_ours_is_not_held_against_the_submission(suite, all_seen, see, case):
    lost = Run({}, ended_in=("two", "the worker was lost"), unreached="Not reached.", fault_of_ours=True)
    results, said = graded(suite, lost)
    assert (set(states(results)), said) == ({NOT_JUDGED}, NOT_JUDGED)
    half = replace(lost, seen={"two": see(case, returned={"number": 4.0})})
    assert graded(suite, half)[1] is FAILED  # what was seen to be wrong is wrong
    assert graded(suite, replace(lost, seen=all_seen))[1] is PASSED


def test_an_exception_silences_the_other_facets_of_its_call(suite, see, case, all_seen, raised):
    seen = {**all_seen, "two": see(case, error=raised(), returned=None, grads=case.grads())}
    raws = judge(suite, Run(seen), {})
    assert raws[1].failing == raws[2].failing == (("two", 0, "outcome"),)
