"""Questions that a graph makes of itself: their answers are those of their programs, on any graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphdb import Entity, Fact, SqlStore
from graphdb.errors import IndexMissingError, InputError
from indexing import AliasIndex
from kgqa.bootstrap import Bootstrapped, bootstrap
from kgqa.graph import Graph, open_graph_store
from kgqa.questions import answers_of, read_questions, write_questions
from kgqa.settings import load_settings
from tests.kgqa.program import Run

CORPUS = Path(__file__).parents[3] / "corpus"

KEYS = [f"k{i}" for i in range(12)]
ENTITIES = st.builds(
    Entity,
    key=st.sampled_from(KEYS),
    name=st.sampled_from(["Ann Lee", "Bo", "St. John's", "É of X", "New York", "42", "a-b", "Lee"]),
    aliases=st.lists(st.sampled_from(["AL", "the Bo", "X"]), max_size=1).map(tuple),
    types=st.lists(st.sampled_from(["Person", "CITY", "film_set"]), max_size=2).map(tuple),
    properties=st.fixed_dictionaries(
        {},
        optional={
            "heightCm": st.integers(150, 200) | st.floats(1, 2),
            "bornIn": st.integers(1950, 2000),
            "opened_on": st.dates(date(1990, 1, 1), date(2020, 1, 1)),
            "colour": st.sampled_from(["red", "dark green", "it's", ""]),
            "active": st.booleans(),
            "code": st.sampled_from(["A1", "B2", "C3"]) | st.integers(0, 5),
            "languages": st.lists(st.sampled_from(["French", "Dutch"]), min_size=1, max_size=2).map(tuple),
        },
    ),
)
FACTS = st.builds(
    Fact,
    subject=st.sampled_from(KEYS),
    relation=st.sampled_from(["LIVES_IN", "likes", "directed by", "p57", "partOf"]),
    object=st.sampled_from(KEYS),
    properties=st.fixed_dictionaries({}, optional={"since": st.integers(1990, 2020), "role": st.sampled_from("ab")}),
)


def check(made: Bootstrapped, store: SqlStore) -> None:
    """The answers of every question are those of its program now; nothing is asked twice."""
    asked = [question for question in made.questions if question.program is not None]
    results = store.run([question.program for question in asked if question.program is not None])
    for question, result in zip(asked, results, strict=True):
        assert question.answers == answers_of(result), question
        assert question.answers, question
    assert all(not question.answers for question in made.questions if question.program is None)
    assert len({question.question.casefold() for question in made.questions}) == len(made.questions)
    assert len({question.id for question in made.questions}) == len(made.questions)
    for question in made.questions:
        assert question.question == " ".join(question.question.split())
        assert "None" not in question.question


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(ENTITIES, unique_by=lambda entity: entity.key, min_size=1, max_size=12),
    st.lists(FACTS, unique_by=lambda fact: fact.triple, max_size=25),
    st.integers(0, 3),
)
def test_on_any_graph(
    tmp_path_factory: pytest.TempPathFactory, entities: list[Entity], facts: list[Fact], seed: int
) -> None:
    folder = tmp_path_factory.mktemp("random")
    with SqlStore.open(str(folder / "graph.db")) as store:
        store.upsert_entities(entities)
        store.upsert_facts(facts)
        with AliasIndex.build(folder / "index", store) as index:
            if not any(entity.types for entity in entities):
                with pytest.raises(InputError, match="have no types"):
                    bootstrap(store, index, questions=30, seed=seed)
                return
            made = bootstrap(store, index, questions=30, seed=seed)
            check(made, store)
            write_questions(folder / "questions.jsonl", made.questions)
            assert read_questions(folder / "questions.jsonl") == list(made.questions)
            assert bootstrap(store, index, questions=30, seed=seed) == made


@pytest.fixture(scope="module", params=["company", "railway"])
def graph(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    file = tmp_path_factory.mktemp(request.param) / "graph.db"
    with Graph(open_graph_store(load_settings(graph=str(file)))) as opened:
        opened.sync(CORPUS / request.param / "graph.jsonl")
        yield opened


def test_every_form_is_asked_for(graph: Graph, tmp_path: Path) -> None:
    out = tmp_path / "questions.jsonl"
    done: list[tuple[int, int]] = []
    made = graph.bootstrap(questions=200, out=out, progress=lambda *at: done.append(at))
    assert isinstance(graph.store, SqlStore)
    check(made, graph.store)
    assert len(made.questions) == 200
    assert done == [(number, 200) for number in range(1, 201)]
    assert read_questions(out) == list(made.questions)
    assert len(made.forms) > 24
    assert max(made.forms.values()) < 40
    assert made.forms["unanswerable"] == 18


def test_relations_take_turns(graph: Graph) -> None:
    made = graph.bootstrap(questions=250, seed=2)
    relations = {each.name for each in graph.schema().relations if each.object_types}
    asked = Counter(name for q in made.questions for name in relations if f"{name}'" in repr(q.program))
    assert set(asked) == relations
    assert graph.bootstrap(questions=20, seed=3).questions != made.questions[:20]


def test_nothing_is_asked_of_what_is_not_there(tmp_path: Path) -> None:
    with Graph(open_graph_store(load_settings(graph=str(tmp_path / "graph.db")))) as opened:
        with pytest.raises(IndexMissingError, match="kgqa index"):
            opened.bootstrap()
        opened.update_index()
        with pytest.raises(InputError, match="the graph is empty: sync facts"):
            opened.bootstrap()
        with pytest.raises(InputError, match="0 questions cannot be made"):
            opened.bootstrap(questions=0)


class TestCommand:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        path = tmp_path / "facts.jsonl"
        path.write_text(
            '{"entity": "a", "name": "Ada", "types": ["person"], "properties": {"height": 170}}\n'
            '{"entity": "b", "name": "Bob", "types": ["person"], "properties": {"height": 180}}\n'
            '{"subject": "a", "relation": "likes", "object": "b"}\n'
        )
        return path

    def test_what_was_made_is_shown(self, kgqa: Run, file: Path, tmp_path: Path) -> None:
        kgqa("sync", file, "--graph", tmp_path / "g.db")
        out = tmp_path / "questions.jsonl"
        done = kgqa("bootstrap", "--graph", tmp_path / "g.db", "--out", out, "--questions", "20")
        assert done.code == 0
        assert "attribute" in done.out
        assert f"kgqa train {out}" in done.out
        assert 5 < len(read_questions(out)) <= 20
        told = kgqa("bootstrap", "--graph", tmp_path / "g.db", "--out", out, "--questions", "20", "--json").json
        assert told["questions"] == sum(told["forms"].values()) == len(read_questions(out))

    def test_a_file_that_cannot_be_written(self, kgqa: Run, file: Path, tmp_path: Path) -> None:
        kgqa("sync", file, "--graph", tmp_path / "g.db")
        done = kgqa("bootstrap", "--graph", tmp_path / "g.db", "--out", tmp_path / "none" / "questions.jsonl")
        assert done.code == 1
        assert "questions.jsonl cannot be used: No such file" in done.err
