"""Questions for values: of attributes of things, and of properties of the facts between them."""

from __future__ import annotations

import random

from graphdb import Beside, Direction, FactValues, NodeSet, Step
from kgqa.bootstrap.phrasing.events import happened, happens_alone, happens_now
from kgqa.bootstrap.phrasing.relations import Unsayable, asked_whether, conjugated
from kgqa.bootstrap.phrasing.said import Said
from kgqa.bootstrap.phrasing.sets import Sets, possessive
from kgqa.wording.english import Shape, being, in_role, split_preposition
from kgqa.wording.lexicon import Dimension, base_of, dimension_of
from kgqa.wording.nouns import looks_plural, plural_of
from kgqa.wording.vocabulary import Attribute

_UNIT = 0.3  # how often it is said in which unit a number is wanted
_ASKED_WHEN = {
    "since": "since when",
    "from": "from when",
    "to": "until when",
    "until": "until when",
    "till": "until when",
}


class Values:
    """Asks for values, each time in one of the ways there are."""

    def __init__(self, sets: Sets, chance: random.Random) -> None:
        self._sets = sets
        self._lexicon = sets.lexicon
        self._chance = chance

    def ask(self, members: NodeSet, step: Step) -> str:
        """What the values of an attribute of some entities are."""
        attribute = self._lexicon.attribute(step.relation)
        said, one = self._sets.of(members), self._sets.is_one(members)
        whose = said.inside(not one)
        if attribute.boolean:
            return f"is {whose} {attribute.text}"
        if not one:
            ways = self._of_several(attribute, whose)
        else:
            ways = [*self._of_one(attribute, said, whose), *self._by_name(attribute, said, whose)]
        return self._chance.choice(ways or [f"{attribute.text} of {whose}", f"what is {whose} {attribute.text}"])

    def _of_several(self, attribute: Attribute, whose: str) -> list[str]:
        if attribute.shape is not Shape.NOUN:
            return []
        name = self._sets.relations.another_noun(attribute.text)
        names = plural_of(name)
        return [
            f"which {names} do {whose} have",
            f"what {names} do {whose} have",
            f"{names} of {whose}",
            f"all {names} of {whose}",
            f"what are the different {names} of {whose}",
            f"list the {names} of {whose}",
            f"which {names} are there among {whose}",
            f"what kinds of {name} do {whose} have",
            f"which {names} occur among {whose}",
        ]

    def _by_name(self, attribute: Attribute, said: Said, whose: str) -> list[str]:
        """By what the attribute is called."""
        if attribute.shape is not Shape.NOUN:
            return []
        name, unit = self._sets.relations.another_noun(attribute.text), self._unit(attribute)
        ways = [
            f"{name} of {whose}{unit}",
            f"what is the {name} of {whose}{unit}",
            f"what {name} does {whose} have{unit}",
            f"tell me the {name} of {whose}{unit}",
        ]
        if said.fixed:
            owner = f"{whose}{possessive(whose)} {name}{unit}"
            ways += [owner, f"what is {owner}", f"{whose} {name}{unit}"]
        return ways

    def _unit(self, attribute: Attribute) -> str:
        return f" in {attribute.unit}" if attribute.unit and self._chance.random() < _UNIT else ""

    def _of_one(self, attribute: Attribute, said: Said, whose: str) -> list[str]:
        """By what it is that has the value: how tall it is, when it was born."""
        if attribute.of_time:
            return self._when(attribute, whose)
        ways = []
        dimension = dimension_of(attribute.text)
        if dimension is not None:
            ways += self._how(dimension, said, whose, self._unit(attribute))
        if looks_plural(attribute.text) and not attribute.unit:
            count = attribute.text
            ways += [f"how many {count} does {whose} have", f"how many {count} are there in {whose}"]
            ways.append(f"number of {count} of {whose}")
        if attribute.shape is Shape.VERB:
            ways.append(f"what does {whose} {conjugated(attribute.text, plural=True)}")
        if attribute.shape is Shape.MODIFIER:
            start, preposition = split_preposition(f"{attribute.text} {attribute.preposition}".strip())
            where = preposition in {"in", "at"}
            ways.append(f"where is {whose} {start}" if where else f"what is {whose} {attribute.text}")
        return ways

    def _how(self, dimension: Dimension, said: Said, whose: str, unit: str) -> list[str]:
        high, _ = dimension.sides(person=said.person)
        ways = [f"how {self._chance.choice(high)} is {whose}{unit}"] * 2 if dimension.has_degrees else []
        for verb in dimension.verbs:
            how = "how long" if verb in {"last", "take"} else "how much"
            ways.append(f"{how} does {whose} {verb}{'' if how == 'how long' else unit}")
        return ways

    def _when(self, attribute: Attribute, whose: str) -> list[str]:
        done = happened(attribute)
        if not done:
            return [f"when was the {attribute.text} of {whose}", f"{attribute.text} for {whose}"]
        if attribute.preposition == "since":
            return [f"since when is {whose} {done}"]
        of_days = ("when", "when", "on what date", "on which day")
        when = self._chance.choice(of_days if attribute.of_days else ("when", "when", "in which year", "what year"))
        if happens_now(done):
            return [f"{when} does {whose} {conjugated(done, plural=True)}"] * 2
        if happens_alone(done):
            first, _, rest = done.partition(" ")
            return [f"{when} did {whose} {base_of(first) or first} {rest}".strip()] * 2
        return [f"{when} was {whose} {done}"] * 2 + [f"{'date' if attribute.of_days else 'year'} {whose} was {done}"]

    def ask_beside(self, wanted: Beside) -> str:
        """Which entities there are, with a value of each."""
        said, attribute = self._sets.of(wanted.members), self._lexicon.attribute(wanted.attribute)
        if attribute.shape is not Shape.NOUN:
            raise Unsayable
        name = self._sets.relations.another_noun(attribute.text)
        the, names = said.inside(), plural_of(name)
        ways = (f"{the} with their {names}", f"{the} and their {names}", f"list {the} and the {name} of each")
        return self._chance.choice((*ways, f"{said.text()} with {name}", f"{name} of each of {the}"))

    # --- facts ----------------------------------------------------------------------------------------------------

    def ask_facts(self, wanted: FactValues) -> str:
        """What a property of the facts between two things is."""
        near, step = self._sets.of(wanted.members).inside(), wanted.step
        attribute = self._lexicon.property(step.relation, wanted.property)
        if wanted.others is None:
            names = plural_of(attribute.text)
            return self._chance.choice((f"{names} of {near}", f"which {names} does {near} have"))
        far = self._sets.of(wanted.others).inside()
        one, two = (near, far) if step.direction is Direction.OUT else (far, near)
        clause, asked, preposition = self._fact(Step(step.relation), one, two)
        text = attribute.text
        if text in _ASKED_WHEN or attribute.of_time:
            when = _ASKED_WHEN.get(text) or self._chance.choice(("when", "what year"))
            ways = [f"{when} {asked}", f"{when} {asked}", f"{clause} {when}"]
            return self._chance.choice(ways if text in _ASKED_WHEN else [*ways, f"{text} of {one} {preposition} {two}"])
        ways = [
            f"{text} of {one} {preposition} {two}",
            f"what is the {text} of {one} {preposition} {two}",
            f"what {text} does {one} have {preposition} {two}",
            f"{one}{possessive(one)} {text} {preposition} {two}",
            f"with what {text} {asked}",
        ]
        if looks_plural(text):
            ways += [f"how many {text} {asked}", f"how many {text} of {one} {preposition} {two}"]
        return self._chance.choice(ways)

    def _fact(self, step: Step, one: str, two: str) -> tuple[str, str, str]:
        """A fact as a sentence and as a question, and the preposition between its ends."""
        phrase = self._lexicon.phrase(step)
        preposition = (split_preposition(phrase.text)[1] if phrase else "") or self._chance.choice(
            ("with", "for", "in")
        )
        if phrase is None:
            text = f"{one} is {self._lexicon.text(step)} {two}"
            return text, f"is {text.replace(' is ', ' ', 1)}", preposition
        if phrase.shape is Shape.VERB:
            said = f"{conjugated(self._sets.relations.verb(phrase.text), plural=False)} {two}"
            return f"{one} {said}", asked_whether(one, said), preposition
        if phrase.shape is Shape.NOUN:
            return f"{two} is {phrase.text} of {one}", f"is {two} {phrase.text} of {one}", preposition
        be = being(plural=False, past=phrase.was)
        role = in_role(phrase.text, plural=False) if phrase.shape is Shape.ROLE else phrase.text
        return f"{one} {be} {role} {two}", f"{be} {one} {role} {two}", preposition
