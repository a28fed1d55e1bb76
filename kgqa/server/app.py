"""The app: routes, limits and errors, for one open graph."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import Depends, FastAPI

from kgqa import KGQA
from kgqa.server import asking, correcting, reading, syncing, watching
from kgqa.server.access import require_key
from kgqa.server.documented import document, problems
from kgqa.server.guarding import Guard
from kgqa.server.observing import Observer
from kgqa.server.options import ServerOptions
from kgqa.server.pages import SafeHeaders, serve_page
from kgqa.server.problems import handle_problems
from kgqa.server.service import Service

_DESCRIPTION = "Ask a knowledge graph questions in plain language, and get complete, proven, live answers."


def create_app(qa: KGQA, options: ServerOptions | None = None) -> FastAPI:
    """An app that asks a graph.

    :param qa: stays its owner's to close, after the app has ended.
    """
    service = Service(qa, options or ServerOptions())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service.running():
            yield

    # the pages of documentation that FastAPI has would load scripts from elsewhere
    app = FastAPI(
        title="kgqa",
        description=_DESCRIPTION,
        version=version("kgqa"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.service = service
    app.add_middleware(Guard, service.options)
    app.add_middleware(SafeHeaders)
    app.add_middleware(Observer, service.metrics)  # the outermost
    handle_problems(app)
    app.include_router(watching.probes)
    locked = [] if service.options.api_key is None else [Depends(require_key)]
    for router in (asking.router, correcting.router, reading.router, syncing.router, watching.router):
        app.include_router(router, dependencies=locked, responses=problems(401) if locked else None)
    serve_page(app)
    document(app)
    return app
