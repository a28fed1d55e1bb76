"""Example questions: what the schema and the names of a graph allow to ask, and is answered as it is meant."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from graphdb import GraphStore, Hop, Literal, Node, Path, Step, node_to_dict
from graphdb.values import TYPE_RELATION, nodes_in
from kgqa.wording import in_words

Ask = Callable[[Sequence[str]], Awaitable[Sequence[dict[str, Any] | BaseException]]]
"""Answers questions, as plain values."""

_SHOWN = 6
_TRIED = 16  # that are asked, to find those
_ENTITIES = 200  # that may be asked about
_FAN_OUT = 12  # a name with more of a kind makes a dull question
_KEPT_S = 600.0
_PATIENCE_S = 10.0


class Samples:
    """Example questions of one graph, made when they are first asked for, and now and then again.

    :param ask: they are asked, and kept if the answer is what is meant.
    """

    def __init__(self, store: GraphStore, ask: Ask) -> None:
        self._store = store
        self._ask = ask
        self._making = asyncio.Lock()
        self._made: list[str] = []
        self._until = 0.0

    async def get(self) -> list[str]:
        """Some questions in English, of one step and of two."""
        async with self._making:
            if time.monotonic() >= self._until:
                self._made = await self._make()
                self._until = time.monotonic() + _KEPT_S
            return self._made

    async def _make(self) -> list[str]:
        meant = await asyncio.to_thread(_meant, self._store)
        good: list[str] = []
        enough = time.monotonic() + _PATIENCE_S
        for text, nodes in meant.items():
            if len(good) == _SHOWN or time.monotonic() > enough:
                break
            (answer,) = await self._ask([text])  # one by one: what people ask goes in between
            if _is(answer, nodes):
                good.append(text)
        return good


def _is(answer: dict[str, Any] | BaseException, meant: Sequence[Node]) -> bool:
    if isinstance(answer, BaseException) or answer["abstained"]:
        return False
    given = [{k: node[k] for k in ("key", "value", "type") if k in node} for node in answer["answers"]]
    wanted = [node_to_dict(node) for node in meant]
    return len(given) == len(wanted) and all(node in given for node in wanted)


def _meant(store: GraphStore) -> dict[str, Sequence[Node]]:
    """Questions, and what they mean."""
    paths = list(islice(_paths(store), _TRIED))
    names = {key: entity.name for key, entity in store.entities([str(path.seed) for path in paths]).items()}
    schema = store.schema()
    texts = [in_words(path, schema, {path.seed: names[str(path.seed)]}) for path in paths]
    return {text: nodes_in(found) for text, found in zip(texts, store.run(paths), strict=True)}


def _paths(store: GraphStore) -> Iterator[Path]:
    """Paths of one step and of two in turn, each from another entity and along other relations than those before it;
    the same for the same graph."""
    keys = [entity.key for entity in next(iter(store.scan(batch_size=_ENTITIES)), ())]
    random.Random(0).shuffle(keys)
    taken: set[tuple[Step, ...]] = set()
    for key, steps in zip(keys, _steps(store, keys), strict=True):
        for path in _one(steps) if len(taken) % 2 == 0 else _two(store, key, steps):
            if path not in taken:
                taken.add(path)
                yield Path(key, tuple(map(Hop, path)))
                break


def _one(steps: Sequence[Step]) -> Iterator[tuple[Step, ...]]:
    return ((step,) for step in steps)


def _two(store: GraphStore, key: str, steps: Sequence[Step]) -> Iterator[tuple[Step, ...]]:
    for first in steps:
        reached = [node for node in store.neighbours([(key, first)]).targets if not isinstance(node, Literal)]
        for onward in _steps(store, reached[:1]):
            yield from ((first, second) for second in onward if second.relation != first.relation)


def _steps(store: GraphStore, nodes: Sequence[Node]) -> list[list[Step]]:
    """For each node the steps that lead to some others, but not to many."""
    found: list[list[Step]] = [[] for _ in nodes]
    for degree in store.degrees(nodes):
        if degree.count <= _FAN_OUT and degree.step.relation != TYPE_RELATION:
            found[degree.node].append(degree.step)
    return found
