"""Notices what a submission has replaced of the code that observes it."""

from __future__ import annotations

import builtins
import ctypes
import gc
import itertools
import operator
import sys
import types
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

# Of a dictionary in CPython up to 3.12, after its head and its length: a number that every change makes another (PEP
# 509). Later versions have none there; `_stamp_words` tries it out.
_STAMP_AT = object.__basicsize__ + ctypes.sizeof(ctypes.c_ssize_t)


class _Sealed(NamedTuple):
    """A namespace as it was."""

    title: str
    namespace: Mapping[str, Any]
    kept: Mapping[str, Any]
    size: int
    inherited: frozenset[str]


class Seals:
    """Notices what a submission has replaced in the library or in the worker.

    What stands in the namespaces when this is made must stand there later. New names do no harm, but in a class those
    that hide what it inherits.
    """

    def __init__(self, owners: Mapping[str, type | types.ModuleType]) -> None:
        self._sealed: list[_Sealed] = []
        for title, owner in owners.items():
            namespace: Mapping[str, Any] = vars(owner)
            kept = {name: value for name, value in namespace.items() if _is_code(value)}
            inherited = frozenset[str]()
            if isinstance(owner, type):
                inherited = frozenset(name for base in owner.__mro__[1:] for name in vars(base)) - namespace.keys()
            if kept:
                self._sealed.append(_Sealed(title, namespace, kept, len(namespace), inherited))
        self._words = _stamp_words([sealed.namespace for sealed in self._sealed])
        self._stamps = [word.value for word in self._words]
        self._namespaces = [sealed.namespace for sealed in self._sealed]
        self._sizes = [sealed.size for sealed in self._sealed]
        self._values = [value for namespace in self._namespaces for value in namespace.values()]

    def broken(
        self,
        all_: Any = all,
        map_: Any = map,
        same: Any = operator.is_,
        len_: Any = len,
        chained: Any = itertools.chain.from_iterable,
        list_: Any = list,
        stamp: Any = operator.attrgetter("value"),
    ) -> str:
        """What was replaced, by name; empty where nothing was."""
        # Mostly nothing was written to at all.
        stamps = list_(map_(stamp, self._words))
        if stamps and stamps == self._stamps:
            return ""
        # Or all is as it was, which shows in one go. No object is asked: it could lie.
        namespaces = self._namespaces
        if list_(map_(len_, namespaces)) == self._sizes:
            values = chained([namespace.values() for namespace in namespaces])
            if all_(map_(same, values, self._values)):
                self._stamps = stamps
                return ""
        for title, namespace, kept, size, inherited in self._sealed:
            for name, value in kept.items():
                if namespace.get(name) is not value:
                    return f"{title}.{name}"
            if len_(namespace) != size:
                for name in namespace:
                    if name in inherited:
                        return f"{title}.{name}"
        self._stamps = stamps
        return ""


_DONE_BEFORE = ("gradkata.worker.confine", "gradkata.worker.pages", "gradkata.protocol.messages")


def _is_code(value: object) -> bool:
    return callable(value) or isinstance(value, (property, staticmethod, classmethod, types.ModuleType))


def worker_namespaces() -> dict[str, type | types.ModuleType]:
    """The worker's own modules and classes, but for those that have done their work when a submission is read."""
    found: dict[str, type | types.ModuleType] = {}
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "gradkata" and not name.startswith(_DONE_BEFORE):
            found[f"the grader's {name.rpartition('.')[2]}"] = module
            for value in list(vars(module).values()):
                if isinstance(value, type) and value.__module__.partition(".")[0] == "gradkata":
                    found[f"the grader's {value.__name__}"] = value
    return found


def library_namespaces() -> dict[str, type | types.ModuleType]:
    """Of the library, what the worker's observations rest on."""
    import safetensors.torch
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode

    return {
        "torch.Tensor": torch.Tensor,
        "torch.nn.Parameter": torch.nn.Parameter,
        "TorchDispatchMode": TorchDispatchMode,
        "safetensors.torch": safetensors.torch,
        "builtins": builtins,
    }


def _stamp_words(namespaces: Sequence[Mapping[str, Any]]) -> list[ctypes.c_uint64]:
    """The words in memory that tell whether these were written to; none where this interpreter has no such words."""
    if sys.implementation.name != "cpython" or not _stamps_tell():
        return []
    return [_stamp_word(namespace) for namespace in namespaces]


def _stamp_word(namespace: Mapping[str, Any]) -> ctypes.c_uint64:
    # The namespace of a class comes as a proxy, which refers to nothing but the dictionary.
    table = namespace if isinstance(namespace, dict) else gc.get_referents(namespace)[0]
    return ctypes.c_uint64.from_address(id(table) + _STAMP_AT)


def _stamps_tell() -> bool:
    """Whether every way to change a namespace shows in its stamp, and looking at it does not."""
    owners: tuple[type | types.ModuleType, ...] = (types.ModuleType("tried"), type("Tried", (), {}))
    return all(_stamp_tells(owner) for owner in owners)


def _stamp_tells(owner: Any) -> bool:
    word = _stamp_word(vars(owner))
    seen = [word.value]
    for name, value in (("name", 1), ("name", 2), ("name", 1), ("other", 1)):
        setattr(owner, name, value)
        seen.append(word.value)
    del owner.other
    seen.append(word.value)
    _ = owner.name, list(vars(owner).values()), len(vars(owner))
    return len(set(seen)) == len(seen) and word.value == seen[-1]
