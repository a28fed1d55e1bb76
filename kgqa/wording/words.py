"""Programs in words, the way people would ask: what a sentence encoder compares with a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from graphdb import TYPE_RELATION, Direction, EntityType, Hop, Literal, Node, Path, Schema, Step
from graphdb.programs import (
    Aggregate,
    Beside,
    Combined,
    Compare,
    Compared,
    Comparison,
    Count,
    Difference,
    Exists,
    FactValues,
    Following,
    Function,
    Grouped,
    NodeSet,
    One,
    Program,
    Ranked,
    Restricted,
    SetOperation,
    Through,
    Value,
)
from kgqa.wording.conditions import Conditions, Modifier, being_so
from kgqa.wording.english import (
    Phrase,
    Shape,
    being,
    conjugated,
    denied,
    in_role,
    is_participle,
    split_preposition,
)
from kgqa.wording.nouns import in_number, looks_plural, plural_of, with_article
from kgqa.wording.vocabulary import Attribute, Vocabulary, noun_of

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
_ANY = "one"
"""What members are called whose type is not known."""
_ASKED = {
    "since": "since when",
    "from": "from when",
    "to": "until when",
    "till": "until when",
    "until": "until when",
    "on": "when",
}
"""How it is asked what properties of facts are that are prepositions."""
_WHERE = frozenset({"at", "for", "in", "on", "with"})
"""Prepositions that say enough of a fact without its participle: the grade of a student *in* a course."""
_RELATIVE = ("of which", "in which", "to which", "on which", "at which", "for which", "with which", "from which")


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
    :param kinds: the nouns of the types that its members can have; none if they are not known.
    :param modifiers: what leads to them; all of it holds.
    :param more: what follows that: conditions and exceptions.
    :param rank: a superlative that ends it.
    """

    head: str
    plural: bool
    typed: bool = False
    fixed: bool = False
    kinds: tuple[str, ...] = ()
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
    def vague(self) -> bool:
        """Whether its noun stands for several types, or for any."""
        return len(self.kinds) != 1

    @property
    def bare(self) -> bool:
        """Whether it is all members of a type."""
        return self.open and not self.modifiers and not self.more


