"""Programs in words, the way people would ask: what a sentence encoder compares with a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from graphdb import TYPE_RELATION, Direction, EntityType, Literal, Node, Path, Schema, Step
from graphdb.programs import (
    Aggregate,
    Combined,
    Compare,
    Comparison,
    Count,
    Difference,
    Exists,
    FactValues,
    Following,
    Function,
    NodeSet,
    Program,
    Ranked,
    Restricted,
    SetOperation,
    Through,
)
from graphdb.wording import words_of
from kgqa.answering.conditions import Conditions, Modifier
from kgqa.answering.english import (
    Phrase,
    Shape,
    being,
    conjugated,
    denied,
    in_number,
    looks_plural,
    plural_of,
    preposition_of,
    without_preposition,
)
from kgqa.answering.vocabulary import Vocabulary

_FUNCTIONS = {
    Function.SUM: "total",
    Function.AVERAGE: "average",
    Function.MINIMUM: "least",
    Function.MAXIMUM: "greatest",
}
_ANY = "one"
"""What members are called whose type is not known."""


def in_words(program: Program, schema: Schema, names: Mapping[Node, str]) -> str:
    """A program in canonical English, such as ``top 3 rivers that traverse Texas with the greatest length``.

    :param schema: says how relations and types read; what it lacks reads by its name.
    :param names: how nodes are called; an entity that is not there by its key, a value or a type as it reads.
    """
    return _Words(Vocabulary(schema, names)).program(program)


@dataclass(frozen=True, slots=True)
class _Said:
    """A set in words.

    :param head: the noun of its members, or all that there is to say.
    :param plural: whether that speaks of several.
    :param typed: whether the noun only says what type they have; so more can be said of them, and of other types.
    :param fixed: whether it is a name or the like, which takes no article.
    :param modifiers: what leads to them; all of it holds.
    :param more: what follows that: conditions and exceptions.
    :param rank: a superlative that ends it.
    """

    head: str
    plural: bool
    typed: bool = False
    fixed: bool = False
    modifiers: tuple[Modifier, ...] = ()
    more: tuple[str, ...] = ()
    rank: str = ""

    @property
    def text(self) -> str:
        said = sorted((modifier.text for modifier in self.modifiers), key=lambda text: text.startswith("that "))
        return " ".join(filter(None, (self.head, " and ".join(said), *self.more, self.rank)))

    @property
    def inside(self) -> str:
        """The words within a longer phrase."""
        definite = not self.fixed and (not self.plural or self.rank)
        return f"the {self.text}" if definite else self.text

    @property
    def open(self) -> bool:
        """Whether more can be said of its members than what the set is."""
        return self.typed and not self.rank

    @property
    def bare(self) -> bool:
        """Whether it is all members of a type."""
        return self.open and not self.modifiers and not self.more


class _Words:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._conditions = Conditions(vocabulary)

    def program(self, program: Program) -> str:
        match program:
            case Count(members):
                return f"number of {self._set(members, plural=True).text}"
            case Exists(members):
                return self._exists(members)
            case Aggregate(function, members, attribute):
                what = f"{_FUNCTIONS[function]} {self._vocabulary.attribute(attribute).text}"
                return f"{what} of {self._set(members).inside}"
            case Difference(left, right, attribute):
                between = f"{self._set(left).inside} and {self._set(right).inside}"
                return f"difference in {self._vocabulary.attribute(attribute).text} between {between}"
            case _:
                return self._set(program).text

    def _exists(self, members: NodeSet) -> str:
        match members:
            case Combined(SetOperation.INTERSECTION, parts):
                named = [part for part in parts if isinstance(part, Path) and not part.hops]
                others = [part for part in parts if part not in named]
                if len(named) == 1 and others:
                    rest = others[0] if len(others) == 1 else replace(members, parts=tuple(others))
                    name = self._vocabulary.node(named[0].seed)
                    return f"whether {name} is one of {self._set(rest, plural=True).inside}"
            case Path(seed, ()):
                return f"whether there is {self._vocabulary.node(seed)}"
        said = self._set(members, plural=True)
        return f"whether there {being(plural=said.plural)} {said.text}"

    # --- sets -------------------------------------------------------------------------------------------------

    def _set(self, members: NodeSet, *, plural: bool | None = None) -> _Said:
        """A set in words.

        :param plural: whether to speak of several members, or of one; ``None`` for what is natural.
        """
        match members:
            case Path():
                return self._path(members, plural)
            case Combined(operation, parts):
                return _COMBINED[operation]([self._set(part, plural=plural) for part in parts])
            case Restricted(of, conditions):
                inner = _opened(self._set(of, plural=plural), plural is not False)
                said = " and ".join(self._conditions.all_of(conditions, inner.plural))
                return replace(inner, more=(*inner.more, said))
            case Ranked():
                return self._ranked(members)
            case Following(of, steps):
                return self._followed(self._set(of), steps, plural)
            case FactValues() | Through():
                return self._of_facts(members, plural)

    def _path(self, path: Path, plural: bool | None) -> _Said:
        said = _Said(self._vocabulary.node(path.seed), plural=False, fixed=True)
        hops = path.hops
        if hops and isinstance(path.seed, EntityType) and hops[0].step == Step(TYPE_RELATION, Direction.IN):
            several = len(hops) > 1 or plural is not False
            said, hops = _Said(in_number(said.head, several), several, typed=True), hops[1:]
        elif hops and isinstance(path.seed, Literal) and hops[0].step.direction is Direction.IN:
            several = len(hops) > 1 or plural is not False
            equal = Compare(hops[0].step.relation, Comparison.EQUAL, path.seed)
            said, hops = self._members(hops[0].step, several, self._conditions.compared(equal, several)), hops[1:]
        for left, hop in zip(range(len(hops) - 1, -1, -1), hops, strict=True):
            said = self._one_step(said, hop.step, None if left else plural)
            if hop.exclude_seed and len(path.hops) > 1:
                said = replace(said, more=(*said.more, f"other than {self._vocabulary.node(path.seed)}"))
        return said

    def _followed(self, said: _Said, steps: Sequence[Step], plural: bool | None) -> _Said:
        *before, last = steps
        for step in before:
            said = self._one_step(said, step, None)
        return self._one_step(said, last, plural)

    def _one_step(self, before: _Said, step: Step, plural: bool | None) -> _Said:
        """What a step leads to: said from there, if that reads well."""
        onward, back = self._vocabulary.phrase(step), self._vocabulary.phrase(step.reverse)
        several = plural is not False
        if back is not None and back.shape is not Shape.NOUN:
            return self._members(step, several, _that_is(back, before.inside, several))
        if onward is not None and onward.shape is Shape.NOUN:
            head = onward.text if plural is None else in_number(onward.text, plural)
            return _Said(f"{head} of {before.inside}", looks_plural(head))
        if back is not None:
            return self._members(step, several, _that_is(back, before.inside, several))
        return self._members(step, several, _that(onward or Phrase(Shape.NOUN, step.relation), before))

    def _members(self, step: Step, several: bool, modifier: Modifier) -> _Said:
        head = in_number(self._vocabulary.reached(step) or _ANY, several)
        return _Said(head, several, typed=True, modifiers=(modifier,))

    def _of_facts(self, members: FactValues | Through, plural: bool | None) -> _Said:
        if isinstance(members, FactValues):
            return self._fact_values(members, plural)
        reached = self._one_step(self._set(members.members), members.step, plural)
        how = self._conditions.of_facts(members.conditions)
        if not reached.modifiers:
            return replace(reached, more=(*reached.more, how))
        (step,) = reached.modifiers
        return replace(reached, modifiers=(Modifier(f"{step.text} {how}", f"{step.denied} {how}"),))

    def _fact_values(self, wanted: FactValues, plural: bool | None) -> _Said:
        name = words_of(wanted.property)
        head = name if plural is None else in_number(name, plural)
        near = self._set(wanted.members)
        far = None if wanted.others is None else self._set(wanted.others)
        subject, object_ = (near, far) if wanted.step.direction is Direction.OUT else (far, near)
        between = self._between(subject, Step(wanted.step.relation), object_)
        return _Said(f"{head} {between}", looks_plural(head))

    def _between(self, subject: _Said | None, step: Step, other: _Said | None) -> str:
        """Between which two sets facts are, at least one of which is given."""
        phrase, back = self._vocabulary.phrase(step), self._vocabulary.phrase(step.reverse)
        if phrase is None and back is not None:
            subject, other, step, phrase = other, subject, step.reverse, back
        if phrase is None:
            phrase = Phrase(Shape.NOUN, step.relation)
        preposition = preposition_of(phrase.text) if phrase.shape is Shape.VERB else ""
        if preposition:
            there = other.inside if other else self._any_reached(step)
            return f"{f'of {subject.inside} ' if subject else ''}{preposition} {there}"
        if other is None:
            several = subject is not None and subject.plural
            some = self._conditions.neighbours(step, "some", True, several)
            return f"of {subject.inside if subject else self._any_reached(step.reverse)} {some}"
        several = subject is None or subject.plural
        holders = subject.inside if subject else self._any_reached(step.reverse)
        return f"of {holders} {_that_is(phrase, other.inside, several).text}"

    def _any_reached(self, step: Step) -> str:
        return plural_of(self._vocabulary.reached(step) or _ANY)

    def _ranked(self, ranked: Ranked) -> _Said:
        several = ranked.first > 1
        inner = _opened(self._set(ranked.members, plural=several), several)
        head = f"top {ranked.first} {inner.head}" if several else inner.head
        return replace(inner, head=head, rank=self._superlative(ranked, several))

    def _superlative(self, ranked: Ranked, several: bool) -> str:
        if isinstance(ranked.by, Step):
            return self._conditions.neighbours(
                ranked.by, "the most" if ranked.greatest else "the fewest", True, several
            )
        by = self._vocabulary.attribute(ranked.by)
        if self._vocabulary.is_date(ranked.by):
            size = "latest" if ranked.greatest else "earliest"
        else:
            size = "greatest" if ranked.greatest else "least"
        if by.shape is Shape.MODIFIER:
            return f"{without_preposition(by.text)} {size}"
        return f"with the {size} {by.text}"


def _is_any(said: _Said) -> bool:
    return said.head in {_ANY, plural_of(_ANY)}


def _that_is(phrase: Phrase, other: str, several: bool) -> Modifier:
    """Members that are so to something else."""
    said = f"{phrase.text} {other}"
    match phrase.shape:
        case Shape.NOUN:
            return Modifier(f"with {said}", f"without {said}")
        case Shape.VERB:
            no = denied(phrase.text, plural=several)
            return Modifier(f"that {conjugated(phrase.text, plural=several)} {other}", f"that {no} {other}")
        case Shape.MODIFIER:
            return Modifier(said, f"not {said}")
        case Shape.ROLE:
            be = being(plural=several)
            return Modifier(f"that {be} {said}", f"that {be} not {said}")


def _that(phrase: Phrase, other: _Said) -> Modifier:
    """Members to which something else is so."""
    who = f"that {other.inside}"
    if phrase.shape is Shape.VERB:
        yes, no = conjugated(phrase.text, plural=other.plural), denied(phrase.text, plural=other.plural)
        return Modifier(f"{who} {yes}", f"{who} {no}")
    be = being(plural=other.plural)
    return Modifier(f"{who} {be} {phrase.text}", f"{who} {be} not {phrase.text}")


def _member_of(said: _Said, several: bool) -> Modifier:
    """Members that are also in a set that must be said as a whole."""
    be, which = being(plural=several), said.text if said.bare and several else said.inside
    among = "among " if said.rank and said.plural else ""
    return Modifier(f"that {be} {among}{which}", f"that {be} not {among}{which}")


def _opened(said: _Said, several: bool) -> _Said:
    """A set of which more can be said; what is ranked already is closed first."""
    if not said.rank:
        return said
    among = f"of {said.inside}"
    return _Said(in_number(_ANY, several), several, typed=True, modifiers=(Modifier(among, f"not {among}"),))


def _all_of(parts: Sequence[_Said]) -> _Said:
    """The noun is the first type that a part is about, and the parts say the rest."""
    able = [part for part in parts if part.open]
    if not able:
        others = " and ".join(f"also {part.inside}" for part in parts[1:])
        be = being(plural=parts[0].plural)
        return _opened(replace(parts[0], more=(*parts[0].more, f"that {be} {others}")), parts[0].plural)
    heads = sorted(able, key=lambda part: (not part.bare, _is_any(part)))
    main = heads[0]
    rest = [part for part in parts if part is not main]
    modifiers = [*main.modifiers]
    for part in rest:
        modifiers += part.modifiers if part.open and not part.bare else [_member_of(part, main.plural)]
    more = (*main.more, *(text for part in rest if part.open for text in part.more))
    return replace(main, modifiers=tuple(dict.fromkeys(modifiers)), more=more)


def _any_of(parts: Sequence[_Said]) -> _Said:
    heads = {part.head for part in parts if not _is_any(part)} or {parts[0].head}
    if len(heads) == 1 and all(part.open and part.modifiers and not part.more for part in parts):
        (head,) = heads
        texts = dict.fromkeys(" and ".join(modifier.text for modifier in part.modifiers) for part in parts)
        denials = dict.fromkeys(" and ".join(modifier.denied for modifier in part.modifiers) for part in parts)
        both = Modifier(" or ".join(texts), " and ".join(denials))
        return replace(parts[0], head=head, modifiers=(both,))
    return _Said(" or ".join(dict.fromkeys(part.text for part in parts)), plural=parts[0].plural, fixed=True)


def _but_not(parts: Sequence[_Said]) -> _Said:
    first, *others = parts
    for other in others:
        same = other.open and (first.head == other.head or _is_any(other) or _is_any(first))
        if other.fixed:
            first = replace(first, more=(*first.more, f"other than {other.text}"))
        elif first.open and same and len(other.modifiers) == 1 and not other.more:
            without = Modifier(other.modifiers[0].denied, other.modifiers[0].text)
            head = other.head if _is_any(first) else first.head
            first = replace(first, head=head, modifiers=(*first.modifiers, without))
        elif first.open and other.bare:
            be = being(plural=first.plural)
            what = other.text if first.plural else f"one of the {other.text}"
            first = replace(first, modifiers=(*first.modifiers, Modifier(f"that {be} not {what}", f"that {be} {what}")))
        else:
            first = replace(_opened(first, first.plural), more=(*first.more, f"but not {other.inside}"))
    return first


_COMBINED = {SetOperation.INTERSECTION: _all_of, SetOperation.UNION: _any_of, SetOperation.DIFFERENCE: _but_not}
