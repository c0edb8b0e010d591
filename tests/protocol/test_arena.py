"""Tensors in shared memory: what one side writes the other side reads, whatever the layout."""

from __future__ import annotations

import mmap
import os
import sys

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gradkata.protocol.arena import Arena, dtype_name, dtype_of, extent, tensor_at

DTYPES = [torch.float16, torch.bfloat16, torch.float32, torch.float64]
LAYOUTS = {
    "0-d": torch.tensor(3.0),
    "empty": torch.empty(0),
    "empty matrix": torch.empty(3, 0, 2),
    "vector": torch.arange(5.0),
    "matrix": torch.arange(6.0).reshape(2, 3),
    "transposed": torch.arange(6.0).reshape(2, 3).t(),
    "every second": torch.arange(10.0)[::2],
    "one column": torch.arange(12.0).reshape(4, 3)[:, 1],
    "not finite": torch.tensor([float("nan"), float("inf"), -0.0]),
}


@pytest.fixture
def arena():
    made = Arena()
    yield made
    made.close()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_written_is_read_with_its_dtype_shape_and_strides(arena, layout, dtype):
    tensor = LAYOUTS[layout].to(dtype, memory_format=torch.preserve_format)
    place = arena.reserve(tensor)
    arena.seal()
    arena.write(place, tensor)
    read = arena.view(place)
    assert (read.dtype, read.shape) == (tensor.dtype, tensor.shape)
    assert read.stride() == tensor.stride() or tensor.numel() == 0
    torch.testing.assert_close(arena.read(place), tensor, rtol=0, atol=0, equal_nan=True)


@settings(max_examples=30, deadline=None)
@given(sizes=st.lists(st.integers(0, 70), min_size=1, max_size=6), dtypes=st.lists(st.sampled_from(DTYPES), min_size=6))
def test_no_tensor_reaches_into_another(sizes, dtypes):
    arena = Arena()
    tensors = [torch.full((size,), float(n), dtype=dtypes[n]) for n, size in enumerate(sizes)]
    places = [arena.reserve(tensor) for tensor in tensors]
    arena.seal()
    for place, tensor in zip(places, tensors, strict=True):
        arena.write(place, tensor)
    assert all(torch.equal(arena.read(place), tensor) for place, tensor in zip(places, tensors, strict=True))
    assert all(place["offset"] % 64 == 0 for place in places)
    arena.close()


def test_another_mapping_of_the_same_memory_sees_a_change(arena):
    place = arena.reserve(torch.zeros(4))
    descriptor = arena.seal()
    with mmap.mmap(descriptor, arena.size) as other:
        theirs = tensor_at(other, place)
        theirs.add_(7)
        del theirs
    assert arena.read(place).tolist() == [7.0] * 4


def test_what_was_read_is_a_copy(arena):
    place = arena.reserve(torch.zeros(2))
    arena.seal()
    read = arena.read(place)
    arena.write(place, torch.ones(2))
    assert read.tolist() == [0.0, 0.0]
    assert arena.view(place).tolist() == [1.0, 1.0]


@pytest.mark.skipif(sys.platform != "linux", reason="memory is sealed on Linux alone")
@pytest.mark.parametrize("size", [0, 1 << 20])
def test_nobody_can_change_the_size_of_the_memory(arena, size):
    arena.reserve(torch.zeros(2))
    descriptor = arena.seal()
    with pytest.raises(PermissionError):
        os.ftruncate(descriptor, size)


def test_an_empty_arena_has_a_page_nevertheless(arena):
    assert os.fstat(arena.seal()).st_size == arena.size == mmap.PAGESIZE


def test_a_closed_arena_can_be_closed_again(arena):
    descriptor = arena.seal()
    arena.close()
    assert arena.descriptor == -1
    with pytest.raises(OSError, match=r"Bad file descriptor"):
        os.fstat(descriptor)


def test_dtypes_have_the_names_that_pytorch_writes():
    assert [dtype_name(dtype) for dtype in DTYPES] == ["float16", "bfloat16", "float32", "float64"]
    assert [dtype_of(dtype_name(dtype)) for dtype in DTYPES] == DTYPES
    with pytest.raises(TypeError, match=r"^nn is no dtype$"):
        dtype_of("nn")


def test_the_extent_counts_gaps_and_is_zero_for_nothing():
    assert extent([2, 3], [3, 1]) == 6
    assert extent([3], [4]) == 9
    assert extent([], []) == 1
    assert extent([4, 0], [1, 1]) == 0


@pytest.mark.parametrize("size", [3, 5000])
def test_what_stood_there_is_put_back_and_a_changed_bit_is_noticed(arena, size):
    places = [arena.reserve(torch.zeros(size)) for _ in range(2)]
    arena.seal()
    arena.write(places[0], torch.full((size,), 2.0))
    assert not arena.unchanged(places[0])  # nothing is remembered yet
    arena.keep()
    assert arena.unchanged(places[0])
    arena.view(places[0])[-1] = -2.0
    arena.view(places[1])[0] = -0.0
    assert [arena.unchanged(place) for place in places] == [False, False]
    arena.restore()
    assert [arena.unchanged(place) for place in places] == [True, True]
    assert arena.read(places[0]).tolist() == [2.0] * size


@pytest.mark.parametrize("size", [8, 4096, 4104, 65536, 65540])
def test_what_stands_somewhere_is_compared_to_the_last_byte(size):
    arena = Arena()
    place = arena.reserve(torch.zeros(size, dtype=torch.uint8))
    other = arena.reserve(torch.zeros(size, dtype=torch.uint8))
    arena.seal()
    start = other["offset"]
    data = bytearray(range(256)) * (size // 256) + bytearray(size % 256)
    for where in (place, other):
        arena.write(where, torch.frombuffer(data, dtype=torch.uint8))
    assert arena.holds(start, data)
    assert arena.holds(start, bytearray(b"before") + data, 6)
    assert arena.holds(start, data + b"behind", 0, size)
    for changed in {0, size // 2, size - 1}:
        assert not arena.holds(start, data[:changed] + bytearray([data[changed] ^ 1]) + data[changed + 1 :])
    arena.close()
