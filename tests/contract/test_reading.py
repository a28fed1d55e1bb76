"""Degrees, neighbourhoods, paths and the catalogue."""

from __future__ import annotations

import random

import pytest

from graphdb import (
    TYPE_RELATION,
    Count,
    Direction,
    Entity,
    EntityType,
    Fact,
    GraphReader,
    GraphStore,
    Hop,
    Literal,
    LiteralKind,
    Node,
    Outcome,
    Path,
    Step,
    Truncation,
)
from graphdb.errors import InputError

_IS_A = Step(TYPE_RELATION)
_DIRECTED = Step("directed")
_YEAR = Step("year")


@pytest.fixture
def films(store: GraphStore) -> GraphStore:
    """Two directors, three films."""
    people = [Entity(key, types=("Person",)) for key in ("ann", "bob")]
    films = [Entity(key, types=("Film",), properties={"year": year}) for key, year in (("f1", 1), ("f2", 1), ("f3", 2))]
    store.upsert_entities([*people, *films])
    store.upsert_facts([Fact("ann", "directed", "f1"), Fact("ann", "directed", "f2"), Fact("bob", "directed", "f2")])
    store.upsert_facts([Fact("bob", "directed", "f3"), Fact("bob", "wrote", "f3")])
    return store


def test_degrees_of_every_kind_of_node(films: GraphStore) -> None:
    nodes: list[Node] = ["bob", "f2", Literal(1), EntityType("Film"), "absent", Literal(True), EntityType("bob"), "bob"]
    found = {(d.node, d.step): d.count for d in films.degrees(nodes)}
    of_bob = {_IS_A: 1, _DIRECTED: 2, Step("wrote"): 1}
    assert found == {
        **{(0, step): count for step, count in of_bob.items()},
        (1, _IS_A): 1,
        (1, _YEAR): 1,
        (1, _DIRECTED.reverse): 2,
        (2, _YEAR.reverse): 2,
        (3, _IS_A.reverse): 3,
        **{(7, step): count for step, count in of_bob.items()},
    }
    assert films.degrees([]) == []


def test_reads_that_belong_together_are_those_of_the_store(films: GraphStore) -> None:
    def read(graph: GraphReader) -> tuple[object, ...]:
        return (
            graph.schema(),
            graph.watermark(),
            graph.entities(["bob", "f1", "absent"]),
            graph.degrees(["bob", Literal(1)]),
            graph.neighbours([("ann", _DIRECTED)], limit=1),
            graph.facts([("ann", "directed", "f1"), ("ann", "directed", "f3")]),
            graph.run([Path("ann", (Hop(_DIRECTED),)), Count(Path("bob", (Hop(_DIRECTED),)))]),
            graph.query(Path("ann", (Hop(_DIRECTED),))),
        )

    assert films.reading(read) == read(films)


def test_what_fails_in_work_is_raised_and_ends_its_transaction(films: GraphStore) -> None:
    def fail(graph: GraphReader) -> None:
        graph.watermark()
        raise KeyError("of the work")

    for _ in range(20):
        with pytest.raises(KeyError, match="of the work"):
            films.reading(fail)
    assert films.upsert_facts([Fact("ann", "directed", "f3")]) == [Outcome.ADDED]
    assert films.reading(lambda graph: graph.run([Path("ann", (Hop(_DIRECTED),))])) == [["f1", "f2", "f3"]]


