"""What every read must say, compared with the reference."""

from __future__ import annotations

from graphdb import TYPE_RELATION, Direction, GraphStore, Literal, Node, Step, order_of
from tests.reference import Reference, exact, exact_fact


def check_reads(store: GraphStore, reference: Reference) -> None:
    """Every read of a store but for paths agrees with the reference."""
    check_entities(store, reference)
    check_edges(store, reference)
    check_facts(store, reference)
    check_schema(store, reference)


def check_entities(store: GraphStore, reference: Reference) -> None:
    found = store.entities([*reference.names, "absent"])
    assert {k: exact(e) for k, e in found.items()} == {k: exact(reference.entity(k)) for k in reference.names}
    scanned = [exact(entity) for batch in store.scan(batch_size=2) for entity in batch]
    assert sorted(scanned) == sorted(exact(reference.entity(k)) for k in reference.names)


def check_edges(store: GraphStore, reference: Reference) -> None:
    nodes = sorted(reference.nodes(), key=order_of)
    degrees = store.degrees(nodes)
    assert [d.node for d in degrees] == sorted(d.node for d in degrees)
    for i, node in enumerate(nodes):
        assert {d.step: d.count for d in degrees if d.node == i} == reference.degrees(node)
    rows = [(n, Step(r, d)) for n in nodes for r in sorted(reference.relations() | {"unknown"}) for d in Direction]
    everything = store.neighbours(rows)
    assert list(everything.rows) == sorted(everything.rows)
    assert not everything.truncated
    reached: list[set[Node]] = [set() for _ in rows]
    for row, target in zip(everything.rows, everything.targets, strict=True):
        assert target not in reached[row]
        reached[row].add(target)
    assert reached == [reference.follow(*row) for row in rows]
    cut = store.neighbours(rows, limit=1)
    assert {t.row: t.total for t in cut.truncated} == {i: len(r) for i, r in enumerate(reached) if len(r) > 1}
    assert list(cut.rows) == [i for i, r in enumerate(reached) if r]
    assert all(target in reached[row] for row, target in zip(cut.rows, cut.targets, strict=True))


def check_facts(store: GraphStore, reference: Reference) -> None:
    triples: list[tuple[Node, str, Node]] = [
        *reference.edges,
        ("a", "r", "absent"),
        ("absent", "r", "a"),
        ("a", "absent", "b"),
        (Literal(1), "r", "a"),
    ]
    expected = [fact for fact in map(reference.fact, triples) if fact is not None]
    assert [exact_fact(fact) for fact in store.facts(triples)] == [exact_fact(fact) for fact in expected]


def check_schema(store: GraphStore, reference: Reference) -> None:
    schema = store.schema()
    assert schema.entities == len(reference.names)
    assert schema.facts == sum(r != TYPE_RELATION for _, r, _ in reference.edges)
    assert [r.name for r in schema.relations] == sorted(reference.relations())
    for info in schema.relations:
        edges = [edge for edge in reference.edges if edge[1] == info.name]
        assert info.facts == len(edges)
        assert set(info.literal_kinds) == {o.kind for _, _, o in edges if isinstance(o, Literal)}
        subjects = {t for s, _, _ in edges for t in reference.entity(s).types}
        objects = {t for _, _, o in edges if isinstance(o, str) for t in reference.entity(o).types}
        assert (set(info.subject_types), set(info.object_types)) == (subjects, objects)
    types = [reference.entity(key).types for key in reference.names]
    assert {t.name: t.entities for t in schema.types} == {n: sum(n in t for t in types) for ts in types for n in ts}
