"""Examples: questions with the candidates of their mentions and the nodes of their answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from graphdb import GraphStore
from indexing import AliasIndex, Candidate, SurfaceKind
from kgqa.questions import GoldAnswers, Question, resolve_answers

_LOOKUP = 256


class EntitySource(StrEnum):
    """Where the entities of a question come from."""

    RESOLVE = "resolve"  # from its text
    GOLD = "gold"  # from the topic that its file names


@dataclass(frozen=True, slots=True)
class Example:
    """One question, ready for the model."""

    question: Question
    gold: GoldAnswers
    candidates: Sequence[Candidate]

    @property
    def text(self) -> str:
        return self.question.question


@dataclass(frozen=True, slots=True)
class Examples:
    """Examples, and how many questions could not be used for training, by reason."""

    items: Sequence[Example]
    unusable: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.items)


def prepare(
    questions: Sequence[Question],
    store: GraphStore,
    index: AliasIndex | None,
    *,
    entities: EntitySource = EntitySource.RESOLVE,
    question_words: Collection[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> list[Example]:
    """Look up the candidates of every question and the nodes of its answers.

    :param index: where candidates are looked up; ``None`` leaves them out, for a caller that looks them up later.
    :param question_words: words that questions are made of, see :func:`indexing.frequent_words`.
    :param progress: called with the number of questions done and of all.
    """
    gold = resolve_answers(store, questions)
    candidates: list[Sequence[Candidate]] = []
    for i in range(0, len(questions), _LOOKUP):
        part = questions[i : i + _LOOKUP]
        if entities is EntitySource.GOLD:
            candidates += [_topic(q) for q in part]
        elif index is None:
            candidates += [()] * len(part)
        else:
            candidates += index.candidates([q.question for q in part], question_words=question_words)
        if progress:
            progress(len(candidates), len(questions))
    return [Example(q, g, c) for q, g, c in zip(questions, gold, candidates, strict=True)]


def usable(examples: Sequence[Example]) -> Examples:
    """The examples that can teach something: with a candidate, and with answers that the graph has (or none at all)."""
    unusable = {
        "without any candidate entity": 0,
        "answered with rows, which no path leads to": 0,
        "with answers that the graph does not have": 0,
    }
    items = []
    for example in examples:
        if not example.candidates:
            unusable["without any candidate entity"] += 1
        elif any(isinstance(answer, tuple) for answer in example.question.answers):
            unusable["answered with rows, which no path leads to"] += 1
        elif not example.gold.nodes and not example.gold.unanswerable:
            unusable["with answers that the graph does not have"] += 1
        else:
            items.append(example)
    return Examples(items, {reason: n for reason, n in unusable.items() if n})


def _topic(question: Question) -> list[Candidate]:
    return [
        Candidate(0, len(question.question), key, question.question, SurfaceKind.NAME, 1.0) for key in question.topic
    ]
