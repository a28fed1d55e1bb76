"""Names that several things share, and names with numbers in them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kgqa import KGQA
from kgqa.proposing import Proposer
from tests.kgqa.proposing.graphs import graph_of, proposals, proposer_of

FACTS = """
{"entity": "river", "name": "Mississippi", "types": ["River"], "properties": {"length": 3766}}
{"entity": "state", "name": "Mississippi", "types": ["State"], "properties": {"area": 125438}}
{"entity": "ohio", "name": "Ohio", "types": ["State"], "properties": {"area": 116096}}
{"entity": "apollo", "name": "Apollo 11", "types": ["Mission"], "properties": {"crew": 3}}
{"entity": "gemini", "name": "Gemini 4", "types": ["Mission"], "properties": {"crew": 2}}
{"entity": "film", "name": "Two States", "types": ["Film"], "properties": {"length": 150}}
{"entity": "bridges", "name": "Seven Bridges", "types": ["Film"], "properties": {"length": 97}}
{"entity": "ann", "name": "Ann", "types": ["Writer"]}
{"subject": "film", "relation": "author", "object": "ann"}
{"subject": "river", "relation": "crosses", "object": "state"}
{"subject": "ohio", "relation": "borders", "object": "state"}
"""


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KGQA]:
    with graph_of(FACTS, tmp_path_factory.mktemp("places")) as qa:
        yield qa


@pytest.fixture(scope="module")
def proposer(places: KGQA) -> Proposer:
    return proposer_of(places.schema())


def in_words(places: KGQA, proposer: Proposer, question: str) -> list[str]:
    return [p.in_words(places.schema()) for p in proposals(places, proposer, question)]


def test_things_of_one_name_are_told_apart_by_their_types(places: KGQA, proposer: Proposer) -> None:
    texts = in_words(places, proposer, "which states does the Mississippi river cross")
    assert "states that the river Mississippi crosses" in texts
    assert any("the state Mississippi" in text for text in texts)
    assert not any("Mississippi" in text.replace("the river M", "").replace("the state M", "") for text in texts)


def test_a_name_of_its_own_needs_no_type(places: KGQA, proposer: Proposer) -> None:
    assert "area of Ohio" in in_words(places, proposer, "area of Ohio")


def test_what_is_read_and_what_is_asked_name_the_same_thing(places: KGQA, proposer: Proposer) -> None:
    (seed, *_) = proposals(places, proposer, "length of the Mississippi river")[0].seeds
    assert (seed.node, seed.name) == ("river", "Mississippi")


def test_a_number_in_a_name_is_none_to_compare_with(places: KGQA, proposer: Proposer) -> None:
    assert not any(" 11" in text.replace("Apollo 11", "") for text in in_words(places, proposer, "crew of Apollo 11"))
    assert any(" 3" in text for text in in_words(places, proposer, "missions with a crew of 3"))


def test_a_number_that_begins_a_name_may_be_one(places: KGQA, proposer: Proposer) -> None:
    assert any("2 states" in text for text in in_words(places, proposer, "which states border two states"))


@pytest.mark.parametrize(
    ("question", "may_be"),
    [
        ("what bridges are there over the Mississippi", False),
        ("what bridges are there over the mississippi", True),
        ("what Bridges are there over the Mississippi", True),
        ("Mississippi bridges", True),
        ("bridges", True),
    ],
)
def test_what_only_resembles_a_name_is_none_where_others_are_written_with_capitals(
    places: KGQA, proposer: Proposer, question: str, may_be: bool
) -> None:
    seeds = {seed.node for proposal in proposals(places, proposer, question) for seed in proposal.seeds}
    assert ("bridges" in seeds) == may_be


def test_a_type_may_be_called_as_the_relation_that_leads_to_it(places: KGQA, proposer: Proposer) -> None:
    assert "number of writers" in in_words(places, proposer, "How many authors are there?")
