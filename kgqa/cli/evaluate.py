"""``kgqa eval``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from kgqa.cli.opening import open_model
from kgqa.cli.options import Entities, EntitiesOption, GraphOption, JsonOption, MappingOption, ModelOption
from kgqa.cli.output import command
from kgqa.cli.progress import Bars
from kgqa.cli.tables import facts_of, figures_table, table

if TYPE_CHECKING:
    from rich.table import Table

    from kgqa.evaluation import Report


def evaluate(
    questions: Annotated[
        str, typer.Argument(metavar="FILE", help="Questions with answers, JSONL; - is standard input.")
    ],
    graph: GraphOption = None,
    model: ModelOption = None,
    mapping: MappingOption = None,
    entities: EntitiesOption = Entities.RESOLVE,
    json: JsonOption = False,
) -> None:
    """Ask questions whose answers are known, and measure.

    \b  kgqa eval held-out.jsonl --graph films.db --model models/films
    """
    with command(as_json=json, resume="Nothing was changed: run it again.") as output:
        from kgqa.questions import read_questions

        asked = read_questions(questions)
        if not asked:
            from graphdb.errors import InputError

            raise InputError(f"{questions} has no questions: give a file with at least one")
        with open_model(graph, model, mapping) as qa, Bars(output) as bars:
            from kgqa.examples import EntitySource

            report = qa.evaluate(asked, entities=EntitySource(entities), progress=bars.steps("Asking"))
        if json:
            output.json(report.to_dict())
            return
        output.print(figures_table(report), "", _confidence(report), "", _cost(report))


def _confidence(report: Report) -> Table:
    """How much confidence says, and what answering only the surest questions would cost."""
    made = table("questions answered, surest first", "wrong answers", "lowest confidence", numbers=3)
    for point in report.risk_coverage:
        made.add_row(f"{point.coverage:.0%}", f"{point.risk:.1%}", f"{point.confidence:.2f}")
    made.caption = f"expected calibration error {report.calibration_error:.3f}"
    for name, share in (("precision", report.abstention_precision), ("recall", report.abstention_recall)):
        if share is not None:
            made.caption += f", {name} of no answer {share:.1%}"
    return made


def _cost(report: Report) -> Table:
    times = " / ".join(f"{ms:.1f}" for ms in report.latency_ms.values())
    names = " / ".join(report.latency_ms)
    return facts_of(
        {
            f"one question, {names}": f"{times} ms",
            "in batches": f"{report.questions_per_second:,.0f} questions/s",
            "facts read for a question": f"{report.facts_per_question:,.1f}",
        }
    )