def test_neighbours_of_many_rows_at_once(films: GraphStore) -> None:
    rows: list[tuple[Node, Step]] = [
        ("ann", _DIRECTED),
        (Literal(1), _YEAR.reverse),
        ("absent", _DIRECTED),
        ("f2", _DIRECTED.reverse),
        ("f1", _IS_A),
        ("ann", Step("unknown")),
        (EntityType("Person"), _IS_A.reverse),
        ("ann", _DIRECTED.reverse),
        (Literal(1), _YEAR),
        ("ann", _DIRECTED),
        ("f3", _YEAR),
    ]
    found = films.neighbours(rows)
    assert list(found.rows) == sorted(found.rows)
    edges = sorted(zip(found.rows, found.targets, strict=True), key=str)
    expected: list[tuple[int, Node]] = [(0, "f1"), (0, "f2"), (1, "f1"), (1, "f2"), (3, "ann"), (3, "bob")]
    expected += [(4, EntityType("Film")), (6, "ann"), (6, "bob"), (9, "f1"), (9, "f2"), (10, Literal(2))]
    assert edges == sorted(expected, key=str)
    assert not found.truncated
    empty = films.neighbours([])
    assert (list(empty.rows), list(empty.targets), list(empty.truncated)) == ([], [], [])


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_a_row_that_is_cut_is_reported(films: GraphStore, limit: int) -> None:
    rows: list[tuple[Node, Step]] = [("ann", _DIRECTED), ("f1", _IS_A), (EntityType("Film"), _IS_A.reverse)]
    found = films.neighbours(rows, limit=limit)
    sizes = [2, 1, 3]
    assert [list(found.rows).count(i) for i in range(3)] == [min(size, limit) for size in sizes]
    assert list(found.truncated) == [Truncation(i, size) for i, size in enumerate(sizes) if size > limit]
    assert found == films.neighbours(rows, limit=limit)


def test_a_cut_row_has_the_first_of_its_neighbours(films: GraphStore) -> None:
    row: tuple[Node, Step] = (EntityType("Film"), _IS_A.reverse)
    everything = list(films.neighbours([row]).targets)
    for limit in (1, 2, 3):
        assert list(films.neighbours([row], limit=limit).targets) == everything[:limit]


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_is_at_least_one(films: GraphStore, limit: int) -> None:
    with pytest.raises(InputError, match="at least 1"):
        films.neighbours([("ann", _DIRECTED)], limit=limit)


def test_a_hub_is_counted_and_cut(store: GraphStore) -> None:
    size = 3000
    store.upsert_facts([Fact(f"s{i:04}", "in", "hub") for i in range(size)])
    assert [(d.step, d.count) for d in store.degrees(["hub"])] == [(Step("in", Direction.IN), size)]
    found = store.neighbours([("hub", Step("in", Direction.IN)), ("s0000", Step("in"))], limit=50)
    assert list(found.rows) == [0] * 50 + [1]
    assert list(found.truncated) == [Truncation(0, size)]
    assert len(set(store.neighbours([("hub", Step("in", Direction.IN))]).targets)) == size
    assert len(store.run([Path("hub", (Hop(Step("in", Direction.IN)),))])[0]) == size
    assert store.delete_entities(["hub"]) == ["deleted"]
    assert store.degrees(["hub", "s0000", "s2999"]) == []


def _path(seed: Node, *steps: Step, exclude: tuple[int, ...] = ()) -> Path:
    return Path(seed, tuple(Hop(step, exclude_seed=i in exclude) for i, step in enumerate(steps)))


def test_paths_give_complete_sets_in_order(films: GraphStore) -> None:
    paths = [
        _path("ann", _DIRECTED),
        _path("ann", _DIRECTED, _DIRECTED.reverse),
        _path("ann", _DIRECTED, _DIRECTED.reverse, exclude=(1,)),
        _path("ann", _DIRECTED, _DIRECTED.reverse, _DIRECTED, exclude=(1,)),
        _path("bob", _DIRECTED, _YEAR),
        _path(Literal(1), _YEAR.reverse, _DIRECTED.reverse, _IS_A),
        _path(EntityType("Film"), _IS_A.reverse, _YEAR, _YEAR.reverse),
        _path(Literal(1), _YEAR.reverse, _YEAR, exclude=(1,)),
        _path("absent", _DIRECTED),
        _path("ann", Step("unknown"), _DIRECTED),
        _path("ann", _YEAR),
    ]
    assert [list(answer) for answer in films.run(paths)] == [
        ["f1", "f2"],
        ["ann", "bob"],
        ["bob"],
        ["f2", "f3"],
        [Literal(1), Literal(2)],
        [EntityType("Person")],
        ["f1", "f2", "f3"],
        [],
        [],
        [],
        [],
    ]
    assert films.run([]) == []


