"""Answers as HTML, for notebooks: what was asked and how it was read, the answers, and what proves them.

All text is escaped. Styles are inline and take the colours of the notebook, so that they suit a dark one as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphdb import Fact
    from kgqa.answering.answer import Answer, AnsweredNode, Meaning, Mention

SHOWN = 20
"""How many answers are shown, and of how many the facts."""

_MARK = "background:rgba(255,196,0,.3);color:inherit;border-radius:3px;padding:0 .15em"
_FAINT = "opacity:.7"
_QUOTED = "white-space:pre-wrap;overflow-wrap:anywhere;text-align:left"


def answer_to_html(answer: Answer) -> str:
    """An answer as a fragment of HTML."""
    return f'<div class="kgqa-answer" style="max-width:60em;line-height:1.5">{"".join(_parts(answer))}</div>'


def _parts(answer: Answer) -> Iterator[str]:
    yield f'<div style="{_FAINT}">{_question(answer)}</div>'
    if answer.abstained:
        yield f"<div><strong>No answer</strong>: {escape(answer.reason)}</div>"
    else:
        yield f"<div>{_answers(answer)}</div>"
    said = answer.in_words or answer.reading
    if said:
        yield f'<div style="{_FAINT}">read as “{escape(said)}”, confidence {answer.confidence:.2f}</div>'
    yield from (f'<div style="{_FAINT}">Note: {escape(note)}</div>' for note in answer.notes)
    yield from (_rivals(mention) for mention in answer.mentions if mention.rivals)
    if len(answer.readings) > 1:
        items = (f"<li>{escape(r.in_words)} ({r.probability:.2f})</li>" for r in answer.readings)
        yield _folded("Readings to pick from", f"<ol>{''.join(items)}</ol>")
    if answer.evidence:
        yield _folded("Facts that prove it", _proofs(answer))
    if answer.cypher is not None:
        yield _folded("Cypher", f'<pre style="{_QUOTED}">{escape(answer.cypher)}</pre>')


def _folded(title: str, content: str) -> str:
    return f"<details><summary>{escape(title)}</summary>{content}</details>"


def _question(answer: Answer) -> str:
    """The question with its mentions highlighted, and what each was read as when it is pointed at."""
    parts, at = [], 0
    for mention in sorted(answer.mentions, key=lambda m: (m.start, -m.end)):
        if mention.start < at or mention.end <= mention.start:
            continue
        parts.append(escape(answer.question[at : mention.start]))
        title = escape(f"read as {_meaning(mention.meaning)}", quote=True)
        parts.append(f'<mark style="{_MARK}" title="{title}">{escape(mention.text)}</mark>')
        at = mention.end
    return "".join(parts) + escape(answer.question[at:])


def _answers(answer: Answer) -> str:
    shown = " · ".join(map(_answer, answer.answers[:SHOWN]))
    hidden = len(answer.answers) - SHOWN
    return f"{shown} … and {hidden:,} more" if hidden > 0 else shown


def _answer(node: AnsweredNode) -> str:
    types = f' <small style="{_FAINT}">{escape(", ".join(node.types))}</small>' if node.types else ""
    return f"<strong>{escape(str(node))}</strong>{types}"


def _rivals(mention: Mention) -> str:
    rivals = ", ".join(escape(_meaning(rival)) for rival in mention.rivals)
    return f'<div style="{_FAINT}">“{escape(mention.text)}” might also mean {rivals}</div>'


def _meaning(meaning: Meaning) -> str:
    types = f" ({', '.join(meaning.types)})" if meaning.types else ""
    return f"{meaning.name}{types}, {meaning.probability:.2f}"


def _proofs(answer: Answer) -> str:
    name_of = {a.node: a.name for a in answer.answers}
    rows = []
    for proof in answer.evidence[:SHOWN]:
        facts = "<br>".join(_fact(fact, answer) for fact in proof.facts)
        name = escape(name_of.get(proof.node, str(proof.node)))
        rows.append(f'<tr><td style="text-align:left">{name}</td><td style="text-align:left">{facts}</td></tr>')
    return f"<table>{''.join(rows)}</table>"


def _fact(fact: Fact, answer: Answer) -> str:
    subject = answer.names.get(fact.subject, fact.subject)
    target = answer.names.get(fact.object, fact.object) if isinstance(fact.object, str) else str(fact.object)
    line = f"{escape(subject)} – <em>{escape(fact.relation)}</em> → {escape(target)}"
    if fact.properties:
        properties = ", ".join(f"{name}: {value}" for name, value in fact.properties.items())
        line += f' <small style="{_FAINT}">({escape(properties)})</small>'
    return line
