"""``/corrections``."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from graphdb import program_from_dict
from kgqa import KGQA
from kgqa.questions import question_to_dict
from kgqa.server.documented import problems
from kgqa.server.schemas import Correction, CorrectionRequest, Corrections
from kgqa.server.service import Serving

router = APIRouter(tags=["correcting"])


@router.post("/corrections", status_code=201, response_model=Correction, responses=problems(403, 408, 413))
async def correct(said: CorrectionRequest, service: Serving) -> JSONResponse:
    """Say what is right where an answer was not: either the complete set of `answers`, empty if the graph has none, or
    the `program` that was meant, such as that of one of the `readings` of an answer.

    It is kept beside the graph, and training learns from it. The latest correction of a question counts.
    """
    service.check_writable()
    return JSONResponse(await service.read(_correct, service.qa, said), 201)


@router.get("/corrections", response_model=Corrections, responses=problems())
async def corrections(service: Serving) -> JSONResponse:
    """What is right, by the latest correction of each question, oldest first."""
    return JSONResponse({"corrections": await service.read(_current, service.qa)})


def _correct(qa: KGQA, said: CorrectionRequest) -> dict[str, Any]:
    answers = None if said.answers is None else [tuple(a) if isinstance(a, list) else a for a in said.answers]
    program = None if said.program is None else program_from_dict(said.program)
    return question_to_dict(qa.correct(said.question, answers=answers, program=program))


def _current(qa: KGQA) -> list[dict[str, Any]]:
    return [question_to_dict(correction) for correction in qa.corrections.current()]
