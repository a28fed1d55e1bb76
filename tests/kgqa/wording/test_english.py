"""The forms of words, and what kind of phrase a text is."""

from __future__ import annotations

import pytest

from kgqa.wording.english import Phrase, Shape, conjugated, denied, phrase_of
from kgqa.wording.measures import Measure, measure_of
from kgqa.wording.nouns import plural_of, singular_of
from kgqa.wording.verbs import base_of_participle, base_of_third, participle_of, third_of


@pytest.mark.parametrize(
    ("text", "shape", "said"),
    [
        ("capital", Shape.NOUN, "capital"),
        ("starred actors", Shape.NOUN, "starred actors"),
        ("has genre", Shape.NOUN, "genre"),
        ("has won", Shape.VERB, "has won"),
        ("borders", Shape.VERB, "borders"),
        ("plays for country", Shape.VERB, "plays for country"),
        ("acted in", Shape.VERB, "acted in"),
        ("wrote", Shape.VERB, "wrote"),
        ("directed by", Shape.MODIFIER, "directed by"),
        ("in language", Shape.MODIFIER, "in language"),
        ("is in country", Shape.MODIFIER, "in country"),
        ("located in", Shape.MODIFIER, "located in"),
        ("is part of", Shape.ROLE, "part of"),
        ("is a member of", Shape.ROLE, "member of"),
        ("is a", Shape.NOUN, "kind"),
        ("parent of", Shape.ROLE, "parent of"),
        ("genres", Shape.NOUN, "genres"),
        ("heads", Shape.VERB, "heads"),
        ("works with", Shape.VERB, "works with"),
        ("digitises", Shape.VERB, "digitises"),
        ("report to", Shape.VERB, "reports to"),
        ("works", Shape.NOUN, "works"),
        ("members", Shape.NOUN, "members"),
        ("filed under", Shape.MODIFIER, "filed under"),
        ("set in", Shape.MODIFIER, "set in"),
        ("underwent", Shape.VERB, "underwent"),
        ("first appeared in", Shape.VERB, "first appeared in"),
        ("calling code", Shape.NOUN, "calling code"),
        ("building", Shape.NOUN, "building"),
        ("containing", Shape.MODIFIER, "containing"),
        ("suitable for", Shape.MODIFIER, "suitable for"),
        ("substitute for", Shape.ROLE, "substitute for"),
        ("flight to", Shape.VERB, "has flight to"),
        ("has office in", Shape.VERB, "has office in"),
    ],
)
def test_shapes_of_texts(text: str, shape: Shape, said: str) -> None:
    assert phrase_of(text) == Phrase(shape, said)


def test_forms_of_words() -> None:
    nouns = ("person", "city", "day", "box", "film", "bus")
    assert [plural_of(noun) for noun in nouns] == ["people", "cities", "days", "boxes", "films", "buses"]
    irregular = ("diagnosis", "aircraft", "species", "shelf", "chairwoman", "gas")
    assert [*map(plural_of, irregular)] == ["diagnoses", "aircraft", "species", "shelves", "chairwomen", "gases"]
    several = (
        "recipes",
        "currencies",
        "classes",
        "branches",
        "houses",
        "viruses",
        "lives",
        "status",
        "series",
    )
    one = ["recipe", "currency", "class", "branch", "house", "virus", "life", "status", "series"]
    assert [singular_of(noun) for noun in several] == one
    assert plural_of("point of interest") == "points of interest"
    assert plural_of("states") == "states"
    assert conjugated("crosses", plural=True) == "cross"
    assert conjugated("has won", plural=True) == "have won"
    assert conjugated("flies to", plural=True) == "fly to"
    assert conjugated("wrote", plural=True) == "wrote"
    assert denied("borders", plural=False) == "does not border"
    assert denied("acted in", plural=True) == "never acted in"


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("area km 2", Measure("area", "km2")),
        ("height cm", Measure("height", "cm")),
        ("max dose mg", Measure("max dose", "mg")),
        ("elevation m", Measure("elevation", "m")),
        ("prominence m", Measure("prominence", "m")),
        ("population m", Measure("population", "million")),
        ("native speakers m", Measure("native speakers", "million")),
        ("revenue m", Measure("revenue", "million")),
        ("budget millions", Measure("budget", "million")),
        ("budget meur", Measure("budget", "million euros")),
        ("draught m", Measure("draught", "m")),
        ("duration minutes", Measure("duration", "minutes")),
        ("budget eur", Measure("budget", "euros")),
        ("prep minutes", Measure("prep minutes")),
        ("price per kg", Measure("price per kg")),
        ("open 24 h", Measure("open 24 h")),
        ("m", Measure("m")),
    ],
)
def test_units(text: str, measure: Measure) -> None:
    assert measure_of(text) == measure


@pytest.mark.parametrize(
    ("base", "third", "participle"),
    [
        ("advise", "advises", "advised"),
        ("carry", "carries", "carried"),
        ("play", "plays", "played"),
        ("teach", "teaches", "taught"),
        ("stop", "stops", "stopped"),
        ("write", "writes", "written"),
        ("referee", "referees", "refereed"),
        ("hold", "holds", "held"),
    ],
)
def test_forms_of_verbs(base: str, third: str, participle: str) -> None:
    assert (third_of(base), participle_of(base)) == (third, participle)
    assert (base_of_third(third), base_of_participle(participle)) == (base, base)
