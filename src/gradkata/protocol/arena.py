"""Tensors in memory that judge and worker share.

The judge writes gradients into it and, after the call, reads from it what became of them: that a gradient was changed
in place is then a fact and not a report.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import tempfile
from functools import lru_cache
from typing import TYPE_CHECKING

from gradkata.protocol.messages import Place

if TYPE_CHECKING:
    import torch

_ALIGNMENT = 64  # bytes: a place ends where words of eight bytes end
_SMALL = 1 << 12  # bytes that are copied for a comparison sooner than looked at in place
SAMPLE_STEP = 2048
"""Of tensors too large to send or compare whole, every such element stands for all."""


@lru_cache(maxsize=32)
def dtype_of(name: str) -> torch.dtype:
    """The dtype called `name`, as in `float32`."""
    import torch

    dtype = getattr(torch, name)
    if not isinstance(dtype, torch.dtype):
        raise TypeError(f"{name} is no dtype")
    return dtype


def dtype_name(dtype: torch.dtype) -> str:
    """`float32` for `torch.float32`."""
    return str(dtype).removeprefix("torch.")


def extent(shape: list[int] | tuple[int, ...], stride: list[int] | tuple[int, ...]) -> int:
    """How many elements a strided tensor spans, gaps included."""
    if len(shape) == 1 and stride[0] == 1:  # the commonest
        return shape[0]
    if any(size == 0 for size in shape):
        return 0
    return 1 + sum((size - 1) * step for size, step in zip(shape, stride, strict=True))


def tensor_at(buffer: mmap.mmap, place: Place) -> torch.Tensor:
    """The tensor at `place`, sharing the buffer's memory.

    Like a gradient that `backward()` made it is no view of another tensor: `detach_()` works, and it has no `_base`.
    """
    import torch

    shape, stride, dtype = place["shape"], place["stride"], dtype_of(place["dtype"])
    if len(shape) == 1 and stride == [1] and shape != [0]:  # the commonest, and a third of the work
        return torch.frombuffer(buffer, dtype=dtype, count=shape[0], offset=place["offset"])
    count = extent(shape, stride)
    if count == 0:
        return torch.empty(shape, dtype=dtype)
    return torch.frombuffer(buffer, dtype=dtype, count=count, offset=place["offset"]).as_strided(shape, stride).data


class Arena:
    """Shared memory that the judge lays out.

    Room is reserved first (`reserve`), then `seal` makes the memory, then tensors are written and read. What stood
    there at `keep` can be put back.
    """

    def __init__(self) -> None:
        self._size = 0
        self._descriptor = -1
        self._buffer: mmap.mmap | None = None
        self._image = bytearray()

    def reserve(self, tensor: torch.Tensor) -> Place:
        """A place for a tensor of this dtype, shape and stride."""
        shape, stride = list(tensor.shape), list(tensor.stride())
        place = Place(dtype=dtype_name(tensor.dtype), shape=shape, stride=stride, offset=self._size)
        size = extent(shape, stride) * tensor.element_size()
        self._size += -(-size // _ALIGNMENT) * _ALIGNMENT
        return place

    def seal(self) -> int:
        """Make the memory; returns its file descriptor."""
        if hasattr(os, "memfd_create"):
            self._descriptor = os.memfd_create("gradkata", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        else:
            with tempfile.TemporaryFile() as file:
                self._descriptor = os.dup(file.fileno())
        size = max(self._size, mmap.PAGESIZE)
        os.ftruncate(self._descriptor, size)
        if hasattr(os, "memfd_create"):
            # A worker that shrank the memory would make the judge's next read fatal.
            fcntl.fcntl(
                self._descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
            )
        self._buffer = mmap.mmap(self._descriptor, size)
        return self._descriptor

    @property
    def descriptor(self) -> int:
        return self._descriptor

    @property
    def reserved(self) -> int:
        """How many bytes are reserved so far."""
        return self._size

    @property
    def size(self) -> int:
        return max(self._size, mmap.PAGESIZE)

    def write(self, place: Place, tensor: torch.Tensor) -> None:
        """Put the tensor's values at its place."""
        assert self._buffer is not None, "seal() comes first"
        tensor_at(self._buffer, place).copy_(tensor)

    def read(self, place: Place) -> torch.Tensor:
        """A copy of what stands at the place now."""
        assert self._buffer is not None, "seal() comes first"
        return tensor_at(self._buffer, place).clone()

    def raw(self, start: int, end: int) -> bytearray:
        """The bytes from `start` to `end` as they are now."""
        assert self._buffer is not None, "seal() comes first"
        with memoryview(self._buffer) as all_, all_[start:end] as asked:
            return bytearray(asked)

    def holds(self, start: int, data: bytearray, at: int = 0, size: int | None = None) -> bool:
        """Whether at `start` there stands now what `data` has from `at` on, in so many bytes or to its end."""
        import torch

        assert self._buffer is not None, "seal() comes first"
        size = len(data) - at if size is None else size
        first = min(size, _SMALL)  # mostly it shows at once
        if self._buffer[start : start + first] != data[at : at + first]:
            return False
        if size == first:
            return True
        if (start | at | size) % 8:
            return self._buffer[start : start + size] == data[at : at + size]
        words = [
            torch.frombuffer(memory, dtype=torch.int64, count=size // 8, offset=offset)
            for memory, offset in ((self._buffer, start), (data, at))
        ]
        return torch.equal(*words)

    def view(self, place: Place) -> torch.Tensor:
        """What stands at the place, uncopied. The caller lets go of it before `close`."""
        assert self._buffer is not None, "seal() comes first"
        return tensor_at(self._buffer, place)

    def keep(self) -> None:
        """Remember what stands here now."""
        assert self._buffer is not None, "seal() comes first"
        self._image = bytearray(self._buffer)

    def restore(self) -> None:
        """Put back what stood here at `keep`."""
        assert self._buffer is not None, "seal() comes first"
        self._buffer[:] = self._image

    def unchanged(self, place: Place) -> bool:
        """Whether the same bits stand at the place as at `keep`, gaps between elements included."""
        assert self._buffer is not None, "seal() comes first"
        start = place["offset"]
        size = extent(place["shape"], place["stride"]) * dtype_of(place["dtype"]).itemsize
        if start + size > len(self._image):
            return False
        if size > _SMALL:
            size = -(-size // 8) * 8
        return self.holds(start, self._image, start, size)

    def close(self) -> None:
        """Let the memory go."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        self._buffer = None
