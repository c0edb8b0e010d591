"""One submission's process: confine, load, call the entry points under probes, send what was observed.

The order matters. Everything that is needed later is bound before the submission is read; the confinement stands before
the first byte of the submission arrives; every observation leaves as soon as it is made, so that a later crash does
not take it along, but where the judge is patient: it asks again, and elsewhere, about what did not come to its end.
"""

from __future__ import annotations

import contextlib
import difflib
import functools
import gc
import inspect
import linecache
import mmap
import os
import socket
import sys
import time
import traceback
import types
import warnings
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np  # noqa: F401 - imported once in the zygote: submissions may use it
import torch

from gradkata.protocol import frames
from gradkata.protocol.messages import (
    BatchedMessage,
    BatchMessage,
    ItemMessage,
    Mode,
    Place,
    ProgramMessage,
    ScenarioMessage,
    WorkMessage,
)
from gradkata.worker import batch, build, confine, guard, seals, stage, training
from gradkata.worker.blobs import pack_tensors
from gradkata.worker.confine import kernel
from gradkata.worker.plain import base_names, plain, type_name
from gradkata.worker.probes.simulated import SimulatedDevices
from gradkata.worker.probes.trace import OperatorTrace

# What is used after the submission has run is bound before, so that it cannot be replaced.
_leave = os._exit
_clock = time.perf_counter
_set_recursion_limit, _RECURSION_LIMIT = sys.setrecursionlimit, sys.getrecursionlimit()
_MESSAGE_LENGTH = 400
_MUCH = 1 << 18  # bytes that are sent together where nobody waits for the first of them
_NOT_CONFINED = "sandbox: none, for real devices"
_confined = [True]
_seals: list[seals.Seals] = []  # made once, before any submission is near
_trim = getattr(kernel.libc(), "malloc_trim", None) if sys.platform == "linux" else None

Entries = Mapping[str, Callable[..., Any]]


def prepare(*, confined: bool = True) -> None:
    """Run once in the zygote: pay for first uses here, so that no child does."""
    _confined[:] = [confined]
    torch.set_num_threads(1)
    warnings.simplefilter("default")
    confine.prepare(hidden=guard.hidden_files())
    training.prepare()
    _rehearse()
    guard.index_functions("/torch/nn/utils/")
    guard.index_modes()
    guard.index_own_modules()
    pack_tensors({"warm": torch.ones(1, dtype=torch.bfloat16)})
    _seals[:] = [seals.Seals(seals.worker_namespaces() | seals.library_namespaces())]


def _rehearse() -> None:
    """Observe calls as a submission's are: what Python and PyTorch do the first time is then done for every child."""

    def clip(parameters: list[torch.nn.Parameter], max_norm: float) -> torch.Tensor:
        for parameter in parameters:
            if parameter.grad is not None:
                _use_common_operators(parameter.grad)
        return torch.nn.utils.clip_grad_norm_(parameters, max_norm)

    entries = {"clip": clip}
    sheet = mmap.mmap(-1, mmap.PAGESIZE)
    place = Place(dtype="float32", shape=[2, 2], stride=[2, 1], offset=0)
    modes: tuple[tuple[Mode, str], ...] = (("plain", "cpu"), ("trace", "cpu"), ("devices", "cuda:0"))
    for mode, device in modes:
        item = ItemMessage(data=None, grad=place, device=device, graph=False, requires_grad=True, later=[])
        message = ScenarioMessage(
            id="",
            entry="clip",
            subject="parameters",
            mode=mode,
            container="list",
            items=[item],
            args=[1.0],
            kwargs={},
            calls=1,
        )
        frames.pack(_observe(message, None, entries, sheet, "")[0])
    case = BatchedMessage(entry="clip", dtype="float32", offset=0, shapes=[[2], [2, 2]], args=[1.0], kwargs={})
    many = BatchMessage(subject="parameters", cases=[case] * 8)
    frames.pack(_observe_batch(many, batch.make(many, sheet), entries, sheet, "")[0])


