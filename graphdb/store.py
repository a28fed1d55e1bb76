"""The boundary to the graph: what a store must do, as one small Protocol.

Every implementation passes the contract suite in ``tests/contract``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self, TypeVar, runtime_checkable

from graphdb.programs import Program
from graphdb.query import Query
from graphdb.values import Direction, Entity, Fact, Found, LiteralKind, Node, Step

T = TypeVar("T")


class Outcome(StrEnum):
    """What a write did to one record."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DELETED = "deleted"
    ABSENT = "absent"  # a delete of what was not there


@dataclass(frozen=True, slots=True)
class PropertyInfo:
    """One property of the facts of a relation.

    :param literal_kinds: the kinds of its values, as far as they were seen.
    :param facts: about how many facts have it, from a sample of those of the relation.
    """

    name: str
    literal_kinds: tuple[LiteralKind, ...]
    facts: int


@dataclass(frozen=True, slots=True)
class RelationInfo:
    """One relation or attribute of the graph, as its catalogue describes it.

    :param text: how the relation reads from subject to object (``starred actors``).
    :param inverse_text: how it reads from object to subject.
    :param facts: how many facts have it.
    :param subject_types: the types of its subjects, most frequent first, at most 8.
    :param object_types: the types of its objects that are entities, most frequent first, at most 8.
    :param literal_kinds: the kinds of its objects that are literals; empty for a relation between entities.
    :param properties: the properties that its facts have, sorted by name; those that few of many facts have may be
        missing.
    :param words: other words for it from subject to object, which a mapping gives.
    :param inverse_words: other words for it from object to subject.
    """

    name: str
    text: str
    inverse_text: str
    facts: int
    subject_types: tuple[str, ...] = ()
    object_types: tuple[str, ...] = ()
    literal_kinds: tuple[LiteralKind, ...] = ()
    properties: tuple[PropertyInfo, ...] = ()
    words: tuple[str, ...] = ()
    inverse_words: tuple[str, ...] = ()

    def text_of(self, direction: Direction) -> str:
        return self.text if direction is Direction.OUT else self.inverse_text

    def words_of(self, direction: Direction) -> tuple[str, ...]:
        return self.words if direction is Direction.OUT else self.inverse_words


@dataclass(frozen=True, slots=True)
class TypeInfo:
    """One type of the graph's entities, and how many have it.

    :param words: other words for it, which a mapping gives.
    """

    name: str
    text: str
    entities: int
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Schema:
    """What a graph can say: its types and relations, sorted by name. ``rdf:type`` is among them if there are types."""

    entities: int
    facts: int
    types: tuple[TypeInfo, ...]
    relations: tuple[RelationInfo, ...]

    def relation(self, name: str) -> RelationInfo | None:
        return next((r for r in self.relations if r.name == name), None)


@dataclass(frozen=True, slots=True)
class Degree:
    """How many facts leave one node by one step.

    :param node: position of the node in the request.
    """

    node: int
    step: Step
    count: int


