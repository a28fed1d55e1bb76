"""Sets of nodes in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from graphdb import TYPE_RELATION, Direction, EntityType, Literal, Path, Step
from graphdb.programs import (
    Combined,
    Compare,
    Comparison,
    FactValues,
    Following,
    NodeSet,
    Ranked,
    Restricted,
    Through,
)
from kgqa.wording.clauses import predicate, that, that_is, time_noun, value_of, with_value
from kgqa.wording.conditions import Conditions, Modifier
from kgqa.wording.english import (
    Phrase,
    Shape,
    conjugated,
    in_role,
    split_preposition,
)
from kgqa.wording.nouns import in_number, looks_plural, plural_of
from kgqa.wording.said import ANY, COMBINED, Said, opened
from kgqa.wording.vocabulary import Vocabulary

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


class Sets:
    """Says sets."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._words = vocabulary.of
        self._conditions = Conditions(vocabulary)

    def set(self, members: NodeSet, *, plural: bool | None = None) -> Said:
        """A set in words.

        :param plural: whether to speak of several members, or of one; ``None`` for what is natural.
        """
        match members:
            case Path():
                return self._path(members, plural)
            case Combined(operation, parts):
                return COMBINED[operation]([self.set(part, plural=plural) for part in parts])
            case Restricted(of, conditions):
                inner = opened(self.set(of, plural=plural), plural is not False)
                said = " and ".join(self._conditions.all_of(conditions, inner.plural))
                return replace(inner, more=(*inner.more, said))
            case Ranked():
                return self._ranked(members)
            case Following(of, steps):
                return self._followed(self.set(of), steps, plural)
            case FactValues() | Through():
                return self._of_facts(members, plural)

    def _path(self, path: Path, plural: bool | None) -> Said:
        said = Said(self._vocabulary.node(path.seed), plural=False, fixed=True)
        hops = path.hops
        if hops and isinstance(path.seed, EntityType) and hops[0].step == Step(TYPE_RELATION, Direction.IN):
            several = len(hops) > 1 or plural is not False
            noun = in_number(said.head, several)
            said, hops = Said(noun, several, typed=True, kinds=(said.head,)), hops[1:]
        elif hops and isinstance(path.seed, Literal) and hops[0].step.direction is Direction.IN:
            several = len(hops) > 1 or plural is not False
            equal = Compare(hops[0].step.relation, Comparison.EQUAL, path.seed)
            said, hops = self._members(hops[0].step, several, self._conditions.compared(equal, several)), hops[1:]
        for left, hop in zip(range(len(hops) - 1, -1, -1), hops, strict=True):
            said = self.one_step(said, hop.step, None if left else plural)
            if hop.exclude_seed and len(path.hops) > 1:
                said = replace(said, more=(*said.more, f"other than {self._vocabulary.node(path.seed)}"))
        return said

    def _followed(self, said: Said, steps: Sequence[Step], plural: bool | None) -> Said:
        *before, last = steps
        for step in before:
            said = self.one_step(said, step, None)
        return self.one_step(said, last, plural)

    def one_step(self, before: Said, step: Step, plural: bool | None) -> Said:
        """What a step leads to: said from there, if that reads well."""
        if self._words.is_attribute(step.relation):
            attribute = self._words.attribute(step.relation)
            if step.direction is Direction.OUT:
                return value_of(attribute, before, plural)
            return self._members(step, plural is not False, with_value(attribute, before))
        onward, back = self._words.phrase(step), self._words.phrase(step.reverse)
        several = plural is not False
        if back is not None and back.shape is not Shape.NOUN and not (back.derived and before.fixed):
            return self._members(step, several, that_is(back, before.inside, several))
        if onward is not None and onward.shape is Shape.NOUN:
            head = onward.text if plural is None else in_number(onward.text, plural)
            return Said(f"{head} of {before.inside}", looks_plural(head), kinds=self._words.kinds(step))
        if back is not None and back.shape is Shape.NOUN:
            return self._members(step, several, that_is(back, before.inside, several))
        return self._members(step, several, that(onward or Phrase(Shape.NOUN, step.relation), before))

    def _members(self, step: Step, several: bool, modifier: Modifier) -> Said:
        head = self._words.reached(step, several) or in_number(ANY, several)
        return Said(head, several, typed=True, kinds=self._words.kinds(step), modifiers=(modifier,))

    def _of_facts(self, members: FactValues | Through, plural: bool | None) -> Said:
        if isinstance(members, FactValues):
            return self._fact_values(members, plural)
        reached = self.one_step(self.set(members.members), members.step, plural)
        how = self._conditions.of_facts(members.step.relation, members.conditions)
        if not reached.modifiers:
            return replace(reached, more=(*reached.more, how))
        (step,) = reached.modifiers
        return replace(reached, modifiers=(Modifier(f"{step.text} {how}", f"{step.denied} {how}"),))

    def _fact_values(self, wanted: FactValues, plural: bool | None) -> Said:
        near = self.set(wanted.members)
        far = None if wanted.others is None else self.set(wanted.others)
        subject, other = (near, far) if wanted.step.direction is Direction.OUT else (far, near)
        step = Step(wanted.step.relation)
        attribute = self._words.property(step.relation, wanted.property)
        phrase = self._words.phrase(step)
        if attribute.text in _ASKED and subject and other and phrase and not plural:
            clause = predicate(that_is(phrase, other.inside, subject.plural).text, subject.plural)
            return Said(f"{_ASKED[attribute.text]} {subject.inside} {clause}", plural=False, fixed=True)
        text = f"{time_noun(attribute)} {attribute.text}" if attribute.says_when else attribute.text
        noun = text if plural is None else in_number(text, plural)
        between = self._between(subject, step, other)
        return Said(f"{replace(attribute, text=noun).in_unit} {between}", looks_plural(noun))

    def _between(self, subject: Said | None, step: Step, other: Said | None) -> str:
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
        return f"of {holders} {that_is(phrase, other.inside, several).text}"

    def _any_reached(self, step: Step) -> str:
        return self._words.reached(step, True) or plural_of(ANY)

    def _ranked(self, ranked: Ranked) -> Said:
        several = ranked.first > 1
        inner = opened(self.set(ranked.members, plural=several), several)
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
