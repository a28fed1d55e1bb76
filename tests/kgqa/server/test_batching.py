"""The queue in front of the thread that answers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from threading import Event

import pytest

from graphdb.errors import StoreUnavailableError
from kgqa.server.batching import Asking, Batcher
from kgqa.server.problems import ProblemError


class Answering:
    """Shouts, when it is let; remembers what it was asked together."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.let = Event()
        self.let.set()

    def __call__(self, questions: Sequence[str], asking: Asking) -> list[str]:
        self.batches.append(list(questions))
        assert self.let.wait(10)
        if "unreachable" in questions:
            raise StoreUnavailableError("gone")
        if "bad" in questions:
            raise ValueError("bad")
        return [q.upper() * (asking.pick or 1) for q in questions]


async def _begun(answering: Answering) -> None:
    """Until the first batch is being answered."""
    while not answering.batches:
        await asyncio.sleep(0.001)


def _batcher(answering: Answering, *, capacity: int = 100, largest: int = 4) -> Batcher[str]:
    return Batcher(answering, capacity=capacity, largest=largest)


def test_what_waits_is_answered_together_up_to_a_size() -> None:
    answering = Answering()

    async def scenario() -> list[list[str | BaseException]]:
        async with _batcher(answering) as batcher:
            answering.let.clear()
            first = asyncio.create_task(batcher.ask(["a"], Asking()))
            await _begun(answering)
            rest = [asyncio.create_task(batcher.ask([q], Asking())) for q in "bcdefg"]
            await asyncio.sleep(0)
            assert len(batcher) == 6
            answering.let.set()
            return await asyncio.gather(first, *rest)

    assert asyncio.run(scenario()) == [[q] for q in "ABCDEFG"]
    assert answering.batches == [["a"], ["b", "c", "d", "e"], ["f", "g"]]


def test_what_is_to_be_answered_otherwise_waits_for_its_turn() -> None:
    answering = Answering()

    async def scenario() -> list[list[str | BaseException]]:
        async with _batcher(answering) as batcher:
            answering.let.clear()
            asked = [asyncio.create_task(batcher.ask(["a"], Asking()))]
            await _begun(answering)
            asked += [
                asyncio.create_task(batcher.ask([q], Asking(pick=n))) for q, n in zip("bcde", (1, 2, 1, 2), strict=True)
            ]
            await asyncio.sleep(0)
            answering.let.set()
            return await asyncio.gather(*asked)

    assert asyncio.run(scenario()) == [["A"], ["B"], ["CC"], ["D"], ["EE"]]
    assert answering.batches == [["a"], ["b", "d"], ["c", "e"]]


def test_one_that_fails_does_not_fail_its_neighbours() -> None:
    answering = Answering()

    async def scenario() -> list[str | BaseException]:
        async with _batcher(answering) as batcher:
            return await batcher.ask(["a", "bad", "c"], Asking())

    first, bad, last = asyncio.run(scenario())
    assert (first, last) == ("A", "C")
    assert isinstance(bad, ValueError)
    assert answering.batches == [["a", "bad", "c"], ["a"], ["bad"], ["c"]]


def test_a_graph_that_is_not_there_is_not_tried_for_each() -> None:
    answering = Answering()

    async def scenario() -> list[str | BaseException]:
        async with _batcher(answering) as batcher:
            return await batcher.ask(["a", "unreachable"], Asking())

    assert all(isinstance(answer, StoreUnavailableError) for answer in asyncio.run(scenario()))
    assert len(answering.batches) == 1


def test_more_than_may_wait_are_refused() -> None:
    answering = Answering()

    async def scenario() -> None:
        async with _batcher(answering, capacity=2) as batcher:
            answering.let.clear()
            first = asyncio.create_task(batcher.ask(["a"], Asking()))
            await _begun(answering)
            waiting = asyncio.create_task(batcher.ask(["b", "c"], Asking()))
            await asyncio.sleep(0)
            with pytest.raises(ProblemError) as refused:
                await batcher.ask(["d"], Asking())
            assert refused.value.status_code == 503
            assert refused.value.headers == {"Retry-After": "1"}
            answering.let.set()
            assert await first == ["A"]
            assert await waiting == ["B", "C"]

    asyncio.run(scenario())


def test_nobody_is_answered_who_does_not_wait_any_more() -> None:
    answering = Answering()

    async def scenario() -> None:
        async with _batcher(answering) as batcher:
            answering.let.clear()
            first = asyncio.create_task(batcher.ask(["a"], Asking()))
            await _begun(answering)
            gone = asyncio.create_task(batcher.ask(["b"], Asking()))
            stays = asyncio.create_task(batcher.ask(["c"], Asking()))
            await asyncio.sleep(0)
            gone.cancel()
            first.cancel()
            await asyncio.sleep(0)
            answering.let.set()
            assert await stays == ["C"]

    asyncio.run(scenario())
    assert answering.batches == [["a"], ["c"]]


def test_the_end_waits_for_what_was_asked() -> None:
    answering = Answering()

    async def scenario() -> list[list[str | BaseException]]:
        async with _batcher(answering) as batcher:
            asked = [asyncio.create_task(batcher.ask([q], Asking())) for q in "ab"]
            await asyncio.sleep(0)
        with pytest.raises(ProblemError):
            await batcher.ask(["late"], Asking())
        return await asyncio.gather(*asked)

    assert asyncio.run(scenario()) == [["A"], ["B"]]
