# %% [markdown]
# # Clip the norm, or clip the values?
#
# *Follow-up question of `clip_grad_norm` and `clip_grad_value`:* **Why clip by norm instead of value?**
#
# Both make a long gradient short. Only one of them keeps its direction. In the plane one can see it.

# %%
import math

import matplotlib.pyplot as plt
import torch


def by_norm(gradient, limit):
    """One factor for all elements, if the norm is above the limit."""
    norm = torch.linalg.vector_norm(gradient)
    return gradient * min(1.0, float(limit / norm))


def by_value(gradient, limit):
    """Each element by itself."""
    return gradient.clamp(-limit, limit)


# %% [markdown]
# ## What happens to an arrow
#
# Five gradients of different directions and lengths, clipped at 1 in both ways. The circle holds all vectors with a
# norm of at most 1, the square all vectors whose elements lie within 1.

# %%
gradients = [torch.tensor(one) for one in ([2.6, 0.7], [1.6, 1.4], [-0.5, 2.4], [-2.2, -0.4], [0.5, -0.6])]
colours = ["tab:blue", "tab:orange", "tab:green", "tab:red", "tab:purple"]
figure, axes = plt.subplots(1, 2, figsize=(10, 4.8), sharex=True, sharey=True)
for panel, clip, title in zip(axes, (by_norm, by_value), ("by norm", "by value"), strict=True):
    for gradient, colour in zip(gradients, colours, strict=True):
        panel.plot([0, gradient[0]], [0, gradient[1]], color=colour, linestyle=":", linewidth=1.5)
        x, y = clip(gradient, 1.0).tolist()
        panel.annotate("", (x, y), (0, 0), arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 2})
    border = plt.Circle((0, 0), 1) if clip is by_norm else plt.Rectangle((-1, -1), 2, 2)
    border.set(fill=False, edgecolor="gray", linestyle="--")
    panel.add_patch(border)
    panel.set(title=f"clipped {title}", aspect="equal", xlim=(-2.8, 2.8), ylim=(-1.4, 2.6))
plt.show()

# %% [markdown]
# Left, each arrow lies on its own dotted line: it became shorter and points where it pointed. Right, the four long
# gradients leave their lines. Of the blue, the green and the red one, the element within the bound stays while the one
# beyond it is cut; the orange one, with both elements beyond, ends in the corner, as every such gradient does. The
# purple gradient is within the limit and is left alone by both.

# %% [markdown]
# ## How far the direction turns
#
# Take a gradient of length `r` and turn it through a quarter of a circle. The angle between the gradient and what
# clipping by value makes of it:


# %%
def turned(gradient, clip):
    """The angle between a gradient and the clipped one, in degrees."""
    cosine = torch.nn.functional.cosine_similarity(gradient, clip(gradient, 1.0), dim=0)
    return math.degrees(math.acos(min(1.0, float(cosine))))


angles = [math.radians(degrees) for degrees in range(91)]
figure, axes = plt.subplots(figsize=(7, 3.6))
for length in (1.2, 2.0, 5.0, 20.0):
    around = [torch.tensor([length * math.cos(angle), length * math.sin(angle)]) for angle in angles]
    axes.plot([turned(one, by_value) for one in around], label=f"by value, length {length:g}")
axes.plot([turned(one, by_norm) for one in around], color="black", linestyle="--", label="by norm, any length")
axes.set(xlabel="direction of the gradient, degrees", ylabel="turned by, degrees", ylim=(-2, 46))
axes.legend(loc="upper center", fontsize="small", ncols=2, bbox_to_anchor=(0.5, 1.28))
plt.show()

# %% [markdown]
# Clipping by value turns nothing on the axes and on the diagonal, and the longer the gradient, the more between them:
# a very long one is sent to the diagonal almost whatever it said, so it turns by up to 45 degrees. Clipping by norm
# turns nothing. In more dimensions the same happens to every element beyond the bound: they all come out equal.

# %% [markdown]
# ## What it does to a path
#
# A long valley: steep across, flat along. Gradient descent starts high on the slope, where the gradient is long.


# %%
def descend(clip, start=(-9.0, 3.0), steps=40, learning_rate=0.35):
    """The points of gradient descent on (x² / 10 + 3 y²) / 2 with a clipped gradient."""
    point = torch.tensor(start)
    points = [point]
    for _ in range(steps):
        gradient = torch.stack([point[0] / 10, 3 * point[1]])
        point = point - learning_rate * clip(gradient, 0.5)
        points.append(point)
    return torch.stack(points)


xs, ys = torch.meshgrid(torch.linspace(-10, 2, 80), torch.linspace(-2, 4, 60), indexing="xy")
figure, axes = plt.subplots(figsize=(9, 3.8))
axes.contour(xs, ys, (xs**2 / 10 + 3 * ys**2) / 2, levels=14, colors="lightgray")
paths = {"by norm": descend(by_norm), "by value": descend(by_value)}
for (name, path), colour in zip(paths.items(), ("tab:blue", "tab:red"), strict=True):
    axes.plot(path[:, 0], path[:, 1], marker=".", color=colour, label=f"clipped {name}")
axes.plot(0, 0, marker="*", color="black", markersize=12)
axes.set(title="The same steps, clipped at 0.5", aspect="equal")
axes.legend()
plt.show()

# %% [markdown]
# Clipped by norm, the path falls straight down the slope, as unclipped descent would, only in short steps; then it
# follows the valley. Clipped by value it slides off sideways from the first step: both elements come out equal, the one
# across the valley and the far smaller one along it, so the step goes somewhere that the gradient did not point to.
# Here that happens to be towards the goal. In general it is not descent along the gradient any more: that is the point.
#
# Neither is a way to go faster. It is a bound, and the bounds differ:

# %%
for size in (2, 1000, 1_000_000):
    gradient = torch.full((size,), 3.0, dtype=torch.float64)
    norms = [float(torch.linalg.vector_norm(clip(gradient, 1.0))) for clip in (by_norm, by_value)]
    print(f"{size:>9,} elements, each 3.0: norm after clipping at 1.0 by norm {norms[0]:.3f}, by value {norms[1]:,.1f}")

# %% [markdown]
# ## What to answer
#
# - By norm, the step keeps its direction and gets a known length, however many parameters there are.
# - By value, each element is bounded, the direction turns, and the length can be `clip_value * sqrt(n)`.
# - By value is local: no sum over all parameters, so no communication between devices. And when single elements are
#   broken, it cuts those, where one huge element under norm clipping makes all others nearly vanish.
#
# Try it: give the first figure a gradient of `[50.0, 0.3]`, and say which of the two ways you would want for it.
