"""The view of a graph against the graph itself, and how seldom it reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphdb import Degree, Direction, Entity, EntityType, Fact, Literal, Neighbourhood, Node, Step
from graphdb.sql import SqlStore
from kgqa.subgraph import GraphView, StepVocabulary
from tests.kgqa.core.graphs import GRAPHS, KEYS, fill


class CountingStore(SqlStore):
    """The real store, which remembers what it was asked for."""

    profiled: Counter[Node]
    read: Counter[tuple[Node, Step]]

    def degrees(self, nodes: Sequence[Node]) -> Sequence[Degree]:
        self.profiled.update(nodes)
        return super().degrees(nodes)

    def neighbours(self, rows: Sequence[tuple[Node, Step]], *, limit: int | None = None) -> Neighbourhood:
        self.read.update(rows)
        return super().neighbours(rows, limit=limit)

    def forget(self) -> None:
        self.profiled, self.read = Counter(), Counter()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CountingStore]:
    with CountingStore.open(f"sqlite:///{tmp_path_factory.mktemp('view') / 'graph.db'}") as opened:
        opened.forget()
        yield opened


NODES: list[Node] = [*KEYS, Literal(1), Literal(2), EntityType("T"), EntityType("U"), "unknown"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(GRAPHS, st.lists(st.lists(st.sampled_from(NODES), max_size=6), min_size=1, max_size=4))
def test_rows_and_neighbours_are_those_of_the_graph(
    store: CountingStore, graph: tuple[list[Entity], list[Fact]], asked: list[list[Node]]
) -> None:
    reference = fill(store, graph)
    store.forget()
    steps = StepVocabulary(store.schema())
    view = GraphView(store, steps)
    for nodes in asked:
        entry, rows = view.rows_of(view.ids_of(nodes))
        found = [(nodes[e], steps.steps[s]) for e, s in zip(entry, view.steps_of(rows), strict=True)]
        expected = [
            (node, step, count)
            for node in nodes
            for step, count in sorted(reference.degrees(node).items(), key=lambda item: steps.ids[item[0]])
        ]
        assert [(*f, d) for f, d in zip(found, view.degrees_of(rows).tolist(), strict=True)] == expected
        base, target = view.expand(rows)
        edges = [(found[b], view.nodes[t]) for b, t in zip(base.tolist(), target.tolist(), strict=True)]
        assert len(edges) == len(set(edges)) or len(set(nodes)) < len(nodes)
        assert set(edges) == {(row, t) for row in found for t in reference.follow(*row)}
    assert set(store.profiled.values()) <= {1}
    assert set(store.read.values()) <= {1}
    assert view.reads.facts == sum(len(reference.follow(*row)) for row in store.read)
    assert len(view) == len(set(view.nodes))


def test_every_node_is_numbered_once(store: CountingStore) -> None:
    fill(store, ([], [Fact("a", "r", "b"), Fact("b", "r", "a"), Fact("a", "q", "c")]))
    view = GraphView(store, StepVocabulary(store.schema()))
    assert view.ids_of(["a", "a", "b"]).tolist() == [0, 0, 1]
    _, rows = view.rows_of(view.ids_of(["a"]))
    view.expand(rows)
    assert view.nodes == ["a", "b", "c"]
    assert view.ids_of(["c"]).tolist() == [2]


def test_a_hub_is_cut_and_reported(store: CountingStore) -> None:
    fill(store, ([], [Fact("hub", "r", f"x{i}") for i in range(20)] + [Fact("a", "r", "b")]))
    view = GraphView(store, StepVocabulary(store.schema()), fan_out=7)
    entry, rows = view.rows_of(view.ids_of(["hub", "a"]))
    base, _ = view.expand(rows)
    assert np.bincount(entry[base]).tolist() == [7, 1]
    assert view.degrees_of(rows).tolist() == [20, 1]
    assert view.reads.truncated == {("hub", Step("r")): 20}


def test_steps_outside_the_vocabulary_are_passed_over(store: CountingStore) -> None:
    fill(store, ([], [Fact("a", "r", "b")]))
    steps = StepVocabulary(store.schema())
    store.upsert_facts([Fact("a", "new", "c")])
    view = GraphView(store, steps)
    _, rows = view.rows_of(view.ids_of(["a"]))
    assert [steps.steps[s] for s in view.steps_of(rows)] == [Step("r")]


def test_a_graph_without_facts(store: CountingStore) -> None:
    fill(store, ([Entity("a")], []))
    steps = StepVocabulary(store.schema())
    assert len(steps) == 0
    view = GraphView(store, steps)
    entry, rows = view.rows_of(view.ids_of(["a", "unknown"]))
    assert len(entry) == len(rows) == len(view.steps_of(rows)) == 0
    assert [len(part) for part in view.expand(rows)] == [0, 0]


def test_a_fact_that_goes_between_two_reads_is_not_there(store: CountingStore) -> None:
    fill(store, ([], [Fact("a", "r", "b"), Fact("a", "q", "b")]))
    view = GraphView(store, StepVocabulary(store.schema()))
    _, rows = view.rows_of(view.ids_of(["a"]))
    store.delete_facts([("a", "r", "b")])
    base, target = view.expand(rows)
    assert [view.nodes[t] for t in target] == ["b"]
    assert view.steps.steps[int(view.steps_of(rows[base])[0])] == Step("q", Direction.OUT)
