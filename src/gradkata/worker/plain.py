"""Texts about a submission's objects, taken without asking the objects: a metaclass or a subclass of `str` may lie."""

from __future__ import annotations

_name = vars(type)["__name__"].__get__
_qualified_name = vars(type)["__qualname__"].__get__
_module = vars(type)["__module__"].__get__
_mro = vars(type)["__mro__"].__get__


def plain(text: str, length: int) -> str:
    """The text's beginning as a plain `str` that can be encoded, whatever subclass or lone surrogate it came with."""
    return str.encode(str.__getitem__(text, slice(length)), "utf-8", "backslashreplace").decode()[:length]


def type_name(kind: type) -> str:
    """`Tensor`."""
    return plain(_name(kind), 80)


def full_type_name(kind: type) -> str:
    """`torch.Tensor`."""
    module = _module(kind)
    return plain(f"{module}.{_qualified_name(kind)}" if type(module) is str else _qualified_name(kind), 120)


def base_names(kind: type) -> list[str]:
    """The names of the classes that this one was made from, without `object`."""
    return [type_name(base) for base in _mro(kind)[1:-1]][:8]
