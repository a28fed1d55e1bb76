"""Programs as Cypher: each is one statement, put together from its sets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from graphdb.neo4j.cypher import programs as cypher
from graphdb.neo4j.cypher import tables
from graphdb.neo4j.cypher.programs import Lines
from graphdb.neo4j.driver import Run
from graphdb.neo4j.layout import Layout
from graphdb.neo4j.legs import Branch, Classes, Leg, Reached
from graphdb.neo4j.needed import learn_program
from graphdb.neo4j.paths import legs_from, nodes_of
from graphdb.neo4j.sets import Nodes, Sets
from graphdb.programs import (
    Aggregate,
    Beside,
    Compared,
    Count,
    Difference,
    Exists,
    Grouped,
    NodeSet,
    One,
    Program,
    Ranked,
    Value,
)
from graphdb.query import Query
from graphdb.values import Found, Literal, Node, Row, order_of


def render_program(program: Program, layout: Layout) -> Query | None:
    """The read-only query that gives the answer of a program; ``None`` if the graph has nothing that it could follow.

    Its rows are kind and node, as those of a path, and the value beside it if there is one; ranked entities come best
    first, and groups in the order of their values.
    """
    sets = Sets(layout)
    lines = _Answers(sets, layout).of(program)
    if lines is None:
        return None
    text = "\n".join(lines)
    used = set(re.findall(r"\$(\w+)", text))
    return Query(text, {name: value for name, value in sets.parameters() if name in used})


def answer_program(run: Run, program: Program, layout: Layout) -> Sequence[Found]:
    """The answer of a program in the transaction at hand."""
    learn_program(run, program, layout)
    query = render_program(program, layout)
    if query is None:
        return [Literal(0)] if isinstance(program, Count) else [Literal(False)] if isinstance(program, Exists) else []
    answered = run(query.text, query.parameters)
    match program:
        case Grouped():
            return _best_first(row for row in _rows(answered, layout) if row.values)
        case Beside(members):
            rows = _rows(answered, layout)
            return rows if isinstance(members, Ranked) else _in_order(rows)
    nodes = dict.fromkeys(node for kind, value in answered for node in nodes_of(Reached(kind), value, layout))
    if isinstance(program, Ranked):
        return list(nodes)
    found: list[Node] = sorted(nodes, key=order_of)
    return found


def _best_first(rows: Iterable[Row]) -> list[Row]:
    return sorted(_in_order(rows), key=lambda row: order_of(row.values[0]), reverse=True)


def _in_order(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: order_of(row.node))


def _rows(answered: Iterable[Sequence[object]], layout: Layout) -> list[Row]:
    """The nodes, each once, with the values beside them."""
    held: dict[Node, set[Literal]] = {}
    for kind, node, value in answered:
        for found in nodes_of(Reached(str(kind)), node, layout):
            values = held.setdefault(found, set())
            values |= {each for each in nodes_of(Reached.VALUES, value, layout) if isinstance(each, Literal)}
    return [Row(node, tuple(sorted(values, key=order_of))) for node, values in held.items()]


class _Answers:
    """Renders what is answered, from the sets of one program."""

    def __init__(self, sets: Sets, layout: Layout) -> None:
        self._sets = sets
        self._layout = layout

    def of(self, program: Program) -> Lines | None:
        match program:
            case Count() | Exists() | Aggregate() | Difference() | Compared():
                return self._value(program)
            case Grouped():
                return self._grouped(program)
            case Beside():
                return self._beside(program)
            case Ranked(greatest=greatest):
                nodes = self._sets.ranked(program)
                return cypher.ranked_nodes(nodes.clauses, nodes.classes, greatest=greatest) if nodes else None
            case _:
                found = [(kind, nodes.clauses, nodes.classes) for kind, nodes in self._sets.kinds(program)]
                return cypher.nodes_of(found) if found else None

    # --- values -----------------------------------------------------------------------------------------------

    def _value(self, program: Value) -> Lines | None:
        match program:
            case Count(members) | Exists(members):
                kinds = [nodes.clauses for _, nodes in self._sets.kinds(members)]
                able = cypher.count if isinstance(program, Count) else cypher.exists
                return able(kinds) if kinds else None
            case Aggregate(function, members, attribute):
                held = self._sets.with_values(members, attribute)
                return cypher.aggregate(function, *held) if held else None
            case Difference(left, right, attribute):
                one, other = self._sets.with_values(left, attribute), self._sets.with_values(right, attribute)
                return cypher.subtracted(one, other) if one and other else None
            case Compared():
                return self._compared(program)

    def _compared(self, compared: Compared) -> Lines | None:
        left, right = self._side(compared.left), self._side(compared.right)
        return tables.compared_answers(left, compared.comparison, right) if left and right else None

    def _side(self, program: One) -> Lines | None:
        lines = self.of(program)
        return cypher.nothing() if lines is None and isinstance(program, Count) else lines

    # --- rows -------------------------------------------------------------------------------------------------

    def _grouped(self, grouped: Grouped) -> Lines | None:
        kinds = [(kind, *found) for kind in Reached if (found := self._groups(grouped, kind))]
        function = grouped.of.function if isinstance(grouped.of, Aggregate) else None
        return tables.grouped(function, kinds) if kinds else None

    def _groups(self, grouped: Grouped, kind: Reached) -> tuple[Lines, Classes] | None:
        """The groups of one kind, if there can be any, and the classes that they can belong to."""
        of, nodes = grouped.of, None
        labels: list[str | None] = []
        if grouped.groups is not None:
            plain, labels = self._sets.parted([grouped.groups], kind)
            nodes = self._sets.set(grouped.groups, kind) if plain else None
            if None in labels or (plain and nodes is None):
                return None
        able = [Reached.ENTITIES] if isinstance(of, Aggregate) else list(Reached)
        ways = [way for start in able if (way := self._way(of.members, start, grouped, kind))]
        classes = self._sets.ordered(c for start, _, legs in ways for c in _reached(start, legs))
        conditions = [cypher.has_label(label, "y") for label in labels if label is not None]
        if isinstance(of, Aggregate):
            found = self._sets.with_values(of.members, of.attribute)
            if not ways or not found:
                return None
            lines = tables.values_led_to(of.function, *found, ways[0][2], classes, *conditions)
        elif ways:
            lines = tables.members_led_to([(members.clauses, legs) for _, members, legs in ways], classes, *conditions)
        else:
            return None
        return tables.inside(lines, nodes.clauses) if nodes else lines, classes

    def _way(
        self, members: NodeSet, start: Reached, grouped: Grouped, kind: Reached
    ) -> tuple[Reached, Nodes, Sequence[Leg]] | None:
        """The hops from members of one kind to groups of another, if there are any."""
        if all(leg.reached is not kind for leg in legs_from(start, grouped.by, self._layout.classes, self._layout)):
            return None
        nodes = self._sets.set(members, start)
        if nodes is None:
            return None
        legs = [leg for leg in legs_from(start, grouped.by, nodes.classes, self._layout) if leg.reached is kind]
        return (start, nodes, legs) if legs else None

    def _beside(self, beside: Beside) -> Lines | None:
        members = beside.members
        nodes = self._sets.set(members, Reached.ENTITIES)
        if nodes is None:
            return None
        greatest = members.greatest if isinstance(members, Ranked) else None
        return tables.beside(nodes.clauses, nodes.classes, self._sets.held(beside.attribute, nodes.classes), greatest)


def _reached(start: Reached, legs: Sequence[Leg]) -> list[object]:
    return [c for leg in legs for c in Branch(start, (leg,)).classes]
