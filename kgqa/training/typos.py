"""Mistyped questions, so that training sees what people type."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from string import ascii_lowercase

from indexing import AliasIndex, normalise
from kgqa.examples import Example

_WORD = re.compile(r"\S+")


def mistype(text: str, rng: random.Random, places: Sequence[int] = ()) -> str:
    """The text with one random edit: a letter inserted, left out, replaced, or swapped with the next one.

    :param places: the characters where it may be; anywhere if there are none.
    """
    at = rng.choice(places) if places else rng.randrange(max(len(text), 1))
    match rng.randrange(4):
        case 0:
            return text[:at] + rng.choice(ascii_lowercase) + text[at:]
        case 1:
            return text[:at] + text[at + 1 :]
        case 2:
            return text[:at] + rng.choice(ascii_lowercase) + text[at + 1 :]
        case _:
            return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]


def with_typos(
    examples: Sequence[Example],
    index: AliasIndex,
    share: float,
    rng: random.Random,
    question_words: Collection[str] = (),
    *,
    part: slice = slice(None),
) -> list[Example]:
    """The examples, a share of them mistyped, with the candidates that the index then offers.

    The edit is in a word that is no question word, if there is one: that is where names are.

    :param part: return only these; which ones are mistyped, and how, does not depend on it.
    """
    chosen = [i for i in range(len(examples)) if rng.random() < share]
    texts = {i: mistype(examples[i].text, rng, _places(examples[i].text, question_words)) for i in chosen}
    out = {i: examples[i] for i in range(len(examples))[part]}
    texts = {i: text for i, text in texts.items() if i in out}
    if texts:
        found = index.candidates(list(texts.values()), question_words=question_words)
        for (i, text), candidates in zip(texts.items(), found, strict=True):
            if candidates and text.strip():
                out[i] = replace(out[i], question=replace(out[i].question, question=text), candidates=candidates)
    return list(out.values())


def _places(text: str, question_words: Collection[str]) -> list[int]:
    """The characters of the words that are no question words."""
    words = (match for match in _WORD.finditer(text) if normalise(match.group()) not in question_words)
    return [at for match in words for at in range(*match.span())]
