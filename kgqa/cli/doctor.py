"""``kgqa doctor``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from kgqa.cli.opening import open_graph
from kgqa.cli.options import GraphOption, JsonOption, MappingOption
from kgqa.cli.output import FAILED, Output, command

if TYPE_CHECKING:
    from kgqa.doctor import Diagnosis


def doctor(
    graph: GraphOption = None,
    mapping: MappingOption = None,
    repair: Annotated[bool, typer.Option("--repair", help="Mend the index and the ledger.")] = False,
    json: JsonOption = False,
) -> None:
    """Compare a graph with its index and its ledger of syncs, and name every difference.

    The exit code is 1 if any is left. The graph itself is never written.

    \b  kgqa doctor --graph films.db --repair
    """
    with command(as_json=json, resume="Run it again.") as output, open_graph(graph, mapping) as opened:
        from kgqa import doctor as doctors

        diagnosis = doctors.repair(opened) if repair else doctors.diagnose(opened)
        if json:
            output.json(diagnosis.to_dict())
        _print(output, diagnosis, opened.store.url, repair=repair)
        if not diagnosis.healthy:
            raise typer.Exit(FAILED)


def _print(output: Output, diagnosis: Diagnosis, url: str, *, repair: bool) -> None:
    for done in diagnosis.repaired:
        output.text(f"Mended: {done}")
    for kind, count in diagnosis.counts.items():
        findings = [finding for finding in diagnosis.findings if finding.kind is kind]
        output.text(f"{kind.value}: {count:,}", style="yellow")
        for finding in findings:
            output.text(f"  {finding.message}")
        if count > len(findings):
            output.text(f"  … and {count - len(findings):,} more")
    if diagnosis.healthy:
        output.text(f"Graph, index and ledger of {url} agree")
    elif not repair:
        output.next_step(f"kgqa doctor --graph {url} --repair")
