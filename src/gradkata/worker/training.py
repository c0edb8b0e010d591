"""Runs training steps under observation: a model, an optimizer and batches, as a scenario describes them."""

from __future__ import annotations

import contextlib
import mmap
import time
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn

from gradkata.protocol.arena import tensor_at
from gradkata.protocol.messages import LayerMessage, Place, ScenarioMessage, StepMessage, TrainingMessage
from gradkata.worker import build
from gradkata.worker.eager import do_without_compiler
from gradkata.worker.events import Timeline, watch, watch_objects

_LARGEST_VALUE = 1 << 16  # elements of a parameter that are worth sending
_MODULE_HOOKS = ("_forward_pre_hooks", "_forward_hooks", "_backward_pre_hooks", "_backward_hooks")
_OPTIMIZER_HOOKS = ("_optimizer_step_pre_hooks", "_optimizer_step_post_hooks")
_timeline = Timeline()


class Network(nn.Sequential):
    """Layers one after the other, but for those in `skipped`, which play no part in the forward pass."""

    skipped: frozenset[str] = frozenset()

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        for name, layer in self.named_children():
            if name not in self.skipped:
                input = layer(input)
        return input


def prepare() -> None:
    """Run once in the zygote: pay for first uses. No `backward()`: its engine does not like to be forked."""
    do_without_compiler()
    model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.Tanh())
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    nn.MSELoss()(model(torch.ones(3, 2)), torch.ones(3, 2)).item()
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)
    optimizer.step()
    optimizer.zero_grad()


def watch_calls(scenarios: Sequence[ScenarioMessage]) -> None:
    """Before the submission is loaded: wrap the library's functions where training steps will be run."""
    if any(scenario["subject"] == "training" for scenario in scenarios):
        watch(_timeline)


def observe(
    scenario: ScenarioMessage,
    entry: Callable[..., Any],
    arena: mmap.mmap,
    describe_error: Callable[[BaseException], dict[str, Any]],
    blobs: build.Blobs,
) -> tuple[list[dict[str, Any]], float]:
    """Call the entry point with every batch, in every round, and describe the model after each call.

    Returns the calls' descriptions and how many seconds they took together.
    """
    message = scenario["training"]
    # The first round's steps are not to reach what the second one starts from.
    weights = {f"{layer['name']}.{name}": _copy(arena, place) for layer, name, place in _places(message)}
    calls: list[dict[str, Any]] = []
    total = 0.0
    for round_ in message["rounds"]:
        torch.set_grad_enabled(True)
        model = _model(message["layers"], weights)
        optimizer = _optimizer(message, model)
        parameters = list(model.parameters())
        watch_objects(_timeline, model, optimizer)
        hooks = _count_hooks(model, optimizer, parameters)
        for number, batch in enumerate(message["batches"]):
            if number:
                model.train()
                if round_ == "cleared":
                    _clear(parameters, to_none=number % 2 == 1)
            step = _Step(model, optimizer, parameters, hooks, str(len(calls)))
            call, seconds = step.take(entry, batch, arena, blobs, describe_error)
            calls.append(call)
            total += seconds
    torch.set_grad_enabled(True)
    return calls, total


