"""What an answer costs beside PyTorch's own function: time, memory, waits and launches.

An exercise says in `graders/<id>/bench.py` what it is compared with, and on which gradients: `BENCH = Bench(...)`. This
room runs that. It judges nothing, and an answer that it times is not confined: it runs as `python answer.py` would.
"""

from gradkata.bench.declare import FEW_LARGE, MANY_SMALL, MIXED, SHAPES, Baseline, Bench, Case, Takes, on_shapes

__all__ = ["FEW_LARGE", "MANY_SMALL", "MIXED", "SHAPES", "Baseline", "Bench", "Case", "Takes", "on_shapes"]
