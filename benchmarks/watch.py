"""How long after a save `gradkata watch` shows the verdict: median and maximum over many saves of a wrong answer.

`python benchmarks/watch.py [SAVES]`. The aim is 300 ms after the save, on the machine that the aim was set for.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gradkata.content import find_kit

EXERCISE = "clip_grad_norm"
PROGRAM = [sys.executable, "-c", "from gradkata.cli import main; main()"]
_VERDICT = re.compile(r"^Seed \d+ .*, (\d+\.\d+) s$")


def verdict(process: subprocess.Popen[str]) -> float:
    """Reads on to the end of the next report; returns the seconds that its grading took."""
    assert process.stdout is not None
    for line in process.stdout:
        found = _VERDICT.match(line.rstrip())
        if found:
            return float(found[1])
    sys.exit("watch ended before its verdict")


def main() -> None:
    """Prints the figures."""
    saves = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    wrong = find_kit().exercise(EXERCISE).mistakes()[0].variants[0].source
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, "mine")
        environment = {**os.environ, "GRADKATA_STATE": str(Path(temporary, "state"))}
        subprocess.run([*PROGRAM, "init", str(folder)], env=environment, check=True, stdout=subprocess.DEVNULL)
        answer = folder / "exercises" / EXERCISE / f"{EXERCISE}.py"
        process = subprocess.Popen(
            [*PROGRAM, "watch", EXERCISE],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        assert process.stdout is not None
        process.stdout.readline()  # it is there, and watches
        took, beyond = [], []
        for number in range(saves + 2):  # the first pay for the start, and for learning the kit's wrong answers
            saved = time.perf_counter()
            answer.write_text(f"{wrong}\n# save {number}\n", encoding="utf-8")
            grading = verdict(process)
            took.append(time.perf_counter() - saved)
            beyond.append(took[-1] - grading)
            time.sleep(0.3)  # nobody saves faster
        process.terminate()
        process.wait(30)
    for name, seconds in (("save to verdict", took[2:]), ("beyond the grading", beyond[2:])):
        middle, most = statistics.median(seconds) * 1e3, max(seconds) * 1e3
        print(f"{name:24}{middle:6.0f} ms   median of {saves}, at most {most:.0f}")


if __name__ == "__main__":
    main()
