"""Questions that wait at the same time are answered together: a bounded queue in front of one thread that answers."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from types import TracebackType
from typing import Generic, Self, TypeVar

from graphdb.errors import KGQAError
from graphdb.tracing import span
from kgqa.answering import Meanings
from kgqa.server.problems import OVERLOADED, ProblemError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asking:
    """How a question is to be answered, see :meth:`kgqa.KGQA.ask`; those with the same are answered together."""

    evidence: int = 10
    abstain_below: float | None = None
    pick: int | None = None
    meanings: Meanings = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[T]):
    question: str
    asking: Asking
    answer: asyncio.Future[T]
    context: Context


class Batcher(Generic[T]):
    """Gathers the questions of concurrent requests. Belongs to one event loop; used with ``async with``.

    There is no waiting for a batch to fill up: whatever came while the last batch was answered is the next one.

    :param work: answers some questions, in order; it runs in a thread, one call at a time.
    :param capacity: how many questions may wait.
    :param largest: how many are answered together, at most.
    """

    def __init__(self, work: Callable[[Sequence[str], Asking], Sequence[T]], *, capacity: int, largest: int) -> None:
        self._work = work
        self._capacity = capacity
        self._largest = largest
        self._waiting: deque[_Waiting[T]] = deque()
        self._changed = asyncio.Event()
        self._closing = False

    def __len__(self) -> int:
        """How many questions wait."""
        return len(self._waiting)

    async def ask(self, questions: Sequence[str], asking: Asking) -> list[T | BaseException]:
        """The answer to each of the questions, or why it failed.

        :raises ProblemError: if too many wait already.
        """
        if self._closing or len(self._waiting) + len(questions) > self._capacity:
            detail = f"{len(self._waiting)} questions wait, of {self._capacity} that may: ask again in a moment"
            raise ProblemError(OVERLOADED, detail, retry_after_s=1)
        loop = asyncio.get_running_loop()
        answers: list[asyncio.Future[T]] = [loop.create_future() for _ in questions]
        self._waiting += [_Waiting(q, asking, a, copy_context()) for q, a in zip(questions, answers, strict=True)]
        self._changed.set()
        return await asyncio.gather(*answers, return_exceptions=True)

    # --- inside -------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            while batch := self._next():
                await self._answer(batch)
            if self._closing:
                return
            await self._changed.wait()
            self._changed.clear()

    def _next(self) -> list[_Waiting[T]]:
        """Those that wait longest and are to be answered in the same way; without those whom nobody waits for."""
        batch: list[_Waiting[T]] = []
        others: list[_Waiting[T]] = []
        while self._waiting and len(batch) < self._largest:
            first = self._waiting.popleft()
            if first.answer.done():
                continue
            (batch if not batch or first.asking == batch[0].asking else others).append(first)
        self._waiting.extendleft(reversed(others))
        return batch

    async def _answer(self, batch: list[_Waiting[T]]) -> None:
        loop = asyncio.get_running_loop()
        try:
            answers = await loop.run_in_executor(self._thread, batch[0].context.run, self._together, batch)
        except Exception as exc:  # whatever it is, those who wait are told
            await self._failed(batch, exc)
            return
        for waiting, answer in zip(batch, answers, strict=True):
            if not waiting.answer.done():
                waiting.answer.set_result(answer)

    def _together(self, batch: list[_Waiting[T]]) -> Sequence[T]:
        """Runs in the context of the request that waits longest; a span tells of the others."""
        size = {"kgqa.questions": len(batch)}
        with span("kgqa.batch", size, also_for=[waiting.context for waiting in batch[1:]]):
            return self._work([waiting.question for waiting in batch], batch[0].asking)

    async def _failed(self, batch: list[_Waiting[T]], exc: Exception) -> None:
        """One by one, so that a question that fails does not fail its neighbours; not if no other would fare better."""
        hopeless = isinstance(exc, KGQAError) and exc.is_retryable()
        if len(batch) > 1 and not hopeless:
            for waiting in batch:
                await self._answer([waiting])
            return
        for waiting in batch:
            if not waiting.answer.done():
                waiting.answer.set_exception(exc)

    async def __aenter__(self) -> Self:
        self._thread = ThreadPoolExecutor(1, "kgqa-ask")
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Answer what waits, and end."""
        self._closing = True
        self._changed.set()
        await self._task
        self._thread.shutdown()
