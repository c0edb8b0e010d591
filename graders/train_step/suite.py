"""How `train_step` is judged."""

from dataclasses import replace

import torch

from gradkata.judge.clipping import integrity_checks
from gradkata.judge.suite import Check, Suite
from gradkata.judge.training import (
    Group,
    Layer,
    TrainingCase,
    batch,
    batch_norm,
    linear,
    near_the_norm,
    scaled,
    with_clipping_idle,
)
from gradkata.judge.training_contract import TrainingStep

ENTRY = "train_step"
NEEDS = ("integrity",)


def layers_of(*makers):
    """A model's layers, drawn one after the other from the same seed."""
    generator = torch.Generator().manual_seed(7)
    return tuple(made if isinstance(made, Layer) else made(generator) for made in makers)


def case(name, layers, batches, groups=None, **more):
    """A case; without groups, plain SGD moves all parameters with the learning rate 0.2."""
    names = tuple(f"{layer.name}.{parameter}" for layer in layers for parameter in layer.parameters)
    groups = groups or (Group(names, lr=0.2),)
    return TrainingCase(name, ENTRY, layers=layers, batches=tuple(batches), groups=groups, **more)


MLP = layers_of(
    lambda generator: linear(generator, "0", 5, 8),
    Layer("1", "tanh"),
    lambda generator: linear(generator, "2", 8, 3),
)

# Targets far and near in turn: norms above and below the threshold. The very first call has to clip. Two groups have
# one norm.
STEPS = case(
    "steps",
    MLP,
    [batch(2 + n, 6, 5, 3, scale, max_grad_norm=1.0) for n, scale in enumerate((9, 0.25, 6, 0.4, 12, 0.5))],
    groups=(Group(("0.weight", "0.bias"), lr=0.2), Group(("2.weight", "2.bias"), lr=0.2)),
    rounds=("cleared", "kept"),
)

# One parameter, where clipping each by itself is right; thresholds of all sizes, one just below the norm, or none. The
# largest comes last, with a batch to match: what follows it starts far away.
THRESHOLD = near_the_norm(
    case(
        "threshold",
        layers_of(lambda generator: linear(generator, "0", 4, 1, bias=False)),
        [
            batch(11, 5, 4, 1, 8, max_grad_norm=0.25),
            batch(12, 5, 4, 1, 8),
            batch(14, 5, 4, 1, 8),
            batch(15, 5, 4, 1, 8),
            batch(16, 32, 4, 1, 8e3, max_grad_norm=2500.0),
        ],
    ),
    number=2,
    share=0.9995,
)

# A threshold that the norm does not reach, but its square exceeds by far.
BELOW = case("below", THRESHOLD.layers, [batch(13, 5, 4, 1, 8, max_grad_norm=30.0)])

# Nothing to learn: the gradients are zero, and a factor made of their norm alone is none.
AT_REST = case("at_rest", THRESHOLD.layers, [scaled(batch(18, 5, 4, 1, 1), 0.0)])

# Inputs, gradients and threshold so small that an epsilon of another size shows; a learning rate to match.
SMALL = case(
    "small",
    THRESHOLD.layers,
    [scaled(batch(17, 5, 4, 1, 1, max_grad_norm=1e-4), 0.02)],
    groups=(Group(("0.weight",), lr=1000.0),),
)

# So far away that no number can stand for infinity.
INFINITE = case("infinite", MLP, [batch(51, 6, 5, 3, 1e9, max_grad_norm=float("inf"))])

OPTIMIZER = with_clipping_idle(
    case(
        "optimizer",
        MLP,
        [batch(21 + n, 6, 5, 3, 0.6) for n in range(3)],
        groups=(
            Group(("0.weight", "0.bias"), lr=0.05, momentum=0.9),
            Group(("2.weight",), lr=0.2, momentum=0.9),
            Group(("2.bias",), lr=0.0, momentum=0.9),
        ),
    )
)

# The first gradients are clipped, and what the momentum keeps of them shows in the steps after it.
MOMENTUM = case(
    "momentum",
    MLP,
    [batch(61, 6, 5, 3, 9, max_grad_norm=1.0), batch(62, 6, 5, 3, 0.6), batch(63, 6, 5, 3, 0.6)],
    groups=(Group(("0.weight", "0.bias"), lr=0.05, momentum=0.9), Group(("2.weight", "2.bias"), lr=0.2, momentum=0.9)),
)
for later in (1, 2):
    MOMENTUM = near_the_norm(MOMENTUM, later, 1.00001)

FROZEN = with_clipping_idle(
    case(
        "frozen",
        layers_of(
            lambda generator: linear(generator, "body", 4, 6, frozen=("weight",)),
            lambda generator: linear(generator, "unused", 4, 2, used=False),
            Layer("tanh", "tanh"),
            lambda generator: linear(generator, "head", 6, 2),
        ),
        [batch(31 + n, 6, 4, 2, 0.8) for n in range(2)],
    )
)

