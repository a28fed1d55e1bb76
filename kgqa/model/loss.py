"""The loss: answers alone, un-normalised.

A loss that normalises by the mass that survives extraction reads 0 while the true path has probability 0.01, because
extraction in training is informed by the answers. So every answer's score should be 1 and every other reached node's 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch_geometric.data import Data

from kgqa.model.model import Scores
from kgqa.subgraph.extract import positions

_EPSILON = 1e-5


@dataclass(frozen=True, slots=True)
class Gold:
    """The answers of a batch.

    :param keys: question and local id of each answer. *Shape:* ``(2, answers)``, int64.
    :param count: how many answers each question has. *Shape:* ``(questions,)``, float32.
    """

    keys: Tensor
    count: Tensor


def answer_loss(score: Tensor, scores: Scores, data: Data, gold: Gold) -> Tensor:
    """Mean over the questions of ``(Σ_answers −log y + Σ_others −log(1 − y)) / answers``, and ``−log p(nothing)`` for
    the questions that have no answer.

    :param score: the nodes' scores. *Shape:* ``(nodes,)``.
    """
    at = positions(gold.keys, data)
    reached = at >= 0
    y = torch.where(reached, score[at.clamp(min=0)], score.new_zeros(()))
    others = torch.ones_like(score, dtype=torch.bool)
    others[at[reached]] = False
    per_question = 1 / gold.count.clamp(min=1)
    missed = (-(y + _EPSILON).log() * per_question[gold.keys[0]]).sum()
    wrong = (-(1 - score[others] + _EPSILON).log() * per_question[data.batch[others]]).sum()
    empty = gold.count == 0
    unanswered = -(scores.nothing[empty] + _EPSILON).log().sum()
    return (missed + wrong + unanswered) / len(gold.count)
