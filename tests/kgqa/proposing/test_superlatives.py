"""Questions with more than one superlative: each ranks what it stands beside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graphdb import Following, Program, Ranked, Restricted
from kgqa import KGQA
from kgqa.proposing import Proposer
from tests.kgqa.proposing.graphs import graph_of, proposals, proposer_of

FACTS = """
{"entity": "north", "name": "Northland", "types": ["Province"], "properties": {"area": 900, "population": 50000}}
{"entity": "south", "name": "Southland", "types": ["Province"], "properties": {"area": 300, "population": 80000}}
{"entity": "west", "name": "Westland", "types": ["Province"], "properties": {"area": 500, "population": 20000}}
{"entity": "a", "name": "Abel", "types": ["Town"], "properties": {"population": 30000, "founded": 1850}}
{"entity": "b", "name": "Bram", "types": ["Town"], "properties": {"population": 2000, "founded": 1790}}
{"entity": "c", "name": "Cora", "types": ["Town"], "properties": {"population": 60000, "founded": 1920}}
{"entity": "d", "name": "Dina", "types": ["Town"], "properties": {"population": 700}}
{"entity": "p", "name": "Mount Pell", "types": ["Peak"]}
{"entity": "q", "name": "Mount Quill", "types": ["Peak"]}
{"subject": "a", "relation": "in_province", "object": "north"}
{"subject": "b", "relation": "in_province", "object": "north"}
{"subject": "c", "relation": "in_province", "object": "south"}
{"subject": "d", "relation": "in_province", "object": "west"}
{"subject": "north", "relation": "highest_peak", "object": "p"}
{"subject": "south", "relation": "highest_peak", "object": "q"}
{"subject": "north", "relation": "borders", "object": "south"}
{"subject": "north", "relation": "borders", "object": "west"}
"""


@pytest.fixture(scope="module")
def provinces(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KGQA]:
    with graph_of(FACTS, tmp_path_factory.mktemp("provinces")) as qa:
        yield qa


@pytest.fixture(scope="module")
def proposer(provinces: KGQA) -> Proposer:
    return proposer_of(provinces.schema())


def proposed(provinces: KGQA, proposer: Proposer, question: str, limit: int = 48) -> list[Program]:
    return [proposal.program for proposal in proposals(provinces, proposer, question, limit)]


@pytest.mark.parametrize(
    ("question", "answer", "limit"),
    [
        ("what is the smallest town in the largest province", "b", 32),
        ("what is the highest peak of the province with the largest area", "p", 32),
        ("largest town in the province with the smallest population", "d", 32),
        ("which is the smallest province that borders the largest province", "south", 48),
        ("Which town has existed the longest?", "b", 32),
    ],
)
def test_each_superlative_ranks_what_it_stands_beside(
    provinces: KGQA, proposer: Proposer, question: str, answer: str, limit: int
) -> None:
    programs = proposed(provinces, proposer, question, limit)
    assert [answer] in provinces.store.run(programs)


def test_what_was_chosen_by_rank_is_not_ranked_again(provinces: KGQA, proposer: Proposer) -> None:
    for program in proposed(provinces, proposer, "what is the highest peak of the province with the largest area"):
        inner = program.members if isinstance(program, Ranked | Following) else None
        inner = inner.members if isinstance(inner, Restricted) else inner
        assert not (isinstance(program, Ranked) and isinstance(inner, Ranked))
