"""Corrections over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from kgqa import KGQA
from kgqa.server.schemas import Correction, Corrections
from tests.kgqa.films import Films
from tests.kgqa.server.conftest import Serve

QUESTION = "who directed Alien?"


def correct(client: TestClient, **said: Any) -> dict[str, Any]:
    response = client.post("/corrections", json=said)
    assert response.status_code == 201, response.text
    Correction.model_validate(response.json())
    return response.json()  # type: ignore[no-any-return]


def refused(client: TestClient, **said: Any) -> dict[str, Any]:
    response = client.post("/corrections", json=said)
    assert response.status_code == 422, response.text
    assert response.headers["content-type"] == "application/problem+json"
    return response.json()  # type: ignore[no-any-return]


def test_the_latest_of_a_question_is_what_training_reads(serve: Serve, own: KGQA) -> None:
    client = serve(own)
    assert client.get("/corrections").json() == {"corrections": []}
    assert correct(client, question=QUESTION, answers=["James Cameron"])["id"] == "correction-1"
    kept = correct(client, question=QUESTION, answers=["Ridley Scott"])
    assert kept == {"id": "correction-2", "question": QUESTION, "answers": ["Ridley Scott"]}
    nothing = correct(client, question="how tall is Ridley Scott?", answers=[])
    found = client.get("/corrections").json()
    Corrections.model_validate(found)
    assert found == {"corrections": [kept, nothing]}
    assert [(c.question, c.answers) for c in own.corrections.current()] == [
        (QUESTION, ("Ridley Scott",)),
        ("how tall is Ridley Scott?", ()),
    ]


def test_a_reading_of_an_answer_is_what_was_meant(films: Films, serve: Serve, tmp_path: Path) -> None:
    with KGQA.open(str(films.copy(tmp_path / "films").graph), device="cpu") as qa:
        client = serve(qa)
        question = "films directed by Ridley Scott"
        program = client.post("/ask", json={"question": question}).json()["readings"][0]["program"]
        kept = correct(client, question=question, program=program)
    assert kept["program"] == program
    assert set(kept["answers"]) == {"Alien (1979)", "Blade Runner (1982)", "Gladiator (2000)"}


def test_rows_and_values_may_be_answers(serve: Serve, own: KGQA) -> None:
    client = serve(own)
    assert correct(client, question="when was Alien released?", answers=[1979])["answers"] == [1979]
    rows = [["Ridley Scott", 3], ["James Cameron", 2]]
    assert correct(client, question="how many films did each director make?", answers=rows)["answers"] == rows


def test_what_the_graph_does_not_have_is_refused_with_what_is_like_it(serve: Serve, own: KGQA) -> None:
    client = serve(own)
    problem = refused(client, question=QUESTION, answers=["Ridly Scott"])
    assert problem["type"] == "urn:kgqa:problem:unusable-input"
    assert "'Ridley Scott'" in problem["detail"]
    assert own.store.url not in problem["detail"]
    program = {"form": "Path", "seed": {"key": "Nobody"}, "hops": [{"step": {"relation": "directed"}}]}
    assert "'Nobody'" in refused(client, question=QUESTION, program=program)["detail"]
    assert client.get("/corrections").json() == {"corrections": []}


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"question": QUESTION}, "unusable-input"),
        ({"question": QUESTION, "answers": [], "program": {"form": "Path"}}, "unusable-input"),
        ({"question": " ", "answers": []}, "unusable-input"),
        ({"question": QUESTION, "program": {"form": "Poem"}}, "unusable-input"),
        ({"question": "x" * 2001, "answers": []}, "invalid-request"),
        ({"question": QUESTION, "answers": "Ridley Scott"}, "invalid-request"),
        ({"question": QUESTION, "answers": [[]]}, "invalid-request"),
        ({"question": QUESTION, "answers": [None]}, "invalid-request"),
        ({"question": QUESTION, "answers": ["x"] * 10_001}, "invalid-request"),
        ({"question": QUESTION, "answers": [], "reading": 1}, "invalid-request"),
    ],
)
def test_what_is_wrong_is_said(client: TestClient, said: dict[str, Any], kind: str) -> None:
    assert refused(client, **said)["type"] == f"urn:kgqa:problem:{kind}"


def test_a_program_that_is_too_deep_or_too_large_is_refused(client: TestClient) -> None:
    path = {"form": "Path", "seed": {"key": "Ridley Scott"}, "hops": [{"step": {"relation": "directed"}}]}
    deep: dict[str, Any] = path
    for _ in range(100):
        deep = {"form": "Following", "members": deep, "steps": [{"relation": "directed"}]}
    for program in (deep, {"form": "Combined", "operation": "or", "parts": [path] * 200}):
        assert "may have" in refused(client, question=QUESTION, program=program)["detail"]


def test_they_are_guarded_as_syncs_are(serve: Serve) -> None:
    said = {"question": QUESTION, "answers": []}
    locked = serve(api_key=SecretStr("key"))
    for response in (locked.post("/corrections", json=said), locked.get("/corrections")):
        assert response.status_code == 401
        assert response.json()["type"] == "urn:kgqa:problem:no-key"
    response = serve(read_only=True).post("/corrections", json=said)
    assert response.status_code == 403
    assert response.json()["type"] == "urn:kgqa:problem:read-only"
    large = said | {"question": "x" * 200}
    assert serve(request_bytes=100).post("/corrections", json=large).status_code == 413
    plain = serve().post(
        "/corrections", content='{"question": "x", "answers": []}', headers={"content-type": "text/plain"}
    )
    assert plain.status_code == 422  # so that no page from elsewhere can send one
