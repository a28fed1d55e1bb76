"""What a graph that kgqa did not write says about itself: its catalogue, and samples of its nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from graphdb.neo4j import cypher
from graphdb.neo4j.catalogue import SAMPLED_EDGES, kind_of, schema_ends
from graphdb.neo4j.driver import Run
from graphdb.neo4j.names import ENTITY_LABEL, META_LABEL, type_of
from graphdb.values import Direction, LiteralKind

SAMPLE = 5_000
"""So many nodes of each label are looked at."""
WITHIN = 200_000
"""They are taken from so many; uniqueness is checked on as many."""

_EXAMPLES = 5
_BRANCHES = 100


@dataclass(frozen=True, slots=True)
class PropertyFacts:
    """One property of the nodes of a label, in a sample of them.

    :param kinds: the kinds of its values; empty for those that kgqa has no kind for.
    :param types: Neo4j's names of the types of its values.
    :param nodes: how many nodes have it.
    :param different: how many different values they have.
    :param longest: of its texts, in characters.
    :param most: values that one node has.
    """

    name: str
    kinds: frozenset[LiteralKind]
    types: frozenset[str]
    nodes: int
    different: int
    longest: int
    most: int
    examples: tuple[object, ...] = ()

    @property
    def is_text(self) -> bool:
        return self.kinds == {LiteralKind.STRING}


@dataclass(frozen=True, slots=True)
class LabelFacts:
    """One label.

    :param nodes: how many nodes have it.
    :param sampled: how many were looked at.
    :param unique: the properties that a constraint keeps unique.
    :param together: the other labels of the nodes sampled, with the number of nodes.
    """

    name: str
    nodes: int
    sampled: int
    properties: Mapping[str, PropertyFacts]
    unique: tuple[str, ...] = ()
    together: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EdgeFacts:
    """One relationship type.

    :param subjects: the labels that occur where it leaves.
    :param objects: the labels that occur where it arrives.
    """

    type: str
    subjects: tuple[str, ...]
    objects: tuple[str, ...]
    properties: tuple[str, ...]


def read_labels(run: Run) -> list[LabelFacts]:
    """The labels in use, most frequent first."""
    names = [name for (name,) in run(cypher.LABELS, {}) if type_of(name) is not None or name == ENTITY_LABEL]
    names = [name for name in names if not name.startswith("_")]
    counts: list[int] = []
    for start in range(0, len(names), _BRANCHES):
        patterns = [cypher.node_count(name) for name in names[start : start + _BRANCHES]]
        counts += run(cypher.counts(patterns), {})[0][0]
    unique: dict[str, list[str]] = {}
    for label, name in run(cypher.UNIQUE, {}):
        unique.setdefault(label, []).append(name)
    used = {name: count for name, count in zip(names, counts, strict=True) if count}
    order = sorted(used, key=lambda name: (-used[name], name not in unique, name))
    return [_label(run, name, used[name], unique.get(name, ())) for name in order]


def _label(run: Run, name: str, nodes: int, unique: Iterable[str]) -> LabelFacts:
    share = min(1.0, SAMPLE / min(nodes, WITHIN))
    parameters = {"within": WITHIN, "share": share, "examples": _EXAMPLES}
    properties: dict[str, PropertyFacts] = {}
    for row in run(cypher.sampled_properties(name), parameters):
        facts = _property(*row)
        known = properties.get(facts.name)
        properties[facts.name] = facts if known is None else _both(known, facts)
    together: dict[str, int] = {}
    sampled = 0
    for labels, count in run(cypher.sampled_labels(name), parameters):
        sampled += count
        for label in labels:
            if label != name:
                together[label] = together.get(label, 0) + count
    return LabelFacts(name, nodes, sampled, properties, tuple(unique), together)


def _property(
    name: str,
    value_type: str,
    nodes: int,
    values: int,  # noqa: ARG001 (beside the others in the row)
    different: int,
    longest: int,
    most: int,
    examples: Sequence[object],
) -> PropertyFacts:
    kind = kind_of(value_type)
    kinds = frozenset(() if kind is None else (kind,))
    return PropertyFacts(
        name, kinds, frozenset({value_type.removesuffix(" NOT NULL")}), nodes, different, longest, most, tuple(examples)
    )


def _both(a: PropertyFacts, b: PropertyFacts) -> PropertyFacts:
    """A property that has values of several types."""
    return PropertyFacts(
        a.name,
        a.kinds | b.kinds,
        a.types | b.types,
        a.nodes + b.nodes,
        a.different + b.different,
        max(a.longest, b.longest),
        max(a.most, b.most),
        a.examples,
    )


def read_edges(run: Run) -> list[EdgeFacts]:
    """The relationship types in use, by name."""
    subjects: dict[str, dict[str, None]] = {}
    objects: dict[str, dict[str, None]] = {}
    for name, label, direction in schema_ends(run):
        side = subjects if direction is Direction.OUT else objects
        side.setdefault(name, {})[label] = None
    return [
        EdgeFacts(name, tuple(subjects[name]), tuple(objects.get(name, ())), _edge_properties(run, name))
        for name in sorted(subjects)
    ]


def _edge_properties(run: Run, name: str) -> tuple[str, ...]:
    rows = run(cypher.sampled_edge_properties([name]), {"within": SAMPLED_EDGES})
    return tuple(sorted({n for _, n, value_type, _ in rows if kind_of(value_type) is not None}))


def is_managed(run: Run) -> bool:
    """Whether kgqa wrote this graph, so that it needs no mapping."""
    return any(name == META_LABEL for (name,) in run(cypher.LABELS, {}))
