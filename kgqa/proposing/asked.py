"""What a question asks, and what the schema has for it: shared by all that puts programs together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import reduce
from operator import or_

from graphdb import LiteralKind, Step
from graphdb.wording import words_of
from kgqa.proposing.cues import Cue, CueKind, Question, Words, asks_for_greatest, first_of
from kgqa.proposing.drafts import Draft, Worth, absorbed
from kgqa.proposing.parts import Anchor, Likeness, Move, SchemaGraph, Types, property_part, step_part, type_part
from kgqa.proposing.quantities import Quantity
from kgqa.proposing.seeds import Seed
from kgqa.proposing.senses import Sense
from kgqa.proposing.texts import Texts
from kgqa.proposing.times import says_when
from kgqa.wording.lexicon import is_person
from kgqa.wording.listed import listed
from kgqa.wording.nouns import singular_of

CUE = 0.3
"""What it is worth to use a cue beyond its words."""

NUMBERS = (LiteralKind.NUMBER,)
SIZES = (LiteralKind.NUMBER, LiteralKind.DATE, LiteralKind.DATETIME)

_ATTRIBUTES = 4  # of those that fit, for one cue
_STEPS = 4
_ASKED = 0.25  # what it is worth that a question word asks for values of such a kind
_LIKE_TYPE = 0.6  # how alike words must be to a type to name it
_CLEARLY = 0.1  # how much more alike they are to a relation that they do not
PEOPLE = listed("people person persons folk folks")
"""Words for any type of people."""

_RANKS = listed("rank ranking ranked position place placing standing seed tier grade")

Fitting = list[tuple[str, Words, float]]
"""Attributes or properties that fit, best first, with the words that say them and what they are worth."""


class Asked:
    """One question, taken apart and compared with the schema.

    :ivar worth: what parts and words are worth.
    :ivar texts: what the facts of its seeds have in their properties that it says.
    :ivar named: the words that name each type.
    :ivar superlatives: the cues that say what is greatest or least, or more or less than something.
    :ivar senses: what words of the question mean beyond the schema, with the words.
    """

    def __init__(
        self,
        question: Question,
        seeds: Sequence[Seed],
        texts: Texts,
        likeness: Likeness,
        graph: SchemaGraph,
        senses: Sequence[Sense] = (),
    ) -> None:
        names = [seed.words for seed in seeds if seed.is_named]
        question = replace(question, quantities=tuple(q for q in question.quantities if not _ends_a_name(q, names)))
        self.question = question
        self.senses = [(sense, words) for sense in senses if (words := question.named({sense.word}))]
        self.seeds = seeds
        self.texts = texts
        self.graph = graph
        numbers = [quantity.words for quantity in question.quantities]
        self.worth = Worth(question, likeness, reduce(or_, (*names, *numbers), 0))
        self.named = _named_types(question, seeds, likeness, graph)
        quantified = question.compared
        self._cues: dict[CueKind, list[Cue]] = {}
        for cue in question.cues:
            if cue.words & ~quantified:
                self._cues.setdefault(cue.kind, []).append(cue)
        self.superlatives = (*self.cues(CueKind.GREATEST), *self.cues(CueKind.LEAST))
        self._asks = not self._cues.keys().isdisjoint((CueKind.WHEN, CueKind.HOW))
        self._attributes: dict[tuple[Types, tuple[LiteralKind, ...], Words, bool], Fitting] = {}
        self._near: dict[tuple[Types, Words], list[tuple[Move, Words, float]]] = {}

    def cues(self, kind: CueKind) -> Sequence[Cue]:
        """The cues of a kind that do not belong to a quantity."""
        return self._cues.get(kind, ())

    def absorbed(self, draft: Draft) -> Iterator[Draft]:
        """See :func:`~kgqa.proposing.drafts.absorbed`."""
        return absorbed(draft, self.worth, self.named)

    def left(self, words: Words) -> float:
        """The share of the words that tell something which are not among these."""
        content = self.question.content
        return (content & ~words).bit_count() / max(1, content.bit_count())

    def place(self, draft: Draft) -> int:
        """Where the first of a draft's seeds is mentioned, in characters."""
        return min((seed.start for seed in self.seeds if seed.node in draft.seeds), default=0)

    def attributes(
        self, draft: Draft, kinds: tuple[LiteralKind, ...], covered: Words, *, timely: bool = False
    ) -> Fitting:
        """The attributes that fit best.

        :param timely: whether what they are compared with may be a year, which suits those that say when.
        """
        asked = draft.types, kinds, covered, timely
        if asked not in self._attributes:
            self._attributes[asked] = self._fitting(*asked)
        return self._attributes[asked]

    def _fitting(self, types: Types, kinds: tuple[LiteralKind, ...], covered: Words, timely: bool) -> Fitting:
        found = []
        for name in self.graph.attributes(types, *kinds):
            anchor, worth = self.worth.anchor(step_part(Step(name)), covered)
            if timely:
                worth += 0.25 if self.is_of_time(name) else -0.25
            found.append((name, anchor.words, worth))
        found.sort(key=lambda entry: -entry[2])
        return found[:_ATTRIBUTES]

    def is_of_time(self, attribute: str) -> bool:
        """Whether the values of an attribute say when, most likely."""
        return says_when(words_of(attribute), self.graph.relations[attribute].literal_kinds)

    def asks_for_greatest(self, cue: Cue, attribute: str) -> bool | None:
        """Whether a superlative or a comparative asks for the greatest of an attribute, and not the least; ``None`` if
        it may ask for either, as the highest rank may be the first."""
        if not _RANKS.isdisjoint(words_of(attribute).split()):
            return None
        return asks_for_greatest(cue.text, self.is_of_time(attribute))

    def properties(
        self, relation: str, kinds: Sequence[LiteralKind], covered: Words, *, timely: bool = False
    ) -> Fitting:
        """The properties of a relation's facts, those that fit best first; like :meth:`attributes`."""
        found = []
        for known in self.graph.properties(relation, *kinds):
            anchor, worth = self.worth.anchor(property_part(relation, known.name), covered)
            words = anchor.words
            of_time = says_when(words_of(known.name), known.literal_kinds)
            if timely:
                worth += 0.25 if of_time else -0.25
            asking, more = self.asking(of_time, known.literal_kinds, covered | words)
            found.append((known.name, words | asking, worth + more))
        found.sort(key=lambda entry: -entry[2])
        return found

    def asking(self, of_time: bool, kinds: Sequence[LiteralKind], covered: Words) -> tuple[Words, float]:
        """The question words that ask for values of some kind, such as *when* for times; and what that is worth."""
        kind = CueKind.WHEN if of_time else CueKind.HOW if LiteralKind.NUMBER in kinds else None
        for cue in self.cues(kind) if kind else ():
            if not cue.words & covered:
                return cue.words, _ASKED + self.worth.words(cue.words, covered)
        return 0, 0.0

    def asking_of(self, attribute: str, covered: Words) -> tuple[Words, float]:
        """The question words that ask for an attribute's values; and what that is worth."""
        if not self._asks:
            return 0, 0.0
        kinds = self.graph.relations[attribute].literal_kinds
        return self.asking(self.is_of_time(attribute), kinds, covered)

    def near_steps(self, draft: Draft, covered: Words) -> list[tuple[Move, Words, float]]:
        """The steps to other entities that fit best, with the words that say them and what they are worth."""
        asked = draft.types, covered
        if asked not in self._near:
            self._near[asked] = self._near_steps(*asked)
        return self._near[asked]

    def _near_steps(self, types: Types, covered: Words) -> list[tuple[Move, Words, float]]:
        found = []
        for move in self.graph.moves(types):
            if move.attribute:
                continue
            anchor, worth = self.worth.anchor(move.part, covered)
            for name in sorted(move.types):
                for words in self.named.get(name, ()):
                    if not words & (covered | anchor.words):
                        anchor_words = anchor.words | words
                        worth_with = worth + self.worth.words(words, covered | anchor.words) + 0.2
                        found.append((move, anchor_words, worth_with))
            found.append((move, anchor.words, worth))
        found.sort(key=lambda entry: -entry[2])
        return found[:_STEPS]


