"""Cases that are judged in one piece are judged as they would be one by one."""

from __future__ import annotations

import math

import pytest
import torch

from gradkata.judge.batch import fill_batch, join_batch, reserve_batch
from gradkata.judge.case import Case, Item
from gradkata.judge.contracts import ClipByNorm, ClipByValue, ReadNorm
from gradkata.judge.observations import BatchObservation, Returned
from gradkata.protocol.arena import Arena

FACETS = ("returned", "gradients")
DTYPES = (torch.float32, torch.float64, torch.float16, torch.bfloat16)
CONTRACTS = {
    "clip": ClipByNorm(lambda max_norm: None),
    "clamp": ClipByValue(lambda clip_value: None),
    "read": ReadNorm(lambda: None),
}


def cases(contract: str) -> list[Case]:
    made = []
    for number in range(12):
        flat = torch.linspace(-3.0, 4.0, 7).to(DTYPES[number % 4])
        grads = [flat[:3], flat[3:].view(2, 2)]
        args = () if contract == "read" else (1.0 if number % 3 else 100.0,)
        made.append(Case(f"c{number}", "f", tuple(Item(grad, data=None) for grad in grads), args=args, flat=flat))
    return made


def right(contract: str, case: Case) -> tuple[float | None, torch.Tensor]:
    values = case.flat.double()
    norm = float(values.norm())
    if contract == "clip":
        return norm, case.flat * min(1.0, case.args[0] / norm)
    if contract == "clamp":
        return None, case.flat.clamp(-case.args[0], case.args[0])
    return norm, case.flat.clone()


@pytest.fixture
def judged():
    """The numbers of the cases that are found wrong, together and one by one."""
    arenas = []

    def judged(contract, numbers, changed):
        arena = Arena()
        arenas.append(arena)
        placed = reserve_batch(cases(contract), arena)
        arena.seal()
        fill_batch(placed)
        answers = [right(contract, case) for case in placed.cases]
        for sheet in placed.sheets:
            arena.write(sheet.place, torch.cat([changed.get(number, answers[number][1]) for number in sheet.members]))
        look = Returned(kind="none" if contract == "clamp" else "float", type="builtins.float")
        returned = [numbers.get(number, answer[0]) for number, answer in enumerate(answers)]
        batch = join_batch(placed, BatchObservation(0.0, [look], [0] * len(answers), returned, {}, {}))
        found = batch.failing(CONTRACTS[contract], FACETS, range(len(answers)))
        alone = [n for n in range(len(answers)) if any(CONTRACTS[contract].problems(FACETS, batch.seen(n)))]
        return found, alone

    yield judged
    for arena in arenas:
        arena.close()


@pytest.mark.parametrize("contract", list(CONTRACTS))
def test_right_answers_are_right(judged, contract):
    assert judged(contract, {}, {}) == ([], [])


@pytest.mark.parametrize("contract", ["clip", "read"])
def test_a_wrong_number_is_found(judged, contract):
    assert judged(contract, {3: 1.0, 8: math.nan, 9: None}, {}) == ([3, 8, 9], [3, 8, 9])


@pytest.mark.parametrize("contract", list(CONTRACTS))
@pytest.mark.parametrize("wrong", [0.5, math.nan, math.inf], ids=["other", "nan", "infinity"])
def test_one_wrong_element_is_found(judged, contract, wrong):
    changed = {}
    for number in (0, 5, 11):
        values = right(contract, cases(contract)[number])[1].clone()
        values[number % 7] = wrong
        changed[number] = values
    assert judged(contract, {}, changed) == ([0, 5, 11], [0, 5, 11])


def test_a_difference_within_the_tolerance_is_none(judged):
    values = right("clip", cases("clip")[1])[1].clone()
    values[0] = torch.nextafter(values[0], torch.tensor(0.0, dtype=values.dtype))
    assert judged("clip", {}, {1: values}) == ([], [])
