"""What the properties of facts tell: their values, and facts that are told apart by them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graphdb import (
    Compare,
    Comparison,
    Direction,
    During,
    FactCondition,
    FactValues,
    Following,
    Hop,
    Literal,
    LiteralKind,
    NodeSet,
    Path,
    Step,
    Through,
)
from graphdb.wording import words_of
from kgqa.proposing.asked import CUE, NUMBERS, Asked
from kgqa.proposing.cues import CueKind, Words
from kgqa.proposing.drafts import Draft
from kgqa.proposing.parts import step_part
from kgqa.proposing.quantities import Quantity
from kgqa.proposing.seeds import Seed, name_value
from kgqa.proposing.times import BEGINNINGS, ENDS

_PROPERTIES = 4  # of those that fit, of one relation
_DATES = (LiteralKind.DATE,)

_Told = tuple[tuple[FactCondition, ...], Words, float, Words]
"""Conditions on facts, the words that say them, what they are worth, and those of the words that only compare."""


def told_by_facts(asked: Asked, draft: Draft) -> Iterator[Draft]:
    """A draft with the last of its steps taken along some facts only, or the values of these facts in its place."""
    if draft.is_seed:
        yield from _between_seeds(asked, draft)
        return
    taken = _last_step(draft.members)
    if taken is None:
        return
    before, step, known = taken
    if not asked.graph.properties(step.relation):
        return
    for conditions, words, worth, operators in (*_told(asked, draft, before, step), *_lasting(asked, draft, step)):
        members = Through(before, step, tuple(sorted({*known, *conditions}, key=str)))
        more = draft._replace(
            members=members,
            words=draft.words | words,
            score=draft.score + worth,
            parts=draft.parts + 1,
            operators=draft.operators | operators,
        )
        yield from asked.absorbed(more)
    if not known:
        for name, words, worth in asked.properties(step.relation, (), draft.words)[:_PROPERTIES]:
            values = FactValues(before, step, name)
            yield _values(draft, values, draft.words | words, draft.score + worth - 0.2)


def _between_seeds(asked: Asked, draft: Draft) -> Iterator[Draft]:
    """What the facts between two things say."""
    own = next((seed for seed in asked.seeds if seed.node in draft.seeds), None)
    if own is None or not isinstance(own.node, str):
        return
    for step in own.steps:
        if not asked.graph.properties(step.relation) or step.direction is Direction.IN:
            continue
        for other in asked.seeds:
            if other.words & draft.words or step.reverse not in other.steps or other.node == own.node:
                continue
            yield from _values_between(asked, draft, step, other)


def _values_between(asked: Asked, draft: Draft, step: Step, other: Seed) -> Iterator[Draft]:
    both = draft.words | other.words
    score = draft.score + asked.worth.words(other.words, draft.words) + name_value(other.similarity)
    anchors = [asked.worth.anchor(step_part(each), both) for each in (step, step.reverse)]
    anchor, worth = max(anchors, key=lambda found: found[1])
    covered = both | anchor.words
    for name, words, more in asked.properties(step.relation, (), covered)[:_PROPERTIES]:
        values = FactValues(draft.members, step, name, Path(other.node, ()))
        after = draft._replace(seeds=draft.seeds | {other.node}, mentions=draft.mentions | other.words)
        yield _values(after, values, covered | words, score + worth + more + 0.2)


def _values(draft: Draft, values: FactValues, words: Words, score: float) -> Draft:
    return draft._replace(
        members=values,
        types=frozenset(),
        words=words,
        score=score,
        attribute=values.property,
        parts=draft.parts + 1,
    )


def _told(asked: Asked, draft: Draft, before: NodeSet, step: Step) -> Iterator[_Told]:
    """What the question says of the facts of a step: numbers and times, whether something is so, and texts."""
    for quantity in asked.question.quantities:
        if not quantity.words & draft.words:
            yield from _compared(asked, draft, step, quantity)
    denials = [cue.words for cue in asked.cues(CueKind.NOT) if not cue.words & draft.operators]
    for name, words, worth in asked.properties(step.relation, (LiteralKind.BOOLEAN,), draft.words):
        for denied in (0, *denials) if words else ():
            condition = Compare(name, Comparison.EQUAL, Literal(not denied))
            yield (condition,), words | denied, worth + (CUE if denied else 0.0), denied
    if isinstance(before, Path) and not before.hops:
        for text in asked.texts.get((before.seed, step), ()):
            if not text.words & draft.words:
                worth = asked.worth.words(text.words, draft.words) + CUE
                yield (Compare(text.property, Comparison.EQUAL, Literal(text.value)),), text.words, worth, 0


def _compared(asked: Asked, draft: Draft, step: Step, quantity: Quantity) -> Iterator[_Told]:
    covered = draft.words | quantity.words
    base = asked.worth.words(quantity.words, draft.words) + CUE
    for kinds, readings in ((NUMBERS, quantity.numbers), (_DATES, quantity.dates)):
        fitting = asked.properties(step.relation, kinds, covered, timely=bool(quantity.dates)) if readings else ()
        for bounds in readings:
            for name, words, worth in fitting[:_PROPERTIES]:
                conditions = tuple(Compare(name, comparison, value) for comparison, value in bounds)
                yield conditions, quantity.words | words, base + worth, quantity.words


def _lasting(asked: Asked, draft: Draft, step: Step) -> Iterator[_Told]:
    """Facts that were so at the times of the question."""
    periods = _periods(asked, step)
    for quantity in asked.question.quantities if periods else ():
        if quantity.words & draft.words:
            continue
        worth = asked.worth.words(quantity.words, draft.words) + CUE
        for start, end, kind in periods:
            for first, last in _stretches(quantity, kind):
                yield (During(start, end, first, last),), quantity.words, worth, quantity.words


def _periods(asked: Asked, step: Step) -> list[tuple[str, str, LiteralKind]]:
    """The properties that say from when and until when facts are so, with the kind of both."""
    known = asked.graph.properties(step.relation, LiteralKind.NUMBER, LiteralKind.DATE)
    begins = [p for p in known if BEGINNINGS.intersection(words_of(p.name).split())]
    ends = [p for p in known if ENDS.intersection(words_of(p.name).split())]
    return [
        (begin.name, end.name, kind)
        for begin in begins
        for end in ends
        for kind in (LiteralKind.NUMBER, LiteralKind.DATE)
        if begin is not end and kind in begin.literal_kinds and kind in end.literal_kinds
    ]


def _stretches(quantity: Quantity, kind: LiteralKind) -> Iterator[tuple[Literal, Literal]]:
    """The first and the last of the times that a quantity speaks of, if these are times with both ends."""
    if not quantity.dates:
        return
    for bounds in quantity.dates if kind is LiteralKind.DATE else quantity.numbers:
        comparisons = [comparison for comparison, _ in bounds]
        if comparisons in ([Comparison.EQUAL], [Comparison.AT_LEAST, Comparison.AT_MOST]):
            yield bounds[0][1], bounds[-1][1]


def _last_step(members: NodeSet) -> tuple[NodeSet, Step, Sequence[FactCondition]] | None:
    """What the last step of a set is taken from, the step, and the conditions on its facts."""
    match members:
        case Path(seed, (*hops, Hop(step, False))) if isinstance(seed, str) or hops:
            return Path(seed, tuple(hops)), step, ()
        case Following(of, (step,)):
            return of, step, ()
        case Following(of, (*steps, step)):
            return Following(of, tuple(steps)), step, ()
        case Through(of, step, conditions):
            return of, step, conditions
    return None
