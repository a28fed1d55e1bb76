"""Tables for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from kgqa.cli.progress import percent

if TYPE_CHECKING:
    from kgqa.evaluation import Figures, Report


def table(*columns: str, numbers: int = 0) -> Table:
    """An empty table.

    :param numbers: how many of the last columns are numbers, set to the right.
    """
    made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for i, column in enumerate(columns):
        made.add_column(column, justify="right" if i >= len(columns) - numbers else "left", overflow="fold")
    return made


def facts_of(values: Mapping[str, object]) -> Table:
    """Names and values, one pair a line."""
    made = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    made.add_column(style="dim")
    made.add_column(overflow="fold")
    for name, value in values.items():
        made.add_row(name, escape(str(value)))
    return made


def figures_table(report: Report) -> Table:
    """The figures over all questions and for each group; shares in per cent."""
    made = table("", "questions", "hits@1", "F1", "exact", "right entity", "no answer given", numbers=6)
    for name, figures in report.groups.items():
        made.add_row(name, *_row(figures))
    made.add_row("all", *_row(report.overall), style="bold")
    return made


def _row(figures: Figures) -> list[str]:
    shares = (figures.hits_at_1, figures.f1, figures.exact_match, figures.entity_accuracy, figures.abstained)
    return [f"{figures.questions:,}", *map(percent, shares)]
