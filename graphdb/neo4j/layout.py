"""How a graph lies in Neo4j: which nodes are entities, and which labels, types and properties are its vocabulary.

There are two layouts: the one that kgqa writes (:class:`ManagedLayout`), and a user's own, described by a mapping
(:class:`~graphdb.neo4j.mapped.MappedLayout`). Everything that reads is written against what they share.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from graphdb.neo4j import cypher, names
from graphdb.neo4j.driver import Run
from graphdb.neo4j.names import Column, Edge, NodeClass
from graphdb.values import TYPE_RELATION
from graphdb.wording import inverse_words_of, words_of

_VOCABULARY_AGE_S = 1.0


class Layout(Protocol):
    """What reading has to know of a graph."""

    @property
    def classes(self) -> tuple[NodeClass, ...]:
        """The classes that the graph's entities belong to. No node belongs to two."""
        ...

    @property
    def managed(self) -> bool:
        """Whether kgqa writes this graph."""
        ...

    def learn(self, run: Run, relations: Iterable[str] | None, properties: Iterable[str] = ()) -> None:
        """Look at the database's vocabulary again if it may have what is not known yet.

        :param relations: the relations needed; ``None`` to look in any case.
        :param properties: the properties of facts needed.
        """
        ...

    def edges(self) -> Mapping[str, Edge]:
        """The relations that are relationship types."""
        ...

    def edge_properties(self, relation: str) -> frozenset[str] | None:
        """The properties of a relation's relationships that take part; ``None`` for all."""
        ...

    def fact_properties(self, relation: str, name: str) -> tuple[str, ...]:
        """The properties of a relation's relationships that hold a property of facts."""
        ...

    def attributes(self) -> Mapping[str, Sequence[Column]]:
        """The relations that are attributes, with the properties that hold them."""
        ...

    def label_of(self, type_name: str) -> str | None:
        """The label that says that a node is of this type, if the graph can have it."""
        ...

    def type_of(self, label: str) -> str | None:
        """The type that a label stands for, if it stands for one."""
        ...

    def type_labels(self) -> tuple[str, ...]:
        """The labels that are types; empty for all but our own."""
        ...

    def texts(self, relation: str) -> tuple[str, str]:
        """How a relation reads from subject to object, and from object to subject."""
        ...

    def type_text(self, type_name: str) -> str:
        """How a type reads."""
        ...

    def words(self, relation: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Other words for a relation from subject to object, and from object to subject."""
        ...

    def type_words(self, type_name: str) -> tuple[str, ...]:
        """Other words for a type."""
        ...

    def attribute_of(self, node_class: int, property_name: str) -> str | None:
        """The attribute that a property of a node of this class holds, if it holds one."""
        ...


def located(layout: Layout, key: str) -> list[tuple[int, str | int]]:
    """The classes that an entity of this key can belong to, with the values that identify it there."""
    found = ((number, node_class.value_of(key)) for number, node_class in enumerate(layout.classes))
    return [(number, value) for number, value in found if value is not None]


def texts_of(relation: str) -> tuple[str, str]:
    """How a relation reads in both directions when nobody said better."""
    name = "type" if relation == TYPE_RELATION else relation
    return words_of(name), inverse_words_of(name)


@dataclass(slots=True)
class ManagedLayout:
    """The layout that kgqa writes: ``(:Entity {key, name, aliases})`` with a label for each type.

    What it knows of the vocabulary only grows: a name that was there once finds nothing at worst. A name not known is
    looked up at once; a name that another program begins to use in another way is noticed within a second.
    """

    _edges: dict[str, Edge] = field(default_factory=dict)
    _attributes: dict[str, tuple[Column, ...]] = field(default_factory=dict)
    _fact_properties: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _read_at: float = float("-inf")

    @property
    def classes(self) -> tuple[NodeClass, ...]:
        return (names.MANAGED_CLASS,)

    @property
    def managed(self) -> bool:
        return True

    def learn(self, run: Run, relations: Iterable[str] | None, properties: Iterable[str] = ()) -> None:
        now = time.monotonic()
        fresh = relations is not None and now - self._read_at < _VOCABULARY_AGE_S
        if (
            fresh
            and all(map(self._is_relation, relations or ()))
            and all(p in self._fact_properties for p in properties)
        ):
            return
        types, stored = run(cypher.VOCABULARY, {})[0]
        attributes: dict[str, tuple[Column, ...]] = {}
        fact_properties: dict[str, tuple[str, ...]] = {}
        for name in stored:
            held = names.fact_attribute_of(name)
            if held is not None:
                fact_properties[held] = (*fact_properties.get(held, ()), name)
            attribute = names.attribute_of(name)
            if attribute is not None:
                attributes[attribute] = (*attributes.get(attribute, ()), Column(0, name, many=names.is_second(name)))
        self._edges = {name: Edge(name, (0,), (0,)) for name in types}
        self._attributes = attributes
        self._fact_properties = fact_properties
        self._read_at = now

    def _is_relation(self, name: str) -> bool:
        return name in self._edges or name in self._attributes or name == TYPE_RELATION

    def edges(self) -> Mapping[str, Edge]:
        return self._edges

    def edge_properties(self, relation: str) -> frozenset[str] | None:  # noqa: ARG002
        return None

    def fact_properties(self, relation: str, name: str) -> tuple[str, ...]:  # noqa: ARG002
        return self._fact_properties.get(name, ())

    def attributes(self) -> Mapping[str, Sequence[Column]]:
        return self._attributes

    def label_of(self, type_name: str) -> str:
        return names.label_of(type_name)

    def type_of(self, label: str) -> str | None:
        return names.type_of(label)

    def type_labels(self) -> tuple[str, ...]:
        return ()

    def texts(self, relation: str) -> tuple[str, str]:
        return texts_of(relation)

    def type_text(self, type_name: str) -> str:
        return words_of(type_name)

    def words(self, relation: str) -> tuple[tuple[str, ...], tuple[str, ...]]:  # noqa: ARG002
        return (), ()

    def type_words(self, type_name: str) -> tuple[str, ...]:  # noqa: ARG002
        return ()

    def attribute_of(self, node_class: int, property_name: str) -> str | None:  # noqa: ARG002
        return names.attribute_of(property_name)
