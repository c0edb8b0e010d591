# %% [markdown]
# # Exploding gradients in a recurrent network
#
# *Follow-up question of `clip_grad_norm`:* **When should you use gradient clipping?**
#
# The short answer is: where a single step can be far too long. This notebook shows such a network, one step of it that
# throws the training away, and the same training with the gradient clipped.

# %%
import math

import matplotlib.pyplot as plt
import torch

torch.set_num_threads(1)  # the tensors are tiny: more threads only get in each other's way

# %% [markdown]
# ## Where the length comes from
#
# A recurrent network multiplies the gradient by the same matrix at every time step on the way back. If that matrix
# stretches, the gradient grows with every step; if it shrinks, the gradient fades. Below, the recurrent matrix is
# `gain` times a rotation, so each step back multiplies the length by about `gain`, less what the slope of `tanh` takes.


# %%
def gradient_on_the_way_back(gain, steps=30, hidden=24):
    """The length of the loss's gradient with respect to the hidden state at each time step."""
    torch.manual_seed(0)
    matrix = torch.nn.init.orthogonal_(torch.empty(hidden, hidden), gain=gain)
    state = torch.zeros(1, hidden, requires_grad=True)
    states = [state]
    for _ in range(steps):
        state = torch.tanh(state @ matrix + 0.05 * torch.randn(1, hidden))
        state.retain_grad()
        states.append(state)
    state.sum().backward()
    return [float(one.grad.norm()) for one in reversed(states)]


figure, axes = plt.subplots(figsize=(7, 3.6))
for gain in (0.8, 1.0, 1.2, 1.4):
    axes.semilogy(gradient_on_the_way_back(gain), label=f"gain {gain}")
axes.set(xlabel="time steps back from the loss", ylabel="length of the gradient", title="One matrix, many times")
axes.legend()
plt.show()

# %% [markdown]
# The axis is logarithmic. With a gain of 0.8 the earliest steps hear almost nothing of the loss (the gradient
# *vanishes*, and clipping cannot help: there is nothing to shorten). Above 1 it grows, but not evenly. Near the loss
# the states have become large, where `tanh` is flat and takes back what the matrix gives; further back they are small,
# and the growth shows. How long the gradient gets thus depends on where the states happen to be: most steps are
# harmless, and now and then one is not.

# %% [markdown]
# ## A training run that explodes
#
# The task is a classic one for memory: add the two numbers of a sequence that are marked. The network starts with a
# gain of 1.6 and learns by plain SGD. The only difference between the two runs is `max_norm`.


# %%
def batch(size=32, length=24):
    """Sequences of numbers, one of which is marked in each half; the answer is the sum of the two."""
    numbers, marks = torch.rand(size, length, 1), torch.zeros(size, length, 1)
    half = length // 2
    marks[:, :half].scatter_(1, torch.randint(half, (size, 1, 1)), 1.0)
    marks[:, half:].scatter_(1, torch.randint(half, (size, 1, 1)), 1.0)
    return torch.cat([numbers, marks], dim=2), (numbers * marks).sum(dim=1)


def train(max_norm, steps=160, learning_rate=0.1):
    """The loss and the gradient's norm before clipping, at each step."""
    torch.manual_seed(0)
    network, readout = torch.nn.RNN(2, 24, batch_first=True), torch.nn.Linear(24, 1)
    torch.nn.init.orthogonal_(network.weight_hh_l0, gain=1.6)
    parameters = [*network.parameters(), *readout.parameters()]
    optimizer = torch.optim.SGD(parameters, lr=learning_rate)
    losses, norms = [], []
    for _ in range(steps):
        inputs, target = batch()
        outputs, _ = network(inputs)
        loss = (readout(outputs[:, -1]) - target).square().mean()
        optimizer.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(parameters, max_norm)  # infinity: it only measures
        optimizer.step()
        losses.append(loss.item())
        norms.append(norm.item())
    return losses, norms


free_losses, free_norms = train(max_norm=math.inf)
clipped_losses, clipped_norms = train(max_norm=1.0)

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8))
left.semilogy(free_losses, label="not clipped", color="tab:red")
left.semilogy(clipped_losses, label="clipped at 1.0", color="tab:blue")
left.set(xlabel="step", ylabel="loss", ylim=(0.05, 1e6), title="The loss")
left.legend()
right.semilogy(free_norms, color="tab:red")
right.semilogy(clipped_norms, color="tab:blue")
right.axhline(1.0, color="gray", linestyle="--", linewidth=1)
right.set(xlabel="step", ylabel="norm before clipping", ylim=(0.05, 1e6), title="The norm of all gradients")
plt.show()

first_lost = next(step for step, loss in enumerate(free_losses) if not loss < 100)
print(f"not clipped: the loss passes 100 at step {first_lost}; the last one is {free_losses[-1]}")
print(f"clipped:     the mean of the last 20 losses is {sum(clipped_losses[-20:]) / 20:.3f}")
print(f"clipped:     {sum(norm > 1.0 for norm in clipped_norms)} of {len(clipped_norms)} steps were shortened")

# %% [markdown]
# Without clipping, one step lands where the gradient is longer still, the next one is longer again, and within a few
# steps the numbers leave what float32 can hold: the loss is infinite or NaN from there on, and no later batch brings
# it back. (Where a curve ends, the values are no longer numbers.)
#
# With clipping, the same long gradients occur: the blue norm, measured *before* clipping, rises above the dashed line
# too. But each step is at most `learning_rate * 1.0` long, so it lands near where it started, and training goes on.
# (More steps are shortened here than in an ordinary run: with a gain of 1.6 this network was made to explode.)

# %% [markdown]
# ## What to answer
#
# - Use it where single steps can be far too long: recurrent networks, transformers with their rare bad batches,
#   reinforcement learning. It belongs after `backward()` and before `optimizer.step()`.
# - It is an insurance, cheap and idle most of the time. Look at how often it is active: a run in which nearly every
#   step is clipped is a run with a hidden lower learning rate.
# - It is no cure for vanishing gradients, for a learning rate that is wrong in general, or for a NaN: a gradient that
#   is NaN stays NaN.
#
# Try it: how large must the gain be for the run without clipping to fail? What does `max_norm=0.1` change, and
# what `max_norm=100.0`?
