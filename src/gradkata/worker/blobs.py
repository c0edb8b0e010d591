"""Writes tensors as safetensors, a few at a time and often.

The library's own writer takes a fifth of a millisecond for each tensor, most of it for an array type of ctypes. The
format is a length, a header in JSON and the tensors' bytes one after another (safetensors' README, "Format").
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

import safetensors.torch
import torch

from gradkata.protocol import frames

_LENGTH = struct.Struct("<Q")
_CODES = {
    torch.float64: "F64",
    torch.float32: "F32",
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.int64: "I64",
    torch.int32: "I32",
    torch.int16: "I16",
    torch.int8: "I8",
    torch.uint8: "U8",
    torch.bool: "BOOL",
}
_save_others = safetensors.torch.save


def pack_tensors(tensors: Mapping[str, torch.Tensor]) -> bytes:
    """The bytes of contiguous tensors on the CPU, by name."""
    header: dict[str, object] = {}
    parts: list[bytes] = []
    at = 0
    for name, tensor in tensors.items():
        code = _CODES.get(tensor.dtype)
        if code is None:
            return _save_others(dict(tensors))
        part = tensor.detach().flatten().view(torch.uint8).numpy().tobytes()
        header[name] = {"dtype": code, "shape": list(tensor.shape), "data_offsets": [at, at + len(part)]}
        parts.append(part)
        at += len(part)
    text = frames.encode(header)
    text += b" " * (-len(text) % 8)
    return _LENGTH.pack(len(text)) + text + b"".join(parts)
