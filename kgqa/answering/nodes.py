"""Nodes as they are shown."""

from __future__ import annotations

from collections.abc import Iterable

from graphdb import GraphReader, Node
from kgqa.answering.answer import AnsweredNode


def answered(graph: GraphReader, nodes: Iterable[Node]) -> dict[Node, AnsweredNode]:
    """Each of the nodes with its name and types. An entity that is not there any more is called by its key."""
    wanted = list(dict.fromkeys(nodes))
    entities = graph.entities([node for node in wanted if isinstance(node, str)])
    found = {}
    for node in wanted:
        entity = entities.get(node) if isinstance(node, str) else None
        found[node] = AnsweredNode(node, entity.name, entity.types) if entity else AnsweredNode(node, str(node))
    return found
