"""A line to a server that can be cut and mended, as a network is."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from types import TracebackType
from typing import Self


class Line:
    """Carries what goes to and from a server, from a port of its own. Used in ``with``; it is whole at first.

    :param host: that of the server.
    """

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._open: list[socket.socket] = []
        self._threads: list[Thread] = []
        self.port = 0

    def mend(self) -> None:
        """Let connections be made."""
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        self._open.append(listener)
        self._start(self._accept, listener)

    def cut(self) -> None:
        """Break the connections off, and refuse others."""
        while self._open:
            with self._open.pop() as end, suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):  # it was cut
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(self._server)
                self._open += [near, far]
                self._start(_carry, near, far)
                self._start(_carry, far, near)

    def _start(self, work: Callable[..., None], *ends: socket.socket) -> None:
        thread = Thread(target=work, args=ends)
        self._threads.append(thread)
        thread.start()

    def __enter__(self) -> Self:
        self.mend()
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.cut()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):  # it was cut
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
