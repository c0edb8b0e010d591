"""The checks of a function that reads the norm of all gradients. An exercise picks from them and sets the points."""

from __future__ import annotations

from dataclasses import replace

import torch

from gradkata.judge.case import Case, Item, parameters_of, sparse
from gradkata.judge.cases import GradientCases, pattern, vector
from gradkata.judge.clipping import Table, integrity_checks
from gradkata.judge.gradient_checks import BASICS, gradient_checks, with_cases
from gradkata.judge.suite import Check, Generate

_INF = float("inf")
_NAN = float("nan")
_RETURNED = ("returned",)


def read_norm(cases: GradientCases, parity: Generate) -> Table:
    """Every check of a function that returns the p-norm of all gradients and changes nothing, keyed by id.

    `cases.active` is the default order, `(2.0,)`, and `cases.idle` another whole one. Only `correctness.infinity` has
    a largest element that is negative, and only `correctness.below_one` an order below 1: each of the two is a
    difficulty of its own.
    """
    checks = [*integrity_checks(), *_mathematics(cases, parity), *_robustness(cases), *_machine(cases)]
    return Table({check.id: check for check in checks})


def _orders(cases: GradientCases, name: str, items: tuple[Item, ...], *orders: float) -> list[Case]:
    return [cases.case(f"{name}_p{order}", items, (order,)) for order in orders]


def _mathematics(cases: GradientCases, parity: Generate) -> list[Check]:
    needs = ("integrity",)
    mixed_signs = parameters_of(torch.tensor([[3.0, -4.0], [0.5, 2.0]]), vector(-1.5, 2.0))
    return [
        Check(
            "correctness.norm",
            "The 2-norm is that of all gradients as if concatenated.",
            0,
            "one number for the whole model: how far the optimizer is about to step.",
            cases=(
                cases.two_numbers(),
                cases.shapes(),
                cases.one_matrix(),
                cases.signs(),
                cases.spread(),
                cases.double(),
                cases.zero_gradients(),
                cases.case("tiny", parameters_of(vector(3e-4, -4e-4), vector(1e-5), vector(2e-5, -2e-5))),
                cases.case("default_order", parameters_of(vector(3.0, -4.0), vector(12.0)), ()),
            ),
            facets=_RETURNED,
            needs=needs,
        ),
        Check(
            "correctness.p_norm",
            "norm_type is the order p, whole or not: (sum of |g|**p) ** (1 / p).",
            0,
            "both stages, the norm of each gradient and the norm of the norms, need the same p.",
            cases=(
                *_orders(cases, "order", mixed_signs, 1, 3, 1.5, 2.5, 4),
                *_orders(cases, "order_shapes", cases.shapes().items, 7.0, 3.0, 32.0),
            ),
            facets=_RETURNED,
            needs=needs,
        ),
        Check(
            "correctness.infinity",
            "For an infinite norm_type it is the largest absolute value.",
            0,
            "no power of infinity can be added up; it is the limit of the p-norms.",
            cases=(
                cases.case("infinity_order", parameters_of(vector(3.0, -4.0), vector(2.0)), (_INF,)),
                cases.case(
                    "infinity_order_matrix",
                    parameters_of(vector(3.0), torch.tensor([[-0.4, 0.2], [0.1, -7.0]])),
                    (_INF,),
                ),
                cases.case("infinity_order_small", parameters_of(vector(0.3, -0.4)), (_INF,)),
            ),
            facets=_RETURNED,
            needs=needs,
        ),
        Check(
            "correctness.below_one",
            "norm_type may be below 1.",
            0,
            "the formula holds for every p above 0; small orders show how sparse a gradient is.",
            cases=tuple(_orders(cases, "order", mixed_signs, 0.5, 0.3, 0.75)),
            facets=_RETURNED,
            needs=needs,
        ),
        Check(
            "correctness.every_call",
            "Every call measures the gradients of now.",
            0,
            "a training loop calls the function on the same parameters thousands of times.",
            cases=(cases.steps(),),
            facets=_RETURNED,
            needs=needs,
        ),
        Check(
            "parity.pytorch",
            "The numbers are PyTorch's own, on cases generated anew for each grading.",
            0,
            "fixed examples can be learned by heart; these cannot.",
            cases=(cases.many(), cases.traced()),
            generate=parity,
            facets=_RETURNED,
            needs=BASICS,
        ),
    ]


