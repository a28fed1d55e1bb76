"""The parts that programs are made of, and how much each is like some words of the question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile

import numpy as np
import numpy.typing as npt

from graphdb import TYPE_RELATION, Direction, LiteralKind, RelationInfo, Schema, Step
from graphdb.store import PropertyInfo
from graphdb.wording import as_written, is_reversed, words_of
from kgqa.proposing.cues import FUNCTION_WORDS, Question, Words
from kgqa.wording.lexicon import compared, dimension_of
from kgqa.wording.measures import measure_of
from kgqa.wording.nouns import head_of, singular_of

Vectors = Callable[[Sequence[str]], npt.NDArray[np.float32]]
"""Unit vectors of short texts. *Shape:* ``(texts, dimension)``."""

_LONGEST = 3  # words of a window
_WINDOWS = 3  # of a part
UNSAID = 0.22
"""How alike a part counts that no words of the question say."""

_STEM = 5  # letters in which words of one stem begin, and
_ENDING = 4  # the most that follow
_OF_A_STEM = 0.65  # how alike they are: the encoder gives "operates" and "operator" 0.42, "supervises" and its own 0.76
_MAYBE_OF_A_STEM = 0.35  # how alike they must be without that: "continues" is 0.25 like "continent"
_SAID_SHORTLY = 0.55  # a relation of nothing but small words, such as "in", that are there

Types = frozenset[str]


@dataclass(frozen=True, slots=True)
class Move:
    """A step from a set of entities, and what it leads to.

    :param types: the types of what is reached; empty for values, or if nobody knows.
    :param attribute: whether it leads to values.
    :param part: the step as a part of programs.
    """

    step: Step
    types: Types
    attribute: bool
    part: str


class SchemaGraph:
    """Which steps can follow which, by the types at their ends.

    :ivar type_heads: the noun that a type's name ends in, where that is not all of it.
    """

    def __init__(self, schema: Schema) -> None:
        self.relations: dict[str, RelationInfo] = {r.name: r for r in schema.relations if r.name != TYPE_RELATION}
        self.types: dict[str, str] = {t.name: t.text for t in schema.types}
        self.type_words: dict[str, tuple[str, ...]] = {t.name: t.words for t in schema.types}
        heads = {name: head_of(text) for name, text in self.types.items()}
        self.type_heads = {name: head for name, head in heads.items() if head != singular_of(self.types[name])}
        self._move = lru_cache(maxsize=4096)(self._find_move)
        self._moves = lru_cache(maxsize=4096)(self._find_moves)
        self._properties = lru_cache(maxsize=4096)(self._find_properties)
        self._attributes = lru_cache(maxsize=4096)(self._find_attributes)

    def moves(self, types: Types) -> Sequence[Move]:
        """The steps that entities of these types may have; of unknown types, all."""
        return self._moves(types)

    def attributes(self, types: Types, *kinds: LiteralKind) -> Sequence[str]:
        """The attributes that entities of these types may have with values of these kinds."""
        return self._attributes(types, kinds)

    def properties(self, relation: str, *kinds: LiteralKind) -> Sequence[PropertyInfo]:
        """The properties that the facts of a relation may have with values of these kinds; of any, if none is given."""
        return self._properties(relation, kinds)

    def move(self, step: Step) -> Move:
        """What a step leads to."""
        return self._move(step)

    def _find_move(self, step: Step) -> Move:
        info, part = self.relations.get(step.relation), step_part(step)
        if info is None:
            return Move(step, frozenset(), False, part)
        if step.direction is Direction.IN:
            return Move(step, frozenset(info.subject_types), False, part)
        return Move(step, frozenset(info.object_types), bool(info.literal_kinds) and not info.object_types, part)

    def _find_moves(self, types: Types) -> list[Move]:
        found = []
        for info in self.relations.values():
            if _may_be(types, info.subject_types):
                found.append(self.move(Step(info.name)))
            if not (info.literal_kinds and not info.object_types) and _may_be(types, info.object_types):
                found.append(self.move(Step(info.name, Direction.IN)))
        return found

    def _find_properties(self, relation: str, kinds: tuple[LiteralKind, ...]) -> list[PropertyInfo]:
        info = self.relations.get(relation)
        wanted = set(kinds or LiteralKind)
        return [p for p in info.properties if wanted & set(p.literal_kinds)] if info else []

    def _find_attributes(self, types: Types, kinds: tuple[LiteralKind, ...]) -> list[str]:
        return [
            info.name
            for info in self.relations.values()
            if set(kinds) & set(info.literal_kinds) and _may_be(types, info.subject_types)
        ]


def _may_be(types: Types, others: Iterable[str]) -> bool:
    others = frozenset(others)
    return not types or not others or not types.isdisjoint(others)


@dataclass(frozen=True, slots=True)
class Anchor:
    """Words of the question that may say a part."""

    words: Words
    likeness: float


@dataclass(slots=True)
class Likeness:
    """How much the parts of the schema are like the words of one question."""

    anchors: dict[str, list[Anchor]] = field(default_factory=dict)
    short: frozenset[str] = frozenset()

    def best(self, text: str, covered: Words) -> Anchor:
        """The likest words that are still free."""
        for anchor in self.anchors.get(text, ()):
            if not anchor.words & covered:
                return anchor
        return Anchor(0, _SAID_SHORTLY if text in self.short else UNSAID)


class Parts:
    """The texts of a schema's parts, compared with questions.

    :param vectors: the unchanged encoder.
    """

    def __init__(self, graph: SchemaGraph, vectors: Vectors) -> None:
        self.graph = graph
        self._vectors = vectors
        self._wordings: dict[str, tuple[str, ...]] = {}
        for info in graph.relations.values():
            for direction in Direction:
                self._wordings[step_part(Step(info.name, direction))] = tuple(self._of_step(info, direction))
            for known in info.properties:
                said = _with_and_without_unit(words_of(known.name), known.literal_kinds)
                self._wordings[property_part(info.name, known.name)] = (*said, *_shortened(known.name))
        for name, text in graph.types.items():
            self._wordings[type_part(name)] = (text, *graph.type_words[name], *_shortened(name))
        texts = [text for own in self._wordings.values() for text in own]
        self._owners = [part for part, own in self._wordings.items() for _ in own]
        self._columns: dict[str, list[int]] = {}  # of the texts that each longer word is in
        for column, text in enumerate(texts):
            for word in {word for word in text.split() if len(word) >= _STEM}:
                self._columns.setdefault(word, []).append(column)
        self._stems: dict[str, list[str]] = {}
        for word in self._columns:
            self._stems.setdefault(word[:_STEM], []).append(word)
        self._short = {part: words for part, own in self._wordings.items() if (words := self._small_words(own[0]))}
        self._matrix = vectors(texts) if texts else np.zeros((0, 1), dtype=np.float32)

    def _of_step(self, info: RelationInfo, direction: Direction) -> Iterable[str]:
        text = info.text_of(direction)
        plain = words_of(info.name)
        reached = info.object_types if direction is Direction.OUT else info.subject_types
        yield from _with_and_without_unit(plain if is_reversed(text) else text, info.literal_kinds)
        yield from (*info.words_of(direction), *_shortened(info.name))
        if LiteralKind.NUMBER in info.literal_kinds:
            yield from _adjectives(measure_of(text).text)
        if is_reversed(text) or direction is Direction.OUT:
            nouns = [self.graph.types[name] for name in reached if name in self.graph.types]
            if len(nouns) == 1:
                yield f"{nouns[0]} {plain}" if direction is Direction.IN else f"{plain} {nouns[0]}"

    def _small_words(self, text: str) -> frozenset[str]:
        """The words of a relation's text, if they are all small ones; a type that it ends in is left out."""
        for noun in self.graph.types.values():
            text = text.removesuffix(f" {noun}")
        words = frozenset(text.split())
        return words if words and words <= FUNCTION_WORDS else frozenset()

    def compare(self, questions: Sequence[Question], names: Sequence[Words], types: Sequence[Words]) -> list[Likeness]:
        """How the words of each question are like the parts.

        :param names: words of each question that are surely names.
        :param types: those that are names of types.
        """
        windows = [_windows(*own) for own in zip(questions, names, types, strict=True)]
        texts = list(dict.fromkeys(text for own in windows for text, _ in own))
        if not texts or not self._owners:
            return [Likeness() for _ in questions]
        places = {text: i for i, text in enumerate(texts)}
        alike = self._with_stems(texts, self._vectors(texts) @ self._matrix.T)
        found = []
        for question, own in zip(questions, windows, strict=True):
            words = {token.text for token in question.tokens}
            short = frozenset(part for part, small in self._short.items() if small <= words)
            found.append(self._likeness(own, alike[[places[text] for text, _ in own]], short) if own else Likeness())
        return found

    def _with_stems(self, texts: Sequence[str], alike: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Where a word and one of a part are of one stem, they are alike at least so much.

        :param alike: how alike texts and parts are. *Shape:* ``(texts, wordings)``.
        """
        for row, text in enumerate(texts):
            # what is denied is said all the same
            for said in {text, text.removeprefix("un"), text.removesuffix("less")}:
                least = _MAYBE_OF_A_STEM if said == text else -1.0  # "unplanned" is not much like "planned"
                for word in self._stems.get(said[:_STEM], ()):
                    if are_of_a_stem(said, word):
                        columns = self._columns[word]
                        own = alike[row, columns]
                        alike[row, columns] = np.where(own > least, np.maximum(own, _OF_A_STEM), own)
        return alike

    def _likeness(
        self, windows: Sequence[tuple[str, Words]], alike: npt.NDArray[np.float32], short: frozenset[str]
    ) -> Likeness:
        likeness = Likeness(short=short)
        top = np.argsort(-alike, axis=0, kind="stable")[: 2 * _WINDOWS]
        for column, part in enumerate(self._owners):
            anchors = likeness.anchors.setdefault(part, [])
            for row in top[:, column].tolist():
                if alike[row, column] > UNSAID:
                    anchors.append(Anchor(windows[row][1], float(alike[row, column])))
        for part, anchors in likeness.anchors.items():
            best: dict[Words, Anchor] = {}
            for anchor in sorted(anchors, key=lambda a: -a.likeness):
                best.setdefault(anchor.words, anchor)
            likeness.anchors[part] = list(best.values())[: 2 * _WINDOWS]
        return likeness


def _shortened(name: str) -> tuple[str, ...]:
    """A name as it is written, where that is not how it is said: who knows a schema may ask for the *qty*."""
    written = as_written(name)
    return () if written == words_of(name) else (written,)


def _with_and_without_unit(text: str, kinds: Sequence[LiteralKind]) -> tuple[str, ...]:
    """*Expensive* is like a price, but hardly like a price in euros."""
    measured = measure_of(text).text if LiteralKind.NUMBER in kinds else text
    return (text,) if measured == text else (text, measured)


def _adjectives(text: str) -> Iterable[str]:
    """What has much or little of an attribute is called: a price is *expensive*, *cheap*, *cheapest*."""
    if dimension := dimension_of(text):
        for adjective in (*dimension.high, *dimension.low):
            yield from (adjective, compared(adjective)[1])


def are_of_a_stem(one: str, other: str) -> bool:
    """Whether two words begin alike, and end in few other letters."""
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return shared >= _STEM and max(len(one), len(other)) - shared <= _ENDING


def step_part(step: Step) -> str:
    return f"{'>' if step.direction is Direction.OUT else '<'}{step.relation}"


def property_part(relation: str, name: str) -> str:
    return f">{relation}>{name}"


def type_part(name: str) -> str:
    return f":{name}"


def _windows(question: Question, names: Words, types: Words) -> list[tuple[str, Words]]:
    """Stretches of words that hold something that tells more than a type, and no name."""
    found = []
    tokens = question.tokens
    for first in range(len(tokens)):
        words = 0
        for last in range(first, min(first + _LONGEST, len(tokens))):
            words |= 1 << last
            if names >> last & 1:
                break
            if words & question.content & ~types:
                text = " ".join(token.text for token in tokens[first : last + 1])
                found.append((text, words & question.content))
    return found
