"""Every form of program on every store, proposed, and asked for in words; ``docs/coverage.md`` says what is found.

``KGQA_COVERAGE=write pytest tests/forms`` writes the table anew: the columns of the servers that there are.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from graphdb import Found, GraphStore, Program, open_store, write_facts_jsonl
from graphdb.neo4j import Neo4jStore
from kgqa import KGQA
from kgqa.proposing import Proposal, Proposer
from kgqa.questions import GoldAnswers
from kgqa.reader import load_reader
from tests.contract.backends import BACKENDS
from tests.forms import graph
from tests.forms.cases import FORMS, Form
from tests.forms.table import ASKED, FILE, PROPOSED, STORES, Cells, read_column, write_column
from tests.neo4j.server import server
from tests.programs import agree

EXPECTED: dict[Form, Sequence[Found]] = {form: graph.reference().answer(form.program) for form in FORMS}


def check(name: str, cells: Cells) -> None:
    """Whether a column is what was committed, or write it."""
    if os.environ.get("KGQA_COVERAGE") == "write":
        write_column(name, cells)
    committed = read_column(name)
    differing = {
        f"{form.part}: {form.name}": (committed[form], cells[form]) for form in FORMS if committed[form] != cells[form]
    }
    assert not differing, (
        f"the column {name!r} of {FILE.name} differs from what is found (committed, found): {differing}; "
        "`KGQA_COVERAGE=write pytest tests/forms` writes the table anew"
    )


# --- stores -----------------------------------------------------------------------------------------------------------


@contextmanager
def _mapped(_folder: Path) -> Iterator[GraphStore]:
    here = server()
    with here.graph(*graph.LABELS) as url:
        with here.connection() as connection:
            graph.create(connection)
        with Neo4jStore.open(url, mapping=graph.MAPPING) as store:
            yield store


@contextmanager
def _written(backend: str, folder: Path) -> Iterator[GraphStore]:
    with BACKENDS[backend](folder) as url, open_store(url) as store:
        graph.fill(store)
        yield store


_STORES = [
    pytest.param("SQLite", "sqlite", id="sqlite"),
    pytest.param("PostgreSQL", "postgres", id="postgres", marks=pytest.mark.postgres),
    pytest.param("Neo4j", "neo4j", id="neo4j", marks=pytest.mark.neo4j),
    pytest.param("Neo4j, mapped", "", id="mapped", marks=pytest.mark.neo4j),
]


@pytest.mark.parametrize(("name", "backend"), _STORES)
def test_every_form_on_a_store(name: str, backend: str, tmp_path: Path) -> None:
    with _written(backend, tmp_path) if backend else _mapped(tmp_path) as store:
        answers = store.run([form.program for form in FORMS])
        queries = [store.query(form.program) for form in FORMS]
    if backend in {"", "neo4j"}:
        assert None not in queries
    found = zip(FORMS, answers, strict=True)
    check(name, {form: "yes" if agree(answer, EXPECTED[form]) else "no" for form, answer in found})


def test_every_form_has_an_answer_and_two_phrasings() -> None:
    assert len({(form.part, form.name) for form in EXPECTED}) == len(FORMS)
    assert all(EXPECTED.values())
    assert all(len(set(form.questions)) >= 2 for form in FORMS)
    opposites = [(EXPECTED[form], form.opposite) for form in FORMS if form.opposite]
    assert all(graph.reference().answer(program) != expected for expected, (program, _) in opposites)
    assert set(STORES) == {parameters.values[0] for parameters in _STORES}


# --- questions --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def qa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KGQA]:
    folder = tmp_path_factory.mktemp("forms")
    write_facts_jsonl(folder / "films.jsonl", [*graph.ENTITIES, *graph.FACTS])
    with KGQA.open(str(folder / "films.db"), device="cpu") as opened:
        opened.sync(folder / "films.jsonl")
        yield opened


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, with the form that it counts for and its place among the questions of that."""

    form: Form
    place: int
    program: Program
    text: str

    @property
    def gold(self) -> GoldAnswers:
        return GoldAnswers(tuple(frozenset({each}) for each in graph.reference().answer(self.program)))


def _asked() -> Iterator[_Asked]:
    for form in FORMS:
        for program, questions in [(form.program, form.questions), *([form.opposite] if form.opposite else [])]:
            yield from (_Asked(form, place, program, text) for place, text in enumerate(questions))


def _by_form(right: Iterable[bool]) -> Cells:
    found: dict[Form, dict[int, bool]] = {form: {} for form in FORMS}
    for asked, each in zip(_asked(), right, strict=True):
        places = found[asked.form]
        places[asked.place] = places.get(asked.place, True) and each
    return {form: f"{sum(places.values())} of {len(places)}" for form, places in found.items()}


def test_a_program_with_the_answer_is_proposed(qa: KGQA) -> None:
    texts = [asked.text for asked in _asked()]
    encoder = load_reader().encoder
    proposer = Proposer(qa.schema(), lambda words: encoder.text_vectors(words).cpu().numpy())
    proposed = qa.store.reading(lambda store: proposer.propose(texts, qa.index.candidates(texts), store))
    pairs = zip(_asked(), proposed, strict=True)
    check(PROPOSED, _by_form(any(_is_right(asked, each, qa.store) for each in found) for asked, found in pairs))


def _is_right(asked: _Asked, proposal: Proposal, store: GraphStore) -> bool:
    """Whether a program has the right answer; only one that asks in the same way can say yes or no."""
    if asked.form.opposite is not None and type(proposal.program) is not type(asked.program):
        return False
    (found,) = store.run([proposal.program])
    return asked.gold.matches(found)


def test_questions_are_answered_without_a_model(qa: KGQA) -> None:
    answers = qa.ask_batch([asked.text for asked in _asked()], evidence=0)
    check(ASKED, _by_form(asked.gold.matches(answer.found) for asked, answer in zip(_asked(), answers, strict=True)))
