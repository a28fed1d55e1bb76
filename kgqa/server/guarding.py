"""What is refused for any route: requests to another host, and those that are too large or take too long."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kgqa.server.options import ServerOptions
from kgqa.server.problems import (
    NOT_THIS_HOST,
    TIMEOUT,
    TOO_LARGE,
    UNFINISHED,
    ProblemError,
    problem_response,
)

SYNC = "/sync"


class Guard:
    """Keeps to the limits of the options."""

    def __init__(self, app: ASGIApp, options: ServerOptions) -> None:
        self._app = app
        self._options = options

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sync = scope["path"] == SYNC
        request = _Request(receive, send, self._options.sync_bytes if sync else self._options.request_bytes)
        timeout_s = self._options.sync_timeout_s if sync else self._options.timeout_s
        headers = Headers(scope=scope)
        try:
            _check_host(headers.get("host", ""), self._options.hosts)
            request.check_length(headers.get("content-length", ""))
            async with asyncio.timeout(timeout_s) as limit:
                await self._app(scope, request.receive, request.send)
        except ProblemError as problem:
            await problem_response(problem)(scope, receive, send)
        except TimeoutError:
            if not limit.expired() or request.answered:
                raise
            await problem_response(_too_long(request, timeout_s, sync=sync))(scope, receive, send)


class _Request:
    """A request while it is received and answered."""

    def __init__(self, receive: Receive, send: Send, largest: int) -> None:
        self._receive = receive
        self._send = send
        self._largest = largest
        self._bytes = 0
        self.awaited = False
        self.answered = False

    def check_length(self, announced: str) -> None:
        if announced.isdecimal() and int(announced) > self._largest:
            self._too_large()

    async def receive(self) -> Message:
        self.awaited = True
        message = await self._receive()
        self.awaited = False
        self._bytes += len(message.get("body", b""))
        if self._bytes > self._largest:
            self._too_large()
        return message

    async def send(self, message: Message) -> None:
        self.answered = True
        await self._send(message)

    def _too_large(self) -> None:
        raise ProblemError(TOO_LARGE, f"at most {self._largest:,} bytes are accepted here: send less at once")


def _check_host(host: str, allowed: Iterable[str] | None) -> None:
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    if allowed is not None and name.lower() not in allowed:
        raise ProblemError(NOT_THIS_HOST, "this service is not for everybody: it has other names, such as localhost")


def _too_long(request: _Request, timeout_s: float, *, sync: bool) -> ProblemError:
    if request.awaited:
        return ProblemError(UNFINISHED, f"the whole request did not come within {timeout_s:g} s")
    detail = f"there was no answer within {timeout_s:g} s"
    if sync:
        detail += ". The sync goes on; sending the same again is safe: what is applied already is then unchanged"
    return ProblemError(TIMEOUT, detail, retry_after_s=1)
