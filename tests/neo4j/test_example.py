"""The example for a Neo4j graph that kgqa did not write runs, and changes nothing in it."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

from tests.neo4j.films import CREATE, LABELS, PARAMETERS
from tests.neo4j.server import Server, execute
from tests.project import ROOT

pytestmark = pytest.mark.neo4j


def test_an_existing_graph_is_asked(
    neo4j_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KGQA_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    with neo4j_server.graph(*LABELS) as url, neo4j_server.connection() as connection:
        execute(connection, CREATE, **PARAMETERS)
        before = connection.rows("MATCH (n) RETURN labels(n), properties(n) ORDER BY elementId(n)")
        question = "who directed The Matrix?"
        for _ in range(2):  # the second time with the mapping that is there
            monkeypatch.setattr(sys, "argv", ["neo4j_graph.py", url, question])
            runpy.run_path(str(ROOT / "examples" / "neo4j_graph.py"), run_name="__main__")
            printed = capsys.readouterr().out
            assert f"{question}\n  Lana Wachowski\n" in printed
            assert "MATCH" in printed
        assert (tmp_path / "mapping.toml").exists()
        assert connection.rows("MATCH (n) RETURN labels(n), properties(n) ORDER BY elementId(n)") == before
