"""A graph that kgqa did not write and that changes while it is open: what is new in its catalogue is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from graphdb import Direction, Step
from graphdb.mapping import RelationshipMapping
from graphdb.neo4j import Neo4jStore
from kgqa import KGQA
from kgqa.answering import Answerer, watching
from kgqa.encoder import TextEncoder
from kgqa.model import KGQAModel, ModelConfig
from tests.kgqa.core.conftest import tiny
from tests.neo4j import films
from tests.neo4j.server import Server, execute

__all__ = ["tiny"]  # the fixture

pytestmark = pytest.mark.neo4j

MAPPING = replace(
    films.MAPPING,
    nodes=(replace(films.MAPPING.nodes[0], attributes=("born", "height")), films.MAPPING.nodes[1]),
    relationships=(*films.MAPPING.relationships, RelationshipMapping("WROTE", ("Person",), ("Film",))),
)
WROTE = "MATCH (p:Person {id: 2}) MATCH (f:Film {imdb: 'tt0133093'}) CREATE (p)-[:WROTE]->(f)"
HEIGHT = "MATCH (p:Person {id: 1}) SET p.height = 186"
TALLER = "MATCH (p:Person {id: 1}) SET p.height = 187"


@pytest.fixture
def url(neo4j_server: Server) -> Iterator[str]:
    """The URL of the graph of films."""
    with neo4j_server.graph(*films.LABELS) as given:
        with neo4j_server.connection() as connection:
            execute(connection, films.CREATE, **films.PARAMETERS)
        yield given


def _change(server: Server, text: str) -> None:
    with server.connection() as connection:
        execute(connection, text)


def test_the_schema_is_read_again_when_something_was_written(url: str, neo4j_server: Server) -> None:
    with Neo4jStore.open(url, mapping=MAPPING) as store:
        before = store.schema()
        assert before.relation("WROTE") is None
        store.entities(["Person:1"])
        assert store.schema() is before
        for text, relation in ((WROTE, "WROTE"), (HEIGHT, "height")):
            _change(neo4j_server, text)
            found = store.schema().relation(relation)
            assert found is not None
            assert found.facts == 1
        _change(neo4j_server, TALLER)
        assert store.schema() == store.schema()


@pytest.fixture
def asked(url: str, tiny: str, tmp_path: Path) -> Iterator[KGQA]:
    """The films, with a model that has learned nothing."""
    mapping = tmp_path / "mapping.toml"
    MAPPING.write(mapping)
    with KGQA.open(url, mapping=mapping, home=tmp_path / "home", device="cpu") as qa:
        qa.update_index()
        model = KGQAModel(ModelConfig(tiny, hops=2, adapter_rank=2), TextEncoder.from_pretrained(tiny, rank=2)).eval()
        qa._answerer = Answerer(qa.store, qa.index, model)
        yield qa


def _steps(qa: KGQA) -> tuple[Step, ...]:
    assert isinstance(qa._answerer, Answerer)
    return qa._answerer.steps.steps


def test_a_running_object_follows_what_is_new_as_soon_as_the_index_is_brought_up_to_date(
    asked: KGQA, neo4j_server: Server
) -> None:
    _change(neo4j_server, WROTE)
    asked.ask("who directed The Matrix?")
    assert Step("WROTE") not in _steps(asked)  # looked at only now and then
    asked.update_index()
    assert {Step("WROTE"), Step("WROTE", Direction.IN)} <= set(_steps(asked))


def test_a_running_object_follows_what_is_new_after_a_while(
    asked: KGQA, neo4j_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "_EVERY_S", 0.0)
    monkeypatch.setattr(watching, "_SELDOM", 0)
    asked.update_index()  # from now on it looks with every question
    _change(neo4j_server, HEIGHT)
    asked.ask("who directed The Matrix?")
    assert Step("height") in _steps(asked)
