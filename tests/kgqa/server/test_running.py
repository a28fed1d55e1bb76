"""The command, and the server as a process of its own."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
import pytest

from tests.kgqa.films import Films
from tests.kgqa.program import Run

PATIENCE_S = 120
PROGRAM = (sys.executable, "-c", "from kgqa.cli import main; main()", "serve", "--port", "0", "--json")


@contextmanager
def server(*args: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, and its URL once it listens."""
    with subprocess.Popen([*PROGRAM, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, process.communicate()[1]
            yield process, json.loads(line)["url"]
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_was_begun_is_finished_at_the_end(films: Films, tmp_path: Path, number: signal.Signals) -> None:
    own = films.copy(tmp_path / "films")
    answers: list[Any] = []
    args = ("--graph", str(own.graph), "--model", str(own.model), "--log-format", "json", "--timeout", "300")
    with server(*args) as (process, url):
        assert httpx2.get(f"{url}/ready", timeout=PATIENCE_S).json()["status"] == "ready"

        def ask() -> None:
            body = {"questions": ["who directed Heat?"] * 200}
            answers.append(httpx2.post(f"{url}/ask/batch", json=body, timeout=PATIENCE_S))

        asking = Thread(target=ask)
        asking.start()
        deadline = time.monotonic() + PATIENCE_S
        while (
            "kgqa_batch_questions_count 0.0" in httpx2.get(f"{url}/metrics", timeout=PATIENCE_S).text
            and time.monotonic() < deadline
        ):
            time.sleep(0.001)
        process.send_signal(number)
        asking.join()
        _, errors = process.communicate(timeout=PATIENCE_S)
    assert [answer.status_code for answer in answers] == [200]
    assert all(result["answer"]["answers"] for result in answers[0].json()["results"])
    assert process.returncode == 0, errors
    lines = [json.loads(line) for line in errors.splitlines()]
    (line,) = (line for line in lines if line.get("path") == "/ask/batch")
    assert (line["status"], line["questions"]) == (200, 200)
    assert "Traceback" not in errors


def test_a_key_from_the_environment(films: Films, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGQA_API_KEY", "s3cret")
    with server("--graph", str(films.graph), "--host", "0.0.0.0", "--read-only") as (process, all_hosts):  # noqa: S104
        url = all_hosts.replace("0.0.0.0", "127.0.0.1")  # noqa: S104
        assert httpx2.get(f"{url}/schema", timeout=PATIENCE_S).status_code == 401
        key = {"X-API-Key": "s3cret"}
        assert httpx2.get(f"{url}/schema", timeout=PATIENCE_S, headers=key | {"Host": "our.example"}).status_code == 200
        lines = {"content-type": "application/jsonl"}
        assert httpx2.post(f"{url}/sync", content="", headers=key | lines, timeout=PATIENCE_S).status_code == 403
        process.send_signal(signal.SIGTERM)
        out, errors = process.communicate(timeout=PATIENCE_S)
    assert "GET /schema 401" in errors
    assert "s3cret" not in out + errors


class TestRefused:
    def test_other_machines_without_a_key(self, kgqa: Run, films: Films) -> None:
        done = kgqa("serve", "--graph", films.graph, "--host", "0.0.0.0")  # noqa: S104
        assert done.code == 1
        assert "KGQA_API_KEY" in done.err

    def test_a_port_that_is_taken(self, kgqa: Run, where: list[str]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            done = kgqa("serve", *where, "--port", taken.getsockname()[1], "--json")
        assert done.code == 1
        assert "name another --host or --port" in done.json["error"]

    def test_without_the_extra(self, kgqa: Run, where: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
        for name in [name for name in sys.modules if name.startswith("kgqa.server")]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, "uvicorn", None)
        done = kgqa("serve", *where)
        assert done.code == 1
        assert "pip install 'kgqa[serve]'" in done.err
