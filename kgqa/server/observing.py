"""Each request is counted, timed and logged, and whatever fails in it is told as a problem."""

from __future__ import annotations

import logging
import time
import uuid
from dataclasses import dataclass, field

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kgqa.server.metrics import Metrics
from kgqa.server.problems import as_problem, problem_response

REQUESTS = logging.getLogger("kgqa.server.requests")
"""One line for each request."""

_NOT_ROUTED = "other"


class Observer:
    """The outermost part of the app. It never looks at the headers of a request."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = _Seen(send)
        scope.setdefault("state", {})["request_id"] = seen.request_id
        try:
            await self._app(scope, receive, seen.send)
        except Exception as exc:
            if seen.status:  # half an answer cannot be taken back: the connection is broken off
                raise
            await problem_response(as_problem(exc))(scope, receive, seen.send)
        finally:
            self._note(scope, seen)

    def _note(self, scope: Scope, seen: _Seen) -> None:
        seconds = time.perf_counter() - seen.began
        route = _route(scope)
        self._metrics.requests.labels(scope["method"], route, str(seen.status)).inc()
        self._metrics.request_seconds.labels(route).observe(seconds)
        fields = {
            "request_id": seen.request_id,
            "method": scope["method"],
            "path": scope["path"],
            "status": seen.status,
            "milliseconds": round(1000 * seconds, 1),
            "questions": scope["state"].get("questions", 0),
        }
        REQUESTS.info("%s %s %s", scope["method"], scope["path"], seen.status, extra={"fields": fields})


@dataclass(slots=True)
class _Seen:
    """A request and the status that it was answered with; 0 if it was not."""

    forward: Send
    status: int = 0
    began: float = field(default_factory=time.perf_counter)
    request_id: str = field(default_factory=lambda: uuid.uuid4().hex)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            MutableHeaders(scope=message)["X-Request-ID"] = self.request_id
        await self.forward(message)


def _route(scope: Scope) -> str:
    """The path as it is documented, so that there are only so many."""
    return getattr(scope.get("route"), "path", _NOT_ROUTED)
