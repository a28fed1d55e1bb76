"""A graph that kgqa did not write, seen through a mapping."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from graphdb import mapping as mapping_file
from graphdb.neo4j.driver import Run
from graphdb.neo4j.layout import texts_of
from graphdb.neo4j.names import Column, Edge, NodeClass
from graphdb.wording import words_of


class MappedLayout:
    """The layout that a mapping describes.

    The key of an entity is the label and the identifying value, as in ``Movie:603``: it stays what it is as long as
    the node keeps both, whatever else the graph gets.
    """

    def __init__(self, mapping: mapping_file.Mapping) -> None:
        self._classes = tuple(_node_class(node) for node in mapping.nodes)
        numbers = {node.label: number for number, node in enumerate(mapping.nodes)}
        self._edges = {
            r.type: Edge(r.type, tuple(numbers[s] for s in r.subjects), tuple(numbers[o] for o in r.objects))
            for r in mapping.relationships
        }
        self._edge_properties = {r.type: frozenset(r.properties) for r in mapping.relationships}
        self._names: dict[tuple[int, str], str] = {}
        self._attributes: dict[str, tuple[Column, ...]] = {}
        for number, node in enumerate(mapping.nodes):
            for name, property_name in node.properties():
                column = Column(number, property_name, one=property_name in node.single)
                self._names[number, property_name] = name
                self._attributes[name] = (*self._attributes.get(name, ()), column)
        self._texts = {r.type: (r.text, r.inverse_text) for r in mapping.relationships}
        self._texts |= {a.name: (a.text, a.inverse_text) for a in mapping.attributes if a.name not in self._edges}
        self._words = {r.type: (r.words, r.inverse_words) for r in mapping.relationships}
        self._words |= {a.name: (a.words, ()) for a in mapping.attributes if a.name not in self._edges}
        self._type_words = {t.label: t.words for t in mapping.types}
        self._types = {t.label: t.text or words_of(t.label) for t in mapping.types}

    @property
    def classes(self) -> tuple[NodeClass, ...]:
        return self._classes

    @property
    def managed(self) -> bool:
        return False

    def fingerprint(self) -> str:
        """What entity keys depend on, in short."""
        keys = sorted((c.label, c.key, c.integer_key) for c in self._classes)
        return hashlib.sha256(repr(keys).encode()).hexdigest()[:16]

    def learn(self, run: Run, relations: Iterable[str] | None, properties: Iterable[str] = ()) -> None:
        """A mapping says all that there is."""

    def edges(self) -> Mapping[str, Edge]:
        return self._edges

    def edge_properties(self, relation: str) -> frozenset[str] | None:
        return self._edge_properties[relation]

    def fact_properties(self, relation: str, name: str) -> tuple[str, ...]:
        return (name,) if name in self._edge_properties[relation] else ()

    def attributes(self) -> Mapping[str, Sequence[Column]]:
        return self._attributes

    def label_of(self, type_name: str) -> str | None:
        return type_name if type_name in self._types else None

    def type_of(self, label: str) -> str | None:
        return label if label in self._types else None

    def type_labels(self) -> tuple[str, ...]:
        return tuple(self._types)

    def texts(self, relation: str) -> tuple[str, str]:
        text, inverse_text = self._texts.get(relation, ("", ""))
        own_text, own_inverse = texts_of(relation)
        return text or own_text, inverse_text or own_inverse

    def type_text(self, type_name: str) -> str:
        return self._types[type_name]

    def words(self, relation: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return self._words.get(relation, ((), ()))

    def type_words(self, type_name: str) -> tuple[str, ...]:
        return self._type_words[type_name]

    def attribute_of(self, node_class: int, property_name: str) -> str | None:
        return self._names.get((node_class, property_name))


def _node_class(node: mapping_file.NodeMapping) -> NodeClass:
    names = dict.fromkeys((node.name or node.key, *node.aliases))
    return NodeClass(
        label=node.label,
        key=node.key,
        prefix=f"{node.label}:",
        integer_key=node.key_type is mapping_file.KeyType.INTEGER,
        unless=node.unless,
        names=tuple(names),
    )
