"""The measuring process: `python -I -m gradkata.bench`. A request on stdin, a line of JSON for each case on stdout.

It is a process of its own because a learner's file runs in it: that may print, exit, hang or change PyTorch. Whatever
is printed goes to stderr, which nobody reads.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from gradkata.bench.declare import Bench
from gradkata.bench.loading import BrokenAnswer, fault_in, load_answer, load_bench
from gradkata.errors import UserError


def main() -> None:
    """Answers the one request and exits."""
    request = json.loads(sys.stdin.readline())
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        try:
            _run(request, answers)
        except BrokenAnswer as error:
            _say(answers, {"broken": str(error)})
        except UserError as error:
            _say(answers, {"error": error.message})
        except BaseException as error:  # an answer that fails only now and then
            files = [answer["file"] for answer in request["answers"]] or [request["bench"]]
            _say(answers, {"broken": fault_in(files[0], error)})
    os._exit(0)  # what a learner's file has registered to run at the end does not


def _run(request: dict[str, Any], answers: TextIO) -> None:
    import torch

    from gradkata.bench.measuring import Contender, devices, measure

    bench = load_bench(Path(request["bench"]))
    baselines = bench.baselines if request["baselines"] else bench.baselines[:1]
    contenders = [Contender(one.name, one.function) for one in baselines]
    files: dict[str, str] = {}
    for answer in request["answers"]:
        functions = load_answer(answer["file"], answer["source"], bench.entry_points)
        for entry_point, function in functions.items():
            name = _row(answer["name"], bench, entry_point)
            files[name] = answer["file"]
            contenders.append(Contender(name, function))

    @contextlib.contextmanager
    def explained(name: str) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            raise BrokenAnswer(fault_in(files.get(name, name), error)) from error

    _say(answers, {"torch": torch.__version__, "threads": torch.get_num_threads(), "yardstick": contenders[0].name})
    for device in devices():
        for measured in measure(bench, contenders, device, request["rounds"], explained):
            _say(answers, {"measured": [{name: getattr(one, name) for name in one.__slots__} for one in measured]})
    _say(answers, {"done": True})


def _row(answer: str, bench: Bench, entry_point: str) -> str:
    label = bench.entry_points[entry_point]
    return f"{answer}: {label}" if label else answer


def _say(answers: TextIO, message: dict[str, Any]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
