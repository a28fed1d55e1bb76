"""Proofs: for an answer of a path, facts that lead from the seed to it, re-read from the live graph."""

from __future__ import annotations

from collections.abc import Sequence

from graphdb import Fact, GraphStore, Node, Path, Step
from graphdb.values import TYPE_RELATION, Direction
from kgqa.answering.answer import Proof

Edge = tuple[Node, Step, Node]


def prove(store: GraphStore, path: Path, answers: Sequence[Node], *, fan_out: int) -> list[Proof]:
    """One proof for each of the answers: the path is followed once more, at most ``fan_out`` neighbours of a node, and
    for every node that it reaches the first fact that led there is remembered. An answer that is not reached within
    that bound, or whose facts are gone by now, has no proof.
    """
    if not answers:
        return []
    parents = _parents(store, path, fan_out)
    chains = {answer: chain for answer in answers if (chain := _chain(parents, path, answer)) is not None}
    triples = dict.fromkeys(_triple(edge) for chain in chains.values() for edge in chain)
    held = {fact.triple: fact for fact in store.facts(list(triples))}
    proofs = []
    for answer, chain in chains.items():
        stated = [_triple(edge) for edge in chain if edge[1].relation != TYPE_RELATION]
        facts: list[Fact] = [held[t] for t in stated if t in held]
        if len(facts) == len(stated):
            proofs.append(Proof(answer, tuple(facts)))
    return proofs


def _parents(store: GraphStore, path: Path, fan_out: int) -> list[dict[Node, Node]]:
    """For each hop, the nodes that it reaches and for each a node that it is reached from."""
    parents: list[dict[Node, Node]] = []
    layer: list[Node] = [path.seed]
    for hop in path.hops:
        found = store.neighbours([(node, hop.step) for node in layer], limit=fan_out)
        reached: dict[Node, Node] = {}
        for row, target in zip(found.rows, found.targets, strict=True):
            reached.setdefault(target, layer[row])
        if hop.exclude_seed:
            reached.pop(path.seed, None)
        parents.append(reached)
        layer = list(reached)
    return parents


def _chain(parents: Sequence[dict[Node, Node]], path: Path, answer: Node) -> list[Edge] | None:
    chain: list[Edge] = []
    node = answer
    for hop, reached in zip(reversed(path.hops), reversed(parents), strict=True):
        source = reached.get(node)
        if source is None:
            return None
        chain.append((source, hop.step, node))
        node = source
    return chain[::-1]


def _triple(edge: Edge) -> tuple[Node, str, Node]:
    source, step, target = edge
    return (source, step.relation, target) if step.direction is Direction.OUT else (target, step.relation, source)
