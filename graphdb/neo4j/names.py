"""The names that a layout gives to things: labels, properties, and where each relation is kept."""

from __future__ import annotations

from dataclasses import dataclass

ENTITY_LABEL = "Entity"
META_LABEL = "_KGQAMeta"
TOMBSTONE_LABEL = "_KGQATombstone"
MANY_LABEL = "_KGQAMany"
"""On entities that have several values of some attribute: no index finds one value among several."""
SEQUENCE_PROPERTY = "_kgqa_sequence"
META_ID = "kgqa"

_OUR_PROPERTIES = "_kgqa"
_OUR_LABELS = "_KGQA"
_MORE = f"{_OUR_PROPERTIES}_more:"
_RESERVED_PROPERTIES = ("key", "name", "aliases")

HIDDEN_PROPERTIES = ("key", "name", "aliases", SEQUENCE_PROPERTY)
"""The properties of a managed entity that are no attributes."""


@dataclass(frozen=True, slots=True)
class NodeClass:
    """Nodes that are entities, found by one label and one property that identifies them.

    :param prefix: what an entity's key has before the value of that property.
    :param integer_key: whether the property is an integer; otherwise it is a string.
    :param unless: labels whose nodes belong to another class.
    :param names: properties that hold names; the first one of a node is its name, all others are aliases.
    """

    label: str
    key: str
    prefix: str = ""
    integer_key: bool = False
    unless: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def value_of(self, key: str) -> str | int | None:
        """The value of the identifying property for an entity's key, or ``None`` if it can be no key of this class."""
        if not key.startswith(self.prefix):
            return None
        text = key[len(self.prefix) :]
        if not self.integer_key:
            return text
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 20) or str(int(text)) != text:
            return None
        number = int(text)
        return number if -(2**63) <= number < 2**63 else None

    def key_of(self, value: object) -> str:
        """The entity's key for a value of the identifying property."""
        return f"{self.prefix}{value}"


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation that is a relationship type, with the classes (by position) of its two ends."""

    type: str
    subjects: tuple[int, ...]
    objects: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A relation that is an attribute: the property of one class that holds its values.

    :param one: whether no node has several values, so that an index finds all of them.
    :param many: whether only nodes with several values have it, so that no index finds any of them.
    """

    node_class: int
    property: str
    one: bool = False
    many: bool = False


MANAGED_CLASS = NodeClass(ENTITY_LABEL, "key", names=("name", "aliases"))


def label_of(type_name: str) -> str:
    """The label of a type in a managed graph. Names like our own are moved out of the way."""
    return f"{_OUR_LABELS}:{type_name}" if type_name == ENTITY_LABEL or type_name.startswith(_OUR_LABELS) else type_name


def type_of(label: str) -> str | None:
    """The type that a label of a managed graph stands for; ``None`` for our own labels."""
    if label == ENTITY_LABEL:
        return None
    if label.startswith(_OUR_LABELS):
        return label.removeprefix(f"{_OUR_LABELS}:") if label.startswith(f"{_OUR_LABELS}:") else None
    return label


def second_property_of(attribute: str) -> str:
    """The property in which a managed graph keeps those values of an attribute that one list cannot hold.

    A list of Neo4j has one type, so whole numbers beyond 2⁵³ cannot stand beside fractions, nor datetimes with a time
    zone beside datetimes without.
    """
    return f"{_MORE}{attribute}"


def is_second(property_name: str) -> bool:
    """Whether a property of a managed graph is such a one."""
    return property_name.startswith(_MORE)


def property_of(attribute: str) -> str:
    """The property in which a managed graph keeps an attribute. Names like our own are moved out of the way."""
    return f"{_OUR_PROPERTIES}:{attribute}" if attribute.startswith(_OUR_PROPERTIES) else attribute


def attribute_of(property_name: str) -> str | None:
    """The attribute that a property of a managed entity holds; ``None`` for our own properties."""
    return None if property_name in _RESERVED_PROPERTIES else fact_attribute_of(property_name)


def fact_attribute_of(property_name: str) -> str | None:
    """The property of a fact that a property of a relationship holds; ``None`` for our own properties."""
    if not property_name.startswith(_OUR_PROPERTIES):
        return property_name
    for prefix in (_MORE, f"{_OUR_PROPERTIES}:"):
        if property_name.startswith(prefix):
            return property_name.removeprefix(prefix)
    return None