class _Words:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._words = vocabulary.of
        self._conditions = Conditions(vocabulary)

    def program(self, program: Program) -> str:
        match program:
            case Count() | Exists() | Aggregate() | Difference() | Compared():
                return self._value(program)
            case Grouped():
                return self._grouped(program)
            case Beside(members, attribute):
                return self._beside(self._set(members), self._words.attribute(attribute))
            case _:
                return self._set(program).text

    # --- values -----------------------------------------------------------------------------------------------

    def _value(self, program: Value) -> str:
        match program:
            case Count(members):
                return f"number of {self._set(members, plural=True).text}"
            case Exists(members):
                return f"whether {self._exists(members)}"
            case Aggregate(function, members, attribute):
                return self._aggregate(function, self._set(members), self._words.attribute(attribute))
            case Difference(left, right, attribute):
                between = f"{self._set(left).inside} and {self._set(right).inside}"
                return f"difference in {self._words.attribute(attribute).unmistakable} between {between}"
            case Compared():
                return f"whether {self._compared(program)}"

    def _compared(self, compared: Compared) -> str:
        left, right = _holder(compared.left), _holder(compared.right)
        if left and right and left[1] == right[1]:
            attribute = self._words.attribute(left[1])
            if attribute.says_when:
                how = _COMPARED_TIMES[compared.comparison]
                return f"{_happening(attribute, self._set(left[0]))} {how} {self._set(right[0]).inside}"
        how = _COMPARED[compared.comparison]
        return f"{self._one(compared.left)} is {how} {self._one(compared.right)}"

    def _one(self, program: One) -> str:
        if isinstance(program, Count | Aggregate | Difference):
            return f"the {self._value(program)}"
        return self._set(program).inside

    def _aggregate(self, function: Function, members: _Said, attribute: Attribute) -> str:
        if attribute.of_time and function in _FUNCTIONS_OF_TIME:
            what = _FUNCTIONS_OF_TIME[function]
            if attribute.says_when:
                return f"{what} {_time(attribute)} {_happening(attribute, members)}"
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
        said = self._set(members, plural=True)
        return f"there {being(plural=said.plural)} {said.text}"

    def _statement(self, name: str, members: NodeSet) -> str:
        """That a thing is among members."""
        said = self._set(members, plural=False)
        if said.open and isinstance(members, Path | Following) and len(said.modifiers) == 1 and not said.more:
            (modifier,) = said.modifiers
            if modifier.name_last:
                return f"{modifier.text.removeprefix('that ')} {name}"
            if not modifier.text.startswith(_RELATIVE):
                return f"{name} {_predicate(modifier.text, plural=False)}"
        if said.plural:
            return f"{name} is one of {'' if said.open else 'the '}{said.text}"
        return f"{name} is {with_article(said.text) if said.open else said.inside}"

    # --- rows -------------------------------------------------------------------------------------------------

    def _grouped(self, grouped: Grouped) -> str:
        of = grouped.of
        members = self._of_each(self._set(of.members, plural=True), grouped)
        if isinstance(of, Count):
            return f"number of {members.text}"
        return self._aggregate(of.function, members, self._words.attribute(of.attribute))

    def _of_each(self, members: _Said, grouped: Grouped) -> _Said:
        """The members of each group."""
        by = grouped.by
        attribute = self._words.attribute(by.relation) if self._words.is_attribute(by.relation) else None
        noun = attribute.text if attribute else self._words.reached(by, False) or self._words.text(by)
        each = _Said(f"each {noun}" if grouped.groups is None else self._each(grouped.groups), False, fixed=True)
        if attribute or by.relation == TYPE_RELATION:
            return replace(members, more=(*members.more, f"for {each.text}"))
        return _all_of((members, self._one_step(each, by.reverse, True)))

    def _each(self, groups: NodeSet) -> str:
        match groups:
            case Combined(SetOperation.UNION, parts):
                return f"each of {' and '.join(self._set(part).inside for part in parts)}"
        said = self._set(groups, plural=False)
        return f"each of {said.inside}" if said.fixed else f"each {said.text}"

    def _beside(self, members: _Said, attribute: Attribute) -> str:
        if attribute.shape is Shape.NOUN and not attribute.boolean:
            return f"{members.text} and {'their' if members.plural else 'its'} {attribute.unmistakable}"
        they = _Said("they" if members.plural else "it", members.plural, fixed=True)
        return f"{members.text} and {_value(attribute, they, None).text}"

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
            noun = in_number(said.head, several)
            said, hops = _Said(noun, several, typed=True, kinds=(said.head,)), hops[1:]
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
        if self._words.is_attribute(step.relation):
            attribute = self._words.attribute(step.relation)
            if step.direction is Direction.OUT:
                return _value(attribute, before, plural)
            return self._members(step, plural is not False, _with_value(attribute, before))
        onward, back = self._words.phrase(step), self._words.phrase(step.reverse)
        several = plural is not False
        if back is not None and back.shape is not Shape.NOUN and not (back.derived and before.fixed):
            return self._members(step, several, _that_is(back, before.inside, several))
        if onward is not None and onward.shape is Shape.NOUN:
            head = onward.text if plural is None else in_number(onward.text, plural)
            return _Said(f"{head} of {before.inside}", looks_plural(head), kinds=self._words.kinds(step))
        if back is not None and back.shape is Shape.NOUN:
            return self._members(step, several, _that_is(back, before.inside, several))
        return self._members(step, several, _that(onward or Phrase(Shape.NOUN, step.relation), before))

    def _members(self, step: Step, several: bool, modifier: Modifier) -> _Said:
        head = self._words.reached(step, several) or in_number(_ANY, several)
        return _Said(head, several, typed=True, kinds=self._words.kinds(step), modifiers=(modifier,))

    def _of_facts(self, members: FactValues | Through, plural: bool | None) -> _Said:
        if isinstance(members, FactValues):
            return self._fact_values(members, plural)
        reached = self._one_step(self._set(members.members), members.step, plural)
        how = self._conditions.of_facts(members.step.relation, members.conditions)
        if not reached.modifiers:
            return replace(reached, more=(*reached.more, how))
        (step,) = reached.modifiers
        return replace(reached, modifiers=(Modifier(f"{step.text} {how}", f"{step.denied} {how}"),))

    def _fact_values(self, wanted: FactValues, plural: bool | None) -> _Said:
        near = self._set(wanted.members)
        far = None if wanted.others is None else self._set(wanted.others)
        subject, other = (near, far) if wanted.step.direction is Direction.OUT else (far, near)
        step = Step(wanted.step.relation)
        attribute = self._words.property(step.relation, wanted.property)
        phrase = self._words.phrase(step)
        if attribute.text in _ASKED and subject and other and phrase and not plural:
            clause = _predicate(_that_is(phrase, other.inside, subject.plural).text, subject.plural)
            return _Said(f"{_ASKED[attribute.text]} {subject.inside} {clause}", plural=False, fixed=True)
        text = f"{_time(attribute)} {attribute.text}" if attribute.says_when else attribute.text
        noun = text if plural is None else in_number(text, plural)
        between = self._between(subject, step, other)
        return _Said(f"{replace(attribute, text=noun).in_unit} {between}", looks_plural(noun))

    def _between(self, subject: _Said | None, step: Step, other: _Said | None) -> str:
        """Between which two sets facts are, at least one of which is given."""
        phrase, back = self._words.phrase(step), self._words.phrase(step.reverse)
        if phrase is None and back is not None:
            subject, other, step, phrase = other, subject, step.reverse, back
        if phrase is None:
            phrase = Phrase(Shape.NOUN, step.relation)
        preposition = split_preposition(phrase.text)[1]
        if preposition and (phrase.shape is Shape.VERB or preposition in _WHERE):
            there = other.inside if other else self._any_reached(step)
            return f"{f'of {subject.inside} ' if subject else ''}{preposition} {there}"
        if other is None:
            several = subject is not None and subject.plural
            some = self._conditions.neighbours(step, "some", True, several)
            return f"of {subject.inside if subject else self._any_reached(step.reverse)} {some}"
        several = subject is None or subject.plural
        holders = subject.inside if subject else self._any_reached(step.reverse)
        if phrase.shape is Shape.ROLE:
            return f"of {holders} as {in_role(phrase.text, plural=several)} {other.inside}"
        return f"of {holders} {_that_is(phrase, other.inside, several).text}"

    def _any_reached(self, step: Step) -> str:
        return self._words.reached(step, True) or plural_of(_ANY)

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
        by = self._words.attribute(ranked.by)
        if by.of_time:
            size = "latest" if ranked.greatest else "earliest"
        elif looks_plural(by.text):
            size = "most" if ranked.greatest else "fewest"
        else:
            size = "greatest" if ranked.greatest else "least"
        if by.of_time and by.shape is Shape.MODIFIER:
            return f"{by.text} {size}"
        if by.of_time and by.shape is Shape.VERB:
            return f"that {conjugated(by.text, plural=several)} {size}"
        return f"with the {size} {by.unmistakable}"


