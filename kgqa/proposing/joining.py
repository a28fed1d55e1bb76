"""Two drafts of different mentions as one set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial, reduce
from itertools import combinations, product

from graphdb import (
    Combined,
    EntityType,
    Node,
    NodeSet,
    Path,
    SetOperation,
)
from kgqa.proposing.asked import CUE, Asked, is_denied
from kgqa.proposing.cues import CueKind, Words
from kgqa.proposing.drafts import Draft, combined

_PAIRS = 14  # drafts that are combined with one another
_WHOLES = 4  # types of which something is left out
_REACHED = 6  # drafts of what all things of a type lead to that are left out of others
_OF_ALL = 0.35  # what it is worth to leave those out: a step from all things of a type cost as much
_TYPE_AND_STEP = 2  # hops: from a type to its things, and on from these
_ALL_BUT = frozenset({"other than", "apart from", "besides", "excluding", "not"})
_LEFT_OUT = ("except", "leav", "left", "aside", " out")  # as cues for the same begin or end
_TOGETHER = frozenset({"both", "as well as", "also", "too"})  # which say of two sets that what is in both is meant


def pairs(asked: Asked, pool: Sequence[Draft]) -> Iterator[Draft]:
    """Sets of different mentions, combined."""
    able = [d for d in pool if d.attribute is None and d.seeds and not d.is_seed][:_PAIRS]
    denials, ors = asked.cues(CueKind.NOT), asked.cues(CueKind.OR)
    together = next((cue.words for cue in asked.cues(CueKind.SAME) if cue.text in _TOGETHER), 0)
    for one, other in combinations(able, 2):
        if not _can_meet(one, other):
            continue
        shared, used = one.words & other.words, one.operators | other.operators
        alike = _are_alike(one, other)
        # the same path twice shares its words, and each of the two may count them
        score = one.score + other.score - (0.0 if alike else asked.worth.words(shared, 0))
        both = together if alike and not together & used else 0
        yield _joined(SetOperation.INTERSECTION, one, other, both, score + (CUE if both else 0.0))
        if alike:
            said = next((cue.words for cue in ors if not cue.words & used), 0)
            yield _joined(SetOperation.UNION, one, other, said, score + (CUE if said else -CUE))
        for cue in (cue for cue in denials if not cue.words & used):
            for kept, left_out in ((one, other), (other, one)):
                if is_denied(cue.words, left_out.mentions, kept.mentions):
                    yield _joined(SetOperation.DIFFERENCE, kept, left_out, cue.words, score + CUE)
    if denials:
        wholes = [d for d in pool if d.whole][:_WHOLES]
        reached = [d._replace(score=d.score + _OF_ALL) for d in pool if _is_reached_from_all(d)][:_REACHED]
        yield from _wholes_without(asked, wholes, [*able, *reached], denials[0].words)
    yield from _all_but(asked, [*able, *(d for d in pool if d.whole)], pool)
    if ors or asked.superlatives:
        yield from _listed(asked, pool)


def _wholes_without(asked: Asked, wholes: Sequence[Draft], others: Sequence[Draft], denial: Words) -> Iterator[Draft]:
    """All things of a type, but for those of another set."""
    for whole, other in product(wholes, others):
        meet = not other.types or other.types & whole.types
        if meet and not denial & other.operators and _seed(other) != _seed(whole):
            shared = asked.worth.words(whole.words & other.words, 0)
            score = max(whole.score, 0.0) + other.score - shared + CUE
            yield _joined(SetOperation.DIFFERENCE, whole, other, denial, score)


def _is_reached_from_all(draft: Draft) -> bool:
    """Whether it is what all things of a type lead to: the towns that any theatre is in."""
    hops = draft.members.hops if isinstance(draft.members, Path) else ()
    return draft.attribute is None and isinstance(_seed(draft), EntityType) and len(hops) == _TYPE_AND_STEP


def _seed(draft: Draft) -> Node | None:
    return draft.members.seed if isinstance(draft.members, Path) else None


def _all_but(asked: Asked, sets: Sequence[Draft], pool: Sequence[Draft]) -> Iterator[Draft]:
    """Sets without a thing that is named."""
    for cue in asked.cues(CueKind.NOT):
        if cue.text in _ALL_BUT or cue.text.startswith(_LEFT_OUT) or cue.text.endswith(_LEFT_OUT):
            for one, other in product(sets, (d for d in pool if d.is_seed)):
                apart = not (one.seeds & other.seeds or one.words & other.words)
                if apart and one.types & other.types and is_denied(cue.words, other.mentions, one.mentions):
                    yield _joined(SetOperation.DIFFERENCE, one, other, cue.words, one.score + other.score + CUE)


def _listed(asked: Asked, pool: Sequence[Draft]) -> Iterator[Draft]:
    """Things that are named one beside the other, to choose from: two, or all of a type."""
    said = next((cue.words for cue in asked.cues(CueKind.OR)), 0)
    seeds = sorted((d for d in pool if d.is_seed), key=asked.place)
    for one, other in combinations(seeds, 2):
        if _side_by_side(one, other):
            yield _joined(SetOperation.UNION, one, other, said, one.score + other.score + CUE)
    for name in sorted({name for draft in seeds for name in draft.types}):
        chosen: list[Draft] = []
        for draft in sorted(seeds, key=lambda each: -each.score):
            if name in draft.types and all(_side_by_side(draft, each) for each in chosen):
                chosen.append(draft)
        if len(chosen) > 2:
            members = reduce(partial(_joined_words, said), sorted(chosen, key=asked.place))
            yield members._replace(score=members.score + CUE)


def _joined_words(words: Words, one: Draft, other: Draft) -> Draft:
    return _joined(SetOperation.UNION, one, other, words, one.score + other.score)


def _side_by_side(one: Draft, other: Draft) -> bool:
    """Whether two things are different and of one type, named by words of their own."""
    return not one.words & other.words and not one.seeds & other.seeds and bool(one.types & other.types)


def _joined(operation: SetOperation, one: Draft, other: Draft, words: Words, score: float) -> Draft:
    types = one.types & other.types or one.types or other.types
    if operation is not SetOperation.INTERSECTION:
        types = one.types
    members = combined(operation, one.members, other.members)
    covered = one.words | other.words | words
    return Draft(
        members,
        types,
        covered,
        score,
        None,
        one.parts + other.parts,
        one.seeds | other.seeds,
        mentions=one.mentions | other.mentions,
        operators=one.operators | other.operators | words,
    )


def _can_meet(one: Draft, other: Draft) -> bool:
    """Whether two sets are of different mentions and may have members in common; what is denied once is not twice."""
    apart = not (one.seeds & other.seeds or one.mentions & other.mentions or one.operators & other.operators)
    return apart and (not one.types or not other.types or bool(one.types & other.types))


def _are_alike(one: Draft, other: Draft) -> bool:
    """Whether two sets are reached from different seeds in the same way."""
    return _shape(one.members) == _shape(other.members)


def _shape(members: NodeSet) -> object:
    match members:
        case Path(seed, hops):
            return "path", seed if isinstance(seed, EntityType) else None, hops
        case Combined(operation, parts):
            return operation, tuple(sorted(str(_shape(part)) for part in parts))
    return members
