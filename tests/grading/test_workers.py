"""The zygote and its children: what becomes of those that are killed, stall, or leave something behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap

import pytest

from gradkata.grading.hearing import how_it_ended
from gradkata.grading.workers import Ended, Job
from gradkata.protocol import frames
from gradkata.protocol.arena import Arena

LIMITS = {"cpu_seconds": 5.0, "memory_bytes": 1 << 28}


@pytest.fixture
def job():
    """Makes a job that loads a source text; its shared memory is empty."""
    arena = Arena()
    arena.seal()

    def make(source: str, limit: float = 20.0) -> Job:
        opening = {"forbidden_files": [], "limits": LIMITS}
        program = {
            "source": source,
            "filename": "mine.py",
            "entry_points": ["answer"],
            "arguments": {"answer": 0},
            "imports": [],
            "forbidden_files": [],
        }
        return Job(opening, frames.pack({"scenarios": [], "batches": []}), program, arena.descriptor, limit)

    yield make
    arena.close()


@pytest.fixture
def run(grader):
    """Runs jobs in the zygote of all tests."""
    return grader._zygote.run


RIGHT = "def answer(): pass"


WRITE_ONLY = """
import os, stat
found = []
for descriptor in range(256):
    try:
        mode = os.fstat(descriptor).st_mode
    except OSError:
        continue
    if stat.S_ISREG(mode) and stat.S_IMODE(mode) == 0o200:
        found.append(descriptor)
print(found)
def answer(): pass
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's count of memory is reset on Linux alone")
def test_no_child_holds_what_would_make_the_kernel_forget_anothers_memory(run, job):
    first, second = run([job("import time; time.sleep(0.5)\n" + RIGHT), job(WRITE_ONLY)])
    assert first.done
    assert second.output == b"[]\n"


def test_a_child_says_that_it_is_confined_and_that_it_is_done(run, job):
    (ended,) = run([job(RIGHT)])
    assert [header["kind"] for header, _ in ended.frames] == ["confined"]
    assert (ended.done, ended.status, ended.garbled, ended.timed_out, ended.lost) == (True, 0, "", False, False)
    assert ended.peak_bytes > 0


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
def test_a_child_that_is_killed_has_its_signal_as_status(run, job, number):
    (ended,) = run([job(f"import os\nos.kill(os.getpid(), {int(number)})")])
    assert (ended.done, ended.status) == (False, -number)
    assert how_it_ended(ended, confined=True, time_limit=10.0) == f"the process was ended by {number.name}"


def test_jobs_run_side_by_side_and_come_back_in_order(run, job):
    sources = [RIGHT, "import os\nos._exit(4)", "print('third')\n" + RIGHT, "while True: pass", "raise ValueError"]
    ended = run([job(source, 1.0 if "while" in source else 20.0) for source in sources])
    assert [(one.done, one.timed_out, one.status) for one in ended] == [
        (True, False, 0),
        (False, False, 4),
        (True, False, 0),
        (False, True, -signal.SIGKILL),
        (True, False, 0),
    ]
    assert ended[2].output == b"third\n"


def test_output_beyond_what_is_kept_is_counted(run, job):
    (ended,) = run([job("import os\nfor _ in range(40): os.write(1, b'x' * 10000)\n" + RIGHT)])
    assert (ended.output_bytes, ended.output) == (400_000, b"x" * (16 << 10))


def test_output_that_ends_within_a_character_is_no_error(run, job):
    (ended,) = run([job("import os\nos.write(2, b'\\xe2\\x82')\n" + RIGHT)])
    assert ended.output == b"\xe2\x82"


def test_a_child_that_stops_itself_is_ended_at_the_time_limit(run, job):
    (ended,) = run([job("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)", 1.0)])
    assert (ended.done, ended.timed_out, ended.status) == (False, True, -signal.SIGKILL)


@pytest.mark.parametrize(
    ("ended", "confined", "how"),
    [
        (Ended(lost=True), False, "the worker was lost"),
        (Ended(status=1), False, "the worker could not be set up"),
        (Ended(timed_out=True, status=-9), False, "the worker could not be set up"),
        (Ended(timed_out=True, status=-9), True, "time-out: no answer within 3 s (an endless loop?)"),
        (
            Ended(status=-signal.SIGXCPU, cpu_seconds=3.1),
            True,
            "time-out: no answer within 3 s (an endless loop?)",
        ),
        (Ended(status=-9, cpu_seconds=4.0), True, "time-out: no answer within 3 s (an endless loop?)"),
        (Ended(status=-9, cpu_seconds=0.1), True, "the process was ended by SIGKILL"),
        (Ended(status=-200), True, "the process was ended by signal 200"),
        (Ended(status=None), True, "the process fell silent"),
        (Ended(status=0), True, "the process ended itself with exit code 0"),
        (
            Ended(status=70),
            True,
            "the process broke down (no memory left, or the grader's descriptors closed)",
        ),
    ],
)
def test_how_a_process_ended_is_said_in_a_few_words(ended, confined, how):
    assert how_it_ended(ended, confined, 3.0) == how


# A zygote whose children are not confined, and leave a process behind that has a session of its own.
UNCONFINED = """
import os, signal, sys
from gradkata.worker import child, __main__ as zygote


def run(channel, output, arena):
    first = os.fork()
    if first:
        os.waitpid(first, 0)
        os._exit(0)
    os.setsid()
    reading, writing = os.pipe()
    if os.fork():
        os.read(reading, 1)
        os._exit(0)
    os.setsid()
    os.write(output, b"%d" % os.getpid())
    os.write(writing, b".")
    signal.pause()  # for ever


child.prepare = lambda **_: None
child.run = run
child.sandbox = lambda: {"sandbox": "none", "full": False}
zygote.main()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="orphans come to the zygote on Linux alone")
def test_a_process_that_was_detached_twice_is_gone_when_the_end_is_told():
    ours, theirs = socket.socketpair()
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(UNCONFINED), str(theirs.fileno())], pass_fds=[theirs.fileno()]
    )
    theirs.close()
    channel, other = socket.socketpair()
    reading, writing = os.pipe()
    reader = frames.FrameReader()
    try:
        assert frames.receive(ours, reader)[0]["op"] == "ready"
        request = frames.pack({"op": "run", "job": 1})
        socket.send_fds(ours, [request], [other.fileno(), writing, writing])
        assert frames.receive(ours, reader)[0]["op"] == "started"
        assert frames.receive(ours, reader)[0]["op"] == "exited"
        survivor = int(os.read(reading, 20))
        with pytest.raises(ProcessLookupError):
            os.kill(survivor, 0)
    finally:
        for end in (ours, channel, other):
            end.close()
        os.close(reading)
        os.close(writing)
        process.wait(timeout=20)