def sandbox() -> dict[str, Any]:
    """How children of this zygote will be confined: in one line, and whether that is all that we promise."""
    found = confine.probe() if _confined[0] else confine.Confinement(_NOT_CONFINED, full=False)
    return {"sandbox": found.line, "full": found.full}


def run(channel_descriptor: int, output_descriptor: int, arena_descriptor: int) -> None:
    """Serve one submission and leave. The channel brings what is to be run, and the submission."""
    _serve(channel_descriptor, output_descriptor, _map(arena_descriptor), None)


def set_up(work: WorkMessage, arena_descriptor: int) -> Callable[[int, int], None]:
    """Build what is to be run, for processes that are forked from this one; returns what serves one submission there.

    That takes the descriptors of the channel, which brings the submission alone, and of the output.
    """
    arena = _map(arena_descriptor)
    staged = stage.build_all(work, arena)
    gc.collect()
    gc.freeze()
    return functools.partial(_serve, arena=arena, staged=staged)


def _map(descriptor: int) -> mmap.mmap:
    """The shared memory, whose descriptor is then closed."""
    arena = mmap.mmap(descriptor, os.fstat(descriptor).st_size)
    os.close(descriptor)
    return arena


def _serve(channel_descriptor: int, output_descriptor: int, arena: mmap.mmap, staged: stage.Staged | None) -> None:
    channel = socket.socket(fileno=channel_descriptor)
    _redirect(output_descriptor)
    reader = frames.FrameReader()
    first, _ = frames.receive(channel, reader)
    # It stands in this frame alone: what comes without it was not sent from here.
    token = first.pop("token", None)
    pack, flush = frames.pack, _nothing
    send: Callable[[bytes], None] = channel.sendall
    if first.get("patient"):
        send, flush = _gathering(send)
    guard.trap_functions(first["forbidden_files"], _teller(channel))
    frames.send(channel, {"kind": "confined", **_shut_in(confine.Limits(**first["limits"]))})

    asked: Any
    program: Any
    if staged is None:
        asked, _ = frames.receive(channel, reader)
        staged = stage.build_all(asked, arena)
    program, _ = frames.receive(channel, reader)
    training.watch_calls([scenario for scenario, _ in staged.scenarios])
    filename, broken = program["filename"], _seals[0].broken
    # Bound here, where a submission cannot exchange them.
    answer, receive = _answer, frames.receive

    def pause() -> None:
        send(pack({"kind": "settled", "token": token}))
        flush()
        receive(channel, reader)  # by then the kernel counts the peak anew

    own = _Own(_observe, _observe_batch, _settle, pack_tensors, _error, broken, pack, send, pause, token)
    entries = _load(program, channel)
    replaced = broken()
    if entries is not None and not replaced:
        replaced = answer(staged, entries, arena, filename, own)
    if replaced:
        send(pack({"kind": "violation", "fault": "channel", "detail": f"{replaced} was replaced"}))
    with contextlib.suppress(BaseException):
        sys.stdout.flush()
        sys.stderr.flush()
    send(pack({"kind": "done"}))
    flush()
    _leave(0)


def _nothing() -> None:
    pass


def _gathering(send: Callable[[bytes], None]) -> tuple[Callable[[bytes], None], Callable[[], None]]:
    """Something to send with that waits until there is much, and something that sends what waits."""
    waiting = bytearray()

    def gather(data: bytes) -> None:
        waiting.extend(data)
        if len(waiting) > _MUCH:
            flush()

    def flush() -> None:
        send(bytes(waiting))
        waiting.clear()

    return gather, flush


class _Own(NamedTuple):
    """What is used after the submission was loaded, as it was before."""

    observe: Callable[..., tuple[dict[str, Any], build.Blobs]]
    observe_batch: Callable[..., tuple[dict[str, Any], build.Blobs]]
    settle: Callable[..., None]
    save: Callable[[build.Blobs], bytes]
    error_of: Callable[[BaseException, str], dict[str, Any]]
    broken: Callable[[], str]
    pack: Callable[..., bytes]
    send: Callable[[bytes], None]
    pause: Callable[[], None]
    token: str | None


