"""Records as JSONL that reads back as the same records."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TextIO

from graphdb.readers.records import DeleteEntity, DeleteFact, Record, Triple, UpsertEntity, UpsertFact
from graphdb.values import Entity, Fact, Literal, PropertyValue, Scalar, kind_of


def write_facts_jsonl(path: str | Path, records: Iterable[Record | Entity | Fact]) -> int:
    """Write records as JSONL, one a line, in bounded memory; the file appears only when it is complete.

    :param records: records, or entities and facts to upsert.
    :returns: how many were written.
    """
    target = Path(path)
    part = target.with_name(target.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            count = dump_records(file, records)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return count


def dump_records(file: TextIO, records: Iterable[Record | Entity | Fact]) -> int:
    """Write records as JSONL to an open text file; returns how many."""
    count = 0
    for record in records:
        file.write(format_record(record) + "\n")
        count += 1
    return count


def format_record(record: Record | Entity | Fact) -> str:
    """One record as one line of JSONL, without the end of the line."""
    return json.dumps(_row(record), ensure_ascii=False)


def _row(record: Record | Entity | Fact) -> dict[str, object]:
    match record:
        case UpsertEntity(entity) | (Entity() as entity):
            return _entity_row(entity)
        case UpsertFact(fact) | (Fact() as fact):
            return _triple_row(fact.triple) | _properties_row(fact.properties)
        case DeleteEntity(key):
            return {"op": "delete", "entity": key}
        case DeleteFact(triple):
            return {"op": "delete"} | _triple_row(triple)


def _entity_row(entity: Entity) -> dict[str, object]:
    row: dict[str, object] = {"entity": entity.key, "name": entity.name}
    if entity.aliases:
        row["aliases"] = list(entity.aliases)
    if entity.types:
        row["types"] = list(entity.types)
    return row | _properties_row(entity.properties)


def _triple_row(triple: Triple) -> dict[str, object]:
    subject, relation, target = triple
    shown = _literal_row(target.value) if isinstance(target, Literal) else target
    return {"subject": subject, "relation": relation, "object": shown}


def _properties_row(properties: Mapping[str, PropertyValue]) -> dict[str, object]:
    return {"properties": {name: _property(value) for name, value in properties.items()}} if properties else {}


def _property(value: PropertyValue) -> object:
    return [_scalar(item) for item in value] if isinstance(value, tuple) else _scalar(value)


def _scalar(value: Scalar) -> object:
    return _literal_row(value) if isinstance(value, date) else value


def _literal_row(value: Scalar) -> dict[str, object]:
    if isinstance(value, date):
        return {"value": value.isoformat(), "type": str(kind_of(value))}
    return {"value": value}
