"""How `total_norm` is judged: three entry points with one number, and each its own way to it."""

from dataclasses import replace

import torch

from gradkata.judge.case import parameters_of
from gradkata.judge.cases import GradientCases, generated, pattern, vector
from gradkata.judge.clipping import LIBRARY, integrity_checks
from gradkata.judge.contract import incomplete_record
from gradkata.judge.contracts import ReadNorm
from gradkata.judge.problem import Problem
from gradkata.judge.suite import Check, Suite

INFINITY = float("inf")
OWN = ("integrity.own_work", "integrity.imports", "integrity.channel")
BASICS = (*OWN, "correctness")


def cases_of(entry, prefix):
    """Cases of one entry point: bare gradients, no argument after them."""
    return GradientCases(entry, active=(), idle=(), subject="gradients", prefix=prefix)


METHOD_1 = cases_of("total_norm_method_1", "method_1.")
METHOD_2 = cases_of("total_norm_method_2", "method_2.")
PYTORCH = cases_of("total_norm_pytorch", "pytorch.")
ALL = (METHOD_1, METHOD_2, PYTORCH)
WIDE_ENOUGH = 1e-4  # relative: what float32 leaves of hundreds of squares, and bfloat16 does not


def signature(norm_type=2.0):
    """The arguments after the first; Method 1 and 2 have none, and so are asked for the 2-norm."""


class ThreeWays(ReadNorm):
    """The total norm, of the kind and in the way that the entry point promises."""

    def expectation(self, case, call):
        """Method 2 squares in float32 or wider and ends on the host: the halves excuse no rounding of its own."""
        expected = super().expectation(case, call)
        if case.entry != METHOD_2.entry:
            return expected
        return replace(expected, relative=min(expected.relative, WIDE_ENOUGH))

    def returns_in(self, case):
        return "tensor" if case.entry == PYTORCH.entry else "float"

    def waits_allowed_in(self, case):
        return 0 if case.entry == PYTORCH.entry else 1_000_000

    def way(self, seen, index):
        """The facet of `integrity.method`: how many norms were taken, by the operators that ran."""
        probe = seen.calls[index].probe
        if probe is None or probe.faults:
            return incomplete_record(seen, index)
        gradients = len(seen.case.items)
        single, grouped = norms_taken(seen, index)
        saw = f"{single + grouped} calls of a norm for {gradients} gradients"
        if seen.case.entry == METHOD_1.entry:
            # `_foreach_norm` takes the norms of a whole list in one call.
            if (single == gradients and not grouped) or (grouped and not single):
                return None
            return Problem("one norm of PyTorch's for each gradient, and no norm of these norms", saw)
        if seen.case.entry == METHOD_2.entry:
            return None if not single and not grouped else Problem("squares of elements, and no norm of anything", saw)
        return None if single or grouped else Problem("norms of PyTorch's, combined into one", saw)

    def behaviour(self, facet, seen, index):
        return list(norms_taken(seen, index)) if facet == "way" else super().behaviour(facet, seen, index)


def norms_taken(seen, index):
    """How many operators took one norm, and how many took those of a list."""
    launched = seen.calls[index].probe.launched_by
    norms = {name: count for name, count in launched.items() if "norm" in name or "dist" in name}
    grouped = norms.pop("_foreach_norm", 0)
    return sum(norms.values()), grouped


def of_all(make):
    """The same case for each of the three."""
    return tuple(make(cases) for cases in ALL)


def with_types(make, *norm_types):
    """A case of the third with other norms."""
    case = make(PYTORCH)
    name = case.id.removeprefix(PYTORCH.prefix)
    return tuple(PYTORCH.case(f"{name}_p_{p:g}", case.items, (p,), container=case.container) for p in norm_types)


def halves(cases):
    """Half-precision elements whose squares overflow, and norms whose squares do."""
    return (cases.half_elements(torch.float16), cases.half_elements(torch.bfloat16), cases.half_norms())


def half(cases):
    """float16 and bfloat16, and a zero that is negative, to see whether they are only read."""
    zero = vector(-0.0, 2.0)
    return cases.case("half", parameters_of(pattern(4, dtype=torch.float16), pattern(2, 2, dtype=torch.bfloat16), zero))


def mixed(cases):
    """A narrow dtype first, whose range the others' norms exceed."""
    return cases.case(
        "mixed",
        parameters_of(
            vector(3.0, 4.0, dtype=torch.float16),
            vector(3e5, -4e5),
            torch.tensor([[1e5]], dtype=torch.float64),
            vector(2.0, dtype=torch.bfloat16),
        ),
    )


def empty_tuple(cases):
    """No gradient, in a tuple."""
    return cases.case("no_gradients_tuple", (), container="tuple")


def few(cases, *norm_type):
    """Four gradients, each of which has its norm taken once, whatever its dtype and length."""
    orders = "".join(f"_p_{p:g}" for p in norm_type)
    return cases.case(
        f"few_traced{orders}",
        parameters_of(
            vector(3.0, 1.0, dtype=torch.float16),
            pattern(2, 3),
            vector(4.0, dtype=torch.float64),
            pattern(1037),
        ),
        norm_type,
        mode="trace",
        says="gradients of float16, float32 (6 and 1037 elements) and float64, operators traced",
    )


