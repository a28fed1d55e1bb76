"""Keys, hosts, sizes, times and errors."""

from __future__ import annotations

import json
import logging
from threading import Event
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from graphdb.errors import (
    InputError,
    ModelCorruptError,
    SettingsError,
    StoreAccessError,
    StoreUnavailableError,
)
from kgqa import KGQA
from kgqa.server import ServerOptions, watching
from kgqa.server.logs import JsonFormatter
from kgqa.server.options import hosts_for
from tests.kgqa.films import Films
from tests.kgqa.server.conftest import Serve

ASK = {"question": "who directed Heat?"}
KEY = "Schlüssel-1234"
SENT = KEY.encode()


class TestKey:
    @pytest.mark.parametrize("headers", [{b"X-API-Key": SENT}, {b"Authorization": b"Bearer " + SENT}])
    def test_who_knows_it_passes(self, serve: Serve, headers: dict[bytes, bytes]) -> None:
        client = serve(api_key=SecretStr(KEY))
        assert client.post("/ask", json=ASK, headers=headers).status_code == 200

    @pytest.mark.parametrize("headers", [{}, {"X-API-Key": "wrong"}, {"Authorization": "Bearer wrong"}])
    @pytest.mark.parametrize("path", ["/schema", "/examples", "/metrics", "/entities/search?q=a"])
    def test_nobody_else_does(self, serve: Serve, path: str, headers: dict[str, str]) -> None:
        response = serve(api_key=SecretStr(KEY)).get(path, headers=headers)
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"
        assert response.json()["type"] == "urn:kgqa:problem:no-key"

    def test_nothing_is_written_before_it_is_known(self, serve: Serve) -> None:
        headers = {"content-type": "application/x-ndjson"}
        assert serve(api_key=SecretStr(KEY)).post("/sync", content="x", headers=headers).status_code == 401

    @pytest.mark.parametrize("path", ["/health", "/ready", "/", "/openapi.json"])
    def test_probes_and_the_page_need_none(self, serve: Serve, path: str) -> None:
        assert serve(api_key=SecretStr(KEY)).get(path).status_code == 200

    def test_it_is_never_shown(self, serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        serve(api_key=SecretStr(KEY)).post("/ask", json=ASK, headers={b"X-API-Key": SENT})
        assert caplog.records
        assert KEY not in caplog.text
        assert KEY not in repr(ServerOptions(api_key=SecretStr(KEY)))

    def test_an_empty_one_is_refused(self) -> None:
        with pytest.raises(SettingsError, match="empty"):
            ServerOptions(api_key=SecretStr(""))


class TestHosts:
    def test_without_a_key_only_this_machine_is_served(self, serve: Serve) -> None:
        client = serve()
        for host in ("localhost:8000", "127.0.0.1", "[::1]:8000", "LOCALHOST"):
            assert client.get("/health", headers={"host": host}).status_code == 200, host
        refused = client.get("/health", headers={"host": "elsewhere.example:8000"})
        assert refused.status_code == 421
        assert refused.json()["type"] == "urn:kgqa:problem:wrong-host"

    def test_listening_to_others_needs_a_key_or_the_wish(self) -> None:
        assert hosts_for("127.0.0.1", None) == hosts_for("localhost", None) == ServerOptions().hosts
        assert hosts_for("0.0.0.0", SecretStr(KEY)) is None  # noqa: S104
        assert hosts_for("0.0.0.0", None, without_key=True, names=["Our.example"]) == frozenset({"our.example"})  # noqa: S104
        assert hosts_for("0.0.0.0", None, without_key=True) is None  # noqa: S104
        for host in ("0.0.0.0", "::", "example.org", "192.168.1.2"):  # noqa: S104
            with pytest.raises(SettingsError, match="KGQA_API_KEY"):
                hosts_for(host, None, names=["localhost"])


class TestRequests:
    @pytest.mark.parametrize(
        ("body", "location"),
        [
            ({"question": "x" * 2001}, "body.question"),
            ({}, "body.question"),
            ({"question": 1}, "body.question"),
            ({"question": "x", "speed": 1}, "body.speed"),
            ({"question": "x", "evidence": -1}, "body.evidence"),
            ({"question": "x", "abstain_below": 2}, "body.abstain_below"),
            ({"question": "x", "pick": 0}, "body.pick"),
            ({"question": "\ud800"}, "body.question"),
        ],
    )
    def test_what_is_wrong_is_said(self, client: TestClient, body: Any, location: str) -> None:
        response = client.post("/ask", content=json.dumps(body), headers={"content-type": "application/json"})
        assert response.status_code == 422
        assert response.headers["content-type"] == "application/problem+json"
        problem = response.json()
        assert problem["type"] == "urn:kgqa:problem:invalid-request"
        assert problem["errors"][0]["location"] == location

    def test_no_json_and_no_such_path(self, client: TestClient) -> None:
        assert client.post("/ask", content="{", headers={"content-type": "application/json"}).status_code == 422
        assert client.post("/ask", content=json.dumps(ASK)).status_code == 422
        for response in (client.get("/nowhere"), client.get("/ask")):
            assert response.status_code in (404, 405)
            assert response.headers["content-type"] == "application/problem+json"
            assert response.json()["type"] == "about:blank"

    def test_a_model_has_nothing_to_pick_from(self, client: TestClient) -> None:
        response = client.post("/ask", json=ASK | {"pick": 2})
        assert response.status_code == 422
        assert response.json()["type"] == "urn:kgqa:problem:unusable-input"

    def test_nul_is_read_as_a_space(self, client: TestClient) -> None:
        assert client.post("/ask", json={"question": "who directed\x00Heat?"}).json()["answers"]
        assert client.get("/entities/search", params={"q": "He\x00at"}).status_code == 200

    def test_too_large(self, serve: Serve) -> None:
        client = serve(request_bytes=100)
        assert client.post("/ask", json=ASK).status_code == 200
        large = json.dumps({"question": "x" * 200}).encode()
        headers = {"content-type": "application/json"}
        assert client.post("/ask", content=large, headers=headers).status_code == 413
        assert client.post("/ask", content=iter([large[:90], large[90:]]), headers=headers).status_code == 413

    def test_too_long(self, serve: Serve, own: KGQA, monkeypatch: pytest.MonkeyPatch) -> None:
        let = Event()
        ask = own.ask_batch

        def slow(*args: Any, **kwargs: Any) -> Any:
            assert let.wait(30)
            return ask(*args, **kwargs)

        monkeypatch.setattr(own, "ask_batch", slow)
        client = serve(own, timeout_s=0.1)
        response = client.post("/ask", json=ASK)
        let.set()
        assert response.status_code == 504
        assert response.json()["type"] == "urn:kgqa:problem:timeout"
        assert response.headers["retry-after"] == "1"


class TestErrors:
    """What the parts below raise, as a client sees it."""

    @pytest.mark.parametrize(
        ("error", "status", "kind"),
        [
            (InputError("use something else"), 422, "unusable-input"),
            (StoreUnavailableError("no route to secret-host"), 503, "store-unavailable"),
            (StoreAccessError("wrong password for secret-host"), 500, "internal"),
            (ModelCorruptError("secret-host/model"), 500, "internal"),
            (SettingsError("secret-host"), 500, "internal"),
            (RuntimeError("secret-host"), 500, "internal"),
        ],
    )
    def test_each_is_a_problem(
        self, serve: Serve, own: KGQA, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, kind: str
    ) -> None:
        def fail(*_: Any, **__: Any) -> Any:
            raise error

        monkeypatch.setattr(own, "ask_batch", fail)
        client = serve(own)
        response = client.post("/ask", json=ASK)
        assert response.status_code == status
        assert response.json()["type"] == f"urn:kgqa:problem:{kind}"
        assert "secret-host" not in response.text
        assert ("retry-after" in response.headers) == (kind == "store-unavailable")
        assert (
            f'kgqa_http_requests_total{{method="POST",route="/ask",status="{status}"}} 1.0'
            in client.get("/metrics").text
        )

    def test_a_closed_graph_is_not_ready(self, serve: Serve, films: Films) -> None:
        qa = films.open()
        client = serve(qa)
        qa.close()
        assert client.get("/health").status_code == 200
        response = client.get("/ready")
        assert response.status_code == 503
        assert response.json()["type"] == "urn:kgqa:problem:not-ready"

    def test_a_graph_that_does_not_answer_is_not_ready(
        self, serve: Serve, own: KGQA, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        let = Event()
        monkeypatch.setattr(watching, "_PATIENCE_S", 0.1)
        monkeypatch.setattr(own.store, "watermark", lambda: let.wait(30))
        response = serve(own).get("/ready")
        let.set()
        assert response.status_code == 503
        assert "did not answer within 0.1 s" in caplog.text


class TestLog:
    def test_one_line_for_a_request(self, client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO, "kgqa.server.requests")
        questions = [ASK["question"]] * 2
        response = client.post("/ask/batch", json={"questions": questions})
        (record,) = (r for r in caplog.records if r.name == "kgqa.server.requests")
        line = json.loads(JsonFormatter().format(record))
        assert line.pop("milliseconds") > 0
        assert line.pop("time")
        assert line == {
            "level": "info",
            "logger": "kgqa.server.requests",
            "message": "POST /ask/batch 200",
            "request_id": response.headers["x-request-id"],
            "method": "POST",
            "path": "/ask/batch",
            "status": 200,
            "questions": 2,
        }
        assert "\n" not in JsonFormatter().format(record)
