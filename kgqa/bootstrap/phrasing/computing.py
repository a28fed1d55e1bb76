"""Questions for what is computed: how many, whether, how much in all, which of two, by how much."""

from __future__ import annotations

import random

from graphdb import (
    Aggregate,
    Combined,
    Compared,
    Comparison,
    Count,
    Difference,
    Exists,
    Function,
    Grouped,
    NodeSet,
    Path,
    Ranked,
)
from graphdb.programs import Value
from kgqa.bootstrap.phrasing.events import happened, happens_alone, happens_now
from kgqa.bootstrap.phrasing.relations import Unsayable, asked_whether, conjugated
from kgqa.bootstrap.phrasing.said import Said
from kgqa.bootstrap.phrasing.sets import Sets, possessive
from kgqa.wording import verbs
from kgqa.wording.english import Shape, being, in_role
from kgqa.wording.lexicon import base_of, compared, dimension_of
from kgqa.wording.nouns import looks_plural, with_article
from kgqa.wording.vocabulary import Attribute

_FUNCTIONS = {
    Function.SUM: ("total", "combined", "overall"),
    Function.AVERAGE: ("average", "mean", "average", "typical"),
    Function.MINIMUM: ("lowest", "smallest", "minimum", "least"),
    Function.MAXIMUM: ("highest", "largest", "maximum", "greatest"),
}


