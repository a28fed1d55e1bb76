"""What the answers of a question stand for in a graph.

An answer is, in this order: the key of an entity; or else everything of that name: the entities named so, the values
and the types written so. So an ambiguous name stands for several nodes, and any of them counts as that answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from graphdb import EntityType, GraphStore, Literal, Node, Scalar
from graphdb.errors import InputError
from kgqa.questions.file import Question

_BATCH = 5000

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class GoldAnswers:
    """The answers of one question as nodes.

    :param alternatives: for each answer, in the order given, the nodes that it may stand for; an empty set for an
        answer that the graph does not have. Empty for a question that has no answer.
    :param missing: the answers that the graph does not have.
    """

    alternatives: tuple[frozenset[Node], ...]
    missing: tuple[Scalar, ...] = ()
    nodes: frozenset[Node] = field(init=False, repr=False, compare=False)
    """All acceptable nodes: the union of the alternatives."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "nodes", frozenset().union(*self.alternatives))

    @property
    def unanswerable(self) -> bool:
        """Whether the question is one that the graph has no answer to (and not one whose answers are missing)."""
        return not self.alternatives

    def __contains__(self, node: Node) -> bool:
        return node in self.nodes

    def covered(self, returned: Collection[Node]) -> int:
        """How many of the answers have at least one of their nodes among those returned."""
        found = self.nodes.intersection(returned)
        return sum(not nodes.isdisjoint(found) for nodes in self.alternatives)

    def matches(self, returned: Collection[Node]) -> bool:
        """Whether what was returned is exactly the set of answers: all of them, and nothing else."""
        return self.covered(returned) == len(self.alternatives) and all(node in self.nodes for node in returned)

    def f1(self, returned: Collection[Node]) -> float:
        """Harmonic mean of precision (of the nodes returned) and recall (of the answers), 0 to 1.

        Nothing returned to a question without an answer is perfect.
        """
        unique = frozenset(returned)
        if not unique or not self.alternatives:
            return float(not unique and not self.alternatives)
        precision = len(unique & self.nodes) / len(unique)
        recall = self.covered(unique) / len(self.alternatives)
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def resolve_answers(store: GraphStore, questions: Sequence[Question]) -> list[GoldAnswers]:
    """Find the nodes of all answers, in bulk: keys and values in batches, names by at most one scan of the graph.

    A number or a boolean stands for that value even where no attribute has it, since it may have to be computed
    (a count, a sum, yes or no). A string that the graph has neither as a key nor as a name, value or type is missing.

    :return: for each question, in order, its answers as nodes.
    :raises StoreError: if the graph cannot be read.
    """
    values = list(dict.fromkeys(Literal(answer) for question in questions for answer in question.answers))
    texts = [str(value.value) for value in values if isinstance(value.value, str) and value.value]
    keys = _known_keys(store, texts)
    rest = [text for text in texts if text not in keys]
    named = _named(store, rest)
    written = _written(store, rest)
    types = {t.name for t in store.schema().types} if rest else set()

    def nodes(answer: Scalar) -> frozenset[Node]:
        if not isinstance(answer, str):
            return frozenset({Literal(answer)})
        if answer in keys:
            return frozenset({answer})
        found: set[Node] = {*named.get(answer, ()), *written.get(answer, ())}
        if answer in types:
            found.add(EntityType(answer))
        return frozenset(found)

    resolved = {value: nodes(value.value) for value in values}
    return [_gold(question, resolved) for question in questions]


def answers_of(nodes: Iterable[Node]) -> tuple[Scalar, ...]:
    """What a program gave, as the answers of a question: keys, values and names of types; dates in ISO format."""
    return tuple(_answer(node) for node in nodes)


def _answer(node: Node) -> Scalar:
    if isinstance(node, Literal):
        return str(node) if isinstance(node.value, date) else node.value
    return node.name if isinstance(node, EntityType) else node


def _gold(question: Question, resolved: dict[Literal, frozenset[Node]]) -> GoldAnswers:
    alternatives = tuple(resolved[Literal(answer)] for answer in question.answers)
    missing = tuple(answer for answer, nodes in zip(question.answers, alternatives, strict=True) if not nodes)
    return GoldAnswers(alternatives, missing)


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
