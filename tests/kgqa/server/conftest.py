"""The films as a service, in this process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from kgqa.server import create_app
from tests.kgqa.films import Films


@pytest.fixture(scope="module")
def client(films: Films) -> Iterator[TestClient]:
    """A client of the films with their model; nobody writes."""
    with films.open() as qa, TestClient(create_app(qa), base_url="http://localhost") as opened:
        yield opened
