"""GeoQuery as a graph: geography of the United States, with ambiguous names, counts and extremes (Zelle and Mooney).

``names.tsv`` (``key TAB type TAB name``), ``triples.tsv`` (``subject TAB relation TAB key or number``) and
``questions.jsonl`` (``question``, ``answers`` as names or numbers, ``kind``, ``variables``: the gold mentions by the
column they fill, ``sql``: the gold query, ``question_split``). What the query selects tells the type of an answer, and
the states among the mentions tell which of several cities of one name it is; where neither does, all are answers.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphdb import Entity, Fact, Literal
from graphdb.errors import InputError, RecordError
from graphdb.values import Scalar
from kgqa.convert.layout import Converted, Unmapped, fields, first_existing, read_lines
from kgqa.questions import Question

_SELECTED = re.compile(r"SELECT\s+(?:DISTINCT\s+)?(.*?)\s+FROM\b", re.IGNORECASE)
_COLUMN_TYPES = {
    "city_name": "city",
    "capital": "city",
    "state_name": "state",
    "border": "state",
    "traverse": "state",
    "river_name": "river",
    "lake_name": "lake",
    "mountain_name": "mountain",
    "highest_point": "place",
    "lowest_point": "place",
    "country_name": "country",
}


def read(source: Path) -> Converted:
    """Read the data set from its folder."""
    entities = _entities(first_existing("the names", source / "names.tsv"))
    facts = _facts(first_existing("the facts", source / "triples.tsv"), entities)
    path = first_existing("the questions", source / "questions.jsonl")
    reader = _Reader(path, entities, facts)
    questions: defaultdict[str, list[Question]] = defaultdict(list)
    for number, line in read_lines(path):
        split, question = reader.question(number, line)
        questions[split].append(question)
    notes = [f"{count} {what}" for what, count in sorted(reader.counts.items())]
    return Converted(facts, questions, list(entities.values()), reader.unmapped, notes)


def _entities(path: Path) -> dict[str, Entity]:
    entities: dict[str, Entity] = {}
    for number, line in read_lines(path):
        key, kind, name = fields(path, number, line, "\t", "key, type, name")
        if known := entities.get(key):
            entities[key] = Entity(key, known.name, (*known.aliases, name), (*known.types, kind))
        else:
            entities[key] = Entity(key, name, types=(kind,))
    return entities


def _facts(path: Path, entities: Mapping[str, Entity]) -> list[Fact]:
    facts = []
    for number, line in read_lines(path):
        subject, relation, obj = fields(path, number, line, "\t", "subject, relation, object")
        if subject not in entities:
            raise RecordError(path, number, f"the subject {subject!r} is not in names.tsv")
        value = _number(obj)
        if obj not in entities and value is None:
            raise RecordError(path, number, f"the object {obj!r} is neither in names.tsv nor a number")
        facts.append(Fact(subject, relation, obj if obj in entities or value is None else Literal(value)))
    return list(dict.fromkeys(facts))


def _number(text: str) -> int | float | None:
    try:
        value = Literal(float(text)).value
    except (ValueError, InputError):
        return None
    return value if isinstance(value, int | float) else None


@dataclass(slots=True)
class _Reader:
    """Turns annotated questions into ours, and keeps count of what could not be mapped or told apart."""

    path: Path
    entities: Mapping[str, Entity]
    facts: list[Fact]
    counts: Counter[str] = field(default_factory=Counter)
    unmapped: list[Unmapped] = field(default_factory=list)
    _named: dict[tuple[str, str], set[str]] = field(init=False)
    _capitals: set[str] = field(init=False)
    _states: dict[str, set[str]] = field(init=False)

    def __post_init__(self) -> None:
        self._named, self._states = defaultdict(set), defaultdict(set)
        for entity in self.entities.values():
            for name in (entity.name, *entity.aliases):
                self._named[name, ""].add(entity.key)
                for kind in entity.types:
                    self._named[name, kind].add(entity.key)
        self._capitals = {str(fact.object) for fact in self.facts if fact.relation == "capital"}
        for fact in self.facts:
            if fact.relation == "in_state":
                self._states[fact.subject].add(str(fact.object))

    def question(self, number: int, line: str) -> tuple[str, Question]:
        """The split that a line belongs to, and its question."""
        record = self._record(number, line)
        variables = {re.sub(r"\d+$", "", name): value for name, value in record["variables"].items()}
        topic = self._topic(number, variables)
        columns = self._columns(record["sql"])
        answers: list[Scalar] = []
        for answer in record["answers"]:
            answers += self._answer(number, str(answer), columns, topic)
        split = record.get("question_split", "")
        question = Question(f"{number}", record["question"], tuple(answers), tuple(topic), record["kind"])
        return split, question

    def _record(self, number: int, line: str) -> dict[str, Any]:
        try:
            record: dict[str, Any] = json.loads(line)
        except ValueError as exc:
            raise RecordError(self.path, number, f"the line is not valid JSON ({exc})") from exc
        expected = {"question": str, "answers": list, "kind": str, "variables": dict, "sql": str}
        for name, kind in expected.items():
            if not isinstance(record, dict) or not isinstance(record.get(name), kind):
                raise RecordError(self.path, number, f"{name!r} is missing or is no {kind.__name__}")
        return record

    def _topic(self, number: int, variables: Mapping[str, str]) -> list[str]:
        states = self._named.get((variables.get("state_name", ""), "state"), set())
        keys: list[str] = []
        for column, name in variables.items():
            found = self._named.get((name, _COLUMN_TYPES.get(column, "")), set())
            if not found:
                self.unmapped.append(Unmapped(str(self.path), number, "topic", name))
            keys += sorted({key for key in found if self._states[key] & states} or found)
        return keys

    def _columns(self, sql: str) -> list[str]:
        match = _SELECTED.search(sql)
        return [column.split(".")[-1].strip(" )").lower() for column in match[1].split(",")] if match else []

    def _answer(self, number: int, answer: str, columns: list[str], topic: list[str]) -> list[Scalar]:
        value = _number(answer)
        if value is not None:
            return [value]
        found = set().union(*(self._named.get((answer, _COLUMN_TYPES.get(column, "")), set()) for column in columns))
        found = found or self._named.get((answer, ""), set())
        if "capital" in columns:
            found = found & self._capitals or found
        found = {key for key in found if self._states[key] & set(topic)} or found
        if not found:
            self.unmapped.append(Unmapped(str(self.path), number, "answer", answer))
            return [answer]
        if len(found) > 1:
            self.counts["answers stand for several entities that nothing told apart; all were taken"] += 1
        return sorted(found)
