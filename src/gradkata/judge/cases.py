"""The situations that every exercise on gradients is tried in: one difficulty each, so that mistakes show apart.

`GradientCases` is bound to an entry point and to the arguments that make it act (`active`, a threshold that the
gradients exceed) and leave things alone (`idle`). An exercise takes the cases that its contract speaks of.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np
import torch

from gradkata.judge.case import Case, Item, parameters_of, sparse
from gradkata.protocol.messages import Container, Mode, Subject

_INF = float("inf")
_NAN = float("nan")
_MOST_GRADIENTS = 12
_FEW_GRADIENTS = 3  # what all but every seventh case has: most of what a case costs is what its gradients cost
_MANY = 103
_POOL = 1 << 15  # random numbers that generated gradients are cut from
_LEAST_NORM = 4.5
_LEAST_HALF = 1 / 16
_HALVES = (torch.float16, torch.bfloat16)


def pattern(*shape: int, dtype: torch.dtype = torch.float32, scale: float = 1.0, start: int = 0) -> torch.Tensor:
    """Values between 0.25 and 1.75 times `scale`, of both signs, without a repeating order. Deterministic."""
    count = 1
    for size in shape:
        count *= size
    steps = torch.arange(start, start + count, dtype=torch.float64)
    values = (0.25 + (steps * 0.61803398875 % 1.0) * 1.5) * torch.where(steps % 3 == 1, -1.0, 1.0)
    return (values * scale).reshape(shape).to(dtype)


def vector(*values: float, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """A 1-d tensor."""
    return torch.tensor(values, dtype=dtype)


@dataclass(frozen=True, slots=True)
class GradientCases:
    """Makes cases for one entry point.

    Attributes:
        entry: its name.
        active: arguments with which the gradients of `pattern` are changed, such as `(1.0,)`.
        idle: arguments with which they are left alone, such as `(1000.0,)`.
        kwargs: keyword arguments of every call.
        subject: whether the entry point takes parameters or bare gradients.
        prefix: set where several entry points of one exercise have cases of the same names.
    """

    entry: str
    active: tuple[Any, ...] = (1.0,)
    idle: tuple[Any, ...] = (1000.0,)
    kwargs: dict[str, Any] = field(default_factory=dict)
    subject: Subject = "parameters"
    prefix: str = ""
    _made: dict[str, Case] = field(default_factory=dict, repr=False)

    def case(
        self,
        name: str,
        items: tuple[Item, ...],
        args: tuple[Any, ...] | None = None,
        *,
        container: Container = "list",
        mode: Mode = "plain",
        says: str = "",
        expects_error: str | None = None,
        **kwargs: Any,
    ) -> Case:
        """A case of this entry point; by default it is called with the `active` arguments.

        Asked for a second time under the same name, it is the same case: checks may share what was run once.
        """
        case = Case(
            id=f"{self.prefix}{name}",
            entry=self.entry,
            items=items,
            args=self.active if args is None else args,
            kwargs={**self.kwargs, **kwargs},
            subject=self.subject,
            container=container,
            mode=mode,
            says=says,
            expects_error=expects_error,
        )
        known = self._made.setdefault(case.id, case)
        if (known.args, known.kwargs, known.mode, known.container) != (case.args, case.kwargs, mode, container):
            raise ValueError(f"two different cases are called {case.id}")
        return known

    # The mathematics.

    def two_numbers(self) -> Case:
        """The smallest: 3 and 4, whose norm is 5."""
        return self.case("two_numbers", parameters_of(vector(3.0), vector(4.0)))

    def shapes(self) -> Case:
        """A vector, a matrix, and a block, as a network has them."""
        grads = [pattern(3), pattern(4, 5, start=7), pattern(2, 3, 2, start=40)]
        # Values of their own: ones stay ones under much that should not be done to parameters.
        items = tuple(Item(grad, data=pattern(*grad.shape, start=60, scale=3.0)) for grad in grads)
        return self.case("shapes", items)

    def one_matrix(self) -> Case:
        """A matrix alone, whose spectral norm is another."""
        return self.case("one_matrix", parameters_of(pattern(6, 3, start=3)))

    def signs(self) -> Case:
        """Negative numbers only, which sums cancel and clamps mistake."""
        return self.case("signs", parameters_of(-pattern(5).abs(), -pattern(2, 2, start=9).abs()))

    def spread(self) -> Case:
        """One gradient a thousand times the other."""
        return self.case("spread", parameters_of(pattern(7, scale=0.01, start=2), pattern(6, scale=10.0, start=11)))

    def tiny(self, *args: Any) -> Case:
        """Gradients of about 1e-3, where an epsilon in the wrong place shows."""
        return self.case("tiny", parameters_of(pattern(3, scale=6e-4), pattern(2, scale=6e-4, start=5)), args)

    def huge(self, *args: Any) -> Case:
        """A norm of 1e5 and more, where a coefficient of 1e-5 must be right."""
        return self.case("huge", parameters_of(pattern(8, scale=4e4), pattern(3, 2, scale=4e4, start=5)), args)

    def many(self) -> Case:
        """As many gradients as a real network has, of one to five dimensions: limits of a small example show."""
        sizes = [(3, 2), (4,), (2, 3, 2), (2, 1, 2, 2), (1, 2, 1, 2, 2), (5,), (1, 7), (1,), (1, 1, 3, 1), (2, 2)]
        shapes = [(200,), (90,), *(sizes[number % len(sizes)] for number in range(_MANY - 2))]
        grads = [pattern(*shape, start=17 * number) for number, shape in enumerate(shapes)]
        return self.case(
            "many",
            _made_there(*grads),
            says=f"{_MANY} gradients of up to 200 elements in up to 5 dimensions, as a real network has them",
        )

    def long(self) -> Case:
        """Gradients of a thousand elements, in numbers that no block size divides."""
        return self.case("long", parameters_of(pattern(1037, start=2), pattern(3, 347, start=1400)))

    def double(self) -> Case:
        """float64 throughout."""
        return self.case("double", parameters_of(pattern(4, dtype=torch.float64), pattern(3, dtype=torch.float64)))

    def below(self) -> Case:
        """Nothing to do, with weights that are larger than any threshold."""
        grads = [pattern(5), pattern(3, 4, start=13)]
        items = tuple(Item(grad, data=pattern(*grad.shape, start=30, scale=3000.0)) for grad in grads)
        return self.case("below", items, self.idle)

    def just_below(self, *args: Any) -> Case:
        """A norm of 5.005 with a threshold a little above; one zero is negative, which is a bit of its own."""
        return self.case("just_below", parameters_of(vector(3.0, 0.1, -0.0), vector(4.0, -0.2)), args)

    def just_above(self, *args: Any) -> Case:
        """A norm of 5.005 with a threshold a little below."""
        return self.case("just_above", parameters_of(vector(3.0, 0.1), vector(4.0, -0.2)), args)

    def small_below(self) -> Case:
        """Small gradients, which must not grow to the threshold."""
        return self.case(
            "small_below", parameters_of(pattern(3, scale=0.01), pattern(4, scale=0.01, start=4)), self.idle
        )

    def steps(self) -> Case:
        """The same parameters three times, with new gradients each time: a training loop."""
        first = [pattern(3, start=1), pattern(2, 2, start=9)]
        second = [pattern(3, start=20, scale=5.0), pattern(2, 2, start=31, scale=0.5)]
        third = [pattern(3, start=44, scale=0.7), pattern(2, 2, start=52, scale=3.0)]
        return self.case(
            "steps",
            parameters_of(*first, later=[second, third]),
            says="the same parameters with new gradients, as in the next training step",
        )

    # The container.

    def generator(self) -> Case:
        return self.case("generator", parameters_of(vector(3.0, 1.0), vector(4.0)), container="generator")

    def once(self) -> Case:
        """An iterable of another kind that can be walked once."""
        return self.case(
            "once",
            parameters_of(pattern(2, start=6), pattern(3, start=4)),
            container="once",
            says="an iterable that can be walked only once, over gradients of 2 and 3 elements",
        )

    def other_containers(self) -> list[Case]:
        items = parameters_of(pattern(2, start=5), pattern(4, start=2))
        kinds: tuple[Container, ...] = ("tuple", "set", "dict_values")
        return [self.case(kind, items, container=kind) for kind in kinds]

    def single(self) -> Case:
        """One tensor instead of an iterable: a matrix, which could be walked by its rows."""
        return self.case("single", parameters_of(pattern(3, 2, start=8)), container="single")

    # Gradients that are not there.

    def none_first(self) -> Case:
        return self.case("none_first", parameters_of(None, vector(3.0), vector(4.0, 1.0)))

    def none_middle(self) -> Case:
        return self.case("none_middle", parameters_of(vector(3.0), None, vector(4.0)))

    def none_last(self) -> Case:
        return self.case("none_last", parameters_of(vector(3.0, 2.0), vector(4.0), None))

    def frozen(self) -> Case:
        """A frozen parameter without a gradient, and a frozen one that still has its gradient."""
        items = parameters_of(vector(3.0), None, vector(4.0))
        frozen = Item(grad=None, data=torch.ones(2), requires_grad=False)
        kept = Item(grad=vector(4.0), data=torch.ones(1), requires_grad=False)
        return self.case(
            "frozen",
            (items[0], frozen, kept),
            says="gradients [3] and [4], the second of a parameter that was frozen after backward()",
        )

    def all_none(self) -> Case:
        return self.case("all_none", parameters_of(None, None))

    def no_parameters(self) -> Case:
        return self.case("no_parameters", ())

    def no_parameters_generator(self) -> Case:
        return self.case("no_parameters_generator", (), container="generator")

    # Graphs.

    def graph(self) -> Case:
        """Gradients that depend on their parameters, as `create_graph=True` leaves them."""
        return self.case(
            "graph",
            parameters_of(vector(3.0, -1.0), vector(4.0), graph=True),
            says="gradients [3, -1], [4] that carry a graph (backward(create_graph=True))",
        )

    def graph_idle(self) -> Case:
        """The same, and nothing to do."""
        return self.case(
            "graph_idle",
            parameters_of(vector(3.0, -1.0), vector(4.0), graph=True),
            self.idle,
            says="gradients [3, -1], [4] that carry a graph, nothing to clip",
        )

    # Kinds of numbers.

    def half_elements(self, dtype: torch.dtype, *args: Any) -> Case:
        """Elements of 300 to 1000, whose squares do not fit into float16."""
        name = f"half_elements_{'bfloat16' if dtype is torch.bfloat16 else 'float16'}"
        return self.case(
            name, parameters_of(vector(300.0, -1000.0, dtype=dtype), vector(500.0, 2.0, dtype=dtype)), args
        )

    def half_norms(self, *args: Any) -> Case:
        """Norms above 256 from small elements: only the squares of the norms do not fit into float16."""
        grads = [torch.full((1024,), 10.0, dtype=torch.float16), torch.full((900,), -12.0, dtype=torch.float16)]
        return self.case("half_norms", parameters_of(*grads), args)

    def mixed(self, name: str, *args: Any) -> Case:
        """float16 first, then wider ones, and bfloat16."""
        return self.case(
            name,
            parameters_of(
                vector(1.0, 0.5, dtype=torch.float16),
                vector(1.0009765625e-3, 3.0000002),
                vector(1.0000000000002, -2.0, dtype=torch.float64),
                vector(0.5, 4.0, dtype=torch.bfloat16),
            ),
            args,
        )

    def mixed_large(self, name: str, *args: Any, first: torch.dtype = torch.float16) -> Case:
        """A half-precision dtype first, and a float32 norm that does not fit into float16."""
        other = torch.bfloat16 if first is torch.float16 else torch.float16
        return self.case(
            name,
            parameters_of(
                vector(1.0, 2.0, dtype=first),
                vector(1e5, -2e5),
                vector(3e3, dtype=torch.float64),
                vector(4.0, 8.0, dtype=other),
            ),
            args,
        )

    # Shapes.

    def zero_dim(self) -> Case:
        return self.case("zero_dim", parameters_of(torch.tensor(3.0), vector(4.0), torch.tensor(-2.0)))

    def empty(self) -> Case:
        return self.case("empty", parameters_of(torch.empty(0), vector(3.0), vector(4.0), torch.empty(2, 0)))

    def only_empty(self) -> Case:
        return self.case("only_empty", parameters_of(torch.empty(0), torch.empty(0, 3)))

    def non_contiguous(self) -> Case:
        """Transposed, and every second column of a wider tensor."""
        return self.case(
            "non_contiguous",
            parameters_of(pattern(4, 3, start=2).t(), pattern(3, 6, start=20)[:, ::2]),
            says="gradients of shape (3, 4), transposed, and (3, 3), every second column",
        )

    # Numbers at the edge.

    def zero_gradients(self, name: str = "zero_gradients", args: tuple[Any, ...] | None = None) -> Case:
        return self.case(name, parameters_of(torch.zeros(3), torch.zeros(2, 2)), args)

    def not_finite(self) -> list[Case]:
        rest = pattern(3)
        half, double = torch.float16, torch.float64
        return [
            self.case("nan", parameters_of(vector(1.0, _NAN), rest)),
            self.case("nan_last", parameters_of(rest.to(half), vector(2.0, dtype=half), vector(_NAN, dtype=half))),
            self.case("infinity", parameters_of(rest.to(double), vector(_INF, 1.0, dtype=double), rest.to(double))),
            self.case("minus_infinity", parameters_of(vector(-_INF), rest, vector(1.0))),
            self.case("nan_idle", parameters_of(rest, vector(0.5, _NAN), vector(1.0)), self.idle),
        ]

    # Probes.

    def traced(self, dtype: torch.dtype = torch.float32, name: str = "traced") -> Case:
        """Gradients of a MiB, under the operator trace."""
        grads = [sparse(512, 512, value=2.0, dtype=dtype), sparse(4096, value=-3.0, dtype=dtype)]
        return self.case(
            name,
            _made_there(*grads),
            mode="trace",
            says=f"{str(dtype).removeprefix('torch.')} gradients of 262,144 and 4,096 elements, operators traced",
        )

    def traced_idle(self) -> Case:
        """As many bytes of float64, of which a float32 copy is one too, and nothing to do."""
        grads = [sparse(512, 256, value=2.0, dtype=torch.float64), sparse(4096, value=-3.0, dtype=torch.float64)]
        return self.case(
            "traced_idle",
            _made_there(*grads),
            self.idle,
            mode="trace",
            says="float64 gradients of 131,072 and 4,096 elements, nothing to do, operators traced",
        )

    def large(self) -> Case:
        """A gradient so large that the kernel sees a copy of it; in half precision, where a conversion is one.

        In float16: PyTorch takes the norm of bfloat16 in a ninth of the time, but NumPy cannot copy that.
        """
        grads = [sparse(1 << 21, value=-3.0, dtype=torch.float16)]
        return self.case(
            "large",
            parameters_of(*grads),
            mode="memory",
            says="a float16 gradient of 4 MiB, memory counted by the kernel",
        )

    def one_device(self, name: str = "one_device", args: tuple[Any, ...] | None = None, count: int = 8) -> Case:
        """Many parameters on one simulated GPU."""
        grads = [pattern(2 + number % 3, start=5 * number) for number in range(count)]
        return self.case(
            name,
            parameters_of(*grads, device="cuda:0"),
            args,
            mode="devices",
            says=f"{count} gradients on a simulated cuda:0",
        )

    def two_devices(self, name: str = "two_devices", args: tuple[Any, ...] | None = None, **kwargs: Any) -> Case:
        """Parameters on two simulated GPUs."""
        grads = [vector(3.0), vector(4.0), pattern(2, 2), pattern(3, start=9)]
        return self.case(
            name,
            parameters_of(*grads, device=["cuda:1", "cuda:0", "cuda:1", "cuda:0"]),
            args,
            mode="devices",
            says="gradients [3] and two more on simulated cuda:1 and cuda:0",
            **kwargs,
        )


def _made_there(*grads: torch.Tensor) -> tuple[Item, ...]:
    """Items whose parameters, as large as the gradients and beside the point, are made by the worker."""
    return tuple(Item(grad, data=None) for grad in grads)


def threshold(random: Random, flat: torch.Tensor, norm_type: float = 2.0) -> float:
    """A `max_norm` that clips to a third and more, or leaves alone: never so near the norm that rounding decides."""
    norm = float(torch.linalg.vector_norm(flat, norm_type, dtype=torch.float64))
    share = random.random()
    return norm * (0.35 + 0.6 * share) if share < 0.8 else norm * (1.05 + share)


def generated(
    cases: GradientCases,
    seed: int,
    count: int,
    arguments: Callable[[Random, torch.Tensor], tuple[Any, ...]],
    dtypes: Sequence[torch.dtype] = (torch.float32, torch.float64, torch.float32, torch.float16, torch.bfloat16),
) -> list[Case]:
    """Cases made from a seed, the smallest first: a few gradients, or up to 12, of up to 300 elements.

    Each case's gradients have one dtype and are so large that no epsilon shows (a norm of 4 and more).

    Args:
        arguments: makes a case's arguments from its gradients, which lie side by side in one tensor.
    """
    random = Random(seed)  # noqa: S311 - test data, not secrets
    generator = torch.Generator().manual_seed(seed)
    pool = torch.randn(_POOL, generator=generator, dtype=torch.float64)
    # In half precision no element is so small that dividing by the norm first would cost its last digits.
    plain = pool.sign() * pool.abs().clamp(min=_LEAST_HALF)
    pools = {dtype: (plain if dtype in _HALVES else pool).to(dtype) for dtype in dict.fromkeys(dtypes)}
    # What all elements before each one add up to: the norm of a stretch is then a difference.
    squares = {dtype: _running_sum(pool.double().square()) for dtype, pool in pools.items()}
    numbers = np.random.default_rng(seed)
    shares = iter(numbers.random(count * (2 * _MOST_GRADIENTS + 2)).tolist())
    made = []
    for number in range(count):
        size = 1 + number * 299 // count  # grows, so that the first failing case is small
        dtype = dtypes[number % len(dtypes)]
        most = min(_FEW_GRADIENTS if number % 7 else _MOST_GRADIENTS, 1 + number // 16)
        shapes = [_shape(1 + int(next(shares) * size), next(shares)) for _ in range(1 + int(next(shares) * most))]
        sizes = [math.prod(shape) for shape in shapes]
        start = int(next(shares) * (_POOL - sum(sizes)))
        end = start + sum(sizes)
        flat = pools[dtype][start:end]
        norm = math.sqrt(squares[dtype][end] - squares[dtype][start])
        if norm < _LEAST_NORM:
            flat = flat * (_LEAST_NORM / norm)
        grads = (part.view(shape) for part, shape in zip(torch.split(flat, sizes), shapes, strict=True))
        made.append(
            Case(
                id=f"{cases.prefix}generated_{number}",
                entry=cases.entry,
                items=_made_there(*grads),
                args=arguments(random, flat),
                kwargs=cases.kwargs,
                subject=cases.subject,
                flat=flat,
            )
        )
    return made


def _running_sum(values: torch.Tensor) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.concatenate([[0.0], np.cumsum(values.numpy())])


def _shape(length: int, share: float) -> tuple[int, ...]:
    """A vector, a matrix or a block of about that many elements."""
    return ((length,), (length // 4 + 1, 4), (2, length // 6 + 1, 3))[int(share * 3)]
