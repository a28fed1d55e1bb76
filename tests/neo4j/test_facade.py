"""The whole of kgqa on Neo4j: sync and ask at once, the same answers as on SQLite, graphs that kgqa did not write."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphdb import EntityType
from graphdb.errors import ReadOnlyStoreError
from graphdb.neo4j.driver import Connection
from kgqa import KGQA
from kgqa.doctor import diagnose, repair
from kgqa.questions import Question, read_questions, write_questions
from kgqa.training import TrainOptions
from tests.kgqa.conftest import films
from tests.kgqa.films import Films
from tests.neo4j.server import Server, execute

__all__ = ["films"]  # the fixture

pytestmark = pytest.mark.neo4j

LABELS = ("Author", "Book")
CREATE = """
UNWIND range(1, 12) AS i
MERGE (a:Author {id: i % 6, fullName: 'Author ' + ['Adams', 'Brown', 'Clark', 'Davis', 'Evans', 'Adams'][i % 6]})
  ON CREATE SET a.penNames = ['Pen ' + (i % 6), 'Quill ' + (i % 6)]
CREATE (b:Book {isbn: 'isbn-' + i, title: ['Oak','Elm','Ash','Fir','Yew','Fig','Ivy','Rye','Oat','Pea','Nut','Hop'][i-1]
        + ' Stories', year: 1990 + i})
CREATE (a)-[:WROTE {share: i * 5}]->(b)
"""
MORE = """
MATCH (a:Author) MATCH (b:Book) WHERE b.year = 1991 + a.id
CREATE (a)-[:REVIEWED {stars: a.id}]->(b)
WITH a MATCH (o:Author {id: (a.id + 1) % 6}) CREATE (a)-[:KNOWS {since: 2000 + a.id}]->(o)
"""
COUNTS = """
MATCH (n) WITH count(n) AS nodes, sum(size(keys(n))) AS properties, sum(size(labels(n))) AS labels
OPTIONAL MATCH ()-[r]->() RETURN nodes, properties, labels, count(r), sum(size(keys(r)))
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the index and the ledger go, also for other processes."""
    monkeypatch.setenv("KGQA_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_what_is_synced_is_answered_as_on_sqlite(films: Films, url: str, home: Path) -> None:
    questions = [q.question for q in read_questions(films.held_out)] + [q.question for q in read_questions(films.train)]
    with KGQA.open(url, model=None, home=home, device="cpu") as qa:
        assert qa.sync(films.facts).rejected == 0
        assert diagnose(qa).healthy
    with KGQA.open(url, model=films.model, home=home, device="cpu", read_only=True) as qa, films.open() as embedded:
        answers = qa.ask_batch(questions)
        expected = embedded.ask_batch(questions)
        for answer, other in zip(answers, expected, strict=True):
            assert (set(answer.nodes), answer.abstained) == (set(other.nodes), other.abstained), answer.question
            assert {frozenset(p.facts) for p in answer.evidence} or not answer.answers
        shown = [a for a in answers if a.answers and a.query is not None]
        assert len(shown) > len(questions) // 2
        for answer in shown[:12]:
            _check_cypher(qa, answer.question)
        assert all(other.cypher is None for other in expected)


def _check_cypher(qa: KGQA, question: str) -> None:
    """The query that is shown gives the answer, and the question's words are in its parameters only."""
    from graphdb.neo4j import Neo4jStore

    answer = qa.ask(question)
    assert isinstance(qa.store, Neo4jStore)
    assert answer.query is not None
    assert answer.branches
    assert answer.to_dict()["cypher"] == answer.cypher
    for seed in (branch.path.seed for branch in answer.branches):
        if not isinstance(seed, EntityType):  # a type is a label, which the text may name
            assert str(seed) in {str(v) for v in answer.query.parameters.values()}
            assert str(seed) not in answer.query.text
    rows = qa.store._connection.rows(answer.query.text, answer.query.parameters)
    assert {str(node) for _, node in rows} == {str(node) for node in answer.nodes}


