from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graphdb.sql import SqlStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with SqlStore.open(f"sqlite:///{tmp_path / 'graph.db'}") as opened:
        yield opened


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "alias"
