"""Conditions as people say them: ``taller than 180 cm``, ``born before 1990``, ``without a manager``."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date

from graphdb import Compare, Comparison, Condition, HasNeighbours, Literal, SharedNeighbour
from graphdb.programs import NAME
from kgqa.bootstrap.phrasing.amounts import Amounts, in_figures
from kgqa.bootstrap.phrasing.events import happened, happens_alone, happens_now
from kgqa.bootstrap.phrasing.neighbours import Neighbours
from kgqa.bootstrap.phrasing.relations import Relations, conjugated
from kgqa.bootstrap.phrasing.said import Mod, Said, who
from kgqa.wording import verbs
from kgqa.wording.conditions import being_so
from kgqa.wording.english import Shape, being
from kgqa.wording.lexicon import compared, dimension_of, is_adjectival
from kgqa.wording.nouns import looks_plural, singular_of, with_article
from kgqa.wording.vocabulary import Attribute, Lexicon, is_year


class Conditions:
    """Says conditions, each time in one of the ways there are."""

    def __init__(self, lexicon: Lexicon, relations: Relations, neighbours: Neighbours, chance: random.Random) -> None:
        self._lexicon = lexicon
        self._relations = relations
        self._neighbours = neighbours
        self._amounts = Amounts(chance)
        self._chance = chance

    def mods(self, conditions: Sequence[Condition], of: Said) -> list[Mod]:
        """What conditions say of members; a lower and an upper bound as one."""
        compares = [each for each in conditions if isinstance(each, Compare)]
        if len(conditions) == 2 == len(compares) and compares[0].attribute == compares[1].attribute:
            low, high = sorted(
                compares, key=lambda each: each.comparison not in {Comparison.AT_LEAST, Comparison.GREATER}
            )
            return [self.between(self._lexicon.attribute(low.attribute), low.value, high.value, of)]
        return [self._mod(each, of) for each in conditions]

    def _mod(self, condition: Condition, of: Said) -> Mod:
        match condition:
            case Compare():
                return self.compared(condition, of)
            case HasNeighbours(step, comparison, number):
                return self._neighbours.having(step, self._amounts.quantity(comparison, number), of)
            case SharedNeighbour(first, second):
                return self._neighbours.sharing(first, second, of)

    # --- values ---------------------------------------------------------------------------------------------------

    def compared(self, compare: Compare, of: Said) -> Mod:
        value, comparison = compare.value, compare.comparison
        if comparison in {Comparison.CONTAINS, Comparison.STARTS_WITH}:
            return self._searched(compare)
        attribute = self._lexicon.attribute(compare.attribute)
        if isinstance(value.value, bool):
            return self._truth(attribute, value.value)
        if isinstance(value.value, date) or (attribute.of_time and is_year(value)):
            return self.at_time(attribute, self._amounts.time(comparison, value), of)
        if isinstance(value.value, str):
            return self._valued(attribute, str(value))
        return self.numbered(attribute, comparison, value, of)

    def _truth(self, attribute: Attribute, yes: bool) -> Mod:
        (one, not_one), (many, not_many) = being_so(attribute, False), being_so(attribute, True)
        text = attribute.text
        if attribute.shape is Shape.NOUN and (is_adjectival(text) or verbs.base_of_participle(text)):
            one, many, not_one, not_many = f"is {text}", f"are {text}", f"is not {text}", f"are not {text}"
            if yes and self._chance.random() < 0.6:
                return Mod(one, many, f"that {not_many}", before=text)
            if not yes and self._chance.random() < 0.5:
                return Mod(not_one, not_many, f"that {many}", after=f"not {text}")
        return Mod(one, many, f"that {not_many}") if yes else Mod(not_one, not_many, f"that {many}")

    def _valued(self, attribute: Attribute, value: str) -> Mod:
        """Having a text as the value of an attribute."""
        if attribute.shape is not Shape.NOUN:
            text = f"{attribute.text} {value}"
            if attribute.shape is Shape.VERB:
                many = conjugated(text, plural=True)
                return Mod(conjugated(text, plural=False), many, f"that do not {many}")
            return Mod(f"is {text}", f"are {text}", f"not {text}", after=text)
        name = self._relations.another_noun(attribute.text)
        if is_adjectival(value) and value.istitle() | value.islower() and self._chance.random() < 0.6:
            return Mod(f"is {value}", f"are {value}", f"that are not {value}", before=value)
        after = self._chance.choice(
            (f"with {name} {value}", f"whose {name} is {value}", f"with the {name} {value}", f"of {name} {value}",
             f"where the {name} is {value}", f"with {value} as {name}")
        )  # fmt: skip
        return Mod(f"has {name} {value}", f"have {name} {value}", f"whose {name} is not {value}", after)

    def numbered(self, attribute: Attribute, comparison: Comparison, value: Literal, of: Said) -> Mod:
        amount = in_figures(value)
        unit = f" {attribute.unit}" if attribute.unit and self._chance.random() < 0.7 else ""
        dimension = dimension_of(attribute.text)
        if dimension and comparison in {Comparison.GREATER, Comparison.LESS} and self._chance.random() < 0.35:
            sides = dimension.sides(person=of.person)
            adjective = compared(self._chance.choice(sides[comparison is Comparison.LESS]))[0]
            text = f"{adjective} than {amount}{unit}"
            return Mod(f"is {text}", f"are {text}", f"not {text}", after=text)
        how = self._amounts.amount(comparison, amount + unit)
        if dimension and dimension.verbs and self._chance.random() < 0.6:
            verb = self._chance.choice(dimension.verbs)
            return Mod(
                f"{verbs.third_of(verb)} {how}", f"{verb} {how}", f"that don't {verb} {how}", link=who(of, self._chance)
            )
        if looks_plural(attribute.text) and not attribute.unit:
            counted = singular_of(attribute.text) if amount == "1" else attribute.text
            text = f"{self._amounts.amount(comparison, amount)} {counted}"
            return Mod(f"has {text}", f"have {text}", f"without {text}", self._chance.choice((f"with {text}", "")))
        name = self._relations.another_noun(attribute.text)
        after = self._chance.choice(
            (
                f"with {with_article(name)} of {how}",
                f"whose {name} is {how}",
                f"with {name} {how}",
                f"where {name} is {how}",
            )
        )
        has = f"{with_article(name)} of {how}"
        return Mod(f"has {has}", f"have {has}", f"without {has}", after)

    def at_time(self, attribute: Attribute, when: str, of: Said) -> Mod:
        """What happened at some time: ``born before 1990``."""
        text = attribute.text
        done = happened(attribute)
        if done:
            past = being(plural=False, past=True), being(plural=True, past=True)
            if happens_now(done):
                one, many = conjugated(done, plural=False), conjugated(done, plural=True)
                return Mod(f"{one} {when}", f"{many} {when}", f"that don't {many} {when}", link=who(of, self._chance))
            if attribute.shape is Shape.VERB or happens_alone(done):
                return Mod(f"{done} {when}", f"{done} {when}", f"that never {done} {when}", link=who(of, self._chance))
            after = f"{done} {when}" if self._chance.random() < 0.8 else ""
            return Mod(f"{past[0]} {done} {when}", f"{past[1]} {done} {when}", f"not {done} {when}", after)
        if self._chance.random() < 0.3:
            said = when.removeprefix("in ")
            return Mod(f"is from {said}", f"are from {said}", f"not from {said}", f"from {said}")
        after = self._chance.choice(
            (f"with {with_article(text)} {when}", f"whose {text} is {when}", f"with {text} {when}")
        )
        return Mod(
            f"has {with_article(text)} {when}",
            f"have {with_article(text)} {when}",
            f"without {with_article(text)} {when}",
            after,
        )

    def between(self, attribute: Attribute, low: Literal, high: Literal, of: Said) -> Mod:
        one, other = low.value, high.value
        if isinstance(one, date) and isinstance(other, date):
            one, other, timely = one.year, other.year, True
        else:
            timely = attribute.of_time and is_year(low)
        first, last = (str(one), str(other)) if timely else (in_figures(low), in_figures(high))
        if timely and first == last:
            return self.at_time(attribute, self._chance.choice((f"in {first}", f"during {first}")), of)
        if timely and first.endswith("0") and last == f"{first[:-1]}9":
            return self.at_time(attribute, f"in the {first}s", of)
        how = self._chance.choice(
            (f"between {first} and {last}", f"from {first} to {last}", f"between {first} and {last}")
        )
        if timely:
            return self.at_time(attribute, how, of)
        if attribute.unit and self._chance.random() < 0.6:
            how += f" {attribute.unit}"
        dimension = dimension_of(attribute.text)
        if dimension and dimension.verbs and self._chance.random() < 0.6:
            verb = self._chance.choice(dimension.verbs)
            return Mod(
                f"{verbs.third_of(verb)} {how}", f"{verb} {how}", f"that don't {verb} {how}", link=who(of, self._chance)
            )
        name = attribute.text
        if looks_plural(name) and not attribute.unit:
            return Mod(f"has {how} {name}", f"have {how} {name}", f"without {how} {name}", f"with {how} {name}")
        after = self._chance.choice(
            (f"with {with_article(name)} {how}", f"whose {name} is {how}", f"with {name} {how}")
        )
        return Mod(
            f"has {with_article(name)} {how}", f"have {with_article(name)} {how}", f"whose {name} is not {how}", after
        )

    def _searched(self, compare: Compare) -> Mod:
        text = self._chance.choice(("{}", "'{}'", '"{}"')).format(compare.value)
        name = (
            self._chance.choice(("name", "name", "title"))
            if compare.attribute == NAME
            else self._lexicon.attribute(compare.attribute).text
        )
        if compare.comparison is Comparison.STARTS_WITH:
            start = f"has a {name} starting with {text}"
            ways = (f"whose {name} starts with {text}", f"whose {name} begins with {text}", f"that start with {text}")
            after = self._chance.choice((*ways, f"with a {name} starting with {text}"))
            return Mod(start, start.replace("has", "have", 1), f"whose {name} does not start with {text}", after)
        ways = (
            f"whose {name} contains {text}",
            f"with the word {text} in the {name}",
            f"that have {text} in the {name}",
        )
        after = self._chance.choice((*ways, f"with {text} in the {name}", f"with {text} in their {name}"))
        return Mod(f"has {text} in the {name}", f"have {text} in the {name}", f"without {text} in the {name}", after)
