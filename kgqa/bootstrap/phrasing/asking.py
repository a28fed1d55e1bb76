"""Questions: what is asked of a program, in the ways that people ask it."""

from __future__ import annotations

import random

from graphdb import (
    Aggregate,
    Beside,
    Combined,
    Compared,
    Count,
    Difference,
    Direction,
    Exists,
    FactValues,
    Following,
    Grouped,
    NodeSet,
    Path,
    Program,
    Ranked,
    Step,
)
from kgqa.bootstrap.phrasing.computing import Computing
from kgqa.bootstrap.phrasing.relations import THING
from kgqa.bootstrap.phrasing.said import Said
from kgqa.bootstrap.phrasing.sets import Sets
from kgqa.bootstrap.phrasing.values import Values
from kgqa.wording import verbs
from kgqa.wording.english import Shape, being, split_preposition
from kgqa.wording.lexicon import base_of
from kgqa.wording.nouns import plural_of

_OF_ONE_THING = 0.3  # how often it is asked what one thing does, rather than for those that it does it to
_LISTED = 0.55  # how often members are named, rather than asked for in a sentence


class Asking:
    """Asks for the result of programs, each time in one of the ways there are."""

    def __init__(self, sets: Sets, chance: random.Random) -> None:
        self._sets = sets
        self._lexicon = sets.lexicon
        self._values = Values(sets, chance)
        self._computing = Computing(sets, chance)
        self._chance = chance

    def ask(self, program: Program, size: int) -> str:
        """One question.

        :param size: how many results it has; of one, people ask as of one.
        :raises Unsayable: if there is nothing that people would understand.
        """
        match program:
            case Count() | Exists() | Aggregate() | Difference() | Compared() | Grouped():
                return self._computing.ask(program)
            case Beside():
                return self._values.ask_beside(program)
            case FactValues():
                return self._values.ask_facts(program)
        return self._of_set(program, size)

    def _of_set(self, members: NodeSet, size: int) -> str:
        match members:
            case Ranked(Combined(_, parts), str(by), 1, _):
                paths = [part for part in parts if isinstance(part, Path)]
                return self._computing.comparison(members, paths, self._lexicon.attribute(by))
            case Path(seed, hops) if hops and self._is_value(hops[-1].step):
                return self._values.ask(Path(seed, hops[:-1]), hops[-1].step)
            case Following(inner, steps) if self._is_value(steps[-1]):
                return self._values.ask(Following(inner, steps[:-1]) if len(steps) > 1 else inner, steps[-1])
            case Path(str(), hops) if len(hops) == 1 and self._chance.random() < _OF_ONE_THING:
                return self._of_one_thing(members) or self._members(members, size)
        return self._members(members, size)

    def _is_value(self, step: Step) -> bool:
        return self._lexicon.is_attribute(step.relation) and step.direction is Direction.OUT

    def _members(self, members: NodeSet, size: int) -> str:
        several = size > 1 or self._chance.random() < 0.25
        if isinstance(members, Ranked):
            several = members.first > 1
        said = self._sets.of(members)
        if _says_nothing(said):
            return self._unnamed(said)
        ways = self._listed(said, several) if self._chance.random() < _LISTED else self._asked(said, several)
        return self._chance.choice(ways)

    def _unnamed(self, said: Said) -> str:
        """Members that are called nothing."""
        one = said.predicate(False)
        ways = [f"what {one}", f"what {one}", f"which ones {said.predicate(True)}"]
        if not any(mod.fronted for mod in said.mods):
            ways.append(f"everything that {one}")
        return self._chance.choice(ways)

    def _listed(self, said: Said, several: bool) -> list[str]:
        np, the = said.text(several), said.inside(several)
        ways = [np, np, np, the, f"list {the}", f"show me {the}", f"give me {the}", f"name {the}", f"find {the}"]
        ways.append(f"what {'are' if several else 'is'} {the}")
        if said.person:
            ways.append(f"who {'are' if several else 'is'} {the}")
        if several and not said.owner:
            ways += [f"all {np}", f"list all {np}"]
        return ways

    def _asked(self, said: Said, several: bool) -> list[str]:
        head, predicate = said.head(several), said.predicate(several)
        are, who = "are" if several else "is", "who" if said.person else "what"
        ways = [f"{who} {are} {said.inside(several)}"]
        if not predicate or said.owner:
            bare = several and not said.owner and not said.mods
            return [*ways, f"which {head} are there", f"what {head} do we have"] if bare else ways
        ways += [f"which {head} {predicate}"] * 3 + [f"what {head} {predicate}"] * 2
        plain = not any(mod.before for mod in said.mods)
        if plain and (said.person or said.vague):
            ways += [f"{who} {said.predicate(False)}"] * 3
        if several and not said.vague and not any(mod.fronted for mod in said.mods):
            ways.append(f"which of the {said.head(True)} {predicate}")
        return ways

    def _of_one_thing(self, path: Path) -> str:
        """Where something is, or what it does; empty if that cannot be asked so."""
        step, name = path.hops[0].step, self._sets.of(Path(path.seed, ())).noun
        phrase = self._lexicon.phrase(step)
        if phrase is None or phrase.shape is Shape.NOUN:
            return ""
        noun, vague = self._sets.relations.noun(self._lexicon.kinds(step))
        text = self._sets.relations.verb(phrase.text) if phrase.shape is Shape.VERB else phrase.text
        start, preposition = split_preposition(text)
        if preposition in {"in", "at", "on", "to"} and Said(noun).place:
            asked = "where"
        elif phrase.shape is Shape.VERB and not preposition:
            asked = "who" if Said(noun).person else "what"
            if not vague and self._chance.random() < 0.5:
                asked = f"which {plural_of(noun)}"
        else:
            return ""
        if phrase.shape is not Shape.VERB:
            return f"{asked} {being(plural=False, past=phrase.was)} {name} {start}".strip()
        first, _, rest = start.partition(" ")
        base = base_of(first) or first
        does = "did" if verbs.is_past(first) and not verbs.is_base(first) else "does"
        if first in {"is", "was"}:
            return f"{asked} {first} {name} {rest}".strip()
        return f"{asked} {does} {name} {base} {rest}".strip()


def _says_nothing(said: Said) -> bool:
    """Whether its noun is better left out."""
    return said.noun == THING and not said.owner and bool(said.predicate(False)) and not said.before
