"""What WC2014 and PathQuestion share: the data sets of Zhou et al., COLING 2018, whose gold annotation is a path."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from graphdb import Entity, Fact, Literal
from graphdb.values import Scalar
from kgqa.convert.layout import Converted, Unmapped, fields, read_lines
from kgqa.questions import Question

_INVERSE = "_inverse"
_END = "<end>"
_MOST_SLASHES = 4  # in one name

Triple = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Annotated:
    """One published question.

    :param paths: gold paths, each as ``subject#relation#node#relation#node…``; several are intersected.
    """

    path: Path
    line: int
    id: str
    group: str
    text: str
    answers: tuple[str, ...]
    paths: tuple[str, ...]


def read_triples(path: Path) -> list[Triple]:
    """The distinct triples of a file with one or more tabs between the fields, inverse relations folded."""
    triples = []
    for number, line in read_lines(path):
        subject, relation, obj = fields(path, number, re.sub(r"\t+", "\t", line), "\t", "subject, relation, object")
        triples.append((subject, relation, obj))
    return fold_inverses(triples)


def fold_inverses(triples: Iterable[Triple]) -> list[Triple]:
    """The triples in one direction: ``(o, r_inverse, s)`` is ``(s, r, o)``, whether or not that is given too."""
    return list(dict.fromkeys(_forward(triple) for triple in triples))


def _forward(triple: Triple) -> Triple:
    subject, relation, obj = triple
    return (obj, relation.removesuffix(_INVERSE), subject) if relation.endswith(_INVERSE) else triple


def split_names(text: str, known: Set[str]) -> tuple[str, ...]:
    """The names that a text joins by slashes; a known name may hold slashes itself."""
    pieces = text.strip("/").split("/")
    found, start = [], 0
    while start < len(pieces):
        longest = min(len(pieces), start + _MOST_SLASHES + 1)
        ends = (end for end in range(longest, start, -1) if "/".join(pieces[start:end]) in known)
        end = next(ends, start + 1)
        found.append("/".join(pieces[start:end]).strip())
        start = end
    return tuple(filter(None, found))


def readable(key: str) -> str:
    """A key as people write it: spaces for underscores."""
    return " ".join(key.replace("_", " ").split())


def natural(text: str) -> str:
    """A tokenised question as people type it: spaces for underscores, and none before marks."""
    return re.sub(r" (?=[?.,!]|'s\b)", "", readable(text))


def to_converted(triples: Sequence[Triple], attributes: frozenset[str], annotated: Sequence[Annotated]) -> Converted:
    """Facts with readable names, and questions whose topics are the starts of the gold paths.

    :param attributes: the relations whose objects are numbers.
    """
    facts = [Fact(s, r, Literal(_number(o)) if r in attributes else o) for s, r, o in triples]
    keys = {key for fact in facts for key in (fact.subject, fact.object) if isinstance(key, str)}
    numbers = {o for _, r, o in triples if r in attributes} - keys
    unmapped = [
        Unmapped(str(question.path), question.line, what, name)
        for question in annotated
        for what, names in (("topic", topics(question)), ("answer", question.answers))
        for name in names
        if name not in keys and name not in numbers
    ]
    questions = [
        Question(q.id, natural(q.text), tuple(_number(a) if a in numbers else a for a in q.answers), topics(q), q.group)
        for q in annotated
    ]
    entities = [Entity(key, readable(key)) for key in sorted(keys) if readable(key) != key]
    return Converted(facts, {"": questions}, entities, unmapped, _notes(triples, annotated))


def topics(question: Annotated) -> tuple[str, ...]:
    """The entities that the gold paths start from."""
    return tuple(dict.fromkeys(path.split("#", 1)[0] for path in question.paths))


def _number(text: str) -> Scalar:
    try:
        return int(text)
    except ValueError:
        return text


def _notes(triples: Iterable[Triple], annotated: Sequence[Annotated]) -> list[str]:
    reached: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for subject, relation, obj in triples:
        reached[subject, relation].add(obj)
        reached[obj, relation + _INVERSE].add(subject)
    differing = sum(_follow(question.paths, reached) != set(question.answers) for question in annotated)
    repeated = len(annotated) - len({question.text for question in annotated})
    return [
        f"{differing} questions have other answers than their own gold paths lead to in this graph; kept as published",
        f"{repeated} questions repeat the text of another; kept as published",
    ]


def _follow(paths: Sequence[str], reached: defaultdict[tuple[str, str], set[str]]) -> set[str]:
    sets = []
    for path in paths:
        steps = path.split("#")
        nodes = {steps[0]}
        for relation in (step for step in steps[1::2] if step != _END):
            nodes = set().union(*(reached.get((node, relation), set()) for node in nodes))
        sets.append(nodes)
    return set.intersection(*sets)
