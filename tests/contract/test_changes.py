"""The watermark, the changes since one, and what several threads do at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from graphdb import Change, Direction, Entity, Fact, GraphStore, Literal, Outcome, Step, open_store
from graphdb.errors import StoreError


def _since(store: GraphStore, sequence: int) -> list[tuple[str, bool]]:
    changes = [change for batch in store.changes(sequence) for change in batch]
    sequences = [change.sequence for change in changes]
    assert sequences == sorted(set(sequences))
    assert all(sequence < s <= store.watermark() for s in sequences)
    return [(change.key, change.deleted) for change in changes]


def test_a_new_graph_has_no_changes(store: GraphStore) -> None:
    assert store.watermark() == 0
    assert list(store.changes(0)) == []


def test_entities_that_changed_come_in_order(store: GraphStore) -> None:
    store.upsert_entities([Entity("b"), Entity("a")])
    store.upsert_facts([Fact("a", "r", "c")])
    first = store.watermark()
    assert _since(store, 0) == [("b", False), ("a", False), ("c", False)]
    store.upsert_entities([Entity("b", "Bob")])
    assert _since(store, first) == [("b", False)]
    assert _since(store, 0) == [("a", False), ("c", False), ("b", False)]
    assert _since(store, store.watermark()) == []


def test_values_change_their_entity_and_other_facts_do_not(store: GraphStore) -> None:
    store.upsert_facts([Fact("a", "r", "b"), Fact("c", "r", "a")])
    marks = [store.watermark()]
    store.upsert_facts([Fact("a", "p", Literal(1))])
    marks.append(store.watermark())
    store.delete_facts([("a", "p", Literal(1))])
    marks.append(store.watermark())
    store.upsert_facts([Fact("a", "s", "b")])
    marks.append(store.watermark())
    store.upsert_facts([Fact("a", "s", "b", {"x": 1})])
    marks.append(store.watermark())
    store.delete_facts([("a", "s", "b")])
    marks.append(store.watermark())
    assert marks == sorted(set(marks))
    assert [_since(store, mark) for mark in marks] == [[("a", False)], [("a", False)], [], [], [], []]


def test_a_deleted_entity_leaves_a_tombstone_until_it_is_added_again(store: GraphStore) -> None:
    store.upsert_facts([Fact("a", "r", "b")])
    first = store.watermark()
    store.delete_entities(["a"])
    assert _since(store, first) == [("a", True)]
    assert _since(store, 0) == [("b", False), ("a", True)]
    store.upsert_facts([Fact("b", "r", "a")])
    assert _since(store, first) == [("a", False)]


def test_what_changes_nothing_moves_nothing(store: GraphStore) -> None:
    store.upsert_entities([Entity("a", "Ann", properties={"p": 1})])
    store.upsert_facts([Fact("a", "r", "b")])
    before = store.watermark()
    store.upsert_entities([Entity("a", "Ann", properties={"p": 1}), Entity("b")])
    store.upsert_facts([Fact("a", "r", "b"), Fact("a", "p", Literal(1))])
    store.delete_entities(["absent"])
    store.delete_facts([("a", "r", "absent"), ("b", "r", "a")])
    assert store.watermark() == before


def test_changes_are_given_in_batches(store: GraphStore) -> None:
    keys = [f"k{i}" for i in range(6000)]
    store.upsert_entities([Entity(key) for key in keys])
    batches = list(store.changes(0))
    assert len(batches) > 1
    assert [change.key for batch in batches for change in batch] == keys


def test_a_graph_keeps_its_identity_and_its_history(graph_url: str) -> None:
    with open_store(graph_url) as first:
        first.upsert_entities([Entity("a")])
        identity, watermark = first.graph_id, first.watermark()
    with open_store(graph_url) as second, open_store(graph_url, read_only=True) as third:
        assert second.graph_id == third.graph_id == identity
        assert second.watermark() == watermark
        assert third.entities(["a"]) == {"a": Entity("a")}
        second.upsert_entities([Entity("b")])
        assert list(third.changes(watermark)) == [[Change(watermark + 1, "b", deleted=False)]]


def test_a_closed_store_says_so(graph_url: str) -> None:
    store = open_store(graph_url)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.watermark()
    with pytest.raises(StoreError, match="closed"):
        store.upsert_entities([Entity("a")])


def test_it_is_a_graph_store(store: GraphStore) -> None:
    assert isinstance(store, GraphStore)
    assert len(store.graph_id) >= 16


def test_threads_write_and_read_at_once(store: GraphStore) -> None:
    def write(worker: int) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for i in range(5):
            own = [Fact(f"w{worker}", "made", f"item{worker}.{i}"), Fact(f"item{worker}.{i}", "n", Literal(i))]
            outcomes += store.upsert_facts([*own, Fact("shared", "to", f"s{i}"), Fact(f"w{worker}", "in", "hub")])
        return outcomes

    def read(_: int) -> None:
        for _ in range(15):
            degrees = {d.step: d.count for d in store.degrees(["hub"])}
            found = store.neighbours([("hub", Step("in", Direction.IN))])
            assert len(found.targets) >= degrees.get(Step("in", Direction.IN), 0)

    with ThreadPoolExecutor(6) as pool:
        readers = [pool.submit(read, i) for i in range(2)]
        outcomes = [o for result in pool.map(write, range(4)) for o in result]
        for reader in readers:
            reader.result()
    assert outcomes.count(Outcome.ADDED) == 4 * 5 * 2 + 5 + 4
    degrees = {(d.node, d.step.relation): d.count for d in store.degrees(["shared", "hub", "w0"])}
    assert degrees == {(0, "to"): 5, (1, "in"): 4, (2, "made"): 5, (2, "in"): 1}
    assert len(_since(store, 0)) == store.schema().entities == 1 + 5 + 4 + 20 + 1


def test_threads_delete_and_add_the_same(store: GraphStore) -> None:
    def toggle(worker: int) -> None:
        for i in range(6):
            if (worker + i) % 2:
                store.upsert_facts([Fact("a", "r", "b"), Fact("b", "p", Literal("v")), Fact("b", "r", "a")])
            else:
                store.delete_entities(["b", "a"])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(toggle, range(4)))
    present = bool(store.facts([("a", "r", "b")]))
    assert len(store.degrees(["a", "b", Literal("v")])) == (6 if present else 0)
    store.delete_entities(["a", "b"])
    assert store.degrees(["a", "b", Literal("v")]) == []
    assert (store.schema().entities, store.schema().relations) == (0, ())
