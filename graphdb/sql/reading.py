"""Everything that is read while questions are asked but for programs: edges, degrees, facts and entities.

One statement serves all rows of a call that share a step.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Select, select

from graphdb.errors import InputError
from graphdb.sql.codec import decode_node, decode_properties, encode_node, ident_of
from graphdb.sql.dialect import Dialect
from graphdb.sql.schema import IN, OUT, NodeKind, node, relation
from graphdb.sql.statements import Statements
from graphdb.store import Degree, Neighbourhood, Truncation
from graphdb.values import (
    TYPE_RELATION,
    Direction,
    Entity,
    EntityType,
    Fact,
    Literal,
    Node,
    PropertyValue,
    Step,
)

Triple = tuple[int, int, int]
Ident = tuple[int, str]
"""A node as its kind and what identifies it among those of its kind."""


def ident_of_node(node: Node) -> Ident:
    """What identifies the node in the database."""
    kind, text = encode_node(node)
    return kind, ident_of(text)


class Reader:
    """The calls that read. A connection is passed to each, so that several of them can see one state of the graph."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._statements = Statements(dialect)
        self._steps: dict[tuple[int, int], Step] = {}

    # --- nodes ------------------------------------------------------------------------------------------------

    def ids(self, connection: Connection, nodes: Iterable[Ident]) -> dict[Ident, int]:
        """The ids of those nodes that exist."""
        by_kind: dict[int, list[str]] = {}
        for kind, ident in nodes:
            by_kind.setdefault(kind, []).append(ident)
        found: dict[Ident, int] = {}
        for kind, idents in by_kind.items():
            for position, node_id in self._seeded(connection, self._statements.ids, kind, idents):
                found[kind, idents[position]] = node_id
        return found

    def relation_ids(self, connection: Connection, names: Iterable[str]) -> dict[str, int]:
        """The ids of those relations that exist."""
        rows = connection.execute(self._statements.relation_ids, self._dialect.bind_texts("names", list(names)))
        return {row[0]: row[1] for row in rows}

    def entities(self, connection: Connection, keys: Sequence[str]) -> dict[str, tuple[int, Entity]]:
        """The entities of these keys that exist, with their ids, in the order asked."""
        idents = [ident_of(key) for key in dict.fromkeys(keys)]
        rows = self._seeded(connection, self._statements.entities, NodeKind.ENTITY, idents)
        found = self.assembled(connection, [row[1:] for row in sorted(rows, key=itemgetter(0))])
        return {entity.key: (node_id, entity) for node_id, entity in found}

    def assembled(self, connection: Connection, rows: Sequence[Sequence[Any]]) -> list[tuple[int, Entity]]:
        """Entities with types and attributes, from rows of id, ident, whole, name and aliases."""
        types: dict[int, list[str]] = {}
        attributes: dict[int, dict[str, list[Literal]]] = {}
        for subject, name, *stored in self._by_ids(connection, self._statements.values, [row[0] for row in rows]):
            value = decode_node(*stored)
            if isinstance(value, EntityType):
                types.setdefault(subject, []).append(value.name)
            elif isinstance(value, Literal):
                attributes.setdefault(subject, {}).setdefault(name, []).append(value)
        return [(row[0], _entity(row, types.get(row[0], ()), attributes.get(row[0], {}))) for row in rows]

    def scan(self, connection: Connection, *, after: int, size: int) -> list[tuple[int, Entity]]:
        """The next entities after an id, with their ids.

        :raises InputError: if ``size`` is less than 1.
        """
        if size < 1:
            raise InputError(f"batch_size is {size}: it must be at least 1")
        columns = (node.c.id, node.c.ident, node.c.whole, node.c.name, node.c.aliases)
        following = select(*columns).where(node.c.kind == NodeKind.ENTITY, node.c.id > after)
        return self.assembled(connection, connection.execute(following.order_by(node.c.id).limit(size)).all())

    def value_ids(self, connection: Connection, ids: Sequence[int]) -> Sequence[tuple[int, int, int, int]]:
        """The types and attributes of entities by their ids: entity, relation, value, kind of the value."""
        return self._by_ids(connection, self._statements.value_ids, ids)

    def kinds_of_values(
        self, connection: Connection, pairs: Sequence[tuple[int, int]]
    ) -> Sequence[tuple[int, int, int]]:
        """The kinds of literals that each pair of entity and attribute has: entity, attribute, kind."""
        if not pairs:
            return []
        bound = self._dialect.bind_integers("pairs", pairs, 2)
        return connection.execute(self._statements.kinds_of_values, bound).all()

    def facts_of(self, connection: Connection, ids: Sequence[int]) -> dict[Triple, int]:
        """All facts of these entities in both directions, with the kinds of their objects."""
        found = {(s, r, o): kind for s, r, o, kind in self._by_ids(connection, self._statements.facts_out, ids)}
        incoming = self._by_ids(connection, self._statements.facts_in, ids)
        return found | {(s, r, o): int(NodeKind.ENTITY) for s, r, o in incoming}

    def unused(self, connection: Connection, ids: Sequence[int]) -> list[int]:
        """Those of the nodes that have no fact."""
        return [row[0] for row in self._by_ids(connection, self._statements.unused, ids)]

    # --- edges ------------------------------------------------------------------------------------------------

    def degrees(self, connection: Connection, nodes: Sequence[Node]) -> list[Degree]:
        """See :meth:`graphdb.store.GraphStore.degrees`."""
        found: list[Degree] = []
        steps = self._steps
        groups = _grouped(ident_of_node(node) for node in nodes)
        for kind, (places, idents) in groups.items():
            rows = self._seeded(connection, self._statements.degrees, kind, idents)
            for position, relation_id, direction, facts in rows:
                step = steps.get((relation_id, direction)) or self._step(connection, relation_id, direction)
                found.append(Degree(places[position], step, facts))
        if len(groups) > 1:
            found.sort(key=lambda d: d.node)
        return found

    def neighbours(self, connection: Connection, rows: Sequence[tuple[Node, Step]], limit: int | None) -> Neighbourhood:
        """See :meth:`graphdb.store.GraphStore.neighbours`."""
        if limit is not None and limit < 1:
            raise InputError(f"limit is {limit}: it must be at least 1, or None for no limit")
        statements = self._statements.hops if limit is None else self._statements.capped_hops
        edges: list[tuple[int, Node]] = []
        totals: dict[int, int] = {}
        groups = _by_step(rows)
        for (step, kind), (places, idents) in groups.items():
            parameters = {"relation": step.relation, "limit": limit}
            found = self._seeded(connection, statements[step.direction], kind, idents, parameters)
            for position, target_kind, ident, whole, total in found:
                edges.append((places[position], decode_node(target_kind, ident, whole)))
                if limit is not None and total > limit:
                    totals[places[position]] = total
        if len(groups) > 1:
            edges.sort(key=itemgetter(0))
        return Neighbourhood(
            rows=[row for row, _ in edges],
            targets=[target for _, target in edges],
            truncated=[Truncation(row, totals[row]) for row in sorted(totals)],
        )

    def facts(self, connection: Connection, triples: Sequence[tuple[Node, str, Node]]) -> list[Fact]:
        """See :meth:`graphdb.store.GraphStore.facts`."""
        asked = {
            (ident_of_node(s), r, ident_of_node(o)): (s, r, o)
            for s, r, o in triples
            if isinstance(s, str) and r != TYPE_RELATION and not isinstance(o, EntityType)
        }
        placed = self.placed(connection, list(asked))
        held = self.held(connection, list(placed))
        return [Fact(*asked[named], decode_properties(held[ids])) for ids, named in placed.items() if ids in held]

    def placed(
        self, connection: Connection, triples: Sequence[tuple[Ident, str, Ident]]
    ) -> dict[Triple, tuple[Ident, str, Ident]]:
        """Those of the triples whose parts all exist, by their ids."""
        ids = self.ids(connection, {end for s, _, o in triples for end in (s, o)})
        relations = self.relation_ids(connection, {r for _, r, _ in triples})
        return {
            (ids[s], relations[r], ids[o]): (s, r, o) for s, r, o in triples if s in ids and o in ids and r in relations
        }

    def held(self, connection: Connection, triples: Sequence[Triple]) -> dict[Triple, str | None]:
        """Those of the triples of ids that are facts, with their stored properties."""
        if not triples:
            return {}
        rows = connection.execute(self._statements.held, self._dialect.bind_integers("triples", triples, 3))
        return {(s, r, o): properties for s, r, o, properties in rows}

    # --- helpers ----------------------------------------------------------------------------------------------

    def _by_ids(self, connection: Connection, statement: Select[Any], ids: Sequence[int]) -> Sequence[Any]:
        if not ids:
            return []
        return connection.execute(statement, self._dialect.bind_integers("ids", [(i,) for i in ids], 1)).all()

    def _seeded(
        self,
        connection: Connection,
        statement: Select[Any],
        kind: int,
        idents: Sequence[str],
        parameters: Mapping[str, object] = {},
    ) -> Sequence[Any]:
        bound = {**self._dialect.bind_texts("seeds", idents), "kind": kind, **parameters}
        return connection.execute(statement, bound).all()

    def _step(self, connection: Connection, relation_id: int, direction: int) -> Step:
        """The step of a relation's id, when it is not known yet. An id is never given to another name."""
        for known_id, name in connection.execute(select(relation.c.id, relation.c.name)):
            self._steps[known_id, OUT] = Step(name, Direction.OUT)
            self._steps[known_id, IN] = Step(name, Direction.IN)
        return self._steps[relation_id, direction]


