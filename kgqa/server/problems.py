"""Errors as problem details (RFC 9457): each kind of error is given its status and its type here, and nowhere else."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from graphdb.errors import (
    IndexMissingError,
    InputError,
    KGQAError,
    ReadOnlyStoreError,
    SettingsError,
)

_log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
_PREFIX = "urn:kgqa:problem:"


class Invalid(BaseModel):
    """One part of a request that cannot be used."""

    location: str = Field(description="Where it is, such as `body.questions.3`.")
    reason: str


class Problem(BaseModel):
    """What went wrong, as RFC 9457 has it."""

    type: str = Field(description="The kind of problem, for programs.")
    title: str = Field(description="The kind of problem, for people.")
    status: int = Field(description="The HTTP status, once more.")
    detail: str = Field(description="What happened this time, and what to do next.")
    errors: list[Invalid] | None = Field(default=None, description="The parts of the request that cannot be used.")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem; without a name, one that only the status tells."""

    name: str
    status: int
    title: str


INVALID = Kind("invalid-request", 422, "The request is not of the form that is documented")
UNUSABLE = Kind("unusable-input", 422, "The input cannot be used")
NO_KEY = Kind("no-key", 401, "The API key is missing or wrong")
READ_ONLY = Kind("read-only", 403, "The graph is only read")
NOT_THIS_HOST = Kind("wrong-host", 421, "This service is not called so")
UNFINISHED = Kind("unfinished-request", 408, "The request did not come in time")
TOO_LARGE = Kind("too-large", 413, "The request is too large")
WRONG_MEDIA = Kind("wrong-media-type", 415, "The body is not of a type that is read here")
NOT_READY = Kind("not-ready", 503, "Questions cannot be answered yet")
TIMEOUT = Kind("timeout", 504, "It took too long")
NOT_INDEXED = Kind("not-indexed", 503, "The graph has no index of names yet")
OVERLOADED = Kind("overloaded", 503, "Too much is asked at once")
UNAVAILABLE = Kind("store-unavailable", 503, "The graph cannot be reached now")
INTERNAL = Kind("internal", 500, "The service failed")

_RETRY_AFTER_S = 2


class ProblemError(HTTPException):
    """Ends a request with a problem.

    :param retry_after_s: after how many seconds the same request may succeed.
    """

    def __init__(self, kind: Kind, detail: str, *, retry_after_s: int | None = None) -> None:
        headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
        if kind is NO_KEY:
            headers["WWW-Authenticate"] = "Bearer"
        super().__init__(kind.status, detail, headers)
        self.kind = kind


def as_problem(exc: Exception) -> ProblemError:
    """The problem that an error is to a client. What went wrong inside is logged, and not told."""
    match exc:
        case ProblemError():
            return exc
        case InputError() if not isinstance(exc, SettingsError):
            return ProblemError(UNUSABLE, str(exc))
        case ReadOnlyStoreError():
            return ProblemError(READ_ONLY, str(exc))
        case IndexMissingError():
            return ProblemError(NOT_INDEXED, "nothing can be asked before the graph is indexed: sync facts into it")
        case KGQAError() if exc.is_retryable():
            _log.warning("the graph cannot be reached: %s", exc)
            detail = "the database is not there, or is too busy: the same request may succeed later"
            return ProblemError(UNAVAILABLE, detail, retry_after_s=_RETRY_AFTER_S)
    _log.error("a request failed", exc_info=exc)
    return ProblemError(INTERNAL, "the log of the service says more")


def problem_response(problem: ProblemError) -> JSONResponse:
    """The response that tells a problem."""
    return _response(problem.kind, problem.detail, problem.headers)


def problem_dict(problem: ProblemError) -> dict[str, object]:
    """The problem as JSON has it."""
    kind = problem.kind
    return {
        "type": _PREFIX + kind.name if kind.name else "about:blank",
        "title": kind.title,
        "status": kind.status,
        "detail": problem.detail,
    }


def handle_problems(app: FastAPI) -> None:
    """Tell all errors of an app as problems."""
    app.add_exception_handler(KGQAError, _known)
    app.add_exception_handler(ProblemError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


async def _known(_: Request, exc: Exception) -> JSONResponse:
    return problem_response(as_problem(exc))


async def _invalid(_: Request, exc: Exception) -> JSONResponse:
    if not isinstance(exc, RequestValidationError):
        raise TypeError(f"{exc!r} is not about a request")
    errors = [Invalid(location=".".join(map(str, e["loc"])), reason=e["msg"]) for e in exc.errors()]
    detail = "; ".join(f"{e.location}: {e.reason}" for e in errors[:3])
    return _response(INVALID, detail, errors=[e.model_dump() for e in errors])


async def _http(_: Request, exc: Exception) -> JSONResponse:
    if not isinstance(exc, HTTPException):
        raise TypeError(f"{exc!r} has no status")
    kind = Kind("", exc.status_code, exc.detail)
    return _response(kind, "the paths and methods are listed in /openapi.json", exc.headers)


def _response(kind: Kind, detail: str, headers: Mapping[str, str] | None = None, **more: object) -> JSONResponse:
    content = problem_dict(ProblemError(kind, detail)) | more
    return JSONResponse(content, kind.status, headers, MEDIA_TYPE)
