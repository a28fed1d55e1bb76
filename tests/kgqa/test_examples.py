"""What is in examples/ runs and shows what it says; the one for Neo4j runs in tests/neo4j."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from graphdb.readers import read_records
from kgqa.questions import read_questions
from tests.kgqa.films import Films
from tests.project import ROOT

EXAMPLES = ROOT / "examples"
NOTEBOOK = EXAMPLES / "films.ipynb"

RunExample = Callable[..., str]


@pytest.fixture
def run_example(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> RunExample:
    """Runs a script with its arguments; gives what it printed."""

    def run(name: str, *args: object) -> str:
        monkeypatch.setattr(sys, "argv", [f"{name}.py", *map(str, args)])
        runpy.run_path(str(EXAMPLES / f"{name}.py"), run_name="__main__")
        return capsys.readouterr().out

    return run


def test_with_a_model(films: Films, tmp_path: Path, run_example: RunExample) -> None:
    folder = films.copy(tmp_path / "films").folder
    assert "who directed Alien?" in run_example("ask", folder)
    printed = run_example("sync", folder)
    assert "before: No answer: " in printed
    assert "after: Ridley Scott" in printed
    assert "deleted again: No answer: " in printed


def test_without_a_model(tmp_path: Path, run_example: RunExample) -> None:
    printed = run_example("without_a_model", tmp_path)
    assert "  James Cameron, Ridley Scott\n  read as: people that directed films that Sigourney Weaver" in printed
    assert "No answer: the likeliest reading is" in printed
    assert "acted in: Casino, Heat, " in printed
    assert "acted in: Heat\n" in printed


def test_from_async_code(tmp_path: Path, run_example: RunExample) -> None:
    assert "who directed Alien? Ridley Scott\n" in run_example("asynchronous", tmp_path)


def test_a_table(tmp_path: Path, run_example: RunExample) -> None:
    printed = run_example("table", tmp_path)
    assert "films directed by Ridley Scott         3" in printed
    lines = (tmp_path / "answers.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "question,answer,key,types,value,beside,score,confidence,reason"
    assert lines[-1].startswith("what is the shoe size of Tom Hanks?,,")


def test_no_script_is_without_a_test() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.py")} == {
        *("ask", "sync", "without_a_model", "asynchronous", "table", "neo4j_graph")
    }


def test_the_notebook_is_kept_without_what_it_gave() -> None:
    cells = _notebook().cells
    assert all(not cell.outputs and cell.execution_count is None for cell in cells if cell.cell_type == "code")


def test_the_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    notebook = _notebook()
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(EXAMPLES)}}).execute()
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    answers = [o.data["text/html"] for o in shown if "kgqa-answer" in o.get("data", {}).get("text/html", "")]
    assert len(answers) == 4
    assert "<strong>James Cameron</strong>" in answers[0]
    assert "<strong>No answer</strong>" in answers[2]
    assert "<strong>Alien</strong>" in answers[3]
    assert any("dataframe" in o.get("data", {}).get("text/html", "") for o in shown)


def test_the_files_are_whole() -> None:
    folder = EXAMPLES / "films"
    assert sum(1 for _ in read_records(folder / "facts.jsonl", strict=True)) == 196
    train, held_out = (read_questions(folder / f"{name}.jsonl") for name in ("questions", "held-out"))
    assert {q.question for q in train}.isdisjoint(q.question for q in held_out)


def _notebook() -> Any:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    return notebook
