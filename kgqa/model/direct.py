"""What a single step explains: a question whose answers are just the neighbours of a candidate by one step.

A long path that reaches the answers beside others can become so sure of itself that the direct one has no probability
left to be found by: the score of an answer sums over paths, and the gradient of a sum goes to where most of it comes
from. Where the answers show which step is meant, its own log-likelihood is learned (maximum marginal likelihood over
the programs that are consistent with the answers; Guu et al., *From Language to Programs*, ACL 2017, equation 5), until
the question is understood.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from kgqa.model.batch import QuestionBatch
from kgqa.model.loss import Gold, surprisal
from kgqa.model.model import Reached, Scores, to_numpy
from kgqa.model.unknown import SURE
from kgqa.subgraph import GraphView
from kgqa.subgraph.keys import NODE_BITS

_WEIGHT = 0.3  # of the likelihood of the step, against that of the answers


def direct_loss(
    batch: QuestionBatch, scores: Scores, reached: Reached, known: Tensor, gold: Gold, view: GraphView
) -> Tensor:
    """Mean over the questions of ``−log Σ p(candidate) p(step) p(one hop)`` over the candidates and steps that lead to
    the answers and to nothing else, of those that have any and are not understood, or reach more than their answers.

    :param known: which are :func:`kgqa.model.understood`. *Shape:* ``(questions,)``, bool.
    """
    sure = reached.question[reached.score.detach() > SURE]
    wanted = ~known | (torch.bincount(sure, minlength=len(batch)) > gold.count)
    candidate, step, explains = _steps_of_candidates(batch, view, gold)
    explains &= wanted[batch.question[candidate]]
    if not bool(explains.any()):
        return scores.hop.new_zeros(())
    question = batch.question[candidate]
    logits = scores.relation[question, 0, 0, step]
    log_step = logits - _logsumexp(logits, candidate, len(batch.question))[candidate]
    alone = scores.hop[:, 0, 0] * scores.combine[:, 0]
    whole = log_step - surprisal(scores.candidate[0])[candidate] - surprisal(alone)[question]
    explained, at = torch.unique(question[explains], return_inverse=True)
    return -_WEIGHT * _logsumexp(whole[explains], at, len(explained)).sum() / len(batch)


def _steps_of_candidates(batch: QuestionBatch, view: GraphView, gold: Gold) -> tuple[Tensor, Tensor, Tensor]:
    """The steps that each candidate has, and whether they lead to the answers of its question and to nothing else.

    :returns: candidate, step and whether. *Shape:* ``(rows,)`` each; int64, int64, bool.
    """
    question, node = to_numpy(batch.question), to_numpy(batch.node)
    entry, rows = view.rows_of(node)
    degree = view.degrees_of(rows)
    fits = np.flatnonzero((degree == to_numpy(gold.count)[question[entry]]) & (degree <= view.fan_out))
    base, target = view.expand(rows[fits])
    of_question, answer = to_numpy(gold.keys)
    right = np.isin(question[entry[fits]][base] << NODE_BITS | target, of_question << NODE_BITS | answer)
    explains = np.zeros(len(rows), dtype=np.bool_)
    explains[fits] = np.bincount(base, weights=right, minlength=len(fits)) == degree[fits]
    device = batch.question.device
    found = (torch.from_numpy(entry), torch.from_numpy(view.steps_of(rows)), torch.from_numpy(explains))
    return found[0].to(device), found[1].to(device), found[2].to(device)


def _logsumexp(values: Tensor, group: Tensor, groups: int) -> Tensor:
    """The logarithm of the sum of exponentials within groups. *Shape:* ``(groups,)``."""
    peak = values.new_full((groups,), -torch.inf).scatter_reduce(0, group, values.detach(), "amax")
    return values.new_zeros(groups).index_add(0, group, (values - peak[group]).exp()).log() + peak
