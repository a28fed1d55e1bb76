"""Writes ``commands.md`` from the program's own help: ``python docs/reference.py``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from kgqa.cli.app import app

PAGE = Path(__file__).parent / "commands.md"
_MARKUP = re.compile(r"\[/?(?:bold|dim)\]")


def page() -> str:
    """The reference of all commands, in Markdown."""
    program: Any = typer.main.get_command(app)
    lines = [
        "# Commands",
        "",
        "Made from `kgqa COMMAND --help` by `python docs/reference.py`.",
        "",
        f"{program.epilog} `--graph` and `--model` can be left out where the [settings](settings.md) name them.",
        "",
    ]
    for name, command in program.commands.items():
        lines += [f"## kgqa {name}", "", *_text(command.help or ""), *_parameters(command), ""]
    return "\n".join(lines).rstrip() + "\n"


def _text(text: str) -> Iterator[str]:
    """Help as Markdown: what is indented is shown as it is typed."""
    for paragraph in _MARKUP.sub("", text).strip().split("\n\n"):
        if paragraph.startswith(("\b", "  ")):
            typed = [line.strip() for line in paragraph.removeprefix("\b").strip("\n").splitlines()]
            yield from ("```text", *typed, "```", "")
        else:
            yield from (*paragraph.splitlines(), "")


def _parameters(command: Any) -> Iterator[str]:
    yield from ("| | |", "|---|---|")
    for parameter in command.params:
        if parameter.name == "help" or getattr(parameter, "hidden", False):
            continue
        yield f"| `{_names(parameter)}` | {_said(parameter)} |"
    yield "| `--help` | What the command does, and its options. |"


def _names(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name.upper())
    metavar = "" if parameter.is_flag else f" {parameter.metavar or 'VALUE'}"
    return ", ".join((*parameter.opts, *parameter.secondary_opts)) + metavar


def _said(parameter: Any) -> str:
    shown = parameter.default not in (None, False, (), []) and not callable(parameter.default)
    required = parameter.required or parameter.default is ...
    value = getattr(parameter.default, "value", parameter.default)
    default = f" Default: `{value}`." if shown and not required else ""
    text = _MARKUP.sub("", parameter.help or "").replace("|", "\\|")
    return f"{text}{' Required.' if required else ''}{default}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