def _settle(scenario: ScenarioMessage, entries: Entries) -> None:
    """Get over with what memory is taken only once, before the kernel counts what a memory case takes."""
    # A call on small gradients: what the first call imports, prepares and brings into memory of the library's code is
    # not what each call takes.
    with contextlib.suppress(BaseException):
        entries[scenario["entry"]](build.small_twin(scenario), *scenario["args"], **scenario["kwargs"])
    gc.collect()
    if _trim is not None:
        _trim(0)  # what was freed goes back to the kernel, so that nobody takes it again unseen


def _answer(staged: stage.Staged, entries: Entries, arena: mmap.mmap, filename: str, own: _Own) -> str:
    """Observe all that was asked for and send it; returns what the submission replaced, at which the rest ends."""
    work: list[tuple[Callable[..., Any], Any, Any]] = [
        *((own.observe, *scenario) for scenario in staged.scenarios if scenario[0]["mode"] != "memory"),
        *((own.observe_batch, *batch) for batch in staged.batches),
        *((own.observe, *scenario) for scenario in staged.scenarios if scenario[0]["mode"] == "memory"),
    ]
    for number, (look, message, ready) in enumerate(work):
        _set_recursion_limit(_RECURSION_LIMIT)
        try:
            if message.get("mode") == "memory":
                own.settle(message, entries)
                replaced = own.broken()
                if replaced:
                    return replaced
                own.pause()
            header, tensors = look(message, ready, entries, arena, filename)
            seconds = header.pop("seconds")
            blob = own.save(tensors) if tensors else b""
            replaced = own.broken()
            if replaced:
                return replaced
            # Last comes what is another for each submission: what many begin with, the judge parses once.
            packed = own.pack({**header, "index": number, "seconds": seconds, "token": own.token}, blob)
        except BaseException as error:  # the submission left something that our own steps stumble over
            _set_recursion_limit(_RECURSION_LIMIT)
            replaced = own.broken()
            if not replaced:
                own.send(own.pack({"kind": "broke", "error": own.error_of(error, filename)}))
            return replaced
        own.send(packed)
    return ""


def _shut_in(limits: confine.Limits) -> dict[str, Any]:
    """Put the sandbox on; returns what holds."""
    if _confined[0]:
        held = confine.confine(limits)
        return {"line": held.line, "full": held.full}
    os.setsid()  # so that all of it can be ended together
    return {"line": _NOT_CONFINED, "full": False}


def _redirect(output: int) -> None:
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    for descriptor in (null, output):
        if descriptor > 2:
            os.close(descriptor)


def _teller(channel: socket.socket) -> guard.Tell:
    told: set[tuple[str, str]] = set()

    def tell(fault: str, detail: str) -> None:
        if (fault, detail) not in told and len(told) < 16:
            told.add((fault, detail))
            frames.send(channel, {"kind": "violation", "fault": fault, "detail": plain(detail, 200)})

    return tell


def _load(program: ProgramMessage, channel: socket.socket) -> dict[str, Callable[..., Any]] | None:
    """The submission's entry points, or None after telling why there are none."""
    filename, source = program["filename"], program["source"]
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    allowed = frozenset(program["imports"]) | sys.stdlib_module_names | {"__future__"}
    tell = _teller(channel)
    module = types.ModuleType("submission")
    module.__file__ = filename
    module.__dict__["__builtins__"] = guard.guarded_builtins(allowed, tell)

    def refuse(stage: str, **facts: Any) -> None:
        frames.send(channel, {"kind": "not_loaded", "stage": stage, **facts})

    try:
        code = compile(source, filename, "exec", dont_inherit=True)
    except SyntaxError as error:
        text, message = (error.text or "").rstrip("\n"), str(error.msg)[:200]
        facts = {"line": error.lineno, "offset": error.offset, "text": text[:200]}
        refuse("syntax", type=type(error).__name__, message=message, **facts)
        return None
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        refuse("syntax", type=type(error).__name__, message=str(error)[:200])
        return None
    guard.trap_modes(tell)
    guard.hide_own_modules()
    sys.modules["submission"] = sys.modules["__main__"] = module  # doctest and unittest look for the latter
    guard.watch(filename, allowed, program["forbidden_files"], tell)
    try:
        exec(code, module.__dict__)
    except BaseException as error:
        _set_recursion_limit(_RECURSION_LIMIT)
        refuse("import", error=_error(error, filename))
        return None
    _set_recursion_limit(_RECURSION_LIMIT)
    torch.set_num_threads(1)
    return _entry_points(module, program, refuse)


