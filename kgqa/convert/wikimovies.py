"""WikiMovies as it is used for entity resolution: MetaQA's films, asked in lower case, without marks or punctuation.

``wiki-entities_qa_{train,dev,test}.txt`` (``question TAB answer|answer…``, everything normalised); the facts are
MetaQA's ``kb.txt``, given or found beside. A normalised answer is written as the key that it stands for. Where several
keys read the same once normalised (a person and a tag, say), those are taken that the question itself asks for: the
questions are about one relation of one entity, so the relation of an entity named in the question whose objects fit
the answers best decides. If that leaves several, all are answers.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graphdb import Fact, Step
from graphdb.errors import InputError
from graphdb.values import Direction
from kgqa.convert.layout import SPLITS, Converted, Unmapped, fields, first_existing, read_lines, read_triples
from kgqa.questions import Question

_GROUP = "1-hop"


def read(source: Path, kb: Path | None = None) -> Converted:
    """Read the questions from their folder.

    :param kb: MetaQA's ``kb.txt``; found in the folder itself or in ``metaqa`` beside it if not given.
    """
    places = [kb] if kb else [source / "kb.txt", source.resolve().parent / "metaqa" / "kb.txt"]
    triples = read_triples(first_existing("the facts of MetaQA", *places), "|")
    names = _Names(triples)
    questions: dict[str, Sequence[Question]] = {}
    for split in SPLITS:
        path = source / f"wiki-entities_qa_{split}.txt"
        if path.is_file():
            questions[split] = list(_questions(path, split, names))
    if not questions:
        raise InputError(f"no questions found: looked for {source}/wiki-entities_qa_train.txt and the like")
    notes = [f"{count} answers {what}" for what, count in sorted(names.counts.items())]
    return Converted([Fact(*triple) for triple in triples], questions, unmapped=names.unmapped, notes=notes)


def normalise(name: str) -> str:
    """A name as these files write it: ASCII letters in lower case, most punctuation dropped."""
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return " ".join(re.sub(r"[.,:;'\"?`%]", "", ascii_only).split())


@dataclass(slots=True)
class _Names:
    """The keys of each normalised name, and what each key is connected to."""

    triples: Iterable[tuple[str, str, str]]
    keys: dict[str, set[str]] = field(init=False)
    counts: Counter[str] = field(default_factory=Counter)
    unmapped: list[Unmapped] = field(default_factory=list)
    _steps: dict[str, dict[Step, set[str]]] = field(init=False)
    _longest: int = field(init=False)

    def __post_init__(self) -> None:
        self.keys = defaultdict(set)
        self._steps = defaultdict(lambda: defaultdict(set))
        for subject, relation, obj in self.triples:
            self._steps[subject][Step(relation)].add(obj)
            self._steps[obj][Step(relation, Direction.IN)].add(subject)
        for key in self._steps:
            self.keys[normalise(key)].add(key)
        self._longest = max((len(name.split()) for name in self.keys), default=0)

    def asked_for(self, text: str, answers: Sequence[str]) -> set[str]:
        """The objects of those relations of entities named in the question that fit the answers best."""
        best, found = 0.0, set[str]()
        for key in self._mentioned(text):
            for objects in self._steps[key].values():
                fit = _overlap({normalise(o) for o in objects}, set(answers))
                if fit > best:
                    best, found = fit, set()
                if fit == best:
                    found = found | objects
        return found

    def _mentioned(self, text: str) -> Iterator[str]:
        words = text.split()
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + self._longest) + 1):
                yield from sorted(self.keys.get(" ".join(words[start:end]), ()))


def _overlap(first: set[str], second: set[str]) -> float:
    return 2 * len(first & second) / (len(first) + len(second))


def _questions(path: Path, split: str, names: _Names) -> Iterator[Question]:
    for number, line in read_lines(path):
        text, published = fields(path, number, line, "\t", "question, answers")
        answers = [answer for answer in published.split("|") if answer]
        asked = names.asked_for(text, answers)
        keys: list[str] = []
        for answer in answers:
            keys += _keys(answer, asked, names) or [answer]
            if answer not in names.keys:
                names.unmapped.append(Unmapped(str(path), number, "answer", answer))
        yield Question(id=f"{split}/{number}", question=text, answers=tuple(keys), group=_GROUP)


def _keys(answer: str, asked: set[str], names: _Names) -> list[str]:
    known = names.keys.get(answer, set())
    if len(known) < 2:
        names.counts["stand for one key" if known else "stand for no key and were kept as published"] += 1
        return sorted(known)
    fitting = known & asked or known
    names.counts[
        "stand for several keys and were told apart by the question"
        if len(fitting) == 1
        else "stand for several keys, all of which were taken"
    ] += 1
    return sorted(fitting)
