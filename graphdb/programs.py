"""Programs: what can be asked of a graph, as values that every store can run.

A program is a set of nodes, or something computed from one: a value, or rows of nodes with values beside them. Sets
are built from paths: combined, restricted by conditions, ranked, followed further. What they mean is fixed here; a
store says it in the language of its database.

- Only entities have attributes and neighbours, so a condition keeps entities alone, and ranking ranks only them.
- Values are compared with values of their own kind. An attribute with several values meets a comparison if one of
  them does; it is ranked by the greatest where the greatest come first, and by the least otherwise.
- Text is compared without regard to case when it is searched in (``contains``, ``starts with``), exactly otherwise.
- Only facts between entities have properties. Where a graph has several relationships that are one fact, each of them
  is looked at by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from graphdb.errors import InputError
from graphdb.values import Literal, LiteralKind, Path, Step, check_text, order_of

NAME = "name"
"""What stands for an entity's own name where an attribute is compared."""


class SetOperation(StrEnum):
    """How sets are combined."""

    INTERSECTION = "and"
    UNION = "or"
    DIFFERENCE = "and not"


class Comparison(StrEnum):
    """How a value is compared. ``≠`` holds if the entity has values of that kind, none of which is equal."""

    EQUAL = "="
    NOT_EQUAL = "≠"
    LESS = "<"
    AT_MOST = "≤"
    GREATER = ">"
    AT_LEAST = "≥"
    CONTAINS = "contains"
    STARTS_WITH = "starts with"


TEXT_ONLY = frozenset({Comparison.CONTAINS, Comparison.STARTS_WITH})
_ORDERED = {LiteralKind.NUMBER, LiteralKind.DATE, LiteralKind.DATETIME}
_NUMBERS_ONLY = "compares numbers of neighbours, so it cannot be"


class Function(StrEnum):
    """What is computed from the values of an attribute, over all entities of a set."""

    SUM = "sum"
    AVERAGE = "average"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"


@dataclass(frozen=True, slots=True)
class Compare:
    """Entities with a value of an attribute that compares so with a literal. A range is two of these conditions.

    :param attribute: its name, or :data:`NAME`.
    :raises InputError: if text is searched for in something else.
    """

    attribute: str
    comparison: Comparison
    value: Literal

    def __post_init__(self) -> None:
        check_text(self.attribute, "an attribute")
        if self.comparison in TEXT_ONLY and self.value.kind is not LiteralKind.STRING:
            raise InputError(f"{self.comparison.value!r} searches in text: {self.value} is a {self.value.kind.value}")

    def __str__(self) -> str:
        return f"{self.attribute} {self.comparison.value} {self.value}"


@dataclass(frozen=True, slots=True)
class HasNeighbours:
    """Entities with so many different neighbours by a step; none at all is ``= 0``.

    :raises InputError: if the comparison is not one of numbers, or the number is negative.
    """

    step: Step
    comparison: Comparison = Comparison.AT_LEAST
    number: int = 1

    def __post_init__(self) -> None:
        if self.comparison in TEXT_ONLY:
            raise InputError(f"{type(self).__name__} {_NUMBERS_ONLY} {self.comparison.value!r}")
        if self.number < 0:
            raise InputError(f"{self.number} neighbours cannot be asked for: give 0 or more")

    def __str__(self) -> str:
        return f"{self.step} {self.comparison.value} {self.number}"


@dataclass(frozen=True, slots=True)
class SharedNeighbour:
    """Entities with some neighbour that both steps lead to, such as a film that they both wrote and directed."""

    first: Step
    second: Step

    def __str__(self) -> str:
        return f"same {self.first} and {self.second}"


Condition: TypeAlias = Compare | HasNeighbours | SharedNeighbour