def is_denied(denial: Words, words: Words, others: Words) -> bool:
    """Whether a denial is of some words and not of others: of what follows it first, and of what came last where none
    of them follows.

    :param denial: the words of its cue.
    :param words: those that may be denied; none if nobody knows.
    :param others: those that may be instead.
    """
    if not words or not others or words & (others | denial):
        return True
    either = words | others
    following = either & -1 << denial.bit_length()
    place = first_of(following) if following else either.bit_length() - 1
    return bool(words >> place & 1)


def _ends_a_name(quantity: Quantity, names: Sequence[Words]) -> bool:
    """Whether a number is the end of a name, such as *Apollo 11*."""
    own = quantity.words
    return any(name != own == name & own and name.bit_length() == own.bit_length() for name in names)


def _named_types(
    question: Question, seeds: Sequence[Seed], likeness: Likeness, graph: SchemaGraph
) -> dict[str, list[Words]]:
    """The words that name each type: its name; or else the noun that this ends in, or words that are much like it; or
    *people*, if it is the one type of people that there is."""
    exact = [(str(seed.node), seed.words) for seed in seeds if seed.is_type and seed.similarity >= 1.0]
    covered = reduce(or_, (words for _, words in exact), 0)
    heads = [(name, words) for name, words in types_by_head(question, graph) if not words & covered]
    covered |= reduce(or_, (words for _, words in heads), 0)
    elsewhere = {name for name, _ in (*exact, *heads)}
    others = [seed for seed in seeds if seed.is_type and seed.similarity < 1.0]
    similar = [(str(seed.node), seed.words) for seed in others if str(seed.node) not in elsewhere]
    for name in graph.types:
        anchors = likeness.anchors.get(type_part(name), ())[:2]
        likest = [anchor for anchor in anchors if anchor.likeness > _LIKE_TYPE]
        similar += [(name, a.words) for a in likest if not (name in elsewhere and _says_a_step(a, likeness))]
    named: dict[str, list[Words]] = {}
    for name, words in dict.fromkeys((*exact, *heads, *(each for each in similar if not each[1] & covered))):
        named.setdefault(name, []).append(words)
    persons = [name for name, text in graph.types.items() if is_person(text)]
    if len(persons) == 1 and persons[0] not in named and (words := question.named(PEOPLE)):
        named[persons[0]] = [words & -words]
    return named


def _says_a_step(anchor: Anchor, likeness: Likeness) -> bool:
    """Whether words that are like a type are much more like a relation: *rivers with two tributaries*."""
    return any(
        other.words == anchor.words and other.likeness > anchor.likeness + _CLEARLY
        for part, others in likeness.anchors.items()
        if part.startswith(("<", ">"))
        for other in others
    )


def types_by_head(question: Question, graph: SchemaGraph) -> Iterator[tuple[str, Words]]:
    """The types whose names end in a word of the question: *companies* names a shipping company."""
    tokens = [singular_of(token.text) for token in question.tokens]
    for name, head in graph.type_heads.items():
        yield from ((name, 1 << i) for i, token in enumerate(tokens) if token == head)
