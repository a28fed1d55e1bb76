"""``kgqa convert``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kgqa.cli.options import JsonOption
from kgqa.cli.output import Output, command, plural
from kgqa.cli.tables import table

if TYPE_CHECKING:
    from kgqa.convert import ConvertReport

_SHOWN = 5


def _layouts(incomplete: str) -> list[str]:
    """For the completion of the shell."""
    from kgqa.convert import LAYOUTS

    return [layout for layout in LAYOUTS if layout.startswith(incomplete)]


def convert(
    layout: Annotated[
        str,
        typer.Argument(
            help="metaqa, wikimovies, wc2014, pathquestion, pathquestion-large, geoquery, webqsp or cwq.",
            autocompletion=_layouts,
        ),
    ],
    source: Annotated[Path, typer.Argument(metavar="SRC", help="The folder of the data set, as published.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder to write to.")],
    kb: Annotated[
        Path | None,
        typer.Option("--kb", metavar="FILE", help="The facts, where a data set is published without them."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Convert a published data set to files of facts and questions.

    WebQSP and CWQ are read as NSM publishes them and as RoG does (Parquet, or JSON lines).

    \b  kgqa convert metaqa MetaQA/ data/metaqa
      kgqa convert wikimovies movieqa/ data/wikimovies --kb MetaQA/kb.txt
      kgqa convert webqsp RoG-webqsp/ data/webqsp
    """
    with command(as_json=json) as output:
        from kgqa.convert import LAYOUTS
        from kgqa.convert import convert as run

        if layout not in LAYOUTS:
            raise typer.BadParameter(f"{layout!r} is no layout: use one of {', '.join(LAYOUTS)}", param_hint="LAYOUT")
        report = run(layout, source, out, kb=kb)
        if json:
            output.json(report.to_dict())
            return
        _print(output, report, out)


def _print(output: Output, report: ConvertReport, out: Path) -> None:
    output.text(f"{plural(report.facts, 'fact')} about {plural(report.entities, 'entity')}")
    counts = table("questions", "number", numbers=1)
    for split, count in report.questions.items():
        counts.add_row(split or "all", f"{count:,}")
    for group, count in report.groups.items():
        counts.add_row(f"  {group or 'other'}", f"{count:,}")
    output.print(counts)
    for note in report.notes:
        output.text(f"Note: {note}")
    if report.unmapped:
        output.text(f"{plural(len(report.unmapped), 'annotated name')} that the graph lacks:")
        for item in report.unmapped[:_SHOWN]:
            output.text(f"  {item.path}:{item.line}: {item.what} {item.name!r}")
        if len(report.unmapped) > _SHOWN:
            output.text(f"  … and {len(report.unmapped) - _SHOWN:,} more (--json lists all)")
    output.text("Wrote " + ", ".join(report.files))
    questions = next((f for f in report.files if "questions" in f and "test" not in f), report.files[-1])
    graph = out / "graph.db"
    output.next_step(shlex.join(["kgqa", "sync", report.files[0], "--graph", str(graph)]))
    output.next_step(shlex.join(["kgqa", "train", questions, "--graph", str(graph), "--out", str(out / "model")]))