@dataclass(frozen=True, slots=True)
class During:
    """Facts that were so at some time of a period: begun by its last moment, and not over before its first.

    A fact without an end of that kind is not over.

    :param start: the property of facts that says when they began.
    :param end: the property that says when they ended.
    :param first: the first moment of the period; a year, for properties that are years.
    :param last: its last moment, which may be the same.
    :raises InputError: if the two are not of one kind, or neither numbers nor times, or in the wrong order.
    """

    start: str
    end: str
    first: Literal
    last: Literal

    def __post_init__(self) -> None:
        for name in (self.start, self.end):
            _check_compared(name)
        if self.first.kind is not self.last.kind or self.first.kind not in _ORDERED:
            raise InputError(f"a period is from one number or time to another, not from {self.first} to {self.last}")
        if order_of(self.first) > order_of(self.last):
            raise InputError(f"a period cannot last from {self.first} until {self.last}, which is earlier")

    @property
    def begun(self) -> Compare:
        """What the start must be."""
        return Compare(self.start, Comparison.AT_MOST, self.last)

    @property
    def not_over(self) -> Compare:
        """What the end must be, if there is one."""
        return Compare(self.end, Comparison.AT_LEAST, self.first)

    def __str__(self) -> str:
        period = str(self.first) if self.first == self.last else f"{self.first} … {self.last}"
        return f"{period} within {self.start} … {self.end}"


FactCondition: TypeAlias = Compare | During


@dataclass(frozen=True, slots=True)
class Combined:
    """The nodes of several sets: of all of them, of any, or of the first that are in none of the others.

    :raises InputError: for fewer than two sets.
    """

    operation: SetOperation
    parts: tuple[NodeSet, ...]

    def __post_init__(self) -> None:
        if len(self.parts) < 2:
            raise InputError(f"{self.operation.value!r} combines two sets or more, not {len(self.parts)}")

    def __str__(self) -> str:
        return f" {self.operation.value} ".join(f"({part})" for part in self.parts)


@dataclass(frozen=True, slots=True)
class Restricted:
    """The entities of a set that meet all the conditions.

    :raises InputError: if there is no condition.
    """

    members: NodeSet
    conditions: tuple[Condition, ...]

    def __post_init__(self) -> None:
        if not self.conditions:
            raise InputError("a set is restricted by one condition at least")

    def __str__(self) -> str:
        return f"({self.members}) where {' and '.join(map(str, self.conditions))}"


@dataclass(frozen=True, slots=True)
class Ranked:
    """The entities of a set that come first by a number, a date or a count of neighbours, with all that tie the last.

    :param by: an attribute by its name, or a step whose different neighbours are counted. Of an attribute only
        numbers count or, where no member has one, dates or else datetimes; an entity without such a value is not
        ranked. With a step every entity is, also one with no neighbours.
    :param first: how many.
    :param greatest: whether the greatest come first, or the least.
    :raises InputError: if ``first`` is not positive.
    """

    members: NodeSet
    by: str | Step
    first: int = 1
    greatest: bool = True

    def __post_init__(self) -> None:
        if self.first < 1:
            raise InputError(f"the first {self.first} cannot be asked for: give 1 or more")
        if isinstance(self.by, str):
            check_text(self.by, "an attribute")

    def __str__(self) -> str:
        return f"first {self.first} of ({self.members}) by {'greatest' if self.greatest else 'least'} {self.by}"


@dataclass(frozen=True, slots=True)
class Following:
    """The nodes that steps lead to from the nodes of a set, one step after another; where one leads back is kept, too.

    Values and types are followed like entities: backwards, to what has them.

    :raises InputError: if there is no step.
    """

    members: NodeSet
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        if not self.steps:
            raise InputError("a set is followed by one step at least")

    def __str__(self) -> str:
        return f"({self.members}){''.join(f' → {step}' for step in self.steps)}"


@dataclass(frozen=True, slots=True)
class FactValues:
    """The values of a property of the facts by which a step leads from the entities of a set.

    :param members: where the step is taken from.
    :param property: the name of the property. Each of several values counts.
    :param others: the set that the facts must lead to, if not any entity.
    """

    members: NodeSet
    step: Step
    property: str
    others: NodeSet | None = None

    def __post_init__(self) -> None:
        check_text(self.property, "a property of facts")

    def __str__(self) -> str:
        there = "" if self.others is None else f" → ({self.others})"
        return f"{self.property} of (({self.members}) → {self.step}{there})"


