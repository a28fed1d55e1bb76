"""Files of facts that came with requests: received onto the disk, and applied one after the other."""

from __future__ import annotations

import asyncio
import itertools
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore
from types import TracebackType
from typing import Any, Self, cast

from fastapi import Request

from graphdb.readers import Format, Source
from kgqa import KGQA
from kgqa.server.metrics import Metrics
from kgqa.server.problems import OVERLOADED, ProblemError

REJECTIONS = 1000
"""So many rejected rows are listed, at most."""

_CHUNK = 2**20
_FACTS = "facts"
_LATER_S = 10


@dataclass(frozen=True, slots=True)
class SyncParameters:
    """How to apply the facts, see :meth:`kgqa.KGQA.sync`."""

    source: str
    delete: bool
    dry_run: bool


class Syncs:
    """Receives facts, and applies them one file after the other. Used with ``async with``.

    :param capacity: how many syncs may wait or run.
    """

    def __init__(self, qa: KGQA, metrics: Metrics, *, capacity: int) -> None:
        self._qa = qa
        self._metrics = metrics
        self._places = BoundedSemaphore(capacity)

    async def apply(self, request: Request, parameters: SyncParameters) -> dict[str, Any]:
        """Apply the body of a request. Who does not wait for the end does not end it.

        :raises ProblemError: if too many syncs wait already.
        """
        if not self._places.acquire(blocking=False):
            raise ProblemError(OVERLOADED, "other syncs wait already: send this one later", retry_after_s=_LATER_S)
        folder = TemporaryDirectory(prefix="kgqa-sync-", ignore_cleanup_errors=True)
        try:
            await _receive(request, Path(folder.name) / _FACTS)
            running = self._thread.submit(self._sync, Path(folder.name), parameters)
        except BaseException:
            self._leave(folder)
            raise
        running.add_done_callback(lambda _: self._leave(folder))
        return await asyncio.shield(asyncio.wrap_future(running))

    def _leave(self, folder: TemporaryDirectory[str]) -> None:
        folder.cleanup()
        self._places.release()

    def _sync(self, folder: Path, parameters: SyncParameters) -> dict[str, Any]:
        source = Source(str(folder / _FACTS), parameters.source, Format.JSONL)
        rejects = folder / "rejects"
        report = self._qa.sync(source, delete=parameters.delete, rejects=rejects, dry_run=parameters.dry_run).to_dict()
        if not parameters.dry_run:
            for outcome in ("added", "updated", "unchanged", "deleted", "rejected"):
                self._metrics.synced.labels(outcome).inc(cast(int, report[outcome]))
        return report | {"rejections": _rejections(rejects)}

    async def __aenter__(self) -> Self:
        self._thread = ThreadPoolExecutor(1, "kgqa-sync")
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Finish what was received."""
        await asyncio.to_thread(self._thread.shutdown)


async def _receive(request: Request, path: Path) -> None:
    """Write the body of a request to a file, as it comes."""
    pending = bytearray()
    with path.open("wb") as file:
        async for chunk in request.stream():
            pending += chunk
            if len(pending) >= _CHUNK:
                await asyncio.to_thread(file.write, bytes(pending))
                pending.clear()
        file.write(pending)


def _rejections(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        rows = (json.loads(line) for line in itertools.islice(file, REJECTIONS))
        return [{"line": row["line"], "reason": row["reason"]} for row in rows]
