"""README and documentation: their commands, options and links exist. Their Python runs in tests/kgqa."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from kgqa.cli.app import app
from tests.project import PAGES, ROOT, code_blocks

_IDS = [page.name for page in PAGES]


def _lines(page: Path) -> Iterator[str]:
    for block in code_blocks(page, "console"):
        yield from (line for line in block.splitlines() if line.strip())


def _program() -> Any:
    return typer.main.get_command(app)


@pytest.mark.parametrize("page", PAGES, ids=_IDS)
def test_commands_are_those_that_exist(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each shown command is parsed as the program would, with all of its options and arguments."""
    monkeypatch.chdir(tmp_path)
    program = _program()
    for line in _lines(page):
        words = shlex.split(re.split(r" [<>|] ", line)[0], comments=True)
        if words[0] == "torchrun":
            words = words[words.index("-m") + 1 :]
        if words[0] == "kgqa":
            name, command, rest = program.resolve_command(
                program.make_context("kgqa", [], resilient_parsing=True), words[1:]
            )
            assert command is not None, line
            command.make_context(name, list(rest))
        elif words[0] == "make":
            targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
            assert words[1] in targets, line
        else:
            assert words[0] in ("python", ".venv/bin/python", "eval"), line


def test_the_table_of_commands_is_complete() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `kgqa (\w+)", readme, re.MULTILINE)) == set(_program().commands)


def test_the_scripts_of_the_benchmarks_are_listed() -> None:
    listed = set(re.findall(r"\]\(\.\./benchmarks/(\w+\.py)\)", (ROOT / "docs/benchmarks.md").read_text("utf-8")))
    assert listed == {path.name for path in (ROOT / "benchmarks").glob("*.py")} - {"__init__.py"}


@pytest.mark.parametrize("page", PAGES, ids=_IDS)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), f"{page.name} links to {target}"
        if anchor:
            assert anchor in _anchors(file), f"{page.name} links to {target}"


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
