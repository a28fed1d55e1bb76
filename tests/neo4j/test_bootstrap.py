"""Questions that graphs in Neo4j make of themselves: of our own kind, and of others, which are only read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kgqa.bootstrap import Bootstrapped
from kgqa.graph import Graph, open_graph_store
from kgqa.questions import answers_of
from kgqa.settings import load_settings
from tests.neo4j.server import Server, execute

pytestmark = pytest.mark.neo4j

RESERVE = Path(__file__).parents[2] / "corpus" / "reserve" / "graph.jsonl"
LABELS = ("Author", "Book")
CREATE = """
UNWIND range(1, 12) AS i
MERGE (a:Author {id: i % 6, fullName: 'Author ' + ['Adams', 'Brown', 'Clark', 'Davis', 'Evans', 'Ford'][i % 6]})
  ON CREATE SET a.born = 1950 + i
CREATE (b:Book {isbn: 'isbn-' + i, title: ['Oak','Elm','Ash','Fir','Yew','Fig','Ivy','Rye','Oat','Pea','Nut','Hop'][i-1]
        + ' Stories', year: 1990 + i, genre: ['crime', 'poetry'][i % 2]})
CREATE (a)-[:WROTE {share: i * 5}]->(b)
WITH a MATCH (o:Author {id: (a.id + 1) % 6}) MERGE (a)-[:KNOWS {since: 2000 + a.id}]->(o)
"""
COUNTS = "MATCH (n) WITH count(n) AS n, sum(size(keys(n))) AS k OPTIONAL MATCH ()-[r]->() RETURN n, k, count(r)"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KGQA_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def library(neo4j_server: Server) -> Iterator[str]:
    """The URL of a graph that kgqa did not write."""
    with neo4j_server.graph(*LABELS) as url:
        with neo4j_server.connection() as connection:
            execute(connection, CREATE)
        yield url


def check(made: Bootstrapped, opened: Graph) -> None:
    asked = [(q, q.program) for q in made.questions if q.program is not None]
    for (question, _), result in zip(asked, opened.store.run([program for _, program in asked]), strict=True):
        assert question.answers == answers_of(result), question


def test_a_graph_of_our_own(url: str, home: Path) -> None:  # noqa: ARG001
    with Graph(open_graph_store(load_settings(graph=url))) as opened:
        opened.sync(RESERVE)
        watermark = opened.store.watermark()
        made = opened.bootstrap(questions=60)
        check(made, opened)
        assert len(made.questions) == 60
        assert len(made.forms) > 20
        assert opened.store.watermark() == watermark


def test_a_graph_of_others_is_only_read(library: str, neo4j_server: Server, home: Path, tmp_path: Path) -> None:  # noqa: ARG001
    from graphdb.neo4j import inspect

    mapping = tmp_path / "mapping.toml"
    inspect(library).write(mapping)
    with neo4j_server.connection() as connection:
        before = connection.rows(COUNTS)
    with Graph(open_graph_store(load_settings(graph=library, mapping=mapping))) as opened:
        opened.update_index()
        made = opened.bootstrap(questions=80)
        check(made, opened)
        assert {"lookup", "relationship-value", "top-attribute", "unanswerable"} <= made.forms.keys()
    with neo4j_server.connection() as connection:
        assert connection.rows(COUNTS) == before
