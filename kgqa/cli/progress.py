"""The one progress interface: bars on standard error, and silence where nobody watches."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

if TYPE_CHECKING:
    from kgqa.cli.output import Output
    from kgqa.evaluation import Figures, Report


class Bars:
    """Progress bars while a command works; use it in ``with``. Silent for programs and where there is no terminal.

    :param hidden: silent in any case.
    """

    def __init__(self, output: Output, *, hidden: bool = False) -> None:
        self._shown = not hidden and not output.as_json and output.err.is_terminal
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}"),
            console=output.err,
            disable=not self._shown,
        )

    def steps(self, label: str) -> Callable[[int, int], None]:
        """A bar for work that reports what is done and what there is in all (0 if that is not known)."""
        task: TaskID | None = None

        def report(done: int, total: int) -> None:
            nonlocal task
            if task is None:
                task = self._progress.add_task(escape(label), note="")
            self._progress.update(task, completed=done, total=total or None)

        return report

    def rows(self) -> Callable[[str, int], None]:
        """A line for each file that is read, with the number of its rows that are done."""
        bars: dict[str, Callable[[int, int], None]] = {}

        def report(path: str, rows: int) -> None:
            label = "standard input" if path == "-" else Path(path).name
            bars.setdefault(path, self.steps(f"Reading {label}"))(rows, 0)

        return report

    def training(self) -> TrainingBar:
        """A bar for the steps of a training run."""
        return TrainingBar(self._progress)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._progress.stop()


class TrainingBar:
    """Steps with the loss, and a line for every evaluation: a :class:`~kgqa.training.TrainListener`."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None
        self._loss: float | None = None
        self._phases: dict[str, TaskID] = {}

    def step(self, done: int, total: int, loss: float) -> None:
        self._loss = loss if self._loss is None else 0.95 * self._loss + 0.05 * loss
        if self._task is None:
            self._task = self._progress.add_task("Training", note="")
        self._progress.update(self._task, completed=done, total=total, note=f"loss {self._loss:.2f}")

    def phase(self, what: str, done: int, total: int) -> None:
        if what not in self._phases:
            self._phases[what] = self._progress.add_task(what, note="")
        self._progress.update(self._phases[what], completed=done, total=total)

    def evaluated(self, done: int, report: Report) -> None:
        if not self._progress.disable:
            self._progress.console.print(f"  step {done:,}: {figures_line(report.overall)}", style="dim")


def figures_line(figures: Figures) -> str:
    """The figures that matter, in one line; shares in per cent."""
    entity = "" if figures.entity_accuracy is None else f", right entity {percent(figures.entity_accuracy)}"
    return (
        f"hits@1 {percent(figures.hits_at_1)}, F1 {percent(figures.f1)}, exact {percent(figures.exact_match)}"
        f"{entity}, no answer given {percent(figures.abstained)}"
    )


def percent(share: float | None) -> str:
    """A share from 0 to 1 in per cent, with one decimal."""
    return "–" if share is None else f"{100 * share:.1f}"