@dataclass(frozen=True, slots=True)
class Through:
    """The entities that a step leads to from the entities of a set, along facts whose properties meet all conditions.

    :param conditions: comparisons of the facts' properties, as of attributes, and when the facts were so.
    :raises InputError: if there is no condition, or one compares a name, which no fact has.
    """

    members: NodeSet
    step: Step
    conditions: tuple[FactCondition, ...]

    def __post_init__(self) -> None:
        if not self.conditions:
            raise InputError("facts are told apart by one condition at least; without any, follow the step")
        for condition in self.conditions:
            if isinstance(condition, Compare):
                _check_compared(condition.attribute)

    def __str__(self) -> str:
        return f"({self.members}) → {self.step} where {' and '.join(map(str, self.conditions))}"


NodeSet: TypeAlias = Path | Combined | Restricted | Ranked | Following | FactValues | Through


@dataclass(frozen=True, slots=True)
class Count:
    """How many nodes a set has."""

    members: NodeSet

    def __str__(self) -> str:
        return f"count of {self.members}"


@dataclass(frozen=True, slots=True)
class Exists:
    """Whether a set has a node: true or false."""

    members: NodeSet

    def __str__(self) -> str:
        return f"is there {self.members}"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A function of the values that the entities of a set have of an attribute; no answer where they have none.

    Sum and average are of numbers. Minimum and maximum are of numbers, dates or datetimes as in :class:`Ranked`.
    Each value of each entity counts. They are added in no fixed order: a sum of whole numbers is exact as long as every
    partial sum fits in 64 bits, and about so with fractions or beyond.
    """

    function: Function
    members: NodeSet
    attribute: str

    def __post_init__(self) -> None:
        check_text(self.attribute, "an attribute")

    def __str__(self) -> str:
        return f"{self.function.value} {self.attribute} of {self.members}"


@dataclass(frozen=True, slots=True)
class Difference:
    """The number by which the attribute of one set is greater than that of another; both must have one number."""

    left: NodeSet
    right: NodeSet
    attribute: str

    def __post_init__(self) -> None:
        check_text(self.attribute, "an attribute")

    def __str__(self) -> str:
        return f"{self.attribute} of {self.left} minus that of {self.right}"


One: TypeAlias = NodeSet | Count | Aggregate | Difference
"""What may have one value as its answer."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Whether the value of one program compares so with that of another: true or false.

    Both must have one value, and these must be of one kind; else there is no answer. The value of an attribute is a
    path to it, and a number of neighbours the count of what a step leads to.

    :raises InputError: if the comparison is one that searches in text.
    """

    left: One
    comparison: Comparison
    right: One

    def __post_init__(self) -> None:
        if self.comparison in TEXT_ONLY:
            raise InputError(f"two values are compared by their order, so not by {self.comparison.value!r}")

    def __str__(self) -> str:
        return f"({self.left}) {self.comparison.value} ({self.right})"


@dataclass(frozen=True, slots=True)
class Grouped:
    """What is computed of a set, for each group of its members: rows of a group and its value, the greatest first.

    The groups are what a step leads to from the members, so a member may be in several, and none is without a member.
    Members that are values or types lead to groups as in :class:`Following`, and those that lead nowhere do not count.

    :param of: a count of the members, or a function of their values of an attribute. A minimum or a maximum is one of
        numbers or, where no member has one, of dates or else of datetimes; a group without a value is left out.
    :param groups: the set that the groups must be in, if not all are meant.
    """

    of: Count | Aggregate
    by: Step
    groups: NodeSet | None = None

    def __str__(self) -> str:
        within = "" if self.groups is None else f" in ({self.groups})"
        return f"{self.of} for each {self.by}{within}"


@dataclass(frozen=True, slots=True)
class Beside:
    """The entities of a set, each with its values of an attribute beside it, if it has any: rows, ordered as the set.

    :param attribute: its name.
    """

    members: NodeSet
    attribute: str

    def __post_init__(self) -> None:
        check_text(self.attribute, "an attribute")

    def __str__(self) -> str:
        return f"{self.members} with {self.attribute} beside"


Value: TypeAlias = Count | Exists | Aggregate | Difference | Compared
"""What is answered with one value, if there is an answer."""

Table: TypeAlias = Grouped | Beside
"""What is answered with rows."""

Program: TypeAlias = NodeSet | Value | Table


def _check_compared(name: str) -> None:
    if check_text(name, "a property of facts") == NAME:
        raise InputError(f"{NAME!r} is the name of an entity, which no fact has: compare a property of the facts")
