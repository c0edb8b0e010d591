# %% [markdown]
# # How to choose max_norm
#
# *Follow-up question of `clip_grad_norm`:* **How do you choose the max_norm threshold?**
#
# Measure first. A call with `max_norm=inf` clips nothing and returns the norm; its distribution says where the
# ordinary steps end and the spikes begin.

# %%
import math

import matplotlib.pyplot as plt
import torch

torch.set_num_threads(1)  # the tensors are tiny: more threads only get in each other's way

# %% [markdown]
# ## A training run with rare bad batches
#
# A small network learns a smooth function. About one batch in forty is bad: its targets are fifty times too large,
# as after a broken record or an overflow. Everything else is the same in each run below; only `max_norm` changes.


# %%
def target(inputs):
    """What is to be learned."""
    return torch.sin(inputs).sum(dim=1, keepdim=True)


def train(max_norm, steps=400):
    """The norms before clipping, and the error on clean data, at each step."""
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Linear(4, 32), torch.nn.Tanh(), torch.nn.Linear(32, 1))
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05)
    clean = 2 * torch.randn(256, 4)
    norms, errors = [], []
    for _ in range(steps):
        inputs = 2 * torch.randn(32, 4)
        wanted = target(inputs) * (50.0 if torch.rand(()) < 0.025 else 1.0)
        loss = (network(inputs) - wanted).square().mean()
        optimizer.zero_grad()
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(network.parameters(), max_norm))  # kept as a tensor: no wait
        optimizer.step()
        with torch.no_grad():
            errors.append((network(clean) - target(clean)).square().mean())
    return torch.stack(norms), torch.stack(errors)


norms, errors = train(max_norm=math.inf)
settled = norms[100:]  # the first steps are not typical
median, high, highest = (float(settled.quantile(share)) for share in (0.5, 0.9, 1.0))
print(f"norms after the first 100 steps: median {median:.2f}, 90th percentile {high:.2f}, largest {highest:.0f}")

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8))
left.semilogy(norms, linewidth=0.8)
left.axhline(high, color="tab:green", linestyle="--", label="90th percentile")
left.set(xlabel="step", ylabel="norm of all gradients", title="The norm, step by step")
left.legend(loc="lower right")
bins = torch.logspace(math.log10(float(settled.min())), math.log10(highest), 40).tolist()
right.hist(settled.tolist(), bins=bins)
right.axvline(median, color="tab:orange", linestyle="--", label="median")
right.axvline(high, color="tab:green", linestyle="--", label="90th percentile")
right.set(xscale="log", xlabel="norm of all gradients", ylabel="steps", title="The same norms, counted")
right.legend()
plt.show()

# %% [markdown]
# The hump on the left is ordinary training. The long tail to the right is the bad batches, up to a hundred times as
# long, and the steps after them, in which the network finds its way back. A good threshold lies where the hump ends: it
# lets pass what is ordinary and cuts what is not. The 90th percentile does that here. The median would not: by its very
# definition it shortens half of all steps.

# %% [markdown]
# ## Thresholds, tried

# %%
choices = {
    "a tenth of the median": median / 10,
    "the 90th percentile": high,
    "ten times the largest": 10 * highest,
}
runs = {name: train(max_norm) for name, max_norm in choices.items()}

figure, axes = plt.subplots(figsize=(9, 4))
for (name, (seen, errors)), colour in zip(runs.items(), ("tab:orange", "tab:green", "tab:red"), strict=True):
    max_norm = choices[name]
    share = float((seen > max_norm).float().mean())
    axes.semilogy(errors, color=colour, label=f"{name}: {share:.0%} of the steps clipped")
    late = float(errors[-200:].mean())
    print(f"{name:<22} max_norm {max_norm:>9.3f}: {share:>4.0%} clipped, mean error of the last 200 steps {late:.3f}")
axes.set(xlabel="step", ylabel="error on clean data", ylim=(0.2, 3e5), title="The same run with three thresholds")
axes.legend(loc="upper left")
plt.show()

# %% [markdown]
# - **Far too low** (a tenth of the median): nearly every step is clipped. Nothing can go wrong, and little goes
#   forward: all steps have the same short length. It is a lower learning rate under another name.
# - **At a high percentile**: ordinary steps pass untouched, the bad ones are cut to a length that is not far from
#   ordinary. The error falls, and a bad batch costs a few steps.
# - **Far too high**: it never acts. Each bad batch throws the network far off, and it has to learn again.

# %% [markdown]
# ## What to answer
#
# - Log the norm with `max_norm=inf` until training has settled, and look at its distribution. Put the threshold above
#   the ordinary values: a high percentile, or a small multiple of the median. For a known recipe take the recipe's
#   number; 1.0 is common for language models.
# - Keep logging the norm before clipping and the share of clipped steps. Always clipped: too low. Never: no protection.
# - The norm depends on the model, the batch size, the loss's reduction and a loss scale. A threshold does not move from
#   one setting to another by itself.
#
# Try it: what becomes of the histogram with `.sum()` in the place of `.mean()` in the loss?
