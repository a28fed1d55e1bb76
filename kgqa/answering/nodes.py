"""Nodes as they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from graphdb import Found, GraphReader, Node, Row, nodes_in
from kgqa.answering.answer import Answer, AnsweredNode


def answered(graph: GraphReader, nodes: Iterable[Node]) -> dict[Node, AnsweredNode]:
    """Each of the nodes with its name and types. An entity that is not there any more is called by its key."""
    wanted = list(dict.fromkeys(nodes))
    entities = graph.entities([node for node in wanted if isinstance(node, str)])
    found = {}
    for node in wanted:
        entity = entities.get(node) if isinstance(node, str) else None
        found[node] = AnsweredNode(node, entity.name, entity.types) if entity else AnsweredNode(node, str(node))
    return found


def as_answers(graph: GraphReader, found: Sequence[Found]) -> tuple[AnsweredNode, ...]:
    """The answer of a program, in its order."""
    shown = answered(graph, nodes_in(found))
    rows = ((each.node, each.values) if isinstance(each, Row) else (each, None) for each in found)
    return tuple(replace(shown[node], values=values) for node, values in rows)


def with_names(graph: GraphReader, answers: Sequence[Answer]) -> list[Answer]:
    """The same answers, with the names of all entities that their evidence mentions."""
    mentioned = [_mentioned(answer) for answer in answers]
    known = {a.node: a.name for answer in answers for a in answer.answers}
    known |= {m.meaning.node: m.meaning.name for answer in answers for m in answer.mentions}
    unknown = [key for keys in mentioned for key in keys if key not in known]
    if unknown:
        known |= {node: found.name for node, found in answered(graph, unknown).items()}
    return [
        replace(answer, names={key: known[key] for key in keys}) if keys else answer
        for answer, keys in zip(answers, mentioned, strict=True)
    ]


def _mentioned(answer: Answer) -> list[str]:
    """The keys of the entities in the evidence."""
    ends = (end for proof in answer.evidence for fact in proof.facts for end in (fact.subject, fact.object))
    return list(dict.fromkeys(end for end in ends if isinstance(end, str)))