def _robustness(cases: GradientCases) -> list[Check]:
    shared = {check.id: check for check in gradient_checks(cases, _RETURNED)}
    infinity = [
        cases.case(f"{case.id}_infinity", case.items, (_INF,))
        for case in (cases.empty(), cases.only_empty(), cases.all_none(), cases.no_parameters())
    ]
    shared["robustness.single_tensor"] = with_cases(
        shared["robustness.single_tensor"],
        cases.case("single_vector", parameters_of(vector(3.0, -4.0)), (1.0,), container="single"),
    )
    empty_first = cases.case("empty_first", parameters_of(torch.empty(0), vector(3.0, 4.0)))
    shared["robustness.empty"] = with_cases(shared["robustness.empty"], empty_first, *infinity[:2])
    shared["robustness.mixed_dtypes"] = with_cases(shared["robustness.mixed_dtypes"], *_mixed(cases))
    shared["robustness.no_grads"] = replace(
        with_cases(shared["robustness.no_grads"], *infinity[2:], facets=("returned", "kind")),
        title="With no gradient at all a 0-d zero is returned.",
    )
    for name in ("single_tensor", "zero_dim", "non_contiguous"):
        check = shared[f"robustness.{name}"]
        shared[check.id] = with_cases(check, facets=(*_RETURNED, "gradients", "bits", "in_place"))
    return [
        *shared.values(),
        Check(
            "robustness.gradients",
            "It only reads: every p.grad is the same tensor with the same bits afterwards.",
            0,
            "a monitor that changes what it measures changes the training run.",
            cases=(
                cases.two_numbers(),
                cases.shapes(),
                cases.one_matrix(),
                cases.signs(),
                *_orders(cases, "kept", cases.signs().items, 0.5, 1, 3, _INF),
                cases.graph(),
                cases.many(),
                cases.not_finite()[0],
                *_mixed(cases),
                *_halves(cases),
            ),
            facets=("gradients", "bits", "in_place"),
            needs=BASICS,
        ),
        Check(
            "robustness.no_graph",
            "The result carries no graph, even where gradients do.",
            0,
            "a list of logged norms would keep the graph of every step in memory.",
            cases=(cases.graph(), cases.graph_idle(), cases.case("graph_infinity", cases.graph().items, (_INF,))),
            facets=("graph",),
            needs=BASICS,
        ),
        Check(
            "robustness.return_type",
            "The result is a 0-d tensor of a floating dtype.",
            0,
            "callers stack, compare and move it as a tensor, and read it when they have the time.",
            cases=(
                cases.two_numbers(),
                cases.shapes(),
                cases.one_matrix(),
                cases.spread(),
                cases.zero_gradients(),
                *_orders(cases, "kept", cases.signs().items, 0.5, 1, 3, _INF),
            ),
            facets=("kind",),
            needs=BASICS,
        ),
        Check(
            "robustness.half_precision",
            "Half-precision values up to 1000.0 do not overflow on the way.",
            0,
            "300 squared is infinite in float16, and so is the square of a norm of 300.",
            cases=tuple(_halves(cases)),
            facets=_RETURNED,
            needs=BASICS,
        ),
        Check(
            "robustness.not_finite",
            "A NaN or infinity is never hidden: the result is then not finite.",
            0,
            "the norm is the alarm; an alarm that is silenced costs days of training.",
            cases=(
                *cases.not_finite(),
                *_orders(cases, "nan_order", parameters_of(vector(1.0, _NAN), vector(2.0)), 1.0, 3.0, 0.5),
                # Nothing compares with NaN. The argument comes by its name.
                cases.case(
                    "nan_infinity", parameters_of(vector(2.0), vector(1.0, _NAN), vector(1.0)), (), norm_type=_INF
                ),
                cases.case("infinity_order_1", parameters_of(vector(1.0), vector(-_INF, 2.0)), (1.0,)),
                cases.case("infinity_infinity", parameters_of(vector(1.0), vector(_INF, -2.0)), (_INF,)),
            ),
            facets=_RETURNED,
            needs=BASICS,
        ),
    ]


