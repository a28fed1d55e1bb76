"""The service and its page on Neo4j: sync over HTTP and ask, the query to copy, a server that goes and comes back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from fastapi.testclient import TestClient

from graphdb.neo4j import Neo4jStore
from kgqa import KGQA
from kgqa.graph import Opened
from kgqa.server import create_app
from kgqa.settings import load_settings
from kgqa.workspace import Workspace
from tests.kgqa.films import fact_rows
from tests.kgqa.server.browser import open_browser, serve
from tests.kgqa.server.test_syncing import JSONL, facts
from tests.neo4j.line import Line
from tests.neo4j.server import Server

pytestmark = pytest.mark.neo4j

QUESTION = "films directed by Ridley Scott"
FILMS = {"Alien", "Blade Runner", "Gladiator"}
MORE = (
    {"entity": "Napoleon (2023)", "name": "Napoleon", "types": ["film"], "properties": {"year": 2023}},
    {"subject": "Ridley Scott", "relation": "directed", "object": "Napoleon (2023)"},
)
_BACK_S = 60


def client_of(qa: KGQA) -> TestClient:
    return TestClient(create_app(qa), base_url="http://localhost")


def names(client: TestClient) -> set[str]:
    response = client.post("/ask", json={"question": QUESTION})
    assert response.status_code == 200, response.text
    return {answer["name"] for answer in response.json()["answers"]}


@pytest.fixture
def opened(url: str, tmp_path: Path) -> Iterator[KGQA]:
    """An empty graph, asked without a model."""
    with KGQA.open(url, home=tmp_path, device="cpu") as qa:
        yield qa


def test_what_is_synced_over_http_is_answered_by_the_next_request(opened: KGQA) -> None:
    with client_of(opened) as client:
        assert client.get("/ready").json()["type"] == "urn:kgqa:problem:not-ready"
        assert client.post("/ask", json={"question": QUESTION}).json()["type"] == "urn:kgqa:problem:not-indexed"
        assert client.post("/sync", content=facts(*fact_rows()), headers=JSONL).json()["rejected"] == 0
        ready = client.get("/ready").json()
        assert ready["index"]["watermark"] == ready["graph"]["watermark"]
        assert names(client) == FILMS
        assert client.post("/sync", content=facts(*MORE), headers=JSONL).json()["added"] == 2
        assert names(client) == {*FILMS, "Napoleon"}
        answer = client.post("/ask", json={"question": "who directed Napoleon?"}).json()
        assert [a["name"] for a in answer["answers"]] == ["Ridley Scott"]
        assert answer["evidence"][0]["facts"][0]["object"] == "Napoleon (2023)"
        assert answer["cypher"].count("MATCH")


def test_it_is_ready_again_when_the_server_is(neo4j_server: Server, url: str, tmp_path: Path) -> None:
    """While it is away, every answer says so, and none is wrong; nothing has to be started again."""
    where = urlsplit(neo4j_server.uri)
    with ExitStack() as stack:
        line = stack.enter_context(Line(where.hostname or "", where.port or 7687))
        cuttable = f"bolt://127.0.0.1:{line.port}"
        store = Neo4jStore.open(cuttable, auth=neo4j_server.auth, retry_time_s=1)
        settings = load_settings(graph=url, device="cpu")
        qa = stack.enter_context(KGQA(Opened(store, Workspace(tmp_path)), settings))
        client = stack.enter_context(client_of(qa))
        client.post("/sync", content=facts(*fact_rows()), headers=JSONL)
        assert names(client) == FILMS

        line.cut()
        assert client.get("/health").status_code == 200
        ready = client.get("/ready")
        assert (ready.status_code, ready.json()["type"]) == (503, "urn:kgqa:problem:not-ready")
        for response in (
            client.post("/ask", json={"question": QUESTION}),
            client.post("/sync", content=facts(*MORE), headers=JSONL),
        ):
            assert (response.status_code, response.json()["type"]) == (503, "urn:kgqa:problem:store-unavailable")
            assert response.headers["retry-after"]
            assert "127.0.0.1" not in response.text

        line.mend()
        until = time.monotonic() + _BACK_S
        while client.get("/ready").status_code != 200:
            assert time.monotonic() < until, "it did not become ready again"
        assert names(client) == FILMS
        assert client.post("/sync", content=facts(*MORE), headers=JSONL).json()["added"] == 2
        assert names(client) == {*FILMS, "Napoleon"}


@pytest.mark.browser
def test_the_query_is_copied(opened: KGQA, tmp_path: Path) -> None:
    with ExitStack() as stack:
        browser = stack.enter_context(open_browser(tmp_path / "chromium"))
        page = stack.enter_context(serve(opened))
        file = tmp_path / "facts.jsonl"
        file.write_text(facts(*fact_rows()), encoding="utf-8")
        opened.sync(file)
        cypher = opened.ask(QUESTION).cypher
        browser.open(f"{page}?q={quote(QUESTION)}")
        assert browser.answers() == FILMS
        shown = browser.one(".cypher code")
        assert shown.get_attribute("textContent") == cypher
        button = browser.one(".cypher .copy")
        button.click()
        browser.until(lambda: button.text == "Copied", "it to be copied")
        browser.command("Browser.grantPermissions", permissions=["clipboardReadWrite"])
        pasted = "navigator.clipboard.readText().then(arguments[0], (error) => arguments[0](String(error)))"
        assert browser.driver.execute_async_script(pasted) == cypher
        browser.until(lambda: button.text == "Copy", "the button to be as before")

        # where a browser forbids that, the query is selected, to be copied by hand
        denied = {"name": "clipboard-write"}
        browser.command("Browser.setPermission", permission=denied, setting="denied")
        browser.run("document.querySelector('.cypher .copy').click()")
        browser.until(lambda: button.text == "Press Ctrl+C", "it to say what to do")
        assert browser.run("return getSelection().toString()") == cypher
        assert browser.errors() == []
