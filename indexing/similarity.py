"""How alike two surface forms are, from 0 to 1."""

from __future__ import annotations

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

SPACING = 0.99
"""The similarity of forms that differ in nothing but their spaces ("m a s h" and "mash")."""

_MOST = 0.98  # of forms that differ in a character
_REORDERED = 0.95
_PART_LEAST, _PART_MOST = 0.55, 0.95


def similarity(asked: str, form: str) -> float:
    """The similarity of two normalised forms: 1 if and only if they are equal.

    The best of three views: characters in order (typing errors), words in any order ("hanks tom"), and all words
    of the one among those of the other ("ronaldo" for "cristiano ronaldo").
    """
    if asked == form:
        return 1.0
    best = ratio(asked, form) / 100
    if " " in asked or " " in form:
        if asked.replace(" ", "") == form.replace(" ", ""):
            return SPACING
        best = max(best, _by_words(asked.split(" "), form.split(" ")))
    return min(best, _MOST)


def least_alike_words(asked: str, form: str) -> tuple[float, float]:
    """How alike the least alike word of each of two normalised forms is to its nearest in the other, 0 to 1.

    An edit lowers this in proportion to one word, where it hardly lowers the similarity of long forms; a name with
    another surname has a word that is like none.
    """
    if asked == form or asked.replace(" ", "") == form.replace(" ", ""):
        return 1.0, 1.0
    asked_words, form_words = asked.split(" "), form.split(" ")
    alike = [[OSA.normalized_similarity(word, other) for other in form_words] for word in asked_words]
    return min(map(max, alike)), min(map(max, zip(*alike, strict=True)))


def _by_words(asked: list[str], form: list[str]) -> float:
    shared = len(set(asked).intersection(form))
    if not shared:
        return 0.0
    if shared == len(asked) < len(form) or shared == len(form) < len(asked):
        few, many = sorted((sum(map(len, asked)), sum(map(len, form))))
        return _PART_LEAST + (_PART_MOST - _PART_LEAST) * few / many
    if len(asked) > 1 and len(form) > 1:
        return _REORDERED * ratio(" ".join(sorted(asked)), " ".join(sorted(form))) / 100
    return 0.0
