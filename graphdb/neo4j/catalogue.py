"""The schema of a graph, from the counts that Neo4j keeps, and from its nodes for what it keeps no count of.

Relationships and types are counted exactly whatever their number. Attributes are counted exactly in graphs of up to
:data:`COUNTED` entities, and estimated from a random sample of about so many beyond. Properties of relationships are
those of the first :data:`SAMPLED_EDGES` of each type.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphdb.neo4j import cypher
from graphdb.neo4j.driver import Run
from graphdb.neo4j.layout import Layout
from graphdb.neo4j.names import HIDDEN_PROPERTIES, fact_attribute_of, is_second
from graphdb.store import PropertyInfo, RelationInfo, Schema, TypeInfo
from graphdb.values import TYPE_RELATION, Direction, LiteralKind

COUNTED = 300_000
SAMPLED_EDGES = 1_000
_MOST_TYPES = 8
_BRANCHES = 100
"""So many counts are asked for in one statement."""
_SAMPLES = 20
"""So many types of relationships are sampled in one statement."""

_KINDS = {
    "BOOLEAN": LiteralKind.BOOLEAN,
    "INTEGER": LiteralKind.NUMBER,
    "FLOAT": LiteralKind.NUMBER,
    "STRING": LiteralKind.STRING,
    "DATE": LiteralKind.DATE,
    "LOCAL DATETIME": LiteralKind.DATETIME,
    "ZONED DATETIME": LiteralKind.DATETIME,
}
"""Neo4j's names of the types of values, and our kinds."""


def kind_of(value_type: str) -> LiteralKind | None:
    """The kind of values of a type that Neo4j names; ``None`` of those that we have no kind for."""
    return _KINDS.get(value_type.removesuffix(" NOT NULL"))


@dataclass(slots=True)
class _PropertyTally:
    """What is known of one property of a relation's facts, from a sample of them."""

    facts: int = 0
    kinds: set[LiteralKind] = field(default_factory=set)


@dataclass(slots=True)
class _Tally:
    """What is known of one relation."""

    facts: int = 0
    subjects: Counter[str] = field(default_factory=Counter)
    objects: Counter[str] = field(default_factory=Counter)
    kinds: set[LiteralKind] = field(default_factory=set)
    properties: dict[str, _PropertyTally] = field(default_factory=dict)


def read_schema(run: Run, layout: Layout) -> Schema:
    """See :meth:`graphdb.store.GraphReader.schema`."""
    layout.learn(run, None)
    types = _types(run, layout)
    entities = [run(cypher.class_count(c), {})[0][0] for c in layout.classes]
    tallies: dict[str, _Tally] = {}
    _tally_edges(run, layout, tallies)
    _tally_properties(run, layout, tallies)
    for number, count in enumerate(entities):
        _tally_attributes(run, layout, number, count, tallies)
    if types:
        of_type = _Tally(sum(types.values()), Counter(types))
        tallies[TYPE_RELATION] = of_type
    relations = tuple(_relation(layout, name, tallies[name]) for name in sorted(tallies) if tallies[name].facts)
    return Schema(
        entities=sum(entities),
        facts=sum(r.facts for r in relations if r.name != TYPE_RELATION),
        types=tuple(
            TypeInfo(name, layout.type_text(name), types[name], layout.type_words(name)) for name in sorted(types)
        ),
        relations=relations,
    )


def _relation(layout: Layout, name: str, tally: _Tally) -> RelationInfo:
    text, inverse_text = layout.texts(name)
    words, inverse_words = layout.words(name)
    return RelationInfo(
        name=name,
        text=text,
        inverse_text=inverse_text,
        facts=tally.facts,
        subject_types=_most_frequent(tally.subjects),
        object_types=_most_frequent(tally.objects),
        literal_kinds=_in_order(tally.kinds),
        properties=tuple(
            PropertyInfo(name, _in_order(held.kinds), held.facts) for name, held in sorted(tally.properties.items())
        ),
        words=words,
        inverse_words=inverse_words,
    )


def _in_order(kinds: set[LiteralKind]) -> tuple[LiteralKind, ...]:
    return tuple(kind for kind in LiteralKind if kind in kinds)


def _most_frequent(counts: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted((t for t in counts if counts[t]), key=lambda name: (-counts[name], name))[:_MOST_TYPES])


