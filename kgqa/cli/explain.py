"""Answers for people: the answers themselves, and on request how the question was read and what proves them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from rich.markup import escape

from kgqa.cli.output import Output, plural
from kgqa.cli.tables import table

if TYPE_CHECKING:
    from rich.table import Table

    from graphdb import Fact
    from kgqa.answering import Answer, AnsweredNode, Meaning, Mention

SHOWN = 20
"""How many answers are shown unless all are asked for."""

_DIRECTIONS = {"out": "from subject to object", "in": "from object to subject"}
_NEGLIGIBLE = 0.0005  # rivals that would be shown with probability 0.000


def print_answer(output: Output, answer: Answer, *, explain: bool, limit: int | None) -> None:
    """Print an answer.

    :param explain: also how it came about.
    :param limit: how many answers are shown; ``None`` for all.
    """
    if answer.abstained:
        output.text(f"No answer: {answer.reason}", style="yellow")
    else:
        shown = answer.answers[:limit]
        output.print(_answers(shown))
        if len(answer.answers) > len(shown):
            output.text(f"… and {len(answer.answers) - len(shown):,} more (--all shows all)")
        output.text(f"{plural(len(answer), 'answer')}, confidence {answer.confidence:.2f}", style="dim")
    for note in answer.notes:
        output.text(f"Note: {note}", style="yellow")
    if explain:
        _explain(output, answer, limit)


def _answers(answers: Iterable[AnsweredNode]) -> Table:
    rows = list(answers)
    keys = any(a.key is not None and a.key != a.name for a in rows)
    beside = any(a.values is not None for a in rows)
    made = table("answer", *(("beside",) if beside else ()), "type", *(("key",) if keys else ()))
    made.show_header = False
    for a in rows:
        values = [f"[bold]{escape(', '.join(map(str, a.values or ())))}[/]"] if beside else []
        key = [escape(a.key or "")] if keys else []
        made.add_row(f"[bold green]{escape(a.name)}[/]", *values, escape(", ".join(a.types)), *key)
    return made


def _explain(output: Output, answer: Answer, limit: int | None) -> None:
    if answer.program is not None:
        output.text(f"\nRead as: {answer.reading or answer.in_words}")
    if answer.readings:
        readings = table("--pick", "reading", "probability", numbers=1)
        for number, reading in enumerate(answer.readings, start=1):
            readings.add_row(str(number), escape(reading.in_words), f"{reading.probability:.3f}")
        output.print(readings)
    for mention in answer.mentions:
        output.text()
        _mention(output, mention)
    for branch in answer.branches:
        output.text()
        hops = table("hop", "relation", "in words", "direction", "probability", numbers=1)
        for number, hop in enumerate(branch.hops, start=1):
            words = _DIRECTIONS[hop.direction]
            hops.add_row(str(number), escape(hop.relation), escape(hop.text), words, f"{hop.probability:.3f}")
        output.print(hops)
    if answer.cypher is not None:
        output.text("\nAs Cypher, to paste into Neo4j Browser:", style="dim")
        output.text(answer.cypher)
    if answer.evidence:
        output.text()
        _evidence(output, answer, limit)


def _mention(output: Output, mention: Mention) -> None:
    output.text(f"“{mention.text}” was read as {_meaning(mention.meaning)}")
    likely = [rival for rival in mention.rivals if rival.probability >= _NEGLIGIBLE]
    if likely:
        rivals = table("or could be", "type", "key", "probability", numbers=1)
        for rival in likely:
            key = rival.node if isinstance(rival.node, str) else ""
            rivals.add_row(escape(rival.name), escape(", ".join(rival.types)), escape(key), f"{rival.probability:.3f}")
        output.print(rivals)


def _meaning(meaning: Meaning) -> str:
    types = f" ({', '.join(meaning.types)})" if meaning.types else ""
    key = f" with the key {meaning.node}" if isinstance(meaning.node, str) and meaning.node != meaning.name else ""
    return f"{meaning.name}{types}{key}, probability {meaning.probability:.3f}"


def _evidence(output: Output, answer: Answer, limit: int | None) -> None:
    by_node = {a.node: a.name for a in answer.answers}
    proofs = answer.evidence[:limit]
    facts = table("answer", "proved by these facts of the graph")
    for proof in proofs:
        for i, fact in enumerate(proof.facts):
            facts.add_row(escape(by_node[proof.node]) if i == 0 else "", fact_line(fact, answer.names))
    output.print(facts)
    if len(answer.answers) > len(proofs):
        output.text(f"({len(proofs):,} of {len(answer.answers):,} answers proved here; --all proves all)", style="dim")


def fact_line(fact: Fact, names: Mapping[str, str]) -> str:
    """A fact by the names of its ends, with console markup."""
    target = names.get(fact.object, fact.object) if isinstance(fact.object, str) else str(fact.object)
    line = (
        f"{escape(names.get(fact.subject, fact.subject))} [dim]─[/] {escape(fact.relation)} [dim]→[/] {escape(target)}"
    )
    if fact.properties:
        line += escape(" (" + ", ".join(f"{name}: {value}" for name, value in fact.properties.items()) + ")")
    return line
