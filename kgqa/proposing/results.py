"""What may be asked of a draft: its members, how many they are, whether there are any, what they come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from graphdb import (
    Aggregate,
    Combined,
    Count,
    Difference,
    Exists,
    FactValues,
    Function,
    Literal,
    LiteralKind,
    Path,
    SetOperation,
)
from kgqa.proposing.asked import CUE, NUMBERS, SIZES, Asked
from kgqa.proposing.cues import Cue, CueKind
from kgqa.proposing.drafts import Draft, Result
from kgqa.proposing.seeds import name_value
from kgqa.proposing.tables import comparisons, tables

_ONLY_WHETHER = 0.3  # what it costs to list what is only asked whether it is so
_ANY = frozenset({"there", "any", "anyone", "anybody", "anything", "someone", "somebody", "something"})


def results(asked: Asked, pool: Sequence[Draft]) -> Iterator[Result]:
    """Every program that is made of one of the drafts."""
    counts, whethers = asked.cues(CueKind.COUNT), asked.cues(CueKind.WHETHER)
    only_whether = _ONLY_WHETHER if whethers and not _asks_for_any(asked, whethers[0]) else 0.0
    for draft in pool:
        if draft.is_seed:
            continue
        if not (draft.whole and counts):
            yield draft.members, draft.words, draft.score - only_whether, draft
        for cue in counts[:1]:
            number = _is_number(asked, draft)  # which says how many itself
            program = draft.members if number else Count(draft.members)
            yield program, draft.words | cue.words, draft.score + CUE, draft
        for cue in whethers[:1]:
            yield Exists(draft.members), draft.words | cue.words, draft.score + CUE, draft
            yield from _memberships(asked, draft, cue)
        if draft.attribute is None:
            yield from _aggregates(asked, draft)
            for cue in counts[:1]:
                yield from _totals(asked, draft, cue)
        yield from tables(asked, draft)
    if asked.cues(CueKind.DIFFERENCE):
        yield from _differences(asked, pool)
    yield from comparisons(asked, pool)


def _asks_for_any(asked: Asked, whether: Cue) -> bool:
    """Whether a question for yes or no asks for what there is, so that people expect to be told: *is there any* …"""
    place = whether.words.bit_length()
    following = {token.text for token in asked.question.tokens[place : place + 1]}
    return not following.isdisjoint(_ANY)


def _is_number(asked: Asked, draft: Draft) -> bool:
    """Whether the members of a draft are numbers."""
    if draft.attribute is None:
        return False
    if isinstance(draft.members, FactValues):
        own = asked.graph.properties(draft.members.step.relation, LiteralKind.NUMBER)
        return draft.attribute in {known.name for known in own}
    return LiteralKind.NUMBER in asked.graph.relations[draft.attribute].literal_kinds


def _memberships(asked: Asked, draft: Draft, cue: Cue) -> Iterator[Result]:
    if draft.attribute is not None:
        return
    for seed in asked.seeds:
        if seed.is_type or seed.words & draft.words or isinstance(seed.node, Literal):
            continue
        if draft.types and seed.types and not draft.types & seed.types:
            continue
        members = Combined(SetOperation.INTERSECTION, (Path(seed.node, ()), draft.members))
        score = draft.score + asked.worth.words(seed.words, draft.words) + name_value(seed.similarity) + CUE
        joined = draft._replace(seeds=draft.seeds | {seed.node})
        yield Exists(members), draft.words | seed.words | cue.words, score, joined


def _aggregates(asked: Asked, draft: Draft) -> Iterator[Result]:
    for cue in asked.question.functions:
        kinds = NUMBERS if cue.function in {Function.SUM, Function.AVERAGE} else SIZES
        if cue.words & draft.words:
            continue
        plain = cue.function in {Function.SUM, Function.AVERAGE}
        base = draft.score + asked.worth.words(cue.words, draft.words) + (CUE if plain else -0.1)
        free = draft.words | (cue.words if plain else 0)
        for name, words, worth in asked.attributes(draft, kinds, free):
            program = Aggregate(cue.function, draft.members, name)
            yield program, draft.words | cue.words | words, base + worth, draft


def _totals(asked: Asked, draft: Draft, cue: Cue) -> Iterator[Result]:
    """How many there are of what the members have in numbers: *how many people* do all plants employ."""
    following = 1 << cue.words.bit_length()
    for name, words, worth in asked.attributes(draft, NUMBERS, draft.words | cue.words)[:1]:
        if words & following:
            program = Aggregate(Function.SUM, draft.members, name)
            yield program, draft.words | cue.words | words, draft.score + worth + CUE, draft


def _differences(asked: Asked, pool: Sequence[Draft]) -> Iterator[Result]:
    seeds = sorted((d for d in pool if d.is_seed), key=asked.place)
    for one, other in combinations(seeds, 2):
        if one.words & other.words or one.types != other.types:
            continue
        words = one.words | other.words
        for cue in asked.cues(CueKind.DIFFERENCE)[:1]:
            for name, own, worth in asked.attributes(one, NUMBERS, words):
                program = Difference(one.members, other.members, name)
                draft = one._replace(seeds=one.seeds | other.seeds, parts=2)
                yield program, words | cue.words | own, one.score + other.score + worth + CUE, draft
