"""The films as a service, in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from kgqa import KGQA
from kgqa.server import ServerOptions, create_app
from tests.kgqa.films import Films

URL = "http://localhost"

Serve = Callable[..., TestClient]


@pytest.fixture(scope="module")
def opened(films: Films) -> Iterator[KGQA]:
    """The films with their model; nobody writes."""
    with films.open() as qa:
        yield qa


@pytest.fixture
def serve(opened: KGQA) -> Iterator[Serve]:
    """Serves a graph, the films if no other is given, with options."""
    with ExitStack() as stack:

        def start(qa: KGQA | None = None, **options: object) -> TestClient:
            app = create_app(qa or opened, ServerOptions(**options))  # type: ignore[arg-type]
            return stack.enter_context(TestClient(app, base_url=URL))

        yield start


@pytest.fixture
def client(serve: Serve) -> TestClient:
    """A client of the films with their model."""
    return serve()


@pytest.fixture
def own(films: Films, tmp_path: Path) -> Iterator[KGQA]:
    """A copy of the films, to change."""
    with films.copy(tmp_path / "films").open() as qa:
        yield qa
