"""The union of many small graphs: every fact once, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from graphdb import Fact
from graphdb.errors import InputError
from graphdb.values import TYPE_RELATION, check_text

Ids = NDArray[np.int64]

_ENTITY_BITS, _RELATION_BITS = 24, 15  # 63 in all, so that a fact is one positive integer
_BUFFER = 2**22  # facts that may wait to be sorted in
_CHUNK = 2**16


class FactUnion:
    """Facts, each kept once however often it is added.

    A fact takes 8 bytes (twice that while more are sorted in), and the name of an entity or relation about 200, once.
    """

    def __init__(self) -> None:
        self._entities = _Names("entities", _ENTITY_BITS)
        self._relations = _Names("relations", _RELATION_BITS)
        self._facts: Ids = np.zeros(0, dtype=np.int64)
        self._waiting: list[Ids] = []
        self._waiting_count = 0

    def entity(self, name: str) -> int:
        """The number of an entity, a new one for a new name.

        :raises InputError: for a name that no graph could hold, and for too many of them.
        """
        return self._entities.number(name)

    def relation(self, name: str) -> int:
        """The same of a relation."""
        if name == TYPE_RELATION:
            raise InputError(f"the relation {name!r} is reserved: rename it in the file")
        return self._relations.number(name)

    def add(self, triples: Ids) -> None:
        """Add facts.

        :param triples: subject, relation and object of each, by their numbers. *Shape:* ``(n, 3)``.
        """
        facts = (triples[:, 0] << _RELATION_BITS | triples[:, 1]) << _ENTITY_BITS | triples[:, 2]
        self._waiting.append(np.unique(facts))
        self._waiting_count += len(self._waiting[-1])
        if self._waiting_count > _BUFFER:
            self._sort_in()

    def connected(self) -> set[str]:
        """The names of the entities that some fact is about."""
        self._sort_in()
        used = np.zeros(len(self._entities.names), dtype=bool)
        for start in range(0, len(self._facts), _BUFFER):
            part = self._facts[start : start + _BUFFER]
            used[part >> (_RELATION_BITS + _ENTITY_BITS)] = True
            used[part & (1 << _ENTITY_BITS) - 1] = True
        return {self._entities.names[i] for i in np.flatnonzero(used).tolist()}

    def __len__(self) -> int:
        self._sort_in()
        return len(self._facts)

    def __iter__(self) -> Iterator[Fact]:
        """The facts, those of one subject together."""
        self._sort_in()
        entities, relations = self._entities.names, self._relations.names
        for start in range(0, len(self._facts), _CHUNK):
            part = self._facts[start : start + _CHUNK]
            subjects = (part >> (_RELATION_BITS + _ENTITY_BITS)).tolist()
            between = (part >> _ENTITY_BITS & (1 << _RELATION_BITS) - 1).tolist()
            objects = (part & (1 << _ENTITY_BITS) - 1).tolist()
            for subject, relation, obj in zip(subjects, between, objects, strict=True):
                yield Fact(entities[subject], relations[relation], entities[obj])

    def _sort_in(self) -> None:
        if self._waiting:
            self._facts = np.unique(np.concatenate([self._facts, *self._waiting]))
            self._waiting, self._waiting_count = [], 0


class _Names:
    """Names by number, and numbers by name."""

    def __init__(self, what: str, bits: int) -> None:
        self._what, self._most = what, 1 << bits
        self._numbers: dict[str, int] = {}
        self.names: list[str] = []

    def number(self, name: str) -> int:
        known = self._numbers.get(name)
        if known is not None:
            return known
        check_text(name, f"a name of {self._what}")
        if len(self.names) == self._most:
            raise InputError(f"more than {self._most:,} {self._what}: that is more than can be converted at once")
        self._numbers[name] = len(self.names)
        self.names.append(name)
        return len(self.names) - 1
