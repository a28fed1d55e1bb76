"""The OpenAPI document, and that the service does what it says: schemathesis makes requests of it, good and bad."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from pydantic import SecretStr
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from kgqa.server import ServerOptions, create_app
from tests.kgqa.films import Films
from tests.kgqa.server.conftest import Serve

OPERATIONS = (
    "POST /ask",
    "POST /ask/batch",
    "POST /corrections",
    "GET /corrections",
    "POST /sync",
    "GET /entities/search",
    "GET /schema",
    "GET /examples",
    "GET /health",
    "GET /ready",
    "GET /metrics",
)


def test_every_route_is_documented_with_its_problems(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    found = {f"{method.upper()} {path}": op for path, ops in document["paths"].items() for method, op in ops.items()}
    assert set(found) == set(OPERATIONS)
    for name, operation in found.items():
        assert operation["description"], name
        for status, response in operation["responses"].items():
            media_types = set(response["content"])
            assert (media_types == {"application/problem+json"}) == (int(status) >= 400), (name, status)


def test_the_key_is_documented_where_there_is_one(serve: Serve, client: TestClient) -> None:
    locked = serve(api_key=SecretStr("key")).get("/openapi.json").json()
    assert {s["type"] for s in locked["components"]["securitySchemes"].values()} == {"apiKey", "http"}
    assert "401" in locked["paths"]["/ask"]["post"]["responses"]
    assert "security" not in locked["paths"]["/health"]["get"]
    assert "securitySchemes" not in client.get("/openapi.json").json()["components"]


@schemathesis.serializer("application/x-ndjson", "application/jsonl")
def _lines(_: schemathesis.SerializationContext, value: Any) -> bytes:
    return str(value).encode("utf-8", "surrogatepass")


@pytest.fixture(scope="module")
def schema(films: Films, tmp_path_factory: pytest.TempPathFactory) -> Iterator[schemathesis.BaseSchema]:
    """The document of a service that may be written to."""
    with films.copy(tmp_path_factory.mktemp("own") / "films").open() as qa:
        yield schemathesis.openapi.from_asgi("/openapi.json", create_app(qa, ServerOptions(hosts=None)))


@pytest.mark.parametrize("mode", schemathesis.GenerationMode)
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_response_is_as_documented(
    schema: schemathesis.BaseSchema, name: str, mode: schemathesis.GenerationMode
) -> None:
    """Never an error of the server; a status, media type and body that the document has; and what the document does not
    allow is refused."""
    method, path = name.split()
    operation = schema[path][method]
    if mode is schemathesis.GenerationMode.NEGATIVE and not (operation.body or operation.query):
        pytest.skip("nothing can be wrong in a request that has no parts")

    # what has the right form may still be refused: a reading to pick where a model follows paths, a node that is two
    excluded: list[schemathesis.CheckFunction] = [positive_data_acceptance]
    if path == "/sync":  # any text is read there, and rows that cannot be used are reported
        excluded.append(negative_data_rejection)

    @settings(max_examples=20, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(excluded_checks=excluded)

    check()
