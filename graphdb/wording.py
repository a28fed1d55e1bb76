"""Names of relations, types and attributes in words, as a text encoder reads them."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from graphdb.spelling import spelt_out

_RUN = re.compile(r"[^\W_]+")
_REPEATED = re.compile(r"(?<![^.])([^\W\d]\w*)\.(?=\1\.)")
_REVERSED = ", reversed"
_SO = "active|alive|dead|open|public|private|valid|current|default|main|online|offline|hidden|new|old|free|full|empty"
_ADJECTIVE = r"(?!o|su|ce|ch|la|le|ra|th)[a-z]{2,}(?:ed|ive|able|ible|al|ous|ent|ant|ic|ful)"
_WHETHER = re.compile(rf"is({_SO}|{_ADJECTIVE})")
"""What is so or not, written as one word: ``isalive``; but not words such as *issued*, *island* and *isometric*."""


@lru_cache(maxsize=10_000)
def words_of(name: str) -> str:
    """A name in lower-case words: ``directed_by``, ``ACTED_IN`` and ``film/openedOn`` as ``directed by``, ``acted in``
    and ``film opened on``. Of parts between dots that repeat the one before, as in Freebase, one is kept:
    ``film.film.directed_by`` is ``film directed by``. ``isalive`` is ``is alive``, ``unitprice`` is ``unit price``, and
    ``elev_m`` is ``elevation m``. A name without letters or digits is left as it is.
    """
    words = as_written(name).split(" ")
    if match := _WHETHER.fullmatch(words[0]):
        words[:1] = "is", match[1]
    return " ".join(spelt_out(words))


def as_written(name: str) -> str:
    """The same, with abbreviations and words that are run together as they are."""
    return " ".join(word.lower() for run in _RUN.findall(_REPEATED.sub("", name)) for word in _split(run)) or name


def inverse_words_of(name: str) -> str:
    """How a relation reads from its object to its subject, when nobody said better."""
    return f"{words_of(name)}{_REVERSED}"


def is_reversed(text: str) -> bool:
    """Whether a text says no more than :func:`inverse_words_of` does."""
    return text.endswith(_REVERSED)


def _split(run: str) -> list[str]:
    """The words of a run of letters and digits: ``openedOn``, ``TVShow`` and ``top10`` have two each."""
    starts = [0, *(i for i in range(1, len(run)) if _starts_word(run, i)), len(run)]
    return [run[start:end] for start, end in pairwise(starts)]


def _starts_word(run: str, i: int) -> bool:
    before, here, after = run[i - 1], run[i], run[i + 1 : i + 2]
    if before.isalpha() != here.isalpha():
        return True
    return here.isupper() and (before.islower() or (before.isupper() and after.islower()))
