"""The loss against values computed by hand."""

from __future__ import annotations

from math import log

import pytest
import torch
from torch import Tensor
from torch_geometric.data import Data

from kgqa.model import Gold, Scores, answer_loss

EPSILON = 1e-5
DATA = Data(batch=torch.tensor([0, 0, 0, 1, 1]), node=torch.tensor([10, 11, 12, 10, 13]), num_nodes=5)


def loss(score: Tensor, nothing: Tensor, answers: list[tuple[int, int]], count: list[float]) -> Tensor:
    unused = torch.zeros(0)
    scores = Scores(unused, nothing, unused, unused, unused)
    return answer_loss(score, scores, DATA, Gold(torch.tensor(answers).view(-1, 2).T, torch.tensor(count)))


def test_by_hand() -> None:
    score = torch.tensor([0.5, 0.9, 0.2, 0.3, 0.6])
    found = loss(score, torch.tensor([0.1, 0.25]), [(0, 10), (0, 11)], [2.0, 0.0])
    first = -(log(0.5 + EPSILON) + log(0.9 + EPSILON) + log(0.8 + EPSILON)) / 2
    second = -(log(0.7 + EPSILON) + log(0.4 + EPSILON)) - log(0.25 + EPSILON)
    assert float(found) == pytest.approx((first + second) / 2, rel=1e-5)


def test_an_answer_that_was_not_reached_costs_what_a_zero_costs() -> None:
    found = loss(torch.zeros(5), torch.tensor([0.5, 0.5]), [(0, 10), (1, 99)], [1.0, 1.0])
    assert float(found) == pytest.approx(-log(EPSILON), rel=1e-4)


def test_gradients_raise_answers_and_lower_others() -> None:
    score = torch.full((5,), 0.5, requires_grad=True)
    nothing = torch.full((2,), 0.5, requires_grad=True)
    loss(score, nothing, [(0, 10)], [1.0, 0.0]).backward()  # type: ignore[no-untyped-call]
    assert score.grad is not None
    assert nothing.grad is not None
    assert score.grad.sign().tolist() == [-1, 1, 1, 1, 1]
    assert nothing.grad.sign().tolist() == [0, -1]


def test_extreme_scores_stay_finite() -> None:
    score = torch.tensor([0.0, 1.0, 1.0, 1.0, 0.0], requires_grad=True)
    found = loss(score, torch.tensor([0.0, 0.0]), [(0, 10)], [1.0, 0.0])
    found.backward()  # type: ignore[no-untyped-call]
    assert found.isfinite()
    assert score.grad is not None
    assert score.grad.isfinite().all()


def test_perfect_scores_cost_nothing() -> None:
    score = torch.tensor([1.0, 0.0, 0.0, 0.0, 0.0])
    assert float(loss(score, torch.tensor([0.0, 1.0]), [(0, 10)], [1.0, 0.0])) == pytest.approx(0.0, abs=1e-4)
