"""Proposes the programs that questions may mean, under the schema of one graph."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import reduce
from operator import or_

from graphdb import GraphReader, Schema
from indexing import Candidate
from kgqa.proposing.asked import Asked
from kgqa.proposing.compose import Proposal, compose
from kgqa.proposing.cues import Question, Words, read_question
from kgqa.proposing.parts import Parts, SchemaGraph, Vectors
from kgqa.proposing.seeds import Seed, find_seeds
from kgqa.proposing.senses import Sense
from kgqa.proposing.texts import find_texts

_PEOPLE = frozenset({"people", "person", "persons", "folk", "folks"})
_SURELY = 0.8  # how alike words must be to a type to be no other word: "founded" names no fund


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
        read = [_without_people(question, own) for question, own in zip(read, seeds, strict=True)]
        names = [_words(s for s in own if s.is_named and _is_long(s)) for own in seeds]
        sensed = {sense.word for sense in self._senses}  # what a word of its own meaning says is said by no other part
        names = [own | q.named(sensed) for own, q in zip(names, read, strict=True)]
        types = [_words(s for s in own if s.is_type and s.similarity >= _SURELY) for own in seeds]
        alike = self._parts.compare(read, names, types)
        texts = find_texts(read, seeds, self._graph, graph)
        return [
            compose(Asked(question, own, said, likeness, self._graph, self._senses), limit)
            for question, own, said, likeness in zip(read, seeds, texts, alike, strict=True)
        ]


def _is_long(seed: Seed) -> bool:
    return seed.words.bit_count() > 1


def _words(seeds: Iterable[Seed]) -> Words:
    return reduce(or_, (seed.words for seed in seeds), 0)


def _without_people(question: Question, seeds: Sequence[Seed]) -> Question:
    """*People* and *person* tell nothing where no type is called so: patients and teachers are people too."""
    named = _words(seed for seed in seeds if seed.similarity >= _SURELY)
    return replace(question, content=question.content & ~(question.named(_PEOPLE) & ~named))
