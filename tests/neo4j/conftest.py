"""The server, and an open store on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graphdb.neo4j import Neo4jStore
from tests.neo4j.server import Server, server


@pytest.fixture
def neo4j_server() -> Server:
    """The server of the tests."""
    return server()


@pytest.fixture
def url(neo4j_server: Server) -> Iterator[str]:
    """The URL of an empty graph, with the credentials."""
    with neo4j_server.graph() as given:
        yield given


@pytest.fixture
def store(url: str) -> Iterator[Neo4jStore]:
    """An open store on an empty graph."""
    with Neo4jStore.open(url) as opened:
        yield opened
