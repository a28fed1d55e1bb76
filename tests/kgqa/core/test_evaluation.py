"""What an evaluation says of confidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import pytest

from graphdb import Hop, Step
from graphdb import Path as Path_
from kgqa.answering import Answer, AnyAnswerer
from kgqa.answering.answer import AnsweredNode
from kgqa.evaluation import evaluate
from kgqa.examples import Example
from kgqa.questions import GoldAnswers, Question
from kgqa.training.reading import _calibrated

RIGHT = Answer("?", (AnsweredNode("a", "a"),), confidence=0.8, program=Path_("a", (Hop(Step("r")),)))
EMPTY = replace(RIGHT.held_back("the graph has nothing of that kind"), confidence=0.9)


class Saying:
    """Says the same whatever is asked."""

    abstain_below = 0.0

    def __init__(self, *answers: Answer) -> None:
        self.answers = answers

    def answer(self, questions: Sequence[str], *_: object, **__: object) -> list[Answer]:
        return list(self.answers[: len(questions)])


def example(*answers: str) -> Example:
    gold = GoldAnswers(tuple(frozenset({answer}) for answer in answers))
    return Example(Question("1", "?", answers), gold, ())


def test_what_has_no_answer_to_give_says_nothing_of_confidence() -> None:
    examples = [example("a"), example()]
    report = evaluate(cast(AnyAnswerer, Saying(RIGHT, EMPTY)), examples)
    assert report.calibration_error == pytest.approx(0.2)
    assert (report.abstention_precision, report.abstention_recall) == (1.0, 1.0)
    assert [point.coverage for point in report.risk_coverage] == [1.0]


def test_questions_that_a_reader_had_not_seen_tell_what_confidence_means() -> None:
    alone = _calibrated([example("a")], [RIGHT], [])
    wrong = [(0.8, i % 2 == 0) for i in range(200)]
    assert alone(0.8) > 0.75
    assert _calibrated([example("a")], [RIGHT], wrong)(0.8) == pytest.approx(0.5, abs=0.05)
    assert _calibrated([], [], [])(0.8) == pytest.approx(0.8)
