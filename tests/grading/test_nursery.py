"""What the processes of a pool share is prepared once, and a pool does without where that fails."""

from __future__ import annotations

import os
import signal
import textwrap
from concurrent.futures import wait

import pytest

from gradkata.grading.nursery import CAN_FORK, Forked
from gradkata.grading.pool import ProcessDied, ProcessPool

if not CAN_FORK:
    pytest.skip("processes cannot be forked and watched here", allow_module_level=True)

# Found by name in a process that is started afresh.
SHARED = """
import contextlib
import os

from gradkata.errors import UserError

told = []


class Beginning:
    def __init__(self):
        self.process, self.forks = os.getpid(), 0

    def before_fork(self):
        self.forks += 1

    def after_fork(self):
        pass

    @contextlib.contextmanager
    def in_child(self):
        told[:] = [self.process, self.forks]
        yield


def fails():
    raise UserError("nothing to begin with")


def ask():
    return [*told, os.getpid()]
"""


@pytest.fixture
def shared(tmp_path, monkeypatch):
    """A module with what is prepared, and what asks for it."""
    (tmp_path / "shared_beginning.py").write_text(textwrap.dedent(SHARED))
    monkeypatch.syspath_prepend(tmp_path)
    import shared_beginning  # made above

    return shared_beginning


def test_it_is_prepared_once_and_each_process_gets_its_own(shared):
    with ProcessPool(3, shared.Beginning) as pool:
        holding = [pool.submit(exec, "import time; time.sleep(0.5)") for _ in range(3)]  # all three are at work
        answers = [pool.submit(shared.ask) for _ in range(12)]
        wait(holding)
        told = {tuple(answer.result()) for answer in answers}
    prepared, numbers, pids = zip(*told, strict=True)
    assert len(set(prepared)) == 1
    assert len(set(numbers)) == len(set(pids)) == len(told)
    assert set(numbers) <= {1, 2, 3}
    assert not {os.getpid(), prepared[0]} & set(pids)


def test_a_process_that_dies_is_replaced_by_another_fork(shared):
    with ProcessPool(1, shared.Beginning) as pool:
        first = pool.submit(shared.ask).result()
        assert isinstance(pool.submit(os._exit, 3).exception(), ProcessDied)
        later = pool.submit(shared.ask).result()
    assert later[0] == first[0]
    assert later[1] > first[1]


def test_where_preparing_fails_each_process_starts_afresh(shared):
    with ProcessPool(2, shared.fails) as pool:
        assert [pool.submit(abs, -number).result() for number in range(4)] == [0, 1, 2, 3]
        assert len(pool.submit(shared.ask).result()) == 1


def test_where_the_beginning_was_lost_the_next_process_starts_afresh(shared):
    with ProcessPool(1, shared.Beginning) as pool:
        prepared, _, _ = pool.submit(shared.ask).result()
        os.kill(prepared, signal.SIGKILL)
        assert pool.submit(abs, -1).result() == 1  # who is there stays
        assert isinstance(pool.submit(os._exit, 3).exception(), ProcessDied)
        assert len(pool.submit(shared.ask).result()) == 1


def test_a_process_that_is_gone_already_cannot_be_watched():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    with pytest.raises(ProcessLookupError):
        Forked(pid)


def test_a_pool_that_is_shut_down_leaves_nothing(shared, runs):
    pool = ProcessPool(1, shared.Beginning)
    prepared, _, pid = pool.submit(shared.ask).result()
    stuck, queued = pool.submit(signal.pause), pool.submit(abs, -1)
    pool.shutdown(cancel_futures=True)
    assert wait([stuck, queued], timeout=20).not_done == set()
    assert queued.cancelled()
    assert not [one for one in (prepared, pid) if runs(one)]
