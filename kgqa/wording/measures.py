"""Units in the names of attributes: ``height cm`` is a height in cm."""

from __future__ import annotations

from dataclasses import dataclass

from kgqa.wording.lexicon import is_person
from kgqa.wording.listed import listed
from kgqa.wording.nouns import singular_of

_SYMBOLS = {
    **{unit: unit for unit in ("km", "cm", "mm", "nm", "kg", "mg", "ml", "mb", "gb", "tb", "kb", "kw", "mw", "hz")},
    **{unit: unit for unit in ("km2", "m2", "km3", "m3", "kmh", "kwh", "mwh", "mph", "ms", "lb", "lbs", "ft", "mi")},
    "sqm": "m2",
    "sqkm": "km2",
    "hrs": "hours",
    "hr": "hours",
    "mins": "minutes",
    "secs": "seconds",
    "sec": "seconds",
    "h": "hours",
    "min": "minutes",
    "s": "seconds",
    "g": "g",
    "ha": "hectares",
    "t": "tonnes",
    "l": "litres",
    "m": "m",
    "meur": "million euros",
    "musd": "million dollars",
    "keur": "thousand euros",
    "kusd": "thousand dollars",
    "eur": "euros",
    "euro": "euros",
    "euros": "euros",
    "usd": "dollars",
    "dollars": "dollars",
    "gbp": "pounds",
    "chf": "francs",
    "jpy": "yen",
    "pct": "percent",
    "percent": "percent",
    "celsius": "celsius",
}
MILLIONS = "million"
_SAY_MILLIONS = listed("million millions mio mn")
_SPELT = listed("seconds minutes hours days weeks months years metres meters kilometres kilometers miles grams")
_MEASURED = listed(
    """
    age altitude area beam circumference delay depth diameter distance draught duration elevation height length lifespan
    lifetime perimeter point radius range thickness time weight width
    """
)
_IN_MILLIONS = listed(
    """
    assets audience balance budget capacity capital cost debt download earnings expense fund funding income inhabitant
    investment loss market pay people population price profit revenue salary sale share spending stream subscriber
    turnover valuation value view visit wealth worth
    """
)
"""What is counted in millions, as people are: ``revenue m`` is not in metres."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What an attribute measures, and in which unit; none if that is empty."""

    text: str
    unit: str = ""

    @property
    def in_unit(self) -> str:
        return f"{self.text} in {self.unit}{'s' if self.unit == MILLIONS else ''}" if self.unit else self.text


def measure_of(text: str) -> Measure:
    """The unit that a text ends with, apart from what is measured."""
    *words, last = text.split() or [text]
    if last == "2" and len(words) > 1 and words[-1] in {"km", "m", "cm"}:
        return Measure(" ".join(words[:-1]), f"{words[-1]}2")
    if not words or words[-1] in {"per", "in", "of", "and", "a"} or words[-1].isdigit():
        return Measure(text)
    if last in _SAY_MILLIONS or (last == "m" and _counted_in_millions(words[-1])):
        return Measure(" ".join(words), MILLIONS)
    if last in _SYMBOLS or (last in _SPELT and words[-1] in _MEASURED):
        return Measure(" ".join(words), _SYMBOLS.get(last, last))
    return Measure(text)


def _counted_in_millions(noun: str) -> bool:
    return singular_of(noun) in _IN_MILLIONS or noun in _IN_MILLIONS or is_person(noun)
