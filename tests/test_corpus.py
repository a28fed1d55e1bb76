"""The corpus: every question's program has the answers that are written beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.renaming import read_names, rename_graph, rename_question
from kgqa import KGQA
from kgqa.questions import read_questions, resolve_answers

CORPUS = Path(__file__).parent.parent / "corpus"
GRAPHS = sorted(folder.name for folder in CORPUS.iterdir() if folder.is_dir())
RENAMED = [name for name in GRAPHS if (CORPUS / name / "renamed.json").exists()]


@pytest.fixture(scope="module", params=GRAPHS)
def graph(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, KGQA]]:
    folder = CORPUS / request.param
    with KGQA.open(str(tmp_path_factory.mktemp("corpus") / "graph.db"), device="cpu") as qa:
        report = qa.sync(folder / "graph.jsonl")
        assert not report.rejected
        yield folder, qa


def test_the_programs_have_these_answers(graph: tuple[Path, KGQA]) -> None:
    folder, qa = graph
    questions = read_questions(folder / "questions.jsonl")
    known = [q for q in questions if q.program is not None]
    assert len(known) > 100
    results = qa.store.run([q.program for q in known if q.program])
    for question, gold, result in zip(known, resolve_answers(qa.store, known), results, strict=True):
        assert gold.matches(result), question.question


@pytest.mark.parametrize("name", RENAMED)
def test_the_programs_have_these_answers_under_other_names(name: str, tmp_path: Path) -> None:
    folder, names = CORPUS / name, read_names(CORPUS / name / "renamed.json")
    with KGQA.open(str(tmp_path / "graph.db"), device="cpu") as qa:
        report = qa.sync(rename_graph(folder / "graph.jsonl", names, tmp_path / "renamed.jsonl"))
        assert not report.rejected
        known = [q for q in read_questions(folder / "questions.jsonl") if q.program is not None]
        results = qa.store.run([q.program for q in (rename_question(q, names) for q in known) if q.program])
        for question, gold, result in zip(known, resolve_answers(qa.store, known), results, strict=True):
            assert gold.matches(result), question.question


def test_the_questions_differ_and_some_have_no_answer(graph: tuple[Path, KGQA]) -> None:
    questions = read_questions(graph[0] / "questions.jsonl")
    assert len({q.question.casefold() for q in questions}) == len(questions) > 115
    assert {bool(q.answers) for q in questions if q.program is None} == {False}
    assert len({q.group for q in questions}) > 20
