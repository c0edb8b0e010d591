"""What a cold `gradkata check` costs, as a ratio to importing PyTorch.

Both are started in turn, as new processes, and each pair gives one ratio: whatever else the machine does meets both.
Aim: at most 2.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ANSWER = ROOT / "solutions" / "clip_grad_norm" / "reference.py"
IMPORT = [sys.executable, "-c", "import torch"]
GRADKATA = str(Path(sys.executable).with_name("gradkata"))
CHECK = [GRADKATA, "check", "clip_grad_norm", "--file", str(ANSWER)]


def seconds(command: list[str]) -> float:
    """The wall time of one process."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=9)
    pairs = parser.parse_args().pairs
    seconds(IMPORT)
    seconds(CHECK)
    measured = [(seconds(IMPORT), seconds(CHECK)) for _ in range(pairs)]
    imports, checks = zip(*measured, strict=True)
    print(f"{'import torch':34}{statistics.median(imports):8.2f} s")
    print(f"{'gradkata check clip_grad_norm':34}{statistics.median(checks):8.2f} s")
    ratio = statistics.median(check / imported for imported, check in measured)
    print(f"{'ratio (median of ' + str(pairs) + ' pairs, aim 2)':34}{ratio:8.2f}")


if __name__ == "__main__":
    main()
