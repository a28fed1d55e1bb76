"""Evaluation: answers against known answers, with the figures of the field and what they cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from indexing import Candidate
from kgqa.answering import Answer, Answerer, AskOptions
from kgqa.examples import Example


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over a set of questions; all but the counts are shares from 0 to 1.

    :param questions: how many there are.
    :param hits_at_1: the best answer is right; for a question without an answer, none was given.
    :param f1: of the answer set, mean over the questions.
    :param exact_match: the answer set is right, whole and with nothing else.
    :param entity_accuracy: the mention was resolved to a topic entity, over the questions that name their topic and
        were read at all; ``None`` if none does.
    :param abstained: no answer was given.
    """

    questions: int
    hits_at_1: float
    f1: float
    exact_match: float
    entity_accuracy: float | None
    abstained: float

    def to_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Report:
    """What an evaluation found.

    :param overall: over all questions.
    :param groups: the same for each group of questions (per hop, operator, …) in the file.
    :param facts_per_question: facts read from the graph to decide, mean.
    :param latency_ms: p50, p95 and p99 of single questions asked one by one, in milliseconds.
    :param questions_per_second: asked in batches, with the look-up of candidates.
    """

    overall: Figures
    groups: dict[str, Figures]
    facts_per_question: float
    latency_ms: dict[str, float] = field(default_factory=dict)
    questions_per_second: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        return {
            **self.overall.to_dict(),
            "facts_per_question": self.facts_per_question,
            "latency_ms": self.latency_ms,
            "questions_per_second": self.questions_per_second,
            "groups": {name: figures.to_dict() for name, figures in self.groups.items()},
        }


def evaluate(
    answerer: Answerer,
    examples: Sequence[Example],
    *,
    batch_size: int = 64,
    look_up: bool = True,
    latency_sample: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Ask every question and compare.

    :param look_up: look up candidates as for a new question; otherwise those of the examples are used.
    :param latency_sample: how many questions are asked once more, one by one, to time them.
    """
    options = AskOptions(evidence=0)
    answers: list[Answer] = []
    began = time.perf_counter()
    for i in range(0, len(examples), batch_size):
        part = examples[i : i + batch_size]
        known: list[Sequence[Candidate]] | None = None if look_up else [e.candidates for e in part]
        answers += answerer.answer([e.text for e in part], options, candidates=known)
        if progress:
            progress(len(answers), len(examples))
    seconds = time.perf_counter() - began
    return Report(
        overall=figures(examples, answers),
        groups=_grouped(examples, answers),
        facts_per_question=float(np.mean([a.facts_read for a in answers])) if answers else 0.0,
        latency_ms=latency(answerer, [e.text for e in examples[:latency_sample]]),
        questions_per_second=len(examples) / seconds if examples else 0.0,
    )


def latency(answerer: Answerer, questions: Sequence[str]) -> dict[str, float]:
    """p50, p95 and p99 of questions asked one by one with evidence, after a few to warm up; milliseconds."""
    if not questions:
        return {}
    for question in questions[:5]:
        answerer.answer([question])
    times = []
    for question in questions:
        began = time.perf_counter()
        answerer.answer([question])
        times.append(1000 * (time.perf_counter() - began))
    return {f"p{q}": float(np.percentile(times, q)) for q in (50, 95, 99)}


def figures(examples: Sequence[Example], answers: Sequence[Answer]) -> Figures:
    """The figures of answers to questions, in the same order."""
    if not examples:
        return Figures(0, 0.0, 0.0, 0.0, None, 0.0)
    pairs = list(zip(examples, answers, strict=True))
    entity = [a.mentions[0].meaning.node in e.question.topic for e, a in pairs if e.question.topic and a.mentions]
    return Figures(
        questions=len(pairs),
        hits_at_1=_mean([_hit(e, a) for e, a in pairs]),
        f1=_mean([e.gold.f1(a.nodes) for e, a in pairs]),
        exact_match=_mean([e.gold.matches(a.nodes) for e, a in pairs]),
        entity_accuracy=_mean(entity) if entity else None,
        abstained=_mean([a.abstained for _, a in pairs]),
    )


def _hit(example: Example, answer: Answer) -> bool:
    if example.gold.unanswerable:
        return not answer.answers
    return bool(answer.answers) and answer.answers[0].node in example.gold


def _grouped(examples: Sequence[Example], answers: Sequence[Answer]) -> dict[str, Figures]:
    groups: dict[str, list[int]] = {}
    for i, example in enumerate(examples):
        if example.question.group:
            groups.setdefault(example.question.group, []).append(i)
    return {name: figures([examples[i] for i in at], [answers[i] for i in at]) for name, at in sorted(groups.items())}


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))
