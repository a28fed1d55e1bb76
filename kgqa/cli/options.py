"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

GraphOption = Annotated[
    str | None,
    typer.Option("--graph", metavar="URL", help="URL of the graph, or its SQLite file; else KGQA_GRAPH or kgqa.toml."),
]
ModelOption = Annotated[
    Path | None,
    typer.Option("--model", metavar="DIR", help="Directory of a trained model; else KGQA_MODEL or kgqa.toml."),
]
MappingOption = Annotated[
    Path | None,
    typer.Option(
        "--mapping",
        metavar="FILE",
        help="How to see a graph that kgqa did not write; else as it was indexed.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON value on standard output, and no progress.")]


class LogFormat(StrEnum):
    """How log lines are written."""

    TEXT = "text"
    JSON = "json"


class Entities(StrEnum):
    """Where the entities of a question come from."""

    RESOLVE = "resolve"
    GOLD = "gold"


EntitiesOption = Annotated[
    Entities,
    typer.Option("--entities", help="Resolve names from the text, or take the topics that the questions name."),
]
