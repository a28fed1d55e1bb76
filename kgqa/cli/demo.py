"""``kgqa demo``."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from kgqa.cli.explain import SHOWN, print_answer
from kgqa.cli.options import JsonOption
from kgqa.cli.output import Output, command
from kgqa.cli.progress import Bars
from kgqa.cli.tables import figures_table

if TYPE_CHECKING:
    from kgqa import KGQA, Answer
    from kgqa.demo.run import Demo
    from kgqa.evaluation import Report

_RESUME = "Run `kgqa demo` again: what is complete is reused, and the training goes on from its last evaluation."


def demo(
    folder: Annotated[Path, typer.Option("--dir", metavar="DIR", help="Where everything is put.")] = Path("kgqa-demo"),
    no_input: Annotated[bool, typer.Option("--no-input", help="Don't ask for questions at the end.")] = False,
    json: JsonOption = False,
) -> None:
    """Build a graph of real places, learn to answer questions about it, and ask: minutes, no server.

    A second run reuses what is there and is ready in seconds.
    """
    with command(as_json=json, resume=_RESUME) as output:
        from kgqa.demo.run import Demo

        made = Demo(folder)
        guide = _Guide(output)
        report = guide.build(made)
        with guide.doing("Opening the model"):
            qa = made.open()
        with qa:
            answers = [guide.show(qa, question, shows) for question, shows in _showcase()]
            if json:
                output.json(_to_dict(made, report, answers))
                return
            where = f"--graph {made.graph} --model {made.model}"
            output.text()
            output.next_step(f'kgqa ask "your question?" {where} --explain')
            if not no_input and sys.stdin.isatty():
                _converse(output, qa)


def _showcase() -> Iterator[tuple[str, str]]:
    from kgqa.demo import SHOWCASE

    yield from ((item.question, item.shows) for item in SHOWCASE)


def _to_dict(demo: Demo, report: Report, answers: list[Answer]) -> dict[str, Any]:
    return {
        "graph": str(demo.graph),
        "model": str(demo.model),
        "evaluation": report.to_dict(),
        "answers": [answer.to_dict() for answer in answers],
    }


class _Guide:
    """Goes through the stages and says what happens."""

    def __init__(self, output: Output) -> None:
        self._output = output

    @contextmanager
    def doing(self, title: str) -> Iterator[Callable[[str], None]]:
        """A stage: what it yields takes what came of it, and the time it took is shown beside that."""
        outcome = "done"

        def tell(result: str) -> None:
            nonlocal outcome
            outcome = result

        began = time.monotonic()
        yield tell
        seconds = time.monotonic() - began
        self._output.print(f"[bold]{escape(title)}[/bold]: {escape(outcome)} [dim]({seconds:.1f} s)[/dim]")

    def build(self, demo: Demo) -> Report:
        """Everything up to the evaluation."""
        with self.doing("Facts and questions") as tell:
            made = demo.write_data()
            counts = demo.counts()
            tell(
                f"{counts['facts']:,} facts about real places, {counts['train']:,} questions to train on, "
                f"{counts['held_out']:,} to evaluate on{_reused(made)}"
            )
        with self.doing("Graph and index") as tell:
            with Bars(self._output) as bars:
                made = demo.load_graph(bars.rows(), bars.steps("Indexing names"))
            tell(f"{demo.graph}{_reused(made)}")
        with self.doing("Model, trained on questions and answers alone") as tell:
            with Bars(self._output) as bars:
                made = demo.learn(bars.training(), bars.steps("Looking up names"))
            tell(f"{demo.model}{_reused(made)}")
        with self.doing("Evaluation on phrasings and places that were not trained on") as tell:
            tell("as measured before" if demo.evaluated else "done")
            with Bars(self._output) as bars:
                report = demo.evaluate(bars.steps("Asking"))
        self._output.print(figures_table(report))
        return report

    def show(self, qa: KGQA, question: str, shows: str) -> Answer:
        """Ask one of the prepared questions."""
        answer = qa.ask(question)
        self._output.print(f"\n[bold cyan]{escape(question)}[/]  [dim]{escape(shows)}[/]")
        if not self._output.as_json:
            print_answer(self._output, answer, explain=True, limit=SHOWN)
        return answer


def _reused(made: bool) -> str:
    return "" if made else ", reused"


def _converse(output: Output, qa: KGQA) -> None:
    """Answer what is typed, until an empty line, ``exit`` or the end of the input."""
    from graphdb.errors import InputError

    output.text("\nAsk about countries, cities, capitals, languages, currencies, … An empty line or exit ends it.")
    while True:
        try:
            question = output.out.input("\n[bold cyan]?[/] ").strip()
        except (EOFError, KeyboardInterrupt):
            output.text()
            return
        if question in ("", "exit", "quit"):
            return
        try:
            answer = qa.ask(question, evidence=SHOWN)
        except InputError as exc:
            output.error(str(exc), type(exc).__name__)
            continue
        print_answer(output, answer, explain=True, limit=SHOWN)
