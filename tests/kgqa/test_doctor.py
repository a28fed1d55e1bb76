"""The doctor finds what differs between a graph, its index and its ledger, and mends it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from graphdb import Entity, Fact, Ledger, Literal, open_store
from kgqa.doctor import Kind, diagnose, repair
from kgqa.graph import Graph, open_graph_store
from kgqa.settings import load_settings
from tests.kgqa.program import Run

ROWS: tuple[dict[str, object], ...] = (
    {"entity": "p1", "name": "Ridley Scott", "aliases": ["Sir Ridley"], "types": ["person"]},
    {"entity": "f1", "name": "Alien", "types": ["film"], "properties": {"studio": "Fox", "year": 1979}},
    {"subject": "p1", "relation": "directed", "object": "f1"},
    {"subject": "p1", "relation": "directed", "object": "f2"},
)


@pytest.fixture
def place(tmp_path: Path) -> str:
    """A graph that was synced and indexed."""
    facts = tmp_path / "facts.jsonl"
    facts.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    with opened(str(tmp_path / "graph.db")) as graph:
        graph.sync(facts)
    return str(tmp_path / "graph.db")


def opened(place: str) -> Graph:
    return Graph(open_graph_store(load_settings(graph=place)))


def kinds(place: str) -> dict[Kind, int]:
    with opened(place) as graph:
        return diagnose(graph).counts


def test_a_graph_that_was_synced_is_healthy(place: str) -> None:
    assert kinds(place) == {}


def test_what_others_changed_is_named_and_mended(place: str) -> None:
    with open_store(place) as store:
        store.upsert_entities([Entity("p1", "Ridley Scott", ("Sir R.",), ("person",)), Entity("p2", "James Cameron")])
        store.upsert_entities([Entity("f1", "Alien", types=("movie",), properties={"studio": "20th Century"})])
        store.delete_entities(["f2"])
    with opened(place) as graph:
        found = diagnose(graph)
        assert found.counts == {
            Kind.ENTITY_NOT_INDEXED: 1,
            Kind.NAMES_DIFFER: 2,
            Kind.ENTITY_GONE: 1,
            Kind.TYPES_DIFFER: 1,
            Kind.CLAIM_GONE: 2,
        }
        messages = {finding.about: finding.message for finding in found.findings if finding.kind is Kind.NAMES_DIFFER}
        assert messages["p1"] == "'p1': the index lacks 'Sir R.' and still has 'Sir Ridley'"
        assert messages["f1"] == "'f1': the index lacks '20th Century' and still has 'Fox'"
        after = repair(graph)
        assert after.healthy
        assert len(after.repaired) == 2
        assert graph.search("james cameron")[0].node == "p2"
    assert kinds(place) == {}


def test_an_index_that_is_wrong_at_the_right_watermark_is_found_by_comparing(place: str) -> None:
    with opened(place) as graph:
        table = next(graph.workspace.index.glob("aliases-*.sqlite"))
        import sqlite3

        with sqlite3.connect(table) as connection:
            connection.execute("UPDATE meaning SET text = 'Rid Scott' WHERE text = 'Ridley Scott'")
        connection.close()
        assert diagnose(graph).counts == {Kind.NAMES_DIFFER: 1}
        assert repair(graph).healthy


@pytest.mark.usefixtures("place")
def test_no_index_and_an_index_of_another_graph(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with open_store(str(other)) as store:
        store.upsert_facts([Fact("a", "b", "c"), Fact("a", "size", Literal(1))])
    assert kinds(str(other)) == {Kind.INDEX_MISSING: 1}
    shutil.copytree(tmp_path / "graph.db.kgqa", tmp_path / "other.db.kgqa")
    assert kinds(str(other)) == {Kind.INDEX_UNUSABLE: 1, Kind.LEDGER_OF_ANOTHER_GRAPH: 1}
    with opened(str(other)) as graph:
        assert repair(graph).healthy
        assert not graph.workspace.ledger.exists()
        assert len(list(graph.workspace.folder.glob("ledger-*.sqlite"))) == 1


def test_an_unfinished_sync_stays_until_it_is_done(place: str, tmp_path: Path) -> None:
    source = str(tmp_path / "facts.jsonl")
    with opened(place) as graph:
        with Ledger(graph.workspace.ledger) as ledger:
            ledger.begin(source)
        assert repair(graph).counts == {Kind.SYNC_UNFINISHED: 1}
        graph.sync(source)
        assert diagnose(graph).healthy


def test_the_command(kgqa: Run, place: str) -> None:
    done = kgqa("doctor", "--graph", place)
    assert (done.code, "agree" in done.out) == (0, True)
    with open_store(place) as store:
        store.delete_entities(["f1"])
    done = kgqa("doctor", "--graph", place)
    assert done.code == 1
    assert "'f1' is not in the graph" in done.out
    assert "--repair" in done.out
    found = kgqa("doctor", "--graph", place, "--json")
    assert (found.code, found.json["healthy"], found.json["counts"]["entity gone"]) == (1, False, 1)
    mended = kgqa("doctor", "--graph", place, "--repair", "--json")
    assert (mended.code, mended.json["healthy"]) == (0, True)
