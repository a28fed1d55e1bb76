"""Sets that programs are made of: what is near an entity, what has a value, a whole type."""

from __future__ import annotations

import random

from graphdb import Direction, Hop, Literal, NodeSet, Path, SetOperation, Step
from kgqa.bootstrap.sample import AttributeSample, GraphSample
from kgqa.proposing.drafts import combined, whole_type

MOST_ANSWERS = 40
"""Nobody asks for longer lists than that."""

_FEW = 4  # of different sets of which one is chosen
_MOST_OF_VALUE = 20_000  # entities that have a value which is asked for


class Parts:
    """Makes sets at random."""

    def __init__(self, sample: GraphSample, chance: random.Random) -> None:
        self._sample = sample
        self._chance = chance

    def near(self, step: Step, least: int = 1) -> Path | None:
        """What a step leads to from some entity."""
        pairs = self._sample.pairs(step)
        if not pairs:
            return None
        key, _ = self._chance.choice(pairs)
        if not least <= self._sample.degree(key, step) <= MOST_ANSWERS:
            return None
        return Path(key, (Hop(step),))

    def near_type(self, name: str, least: int = 1) -> NodeSet | None:
        """Some entities of a type: near another one, or with a value in common."""
        steps = [step for step in self._sample.entity_steps if set(self._sample.ends(step)) == {name}]
        kinds = [each for each in self._sample.attributes[name] if each.tells_kinds]
        if steps and (not kinds or self._chance.random() < 0.7):
            return self.near(self._chance.choice(steps), least)
        return self.of_value(self._chance.choice(kinds)) if kinds else None

    def of_value(self, attribute: AttributeSample) -> NodeSet | None:
        """What has a value of an attribute, of one type if others have that attribute, too."""
        _, value = self._chance.choice(attribute.values)
        if attribute.kind == "truth":
            value = Literal(self._chance.random() < 0.85)
        if self._sample.degree(value, Step(attribute.name, Direction.IN)) > _MOST_OF_VALUE:
            return None
        found = Path(value, (Hop(Step(attribute.name, Direction.IN)),))
        if len(self._sample.relations[attribute.name].subject_types) > 1:
            return combined(SetOperation.INTERSECTION, whole_type(attribute.type), found)
        return found

    def some_of(self, name: str, least: int) -> NodeSet:
        """All entities of a type, or some of them."""
        if self._chance.random() < 0.55:
            return whole_type(name)
        return self.near_type(name, least) or whole_type(name)

    def whole(self, step: Step) -> Path | None:
        types = self._sample.starts(step)
        return whole_type(self._chance.choice(types[:2])) if types else None

    def onward(self, key: str, step: Step) -> Step | None:
        """A step from where another one led; back again only now and then, for those that share something."""
        entity = self._sample.entities.get(key)
        attributes = [] if entity is None else [Step(name) for name in entity.properties]
        steps = [each for each in self._sample.steps(key) if each != step.reverse]
        if self._chance.random() < 0.15:
            steps = [step.reverse]
        if attributes and self._chance.random() < 0.3:
            return self._chance.choice(attributes)
        steps = [each for each in steps if self._sample.degree(key, each) <= MOST_ANSWERS]
        return self._chance.choice(steps) if steps else None

    def two_of(self, name: str) -> tuple[NodeSet, NodeSet] | None:
        """Two sets that an entity of a type is in."""
        key = self._chance.choice(self._sample.members[name])
        found: list[NodeSet] = []
        for step in self._sample.steps(key):
            back = step.reverse
            ends = [other for one, other in self._sample.pairs(step) if one == key]
            near = [each for each in ends if 2 <= self._sample.degree(each, back) <= 4 * MOST_ANSWERS]
            self._chance.shuffle(near)
            found += [Path(each, (Hop(back),)) for each in near[:_FEW]]
        entity = self._sample.entities.get(key)
        for attribute in self._sample.attributes[name]:
            value = entity.properties.get(attribute.name) if entity else None
            if attribute.tells_kinds and value is not None and not isinstance(value, tuple) and value is not False:
                found.append(Path(Literal(value), (Hop(Step(attribute.name, Direction.IN)),)))
        if len(found) < 2:
            return None
        one, other = self._chance.sample(found, 2)
        return one, other

    def two_with(self, attribute: AttributeSample) -> tuple[Path, Path] | None:
        values = dict(attribute.values)
        if len(values) < 2:
            return None
        one, other = self._chance.sample(sorted(values), 2)
        return None if values[one] == values[other] else (Path(one, ()), Path(other, ()))
