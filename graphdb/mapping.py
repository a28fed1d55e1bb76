"""The mapping of a graph that kgqa did not write: which labels, properties and relationship types take part, and how.

A mapping lives in a file ``mapping.toml`` that ``kgqa inspect`` proposes and a person edits::

    version = 1

    [[nodes]]
    label = "Movie"
    key = "id"                  # identifies a node for ever; entities are then called Movie:603
    key_type = "integer"        # or "string"
    name = "title"
    aliases = ["originalTitle"]
    attributes = ["released", "budget", "tags"]
    single = ["released", "budget"]     # those of which no node has several values: an index can find them
    unless = ["Trailer"]        # nodes that have this label too belong to that one
    renamed = { "catalogue key" = "key" }   # attributes that cannot have the name of their property

    [[relationships]]
    type = "ACTED_IN"
    from = ["Person"]
    to = ["Movie"]
    text = "acted in"
    inverse_text = "cast"
    words = ["starred in", "played in"]     # other words that questions may have for it
    inverse_words = ["starring"]
    properties = ["roles"]

    [[attributes]]
    name = "released"
    text = "release year"
    words = ["came out"]

    [[types]]
    label = "Actor"
    words = ["performer", "star"]
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from graphdb.errors import SettingsError
from graphdb.values import TYPE_RELATION

VERSION = 1
RESERVED = frozenset({"key", "name", "aliases", TYPE_RELATION})
"""Names that no attribute can have."""


class KeyType(StrEnum):
    """The type of the property that identifies a node."""

    STRING = "string"
    INTEGER = "integer"


@dataclass(frozen=True, slots=True)
class NodeMapping:
    """The nodes of one label, as entities.

    :param label: the label. A node that has several mapped labels belongs to the first, unless ``unless`` says more.
    :param key: the property that identifies a node among those of the label, for ever.
    :param name: the property that holds the name to show; ``None`` for the key itself.
    :param aliases: the properties that hold other names.
    :param attributes: the properties that can be asked for, under their own names.
    :param renamed: attributes that have another name than their property, by name.
    :param single: the properties of which no node has several values.
    :param unless: labels whose nodes are left to them.
    :param note: what is said of it in the file, as a comment.
    """

    label: str
    key: str
    key_type: KeyType = KeyType.STRING
    name: str | None = None
    aliases: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    renamed: MappingType[str, str] = field(default_factory=dict)
    single: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    note: str = field(default="", compare=False)

    def properties(self) -> Iterator[tuple[str, str]]:
        """The attributes with the properties that hold them."""
        yield from ((name, name) for name in self.attributes)
        yield from self.renamed.items()


@dataclass(frozen=True, slots=True)
class RelationshipMapping:
    """The relationships of one type, as a relation.

    :param subjects: the labels of the nodes that they leave (``from`` in the file).
    :param objects: the labels of the nodes that they reach (``to`` in the file).
    :param text: how it reads from subject to object; from its type if not given.
    :param inverse_text: how it reads from object to subject.
    :param properties: the properties of the relationships that take part.
    :param words: other words for it, from subject to object.
    :param inverse_words: other words for it, from object to subject.
    """

    type: str
    subjects: tuple[str, ...]
    objects: tuple[str, ...]
    text: str = ""
    inverse_text: str = ""
    properties: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    inverse_words: tuple[str, ...] = ()
    note: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class AttributeMapping:
    """How an attribute reads, in both directions, and other words for it."""

    name: str
    text: str = ""
    inverse_text: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TypeMapping:
    """A label that is a type, how it reads, and other words for it."""

    label: str
    text: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mapping:
    """A graph as kgqa shall see it.

    :param notes: what is said at the head of the file, as comments.
    :raises SettingsError: if its parts contradict each other.
    """

    nodes: tuple[NodeMapping, ...]
    relationships: tuple[RelationshipMapping, ...] = ()
    attributes: tuple[AttributeMapping, ...] = ()
    types: tuple[TypeMapping, ...] = ()
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        _check(self, "the mapping")

    @classmethod
    def read(cls, path: str | Path) -> Mapping:
        """Read a ``mapping.toml``.

        :raises SettingsError: if it cannot be read, or does not say what it must. The message names the file and key.
        """
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as exc:
            raise SettingsError(
                f"the mapping {path} cannot be read ({exc}): `kgqa inspect` proposes one on standard output"
            ) from exc
        return cls.parse(text, str(path))

    @classmethod
    def parse(cls, text: str, source: str = "mapping.toml") -> Mapping:
        """The mapping that a TOML text says.

        :param source: what error messages call it.
        :raises SettingsError: see :meth:`read`.
        """
        try:
            tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as exc:
            raise SettingsError(f"{source} is no valid TOML: {exc}") from exc
        return _Parser(source).mapping(tables)

    def to_dict(self) -> dict[str, Any]:
        """What the file says, as plain values."""
        return tomllib.loads(self.to_toml())

    def to_toml(self) -> str:
        """The text of the file, with the notes as comments."""
        return "\n".join(_written(self)) + "\n"

    def write(self, path: str | Path) -> None:
        """Write the file."""
        Path(path).write_text(self.to_toml(), encoding="utf-8")


# --- what contradicts itself ------------------------------------------------------------------------------------------


def _check(mapping: Mapping, source: str) -> None:
    labels = [node.label for node in mapping.nodes]
    if not labels:
        raise SettingsError(f"{source}: nodes: there are none, so the graph would be empty: give at least one label")
    _refuse_repeats(source, "nodes", "label", labels)
    _refuse_repeats(source, "relationships", "type", [r.type for r in mapping.relationships])
    _refuse_repeats(source, "attributes", "name", [a.name for a in mapping.attributes])
    _refuse_repeats(source, "types", "label", [t.label for t in mapping.types])
    for i, node in enumerate(mapping.nodes):
        _check_node(node, f"{source}: nodes[{i}] ({node.label})")
    for i, relationship in enumerate(mapping.relationships):
        for end, names in (("from", relationship.subjects), ("to", relationship.objects)):
            where = f"{source}: relationships[{i}] ({relationship.type}).{end}"
            if not names:
                raise SettingsError(f"{where} is empty: give at least one label")
            for name in names:
                if name not in labels:
                    raise SettingsError(f"{where} names {name!r}, which is none of the nodes: {', '.join(labels)}")
    known = {name for node in mapping.nodes for name, _ in node.properties()}
    for i, attribute in enumerate(mapping.attributes):
        if attribute.name not in known:
            raise SettingsError(
                f"{source}: attributes[{i}].name is {attribute.name!r}, which no node has as an attribute: "
                f"give one of {', '.join(sorted(known)) or 'none'}"
            )


def _check_node(node: NodeMapping, where: str) -> None:
    names = [name for name, _ in node.properties()]
    for name in names:
        if name in RESERVED:
            raise SettingsError(
                f"{where}: no attribute can be called {name!r}: give it another name, as in "
                f'renamed = {{ "{node.label} {name}" = "{name}" }}'
            )
        if names.count(name) > 1:
            raise SettingsError(f"{where}: the attribute {name!r} occurs twice: give it once")
    if node.label in node.unless:
        raise SettingsError(f"{where}.unless names the label itself, so that no node would be left: remove it")


def _refuse_repeats(source: str, table: str, key: str, values: Sequence[str]) -> None:
    for i, value in enumerate(values):
        if value in values[:i]:
            raise SettingsError(f"{source}: {table}[{i}].{key} is {value!r}, which occurs before: give it once")


# --- reading ----------------------------------------------------------------------------------------------------------

_T = TypeVar("_T")
_Table = dict[str, Any]


class _Parser:
    """Tables of TOML as a mapping, with messages that name the place."""

    def __init__(self, source: str) -> None:
        self._source = source

    def mapping(self, tables: _Table) -> Mapping:
        self._allow(tables, "", {"version", "nodes", "relationships", "attributes", "types"})
        version = tables.get("version")
        if version != VERSION:
            self._fail("version", f"is {version!r}: this version of kgqa reads {VERSION}")
        nodes = self._each(tables, "nodes", self._node)
        relationships = self._each(tables, "relationships", self._relationship)
        attributes = self._each(tables, "attributes", self._attribute)
        types = self._each(tables, "types", self._type)
        try:
            return Mapping(nodes, relationships, attributes, types)
        except SettingsError as exc:
            raise SettingsError(str(exc).replace("the mapping", self._source, 1)) from None

    def _node(self, table: _Table, where: str) -> NodeMapping:
        self._allow(table, where, {f.name for f in fields(NodeMapping)} - {"note"})
        key_type = table.get("key_type", KeyType.STRING.value)
        if key_type not in set(KeyType):
            self._fail(f"{where}.key_type", f"is {key_type!r}: give one of {', '.join(KeyType)}")
        renamed = table.get("renamed", {})
        if not isinstance(renamed, dict) or not all(isinstance(v, str) and v for v in renamed.values()):
            self._fail(f"{where}.renamed", f"is {renamed!r}: give names with their properties")
        return NodeMapping(
            label=self._text(table, where, "label"),
            key=self._text(table, where, "key"),
            key_type=KeyType(key_type),
            name=self._text(table, where, "name") if "name" in table else None,
            aliases=self._texts(table, where, "aliases"),
            attributes=self._texts(table, where, "attributes"),
            renamed=MappingProxyType(dict(renamed)),
            single=self._texts(table, where, "single"),
            unless=self._texts(table, where, "unless"),
        )

    def _relationship(self, table: _Table, where: str) -> RelationshipMapping:
        self._allow(
            table, where, {"type", "from", "to", "text", "inverse_text", "properties", "words", "inverse_words"}
        )
        return RelationshipMapping(
            type=self._text(table, where, "type"),
            subjects=self._texts(table, where, "from"),
            objects=self._texts(table, where, "to"),
            text=self._optional(table, where, "text"),
            inverse_text=self._optional(table, where, "inverse_text"),
            properties=self._texts(table, where, "properties"),
            words=self._texts(table, where, "words"),
            inverse_words=self._texts(table, where, "inverse_words"),
        )

    def _attribute(self, table: _Table, where: str) -> AttributeMapping:
        self._allow(table, where, {"name", "text", "inverse_text", "words"})
        return AttributeMapping(
            self._text(table, where, "name"),
            self._optional(table, where, "text"),
            self._optional(table, where, "inverse_text"),
            self._texts(table, where, "words"),
        )

    def _type(self, table: _Table, where: str) -> TypeMapping:
        self._allow(table, where, {"label", "text", "words"})
        text, words = self._optional(table, where, "text"), self._texts(table, where, "words")
        return TypeMapping(self._text(table, where, "label"), text, words)

    def _each(self, tables: _Table, name: str, part: Callable[[_Table, str], _T]) -> tuple[_T, ...]:
        value = tables.get(name, [])
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            self._fail(name, f"is no list of tables: begin each with [[{name}]]")
        return tuple(part(table, f"{name}[{i}]") for i, table in enumerate(value))

    def _allow(self, table: _Table, where: str, allowed: set[str]) -> None:
        names = {"from" if n == "subjects" else "to" if n == "objects" else n for n in allowed}
        for key in table:
            if key not in names:
                place = f"{where}.{key}" if where else key
                self._fail(place, f"is not known here: give one of {', '.join(sorted(names))}")

    def _text(self, table: _Table, where: str, key: str) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value:
            self._fail(f"{where}.{key}", f"is {'missing' if value is None else repr(value)}: give a text")
        return str(value)

    def _optional(self, table: _Table, where: str, key: str) -> str:
        return self._text(table, where, key) if key in table else ""

    def _texts(self, table: _Table, where: str, key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            self._fail(f"{where}.{key}", f"is {value!r}: give a list of texts")
        return tuple(dict.fromkeys(value))

    def _fail(self, place: str, reason: str) -> None:
        raise SettingsError(f"{self._source}: {place} {reason}")


# --- writing ----------------------------------------------------------------------------------------------------------


def _written(mapping: Mapping) -> Iterator[str]:
    yield from (line for note in mapping.notes for line in _comment(note))
    yield f"version = {VERSION}"
    for node in mapping.nodes:
        yield from _table("nodes", node.note)
        yield from _pairs(
            label=node.label,
            key=node.key,
            key_type=str(node.key_type),
            name=node.name,
            aliases=node.aliases,
            attributes=node.attributes,
            single=node.single,
            unless=node.unless,
        )
        if node.renamed:
            yield f"renamed = {{ {', '.join(f'{_quoted(k)} = {_quoted(v)}' for k, v in node.renamed.items())} }}"
    for r in mapping.relationships:
        yield from _table("relationships", r.note)
        yield f"type = {_quoted(r.type)}"
        yield f"from = {_value(r.subjects)}"
        yield from _pairs(
            to=r.objects,
            text=r.text,
            inverse_text=r.inverse_text,
            properties=r.properties,
            words=r.words,
            inverse_words=r.inverse_words,
        )
    for attribute in mapping.attributes:
        yield from _table("attributes")
        yield from _pairs(
            name=attribute.name, text=attribute.text, inverse_text=attribute.inverse_text, words=attribute.words
        )
    for t in mapping.types:
        yield from _table("types")
        yield from _pairs(label=t.label, text=t.text, words=t.words)


def _table(name: str, note: str = "") -> Iterator[str]:
    yield ""
    yield from _comment(note)
    yield f"[[{name}]]"


def _comment(note: str) -> Iterator[str]:
    printable = ("".join(c if c.isprintable() else "\ufffd" for c in line) for line in note.splitlines())
    return (f"# {line}".rstrip() for line in printable)


def _pairs(**values: str | tuple[str, ...] | None) -> Iterator[str]:
    return (f"{key} = {_value(value)}" for key, value in values.items() if value)


def _value(value: str | tuple[str, ...]) -> str:
    return _quoted(value) if isinstance(value, str) else f"[{', '.join(map(_quoted, value))}]"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'
