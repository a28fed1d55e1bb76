"""``/sync``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from kgqa.server.documented import problems
from kgqa.server.problems import WRONG_MEDIA, ProblemError
from kgqa.server.schemas import SyncReport
from kgqa.server.service import Serving
from kgqa.server.syncs import SyncParameters

router = APIRouter(tags=["the graph"])

MEDIA_TYPES = ("application/x-ndjson", "application/jsonl")
_BODY = {
    "requestBody": {
        "required": True,
        "description": "One JSON object a line, as in a file of facts.",
        "content": {
            media_type: {
                "schema": {"type": "string"},
                "example": '{"subject": "Ridley Scott", "relation": "directed", "object": "Alien (1979)"}\n',
            }
            for media_type in MEDIA_TYPES
        },
    }
}


@router.post("/sync", response_model=SyncReport, openapi_extra=_BODY, responses=problems(403, 408, 413, 415))
async def sync(
    request: Request,
    service: Serving,
    source: Annotated[
        str, Query(min_length=1, max_length=500, description="Where the facts come from, for the ledger.")
    ] = "http",
    delete: Annotated[
        bool, Query(description="Also delete what earlier syncs of this source brought and it no longer has.")
    ] = False,
    dry_run: Annotated[bool, Query(description="Only say what would happen.")] = False,
) -> JSONResponse:
    """Apply facts to the graph: JSON lines, as in files of facts. They can be asked about when this returns.

    Every row is added, updated, unchanged, deleted, or rejected with its line and the reason; the others are applied
    all the same. Sending the same again changes nothing.
    """
    service.check_writable()
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES or request.headers.get("content-encoding", "identity") != "identity":
        raise ProblemError(WRONG_MEDIA, f"send JSON lines as {' or '.join(MEDIA_TYPES)}, and not compressed")
    return JSONResponse(await service.syncs.apply(request, SyncParameters(source, delete, dry_run)))
