"""Questions that a graph has no answer to: what an entity lacks, what no entity has, and who nobody is."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from graphdb import Hop, Path, Step
from graphdb.wording import words_of
from kgqa.bootstrap.sample import GraphSample
from kgqa.wording.lexicon import like_noun

_ASKED = """
    phone number; email address; website; nickname; favourite food; shoe size; star sign; mother; hobby; password;
    motto; logo; insurance number; bank account; eye colour; hair colour; religion; average temperature; fax number;
    opening hours; ticket price; annual turnover; number of followers; blood pressure; marital status; wedding date;
    next birthday; driving licence; postcode; parking space; wifi password; dress code; energy consumption; carbon
    footprint; voltage; barcode; guarantee; smell; pet; tattoo; school; mayor; anthem; flag; time of sunrise;
    rainfall; tax rate
"""
_PHRASED = (
    "what is the {a} of {x}",
    "{x} {a}",
    "{a} of {x}",
    "what {a} does {x} have",
    "does anyone know the {a} of {x}",
    "{x}'s {a}",
)


class Unanswerable:
    """Makes questions without an answer.

    :param known: whether a name is one of the graph's.
    """

    def __init__(self, sample: GraphSample, chance: random.Random, known: Callable[[str], bool]) -> None:
        self._sample = sample
        self._chance = chance
        self._known = known
        said = {word for info in sample.relations.values() for word in words_of(info.name).split()}
        said |= {
            word
            for info in sample.relations.values()
            for each in info.properties
            for word in words_of(each.name).split()
        }
        said |= {word for own in list(said) for other in like_noun(own) for word in other.split()}
        asked = [" ".join(each.split()) for each in _ASKED.split(";")]
        self.unknown = [each for each in asked if not said & (set(each.split()) - {"of", "number", "date", "time"})]

    def lacking(self) -> Iterator[Path]:
        """Attributes and steps of entities that do not have them, while others of their type do."""
        pairs = [
            (key, Step(attribute.name))
            for name, keys in self._sample.members.items()
            for attribute in self._sample.attributes[name]
            if attribute.kind != "truth"
            for having in [{key for key, _ in attribute.values}]
            for key in keys
            if key not in having
        ]
        pairs += [
            (key, step)
            for step in self._sample.entity_steps
            for name in self._sample.starts(step)[:2]
            for key in self._sample.members.get(name, ())
            if not self._sample.degree(key, step)
        ]
        yield from self._paths(pairs)

    def foreign(self) -> Iterator[Path]:
        """Attributes that no entity of its type has, but others have."""
        names = {name: {each.name for each in own} for name, own in self._sample.attributes.items()}
        pairs = [
            (key, Step(attribute.name))
            for name, keys in self._sample.members.items()
            for own in self._sample.attributes.values()
            for attribute in own
            if attribute.kind not in {"truth"}
            for key in keys[:8]
            if attribute.name not in names[name] and not self._sample.degree(key, Step(attribute.name))
        ]
        yield from self._paths(pairs)

    def _paths(self, pairs: list[tuple[str, Step]]) -> Iterator[Path]:
        self._chance.shuffle(pairs)
        for key, step in pairs:
            yield Path(key, (Hop(step),))

    def unheard(self) -> Iterator[str]:
        """What no entity of any type has, asked of one."""
        names = [entity.name for entity in self._sample.entities.values()]
        while names and self.unknown:
            yield self._chance.choice(_PHRASED).format(
                a=self._chance.choice(self.unknown), x=self._chance.choice(names)
            )

    def invented(self, like: str) -> str | None:
        """A name like those of a type, which nothing has."""
        entity = self._sample.entities.get(like)
        types = entity.types if entity else ()
        keys = [key for name in types for key in self._sample.members.get(name, ())]
        others = [self._sample.entities[key].name for key in keys if key in self._sample.entities]
        if entity is None or len(others) < 2:
            return None
        for _ in range(8):
            name = self._mixed(entity.name, self._chance.choice(others))
            if name not in {entity.name, *others} and not self._known(name):
                return name
        return None

    def _mixed(self, one: str, other: str) -> str:
        first, last = one.split(" "), other.split(" ")
        if len(first) > 1 and len(last) > 1:
            return " ".join((*first[:-1], last[-1]))
        half = max(2, len(one) // 2)
        return one[:half] + other[len(other) // 2 :].lower()
