"""Questions in other words: what stays, what changes, and what it depends on."""

from __future__ import annotations

import random
from collections.abc import Iterator
from types import SimpleNamespace
from typing import cast

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from graphdb import Entity
from graphdb.sql import SqlStore
from indexing import AliasIndex, Candidate, SurfaceKind
from kgqa.examples import Example
from kgqa.model import QuestionBatch, Scores
from kgqa.questions import GoldAnswers, Question
from kgqa.training.rewording import SHARE, in_other_words, mentions_of, reworded

WORDS = ["alpha", "beta"]
TEXT = "Which films did Tom Hanks's friend direct?"
NAME = (TEXT.index("Tom"), TEXT.index("'s"))

Spans = list[tuple[int, int]]


def example(text: str, *spans: tuple[int, int]) -> Example:
    candidates = [Candidate(s, e, text[s:e], text[s:e], SurfaceKind.NAME, 1.0) for s, e in spans]
    return Example(Question("1", text, ("a",)), GoldAnswers((frozenset({"a"}),)), candidates)


@pytest.fixture(scope="module")
def index(store: SqlStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AliasIndex]:
    store.upsert_entities([Entity("tom", "Tom Hanks")])
    with AliasIndex.build(tmp_path_factory.mktemp("index") / "index", store) as built:
        yield built


def test_names_and_grammar_stay() -> None:
    assert in_other_words(TEXT, [NAME], ["alpha"], random.Random(0)) == "Which alpha did Tom Hanks's alpha alpha?"


@given(st.lists(st.sampled_from(["the", "film", "Jaws", "of", "who's", "1975"]), max_size=8), st.integers(), st.data())
def test_nothing_else_is_left(asked: list[str], seed: int, data: st.DataObject) -> None:
    named = data.draw(st.sets(st.sampled_from(range(len(asked) or 1))))
    starts = [len(" ".join([*asked[:i], ""])) for i in range(len(asked))]
    mentions = [(starts[i], starts[i] + len(asked[i])) for i in named if i < len(asked)]
    changed = in_other_words(" ".join(asked), mentions, WORDS, random.Random(seed)).split()
    assert len(changed) == len(asked)
    for i, (before, after) in enumerate(zip(asked, changed, strict=True)):
        assert after == before if i in named or before in ("the", "of") else after in WORDS


def test_a_mention_is_where_a_branch_surely_starts() -> None:
    examples = [example("aa or bb or cc", (0, 2), (6, 8), (12, 14)), example("none"), example("dd", (0, 2))]
    batch = cast(QuestionBatch, SimpleNamespace(question=torch.tensor([0, 0, 0, 2])))
    candidate = torch.tensor([[0.1, 0.8, 0.1, 0.4], [0.0, 0.0, 0.6, 0.9], [0.3, 0.0, 0.0, 0.9]])
    scores = cast(Scores, SimpleNamespace(candidate=candidate))
    assert mentions_of(examples, batch, scores) == [[(6, 8), (12, 14)], [], []]


def test_some_of_those_that_name_something_are_asked_anew(index: AliasIndex) -> None:
    asked = [example(f"Who directed Tom Hanks {i}?", (13, 22)) for i in range(400)]
    mentions: list[Spans] = [[(13, 22)] for _ in asked]
    first = reworded(asked, mentions, WORDS, index, "0/1")
    assert first == reworded(asked, mentions, WORDS, index, "0/1") != reworded(asked, mentions, WORDS, index, "0/2")
    assert 0.8 * SHARE < len(first) / len(asked) < 1.2 * SHARE
    for question in first:
        assert question.text.startswith(("Who alpha Tom Hanks ", "Who beta Tom Hanks "))
        assert [c.node for c in question.candidates] == ["tom"]


def test_each_is_chosen_for_itself(index: AliasIndex) -> None:
    asked = [example(f"Who directed Tom Hanks {i}?", (13, 22)) for i in range(40)]
    mentions: list[Spans] = [[(13, 22)] for _ in asked]
    apart = [q for one, own in zip(asked, mentions, strict=True) for q in reworded([one], [own], WORDS, index, "0")]
    assert apart == reworded(asked, mentions, WORDS, index, "0")


@pytest.mark.parametrize(("text", "mention"), [("Who directed Tom Hanks?", None), ("Tom Hanks?", (0, 9))])
def test_what_cannot_be_said_otherwise_is_left_out(
    index: AliasIndex, text: str, mention: tuple[int, int] | None
) -> None:
    own: Spans = [] if mention is None else [mention]
    assert not any(reworded([example(text)], [own], WORDS, index, str(seed)) for seed in range(50))
