"""The program and its help."""

from __future__ import annotations

import typer

from kgqa.cli.ask import ask
from kgqa.cli.bootstrap import bootstrap
from kgqa.cli.convert import convert
from kgqa.cli.correct import correct
from kgqa.cli.demo import demo
from kgqa.cli.doctor import doctor
from kgqa.cli.evaluate import evaluate
from kgqa.cli.index import index
from kgqa.cli.inspect import inspect
from kgqa.cli.serve import serve
from kgqa.cli.sync import sync
from kgqa.cli.train import train

_HELP = """Ask a knowledge graph questions in plain language: complete, proven, live answers, with no LLM.

[bold]See it work[/bold], in minutes and with no server:

\b  kgqa demo

[bold]Your own graph[/bold], from a file of facts; it can be asked at once, and in a browser:

\b  kgqa sync facts.jsonl --graph films.db
  kgqa ask "who directed Alien?" --graph films.db --explain
  kgqa serve --graph films.db

[bold]Better answers[/bold], learned from questions whose answers are known:

\b  kgqa train questions.jsonl --graph films.db --out model
  kgqa eval held-out.jsonl --graph films.db --model model
  kgqa ask "who directed Alien?" --graph films.db --model model

[bold]A Neo4j graph that is there already[/bold] is only read, through a mapping to look over and edit:

\b  kgqa inspect --graph neo4j://localhost:7687 > mapping.toml
  kgqa index --graph neo4j://localhost:7687 --mapping mapping.toml
  kgqa ask "who wrote Emma?" --graph neo4j://localhost:7687

A graph is a SQLite file or the URL of a server (neo4j://…, postgresql+psycopg://…).
To leave --graph and --model out, set KGQA_GRAPH and KGQA_MODEL, or name them in a file kgqa.toml:

\b  graph = "films.db"
  model = "model"
"""
_EPILOG = (
    "kgqa COMMAND --help says more, with examples. Every command takes --json, for one JSON value on standard output. "
    "Exit codes: 0 done, 1 failed with a message, 2 wrong use, 130 interrupted."
)

app = typer.Typer(
    name="kgqa",
    help=_HELP,
    epilog=_EPILOG,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"kgqa {version('kgqa')}")
        raise typer.Exit


@app.callback()
def _program(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
    ),
) -> None:
    del version


app.command("demo", rich_help_panel="Start here")(demo)
app.command("ask", rich_help_panel="Asking")(ask)
app.command("serve", rich_help_panel="Asking")(serve)
app.command("sync", rich_help_panel="The graph")(sync)
app.command("index", rich_help_panel="The graph")(index)
app.command("inspect", rich_help_panel="The graph")(inspect)
app.command("doctor", rich_help_panel="The graph")(doctor)
app.command("convert", rich_help_panel="The graph")(convert)
app.command("bootstrap", rich_help_panel="The model")(bootstrap)
app.command("train", rich_help_panel="The model")(train)
app.command("eval", rich_help_panel="The model")(evaluate)
app.command("correct", rich_help_panel="The model")(correct)


def main() -> None:
    """The entry point of the program."""
    app()
