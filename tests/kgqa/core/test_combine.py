"""Branches: where they start, and what they reach together, against plain loops."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch_geometric.data import Data

from graphdb import SetOperation
from kgqa.encoder import Tokens
from kgqa.model import Outcome, QuestionBatch, outcomes
from kgqa.model.combine import branch_seeds, combine_branches, possible

AND, OR, NOT = SetOperation.INTERSECTION, SetOperation.UNION, SetOperation.DIFFERENCE
QUESTIONS = 3
BRANCHES = st.integers(1, 3)
SHARES = st.lists(st.sampled_from([0.0, 0.005, 0.02, 0.25, 1.0]), min_size=6, max_size=6)


def together(outcome: Outcome, scores: list[float]) -> float:
    """How much a node is an answer, from how much each branch reaches it."""
    part = scores[: outcome.branches]
    if outcome.operation is AND:
        return min(part)
    if outcome.operation is OR:
        return max(part)
    return min(part[0], 1 - part[1]) if outcome.operation is NOT else part[0]


@pytest.mark.parametrize(
    ("branches", "ways"),
    [
        (1, [(None, 1)]),
        (2, [(None, 1), (AND, 2), (OR, 2), (NOT, 2)]),
        (3, [(None, 1), (AND, 2), (AND, 3), (OR, 2), (OR, 3), (NOT, 2)]),
    ],
)
def test_the_ways_to_combine(branches: int, ways: list[tuple[SetOperation | None, int]]) -> None:
    assert outcomes(branches) == tuple(Outcome(*way) for way in ways)


@given(BRANCHES, SHARES, st.lists(st.sampled_from([0.0, 1e-6, 0.3, 1.0]), min_size=3, max_size=3))
def test_what_is_not_named_is_not_combined(branches: int, asked: list[float], named: list[float]) -> None:
    """Bayes: how likely an outcome is by what is asked, times how likely all that it takes is named."""
    ways = outcomes(branches)
    shares = [share + 1e-3 for share in asked[: len(ways)]]
    named[0] = 1.0  # the first branch has a mention wherever there is an answer
    exact = [share * math.prod(named[: way.branches]) for share, way in zip(shares, ways, strict=True)]
    logits = torch.tensor([shares], dtype=torch.float64).log()
    found = possible(logits, torch.tensor([named[:branches]], dtype=torch.float64))
    assert found[0].tolist() == pytest.approx([e / sum(exact) for e in exact], abs=1e-8)


def test_however_much_is_asked_to_be_combined_one_mention_is_alone() -> None:
    logits = torch.tensor([[0.0, 20.0, 20.0, 20.0]])
    assert float(possible(logits, torch.tensor([[1.0, 0.0]]))[0, 0]) > 0.99
    named = torch.tensor([[1.0, 0.0]], requires_grad=True)
    possible(logits, named)[0, 0].backward()  # type: ignore[no-untyped-call]
    assert named.grad is not None
    assert named.grad.isfinite().all()


@st.composite
def reached(draw: st.DrawFn) -> tuple[int, dict[tuple[int, int, int], float]]:
    """The number of branches, and the score of each node that each branch of each question reaches."""
    branches = draw(BRANCHES)
    at = st.tuples(st.integers(0, QUESTIONS - 1), st.integers(0, branches - 1), st.sampled_from([0, 1, 7, 2**33]))
    return branches, draw(st.dictionaries(at, st.sampled_from([0.0, 0.125, 0.5, 1.0]), max_size=12))


@settings(max_examples=100, deadline=None)
@given(reached(), st.lists(SHARES, min_size=QUESTIONS, max_size=QUESTIONS))
def test_they_are_combined_as_fuzzy_sets(
    found: tuple[int, dict[tuple[int, int, int], float]], shares: list[list[float]]
) -> None:
    branches, scores = found
    ways = outcomes(branches)
    at = sorted((q * branches + b, node) for q, b, node in scores)
    rows = torch.tensor(at, dtype=torch.long).view(-1, 2)
    data = Data(batch=rows[:, 0], node=rows[:, 1], num_nodes=len(at))
    score = torch.tensor([scores[(*divmod(row, branches), node)] for row, node in at], dtype=torch.float64)
    combine = torch.tensor([row[: len(ways)] for row in shares], dtype=torch.float64)
    if branches == 1:
        combine = torch.ones_like(combine)
    owner, node, combined = combine_branches(score, data, combine, branches)
    expected = {
        (q, n): sum(
            float(combine[q, i]) * together(way, [scores.get((q, b, n), 0.0) for b in range(branches)])
            for i, way in enumerate(ways)
        )
        for q, n in sorted({(q, n) for q, _, n in scores})
    }
    assert list(zip(owner.tolist(), node.tolist(), strict=True)) == list(expected)
    assert combined.tolist() == pytest.approx(list(expected.values()))


def test_a_single_branch_has_only_itself() -> None:
    data = Data(batch=torch.tensor([0, 1]), node=torch.tensor([4, 5]), num_nodes=2)
    owner, node, score = combine_branches(torch.tensor([0.5, 0.25]), data, torch.ones(2, 1), 1)
    assert (owner.tolist(), node.tolist(), score.tolist()) == ([0, 1], [4, 5], [0.5, 0.25])


@pytest.mark.parametrize(
    ("way", "grad"), [(0, [1.0, 0.0]), (1, [0.0, 1.0]), (2, [1.0, 0.0]), (3, [0.0, -1.0])], ids=["one", "∧", "∨", "∖"]
)
def test_the_branch_that_decides_learns(way: int, grad: list[float]) -> None:
    data = Data(batch=torch.tensor([0, 1]), node=torch.tensor([4, 4]), num_nodes=2)
    score = torch.tensor([0.75, 0.5], requires_grad=True)
    _, _, combined = combine_branches(score, data, torch.eye(4)[way : way + 1], 2)
    combined.sum().backward()  # type: ignore[no-untyped-call]
    assert score.grad is not None
    assert score.grad.tolist() == grad


def batch_of(owner: list[int]) -> QuestionBatch:
    """Three questions with candidates, of which only the owner and the node matter here."""
    long, n = torch.zeros(0, dtype=torch.long), len(owner)
    tokens = Tokens(torch.zeros(QUESTIONS, 1, dtype=torch.long), torch.ones(QUESTIONS, 1, dtype=torch.bool), ())
    return QuestionBatch(
        tokens=tokens,
        question=torch.tensor(owner, dtype=torch.long),
        node=10 * torch.arange(n),
        first=torch.zeros(n, dtype=torch.long),
        last=torch.zeros(n, dtype=torch.long),
        place=torch.zeros(n),
        lexical=torch.zeros(n, 0),
        overlap=long.view(2, 0),
        signature_index=long.view(2, 0),
        signature_weight=torch.zeros(0),
        type_index=long.view(2, 0),
        type_texts=(),
    )


@settings(max_examples=60, deadline=None)
@given(
    BRANCHES,
    st.lists(st.integers(0, QUESTIONS - 1), max_size=6).map(sorted),
    st.lists(SHARES, min_size=QUESTIONS, max_size=QUESTIONS),
)
def test_every_branch_that_may_be_needed_starts(branches: int, owner: list[int], shares: list[list[float]]) -> None:
    ways = outcomes(branches)
    combine = torch.tensor([row[: len(ways)] for row in shares], dtype=torch.float64)
    seeds = branch_seeds(batch_of(owner), combine, branches)
    live = [
        [b == 0 or sum(row[i] for i, way in enumerate(ways) if way.branches > b) > 0.01 for b in range(branches)]
        for row in shares
    ]
    assert seeds.live.tolist() == live
    expected = [
        (q * branches + b, 10 * i, b * len(owner) + i)
        for q in range(QUESTIONS)
        for b in range(branches)
        for i, of in enumerate(owner)
        if of == q and live[q][b]
    ]
    assert list(zip(*(t.tolist() for t in (seeds.row, seeds.node, seeds.at)), strict=True)) == expected
    assert seeds.row.tolist() == sorted(seeds.row.tolist())


def test_a_seed_is_where_its_probability_is() -> None:
    candidate = torch.tensor([[0.0, 0.1, 0.2], [1.0, 1.1, 1.2]])  # branch.candidate
    seeds = branch_seeds(batch_of([0, 2, 2]), torch.tensor([[0.0, 1.0, 0.0, 0.0]] * QUESTIONS), 2)
    probability: Tensor = candidate.flatten()[seeds.at]
    assert seeds.row.tolist() == [0, 1, 4, 4, 5, 5]
    torch.testing.assert_close(probability, torch.tensor([0.0, 1.0, 0.1, 0.2, 1.1, 1.2]))
