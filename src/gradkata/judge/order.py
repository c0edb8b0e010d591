"""The order of a training step, read from its events: for drawing, and for telling mistakes apart.

Numbers decide whether a step is right; the order says why it is not. Two styles of one mistake (gradients zeroed first
or last, by hand or by a method) have the same faults.
"""

from __future__ import annotations

from collections.abc import Sequence

from gradkata.judge.observations import TrainingEvent

ARROW = " -> "
_SHOWN = 8
IN_PART = "zero_grad (in part)"
_KNOWS_NORM_AFTER = {"forward", "backpropagated", "clipped", "stepped"}


def happened(events: Sequence[TrainingEvent], limit: float) -> list[str]:
    """The calls in order: `zero_grad`, `forward`, `backward`, `clip`, `step`; what was done by hand is inferred.

    Gradients that shrink between two events were clipped if they exceeded `limit`, and wiped in part if not.
    """
    words: list[str] = []
    known: float | None = None  # the norm after the last event, where that is certain
    for number, event in enumerate(events):
        word = _by_hand(known, event.norm, limit)
        known = event.norm if event.kind in _KNOWS_NORM_AFTER else None
        if word:
            words.append(word)
        if event.kind in ("forward", "backward", "clip", "zero_grad"):
            words.append(event.kind)
        elif _takes_step(events, number):
            words.append("step")
    # Zeroing twice in a row, or clipping one parameter after the other, is one thing done at one place.
    return [
        word
        for number, word in enumerate(words)
        if not (number and word == words[number - 1] and word in ("zero_grad", "clip"))
    ]


def _by_hand(before: float | None, now: float | None, limit: float) -> str:
    if not before or (now is not None and now >= before * (1 - 1e-4)):
        return ""
    if not now:
        return "zero_grad"
    return "clip" if before > limit * (1 + 1e-4) else IN_PART


def _takes_step(events: Sequence[TrainingEvent], number: int) -> bool:
    """Whether the gradients are used here: where a step begins, or where it ends if it computed them itself."""
    if events[number].kind == "step":
        return not _runs_closure(events, number)
    return events[number].kind == "stepped" and _runs_closure(events, _start_of(events, number))


def _runs_closure(events: Sequence[TrainingEvent], start: int) -> bool:
    """Whether gradients are computed inside the `step` that begins at `start`."""
    for event in events[start + 1 :]:
        if event.kind == "backward":
            return True
        if event.kind in ("step", "stepped"):
            return False
    return False


def _start_of(events: Sequence[TrainingEvent], end: int) -> int:
    return max((number for number in range(end) if events[number].kind == "step"), default=end)


def right_order(words: Sequence[str], *, clips: bool, zeroes: bool = False) -> list[str]:
    """What should have happened, in the style that was seen.

    Args:
        clips: whether a clip has something to do in this call.
        zeroes: whether zeroing has to be shown even where none was seen.
    """
    backward = words.index("backward") if "backward" in words else len(words)
    step = len(words) - 1 - words[::-1].index("step") if "step" in words else len(words)
    first, last = "zero_grad" in words[:backward], "zero_grad" in words[step:]
    between = "zero_grad" in words and not first and not last
    order = ["forward", "backward"]
    order += ["clip"] if clips or "clip" in words else []
    order.append("step")
    if first or between or (zeroes and not last):
        order.insert(0, "zero_grad")
    elif last:
        order.append("zero_grad")
    return order


def faults(
    words: Sequence[str], events: Sequence[TrainingEvent], *, norm: float, limit: float, returned: float | None
) -> list[str]:
    """What is wrong with the order of a step that went wrong, in words that do not depend on style.

    Args:
        norm: the norm that the gradients should have had before clipping.
        limit: `max_grad_norm`.
        returned: the norm that the submission returned.
    """
    found = []
    backwards, steps = words.count("backward"), words.count("step")
    if backwards != 1:
        found.append(f"{backwards} backward")
    if steps != 1:
        found.append(f"{steps} step")
    if not backwards or not steps:
        return found
    backward, step = words.index("backward"), words.index("step")
    if step < backward:
        return [*found, "step before backward"]
    between, after = words[backward + 1 : step], words[step + 1 :]
    if "zero_grad" in between:
        return [*found, "zero_grad between backward and step"]
    if "clip" not in between:
        until_zeroed = after[: after.index("zero_grad")] if "zero_grad" in after else after
        if "clip" in until_zeroed:
            found.append("clip after step")
        elif "clip" in words[:backward] or returned == 0.0:
            found.append("clip before backward" if "zero_grad" in after else "clip between zero_grad and backward")
    used = norm_used(events)
    if used is not None and used > limit * 1.001 and abs(used - norm) <= 1e-3 * norm:
        found.append("not clipped")
    return found


def norm_used(events: Sequence[TrainingEvent]) -> float | None:
    """The norm of the gradients that the first step used."""
    for number, event in enumerate(events):
        if _takes_step(events, number):
            return event.norm
    return None


def draw(words: Sequence[str]) -> str:
    """One line, at most eight events long."""
    if not words:
        return "nothing"
    more = [f"... ({len(words) - _SHOWN} more)"] if len(words) > _SHOWN else []
    return ARROW.join([*words[:_SHOWN], *more])
