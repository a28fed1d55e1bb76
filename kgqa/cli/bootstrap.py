"""``kgqa bootstrap``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kgqa.cli.opening import open_graph
from kgqa.cli.options import GraphOption, JsonOption, MappingOption
from kgqa.cli.output import Output, command, plural
from kgqa.cli.progress import Bars
from kgqa.cli.tables import table

if TYPE_CHECKING:
    from kgqa.bootstrap import Bootstrapped


def bootstrap(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write the questions, JSONL.")],
    graph: GraphOption = None,
    mapping: MappingOption = None,
    questions: Annotated[int, typer.Option("--questions", min=1, metavar="N", help="How many to make.")] = 400,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same questions.")] = 0,
    json: JsonOption = False,
) -> None:
    """Make training questions of the graph itself, to start with none of your own.

    Programs of every form are made under the graph's schema from what is around its entities, run, and asked for in
    different ways, with their answers; some questions have none. The graph is only read.

    \b  kgqa bootstrap --graph films.db --out questions.jsonl
      kgqa train questions.jsonl --graph films.db --out models/films
    """
    with command(as_json=json, resume="Nothing was written: run it again.") as output:
        with open_graph(graph, mapping) as opened, Bars(output) as bars:
            made = opened.bootstrap(questions=questions, seed=seed, out=out, progress=bars.steps("Making questions"))
            url = opened.store.url
        if json:
            output.json({"questions": len(made.questions), "forms": made.forms, "path": str(out)})
            return
        _print(output, made, out, url, questions)


def _print(output: Output, made: Bootstrapped, out: Path, url: str, wanted: int) -> None:
    shown = table("form", "questions", "for example", numbers=0)
    first = {question.group: question.question for question in reversed(made.questions)}
    for form, count in made.forms.items():
        shown.add_row(form, f"{count:,}", _plain(first[form]))
    output.print(shown)
    output.text(f"{plural(len(made.questions), 'question')} in {out}")
    if len(made.questions) < wanted:
        output.text(f"The graph has no more to ask for: {wanted:,} were wanted", style="yellow")
    output.next_step(shlex.join(["kgqa", "train", str(out), "--graph", url, "--out", "models/mine"]))


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)
