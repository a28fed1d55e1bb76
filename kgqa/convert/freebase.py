"""WebQSP and CWQ: questions over Freebase, each published with the part of the graph around it.

One question a line (or a row of Parquet), in either of two layouts, told apart by the fields:

- of NSM (He et al., WSDM 2021), also used by its successors: ``{"id", "question", "entities", "answers": [{"kb_id",
  "text"}], "subgraph": {"tuples": [[subject, relation, object]]}}`` in ``train_simple.json`` and so on. Entities and
  relations are numbers of lines, from 0, of ``entities.txt`` and ``relations.txt``; elsewhere (``train.json``) they
  may be objects with ``kb_id`` or ``rel_id``, and ``text``.
- of RoG (Luo et al., ICLR 2024): ``{"id", "question", "answer": [name], "q_entity": [name], "graph": [[subject,
  relation, object]]}``, with names for ids where Freebase has them.

The graph is the union of all parts. Compound nodes and literals are entities like the others.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from graphdb import Entity
from graphdb.errors import InputError, RecordError
from kgqa.convert.layout import SPLITS, Converted, Unmapped, first_existing, read_lines
from kgqa.convert.union import FactUnion, Ids
from kgqa.questions import Question

_FILE = re.compile(r"(train|dev|valid|validation|test)(_simple)?([-.].*)?\.(json|jsonl|parquet)")
_PREFIXED = re.compile(r"<fb:(.*)>")
_NAMES = "entities_names.json"
_ROWS = 16  # of Parquet, held at once

_Record = Mapping[str, Any]


def read(source: Path) -> Converted:
    """Read the data set from its folder."""
    layout: _Layout | None = None
    union = FactUnion()
    places: defaultdict[str, list[tuple[Path, int, Question]]] = defaultdict(list)
    seen: dict[str, tuple[Path, int]] = {}
    for split, path in _files(source):
        for number, record in _records(path):
            try:
                layout = layout or _layout_of(record, source, union)
                question = layout.question(record)
            except InputError as exc:
                raise exc if isinstance(exc, RecordError) else RecordError(path, number, str(exc)) from exc
            if question.id in seen:
                before = "{}:{}".format(*seen[question.id])
                raise RecordError(path, number, f"the id {question.id!r} was given at {before} already")
            seen[question.id] = path, number
            places[split].append((path, number, question))
    if layout is None:
        raise InputError(f"no questions found: the files of {source} are empty")
    connected = union.connected()
    names = _names(source) | layout.names if layout.names_entities else layout.names
    entities = [Entity(key, name) for key, name in names.items() if name != key and key in connected]
    unmapped = [u for found in places.values() for place in found for u in _unmapped(place, connected)]
    questions = {split: [question for _, _, question in found] for split, found in places.items()}
    notes = [*layout.notes(), *_notes(questions, unmapped)]
    if layout.names_entities and not entities:
        notes.append(f"no entity has a name: put {_NAMES} ({{id: name}}) beside the files, or train with gold entities")
    return Converted(union, questions, entities, unmapped, notes)


class _Layout(Protocol):
    """How the records of a layout are read; their facts go to the union.

    :ivar names: what entities are called, as far as the records say.
    :ivar names_entities: whether names are needed, since keys are ids.
    """

    names: dict[str, str]
    names_entities: bool

    def question(self, record: _Record) -> Question: ...

    def notes(self) -> list[str]: ...


def _layout_of(record: _Record, source: Path, union: FactUnion) -> _Layout:
    if "subgraph" in record:
        return _Nsm(source, union)
    if "graph" in record:
        return _Rog(union)
    raise InputError("there is neither 'subgraph', as NSM publishes it, nor 'graph', as RoG does")


@dataclass(slots=True)
class _Rog:
    union: FactUnion
    names: dict[str, str] = field(default_factory=dict)
    names_entities: bool = False
    left_out: int = 0

    def question(self, record: _Record) -> Question:
        triples = [_triple(t, str) for t in _typed(record, "graph", list)]
        whole = [t for t in triples if all(part.strip() for part in t)]
        self.left_out += len(triples) - len(whole)
        entity, relation = self.union.entity, self.union.relation
        ids = [(entity(s.strip()), relation(r.strip()), entity(o.strip())) for s, r, o in whole]
        self.union.add(np.array(ids, dtype=np.int64).reshape(-1, 3))
        answers, topics = ([t.strip() for t in _texts(record, name)] for name in ("answer", "q_entity"))
        return _question(record, filter(None, answers), filter(None, topics))

    def notes(self) -> list[str]:
        return [f"{self.left_out} facts have an empty part: left out"] if self.left_out else []


@dataclass(slots=True)
class _Nsm:
    source: Path
    union: FactUnion
    names: dict[str, str] = field(default_factory=dict)
    names_entities: bool = True
    _lines: dict[str, tuple[Ids, list[str]]] = field(default_factory=dict)

    def question(self, record: _Record) -> Question:
        tuples = _typed(_typed(record, "subgraph", dict), "tuples", list)
        self.union.add(self._numbered(tuples) if tuples else np.zeros((0, 3), dtype=np.int64))
        answers = [self._key(answer) for answer in _typed(record, "answers", list)]
        return _question(record, answers, [self._key(entity) for entity in _typed(record, "entities", list)])

    def notes(self) -> list[str]:
        return []

    def _numbered(self, tuples: list[Any]) -> Ids:
        parts = [_triple(t, int, dict, str) for t in tuples]
        if all(isinstance(part, int) for t in parts for part in t):
            try:
                numbers = np.array(parts, dtype=np.int64)
            except OverflowError as exc:
                raise InputError(f"a fact has a number beyond 64 bits ({exc}): expected lines of entities.txt") from exc
            columns = [
                self._at(numbers[:, i], f"{what}.txt") for i, what in enumerate(("entities", "relations", "entities"))
            ]
            return np.stack(columns, axis=1)
        entity, relation = self.union.entity, self.union.relation
        ids = [(entity(self._key(s)), relation(self._relation(r)), entity(self._key(o))) for s, r, o in parts]
        return np.array(ids, dtype=np.int64)

    def _at(self, lines: Ids, file: str) -> Ids:
        """The numbers of what stands on these lines."""
        numbers, _ = self._read(file)
        wrong = lines[(lines < 0) | (lines >= len(numbers))]
        wrong = wrong if len(wrong) else lines[numbers[lines] < 0]
        if len(wrong):
            raise InputError(f"{int(wrong[0])} is no line of {file}, which has {len(numbers):,}, counted from 0")
        return numbers[lines]

    def _read(self, file: str) -> tuple[Ids, list[str]]:
        if file not in self._lines:
            path = first_existing(f"the {file.removesuffix('.txt')}", self.source / file)
            number_of = self.union.entity if file == "entities.txt" else self.union.relation
            texts: list[str] = []
            numbers: list[int] = []
            for number, line in read_lines(path):
                blank = number - 1 - len(texts)  # blank lines count
                text = _plain(line.strip())
                texts += [*[""] * blank, text]
                try:
                    numbers += [*[-1] * blank, number_of(text)]
                except InputError as exc:
                    raise RecordError(path, number, str(exc)) from exc
            self._lines[file] = np.array(numbers, dtype=np.int64), texts
        return self._lines[file]

    def _key(self, part: object) -> str:
        """The key of an entity given by line, as an object, or by itself."""
        if isinstance(part, dict):
            key, text = part.get("kb_id"), part.get("text")
            if not isinstance(key, str):  # a number of the publisher's own
                key, text = text, None
            if isinstance(key, str) and key.strip():
                key = _plain(key.strip())
                if isinstance(text, str) and text.strip() and _plain(text.strip()) != key:
                    self.names.setdefault(key, text.strip())
                return key
        elif isinstance(part, int):
            self._at(np.array([part]), "entities.txt")
            return self._read("entities.txt")[1][part]
        elif isinstance(part, str) and part.strip():
            return _plain(part.strip())
        raise InputError(f"{json.dumps(part)} is no entity: give its line in entities.txt, or one with 'kb_id'")

    def _relation(self, part: object) -> str:
        if isinstance(part, int):
            self._at(np.array([part]), "relations.txt")
            return self._read("relations.txt")[1][part]
        texts = [part.get("rel_id"), part.get("text")] if isinstance(part, dict) else [part]
        for text in texts:
            if isinstance(text, str) and text.strip():
                return _plain(text.strip())
        raise InputError(
            f"{json.dumps(part)} is no relation: give its line in relations.txt, or an object with 'rel_id'"
        )


def _plain(text: str) -> str:
    """An id without the prefix that some files put it into."""
    match = _PREFIXED.fullmatch(text)
    return match[1] if match else text


def _question(record: _Record, answers: Iterable[str], topics: Iterable[str]) -> Question:
    return Question(_typed(record, "id", str), _typed(record, "question", str).strip(), tuple(answers), tuple(topics))


def _triple(value: object, *kinds: type) -> list[Any]:
    if isinstance(value, list) and len(value) == 3 and all(isinstance(part, kinds) for part in value):
        return value
    raise InputError(f"{json.dumps(value)} is no fact: expected [subject, relation, object]")


def _typed(record: _Record, name: str, kind: type[Any]) -> Any:
    value = record.get(name)
    if not isinstance(value, kind):
        raise InputError(f"{name!r} is missing or is no {kind.__name__}")
    return value


def _texts(record: _Record, name: str) -> list[str]:
    values: list[str] = _typed(record, name, list)
    for value in values:
        if not isinstance(value, str):
            raise InputError(f"{name!r} must hold strings, not {json.dumps(value)}")
    return values


def _unmapped(place: tuple[Path, int, Question], connected: set[str]) -> Iterator[Unmapped]:
    path, number, question = place
    for what, names in (("topic", question.topic), ("answer", question.answers)):
        yield from (Unmapped(str(path), number, what, str(name)) for name in names if name not in connected)


def _notes(questions: Mapping[str, list[Question]], unmapped: Iterable[Unmapped]) -> Iterator[str]:
    empty = sum(not q.answers for found in questions.values() for q in found)
    if empty:
        yield f"{empty} questions have no answers: kept, as questions that the graph has no answer to"
    missing = Counter((u.path, u.line) for u in unmapped if u.what == "answer")
    if missing:
        yield f"{len(missing)} questions have answers that none of the published parts of the graph has"


def _names(source: Path) -> dict[str, str]:
    """What entities are called, where somebody published that beside the files or beside their folder."""
    for path in (source / _NAMES, source.resolve().parent / _NAMES):
        if path.is_file():
            try:
                names = json.loads(path.read_bytes())
            except ValueError as exc:
                raise InputError(f"{path} is not valid JSON ({exc}): it should hold one object, {{id: name}}") from exc
            if not isinstance(names, dict):
                raise InputError(f"{path} should hold one object, {{id: name}}, not a {type(names).__name__}")
            return {_plain(key): name for key, name in names.items() if isinstance(name, str) and name}
    return {}


def _files(source: Path) -> list[tuple[str, Path]]:
    """The files of each split, in order: those with line numbers if there are any, else JSON, else Parquet."""
    found: defaultdict[tuple[str, int], list[Path]] = defaultdict(list)
    for path in sorted(p for folder in (source, source / "data") if folder.is_dir() for p in folder.iterdir()):
        if match := _FILE.fullmatch(path.name):
            split = "dev" if match[1].startswith("valid") else match[1]
            found[split, 0 if match[2] else 2 if match[4] == "parquet" else 1].append(path)
    best = {split: min((rank for s, rank in found if s == split), default=None) for split in SPLITS}
    files = [(split, path) for split, rank in best.items() if rank is not None for path in found[split, rank]]
    if not files:
        raise InputError(
            f"no questions found: looked in {source} and {source / 'data'} for train_simple.json, train.json, "
            "train.jsonl, train-….parquet and the like"
        )
    return files


def _records(path: Path) -> Iterator[tuple[int, _Record]]:
    reader: Callable[[Path], Iterator[tuple[int, object]]] = _rows if path.suffix == ".parquet" else _json_lines
    for number, record in reader(path):
        if not isinstance(record, dict):
            raise RecordError(path, number, f"expected an object a line, not a {type(record).__name__}")
        yield number, record


def _json_lines(path: Path) -> Iterator[tuple[int, object]]:
    for number, line in read_lines(path):
        try:
            yield number, json.loads(line)
        except (ValueError, RecursionError) as exc:
            raise RecordError(path, number, f"the line is not valid JSON ({exc}): give one object a line") from exc


def _rows(path: Path) -> Iterator[tuple[int, object]]:
    try:
        from pyarrow import ArrowException, parquet  # noqa: PLC0415 (an extra)
    except ImportError as exc:
        raise InputError(
            f"{path} is a Parquet file, and pyarrow, which reads those, is not installed: install the extra `parquet` "
            "(pip install 'kgqa[parquet]'), or export the data set to train.jsonl, validation.jsonl and test.jsonl"
        ) from exc
    try:
        with parquet.ParquetFile(path) as file:
            batches = (batch.to_pylist() for batch in file.iter_batches(batch_size=_ROWS))
            yield from enumerate((row for rows in batches for row in rows), start=1)
    except (ArrowException, OSError) as exc:
        raise InputError(f"{path} cannot be read as Parquet: {exc}") from exc
