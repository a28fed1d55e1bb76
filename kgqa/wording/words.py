"""Programs in words, the way people would ask: what a sentence encoder compares with a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from graphdb import TYPE_RELATION, Direction, Hop, Node, Path, Schema, Step
from graphdb.programs import (
    Aggregate,
    Beside,
    Combined,
    Compared,
    Comparison,
    Condition,
    Count,
    Difference,
    Exists,
    Following,
    Function,
    Grouped,
    NodeSet,
    One,
    Program,
    SetOperation,
    Value,
)
from kgqa.wording.clauses import happening, predicate, time_noun, value_of
from kgqa.wording.english import Shape, being
from kgqa.wording.nouns import with_article
from kgqa.wording.said import Said, all_of
from kgqa.wording.sets import Sets
from kgqa.wording.vocabulary import Attribute, Vocabulary

_FUNCTIONS = {
    Function.SUM: "total",
    Function.AVERAGE: "average",
    Function.MINIMUM: "least",
    Function.MAXIMUM: "greatest",
}
_FUNCTIONS_OF_TIME = {Function.MINIMUM: "earliest", Function.MAXIMUM: "latest"}
_COMPARED = {
    Comparison.EQUAL: "the same as",
    Comparison.NOT_EQUAL: "different from",
    Comparison.LESS: "less than",
    Comparison.AT_MOST: "at most",
    Comparison.GREATER: "greater than",
    Comparison.AT_LEAST: "at least",
}
_COMPARED_TIMES = {
    Comparison.EQUAL: "at the same time as",
    Comparison.NOT_EQUAL: "at another time than",
    Comparison.LESS: "before",
    Comparison.AT_MOST: "no later than",
    Comparison.GREATER: "after",
    Comparison.AT_LEAST: "no earlier than",
}
_RELATIVE = ("of which", "in which", "to which", "on which", "at which", "for which", "with which", "from which")


def in_words(
    program: Program, schema: Schema, names: Mapping[Node, str], senses: Mapping[Condition, str] | None = None
) -> str:
    """A program in canonical English, such as ``top 3 rivers that traverse Texas with the greatest length``.

    :param schema: says how relations and types read; what it lacks reads by its name.
    :param names: how nodes are called; an entity that is not there by its key, a value or a type as it reads.
    :param senses: words that stand for conditions, as ``major`` may for a population of more than so many.
    """
    return _Words(Vocabulary(schema, names, senses)).program(program)


class _Words:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._words = vocabulary.of
        self._sets = Sets(vocabulary)

    def program(self, program: Program) -> str:
        match program:
            case Count() | Exists() | Aggregate() | Difference() | Compared():
                return self._value(program)
            case Grouped():
                return self._grouped(program)
            case Beside(members, attribute):
                return self._beside(self._sets.set(members), self._words.attribute(attribute))
            case _:
                return self._sets.set(program).text

    # --- values -----------------------------------------------------------------------------------------------

    def _value(self, program: Value) -> str:
        match program:
            case Count(members):
                return f"number of {self._sets.set(members, plural=True).text}"
            case Exists(members):
                return f"whether {self._exists(members)}"
            case Aggregate(function, members, attribute):
                return self._aggregate(function, self._sets.set(members), self._words.attribute(attribute))
            case Difference(left, right, attribute):
                between = f"{self._sets.set(left).inside} and {self._sets.set(right).inside}"
                return f"difference in {self._words.attribute(attribute).unmistakable} between {between}"
            case Compared():
                return f"whether {self._compared(program)}"

    def _compared(self, compared: Compared) -> str:
        left, right = _holder(compared.left), _holder(compared.right)
        if left and right and left[1] == right[1]:
            attribute = self._words.attribute(left[1])
            if attribute.says_when:
                how = _COMPARED_TIMES[compared.comparison]
                return f"{happening(attribute, self._sets.set(left[0]))} {how} {self._sets.set(right[0]).inside}"
        how = _COMPARED[compared.comparison]
        return f"{self._one(compared.left)} is {how} {self._one(compared.right)}"

    def _one(self, program: One) -> str:
        if isinstance(program, Count | Aggregate | Difference):
            return f"the {self._value(program)}"
        return self._sets.set(program).inside

    def _aggregate(self, function: Function, members: Said, attribute: Attribute) -> str:
        if attribute.of_time and function in _FUNCTIONS_OF_TIME:
            what = _FUNCTIONS_OF_TIME[function]
            if attribute.says_when:
                return f"{what} {time_noun(attribute)} {happening(attribute, members)}"
        else:
            what = _FUNCTIONS[function]
        return f"{what} {attribute.unmistakable} of {members.inside}"

    def _exists(self, members: NodeSet) -> str:
        match members:
            case Combined(SetOperation.INTERSECTION, parts):
                named = [part for part in parts if isinstance(part, Path) and not part.hops]
                others = [part for part in parts if part not in named]
                if len(named) == 1 and others:
                    name = self._vocabulary.node(named[0].seed)
                    rest = others[0] if len(others) == 1 else replace(members, parts=tuple(others))
                    return self._statement(name, rest)
            case Path(seed, ()):
                return f"there is {self._vocabulary.node(seed)}"
        said = self._sets.set(members, plural=True)
        return f"there {being(plural=said.plural)} {said.text}"

    def _statement(self, name: str, members: NodeSet) -> str:
        """That a thing is among members."""
        said = self._sets.set(members, plural=False)
        if said.open and isinstance(members, Path | Following) and len(said.modifiers) == 1 and not said.more:
            (modifier,) = said.modifiers
            if modifier.name_last:
                return f"{modifier.text.removeprefix('that ')} {name}"
            if not modifier.text.startswith(_RELATIVE):
                return f"{name} {predicate(modifier.text, plural=False)}"
        if said.plural:
            return f"{name} is one of {'' if said.open else 'the '}{said.text}"
        return f"{name} is {with_article(said.text) if said.open else said.inside}"

    # --- rows -------------------------------------------------------------------------------------------------

    def _grouped(self, grouped: Grouped) -> str:
        of = grouped.of
        members = self._of_each(self._sets.set(of.members, plural=True), grouped)
        if isinstance(of, Count):
            return f"number of {members.text}"
        return self._aggregate(of.function, members, self._words.attribute(of.attribute))

    def _of_each(self, members: Said, grouped: Grouped) -> Said:
        """The members of each group."""
        by = grouped.by
        attribute = self._words.attribute(by.relation) if self._words.is_attribute(by.relation) else None
        noun = attribute.text if attribute else self._words.reached(by, False) or self._words.text(by)
        each = Said(f"each {noun}" if grouped.groups is None else self._each(grouped.groups), False, fixed=True)
        if attribute or by.relation == TYPE_RELATION:
            return replace(members, more=(*members.more, f"for {each.text}"))
        return all_of((members, self._sets.one_step(each, by.reverse, True)))

    def _each(self, groups: NodeSet) -> str:
        match groups:
            case Combined(SetOperation.UNION, parts):
                return f"each of {' and '.join(self._sets.set(part).inside for part in parts)}"
        said = self._sets.set(groups, plural=False)
        return f"each of {said.inside}" if said.fixed else f"each {said.text}"

    def _beside(self, members: Said, attribute: Attribute) -> str:
        if attribute.shape is Shape.NOUN and not attribute.boolean:
            return f"{members.text} and {'their' if members.plural else 'its'} {attribute.unmistakable}"
        they = Said("they" if members.plural else "it", members.plural, fixed=True)
        return f"{members.text} and {value_of(attribute, they, None).text}"


def _holder(program: One) -> tuple[Path, str] | None:
    """What a path to an attribute leads from, and the attribute."""
    match program:
        case Path(seed, (*hops, Hop(Step(relation, Direction.OUT)))):
            return Path(seed, tuple(hops)), relation
    return None
