"""The problems of each route as its OpenAPI document tells them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from kgqa.server.problems import MEDIA_TYPE, Problem

_ANYWHERE = (400, 421, 422, 500, 503, 504)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The responses of a route that are problems: those of all routes, and these."""
    return {status: {"model": Problem, "description": HTTPStatus(status).phrase} for status in (*_ANYWHERE, *statuses)}


def document(app: FastAPI) -> None:
    """Give an app its document, in which problems have their own media type."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            for operations in made["paths"].values():
                for operation in operations.values():
                    _as_problems(operation["responses"])
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _as_problems(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        if int(status) >= 400:
            (content,) = response["content"].values()
            response["content"] = {MEDIA_TYPE: content}
