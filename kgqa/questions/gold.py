"""What the answers of a question stand for in a graph.

An answer is, in this order: the key of an entity; or else everything of that name: the entities named so, the values
and the types written so. So an ambiguous name stands for several nodes, and any of them counts as that answer. What the
graph does not have as a node may be a value of a property of facts, and counts where that is the answer; so may a name,
where facts have properties: the role that somebody played in *Jerry Maguire* is one.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import product
from typing import TypeVar

from graphdb import EntityType, Found, GraphStore, Literal, Node, Row, Scalar, order_of
from graphdb.errors import InputError
from kgqa.questions.file import GivenAnswer, Question

_BATCH = 5000
_DIGITS = 4

_T = TypeVar("_T")

_StandsFor = tuple[frozenset[Node], frozenset[Literal]]
"""The nodes that an answer stands for, and what else it may be where it is a value of a property of facts."""


@dataclass(frozen=True, slots=True)
class GoldAnswers:
    """The answers of one question as nodes and rows of the graph.

    Numbers that are not whole count as equal where they agree to four decimals, or to four digits if they are small:
    answers are often rounded.

    :param alternatives: for each answer, in the order given, what it may stand for. Empty for a question that has no
        answer.
    :param missing: the answers that the graph does not have as nodes.
    :param unlisted: alternatives that are no nodes: only a property of facts can have them as values.
    """

    alternatives: tuple[frozenset[Found], ...]
    missing: tuple[GivenAnswer, ...] = ()
    unlisted: frozenset[Literal] = frozenset()
    nodes: frozenset[Node] = field(init=False, repr=False, compare=False)
    """The nodes of the graph that the answers stand for."""
    _accepted: tuple[frozenset[Found], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        nodes = {each for found in self.alternatives for each in found if not isinstance(each, Row)}
        object.__setattr__(self, "nodes", frozenset(nodes - self.unlisted))
        accepted = tuple(frozenset(map(_rounded, found)) for found in self.alternatives)
        object.__setattr__(self, "_accepted", accepted)

    @property
    def unanswerable(self) -> bool:
        """Whether the question is one that the graph has no answer to (and not one whose answers are missing)."""
        return not self.alternatives

    def __contains__(self, found: Found) -> bool:
        return any(_rounded(found) in accepted for accepted in self._accepted)

    def covered(self, returned: Collection[Found]) -> int:
        """How many of the answers are among what was returned."""
        found = frozenset(map(_rounded, returned))
        return sum(not accepted.isdisjoint(found) for accepted in self._accepted)

    def matches(self, returned: Collection[Found]) -> bool:
        """Whether what was returned is exactly the set of answers: all of them, and nothing else."""
        return self.covered(returned) == len(self._accepted) and self._right(returned) == len(set(returned))

    def f1(self, returned: Collection[Found]) -> float:
        """Harmonic mean of precision (of what was returned) and recall (of the answers), 0 to 1.

        Nothing returned to a question without an answer is perfect.
        """
        unique = frozenset(returned)
        if not unique or not self.alternatives:
            return float(not unique and not self.alternatives)
        precision = self._right(unique) / len(unique)
        recall = self.covered(unique) / len(self.alternatives)
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    def _right(self, returned: Collection[Found]) -> int:
        """How many of what was returned are answers."""
        accepted = frozenset().union(*self._accepted)
        return sum(_rounded(found) in accepted for found in set(returned))


def _rounded(found: Found) -> Found:
    """A node or row to compare by: numbers that are not whole are rounded."""
    if isinstance(found, Row):
        return Row(found.node, tuple(sorted(map(_rounded_value, found.values), key=order_of)))
    return _rounded_value(found) if isinstance(found, Literal) else found


def _rounded_value(literal: Literal) -> Literal:
    if not isinstance(literal.value, float) or not literal.value:
        return literal
    small = math.floor(math.log10(abs(literal.value)))
    return Literal(round(literal.value, max(_DIGITS, _DIGITS - 1 - small)))


def resolve_answers(store: GraphStore, questions: Sequence[Question]) -> list[GoldAnswers]:
    """Find the nodes of all answers, in bulk: keys and values in batches, names by at most one scan of the graph.

    A number or a boolean stands for that value even where no attribute has it, since it may have to be computed
    (a count, a sum, yes or no). A string that the graph has neither as a key nor as a name, value or type is missing.

    :return: for each question, in order, its answers as nodes.
    :raises StoreError: if the graph cannot be read.
    """
    given = [each for question in questions for answer in question.answers for each in _cells(answer)[:1]]
    texts = [text for text in dict.fromkeys(given) if isinstance(text, str) and text]
    keys = _known_keys(store, texts)
    rest = [text for text in texts if text not in keys]
    named = _named(store, rest)
    written = _written(store, rest)
    schema = store.schema() if rest else None
    types = {t.name for t in schema.types} if schema else set()
    have_properties = schema is not None and any(relation.properties for relation in schema.relations)

    def stands_for(answer: Scalar) -> _StandsFor:
        if not isinstance(answer, str):
            return frozenset({Literal(answer)}), frozenset()
        if answer in keys:
            return frozenset({answer}), frozenset()
        found: set[Node] = {*named.get(answer, ()), *written.get(answer, ())}
        if answer in types:
            found.add(EntityType(answer))
        others = _readings(answer) if have_properties or not found else []
        return frozenset(found), frozenset(others) - found

    return [_gold(question, stands_for) for question in questions]


def _gold(question: Question, stands_for: Callable[[Scalar], _StandsFor]) -> GoldAnswers:
    alternatives: list[frozenset[Found]] = []
    missing = []
    unlisted: set[Literal] = set()
    for answer in question.answers:
        node, *values = _cells(answer)
        known, others = stands_for(node)
        if not known:
            missing.append(answer)
        unlisted |= others
        able = known | others
        alternatives.append(_rows(able, values) if isinstance(answer, tuple) else frozenset(able))
    return GoldAnswers(tuple(alternatives), tuple(missing), frozenset(unlisted))


def _cells(answer: GivenAnswer) -> tuple[Scalar, ...]:
    return answer if isinstance(answer, tuple) else (answer,)


def _rows(nodes: Iterable[Node], values: Sequence[Scalar]) -> frozenset[Found]:
    """The rows of one of the nodes and of the values, as each may be read."""
    readings = [_readings(value) if isinstance(value, str) else [Literal(value)] for value in values]
    return frozenset(
        Row(node, tuple(sorted(dict.fromkeys(read), key=order_of))) for node in nodes for read in product(*readings)
    )


def answers_of(found: Iterable[Found]) -> tuple[GivenAnswer, ...]:
    """What a program gave, as the answers of a question: keys, values and names of types, or rows of these; dates in
    ISO format."""
    return tuple(
        (_answer(each.node), *map(_answer, each.values)) if isinstance(each, Row) else _answer(each) for each in found
    )


def _answer(node: Node) -> Scalar:
    if isinstance(node, Literal):
        return str(node) if isinstance(node.value, date) else node.value
    return node.name if isinstance(node, EntityType) else node


def _known_keys(store: GraphStore, texts: Sequence[str]) -> set[str]:
    return {key for batch in _batches(texts) for key in store.entities(batch)}


def _named(store: GraphStore, texts: Iterable[str]) -> dict[str, set[str]]:
    """The keys of the entities of each name; those it is only an alias of, if no entity has it as its name."""
    wanted = frozenset(texts)
    names: defaultdict[str, set[str]] = defaultdict(set)
    aliases: defaultdict[str, set[str]] = defaultdict(set)
    for batch in store.scan() if wanted else ():
        for entity in batch:
            if entity.name in wanted:
                names[entity.name].add(entity.key)
            for alias in wanted.intersection(entity.aliases):
                aliases[alias].add(entity.key)
    return {**aliases, **names}


def _written(store: GraphStore, texts: Sequence[str]) -> dict[str, set[Literal]]:
    """The values of the graph that are written like this: the string, and the number or date if it reads as one."""
    readings = [(text, literal) for text in texts for literal in _readings(text)]
    found: defaultdict[str, set[Literal]] = defaultdict(set)
    for batch in _batches(readings):
        for position in {degree.node for degree in store.degrees([literal for _, literal in batch])}:
            text, literal = batch[position]
            found[text].add(literal)
    return found


def _readings(text: str) -> list[Literal]:
    found = [Literal(text)]
    for read in (int, float, date.fromisoformat, datetime.fromisoformat):
        try:
            found.append(Literal(read(text)))
        except (ValueError, InputError):
            continue
    return list(dict.fromkeys(found))


def _batches(items: Sequence[_T]) -> Iterable[Sequence[_T]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]
