"""MetaQA: films, asked over one to three hops (Zhang et al., AAAI 2018).

``kb.txt`` (``subject|relation|object``) and, per number of hops, ``qa_train.txt``, ``qa_dev.txt`` and ``qa_test.txt``
(``question with [topic] TAB answer|answer…``), either directly in ``1-hop/`` … or in its folders ``vanilla/`` and
``ntm/``, whichever exist. Names are the keys, as published.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from graphdb import Fact
from graphdb.errors import InputError
from kgqa.convert.layout import SPLITS, Converted, Unmapped, fields, first_existing, read_lines, read_triples
from kgqa.questions import Question

_TOPIC = re.compile(r"\[([^\[\]]+)\]")
_VARIANTS = {"": "", "vanilla": "", "ntm": "ntm."}  # folder → prefix of the split's name


def read(source: Path) -> Converted:
    """Read the data set from its folder."""
    facts = [Fact(s, r, o) for s, r, o in read_triples(first_existing("the facts", source / "kb.txt"), "|")]
    keys = {key for fact in facts for key in (fact.subject, str(fact.object))}
    questions: defaultdict[str, list[Question]] = defaultdict(list)
    unmapped: list[Unmapped] = []
    for path, hop, split in _files(source):
        for number, question in _questions(path, hop, split):
            questions[split].append(question)
            unmapped += (Unmapped(str(path), number, "topic", name) for name in question.topic if name not in keys)
            answers = map(str, question.answers)
            unmapped += (Unmapped(str(path), number, "answer", name) for name in answers if name not in keys)
    if not questions:
        raise InputError(f"no questions found: looked for {source}/1-hop/qa_train.txt and the like")
    return Converted(facts, questions, unmapped=unmapped)


def _files(source: Path) -> Iterator[tuple[Path, str, str]]:
    """Each file of questions, with its group and the split it belongs to."""
    for folder in sorted(source.glob("[0-9]-hop")):
        for variant, prefix in _VARIANTS.items():
            for split in SPLITS:
                path = folder / variant / f"qa_{split}.txt"
                if path.is_file():
                    yield path, folder.name, f"{prefix}{split}"


def _questions(path: Path, hop: str, split: str) -> Iterator[tuple[int, Question]]:
    for number, line in read_lines(path):
        text, answers = fields(path, number, line, "\t", "question, answers")
        yield (
            number,
            Question(
                id=f"{hop}/{split}/{number}",
                question=_TOPIC.sub(r"\1", text),
                answers=tuple(filter(None, answers.split("|"))),
                topic=tuple(_TOPIC.findall(text)),
                group=hop,
            ),
        )
