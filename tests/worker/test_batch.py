"""A call of a batch that is remarkable is described in full, as it would be alone."""

from __future__ import annotations

import mmap

import pytest
import torch

from gradkata.judge.batch import fill_batch, reserve_batch
from gradkata.judge.case import Case, Item
from gradkata.protocol.arena import Arena
from gradkata.worker import batch


@pytest.mark.parametrize("subject", ["parameters", "gradients"])
def test_what_an_odd_call_left_alone_is_unremarkable(subject):
    flat = torch.arange(1.0, 6.0)
    grads = [flat[:2], flat[2:]]
    case = Case("one", "f", tuple(Item(grad, data=None) for grad in grads), subject=subject, flat=flat)
    arena = Arena()
    placed = reserve_batch([case], arena)
    descriptor = arena.seal()
    fill_batch(placed)
    left = []

    def describe(returned, error, items, kept, blobs, key):
        left.extend(batch.build.states(items, blobs, key, send_values=False))
        return {}

    with mmap.mmap(descriptor, arena.size) as buffer:
        observed, _ = batch.observe(
            placed.message, batch.make(placed.message, buffer), {"f": lambda tensors: "odd"}, describe
        )
        assert (list(observed["odd"]), observed["look"], left) == (["0"], [-1], [None, None])
    arena.close()
