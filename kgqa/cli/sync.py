"""``kgqa sync``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kgqa.cli.opening import open_graph
from kgqa.cli.options import GraphOption, JsonOption, MappingOption
from kgqa.cli.output import FAILED, command
from kgqa.cli.progress import Bars

_RESUME = "What was applied stays applied: run the same command again, and it completes the rest."


def sync(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE…", help="Facts as TSV, CSV or JSONL, also .gz; - is standard input.")
    ],
    graph: GraphOption = None,
    mapping: MappingOption = None,
    delete: Annotated[
        bool, typer.Option("--delete", help="Also delete what these files brought before and no longer have.")
    ] = False,
    delimiter: Annotated[
        str | None, typer.Option("--delimiter", metavar="CHAR", help="Between the fields, such as '|' or ';'.")
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option("--rejects", metavar="FILE", help="Write all rejected rows here, as JSONL.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    json: JsonOption = False,
) -> None:
    """Apply facts to a graph, and make them answerable at once.

    A SQLite file that does not exist is created. Rows that cannot be used are rejected with file, line and reason, all
    others are applied; the exit code is 1 if any was rejected.

    \b  kgqa sync facts.jsonl --graph films.db
      kgqa sync kb.txt --delimiter '|' --graph films.db --delete
      zcat dump.tsv.gz | kgqa sync - --graph neo4j://localhost:7687
    """
    with command(as_json=json, resume=_RESUME) as output:
        from graphdb.readers import Source

        sources = [Source(file, delimiter=delimiter) for file in files]
        with open_graph(graph, mapping, read_only=False) as opened:
            with Bars(output) as bars:
                report = opened.sync(
                    *sources,
                    delete=delete,
                    rejects=rejects,
                    dry_run=dry_run,
                    progress=bars.rows(),
                    indexing=bars.steps("Indexing entities"),
                )
            url = opened.store.url
        if json:
            output.json(report.to_dict())
        output.text(str(report))
        if report.rejected:
            where = f"they are in {rejects}" if rejects else "--rejects FILE writes all of them to a file"
            output.text(f"Mend the rejected rows and sync them again ({where}); all other rows were applied.")
            raise typer.Exit(FAILED)
        if not dry_run:
            output.next_step(f"kgqa train questions.jsonl --graph {url} --out models/mine")
