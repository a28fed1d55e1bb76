"""Asking over HTTP."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from kgqa import KGQA
from kgqa.server import ServerOptions, create_app
from kgqa.server.schemas import Answer, Found, Schema
from tests.kgqa.films import Films

QUESTION = "who directed Heat?"


class TestAsk:
    def test_the_answer_is_that_of_the_graph(self, client: TestClient) -> None:
        response = client.post("/ask", json={"question": QUESTION})
        assert response.status_code == 200
        answer = Answer.model_validate(response.json())
        assert [a.key for a in answer.answers] == ["Michael Mann"]
        assert answer.mentions[0].text == "Heat"
        assert answer.evidence[0].facts[0].relation == "directed"
        assert answer.names["Heat (1995)"] == "Heat"

    def test_a_question_that_is_too_long_is_refused(self, client: TestClient) -> None:
        response = client.post("/ask", json={"question": "x" * 2001})
        assert response.status_code == 422
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["errors"][0]["location"] == "body.question"

    def test_without_a_model_a_reading_can_be_picked(self, films: Films) -> None:
        with KGQA.open(str(films.graph), device="cpu") as qa, TestClient(create_app(qa)) as client:
            first = client.post("/ask", json={"question": "films directed by Ridley Scott"}).json()
            second = client.post("/ask", json={"question": "films directed by Ridley Scott", "pick": 2}).json()
        Answer.model_validate(first)
        assert {a["name"] for a in first["answers"]} == {"Gladiator", "Alien", "Blade Runner"}
        assert second["in_words"] == first["readings"][1]["in_words"]

    @pytest.mark.parametrize(
        ("film", "director"), [("Titanic (1953)", "Jean Negulesco"), ("Titanic (1997)", "James Cameron")]
    )
    def test_what_words_mean_can_be_chosen(self, client: TestClient, film: str, director: str) -> None:
        asked = {"question": "who directed Titanic?", "meanings": {"Titanic": {"key": film}}, "abstain_below": 0}
        answer = Answer.model_validate(client.post("/ask", json=asked).json())
        assert [a.key for a in answer.answers] == [director]
        assert answer.mentions[0].meaning.key == film

    @pytest.mark.parametrize("node", [{}, {"key": "Heat (1995)"}, {"key": "Titanic (1997)", "value": 1}])
    def test_a_meaning_that_words_cannot_have_is_refused(self, client: TestClient, node: dict[str, object]) -> None:
        asked = {"question": "who directed Titanic?", "meanings": {"Titanic": node}}
        response = client.post("/ask", json=asked)
        assert response.status_code == 422
        assert response.json()["type"] == "urn:kgqa:problem:unusable-input"

    def test_a_model_has_nothing_to_pick_from(self, client: TestClient) -> None:
        response = client.post("/ask", json={"question": QUESTION, "pick": 2})
        assert response.status_code == 422
        assert response.json()["type"] == "urn:kgqa:problem:unusable-input"


def test_search_finds_names_that_are_misspelt(client: TestClient) -> None:
    found = Found.model_validate(client.get("/entities/search", params={"q": "Gladiater"}).json())
    assert found.results[0].key == "Gladiator (2000)"
    assert found.results[0].types == ["film"]


def test_the_schema_is_that_of_the_graph(client: TestClient) -> None:
    schema = Schema.model_validate(client.get("/schema").json())
    assert {t.name for t in schema.types} == {"film", "genre", "person"}
    assert "directed" in {r.name for r in schema.relations}


class TestPage:
    def test_nothing_from_elsewhere_may_run(self, client: TestClient) -> None:
        response = client.get("/")
        assert response.headers["content-type"].startswith("text/html")
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy

    def test_its_files_are_served(self, client: TestClient) -> None:
        assert client.get("/static/index.html").content == client.get("/").content


class TestKey:
    @pytest.mark.parametrize(
        "headers", [{"X-API-Key": "s3cret"}, {"Authorization": "Bearer s3cret"}], ids=["header", "bearer"]
    )
    def test_who_knows_it_passes(self, films: Films, headers: dict[str, str]) -> None:
        options = ServerOptions(api_key=SecretStr("s3cret"))
        with films.open() as qa, TestClient(create_app(qa, options)) as client:
            assert client.get("/schema").status_code == 401
            assert client.get("/schema", headers={"X-API-Key": "wrong"}).status_code == 401
            assert client.get("/schema", headers=headers).status_code == 200
