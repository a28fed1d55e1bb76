"""Programs about the properties of facts, on a small graph of who worked where."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kgqa import KGQA
from kgqa.proposing import Proposer
from tests.kgqa.proposing.graphs import graph_of, proposals, proposer_of

FACTS = """
{"entity": "acme", "name": "Acme", "types": ["Company"]}
{"entity": "zeta", "name": "Zeta Works", "types": ["Company"]}
{"entity": "ann", "name": "Ann Lee", "types": ["Person"]}
{"entity": "bob", "name": "Bob Stone", "types": ["Person"]}
{"entity": "cle", "name": "Cleo Marsh", "types": ["Person"]}
{"entity": "road", "name": "The Long Road", "types": ["Film"]}
{"entity": "sea", "name": "Sea of Glass", "types": ["Film"]}
{"subject": "ann", "relation": "WORKED_AT", "object": "acme", "properties": {"from": 2005, "to": 2012, "role": "boss"}}
{"subject": "bob", "relation": "WORKED_AT", "object": "acme", "properties": {"from": 2009, "role": "clerk"}}
{"subject": "cle", "relation": "WORKED_AT", "object": "acme", "properties": {"from": 2015, "to": 2020, "role": "clerk"}}
{"subject": "cle", "relation": "WORKED_AT", "object": "zeta", "properties": {"from": 2021, "role": "director"}}
{"subject": "ann", "relation": "ACTED_IN", "object": "road", "properties": {"roles": ["Nora", "The Ghost"]}}
{"subject": "bob", "relation": "ACTED_IN", "object": "road", "properties": {"roles": "Sergeant Pike"}}
{"subject": "ann", "relation": "ACTED_IN", "object": "sea", "properties": {"roles": "Mara"}}
"""


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KGQA]:
    with graph_of(FACTS, tmp_path_factory.mktemp("people")) as qa:
        yield qa


@pytest.fixture(scope="module")
def proposer(people: KGQA) -> Proposer:
    return proposer_of(people.schema())


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Since when has Bob Stone worked at Acme?", ["2009"]),
        ("until when was Ann Lee with Acme", ["2012"]),
        ("Who did Ann Lee play in The Long Road?", ["Nora", "The Ghost"]),
        ("What was Cleo Marsh's role at Zeta Works?", ["director"]),
        ("roles people have had at Acme", ["boss", "clerk"]),
        ("Who joined Acme after 2010?", ["cle"]),
        ("Who worked at Acme in 2010?", ["ann", "bob"]),
        ("people at Acme between 2013 and 2016", ["bob", "cle"]),
        ("the clerks of Acme", ["bob", "cle"]),
        ("Who directed Zeta Works?", ["cle"]),
        ("In which film was Ann Lee the ghost?", ["road"]),
        ("How many people worked at Acme in 2010?", ["2"]),
        ("Did Bob Stone work at Zeta Works?", ["False"]),
    ],
)
def test_facts_are_told_apart_by_their_properties(
    people: KGQA, proposer: Proposer, question: str, answer: list[str]
) -> None:
    results = people.store.run([proposal.program for proposal in proposals(people, proposer, question)])
    assert answer in [sorted(map(str, result)) for result in results]
