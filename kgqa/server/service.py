"""What the routes share: the graph, the threads in which it is asked, and the figures."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Annotated, Any, ParamSpec, TypeVar

from fastapi import Depends, Request

from kgqa import KGQA
from kgqa.server.batching import Asking, Batcher
from kgqa.server.metrics import Metrics
from kgqa.server.options import ServerOptions
from kgqa.server.problems import READ_ONLY, ProblemError
from kgqa.server.samples import Samples
from kgqa.server.syncs import Syncs

P = ParamSpec("P")
T = TypeVar("T")

_READERS = 4  # threads for what is no question: searches, the schema


class Service:
    """One graph as it is served. The graph stays its owner's to close."""

    def __init__(self, qa: KGQA, options: ServerOptions) -> None:
        self.qa = qa
        self.options = options
        self.metrics = Metrics()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """For as long as requests come; at the end, what was begun is finished."""
        self.batcher = Batcher(self._answer, capacity=self.options.queue, largest=self.options.batch)
        self.syncs = Syncs(self.qa, self.metrics, capacity=self.options.syncs)
        self.samples = Samples(self.qa.store, lambda texts: self.batcher.ask(texts, Asking(evidence=0)))
        self._readers = ThreadPoolExecutor(_READERS, "kgqa-read")
        try:
            async with self.batcher, self.syncs:
                yield
        finally:
            await asyncio.to_thread(self._readers.shutdown)

    def check_writable(self) -> None:
        """Refuse what would be kept, where the service only answers.

        :raises ProblemError: if it does.
        """
        if self.options.read_only:
            raise ProblemError(READ_ONLY, "this service was started to answer only")

    async def ask(self, questions: Sequence[str], asking: Asking) -> list[dict[str, Any] | BaseException]:
        """The answer to each of the questions as plain values, or why it failed.

        :raises ProblemError: if too many wait already.
        """
        answers = await self.batcher.ask(questions, asking)
        self.metrics.questions.labels("failed").inc(sum(isinstance(answer, BaseException) for answer in answers))
        return answers

    async def read(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do work that reads the graph, in a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, lambda: work(*args, **kwargs))

    def _answer(self, questions: Sequence[str], asking: Asking) -> list[dict[str, Any]]:
        began = time.perf_counter()
        answers = self.qa.ask_batch(
            questions,
            evidence=asking.evidence,
            abstain_below=asking.abstain_below,
            pick=asking.pick,
            meanings=asking.meanings,
        )
        self.metrics.batch_seconds.observe(time.perf_counter() - began)
        self.metrics.batch_size.observe(len(questions))
        for answer in answers:
            self.metrics.questions.labels("abstained" if answer.abstained else "answered").inc()
        return [answer.to_dict() for answer in answers]


def _service(request: Request) -> Service:
    service = request.app.state.service
    if not isinstance(service, Service):
        raise TypeError(f"{service!r} is not the service of this app")
    return service


Serving = Annotated[Service, Depends(_service)]
