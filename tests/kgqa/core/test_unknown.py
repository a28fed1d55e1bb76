"""Questions without their mention, in the loss: against values computed by hand."""

from __future__ import annotations

from math import log
from types import SimpleNamespace
from typing import cast

import pytest
import torch
from torch import Tensor

from kgqa.model import Gold, QuestionBatch, Reached, Scores, understood, unknown_name_loss
from kgqa.model.batch import LEXICAL
from kgqa.model.unknown import _WEIGHT

# one question: a name as it is, the same node by a part of its name, a namesake, one that is called nearly so,
# and a type elsewhere in the question
NODES, SPANS = [7, 7, 8, 9, 5], [(4, 9), (4, 6), (4, 9), (4, 9), (0, 2)]
SIMILARITY = [1.0, 0.4, 1.0, 0.8, 1.0]
PROBABILITY = [0.5, 0.1, 0.05, 0.1, 0.2]
NOTHING = 0.05


def lost(probability: Tensor, nothing: Tensor, score: list[float], answers: list[int]) -> Tensor:
    start, end = torch.tensor(SPANS).T
    overlap = torch.nonzero((start[:, None] < end) & (start < end[:, None])).T
    lexical = torch.zeros(len(NODES), LEXICAL)
    lexical[:, 0] = torch.tensor(SIMILARITY)
    batch = _Batch(
        question=torch.zeros(5, dtype=torch.long), node=torch.tensor(NODES), overlap=overlap, lexical=lexical
    )
    scores = SimpleNamespace(candidate=probability[None], nothing=nothing[None])
    reached = Reached(
        torch.zeros(2, dtype=torch.long), torch.tensor([20, 21]), torch.tensor(score), *[torch.zeros(0)] * 4
    )
    keys = torch.tensor([[0] * len(answers), answers], dtype=torch.long).view(2, -1)
    gold = Gold(keys, torch.tensor([float(len(answers))]), torch.tensor([False]))
    return unknown_name_loss(cast(QuestionBatch, batch), cast(Scores, scores), understood(reached, gold))


class _Batch(SimpleNamespace):
    def __len__(self) -> int:
        return 1


def test_by_hand() -> None:
    found = lost(torch.tensor(PROBABILITY), torch.tensor(NOTHING), [0.9, 0.1], [20])
    left = 0.1 + 0.2  # what is called nearly so, and the type
    assert float(found) == pytest.approx(-_WEIGHT * log(NOTHING / (NOTHING + left)), rel=1e-5)


def test_what_is_left_is_lowered_and_the_name_is_not() -> None:
    logits = torch.tensor([*PROBABILITY, NOTHING]).log().requires_grad_()
    shares = logits.softmax(0)
    lost(shares[:5], shares[5], [0.9, 0.1], [20]).backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None
    assert [round(float(g), 6) for g in logits.grad[:3]] == [0, 0, 0]
    assert logits.grad[3:].sign().tolist() == [1, 1, -1]


@pytest.mark.parametrize(
    ("score", "answers"), [([0.4, 0.9], [20]), ([0.9, 0.4], [20, 21]), ([0.9, 0.9], [22]), ([0.9, 0.9], [])]
)
def test_only_questions_whose_answers_are_all_found_teach(score: list[float], answers: list[int]) -> None:
    assert float(lost(torch.tensor(PROBABILITY), torch.tensor(NOTHING), score, answers)) == 0


def test_extreme_probabilities_stay_finite() -> None:
    probability = torch.tensor([1.0, 0.0, 0.0, 0.0, 0.0], requires_grad=True)
    nothing = torch.tensor(0.0, requires_grad=True)
    found = lost(probability, nothing, [1.0, 0.0], [20])
    found.backward()  # type: ignore[no-untyped-call]
    assert found.isfinite()
    assert probability.grad is not None
    assert probability.grad.isfinite().all()
    assert nothing.grad is not None
    assert nothing.grad.isfinite()
