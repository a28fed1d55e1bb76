"""An app in a server of its own."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from graphdb.errors import IndexMissingError, SettingsError
from kgqa import KGQA
from kgqa.server.app import create_app
from kgqa.server.logs import log_to_stderr
from kgqa.server.options import ServerOptions, hosts_for

__all__ = ["ServerOptions", "hosts_for", "log_to_stderr", "run_server"]

_log = logging.getLogger(__name__)


def run_server(
    qa: KGQA,
    options: ServerOptions,
    *,
    host: str,
    port: int,
    listening: Callable[[str], None] = _log.info,
) -> None:
    """Serve a graph until the process is told to end (SIGINT or SIGTERM), and finish what was begun.

    :param qa: stays its owner's to close.
    :param port: 0 takes one that is free.
    :param listening: told the URL once connections are accepted.
    :raises SettingsError: if it cannot listen there.
    """
    if options.api_key is None and options.hosts is None:
        _log.warning(
            "there is no API key: everybody who can reach %s:%s can ask, and sync unless it is read-only", host, port
        )
    with _bound(host, port) as bound:
        _load(qa)
        config = uvicorn.Config(create_app(qa, options), log_config=None, access_log=False, server_header=False)
        server = _Server(config, _url(host, bound.getsockname()[1]), listening)
        asyncio.run(server.serve([bound]))


def _load(qa: KGQA) -> None:
    """Load what answers, so that the first question need not wait for it."""
    try:
        qa.ask_batch([])
    except IndexMissingError:
        _log.warning("the graph has no index of names yet: nothing can be asked until facts are synced")


class _Server(uvicorn.Server):
    """Says when it listens, and ends without ado."""

    def __init__(self, config: uvicorn.Config, url: str, listening: Callable[[str], None]) -> None:
        super().__init__(config)
        self._url = url
        self._listening = listening

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End well when told to: uvicorn would then kill the process, before the graph is closed."""
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._listening(self._url)


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server((address[0], port), family=family)
    except OSError as exc:
        raise SettingsError(
            f"cannot listen at {host}:{port} ({exc.strerror or exc}): name another --host or --port"
        ) from exc


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
