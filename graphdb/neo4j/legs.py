"""The hops of a path, said in terms of labels, relationship types and properties."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from graphdb.neo4j.names import Column, NodeClass
from graphdb.values import Direction

Classes: TypeAlias = tuple[NodeClass, ...]


class Reached(StrEnum):
    """What a hop leads to."""

    ENTITIES = "entity"
    VALUES = "value"
    TYPES = "type"


@dataclass(frozen=True, slots=True)
class EdgeLeg:
    """From entities to entities, along relationships.

    :param near: the classes that can have them, if the entities may be of others too.
    """

    relation_type: str
    direction: Direction
    far: Classes
    near: Classes = ()
    exclude_seed: bool = False
    reached: Reached = Reached.ENTITIES


@dataclass(frozen=True, slots=True)
class ValueLeg:
    """From entities to the values of a property.

    :param near: the classes that can have it, if the entities may be of others too.
    """

    property: str
    near: Classes = ()
    exclude_seed: bool = False
    reached: Reached = Reached.VALUES


@dataclass(frozen=True, slots=True)
class HolderLeg:
    """From values to the entities of a class that have them."""

    node_class: NodeClass
    column: Column
    exclude_seed: bool = False
    reached: Reached = Reached.ENTITIES


@dataclass(frozen=True, slots=True)
class TypesLeg:
    """From entities to their types.

    :param labels: the labels that are types; all but our own if empty.
    """

    labels: tuple[str, ...] = ()
    exclude_seed: bool = False
    reached: Reached = Reached.TYPES


@dataclass(frozen=True, slots=True)
class TypedLeg:
    """From types to the entities of them.

    :param label: the label of the type, if the path starts there.
    """

    classes: Classes
    label: str | None = None
    exclude_seed: bool = False
    reached: Reached = Reached.ENTITIES


Leg: TypeAlias = EdgeLeg | ValueLeg | HolderLeg | TypesLeg | TypedLeg


@dataclass(frozen=True, slots=True)
class Branch:
    """One way to walk a path.

    :param start: what the seed is.
    :param node_class: the class of the seed, if it is an entity.
    """

    start: Reached
    legs: tuple[Leg, ...]
    node_class: NodeClass | None = None

    @property
    def reached(self) -> Reached:
        return self.legs[-1].reached if self.legs else self.start

    @property
    def classes(self) -> Classes:
        """The classes of the entities that it reaches, if it does."""
        match self.legs[-1:]:
            case [EdgeLeg(far=far)]:
                return far
            case [HolderLeg(node_class=node_class)]:
                return (node_class,)
            case [TypedLeg(classes=classes)]:
                return classes
            case []:
                return (self.node_class,) if self.node_class is not None else ()
        return ()
