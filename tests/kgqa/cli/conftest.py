"""How commands are run in these tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kgqa.cli import app
from tests.kgqa.films import Films


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left.

    :param code: its exit code.
    """

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture
def kgqa(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs the program in an empty working directory, with no settings but those given."""
    for name in ("KGQA_GRAPH", "KGQA_MODEL", "KGQA_HOME", "KGQA_DEVICE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "cwd").mkdir(exist_ok=True)
    monkeypatch.chdir(tmp_path / "cwd")

    def run(*args: object, stdin: str | None = None) -> Done:
        result = CliRunner().invoke(app, [str(a) for a in args], input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Done(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def where(films: Films) -> list[str]:
    """The options that name the graph and the model of the films."""
    return ["--graph", str(films.graph), "--model", str(films.model)]
