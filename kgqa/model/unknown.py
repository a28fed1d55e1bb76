"""What a question would have no answer without: the name in it.

Questions about names that the graph does not know are rare among those that people train on, and then whatever else a
question says, such as a type, is taken for its mention. So every question that is understood is also asked as if
its mention were unknown: of what is left, that there is no answer should be the likeliest.
"""

from __future__ import annotations

import torch
from torch import Tensor

from kgqa.model.batch import QuestionBatch
from kgqa.model.loss import Gold, score_of_answers, surprisal
from kgqa.model.model import Reached, Scores
from kgqa.subgraph.keys import NODE_BITS

_WEIGHT = 0.3  # of a question without its mention, against one as it was asked
SURE = 0.5
"""The score of every answer of a question that is understood."""


def unknown_name_loss(batch: QuestionBatch, scores: Scores, known: Tensor) -> Tensor:
    """Mean over the questions of ``−log p(nothing)`` without the mention of the first branch, of those that are
    understood; 0 of the others.

    :param known: which are :func:`understood`. *Shape:* ``(questions,)``, bool.
    """
    left = ~_meant(batch, scores.candidate[0].detach())
    rivals = torch.zeros_like(scores.nothing).index_add(0, batch.question[left], scores.candidate[0][left])
    lost = surprisal(scores.nothing) - surprisal(scores.nothing + rivals)
    return _WEIGHT * (lost * known).sum() / len(known)


def understood(reached: Reached, gold: Gold) -> Tensor:
    """Which questions have answers, and reach all of them. *Shape:* ``(questions,)``, bool."""
    score = score_of_answers(reached, gold).detach()
    least = torch.ones_like(gold.count).scatter_reduce(0, gold.keys[0], score, "amin")
    return (least > SURE) & (gold.count > 0)


def _meant(batch: QuestionBatch, probability: Tensor) -> Tensor:
    """Which candidates would not be there if the likeliest one's name were unknown: those of its words that are called
    like that at least as well, and wherever else the same nodes are named. *Shape:* ``(candidates,)``, bool.

    :param probability: *Shape:* ``(candidates,)``.
    """
    best = torch.zeros(len(batch), device=probability.device).scatter_reduce(0, batch.question, probability, "amax")
    likeliest = probability == best[batch.question]
    similarity = batch.lexical[:, 0]
    one, other = batch.overlap
    alike = other[likeliest[one] & (similarity[other] >= similarity[one])]
    nodes = batch.question << NODE_BITS | batch.node
    return torch.isin(nodes, nodes[alike])
