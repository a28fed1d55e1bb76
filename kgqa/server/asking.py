"""``/ask``."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from graphdb import node_from_dict
from kgqa.answering import Meanings
from kgqa.server.batching import Asking
from kgqa.server.schemas import Answer, AskParameters, AskRequest
from kgqa.server.service import Serving

router = APIRouter(tags=["asking"])


@router.post("/ask", response_model=Answer)
async def ask(asked: AskRequest, service: Serving) -> JSONResponse:
    """Answer a question: the complete set of answers that the graph has now, or why there is none.

    Of a node, an answer has `key` for an entity, `value` for a value, and otherwise `type`. An answer that is
    held back has `abstained`, with the `reason`.
    """
    (answer,) = await service.batcher.ask([asked.question], replace(asking(asked), meanings=_meanings(asked)))
    if isinstance(answer, BaseException):
        raise answer
    return JSONResponse(answer)


def asking(parameters: AskParameters) -> Asking:
    """How to answer, as the request says."""
    return Asking(parameters.evidence, parameters.abstain_below, parameters.pick)


def _meanings(asked: AskRequest) -> Meanings:
    return {text: node_from_dict(node.model_dump(exclude_none=True)) for text, node in asked.meanings.items()}
