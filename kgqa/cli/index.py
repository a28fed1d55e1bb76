"""``kgqa index``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from kgqa.cli.opening import open_graph
from kgqa.cli.options import GraphOption, JsonOption, MappingOption
from kgqa.cli.output import Output, command, plural
from kgqa.cli.progress import Bars

if TYPE_CHECKING:
    from indexing import IndexReport


def index(
    graph: GraphOption = None,
    mapping: MappingOption = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make it anew, also if there is one.")] = False,
    json: JsonOption = False,
) -> None:
    """Build what is derived from a graph, or bring it up to date: the index of all names.

    [dim]kgqa sync does this by itself; it is needed after others have changed the graph.[/dim]
    """
    with (
        command(as_json=json, resume="Nothing was changed: run it again.") as output,
        open_graph(graph, mapping) as opened,
    ):
        with Bars(output) as bars:
            report = opened.update_index(rebuild=rebuild, progress=bars.steps("Indexing entities"))
        if json:
            output.json(asdict(report))
            return
        _print(output, report, opened.store.url)


def _print(output: Output, report: IndexReport, url: str) -> None:
    output.text(
        f"{url} is indexed: {plural(report.entities, 'entity')} read, {report.deleted:,} gone, "
        f"{plural(report.surfaces, 'name')} ({report.surfaces_added:,} new, {report.surfaces_removed:,} dropped)"
    )
    if report.long_values:
        output.text(f"{plural(report.long_values, 'text value')} left out for being too long to be asked for by name")
    if report.blank_names:
        output.text(f"{plural(report.blank_names, 'name')} left out because nothing of them can be seen")
    if report.crowded:
        output.text(f"{plural(report.crowded, 'name')} of more things than one question weighs")