class _Step:
    """One call of the entry point."""

    def __init__(
        self,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        parameters: list[nn.Parameter],
        hooks: int,
        key: str,
    ) -> None:
        self._model, self._optimizer, self._parameters, self._key = model, optimizer, parameters, key
        self._hooks = hooks

    def take(
        self,
        entry: Callable[..., Any],
        batch: StepMessage,
        arena: mmap.mmap,
        blobs: build.Blobs,
        describe_error: Callable[[BaseException], dict[str, Any]],
    ) -> tuple[dict[str, Any], float]:
        """Call the entry point with a batch; returns the call's description and its seconds."""
        x, y = _copy(arena, batch["x"]), _copy(arena, batch["y"])
        returned: Any = None
        error: BaseException | None = None
        _timeline.open(self._parameters)
        start = time.perf_counter()
        try:
            returned = entry(self._model, self._optimizer, x, y, **batch["kwargs"])
        except BaseException as caught:
            error = caught
        seconds = time.perf_counter() - start
        events = _timeline.close()
        grad_mode_kept = torch.is_grad_enabled()  # and stays as it is: the next call has to live with it
        for name, now, place in (("x", x, batch["x"]), ("y", y, batch["y"])):
            _send_if_changed(now, tensor_at(arena, place), blobs, f"{self._key}.batch.{name}")
        call: dict[str, Any] = {
            "grad_mode_kept": grad_mode_kept,
            "outcome": "returned" if error is None else "raised",
            "items": [],
            "training": {**self._state(blobs), "events": events},
        }
        if error is None:
            call["returned"] = build.describe(returned, blobs, f"{self._key}.returned")
        else:
            call["error"] = describe_error(error)
        return call, seconds

    def _state(self, blobs: build.Blobs) -> dict[str, Any]:
        """The model as it is now. A submission may have left anything in it, or nothing that can be asked."""
        flags: dict[str, bool] = {}
        with_grad: list[str] = []
        training, hooks_left = False, -1
        with contextlib.suppress(Exception):
            hooks_left = _count_hooks(self._model, self._optimizer, self._parameters) - self._hooks
            training = all(module.training is True for module in self._model.modules())
            values = [*self._model.named_parameters(), *self._model.named_buffers()]
            for name, value in values:
                if type(value) in (torch.Tensor, nn.Parameter) and value.numel() <= _LARGEST_VALUE:
                    flags[name] = value.requires_grad
                    blobs[f"{self._key}.{name}"] = value.detach().clone().contiguous()
                    if value.grad is not None:
                        with_grad.append(name)
        return {
            "training": training,
            "requires_grad": flags,
            "with_grad": with_grad[:64],
            "hooks_left": max(hooks_left, -1),
        }


def _places(message: TrainingMessage) -> list[tuple[LayerMessage, str, Place]]:
    return [(layer, name, place) for layer in message["layers"] for name, place in layer["parameters"].items()]


def _copy(arena: mmap.mmap, place: Place) -> torch.Tensor:
    return tensor_at(arena, place).clone()


def _send_if_changed(now: torch.Tensor, was: torch.Tensor, blobs: build.Blobs, key: str) -> None:
    """Send what has become of a tensor of the batch, where it is not as it was; without values if it cannot be told."""
    if type(now) is not torch.Tensor or now.dtype is not was.dtype or now.shape != was.shape:
        blobs[key] = torch.empty(0)
    elif not torch.equal(now.detach(), was):
        blobs[key] = now.detach().clone().contiguous()


def _count_hooks(model: nn.Module, optimizer: torch.optim.Optimizer, parameters: Sequence[torch.Tensor]) -> int:
    """How many hooks there are that calls of the model, gradients and optimizer steps run."""
    holders: list[tuple[Any, tuple[str, ...]]] = [(module, _MODULE_HOOKS) for module in model.modules()]
    holders.append((optimizer, _OPTIMIZER_HOOKS))
    found = sum(len(getattr(holder, name) or ()) for holder, names in holders for name in names)
    return found + sum(map(build.hooks_on, parameters))


def _model(layers: list[LayerMessage], weights: dict[str, torch.Tensor]) -> nn.Module:
    model = Network()
    model.skipped = frozenset(layer["name"] for layer in layers if not layer["used"])
    for layer in layers:
        module = _layer(layer, weights)
        for name in layer["parameters"]:
            values = weights[f"{layer['name']}.{name}"].clone()
            setattr(module, name, nn.Parameter(values, requires_grad=name not in layer["frozen"]))
        model.add_module(layer["name"], module)
    return model


def _layer(layer: LayerMessage, weights: dict[str, torch.Tensor]) -> nn.Module:
    if layer["kind"] == "tanh":
        return nn.Tanh()
    if layer["kind"] == "relu":
        return nn.ReLU()
    shape = weights[f"{layer['name']}.weight"].shape
    if layer["kind"] == "batch_norm":
        return nn.BatchNorm1d(shape[0])
    return nn.Linear(shape[1], shape[0], bias="bias" in layer["parameters"])


def _optimizer(message: TrainingMessage, model: nn.Module) -> torch.optim.Optimizer:
    named = dict(model.named_parameters())
    groups = [
        {
            "params": [named[name] for name in group["parameters"]],
            "lr": group["lr"],
            "momentum": group["momentum"],
        }
        for group in message["groups"]
    ]
    return torch.optim.SGD(groups, lr=message["groups"][0]["lr"])


def _clear(parameters: Sequence[torch.Tensor], *, to_none: bool) -> None:
    """Empty the gradients, in one of the two ways that a caller might."""
    for parameter in parameters:
        if parameter.grad is not None:
            parameter.grad = None if to_none else torch.zeros_like(parameter)