# Clipping is idle, then acts on a batch larger than the others.
BATCH_NORM = with_clipping_idle(
    case(
        "batch_norm",
        layers_of(
            lambda generator: linear(generator, "0", 4, 6),
            batch_norm("1", 6),
            Layer("2", "relu"),
            lambda generator: linear(generator, "3", 6, 2),
        ),
        [batch(41, 6, 4, 2, 0.25), batch(42, 32, 4, 2, 4, max_grad_norm=0.5)],
        rounds=("cleared", "kept"),
    ),
    calls=1,
)

CHECKS = (
    # PyTorch's own clip is allowed here: the order is the question.
    *(replace(check, points=1) for check in integrity_checks() if check.id != "integrity.own_work"),
    Check(
        "ordering.clipped_steps",
        "Where the gradients exceed the threshold, the step takes them clipped.",
        19,
        "clipping acts between backward() and step(), on all gradients together; elsewhere it is too early or late.",
        cases=(STEPS, BATCH_NORM),
        facets=("clipped",),
        needs=NEEDS,
    ),
    Check(
        "ordering.plain_steps",
        "Where the gradients do not exceed the threshold, the step takes them as they are.",
        10,
        "clipping limits long steps; the others must be taken, once and in full.",
        cases=(STEPS, BELOW, AT_REST),
        facets=("plain",),
        needs=NEEDS,
    ),
    Check(
        "ordering.zeroed",
        "Gradients do not add up: a call gives the same step whatever calls went before it.",
        14,
        "backward() adds to .grad, so what is left there comes back in the next step.",
        cases=(STEPS, BATCH_NORM),
        facets=("zeroed",),
        needs=NEEDS,
    ),
    Check(
        "correctness.loss",
        "The first result is the mean squared error of the batch before the update.",
        10,
        "the loss that was differentiated costs nothing; any other tells another story.",
        cases=(STEPS, THRESHOLD),
        facets=("loss",),
        needs=NEEDS,
    ),
    Check(
        "correctness.norm",
        "The second result is the global norm of the gradients before clipping.",
        10,
        "the log should show the spikes; after clipping they are gone.",
        cases=(STEPS, THRESHOLD),
        facets=("norm",),
        needs=NEEDS,
    ),
    Check(
        "correctness.threshold",
        "The threshold is the caller's `max_grad_norm`, and 1.0 where it is left out.",
        10,
        "the threshold is an argument because it must be tuned.",
        cases=(THRESHOLD, SMALL),
        facets=("stepped",),
        needs=NEEDS,
    ),
    Check(
        "robustness.optimizer",
        "The optimizer moves the parameters, with its own groups, learning rates and momentum.",
        5,
        "what an optimizer remembers is lost when it is passed by.",
        cases=(OPTIMIZER, MOMENTUM),
        facets=("optimizer",),
        needs=NEEDS,
    ),
    Check(
        "robustness.frozen",
        "Frozen and unused parameters, whose gradient is None, are left alone.",
        5,
        "fine-tuning freezes layers, and not every layer takes part in every loss.",
        cases=(FROZEN,),
        facets=("stepped", "requires_grad", "left_none"),
        needs=NEEDS,
    ),
    Check(
        "robustness.infinite_threshold",
        "An infinite threshold clips nothing; the norm is only measured.",
        3,
        "measuring with an infinite threshold is how one chooses a finite one.",
        cases=(INFINITE,),
        facets=("stepped",),
        needs=NEEDS,
    ),
    Check(
        "robustness.train_mode",
        "The model is in training mode in the forward pass and afterwards.",
        4,
        "in evaluation mode dropout is off and batch norm neither uses nor learns from the batch.",
        cases=(BATCH_NORM, STEPS),
        facets=("train_mode", "statistics"),
        needs=NEEDS,
    ),
    Check(
        "robustness.one_forward",
        "The model runs forward once in a call.",
        2,
        "a second pass costs as much as the first, and changes batch norm's statistics again.",
        cases=(BATCH_NORM, STEPS),
        facets=("one_forward",),
        needs=NEEDS,
    ),
    Check(
        "robustness.return_types",
        "Returned is a pair: the loss as a Python float, the norm as a 0-d tensor without a graph or a float.",
        4,
        "a log of losses that carry their graphs keeps every batch in memory.",
        cases=(STEPS,),
        facets=("return_types",),
        needs=NEEDS,
    ),
    Check(
        "robustness.nothing_left_behind",
        "`x` and `y` keep their values, gradient recording stays on, and no hook stays.",
        2,
        "whoever calls uses the batch, the model and PyTorch's settings afterwards too.",
        cases=(STEPS,),
        facets=("batch_kept", "recording", "hooks"),
        needs=NEEDS,
    ),
)

SUITE = Suite(contract=TrainingStep(), checks=CHECKS, arguments={ENTRY: 5})
