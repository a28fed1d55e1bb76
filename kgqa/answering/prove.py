"""Proofs: for an answer of a path, facts that lead from the seed to it, re-read from the live graph."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graphdb import Fact, Node, Path, Step
from graphdb.values import TYPE_RELATION, Direction
from kgqa.answering.answer import Proof
from kgqa.subgraph import GraphView
from kgqa.subgraph.view import IntArray

Edge = tuple[Node, Step, Node]
Layer = tuple[IntArray, IntArray]
"""The nodes that a hop reaches, ascending, and for each the node that it was first reached from."""


def prove(view: GraphView, path: Path, answers: Sequence[Node], *, fan_out: int) -> list[Proof]:
    """One proof for each of the answers. The path is followed on what the view has read, and for every node that it
    reaches the first fact that led there is remembered; the facts on the way to the answers are read again.

    An answer that is not reached, or whose facts are gone by now, has no proof. If the view cut what it read, up to
    ``fan_out`` neighbours of a node are read to reach it.
    """
    if not answers:
        return []
    chains = _chains(view, path, answers)
    if len(chains) < len(answers) and view.reads.truncated:
        chains = _chains(GraphView(view.graph, view.steps, fan_out=fan_out), path, answers)
    triples = dict.fromkeys(_triple(edge) for chain in chains.values() for edge in chain)
    held = {fact.triple: fact for fact in view.graph.facts(list(triples))}
    proofs = []
    for answer, chain in chains.items():
        # a path that goes back on the fact that it came by states it once
        stated = list(dict.fromkeys(_triple(edge) for edge in chain if edge[1].relation != TYPE_RELATION))
        facts: list[Fact] = [held[t] for t in stated if t in held]
        if len(facts) == len(stated):
            proofs.append(Proof(answer, tuple(facts)))
    return proofs


def _chains(view: GraphView, path: Path, answers: Sequence[Node]) -> dict[Node, list[Edge]]:
    """The edges that lead to each of the answers that the path reaches."""
    layers = _layers(view, path)
    ids = view.ids_of(answers).tolist()
    found = ((answer, _chain(view, layers, path, node)) for answer, node in zip(answers, ids, strict=True))
    return {answer: chain for answer, chain in found if chain is not None}


def _layers(view: GraphView, path: Path) -> list[Layer]:
    layers: list[Layer] = []
    seed = layer = view.ids_of([path.seed])
    for hop in path.hops:
        position, target = view.along(layer, hop.step)
        reached, first = np.unique(target, return_index=True)
        if hop.exclude_seed:
            first = first[reached != seed]
            reached = target[first]
        layers.append((reached, layer[position[first]]))
        layer = target[np.sort(first)]
    return layers


def _chain(view: GraphView, layers: Sequence[Layer], path: Path, node: int) -> list[Edge] | None:
    chain: list[Edge] = []
    for hop, (reached, source) in zip(reversed(path.hops), reversed(layers), strict=True):
        at = int(np.searchsorted(reached, node))
        if at == len(reached) or reached[at] != node:
            return None
        before = int(source[at])
        chain.append((view.nodes[before], hop.step, view.nodes[node]))
        node = before
    return chain[::-1]


def _triple(edge: Edge) -> tuple[Node, str, Node]:
    source, step, target = edge
    return (source, step.relation, target) if step.direction is Direction.OUT else (target, step.relation, source)
