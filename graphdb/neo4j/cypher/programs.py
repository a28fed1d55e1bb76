"""Programs. A set is :class:`Clauses` after which each of its nodes is ``x``, once: an entity is its node, not its key.

Parameters are given as expressions, such as ``$value``. Lines are never taken apart, as a name may hold a line break.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from graphdb.neo4j.cypher.parts import holders, key_of, members, quote, quote_text, typed_node
from graphdb.neo4j.cypher.paths import leg_clauses, walk
from graphdb.neo4j.legs import Branch, Classes, EdgeLeg, Leg, Reached, ValueLeg
from graphdb.neo4j.names import Column, NodeClass
from graphdb.programs import Comparison, Function
from graphdb.values import LiteralKind

Held: TypeAlias = Sequence[tuple[Classes, Sequence[str]]]
"""Properties that hold an attribute: of the entities of some classes, if those of other classes are asked too."""

Pair: TypeAlias = tuple[Leg, Leg]

Lines: TypeAlias = tuple[str, ...]

_OPERATORS = {
    Comparison.EQUAL: "=",
    Comparison.NOT_EQUAL: "<>",
    Comparison.LESS: "<",
    Comparison.AT_MOST: "<=",
    Comparison.GREATER: ">",
    Comparison.AT_LEAST: ">=",
    Comparison.CONTAINS: "CONTAINS",
    Comparison.STARTS_WITH: "STARTS WITH",
}
# What is compared with values of another type is null, so this holds for finite numbers alone.
IS_KIND = {
    LiteralKind.BOOLEAN: "v IS :: BOOLEAN",
    LiteralKind.NUMBER: "-INF < v < INF",
    LiteralKind.STRING: "v IS :: STRING",
    LiteralKind.DATE: "v IS :: DATE",
    LiteralKind.DATETIME: "v IS :: ZONED DATETIME | LOCAL DATETIME",
}
# The kinds of values in the order in which they are ranked by.
SCALE = (
    "CASE",
    f"  WHEN {IS_KIND[LiteralKind.NUMBER]} THEN 1",
    f"  WHEN {IS_KIND[LiteralKind.DATE]} THEN 2",
    f"  WHEN {IS_KIND[LiteralKind.DATETIME]} THEN 3",
    "END AS scale",
    "WHERE scale IS NOT NULL",
)
# Of one moment, the datetime without time zone comes first; of stored datetimes nothing is as near as a nanosecond.
SIZE = (
    "  WHEN scale < 3 THEN v",
    "  WHEN v IS :: ZONED DATETIME THEN datetime({datetime: v, timezone: 'Z'})",
    "  ELSE datetime({datetime: v, timezone: 'Z'}) - duration({nanoseconds: 1})",
)
# The average of whole numbers may be one that no float holds.
AVERAGE = "CASE WHEN total % numbers = 0 THEN total / numbers ELSE total / toFloat(numbers) END"


@dataclass(frozen=True, slots=True)
class Clauses:
    """The clauses of a set.

    :param last: the ``WITH`` that ends them, if one does.
    :param conditions: those that the nodes then meet.
    """

    lines: tuple[str, ...]
    last: str = ""
    conditions: tuple[str, ...] = ()

    def where(self, *conditions: str) -> Clauses:
        """With more conditions on ``x``."""
        return replace(self, conditions=(*self.conditions, *conditions))

    def text(self) -> tuple[str, ...]:
        """All lines."""
        if not self.conditions:
            return (*self.lines, *([self.last] if self.last else []))
        first, *others = self.conditions
        return (*self.lines, self.last or "WITH x", f"WHERE {first}", *(f"  AND {other}" for other in others))

    def returned(self, more: str = "") -> tuple[str, ...]:
        """All lines as a subquery that returns the nodes.

        :param more: what else it returns.
        """
        if self.conditions or not self.last:
            return (*self.text(), f"RETURN x{more}")
        return (*self.lines, f"RETURN{self.last.removeprefix('WITH')}{more}")


def within(parts: Iterable[Iterable[str]], union: str, scope: str = "") -> tuple[str, ...]:
    """The clauses of a subquery of several parts.

    :param scope: the variable that they need.
    """
    lines: list[str] = []
    for part in parts:
        lines += [union] if lines else []
        lines += part
    return f"CALL ({scope}) {{", *(f"  {line}" for line in lines), "}"


# --- sets -------------------------------------------------------------------------------------------------------------


def reached(branches: Sequence[tuple[Branch, str]]) -> Clauses:
    """The nodes of one kind that a path reaches, from the ways to walk it, each with the expression of its seed."""
    walks = [walk(branch, seed) for branch, seed in branches]
    moved = any(branch.legs for branch, _ in branches)
    if len(walks) == 1:
        lines, here = walks[0]
        nodes = Clauses(tuple(lines), f"WITH {'DISTINCT ' if moved else ''}{here} AS x")
    else:
        nodes = Clauses(within(([*lines, f"RETURN {here} AS x"] for lines, here in walks), "UNION"))
    classes = tuple(dict.fromkeys(c for branch, _ in branches for c in branch.classes))
    has_key = identified("x", classes) if moved else ""
    return nodes.where(has_key) if has_key else nodes


def identified(variable: str, classes: Classes) -> str:
    """The condition that a node of a graph of others has a key; empty if all have."""
    if not any(c.prefix for c in classes):
        return ""
    if len(classes) == 1:
        return f"{variable}.{quote(classes[0].key)} IS NOT NULL"
    keys = " ".join(f"WHEN {variable}:{members((c,))} THEN {variable}.{quote(c.key)}" for c in classes)
    return f"CASE {keys} END IS NOT NULL"


def held_value(seed: str, columns: Sequence[tuple[NodeClass, Column]]) -> Clauses:
    """A value itself, if some entity has it."""
    held = (f"EXISTS {{ {holders('n', node_class, column, seed)} RETURN n }}" for node_class, column in columns)
    return Clauses((), f"WITH {seed} AS x", (f"({' OR '.join(held)})",))


def held_type(seed: str, classes: Classes, label: str) -> Clauses:
    """A type itself, if some entity is of it."""
    return Clauses((), f"WITH {seed} AS x", (f"EXISTS {{ {typed_node('', classes, label)} }}",))


def union(parts: Sequence[Clauses]) -> Clauses:
    """The nodes of any of the parts."""
    return parts[0] if len(parts) == 1 else Clauses(within((part.returned() for part in parts), "UNION"))


def intersection(parts: Sequence[Clauses]) -> Clauses:
    """The nodes of all parts."""
    if len(parts) == 1:
        return parts[0]
    together = within((part.returned() for part in parts), "UNION ALL")
    return Clauses(together, "WITH x, count(*) AS sets", (f"sets = {len(parts)}",))


def difference(first: Clauses, others: Sequence[Clauses]) -> Clauses:
    """The nodes of the first part that are in none of the others."""
    if not others:
        return first
    parts = [first.returned(", 0 AS other"), *(part.returned(", 1 AS other") for part in others)]
    return Clauses(within(parts, "UNION ALL"), "WITH x, sum(other) AS others", ("others = 0",))


def followed(nodes: Clauses, legs: Sequence[Leg], classes: Classes) -> Clauses:
    """The nodes of one kind that some hops lead to.

    :param classes: those that they can belong to, if they are entities.
    """
    has_key = identified("x", classes)
    return Clauses((*nodes.text(), *taken(legs)), "WITH DISTINCT y AS x", (has_key,) if has_key else ())


def taken(legs: Sequence[Leg], kept: str = "") -> Lines:
    """The hops that are one step, from ``x`` to ``y``.

    :param kept: other variables that are needed later, each with a comma.
    """
    if len(legs) == 1:
        return tuple(leg_clauses(legs[0], "x", "y", kept))
    return within(((*leg_clauses(leg, "x", "y"), "RETURN y") for leg in legs), "UNION", "x")


def has_label(label: str, variable: str = "x") -> str:
    """The condition that an entity has a label."""
    return f"{variable}:{quote(label)}"


# --- conditions -------------------------------------------------------------------------------------------------------


def values(held: Held) -> str:
    """The list of the values of an attribute that ``x`` has; null if it has none."""
    if len(held) == 1 and not held[0][0]:
        return listed("x", held[0][1])
    cases = (f"WHEN x:{members(classes)} THEN {listed('x', names)}" for classes, names in held)
    return f"CASE {' '.join(cases)} END"


def listed(variable: str, names: Sequence[str]) -> str:
    """The list of the values of some properties; null if there is one and it has none."""
    if len(names) == 1:
        return f"[] + {variable}.{quote(names[0])}"
    return " + ".join(["[]", *(f"coalesce({variable}.{quote(name)}, [])" for name in names)])


def name(classes: Classes) -> str:
    """The name of ``x``, as text."""
    if len(classes) == 1:
        return _name(classes[0])
    return f"CASE {' '.join(f'WHEN x:{members((c,))} THEN {_name(c)}' for c in classes)} END"


def _name(node_class: NodeClass) -> str:
    if not node_class.prefix:
        return f"x.{quote(node_class.names[0])}"
    given = [f"([] + x.{quote(name)})[0]" for name in node_class.names]
    return f"toString(coalesce({', '.join([*given, key_of('x', (node_class,))])}))"


def compared(left: str, comparison: Comparison, right: str) -> str:
    """The condition that two expressions compare so."""
    if comparison in {Comparison.CONTAINS, Comparison.STARTS_WITH}:
        left, right = f"toLower({left})", f"toLower({right})"
    return f"{left} {_OPERATORS[comparison]} {right}"


def some_compares(listed: str, kind: LiteralKind, alternatives: Sequence[tuple[Comparison, str]]) -> str:
    """The condition that some value compares in one of these ways.

    :param listed: the expression of the list of the values.
    :param kind: what the values are that count.
    :param alternatives: comparisons with the expressions to compare with.
    """
    comparison, right = alternatives[0]
    if comparison is Comparison.NOT_EQUAL:
        return f"any(v IN {listed} WHERE {IS_KIND[kind]}) AND none(v IN {listed} WHERE v = {right})"
    if comparison is Comparison.EQUAL:
        return f"{right} IN {listed}"
    if comparison in {Comparison.CONTAINS, Comparison.STARTS_WITH}:
        listed = f"[v IN {listed} WHERE {IS_KIND[kind]}]"
    return f"any(v IN {listed} WHERE {' OR '.join(compared('v', *how) for how in alternatives)})"


def neighbours(legs: Sequence[Leg]) -> str:
    """How many different nodes some hops lead to from ``x``, each hop to others."""
    return " + ".join(f"COUNT {{ {_hop(leg)} RETURN DISTINCT y }}" for leg in legs) or "0"


def any_neighbour(legs: Sequence[Leg]) -> str:
    """The condition that some hop leads somewhere from ``x``."""
    return _any(f"EXISTS {{ {_hop(leg)} RETURN y }}" for leg in legs)


def shared_neighbour(pairs: Sequence[Pair]) -> str:
    """The condition that the two hops of some pair lead to the same node from ``x``."""
    return _any(f"EXISTS {{ {_both(pair)} RETURN y }}" for pair in pairs)


def _any(conditions: Iterable[str]) -> str:
    several = list(conditions)
    return several[0] if len(several) == 1 else f"({' OR '.join(several)})"


def _hop(leg: Leg) -> str:
    clauses = list(leg_clauses(leg, "x", "y"))
    has_key = identified("y", leg.far) if isinstance(leg, EdgeLeg) else ""
    if has_key:
        clauses.append(f"WHERE {has_key}")
    return " ".join(clauses)


def _both(pair: Pair) -> str:
    match pair:
        case (EdgeLeg(), EdgeLeg()):
            return f"{_hop(pair[0])} {' '.join(leg_clauses(pair[1], 'x', 'y'))}"
        case (ValueLeg(), ValueLeg(property=other, near=near)):
            able = f"x:{members(near)} AND " if near else ""
            return f"{_hop(pair[0])} WITH * WHERE {able}y IN [] + x.{quote(other)}"
    return _hop(pair[0])


# --- ranks ------------------------------------------------------------------------------------------------------------


def ranked_by_count(nodes: Clauses, count: str, first: str | None, *, greatest: bool) -> Clauses:
    """The first entities by a number, with those that tie; each with its ``value``.

    :param count: the expression of the number.
    :param first: the expression of how many; ``None`` for one.
    """
    order = order_by("value", greatest)
    numbered = (*nodes.text(), f"WITH x, {count} AS value")
    if first is None:
        return Clauses((*numbered, f"WITH value, collect(x) AS tied ORDER BY {order} LIMIT 1", "UNWIND tied AS x"))
    ordered = (*numbered, f"ORDER BY {order}", "WITH collect([x, value]) AS ranked")
    return _cut(ordered, first, greatest=greatest)


def ranked_by_values(nodes: Clauses, held: Held, first: str | None, *, greatest: bool) -> Clauses:
    """The same, by the greatest or the least value of an attribute of each."""
    best = "max" if greatest else "min"
    order = order_by("value", greatest)
    scaled = (
        *nodes.text(),
        f"UNWIND {values(held)} AS v",
        f"WITH x, v, {SCALE[0]}",
        *SCALE[1:],
        f"WITH x, scale, {best}(CASE",
        *SIZE,
        "END) AS value",
    )
    if first is None:
        tied = f"WITH scale, value, collect(x) AS tied ORDER BY scale, {order} LIMIT 1"
        return Clauses((*scaled, tied, "UNWIND tied AS x"))
    ordered = (*scaled, f"ORDER BY {order}", "WITH scale, collect([x, value]) AS ranked ORDER BY scale LIMIT 1")
    return _cut(ordered, first, greatest=greatest)


def order_by(expression: str, greatest: bool) -> str:
    """What is ordered by an expression, the greatest first or the least."""
    return f"{expression} DESC" if greatest else expression


def _cut(lines: tuple[str, ...], first: str, *, greatest: bool) -> Clauses:
    """The first rows of what is ranked, with all that tie the last of them."""
    row = f"WITH row[0] AS x, row[1] AS value, coalesce(ranked[{first} - 1], ranked[-1])[1] AS last"
    return Clauses((*lines, "UNWIND ranked AS row"), row, (f"value {'>=' if greatest else '<='} last",))


# --- answers ----------------------------------------------------------------------------------------------------------


def nodes_of(kinds: Sequence[tuple[Reached, Clauses, Classes]]) -> Lines:
    """The nodes of a set, from those of each kind."""
    lines: list[str] = []
    for kind, nodes, classes in kinds:
        node = key_of("x", classes) if kind is Reached.ENTITIES else "x"
        lines += ["UNION"] if lines else []
        lines += (*nodes.text(), f"RETURN {quote_text(kind)} AS kind, {node} AS node")
    return tuple(lines)


def ranked_nodes(nodes: Clauses, classes: Classes, *, greatest: bool) -> Lines:
    """Ranked entities, best first; those that tie in the order of their keys."""
    return *nodes_of([(Reached.ENTITIES, nodes, classes)]), f"ORDER BY {order_by('value', greatest)}, node"


def nothing() -> Lines:
    """The number of the nodes of a set that can have none."""
    return (answer("0"),)


def count(kinds: Sequence[Clauses]) -> Lines:
    """How many nodes a set has, from those of each kind."""
    return _total([nodes.text() for nodes in kinds], "nodes")


def exists(kinds: Sequence[Clauses]) -> Lines:
    """Whether a set has nodes, from those of each kind."""
    return _total([(*nodes.text(), "WITH x LIMIT 1") for nodes in kinds], "nodes > 0")


def _total(kinds: Sequence[Lines], expression: str) -> Lines:
    if len(kinds) == 1:
        return *kinds[0], "WITH count(x) AS nodes", answer(expression)
    counted = within(((*lines, "RETURN count(x) AS part") for lines in kinds), "UNION ALL")
    return *counted, "WITH sum(part) AS nodes", answer(expression)


def aggregate(function: Function, nodes: Clauses, held: Held) -> Lines:
    """A function of all values of an attribute."""
    lines = (*nodes.text(), f"UNWIND {values(held)} AS v")
    if function in {Function.MINIMUM, Function.MAXIMUM}:
        scaled = (f"WITH v, {SCALE[0]}", *SCALE[1:])
        order = ("ORDER BY scale, CASE", *SIZE, f"{order_by('END', function is Function.MAXIMUM)} LIMIT 1")
        return *lines, *scaled, answer("v"), *order
    numbers = ("WITH sum(v) AS total, count(v) AS numbers", "WHERE numbers > 0")
    lines = (*lines, "WITH v", f"WHERE {IS_KIND[LiteralKind.NUMBER]}", *numbers)
    return *lines, answer("total" if function is Function.SUM else AVERAGE)


def subtracted(left: tuple[Clauses, Held], right: tuple[Clauses, Held]) -> Lines:
    """The number of one set less that of another."""
    lines = (*_one_number(*left, "left"), *_one_number(*right, "right"))
    # Unlike a difference, a sum may leave the whole numbers of 64 bits. The least of them cannot be negated.
    negated = "CASE WHEN right > -9223372036854775808 THEN -right ELSE -toFloat(right) END"
    return *lines, f"UNWIND [left, {negated}] AS part", answer("sum(part)")


def _one_number(nodes: Clauses, held: Held, variable: str) -> tuple[str, ...]:
    lines = (
        *nodes.text(),
        f"UNWIND {values(held)} AS v",
        "WITH DISTINCT v",
        f"WHERE {IS_KIND[LiteralKind.NUMBER]}",
        "WITH collect(v) AS numbers",
        "WHERE size(numbers) = 1",
        f"RETURN numbers[0] AS {variable}",
    )
    return within([lines], "")


def answer(expression: str) -> str:
    """The clause that answers with a value."""
    return f"RETURN {quote_text(Reached.VALUES)} AS kind, {expression} AS node"
