"""The values that cross the boundary of a graph store: nodes, entities, facts, steps and programs' paths.

All of them are immutable and hashable (:class:`Entity` and :class:`Fact` by identity of content), and valid once made:
what a store could not keep exactly is refused here, with the reason.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from graphdb.errors import InputError

Scalar: TypeAlias = bool | int | float | str | date | datetime
PropertyValue: TypeAlias = Scalar | tuple[Scalar, ...]

TYPE_RELATION = "rdf:type"
"""The reserved relation from an entity to its :class:`EntityType`."""

_INT64 = 2**63
_EXACT_FLOAT = 2**53
_NO_PROPERTIES: Mapping[str, PropertyValue] = MappingProxyType({})


class Direction(StrEnum):
    """Which way a relation is followed."""

    OUT = "out"  # from subject to object
    IN = "in"  # from object to subject

    @property
    def reverse(self) -> Direction:
        return Direction.IN if self is Direction.OUT else Direction.OUT


class LiteralKind(StrEnum):
    """The type of a literal; values of different kinds are never equal."""

    BOOLEAN = "boolean"
    NUMBER = "number"
    STRING = "string"
    DATE = "date"
    DATETIME = "datetime"


def kind_of(value: Scalar) -> LiteralKind:
    """The kind of a scalar. ``bool`` is not a number here, and ``datetime`` is not a date.

    :raises InputError: if the value is of no kind that a graph can hold.
    """
    match value:
        case bool():
            return LiteralKind.BOOLEAN
        case int() | float():
            return LiteralKind.NUMBER
        case str():
            return LiteralKind.STRING
        case datetime():
            return LiteralKind.DATETIME
        case date():
            return LiteralKind.DATE
    raise InputError(
        f"a value of type {type(value).__name__} ({value!r}) cannot be stored: "
        "use a string, number, boolean, date or datetime"
    )


def normalise_scalar(value: Scalar) -> Scalar:
    """The form in which every store keeps a scalar: whole floats become integers, so that 5.0 and 5 are one value,
    and datetimes with a time zone are given in UTC, so that one instant is one value.

    :raises InputError: for NaN, infinities, integers beyond 64 bits, and strings with NUL or lone surrogates.
    """
    match kind_of(value):
        case LiteralKind.NUMBER:
            return _normalise_number(value)  # type: ignore[arg-type]
        case LiteralKind.STRING:
            return check_text(str(value), "a string value", empty=True)
        case LiteralKind.DATETIME:
            return _normalise_datetime(value)  # type: ignore[arg-type]
        case _:
            return value


def _normalise_number(value: int | float) -> int | float:
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InputError(f"{value!r} cannot be stored: numbers must be finite")
        if value.is_integer() and abs(value) < _EXACT_FLOAT:
            return int(value)
        return float(value)
    if not -_INT64 <= value < _INT64:
        raise InputError(f"{value} cannot be stored: integers must fit in 64 bits (use a string or a float)")
    return int(value)


def _normalise_datetime(value: datetime) -> datetime:
    if value.tzinfo is None:
        return value.replace(fold=0)
    try:
        return value.astimezone(UTC)
    except OverflowError as exc:
        raise InputError(f"{value.isoformat()} cannot be stored: in UTC it is outside the years 1 to 9999") from exc


def check_text(text: str, what: str, *, empty: bool = False) -> str:
    """The text itself, if every store can hold it.

    :raises InputError: if it is empty (unless allowed) or holds a NUL character or a lone surrogate.
    """
    if not isinstance(text, str):
        raise InputError(f"{what} must be a string, not {type(text).__name__} ({text!r})")
    if not text and not empty:
        raise InputError(f"{what} must not be empty")
    if "\x00" in text:
        raise InputError(f"{what} must not contain a NUL character: {text!r}")
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as exc:
        raise InputError(f"{what} must be valid Unicode (it has a lone surrogate): {text!r}") from exc
    return text


@dataclass(frozen=True, slots=True)
class Literal:
    """A typed value as a node of the graph: reached by following an attribute, or a seed to start from.

    Equality respects the kind: ``Literal(1) != Literal(True)`` and ``Literal(1) == Literal(1.0)``.

    :raises InputError: if no store could hold the value exactly.
    """

    value: Scalar
    kind: LiteralKind = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", normalise_scalar(self.value))
        object.__setattr__(self, "kind", kind_of(self.value))

    def __str__(self) -> str:
        return self.value.isoformat() if isinstance(self.value, date) else str(self.value)


@dataclass(frozen=True, slots=True)
class EntityType:
    """A type as a node of the graph: what :data:`TYPE_RELATION` leads to."""

    name: str

    def __post_init__(self) -> None:
        check_text(self.name, "a type")

    def __str__(self) -> str:
        return self.name


Node: TypeAlias = str | Literal | EntityType
"""A node of the graph: an entity by its key, a literal, or a type."""


@dataclass(frozen=True, slots=True)
class Row:
    """A node of an answer with the values that stand beside it: a group with its number, an entity with an attribute.

    :param values: each once, in a fixed order; none if there is no such value.
    """

    node: Node
    values: tuple[Literal, ...] = ()

    def __str__(self) -> str:
        return f"{self.node} ({', '.join(map(str, self.values))})"


Found: TypeAlias = Node | Row
"""What an answer consists of: nodes, or rows."""


def nodes_in(found: Iterable[Found]) -> list[Node]:
    """The nodes of an answer, without what stands beside them."""
    return [each.node if isinstance(each, Row) else each for each in found]


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One way to leave a node: a relation and the direction in which it is followed."""

    relation: str
    direction: Direction = Direction.OUT

    @property
    def reverse(self) -> Step:
        return Step(self.relation, self.direction.reverse)

    def __str__(self) -> str:
        return self.relation if self.direction is Direction.OUT else f"^{self.relation}"


