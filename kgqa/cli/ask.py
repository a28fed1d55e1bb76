"""``kgqa ask``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from kgqa.cli.explain import SHOWN, print_answer
from kgqa.cli.opening import open_model
from kgqa.cli.options import GraphOption, JsonOption, MappingOption, ModelOption
from kgqa.cli.output import FAILED, Output, command

if TYPE_CHECKING:
    from kgqa import KGQA

_STDIN = "-"


def ask(
    question: Annotated[str, typer.Argument(help="What to ask; - reads one question a line from standard input.")],
    graph: GraphOption = None,
    model: ModelOption = None,
    mapping: MappingOption = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="How the question was read, and the facts that prove each answer.")
    ] = False,
    show_all: Annotated[
        bool, typer.Option("--all", help=f"Show and prove every answer, not only the first {SHOWN}.")
    ] = False,
    pick: Annotated[
        int | None,
        typer.Option("--pick", min=1, help="Take the N-th reading that --explain shows, sure or not."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Ask a question: the complete set of answers that the graph has now, or why there is none.

    Without a trained model the question is compared with programs that the graph's schema allows; --explain shows the
    likeliest readings, and --pick takes one of them, also where no answer would be given.

    Questions are read from standard input, one a line, where the question is -.

    \b  kgqa ask "who directed the films that Sigourney Weaver acted in?" --explain
      kgqa ask - --json < questions.txt      one JSON value a line
    """
    with command(as_json=json) as output:
        asker = _Asker(output, explain=explain, show_all=show_all, pick=pick)
        with open_model(graph, model, mapping) as qa:
            if question != _STDIN:
                asker.ask(qa, question)
            elif not asker.ask_lines(qa):
                raise typer.Exit(FAILED)


class _Asker:
    """Asks and prints."""

    def __init__(self, output: Output, *, explain: bool, show_all: bool, pick: int | None) -> None:
        self._output = output
        self._explain = explain
        self._limit = None if show_all else SHOWN
        self._pick = pick

    def ask(self, qa: KGQA, question: str) -> None:
        proved = sys.maxsize if self._limit is None else self._limit
        answer = qa.ask(question, evidence=proved if self._explain or self._output.as_json else 0, pick=self._pick)
        if self._output.as_json:
            self._output.json(answer.to_dict())
        else:
            print_answer(self._output, answer, explain=self._explain, limit=self._limit)

    def ask_lines(self, qa: KGQA) -> bool:
        """Every line of standard input, each answered before the next is read; whether all could be asked."""
        from graphdb.errors import InputError

        well = True
        for line in sys.stdin:
            question = line.rstrip("\r\n")
            if not question.strip():
                continue
            self._output.text(f"\n{question}", style="bold")
            try:
                self.ask(qa, question)
            except InputError as exc:
                well = False
                self._output.error(str(exc), type(exc).__name__)
        return well
