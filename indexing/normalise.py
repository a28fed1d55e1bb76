"""One form for all the ways to write a name: case, accents, punctuation, apostrophes and spacing folded.

Every word keeps its place in the original text, so that a match can be shown where it was written.
Scripts without word separators (Chinese, Japanese, Thai, ...) are taken character by character.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"}
_APOSTROPHES = dict.fromkeys("`´‘’‛ʹʻʼʽ′＇", "'")
_FOLDED = str.maketrans(_LETTERS | _APOSTROPHES | {"\u0640": ""})  # the last is Arabic elongation
_ACCENTS = (
    r"\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    r"\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
)
_INVISIBLE = r"\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff"
_DROPPED = re.compile(f"[{_ACCENTS}{_INVISIBLE}]")

# Signs that belong to the letter before them although Unicode does not count them as letters.
_SIGNS = (
    r"\u0900-\u0963\u0966-\u0dff\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u0f18-\u0f84"
    r"\u102b-\u109d\u17b4-\u17d3\u3099\u309a"
)
_SPACELESS = (
    r"\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0eb3\u0ec0-\u0ec6\u0f40-\u0f6c\u1000-\u102a\u1100-\u11ff"
    r"\u1780-\u17b3\u2e80-\u2fdf\u3005-\u3007\u3041-\u3096\u309d-\u30fa\u30fc-\u30ff\u3130-\u318f\u31f0-\u31ff"
    r"\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
_CHARACTER = rf"[{_SPACELESS}][{_SIGNS}]*"
_LETTER = rf"(?:(?![{_SPACELESS}])(?:[^\W_]|[{_SIGNS}]))"
_TOKEN = re.compile(
    rf"(?P<initials>{_LETTER}(?:\.{_LETTER})+(?!{_LETTER}))"
    rf"|(?P<word>{_LETTER}+(?:'{_LETTER}+)*)|(?P<character>{_CHARACTER})|(?P<ampersand>&)"
)
_ASCII_TOKEN = re.compile(
    r"(?P<initials>[a-z0-9](?:\.[a-z0-9])+(?![a-z0-9]))"
    r"|(?P<word>[a-z0-9]+(?:'[a-z0-9]+)*)|(?P<character>(?!))|(?P<ampersand>&)"
)
_CLUSTER = re.compile(rf"(?s).[\u1160-\u11ff\u0300-\u036f\uff9e\uff9f{_SIGNS}]*")
_LONE_JAMO = re.compile(r"[\u3130-\u318f\uffa0-\uffdc]")  # decomposed, they would fuse with their neighbours


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text, or one character where a script has no word separators.

    :param text: its normalised form.
    :param start: where it starts in the original text.
    :param end: where it ends (exclusive).
    :param glued: whether it follows the token before it with no separator, as characters of a spaceless script do.
    :param stem: the form without the possessive ("france" of "France's"), else empty.
    :param stem_end: where the stem ends in the original text.
    """

    text: str
    start: int
    end: int
    glued: bool = False
    stem: str = ""
    stem_end: int = 0


@dataclass(frozen=True, slots=True)
class Symbol:
    """A character that belongs to no word, with its place in the original text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Text:
    """A text taken apart.

    :param tokens: its words, in order.
    :param symbols: runs of the other characters that are no white space, each run between two words.
    """

    tokens: tuple[Token, ...]
    symbols: tuple[tuple[Symbol, ...], ...]


def analyse(text: str) -> Text:
    """Take a text apart into words and symbols with their places."""
    folded = _fold(text)
    tokens: list[Token] = []
    runs: list[tuple[Symbol, ...]] = []
    at = 0
    for match in folded.pattern.finditer(folded.text):
        if run := _symbols(folded, at, match.start()):
            runs.append(run)
        tokens.append(_token(folded, match, adjacent=bool(tokens) and match.start() == at))
        at = match.end()
    if run := _symbols(folded, at, len(folded.text)):
        runs.append(run)
    return Text(tuple(tokens), tuple(runs))


def normalise(text: str) -> str:
    """The normalised form of a name: its words, separated by single spaces.

    A name with no words ("$", "…") keeps its symbols. The form of a form is itself. Empty only for a text of nothing
    but white space and invisible characters.
    """
    parts = analyse(text)
    if parts.tokens:
        return join(parts.tokens)
    return "".join(symbol.text for run in parts.symbols for symbol in run)


def join(tokens: tuple[Token, ...] | list[Token]) -> str:
    """The normalised form of a stretch of words."""
    return "".join(
        token.text if i == 0 or token.glued else f" {token.text}" for i, token in enumerate(tokens) if token.text
    )


def compact(form: str) -> str:
    """A normalised form without its spaces: equal for "Jean-Luc" and "Jeanluc", "M*A*S*H" and "MASH"."""
    return form.replace(" ", "")


@dataclass(frozen=True, slots=True)
class _Folded:
    """A text with every character folded; ``starts[i]`` and ``ends[i]`` say where character ``i`` came from."""

    text: str
    pattern: re.Pattern[str]
    starts: list[int] | range
    ends: list[int] | range


def _fold(text: str) -> _Folded:
    if text.isascii():
        folded = text.lower().replace("`", "'")
        return _Folded(folded, _ASCII_TOKEN, range(len(text)), range(1, len(text) + 1))
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _CLUSTER.finditer(text):
        for character in _fold_cluster(match.group()):
            characters.append(character)
            starts.append(match.start())
            ends.append(match.end())
    return _Folded("".join(characters), _TOKEN, starts, ends)


@lru_cache(maxsize=65536)
def _fold_cluster(cluster: str) -> str:
    """A character with its marks: decomposed for compatibility, case folded, without accents, composed again."""
    if cluster.isspace():
        return " "
    if _LONE_JAMO.match(cluster):
        return cluster
    folded = cluster.translate(_FOLDED)
    for _ in range(2):  # case folding can give characters that decompose, and the other way round
        folded = unicodedata.normalize("NFKD", folded).casefold()
    folded = unicodedata.normalize("NFC", _DROPPED.sub("", folded.translate(_FOLDED)))
    return f" {folded} " if "\u2044" in folded and len(folded) > 1 else folded  # ½ is not part of the number before it


def _token(folded: _Folded, match: re.Match[str], *, adjacent: bool) -> Token:
    start, end = folded.starts[match.start()], folded.ends[match.end() - 1]
    raw = match.group()
    if match.lastgroup == "ampersand":
        return Token("and", start, end)
    if match.lastgroup == "initials":
        return Token(raw.replace(".", ""), start, end)
    glued = adjacent and (match.lastgroup == "character" or _is_spaceless(folded.text[match.start() - 1]))
    if raw.endswith("'s"):
        stem = raw[:-2]
        return Token(raw.replace("'", ""), start, end, glued, stem.replace("'", ""), folded.ends[match.end() - 3])
    return Token(raw.replace("'", ""), start, end, glued)


@lru_cache(maxsize=4096)
def _is_spaceless(character: str) -> bool:
    return re.fullmatch(f"[{_SPACELESS}{_SIGNS}]", character) is not None


def _symbols(folded: _Folded, start: int, end: int) -> tuple[Symbol, ...]:
    if start == end:
        return ()
    return tuple(
        Symbol(folded.text[i], folded.starts[i], folded.ends[i]) for i in range(start, end) if folded.text[i] > " "
    )