@dataclass(frozen=True, slots=True)
class Truncation:
    """A row of a neighbourhood read that was cut at the fan-out cap.

    :param row: position of the row in the request.
    :param total: how many neighbours there are in all.
    """

    row: int
    total: int


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The answer to one batched neighbourhood read.

    :param rows: for every edge, the position of its row in the request; ascending.
    :param targets: for every edge, the node it leads to. Same length as ``rows``.
    :param truncated: the rows that were cut. Their edges are the first of the row in the order that the store keeps.
    """

    rows: Sequence[int]
    targets: Sequence[Node]
    truncated: Sequence[Truncation] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """An entity whose names, types or attributes changed, or that was deleted.

    :param sequence: the position of the change in the store's history; greater is later.
    """

    sequence: int
    key: str
    deleted: bool


class GraphReader(Protocol):
    """What is read of a graph while questions are asked."""

    def schema(self) -> Schema:
        """The catalogue of types, relations and attributes with their counts."""
        ...

    def entities(self, keys: Sequence[str]) -> dict[str, Entity]:
        """The entities of these keys; keys that the graph does not have are left out."""
        ...

    def degrees(self, nodes: Sequence[Node]) -> Sequence[Degree]:
        """How many facts leave each node, per step; steps with none are left out. Cost does not grow with the counts.

        Includes the steps of attributes and of :data:`~graphdb.values.TYPE_RELATION`.
        """
        ...

    def neighbours(self, rows: Sequence[tuple[Node, Step]], *, limit: int | None = None) -> Neighbourhood:
        """The nodes that each row's step leads to, read in as few queries as possible.

        :param limit: fan-out cap of a single row. A row with more is cut to its first ``limit`` and reported.
        """
        ...

    def facts(self, triples: Sequence[tuple[Node, str, Node]]) -> Sequence[Fact]:
        """Those of the triples that the graph holds now, with their properties, in the order asked; no duplicates.

        Triples of ``rdf:type`` come back as no fact: read the entity.
        """
        ...

    def run(self, programs: Sequence[Program]) -> Sequence[Sequence[Found]]:
        """The complete answer of each program on the live graph: a set of nodes without duplicates, in a fixed order
        (best first if it is ranked); what was computed as one literal; or rows, the greatest first where they are
        groups. Only programs that are tables are answered with rows."""
        ...

    def query(self, program: Program) -> Query | None:
        """The query that :meth:`run` runs for a program, for people to see.

        ``None`` if the graph has nothing that it could follow, and of a store that runs programs otherwise.
        """
        ...

    def watermark(self) -> int:
        """The sequence of the latest change of any entity or fact. Grows with every write that changed something.

        Of a graph that is read through a mapping it is always 0: nothing there counts the changes that others make,
        so what is derived from it is brought up to date by comparing it with :meth:`scan`.
        """
        ...


@runtime_checkable
class GraphStore(GraphReader, Protocol):
    """A knowledge graph that can be read and, unless it is read-only, written.

    A store is safe to use from several threads. Whoever opens one closes it.
    Reads see the graph as it is at the time of the call. All methods raise :class:`~graphdb.errors.StoreError`
    and its subclasses for what goes wrong in the database, and :class:`~graphdb.errors.ReadOnlyStoreError` for writes
    to a graph that is only read.
    """

    @property
    def url(self) -> str:
        """Where the graph is, without any password."""
        ...

    @property
    def graph_id(self) -> str:
        """A durable identity of this graph, so that what is derived from it is never used with another one."""
        ...

    # --- reading ----------------------------------------------------------------------------------------------

    def reading(self, work: Callable[[GraphReader], T]) -> T:
        """Do work whose reads belong together, in one transaction: they cost less, and of a database that can do so
        they see one state of the graph.

        The work may be done again from its start if the database fails. It reads from what it is given alone, not from
        the store, and not after it has returned.
        """
        ...

    def scan(self, *, batch_size: int = 5000) -> Iterator[Sequence[Entity]]:
        """All entities in batches, in bounded memory, each once."""
        ...

    # --- changes ----------------------------------------------------------------------------------------------

    def changes(self, since: int) -> Iterator[Sequence[Change]]:
        """Each entity that changed after ``since``, its latest change only; in batches, in order of the sequence.

        Of a graph that is read through a mapping every entity is given, with the sequence 0: any of them may have
        changed. Entities that were deleted there are those that :meth:`scan` does not give any more.
        """
        ...

    # --- writing ----------------------------------------------------------------------------------------------
    # Each call is one atomic batch with one outcome per record, in order. A record may occur only once in a batch.

    def upsert_entities(self, entities: Sequence[Entity]) -> Sequence[Outcome]:
        """Create entities, or update them: name, aliases and types are replaced, the attributes named are replaced,
        and the others are kept. An entity given with only its key as its name, and with nothing else, is left as it is
        if it exists."""
        ...

    def delete_entities(self, keys: Sequence[str]) -> Sequence[Outcome]:
        """Delete entities with all their facts, in both directions."""
        ...

    def upsert_facts(self, facts: Sequence[Fact]) -> Sequence[Outcome]:
        """Create facts, or replace their properties. Entities that do not exist yet are created, named by their keys.

        A literal object is added to the values of the attribute.
        """
        ...

    def delete_facts(self, triples: Sequence[tuple[str, str, Node]]) -> Sequence[Outcome]:
        """Delete facts; a literal object is removed from the values of the attribute. Entities stay."""
        ...

    # --- life ---------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Release what the store holds. A second call does nothing."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
