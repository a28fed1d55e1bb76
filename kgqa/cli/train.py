"""``kgqa train``."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kgqa.cli.opening import open_graph
from kgqa.cli.options import Entities, EntitiesOption, GraphOption, JsonOption, MappingOption
from kgqa.cli.output import Output, command, plural
from kgqa.cli.progress import Bars, figures_line

if TYPE_CHECKING:
    from kgqa.training import TrainSummary

_RESUME = "The same command with --resume goes on from the last evaluation."


def train(
    questions: Annotated[
        str, typer.Argument(metavar="FILE", help="Questions with answers, JSONL; - is standard input.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Directory of the model.")],
    graph: GraphOption = None,
    mapping: MappingOption = None,
    dev: Annotated[
        str | None,
        typer.Option("--dev", metavar="FILE", help="Choose and calibrate by these, not by a tenth kept back."),
    ] = None,
    epochs: Annotated[
        int | None, typer.Option("--epochs", min=1, help="Passes over the questions; else about 2,000 steps.")
    ] = None,
    batch_size: Annotated[int, typer.Option("--batch-size", min=1, help="Questions a step.")] = 32,
    seed: Annotated[int, typer.Option("--seed", help="Of everything random.")] = 0,
    device: Annotated[
        str | None, typer.Option("--device", help="auto, cpu, cuda or cuda:N; else KGQA_DEVICE, else auto.")
    ] = None,
    encoder: Annotated[
        str | None,
        typer.Option("--encoder", help="Name or folder of a sentence-transformers model; else the built-in."),
    ] = None,
    read: Annotated[
        bool, typer.Option("--read/--paths-only", help="Also learn to read what no path can say, where that helps.")
    ] = True,
    entities: EntitiesOption = Entities.RESOLVE,
    corrections: Annotated[
        bool,
        typer.Option("--corrections/--no-corrections", help="Also learn from what kgqa correct kept for this graph."),
    ] = True,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted run in DIR.")] = False,
    json: JsonOption = False,
) -> None:
    """Train a model from questions and their answers alone, and from the corrections of this graph.

    One question a line; answers are keys, names or values, and [] says that the graph has none:

    \b  {"id": "1", "question": "who directed Alien?", "answers": ["Ridley Scott"]}
      {"id": "2", "question": "how tall is Ridley Scott?", "answers": []}

    \b  kgqa train questions.jsonl --graph films.db --out models/films
    """
    with command(as_json=json, resume=_RESUME) as output:
        from kgqa.questions import read_questions

        rank = _rank()
        if rank is not None and "-" in (questions, dev):
            raise typer.BadParameter("processes that train together cannot share standard input: give a file")
        asked = read_questions(questions)
        kept = None if dev is None else read_questions(dev)
        with open_graph(graph, mapping) as opened, Bars(output, hidden=bool(rank)) as bars:
            from kgqa.examples import EntitySource
            from kgqa.model import ModelConfig
            from kgqa.questions import corrected
            from kgqa.settings import load_settings, pick_device
            from kgqa.training import TrainOptions, train_model

            known = opened.corrections.current() if corrections else []
            asked = corrected(asked, known, apart_from=kept or ())
            summary = train_model(
                asked,
                opened.store,
                opened.index,
                out,
                dev=kept,
                options=TrainOptions(epochs=epochs, seed=seed, batch_size=batch_size, read=read),
                config=ModelConfig() if encoder is None else ModelConfig(encoder=encoder),
                entities=EntitySource(entities),
                device=pick_device(load_settings(device=device).device),
                resume=resume,
                listener=bars.training(),
                preparing=bars.steps("Looking up names"),
            )
            url = opened.store.url
        if rank:
            return
        if json:
            output.json(summary.to_dict())
            return
        _print(output, summary, url)


def _rank() -> int | None:
    """Which of several processes this is, where ``torchrun`` started it."""
    return int(os.environ["RANK"]) if {"RANK", "WORLD_SIZE"} <= os.environ.keys() else None


def _print(output: Output, summary: TrainSummary, url: str) -> None:
    output.text(
        f"Trained on {plural(summary.trained_on, 'question')} in {summary.seconds:,.0f} s "
        f"({plural(summary.steps, 'step')})"
    )
    for reason, count in summary.unusable.items():
        output.text(f"  {plural(count, 'question')} {reason}: left out", style="yellow")
    if summary.dev is not None:
        output.text(f"On {plural(summary.dev_questions, 'dev question')}: {figures_line(summary.dev)}")
        output.text(f"No answer is given below a confidence of {summary.abstain_below:.2f}")
    output.text(f"The model is in {summary.directory}")
    where = ["--graph", url, "--model", str(summary.directory)]
    output.next_step(shlex.join(["kgqa", "eval", "held-out.jsonl", *where]))
    output.next_step(shlex.join(["kgqa", "ask", "your question?", *where]))
