"""Programs of sets that meet conditions."""

from __future__ import annotations

import random

from graphdb import Compare, Comparison, HasNeighbours, Literal, SharedNeighbour, Step
from graphdb.programs import NAME
from kgqa.bootstrap.programs.bounds import bounds_of, range_of
from kgqa.bootstrap.programs.idea import Idea
from kgqa.bootstrap.programs.parts import Parts
from kgqa.bootstrap.sample import AttributeSample, GraphSample
from kgqa.proposing.drafts import restricted, whole_type


class Conditioned:
    """Makes sets that meet conditions."""

    def __init__(self, sample: GraphSample, parts: Parts, chance: random.Random) -> None:
        self._sample = sample
        self._parts = parts
        self._chance = chance

    def compare(self, attribute: AttributeSample) -> Idea | None:
        members = self._parts.some_of(attribute.type, 4)
        conditions = bounds_of(attribute, self._chance)
        found = restricted(members, conditions) if conditions else None
        return None if found is None else Idea("compare", found, parts=(members,))

    def between(self, attribute: AttributeSample) -> Idea | None:
        members = self._parts.some_of(attribute.type, 4)
        conditions = range_of(attribute, self._chance)
        found = restricted(members, conditions) if conditions else None
        return None if found is None else Idea("between", found, parts=(members,))

    def neighbour_count(self, step: Step) -> Idea | None:
        members = self._parts.whole(step)
        if members is None:
            return None
        key, _ = self._chance.choice(self._sample.pairs(step))
        number = min(self._sample.degree(key, step), 12)
        comparison = self._chance.choice(
            (Comparison.AT_LEAST, Comparison.GREATER, Comparison.EQUAL, Comparison.AT_MOST, Comparison.LESS)
        )
        if comparison is Comparison.GREATER:
            number -= 1
        if number < 1 or (number == 1 and comparison is not Comparison.EQUAL):
            return None
        found = restricted(members, [HasNeighbours(step, comparison, number)])
        return Idea("neighbour-count", found, parts=(members,))

    def exists_neighbour(self, step: Step) -> Idea | None:
        members = self._parts.whole(step)
        found = restricted(members, [HasNeighbours(step)]) if members else None
        return Idea("exists-neighbour", found, parts=(members,)) if found and members else None

    def no_neighbour(self, step: Step) -> Idea | None:
        members = self._parts.whole(step)
        found = restricted(members, [HasNeighbours(step, Comparison.EQUAL, 0)]) if members else None
        return Idea("no-neighbour", found, parts=(members,)) if found and members else None

    def shared_neighbour(self, name: str) -> Idea | None:
        steps = [each for each in self._sample.entity_steps if name in self._sample.starts(each)]
        able = [
            (one, other)
            for one in steps
            for other in steps
            if one < other and set(self._sample.ends(one)) & set(self._sample.ends(other))
        ]
        if not able:
            return None
        members = whole_type(name)
        return Idea("shared-neighbour", restricted(members, [SharedNeighbour(*self._chance.choice(able))]), (members,))

    def text_search(self, name: str) -> Idea | None:
        keys = self._sample.members[name]
        entity = self._sample.entities.get(self._chance.choice(keys))
        words = [word for word in (entity.name.split() if entity else []) if len(word) > 2 and word.isalpha()]
        if not words:
            return None
        members = whole_type(name)
        if self._chance.random() < 0.3:
            condition = Compare(NAME, Comparison.STARTS_WITH, Literal(words[0]))
        else:
            condition = Compare(NAME, Comparison.CONTAINS, Literal(self._chance.choice(words)))
        return Idea("text-search", restricted(members, [condition]), (members,))
