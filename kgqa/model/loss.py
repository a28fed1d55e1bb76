"""The loss: answers alone, un-normalised.

A loss that normalises by the mass that survives extraction reads 0 while the true path has probability 0.01, because
extraction in training is informed by the answers. So every answer's score should be 1 and every other reached node's 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from kgqa.model.model import Reached, Scores
from kgqa.subgraph.keys import NODE_BITS

_TINY = 1e-30  # an answer that is hardly reached yet still pulls
_EPSILON = 1e-5
# what it costs to combine branches, and to take another hop: the simplest of the programs that explain the answers is
# meant, and a path that goes there and back explains them as well as the direct one
_SEVERAL, _HOP = 0.05, 0.05


@dataclass(frozen=True, slots=True)
class Gold:
    """The answers of a batch.

    :param keys: question and local id of each answer. *Shape:* ``(2, answers)``, int64.
    :param count: how many answers each question has. *Shape:* ``(questions,)``, float32.
    :param computed: whether they may have been computed, such as a number that was counted: if no path is found to
        reach them, there is none. *Shape:* ``(questions,)``, bool.
    """

    keys: Tensor
    count: Tensor
    computed: Tensor


def answer_loss(reached: Reached, nothing: Tensor, gold: Gold) -> Tensor:
    """Mean over the questions of ``(Σ_answers −log y + Σ_others −log(1 − y)) / answers``, and ``−log p(nothing)`` for
    the questions that have no answer, or computed ones that no path was found to reach.

    Whether there is an answer is learned apart from what it is, by ``−log(1 − p(nothing))``, as far as the answers are
    reached: otherwise a wrong path is made good by half believing that there is none, and the right one is never looked
    for. As far as they are not, that may be for want of the name, and ``p(nothing)`` lowers the ``y`` of the others.

    :param reached: if there is an answer.
    :param nothing: probability that no path leads to an answer. *Shape:* ``(questions,)``.
    """
    score = reached.score
    at = _positions(gold.keys, reached)
    found = torch.zeros_like(gold.count).index_add(0, gold.keys[0], (at >= 0).to(gold.count.dtype))
    empty = (gold.count == 0) | (gold.computed & (found == 0))
    counted = ~empty[gold.keys[0]]
    at, keys = at[counted], gold.keys[:, counted]
    y = _scores_at(score, at)
    others = torch.ones_like(score, dtype=torch.bool)
    others[at[at >= 0]] = False
    per_question = 1 / gold.count.clamp(min=1)
    missed = (surprisal(y) * per_question[keys[0]]).sum()
    share = torch.zeros_like(gold.count).index_add(0, keys[0], y.detach() * per_question[keys[0]]).clamp(max=1)
    question = reached.question[others]
    weighed = score[others] * (1 - nothing * (1 - share))[question]
    wrong = (-(1 - weighed + _EPSILON).log() * per_question[question]).sum()
    answered = -(share * (1 - nothing + _EPSILON).log()).sum()
    return (missed + wrong + surprisal(nothing[empty]).sum() + answered) / len(gold.count)


def simplicity_loss(scores: Scores) -> Tensor:
    """What it costs, as a mean over the questions, to read several branches and long paths into them."""
    further = torch.arange(scores.hop.shape[-1], device=scores.hop.device, dtype=scores.hop.dtype)
    return _SEVERAL * (1 - scores.combine[:, 0]).mean() + _HOP * (scores.hop @ further).mean()


def surprisal(probability: Tensor) -> Tensor:
    """``−log p``, finite at 0."""
    return -(probability + _TINY).log()


def score_of_answers(reached: Reached, gold: Gold) -> Tensor:
    """The score of every answer, 0 where it was not reached. *Shape:* ``(answers,)``."""
    return _scores_at(reached.score, _positions(gold.keys, reached))


def _scores_at(score: Tensor, at: Tensor) -> Tensor:
    if not len(score):
        return score.new_zeros(at.shape)
    return torch.where(at >= 0, score[at.clamp(min=0)], score.new_zeros(()))


def _positions(keys: Tensor, reached: Reached) -> Tensor:
    """Where each (question, local id) pair stands among the nodes that were reached; -1 where it was not.

    :param keys: *Shape:* ``(2, n)``, int64.
    :returns: *Shape:* ``(n,)``, int64.
    """
    known = reached.question << NODE_BITS | reached.node
    wanted = keys[0] << NODE_BITS | keys[1]
    if not len(known):
        return torch.full_like(wanted, -1)
    at = torch.searchsorted(known, wanted).clamp(max=len(known) - 1)
    return torch.where(known[at] == wanted, at, torch.full_like(at, -1))