def _holder(program: One) -> tuple[Path, str] | None:
    """What a path to an attribute leads from, and the attribute."""
    match program:
        case Path(seed, (*hops, Hop(Step(relation, Direction.OUT)))):
            return Path(seed, tuple(hops)), relation
    return None


def _is_any(said: _Said) -> bool:
    return said.head in {_ANY, plural_of(_ANY)}


def _value(attribute: Attribute, of: _Said, plural: bool | None) -> _Said:
    """The values of an attribute."""
    if attribute.boolean:
        so, _ = being_so(attribute, of.plural)
        return _Said(f"whether {of.inside} {so}", plural=False, fixed=True)
    if attribute.shape is Shape.NOUN:
        text = attribute.text if plural is None else in_number(attribute.text, plural)
        head = replace(attribute, text=text).in_unit
        return _Said(f"{head} of {of.inside}", looks_plural(text))
    if plural and attribute.of_time:
        return _Said(f"{plural_of(_time(attribute))} {_happening(attribute, of)}", plural=True)
    asked = "where" if attribute.preposition in {"at", "in"} and not attribute.of_time else "what"
    if attribute.of_time:
        asked = "since when" if attribute.preposition == "since" else "when"
    return _Said(f"{asked} {_happening(attribute, of, prepositional=asked == 'what')}", plural=False, fixed=True)


