"""Drafts: sets of nodes that a question may mean, with how well the question says them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import partial, reduce
from typing import NamedTuple, cast

from graphdb import (
    TYPE_RELATION,
    Combined,
    Condition,
    Direction,
    EntityType,
    Following,
    Hop,
    Node,
    NodeSet,
    Path,
    Program,
    Restricted,
    SetOperation,
    Step,
)
from kgqa.proposing.cues import Question, Words
from kgqa.proposing.parts import Anchor, Likeness, Types

_LONGEST_PATH = 3
_WORD = 0.5  # what a word of the question is worth that some part accounts for
_PART = 0.5  # how alike a part must be to be worth having
_NAME = 0.7  # what a word costs beyond that if it is of a name or a number, and nothing accounts for it


class Draft(NamedTuple):
    """A set, how it came about, and what it is worth. A tuple, as hundreds are made for a question.

    :param types: the types that its entities may have; empty if nobody knows.
    :param attribute: the attribute whose values it holds, if it holds values.
    :param words: the words of the question that it accounts for.
    :param score: what its parts and words are worth together.
    :param parts: how many parts it has.
    :param seeds: the entities and values that it starts from.
    :param whole: whether it is all entities of a type.
    :param mentions: the words that name its seeds.
    :param operators: the cues that were used; a word may say both how to rank and by what.
    """

    members: NodeSet
    types: Types
    words: Words
    score: float
    attribute: str | None = None
    parts: int = 1
    seeds: frozenset[Node] = frozenset()
    whole: bool = False
    mentions: Words = 0
    operators: Words = 0

    @property
    def is_seed(self) -> bool:
        return isinstance(self.members, Path) and not self.members.hops


Result = tuple[Program, Words, float, Draft]
"""A program, the words that it accounts for, what it is worth, and the draft that it is made of."""


class Worth:
    """What parts and words are worth for one question.

    :param names: the words of names and numbers.
    """

    def __init__(self, question: Question, likeness: Likeness, names: Words) -> None:
        self.question = question
        self.likeness = likeness
        self.names = names
        self._anchors: dict[tuple[str, Words], tuple[Anchor, float]] = {}

    def words(self, new: Words, covered: Words, likeness: float = 1.0) -> float:
        return _WORD * likeness * (new & self.question.content & ~covered).bit_count()

    def left(self, covered: Words) -> float:
        """What the words cost that nothing accounts for."""
        left = self.question.content & ~covered
        return _WORD * left.bit_count() + _NAME * (left & self.names).bit_count()

    def anchor(self, part: str, covered: Words) -> tuple[Anchor, float]:
        """The free words that say a part best, and what it is worth with them."""
        known = self._anchors.get((part, covered))
        if known is None:
            known = self._anchors[part, covered] = self._anchor(part, covered)
        return known

    def _anchor(self, part: str, covered: Words) -> tuple[Anchor, float]:
        anchor = self.likeness.best(part, covered)
        if anchor.likeness < _PART:
            anchor = Anchor(0, anchor.likeness)
        return anchor, anchor.likeness - _PART + self.words(anchor.words, covered, anchor.likeness)


def whole_type(name: str) -> Path:
    """All entities of a type."""
    return Path(EntityType(name), (Hop(Step(TYPE_RELATION, Direction.IN)),))


def followed(members: NodeSet, step: Step) -> NodeSet:
    """What a step leads to from a set."""
    if isinstance(members, Path) and len(members.hops) < _LONGEST_PATH:
        back = bool(members.hops) and is_back(members.hops[-1].step, step)  # which leads to the seed among others
        return Path(members.seed, (*members.hops, Hop(step, back)))
    if isinstance(members, Following):
        return Following(members.members, (*members.steps, step))
    return Following(members, (step,))


def is_back(step: Step, other: Step) -> bool:
    """Whether one step is the other backwards."""
    return step.relation == other.relation and step.direction is not other.direction


def restricted(members: NodeSet, conditions: Iterable[Condition]) -> NodeSet:
    """A set with more conditions; in one order, so that two ways to the same program meet."""
    if isinstance(members, Restricted):
        known = {*members.conditions, *conditions}
        return Restricted(members.members, tuple(sorted(known, key=str)))
    return Restricted(members, tuple(sorted(conditions, key=str)))


def combined(operation: SetOperation, one: NodeSet, other: NodeSet) -> NodeSet:
    """Two sets as one; in one order, where the order says nothing."""
    parts: list[NodeSet] = []
    for part in (one, other):
        same = isinstance(part, Combined) and part.operation is operation
        parts += part.parts if same and isinstance(part, Combined) else [part]
    if operation is not SetOperation.DIFFERENCE:
        parts = sorted(dict.fromkeys(parts), key=str)
    return Combined(operation, tuple(parts)) if len(parts) > 1 else parts[0]


def intersected(program: Program) -> Program:
    """A program with intersections in place of its unions, but for what is left out of a set; itself if it has none."""
    return cast(Program, _intersected(program))


def _intersected(part: object) -> object:
    if isinstance(part, Combined) and part.operation is SetOperation.DIFFERENCE:
        first = cast(NodeSet, _intersected(part.parts[0]))
        return part if first is part.parts[0] else replace(part, parts=(first, *part.parts[1:]))
    if isinstance(part, Combined) and part.operation is SetOperation.UNION:
        return reduce(partial(combined, SetOperation.INTERSECTION), cast(Sequence[NodeSet], _intersected(part.parts)))
    if isinstance(part, tuple):
        changed = tuple(_intersected(each) for each in part)
        return part if all(one is other for one, other in zip(part, changed, strict=True)) else changed
    if is_dataclass(part) and not isinstance(part, type):
        own = {known.name: getattr(part, known.name) for known in fields(part) if known.init}
        after = {name: _intersected(value) for name, value in own.items()}
        return part if all(after[name] is own[name] for name in own) else replace(part, **after)
    return part


def absorbed(draft: Draft, worth: Worth, named: dict[str, list[Words]]) -> Iterator[Draft]:
    """A draft, having taken in the words that only say what type its members have; restricted to that if it tells more.

    :param named: the words that name types.
    """
    for name in sorted(draft.types) if draft.types else named:
        words = next((words for words in named.get(name, ()) if not words & draft.words), 0)
        if not words:
            continue
        score = draft.score + worth.words(words, draft.words)
        if draft.types and all(words in named.get(each, ()) for each in draft.types):
            yield draft._replace(words=draft.words | words, score=score + 0.1)
            return
        members = combined(SetOperation.INTERSECTION, whole_type(name), draft.members)
        types = frozenset({name})
        yield draft._replace(members=members, types=types, words=draft.words | words, score=score)
    yield draft
