"""The stretches of a question that may be mentions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from indexing.normalise import Text, Token, analyse, compact, join

_LONGEST_SYMBOLS = 8  # of a name that has no words
_FUZZY_WORDS = (1, 2, 3, 4, 6, 9)  # longer mentions are found by a part of them and then widened
_SHORTEST_FUZZY = 4  # characters: of shorter ones nearly every form is a neighbour
_SHORTEST_UNKNOWN = 2  # of a stretch with a word that no surface form has
_SINGLE_WORDS = 10  # unknown words that are looked up alone before anything else
_FUNCTION_WORD = 0.35  # weight below which a word tells next to nothing
_UNKNOWN = 1.0  # weight of a word that no surface form has


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a question.

    :param first: its first word, counted from 0; −1 if it is made of symbols.
    :param last: its last word (inclusive).
    :param start: where it starts, in characters of the question.
    :param end: where it ends (exclusive).
    :param form: its normalised form.
    """

    first: int
    last: int
    start: int
    end: int
    form: str


def every_span(text: Text, longest: int) -> Iterator[Span]:
    """Every stretch of words of at most ``longest`` characters, with and without a final possessive, and of symbols."""
    for first in range(len(text.tokens)):
        start, form, length = text.tokens[first].start, "", 0
        for last in range(first, len(text.tokens)):
            token = text.tokens[last]
            if form and not token.glued:
                form += " "
            if token.stem and length + len(token.stem) <= longest:
                yield Span(first, last, start, token.stem_end, form + token.stem)
            form += token.text
            length += len(token.text)
            if length > longest:
                break
            yield Span(first, last, start, token.end, form)
    for run in text.symbols:
        for first in range(len(run)):
            for last in range(first, min(first + _LONGEST_SYMBOLS, len(run))):
                form = "".join(symbol.text for symbol in run[first : last + 1])
                yield Span(-1, -1, run[first].start, run[last].end, form)


def word_span(tokens: tuple[Token, ...], first: int, last: int) -> Span:
    return Span(first, last, tokens[first].start, tokens[last].end, join(tokens[first : last + 1]))


def stem_span(tokens: tuple[Token, ...], first: int, last: int) -> Span:
    """The stretch without the possessive of its last word."""
    end = tokens[last]
    stem = Token(end.stem, end.start, end.stem_end, end.glued)
    return Span(first, last, tokens[first].start, end.stem_end, join((*tokens[first:last], stem)))


def fuzzy_spans(text: Text, exact: Collection[Span], weigh: Callable[[str], float], limit: int) -> list[Span]:
    """The stretches for which similar surface forms are worth looking up, most promising first.

    Left out are parts of an exact match of several words, stretches that begin or end with a word that tells next to
    nothing, and stretches that are too short. A stretch with a word that no surface form has is probably mistyped: it
    may be shorter, and begin with one word that tells nothing ("the godfahter"), since without that it is no longer
    much like the name.

    :param weigh: how much a word tells, see :func:`weight`.
    """
    tokens = text.tokens
    weights = [weigh(token.text) for token in tokens]
    explained = [(span.first, span.last) for span in exact if span.last > span.first >= 0]
    found: list[tuple[tuple[int, float], Span]] = []
    for words in _FUZZY_WORDS:
        for first in range(len(tokens) - words + 1):
            last = first + words - 1
            own = weights[first : last + 1]
            if not _tells_enough(own):
                continue
            if any(a <= first and last <= b for a, b in explained):
                continue
            span = stem_span(tokens, first, last) if tokens[last].stem else word_span(tokens, first, last)
            if _is_long_enough(span.form, own):
                found.append((_promise(own, span), span))
    found.sort(key=lambda item: (item[0], item[1].first))
    single = [span for (rank, _), span in found if rank == 0]
    return (single[:_SINGLE_WORDS] + [span for (rank, _), span in found if rank] + single[_SINGLE_WORDS:])[:limit]


def _tells_enough(weights: Sequence[float]) -> bool:
    """Whether a stretch of words of these weights begins and ends as a mention may."""
    begins = 1 if weights[0] < _FUNCTION_WORD and _UNKNOWN in weights else 0
    return min(weights[begins], weights[-1]) >= _FUNCTION_WORD


def _promise(weights: list[float], span: Span) -> tuple[int, float]:
    """The smaller, the more likely a mention that is not spelt as any surface form.

    A typing error makes a word that no surface form has: alone it may be a whole name; between words of names, the
    more of them are names' words, the better the stretch covers one name. Then come stretches of known words only
    (parts of names, another order), and unknown words together.
    """
    unknown = sum(weight == _UNKNOWN for weight in weights)
    known = len(weights) - unknown
    if known == 0:
        return (0, -len(span.form)) if unknown == 1 else (3, len(weights))
    if unknown:
        return 1, -known / len(weights)
    return 2, len(weights) - sum(weights)


def weight(count: int, surfaces: int) -> float:
    """How much a word tells: 1 if no surface form has it, 0 if all have it."""
    return math.log((surfaces + 1) / (count + 1)) / math.log(surfaces + 1) if surfaces else 1.0


def _is_long_enough(form: str, weights: Sequence[float]) -> bool:
    shortest = _SHORTEST_UNKNOWN if _UNKNOWN in weights or not form.isascii() else _SHORTEST_FUZZY
    return len(compact(form)) >= shortest


def frequent_words(questions: Sequence[str]) -> list[str]:
    """The words that questions are made of, normalised and sorted: those in at least one of fifty, and in three.

    A word that is so frequent is a mention, or part of one, only where a surface form has exactly that.
    """
    counts = Counter(word for question in questions for word in {token.text for token in analyse(question).tokens})
    return sorted(word for word, count in counts.items() if count >= max(3, 0.02 * len(questions)))
