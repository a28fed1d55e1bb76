"""PathQuestion and PathQuestion-Large: two and three hops over Freebase (Zhou et al., COLING 2018).

Questions ``question TAB answer(answer1/answer2/…) TAB gold path`` and facts ``subject TAB relation TAB object``, whose
files go together: ``PQ-2H.txt`` and ``2H-kb.txt``, ``PQ-3H.txt`` and ``3H-kb.txt``; in the large one ``PQL-2H.txt`` and
``PQL2-KB.txt``, ``PQL-3H.txt`` (or ``PQL-3H_more.txt``) and ``PQL3-KB.txt``. Those found are read, and their facts
become one graph.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from functools import partial
from pathlib import Path

from graphdb.errors import InputError, RecordError
from kgqa.convert.layout import Converted, fields, first_existing, read_lines
from kgqa.convert.paths import Annotated, Triple, read_triples, split_names, to_converted

_Files = dict[str, tuple[tuple[str, ...], tuple[str, ...]]]  # group → possible files of questions, and of facts
_SMALL: _Files = {"2H": (("PQ-2H.txt",), ("2H-kb.txt",)), "3H": (("PQ-3H.txt",), ("3H-kb.txt",))}
_LARGE: _Files = {
    "2H": (("PQL-2H.txt",), ("PQL2-KB.txt", "exact_2mkb.txt")),
    "3H": (("PQL-3H_more.txt", "PQL-3H.txt"), ("PQL3-KB.txt", "exact_2mkb3.txt")),
}


def _read(files: _Files, source: Path) -> Converted:
    triples: dict[Triple, None] = {}
    annotated: list[Annotated] = []
    for group, (questions, facts) in files.items():
        path = next((source / name for name in questions if (source / name).is_file()), None)
        if path is None:
            continue
        triples |= dict.fromkeys(read_triples(first_existing("the facts", *(source / name for name in facts))))
        names = {name for subject, _, obj in triples for name in (subject, obj)}
        annotated += _questions(path, group, names)
    if not annotated:
        wanted = [str(source / name) for questions, _ in files.values() for name in questions]
        raise InputError(f"no questions found: looked for {', '.join(wanted)}")
    return to_converted(list(triples), frozenset(), annotated)


read = partial(_read, _SMALL)
read_large = partial(_read, _LARGE)


def _questions(path: Path, group: str, names: Set[str]) -> Iterator[Annotated]:
    for number, line in read_lines(path):
        text, answers, gold = fields(path, number, line, "\t", "question, answers, path")
        one = gold.rsplit("#", 1)[-1]
        if not (answers.startswith(f"{one}(") and answers.endswith(")")):
            raise RecordError(path, number, f"the answers must read '{one}(…/…/)', as the path ends, not {answers!r}")
        found = split_names(answers[len(one) + 1 : -1], names)
        yield Annotated(path, number, f"{group}/{number}", group, text, found, (gold,))
