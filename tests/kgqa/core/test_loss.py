"""The loss against values computed by hand."""

from __future__ import annotations

from math import log

import pytest
import torch
from torch import Tensor

from kgqa.model import Gold, Reached, answer_loss
from kgqa.model.loss import _positions

TINY, EPSILON = 1e-30, 1e-5
QUESTION, NODE = torch.tensor([0, 0, 0, 1, 1]), torch.tensor([10, 11, 12, 10, 13])


def reached(score: Tensor, question: Tensor = QUESTION, node: Tensor = NODE) -> Reached:
    unused = torch.zeros(0)
    return Reached(question, node, score, unused, unused, unused, unused)


def loss(
    score: Tensor,
    nothing: Tensor,
    answers: list[tuple[int, int]],
    count: list[float],
    computed: tuple[bool, bool] = (False, False),
) -> Tensor:
    gold = Gold(torch.tensor(answers).view(-1, 2).T, torch.tensor(count), torch.tensor(computed))
    return answer_loss(reached(score), nothing, gold)


def test_by_hand() -> None:
    score = torch.tensor([0.5, 0.9, 0.2, 0.3, 0.6])
    found = loss(score, torch.tensor([0.1, 0.25]), [(0, 10), (0, 11)], [2.0, 0.0])
    first = -(log(0.5) + log(0.9) + log(1 - 0.2 * (1 - 0.1 * 0.3) + EPSILON)) / 2 - 0.7 * log(0.9 + EPSILON)
    second = -(log(1 - 0.75 * 0.3 + EPSILON) + log(1 - 0.75 * 0.6 + EPSILON)) - log(0.25)
    assert float(found) == pytest.approx((first + second) / 2, rel=1e-5)


def test_an_answer_that_was_not_reached_costs_what_a_zero_costs() -> None:
    found = loss(torch.zeros(5), torch.tensor([0.0, 0.5]), [(0, 10), (1, 99)], [1.0, 1.0])
    assert float(found) == pytest.approx(-log(TINY), rel=1e-4)


def test_computed_answers_that_no_path_reaches_teach_that_there_is_nothing_to_follow() -> None:
    score = torch.full((5,), 0.5, requires_grad=True)
    nothing = torch.tensor([0.2, 0.25], requires_grad=True)
    found = loss(score, nothing, [(0, 10), (1, 98), (1, 99)], [1.0, 2.0], (True, True))
    first = -log(0.5) - 2 * log(1 - 0.5 * (1 - 0.2 * 0.5) + EPSILON) - 0.5 * log(0.8 + EPSILON)
    second = -2 * log(1 - 0.75 * 0.5 + EPSILON) / 2 - log(0.25)
    assert float(found.detach()) == pytest.approx((first + second) / 2, rel=1e-5)
    found.backward()  # type: ignore[no-untyped-call]
    assert nothing.grad is not None
    assert nothing.grad.sign().tolist() == [-1, -1]


def test_gradients_raise_answers_and_lower_others() -> None:
    score = torch.full((5,), 0.5, requires_grad=True)
    nothing = torch.full((2,), 0.5, requires_grad=True)
    loss(score, nothing, [(0, 10)], [1.0, 0.0]).backward()  # type: ignore[no-untyped-call]
    assert score.grad is not None
    assert nothing.grad is not None
    assert score.grad.sign().tolist() == [-1, 1, 1, 1, 1]
    assert nothing.grad.sign().tolist() == [1, -1]


@pytest.mark.parametrize("logit", [-5.0, -30.0, -60.0])
def test_an_answer_that_is_hardly_reached_pulls_as_much_as_others(logit: float) -> None:
    """A path that got a probability of 1e-13 early in training never came back."""
    asked = torch.tensor(logit, requires_grad=True)
    score = torch.cat([asked.sigmoid()[None], torch.zeros(4)])
    loss(score, torch.tensor([0.5, 1.0]), [(0, 10)], [1.0, 0.0]).backward()  # type: ignore[no-untyped-call]
    assert asked.grad is not None
    assert float(asked.grad) == pytest.approx(-0.5, rel=0.01)


@pytest.mark.parametrize(("score", "answer", "sign"), [(0.9, 10, 1), (0.01, 10, -1), (0.9, 99, -1)])
def test_that_there_is_an_answer_is_learned_as_far_as_it_is_reached(score: float, answer: int, sign: int) -> None:
    """A wrong path is not made good by believing half that there is no answer."""
    nothing = torch.tensor([0.5, 1.0], requires_grad=True)
    scores = torch.tensor([score, 0.9, 0.9, 0.0, 0.0])
    loss(scores, nothing, [(0, answer)], [1.0, 0.0]).backward()  # type: ignore[no-untyped-call]
    assert nothing.grad is not None
    assert nothing.grad.sign()[0] == sign


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


def test_an_answer_that_is_hardly_reached_still_pulls() -> None:
    """The smaller its score, the stronger."""
    for tiny in (1e-5, 1e-9):
        score = torch.tensor([tiny, 0.0, 0.0, 0.0, 0.0], requires_grad=True)
        loss(score, torch.zeros(2), [(0, 10)], [1.0, 1.0]).backward()  # type: ignore[no-untyped-call]
        assert score.grad is not None
        assert float(score.grad[0]) == pytest.approx(-1 / tiny / 2, rel=1e-2)


def test_positions_of_nodes_that_were_and_were_not_reached() -> None:
    keys = torch.tensor([[0, 1, 1, 1, 2], [12, 10, 11, 13, 10]])
    assert _positions(keys, reached(torch.zeros(5))).tolist() == [2, 3, -1, 4, -1]
    none = torch.zeros(0, dtype=torch.long)
    assert _positions(keys, reached(torch.zeros(0), none, none)).tolist() == [-1] * 5