def _mixed(cases: GradientCases) -> list[Case]:
    half = vector(3.0, -4.0, -0.0, dtype=torch.float16)
    wide = parameters_of(
        half,
        vector(1e5, 2e5),
        vector(3.0, -3.0, dtype=torch.float64),
        vector(3.0, 4.0, dtype=torch.bfloat16),
    )
    return [
        cases.case("mixed_precise", parameters_of(half, vector(1.2345, 2.0))),
        cases.case("mixed_wide", wide),
        *_orders(cases, "mixed_wide", wide, 1.0, _INF),
    ]


def _halves(cases: GradientCases) -> list[Case]:
    float16 = torch.float16
    thousand = [torch.full((count,), 1000.0, dtype=float16) for count in (4, 5)]
    return [
        cases.case("float16_squares", parameters_of(vector(300.0, -400.0, 1000.0, dtype=float16))),
        cases.case("float16_norms", parameters_of(vector(250.0, dtype=float16), vector(250.0, dtype=float16))),
        *_orders(cases, "float16_cubes", parameters_of(*thousand), 3, 1.5),
        cases.case("bfloat16_squares", parameters_of(vector(300.0, -400.0, dtype=torch.bfloat16))),
    ]


def _machine(cases: GradientCases) -> list[Check]:
    positive = [pattern(2 + number % 3, start=5 * number).abs() for number in range(8)]

    def of_order(name: str, order: float) -> Case:
        items = parameters_of(*positive[:4], device="cuda:0")
        says = f"4 gradients on a simulated cuda:0, norm_type {order:g}"
        return cases.case(f"one_device_{name}", items, (order,), mode="devices", says=says)

    return [
        Check(
            "intermediates",
            "Nothing is allocated that grows with a gradient.",
            0,
            "at the end of the backward pass memory is at its fullest; a copy of the gradients may not fit.",
            cases=(
                cases.traced(),
                cases.traced(torch.float16, "traced_half"),
                cases.case(
                    "traced_cubes",
                    cases.traced().items,
                    (3.0,),
                    mode="trace",
                    says="float32 gradients of 262,144 and 4,096 elements, norm_type 3, operators traced",
                ),
                cases.large(),
                _large_cubes(cases),
            ),
            facets=("returned", "new_bytes", "memory"),
            needs=BASICS,
        ),
        Check(
            "synchronisation",
            "The host never waits for the device.",
            0,
            "a number that is read in every step stops the host in every step; a tensor can wait.",
            cases=(
                cases.one_device(),
                cases.case(
                    "one_device_infinity",
                    parameters_of(*positive, device="cuda:0"),
                    (_INF,),
                    mode="devices",
                    says="8 gradients on a simulated cuda:0, norm_type infinity",
                ),
                of_order("one", 1.0),
                of_order("cubes", 3.0),
            ),
            facets=("returned", "waits"),
            needs=BASICS,
        ),
        Check(
            "devices",
            "It works when gradients live on several devices; the result is on the first one's.",
            0,
            "a model that is split over GPUs has its gradients on all of them.",
            cases=(cases.two_devices(), cases.two_devices("two_devices_infinity", (_INF,))),
            facets=("returned", "device"),
            needs=BASICS,
        ),
    ]


def _large_cubes(cases: GradientCases) -> Case:
    return cases.case(
        "large_cubes",
        parameters_of(sparse(1 << 20, value=2.0)),
        (3.0,),
        mode="memory",
        says="a float32 gradient of 4 MiB, norm_type 3, memory counted by the kernel",
    )
