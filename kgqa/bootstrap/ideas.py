"""What could be asked of a graph: programs of every form, made of what was seen around its entities.

Each form goes round the relations, attributes and types that it can be about, so that none of them is asked about far
more often than another. Whether the result is worth asking for is found out later, by running the program.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from graphdb import (
    Aggregate,
    Beside,
    Combined,
    Compare,
    Compared,
    Comparison,
    Count,
    Difference,
    Direction,
    During,
    Exists,
    FactValues,
    Function,
    Grouped,
    HasNeighbours,
    Hop,
    Literal,
    NodeSet,
    Path,
    Program,
    PropertyValue,
    Ranked,
    SetOperation,
    SharedNeighbour,
    Step,
    Through,
)
from graphdb.programs import NAME, FactCondition, Table, Value
from graphdb.wording import words_of
from kgqa.bootstrap.bounds import bounds_of, range_of
from kgqa.bootstrap.sample import AttributeSample, GraphSample
from kgqa.proposing.drafts import combined, followed, restricted, whole_type

T = TypeVar("T")

MOST_ANSWERS = 40
"""Nobody asks for longer lists than that."""

_FEW = 4  # of different sets of which one is chosen
_TRIES = 6
_MOST_OF_VALUE = 20_000  # entities that have a value which is asked for
_LISTED = 60  # entities of a type that all are asked for


_BEGINNINGS = frozenset({"from", "since", "start", "started", "began", "begin"})
_ENDS = frozenset({"to", "until", "till", "end", "ended"})


@dataclass(frozen=True, slots=True)
class Idea:
    """A program to ask for.

    :param parts: sets that must have more members than the whole, for it to say something.
    :param least: how many results it must have.
    """

    form: str
    program: Program
    parts: tuple[NodeSet, ...] = ()
    least: int = 1


class Ideas:
    """Makes programs at random."""

    def __init__(self, sample: GraphSample, chance: random.Random) -> None:
        self._sample = sample
        self._chance = chance

    def of(self, form: str) -> Iterator[Idea]:
        """Programs of a form, without end; ``None`` at the end if the graph has no more to ask for."""
        slots, make = self._forms()[form]
        yield from self._round(form, list(slots), make)

    @property
    def forms(self) -> tuple[str, ...]:
        return tuple(self._forms())

    def _forms(self) -> dict[str, tuple[Iterable[object], Callable[..., Idea | Program | None]]]:
        sample = self._sample
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
            "compare": (sizes, self._compare),
            "between": (sizes, self._between),
            "count": ([*steps, *types, *sizes, *kinds], self._count),
            "aggregate": (sizes, self._aggregate),
            "intersection": (types, self._intersection),
            "union": (steps, self._union),
            "difference": (types, self._difference),
            "top-attribute": (sizes, self._top_attribute),
            "top-neighbours": (steps, self._top_neighbours),
            "neighbour-count": (steps, self._neighbour_count),
            "exists-neighbour": (steps, self._exists_neighbour),
            "no-neighbour": (steps, self._no_neighbour),
            "shared-neighbour": (types, self._shared_neighbour),
            "comparison": (sizes, self._comparison),
            "numeric-difference": (numbers, self._numeric_difference),
            "yes-no": ([*steps, *sizes], self._yes_no),
            "followed": (steps, self._followed),
            "text-search": (types, self._text_search),
            "grouped": (steps, self._grouped),
            "beside": (spoken, self._beside),
            "value-comparison": (sizes, self._value_comparison),
            "relationship-value": (described, self._relationship_value),
            "relationship-filter": (described, self._relationship_filter),
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

    # --- sets ---------------------------------------------------------------------------------------------------

    def _near(self, step: Step, least: int = 1) -> Path | None:
        """What a step leads to from some entity."""
        pairs = self._sample.pairs(step)
        if not pairs:
            return None
        key, _ = self._chance.choice(pairs)
        if not least <= self._sample.degree(key, step) <= MOST_ANSWERS:
            return None
        return Path(key, (Hop(step),))

    def _near_type(self, name: str, least: int = 1) -> NodeSet | None:
        """Some entities of a type: near another one, or with a value in common."""
        steps = [step for step in self._sample.entity_steps if set(self._sample.ends(step)) == {name}]
        kinds = [each for each in self._sample.attributes[name] if each.tells_kinds]
        if steps and (not kinds or self._chance.random() < 0.7):
            return self._near(self._chance.choice(steps), least)
        return self._of_value(self._chance.choice(kinds)) if kinds else None

    def _of_value(self, attribute: AttributeSample) -> NodeSet | None:
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

    def _some_of(self, name: str, least: int) -> NodeSet:
        """All entities of a type, or some of them."""
        if self._chance.random() < 0.55:
            return whole_type(name)
        return self._near_type(name, least) or whole_type(name)

    # --- forms --------------------------------------------------------------------------------------------------

    def _lookup(self, step: Step) -> Program | None:
        return self._near(step)

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
        onward = self._onward(middle, step)
        if onward is None:
            return None
        path = followed(Path(key, (Hop(step),)), onward)
        if isinstance(path, Path) and self._chance.random() < 0.1 and not self._sample.is_attribute(onward.relation):
            ends = [other for one, other in self._sample.pairs(onward) if one == middle]
            last = self._onward(self._chance.choice(ends), onward) if ends else None
            if last is not None and last != onward.reverse:
                path = followed(path, last)
        return path

    def _onward(self, key: str, step: Step) -> Step | None:
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

    def _type_restricted(self, step: Step) -> Program | None:
        if len(self._sample.ends(step)) < 2:
            return None
        near = self._near(step)
        if near is None:
            return None
        ends = [other for key, other in self._sample.pairs(step) if key == near.seed]
        types = self._sample.types_of(self._chance.choice(ends))
        return combined(SetOperation.INTERSECTION, whole_type(self._chance.choice(types)), near) if types else None

    def _value_seed(self, attribute: AttributeSample) -> Program | None:
        found = self._of_value(attribute)
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
        members = self._some_of(attribute.type, 3)
        return followed(members, Step(attribute.name))

    def _compare(self, attribute: AttributeSample) -> Idea | None:
        members = self._some_of(attribute.type, 4)
        conditions = bounds_of(attribute, self._chance)
        found = restricted(members, conditions) if conditions else None
        return None if found is None else Idea("compare", found, parts=(members,))

    def _between(self, attribute: AttributeSample) -> Idea | None:
        members = self._some_of(attribute.type, 4)
        conditions = range_of(attribute, self._chance)
        found = restricted(members, conditions) if conditions else None
        return None if found is None else Idea("between", found, parts=(members,))

    def _count(self, slot: Step | str | AttributeSample) -> Idea | None:
        members: Program | None
        if isinstance(slot, Step):
            members = self._near(slot, 2)
        elif isinstance(slot, str):
            members = whole_type(slot)
        elif slot.is_size:
            idea = self._compare(slot)
            members = idea.program if idea else None
        else:
            members = self._of_value(slot)
        if members is None or isinstance(members, Value | Table):
            return None
        return Idea("count", Count(members), parts=())

    def _aggregate(self, attribute: AttributeSample) -> Program:
        members = self._some_of(attribute.type, 3)
        functions = list(Function) if attribute.kind == "number" else [Function.MINIMUM, Function.MAXIMUM]
        return Aggregate(self._chance.choice(functions), members, attribute.name)

    def _intersection(self, name: str) -> Idea | None:
        parts = self._two_of(name)
        return None if parts is None else Idea("intersection", combined(SetOperation.INTERSECTION, *parts), parts)

    def _difference(self, name: str) -> Idea | None:
        parts = self._two_of(name)
        if parts is None:
            return None
        if self._chance.random() < 0.2:
            parts = (whole_type(name), parts[1])
        both = combined(SetOperation.INTERSECTION, *parts)
        return Idea("difference", Combined(SetOperation.DIFFERENCE, parts), (parts[0], both))

    def _two_of(self, name: str) -> tuple[NodeSet, NodeSet] | None:
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

    def _union(self, step: Step) -> Program | None:
        one, other = self._near(step), self._near(step)
        if one is None or other is None or one.seed == other.seed:
            return None
        if not set(self._sample.types_of(str(one.seed))) & set(self._sample.types_of(str(other.seed))):
            return None
        return combined(SetOperation.UNION, one, other)

    def _top_attribute(self, attribute: AttributeSample) -> Program:
        members = self._some_of(attribute.type, 3)
        first = self._chance.choice((1, 1, 1, 1, 2, 3, 5))
        return Ranked(members, attribute.name, first, self._chance.random() < 0.6)

    def _top_neighbours(self, step: Step) -> Program | None:
        types = self._sample.starts(step)
        if not types:
            return None
        members = self._some_of(types[0], 4) if self._chance.random() < 0.3 else whole_type(types[0])
        first = self._chance.choice((1, 1, 1, 1, 2, 3))
        return Ranked(members, step, first, self._chance.random() < 0.85)

    def _whole(self, step: Step) -> Path | None:
        types = self._sample.starts(step)
        return whole_type(self._chance.choice(types[:2])) if types else None

    def _neighbour_count(self, step: Step) -> Idea | None:
        members = self._whole(step)
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

    def _exists_neighbour(self, step: Step) -> Idea | None:
        members = self._whole(step)
        found = restricted(members, [HasNeighbours(step)]) if members else None
        return Idea("exists-neighbour", found, parts=(members,)) if found and members else None

    def _no_neighbour(self, step: Step) -> Idea | None:
        members = self._whole(step)
        found = restricted(members, [HasNeighbours(step, Comparison.EQUAL, 0)]) if members else None
        return Idea("no-neighbour", found, parts=(members,)) if found and members else None

    def _shared_neighbour(self, name: str) -> Idea | None:
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

    def _two_with(self, attribute: AttributeSample) -> tuple[Path, Path] | None:
        values = dict(attribute.values)
        if len(values) < 2:
            return None
        one, other = self._chance.sample(sorted(values), 2)
        return None if values[one] == values[other] else (Path(one, ()), Path(other, ()))

    def _comparison(self, attribute: AttributeSample) -> Program | None:
        two = self._two_with(attribute)
        if two is None:
            return None
        return Ranked(combined(SetOperation.UNION, *two), attribute.name, 1, self._chance.random() < 0.6)

    def _numeric_difference(self, attribute: AttributeSample) -> Program | None:
        two = self._two_with(attribute)
        if two is None:
            return None
        values = {key: value.value for key, value in attribute.values}
        one, other = sorted(two, key=lambda path: -float(values[str(path.seed)]))  # type: ignore[arg-type]
        return Difference(one, other, attribute.name)

    def _yes_no(self, slot: Step | AttributeSample) -> Program | None:
        if isinstance(slot, AttributeSample):
            idea = self._compare(slot)
            return None if idea is None or not isinstance(idea.program, NodeSet) else Exists(idea.program)
        near = self._near(slot)
        if near is None:
            return None
        pairs = self._sample.pairs(slot)
        inside = [other for key, other in pairs if key == near.seed]
        all_there = [other for _, other in pairs]
        member = self._chance.choice(inside if self._chance.random() < 0.55 else all_there)
        if member == near.seed:
            return None
        return Exists(combined(SetOperation.INTERSECTION, Path(member, ()), near))

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

    def _text_search(self, name: str) -> Idea | None:
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

    # --- rows and two values ----------------------------------------------------------------------------------------

    def _grouped(self, step: Step) -> Program | None:
        types = self._sample.starts(step)
        if not types:
            return None
        members = whole_type(types[0])
        numbers = [each.name for each in self._sample.attributes[types[0]] if each.is_size and each.kind == "number"]
        if numbers and self._chance.random() < 0.3:
            function = self._chance.choice((Function.AVERAGE, Function.SUM, Function.MAXIMUM))
            return Grouped(Aggregate(function, members, self._chance.choice(numbers)), step)
        return Grouped(Count(members), step)

    def _beside(self, attribute: AttributeSample) -> Program | None:
        members = self._some_of(attribute.type, 2)
        whole = members == whole_type(attribute.type)
        if whole and self._sample.types[attribute.type].entities > MOST_ANSWERS:
            return None
        return Beside(members, attribute.name)

    def _value_comparison(self, attribute: AttributeSample) -> Program | None:
        two = self._two_with(attribute)
        if two is None:
            return None
        one, other = (Path(path.seed, (Hop(Step(attribute.name)),)) for path in two)
        return Compared(one, self._chance.choice((Comparison.GREATER, Comparison.GREATER, Comparison.LESS)), other)

    # --- facts ----------------------------------------------------------------------------------------------------

    def _relationship_value(self, slot: tuple[str, str]) -> Program | None:
        relation, name = slot
        facts = [fact for fact in self._sample.facts[relation] if name in fact.properties]
        if not facts:
            return None
        fact = self._chance.choice(facts)
        return FactValues(Path(fact.subject, ()), Step(relation), name, Path(str(fact.object), ()))

    def _relationship_filter(self, slot: tuple[str, str]) -> Idea | None:
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
