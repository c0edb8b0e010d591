"""What happened in a training step, and in which order: the timeline, with the gradients' norm at each moment.

The library's own functions and methods are wrapped, so that a call is seen however it is reached; what is done by
hand (a loop that scales or wipes gradients) shows as a norm that changes between two events.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn

from gradkata.protocol.messages import EventKind

Event = dict[str, Any]
_MOST = 64  # events of one call that are kept; the end is always told


class Timeline:
    """The events of one call, while it is open."""

    def __init__(self) -> None:
        self._parameters: Sequence[torch.Tensor] = ()
        self._events: list[Event] | None = None

    def open(self, parameters: Sequence[torch.Tensor]) -> None:
        """Begin a call; `parameters` are those whose gradients are measured."""
        self._parameters = parameters
        self._events = []

    def close(self) -> list[Event]:
        """End the call; returns what happened."""
        events = (self._events or [])[:_MOST]
        self._events = None
        return [*events, {"kind": "end", "norm": _norm(self._parameters)}]

    def note(self, kind: EventKind) -> None:
        """Something happened now."""
        if self._events is not None and len(self._events) < _MOST:
            self._events.append({"kind": kind, "norm": _norm(self._parameters)})

    def around(self, function: Callable[..., Any], before: EventKind, after: EventKind | None) -> Callable[..., Any]:
        """`function`, with an event before it and perhaps one after it."""

        @functools.wraps(function)
        def noted(*args: Any, **kwargs: Any) -> Any:
            self.note(before)
            returned = function(*args, **kwargs)
            if after is not None:
                self.note(after)
            return returned

        return noted


def watch(timeline: Timeline) -> None:
    """Wrap what a training step is made of. For a process that runs training steps and nothing else.

    To be called before the submission is loaded: it may import these functions by name.
    """
    clipping = torch.nn.utils.clip_grad
    for name in ("clip_grad_norm_", "clip_grad_norm", "clip_grad_value_", "clip_grads_with_norm_"):
        function = getattr(clipping, name, None)
        if function is not None:
            noted = timeline.around(function, "clip", "clipped")
            setattr(clipping, name, noted)
            if hasattr(torch.nn.utils, name):
                setattr(torch.nn.utils, name, noted)
    torch.autograd.backward = timeline.around(torch.autograd.backward, "backward", "backpropagated")
    torch.autograd.grad = timeline.around(torch.autograd.grad, "backward", "backpropagated")
    for owner in (nn.Module, torch.optim.Optimizer):
        owner.zero_grad = timeline.around(owner.zero_grad, "zero_grad", None)  # type: ignore[method-assign]


def watch_objects(timeline: Timeline, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    """Note when this model runs forward and when this optimizer steps."""
    model.register_forward_pre_hook(lambda *_: timeline.note("forward"))
    optimizer.register_step_pre_hook(lambda *_: timeline.note("step"))
    optimizer.register_step_post_hook(lambda *_: timeline.note("stepped"))


def _norm(parameters: Sequence[torch.Tensor]) -> float | None:
    """The norm of all gradients together, as a plain number; None where there is no gradient."""
    with torch.no_grad():
        grads = [parameter.grad for parameter in parameters]
        norms = [torch.linalg.vector_norm(grad.detach()) for grad in grads if type(grad) is torch.Tensor]
        return float(torch.linalg.vector_norm(torch.stack(norms))) if norms else None
