"""One and several: the forms of nouns, and of the phrases that they head."""

from __future__ import annotations

from functools import cache

from kgqa.wording.listed import listed

_IRREGULAR = {
    "person": "people",
    "man": "men",
    "woman": "women",
    "child": "children",
    "foot": "feet",
    "tooth": "teeth",
    "goose": "geese",
    "mouse": "mice",
    "ox": "oxen",
    "phenomenon": "phenomena",
    "criterion": "criteria",
    "bacterium": "bacteria",
    "curriculum": "curricula",
    "datum": "data",
    "medium": "media",
    "alumnus": "alumni",
    "nucleus": "nuclei",
    "fungus": "fungi",
    "quiz": "quizzes",
    **{noun: f"{noun}es" for noun in ("hero", "potato", "tomato", "echo", "cargo", "bus", "gas", "plus")},
    **{f"{stem}f": f"{stem}ves" for stem in ("lea", "hal", "shel", "thie", "wol", "loa")},
    **{f"{stem}fe": f"{stem}ves" for stem in ("li", "wi", "kni")},
    **{f"{stem}is": f"{stem}es" for stem in ("ax", "bas", "cris", "diagnos", "analys", "hypothes", "thes", "synthes")},
    **{noun: f"{noun}es" for noun in ("alias", "atlas", "bias", "canvas", "lens", "iris")},
}
_SINGULAR = {several: one for one, several in _IRREGULAR.items()}
_SAME = listed(
    """
    advice aircraft art baggage cattle clothing data deer equipment fish food furniture glasses hardware headquarters
    information luggage means moose music news offspring salmon series sheep software spacecraft species staff traffic
    """
)
_SHORTENED = 3
_OF = (" of ", " per ", " in ", " from ", " for ", " to ", " at ", " on ")


def plural_of(noun: str) -> str:
    """Several of it; a noun that looks like several stays as it is."""
    head, rest = _head(noun)
    before, space, last = head.rpartition(" ")
    return f"{before}{space}{_plural_of_word(last)}{rest}"


def singular_of(noun: str) -> str:
    """One of it; a noun that looks like one stays as it is."""
    head, rest = _head(noun)
    before, space, last = head.rpartition(" ")
    return f"{before}{space}{_singular_of_word(last)}{rest}"


def head_of(noun: str) -> str:
    """One of what a phrase is about: *member* of *members of parliament*, *company* of *shipping company*."""
    return _singular_of_word(_head(noun)[0].rpartition(" ")[2])


def in_number(noun: str, plural: bool) -> str:
    return plural_of(noun) if plural else noun


def looks_plural(noun: str) -> bool:
    """Whether a noun is most likely one of several things."""
    return _looks_plural(_head(noun)[0].rpartition(" ")[2])


def with_article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' and not noun.startswith(('uni', 'use', 'eu')) else 'a'} {noun}"


def _head(noun: str) -> tuple[str, str]:
    """A phrase up to its first preposition, and the rest."""
    ended = f"{noun} "
    at = min((ended.find(each) for each in _OF if each in ended), default=len(noun))
    return noun[:at], noun[at:]


@cache
def _plural_of_word(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _SAME or _looks_plural(word) or _is_short_form(word):
        return word
    if word.endswith("man") and word not in {"human", "german", "roman", "talisman"}:
        return f"{word[:-2]}en"
    if word.endswith("y") and not word.endswith(("ay", "ey", "oy", "uy")):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "z", "ch", "sh")) else f"{word}s"


@cache
def _singular_of_word(word: str) -> str:
    if word in _SINGULAR:
        return _SINGULAR[word]
    if word in _SAME or not _looks_plural(word):
        return word
    if word.endswith("ies") and len(word) > 4 and word not in {"movies", "cookies", "zombies", "calories"}:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")) or (word.endswith("uses") and word[-5:-4] not in "aou"):
        return word[:-2]
    return word[:-1]


def _looks_plural(word: str) -> bool:
    if word in _SINGULAR:
        return True
    return word.endswith("s") and word not in _IRREGULAR and word not in _SAME and not word.endswith(("ss", "us", "is"))


def _is_short_form(word: str) -> bool:
    """Whether it is most likely a word cut short, such as ``mus`` or ``exh``, which has no plural of its own."""
    return len(word) == _SHORTENED and word.isalpha() and (word.endswith("us") or word[1:] in {"xh", "pt", "rg", "gr"})
