"""Identifiers, and parts of patterns."""

from __future__ import annotations

from functools import lru_cache

from graphdb.neo4j.legs import Classes
from graphdb.neo4j.names import (
    ENTITY_LABEL,
    MANY_LABEL,
    META_LABEL,
    SEQUENCE_PROPERTY,
    TOMBSTONE_LABEL,
    Column,
    NodeClass,
)
from graphdb.values import Direction


def quote(identifier: str) -> str:
    """A label, relationship type, property or variable as Cypher text.

    Backslashes are escaped because the parser reads ``\\u0060`` as a backtick, even between backticks.
    """
    return "`" + identifier.replace("\\", "\\u005c").replace("`", "``") + "`"


def quote_text(text: str) -> str:
    """A string of the vocabulary as Cypher text (never used for a value)."""
    return "'" + text.replace("\\", "\\u005c\\u005c").replace("'", "\\'") + "'"


ENTITY = quote(ENTITY_LABEL)
META_NODE = quote(META_LABEL)
TOMBSTONE = quote(TOMBSTONE_LABEL)
_MANY = quote(MANY_LABEL)
SEQUENCE = quote(SEQUENCE_PROPERTY)

cached = lru_cache(maxsize=4096)


def member(node_class: NodeClass) -> str:
    """The label expression of a class."""
    others = "|".join(quote(label) for label in node_class.unless)
    return quote(node_class.label) + (f"&!({others})" if others else "")


def members(classes: Classes) -> str:
    """The label expression of nodes of any of the classes."""
    if len(classes) == 1:
        return member(classes[0])
    return "|".join(f"({member(c)})" if c.unless else member(c) for c in classes)


def key_of(variable: str, classes: Classes) -> str:
    """The expression for an entity's key."""
    if len(classes) == 1:
        return _key_of(variable, classes[0])
    cases = " ".join(f"WHEN {variable}:{member(c)} THEN {_key_of(variable, c)}" for c in classes)
    return f"CASE {cases} END"


def _key_of(variable: str, node_class: NodeClass) -> str:
    value = f"{variable}.{quote(node_class.key)}"
    if not node_class.prefix:
        return value
    return f"{quote_text(node_class.prefix)} + {f'toString({value})' if node_class.integer_key else value}"


def found(variable: str, node_class: NodeClass, value: str) -> str:
    """The pattern of the node of a class that a value identifies."""
    return f"({variable}:{member(node_class)} {{{quote(node_class.key)}: {value}}})"


def edge(near: str, relation_type: str, direction: Direction, far: str, variable: str = "") -> str:
    """The pattern of a relationship followed in a direction."""
    arrow = f"-[{variable}:{quote(relation_type)}]-"
    return f"{near}{arrow}>{far}" if direction is Direction.OUT else f"{near}<{arrow}{far}"


def typed_node(variable: str, classes: Classes, label: str) -> str:
    """The pattern of the nodes that have a label, among those of some classes."""
    if len(classes) == 1 and classes[0].label == label:
        return f"({variable}:{member(classes[0])})"
    expression = members(classes)
    return f"({variable}:{f'({expression})' if '|' in expression else expression}&{quote(label)})"


def holders(variable: str, node_class: NodeClass, column: Column, value: str, scope: str = "") -> str:
    """A clause that finds the nodes of a class that have a value of an attribute.

    :param value: the expression of the value.
    :param scope: the variables that it needs.
    """
    name = f"{variable}.{quote(column.property)}"
    equal = f"MATCH ({variable}:{member(node_class)}) WHERE {name} = {value}"
    if column.one:
        return equal
    if node_class.label != ENTITY_LABEL or node_class.prefix:
        return f"MATCH ({variable}:{member(node_class)}) WHERE {value} IN [] + {name}"
    among = f"MATCH ({variable}:{_MANY}) WHERE {value} IN [] + {name}"
    if column.many:
        return among
    return f"CALL ({scope}) {{\n  {equal} RETURN {variable}\n  UNION\n  {among} RETURN {variable}\n}}"
