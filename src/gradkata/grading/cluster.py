"""A Dask cluster as the pool, where one machine is too small."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

from gradkata.errors import UserError

_P = ParamSpec("_P")
_T = TypeVar("_T")
_PATIENCE = 10  # seconds until a scheduler must have answered


@dataclass(slots=True)
class Cluster:
    """A connection to a Dask scheduler. Use as a context manager.

    The scheduler gives the work of a worker that is lost to another one.
    """

    address: str
    client: Any

    @classmethod
    def connect(cls, address: str) -> Cluster:
        """A connection to the scheduler at `address`, such as `tcp://10.0.0.5:8786`.

        Raises:
            UserError: `distributed` is not installed, or nobody answers there.
        """
        try:
            from distributed import Client
        except ImportError:
            raise UserError("--dask needs dask and distributed: pip install 'gradkata[cluster]'") from None
        try:
            client = Client(address, timeout=_PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise UserError(f"--dask {address}: no scheduler answers ({reason})", exit_code=3) from error
        if not client.ncores():
            client.close()
            raise UserError(f"--dask {address}: the scheduler has no workers; start some: dask worker {address}", 3)
        return cls(address, client)

    @property
    def size(self) -> int:
        """How many tasks run at a time."""
        cores: dict[str, int] = self.client.ncores()
        return max(1, sum(cores.values()))

    def executor(self) -> Executor:
        """The cluster as an executor. Gradings are not pure: a fault of ours may not happen twice."""
        return _Executor(self.client.get_executor(pure=False))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()


@dataclass(frozen=True, slots=True)
class _Executor(Executor):
    """Dask's executor, with the whole of the standard `shutdown`."""

    dask: Any

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        future: Future[_T] = self.dask.submit(fn, *args, **kwargs)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self.dask.shutdown(wait=wait and not cancel_futures)  # which cancels what it does not wait for
