"""What the tests of kgqa share."""

from __future__ import annotations

import fcntl
import os

import pytest

from tests.kgqa.films import Films, make_films


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