def test_the_seed_is_dropped_only_after_the_hops_that_say_so(store: GraphStore) -> None:
    store.upsert_facts([Fact("a", "r", "a"), Fact("a", "r", "b"), Fact("b", "r", "a")])
    step = Step("r")
    assert store.run([_path("a", step), _path("a", step, exclude=(0,))]) == [["a", "b"], ["b"]]
    assert store.run([_path("a", step, step, exclude=(0,)), _path("a", step, step, exclude=(1,))]) == [["a"], ["b"]]
    assert store.run([_path("a", step, step, exclude=(0, 1))]) == [[]]


def test_reads_see_each_write_at_once(store: GraphStore) -> None:
    path = _path("a", Step("r"))
    store.upsert_facts([Fact("a", "r", "b")])
    assert store.run([path]) == [["b"]]
    store.upsert_facts([Fact("a", "r", "c")])
    assert store.run([path]) == [["b", "c"]]
    store.delete_facts([("a", "r", "b")])
    assert store.run([path]) == [["c"]]
    assert store.schema().facts == 1


def test_the_schema_of_an_empty_graph(store: GraphStore) -> None:
    schema = store.schema()
    assert (schema.entities, schema.facts, schema.types, schema.relations) == (0, 0, (), ())


def test_the_schema_tells_types_relations_and_attributes(films: GraphStore) -> None:
    schema = films.schema()
    assert (schema.entities, schema.facts) == (5, 8)
    assert [(t.name, t.text, t.entities) for t in schema.types] == [("Film", "film", 3), ("Person", "person", 2)]
    assert [r.name for r in schema.relations] == ["directed", TYPE_RELATION, "wrote", "year"]
    directed, is_a, _, year = schema.relations
    assert (directed.facts, directed.subject_types, directed.object_types) == (4, ("Person",), ("Film",))
    assert (directed.text, directed.literal_kinds) == ("directed", ())
    assert directed.text_of(Direction.IN) == directed.inverse_text != directed.text
    assert (year.facts, year.subject_types, year.object_types) == (3, ("Film",), ())
    assert year.literal_kinds == (LiteralKind.NUMBER,)
    assert (is_a.facts, is_a.subject_types, is_a.object_types, is_a.literal_kinds) == (5, ("Film", "Person"), (), ())
    assert schema.relation("wrote") == schema.relations[2]


def test_the_most_frequent_types_of_a_relation_come_first(store: GraphStore) -> None:
    store.upsert_entities([Entity(f"a{i}", types=("A",)) for i in range(2)])
    store.upsert_entities([Entity(f"b{i}", types=("B", "C")) for i in range(3)])
    store.upsert_entities([Entity("all", types=tuple(f"T{i:02}" for i in range(12)))])
    store.upsert_facts([Fact(f"{k}{i}", "r", "all") for k, n in (("a", 2), ("b", 3)) for i in range(n)])
    info = store.schema().relation("r")
    assert info is not None
    assert info.subject_types == ("B", "C", "A")
    assert info.object_types == tuple(f"T{i:02}" for i in range(8))


def test_what_was_deleted_is_not_in_the_schema(films: GraphStore) -> None:
    films.delete_facts([("bob", "wrote", "f3")])
    films.delete_entities(["f1", "f2", "f3"])
    schema = films.schema()
    assert [t.name for t in schema.types] == ["Person"]
    assert [r.name for r in schema.relations] == [TYPE_RELATION]


def test_degrees_stay_right_through_many_writes(store: GraphStore) -> None:
    rng = random.Random(7)
    keys = [f"k{i}" for i in range(12)]
    held: set[tuple[str, str, str]] = set()
    for _ in range(12):
        triples = {(rng.choice(keys), rng.choice("rs"), rng.choice(keys)) for _ in range(10)}
        if rng.random() < 0.6:
            store.upsert_facts([Fact(*triple) for triple in triples])
            held |= triples
        elif rng.random() < 0.7:
            store.delete_facts(sorted(triples))
            held -= triples
        else:
            gone = rng.choice(keys)
            store.delete_entities([gone])
            held = {t for t in held if gone not in (t[0], t[2])}
    for i, key in enumerate(keys):
        expected = {Step(r): sum(t[:2] == (key, r) for t in held) for r in "rs"}
        expected |= {Step(r, Direction.IN): sum(t[1:] == (r, key) for t in held) for r in "rs"}
        found = {d.step: d.count for d in store.degrees(keys) if d.node == i}
        assert found == {step: count for step, count in expected.items() if count}
