"""Proposes the programs that questions may mean, under the schema of one graph."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import reduce
from operator import or_

from graphdb import GraphReader, Schema
from indexing import Candidate
from kgqa.proposing.asked import PEOPLE, Asked, types_by_head
from kgqa.proposing.compose import Proposal, compose
from kgqa.proposing.cues import Question, Words, read_question
from kgqa.proposing.parts import Parts, SchemaGraph, Vectors
from kgqa.proposing.seeds import Seed, find_seeds
from kgqa.proposing.senses import Sense
from kgqa.proposing.texts import find_texts

_SURELY = 0.9  # how alike words must be to a type to be no other word: "founded" names no fund


class Proposer:
    """Knows the schema of a graph, and proposes programs for questions about it.

    :param vectors: unit vectors of short texts.
    :param senses: what words mean beyond the names of the schema, where that was learned.
    """

    def __init__(self, schema: Schema, vectors: Vectors, senses: Sequence[Sense] = ()) -> None:
        self._senses = tuple(senses)
        self._graph = SchemaGraph(schema)
        self._parts = Parts(self._graph, vectors)

    def propose(
        self,
        questions: Sequence[str],
        candidates: Sequence[Sequence[Candidate]],
        graph: GraphReader,
        *,
        limit: int = 48,
    ) -> list[list[Proposal]]:
        """The programs of each question, most promising first.

        :param candidates: what the alias index found in each question.
        :param limit: the most of one question.
        """
        read = [read_question(question) for question in questions]
        seeds = find_seeds(read, candidates, graph, self._graph.types)
        seeds = [_without_likely_types(q, own, self._graph) for q, own in zip(read, seeds, strict=True)]
        read = [_without_people(question, own) for question, own in zip(read, seeds, strict=True)]
        names = [_words(s for s in own if s.is_named and _is_long(s)) for own in seeds]
        sensed = {sense.word for sense in self._senses}  # what a word of its own meaning says is said by no other part
        names = [own | q.named(sensed) | q.compared for own, q in zip(names, read, strict=True)]
        types = [_words(s for s in own if _surely_names_type(s, own)) for own in seeds]
        alike = self._parts.compare(read, names, types)
        texts = find_texts(read, seeds, self._graph, graph)
        return [
            compose(Asked(question, own, said, likeness, self._graph, self._senses), limit)
            for question, own, said, likeness in zip(read, seeds, texts, alike, strict=True)
        ]


def _without_likely_types(question: Question, seeds: Sequence[Seed], graph: SchemaGraph) -> list[Seed]:
    """Without names that are only somewhat like words that a type's name ends in: *rooms* are no Room 12."""
    heads = reduce(or_, (words for _, words in types_by_head(question, graph)), 0)
    return [seed for seed in seeds if seed.is_type or seed.similarity >= 1.0 or seed.words & ~heads]


def _surely_names_type(seed: Seed, seeds: Sequence[Seed]) -> bool:
    """Whether words are a type's name, or so like it that they say no step; not where it is named elsewhere: in *does
    a supplier supply* …, it is not what is done."""
    if not seed.is_type or seed.similarity < _SURELY:
        return False
    return seed.similarity >= 1.0 or not any(other.node == seed.node and other.similarity >= 1.0 for other in seeds)


def _is_long(seed: Seed) -> bool:
    return seed.words.bit_count() > 1


def _words(seeds: Iterable[Seed]) -> Words:
    return reduce(or_, (seed.words for seed in seeds), 0)


def _without_people(question: Question, seeds: Sequence[Seed]) -> Question:
    """*People* and *person* tell nothing where no type is called so: patients and teachers are people too."""
    named = _words(seed for seed in seeds if seed.similarity >= _SURELY)
    return replace(question, content=question.content & ~(question.named(PEOPLE) & ~named))
