"""Reading questions: the model's soft scores on the subgraphs of a batch, and the programs that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor

from graphdb import Node
from indexing import Candidate
from kgqa.answering.programs import Program, Scored, likeliest
from kgqa.model import AskedQuestion, KGQAModel, StepTexts, make_batch
from kgqa.subgraph import Extraction, GraphView, Guide, Seeds, extract
from kgqa.subgraph.extract import to_device
from kgqa.subgraph.view import FloatArray

_PROGRAMS = 8  # how many rival programs of a question are kept


@dataclass(frozen=True, slots=True)
class Reading:
    """How the model reads one question.

    :param programs: likeliest first.
    :param nothing: probability that the graph has no answer.
    :param scores: the soft score of every node that was reached.
    """

    question: str
    candidates: Sequence[Candidate]
    scored: Scored
    programs: Sequence[Program]
    nothing: float
    scores: dict[Node, float]


@torch.inference_mode()
def read_questions(
    asked: Sequence[AskedQuestion], view: GraphView, model: KGQAModel, texts: StepTexts, settings: Extraction
) -> list[Reading]:
    """Score a batch of questions, following the likely relations on the live graph."""
    if model.training:
        model.eval()
    batch = make_batch(asked, view, model.encoder)
    scores = model.score(batch, texts)
    owner, probability, passes = _numpy(batch.question), _numpy(scores.candidate), _numpy(scores.seed_passes)
    seeds = Seeds(owner, _numpy(batch.node), probability)
    hop = _numpy(scores.hop)
    data = extract(view, seeds, Guide(_numpy(scores.relation), hop, passes), settings=settings)
    followed = model.follow(scores, to_device(data, model.encoder.device))
    relation, nothing = _numpy(followed.relation), _numpy(scores.nothing)
    soft = _by_question(view, len(asked), _numpy(data.batch), _numpy(data.node), _numpy(followed.score))
    ends = np.searchsorted(owner, np.arange(len(asked) + 1))
    readings = []
    for i, question in enumerate(asked):
        scored = Scored(probability[ends[i] : ends[i + 1]], relation[i], hop[i], passes[i])
        nodes = [c.node for c in question.candidates]
        programs = likeliest(scored, nodes, view.steps.steps, limit=_PROGRAMS)
        readings.append(Reading(question.text, question.candidates, scored, programs, float(nothing[i]), soft[i]))
    return readings


def _by_question(
    view: GraphView, questions: int, owner: FloatArray, node: FloatArray, score: FloatArray
) -> list[dict[Node, float]]:
    reached = score > 0
    owner, node, score = owner[reached], node[reached], score[reached]
    ends = np.searchsorted(owner, np.arange(questions + 1)).tolist()
    nodes = [view.nodes[n] for n in node.tolist()]
    weights = np.minimum(score, 1.0).tolist()
    return [dict(zip(nodes[s:e], weights[s:e], strict=True)) for s, e in pairwise(ends)]


def _numpy(tensor: Tensor) -> Any:
    return tensor.detach().cpu().numpy()
