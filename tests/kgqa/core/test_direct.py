"""What a single step explains, in the loss: against plain loops over random graphs."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphdb import Entity, Fact, Node
from graphdb.sql import SqlStore
from kgqa.model import Gold, QuestionBatch, Reached, Scores, direct_loss, understood
from kgqa.model.direct import _WEIGHT
from kgqa.subgraph import GraphView
from tests.kgqa.core.graphs import GRAPHS, KEYS, SEEDS, fill, view_of
from tests.reference import Reference

NODES = st.lists(SEEDS, min_size=1, max_size=4)
QUESTIONS = st.lists(st.tuples(NODES, st.lists(SEEDS, max_size=3, unique=True)), min_size=1, max_size=3)
ALONE = 0.25  # probability that a path of one hop is asked, by one branch


class Asked:
    """Questions with given candidates and answers, and what a model might say of them.

    :param reached: score of every answer.
    :param beside: score of a node that is no answer.
    """

    def __init__(
        self, view: GraphView, questions: list[tuple[list[Node], list[Node]]], reached: float = 0.0, beside: float = 0.0
    ) -> None:
        rng = torch.Generator().manual_seed(3)
        self.view, many = view, len(questions)
        owner = [number for number, (candidates, _) in enumerate(questions) for _ in candidates]
        node = torch.from_numpy(view.ids_of([node for candidates, _ in questions for node in candidates]))
        self.batch = _Batch(question=torch.tensor(owner), node=node, many=many)
        self.candidate = torch.rand(1, len(owner), generator=rng)
        self.relation = torch.randn(many, 1, 3, len(view.steps), generator=rng).requires_grad_()
        hop = torch.tensor([0.5, 0.3, 0.2]).expand(many, 1, 3)
        combine = torch.tensor([0.5, 0.5]).expand(many, 2)
        self.scores = SimpleNamespace(candidate=self.candidate, relation=self.relation, hop=hop, combine=combine)
        gold = [view.ids_of(answers) for _, answers in questions]
        keys = [(number, int(node)) for number, own in enumerate(gold) for node in own]
        count = torch.tensor([float(len(own)) for own in gold])
        self.gold = Gold(torch.tensor(keys, dtype=torch.long).view(-1, 2).T, count, torch.zeros(many, dtype=torch.bool))
        at = sorted({*keys, *((number, 10_000) for number in range(many))})
        score = torch.tensor([reached if key in keys else beside for key in at])
        question, local = torch.tensor(at).T
        self.reached = Reached(question, local, score, *[torch.zeros(0)] * 4)

    def loss(self) -> torch.Tensor:
        known = understood(self.reached, self.gold)
        return direct_loss(
            cast(QuestionBatch, self.batch), cast(Scores, self.scores), self.reached, known, self.gold, self.view
        )

    def by_hand(self, reference: Reference, questions: list[tuple[list[Node], list[Node]]]) -> float:
        total, number = 0.0, 0
        for question, (candidates, answers) in enumerate(questions):
            found = 0.0
            for node in candidates:
                lead = {step: set(reference.follow(node, step)) for step in self.view.steps.steps}
                logits = self.relation[question, 0, 0].detach().exp().tolist()
                sum_of_steps = sum(e for e, reached in zip(logits, lead.values(), strict=True) if reached)
                for e, reached in zip(logits, lead.values(), strict=True):
                    if reached and reached == set(answers):
                        found += float(self.candidate[0, number]) * e / sum_of_steps * ALONE
                number += 1
            total -= math.log(found) if found else 0.0
        return _WEIGHT * total / len(questions)


class _Batch(SimpleNamespace):
    def __len__(self) -> int:
        return cast(int, self.many)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(GRAPHS, QUESTIONS)
def test_as_plain_loops_have_it(
    store: SqlStore,
    graph: tuple[list[Entity], list[Fact]],
    questions: list[tuple[list[Node], list[Node]]],
) -> None:
    reference = fill(store, graph)
    asked = Asked(view_of(store), questions)
    assert float(asked.loss().detach()) == pytest.approx(asked.by_hand(reference, questions), rel=1e-4, abs=1e-6)


@pytest.fixture
def view(store: SqlStore) -> GraphView:
    """``a`` leads to ``b`` by two relations, by one of them to ``c`` as well."""
    fill(store, ([], [Fact("a", "r", "b"), Fact("a", "q", "b"), Fact("a", "q", "c")]))
    return view_of(store)


@pytest.mark.parametrize(
    ("reached", "beside", "teaches"), [(0.9, 0.1, False), (0.9, 0.9, True), (0.3, 0.1, True), (0.0, 0.0, True)]
)
def test_until_it_is_understood(view: GraphView, reached: float, beside: float, teaches: bool) -> None:
    assert (float(Asked(view, [(["a"], ["b"])], reached, beside).loss().detach()) > 0) == teaches


def test_the_step_is_found_however_little_it_was_thought_of(view: GraphView) -> None:
    asked = Asked(view, [(["a"], ["b"])])
    right, wrong = (view.steps.texts.index(text) for text in ("r", "q"))
    with torch.no_grad():
        asked.relation[0, 0, 0, right] = -60.0  # a probability that single precision cannot tell from 0
        asked.relation[0, 0, 0, wrong] = 60.0
    asked.loss().backward()  # type: ignore[no-untyped-call]
    assert asked.relation.grad is not None
    assert float(asked.relation.grad[0, 0, 0, right]) == pytest.approx(-_WEIGHT)
    assert float(asked.relation.grad[0, 0, 0, wrong]) == pytest.approx(_WEIGHT)
    assert asked.relation.grad.isfinite().all()


def test_nothing_to_explain(view: GraphView) -> None:
    assert float(Asked(view, [(["a"], []), (["unknown"], ["b"]), (["b"], ["unknown"])]).loss().detach()) == 0
    assert float(Asked(view, [(list(KEYS), ["a", "b", "c"])]).loss().detach()) == 0


def test_a_step_that_was_cut_explains_nothing(store: SqlStore) -> None:
    fill(store, ([], [Fact("a", "r", key) for key in ("b", "c", "d")]))
    questions: list[tuple[list[Node], list[Node]]] = [(["a"], ["b", "c", "d"])]
    assert float(Asked(view_of(store), questions).loss().detach()) > 0
    assert float(Asked(view_of(store, fan_out=2), questions).loss().detach()) == 0


def test_the_answers_are_those_of_the_question(view: GraphView) -> None:
    """What explains one question does not explain another of the batch."""
    asked = Asked(view, [(["a"], ["b"]), (["a"], ["a"])])
    asked.loss().backward()  # type: ignore[no-untyped-call]
    assert asked.relation.grad is not None
    assert np.abs(asked.relation.grad[0].numpy()).max() > 0
    assert np.abs(asked.relation.grad[1].numpy()).max() == 0
