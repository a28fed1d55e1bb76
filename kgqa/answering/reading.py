"""Reading questions: the model's soft scores on the subgraphs of a batch, and the programs that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch

from graphdb import Node
from indexing import Candidate
from kgqa.answering.programs import Branch, Choice, Scored, Span, likeliest
from kgqa.model import AskedQuestion, KGQAModel, StepTexts, make_batch, to_numpy
from kgqa.subgraph import Extraction, GraphView
from kgqa.subgraph.view import FloatArray, IntArray

_PROGRAMS = 8  # how many rival programs of a question are kept


@dataclass(frozen=True, slots=True)
class Reading:
    """How the model reads one question.

    :param choices: programs that may be meant, likeliest first.
    :param nothing: probability that the graph has no answer.
    :param scores: the soft score of every node that was reached.
    """

    question: str
    candidates: Sequence[Candidate]
    scored: Scored
    choices: Sequence[Choice]
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
    reached = model.read(batch, scores, view, settings)
    soft = _by_question(view, len(asked), *map(to_numpy, (reached.question, reached.node, reached.score)))
    candidate, relation = to_numpy(scores.candidate), to_numpy(reached.relation)
    starts = _starts(view, len(asked) * model.config.branches, to_numpy(reached.starts), to_numpy(reached.start))
    hop, passes, combine = map(to_numpy, (scores.hop, scores.seed_passes, scores.combine))
    live, nothing = to_numpy(reached.live), to_numpy(scores.nothing)
    ends = np.searchsorted(to_numpy(batch.question), np.arange(len(asked) + 1))
    readings = []
    for i, question in enumerate(asked):
        here = candidate[:, ends[i] : ends[i + 1]]
        here_starts = starts[i * len(here) : (i + 1) * len(here)]
        parts = zip(here, here_starts, relation[i], hop[i], passes[i], strict=True)
        branches = [Branch(*part) for part in parts][: int(live[i].sum())]
        scored = Scored(branches, combine[i])
        spans = [Span(c.node, c.start, c.end) for c in question.candidates]
        choices = likeliest(scored, spans, view.steps.steps, limit=_PROGRAMS)
        readings.append(Reading(question.text, question.candidates, scored, choices, float(nothing[i]), soft[i]))
    return readings


def _starts(
    view: GraphView, rows: int, starts: IntArray, probability: FloatArray
) -> list[dict[Node, list[tuple[int, float]]]]:
    """For each branch, the steps that each of its seeds may leave by, with their probabilities."""
    found: list[dict[Node, list[tuple[int, float]]]] = [{} for _ in range(rows)]
    for (row, node, step), p in zip(starts.T.tolist(), probability.tolist(), strict=True):
        found[row].setdefault(view.nodes[node], []).append((step, p))
    return found


def _by_question(
    view: GraphView, questions: int, owner: FloatArray, node: FloatArray, score: FloatArray
) -> list[dict[Node, float]]:
    reached = score > 0
    owner, node, score = owner[reached], node[reached], score[reached]
    ends = np.searchsorted(owner, np.arange(questions + 1)).tolist()
    nodes = [view.nodes[n] for n in node.tolist()]
    weights = np.minimum(score, 1.0).tolist()
    return [dict(zip(nodes[s:e], weights[s:e], strict=True)) for s, e in pairwise(ends)]
