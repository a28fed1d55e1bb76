"""Questions in other words: about what they name, asking for what nobody knows.

Questions about relations that the graph does not have are rare among those that people train on, and then whatever is
asked of a name is taken for something that the graph knows of it. So some of the questions that are understood are
also asked in words that mean something else: those have no answer.
"""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Sequence

import numpy as np

from indexing import AliasIndex
from kgqa.examples import Example
from kgqa.model import AskedQuestion, QuestionBatch, Scores, to_numpy
from kgqa.wording.listed import listed

SHARE = 0.3
"""Of the questions that are understood, so many are asked in other words."""

_SURE = 0.5  # probability of a mention that is meant
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_GRAMMAR = listed(
    """
    a all am an and any are as at be been being both by can could did do does each for from give had has have he her him
    his how i in into is it its list many me much name of on one or our out she should show tell that the their them
    there these they this those to under up us was we were what when where which who whom whose why will with would you
    """
)


def in_other_words(text: str, mentions: Sequence[tuple[int, int]], words: Sequence[str], rng: random.Random) -> str:
    """The text with another word for each that is neither in a mention nor grammar.

    :param mentions: start and end of each, in characters.
    :param words: what the others are taken from.
    """

    def other(match: re.Match[str]) -> str:
        start, end = match.span()
        kept = match.group().lower() in _GRAMMAR or any(s < end and start < e for s, e in mentions)
        return match.group() if kept else rng.choice(words)

    return _WORD.sub(other, text)


def mentions_of(examples: Sequence[Example], batch: QuestionBatch, scores: Scores) -> list[list[tuple[int, int]]]:
    """Where each question names what its branches start from, as far as that is certain; none where the first branch's
    is not."""
    probability = to_numpy(scores.candidate)
    ends = np.searchsorted(to_numpy(batch.question), np.arange(len(examples) + 1))
    found: list[list[tuple[int, int]]] = []
    for example, first, last in zip(examples, ends[:-1], ends[1:], strict=True):
        own: list[tuple[int, int]] = []
        for branch in probability[:, first:last]:
            best = int(branch.argmax()) if len(branch) else -1
            if best < 0 or branch[best] <= _SURE:
                break
            own.append((example.candidates[best].start, example.candidates[best].end))
        found.append(own)
    return found


def reworded(
    examples: Sequence[Example],
    mentions: Sequence[Sequence[tuple[int, int]]],
    words: Sequence[str],
    index: AliasIndex,
    seed: str,
    question_words: Collection[str] = (),
) -> list[AskedQuestion]:
    """Some of the questions in other words, with the candidates that the index then offers.

    Which, and in what words, depends on nothing but the seed and the question.

    :param mentions: of each question; one that has none is left out.
    """
    texts = []
    for example, own in zip(examples, mentions, strict=True):
        rng = random.Random(f"{seed}/{example.text}")
        if own and rng.random() < SHARE and (text := in_other_words(example.text, own, words, rng)) != example.text:
            texts.append(text)
    if not texts:
        return []
    found = index.candidates(texts, question_words=question_words)
    return [AskedQuestion(text, candidates) for text, candidates in zip(texts, found, strict=True) if candidates]
