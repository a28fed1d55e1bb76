"""Answers that are rows, and comparisons of two things: something for each group, an attribute beside each member."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from graphdb import (
    Aggregate,
    Beside,
    Compared,
    Comparison,
    Count,
    Function,
    Grouped,
    LiteralKind,
    Step,
)
from kgqa.proposing.asked import CUE, NUMBERS, SIZES, Asked
from kgqa.proposing.cues import Cue, CueKind, Words
from kgqa.proposing.drafts import Draft, Result, followed

_GROUPED_BY = (LiteralKind.STRING, LiteralKind.BOOLEAN, LiteralKind.NUMBER)
_PLAIN = {Function.SUM, Function.AVERAGE}
_UNSURE = frozenset({"by", "with", "plus"})  # which mostly say something else
_SELDOM = -0.1


def tables(asked: Asked, draft: Draft) -> Iterator[Result]:
    """The rows that may be asked of a draft."""
    if draft.attribute is not None:
        return
    each = _surest(asked.cues(CueKind.EACH))
    if each and not each.words & draft.operators:
        yield from _grouped(asked, draft, each)
    if beside := _surest([*asked.cues(CueKind.BESIDE), *asked.cues(CueKind.EACH)]):
        for name, words, worth in asked.attributes(draft, tuple(LiteralKind), draft.words):
            asking, more = asked.asking_of(name, draft.words | words | beside.words)
            if words | asking:
                score = draft.score + worth + more + _value(beside)
                yield Beside(draft.members, name), draft.words | words | asking | beside.words, score, draft


def _surest(cues: Sequence[Cue]) -> Cue | None:
    return min(cues, key=lambda cue: cue.text in _UNSURE, default=None)


def _value(cue: Cue) -> float:
    return _SELDOM if cue.text in _UNSURE else CUE


def _grouped(asked: Asked, draft: Draft, cue: Cue) -> Iterator[Result]:
    covered = draft.words | cue.words
    ways = [(move.step, words, worth) for move, words, worth in asked.near_steps(draft, covered)]
    ways += [(Step(name), words, worth) for name, words, worth in asked.attributes(draft, _GROUPED_BY, covered)]
    for step, words, worth in ways:
        if words:
            said = covered | words
            for of, of_words, more in _computed(asked, draft, said):
                yield Grouped(of, step), said | of_words, draft.score + worth + more + _value(cue), draft


def _computed(asked: Asked, draft: Draft, covered: Words) -> Iterator[tuple[Count | Aggregate, Words, float]]:
    counts = asked.cues(CueKind.COUNT)
    for count in counts[:1]:
        yield Count(draft.members), count.words, CUE
    if not counts and not asked.question.functions:
        yield Count(draft.members), 0, _SELDOM  # "recipes per chef"
    for cue in asked.question.functions:
        if not cue.words & draft.words:
            base = asked.worth.words(cue.words, covered) + (CUE if cue.function in _PLAIN else -0.1)
            kinds = NUMBERS if cue.function in _PLAIN else SIZES
            for name, words, worth in asked.attributes(draft, kinds, covered | cue.words)[:2]:
                yield Aggregate(cue.function, draft.members, name), cue.words | words, base + worth


def comparisons(asked: Asked, pool: Sequence[Draft]) -> Iterator[Result]:
    """Whether one thing has more of an attribute than another."""
    whethers = asked.cues(CueKind.WHETHER)
    sizes = [*asked.superlatives, *asked.cues(CueKind.THAN)]
    if not whethers or not sizes:
        return
    seeds = sorted((draft for draft in pool if draft.is_seed), key=asked.place)
    for one, other in combinations(seeds, 2):
        if one.words & other.words or not one.types & other.types:
            continue
        said = one.words | other.words
        for name, words, worth in asked.attributes(one, SIZES, said):
            left, right = (followed(draft.members, Step(name)) for draft in (one, other))
            score = one.score + other.score + worth + 2 * CUE
            said_so = {asked.asks_for_greatest(size, name) for size in sizes} - {None}
            for comparison in (Comparison.GREATER, Comparison.LESS):
                if len(said_so) == 1 and (comparison is Comparison.GREATER) not in said_so:
                    continue
                program = Compared(left, comparison, right)
                both = one._replace(seeds=one.seeds | other.seeds, parts=2)
                yield program, said | words | sizes[0].words | whethers[0].words, score, both
