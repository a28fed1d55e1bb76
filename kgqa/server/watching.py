"""``/health``, ``/ready`` and ``/metrics``: for who runs the service."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from graphdb.errors import IndexMissingError, KGQAError
from kgqa import KGQA
from kgqa.server.documented import problems
from kgqa.server.problems import NOT_READY, ProblemError
from kgqa.server.schemas import Alive, Ready
from kgqa.server.service import Serving

_log = logging.getLogger(__name__)

_PATIENCE_S = 5.0

probes = APIRouter(tags=["running it"])
router = APIRouter(tags=["running it"])


@probes.get("/health", response_model=Alive, responses=problems())
async def health() -> JSONResponse:
    """The process answers; it may be that nothing can be asked yet."""
    return JSONResponse({"status": "alive"})


@probes.get("/ready", response_model=Ready, responses=problems())
async def ready(service: Serving) -> JSONResponse:
    """Questions can be asked: the graph is there and has an index."""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            return JSONResponse(await service.read(_state, service.qa))
    except IndexMissingError as exc:
        raise ProblemError(NOT_READY, "the graph has no index of names yet: sync facts into it") from exc
    except (KGQAError, TimeoutError) as exc:
        _log.warning("not ready: %s", str(exc) or f"the graph did not answer within {_PATIENCE_S:g} s")
        raise ProblemError(
            NOT_READY, "the graph, or its index, cannot be used: the log of the service says more"
        ) from exc


@router.get("/metrics", response_class=Response, responses=problems() | {200: {"content": {"text/plain": {}}}})
async def metrics(service: Serving) -> Response:
    """Figures for Prometheus, in its text format."""
    service.metrics.waiting.set(len(service.batcher))
    return Response(service.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _state(qa: KGQA) -> dict[str, Any]:
    index = qa.index
    return {
        "status": "ready",
        "graph": {"watermark": qa.store.watermark()},
        "index": {"watermark": index.watermark, "names": len(index)},
        "answered_by": {
            "kind": "reader" if qa.model is None else "model",
            "model": None if qa.model is None else qa.model.name,
        },
    }
