"""One atomic batch of writes. Writers of one graph take turns: each holds the row of ``kgqa_meta`` until it commits.

So node ids and sequences are handed out without gaps that could fill later, and a reader of changes that has seen a
sequence has seen all before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal

from sqlalchemy import Connection, select

from graphdb.errors import InputError
from graphdb.sql.codec import encode_node, ident_of, whole_of
from graphdb.sql.dialect import Dialect
from graphdb.sql.reading import Ident, Reader, Triple
from graphdb.sql.schema import IN, OUT, NodeKind, degree, fact, meta, node, relation, tally, tombstone
from graphdb.values import Node

_RELATION_BYTES = 1000


class Batch:
    """The graph within one transaction that writes. :meth:`finish` must be called before it commits."""

    def __init__(self, connection: Connection, dialect: Dialect, reader: Reader) -> None:
        self.connection = connection
        self.dialect = dialect
        self.reader = reader
        row = connection.execute(
            select(meta.c.watermark, meta.c.next_node, meta.c.next_relation).with_for_update()
        ).one()
        self._watermark, self._next_node, self._next_relation = row
        self._sequence: int = self._watermark
        self._first_node: int = self._next_node
        self._first_relation: int = self._next_relation
        self._degrees: Counter[tuple[int, int, int]] = Counter()
        self._tallies: Counter[tuple[int, int]] = Counter()
        self._orphans: set[int] = set()
        self._changed: dict[int, int] = {}
        self._dirty = False

    # --- nodes and relations ----------------------------------------------------------------------------------

    def is_new(self, node_id: int) -> bool:
        """Whether this batch created the node."""
        return node_id >= self._first_node

    def is_new_relation(self, relation_id: int) -> bool:
        """Whether this batch created the relation."""
        return relation_id >= self._first_relation

    def possible(self, triples: Iterable[Triple]) -> list[Triple]:
        """Those of the triples that may be facts already, because this batch created none of their parts."""
        node_id, relation_id = self._first_node, self._first_relation
        return [t for t in triples if t[0] < node_id and t[2] < node_id and t[1] < relation_id]

    def intern(self, nodes: Mapping[Ident, Node]) -> dict[Ident, int]:
        """The ids of the nodes; those that do not exist yet are created, in order, entities named by their keys."""
        ids = self.reader.ids(self.connection, nodes)
        rows: list[tuple[object, ...]] = []
        for named, value in nodes.items():
            if named not in ids:
                ids[named] = self._next_node
                kind, ident = named
                text = encode_node(value)[1]
                changed = self._advance() if kind == NodeKind.ENTITY else None
                rows.append((self._next_node, kind, ident, whole_of(text, ident), changed))
                self._next_node += 1
        self.dialect.insert(self.connection, node, ("id", "kind", "ident", "whole", "changed"), rows)
        revived = [(row[2],) for row in rows if row[1] == NodeKind.ENTITY]
        self.dialect.delete(self.connection, tombstone, ("ident",), revived)
        return ids

    def relations(self, names: Iterable[str]) -> dict[str, int]:
        """The ids of the relations; those that do not exist yet are created.

        :raises InputError: if a name is too long.
        """
        wanted = dict.fromkeys(names)
        ids = self.reader.relation_ids(self.connection, wanted)
        rows: list[tuple[object, ...]] = []
        for name in wanted:
            if name not in ids:
                _check_relation(name)
                ids[name] = self._next_relation
                rows.append((self._next_relation, name))
                self._next_relation += 1
        self.dialect.insert(self.connection, relation, ("id", "name"), rows)
        return ids

    def rename(self, rows: Sequence[tuple[int, str | None, str | None]]) -> None:
        """Set the names and the aliases of entities: id, name, aliases as JSON."""
        self.dialect.update(self.connection, node, ("id", "name", "aliases"), rows)

    def change(self, entity_id: int) -> None:
        """Note that an entity's names, types or attributes changed."""
        if not self.is_new(entity_id):
            self._changed[entity_id] = self._advance()

    def bury(self, entities: Mapping[str, int]) -> None:
        """Remove entities that have no facts left, by key, and remember that they were there."""
        rows: list[tuple[object, ...]] = []
        for key in entities:
            ident = ident_of(key)
            rows.append((ident, whole_of(key, ident), self._advance()))
        self.dialect.upsert(self.connection, tombstone, ("ident", "whole", "sequence"), rows)
        self.dialect.delete(self.connection, node, ("id",), [(i,) for i in entities.values()])

    # --- facts ------------------------------------------------------------------------------------------------

    def add(self, rows: Mapping[Triple, str | None], kinds: Mapping[int, int]) -> None:
        """Add facts that are not there, with their stored properties.

        :param kinds: the kind of each object, by id.
        """
        self._count(rows, kinds, 1)
        columns = ("subject", "relation", "object", "properties")
        self.dialect.insert(self.connection, fact, columns, [(*triple, text) for triple, text in rows.items()])

    def set_properties(self, rows: Mapping[Triple, str | None]) -> None:
        """Replace the stored properties of facts that are there."""
        self._dirty = self._dirty or bool(rows)
        columns = ("subject", "relation", "object", "properties")
        self.dialect.upsert(self.connection, fact, columns, [(*triple, text) for triple, text in rows.items()])

    def remove(self, triples: Sequence[Triple], kinds: Mapping[int, int]) -> None:
        """Remove facts that are there.

        :param kinds: the kind of each object, by id.
        """
        self._count(triples, kinds, -1)
        self._orphans.update(o for _, _, o in triples if kinds[o] != NodeKind.ENTITY)
        self.dialect.delete(self.connection, fact, ("subject", "relation", "object"), triples)

    def _count(self, triples: Collection[Triple], kinds: Mapping[int, int], change: Literal[1, -1]) -> None:
        degrees = Counter((s, OUT, r) for s, r, _ in triples)
        degrees.update((o, IN, r) for _, r, o in triples)
        tallies = Counter((r, kinds[o]) for _, r, o in triples)
        if change > 0:
            self._degrees.update(degrees)
            self._tallies.update(tallies)
        else:
            self._degrees.subtract(degrees)
            self._tallies.subtract(tallies)
        self._dirty = self._dirty or bool(triples)

    # --- the end ----------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Write the counts, drop values that no entity has any more, and move the watermark."""
        self._write_degrees()
        rows = [(*key, count) for key, count in self._tallies.items() if count]
        self.dialect.upsert(self.connection, tally, ("relation", "kind", "facts"), rows, add="facts")
        self._drop_orphans()
        self.dialect.update(self.connection, node, ("id", "changed"), list(self._changed.items()))
        if self._dirty and self._sequence == self._watermark:
            self._advance()
        if self._sequence != self._watermark:
            self.connection.execute(
                meta.update().values(
                    watermark=self._sequence, next_node=self._next_node, next_relation=self._next_relation
                )
            )

    def _write_degrees(self) -> None:
        rows = sorted((*key, count) for key, count in self._degrees.items() if count)
        columns = ("node", "direction", "relation", "facts")
        self.dialect.upsert(self.connection, degree, columns, rows, add="facts")
        lowered = [(*key, 0) for *key, count in rows if count < 0]
        self.dialect.delete(self.connection, degree, columns, lowered)

    def _drop_orphans(self) -> None:
        if self._orphans:
            ids = self.reader.unused(self.connection, sorted(self._orphans))
            self.dialect.delete(self.connection, node, ("id",), [(i,) for i in ids])

    def _advance(self) -> int:
        self._sequence += 1
        return self._sequence


def _check_relation(name: str) -> None:
    size = len(name.encode())
    if size > _RELATION_BYTES:
        raise InputError(
            f"the relation {name[:60]!r}… has a name of {size} bytes: use at most {_RELATION_BYTES}, "
            "and keep long texts in values"
        )
