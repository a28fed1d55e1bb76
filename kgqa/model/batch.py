"""Questions as the model's input: tokens, and the candidates that the alias index offers with their features."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from graphdb import EntityType, Step
from graphdb.values import TYPE_RELATION
from indexing import Candidate, SurfaceKind
from kgqa.encoder import TextEncoder, Tokens
from kgqa.subgraph import GraphView
from kgqa.subgraph.view import FloatArray, IntArray

KINDS = tuple(SurfaceKind)
LEXICAL = 11 + len(KINDS)
"""How many lexical features a candidate has."""


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question and the candidates for its mentions."""

    text: str
    candidates: Sequence[Candidate]


@dataclass(frozen=True, slots=True)
class QuestionBatch:
    """A batch of questions as tensors.

    :param tokens: the questions.
    :param question: which question each candidate belongs to. *Shape:* ``(candidates,)``, int64.
    :param node: the candidate's local id in the view. *Shape:* ``(candidates,)``, int64.
    :param first: the first token of the span. *Shape:* ``(candidates,)``, int64.
    :param last: the last token of the span. *Shape:* ``(candidates,)``, int64.
    :param place: where the span starts, from 0 to 1 over the question. *Shape:* ``(candidates,)``.
    :param lexical: *Shape:* ``(candidates, LEXICAL)``.
    :param overlap: pairs of candidates of one question whose spans share a character, both ways round and each with
        itself. *Shape:* ``(2, pairs)``, int64.
    :param signature_index: candidate and step of each step that a candidate has. *Shape:* ``(2, n)``, int64.
    :param signature_weight: log of the number of its facts. *Shape:* ``(n,)``.
    :param type_index: candidate and type (row of ``type_texts``) of each of its types. *Shape:* ``(2, m)``, int64.
    :param type_texts: the types that occur, in words.
    """

    tokens: Tokens
    question: Tensor
    node: Tensor
    first: Tensor
    last: Tensor
    place: Tensor
    lexical: Tensor
    overlap: Tensor
    signature_index: Tensor
    signature_weight: Tensor
    type_index: Tensor
    type_texts: tuple[str, ...]

    def __len__(self) -> int:
        return self.tokens.ids.shape[0]

    def to(self, device: torch.device) -> QuestionBatch:
        """The same on a device (the tokens are made there)."""
        moved: dict[str, Any] = {
            name: value.to(device) for name in self.__slots__ if isinstance(value := getattr(self, name), Tensor)
        }
        return replace(self, **moved)


def make_batch(questions: Sequence[AskedQuestion], view: GraphView, encoder: TextEncoder) -> QuestionBatch:
    """Tokenise the questions and describe their candidates by the relations and types around them."""
    tokens = encoder.tokenize([q.text for q in questions])
    owner = np.array([i for i, q in enumerate(questions) for _ in q.candidates], dtype=np.int64)
    node = view.ids_of([c.node for q in questions for c in q.candidates])
    first, last = _token_spans(questions, tokens)
    unique, inverse = np.unique(node, return_inverse=True)
    entry, rows = view.rows_of(unique)
    steps, degrees = view.steps_of(rows), view.degrees_of(rows)
    total = np.bincount(entry, weights=degrees, minlength=len(unique))
    signature, weight = _spread(entry, steps, np.log1p(degrees).astype(np.float32), inverse)
    type_index, type_texts = _types(view, entry, rows, inverse)
    return QuestionBatch(
        tokens=tokens,
        question=torch.from_numpy(owner),
        node=torch.from_numpy(node),
        first=torch.from_numpy(first),
        last=torch.from_numpy(last),
        place=torch.tensor([c.start / len(q.text) for q in questions for c in q.candidates], dtype=torch.float32),
        lexical=torch.tensor(
            _lexical(questions, np.log1p(total).astype(np.float32)[inverse]), dtype=torch.float32
        ).view(-1, LEXICAL),
        overlap=torch.from_numpy(_overlaps(questions)),
        signature_index=torch.from_numpy(signature),
        signature_weight=torch.from_numpy(weight),
        type_index=torch.from_numpy(type_index),
        type_texts=type_texts,
    ).to(encoder.device)


