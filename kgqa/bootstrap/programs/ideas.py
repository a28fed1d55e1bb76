"""What could be asked of a graph: programs of every form, made of what was seen around its entities.

Each form goes round the relations, attributes and types that it can be about, so that none of them is asked about far
more often than another. Whether the result is worth asking for is found out later, by running the program.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator

from graphdb import Combined, Hop, NodeSet, Path, Program, Ranked, SetOperation, Step
from kgqa.bootstrap.programs.bounds import bounds_of
from kgqa.bootstrap.programs.computed import Computed
from kgqa.bootstrap.programs.conditioned import Conditioned
from kgqa.bootstrap.programs.described import Described
from kgqa.bootstrap.programs.idea import Idea
from kgqa.bootstrap.programs.parts import MOST_ANSWERS, Parts
from kgqa.bootstrap.sample import AttributeSample, GraphSample
from kgqa.proposing.drafts import combined, followed, restricted, whole_type

_TRIES = 6
_LISTED = 60  # entities of a type that all are asked for


class Ideas:
    """Makes programs at random."""

    def __init__(self, sample: GraphSample, chance: random.Random) -> None:
        self._sample = sample
        self._chance = chance
        self._parts = Parts(sample, chance)
        self._conditioned = Conditioned(sample, self._parts, chance)
        self._computed = Computed(sample, self._parts, self._conditioned, chance)
        self._described = Described(sample, chance)

    def of(self, form: str) -> Iterator[Idea]:
        """Programs of a form, until the graph has no more to ask for."""
        slots, make = self._forms()[form]
        yield from self._round(form, list(slots), make)

    @property
    def forms(self) -> tuple[str, ...]:
        return tuple(self._forms())

    def _forms(self) -> dict[str, tuple[Iterable[object], Callable[..., Idea | Program | None]]]:
        sample, conditioned, computed, told = self._sample, self._conditioned, self._computed, self._described
        steps, types = sample.entity_steps, list(sample.types)
        attributes = [each for own in sample.attributes.values() for each in own]
        sizes = [each for each in attributes if each.is_size]
        numbers = [each for each in sizes if each.kind == "number"]
        kinds = [each for each in attributes if each.tells_kinds]
        spoken = [each for each in attributes if each.kind != "truth"]
        texts = [each for each in attributes if each.kind in {"text", "truth"} and not each.is_long]
        described = [
            (name, each.name)
            for name, facts in sample.facts.items()
            if facts
            for each in sample.relations[name].properties
        ]
        return {
            "lookup": (steps, self._lookup),
            "attribute": (spoken, self._attribute),
            "path": (steps, self._path),
            "type-restricted": (steps, self._type_restricted),
            "value-seed": (texts, self._value_seed),
            "type-list": (types, self._type_list),
            "distinct-values": (kinds, self._distinct_values),
            "compare": (sizes, conditioned.compare),
            "between": (sizes, conditioned.between),
            "count": ([*steps, *types, *sizes, *kinds], computed.count),
            "aggregate": (sizes, computed.aggregate),
            "intersection": (types, self._intersection),
            "union": (steps, self._union),
            "difference": (types, self._difference),
            "top-attribute": (sizes, self._top_attribute),
            "top-neighbours": (steps, self._top_neighbours),
            "neighbour-count": (steps, conditioned.neighbour_count),
            "exists-neighbour": (steps, conditioned.exists_neighbour),
            "no-neighbour": (steps, conditioned.no_neighbour),
            "shared-neighbour": (types, conditioned.shared_neighbour),
            "comparison": (sizes, computed.comparison),
            "numeric-difference": (numbers, computed.numeric_difference),
            "yes-no": ([*steps, *sizes], computed.yes_no),
            "followed": (steps, self._followed),
            "text-search": (types, conditioned.text_search),
            "grouped": (steps, computed.grouped),
            "beside": (spoken, computed.beside),
            "value-comparison": (sizes, computed.value_comparison),
            "relationship-value": (described, told.relationship_value),
            "relationship-filter": (described, told.relationship_filter),
        }

    def _round(self, form: str, slots: list[object], make: Callable[..., Idea | Program | None]) -> Iterator[Idea]:
        while slots:
            self._chance.shuffle(slots)
            made = 0
            for slot in slots:
                for _ in range(_TRIES):
                    found = make(slot)
                    if found is not None:
                        yield found if isinstance(found, Idea) else Idea(form, found)
                        made += 1
                        break
            if not made:
                return

    # --- forms --------------------------------------------------------------------------------------------------

    def _lookup(self, step: Step) -> Program | None:
        return self._parts.near(step)

    def _attribute(self, attribute: AttributeSample) -> Program:
        key, _ = self._chance.choice(attribute.values)
        return Path(key, (Hop(Step(attribute.name)),))

    def _path(self, step: Step) -> Program | None:
        pairs = self._sample.pairs(step)
        if not pairs:
            return None
        key, middle = self._chance.choice(pairs)
        if self._sample.degree(key, step) > MOST_ANSWERS:
            return None
        onward = self._parts.onward(middle, step)
        if onward is None:
            return None
        path = followed(Path(key, (Hop(step),)), onward)
        if isinstance(path, Path) and self._chance.random() < 0.1 and not self._sample.is_attribute(onward.relation):
            ends = [other for one, other in self._sample.pairs(onward) if one == middle]
            last = self._parts.onward(self._chance.choice(ends), onward) if ends else None
            if last is not None and last != onward.reverse:
                path = followed(path, last)
        return path

    def _type_restricted(self, step: Step) -> Program | None:
        if len(self._sample.ends(step)) < 2:
            return None
        near = self._parts.near(step)
        if near is None:
            return None
        ends = [other for key, other in self._sample.pairs(step) if key == near.seed]
        types = self._sample.types_of(self._chance.choice(ends))
        return combined(SetOperation.INTERSECTION, whole_type(self._chance.choice(types)), near) if types else None

    def _value_seed(self, attribute: AttributeSample) -> Program | None:
        found = self._parts.of_value(attribute)
        if found is None:
            return None
        steps = [each for each in self._sample.entity_steps if attribute.type in self._sample.starts(each)]
        if steps and self._chance.random() < 0.15:
            return followed(found, self._chance.choice(steps))
        return found

    def _type_list(self, name: str) -> Program | None:
        return whole_type(name) if self._sample.types[name].entities <= _LISTED else None

    def _distinct_values(self, attribute: AttributeSample) -> Program | None:
        if attribute.kind != "text":
            return None
        members = self._parts.some_of(attribute.type, 3)
        return followed(members, Step(attribute.name))

    def _intersection(self, name: str) -> Idea | None:
        parts = self._parts.two_of(name)
        return None if parts is None else Idea("intersection", combined(SetOperation.INTERSECTION, *parts), parts)

    def _difference(self, name: str) -> Idea | None:
        parts = self._parts.two_of(name)
        if parts is None:
            return None
        if self._chance.random() < 0.2:
            parts = (whole_type(name), parts[1])
        both = combined(SetOperation.INTERSECTION, *parts)
        return Idea("difference", Combined(SetOperation.DIFFERENCE, parts), (parts[0], both))

    def _union(self, step: Step) -> Program | None:
        one, other = self._parts.near(step), self._parts.near(step)
        if one is None or other is None or one.seed == other.seed:
            return None
        if not set(self._sample.types_of(str(one.seed))) & set(self._sample.types_of(str(other.seed))):
            return None
        return combined(SetOperation.UNION, one, other)

    def _top_attribute(self, attribute: AttributeSample) -> Program:
        members = self._parts.some_of(attribute.type, 3)
        first = self._chance.choice((1, 1, 1, 1, 2, 3, 5))
        return Ranked(members, attribute.name, first, self._chance.random() < 0.6)

    def _top_neighbours(self, step: Step) -> Program | None:
        types = self._sample.starts(step)
        if not types:
            return None
        members = self._parts.some_of(types[0], 4) if self._chance.random() < 0.3 else whole_type(types[0])
        first = self._chance.choice((1, 1, 1, 1, 2, 3))
        return Ranked(members, step, first, self._chance.random() < 0.85)

    def _followed(self, step: Step) -> Program | None:
        types = self._sample.starts(step)
        sizes = [each for name in types[:1] for each in self._sample.attributes[name] if each.is_size]
        if not sizes:
            return None
        attribute = self._chance.choice(sizes)
        members: NodeSet = Ranked(whole_type(types[0]), attribute.name, 1, self._chance.random() < 0.6)
        if self._chance.random() < 0.25 and (conditions := bounds_of(attribute, self._chance)):
            members = restricted(whole_type(types[0]), conditions)
        if self._chance.random() < 0.25:
            others = [each for each in self._sample.attributes[types[0]] if each.name != attribute.name]
            if others:
                return followed(members, Step(self._chance.choice(others).name))
        return followed(members, step)
