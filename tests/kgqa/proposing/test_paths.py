"""Paths of two steps, on a graph with so many relations that there is no room for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kgqa import KGQA
from kgqa.proposing import Proposer
from kgqa.questions import Question, read_questions
from tests.kgqa.proposing.graphs import proposals, proposer_of

DATACENTRE = Path(__file__).parents[3] / "corpus" / "datacentre"


@pytest.fixture(scope="module")
def datacentre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KGQA]:
    with KGQA.open(str(tmp_path_factory.mktemp("datacentre") / "graph.db"), device="cpu") as qa:
        qa.sync(DATACENTRE / "graph.jsonl")
        yield qa


@pytest.fixture(scope="module")
def proposer(datacentre: KGQA) -> Proposer:
    return proposer_of(datacentre.schema())


@pytest.fixture(scope="module")
def questions() -> dict[str, Question]:
    return {question.question: question for question in read_questions(DATACENTRE / "questions.jsonl")}


@pytest.mark.parametrize(
    "text",
    ["boss of whoever reported the stuck message queue", "Who else has the same manager as Kai Brandt?"],
)
def test_a_path_is_proposed_though_a_step_of_it_is_hardly_said(
    datacentre: KGQA, proposer: Proposer, questions: dict[str, Question], text: str
) -> None:
    assert questions[text].program in [proposal.program for proposal in proposals(datacentre, proposer, text)]


@pytest.mark.parametrize("limit", [1, 5, 48])
def test_no_more_is_proposed_than_wanted(datacentre: KGQA, proposer: Proposer, limit: int) -> None:
    found = proposals(datacentre, proposer, "boss of whoever reported the stuck message queue", limit)
    assert len({proposal.program for proposal in found}) == len(found) == limit
