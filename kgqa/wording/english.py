"""The little English that it takes to say a program: what kind of phrase a relation's text is, and how it is said.

Relations are named freely, so this goes by the shape of the words: endings, prepositions, and the verbs that relations
are commonly named by. A text that is taken for what it is not still reads, only less well.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from kgqa.wording import verbs
from kgqa.wording.listed import listed
from kgqa.wording.nouns import looks_plural, plural_of, singular_of, with_article

_PREPOSITIONS = listed(
    """
    about after against along among as at before behind below between by during for from in inside into near of off on
    onto out over past per since through to toward towards under until up upon via with within without
    """
)
_PRESENT_BEING, _PAST_BEING = frozenset({"is", "are", "be"}), frozenset({"was", "were"})
_HAVING = frozenset({"has", "have", "had"})
_ARTICLES = frozenset({"a", "an", "the"})
_ADVERBS = listed(
    """
    also currently first finally formally formerly initially last mainly now officially once originally partly
    previously primarily recently still
    """
)
_GERUNDS = listed(
    """
    affecting bordering containing covering featuring following including involving preceding regulating requiring
    serving starring surrounding using
    """
)
_ADJECTIVES = listed(
    """
    absent accessible active adjacent allergic analogous answerable aware available born capable close comparable
    compatible complementary contemporary dependent different distant distinct eligible equal equivalent exempt familiar
    famous free full identical immune independent inferior junior liable loyal native near next opposite parallel
    perpendicular present prior prone proportional proficient ready relative relevant resistant responsible senior
    sensitive similar specific subject subordinate subsequent suitable superior tolerant toxic typical valid vulnerable
    """
)
_JOURNEYS = listed(
    "access bridge bus connection degree ferry flight gateway line link loan path road route ticket train trip"
)
"""What leads to or from something without being that to it: an airport *has* a flight to another."""
_PARTS = frozenset({"part", "kind", "type"})
_BIRTH = frozenset({"born"})
_COUNTED = listed("conceded drawn earned lost missed owed paid played produced raised scored sold spent used won")
"""Participles that on their own say how many, not when."""


class Shape(StrEnum):
    """How a phrase stands between two things that a relation holds of."""

    NOUN = "noun"  # its capital is …
    VERB = "verb"  # it borders …
    MODIFIER = "modifier"  # it is directed by …
    ROLE = "role"  # it is a member of …


@dataclass(frozen=True, slots=True)
class Phrase:
    """A relation's text, without the auxiliary verb that it may begin with.

    :param past: whether what it says was so once.
    :param derived: whether it is the passive of what the graph says.
    """

    shape: Shape
    text: str
    past: bool = False
    derived: bool = False

    @property
    def was(self) -> bool:
        """Whether a clause says it of the past."""
        return self.past or self.text.split(" ", maxsplit=1)[0] in _BIRTH


def phrase_of(text: str, *, attribute: bool = False, nouns: Collection[str] = (), agent: bool = True) -> Phrase:
    """What kind of phrase a text is.

    :param attribute: whether it leads to values; then it is a noun, or says what was done when.
    :param nouns: what the things are called that it leads to, each as one.
    :param agent: whether what it leads from may do things, rather than have them done to it.
    """
    words = text.split() or [text]
    if len(words) > 1 and words[0] in _PRESENT_BEING | _PAST_BEING:
        return _being(words, nouns)
    if len(words) > 1 and words[0] in _HAVING:
        whole = verbs.is_past(words[1]) or words[-1] in _PREPOSITIONS
        return Phrase(Shape.VERB, text) if whole else Phrase(Shape.NOUN, " ".join(words[1:]))
    if len(words) > 1 and words[0] in _ADVERBS and verbs.is_past(words[1]):
        known = phrase_of(" ".join(words[1:]), attribute=attribute, nouns=nouns, agent=agent)
        return Phrase(known.shape, f"{words[0]} {known.text}")
    if words[0] in _JOURNEYS and words[-1] in _PREPOSITIONS:
        return Phrase(Shape.VERB, f"has {text}")
    shape = _attribute_shape(words) if attribute else _relation_shape(words, nouns, agent)
    if shape is Shape.VERB and verbs.is_base(words[0]) and not verbs.is_past(words[0]):
        words[0] = verbs.third_of(words[0])
    if shape is Shape.NOUN and len(words) == 1 and not attribute and _is_participle(words) and len(nouns) == 1:
        words += nouns
    return Phrase(shape, _without_noun(words, nouns, shape))


def _being(words: list[str], nouns: Collection[str]) -> Phrase:
    past, rest = words[0] in _PAST_BEING, words[1:]
    if len(rest) == 1 and rest[0] in _ARTICLES:
        return Phrase(Shape.NOUN, next(iter(nouns), "kind"))
    if rest[0] in _ARTICLES and len(rest) > 1:
        rest = rest[1:]
    role = rest[-1] in _PREPOSITIONS and _relation_shape(rest, nouns, agent=True) is Shape.ROLE
    shape = Shape.ROLE if role else Shape.MODIFIER
    return Phrase(shape, _without_noun(rest, nouns, shape), past)


def _relation_shape(words: list[str], nouns: Collection[str], agent: bool) -> Shape:
    first, last, rest = words[0], words[-1], " ".join(words[1:])
    before_preposition = len(words) > 1 and words[1] in _PREPOSITIONS - {"of", "per"}
    to_noun = singular_of(rest) in nouns
    if first in _PREPOSITIONS or (last == "by" and len(words) > 1):
        return Shape.MODIFIER
    if verbs.base_of_past(first):
        return Shape.VERB
    if _is_participle(words):
        return _participle_shape(words, to_noun, agent)
    if first in _GERUNDS or (verbs.base_of_gerund(first) and (before_preposition or to_noun)):
        return Shape.MODIFIER
    if _is_active(first, before_preposition, to_noun, bare=len(words) == 1) and singular_of(first) not in nouns:
        return Shape.VERB
    return _standing_shape(words)


def _is_participle(words: list[str]) -> bool:
    followed = len(words) > 1 and words[1] in _PREPOSITIONS
    return verbs.base_of_participle(words[0], before_preposition=followed) is not None


def _participle_shape(words: list[str], to_noun: bool, agent: bool) -> Shape:
    """Of what begins with a past participle, or with a past form that is spelt like one."""
    base = verbs.base_of_participle(words[0], before_preposition=True) or ""
    if len(words) == 1:
        return Shape.VERB if agent or not verbs.is_giving(base) else Shape.NOUN
    if words[1] not in _PREPOSITIONS:
        return Shape.VERB if to_noun and agent and not words[0].endswith("n") else Shape.NOUN
    return Shape.VERB if verbs.is_intransitive(base) and words[1] != "by" else Shape.MODIFIER


def _is_active(first: str, before_preposition: bool, to_noun: bool, *, bare: bool) -> bool:
    """Whether a first word is a verb in the third person, or as dictionaries list it."""
    base = verbs.base_of_third(first)
    if before_preposition:
        unlisted = first.endswith("s") and not first.endswith(("ss", "us", "is", "ers", "ors", "ists", "ees"))
        return base is not None or unlisted or verbs.is_base(first)
    if base is not None:
        return to_noun or not (verbs.is_noun_first(base) if bare else verbs.is_also_noun(base))
    return verbs.is_base(first) and (to_noun or (bare and not verbs.is_also_noun(first)))


def _standing_shape(words: list[str]) -> Shape:
    """Of what begins with no verb."""
    *before, last = words
    if not before or last not in _PREPOSITIONS:
        return Shape.NOUN
    return Shape.MODIFIER if _is_adjective(before[-1]) else Shape.ROLE


def _attribute_shape(words: list[str]) -> Shape:
    first, rest = words[0], words[1:]
    before_preposition = bool(rest) and rest[0] in _PREPOSITIONS - {"of", "per"}
    if first in _PREPOSITIONS or (rest and rest[-1] == "by"):
        return Shape.MODIFIER
    if _is_participle(words) and (before_preposition or (not rest and first not in _COUNTED)):
        base = verbs.base_of_participle(first, before_preposition=True) or ""
        return Shape.VERB if verbs.happens(base) else Shape.MODIFIER
    third = verbs.base_of_third(first)
    if verbs.base_of_past(first) or (third and (before_preposition or (not rest and not verbs.is_also_noun(third)))):
        return Shape.VERB
    if (verbs.base_of_gerund(first) or _is_adjective(first)) and before_preposition:
        return Shape.MODIFIER
    return Shape.NOUN


def _is_adjective(word: str) -> bool:
    return word in _ADJECTIVES or (len(word) > 5 and word.endswith(("able", "ible", "ous", "ful")))


def _without_noun(words: list[str], nouns: Collection[str], shape: Shape) -> str:
    """A phrase without the noun of what it leads to: ``in state`` is ``in``, and ``uses currency`` is ``uses``."""
    text = " ".join(words)
    if shape is Shape.NOUN:
        return text
    for at in range(1, len(words)):
        if singular_of(" ".join(words[at:])) in nouns and (words[at - 1] in _PREPOSITIONS or shape is Shape.VERB):
            return " ".join(words[:at])
    return text


def passive_of(phrase: Phrase) -> Phrase | None:
    """What is so of the other end, if it can be said: ``wrote`` of ``written by``, and ``taught by`` of ``teaches``."""
    words = phrase.text.split(" ")
    match phrase.shape:
        case Shape.MODIFIER if words[-1] == "by" and len(words) == 2 and _is_participle(words):
            return Phrase(Shape.VERB, verbs.active_of(words[0]))
        case Shape.VERB if len(words) == 1 and (base := _base_of(words[0])) and verbs.has_passive(base):
            return Phrase(Shape.MODIFIER, f"{verbs.participle_of(base)} by", derived=True)
    return None


def _base_of(verb: str) -> str | None:
    return verbs.base_of_third(verb) or verbs.base_of_participle(verb) or verbs.base_of_past(verb)


def is_participle(text: str) -> bool:
    """Whether a phrase begins with a past participle, an adverb aside."""
    words = text.split(" ")
    return _is_participle(words[1:] if words[0] in _ADVERBS and len(words) > 1 else words)


def is_active(text: str) -> bool:
    """Whether a phrase begins with a verb in the third person that is most likely meant as one."""
    base = verbs.base_of_third(text.split(" ", maxsplit=1)[0])
    return base is not None and not verbs.is_noun_first(base)


def conjugated(text: str, *, plural: bool) -> str:
    """A phrase that begins with a verb in the third person or in the past, as one thing or as several do it."""
    first, *others = text.split(" ")
    if first in _ADVERBS and others:
        return f"{first} {conjugated(' '.join(others), plural=plural)}"
    if first in _HAVING and first != "had":
        first = "have" if plural else "has"
    elif plural and not verbs.is_past(first):
        first = verbs.base_by_ending(first)
    return " ".join((first, *others))


def denied(text: str, *, plural: bool) -> str:
    """The same, of things that do not do it, or never did."""
    if verbs.is_past(text.split(" ", maxsplit=1)[0]):
        return f"never {text}"
    return f"{'do' if plural else 'does'} not {conjugated(text, plural=True)}"


def being(*, plural: bool, past: bool = False) -> str:
    if past:
        return "were" if plural else "was"
    return "are" if plural else "is"


def in_role(text: str, *, plural: bool) -> str:
    """What one or several are to something: ``a member of``, ``members of``."""
    first = text.split(" ", maxsplit=1)[0]
    if first in _PARTS or looks_plural(text):
        return text
    return plural_of(text) if plural else with_article(text)


def split_preposition(text: str) -> tuple[str, str]:
    """A phrase and the preposition that it ends with, which may be none."""
    before, _, last = text.rpartition(" ")
    return (before, last) if before and last in _PREPOSITIONS else (text, "")


def number_in_words(value: float) -> str:
    """A number as people write it: with commas from ten thousand on, as four digits are mostly years."""
    return f"{value:,}" if abs(value) >= 10_000 and isinstance(value, int) else str(value)
