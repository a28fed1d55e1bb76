"""The reference is complete: every command with all its options, and every setting."""

from __future__ import annotations

import re
import runpy

import typer.main

from kgqa.cli.app import app
from kgqa.settings import Settings
from tests.project import ROOT

DOCS = ROOT / "docs"


def test_the_page_of_commands_is_what_the_program_says() -> None:
    made = runpy.run_path(str(DOCS / "reference.py"))["page"]()
    assert (DOCS / "commands.md").read_text(encoding="utf-8") == made, "run `python docs/reference.py`"


def test_no_option_is_missing() -> None:
    sections = re.split(r"^## kgqa ", (DOCS / "commands.md").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    pages = {section.split()[0]: section for section in sections}
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert pages.keys() == commands.keys()
    for name, command in commands.items():
        for parameter in command.params:
            for option in (*parameter.opts, *parameter.secondary_opts):
                assert not option.startswith("-") or option in pages[name], f"kgqa {name} {option}"


def test_no_setting_is_missing() -> None:
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \| `(\w+)` \|", text, flags=re.MULTILINE)
    assert listed == [(name, f"KGQA_{name.upper()}") for name in Settings.model_fields]


def test_every_page_is_listed() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    pages = {page.name for page in DOCS.glob("*.md")} - {"index.md"}
    assert pages <= set(re.findall(r"\]\((\w[\w-]*\.md)\)", index))
