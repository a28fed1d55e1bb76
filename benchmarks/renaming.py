"""The same graph and questions under another schema, as another modeller would have called things.

A file of names says what types, relations and attributes become, and which relations lead the other way::

    {"types": {"Employee": "StaffMember"},
     "relations": {"WORKS_AT": {"name": "employs", "reversed": true, "properties": {"since": "from"}}},
     "attributes": {"hiredOn": "startDate"}}

Questions stay as they were asked, and their programs change with the schema, so that a reader learns to match what is
asked with names that it was not asked in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, cast

from graphdb import TYPE_RELATION, EntityType, FactValues, Program, Step, Through
from graphdb.programs import NAME
from kgqa.questions import Question

_OF_FACTS = "conditions"  # of a program that goes through facts, these are of their properties
_NAMED = frozenset({"attribute", "by", "property", "start", "end"})  # the fields that name attributes or properties


@dataclass(frozen=True, slots=True)
class Renamed:
    """What a relation becomes.

    :param reversed: whether it leads from what was its object to what was its subject.
    """

    name: str
    reversed: bool = False
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Names:
    """What the names of a schema become."""

    types: Mapping[str, str]
    relations: Mapping[str, Renamed]
    attributes: Mapping[str, str]

    def attribute(self, name: str) -> str:
        return name if name == NAME else self.attributes[name]

    def step(self, step: Step) -> Step:
        if step.relation == TYPE_RELATION:
            return step
        if step.relation not in self.relations:
            return Step(self.attribute(step.relation), step.direction)
        renamed = self.relations[step.relation]
        return Step(renamed.name, step.reverse.direction if renamed.reversed else step.direction)


def read_names(path: Path) -> Names:
    """Read a file of names."""
    row = json.loads(path.read_text(encoding="utf-8"))
    relations = {name: Renamed(**renamed) for name, renamed in row["relations"].items()}
    return Names(row["types"], relations, row["attributes"])


def rename_graph(source: Path, names: Names, target: Path) -> Path:
    """Write a file of facts under other names, and return it."""
    with source.open(encoding="utf-8") as lines, target.open("w", encoding="utf-8") as out:
        for line in lines:
            out.write(json.dumps(_row(json.loads(line), names), ensure_ascii=False) + "\n")
    return target


def _row(row: dict[str, Any], names: Names) -> dict[str, Any]:
    if "entity" in row:
        types = [names.types[name] for name in row.get("types", ())]
        return row | {"types": types, "properties": _renamed_keys(row, names.attributes)}
    if "object" not in row:
        return row | {"relation": names.attribute(row["relation"])}
    renamed = names.relations[row["relation"]]
    ends = row["subject"], row["object"]
    subject, target = reversed(ends) if renamed.reversed else ends
    properties = _renamed_keys(row, renamed.properties)
    return row | {"subject": subject, "relation": renamed.name, "object": target, "properties": properties}


def _renamed_keys(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names[name]: value for name, value in row.get("properties", {}).items()}


def rename_question(question: Question, names: Names) -> Question:
    """A question with its program under other names."""
    if question.program is None:
        return question
    return replace(question, program=cast(Program, _renamed(question.program, names, None)))


def _renamed(part: object, names: Names, relation: str | None) -> object:
    """A part of a program under other names.

    :param relation: whose properties its conditions are about; ``None`` if they are about attributes.
    """
    if isinstance(part, Step):
        return names.step(part)
    if isinstance(part, EntityType):
        return EntityType(names.types[part.name])
    if isinstance(part, tuple):
        return tuple(_renamed(each, names, relation) for each in part)
    if not is_dataclass(part) or isinstance(part, type):
        return part
    relation = part.step.relation if isinstance(part, Through | FactValues) else relation
    changed: dict[str, Any] = {}
    for name in (known.name for known in fields(part) if known.init):
        value = getattr(part, name)
        if name in _NAMED and type(value) is str:
            changed[name] = names.attribute(value) if relation is None else names.relations[relation].properties[value]
        else:
            changed[name] = _renamed(value, names, relation if name == _OF_FACTS else None)
    return replace(part, **changed)