_ORDER = (LiteralKind.BOOLEAN, LiteralKind.NUMBER, LiteralKind.STRING, LiteralKind.DATE, LiteralKind.DATETIME)


def order_of(node: Node) -> tuple[int, bool | int | float | str]:
    """A sort key that gives nodes one order in every store: entities by key, types by name, literals by value."""
    if isinstance(node, str):
        return 0, node
    if isinstance(node, EntityType):
        return 1, node.name
    value = node.value.isoformat() if isinstance(node.value, date) else node.value
    return 2 + _ORDER.index(node.kind), value


def _freeze(properties: Mapping[str, object]) -> Mapping[str, PropertyValue]:
    if not properties:
        return _NO_PROPERTIES
    return MappingProxyType({check_text(k, "a property name"): _property(k, v) for k, v in sorted(properties.items())})


def _property(name: str, value: object) -> PropertyValue:
    if not isinstance(value, list | tuple):
        return normalise_scalar(value)  # type: ignore[arg-type]
    values = sorted({Literal(v) for v in value}, key=order_of)
    kinds = sorted({v.kind for v in values})
    if len(kinds) > 1:
        raise InputError(f"property {name!r} mixes {' and '.join(kinds)} in one list: use one kind of value")
    if not values:
        raise InputError(f"property {name!r} is an empty list: leave it out, or give it a value")
    return values[0].value if len(values) == 1 else tuple(v.value for v in values)


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing that the graph knows, with the names people use for it.

    :param key: durable and unique; it identifies the entity in every file, index and answer.
    :param name: the name to show; the key itself if not given.
    :param aliases: other names, without duplicates, in the order given.
    :param types: what it is; kept sorted.
    :param properties: its attributes: one scalar each, or several of one kind, sorted. An attribute is the same thing
        as facts from the entity to literals, so it can be followed, filtered and aggregated.
    :raises InputError: if some part could not be stored exactly.
    """

    key: str
    name: str = ""
    aliases: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    properties: Mapping[str, PropertyValue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_text(self.key, "an entity's key")
        name = check_text(self.name, "an entity's name", empty=True) or self.key
        aliases = dict.fromkeys(check_text(a, f"an alias of {self.key!r}") for a in self.aliases)
        aliases.pop(name, None)
        types = sorted({check_text(t, f"a type of {self.key!r}") for t in self.types})
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "aliases", tuple(aliases))
        object.__setattr__(self, "types", tuple(types))
        object.__setattr__(self, "properties", _freeze(self.properties))
        for reserved in ("key", "name", "aliases", TYPE_RELATION):
            if reserved in self.properties:
                raise InputError(f"entity {self.key!r}: {reserved!r} is reserved and cannot be the name of a property")

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True, slots=True)
class Fact:
    """Subject, relation, object: an edge between two entities, or one value of an attribute.

    The three of them identify the fact. Only facts between entities can carry properties.

    :raises InputError: if some part could not be stored exactly.
    """

    subject: str
    relation: str
    object: str | Literal
    properties: Mapping[str, PropertyValue] = field(default_factory=lambda: _NO_PROPERTIES)

    def __post_init__(self) -> None:
        check_text(self.subject, "a fact's subject")
        check_text(self.relation, "a fact's relation")
        if self.relation == TYPE_RELATION:
            raise InputError(f"the relation {TYPE_RELATION!r} is reserved: give the entity's types instead")
        if self.properties is not _NO_PROPERTIES:
            object.__setattr__(self, "properties", _freeze(self.properties))
        if isinstance(self.object, Literal):
            if self.properties:
                raise InputError(
                    f"the attribute {self.relation!r} of {self.subject!r} has properties: "
                    "only facts between two entities can carry them"
                )
            if self.relation in {"key", "name", "aliases"}:
                raise InputError(f"{self.relation!r} is reserved and cannot be the name of an attribute")
        else:
            check_text(self.object, "a fact's object")

    @property
    def triple(self) -> tuple[str, str, str | Literal]:
        """What identifies the fact."""
        return self.subject, self.relation, self.object

    def __hash__(self) -> int:
        return hash(self.triple)


@dataclass(frozen=True, slots=True)
class Hop:
    """One hop of a path: the step to follow, and whether the seed of the path is then dropped from what was reached."""

    step: Step
    exclude_seed: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """A program: start at a seed and follow the hops. Its answer is the set of nodes that the last hop reaches."""

    seed: Node
    hops: tuple[Hop, ...]

    def __str__(self) -> str:
        arrows = "".join(f" → {hop.step}{' (seed excluded)' if hop.exclude_seed else ''}" for hop in self.hops)
        return f"{self.seed}{arrows}"
