"""How alike two surface forms are, from 0 to 1."""

from __future__ import annotations

from rapidfuzz import fuzz

SPACING = 0.99
"""The similarity of forms that differ in nothing but their spaces ("m a s h" and "mash")."""

_MOST = 0.98  # of forms that differ in a character
_REORDERED = 0.95
_PART_LEAST, _PART_MOST = 0.5, 0.9


def similarity(asked: str, form: str) -> float:
    """The similarity of two normalised forms: 1 if and only if they are equal.

    The best of three views: characters in order (typing errors), words in any order ("hanks tom"), and all words
    of the shorter among those of the longer ("ronaldo" for "cristiano ronaldo").
    """
    if asked == form:
        return 1.0
    if asked.replace(" ", "") == form.replace(" ", ""):
        return SPACING
    best = fuzz.ratio(asked, form) / 100
    if " " in asked or " " in form:
        best = max(best, _REORDERED * fuzz.token_sort_ratio(asked, form) / 100, _part(asked, form))
    return min(best, _MOST)


def _part(asked: str, form: str) -> float:
    """How much of the longer form's text the shorter form's words are, if they are all in it."""
    few, many = sorted((set(asked.split(" ")), set(form.split(" "))), key=len)
    if not few < many:
        return 0.0
    covered = sum(map(len, few)) / sum(map(len, many))
    return _PART_LEAST + (_PART_MOST - _PART_LEAST) * covered
