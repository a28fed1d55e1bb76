"""Text that is searched for in names and attributes: what stands in quotes, or beside the words that ask for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphdb import Compare, Comparison, Literal, LiteralKind
from graphdb.programs import NAME
from kgqa.proposing.asked import Asked
from kgqa.proposing.cues import Cue, CueKind, Words, first_of
from kgqa.proposing.drafts import Draft

_QUOTED = re.compile(r'["“”„«]([^"“”„«»]+)["“”»]' + r"|(?<!\w)['‘`]([^'‘’`]+)['’`](?!\w)")
_BETWEEN = frozenset(
    {"the", "a", "an", "with", "word", "letter", "letters", "words", "of", "by", "text", "string", "something"}
)
_BREAK = re.compile(r"[,;:?!()–—]|\.\s|\s-\s")  # no text that is not in quotes goes on after it
_LETTERS = 4  # the most of what something starts, if that is not said to start *with* it
_UNQUOTED = -0.35  # what it costs to take words for a text that do not stand in quotes

Search = tuple[Compare, Words, Words, float]
"""A condition, the words that say its attribute, those that ask for a text and say it, and what it is worth."""


def searched(asked: Asked, draft: Draft) -> Iterator[Search]:
    """The texts that a question looks for in what the members of a draft are called or have."""
    for kind, comparison in ((CueKind.CONTAINS, Comparison.CONTAINS), (CueKind.STARTS, Comparison.STARTS_WITH)):
        for cue in asked.cues(kind):
            for text, words, worth in _texts(asked, cue):
                if words & draft.operators:
                    continue
                base = asked.worth.words(words, draft.words) + worth
                strings = asked.attributes(draft, (LiteralKind.STRING,), draft.words | words)[:2]
                for name, own, more in ((NAME, 0, 0.0), *strings):
                    yield Compare(name, comparison, Literal(text)), own, words, base + more


def _texts(asked: Asked, cue: Cue) -> Iterator[tuple[str, Words, float]]:
    """What a cue may search for, with its words and those of the cue, and what that is worth."""
    question = asked.question
    quoted = [match.span(match.lastindex or 0) for match in _QUOTED.finditer(question.text)]
    for start, end in quoted:
        yield question.text[start:end], question.words(start, end) | cue.words, 0.0
    if quoted:
        return
    tokens = question.tokens
    first = cue.words.bit_length()
    while first < len(tokens) and tokens[first].text in _BETWEEN:
        first += 1
    before = first_of(cue.words)
    for start, end in ((first, first + 1), (first, first + 2), (before - 1, before), (before - 2, before)):
        follows = start == first
        if start >= 0 and end <= len(tokens) and follows != (" in " in f" {cue.text}"):
            text = question.text[tokens[start].start : tokens[end - 1].end]
            if _BREAK.search(text):
                continue
            if cue.kind is CueKind.STARTS and not cue.text.endswith(" with") and len(text) > _LETTERS:
                continue
            yield text, sum(1 << i for i in range(start, end)) | cue.words, _UNQUOTED
