"""Which surface forms an entity or a type brings into the index."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graphdb import Entity, TypeInfo
from indexing.candidates import SurfaceKind
from indexing.demonyms import countries_of, demonyms_of
from indexing.normalise import normalise

LONGEST_VALUE = 100
"""Longer string values, in characters, are prose rather than names, and are not indexed."""

_SAID_OTHERWISE = {"female": ("woman", "women", "girl", "girls"), "male": ("man", "men", "boy", "boys")}
"""How people say what graphs have as values; see :mod:`indexing.demonyms`, too."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to say a node.

    :param form: the normalised surface form.
    :param kind: what the surface form is to the node.
    :param node: the entity's key, the string value, or the name of the type.
    :param text: the surface form as its owner spells it.
    """

    form: str
    kind: SurfaceKind
    node: str
    text: str


@dataclass(frozen=True, slots=True)
class EntityWordings:
    """What one entity brings, and how much of it cannot be indexed."""

    wordings: tuple[Wording, ...]
    long_values: int
    blank_names: int


def of_entity(entity: Entity) -> EntityWordings:
    """The entity's names, and the strings that it has as attributes; one wording for each form and node."""
    found: dict[tuple[str, str | None], Wording] = {}
    blank = 0
    for text, kind in _names(entity):
        form = normalise(text)
        blank += not form
        found.setdefault((form, None), Wording(form, kind, entity.key, text))
        for said in demonyms_of(form):
            found.setdefault((said, None), Wording(said, SurfaceKind.ALIAS, entity.key, text))
    values = tuple(_strings(entity))
    short = [value for value in values if len(value) <= LONGEST_VALUE]
    for value in short:
        form = normalise(value)
        for said in (form, *_SAID_OTHERWISE.get(form, ()), *demonyms_of(form), *countries_of(form)):
            found.setdefault((said, value), Wording(said, SurfaceKind.VALUE, value, value))
    wordings = tuple(wording for wording in found.values() if wording.form)
    return EntityWordings(wordings, len(values) - len(short), blank)


def of_type(info: TypeInfo) -> tuple[Wording, ...]:
    """The type's name and text, each in the singular and the plural."""
    texts = dict.fromkeys((info.text, _CAMEL.sub(" ", info.name), info.name))
    forms: dict[str, Wording] = {}
    for text in texts:
        for form in _numbers(normalise(text)):
            forms.setdefault(form, Wording(form, SurfaceKind.TYPE, info.name, text))
    return tuple(wording for form, wording in forms.items() if form)


def _names(entity: Entity) -> Iterator[tuple[str, SurfaceKind]]:
    yield entity.name, SurfaceKind.NAME
    for alias in entity.aliases:
        yield alias, SurfaceKind.ALIAS


def _strings(entity: Entity) -> Iterator[str]:
    for value in entity.properties.values():
        for scalar in value if isinstance(value, tuple) else (value,):
            if isinstance(scalar, str):
                yield scalar


def _numbers(form: str) -> Iterable[str]:
    """The form itself, its regular English plural, and its singular if it looks like a plural."""
    yield form
    if re.search(r"[a-z]$", form):
        yield _plural(form)
        yield _singular(form)


def _plural(form: str) -> str:
    if re.search(r"[^aeiou]y$", form):
        return f"{form[:-1]}ies"
    if re.search(r"(s|x|z|ch|sh)$", form):
        return f"{form}es"
    return f"{form}s"


def _singular(form: str) -> str:
    if form.endswith("ies") and len(form) > 4:
        return f"{form[:-3]}y"
    if re.search(r"(ss|x|z|ch|sh)es$", form):
        return form[:-2]
    if form.endswith("s") and not form.endswith(("ss", "us", "is")):
        return form[:-1]
    return form
