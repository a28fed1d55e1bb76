"""``kgqa correct``."""

from __future__ import annotations

import json as jsons
from typing import TYPE_CHECKING, Annotated

import typer

from kgqa.cli.opening import open_graph, open_model
from kgqa.cli.options import GraphOption, JsonOption, MappingOption, ModelOption
from kgqa.cli.output import Output, command, plural
from kgqa.cli.tables import table

if TYPE_CHECKING:
    from graphdb import Program
    from kgqa import KGQA
    from kgqa.graph import Graph
    from kgqa.questions import Question


def correct(
    question: Annotated[str | None, typer.Argument(help="The question, as it was asked.")] = None,
    answers: Annotated[
        list[str] | None,
        typer.Option("--answer", metavar="TEXT", help="A key, name or value; once for each answer, all of them."),
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="The graph has no answer.")] = False,
    reading: Annotated[
        int | None, typer.Option("--reading", min=1, help="The N-th reading that kgqa ask --explain shows was meant.")
    ] = None,
    program: Annotated[
        str | None, typer.Option("--program", metavar="JSON", help="This program was meant; - is standard input.")
    ] = None,
    show: Annotated[bool, typer.Option("--list", help="Show the corrections of this graph.")] = False,
    graph: GraphOption = None,
    model: ModelOption = None,
    mapping: MappingOption = None,
    json: JsonOption = False,
) -> None:
    """Say what is right where an answer was not. kgqa train learns from it.

    Corrections are kept beside the graph; the latest of a question counts.

    \b  kgqa correct "who directed Alien?" --answer "Ridley Scott"
      kgqa correct "how tall is Ridley Scott?" --none
      kgqa correct "films by Ridley Scott" --reading 2
      kgqa correct --list
    """
    given = [answers, none or None, reading, program]
    ways = sum(each is not None for each in given)
    if show:
        if question is not None or ways:
            raise typer.BadParameter("--list shows what there is: leave the question and what is right out")
    elif question is None:
        raise typer.BadParameter("name the question, or --list the corrections that there are")
    elif ways != 1:
        raise typer.BadParameter("say what is right in one way: --answer, --none, --reading or --program")
    with command(as_json=json) as output:
        if question is None:
            with open_graph(graph, mapping) as opened:
                _list(output, opened)
            return
        if reading is not None:
            with open_model(graph, model, mapping) as qa:
                _print(output, qa, qa.correct(question, program=_reading(qa, question, reading)))
            return
        meant = None if program is None else _read_program(program)
        with open_graph(graph, mapping) as opened:
            _print(output, opened, _correct(opened, question, answers, meant))


def _correct(opened: Graph, question: str, answers: list[str] | None, program: Program | None) -> Question:
    from kgqa.correcting import read_answers

    if program is not None:
        return opened.correct(question, program=program)
    return opened.correct(question, answers=read_answers(answers or (), opened.store, opened.index))


def _reading(qa: KGQA, question: str, reading: int) -> Program:
    from graphdb.errors import InputError

    answer = qa.ask(question, evidence=0)
    if reading > len(answer.readings):
        raise InputError(
            f"reading {reading} cannot be taken: the question has {plural(len(answer.readings), 'reading')} to choose "
            "from, which kgqa ask --explain shows"
        )
    return answer.readings[reading - 1].program


def _read_program(text: str) -> Program:
    import sys

    from graphdb import program_from_dict
    from graphdb.errors import InputError

    try:
        return program_from_dict(jsons.loads(sys.stdin.read() if text == "-" else text))
    except ValueError as exc:
        raise InputError(f"the program is not valid JSON ({exc}): give it as kgqa ask --json shows it") from exc


def _print(output: Output, opened: Graph, kept: Question) -> None:
    from kgqa.questions import question_to_dict

    if output.as_json:
        output.json(question_to_dict(kept))
        return
    shown = ", ".join(map(str, kept.answers)) or "no answer"
    output.text(f"Kept: {kept.question} → {shown}")
    output.text(f"{plural(len(opened.corrections.current()), 'correction')} in {opened.corrections.path}")
    output.next_step(f"kgqa train questions.jsonl --graph {opened.store.url} --out models/mine")


def _list(output: Output, opened: Graph) -> None:
    from kgqa.questions import question_to_dict

    current = opened.corrections.current()
    if output.as_json:
        output.json([question_to_dict(each) for each in current])
        return
    if not current:
        output.text(f"There are no corrections of {opened.store.url}")
        return
    shown = table("question", "answers")
    for each in current:
        shown.add_row(_plain(each.question), _plain(", ".join(map(str, each.answers)) or "no answer"))
    output.print(shown)


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)
