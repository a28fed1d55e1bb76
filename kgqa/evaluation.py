"""Evaluation: answers against known answers, with the figures of the field and what they cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from graphdb import html
from indexing import Candidate
from kgqa.answering import Answer, AnyAnswerer, AskOptions
from kgqa.calibration import RiskPoint, calibration_error, risk_coverage
from kgqa.examples import Example


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over a set of questions; all but the counts are shares from 0 to 1.

    :param questions: how many there are.
    :param hits_at_1: the best answer is right; for a question without an answer, none was given.
    :param f1: of the answer set, mean over the questions.
    :param exact_match: the answer set is right, whole and with nothing else.
    :param entity_accuracy: every mention was resolved to a topic entity, over the questions that name their topic and
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
    :param calibration_error: expected calibration error: how far the confidence of the best answers is from the share
        of them that is right, mean over ten bins; of all questions that there is some answer to.
    :param risk_coverage: how many answers would be wrong if only the surest questions were answered.
    :param abstention_precision: share of the questions without an answer given that have none; ``None`` if all were
        answered.
    :param abstention_recall: share of the questions that have no answer for which none was given; ``None`` if all
        have one.
    :param latency_ms: p50, p95 and p99 of single questions asked one by one, in milliseconds.
    :param questions_per_second: asked in batches, with the look-up of candidates.
    """

    overall: Figures
    groups: dict[str, Figures]
    facts_per_question: float
    calibration_error: float = 0.0
    risk_coverage: tuple[RiskPoint, ...] = ()
    abstention_precision: float | None = None
    abstention_recall: float | None = None
    latency_ms: dict[str, float] = field(default_factory=dict)
    questions_per_second: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        return {
            **self.overall.to_dict(),
            "facts_per_question": self.facts_per_question,
            "calibration_error": self.calibration_error,
            "risk_coverage": [asdict(point) for point in self.risk_coverage],
            "abstention_precision": self.abstention_precision,
            "abstention_recall": self.abstention_recall,
            "latency_ms": self.latency_ms,
            "questions_per_second": self.questions_per_second,
            "groups": {name: figures.to_dict() for name, figures in self.groups.items()},
        }

    def __str__(self) -> str:
        of = self.overall
        lines = [f"{of.questions:,} questions: hits@1 {of.hits_at_1:.3f}, F1 {of.f1:.3f}, exact {of.exact_match:.3f}"]
        lines += [f"{name}: {value}" for name, value in self._costs()]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """For notebooks."""
        columns = ("", *(name.replace("_", " ") for name in Figures.__slots__))
        rows = [(name, *figures.to_dict().values()) for name, figures in (*self.groups.items(), ("all", self.overall))]
        return html.table(columns, rows) + html.table((), self._costs())

    def _costs(self) -> list[tuple[str, str]]:
        latency = ", ".join(f"{name} {value:.1f}" for name, value in self.latency_ms.items())
        return [
            ("calibration error", f"{self.calibration_error:.3f}"),
            ("facts read per question", f"{self.facts_per_question:,.1f}"),
            *([("latency in ms", latency)] if latency else []),
            ("questions per second", f"{self.questions_per_second:,.1f}"),
        ]

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Report:
        """What :meth:`to_dict` gave."""
        return cls(
            overall=_figures(value),
            groups={name: _figures(of) for name, of in value["groups"].items()},
            facts_per_question=value["facts_per_question"],
            calibration_error=value["calibration_error"],
            risk_coverage=tuple(RiskPoint(**point) for point in value["risk_coverage"]),
            abstention_precision=value["abstention_precision"],
            abstention_recall=value["abstention_recall"],
            latency_ms=value["latency_ms"],
            questions_per_second=value["questions_per_second"],
        )


def _figures(value: Mapping[str, Any]) -> Figures:
    return Figures(**{name: value[name] for name in Figures.__slots__})


def evaluate(
    answerer: AnyAnswerer,
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
    began = time.perf_counter()
    sure = best_answers(answerer, examples, batch_size=batch_size, look_up=look_up, progress=progress)
    seconds = time.perf_counter() - began
    read = [(a.confidence, is_right(e, a)) for e, a in zip(examples, sure, strict=True) if not a.abstained]
    confidence, right = [c for c, _ in read], [r for _, r in read]
    answers = [a if a.confidence >= answerer.abstain_below else a.held_back() for a in sure]
    abstained = [a.abstained for a in answers]
    due = [e.gold.unanswerable for e in examples]
    both = sum(a and d for a, d in zip(abstained, due, strict=True))
    return Report(
        overall=figures(examples, answers),
        groups=_grouped(examples, answers),
        facts_per_question=float(np.mean([a.facts_read for a in answers])) if answers else 0.0,
        calibration_error=calibration_error(confidence, right),
        risk_coverage=risk_coverage(confidence, right),
        abstention_precision=both / sum(abstained) if any(abstained) else None,
        abstention_recall=both / sum(due) if any(due) else None,
        latency_ms=latency(answerer, [e.text for e in examples[:latency_sample]]),
        questions_per_second=len(examples) / seconds if examples else 0.0,
    )


def best_answers(
    answerer: AnyAnswerer,
    examples: Sequence[Example],
    *,
    batch_size: int = 64,
    look_up: bool = True,
    readings: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> list[Answer]:
    """The best answer to every question, however unsure; see :func:`evaluate`.

    :param readings: how many of the likeliest programs are listed, where paths are followed.
    """
    options = AskOptions(abstain_below=0.0, evidence=0, readings=readings)
    answers: list[Answer] = []
    for i in range(0, len(examples), batch_size):
        part = examples[i : i + batch_size]
        known: list[Sequence[Candidate]] | None = None if look_up else [e.candidates for e in part]
        answers += answerer.answer([e.text for e in part], options, candidates=known)
        if progress:
            progress(len(answers), len(examples))
    return answers


def latency(answerer: AnyAnswerer, questions: Sequence[str]) -> dict[str, float]:
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
    entity = [
        all(mention.meaning.node in e.question.topic for mention in a.mentions)
        for e, a in pairs
        if e.question.topic and a.mentions
    ]
    return Figures(
        questions=len(pairs),
        hits_at_1=_mean([_hit(e, a) for e, a in pairs]),
        f1=_mean([e.gold.f1(a.found) for e, a in pairs]),
        exact_match=_mean([e.gold.matches(a.found) for e, a in pairs]),
        entity_accuracy=_mean(entity) if entity else None,
        abstained=_mean([a.abstained for _, a in pairs]),
    )


def is_right(example: Example, answer: Answer) -> bool:
    """Whether the best answer is one of the known answers."""
    return bool(answer.answers) and answer.answers[0].found in example.gold


def _hit(example: Example, answer: Answer) -> bool:
    if example.gold.unanswerable:
        return not answer.answers
    return is_right(example, answer)


def _grouped(examples: Sequence[Example], answers: Sequence[Answer]) -> dict[str, Figures]:
    groups: dict[str, list[int]] = {}
    for i, example in enumerate(examples):
        if example.question.group:
            groups.setdefault(example.question.group, []).append(i)
    return {name: figures([examples[i] for i in at], [answers[i] for i in at]) for name, at in sorted(groups.items())}


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))
