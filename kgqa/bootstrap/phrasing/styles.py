"""Registers: the same question short, polite, wordy or sloppy."""

from __future__ import annotations

import random
import re

_QUESTION = re.compile(
    r"(who|whom|whose|which|what|when|where|how|in which|in what|on what|since when|until when|from when|with what"
    r"|by how|is|are|was|were|do|does|did|has|have|any)\b",
    re.IGNORECASE,
)
_COMMAND = re.compile(r"(list|show|give|name|find|get|count|tell|sum|add)\b", re.IGNORECASE)
_BEFORE_QUESTION = ("hi, ", "hello, ", "quick question: ", "just wondering, ", "so ", "please tell me: ", "")
_AFTER_QUESTION = (", please?", ", do you know?", "?", "? thanks", ", if I may ask?")
_BEFORE_COMMAND = ("please ", "could you ", "can you please ", "would you ", "I'd like you to ")
_AROUND_NOUN = (
    "I need {}",
    "I'd like to see {}",
    "I am looking for {}",
    "please give me {}",
    "could you tell me {}",
    "can you show me {}?",
    "I want to know {}",
    "we need {}",
    "do you have {}?",
    "{} please",
    "{}, please",
    "I'm interested in {}",
)
_SHORT = (
    ("what is ", "whats "),
    ("who is ", "whos "),
    ("what are ", "what r "),
    (" does not ", " doesnt "),
    ("don't", "dont"),
    ("doesn't", "doesnt"),
    ("'s ", "s "),
)
_PLAIN, _SLOPPY, _POLITE = 0.45, 0.30, 0.17


def styled(text: str, chance: random.Random) -> str:
    """A question as one of several people would type it."""
    roll = chance.random()
    if roll < _PLAIN:
        return _plain(text)
    if roll < _PLAIN + _SLOPPY:
        return _sloppy(text, chance)
    if roll < _PLAIN + _SLOPPY + _POLITE:
        return _polite(text, chance)
    return text


def _plain(text: str) -> str:
    ended = f"{text}?" if _QUESTION.match(text) else f"{text}." if _COMMAND.match(text) else text
    return ended[0].upper() + ended[1:]


def _sloppy(text: str, chance: random.Random) -> str:
    low = text.lower()
    for long, short in _SHORT:
        if chance.random() < 0.25:
            low = low.replace(long, short)
    if chance.random() < 0.07:
        low = low.replace(" the ", " ")
    return low.rstrip("?.")


def _polite(text: str, chance: random.Random) -> str:
    if _QUESTION.match(text):
        found = chance.choice(_BEFORE_QUESTION) + text + chance.choice(_AFTER_QUESTION)
    elif _COMMAND.match(text):
        found = chance.choice(_BEFORE_COMMAND) + text + chance.choice((".", "?", "", " please"))
    else:
        found = chance.choice(_AROUND_NOUN).format(text)
    return found[0].upper() + found[1:] if chance.random() < 0.8 else found
