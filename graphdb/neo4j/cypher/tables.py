"""Programs that are answered with rows, or by comparing two answers.

Groups are lines that end with rows of a group ``y`` and of what counts there, ``m``.
"""

from __future__ import annotations

from collections.abc import Sequence

from graphdb.neo4j.cypher.parts import key_of, quote_text
from graphdb.neo4j.cypher.programs import (
    AVERAGE,
    IS_KIND,
    SCALE,
    SIZE,
    Clauses,
    Held,
    Lines,
    answer,
    compared,
    identified,
    order_by,
    taken,
    values,
    within,
)
from graphdb.neo4j.legs import Classes, Leg, Reached
from graphdb.programs import Comparison, Function
from graphdb.values import LiteralKind

_BEST = {Function.MINIMUM, Function.MAXIMUM}

# --- groups -----------------------------------------------------------------------------------------------------------


def members_led_to(parts: Sequence[tuple[Clauses, Sequence[Leg]]], classes: Classes, *conditions: str) -> Lines:
    """The groups of the members that are counted, from the ways to take the step.

    :param classes: those that the groups can belong to, if they are entities.
    :param conditions: those that a group meets.
    """
    ways = [(*nodes.text(), *taken(legs)) for nodes, legs in parts]
    pairs: Lines
    if len(ways) == 1:
        pairs, last = ways[0], "WITH DISTINCT y, x AS m"
    else:
        pairs, last = within(((*way, "RETURN y, x") for way in ways), "UNION"), "WITH y, x AS m"
    return Clauses(pairs, last, _met(classes, conditions)).text()


def values_led_to(
    function: Function, nodes: Clauses, held: Held, legs: Sequence[Leg], classes: Classes, *conditions: str
) -> Lines:
    """The groups of the values that a function is of; see :func:`members_led_to`."""
    lines = (*nodes.text(), f"UNWIND {values(held)} AS v")
    if function in _BEST:
        scaled = (f"WITH x, v, {SCALE[0]}", *SCALE[1:])
        sized = ("WITH x, scale, v, CASE", *SIZE, "END AS size")
        first = "WITH scale, collect([x, [v, size]]) AS ranked ORDER BY scale LIMIT 1"
        lines = (*lines, *scaled, *sized, first, "UNWIND ranked AS row", "WITH row[0] AS x, row[1] AS v")
    else:
        lines = (*lines, "WITH x, v", f"WHERE {IS_KIND[LiteralKind.NUMBER]}")
    return Clauses((*lines, *taken(legs, "v, ")), "WITH DISTINCT y, x, v AS m", _met(classes, conditions)).text()


def _met(classes: Classes, conditions: Sequence[str]) -> Lines:
    return tuple(filter(None, (identified("y", classes), *conditions)))


def inside(groups: Lines, nodes: Clauses) -> Lines:
    """The groups that are among the nodes of a set."""
    parts = [(*groups, "RETURN y, m, 0 AS given"), (*nodes.text(), "RETURN x AS y, null AS m, 1 AS given")]
    both = ("WITH y, collect(m) AS ms, sum(given) AS given", "WHERE given = 1")
    return *within(parts, "UNION ALL"), *both, "UNWIND ms AS m"


def grouped(function: Function | None, kinds: Sequence[tuple[Reached, Lines, Classes]]) -> Lines:
    """Each group with its value, the greatest first.

    :param function: ``None`` to count.
    :param kinds: the groups of each kind.
    """
    parts = [(*lines, *_computed(function), _row(kind, "y", classes, "value")) for kind, lines, classes in kinds]
    order = f"ORDER BY {order_by('value', greatest=True)}, node"
    if len(parts) == 1:
        return *parts[0], order
    return *within(parts, "UNION ALL"), "RETURN kind, node, value", order


def _computed(function: Function | None) -> Lines:
    match function:
        case None:
            return ("WITH y, count(m) AS value",)
        case Function.SUM:
            return ("WITH y, sum(m) AS value",)
        case Function.AVERAGE:
            return "WITH y, sum(m) AS total, count(m) AS numbers", f"WITH y, {AVERAGE} AS value"
        case _:
            order = order_by("m[1]", greatest=function is Function.MAXIMUM)
            return f"WITH y, m ORDER BY {order}", "WITH y, collect(m)[0][0] AS value"


def _row(kind: Reached, variable: str, classes: Classes, value: str) -> str:
    node = key_of(variable, classes) if kind is Reached.ENTITIES else variable
    return f"RETURN {quote_text(kind)} AS kind, {node} AS node, {value}"


# --- attributes -------------------------------------------------------------------------------------------------------


def beside(nodes: Clauses, classes: Classes, held: Held, greatest: bool | None) -> Lines:
    """Entities, a row for each of their values of an attribute, or one without a value.

    :param held: where they have the attribute, if they can have any.
    :param greatest: of entities that are ranked, whether the greatest come first.
    """
    rank = "" if greatest is None else ", value AS rank"
    order = () if greatest is None else (f"ORDER BY {order_by('rank', greatest)}, node",)
    if not held:
        lines = (*nodes.text(), f"WITH x{rank}, null AS beside")
    else:
        given = "UNWIND CASE WHEN size(held) > 0 THEN held ELSE [null] END AS beside"
        lines = (*nodes.text(), f"WITH x{rank}, {values(held)} AS held", given)
    return *lines, _row(Reached.ENTITIES, "x", classes, "beside AS value"), *order


# --- comparisons ------------------------------------------------------------------------------------------------------


def compared_answers(left: Lines, comparison: Comparison, right: Lines) -> Lines:
    """Whether the one value of an answer compares so with that of another."""
    sides = (*_one_value(left, "left"), *_one_value(right, "right"))
    return *sides, "WITH * WHERE left[0] = right[0]", answer(compared("left[1]", comparison, "right[1]"))


def _one_value(lines: Lines, variable: str) -> Lines:
    """The value of an answer with its kind, as it is compared, if it is one value."""
    kinds = [f"WHEN {test} THEN {quote_text(kind)}" for kind, test in IS_KIND.items()]
    only = (
        *within([lines], ""),
        "WITH collect(kind) AS kinds, collect(node) AS nodes",
        f"WHERE size(nodes) = 1 AND kinds[0] = {quote_text(Reached.VALUES)}",
        f"WITH nodes[0] AS v, CASE WHEN nodes[0] IS :: {_TIMED} THEN 3 ELSE 0 END AS scale",
        f"WITH CASE {' '.join(kinds)} END AS kind, CASE",
        *SIZE,
        f"END AS size WHERE kind IS NOT NULL RETURN [kind, size] AS {variable}",
    )
    return within([only], "")


_TIMED = "ZONED DATETIME | LOCAL DATETIME"
