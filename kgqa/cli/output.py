"""What commands print: results on standard output, for people or as JSON, and errors with exit codes."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console, RenderableType
from rich.markup import escape

FAILED, INTERRUPTED = 1, 130


class Output:
    """Where a command prints.

    :param as_json: one JSON value for programs, instead of text for people.
    """

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.out = Console(highlight=False, soft_wrap=False)
        self.err = Console(stderr=True, highlight=False)

    def json(self, value: Any) -> None:
        """One JSON value on a line of its own, for programs."""
        typer.echo(json.dumps(value, ensure_ascii=False))

    def print(self, *renderables: RenderableType) -> None:
        """For people: nothing in JSON mode."""
        if not self.as_json:
            for renderable in renderables:
                self.out.print(renderable)

    def text(self, line: str = "", style: str | None = None) -> None:
        """A line for people, as it is: marks in names are not taken for styles."""
        if not self.as_json:
            self.out.print(line, style=style, markup=False, soft_wrap=True)

    def next_step(self, command: str) -> None:
        """The command that people are likely to want next."""
        if not self.as_json:
            self.out.print(f"[dim]Next:[/dim] [bold]{escape(command)}[/bold]", soft_wrap=True)

    def error(self, message: str, kind: str, *, retryable: bool = False) -> None:
        """What went wrong: a JSON value in place of the result, or a message on standard error."""
        if self.as_json:
            self.json({"error": message, "type": kind, "retryable": retryable})
            return
        self.err.print(f"[bold red]Error:[/bold red] {escape(message)}", soft_wrap=True)
        if retryable:
            self.err.print("[dim]The same command may succeed if it is run again.[/dim]")


@contextmanager
def command(*, as_json: bool, resume: str = "") -> Iterator[Output]:
    """Run a command's work: what fails ends it with a message and exit code 1, Ctrl-C with 130.

    :param resume: how to go on after an interruption.
    """
    from graphdb.errors import KGQAError

    output = Output(as_json=as_json)
    logging.getLogger("faiss").setLevel(logging.WARNING)
    try:
        yield output
    except KGQAError as exc:
        output.error(str(exc), type(exc).__name__, retryable=exc.is_retryable())
        raise typer.Exit(FAILED) from exc
    except OSError as exc:
        if isinstance(exc, BrokenPipeError):
            raise
        output.error(_os_message(exc), type(exc).__name__)
        raise typer.Exit(FAILED) from exc
    except KeyboardInterrupt as exc:
        output.error(" ".join(filter(None, ("interrupted.", resume))), "Interrupted", retryable=bool(resume))
        raise typer.Exit(INTERRUPTED) from exc


def _os_message(exc: OSError) -> str:
    reason = exc.strerror or str(exc)
    if exc.filename is None:
        return f"the operating system refused: {reason}"
    return f"{exc.filename} cannot be used: {reason}"


def plural(count: int, noun: str) -> str:
    """A count with its noun: ``1 question``, ``2,000 questions``."""
    plural_noun = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count:,} {noun if count == 1 else plural_noun}"
