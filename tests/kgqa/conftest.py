"""What the tests of kgqa share."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from tests.kgqa.films import Films, make_films
from tests.kgqa.program import Run, run


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Films:
    """A small graph with a trained model, made once, also where several processes run the tests."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return make_films(tmp_path_factory.mktemp("films"))
    shared = tmp_path_factory.getbasetemp().parent
    with (shared / "films.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = shared / "films"
        return Films(folder) if (folder / "model" / "config.json").exists() else make_films(folder)


@pytest.fixture
def kgqa(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs the program in an empty working directory, with no settings but those given."""
    for name in [name for name in os.environ if name.startswith("KGQA_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    return run


@pytest.fixture
def where(films: Films) -> list[str]:
    """The options that name the graph and the model of the films."""
    return ["--graph", str(films.graph), "--model", str(films.model)]