def with_traced_squares(make):
    """The same case for each of the three, and whether Method 2 goes its way there too."""
    case = make(METHOD_2)
    name = case.id.removeprefix(METHOD_2.prefix)
    return (*of_all(make), METHOD_2.case(f"{name}_traced", case.items, mode="trace", says=f"{case.describe()}, traced"))


def mathematics(cases):
    """What every way to the 2-norm must get right."""
    return (
        cases.two_numbers(),
        cases.shapes(),
        cases.one_matrix(),
        cases.signs(),
        cases.spread(),
        cases.double(),
        cases.tiny(),
        cases.zero_gradients(),
    )


def no_arguments(_random, _grads):
    """Method 1 and 2 take the gradients alone."""
    return ()


def whole_orders(random, _grads):
    """One of four norms; fractions are a check of their own."""
    return (random.choice([2.0, 1.0, 3.0, INFINITY]),)


def parity(seed):
    """Two hundred cases, half of them PyTorch's way with one of four norms."""
    return [
        *generated(METHOD_1, seed, 50, no_arguments),
        *generated(METHOD_2, seed + 1, 50, no_arguments),
        *generated(PYTORCH, seed + 2, 100, whole_orders),
    ]


CHECKS = (
    Check(
        "correctness.method_1",
        "Method 1 returns the L2 norm of all gradients as if concatenated.",
        8,
        "squares of norms add; norms do not.",
        cases=mathematics(METHOD_1),
        facets=("returned",),
        needs=OWN,
    ),
    Check(
        "correctness.method_2",
        "Method 2 returns the L2 norm of all gradients as if concatenated.",
        8,
        "the root is taken once, of the sum of all squares.",
        cases=mathematics(METHOD_2),
        facets=("returned",),
        needs=OWN,
    ),
    Check(
        "correctness.pytorch",
        "PyTorch's way returns the L2 norm of all gradients as if concatenated.",
        8,
        "the norm of the norms is the norm of everything.",
        cases=mathematics(PYTORCH),
        facets=("returned",),
        needs=OWN,
    ),
    Check(
        "correctness.norm_type",
        "PyTorch's way takes any norm_type from 1 on, fractions and infinity included.",
        8,
        "the same p belongs to the elements and to the norms.",
        cases=tuple(
            PYTORCH.case(f"{name}_p_{p:g}", items, norm_type=p)
            for p in (1.0, 3.0, INFINITY, 1.5, 2.75, 7.0, 32.0)
            for name, items in (("shapes", PYTORCH.shapes().items), ("signs", PYTORCH.signs().items))
        ),
        facets=("returned",),
        needs=OWN,
    ),
    Check(
        "integrity.method",
        "Each method is done in its own way: norms of gradients, squares of elements, the norm of norms.",
        8,
        "three names for one computation compare nothing.",
        cases=(*of_all(few), few(PYTORCH, 3.0)),
        facets=("returned", "way"),
        needs=BASICS,
    ),
    Check(
        "parity.pytorch",
        "The numbers are PyTorch's own, on cases generated anew for each grading.",
        9,
        "fixed examples can be learned by heart; these cannot.",
        cases=(*of_all(GradientCases.many), *of_all(GradientCases.long)),
        generate=parity,
        facets=("returned",),
        needs=BASICS,
    ),
    Check(
        "robustness.generator",
        "`gradients` may be any iterable, also one that can be walked only once.",
        6,
        "a generator expression is the usual way to pass gradients; a second loop over it sees nothing.",
        cases=(
            *of_all(GradientCases.generator),
            *of_all(GradientCases.once),
            *(case for cases in ALL for case in cases.other_containers()),
        ),
        facets=("returned",),
        needs=BASICS,
    ),
    Check(
        "robustness.no_gradients",
        "The norm of no gradients is zero.",
        4,
        "a call before the first backward() must not end a training run.",
        cases=(
            *of_all(GradientCases.no_parameters),
            *of_all(GradientCases.no_parameters_generator),
            *of_all(empty_tuple),
        ),
        facets=("returned", "kind"),
        needs=BASICS,
    ),
    Check(
        "robustness.read_only",
        "The gradients are only read.",
        4,
        "an optimizer step follows, and it needs them as they are.",
        cases=(
            *of_all(GradientCases.shapes),
            *of_all(GradientCases.double),
            *of_all(half),
            *of_all(GradientCases.no_parameters),
            *(cases.not_finite()[0] for cases in ALL),
            *(PYTORCH.case(f"signs_p_{p:g}", PYTORCH.signs().items, norm_type=p) for p in (1.0, 3.0, INFINITY, 1.5)),
        ),
        facets=("gradients", "bits", "in_place", "parameters"),
        needs=BASICS,
    ),
    Check(
        "robustness.no_graph",
        "No graph is recorded, even where gradients carry one.",
        3,
        "a logged norm that holds a graph keeps the memory of the whole step.",
        cases=(*of_all(GradientCases.graph), *with_types(GradientCases.graph, 1.0, 3.0, INFINITY)),
        facets=("returned", "graph"),
        needs=BASICS,
    ),
    Check(
        "robustness.return_type",
        "Method 1 and 2 return a Python float, PyTorch's way a 0-d tensor.",
        3,
        "a float has waited for the device; a tensor has not.",
        cases=(
            *of_all(GradientCases.two_numbers),
            *of_all(GradientCases.shapes),
            *(PYTORCH.case(f"shapes_p_{p:g}", PYTORCH.shapes().items, norm_type=p) for p in (INFINITY, 1.0, 3.0, 1.5)),
        ),
        facets=("kind",),
        needs=BASICS,
    ),
    Check(
        "robustness.half_precision",
        "Half-precision values up to 1000.0 do not overflow on the way.",
        6,
        "300 squared is infinite in float16.",
        cases=(
            *(case for cases in ALL for case in halves(cases)),
            *with_types(lambda cases: cases.half_elements(torch.float16), 1.0, 3.0, INFINITY),
            *with_types(lambda cases: cases.half_elements(torch.bfloat16), 3.0),
        ),
        facets=("returned",),
        needs=BASICS,
    ),
    Check(
        "robustness.mixed_dtypes",
        "Gradients of several dtypes may stand in one list.",
        3,
        "mixed precision keeps some layers in float32 beside half-precision ones.",
        cases=of_all(mixed),
        facets=("returned",),
        needs=BASICS,
    ),
    Check(
        "robustness.zero_dim",
        "A gradient may be 0-d.",
        2,
        "a learned temperature or scale is a single number.",
        cases=with_traced_squares(GradientCases.zero_dim),
        facets=("returned", "way"),
        needs=BASICS,
    ),
    Check(
        "robustness.empty",
        "A gradient may have no element, and adds nothing then.",
        3,
        "sharded parameters leave some processes with an empty piece; the largest of nothing does not exist.",
        cases=(
            *of_all(GradientCases.empty),
            *of_all(GradientCases.only_empty),
            *with_types(GradientCases.empty, 1.0, 3.0, INFINITY),
            *with_types(GradientCases.only_empty, INFINITY),
        ),
        facets=("returned",),
        needs=BASICS,
    ),
    Check(
        "robustness.non_contiguous",
        "A gradient need not be contiguous in memory.",
        2,
        "transposed and sliced weights have gradients with gaps; .view() refuses them.",
        cases=with_traced_squares(GradientCases.non_contiguous),
        facets=("returned", "gradients", "bits", "way"),
        needs=BASICS,
    ),
    Check(
        "robustness.not_finite",
        "A NaN or infinity is never hidden: the result is then not finite.",
        3,
        "the norm is the alarm; an alarm that is silenced costs days of training.",
        cases=(
            *(case for cases in ALL for case in cases.not_finite()),
            *with_types(lambda cases: cases.not_finite()[0], 1.0, 3.0, INFINITY),
            *with_types(lambda cases: cases.not_finite()[1], 1.0, 3.0, INFINITY),
        ),
        facets=("returned",),
        needs=BASICS,
    ),
    Check(
        "intermediates",
        "Method 1 and PyTorch's way allocate nothing that grows with a gradient.",
        3,
        "that is what they have over Method 2, whose squares are as large as the gradients.",
        cases=tuple(
            case
            for cases in (METHOD_1, PYTORCH)
            for case in (cases.traced(), cases.traced(torch.float16, "traced_half"), cases.large())
        ),
        facets=("returned", "new_bytes", "memory"),
        required=False,
        needs=BASICS,
    ),
    Check(
        "synchronisation",
        "PyTorch's way never waits for the device.",
        3,
        "a wait at every step leaves the GPU idle; log the tensor later, or now and then.",
        cases=(
            *of_all(GradientCases.one_device),
            *(PYTORCH.one_device(f"one_device_p_{p:g}", (p,), count=4) for p in (INFINITY, 1.0, 3.0)),
        ),
        facets=("returned", "waits"),
        needs=BASICS,
    ),
    Check(
        "devices",
        "Gradients may live on several devices; PyTorch's way answers on the first gradient's.",
        3,
        "a model that is split over GPUs has its gradients on all of them.",
        cases=(
            *of_all(GradientCases.two_devices),
            *(PYTORCH.two_devices(f"two_devices_p_{p:g}", (p,)) for p in (INFINITY, 1.0)),
        ),
        facets=("returned", "device"),
        needs=BASICS,
    ),
)

SUITE = Suite(
    contract=ThreeWays(signature),
    checks=(*(replace(check, points=1) for check in integrity_checks()), *CHECKS),
    arguments={METHOD_1.entry: 1, METHOD_2.entry: 1, PYTORCH.entry: 2},
    forbidden_files=LIBRARY,
)
