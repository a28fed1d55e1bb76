"""From soft scores to programs: the likeliest readings of each question, to be run on the live graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from math import prod

import numpy as np

from graphdb import Combined, Hop, Node, NodeSet, Path, SetOperation, Step
from kgqa.model import outcomes
from kgqa.subgraph.view import FloatArray

_SEEDS, _BEAM, _NEGLIGIBLE, _COMBINED = 4, 3, 1e-2, 4


@dataclass(frozen=True, slots=True)
class Branch:
    """What the model says of one branch of a question, as arrays.

    :param candidate: probability of each candidate. *Shape:* ``(candidates,)``.
    :param start: for each node that the branch may start from, the steps that it has with their probabilities.
    :param relation: probability of each step at each later hop. *Shape:* ``(hops, steps)``.
    :param hop: probability that the path ends after each hop. *Shape:* ``(hops,)``.
    :param seed_passes: how much of the seed each hop passes on. *Shape:* ``(hops,)``.
    """

    candidate: FloatArray
    start: Mapping[Node, Sequence[tuple[int, float]]]
    relation: FloatArray
    hop: FloatArray
    seed_passes: FloatArray


@dataclass(frozen=True, slots=True)
class Scored:
    """What the model says of one question.

    :param branches: those that were followed.
    :param combine: probability of each of :func:`kgqa.model.outcomes`. *Shape:* ``(outcomes,)``.
    """

    branches: Sequence[Branch]
    combine: FloatArray


@dataclass(frozen=True, slots=True)
class Span:
    """A candidate: what it means, and the characters of the question that name it."""

    node: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """A path of one branch, with the probability that it is meant, and how that came about.

    :param candidate: position of the candidate that it starts from.
    :param steps: probability of the step at each hop.
    """

    path: Path
    probability: float
    candidate: int
    steps: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A program with the probability that it is what was asked.

    :param operation: how the branches are combined; ``None`` for a single path.
    """

    branches: tuple[Chosen, ...]
    operation: SetOperation | None
    probability: float

    @property
    def seeds(self) -> frozenset[Node]:
        """Where the branches start."""
        return frozenset(branch.path.seed for branch in self.branches)

    @property
    def program(self) -> NodeSet:
        if self.operation is None:
            return self.branches[0].path
        return Combined(self.operation, tuple(branch.path for branch in self.branches))


def likeliest(scored: Scored, spans: Sequence[Span], steps: Sequence[Step], *, limit: int) -> list[Choice]:
    """The likeliest programs of one question, best first.

    :param spans: the candidates.
    :param steps: the steps that the columns of ``relation`` stand for.
    """
    paths = [_paths(branch, spans, steps) for branch in scored.branches]
    choices: list[Choice] = []
    if not paths:
        return choices
    for outcome, probability in zip(outcomes(_branches(len(scored.combine))), scored.combine.tolist(), strict=True):
        if outcome.branches > len(paths) or (outcome.operation and probability <= _NEGLIGIBLE):
            continue
        if outcome.operation is None:
            choices += [Choice((path,), None, probability * path.probability) for path in paths[0]]
            continue
        for parts in product(*(p[:_COMBINED] for p in paths[: outcome.branches])):
            if _apart([spans[part.candidate] for part in parts]):
                choices.append(Choice(parts, outcome.operation, probability * prod(p.probability for p in parts)))
    choices.sort(key=lambda c: -c.probability)
    return choices[:limit]


def _branches(ways: int) -> int:
    """How many branches there are, from the number of ways to combine them."""
    return next(n for n in range(1, ways + 1) if len(outcomes(n)) == ways)


def _apart(spans: Sequence[Span]) -> bool:
    ordered = sorted(spans, key=lambda s: s.start)
    return all(a.end <= b.start for a, b in pairwise(ordered))


def _paths(branch: Branch, spans: Sequence[Span], steps: Sequence[Step]) -> list[Chosen]:
    """The likeliest paths of one branch, best first: those of its likeliest nodes."""
    paths: list[Chosen] = []
    seen: set[Node] = set()
    order = np.argsort(-branch.candidate, kind="stable").tolist()
    # spans that mean the same node count together
    mass: dict[Node, float] = {}
    for i in order:
        mass[spans[i].node] = mass.get(spans[i].node, 0.0) + float(branch.candidate[i])
    for i in order:
        node = spans[i].node
        if len(seen) == _SEEDS:
            break
        if node in seen:
            continue
        seen.add(node)
        for probability, chain in _chains(branch, branch.start.get(node, ())):
            hops = tuple(
                Hop(steps[s], exclude_seed=bool(branch.seed_passes[k] < 0.5)) for k, (s, _) in enumerate(chain)
            )
            paths.append(Chosen(Path(node, hops), mass[node] * probability, i, tuple(p for _, p in chain)))
    paths.sort(key=lambda p: -p.probability)
    return paths


def _chains(branch: Branch, start: Sequence[tuple[int, float]]) -> list[tuple[float, tuple[tuple[int, float], ...]]]:
    """The likeliest sequences of steps of every length from a node, with their probabilities."""
    beam: list[tuple[float, tuple[tuple[int, float], ...]]] = [(1.0, ())]
    chains = []
    for k in range(len(branch.hop)):
        best = _best(start if k == 0 else list(enumerate(branch.relation[k].tolist())))
        beam = [(p * strength, (*chain, (step, strength))) for p, chain in beam for step, strength in best]
        beam = sorted(beam, key=lambda c: -c[0])[: 2 * _BEAM]
        ends = float(branch.hop[k])
        if ends > _NEGLIGIBLE:
            chains += [(p * ends, chain) for p, chain in beam]
    return sorted(chains, key=lambda c: -c[0])[: 2 * _BEAM]


def _best(steps: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    return [s for s in sorted(steps, key=lambda s: -s[1])[:_BEAM] if s[1] > _NEGLIGIBLE]
