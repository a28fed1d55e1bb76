"""What attributes that say when say that happened: ``birth year`` that somebody was born."""

from __future__ import annotations

from kgqa.wording import verbs
from kgqa.wording.english import Shape
from kgqa.wording.lexicon import base_of
from kgqa.wording.vocabulary import Attribute

_EVENTS = {
    "birth": "born",
    "death": "died",
    "foundation": "founded",
    "founding": "founded",
    "opening": "opened",
    "release": "released",
    "publication": "published",
    "creation": "created",
    "construction": "built",
    "start": "started",
    "end": "ended",
    "hire": "hired",
    "admission": "admitted",
    "order": "ordered",
    "launch": "launched",
    "discovery": "discovered",
}
_WHEN_WORDS = frozenset(["date", "year", "day", "time"])


def _done(text: str) -> str:
    """What happened, of an attribute that only names it: ``born`` of ``birth year``; empty if that is not known."""
    words = [word for word in text.split() if word not in _WHEN_WORDS | {"of"}]
    if len(words) != 1:
        return ""
    base = words[0] if verbs.is_base(words[0]) else None
    return _EVENTS.get(words[0]) or (verbs.participle_of(base) if base else "")


def _is_done_alone(word: str) -> bool:
    base = verbs.base_of_participle(word, before_preposition=True)
    return base is not None and verbs.happens(base)


def happened(attribute: Attribute) -> str:
    """What an attribute that says when says that happened; empty if it is not known."""
    return attribute.text if attribute.shape is not Shape.NOUN else _done(attribute.text)


def participle_of(past: str) -> str:
    base = base_of(past)
    return verbs.participle_of(base) if base else past


def happens_alone(done: str) -> bool:
    """Whether what it happens to does it: ``died``, but not ``built``."""
    first = done.split(" ", maxsplit=1)[0]
    return bool(verbs.base_of_past(first)) or _is_done_alone(first)


def happens_now(done: str) -> bool:
    """Whether it is said in the present: ``opens``."""
    first = done.split(" ", maxsplit=1)[0]
    return verbs.base_of_third(first) is not None and not verbs.is_past(first)
