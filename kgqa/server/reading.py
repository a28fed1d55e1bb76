"""``/entities/search``, ``/schema`` and ``/examples``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from graphdb import node_to_dict
from kgqa import KGQA
from kgqa.answering.nodes import answered
from kgqa.server.documented import problems
from kgqa.server.schemas import Examples, Found, Schema
from kgqa.server.service import Serving

router = APIRouter(tags=["the graph"], responses=problems())


@router.get("/entities/search", response_model=Found)
async def search(
    service: Serving,
    q: Annotated[str, Query(max_length=200, description="A name, or something like it.")],
    limit: Annotated[int, Query(ge=1, le=100, description="How many to give, at most.")] = 10,
) -> JSONResponse:
    """The entities, values and types whose names are most like a text, best first."""
    return JSONResponse({"results": await service.read(_search, service.qa, q, limit)})


@router.get("/schema", response_model=Schema)
async def schema(service: Serving) -> JSONResponse:
    """What the graph can say: its types, relations and attributes."""
    return JSONResponse(asdict(await service.read(service.qa.schema)))


@router.get("/examples", response_model=Examples)
async def examples(service: Serving) -> JSONResponse:
    """Some questions that this graph answers, made from its schema and its names."""
    return JSONResponse({"questions": await service.samples.get()})


def _search(qa: KGQA, text: str, limit: int) -> list[dict[str, Any]]:
    found = qa.search(text, limit=limit)
    shown = answered(qa.store, [candidate.node for candidate in found])
    return [
        {
            **node_to_dict(candidate.node),
            "name": shown[candidate.node].name,
            "types": list(shown[candidate.node].types),
            "surface": candidate.surface,
            "kind": candidate.kind.value,
            "similarity": min(candidate.similarity, 1.0),
        }
        for candidate in found
    ]
