"""The fixtures of the contract suite: an empty graph on every database that there is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graphdb import GraphStore, open_store
from tests.contract.backends import BACKENDS
from tests.contract.films import ENTITIES, FACTS

_PARAMETERS = [
    pytest.param(name, marks=[] if name == "sqlite" else [getattr(pytest.mark, name)], id=name) for name in BACKENDS
]


@pytest.fixture(params=_PARAMETERS)
def graph_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty graph of its own."""
    with BACKENDS[request.param](tmp_path) as url:
        yield url


@pytest.fixture
def store(graph_url: str) -> Iterator[GraphStore]:
    """An open store on an empty graph."""
    with open_store(graph_url) as opened:
        yield opened


@pytest.fixture
def cinema(store: GraphStore) -> GraphStore:
    """A store with people, and the films that they directed and wrote."""
    store.upsert_entities(ENTITIES)
    store.upsert_facts(FACTS)
    return store
