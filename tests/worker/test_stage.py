"""What is built ahead, and what waits until its turn comes."""

from __future__ import annotations

import mmap

import pytest
import torch

from gradkata.judge.case import Case, fill, parameters_of, reserve
from gradkata.protocol.arena import Arena
from gradkata.worker.stage import build_all


@pytest.fixture
def staged():
    """Builds a case as a stage does; returns what was built, or None."""
    arena = Arena()

    def staged(**facts):
        graph = facts.pop("graph", False)
        placed = reserve(Case("one", "f", parameters_of(torch.ones(2), graph=graph), args=(1.0,), **facts), arena)
        descriptor = arena.seal()
        fill(placed)
        with mmap.mmap(descriptor, arena.size) as buffer:
            ((message, built),) = build_all({"scenarios": [placed.message], "batches": []}, buffer).scenarios
            assert message["id"] == "one"
            return None if built is None else [item.tensor.grad.tolist() for item in built.items]

    yield staged
    arena.close()


@pytest.mark.parametrize("mode", ["plain", "trace"])
def test_gradients_in_the_shared_memory_are_built_ahead(staged, mode):
    assert staged(mode=mode) == [[1.0, 1.0]]


@pytest.mark.parametrize("facts", [{"mode": "memory"}, {"mode": "real"}, {"subject": "training"}, {"graph": True}])
def test_what_is_measured_trained_real_or_has_a_graph_waits(staged, facts):
    assert staged(**facts) is None
