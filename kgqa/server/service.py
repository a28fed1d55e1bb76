"""What the routes share: the graph, and the threads in which it is asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Annotated, Any, ParamSpec, TypeVar

from fastapi import Depends, Request

from kgqa import KGQA
from kgqa.server.batching import Asking, Batcher
from kgqa.server.options import ServerOptions

P = ParamSpec("P")
T = TypeVar("T")

_READERS = 4  # threads for what is no question: searches, the schema


class Service:
    """One graph as it is served. The graph stays its owner's to close."""

    def __init__(self, qa: KGQA, options: ServerOptions) -> None:
        self.qa = qa
        self.options = options

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """For as long as requests come; at the end, what was begun is finished."""
        self._readers = ThreadPoolExecutor(_READERS, "kgqa-read")
        try:
            async with Batcher(self._answer, capacity=self.options.queue, largest=self.options.batch) as self.batcher:
                yield
        finally:
            self._readers.shutdown()

    async def read(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do work that reads the graph, in a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, lambda: work(*args, **kwargs))

    def _answer(self, questions: Sequence[str], asking: Asking) -> list[dict[str, Any]]:
        answers = self.qa.ask_batch(
            questions,
            evidence=asking.evidence,
            abstain_below=asking.abstain_below,
            pick=asking.pick,
            meanings=asking.meanings,
        )
        return [answer.to_dict() for answer in answers]


def _service(request: Request) -> Service:
    service = request.app.state.service
    if not isinstance(service, Service):
        raise TypeError(f"{service!r} is not the service of this app")
    return service


Serving = Annotated[Service, Depends(_service)]