def _entry_points(
    module: types.ModuleType, program: ProgramMessage, refuse: Callable[..., None]
) -> dict[str, Callable[..., Any]] | None:
    names = program["entry_points"]
    found = {name: module.__dict__.get(name) for name in names if name in module.__dict__}
    missing = [name for name in names if name not in found]
    if missing:
        own = [name for name, value in module.__dict__.items() if type(value) is types.FunctionType]
        nearest = {name: difflib.get_close_matches(name, own, n=1, cutoff=0.5)[:1] for name in missing}
        refuse("missing", names=missing, nearest={name: near[0] for name, near in nearest.items() if near})
        return None
    for name, function in found.items():
        if not callable(function):
            refuse("not_callable", name=name, type=type_name(type(function)))
            return None
        wanted = program["arguments"][name]
        try:
            inspect.signature(function).bind(*range(wanted))
        except TypeError:
            refuse("arity", name=name, wanted=wanted, signature=_signature(function))
            return None
        except BaseException:  # noqa: S112  (without a signature, or with one that cannot be asked for)
            continue
    return {name: function for name, function in found.items() if callable(function)}


def _signature(function: Any) -> str:
    try:
        return plain(str(inspect.signature(function)), 200)
    except BaseException:
        return "(?)"


def _observe(
    scenario: ScenarioMessage, built: build.Built | None, entries: Entries, arena: mmap.mmap, filename: str
) -> tuple[dict[str, Any], build.Blobs]:
    """Call the entry point as often as the scenario says, and describe each call."""
    entry = entries[scenario["entry"]]
    blobs: build.Blobs = {}
    calls: list[dict[str, Any]] = []
    total = 0.0
    if scenario["subject"] == "training":
        calls, total = training.observe(scenario, entry, arena, lambda error: _error(error, filename), blobs)
    else:
        if not torch.is_grad_enabled():  # whatever the submission left behind
            torch.set_grad_enabled(True)
        built = built or build.build(scenario, arena)
        for number in range(scenario["calls"]):
            if number:
                build.refill(built.items, number)
            probe = _probe(scenario["mode"], built)
            call, seconds = _call(scenario, entry, built, probe, blobs, f"{number}", filename)
            calls.append(call)
            total += seconds
        if scenario["mode"] == "memory":
            del built
            gc.collect()
    return {"kind": "observation", "scenario": scenario["id"], "seconds": total, "calls": calls}, blobs


def _observe_batch(
    message: BatchMessage,
    made: list[list[batch.Made]],
    entries: Entries,
    arena: mmap.mmap,  # noqa: ARG001  (as `_observe` has it)
    filename: str,
) -> tuple[dict[str, Any], build.Blobs]:
    """Call the entry point once for each of many small cases."""

    def describe(
        returned: Any,
        error: BaseException | None,
        items: list[build.Item],
        kept: build.Kept,
        blobs: build.Blobs,
        key: str,
    ) -> dict[str, Any]:
        return _described(returned, error, items, kept, blobs, key, filename)

    header, blobs = batch.observe(message, made, entries, describe)
    return header | {"kind": "batch"}, blobs


def _use_common_operators(small: torch.Tensor) -> None:
    """What clips are written with."""
    with torch.no_grad():
        flat = small.flatten()
        squares = [(small * small).sum(), small.pow(2).sum(), flat.dot(flat), torch.square(small).sum()]
        norms = [torch.linalg.vector_norm(small), small.norm(2), *torch._foreach_norm([small, small])]
        total = torch.linalg.vector_norm(torch.stack([*norms, *(square.sqrt() for square in squares)]))
        coefficient = torch.clamp(1.0 / (total.float() + 1e-6), max=1.0)
        coefficient = torch.where(total < 1.0, coefficient.to(small.dtype), total / 2.0)
        if total > 1.0 and total.item() > 1.0:
            small.mul_(1.0)
        torch._foreach_mul_([small], coefficient)
        small.copy_(small.mul_(coefficient).mul_(0.5).div_(2.0).clamp_(-1.0, 1.0))
        _ = torch.cat([flat, flat]).abs().max(), torch.isfinite(small).all(), small.double()


