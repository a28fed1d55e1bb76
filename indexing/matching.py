"""From questions to candidates: exact matches of every span, then similar surface forms for what these leave open."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from graphdb import EntityType, Literal, Node
from indexing import table as tables
from indexing.candidates import Candidate, SurfaceKind
from indexing.normalise import Text, analyse, compact
from indexing.similarity import least_alike_words, similarity
from indexing.spans import Span, every_span, fuzzy_spans, weight, word_span
from indexing.table import Surface
from indexing.vectors import Ids, Vectors, encode

NODES_PER_SURFACE = 16
"""The most nodes that one surface form offers for a span."""

LONGEST_EXACT = 160
"""Longer surface forms, in characters without spaces, are found by a part of them, not exactly."""

_FUZZY_SHARE = 0.5  # of the candidates of a question, for similar forms
_FUZZY_SPANS = 24  # looked up in one question
_NEIGHBOURS = 12  # of each of them
_LEAST_COSINE = 0.68
_LEAST_SIMILARITY = 0.64

SearchVectors: TypeAlias = Callable[[Vectors, int], tuple[Vectors, Ids]]


@dataclass(frozen=True, slots=True)
class Match:
    """A span and a surface form that it may be."""

    span: Span
    surface: Surface
    similarity: float


@dataclass(slots=True)
class Matcher:
    """Matches a batch of questions on one view of the table.

    :param limit: the most candidates of a question.
    :param question_words: words that tell nothing, but in an exact match.
    """

    connection: sqlite3.Connection
    search: SearchVectors
    limit: int
    question_words: frozenset[str] = frozenset()
    _meanings: dict[int, list[tuple[SurfaceKind, str, str]]] = field(default_factory=dict)

    def candidates(self, questions: Sequence[str], *, fuzzy: bool) -> list[list[Candidate]]:
        texts = [analyse(question) for question in questions]
        exact = self._exact(texts)
        similar = self._similar(texts, exact) if fuzzy else [[] for _ in texts]
        return [self._merge(*found) for found in zip(questions, exact, similar, strict=True)]

    def _exact(self, texts: Sequence[Text]) -> list[list[Match]]:
        longest = min(tables.state(self.connection).longest, LONGEST_EXACT)
        spans = [[(span, compact(span.form)) for span in every_span(text, longest)] for text in texts]
        asked = dict.fromkeys(form for own in spans for _, form in own)
        surfaces: dict[str, list[Surface]] = {}
        for form, surface in tables.surfaces_of_compact(self.connection, asked):
            surfaces.setdefault(form, []).append(surface)
        return [
            [
                Match(span, surface, similarity(span.form, surface.form))
                for span, form in own
                for surface in surfaces.get(form, ())
            ]
            for own in spans
        ]

    def _similar(self, texts: Sequence[Text], exact: Sequence[Sequence[Match]]) -> list[list[Match]]:
        counts = tables.word_counts(
            self.connection, dict.fromkeys(token.text for text in texts for token in text.tokens)
        )
        surfaces = tables.state(self.connection).surfaces

        def weigh(word: str) -> float:
            return 0.0 if word in self.question_words else weight(counts.get(word, 0), surfaces)

        spans = [
            fuzzy_spans(text, [match.span for match in own], weigh, _FUZZY_SPANS)
            for text, own in zip(texts, exact, strict=True)
        ]
        near = iter(self.neighbours([span.form for own in spans for span in own], _NEIGHBOURS))
        return [
            _best([match for span in own for match in _widened(text, span, next(near))])
            for text, own in zip(texts, spans, strict=True)
        ]

    def neighbours(self, forms: Sequence[str], limit: int) -> list[list[Surface]]:
        """The surfaces whose vectors are near each form's."""
        distinct = list(dict.fromkeys(forms))
        cosines, ids = self.search(encode(distinct), limit)
        near = ids[(cosines >= _LEAST_COSINE) & (ids >= 0)]
        known = tables.forms_of(self.connection, set(near.tolist()))
        found = {
            form: [
                Surface(id_, known[id_])
                for id_, cosine in zip(row_ids, row_cosines, strict=True)
                if cosine >= _LEAST_COSINE and id_ in known
            ]
            for form, row_ids, row_cosines in zip(distinct, ids.tolist(), cosines.tolist(), strict=True)
        }
        return [found[form] for form in forms]

    def _merge(self, question: str, exact: list[Match], similar: list[Match]) -> list[Candidate]:
        exact.sort(key=lambda m: (m.span.start - m.span.end, m.span.start, -m.similarity, m.surface.form))
        found: dict[tuple[int, int, Node], Candidate] = {}
        for candidate in self._candidates(question, exact):
            found.setdefault((candidate.start, candidate.end, candidate.node), candidate)
        near = [c for c in self._candidates(question, similar) if not _is_explained(c, found)]
        del near[int(self.limit * _FUZZY_SHARE) :]
        return list(found.values())[: self.limit - len(near)] + near

    def _candidates(self, question: str, matches: Sequence[Match]) -> Iterator[Candidate]:
        for match in matches:
            least = least_alike_words(match.span.form, match.surface.form)
            for kind, node, text in self.meanings(match.surface.id):
                start, end = _with_punctuation(question, match.span, text)
                yield Candidate(start, end, as_node(kind, node), text, kind, match.similarity, *least)

    def nodes_of(self, text: str, surfaces: list[tuple[float, Surface]]) -> list[Candidate]:
        """What the surfaces mean for the whole text, most similar first, each node once."""
        surfaces.sort(key=lambda item: (-item[0], len(item[1].form), item[1].form))
        found: dict[Node, Candidate] = {}
        for score, surface in surfaces:
            for kind, name, spelled in self.meanings(surface.id):
                node = as_node(kind, name)
                found.setdefault(node, Candidate(0, len(text), node, spelled, kind, score))
            if len(found) >= self.limit:
                break
        return list(found.values())[: self.limit]

    def meanings(self, surface: int) -> list[tuple[SurfaceKind, str, str]]:
        if surface not in self._meanings:
            self._meanings[surface] = tables.meanings_of(self.connection, surface, NODES_PER_SURFACE)
        return self._meanings[surface]


