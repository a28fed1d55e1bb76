"""Confidence from questions that a reader was not fitted to."""

from __future__ import annotations

import pytest

from kgqa.encoder import TextEncoder
from kgqa.reader import Candidates, Reader
from kgqa.reader.fitting import FitOptions, ReadingExample
from kgqa.training.unseen import _answered, unseen

TEXTS = ("capital of it", "rivers in it", "lakes in it")


def example(
    question: str, hits: tuple[bool | None, ...] = (False, True, None), *, answerable: bool = True
) -> ReadingExample:
    matches = tuple(bool(hit) for hit in hits)
    return ReadingExample(Candidates(question, TEXTS, (0.0,) * 3), "", matches, hits, None, answerable)


def test_every_question_is_read_once_by_a_reader_fitted_to_the_others(tiny: str) -> None:
    fitted: list[int] = []
    made: list[Reader] = []
    told: list[tuple[int, int]] = []

    def new_reader() -> Reader:
        made.append(Reader(TextEncoder.from_pretrained(tiny, rank=2)))
        return made[-1]

    def options(examples: int) -> FitOptions:
        fitted.append(examples)
        return FitOptions(epochs=1, batch=2)

    questions = [f"rivers of {name}" for name in ("ohio", "utah", "maine", "iowa", "texas", "idaho")]
    twice = [example(text) for text in [*questions, *questions]]  # what is asked twice is in one part
    found = unseen(twice, new_reader, options, progress=lambda done, total: told.append((done, total)))
    assert (fitted, told) == ([8, 8, 8], [(step, 12) for step in range(1, 13)])
    assert len({id(reader) for reader in made}) == 3
    assert len(found) == 12
    assert all(0.0 < chance <= 1.0 for chance, _ in found)


def test_without_examples_nothing_is_fitted() -> None:
    def new_reader() -> Reader:
        raise AssertionError("there is nothing to fit to")

    assert unseen([], new_reader, lambda _: FitOptions()) == []
    assert unseen([example("one question")], new_reader, lambda _: FitOptions()) == []


@pytest.mark.parametrize(
    ("hits", "chances", "sure"),
    [
        ((True, False, None), (0.5, 0.3, 0.1, 0.1), [(0.5, True)]),
        ((None, False, True), (0.5, 0.3, 0.1, 0.1), [(0.3, False)]),  # the next one where the likeliest has no answer
        ((None, None, None), (0.5, 0.3, 0.1, 0.1), []),
        ((None, True, True), (0.96, 0.02, 0.01, 0.01), []),  # which is likelier by far
        ((True, False, None), (0.3, 0.1, 0.1, 0.5), []),  # probably none of them is meant
    ],
)
def test_what_is_answered(
    hits: tuple[bool | None, ...], chances: tuple[float, ...], sure: list[tuple[float, bool]]
) -> None:
    assert _answered(example("?", hits), chances) == sure
