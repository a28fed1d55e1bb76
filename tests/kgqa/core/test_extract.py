"""Extraction against its definition, question by question, on random graphs in the real store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch_geometric.data import Data

from graphdb import TYPE_RELATION, Entity, EntityType, Fact, Literal, Node
from graphdb.sql import SqlStore
from kgqa.model.follow import follow_all
from kgqa.subgraph import Extraction, GraphView, Guide, Seeds, StepVocabulary, extract
from tests.kgqa.core.graphs import GRAPHS, KEYS, SEEDS, Edge, Traced, fill, steps_of, trace

HOPS = 3
EVERYTHING = Extraction(likely=0.0, present=0.0, negligible=0.0, ended=0.0, hub=10**6, edges_per_hop=10**6)
USUAL = Extraction(likely=0.1017, present=0.1017, negligible=0.0213, ended=0.0)

# weights and gates are sums of powers of two, so that nothing depends on rounding
ASKED = st.dictionaries(SEEDS, st.sampled_from([0.125, 0.25, 0.5, 1.0]), max_size=3)
PASSES = st.lists(st.sampled_from([0.0, 0.25, 1.0]), min_size=HOPS, max_size=HOPS)
LOGITS = st.sampled_from([-3.0, 0.0, 0.5, 3.0])
FIXTURES = [HealthCheck.function_scoped_fixture]
Graph = tuple[list[Entity], list[Fact]]


def run(
    view: GraphView,
    seeds: Sequence[Mapping[Node, float]],
    logits: Any,
    passes: Any,
    options: Extraction,
    answers: Sequence[Sequence[Node]] | None = None,
    hop: Any = None,
) -> tuple[Data, Seeds, Guide]:
    """Extract for a batch of questions, given by their seeds."""
    relation = np.asarray(logits, dtype=np.float32)
    if hop is None:
        hop = np.full(relation.shape[:2], 1 / relation.shape[1])
    guide = Guide(relation, np.asarray(hop, dtype=np.float32), np.asarray(passes, dtype=np.float32))
    owner = [i for i, s in enumerate(seeds) for _ in s]
    given_ = Seeds(
        np.array(owner, dtype=np.int64),
        view.ids_of([node for s in seeds for node in s]),
        np.array([p for s in seeds for p in s.values()], dtype=np.float32),
    )
    known = None if answers is None else [view.ids_of(a) for a in answers]
    return extract(view, given_, guide, answers=known, settings=options), given_, guide


def edges_of(view: GraphView, data: Data, question: int, hop: int) -> set[Edge]:
    """The edges of one question at one hop; each occurs once."""
    span = slice(data.hop_ptr[hop], data.hop_ptr[hop + 1])
    source, target = data.edge_index[:, span]
    found = [
        (view.nodes[int(data.node[s])], int(step), view.nodes[int(data.node[t])])
        for s, step, t in zip(source, data.edge_type[span], target, strict=True)
        if int(data.batch[s]) == question
    ]
    assert len(found) == len(set(found))
    assert torch.equal(data.batch[source], data.batch[target])
    return set(found)


def check(view: GraphView, data: Data, given_: Seeds, guide: Guide, traced: Sequence[Traced]) -> None:
    """Edges, the steps that are chosen among, and soft weights are those of the definition."""
    for i, expected in enumerate(traced):
        for k in range(HOPS):
            assert edges_of(view, data, i, k) == expected.edges[k]
            assert set(torch.where(data.available[i, k])[0].tolist()) == expected.available[k]
    hop = torch.from_numpy(guide.hop)
    followed = follow_all(
        torch.from_numpy(given_.probability),
        torch.from_numpy(guide.relation),
        hop,
        torch.from_numpy(guide.seed_passes),
        data,
    )
    scores = {
        (int(q), view.nodes[int(n)]): float(s)
        for q, n, s in zip(data.batch, data.node, followed.score, strict=True)
        if s > 0
    }
    starts = {
        (int(data.batch[n]), view.nodes[int(data.node[n])], int(step)): float(p)
        for n, step, p in zip(*data.start, followed.start, strict=True)
    }
    assert len(starts) == len(followed.start)
    assert starts == pytest.approx({(i, *at): p for i, t in enumerate(traced) for at, p in t.starts.items()}, abs=1e-5)
    first = data.edge_index[0, : data.hop_ptr[1]], data.edge_type[: data.hop_ptr[1]]
    assert torch.equal(data.start[:, data.start_row], torch.stack(first))
    wanted: dict[tuple[int, Node], float] = {}
    for i, expected in enumerate(traced):
        for k in range(HOPS):
            for node, weight in expected.weights[k].items():
                wanted[i, node] = wanted.get((i, node), 0.0) + weight * float(hop[i, k])
            for step, p in expected.relation[k].items():
                assert float(followed.relation[i, k, step]) == pytest.approx(p, abs=1e-5)
    wanted = {key: min(score, 1.0) for key, score in wanted.items() if score > 0}
    assert scores == pytest.approx(wanted, abs=1e-5)


@settings(max_examples=25, deadline=None, suppress_health_check=FIXTURES)
@given(GRAPHS, st.lists(ASKED, min_size=1, max_size=3), PASSES, st.data())
def test_as_defined(
    store: SqlStore, graph: Graph, seeds: list[dict[Node, float]], passes: list[float], data: st.DataObject
) -> None:
    reference = fill(store, graph)
    view = GraphView(store, StepVocabulary(store.schema()))
    row = st.lists(LOGITS, min_size=len(view.steps), max_size=len(view.steps))
    logits = data.draw(st.lists(row, min_size=HOPS, max_size=HOPS))
    known = data.draw(st.none() | st.lists(SEEDS, min_size=1, max_size=3, unique_by=str))
    options = data.draw(st.sampled_from([EVERYTHING, USUAL]))
    n = len(seeds)
    found, given_, guide = run(
        view,
        seeds,
        np.array([logits] * n).reshape(n, HOPS, len(view.steps)),
        [passes] * n,
        options,
        None if known is None else [known] * n,
    )
    traced = [trace(reference, view.steps, s, logits, passes, options, known) for s in seeds]
    check(view, found, given_, guide, traced)


@settings(max_examples=15, deadline=None, suppress_health_check=FIXTURES)
@given(GRAPHS, st.sampled_from(KEYS))
def test_a_uniform_guide_reads_all_that_is_within_reach(store: SqlStore, graph: Graph, seed: str) -> None:
    reference = fill(store, graph)
    view = GraphView(store, StepVocabulary(store.schema()))
    data, _, _ = run(view, [{seed: 1.0}], np.zeros((1, HOPS, len(view.steps))), np.ones((1, HOPS)), EVERYTHING)
    layer: set[Node] = {seed}
    for k in range(HOPS):
        edges = {
            (n, view.steps.ids[step], t) for n in layer for step in view.steps.steps for t in reference.follow(n, step)
        }
        assert edges_of(view, data, 0, k) == edges
        layer = {t for _, _, t in edges}


FILMS = (
    [Entity("heat", types=("film",), properties={"year": 1995})],
    [
        Fact("heat", "directed by", "mann"),
        Fact("heat", "starred", "pacino"),
        Fact("insider", "directed by", "mann"),
        Fact("insider", "starred", "crowe"),
    ],
)


def guide_to(view: GraphView, *names: str) -> Any:
    """Logits that ask for one step at each hop."""
    logits = np.full((1, len(names), len(view.steps)), -8.0)
    for k, step in enumerate(steps_of(names, view.steps.steps)):
        logits[0, k, step] = 8.0
    return logits


def test_a_sharp_guide_reads_only_what_is_likely(store: SqlStore) -> None:
    fill(store, FILMS)
    view = GraphView(store, StepVocabulary(store.schema()))
    data, _, _ = run(
        view, [{"heat": 1.0}], guide_to(view, "directed by", "^directed by", "starred"), [[0.0] * 3], Extraction()
    )
    nodes = [view.nodes[i] for i in data.node.tolist()]
    assert set(nodes) == {"heat", "mann", "insider", "crowe"}
    assert view.reads.facts == 4


def test_rival_seeds_leave_by_different_steps(store: SqlStore) -> None:
    """What is unlikely for the question may be the likeliest that one seed has."""
    fill(store, FILMS)
    view = GraphView(store, StepVocabulary(store.schema()))
    data, _, _ = run(view, [{"heat": 0.5, "mann": 0.5}], guide_to(view, "directed by"), [[0.0]], Extraction())
    out, back = steps_of(["directed by", "^directed by"], view.steps.steps)
    films = {("mann", back, "heat"), ("mann", back, "insider")}
    assert edges_of(view, data, 0, 0) == {("heat", out, "mann"), *films}


def test_attributes_values_and_types_are_steps_like_others(store: SqlStore) -> None:
    fill(store, FILMS)
    view = GraphView(store, StepVocabulary(store.schema()))
    for seed, names, reached in (
        ("heat", ("year",), Literal(1995)),
        (Literal(1995), ("^year", "directed by"), "mann"),
        ("heat", (TYPE_RELATION,), EntityType("film")),
        (EntityType("film"), (f"^{TYPE_RELATION}", "starred"), "pacino"),
    ):
        logits = guide_to(view, *names)
        data, _, _ = run(view, [{seed: 1.0}], logits, np.zeros((1, len(names))), Extraction())
        assert reached in [view.nodes[i] for i in data.node.tolist()]


def test_training_keeps_unlikely_facts_that_lead_to_an_answer(store: SqlStore) -> None:
    fill(store, FILMS)
    view = GraphView(store, StepVocabulary(store.schema()))
    logits = guide_to(view, "starred", "^starred", "starred")
    asked, _, _ = run(view, [{"heat": 1.0}], logits, [[0.0] * 3], Extraction())
    assert "crowe" not in [view.nodes[i] for i in asked.node.tolist()]
    trained, _, _ = run(view, [{"heat": 1.0}], logits, [[0.0] * 3], Extraction(), answers=[["crowe"]])
    path = [("heat", "directed by", "mann"), ("mann", "^directed by", "insider"), ("insider", "starred", "crowe")]
    for k, (source, step, target) in enumerate(path):
        assert (source, *steps_of([step], view.steps.steps), target) in edges_of(view, trained, 0, k)


@pytest.mark.parametrize(("answers", "open_"), [(["far"], True), (["near"], False), (["near", "far"], True)])
def test_training_offers_the_steps_to_answers_that_are_not_reached_yet(
    store: SqlStore, answers: list[Node], open_: bool
) -> None:
    """Chosen among the steps of what is likely alone, the right one had no probability, and never got any."""
    facts = [Fact("seed", "p", "likely"), Fact("likely", "s", "x"), Fact("seed", "q", "near"), Fact("near", "t", "far")]
    fill(store, ([], facts))
    view = GraphView(store, StepVocabulary(store.schema()))
    logits = guide_to(view, "p", "s")
    asked, _, _ = run(view, [{"seed": 1.0}], logits, [[1.0, 1.0]], Extraction())
    trained, _, _ = run(view, [{"seed": 1.0}], logits, [[1.0, 1.0]], Extraction(), answers=[answers])
    (t,) = steps_of(["t"], view.steps.steps)
    assert not asked.available[0, 1, t]
    assert bool(trained.available[0, 1, t]) is open_


@pytest.mark.parametrize(("hub", "kept"), [(30, True), (9, False)])
def test_training_does_not_search_through_hubs(store: SqlStore, hub: int, kept: bool) -> None:
    fans = [Fact("answer", "r", "hub"), *(Fact(f"x{i}", "r", "hub") for i in range(10)), Fact("seed", "q", "hub")]
    fill(store, ([], [*fans, Fact("seed", "p", "other")]))
    view = GraphView(store, StepVocabulary(store.schema()))
    logits = guide_to(view, "p", "p")
    options = Extraction(hub=hub)
    data, _, _ = run(view, [{"seed": 1.0}], logits, [[1.0, 1.0]], options, answers=[["answer"]])
    assert ("answer" in [view.nodes[i] for i in data.node.tolist()]) is kept


def test_the_budget_takes_the_strongest_rows_of_each_question(store: SqlStore) -> None:
    facts = [Fact("a", relation, f"{relation}{i}") for relation in "rq" for i in range(10)]
    fill(store, ([], [*facts, Fact("b", "q", "q0")]))
    view = GraphView(store, StepVocabulary(store.schema()))
    logits = np.zeros((2, 1, len(view.steps)))
    logits[:, 0, steps_of(["r"], view.steps.steps)] = 0.5
    data, _, _ = run(view, [{"a": 1.0}, {"b": 1.0}], logits, [[0.0], [0.0]], Extraction(edges_per_hop=10))
    assert {view.steps.steps[s].relation for _, s, _ in edges_of(view, data, 0, 0)} == {"r"}
    assert len(edges_of(view, data, 0, 0)) == 10
    assert len(edges_of(view, data, 1, 0)) == 1


def test_a_cut_row_counts_as_what_is_read_of_it(store: SqlStore) -> None:
    fill(store, ([], [Fact("a", relation, f"{relation}{i}") for relation in "rq" for i in range(10)]))
    view = GraphView(store, StepVocabulary(store.schema()), fan_out=2)
    logits = np.zeros((1, 1, len(view.steps)))
    data, _, _ = run(view, [{"a": 1.0}], logits, [[0.0]], Extraction(edges_per_hop=4))
    assert len(edges_of(view, data, 0, 0)) == 4


def test_a_path_that_has_ended_is_not_followed(store: SqlStore) -> None:
    fill(store, FILMS)
    view = GraphView(store, StepVocabulary(store.schema()))
    logits = guide_to(view, "directed by", "^directed by")
    data, _, _ = run(view, [{"heat": 1.0}], logits, [[0.0, 0.0]], Extraction(), hop=[[1.0, 0.0]])
    assert [view.nodes[i] for i in data.node.tolist()] == ["heat", "mann"]
    assert not data.available[0, 1].any()


def test_questions_without_candidates_and_batches_without_questions(store: SqlStore) -> None:
    fill(store, FILMS)
    view = GraphView(store, StepVocabulary(store.schema()))
    width = len(view.steps)
    data, _, _ = run(view, [{}, {"heat": 1.0}, {}], np.zeros((3, 2, width)), np.zeros((3, 2)), Extraction())
    assert set(data.batch.tolist()) == {1}
    for answers in (None, [["mann"], []]):
        data, _, _ = run(view, [{}, {}], np.zeros((2, 2, width)), np.zeros((2, 2)), Extraction(), answers=answers)
        assert data.num_nodes == 0
        assert data.edge_index.shape == (2, 0)
    data, _, _ = run(view, [], np.zeros((0, 2, width)), np.zeros((0, 2)), Extraction())
    assert data.num_nodes == 0


def test_a_graph_without_relations(store: SqlStore) -> None:
    fill(store, ([Entity("a")], []))
    view = GraphView(store, StepVocabulary(store.schema()))
    data, _, _ = run(view, [{"a": 1.0}], np.zeros((1, 2, 0)), np.zeros((1, 2)), Extraction(), answers=[["a"]])
    assert data.num_nodes == 1
    assert data.edge_index.shape == (2, 0)
