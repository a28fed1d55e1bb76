"""Reading, learned from answers: what paths cannot say, such as counts and superlatives, is read off proposed programs.

The programs whose result is the answer are the right ones (maximum marginal likelihood), so this needs no more than the
following of paths does: questions with their answers. It starts from the reader that comes with the package.
"""

from __future__ import annotations

import logging
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import torch

from graphdb import Entity, Found, GraphReader, GraphStore, Schema
from indexing.normalise import analyse
from kgqa.answering import Answer, Answerer, AskOptions, UnlabelledAnswerer
from kgqa.answering.trained import decided
from kgqa.answering.unlabelled import Readings
from kgqa.calibration import Calibration
from kgqa.evaluation import best_answers, is_right
from kgqa.examples import Example
from kgqa.proposing import Member, Proposal, Proposer, Sense, TooMuch, learn_senses, read_question
from kgqa.reader import Reader, Reading, load_reader
from kgqa.reader.fitting import FitOptions, fit, gives_answer, reading_example
from kgqa.training.unseen import Sure, read_with, unseen

logger = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]
"""Told what is done, how much of it, and of how much."""

_EXPLAINED = 0.98  # of the dev questions: where paths answer so many, reading is not worth its time
_FEW = 200  # questions kept back: where there are fewer, the others tell as well what confidence means
_ENOUGH = 60  # of those others; fewer tell nothing
_BATCH = 16  # questions whose programs are proposed together
_LARGEST = 300  # members of a set in which senses are looked for
_SETS = 12  # of a question
_LISTED = AskOptions(abstain_below=0.0, evidence=0, readings=8)
_WEIGHTS = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How reading is learned.

    :param questions: how many of the questions, at most; those first that paths do not answer.
    :param steps: of training, about; at least one pass over the questions and at most twelve.
    """

    questions: int = 1200
    steps: int = 160
    encoder_rate: float = 2e-4
    seed: int = 0

    def fit_options(self, examples: int) -> FitOptions:
        batch = min(8, max(1, examples // 4))
        epochs = min(12, max(1, round(self.steps * batch / examples)))
        return FitOptions(epochs, batch=batch, encoder_rate=self.encoder_rate, seed=self.seed)


@dataclass(frozen=True, slots=True)
class LearnedReading:
    """What was learned.

    :param sure: the confidence, corrected, of answers to questions that were not kept back, each by a reader that was
        not fitted to it; none where enough were kept back.
    """

    reading: Reading
    sure: tuple[Sure, ...]


def learn_reading(
    paths: Answerer,
    learned: Sequence[Example],
    kept: Sequence[Example],
    options: ReadingOptions,
    *,
    progress: Progress | None = None,
) -> LearnedReading | None:
    """Fit a reader to questions whose paths were learned already.

    :param paths: the answerer that follows paths; calibrated.
    :param learned: the questions to learn from.
    :param kept: those that were kept back, which decide when to read, and whether to at all.
    :returns: ``None`` where it does not make more of the answers right. Where few questions teach less than they
        unlearn, it is the reader that ships, unchanged.
    """
    tell = progress or (lambda _what, _done, _total: None)
    followed = best_answers(paths, kept, look_up=False, readings=_LISTED.readings)
    right = [e.gold.matches(a.found) for e, a in zip(kept, followed, strict=True) if not e.gold.unanswerable]
    if not right or sum(right) >= _EXPLAINED * len(right):
        return None
    chosen = _chosen(paths, learned, options)
    device = paths.model.encoder.device

    def new_reader() -> Reader:
        return load_reader().to(device)

    reader = new_reader()
    prepared = _Prepared(paths, reader.encoder.text_vectors, chosen, tell)
    useful = [e for e in prepared.examples if e.teaches]
    if not useful:
        return None
    more: list[Sure] = []
    helps = True
    if len(kept) < _FEW and len(useful) >= _ENOUGH:
        before = read_with(reader, prepared.examples, progress=partial(tell, "Reading before learning"))
        more = unseen(
            prepared.examples,
            new_reader,
            options.fit_options,
            progress=partial(tell, "Learning what confidence means"),
        )
        helps = _right(more) > _right(before)
        logger.info("%d of %d are read right, and %d when fitted", _right(before), len(prepared.examples), _right(more))
        more = more if helps else before
    if helps:
        fit(
            reader,
            useful,
            options.fit_options(len(useful)),
            progress=lambda step, total, _: tell("Learning to read", step, total),
        )
    reading = UnlabelledAnswerer(paths.store, paths.index, reader, senses=prepared.senses)
    read = _read(reading, kept, followed, tell)
    calibration = _calibrated(kept, read, more)
    read_below = _read_below(kept, followed, read)
    logger.info("reading below %.3f, following counts %.2f, %s", read_below, reading.follow_weight, prepared.senses)
    if read_below <= 0:
        return None
    learned_reading = Reading(reader, calibration, reading.follow_weight, read_below, tuple(prepared.senses))
    return LearnedReading(learned_reading, tuple((calibration(chance), is_so) for chance, is_so in more))


def _right(answers: Sequence[Sure]) -> int:
    return sum(right for _, right in answers)


def _read(
    reading: UnlabelledAnswerer, kept: Sequence[Example], followed: Sequence[Answer], tell: Progress
) -> list[Answer]:
    """The answers by reading, with following weighed as makes the right programs likeliest."""
    store, texts = reading.store, [e.text for e in kept]
    candidates = reading.index.candidates(texts)
    found: list[Readings] = []
    for i in range(0, len(kept), _BATCH):
        part = slice(i, i + _BATCH)
        found += reading.read(store, texts[part], candidates[part], [a.readings for a in followed[part]])
        tell("Reading", len(found), len(kept))
    reading.follow_weight = _follow_weight(store, kept, found)
    return reading.decide(store, texts, candidates, found, _LISTED)


def _follow_weight(store: GraphStore, kept: Sequence[Example], found: Sequence[Readings]) -> float:
    """What following counts beside reading, so that the right programs are likeliest."""
    judged = []
    for example, own in zip(kept, found, strict=True):
        results = store.run([p.program for p in own.proposals])
        right = {text for text, nodes in zip(own.texts, results, strict=True) if gives_answer(nodes, example.gold)}
        judged.append((own, right))

    def likelihood(weight: float) -> float:
        total = 0.0
        for own, right in judged:
            readings, nothing = own.weighed(weight)
            chance = sum(r.probability for r in readings if r.text in right) if right else nothing
            total += math.log(chance + 1e-3)
        return total

    return max(_WEIGHTS, key=likelihood)


def _chosen(paths: Answerer, learned: Sequence[Example], options: ReadingOptions) -> list[Example]:
    """The questions to learn from: of those that paths do not answer, and of the others, half of the limit each."""
    sample = random.Random(options.seed).sample(list(learned), min(len(learned), 4 * options.questions))
    answers = best_answers(paths, sample, look_up=False)
    missed = [e for e, a in zip(sample, answers, strict=True) if not e.gold.matches(a.found)]
    answered = [e for e, a in zip(sample, answers, strict=True) if e.gold.matches(a.found)]
    half = options.questions // 2
    return [
        *missed[: max(half, options.questions - len(answered))],
        *answered[: options.questions - min(half, len(missed))],
    ]


class _Prepared:
    """The programs of the questions, with their results.

    :ivar senses: what words mean beyond the names of the schema.
    :ivar examples: for the reader.
    """

    def __init__(
        self,
        paths: Answerer,
        vectors: Callable[[Sequence[str]], torch.Tensor],
        chosen: Sequence[Example],
        tell: Progress,
    ) -> None:
        self._store, self._index, self._vectors = paths.store, paths.index, vectors
        self._schema = paths.store.schema()
        found = self._proposed(chosen, (), "Proposing programs", tell)
        self.senses = learn_senses(
            case for i, each in enumerate(found) for case in _too_much(self._store, self._schema, i, *each)
        )
        words = {sense.word for sense in self.senses}
        again = [i for i, (e, _, _) in enumerate(found) if words & {t.text for t in read_question(e.text).tokens}]
        better = self._proposed([found[i][0] for i in again], self.senses, "Proposing programs again", tell)
        for i, each in zip(again, better, strict=True):
            found[i] = each
        self.examples = [
            reading_example(example.question, example.gold, proposed, results, self._schema)
            for example, proposed, results in found
        ]

    def _proposed(
        self, chosen: Sequence[Example], senses: Sequence[Sense], what: str, tell: Progress
    ) -> list[tuple[Example, list[Proposal], Sequence[Sequence[Found]]]]:
        proposer = Proposer(self._schema, lambda texts: self._vectors(texts).cpu().numpy(), senses)
        found = []
        for start in range(0, len(chosen), _BATCH):
            part = chosen[start : start + _BATCH]
            texts = [e.text for e in part]
            for example, own in zip(
                part, proposer.propose(texts, self._index.candidates(texts), self._store), strict=True
            ):
                found.append((example, own, self._store.run([p.program for p in own])))
            tell(what, len(found), len(chosen))
        return found


def _too_much(
    graph: GraphReader,
    schema: Schema,
    number: int,
    example: Example,
    proposed: Sequence[Proposal],
    results: Sequence[Sequence[Found]],
) -> Iterator[TooMuch]:
    """The sets of a question that have all its answers and more, where none has just the answers.

    What a program explains are its words in English.
    """
    gold = example.gold
    if gold.unanswerable or any(gives_answer(nodes, gold) for nodes in results):
        return
    question = read_question(example.text)
    content = [token.text for i, token in enumerate(question.tokens) if question.content >> i & 1]
    made = 0
    for proposal, found in zip(proposed, results, strict=True):
        keys = [node for node in found if isinstance(node, str)]
        whole = gold.covered(keys) == len(gold.alternatives)
        if not whole or len(keys) != len(found) or len(keys) > _LARGEST:
            continue
        said = {token.text for token in analyse(proposal.in_words(schema)).tokens}
        words = [word for word in content if word not in said]
        entities = graph.entities(keys)
        members = [Member(frozenset(e.types), _numbers(e), e.key in gold) for e in entities.values()]
        yield TooMuch(number, words, members)
        made += 1
        if made == _SETS:
            return


def _numbers(entity: Entity) -> dict[str, float]:
    return {
        name: float(value)
        for name, value in entity.properties.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }


def _calibrated(kept: Sequence[Example], read: Sequence[Answer], more: Sequence[Sure]) -> Calibration:
    """The correction that suits the questions kept back, and those read by a reader that had not seen them."""
    sure = [*((a.confidence, is_right(e, a)) for e, a in zip(kept, read, strict=True) if not a.abstained), *more]
    return Calibration.fit([c for c, _ in sure], [r for _, r in sure]) if sure else Calibration()


def _read_below(kept: Sequence[Example], followed: Sequence[Answer], read: Sequence[Answer]) -> float:
    """The confidence of paths below which to read as well, so that most answers are right; 0 for never.

    It is the highest that is not shown to be worse than the best one: by no more than the chance of as many coins.
    """
    gains = []
    for example, path, other in zip(kept, followed, read, strict=True):
        before = example.gold.matches(path.found)
        after = example.gold.matches(decided(path, other).found)
        gains.append((0.0 if path.abstained else path.confidence, int(after) - int(before)))
    gains.sort()
    best, threshold, total, changed = 0, 0.0, 0, 0
    for (confidence, gain), following in zip(gains, [*(c for c, _ in gains[1:]), 1.0], strict=True):
        total, changed = total + gain, changed + abs(gain)
        if following <= confidence:
            continue
        if total > best:
            best, changed = total, 0
        if best and best - total <= math.sqrt(changed):
            threshold = (confidence + following) / 2
    return threshold
