"""WC2014: the football World Cup of 2014 (Zhou et al., COLING 2018; conjunctions from Zhang et al., 2019).

``WC2014.txt`` (``subject TAB relation TAB object``, most relations in both directions) and ``WC-P1.txt`` (one hop),
``WC-P2.txt`` (two hops), ``WC-C.txt`` (conjunctions of two entities), whichever exist:
``question TAB one answer TAB gold paths joined by * TAB all answers joined by /``.
Ages and shirt numbers are numbers: attributes of the player.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from pathlib import Path

from graphdb.errors import InputError
from kgqa.convert.layout import Converted, fields, first_existing, read_lines
from kgqa.convert.paths import Annotated, read_triples, split_names, to_converted

_GROUPS = ("P1", "P2", "C")
_ATTRIBUTES = frozenset({"is_aged", "wears_number"})


def read(source: Path) -> Converted:
    """Read the data set from its folder."""
    triples = read_triples(first_existing("the facts", source / "WC2014.txt"))
    names = {name for subject, _, obj in triples for name in (subject, obj)}
    files = [(source / f"WC-{group}.txt", group) for group in _GROUPS]
    annotated = [q for path, group in files if path.is_file() for q in _questions(path, group, names)]
    if not annotated:
        raise InputError(f"no questions found: looked for {', '.join(str(path) for path, _ in files)}")
    return to_converted(triples, _ATTRIBUTES, annotated)


def _questions(path: Path, group: str, names: Set[str]) -> Iterator[Annotated]:
    for number, line in read_lines(path):
        text, _, paths, answers = fields(path, number, line, "\t", "question, answer, paths, all answers")
        gold = tuple(paths.split("*"))
        yield Annotated(path, number, f"{group}/{number}", group, text, split_names(answers, names), gold)