def _time(attribute: Attribute) -> str:
    return "date" if attribute.of_days else "year"


def _happening(attribute: Attribute, of: _Said, *, prepositional: bool = False) -> str:
    """What an attribute that is no noun says that happened to something."""
    text = attribute.text if attribute.of_time or prepositional else split_preposition(attribute.text)[0]
    if attribute.shape is Shape.VERB:
        return f"{of.inside} {conjugated(text, plural=of.plural)}"
    return f"{of.inside} {being(plural=of.plural, past=is_participle(text))} {text}"


def _with_value(attribute: Attribute, value: _Said) -> Modifier:
    """Members that have what a set says as a value."""
    said = f"with {attribute.text} {value.inside}"
    return Modifier(said, f"without{said.removeprefix('with')}")


def _predicate(modifier: str, plural: bool) -> str:
    """What is said of members after their noun, as a sentence says it."""
    if modifier.startswith("that "):
        return modifier.removeprefix("that ")
    if modifier.startswith("with "):
        return f"{'have' if plural else 'has'} {modifier.removeprefix('with ')}"
    return f"{being(plural=plural)} {modifier}"


def _that_is(phrase: Phrase, other: str, several: bool) -> Modifier:
    """Members that are so to something else."""
    match phrase.shape:
        case Shape.NOUN:
            return Modifier(f"with {phrase.text} {other}", f"without {phrase.text} {other}")
        case Shape.VERB:
            no = denied(phrase.text, plural=several)
            return Modifier(f"that {conjugated(phrase.text, plural=several)} {other}", f"that {no} {other}")
        case Shape.MODIFIER if not phrase.past:
            return Modifier(f"{phrase.text} {other}", f"not {phrase.text} {other}")
    role = in_role(phrase.text, plural=several) if phrase.shape is Shape.ROLE else phrase.text
    be = being(plural=several, past=phrase.was)
    return Modifier(f"that {be} {role} {other}", f"that {be} not {role} {other}")


def _that(phrase: Phrase, other: _Said) -> Modifier:
    """Members to which something else is so."""
    if phrase.shape is Shape.VERB:
        yes, no = conjugated(phrase.text, plural=other.plural), denied(phrase.text, plural=other.plural)
    else:
        be = being(plural=other.plural, past=phrase.was)
        role = in_role(phrase.text, plural=other.plural) if phrase.shape is Shape.ROLE else phrase.text
        yes, no = f"{be} {role}", f"{be} not {role}"
    (yes, preposition), (no, _) = split_preposition(yes), split_preposition(no)
    if preposition and not other.fixed and " " in phrase.text:
        start = f"{preposition} which {other.inside}"
        return Modifier(f"{start} {yes}", f"{start} {no}")
    end = f" {preposition}" if preposition else ""
    return Modifier(f"that {other.inside} {yes}{end}", f"that {other.inside} {no}{end}", name_last=True)


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
    heads = sorted(able, key=lambda part: (not part.bare, _is_any(part), part.vague))
    main = heads[0]
    rest = [part for part in parts if part is not main]
    modifiers = [*main.modifiers]
    for part in rest:
        modifiers += part.modifiers if part.open and not part.bare else [_member_of(part, main.plural)]
    more = (*main.more, *(text for part in rest if part.open for text in part.more))
    return _narrowed(replace(main, modifiers=tuple(dict.fromkeys(modifiers)), more=more), parts)


def _narrowed(said: _Said, parts: Sequence[_Said]) -> _Said:
    """With the noun of the types that all parts have, if the noun of one part stands for more."""
    known = [part.kinds for part in parts if part.kinds]
    if not said.vague or not known:
        return said
    kinds = tuple(kind for kind in known[0] if all(kind in others for others in known))
    noun = noun_of(kinds, said.plural)
    return replace(said, head=noun, kinds=kinds) if noun else said


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
        same = other.open and (first.head == other.head or other.vague or first.vague)
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
