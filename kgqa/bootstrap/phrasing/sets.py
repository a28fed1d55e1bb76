"""Sets of entities as people say them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from graphdb import (
    Combined,
    Compare,
    Comparison,
    During,
    EntityType,
    Following,
    Literal,
    LiteralKind,
    Node,
    NodeSet,
    Path,
    Ranked,
    Restricted,
    SetOperation,
    Step,
    Through,
)
from graphdb.programs import FactCondition
from kgqa.bootstrap.phrasing.amounts import Amounts
from kgqa.bootstrap.phrasing.conditions import Conditions
from kgqa.bootstrap.phrasing.events import happened
from kgqa.bootstrap.phrasing.neighbours import Neighbours
from kgqa.bootstrap.phrasing.relations import THING, Relations, Unsayable
from kgqa.bootstrap.phrasing.said import Mod, Said, aside
from kgqa.wording.english import Shape
from kgqa.wording.lexicon import compared, dimension_of
from kgqa.wording.nouns import looks_plural
from kgqa.wording.vocabulary import Attribute, Lexicon

_HIGHEST, _LOWEST = ("highest", "largest", "greatest", "biggest", "top"), ("lowest", "smallest", "least", "minimum")
_LATEST, _EARLIEST = ("latest", "most recent", "newest"), ("earliest", "oldest", "first")
_PERIODS = frozenset({"since", "from", "to", "until", "till"})
_IN_WORDS = {2: "two", 3: "three", 4: "four", 5: "five"}


class Sets:
    """Says sets, each time in one of the ways there are.

    :param name: how a node is called this time.
    :param single: whether a step most likely leads to one thing alone.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        chance: random.Random,
        name: Callable[[Node], str],
        single: Callable[[Step], bool],
        subjects: Callable[[str], tuple[str, ...]],
        types: Callable[[Node], tuple[str, ...]],
        is_only: Callable[[Step], bool],
    ) -> None:
        self.lexicon = lexicon
        self.relations = Relations(lexicon, chance)
        self._neighbours = Neighbours(lexicon, self.relations, chance, is_only)
        self._conditions = Conditions(lexicon, self.relations, self._neighbours, chance)
        self._amounts = Amounts(chance)
        self._chance = chance
        self._name = name
        self._single = single
        self._subjects = subjects
        self._types = types
        self.is_only = is_only

    def of(self, members: NodeSet) -> Said:  # noqa: PLR0911
        match members:
            case Path():
                return self._path(members)
            case Combined(SetOperation.INTERSECTION, parts):
                return self._all_of(parts)
            case Combined(SetOperation.UNION, parts):
                return self._any_of(parts)
            case Combined(_, parts):
                return self._but_not(parts)
            case Restricted(inner, conditions):
                said = self.of(inner)
                return said.but(*self._conditions.mods(conditions, said))
            case Ranked():
                return self.ranked(members)
            case Following(inner, steps):
                said = self.of(inner)
                several = not isinstance(inner, Ranked) or inner.first > 1
                for step in steps:
                    said, several = self.reached(step, said.inside(several), several), not self._single(step)
                return said
            case Through(inner, step, conditions):
                return self._through(inner, step, conditions)
        raise Unsayable

    def kinds_of(self, node: Node) -> list[str]:
        """The nouns of the types of an entity."""
        return [self.lexicon.type(name) for name in self._types(node)]

    def is_one(self, members: NodeSet) -> bool:
        """Whether a set most likely has one member."""
        match members:
            case Path(_, ()):
                return True
            case Path(seed, hops):
                return not isinstance(seed, EntityType | Literal) and all(self._single(hop.step) for hop in hops)
            case Ranked(_, _, first, _):
                return first == 1
        return False

    def reached(self, step: Step, other: str, others: bool) -> Said:
        """What a step leads to."""
        onward = self.lexicon.phrase(step)
        kinds = self.lexicon.kinds(step)
        noun, vague = self.relations.noun(kinds)
        if onward is not None and onward.shape is Shape.NOUN and self._chance.random() < 0.75:
            return self._owned(self.relations.another_noun(onward.text), other)
        if not vague and self.is_only(step) and self._chance.random() < 0.25:
            return self._owned(noun, other)
        agent = self.relations.agent(step)
        if agent and self._chance.random() < 0.2:
            return self._owned(agent, other)
        said = Said(noun, vague=vague)
        return said.but(self.relations.mod(step, other, others=others, person=said.person))

    def _owned(self, noun: str, other: str) -> Said:
        if other.startswith("the ") or self._chance.random() < 0.5:
            return Said(f"{noun} of {other}")
        return Said(noun, owner=f"{other}{possessive(other)}")

    def _path(self, path: Path) -> Said:
        seed, hops = path.seed, path.hops
        if isinstance(seed, EntityType):
            said = Said(self.relations.another_noun(self.lexicon.type(seed.name)))
            hops, several = hops[1:], True
        elif isinstance(seed, Literal) and hops:
            said, several = self.of_value(seed, hops[0].step.relation), True
            hops = hops[1:]
        else:
            said, several = Said(self._name(seed), fixed=True), False
        for hop in hops:
            said = self.reached(hop.step, said.inside(several), several)
            several = several or not self._single(hop.step)
            if hop.exclude_seed and len(path.hops) > 1:
                said = said.but(self._others(self._name(seed)))
        return said

    def _others(self, name: str) -> Mod:
        if self._chance.random() < 0.6:
            return aside(before="other")
        after = self._chance.choice((f"besides {name}", f"apart from {name}", f"other than {name}", f"except {name}"))
        return aside(after)

    def of_value(self, value: Literal, attribute: str) -> Said:
        """What has a value."""
        kinds = [self.lexicon.type(name) for name in self._subjects(attribute)]
        noun, vague = self.relations.noun(kinds)
        said = Said(noun, vague=vague)
        return said.but(self._conditions.compared(Compare(attribute, Comparison.EQUAL, value), said))

    def _all_of(self, parts: Sequence[NodeSet]) -> Said:
        said = [self.of(part) for part in parts]
        heads = sorted(said, key=lambda each: (bool(each.mods) or each.fixed, each.vague))
        main = heads[0]
        same = [part for part in parts if isinstance(part, Path)]
        if len(same) == len(parts) == 2 and same[0].hops == same[1].hops and self._chance.random() < 0.6:
            seeds = [part.seed for part in same if isinstance(part.seed, str)]
            if len(seeds) == 2 and len(same[0].hops) == 1:
                how = self._chance.choice(("both {} and {}", "{} as well as {}", "{} and also {}", "{} and {}"))
                return self.reached(same[0].hops[0].step, how.format(*map(self._name, seeds)), True)
        rest = [each for each in said if each is not main]
        mods = [mod for each in rest for mod in (each.mods or (self._among(each),))]
        return main.but(*mods)

    def _among(self, said: Said) -> Mod:
        text = said.text()
        return Mod(
            f"is among the {text}", f"are among the {text}", f"that are not among the {text}", f"among the {text}"
        )

    def _any_of(self, parts: Sequence[NodeSet]) -> Said:
        paths = [part for part in parts if isinstance(part, Path)]
        if len(paths) == len(parts) and len({path.hops for path in paths}) == 1 and len(paths[0].hops) <= 1:
            names = [self._name(path.seed) for path in paths]
            self._chance.shuffle(names)
            either = self._chance.choice(("{} or {}", "either {} or {}", "{} or {}")).format(
                ", ".join(names[:-1]), names[-1]
            )
            if not paths[0].hops:
                return Said(either, fixed=True)
            return self.reached(paths[0].hops[0].step, either, False)
        texts = [self.of(part).text() for part in parts]
        return Said(" or ".join(texts), fixed=True)

    def _but_not(self, parts: Sequence[NodeSet]) -> Said:
        first, *others = (self.of(part) for part in parts)
        for other in others:
            if other.fixed:
                first = first.but(aside(f"{self._chance.choice(('except', 'other than', 'but not'))} {other.noun}"))
                continue
            for mod in other.mods[-1:]:
                first = first.but(self._denied(mod))
            if not other.mods:
                first = first.but(aside(f"except the {other.text()}"))
        return first

    def _denied(self, mod: Mod) -> Mod:
        no = mod.no or f"that are not {mod.after}"
        but = f"but not {mod.after}" if mod.after and not mod.after.startswith(("who", "that")) else ""
        after = but if but and self._chance.random() < 0.4 else no
        sentence = no.removeprefix("that ").removeprefix("who ")
        if sentence.split(" ")[0] not in {"are", "do", "don't", "have", "never", "did"}:
            sentence = f"are {sentence}" if sentence.startswith("not ") else ""
        return Mod(sentence, sentence, mod.many, after)

    def _through(self, inner: NodeSet, step: Step, conditions: Sequence[FactCondition]) -> Said:
        near = self.of(inner)
        noun, vague = self.relations.noun(self.lexicon.kinds(step))
        said = Said(noun, vague=vague)
        mod = self.relations.mod(step, near.inside(), others=False, person=said.person)
        how = self.of_facts(step.relation, conditions)
        after = f"{mod.after} {how}" if mod.after else ""
        return said.but(
            replace(mod, one=f"{mod.one} {how}", many=f"{mod.many} {how}", no=f"{mod.no} {how}", after=after)
        )

    def of_facts(self, relation: str, conditions: Sequence[FactCondition]) -> str:
        """What is said of the facts themselves: ``since 2010``, ``as consultant``, ``with a dose over 5 mg``."""
        periods = [each for each in conditions if isinstance(each, During)]
        compares = [each for each in conditions if isinstance(each, Compare)]
        said = [self._amounts.period(each.first, each.last) for each in periods]
        return " ".join([*said, self._compared(relation, compares)] if compares else said)

    def _compared(self, relation: str, conditions: Sequence[Compare]) -> str:  # noqa: PLR0911
        names = {each.attribute for each in conditions}
        attribute = self.lexicon.property(relation, conditions[0].attribute)
        thing = Said(THING)
        if len(conditions) == 2 and len(names) == 1:
            low, high = sorted(conditions, key=lambda each: each.comparison is not Comparison.AT_LEAST)
            if attribute.text in _PERIODS:
                return f"{attribute.text} {low.value} to {high.value}"
            return self._conditions.between(attribute, low.value, high.value, thing).following(True)
        value, comparison = conditions[0].value, conditions[0].comparison
        if value.kind is LiteralKind.BOOLEAN:
            return f"{'' if value.value else 'not '}{attribute.text}".strip()
        if value.kind is LiteralKind.STRING:
            return self._chance.choice(
                (
                    f"as {value}",
                    f"with {attribute.text} {value}",
                    f"({attribute.text}: {value})",
                    f"where the {attribute.text} is {value}",
                )
            )
        if value.kind is LiteralKind.DATE or attribute.of_time or attribute.text in _PERIODS:
            when = self._amounts.time(comparison, value)
            if attribute.text in {"to", "until", "till"}:
                return f"{attribute.text} {when}"
            return when
        return self._conditions.numbered(attribute, comparison, value, thing).following(True)

    # --- order ----------------------------------------------------------------------------------------------------

    def ranked(self, ranked: Ranked) -> Said:
        said = self.of(ranked.members)
        if isinstance(ranked.by, Step):
            most = self._chance.choice(
                ("the most", "the most", "the highest number of", "the largest number of")
                if ranked.greatest
                else ("the fewest", "the least")
            )
            mod = self._neighbours.having(ranked.by, most, said)
            return said.but(mod, *self._first(ranked.first))
        attribute = self.lexicon.attribute(ranked.by)
        if said.fixed:
            return said
        word, by = self.superlative(attribute, ranked.greatest, said)
        if word and self._chance.random() < 0.75:
            before = f"{self._number(ranked.first)}{word}"
            mods = [aside(before=before)]
            if by:
                mods.append(aside(f"by {attribute.text}"))
            return replace(said, mods=(mods[0], *said.mods, *mods[1:]))
        return said.but(self._with_most(attribute, ranked.greatest), *self._first(ranked.first))

    def _number(self, first: int) -> str:
        if first == 1:
            return ""
        return f"{self._chance.choice((_IN_WORDS.get(first, str(first)), str(first), f'top {first}'))} "

    def _first(self, first: int) -> list[Mod]:
        return [] if first == 1 else [aside(before=self._number(first).strip())]

    def _with_most(self, attribute: Attribute, greatest: bool) -> Mod:
        text = attribute.text
        if attribute.of_time:
            size = self._chance.choice(_LATEST if greatest else _EARLIEST)
            done = happened(attribute)
            if done:
                last = self._chance.choice(("last", "most recently") if greatest else ("first", "earliest"))
                return Mod(f"was {done} {last}", f"were {done} {last}", "", f"{done} {last}")
        elif looks_plural(text):
            size = "most" if greatest else "fewest"
        else:
            size = self._chance.choice(_HIGHEST[:4] if greatest else _LOWEST[:3])
        text = self.relations.another_noun(text)
        return Mod(f"has the {size} {text}", f"have the {size} {text}", "", f"with the {size} {text}")

    def superlative(self, attribute: Attribute, greatest: bool, said: Said) -> tuple[str, bool]:
        """An adjective for what has most or least of an attribute; whether the attribute must be named with it."""
        dimension = dimension_of(attribute.text)
        if attribute.of_time:
            born = attribute.text.startswith(("born", "birth"))
            if born and said.person:
                return ("youngest", False) if greatest else ("oldest", False)
            return self._chance.choice(_LATEST if greatest else ("oldest", "earliest", "first")), False
        if dimension is not None:
            sides = dimension.sides(person=said.person)
            word = compared(self._chance.choice(sides[0] if greatest else sides[1]))[1]
            return word, self._chance.random() < 0.3
        if looks_plural(attribute.text):
            return "", False
        return self._chance.choice(("top", "highest") if greatest else ("lowest", "bottom")), True


def possessive(name: str) -> str:
    return "'" if name.endswith("s") else "'s"
