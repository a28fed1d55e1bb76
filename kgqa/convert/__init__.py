"""Published data sets in our own formats: ``facts.jsonl`` and ``questions[.SPLIT].jsonl``.

One module per layout; nothing outside this package knows of any of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from types import MappingProxyType

from graphdb import Fact
from graphdb.errors import InputError
from graphdb.readers import write_facts_jsonl
from kgqa.convert import freebase, geoquery, metaqa, pathquestion, wc2014, wikimovies
from kgqa.convert.layout import Converted, Unmapped
from kgqa.questions import write_questions

__all__ = ["LAYOUTS", "ConvertReport", "Unmapped", "convert"]

LAYOUTS: Mapping[str, Callable[[Path, Path | None], Converted]] = MappingProxyType(
    {
        "metaqa": lambda source, _: metaqa.read(source),
        "wikimovies": wikimovies.read,
        "wc2014": lambda source, _: wc2014.read(source),
        "pathquestion": lambda source, _: pathquestion.read(source),
        "pathquestion-large": lambda source, _: pathquestion.read_large(source),
        "geoquery": lambda source, _: geoquery.read(source),
        "webqsp": lambda source, _: freebase.read(source),
        "cwq": lambda source, _: freebase.read(source),
    }
)
"""The layouts by name; each reads a folder and, where the facts are published elsewhere, the file of facts."""


@dataclass(frozen=True, slots=True)
class ConvertReport:
    """What a conversion wrote.

    :param files: the files written.
    :param entities: entities in the graph, those that only facts name included.
    :param questions: how many per split; the empty string is the split of a data set that has none.
    :param groups: how many per group, over all splits.
    :param unmapped: annotated names that the graph lacks, with their places.
    :param notes: what else was found and done.
    """

    layout: str
    files: tuple[str, ...]
    entities: int
    facts: int
    questions: Mapping[str, int]
    groups: Mapping[str, int]
    unmapped: tuple[Unmapped, ...]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, object]:
        """The report in types that JSON has."""
        return asdict(self)


def convert(layout: str, source: Path, out: Path, *, kb: Path | None = None) -> ConvertReport:
    """Convert a published data set.

    :param layout: one of :data:`LAYOUTS`.
    :param source: the folder of the data set, as published.
    :param out: the folder to write to; made if it does not exist. Files of the same names are replaced.
    :param kb: the file of facts, for a layout that publishes its questions without them.
    :raises InputError: for an unknown layout, and for files that are missing or cannot be read.
    :raises RecordError: for a malformed line, with its file and number.
    """
    if layout not in LAYOUTS:
        raise InputError(f"unknown layout {layout!r}: use one of {', '.join(sorted(LAYOUTS))}")
    if not source.is_dir():
        raise InputError(f"{source} is no folder: give the folder of the data set as published")
    if out.resolve() == source.resolve():
        raise InputError(f"{out} is the data set itself: give another folder to write to, so that nothing is lost")
    converted = LAYOUTS[layout](source, kb)
    files, entities = _write(converted, out)
    return ConvertReport(
        layout=layout,
        files=files,
        entities=entities,
        facts=len(converted.facts),
        questions={split: len(questions) for split, questions in converted.questions.items()},
        groups=dict(sorted(Counter(q.group for qs in converted.questions.values() for q in qs).items())),
        unmapped=tuple(converted.unmapped),
        notes=tuple(converted.notes),
    )


def _write(converted: Converted, out: Path) -> tuple[tuple[str, ...], int]:
    """Write the files; returns them, and how many entities there are."""
    out.mkdir(parents=True, exist_ok=True)
    facts = out / "facts.jsonl"
    keys = {entity.key for entity in converted.entities}
    write_facts_jsonl(facts, chain(converted.entities, _noting(keys, converted.facts)))
    files = [facts]
    for split, questions in converted.questions.items():
        files.append(out / (f"questions.{split}.jsonl" if split else "questions.jsonl"))
        write_questions(files[-1], questions)
    return tuple(map(str, files)), len(keys)


def _noting(keys: set[str], facts: Iterable[Fact]) -> Iterator[Fact]:
    """The facts, with the entities that they name added to the keys on the way."""
    for fact in facts:
        keys.add(fact.subject)
        if isinstance(fact.object, str):
            keys.add(fact.object)
        yield fact
