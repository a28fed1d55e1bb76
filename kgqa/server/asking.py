"""``/ask`` and ``/ask/batch``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from graphdb import node_from_dict
from kgqa.answering import Meanings
from kgqa.server.batching import Asking
from kgqa.server.documented import problems
from kgqa.server.problems import UNUSABLE, ProblemError, as_problem, problem_dict
from kgqa.server.schemas import Answer, Answers, AskParameters, AskRequest, BatchRequest
from kgqa.server.service import Serving

router = APIRouter(tags=["asking"], responses=problems(408, 413))


@router.post("/ask", response_model=Answer)
async def ask(request: Request, asked: AskRequest, service: Serving) -> JSONResponse:
    """Answer a question: the complete set of answers that the graph has now, or why there is none.

    A node is an entity by its `key`, a `value`, or a `type`. An answer that is held back is `abstained`, with the
    `reason`.
    """
    request.state.questions = 1
    (answer,) = await service.ask([asked.question], replace(_asking(asked), meanings=_meanings(asked)))
    if isinstance(answer, BaseException):
        raise answer
    return JSONResponse(answer)


@router.post("/ask/batch", response_model=Answers, response_model_exclude_unset=True)
async def ask_batch(request: Request, asked: BatchRequest, service: Serving) -> JSONResponse:
    """Answer several questions, in order: each has its `answer`, or the `problem` if it alone failed."""
    most = service.options.batch_request
    if len(asked.questions) > most:
        raise ProblemError(UNUSABLE, f"{len(asked.questions)} questions are too many at once: send {most} at most")
    request.state.questions = len(asked.questions)
    answers = await service.ask(asked.questions, _asking(asked))
    return JSONResponse({"results": [_result(answer) for answer in answers]})


def _asking(parameters: AskParameters) -> Asking:
    return Asking(parameters.evidence, parameters.abstain_below, parameters.pick)


def _meanings(asked: AskRequest) -> Meanings:
    return {text: node_from_dict(node.model_dump(exclude_none=True)) for text, node in asked.meanings.items()}


def _result(answer: dict[str, Any] | BaseException) -> dict[str, Any]:
    if isinstance(answer, Exception):
        return {"problem": problem_dict(as_problem(answer))}
    if isinstance(answer, BaseException):
        raise answer
    return {"answer": answer}