def _token_spans(questions: Sequence[AskedQuestion], tokens: Tokens) -> tuple[IntArray, IntArray]:
    """The tokens of each candidate's span; what was cut off the end of a long question falls on its last token."""
    first: list[int] = []
    last: list[int] = []
    for question, offsets in zip(questions, tokens.offsets, strict=True):
        real = [k for k, (s, e) in enumerate(offsets) if e > s] or [0]
        starts = [offsets[k][0] for k in real]
        for c in question.candidates:
            first.append(real[max(int(np.searchsorted(starts, c.start, side="right")) - 1, 0)])
            last.append(real[max(int(np.searchsorted(starts, c.end - 1, side="right")) - 1, 0)])
    return np.array(first, dtype=np.int64), np.array(last, dtype=np.int64)


def _overlaps(questions: Sequence[AskedQuestion]) -> IntArray:
    pairs: list[IntArray] = [np.zeros((2, 0), dtype=np.int64)]
    offset = 0
    for question in questions:
        start = np.array([c.start for c in question.candidates], dtype=np.int64)
        end = np.array([c.end for c in question.candidates], dtype=np.int64)
        shared = (start[:, None] < end[None, :]) & (start[None, :] < end[:, None])
        pairs.append(np.stack(np.nonzero(shared)) + offset)
        offset += len(start)
    return np.concatenate(pairs, axis=1)


def _lexical(questions: Sequence[AskedQuestion], log_degree: FloatArray) -> list[list[float]]:
    features: list[list[float]] = []
    for question in questions:
        same_span = Counter((c.start, c.end) for c in question.candidates)
        spans: dict[tuple[int, int], float] = {}
        for c in question.candidates:
            spans[c.start, c.end] = max(spans.get((c.start, c.end), 0.0), c.similarity)
        for c in question.candidates:
            length = max(c.end - c.start, 1)
            longer = (p for (s, e), p in spans.items() if s <= c.start and c.end <= e and e - s > length)
            around = max(longer, default=0.0)  # of a longer mention that it would only be a part of
            features.append(
                [
                    c.similarity,
                    float(c.exact),
                    float(question.text[c.start : c.end] == c.surface),
                    length / 20,
                    math.log(length),
                    around,
                    math.log(same_span[c.start, c.end]),
                    length / max(len(c.surface), 1) - 1,
                    float(log_degree[len(features)]) / 5,
                    c.least_asked,
                    c.least_known,
                    *(float(c.kind is kind) for kind in KINDS),
                ]
            )
    return features


def _spread(entry: IntArray, item: IntArray, weight: FloatArray, inverse: IntArray) -> tuple[IntArray, FloatArray]:
    """From items of distinct nodes to items of candidates (several candidates may be the same node)."""
    count = np.bincount(entry, minlength=int(inverse.max(initial=-1)) + 1)
    start = np.cumsum(count) - count
    base = np.repeat(np.arange(len(inverse)), count[inverse])
    offset = np.arange(len(base)) - np.repeat(np.cumsum(count[inverse]) - count[inverse], count[inverse])
    at = start[inverse][base] + offset
    return np.stack([base, item[at]]), weight[at].astype(np.float32)


def _types(view: GraphView, entry: IntArray, rows: IntArray, inverse: IntArray) -> tuple[IntArray, tuple[str, ...]]:
    step = view.steps.ids.get(Step(TYPE_RELATION))
    if step is None:
        return np.zeros((2, 0), dtype=np.int64), ()
    typed = view.steps_of(rows) == step
    base, target = view.expand(rows[typed])
    types, item = np.unique(target, return_inverse=True)
    texts = tuple(view.steps.type_text(t) for t in (view.nodes[i] for i in types.tolist()) if isinstance(t, EntityType))
    index, _ = _spread(entry[typed][base], item, np.ones(len(base), dtype=np.float32), inverse)
    return index, texts
