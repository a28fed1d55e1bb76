"""Syncing over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from threading import Event, Thread
from typing import Any

import pytest
from fastapi.testclient import TestClient

from kgqa import KGQA
from kgqa.server import syncs
from kgqa.server.schemas import SyncReport
from tests.kgqa.server.conftest import Serve

JSONL = {"content-type": "application/x-ndjson"}


def facts(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


RIPLEY = {"subject": "Ripley Jones", "relation": "acted in", "object": "Alien (1979)"}
DIRECTOR = {"question": "who directed the films that Ripley Jones acted in?", "abstain_below": 0.9}


def sync(client: TestClient, content: Any, **params: Any) -> dict[str, Any]:
    response = client.post("/sync", content=content, headers=JSONL, params=params)
    assert response.status_code == 200, response.text
    SyncReport.model_validate(response.json())
    return response.json()  # type: ignore[no-any-return]


def test_what_is_synced_is_answered_by_the_next_request(serve: Serve, own: KGQA) -> None:
    client = serve(own)
    assert client.post("/ask", json=DIRECTOR).json()["answers"] == []
    assert sync(client, facts(RIPLEY))["added"] == 1
    assert [a["key"] for a in client.post("/ask", json=DIRECTOR).json()["answers"]] == ["Ridley Scott"]
    assert client.get("/entities/search", params={"q": "Ripley Jones"}).json()["results"][0]["key"] == "Ripley Jones"
    assert sync(client, facts(RIPLEY))["unchanged"] == 1
    ready = client.get("/ready").json()
    assert ready["index"]["watermark"] == ready["graph"]["watermark"]


def test_rows_that_cannot_be_used_are_named(serve: Serve, own: KGQA, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syncs, "REJECTIONS", 30)
    report = sync(serve(own), facts(RIPLEY) + "nonsense\n" * 40)
    assert (report["rows"], report["added"], report["rejected"]) == (41, 1, 40)
    assert [r["line"] for r in report["rejections"]] == list(range(2, 32))
    assert "not valid JSON" in report["rejections"][0]["reason"]


def test_a_dry_run_changes_nothing(serve: Serve, own: KGQA) -> None:
    client = serve(own)
    assert sync(client, facts(RIPLEY), dry_run=True)["added"] == 1
    assert client.post("/ask", json=DIRECTOR).json()["answers"] == []


def test_what_a_source_has_no_more_is_deleted_on_request(serve: Serve, own: KGQA) -> None:
    client = serve(own)
    sync(client, facts(RIPLEY), source="ours")
    assert sync(client, "", source="theirs", delete=True)["deleted"] == 0
    assert sync(client, "", source="ours", delete=True)["deleted"] == 1


def test_a_body_may_come_in_parts(serve: Serve, own: KGQA) -> None:
    text = facts(*(RIPLEY | {"subject": f"Extra {n}"} for n in range(30_000))).encode()

    def parts() -> Iterator[bytes]:
        for start in range(0, len(text), 50_001):
            yield text[start : start + 50_001]

    assert sync(serve(own), parts(), dry_run=True)["added"] == 30_000


def test_the_graph_is_indexed_by_the_first_sync(serve: Serve, tmp_path: Any) -> None:
    with KGQA.open(str(tmp_path / "new.db"), device="cpu") as qa:
        client = serve(qa)
        assert client.get("/ready").status_code == 503
        refused = client.post("/ask", json={"question": "who directed Alien?"})
        assert refused.status_code == 503
        assert refused.json()["type"] == "urn:kgqa:problem:not-indexed"
        rows = [{"entity": "Alien", "types": ["film"]}, {"entity": "Ridley Scott", "types": ["person"]}]
        sync(client, facts(*rows, {"subject": "Ridley Scott", "relation": "directed", "object": "Alien"}))
        assert client.get("/ready").status_code == 200
        answer = client.post("/ask", json={"question": "films directed by Ridley Scott"}).json()
        assert [a["key"] for a in answer["answers"]] == ["Alien"]


class TestRefused:
    @pytest.mark.parametrize(
        "headers",
        [
            {"content-type": "application/json"},
            {},
            {"content-type": "text/plain"},
            JSONL | {"content-encoding": "gzip"},
        ],
    )
    def test_what_a_page_of_another_site_could_send(self, client: TestClient, headers: dict[str, str]) -> None:
        assert client.post("/sync", content=facts(RIPLEY), headers=headers).status_code == 415

    def test_a_service_that_only_answers(self, serve: Serve) -> None:
        response = serve(read_only=True).post("/sync", content=facts(RIPLEY), headers=JSONL)
        assert response.status_code == 403

    def test_a_graph_that_is_only_read(self, serve: Serve, films: Any) -> None:
        with KGQA.open(str(films.graph), model=films.model, device="cpu", read_only=True) as qa:
            response = serve(qa).post("/sync", content=facts(RIPLEY), headers=JSONL)
        assert response.status_code == 403
        assert response.json()["type"] == "urn:kgqa:problem:read-only"

    def test_more_than_is_accepted(self, serve: Serve, own: KGQA) -> None:
        client = serve(own, sync_bytes=1000)
        before = own.store.watermark()
        long = facts(RIPLEY) * 100
        assert client.post("/sync", content=long, headers=JSONL).status_code == 413
        unannounced = client.post("/sync", content=iter([long.encode()]), headers=JSONL)
        assert unannounced.status_code == 413
        assert unannounced.json()["type"] == "urn:kgqa:problem:too-large"
        assert own.store.watermark() == before


class _Held:
    """Holds syncs of a graph up, until they are let."""

    def __init__(self, qa: KGQA, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.let = Event(), Event()
        upsert = qa.store.upsert_facts

        def held(rows: Any) -> Any:
            self.begun.set()
            assert self.let.wait(30)
            return upsert(rows)

        monkeypatch.setattr(qa.store, "upsert_facts", held)


class TestWhileASyncRuns:
    def test_questions_are_answered_and_more_syncs_wait_or_are_refused(
        self, serve: Serve, own: KGQA, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client = serve(own, syncs=1)
        held = _Held(own, monkeypatch)
        thread = Thread(target=sync, args=(client, facts(RIPLEY)))
        thread.start()
        assert held.begun.wait(30)
        assert client.post("/ask", json={"question": "who directed Heat?"}).json()["answers"]
        refused = client.post("/sync", content=facts(RIPLEY), headers=JSONL)
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) > 0
        held.let.set()
        thread.join()
        assert sync(client, facts(RIPLEY))["unchanged"] == 1

    def test_who_does_not_wait_for_it_does_not_end_it(
        self, serve: Serve, own: KGQA, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client = serve(own, sync_timeout_s=3.0)
        held = _Held(own, monkeypatch)
        response = client.post("/sync", content=facts(RIPLEY), headers=JSONL)
        assert response.status_code == 504
        assert "The sync goes on" in response.json()["detail"]
        held.let.set()
        client.__exit__(None, None, None)  # the end of the service waits for it
        assert own.store.facts([("Ripley Jones", "acted in", "Alien (1979)")])