class Computing:
    """Asks for what is computed, each time in one of the ways there are."""

    def __init__(self, sets: Sets, chance: random.Random) -> None:
        self._sets = sets
        self._lexicon = sets.lexicon
        self._chance = chance

    def ask(self, program: Value | Grouped) -> str:
        """What the value of a program is, or its values for each of some groups."""
        match program:
            case Count(members):
                return self._count(members)
            case Exists(members):
                return self._exists(members)
            case Aggregate():
                return self._aggregate(program)
            case Difference():
                return self._difference(program)
            case Compared():
                return self._compared(program)
        return self._grouped(program)

    def _count(self, members: NodeSet) -> str:
        said = self._sets.of(members)
        if said.fixed:
            return f"how many are {said.noun}"
        np, head, predicate = said.text(), said.head(True), said.predicate(True)
        people = "people" if said.person and self._chance.random() < 0.15 else head
        ways = [
            f"how many {np} are there",
            f"how many {np} do we have",
            f"number of {np}",
            f"count {said.inside()}",
            f"what is the number of {np}",
            f"tell me how many {np} there are",
            f"total number of {np}",
        ]
        if predicate and not said.owner:
            ways += [f"how many {people} {predicate}"] * 4
        return self._chance.choice(ways)

    # --- whether --------------------------------------------------------------------------------------------------

    def _exists(self, members: NodeSet) -> str:
        if isinstance(members, Combined):
            paths = [part for part in members.parts if isinstance(part, Path)]
            named = [path for path in paths if not path.hops]
            others = [path for path in paths if len(path.hops) == 1]
            if len(named) == len(others) == 1 and len(members.parts) == 2:
                return self._statement(self._sets.of(named[0]).noun, others[0])
        said = self._sets.of(members)
        np, predicate = said.text(), said.predicate(True)
        ways = [
            f"is there {with_article(said.text(False))}",
            f"are there any {np}",
            f"any {np}",
            f"do we have any {np}",
        ]
        if predicate and not any(mod.fronted for mod in said.mods):
            ways.append(asked_whether(said.head(True), predicate))
        return self._chance.choice(ways)

    def _statement(self, name: str, near: Path) -> str:
        """Whether something is among what a step leads to."""
        step, other = near.hops[0].step, self._sets.of(Path(near.seed, ())).noun
        onward, back = self._lexicon.phrase(step), self._lexicon.phrase(step.reverse)
        ways = []
        for phrase, one, two in ((back, name, other), (onward, other, name)):
            if phrase is None:
                continue
            if phrase.shape is Shape.VERB:
                text = self._sets.relations.verb(phrase.text)
                ways.append(asked_whether(one, f"{conjugated(text, plural=False)} {two}"))
            elif phrase.shape is Shape.NOUN:
                ways += [f"is {two} the {phrase.text} of {one}", f"does {one} have {two} as {phrase.text}"]
                ways.append(f"is {one}{possessive(one)} {phrase.text} {two}")
            else:
                role = in_role(phrase.text, plural=False) if phrase.shape is Shape.ROLE else phrase.text
                ways.append(f"{being(plural=False, past=phrase.was)} {one} {role} {two}")
        noun, vague = self._sets.relations.noun(self._lexicon.kinds(step))
        if not vague and noun:
            ways.append(f"is {name} one of {self._sets.reached(step, other, False).inside()}")
        return self._chance.choice(ways or [f"is {name} {self._lexicon.text(step)} {other}"])

    # --- of all ---------------------------------------------------------------------------------------------------

    def _aggregate(self, wanted: Aggregate) -> str:
        attribute = self._lexicon.attribute(wanted.attribute)
        said = self._sets.of(wanted.members)
        if attribute.of_time:
            return self._first_time(wanted.function, attribute, said.inside())
        the, name = said.inside(), attribute.text
        if attribute.shape is Shape.NOUN:
            name = self._sets.relations.another_noun(name)
        word = self._chance.choice(_FUNCTIONS[wanted.function])
        ways = [
            f"{word} {name} of {the}",
            f"what is the {word} {name} of {the}",
            f"{word} {name} for {said.text()}",
            f"what is the {word} {name} among {the}",
        ]
        match wanted.function:
            case Function.SUM:
                how = "how many" if looks_plural(name) else "how much"
                ways += [f"{how} {name} do {the} have altogether", f"{how} {name} do {the} have in all"]
                ways += [f"sum up the {name} of {the}", f"add up the {name} of {the}"]
            case Function.AVERAGE:
                ways += self._on_average(attribute, said)
            case _:
                ways += self._extreme(wanted.function is Function.MAXIMUM, attribute, said)
        return self._chance.choice(ways)

    def _first_time(self, function: Function, attribute: Attribute, the: str) -> str:
        first = self._chance.choice(("first", "earliest") if function is Function.MINIMUM else ("last", "latest"))
        done = happened(attribute)
        if not done:
            return self._chance.choice(
                (f"{first} {attribute.text} of {the}", f"what is the {first} {attribute.text} of {the}")
            )
        base = base_of(done.split(" ")[0]) or done
        if happens_now(done):
            return f"when does the {first} of {the} {base}"
        if happens_alone(done):
            return f"when did the {first} of {the} {base}"
        return self._chance.choice(
            (f"when was the {first} of {the} {done}", f"{first} year that one of {the} was {done}")
        )

    def _on_average(self, attribute: Attribute, said: Said) -> list[str]:
        the, ways = said.inside(), []
        dimension = dimension_of(attribute.text)
        if dimension and dimension.has_degrees:
            ways.append(f"how {dimension.sides(person=said.person)[0][0]} are {the} on average")
        if dimension and dimension.verbs:
            ways.append(f"how much do {the} {dimension.verbs[0]} on average")
        if looks_plural(attribute.text):
            ways.append(f"how many {attribute.text} do {the} have on average")
        return ways

    def _extreme(self, greatest: bool, attribute: Attribute, said: Said) -> list[str]:
        dimension = dimension_of(attribute.text)
        if dimension is None or not dimension.has_degrees:
            return []
        high, low = dimension.sides(person=said.person)
        most = compared(self._chance.choice(high if greatest else low))[1]
        return [f"how {high[0]} is the {most} of {said.inside()}", f"how {high[0]} is the {most} {said.text(False)}"]

    # --- of two ---------------------------------------------------------------------------------------------------

    def comparison(self, ranked: Ranked, paths: list[Path], attribute: Attribute) -> str:
        """Which of two things has more, or less."""
        greatest = ranked.greatest
        names = [self._sets.of(path).noun for path in paths]
        self._chance.shuffle(names)
        one, other = names[0], " or ".join(names[1:])
        noun, vague = self._sets.relations.noun(self._sets.kinds_of(paths[0].seed))
        said = Said(noun, vague=vague)
        which = (
            "who" if said.person else self._chance.choice(("which", "which one", "which" if vague else f"which {noun}"))
        )
        ways = []
        for so in self._is_more(attribute, greatest, said):
            ways += [
                f"{which} {so}, {one} or {other}",
                f"{one} or {other}, {which} {so}",
                f"{which} of {one} and {other} {so}",
            ]
        return self._chance.choice(ways)

    def _is_more(self, attribute: Attribute, greatest: bool, said: Said) -> list[str]:
        """What is so of the one that has more, or less."""
        if attribute.of_time:
            return _is_later(attribute, greatest, said)
        ways = []
        dimension = dimension_of(attribute.text)
        if dimension is not None:
            high, low = dimension.sides(person=said.person)
            ways += [f"is {compared(self._chance.choice(high if greatest else low))[0]}"] * 2
            more = "more" if greatest else "less"
            ways += [
                f"{verbs.third_of(verb)} {'longer' if verb in {'last', 'take'} and greatest else more}"
                for verb in dimension.verbs
            ]
        if looks_plural(attribute.text):
            ways.append(f"has {'more' if greatest else 'fewer'} {attribute.text}")
        elif attribute.shape is Shape.NOUN or not ways:
            words = ("higher", "larger", "greater") if greatest else ("lower", "smaller")
            ways.append(f"has the {self._chance.choice(words)} {attribute.text}")
        return ways

    def _compared(self, wanted: Compared) -> str:
        """Whether one thing has more than another, or less."""
        paths = [part for part in (wanted.left, wanted.right) if isinstance(part, Path)]
        if len(paths) < 2 or len({path.hops for path in paths}) > 1:
            raise Unsayable
        one, other = (self._sets.of(Path(path.seed, ())).noun for path in paths)
        noun, vague = self._sets.relations.noun(self._sets.kinds_of(paths[0].seed))
        attribute = self._lexicon.attribute(paths[0].hops[-1].step.relation)
        so = self._is_more(attribute, wanted.comparison is Comparison.GREATER, Said(noun, vague=vague))
        return f"{asked_whether(one, self._chance.choice(so))} than {other}"

    def _grouped(self, wanted: Grouped) -> str:
        """What is computed for each of some groups."""
        several = wanted.of.members
        members, (by, vague) = self._sets.of(several), self._sets.relations.noun(self._lexicon.kinds(wanted.by))
        onward = self._lexicon.phrase(wanted.by)
        if onward is not None and onward.shape is Shape.NOUN:
            by = onward.text
        elif vague or not self._sets.is_only(wanted.by):
            raise Unsayable
        np = members.text()
        if isinstance(wanted.of, Aggregate):
            word = self._chance.choice(_FUNCTIONS[wanted.of.function])
            what = f"{word} {self._lexicon.attribute(wanted.of.attribute).text} of {members.inside()}"
            return self._chance.choice((f"{what} per {by}", f"{what} for each {by}", f"{what} by {by}"))
        ways = (
            f"number of {np} per {by}",
            f"how many {np} are there per {by}",
            f"how many {np} are there for each {by}",
        )
        return self._chance.choice((*ways, f"count {members.inside()} by {by}", f"{np} per {by}, how many"))

    def _difference(self, wanted: Difference) -> str:
        one, other = self._sets.of(wanted.left).noun, self._sets.of(wanted.right).noun
        attribute = self._lexicon.attribute(wanted.attribute)
        text, dimension = attribute.text, dimension_of(attribute.text)
        ways = [
            f"difference in {text} between {one} and {other}",
            f"what is the difference in {text} between {one} and {other}",
            f"by how much does the {text} of {one} exceed that of {other}",
            f"{text} difference between {one} and {other}",
        ]
        if looks_plural(text) and not attribute.unit:
            ways += [f"how many more {text} does {one} have than {other}"] * 3
        if dimension is not None:
            adjective = compared(dimension.high[0])[0]
            ways += [f"how much {adjective} is {one} than {other}"] * 2
            if attribute.unit:
                ways.append(f"how many {attribute.unit} {adjective} is {one} than {other}")
                ways.append(f"by how many {attribute.unit} is {one} {adjective} than {other}")
            ways += [f"how much more does {one} {verb} than {other}" for verb in dimension.verbs]
        return self._chance.choice(ways)


def _is_later(attribute: Attribute, greatest: bool, said: Said) -> list[str]:
    done = happened(attribute)
    ways = [] if done == "born" else [f"is {'newer' if greatest else 'older'}"]
    if done == "born" and said.person:
        ways += [f"is {'younger' if greatest else 'older'}"] * 2
    if done:
        past = done if happens_alone(done) or happens_now(done) else f"was {done}"
        ways += [f"{past} {how}" for how in (("later", "more recently") if greatest else ("earlier", "first"))]
    return ways
