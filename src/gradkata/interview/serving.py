"""The interviewer's page on this machine alone: a small server that pushes what happens to the browser.

It listens on 127.0.0.1. Every address begins with a secret, so that other users and web pages open in the same
browser reach nothing; the Host header is checked, so that a foreign name that leads here does not help either.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from gradkata.errors import UserError
from gradkata.interview.panel import Panel

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

HOST = "127.0.0.1"
_HOSTS = [HOST, "localhost"]
_LOOK_EVERY = 0.5  # seconds between looks at the workspace and the log
_TELL_CLOCK_EVERY = 10  # looks: the page's own clock is put right so often, and a browser that left is noticed
_MOST_BYTES = 1 << 16
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the address holds the secret
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Guarded:
    """Lets nobody in without the secret, and adds the headers that keep a browser strict."""

    app: ASGIApp
    secret: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        first, _, rest = scope["path"].removeprefix("/").partition("/")
        if not secrets.compare_digest(first.encode("utf-8", "surrogatepass"), self.secret.encode()):
            await PlainTextResponse("not found", 404, headers=_HEADERS)(scope, receive, send)
            return
        inside = dict(scope, path="/" + rest)
        await self.app(inside, receive, send)


class Server(uvicorn.Server):
    """Tells the pages' streams when it is asked to end, so that none has to be torn down."""

    def __init__(self, config: uvicorn.Config, ending: threading.Event) -> None:
        super().__init__(config)
        self._ending = ending

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._ending.set()
        super().handle_exit(sig, frame)


def application(panel: Panel, secret: str, ending: threading.Event) -> ASGIApp:
    """The server's application. Streams end when `ending` is set."""

    async def page(_: Request) -> Response:
        return HTMLResponse(panel.page, headers=_HEADERS)

    async def script(_: Request) -> Response:
        text = files("gradkata.report").joinpath("templates/panel.js").read_text(encoding="utf-8")
        return Response(text, media_type="text/javascript", headers=_HEADERS)

    async def events(request: Request) -> Response:
        return StreamingResponse(_events(panel, request, ending), media_type="text/event-stream", headers=_HEADERS)

    async def step(request: Request) -> Response:
        problem = _foreign(request)
        if problem:
            return JSONResponse({"error": problem}, 403, headers=_HEADERS)
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST_BYTES:
                return JSONResponse({"error": "that is too long"}, 413, headers=_HEADERS)
        try:
            await run_in_threadpool(panel.step, json.loads(body))
        except UserError as error:
            return JSONResponse({"error": error.message}, 409, headers=_HEADERS)
        except (ValueError, RecursionError):
            return JSONResponse({"error": "that is no JSON"}, 400, headers=_HEADERS)
        return JSONResponse({}, headers=_HEADERS)

    app = Starlette(
        routes=[
            Route("/", page),
            Route("/panel.js", script),
            Route("/events", events),
            Route("/step", step, methods=["POST"]),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS, www_redirect=False)],
    )
    return Guarded(app, secret)


def _foreign(request: Request) -> str:
    """Why a step is refused that another web page may have sent; "" if it comes from ours."""
    origin = request.headers.get("origin")
    if origin is not None and origin != f"http://{request.headers.get('host', '')}":
        return "this comes from another page"
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return "a step is sent as application/json"
    return ""


async def _events(panel: Panel, request: Request, ending: threading.Event) -> AsyncIterator[str]:
    """The state, each time that it changes, and now and then for the clock."""
    told: dict[str, object] = {}
    looks = 0
    while not ending.is_set() and not await request.is_disconnected():
        try:
            state: dict[str, object] = await run_in_threadpool(panel.state)
        except UserError as error:
            state = told | {"trouble": error.message}
        lasting = {key: value for key, value in state.items() if key not in {"elapsed", "used"}}
        if looks % _TELL_CLOCK_EVERY == 0 or lasting != {key: told.get(key) for key in lasting}:
            told = state
            yield f"data: {json.dumps(state)}\n\n"
        looks += 1
        await asyncio.sleep(_LOOK_EVERY)


@contextlib.contextmanager
def listening(port: int) -> Iterator[socket.socket]:
    """A socket on this machine's own address.

    Raises:
        UserError: the port is taken.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            listener.listen()  # so that the address works as soon as it is told
        except OSError as error:
            raise UserError(f"--port {port}: {error.strerror}; leave it out to take one that is free") from error
        yield listener


def run(panel: Panel, port: int, tell: Callable[[str], None]) -> None:
    """Serve the page until Ctrl-C; `tell` hears its address."""
    secret = secrets.token_urlsafe(24)
    ending = threading.Event()
    config = uvicorn.Config(
        application(panel, secret, ending),
        log_level="error",
        access_log=False,  # it would print the secret
        server_header=False,
        lifespan="off",
        loop="asyncio",
        http="h11",
        ws="none",
        timeout_graceful_shutdown=2,  # a stream looks twice a second whether it should end
    )
    with listening(port) as listener:
        tell(f"http://{HOST}:{listener.getsockname()[1]}/{secret}/")
        with contextlib.suppress(KeyboardInterrupt):
            Server(config, ending).run(sockets=[listener])
