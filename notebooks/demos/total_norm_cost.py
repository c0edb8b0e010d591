# %% [markdown]
# # What the three ways to the total norm cost
#
# *Follow-up question of `total_norm`:* **Where do they part in practice?**
#
# The norm of all gradients can be computed in three ways, which are equal on paper. Here they are run on the same
# gradients, and what they do is counted: the time, the new memory, and how often the host has to wait for a number.

# %%
import math
import time

import matplotlib.pyplot as plt
import torch
from torch.utils._python_dispatch import TorchDispatchMode


def method_1(gradients):
    """The norm of each gradient to the host; square, add and take the root there."""
    return math.sqrt(sum(torch.linalg.vector_norm(gradient).item() ** 2 for gradient in gradients))


def method_2(gradients):
    """The squares of all elements, added up."""
    return torch.sqrt(sum(gradient.square().sum() for gradient in gradients))


def pytorchs_way(gradients):
    """The norm of the norms; nothing leaves the device."""
    return torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(gradient) for gradient in gradients]))


METHODS = {"method 1": method_1, "method 2": method_2, "PyTorch's way": pytorchs_way}

# %% [markdown]
# ## Equal on paper, and nearly so in float32

# %%
torch.manual_seed(0)
gradients = [torch.randn(256, 512) for _ in range(24)]
for name, method in METHODS.items():
    print(f"{name:<14} {float(method(gradients)):.4f}")

# %% [markdown]
# Each groups the same sum differently and rounds differently, so only the last digits may differ. Now the same in half
# precision, with elements of 300: an ordinary number under a loss scale.

# %%
half = [torch.full((64,), 300.0, dtype=torch.float16) for _ in range(4)]
for name, method in METHODS.items():
    print(f"{name:<14} {float(method(half)):.4f}")

# %% [markdown]
# The 256 elements of 300 together have the norm 16 * 300 = 4800. Method 2 says infinity: 300 squared is 90,000, and the
# largest float16 is 65,504. A clip would then multiply every gradient by `max_norm / inf`, which is zero, and nobody is
# told. The other two take the square inside `vector_norm`, which adds in float32.

# %% [markdown]
# ## What is allocated, and how often the host waits
#
# Every operation of PyTorch passes through a dispatcher, and a mode can listen there. This one adds up the bytes of
# new tensors and counts the operations that give a number to the host. On a GPU each of those waits until all queued
# work is done.


# %%
class Costs(TorchDispatchMode):
    """Counts new bytes and waits while it is entered."""

    def __init__(self):
        super().__init__()
        self.bytes, self.largest, self.waits = 0, 0, 0

    def __torch_dispatch__(self, operator, types, args=(), kwargs=None):
        result = operator(*args, **(kwargs or {}))
        if operator is torch.ops.aten._local_scalar_dense.default:
            self.waits += 1
        elif isinstance(result, torch.Tensor):
            size = result.numel() * result.element_size()
            self.bytes += size
            self.largest = max(self.largest, size)
        return result


def cost(method, gradients):
    """What one call allocates and waits for."""
    with Costs() as costs:
        method(gradients)
    return costs


def milliseconds(method, gradients, rounds=7):
    """The shortest of several runs: what disturbs a run only ever makes it longer."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        method(gradients)
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


one = gradients[0].numel() * gradients[0].element_size()
print(f"{len(gradients)} gradients of {one:,} bytes each\n")
print(f"{'':<14} {'waits':>5} {'largest new tensor':>19} {'new bytes in all':>17}")
for name, method in METHODS.items():
    costs = cost(method, gradients)
    print(f"{name:<14} {costs.waits:>5} {costs.largest:>19,} {costs.bytes:>17,}")

# %% [markdown]
# - **Method 1** makes one small number for each gradient and waits for each of them: as many waits as gradients.
# - **Method 2** never waits, but squares into a tensor that is as large as the gradient.
# - **PyTorch's way** does neither. The one wait that remains is the caller's, if it looks at the number at all.

# %% [markdown]
# ## How it grows
#
# The number of gradients grows, their size stays: a deeper model.

# %%
numbers = (4, 16, 64, 256)
figure, (left, middle, right) = plt.subplots(1, 3, figsize=(12, 3.6))
for name, method in METHODS.items():
    deeper = [[torch.ones(4096) for _ in range(number)] for number in numbers]
    left.plot(numbers, [cost(method, one).waits for one in deeper], marker="o", label=name)
    middle.plot(numbers, [cost(method, one).bytes for one in deeper], marker="o", label=name)
    right.plot(numbers, [milliseconds(method, one) for one in deeper], marker="o", label=name)
left.set(title="waits of the host", xlabel="gradients")
middle.set(title="new bytes", xlabel="gradients", yscale="log")
right.set(title="milliseconds on this CPU", xlabel="gradients", ylim=(0, None))
left.legend(fontsize="small")
plt.show()

# %% [markdown]
# The waits of method 1 grow with the model; those of the other two lie on zero, one upon the other. The bytes of
# method 2 are those of all gradients together, and it pays in time for writing them and reading them back. Method 1 is
# as fast here as PyTorch's way, since a CPU has nobody to wait for: its waits are not noticed before the code runs on a
# GPU, where each of them empties the queue of work.

# %% [markdown]
# ## What to answer
#
# - They part in three places: overflow (method 2 in half precision), memory (method 2) and waits (method 1).
# - Sparing memory is one thing and suiting a GPU another: method 1 does the first and not the second.
# - PyTorch's way needs neither large tensors nor waits, and it works in half precision. Write that one.
#
# Try it: write method 1 so that it waits once only. (Stack the norms, then one `.tolist()`.) What do the counters say?
