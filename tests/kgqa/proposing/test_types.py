"""Types that a question names by a part of their names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kgqa import KGQA
from kgqa.proposing import Proposer
from tests.kgqa.proposing.graphs import graph_of, proposals, proposer_of

FLEET = """
{"entity": "aurora", "name": "Aurora", "types": ["Container Ship"], "properties": {"length": 300, "built": 1999}}
{"entity": "boreas", "name": "Boreas", "types": ["Cargo Ship"], "properties": {"length": 120, "built": 2004}}
{"entity": "north", "name": "Northern Lines", "types": ["Shipping Company"], "properties": {"employees": 900}}
{"entity": "south", "name": "Southern Lines", "types": ["Shipping Company"], "properties": {"employees": 70}}
{"entity": "ann", "name": "Ann Ray", "types": ["Member of Crew"], "properties": {"born": 1970}}
{"entity": "bob", "name": "Bob Roy", "types": ["Member of Crew"], "properties": {"born": 1980}}
{"entity": "point", "name": "AP-1", "types": ["Access Point"]}
{"entity": "games", "name": "Regatta", "types": ["Historical Sporting Event"]}
{"entity": "oslo", "name": "Oslo", "types": ["Port"]}
{"entity": "bergen", "name": "Bergen", "types": ["Port"]}
{"subject": "north", "relation": "basedIn", "object": "oslo"}
{"subject": "aurora", "relation": "basedIn", "object": "bergen"}
{"subject": "aurora", "relation": "owner", "object": "north"}
{"subject": "boreas", "relation": "owner", "object": "south"}
{"subject": "boreas", "relation": "operator", "object": "south"}
{"subject": "ann", "relation": "worksOn", "object": "aurora"}
{"subject": "bob", "relation": "worksOn", "object": "boreas"}
"""


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KGQA]:
    with graph_of(FLEET, tmp_path_factory.mktemp("fleet")) as qa:
        yield qa


@pytest.fixture(scope="module")
def proposer(fleet: KGQA) -> Proposer:
    return proposer_of(fleet.schema())


def proposed(fleet: KGQA, proposer: Proposer, question: str) -> list[str]:
    return [proposal.in_words(fleet.schema()) for proposal in proposals(fleet, proposer, question)]


@pytest.mark.parametrize(
    ("question", "program"),
    [
        ("How many points are there?", "number of access points"),
        ("list the events", "historical sporting events"),
        ("companies with more than 100 employees", "shipping companies with more than 100 employees"),
        ("Which ships were built after 2000?", "cargo ships built after 2000"),
        ("Which ships were built before 2000?", "container ships built before 2000"),
        ("Who owns the longest container ship?", "owner of the container ship with the greatest length"),
        (
            "on which ship does the youngest member work",
            "cargo ships or container ships on which the member of crew born latest works",
        ),
    ],
)
def test_types_are_named_by_the_noun_that_they_end_in(
    fleet: KGQA, proposer: Proposer, question: str, program: str
) -> None:
    said = proposed(fleet, proposer, question)
    assert program in said, said[:10]


def test_what_has_none_of_a_type_though_it_has_others(fleet: KGQA, proposer: Proposer) -> None:
    said = proposed(fleet, proposer, "Which ports have no container ships?")
    assert "ports in which container ships are not based" in said, said[:10]


def test_words_of_one_stem_say_a_relation(fleet: KGQA, proposer: Proposer) -> None:
    said = proposed(fleet, proposer, "company that operates nothing at all")
    assert "shipping companies that are the operator of no cargo ships" in said, said[:10]
    said = proposed(fleet, proposer, "unoperated ships")
    assert "cargo ships with no operators" in said, said[:10]


def test_the_unit_of_a_number_names_what_is_counted(fleet: KGQA, proposer: Proposer) -> None:
    said = proposed(fleet, proposer, "companies of 900 employees or more")
    assert "shipping companies with at least 900 employees" in said, said[:10]
