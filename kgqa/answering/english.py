"""The little English that it takes to say a program: the forms of nouns and verbs, and what kind of phrase a relation's
text is.

Relations are named freely, so this goes by the shape of the words: endings, prepositions, and the verbs that relations
are commonly named by. A text that is taken for what it is not still reads, only less well.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PREPOSITIONS = _words(
    """
    about after against along among as at before behind below between by during for from in inside into near of off
    on onto out over past per since through to toward towards under until up upon via with within without
    """
)
_BEING, _HAVING = frozenset({"is", "are", "was", "were", "be"}), frozenset({"has", "have", "had"})
_PASSIVE = _words(
    """
    based born buried built connected dedicated found founded held known linked located made married named owned
    published related released set situated spoken written
    """
)
_PAST = _words(
    """
    ate began bought brought built came chose drew drove fed felt fought found gave got held kept knew led left lost
    made met paid put ran said sang sat saw sent sold sought spent spoke stood taught took told went won wore wrote
    """
)
_VERBS = _words(
    """
    achieve acquire act adjoin affect allow appear apply ask attack attend be become begin belong border borrow
    build buy call carry cause come compete compose connect consist contain contribute control cover create cross
    depend depict describe design develop direct discover drain drive earn edit employ enter exist feed fight
    finance find flow fly follow found fund get give go govern graduate grow happen hate help hire hold host include
    inhabit inhibit inherit invent invest involve join keep kill know lead leave lie like link live locate love
    maintain make manage manufacture marry meet move need neighbour neighbor occupy occur offer operate oversee own
    perform play possess practise precede prefer prescribe produce provide publish read receive recommend refer
    regulate relate report represent require reside review rule run say see sell send serve sing sit speak sponsor
    stand start study succeed supervise supply support take teach touch traverse treat use visit want watch wear win
    work write
    """
)
_PLURALS = {"person": "people", "man": "men", "woman": "women", "child": "children", "foot": "feet", "mouse": "mice"}
_OF_TIME = _words(
    """
    born built created date dated day died ended established founded opened published released since started time
    year
    """
)


class Shape(StrEnum):
    """How a phrase stands between two things that a relation holds of."""

    NOUN = "noun"  # its capital is …
    VERB = "verb"  # it borders …
    MODIFIER = "modifier"  # it is directed by …
    ROLE = "role"  # it is part of …


@dataclass(frozen=True, slots=True)
class Phrase:
    """A relation's text, without the auxiliary verb that it may begin with."""

    shape: Shape
    text: str


def phrase_of(text: str, *, attribute: bool = False) -> Phrase:
    """What kind of phrase a text is.

    :param attribute: whether it leads to values; then it is a noun, or says what was done when.
    """
    words = text.split() or [text]
    if len(words) > 1 and words[0] in _BEING:
        return _being(words[2:] if words[1] in {"a", "an", "the"} and len(words) > 2 else words[1:])
    if len(words) > 1 and words[0] in _HAVING:
        return Phrase(Shape.VERB, text) if _is_past(words[1]) else Phrase(Shape.NOUN, " ".join(words[1:]))
    return Phrase(_shape(words, attribute), text)


def _being(words: list[str]) -> Phrase:
    role = words[-1] == "of" and words[0] not in _PREPOSITIONS | _PASSIVE
    return Phrase(Shape.ROLE if role else Shape.MODIFIER, " ".join(words))


def _shape(words: list[str], attribute: bool) -> Shape:
    first, last = words[0], words[-1]
    passive = first in _PASSIVE and (last in _PREPOSITIONS or attribute)
    if first in _PREPOSITIONS or passive or (last == "by" and len(words) > 1) or _is_verb(first, "ing"):
        return Shape.MODIFIER
    if _is_past(first):
        done = len(words) == 1 or words[1] in _PREPOSITIONS or first in _PAST
        what = Shape.MODIFIER if first in _OF_TIME else Shape.NOUN
        return what if attribute else Shape.VERB if done else Shape.NOUN
    if _is_verb(first, "s") and not attribute:
        return Shape.VERB
    return Shape.ROLE if last == "of" and len(words) > 1 else Shape.NOUN


def _is_verb(word: str, ending: str) -> bool:
    if not word.endswith(ending):
        return False
    return _base(word) in _VERBS if ending == "s" else not _VERBS.isdisjoint((word[:-3], f"{word[:-3]}e"))


def _is_past(word: str) -> bool:
    return word in _PAST or (word.endswith("ed") and not word.endswith("eed"))


def _base(verb: str) -> str:
    """The verb of a third person: ``crosses``, ``flies`` and ``borders`` are ``cross``, ``fly`` and ``border``."""
    if verb.endswith("ies"):
        return f"{verb[:-3]}y"
    if verb.endswith(("sses", "shes", "ches", "xes", "zes", "oes")):
        return verb[:-2]
    return verb.removesuffix("s")


def conjugated(text: str, *, plural: bool) -> str:
    """A phrase that begins with a verb in the third person or in the past, as one thing or as several do it."""
    first, *others = text.split(" ")
    if first in _HAVING and first != "had":
        first = "have" if plural else "has"
    elif plural and not _is_past(first):
        first = _base(first)
    return " ".join((first, *others))


def denied(text: str, *, plural: bool) -> str:
    """The same, of things that do not do it, or never did."""
    if _is_past(text.split(" ", maxsplit=1)[0]):
        return f"never {text}"
    return f"{'do' if plural else 'does'} not {conjugated(text, plural=True)}"


def being(*, plural: bool) -> str:
    return "are" if plural else "is"


def plural_of(noun: str) -> str:
    """Several of it; a noun that looks like several stays as it is."""
    if " of " in noun:
        head, _, rest = noun.partition(" of ")
        return f"{plural_of(head)} of {rest}"
    *before, last = noun.split(" ")
    return " ".join((*before, _plural_of_word(last)))


def _plural_of_word(word: str) -> str:
    if word in _PLURALS:
        return _PLURALS[word]
    if looks_plural(word):
        return word
    if word.endswith("y") and not word.endswith(("ay", "ey", "oy", "uy")):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "z", "ch", "sh")) else f"{word}s"


def in_number(noun: str, plural: bool) -> str:
    return plural_of(noun) if plural else noun


def looks_plural(noun: str) -> bool:
    """Whether a noun is most likely one of several things."""
    last = noun.split(" of ", maxsplit=1)[0].rpartition(" ")[2]
    return last in _PLURALS.values() or (last.endswith("s") and not last.endswith(("ss", "us", "is")))


def is_of_time(text: str) -> bool:
    """Whether an attribute most likely says when."""
    return not _OF_TIME.isdisjoint(text.split())


def without_noun(text: str, noun: str) -> str:
    """A phrase without the noun that follows its preposition, if it is this one: ``in state`` is ``in``."""
    before = text.removesuffix(f" {noun}")
    return before if before != text and before.rpartition(" ")[2] in _PREPOSITIONS else text


def without_preposition(text: str) -> str:
    """``released in`` as ``released``, for what is said of a time in other words."""
    before, _, last = text.rpartition(" ")
    return before if before and last in {"in", "on", "at"} else text


def preposition_of(text: str) -> str:
    """The preposition that a phrase ends with; empty if it ends with none."""
    last = text.rpartition(" ")[2]
    return last if last in _PREPOSITIONS else ""


def number_in_words(value: float) -> str:
    """A number as people write it: with commas from ten thousand on, as four digits are mostly years."""
    return f"{value:,}" if abs(value) >= 10_000 and isinstance(value, int) else str(value)