def test_a_running_object_sees_what_another_process_synced(films: Films, url: str, home: Path, tmp_path: Path) -> None:
    with KGQA.open(url, home=home, device="cpu") as qa:
        qa.sync(films.facts)
    with KGQA.open(url, model=films.model, home=home, device="cpu") as qa:
        assert "Greta Gerwig" not in str(qa.ask("who directed The Glass Harbour?"))
        new = tmp_path / "new.jsonl"
        new.write_text(
            '{"entity": "film/new", "name": "The Glass Harbour", "types": ["film"]}\n'
            '{"entity": "gg", "name": "Greta Gerwig", "types": ["person"]}\n'
            '{"subject": "gg", "relation": "directed", "object": "film/new"}\n'
        )
        command = "from kgqa.cli import main; main()"
        subprocess.run(  # noqa: S603
            [sys.executable, "-c", command, "sync", str(new), "--graph", url], check=True, capture_output=True
        )
        assert str(qa.ask("who directed The Glass Harbour?")) == "Greta Gerwig"


@pytest.fixture
def library(neo4j_server: Server) -> Iterator[str]:
    """The URL of a graph that kgqa did not write."""
    with neo4j_server.graph(*LABELS) as url:
        with neo4j_server.connection() as connection:
            execute(connection, CREATE)
            execute(connection, MORE)
        yield url


def test_a_graph_of_others_is_inspected_indexed_trained_on_and_asked(
    library: str, neo4j_server: Server, home: Path, tmp_path: Path
) -> None:
    from graphdb.neo4j import inspect

    with neo4j_server.connection() as connection:
        before = _everything(connection)
    mapping = tmp_path / "mapping.toml"
    inspect(library).write(mapping)
    with KGQA.open(library, mapping=mapping, home=home, device="cpu") as qa:
        qa.update_index()
        assert {c.node for c in qa.search("Author Adams", limit=2)} == {"Author:0", "Author:5"}
        assert qa.search("Quill 3")[0].node == "Author:3"
    with KGQA.open(library, home=home, device="cpu") as qa:  # through the mapping that was kept
        with pytest.raises(ReadOnlyStoreError, match="read through a mapping"):
            qa.sync(_one_fact(tmp_path))
        questions = tmp_path / "questions.jsonl"
        write_questions(questions, _questions())
        options = TrainOptions(epochs=16, batch_size=8, learning_rate=1e-3, evaluations=1, typos=0.0, read=False)
        qa.train(questions, tmp_path / "model", dev=questions, options=options)
        assert {a.node for a in qa.ask("who wrote Oak Stories?").answers} == {"Author:1"}
        wrote = [question for question in _questions() if question.question.startswith("who")]
        assert qa.evaluate(wrote, latency_sample=0).overall.exact_match == 1.0
        with neo4j_server.connection() as connection:
            assert _everything(connection) == before
            execute(connection, "MATCH (a:Author {id: 3}) SET a.penNames = ['Inkwell 3']")
        assert {f.message for f in diagnose(qa).findings} == {
            "'Author:3': the index lacks 'Inkwell 3' and still has 'Pen 3', 'Quill 3'"
        }
        assert repair(qa).healthy
        assert qa.search("Inkwell 3")[0].node == "Author:3"


def _questions() -> list[Question]:
    titles = ("Oak", "Elm", "Ash", "Fir", "Yew", "Fig", "Ivy", "Rye", "Oat", "Pea", "Nut", "Hop")
    found = []
    for number, title in enumerate(titles, 1):
        found.append(Question(f"w{number}", f"who wrote {title} Stories?", (f"Author:{number % 6}",)))
        found.append(Question(f"y{number}", f"what is the year of {title} Stories?", (1990 + number,)))
    return found


def _one_fact(folder: Path) -> Path:
    path = folder / "fact.tsv"
    path.write_text("a\tb\tc\n")
    return path


def _everything(connection: Connection) -> list[list[list[object]]]:
    """How much there is of everything that can be added to a database, and all names."""
    return [
        connection.rows(COUNTS),
        connection.rows("MATCH (n) UNWIND labels(n) AS l UNWIND keys(n) AS k RETURN DISTINCT l, k ORDER BY l, k"),
        connection.rows("SHOW CONSTRAINTS YIELD name RETURN name ORDER BY name"),
        connection.rows("SHOW INDEXES YIELD name RETURN name ORDER BY name"),
    ]
