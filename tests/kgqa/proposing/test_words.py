"""What words say beside names: whose country, how dear, how many steps, what is left out, what is only like a type."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kgqa import KGQA
from kgqa.proposing import Proposer
from tests.kgqa.proposing.graphs import graph_of, proposals, proposer_of

TRADE = """
{"entity": "oil", "name": "Olive Oil", "types": ["Product"], "properties": {"stockQty": 7, "blurb": "of autumn"}}
{"entity": "tea", "name": "Green Tea", "types": ["Product"], "properties": {"unitPrice": 4, "blurb": "of meadows"}}
{"entity": "rossi", "name": "Rossi", "types": ["Supplier"], "properties": {"founded": 1950, "annualfee": 90}}
{"entity": "meyer", "name": "Meyer", "types": ["Supplier"], "properties": {"founded": 1990}}
{"entity": "italy", "name": "Italy", "types": ["Country"]}
{"entity": "germany", "name": "Germany", "types": ["Country"]}
{"entity": "ann", "name": "Ann Ray", "types": ["Employee"], "properties": {"title": "buyer"}}
{"entity": "bob", "name": "Bob Roy", "types": ["Employee"], "properties": {"title": "head"}}
{"entity": "cid", "name": "Cid Lund", "types": ["Employee"], "properties": {"title": "clerk"}}
{"entity": "dan", "name": "Dan Moe", "types": ["Employee"], "properties": {"title": "clerk"}}
{"entity": "o1", "name": "Order 1", "types": ["Order"], "properties": {"status": "pending", "freight": 10}}
{"entity": "o2", "name": "Order 2", "types": ["Order"], "properties": {"status": "pending", "freight": 20}}
{"entity": "o3", "name": "Order 3", "types": ["Order"], "properties": {"status": "sent", "freight": 30}}
{"subject": "rossi", "relation": "SUPPLIES", "object": "oil", "properties": {"since": 2001}}
{"subject": "rossi", "relation": "SUPPLIES", "object": "tea", "properties": {"since": 2015}}
{"subject": "rossi", "relation": "LOCATED_IN", "object": "italy"}
{"subject": "meyer", "relation": "LOCATED_IN", "object": "germany"}
{"subject": "ann", "relation": "LOCATED_IN", "object": "italy"}
{"subject": "bob", "relation": "REPORTS_TO", "object": "ann"}
{"subject": "cid", "relation": "REPORTS_TO", "object": "bob"}
{"subject": "dan", "relation": "REPORTS_TO", "object": "bob"}
{"subject": "o1", "relation": "APPROVED_BY", "object": "ann"}
{"subject": "o3", "relation": "APPROVED_BY", "object": "bob"}
{"subject": "oil", "relation": "PART_OF", "object": "o1"}
{"subject": "tea", "relation": "PART_OF", "object": "o2"}
"""


@pytest.fixture(scope="module")
def trade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KGQA]:
    with graph_of(TRADE, tmp_path_factory.mktemp("trade")) as qa:
        yield qa


@pytest.fixture(scope="module")
def proposer(trade: KGQA) -> Proposer:
    return proposer_of(trade.schema())


@pytest.mark.parametrize(
    ("question", "program"),
    [
        ("Italian suppliers", "suppliers located in Italy"),
        ("which suppliers are German", "suppliers located in Germany"),
        ("What is the dearest product?", "product with the greatest unit price"),
        ("Which product is cheapest?", "product with the least unit price"),
        ("pending orders that somebody has approved", "orders with status pending approved by some employees"),
        ("Is there a supplier who supplies us with nothing at all?", "suppliers that supply no products"),
        ("which product did Rossi begin to supply before 2010", "products that Rossi supplies since before 2010"),
        ("no supplier supplies as many products as this one", "supplier that supplies the most products"),
        ("Who is two steps above Dan Moe?", "employees to which employees that Dan Moe reports to report"),
        ("orders topping 15 in freight", "orders with freight more than 15"),
        ("employees, Bob Roy excepted", "employees other than Bob Roy"),
        ("products whose blurb says something about meadows", "products with blurb containing meadows"),
        ("people in Italy", "employees located in Italy"),
        ("Which supplier has the highest annual fee?", "supplier with the greatest annual fee"),
        ("quantity of olive oil in stock", "stock quantity of Olive Oil"),
        ("stock qty of olive oil", "stock quantity of Olive Oil"),
        ("Who has worked together with Cid Lund under one boss?", "employees that report to employees that Cid Lund "
         "reports to other than Cid Lund"),
    ],
)  # fmt: skip
def test_programs_for_words(trade: KGQA, proposer: Proposer, question: str, program: str) -> None:
    said = [proposal.in_words(trade.schema()) for proposal in proposals(trade, proposer, question)]
    assert program in said, said[:12]
