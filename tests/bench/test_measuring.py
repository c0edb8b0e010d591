"""What is counted beside the time, on gradients of a few elements."""

import contextlib

import pytest
import torch

from gradkata.bench import Baseline, Bench, Case, Takes
from gradkata.bench.measuring import Contender, Situation, measure
from gradkata.bench.memory import peak_of


def clip(parameters, max_norm):
    return torch.nn.utils.clip_grad_norm_(parameters, max_norm)


def copies(parameters, max_norm):
    norm = sum((p.grad * p.grad).sum().item() for p in parameters) ** 0.5
    for p in parameters:
        p.grad = p.grad * min(1.0, max_norm / (norm + 1e-6))


def nothing(parameters, max_norm):
    del parameters, max_norm


def numpys(parameters, max_norm):
    norm = sum(float((p.grad.numpy() ** 2).sum()) for p in parameters) ** 0.5
    for p in parameters:
        p.grad.mul_(min(1.0, max_norm / (norm + 1e-6)))


CASE = Case("small", "clipping", ((8, 8), (5,)), lambda _: (0.5,))


def bench(*functions, takes=Takes.PARAMETERS, case=CASE):
    made = Bench((Baseline("b", functions[0]),), (case,), {"f": ""}, takes)
    contenders = [Contender(function.__name__, function) for function in functions]
    (measured,) = measure(made, contenders, "cpu", 1, lambda _: contextlib.nullcontext())
    return {one.contender: one for one in measured}


def test_every_contender_gets_one_measurement_and_the_yardstick_is_the_unit():
    measured = bench(clip, copies)
    assert list(measured) == ["clip", "copies"]
    assert measured["clip"].ratio == 1.0
    assert (measured["clip"].device, measured["clip"].shape, measured["clip"].situation) == ("cpu", "small", "clipping")


def test_memory_waits_and_launches_are_counted():
    measured = bench(clip, copies)
    assert (measured["clip"].waits, measured["copies"].waits) == (0, 2)
    assert measured["copies"].new_bytes == 8 * 8 * 4
    assert measured["clip"].new_bytes < 64
    assert measured["copies"].launches == 6  # a product, a sum and a product for each of two gradients


def test_who_leaves_other_numbers_is_marked():
    measured = bench(clip, copies, nothing)
    assert [one.agrees for one in measured.values()] == [True, True, False]


def test_what_cannot_run_on_a_gpu_is_timed_all_the_same():
    measured = bench(clip, numpys)["numpys"]
    assert (measured.agrees, measured.waits, measured.launches) == (True, None, None)


def test_functions_of_gradients_are_compared_by_what_they_return():
    def total(gradients):
        return torch.nn.utils.get_total_norm(gradients)

    def host(gradients):
        return sum(float(gradient.norm()) ** 2 for gradient in gradients) ** 0.5

    def zero(gradients):
        del gradients
        return 0.0

    case = Case("small", "", ((8, 8), (5,)), lambda _: ())
    measured = bench(total, host, zero, takes=Takes.GRADIENTS, case=case)
    assert [one.agrees for one in measured.values()] == [True, True, False]


def test_every_call_finds_the_gradients_as_they_were_made():
    situation = Situation(CASE, Takes.PARAMETERS, "cpu")
    first = situation.outcome(clip)
    situation.outcome(copies)
    assert all(torch.equal(one, other) for one, other in zip(first, situation.outcome(clip), strict=True))


def test_the_numbers_are_the_same_in_every_process():
    one, other = (Situation(CASE, Takes.PARAMETERS, "cpu") for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(one.gradients, other.gradients, strict=True))


def test_a_large_temporary_shows_in_the_peak():
    def large():
        torch.ones(8 << 20, dtype=torch.uint8)

    peak = peak_of(large, torch.device("cpu"))
    if peak is None:
        pytest.skip("this platform does not tell")
    assert peak >= 6 << 20
