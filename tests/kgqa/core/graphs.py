"""Random small graphs in a real store, and what extraction and follow should make of them, by plain loops."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hypothesis import strategies as st

from graphdb import Entity, Fact, GraphStore, Literal, Node, Step
from kgqa.subgraph import Extraction, GraphView, StepVocabulary
from tests.reference import Reference, clear

KEYS = ("a", "b", "c", "d", "e")
Edge = tuple[Node, int, Node]

ENTITIES = st.builds(
    Entity,
    key=st.sampled_from(KEYS),
    types=st.sampled_from([(), ("T",), ("T", "U")]),
    properties=st.sampled_from([{}, {"year": 1}, {"year": 2}, {"year": (1, 2)}]),
)
EDGES = st.builds(
    Fact, subject=st.sampled_from(KEYS), relation=st.sampled_from(["r", "q"]), object=st.sampled_from(KEYS)
)
GRAPHS = st.tuples(
    st.lists(ENTITIES, unique_by=lambda e: e.key, max_size=5),
    st.lists(EDGES, unique_by=lambda f: f.triple, max_size=12),
)
SEEDS: st.SearchStrategy[Node] = st.sampled_from([*KEYS, Literal(1), Literal(2), "unknown"])


def fill(store: GraphStore, graph: tuple[Sequence[Entity], Sequence[Fact]]) -> Reference:
    """Put a graph in place of what the store has."""
    clear(store)
    entities, facts = graph
    reference = Reference()
    store.upsert_entities(entities)
    store.upsert_facts(facts)
    for entity in entities:
        reference.upsert_entity(entity)
    for fact in facts:
        reference.upsert_fact(fact)
    return reference


def view_of(store: GraphStore, *, fan_out: int = 5000) -> GraphView:
    """A view of the graph as it is, which has read nothing."""
    return GraphView(store, StepVocabulary(store.schema()), fan_out=fan_out)


@dataclass(slots=True)
class Traced:
    """What one question reads and weighs, hop by hop.

    :param starts: the probability of each step of each seed.
    :param available: the steps that are chosen among at each hop but the first, and ``relation`` their probabilities.
    """

    starts: dict[tuple[Node, int], float] = field(default_factory=dict)
    edges: list[set[Edge]] = field(default_factory=list)
    available: list[set[int]] = field(default_factory=list)
    relation: list[dict[int, float]] = field(default_factory=list)
    weights: list[dict[Node, float]] = field(default_factory=list)


def trace(
    reference: Reference,
    steps: StepVocabulary,
    seeds: Mapping[Node, float],
    logits: Sequence[Sequence[float]],
    passes: Sequence[float],
    settings: Extraction,
    answers: Iterable[Node] | None = None,
) -> Traced:
    """Extraction and soft weights of one question, by its definition."""
    out = Traced()
    keep = None if answers is None else _kept(reference, steps, answers, len(logits))
    weights = dict(seeds)
    unreached = set() if answers is None else set(answers)
    meant = {n for n, w in seeds.items() if w >= max(seeds.values()) / 2}
    for k, row in enumerate(logits):
        live = {n: w for n, w in weights.items() if keep is not None or w > settings.negligible}
        rows = {n: _rows(reference, steps, n) for n in live}
        available: set[int] = set()
        if k == 0:
            strength = {(n, s): p for n in live for s, p in _softmax({s: row[s] for s in rows[n]}).items()}
            out.starts, relation = strength, {}
        else:
            bound = min(settings.present, max(live.values(), default=0.0))
            available = {s for n, w in live.items() if w >= bound for s in rows[n]}
            unreached -= meant
            if keep is not None and unreached:
                leading = [(s, targets) for n in live for s, targets in rows[n].items() if targets & keep[k]]
                available |= {s for s, targets in leading if len(targets) <= settings.hub}
            relation = _softmax({s: row[s] for s in available})
            strength = {(n, s): relation.get(s, 0.0) for n in live for s in rows[n]}
        edges = {
            (n, s, t)
            for n in live
            for s, targets in rows[n].items()
            for t in targets
            if strength[n, s] > settings.likely or (keep is not None and len(targets) <= settings.hub and t in keep[k])
        }
        meant = {t for n, _, t in edges if n in meant}
        weights = {}
        for n, s, t in edges:
            weights[t] = weights.get(t, 0.0) + live[n] * strength[n, s]
        weights = {t: min(w, 1.0) * (1 - seeds.get(t, 0.0) * (1 - passes[k])) for t, w in weights.items()}
        out.edges.append(edges)
        out.available.append(available)
        out.relation.append(relation)
        out.weights.append(weights)
    return out


def _rows(reference: Reference, steps: StepVocabulary, node: Node) -> dict[int, set[Node]]:
    found = {steps.ids[s]: reference.follow(node, s) for s in steps.steps if node in reference.nodes()}
    return {s: targets for s, targets in found.items() if targets}


def _kept(reference: Reference, steps: StepVocabulary, answers: Iterable[Node], hops: int) -> list[set[Node]]:
    reach = [set(answers)]
    for _ in range(hops - 1):
        around: set[Node] = set()
        for node in reach[-1]:
            around = around.union(*_rows(reference, steps, node).values())
        reach.append(reach[-1] | around)
    return reach[::-1]


def _softmax(logits: Mapping[int, float]) -> dict[int, float]:
    total = sum(math.exp(v) for v in logits.values())
    return {s: math.exp(v) / total for s, v in logits.items()}


def steps_of(names: Sequence[str], steps: Sequence[Step]) -> list[int]:
    """Positions of steps given as ``r`` or ``^r``."""
    return [[str(step) for step in steps].index(name) for name in names]
