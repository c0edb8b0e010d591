"""Every facet of a contract, right and wrong, with the words that a learner reads."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from gradkata.judge.case import Case, parameters_of
from gradkata.judge.contracts import ClipByNorm, ClipByValue, ReadNorm

FACETS = ["outcome", "returned", "kind", "gradients", "bits", "in_place", "graph", "parameters", "memory"]
PROBED = ["new_bytes", "waits", "moved"]


@pytest.mark.parametrize("facet", FACETS + PROBED + ["device"])
def test_a_right_call_is_right_in_every_facet(contract, see, facet):
    assert getattr(contract, facet)(see(), 0) is None


def values(*numbers: float) -> list[torch.Tensor]:
    return [torch.tensor([number]) for number in numbers]


# The facet, what was otherwise, what was expected and what was seen.
WRONG = {
    "the norm": ("returned", {"returned": {"number": 4.9}}, "the norm before clipping, 5, returned", "4.9 (a tensor)"),
    "the norm by a little": (
        "returned",
        {"returned": {"number": 5.001}},
        "the norm before clipping, 5, returned",
        "5.001 (a tensor)",
    ),
    "no number": (
        "returned",
        {"returned": {"number": None, "kind": "none"}},
        "the norm before clipping, 5, returned",
        "None",
    ),
    "NaN": (
        "returned",
        {"returned": {"number": float("nan")}},
        "the norm before clipping, 5, returned",
        "nan (a tensor)",
    ),
    "a tuple": (
        "kind",
        {"returned": {"kind": "tuple", "number": None, "type": "builtins.tuple"}},
        "a 0-d tensor of floating dtype or a Python float returned",
        "a builtins.tuple",
    ),
    "a vector": (
        "kind",
        {"returned": {"shape": [1]}},
        "a 0-d tensor of floating dtype or a Python float returned",
        "5 (a tensor of shape (1,))",
    ),
    "an integer tensor": (
        "kind",
        {"returned": {"dtype": "int64"}},
        "a 0-d tensor of floating dtype or a Python float returned",
        "5 (a tensor)",
    ),
    "no clipping": (
        "gradients",
        {"grads": values(3.0, 4.0)},
        "gradient 0 = [0.6] (every gradient times 1/5)",
        "[3]: 1 of 1 elements differ",
    ),
    "the second alone": (
        "gradients",
        {"grads": values(0.6, 4.0)},
        "gradient 1 = [0.8] (every gradient times 1/5)",
        "[4]: 1 of 1 elements differ",
    ),
    "NaN in a gradient": (
        "gradients",
        {"grads": values(float("nan"), 0.8)},
        "gradient 0 = [0.6] (every gradient times 1/5)",
        "[nan]: 1 of 1 elements differ",
    ),
    "another shape": (
        "gradients",
        {"grads": [torch.tensor([0.6, 0.6]), torch.tensor([0.8])]},
        "gradient 0 of shape (1,)",
        "shape (2,)",
    ),
    "a gradient that is gone": (
        "gradients",
        {"state": {"present": False}},
        "parameter 0 to keep its gradient",
        "its gradient is None",
    ),
    "a gradient that cannot be read": (
        "gradients",
        {"state": {"type": "Odd"}, "grads": [None, torch.tensor([0.8])]},
        "parameter 0 to keep a plain gradient",
        "a Odd that cannot be read",
    ),
    "a new tensor": (
        "in_place",
        {"state": {"same_object": False, "same_storage": False}},
        "p.grad of parameter 0 changed in place",
        "a new tensor in its place",
    ),
    "a new object": (
        "in_place",
        {"state": {"same_object": False}},
        "p.grad of parameter 0 changed in place",
        "another tensor on the same memory",
    ),
    "new memory": (
        "in_place",
        {"state": {"same_storage": False}},
        "p.grad of parameter 0 changed in place",
        "the same tensor object on other memory (`.data =` or `set_`)",
    ),
    "another dtype": (
        "in_place",
        {"state": {"dtype": "float64"}},
        "gradient 0 to stay float32 of shape (1,)",
        "float64 of shape (1,)",
    ),
    "a result with a graph": (
        "graph",
        {"returned": {"requires_grad": True}},
        "a result that does not require grad",
        "the result requires grad: a graph was recorded",
    ),
    "a gradient with a graph": (
        "graph",
        {"state": {"new_graph": True}},
        "gradient 0 to gain no grad_fn",
        "the change was recorded in its graph",
    ),
    "the grad mode": (
        "parameters",
        {"grad_mode_kept": False},
        "gradient recording left on, as it was",
        "torch.is_grad_enabled() is False afterwards",
    ),
    "the default dtype": (
        "parameters",
        {"default_dtype_kept": False},
        "the default dtype left as it was",
        "torch.get_default_dtype() is another one afterwards",
    ),
    "a hook": (
        "parameters",
        {"state": {"hooks_kept": False}},
        "the hooks of parameter 0 left as they were",
        "a hook stays on it, or is gone",
    ),
    "requires_grad": (
        "parameters",
        {"state": {"parameter_requires_grad": False}},
        "requires_grad of parameter 0 untouched",
        "it was changed",
    ),
    "requires_grad of a gradient": (
        "parameters",
        {"state": {"requires_grad_changed": True}},
        "requires_grad of gradient 0 untouched",
        "it was changed",
    ),
    "the parameter's memory": (
        "parameters",
        {"state": {"parameter_same_storage": False}},
        "parameter 0 itself untouched",
        "its data were replaced",
    ),
    "the parameter's values": (
        "parameters",
        {"data": values(1.0, 1.5)},
        "the values of parameter 1 untouched",
        "1.5 where 1 was",
    ),
    "memory": (
        "memory",
        {"peak_bytes": 8 + 2},
        "no memory that grows with a gradient",
        "the process peaked at 2 bytes above its gradients of 8 bytes (an operator copied inside)",
    ),
    "waits": ("waits", {"probe": {"waits": 2}}, "a call with at most 1 wait", "2 waits for 2 gradients"),
    "moved": (
        "moved",
        {"probe": {"moved_bytes": 4}},
        "only norms to travel between devices",
        "4 bytes were moved, as much as a gradient",
    ),
    "another device": (
        "device",
        {"returned": {"device": "cuda:1"}},
        "the result on cpu, the first gradient's device",
        "it is on cuda:1",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_call_is_refused_in_its_facet(contract, see, name):
    facet, changes, expected, saw = WRONG[name]
    seen = see(**{"probe": {}, **changes}) if facet != "device" or "returned" in changes else see()
    problem = getattr(contract, facet)(seen, 0)
    assert (problem.expected, problem.seen) == (expected, saw)


def test_a_new_tensor_as_large_as_a_gradient_is_refused(contract, see):
    large = Case("large", "clip", parameters_of(torch.ones(1 << 14)), args=(1e9,))
    assert contract.new_bytes(see(large, probe={"largest_new_bytes": 8192}), 0) is None
    problem = contract.new_bytes(see(large, probe={"largest_new_bytes": 8193}), 0)
    assert problem.expected == "no new tensor that grows with a gradient"
    assert problem.evidence["largest_new_bytes"] == 8193


@pytest.mark.parametrize(
    ("operator", "saw"),
    [
        ("mul", "a new tensor of 64 KiB, made by `mul`, beside a gradient of 64 KiB"),
        (
            "mul, into a tensor of its own",
            "`mul` writes into a tensor of its own of 64 KiB, beside a gradient of 64 KiB",
        ),
    ],
)
def test_where_a_large_tensor_comes_from_is_told(contract, see, operator, saw):
    large = Case("large", "clip", parameters_of(torch.ones(1 << 14)), args=(1e9,))
    probe = {"largest_new_bytes": 1 << 16, "new_by_operator": {operator: 1 << 16}}
    assert contract.new_bytes(see(large, probe=probe), 0).seen == saw


@pytest.mark.parametrize("facet", PROBED)
@pytest.mark.parametrize("probe", [None, {"faults": 2}])
def test_a_probe_that_is_missing_or_has_gaps_is_never_right(contract, see, case, facet, probe):
    seen = see(replace(case, mode="trace"), probe=probe)
    problem = getattr(contract, facet)(seen, 0)
    assert problem.expected == "a complete record of the operators"
    assert problem.seen == ("no record" if probe is None else "2 operators that could not be recorded")


def test_an_exception_is_shown_with_the_learners_line(contract, see, raised):
    problem = contract.outcome(see(error=raised(), returned=None), 0)
    assert (problem.expected, problem.seen) == ("the call to return", "ValueError: no way out, line 3: return x")
    problem = contract.outcome(see(error=raised(line=None), returned=None), 0)
    assert problem.seen == "ValueError: no way out"


def test_an_exception_that_is_asked_for_may_be_of_a_subclass(contract, see, raised, case):
    wanting = replace(case, expects_error="RuntimeError")
    assert contract.outcome(see(wanting, error=raised("RuntimeError"), returned=None), 0) is None
    assert contract.outcome(see(wanting, error=raised("Mine", "RuntimeError"), returned=None), 0) is None
    problem = contract.outcome(see(wanting, error=raised("KeyError"), returned=None), 0)
    assert problem.expected == "a RuntimeError to be raised"
    assert contract.outcome(see(wanting), 0).seen == "the call returned"


@pytest.mark.parametrize("eps", [0.0, 1e-6])
def test_with_or_without_the_epsilon_is_both_right(contract, see, case, eps):
    assert contract.gradients(see(grads=[grad / (5 + eps) for grad in case.grads()]), 0) is None


@pytest.mark.parametrize(("change", "right"), [(0.0, True), (1e-7, False)])
def test_below_the_threshold_every_bit_stays(contract, see, case, change, right):
    idle = replace(case, args=(6.0,))
    after = [torch.tensor([0.3 + 0.0]), torch.tensor([0.4])]
    idle = Case("idle", "clip", parameters_of(*after), args=(6.0,))
    moved = [grad * (1 + change) for grad in after]
    assert (contract.bits(see(idle, grads=moved), 0) is None) is right
    assert contract.gradients(see(idle, grads=moved), 0) is None  # within what rounding may do


def test_below_the_threshold_more_than_rounding_is_wrong_by_its_values_too(contract, see):
    idle = Case("idle", "clip", parameters_of(torch.tensor([0.3, 0.1]), torch.tensor([0.4])), args=(6.0,))
    problem = contract.gradients(see(idle, grads=[torch.tensor([0.3, 0.2]), torch.tensor([0.4])]), 0)
    assert problem.evidence == {"gradient": 0, "differ": 1, "elements": 2}


def test_minus_zero_is_not_zero_bit_for_bit(contract, see):
    idle = Case("idle", "clip", parameters_of(torch.tensor([0.0])), args=(1.0,))
    assert contract.bits(see(idle, grads=[torch.tensor([-0.0])]), 0) is not None


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_norm_that_is_not_finite_must_show(contract, see, bad):
    case = Case("bad", "clip", parameters_of(torch.tensor([bad, 1.0])), args=(1.0,))
    for number, right in ((bad, True), (float("inf"), True), (1.0, False), (None, False)):
        problem = contract.returned(see(case, returned={"number": number}, grads=[None]), 0)
        assert (problem is None) is right


def test_a_gradient_where_there_was_none_is_refused(contract, see):
    case = Case("none", "clip", parameters_of(None, torch.tensor([3.0])), args=(1.0,))
    grads = [torch.zeros(2), torch.tensor([1.0])]
    problem = contract.gradients(see(case, grads=grads, returned={"number": 3.0}), 0)
    assert problem.expected == "parameter 0 left without a gradient"


def test_half_precision_has_a_wider_tolerance_and_no_wider_than_that(contract, see):
    case = Case("half", "clip", parameters_of(torch.tensor([3.0, 4.0], dtype=torch.float16)), args=(1.0,))
    right = torch.tensor([0.6, 0.8], dtype=torch.float16)
    assert contract.gradients(see(case, grads=[right * 1.002]), 0) is None
    assert contract.gradients(see(case, grads=[right * 1.02]), 0) is not None


def clip_value_only(clip_value):
    """The arguments after the first."""


@pytest.mark.parametrize(
    ("after", "right"), [([1.0, -1.0, 0.5], True), ([1.0, 1.0, 0.5], False), ([3.0, -4.0, 0.5], False)]
)
def test_clipping_by_value_limits_each_element(see, after, right):
    case = Case("value", "clip", parameters_of(torch.tensor([3.0, -4.0, 0.5])), args=(1.0,))
    problem = ClipByValue(clip_value_only).gradients(see(case, grads=[torch.tensor(after)]), 0)
    assert (problem is None) is right


def norm_type_only(norm_type=2.0):
    """The arguments after the first."""


@pytest.mark.parametrize(("norm_type", "norm"), [(2.0, 5.0), (1.0, 7.0), (float("inf"), 4.0), (3.0, 91 ** (1 / 3))])
def test_reading_a_norm_takes_all_gradients_as_one_vector_and_changes_none(see, case, norm_type, norm):
    contract = ReadNorm(norm_type_only)
    reading = replace(case, args=(norm_type,))
    assert contract.returned(see(reading, returned={"number": norm}), 0) is None
    assert contract.returned(see(reading, returned={"number": norm * 1.001}), 0) is not None
    assert contract.bits(see(reading, grads=list(case.grads())), 0) is None
    assert contract.bits(see(reading), 0) is not None


def test_two_calls_of_one_contract_do_not_mix_up_their_cases(contract: ClipByNorm, see):
    for scale in range(1, 40):  # the expectations are kept, by the identity of cases that come and go
        case = Case("x", "clip", parameters_of(torch.tensor([3.0 * scale])), args=(1.0,))
        assert contract.returned(see(case, returned={"number": 3.0 * scale}), 0) is None


@pytest.mark.parametrize(
    ("type_", "messages", "same"),
    [
        ("RuntimeError", ("stack expects each tensor to be equal", "stack expects each tensor [3] and [4]"), True),
        ("RuntimeError", ("stack expects each tensor to be equal", "Can't detach views in-place."), False),
        ("KeyError", ("'weight'", "'bias'"), True),
        ("TypeError", ("f() got an unexpected keyword argument 'max_norm'", "'Linear' object is not iterable"), False),
        ("TypeError", ("cannot unpack", "'Linear' object is not iterable"), True),
    ],
)
def test_exceptions_are_alike_by_type_those_of_pytorch_by_their_first_words_and_unknown_arguments_by_themselves(
    contract, see, raised, type_, messages, same
):
    errors = [raised(type_).model_copy(update={"message": message}) for message in messages]
    one, other = (contract.behaviour("outcome", see(error=error, returned=None), 0) for error in errors)
    assert (one == other) is same
