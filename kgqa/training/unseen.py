"""How sure readers are of questions that they were not fitted to.

Few questions are kept back where there are few at all, and what confidence means is then a guess from them. So the
others tell it too: they are dealt out into parts, and each part is read by a reader that was fitted to the rest
(cross-fitting, as Platt proposed it for his scaling).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

from kgqa.answering.unlabelled import with_answer
from kgqa.reader import Reader
from kgqa.reader.fitting import FitOptions, ReadingExample, fit

_PARTS = 3
_BATCH = 8

Sure = tuple[float, bool]
"""A probability, before any correction, and whether the answer was right."""


def unseen(
    examples: Sequence[ReadingExample],
    new_reader: Callable[[], Reader],
    options: Callable[[int], FitOptions],
    *,
    progress: Callable[[int, int], None] | None = None,
) -> list[Sure]:
    """The confidence of the answers that readers give to questions that they were not fitted to.

    :param options: how to fit to so many questions.
    :param progress: told how much is done, and of how much.
    """
    texts = {text: i for i, text in enumerate(sorted({e.candidates.question for e in examples}))}
    found: list[Sure] = []
    for part in range(_PARTS):
        held = [e for e in examples if texts[e.candidates.question] % _PARTS == part]
        others = [e for e in examples if e.teaches and texts[e.candidates.question] % _PARTS != part]
        if not held or not others:
            continue
        reader = new_reader()
        fit(reader, others, options(len(others)), progress=_of_part(part, progress))
        found += read_with(reader, held)
    return found


def _of_part(part: int, progress: Callable[[int, int], None] | None) -> Callable[[int, int, float], None] | None:
    """Tells of the steps of a part as of so much of all parts."""
    if progress is None:
        return None
    return lambda step, steps, _loss: progress(part * steps + step, _PARTS * steps)


@torch.inference_mode()
def read_with(
    reader: Reader, examples: Sequence[ReadingExample], *, progress: Callable[[int, int], None] | None = None
) -> list[Sure]:
    """The confidence of the answers that a reader gives.

    :param progress: told how many questions were read, and of how many.
    """
    found = []
    for start in range(0, len(examples), _BATCH):
        part = examples[start : start + _BATCH]
        for example, scores in zip(part, reader([e.candidates for e in part]), strict=True):
            found += _answered(example, scores.softmax(0).tolist())
        if progress:
            progress(start + len(part), len(examples))
    return found


def taken(example: ReadingExample, chances: Sequence[float]) -> int | None:
    """The place of the program whose answer is given to a question; ``None`` if none is.

    :param chances: how likely each of the programs is, and last that none of them is meant.
    """
    *chances, nothing = chances
    order = sorted(range(len(chances)), key=lambda i: -chances[i])
    place = with_answer([chances[i] for i in order], lambda place: example.hits[order[place]] is not None)
    return None if place is None or chances[order[place]] < nothing else order[place]


def _answered(example: ReadingExample, chances: Sequence[float]) -> list[Sure]:
    place = taken(example, chances)
    return [] if place is None else [(chances[place], bool(example.hits[place]))]
