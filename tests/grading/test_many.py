"""Many submissions: processes of the pool that die, real runs killed that go on, a cluster that loses a worker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from pathlib import Path

import pytest

from gradkata.errors import UserError
from gradkata.grading import Submission, task
from gradkata.grading.cache import Basis, Cache
from gradkata.grading.collect import Found
from gradkata.grading.many import Many, Pool
from gradkata.grading.pool import Here, ProcessDied, ProcessPool
from gradkata.grading.versions import program_digest

PROGRAM = "from gradkata.cli import main; main()"


@pytest.fixture(scope="module")
def pool():
    """Two processes."""
    with ProcessPool(2) as made:
        yield made


def test_results_and_exceptions_come_back(pool):
    futures = [pool.submit(int, text) for text in ("1", "x", "3")]
    assert [futures[0].result(), futures[2].result()] == [1, 3]
    assert isinstance(futures[1].exception(), ValueError)
    assert list(pool.map(abs, [-1, -2])) == [1, 2]


def test_what_cannot_be_sent_is_an_error_of_that_call_alone(pool):
    assert "pickle" in str(pool.submit(lambda: 1).exception()).lower()
    assert isinstance(pool.submit(threading.Lock).exception(), RuntimeError)
    assert pool.submit(abs, -1).result() == 1


def test_a_process_that_dies_is_replaced(pool):
    deaths = [pool.submit(os._exit, 3) for _ in range(3)]
    assert {type(death.exception()) for death in deaths} == {ProcessDied}
    assert pool.submit(abs, -1).result() == 1


def test_the_work_of_a_process_that_was_killed_is_done_by_another(pool, tmp_path):
    mark = tmp_path / "died"
    code = f"import os, pathlib as p; m = p.Path({str(mark)!r}); m.exists() or (m.touch(), os.kill(os.getpid(), 9))"
    assert pool.submit(exec, code).result() is None
    assert mark.exists()


def test_a_pool_that_is_shut_down_takes_no_work_and_ends_what_runs():
    pool = ProcessPool(1)
    first, second = pool.submit(signal.pause), pool.submit(abs, -1)
    pool.shutdown(cancel_futures=True)
    assert wait_for([first, second]).not_done == set()
    assert first.cancelled() or isinstance(first.exception(), ProcessDied)
    assert second.cancelled()
    with pytest.raises(RuntimeError):
        pool.submit(abs, -1)


class Scripted(Here):
    """Answers with what was written down for each source."""

    def __init__(self, answers):
        self.answers = answers
        self.asked = []
        self.seeds = set()

    def submit(self, fn, /, *args, **kwargs):
        assert fn is task.run
        (asked,) = args
        self.asked.append(asked.submission.source)
        self.seeds.add(asked.seed)
        future = Future()
        answer = self.answers[asked.submission.source]
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)
        return future


def many(tmp_path, clipping, executor):
    basis = Basis(clipping.id, clipping.digest(), None)
    return Many(clipping.root, clipping, basis, Cache(tmp_path / "cache"), lambda count: Pool(executor, 2))


def test_a_submission_that_nobody_survives_does_not_stop_the_others(tmp_path, clipping, grade, right):
    report = grade(clipping, right(clipping))
    executor = Scripted({"a": ProcessDied("gone"), "b": report.to_json(), "c": UserError("no worker", 3)})
    found = [Found(f"{name}.py", Submission.of(f"{name}.py", name)) for name in "abcb"] + [Found("d", error="d: gone")]
    got = dict(many(tmp_path, clipping, executor).grade(found))
    assert [got[number].verdict.value for number in range(4)] == ["not_judged", "passed", "not_judged", "passed"]
    assert got[0].fault == "A fault of ours, not of the submission: ProcessDied: gone"
    assert (got[0].points, got[0].max_points) == (0, 100)
    assert executor.asked == ["a", "b", "c"]  # the same source is graded once


def test_all_of_a_run_meet_the_same_cases_and_another_run_meets_others(tmp_path, clipping, grade, right):
    report, seeds = grade(clipping, right(clipping)).to_json(), []
    for run in ("first", "second"):
        executor = Scripted(dict.fromkeys("abc", report))
        list(many(tmp_path / run, clipping, executor).grade([Found(n, Submission.of(n, n)) for n in "abc"]))
        seeds.append(executor.seeds)
    assert [len(drawn) for drawn in seeds] == [1, 1]
    assert seeds[0] != seeds[1]


def test_what_is_wrong_for_all_stops_the_run(tmp_path, clipping):
    found = [Found("a.py", Submission.of("a.py", "a"))]
    with pytest.raises(UserError):
        list(many(tmp_path, clipping, Scripted({"a": UserError("no suite")})).grade(found))


def test_a_worker_with_another_version_refuses(kit, clipping):
    wrong = task.Task(kit.root, clipping.id, "other", program_digest(), Submission.of("a.py", "x"))
    with pytest.raises(UserError) as caught:
        task.run(wrong)
    assert caught.value.message == "another version of clip_grad_norm or of gradkata is installed on a worker"


@pytest.fixture
def class_(tmp_path, clipping, right):
    """Four right answers and two that are none."""
    folder = tmp_path / "class"
    folder.mkdir()
    for number in range(6):
        source = "x = 1" if number in (2, 4) else right(clipping)
        (folder / f"{number}.py").write_text(f"{source}\n# {number}\n")
    return folder


@pytest.fixture
def command(tmp_path, kit, class_):
    """Starts the real program on the class."""
    environment = os.environ | {"GRADKATA_CACHE": str(tmp_path / "cache")}

    def start(*options, program=PROGRAM, jobs=2):
        command = [sys.executable, "-c", program, "--kit", str(kit.root), "grade", "clip_grad_norm", str(class_)]
        command += ["--jobs", str(jobs), *map(str, options)]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    return start


# Whether PyTorch was imported is said at the end.
TELLING = f"import atexit, sys; atexit.register(lambda: print('torch' in sys.modules, file=sys.stderr)); {PROGRAM}"
VERDICTS = ["passed", "passed", "failed", "passed", "failed", "passed"]


def test_a_run_that_is_killed_goes_on_and_another_is_told_from_the_cache(tmp_path, command):
    out = tmp_path / "results.jsonl"
    with command("--out", out) as run:
        assert run.stdout.readline(), run.stderr.read()
        run.kill()
    before = out.read_bytes()
    whole = before[: before.rfind(b"\n") + 1]
    assert whole.count(b"\n") >= 1
    out.write_bytes(whole + whole[:100])  # as power that fails leaves it
    with command("--out", out, jobs=1) as run:
        printed, said = run.communicate()
    assert run.returncode == 1
    assert said.startswith(f"{out}: took out a line that was cut off (100 bytes)\n")
    after = out.read_bytes()
    assert after.startswith(whole)
    assert sorted(after.decode().splitlines()) == sorted(printed.splitlines())
    assert [json.loads(line)["verdict"] for line in printed.splitlines()] == VERDICTS
    with command(program=TELLING) as run:
        again, said = run.communicate()
    assert again == printed
    assert said.endswith("\nFalse\n")


def test_a_cluster_that_loses_a_worker_gives_the_same_reports_in_the_same_order(command, clipping):
    distributed = pytest.importorskip("distributed", reason="distributed (extra `cluster`) is not installed")
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1", silence_logs=50
    )
    with cluster:
        (first, _) = (nanny.pid for nanny in cluster.workers.values())
        with command("--dask", cluster.scheduler_address) as run:
            lines = [run.stdout.readline()]
            os.kill(first, signal.SIGKILL)
            lines += run.stdout  # not `communicate`, which passes over what `readline` has already taken in
            said = run.stderr.read()
    reports = [json.loads(line) for line in lines]
    assert [report["verdict"] for report in reports] == VERDICTS, said
    assert [Path(report["submission"]["name"]).name for report in reports] == [f"{number}.py" for number in range(6)]
    assert run.returncode == 1


def test_without_a_scheduler_the_cluster_is_one_line(command, monkeypatch):
    pytest.importorskip("distributed", reason="distributed (extra `cluster`) is not installed")
    from gradkata.grading import cluster

    monkeypatch.setattr(cluster, "_PATIENCE", 0.1)
    with pytest.raises(UserError) as caught:
        cluster.Cluster.connect("tcp://127.0.0.1:9")
    assert caught.value.message.startswith("--dask tcp://127.0.0.1:9: no scheduler answers (")
    assert (caught.value.exit_code, "\n" in caught.value.message) == (3, False)
