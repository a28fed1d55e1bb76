"""Programs of what facts say of themselves: since when, as what, how much."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date

from graphdb import (
    Compare,
    Comparison,
    Direction,
    During,
    FactValues,
    Hop,
    Literal,
    Path,
    Program,
    PropertyValue,
    Step,
    Through,
)
from graphdb.programs import FactCondition
from graphdb.wording import words_of
from kgqa.bootstrap.programs.bounds import bounds_of, range_of
from kgqa.bootstrap.programs.idea import Idea
from kgqa.bootstrap.programs.parts import MOST_ANSWERS
from kgqa.bootstrap.sample import AttributeSample, GraphSample

_BEGINNINGS = frozenset({"from", "since", "start", "started", "began", "begin"})
_ENDS = frozenset({"to", "until", "till", "end", "ended"})


class Described:
    """Makes programs of the properties of facts."""

    def __init__(self, sample: GraphSample, chance: random.Random) -> None:
        self._sample = sample
        self._chance = chance

    def relationship_value(self, slot: tuple[str, str]) -> Program | None:
        relation, name = slot
        facts = [fact for fact in self._sample.facts[relation] if name in fact.properties]
        if not facts:
            return None
        fact = self._chance.choice(facts)
        return FactValues(Path(fact.subject, ()), Step(relation), name, Path(str(fact.object), ()))

    def relationship_filter(self, slot: tuple[str, str]) -> Idea | None:
        relation, name = slot
        described = self._sample.property_of(relation, name)
        facts = [fact for fact in self._sample.facts[relation] if name in fact.properties]
        if described is None or not facts:
            return None
        step = Step(relation, self._chance.choice(list(Direction)))
        fact = self._chance.choice(facts)
        key = fact.subject if step.direction is Direction.OUT else str(fact.object)
        if not 2 <= self._sample.degree(key, step) <= 4 * MOST_ANSWERS:
            return None
        conditions: Sequence[FactCondition] = self._conditions_of(described, fact.properties[name])
        period = self._period_of(relation, name, described)
        if period is not None and self._chance.random() < 0.6:
            conditions = [period]
        if not conditions:
            return None
        return Idea("relationship-filter", Through(Path(key, ()), step, tuple(conditions)), (Path(key, (Hop(step),)),))

    def _period_of(self, relation: str, start: str, described: AttributeSample) -> During | None:
        """A year that facts were so in, if a property says when they began and another when they ended."""
        if not _BEGINNINGS & set(words_of(start).split()):
            return None
        ends = [each.name for each in self._sample.relations[relation].properties]
        ends = [name for name in ends if _ENDS & set(words_of(name).split())]
        value = self._chance.choice(described.values)[1].value
        if len(ends) != 1 or described.kind not in {"date", "year", "number"}:
            return None
        if isinstance(value, date):
            first, last = date(value.year, 1, 1), date(value.year, 12, 31)
            return During(start, ends[0], Literal(first), Literal(last))
        return During(start, ends[0], Literal(value), Literal(value)) if isinstance(value, int) else None

    def _conditions_of(self, described: AttributeSample, value: PropertyValue) -> list[Compare]:
        one = value[0] if isinstance(value, tuple) else value
        if described.kind in {"text", "truth"}:
            return [Compare(described.name, Comparison.EQUAL, Literal(one))]
        if self._chance.random() < 0.3:
            return range_of(described, self._chance)
        return bounds_of(described, self._chance)
