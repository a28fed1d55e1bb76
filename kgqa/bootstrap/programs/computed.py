"""Programs that compute something: how many, whether, how much in all, for each, which of two."""

from __future__ import annotations

import random

from graphdb import (
    Aggregate,
    Beside,
    Compared,
    Comparison,
    Count,
    Difference,
    Exists,
    Function,
    Grouped,
    Hop,
    NodeSet,
    Path,
    Program,
    Ranked,
    SetOperation,
    Step,
)
from graphdb.programs import Table, Value
from kgqa.bootstrap.programs.conditioned import Conditioned
from kgqa.bootstrap.programs.idea import Idea
from kgqa.bootstrap.programs.parts import MOST_ANSWERS, Parts
from kgqa.bootstrap.sample import AttributeSample, GraphSample
from kgqa.proposing.drafts import combined, whole_type


class Computed:
    """Makes programs that compute something."""

    def __init__(self, sample: GraphSample, parts: Parts, conditioned: Conditioned, chance: random.Random) -> None:
        self._sample = sample
        self._parts = parts
        self._conditioned = conditioned
        self._chance = chance

    def count(self, slot: Step | str | AttributeSample) -> Idea | None:
        members: Program | None
        if isinstance(slot, Step):
            members = self._parts.near(slot, 2)
        elif isinstance(slot, str):
            members = whole_type(slot)
        elif slot.is_size:
            idea = self._conditioned.compare(slot)
            members = idea.program if idea else None
        else:
            members = self._parts.of_value(slot)
        if members is None or isinstance(members, Value | Table):
            return None
        return Idea("count", Count(members), parts=())

    def aggregate(self, attribute: AttributeSample) -> Program:
        members = self._parts.some_of(attribute.type, 3)
        functions = list(Function) if attribute.kind == "number" else [Function.MINIMUM, Function.MAXIMUM]
        return Aggregate(self._chance.choice(functions), members, attribute.name)

    def comparison(self, attribute: AttributeSample) -> Program | None:
        two = self._parts.two_with(attribute)
        if two is None:
            return None
        return Ranked(combined(SetOperation.UNION, *two), attribute.name, 1, self._chance.random() < 0.6)

    def numeric_difference(self, attribute: AttributeSample) -> Program | None:
        two = self._parts.two_with(attribute)
        if two is None:
            return None
        values = {key: value.value for key, value in attribute.values}
        one, other = sorted(two, key=lambda path: -float(values[str(path.seed)]))  # type: ignore[arg-type]
        return Difference(one, other, attribute.name)

    def yes_no(self, slot: Step | AttributeSample) -> Program | None:
        if isinstance(slot, AttributeSample):
            idea = self._conditioned.compare(slot)
            return None if idea is None or not isinstance(idea.program, NodeSet) else Exists(idea.program)
        near = self._parts.near(slot)
        if near is None:
            return None
        pairs = self._sample.pairs(slot)
        inside = [other for key, other in pairs if key == near.seed]
        all_there = [other for _, other in pairs]
        member = self._chance.choice(inside if self._chance.random() < 0.55 else all_there)
        if member == near.seed:
            return None
        return Exists(combined(SetOperation.INTERSECTION, Path(member, ()), near))

    def grouped(self, step: Step) -> Program | None:
        types = self._sample.starts(step)
        if not types:
            return None
        members = whole_type(types[0])
        numbers = [each.name for each in self._sample.attributes[types[0]] if each.is_size and each.kind == "number"]
        if numbers and self._chance.random() < 0.3:
            function = self._chance.choice((Function.AVERAGE, Function.SUM, Function.MAXIMUM))
            return Grouped(Aggregate(function, members, self._chance.choice(numbers)), step)
        return Grouped(Count(members), step)

    def beside(self, attribute: AttributeSample) -> Program | None:
        members = self._parts.some_of(attribute.type, 2)
        whole = members == whole_type(attribute.type)
        if whole and self._sample.types[attribute.type].entities > MOST_ANSWERS:
            return None
        return Beside(members, attribute.name)

    def value_comparison(self, attribute: AttributeSample) -> Program | None:
        two = self._parts.two_with(attribute)
        if two is None:
            return None
        one, other = (Path(path.seed, (Hop(Step(attribute.name)),)) for path in two)
        return Compared(one, self._chance.choice((Comparison.GREATER, Comparison.GREATER, Comparison.LESS)), other)
