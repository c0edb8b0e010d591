"""What was measured, as records that pass from the measuring process to the one that draws them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Measurement:
    """One contender on one case and device.

    Attributes:
        contender: its name in the table.
        device, shape, situation: where and on what.
        ratio: its time as a ratio to the yardstick's, in the same interleaved run.
        seconds: its time; from another process than those of another file.
        new_bytes: the largest storage that appeared during a call.
        peak_bytes: by how much the memory in use rose during a call; `None` where that cannot be seen.
        waits, launches: what a call costs on a GPU, counted on a simulated one; `None` where it fails there.
        agrees: whether it left the same numbers as the yardstick.
    """

    contender: str
    device: str
    shape: str
    situation: str
    ratio: float
    seconds: float
    new_bytes: int
    peak_bytes: int | None
    waits: int | None
    launches: int | None
    agrees: bool

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Measurement:
        """From decoded JSON.

        Raises:
            TypeError, ValueError, KeyError: these are no fields of a measurement.
        """
        texts = {name: str(fields[name]) for name in ("contender", "device", "shape", "situation")}
        return cls(
            **texts,
            ratio=float(fields["ratio"]),
            seconds=float(fields["seconds"]),
            new_bytes=int(fields["new_bytes"]),
            peak_bytes=_count(fields["peak_bytes"]),
            waits=_count(fields["waits"]),
            launches=_count(fields["launches"]),
            agrees=fields["agrees"] is True,
        )


@dataclass(frozen=True, slots=True)
class Setting:
    """On what was measured."""

    torch: str
    threads: int
    rounds: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """All measurements of an exercise, in the order of the table's rows."""

    exercise: str
    yardstick: str
    setting: Setting
    measurements: tuple[Measurement, ...]

    @property
    def contenders(self) -> list[str]:
        return _distinct(one.contender for one in self.measurements)

    @property
    def devices(self) -> list[str]:
        return _distinct(one.device for one in self.measurements)

    def cases(self, device: str) -> list[tuple[str, str]]:
        """Shape and situation of each case on a device."""
        pairs = [(one.shape, one.situation) for one in self.measurements if one.device == device]
        return list(dict.fromkeys(pairs))

    def of(self, device: str, contender: str) -> dict[tuple[str, str], Measurement]:
        """A contender's measurements by case."""
        return {
            (one.shape, one.situation): one
            for one in self.measurements
            if (one.device, one.contender) == (device, contender)
        }

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def _distinct(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _count(value: float | None) -> int | None:
    return None if value is None else int(value)
