"""What entities are called in a question: by name, now and then by another name, or mistyped."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from graphdb import Literal, Node
from indexing import AliasIndex
from kgqa.bootstrap.phrasing.amounts import in_figures
from kgqa.bootstrap.sample import GraphSample

_ALIAS, _TYPO = 0.2, 0.03
_SHORTEST_TYPO = 7
_LONGEST = 60  # characters of a name that people would type


class Names:
    """Calls nodes by their names, each the same way throughout a question."""

    def __init__(self, sample: GraphSample, index: AliasIndex, chance: random.Random) -> None:
        self._sample = sample
        self._index = index
        self._chance = chance
        self._called: dict[Node, str] = {}
        self._clear: dict[Node, bool] = {}

    @contextmanager
    def called_anew(self) -> Iterator[None]:
        """A question with names of its own."""
        self._called = {}
        yield

    @contextmanager
    def called(self, node: Node, name: str) -> Iterator[None]:
        """A question in which a node is called something else."""
        self._called = {node: name}
        yield

    @property
    def current(self) -> Mapping[Node, str]:
        """What nodes are called in this question."""
        return self._called

    def of(self, node: Node) -> str:
        if node not in self._called:
            self._called[node] = self._new(node)
        return self._called[node]

    def _new(self, node: Node) -> str:
        if isinstance(node, Literal):
            return in_figures(node)
        entity = self._sample.entities.get(node) if isinstance(node, str) else None
        if entity is None:
            return str(node)
        aliases = [alias for alias in entity.aliases if len(alias) <= _LONGEST and self._is_of(alias, node)]
        name = self._chance.choice(aliases) if aliases and self._chance.random() < _ALIAS else entity.name
        return self._mistyped(name) if self._chance.random() < _TYPO else name

    def _mistyped(self, name: str) -> str:
        """With two neighbouring letters changed over."""
        places = [i for i in range(1, len(name) - 2) if name[i : i + 2].isalpha() and name[i] != name[i + 1]]
        if len(name) < _SHORTEST_TYPO or not places:
            return name
        at = self._chance.choice(places)
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]

    def are_clear(self, nodes: Iterable[Node]) -> bool:
        """Whether entities can be told by their names."""
        return all(self._is_clear(node) for node in nodes if isinstance(node, str))

    def _is_clear(self, node: str) -> bool:
        if node not in self._clear:
            entity = self._sample.entities.get(node)
            self._clear[node] = entity is not None and len(entity.name) <= _LONGEST and self._is_of(entity.name, node)
        return self._clear[node]

    def _is_of(self, name: str, node: Node) -> bool:
        """Whether a name is of one thing of a type alone."""
        named = [each.node for each in self._index.search(name) if each.exact and isinstance(each.node, str)]
        types = set(self._sample.types_of(str(node)))
        others = [each for each in named if each != node]
        return node in named and not any(types & set(self._sample.types_of(each)) for each in others)

    def is_known(self, name: str) -> bool:
        """Whether a name is one of the graph's, or hardly differs from one."""
        return any(each.similarity > 0.9 for each in self._index.search(name, limit=3))
