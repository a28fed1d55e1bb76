"""The Python of the README and the scripts in examples/ run, on the graph and the model that all tests share."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

from graphdb.readers import read_records
from kgqa.questions import read_questions
from tests.kgqa.films import Films
from tests.project import ROOT, code_blocks


def test_the_python_of_the_readme_runs(
    films: Films, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = films.copy(tmp_path / "films")
    monkeypatch.chdir(copy.folder)
    (copy.folder / "models").mkdir()
    copy.model.rename(copy.folder / "models" / "films")
    for number, block in enumerate(code_blocks(ROOT / "README.md", "python")):
        exec(compile(block, f"README.md, block {number}", "exec"), {})  # noqa: S102
    printed = capsys.readouterr().out
    assert "'Sigourney Weaver' was read as Sigourney Weaver" in printed
    assert "synced 1 rows" in printed


def test_the_examples_run(
    films: Films, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = films.copy(tmp_path / "films").folder
    for script in ("ask", "sync"):
        monkeypatch.setattr(sys, "argv", [f"{script}.py", str(folder)])
        runpy.run_path(str(ROOT / "examples" / f"{script}.py"), run_name="__main__")
    printed = capsys.readouterr().out
    assert "who directed Alien?" in printed
    assert "before: No answer: " in printed
    assert "deleted again: No answer: " in printed


def test_the_files_of_the_examples_are_whole() -> None:
    folder = ROOT / "examples" / "films"
    assert sum(1 for _ in read_records(folder / "facts.jsonl", strict=True)) == 196
    train, held_out = (read_questions(folder / f"{name}.jsonl") for name in ("questions", "held-out"))
    assert {q.question for q in train}.isdisjoint(q.question for q in held_out)
