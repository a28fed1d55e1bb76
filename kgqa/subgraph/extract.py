"""Extraction: which facts a batch of questions needs, read hop by hop.

The scores of the relations do not depend on the graph, so only the rows that are likely at each hop are read; in
training, also what leads to the answers, see :mod:`kgqa.subgraph.towards`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch_geometric.data import Data

from kgqa.subgraph.keys import NODE_BITS, NODE_MASK, coalesce
from kgqa.subgraph.towards import Towards
from kgqa.subgraph.view import BoolArray, FloatArray, GraphView, IntArray, distinct

_NOTHING: IntArray = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Extraction:
    """How much is read.

    :param likely: rows whose relation has at least this probability are followed.
    :param present: nodes of at least this weight decide which relations are available at a hop.
    :param negligible: when asking, nodes below this weight are not followed.
    :param ended: when asking, a question is followed no further once its path goes on with at most this probability.
    :param hub: in training, unlikely rows and nodes of the backward search with more neighbours are not followed.
    :param edges_per_hop: when asking, the most facts that are followed for one question in one hop.
    """

    likely: float = 0.05
    present: float = 0.05
    negligible: float = 1e-3
    ended: float = 1e-2
    hub: int = 400
    edges_per_hop: int = 20_000


@dataclass(frozen=True, slots=True)
class Seeds:
    """Where the questions start: candidate nodes with the probability that they are meant.

    :param question: *Shape:* ``(candidates,)``, int64.
    :param node: local ids in the view. *Shape:* ``(candidates,)``, int64.
    :param probability: *Shape:* ``(candidates,)``, float32.
    """

    question: IntArray
    node: IntArray
    probability: FloatArray


@dataclass(frozen=True, slots=True)
class Guide:
    """What the model says of the questions before the graph is read.

    :param relation: logits of every step at every hop. *Shape:* ``(questions, hops, steps)``, float32.
    :param hop: probability that the path ends after each hop. *Shape:* ``(questions, hops)``, float32.
    :param seed_passes: how much of a seed is passed on by each hop. *Shape:* ``(questions, hops)``, float32.
    """

    relation: FloatArray
    hop: FloatArray
    seed_passes: FloatArray


def extract(
    view: GraphView,
    seeds: Seeds,
    guide: Guide,
    *,
    answers: Sequence[IntArray] | None = None,
    settings: Extraction,
) -> Data:
    """Read the subgraphs of a batch of questions.

    :param answers: in training, for each question the local ids of its answers.
    :returns: one disjoint union of the questions' subgraphs:

        - ``edge_index`` *Shape:* ``(2, edges)``, the edges of hop ``k`` at ``hop_ptr[k]:hop_ptr[k + 1]``;
        - ``edge_type`` the step of each edge. *Shape:* ``(edges,)``;
        - ``batch`` the question of each node, ``node`` its local id in the view. *Shape:* ``(nodes,)``;
        - ``seed`` the node of each candidate. *Shape:* ``(candidates,)``;
        - ``start`` node and step of every row of the seeds. *Shape:* ``(2, rows)``; ``start_row`` the row of each edge
          of the first hop;
        - ``available`` the steps that the likely nodes of each later hop have. *Shape:* ``(questions, hops, steps)``.
    """
    _, hops, _ = guide.relation.shape
    seed_key = seeds.question << NODE_BITS | seeds.node
    frontier, weight = coalesce(seed_key, seeds.probability)
    seed_keys, seed_weight = frontier, weight
    towards = None if answers is None else Towards(view, answers, hops, settings.hub, frontier, weight)
    available = np.zeros(guide.relation.shape, dtype=np.bool_)
    edges: list[tuple[IntArray, IntArray, IntArray]] = []
    start, start_row = (_NOTHING, _NOTHING), _NOTHING
    for k in range(hops):
        if towards is None:
            goes_on = guide.hop[:, k:].sum(axis=1)
            live = weight * (goes_on[frontier >> NODE_BITS] > settings.ended) > settings.negligible
            frontier, weight = frontier[live], weight[live]
        entry, rows = view.rows_of(frontier & NODE_MASK)
        steps, owner = view.steps_of(rows), frontier[entry] >> NODE_BITS
        if k == 0:
            start, strength = (frontier[entry], steps), _softmax(guide.relation[owner, 0, steps], entry)
        else:
            _note_available(frontier, weight, entry, steps, available[:, k], settings.present)
            if towards is not None:
                offered = towards.offered(k, frontier, entry, rows)
                available[owner[offered], k, steps[offered]] = True
            strength = _masked_softmax(guide.relation[:, k], available[:, k])[owner, steps]
        follow = strength > settings.likely
        if towards is None:
            follow &= _within_budget(
                view, rows, frontier[entry], weight[entry] * strength, follow, settings.edges_per_hop
            )
            chosen = follow
        else:
            chosen = follow | (view.degrees_of(rows) <= settings.hub)
        number = np.flatnonzero(chosen)
        rows, entry, steps = (a[chosen] for a in (rows, entry, steps))
        strength, follow = strength[chosen], follow[chosen]
        base, target = view.expand(rows)
        reached = frontier[entry[base]] & ~NODE_MASK | target
        if towards is not None:
            inside = follow[base] | towards.leads(k, reached)
            base, reached = base[inside], reached[inside]
            towards.went(frontier[entry[base]], reached)
        edges.append((frontier[entry[base]], reached, steps[base]))
        start_row = number[base] if k == 0 else start_row
        frontier, weight = coalesce(reached, weight[entry[base]] * strength[base])
        weight = np.minimum(weight, 1.0)
        _gate(frontier, weight, seed_keys, seed_weight, guide.seed_passes[:, k])
    data = _assemble(seed_key, edges, start)
    data.start_row = torch.from_numpy(start_row)
    data.available = torch.from_numpy(available)
    return data


def _assemble(
    seed_key: IntArray, edges: list[tuple[IntArray, IntArray, IntArray]], start: tuple[IntArray, IntArray]
) -> Data:
    keys = distinct(np.concatenate([seed_key, *(reached for _, reached, _ in edges)]))
    source = np.concatenate([np.searchsorted(keys, s) for s, _, _ in edges])
    target = np.concatenate([np.searchsorted(keys, t) for _, t, _ in edges])
    return Data(
        edge_index=torch.from_numpy(np.stack([source, target])),
        edge_type=torch.from_numpy(np.concatenate([step for _, _, step in edges])),
        hop_ptr=[0, *np.cumsum([len(step) for _, _, step in edges]).tolist()],
        batch=torch.from_numpy(keys >> NODE_BITS),
        node=torch.from_numpy(keys & NODE_MASK),
        seed=torch.from_numpy(np.searchsorted(keys, seed_key)),
        start=torch.from_numpy(np.stack([np.searchsorted(keys, start[0]), start[1]])),
        num_nodes=len(keys),
    )


def _note_available(
    frontier: IntArray, weight: FloatArray, entry: IntArray, steps: IntArray, available: BoolArray, present: float
) -> None:
    """Mark the steps of the nodes that count: those of weight ``present`` or, where a question has none, its
    heaviest node.

    :param entry: the position in the frontier of each row.
    :param steps: the step of each row.
    """
    question = frontier >> NODE_BITS
    peak = np.zeros(len(available), dtype=np.float32)
    np.maximum.at(peak, question, weight)
    counts = weight >= np.minimum(present, peak[question])
    at = counts[entry]
    available[question[entry[at]], steps[at]] = True


def _within_budget(
    view: GraphView, rows: IntArray, source: IntArray, strength: FloatArray, wanted: BoolArray, budget: int
) -> BoolArray:
    """Which of the wanted rows fit in each question's budget of edges, the strongest first (at least one does)."""
    degree = np.where(wanted, np.minimum(view.degrees_of(rows), view.fan_out), 0)
    if int(degree.sum()) <= budget:
        return wanted
    question = source >> NODE_BITS
    order = np.lexsort((-strength, question))
    before = np.cumsum(degree[order]) - degree[order]
    first = np.searchsorted(question[order], question[order])
    fits = np.zeros(len(rows), dtype=np.bool_)
    fits[order] = before - before[first] < budget
    return fits & wanted


