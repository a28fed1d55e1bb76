"""Text that a question looks for in names and attributes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kgqa import KGQA
from kgqa.proposing import Proposer
from tests.kgqa.proposing.graphs import graph_of, proposals, proposer_of

FACTS = """
{"entity": "a", "name": "Alder Holdings", "types": ["Company"], "properties": {"registrationNo": "HE 1042"}}
{"entity": "b", "name": "Birch Holdings", "types": ["Company"], "properties": {"registrationNo": "HE 3310"}}
{"entity": "c", "name": "Cedar Trading", "types": ["Company"], "properties": {"registrationNo": "LU 0077"}}
"""


@pytest.fixture(scope="module")
def companies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KGQA]:
    with graph_of(FACTS, tmp_path_factory.mktemp("companies")) as qa:
        yield qa


@pytest.fixture(scope="module")
def proposer(companies: KGQA) -> Proposer:
    return proposer_of(companies.schema())


def searched(companies: KGQA, proposer: Proposer, question: str) -> set[str]:
    """The conditions on texts of the programs that are proposed."""
    texts = (p.in_words(companies.schema()) for p in proposals(companies, proposer, question))
    return {text.partition(" with ")[2] for text in texts if " starting with " in text or " containing " in text}


def test_what_stands_in_quotes_is_searched_for_as_it_is(companies: KGQA, proposer: Proposer) -> None:
    found = searched(companies, proposer, 'companies with "Alder, Hold" in their name')
    assert "name containing Alder, Hold" in found


def test_what_follows_is_searched_for(companies: KGQA, proposer: Proposer) -> None:
    found = searched(companies, proposer, "companies whose registration number starts with HE")
    assert "registration no starting with HE" in found


@pytest.mark.parametrize("mark", [" – ", ", ", " - ", ": "])
def test_it_ends_where_something_else_begins(companies: KGQA, proposer: Proposer, mark: str) -> None:
    question = f"registration numbers beginning with HE{mark}which companies have one?"
    found = searched(companies, proposer, question)
    assert "registration no starting with HE" in found
    assert not any("which" in text for text in found)