def _grouped(nodes: Iterable[Ident]) -> dict[int, tuple[list[int], list[str]]]:
    """Per kind, the positions and the idents of the nodes."""
    groups: dict[int, tuple[list[int], list[str]]] = {}
    for place, (kind, ident) in enumerate(nodes):
        places, idents = groups.setdefault(kind, ([], []))
        places.append(place)
        idents.append(ident)
    return groups


def _by_step(rows: Sequence[tuple[Node, Step]]) -> dict[tuple[Step, int], tuple[list[int], list[str]]]:
    """Per step and kind, the positions and the idents of the rows."""
    groups: dict[tuple[Step, int], tuple[list[int], list[str]]] = {}
    for place, (start, step) in enumerate(rows):
        kind, ident = ident_of_node(start)
        places, idents = groups.setdefault((step, kind), ([], []))
        places.append(place)
        idents.append(ident)
    return groups


def _entity(row: Sequence[Any], types: Sequence[str], attributes: Mapping[str, Sequence[Literal]]) -> Entity:
    _, ident, whole, name, aliases = row
    properties: dict[str, PropertyValue] = {
        relation_name: tuple(value.value for value in values) for relation_name, values in attributes.items()
    }
    return Entity(
        key=ident if whole is None else whole,
        name=name or "",
        aliases=tuple(json.loads(aliases)) if aliases else (),
        types=tuple(types),
        properties=properties,
    )