def _gate(
    frontier: IntArray, weight: FloatArray, seed_keys: IntArray, seed_weight: FloatArray, passes: FloatArray
) -> None:
    at = np.searchsorted(seed_keys, frontier).clip(max=max(len(seed_keys) - 1, 0))
    if len(seed_keys):
        is_seed = seed_keys[at] == frontier
        weight *= np.where(is_seed, 1 - seed_weight[at] * (1 - passes[frontier >> NODE_BITS]), 1.0)


def _softmax(logits: FloatArray, group: IntArray) -> FloatArray:
    """Softmax within groups. *Shape:* as ``logits``."""
    peak = np.full(int(group.max(initial=-1)) + 1, -np.inf, dtype=np.float32)
    np.maximum.at(peak, group, logits)
    e = np.exp(logits - peak[group])
    return np.asarray(e / np.bincount(group, weights=e)[group], dtype=np.float32)


def _masked_softmax(logits: FloatArray, mask: BoolArray) -> FloatArray:
    masked = np.where(mask, logits, -np.inf)
    peak = masked.max(axis=-1, keepdims=True, initial=-1e30)
    e = np.where(mask, np.exp(masked - peak), 0.0)
    total = e.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(e, total, out=np.zeros_like(e), where=total > 0), dtype=np.float32)


def to_device(data: Data, device: torch.device) -> Data:
    """The subgraphs on a device."""
    return data if device.type == "cpu" else data.to(device)
