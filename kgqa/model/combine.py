"""Branches: where each starts, and how what they reach is combined.

One follow chain per mention, intersected by the element-wise minimum, is Sen et al., *Expanding End-to-End Question
Answering on Differentiable Knowledge Graphs with Intersection*, EMNLP 2021 (section 3.2). Union and difference are the
other operations of the same fuzzy sets, and which of them is meant is learned from the answers too.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch_geometric.data import Data

from graphdb import SetOperation
from kgqa.model.batch import QuestionBatch
from kgqa.subgraph.keys import NODE_BITS, NODE_MASK

_NEGLIGIBLE = 1e-2  # a branch that is needed with less probability is not followed
_UNNAMED = 1e-12  # the least probability that something is named


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way to combine branches: nothing but the first one, or an operation on the first few."""

    operation: SetOperation | None
    branches: int


def outcomes(branches: int) -> tuple[Outcome, ...]:
    """The ways to combine up to so many branches."""
    several = range(2, branches + 1)
    ways = [Outcome(None, 1)]
    ways += [Outcome(SetOperation.INTERSECTION, n) for n in several]
    ways += [Outcome(SetOperation.UNION, n) for n in several]
    ways += [Outcome(SetOperation.DIFFERENCE, 2)] if branches > 1 else []
    return tuple(ways)


def possible(combine: Tensor, named: Tensor) -> Tensor:
    """The probability of each outcome, given that branches can only be combined where so much is named.

    What is asked and what is named are learned apart: a question that names one thing tells nothing about how its
    words would combine two.

    :param combine: logits of the outcomes. *Shape:* ``(questions, outcomes)``.
    :param named: probability that each branch has a mention. *Shape:* ``(questions, branches)``.
    """
    every = named.clamp(min=_UNNAMED).log().cumsum(1)
    return (combine + every[:, [outcome.branches - 1 for outcome in outcomes(named.shape[1])]]).softmax(-1)


@dataclass(frozen=True, slots=True)
class BranchSeeds:
    """Where the branches of a batch start: those that matter, as rows numbered ``question * branches + branch``.

    :param row: *Shape:* ``(seeds,)``, int64; ascending.
    :param node: local id in the view. *Shape:* ``(seeds,)``, int64.
    :param at: which candidate of which branch, into the flat ``candidate`` of the scores. *Shape:* ``(seeds,)``, int64.
    :param live: whether a branch is followed. *Shape:* ``(questions, branches)``, bool.
    """

    row: Tensor
    node: Tensor
    at: Tensor
    live: Tensor


def branch_seeds(batch: QuestionBatch, combine: Tensor, branches: int) -> BranchSeeds:
    """The seeds of every branch that some likely outcome needs.

    :param combine: probability of each outcome. *Shape:* ``(questions, outcomes)``.
    """
    needs = [[float(branch < outcome.branches) for branch in range(branches)] for outcome in outcomes(branches)]
    live = combine.detach() @ combine.new_tensor(needs) > _NEGLIGIBLE
    live[:, 0] = True
    n = len(batch.question)
    row = batch.question[None, :] * branches + torch.arange(branches, device=live.device)[:, None]
    at = torch.arange(branches * n, device=live.device)[live.T[:, batch.question].flatten()]
    at = at[torch.argsort(row.flatten()[at], stable=True)]
    return BranchSeeds(row.flatten()[at], batch.node.repeat(branches)[at], at, live)


def combine_branches(score: Tensor, data: Data, combine: Tensor, branches: int) -> tuple[Tensor, Tensor, Tensor]:
    """The nodes that the questions' branches reach together.

    :param score: of the nodes of each branch. *Shape:* ``(nodes,)``.
    :param data: the extracted subgraphs, one for each row of :class:`BranchSeeds`.
    :param combine: probability of each outcome. *Shape:* ``(questions, outcomes)``.
    :returns: question, local id and score of each node that any branch of a question reaches, by question and id.
        *Shape:* ``(reached,)`` each.
    """
    if branches == 1:
        return data.batch, data.node, score
    question, branch = data.batch // branches, data.batch % branches
    keys, place = torch.unique(question << NODE_BITS | data.node, return_inverse=True)
    y = score.new_zeros(branches, len(keys)).index_put((branch, place), score)
    owner = keys >> NODE_BITS
    combined = torch.zeros_like(y[0])
    for i, outcome in enumerate(outcomes(branches)):
        combined = combined + combine[owner, i] * _apply(outcome, y)
    return owner, keys & NODE_MASK, combined


def _apply(outcome: Outcome, y: Tensor) -> Tensor:
    part = y[: outcome.branches]
    match outcome.operation:
        case SetOperation.INTERSECTION:
            return part.amin(0)
        case SetOperation.UNION:
            return part.amax(0)
        case SetOperation.DIFFERENCE:
            return torch.minimum(part[0], 1 - part[1])
        case None:
            return part[0]