def as_node(kind: SurfaceKind, node: str) -> Node:
    match kind:
        case SurfaceKind.VALUE:
            return Literal(node)
        case SurfaceKind.TYPE:
            return EntityType(node)
        case _:
            return node


def _widened(text: Text, span: Span, surfaces: Sequence[Surface]) -> Iterator[Match]:
    """Each surface that is enough like the span, which grows by the words beside it that the surface has as well."""
    for surface in surfaces:
        wider = _grown(text, span, surface.form)
        score = max(similarity(span.form, surface.form), _LEAST_SIMILARITY)
        if wider is not span and (wider_score := similarity(wider.form, surface.form)) > score:
            yield Match(wider, surface, wider_score)
        elif score > _LEAST_SIMILARITY:
            yield Match(span, surface, score)


def _grown(text: Text, span: Span, form: str) -> Span:
    spare = form.count(" ") - span.form.count(" ")
    if spare <= 0:
        return span
    words = form.split(" ")
    first, last = span.first, span.last
    while spare and first > 0 and text.tokens[first - 1].text in words:
        first, spare = first - 1, spare - 1
    while spare and last + 1 < len(text.tokens) and text.tokens[last + 1].text in words:
        last, spare = last + 1, spare - 1
    return span if (first, last) == (span.first, span.last) else word_span(text.tokens, first, last)


def _best(matches: list[Match]) -> list[Match]:
    """The best match of each surface, best first."""
    matches.sort(key=lambda m: (-m.similarity, m.span.start - m.span.end, m.span.start, m.surface.form))
    found: dict[int, Match] = {}
    for match in matches:
        found.setdefault(match.surface.id, match)
    return list(found.values())


def _is_explained(candidate: Candidate, exact: dict[tuple[int, int, Node], Candidate]) -> bool:
    return any(
        other.node == candidate.node and other.start < candidate.end and candidate.start < other.end
        for other in exact.values()
    )


def _with_punctuation(question: str, span: Span, text: str) -> tuple[int, int]:
    """The span, with the punctuation around it that the surface form has at its own ends."""
    if span.first < 0 or (text[0].isalnum() and text[-1].isalnum()):
        return span.start, span.end
    tokens = analyse(text).tokens
    before, after = (text[: tokens[0].start], text[tokens[-1].end :]) if tokens else ("", "")
    start = span.start - len(before) if before and question.endswith(before, 0, span.start) else span.start
    end = span.end + len(after) if after and question.startswith(after, span.end) else span.end
    return start, end