def _types(run: Run, layout: Layout) -> dict[str, int]:
    labels = [label for (label,) in run(cypher.LABELS, {})]
    typed = [(label, name) for label in labels if (name := layout.type_of(label)) is not None]
    counts = _counts(run, [cypher.node_count(label) for label, _ in typed])
    return {name: count for (_, name), count in zip(typed, counts, strict=True) if count}


def _tally_edges(run: Run, layout: Layout, tallies: dict[str, _Tally]) -> None:
    edges = layout.edges()
    relations = {edge.type: name for name, edge in edges.items()}
    names = sorted(edges)
    totals = _counts(run, [cypher.edge_count(edges[name].type) for name in names])
    for name, count in zip(names, totals, strict=True):
        tallies[name] = _Tally(count)
    ends = [
        (relations[t], label, direction, layout.type_of(label))
        for t, label, direction in dict.fromkeys(schema_ends(run))
        if t in relations and layout.type_of(label) is not None
    ]
    patterns = [cypher.edge_count(edges[name].type, label, direction) for name, label, direction, _ in ends]
    for (name, _, direction, type_name), count in zip(ends, _counts(run, patterns), strict=True):
        side = tallies[name].subjects if direction is Direction.OUT else tallies[name].objects
        side[str(type_name)] = count


def _tally_properties(run: Run, layout: Layout, tallies: dict[str, _Tally]) -> None:
    """Count the properties of facts. A mapping says which there are, also where the sample has none."""
    edges = layout.edges()
    able: list[str] = []
    for name in sorted(edges):
        given = layout.edge_properties(name)
        tallies[name].properties = {held: _PropertyTally() for held in given or ()}
        if tallies[name].facts and given != frozenset():
            able.append(name)
    relations = {edges[name].type: name for name in able}
    for start in range(0, len(able), _SAMPLES):
        text = cypher.sampled_edge_properties([edges[name].type for name in able[start : start + _SAMPLES]])
        for relation_type, stored, value_type, count in run(text, {"within": SAMPLED_EDGES}):
            _tally_property(
                layout, relations[relation_type], tallies[relations[relation_type]], stored, value_type, count
            )


def _tally_property(layout: Layout, relation: str, tally: _Tally, stored: str, value_type: str, count: int) -> None:
    kind, given = kind_of(value_type), layout.edge_properties(relation)
    name = fact_attribute_of(stored) if given is None else stored
    second = given is None and is_second(stored)
    if kind is None or name is None or second or (given is not None and name not in given):
        return
    held = tally.properties.setdefault(name, _PropertyTally())
    held.facts += round(count * tally.facts / min(tally.facts, SAMPLED_EDGES))
    held.kinds.add(kind)


def schema_ends(run: Run) -> Iterator[tuple[str, str, Direction]]:
    """The relationship types with the labels that occur at their ends: where they leave, and where they arrive."""
    nodes, relationships = run(cypher.SCHEMA_GRAPH, {})[0]
    labels: dict[str, Iterable[str]] = {node.element_id: node.labels for node in nodes}
    for relationship in relationships:
        start, end = _ends(relationship)
        yield from ((relationship.type, label, Direction.OUT) for label in labels.get(start, ()))
        yield from ((relationship.type, label, Direction.IN) for label in labels.get(end, ()))


def _ends(relationship: Any) -> tuple[str, str]:
    return relationship.start_node.element_id, relationship.end_node.element_id


def _tally_attributes(run: Run, layout: Layout, number: int, entities: int, tallies: dict[str, _Tally]) -> None:
    share = 1.0 if entities <= COUNTED else COUNTED / entities
    hidden = list(HIDDEN_PROPERTIES) if layout.managed else []
    text = cypher.property_counts(layout.classes[number], sampled=share < 1)
    for name, labels, value_type, values in run(text, {"hidden": hidden, "share": share}):
        attribute = layout.attribute_of(number, name)
        kind = kind_of(value_type)
        if attribute is None or kind is None:
            continue
        tally = tallies.setdefault(attribute, _Tally())
        tally.facts += round(values / share)
        tally.kinds.add(kind)
        for type_name in {layout.type_of(label) for label in labels} - {None}:
            tally.subjects[str(type_name)] += values


def _counts(run: Run, patterns: Sequence[str]) -> list[int]:
    """How often each pattern occurs, asked for in as few statements as possible."""
    counts: list[int] = []
    for start in range(0, len(patterns), _BRANCHES):
        counts += run(cypher.counts(patterns[start : start + _BRANCHES]), {})[0][0]
    return counts
