"""From soft scores to programs: the likeliest paths of each question, to be run on the live graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graphdb import Hop, Node, Path, Step
from kgqa.subgraph.view import FloatArray

_SEEDS, _BEAM, _NEGLIGIBLE = 4, 3, 1e-2


@dataclass(frozen=True, slots=True)
class Scored:
    """What the model says of one question, as arrays.

    :param candidate: probability of each candidate. *Shape:* ``(candidates,)``.
    :param relation: probability of each step at each hop. *Shape:* ``(hops, steps)``.
    :param hop: probability that the path ends after each hop. *Shape:* ``(hops,)``.
    :param seed_passes: how much of the seed each hop passes on. *Shape:* ``(hops,)``.
    """

    candidate: FloatArray
    relation: FloatArray
    hop: FloatArray
    seed_passes: FloatArray


@dataclass(frozen=True, slots=True)
class Program:
    """A path with the probability that it is what was asked, and how that came about.

    :param candidate: position of the candidate that it starts from.
    :param steps: probability of the step at each hop.
    """

    path: Path
    probability: float
    candidate: int
    steps: tuple[float, ...]


def likeliest(scored: Scored, nodes: Sequence[Node], steps: Sequence[Step], *, limit: int) -> list[Program]:
    """The likeliest programs of one question, best first.

    :param nodes: the node of each candidate.
    :param steps: the steps that the columns of ``scored.relation`` stand for.
    """
    chains = _chains(scored)
    programs: list[Program] = []
    seen: set[Node] = set()
    order = np.argsort(-scored.candidate, kind="stable")
    # spans that mean the same node count together
    mass: dict[Node, float] = {}
    for i in order.tolist():
        mass[nodes[i]] = mass.get(nodes[i], 0.0) + float(scored.candidate[i])
    for i in order.tolist():
        if len(seen) == _SEEDS:
            break
        if nodes[i] in seen:
            continue
        seen.add(nodes[i])
        for probability, chain in chains:
            hops = tuple(
                Hop(steps[s], exclude_seed=bool(scored.seed_passes[k] < 0.5)) for k, (s, _) in enumerate(chain)
            )
            programs.append(Program(Path(nodes[i], hops), mass[nodes[i]] * probability, i, tuple(p for _, p in chain)))
    programs.sort(key=lambda p: -p.probability)
    return programs[:limit]


def _chains(scored: Scored) -> list[tuple[float, tuple[tuple[int, float], ...]]]:
    """The likeliest sequences of steps of every length, with their probabilities."""
    beam: list[tuple[float, tuple[tuple[int, float], ...]]] = [(1.0, ())]
    chains = []
    for k in range(len(scored.hop)):
        row = scored.relation[k]
        best = [s for s in np.argsort(-row, kind="stable")[:_BEAM].tolist() if row[s] > _NEGLIGIBLE]
        beam = [(p * float(row[s]), (*chain, (s, float(row[s])))) for p, chain in beam for s in best]
        beam = sorted(beam, key=lambda c: -c[0])[: 2 * _BEAM]
        ends = float(scored.hop[k])
        if ends > _NEGLIGIBLE:
            chains += [(p * ends, chain) for p, chain in beam]
    return sorted(chains, key=lambda c: -c[0])[: 2 * _BEAM]
