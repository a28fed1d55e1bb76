"""The Python of the README runs, on the graph and the model that all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

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