def _probe(mode: str, built: build.Built) -> OperatorTrace | SimulatedDevices | None:
    if mode in ("trace", "real"):
        grads = [item.tensor.grad for item in built.items if not item.subject_is_gradient]
        return OperatorTrace([*(item.tensor for item in built.items), *(grad for grad in grads if grad is not None)])
    if mode == "devices":
        return SimulatedDevices()
    return None


def _call(
    scenario: ScenarioMessage,
    entry: Callable[..., Any],
    built: build.Built,
    probe: OperatorTrace | SimulatedDevices | None,
    blobs: build.Blobs,
    key: str,
    filename: str,
) -> tuple[dict[str, Any], float]:
    """Call the entry point once; returns the call's description and its seconds."""
    returned: Any = None
    error: BaseException | None = None
    dtype = torch.get_default_dtype()
    start = _clock()
    try:
        with probe or contextlib.nullcontext():
            returned = entry(built.argument, *scenario["args"], **scenario["kwargs"])
    except BaseException as caught:
        error = caught
    seconds = _clock() - start
    kept = build.Kept(torch.is_grad_enabled(), torch.get_default_dtype() is dtype)
    if not all(kept):
        torch.set_grad_enabled(True)
        torch.set_default_dtype(dtype)
    several = scenario["calls"] > 1
    call = _described(returned, error, built.items, kept, blobs, key, filename, send_values=several)
    if probe is not None:
        call["probe"] = _counts(probe)
    return call, seconds


def _described(
    returned: Any,
    error: BaseException | None,
    items: list[build.Item],
    kept: build.Kept,
    blobs: build.Blobs,
    key: str,
    filename: str,
    *,
    send_values: bool = False,
) -> dict[str, Any]:
    call: dict[str, Any] = {
        "grad_mode_kept": kept.grad_mode,
        "default_dtype_kept": kept.default_dtype,
        "outcome": "returned" if error is None else "raised",
        "items": build.states(items, blobs, f"{key}.item", send_values=send_values),
    }
    if error is None:
        call["returned"] = build.describe(returned, blobs, f"{key}.returned")
    else:
        call["error"] = _error(error, filename)
    return call


def _counts(probe: OperatorTrace | SimulatedDevices) -> dict[str, Any]:
    return {
        "waits": probe.waits,
        "wait_reasons": {reason.value: count for reason, count in probe.wait_reasons.items()},
        "branches": probe.branches,
        "launches": probe.launches,
        "launched_by": {name[:80]: count for name, count in probe.launched_by.most_common(64)},
        "largest_new_bytes": probe.largest_new_bytes,
        "new_by_operator": {name[:80]: count for name, count in probe.new_by_operator.most_common(16)},
        "moved_bytes": probe.moved_bytes if isinstance(probe, SimulatedDevices) else 0,
        # Simulated devices hide nothing: an operator that they cannot record raises.
        "faults": probe.faults if isinstance(probe, OperatorTrace) else 0,
    }


def _error(error: BaseException, filename: str) -> dict[str, Any]:
    """An exception as the learner should see it: their own line, none of our frames."""
    line, text = None, ""
    with contextlib.suppress(BaseException):
        for frame, number in traceback.walk_tb(error.__traceback__):
            if frame.f_code.co_filename == filename:
                line, text = number, linecache.getline(filename, number).strip()
    try:
        message = plain(str(error), _MESSAGE_LENGTH)
    except BaseException:
        message = "(an exception that cannot be shown)"
    kind = type(error)
    return {
        "type": type_name(kind),
        "bases": base_names(kind),
        "message": message,
        "line": line,
        "text": plain(text, 200),
    }
