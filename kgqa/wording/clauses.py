"""What is said of members and of values: clauses after a noun, and values of attributes."""

from __future__ import annotations

from dataclasses import replace

from kgqa.wording.conditions import Modifier, being_so
from kgqa.wording.english import (
    Phrase,
    Shape,
    being,
    conjugated,
    denied,
    in_role,
    is_participle,
    split_preposition,
)
from kgqa.wording.nouns import in_number, looks_plural, plural_of
from kgqa.wording.said import Said
from kgqa.wording.vocabulary import Attribute


def value_of(attribute: Attribute, of: Said, plural: bool | None) -> Said:
    """The values of an attribute."""
    if attribute.boolean:
        so, _ = being_so(attribute, of.plural)
        return Said(f"whether {of.inside} {so}", plural=False, fixed=True)
    if attribute.shape is Shape.NOUN:
        text = attribute.text if plural is None else in_number(attribute.text, plural)
        head = replace(attribute, text=text).in_unit
        return Said(f"{head} of {of.inside}", looks_plural(text))
    if plural and attribute.of_time:
        return Said(f"{plural_of(time_noun(attribute))} {happening(attribute, of)}", plural=True)
    asked = "where" if attribute.preposition in {"at", "in"} and not attribute.of_time else "what"
    if attribute.of_time:
        asked = "since when" if attribute.preposition == "since" else "when"
    return Said(f"{asked} {happening(attribute, of, prepositional=asked == 'what')}", plural=False, fixed=True)


def time_noun(attribute: Attribute) -> str:
    """What the values of an attribute that says when are called."""
    return "date" if attribute.of_days else "year"


def happening(attribute: Attribute, of: Said, *, prepositional: bool = False) -> str:
    """What an attribute that is no noun says that happened to something."""
    text = attribute.text if attribute.of_time or prepositional else split_preposition(attribute.text)[0]
    if attribute.shape is Shape.VERB:
        return f"{of.inside} {conjugated(text, plural=of.plural)}"
    return f"{of.inside} {being(plural=of.plural, past=is_participle(text))} {text}"


def with_value(attribute: Attribute, value: Said) -> Modifier:
    """Members that have what a set says as a value."""
    said = f"with {attribute.text} {value.inside}"
    return Modifier(said, f"without{said.removeprefix('with')}")


def predicate(modifier: str, plural: bool) -> str:
    """What is said of members after their noun, as a sentence says it."""
    if modifier.startswith("that "):
        return modifier.removeprefix("that ")
    if modifier.startswith("with "):
        return f"{'have' if plural else 'has'} {modifier.removeprefix('with ')}"
    return f"{being(plural=plural)} {modifier}"


def that_is(phrase: Phrase, other: str, several: bool) -> Modifier:
    """Members that are so to something else."""
    match phrase.shape:
        case Shape.NOUN:
            return Modifier(f"with {phrase.text} {other}", f"without {phrase.text} {other}")
        case Shape.VERB:
            no = denied(phrase.text, plural=several)
            return Modifier(f"that {conjugated(phrase.text, plural=several)} {other}", f"that {no} {other}")
        case Shape.MODIFIER if not phrase.past:
            return Modifier(f"{phrase.text} {other}", f"not {phrase.text} {other}")
    role = in_role(phrase.text, plural=several) if phrase.shape is Shape.ROLE else phrase.text
    be = being(plural=several, past=phrase.was)
    return Modifier(f"that {be} {role} {other}", f"that {be} not {role} {other}")


def that(phrase: Phrase, other: Said) -> Modifier:
    """Members to which something else is so."""
    if phrase.shape is Shape.VERB:
        yes, no = conjugated(phrase.text, plural=other.plural), denied(phrase.text, plural=other.plural)
    else:
        be = being(plural=other.plural, past=phrase.was)
        role = in_role(phrase.text, plural=other.plural) if phrase.shape is Shape.ROLE else phrase.text
        yes, no = f"{be} {role}", f"{be} not {role}"
    (yes, preposition), (no, _) = split_preposition(yes), split_preposition(no)
    if preposition and not other.fixed and " " in phrase.text:
        start = f"{preposition} which {other.inside}"
        return Modifier(f"{start} {yes}", f"{start} {no}")
    end = f" {preposition}" if preposition else ""
    return Modifier(f"that {other.inside} {yes}{end}", f"that {other.inside} {no}{end}", name_last=True)
