"""Answers with a trained model: paths are followed first, and where those are not sure, programs are read as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from graphdb import GraphStore
from indexing import AliasIndex, Candidate
from kgqa.answering.answer import Answer
from kgqa.answering.answerer import Answerer, AskOptions, why_unsure
from kgqa.answering.unlabelled import UnlabelledAnswerer
from kgqa.model import SavedModel

_READINGS = 8  # of the followed programs that are read as well


class TrainedAnswerer:
    """Answers questions about one graph by following and by reading. The parts stay their owner's to close.

    :param paths: follows the paths that it learned; it answers alone where it is sure.
    :param reading: reads programs, those too that no path can say: counts, superlatives, comparisons.
    :param read_below: the confidence of a followed path below which the question is read. Reading decides then, among
        the likeliest of what can be followed and what is proposed.
    :param abstain_below: the confidence below which no answer is given.
    """

    def __init__(
        self, paths: Answerer, reading: UnlabelledAnswerer, *, read_below: float, abstain_below: float = 0.0
    ) -> None:
        self.paths = paths
        self.reading = reading
        self.read_below = read_below
        self.abstain_below = abstain_below

    @property
    def store(self) -> GraphStore:
        return self.paths.store

    @property
    def index(self) -> AliasIndex:
        return self.paths.index

    def refresh(self, *, now: bool = False) -> None:
        """Take note of the relations and types that are new in the graph."""
        self.paths.refresh(now=now)
        self.reading.refresh(now=now)

    def answer(
        self,
        questions: Sequence[str],
        options: AskOptions | None = None,
        *,
        candidates: Sequence[Sequence[Candidate]] | None = None,
    ) -> list[Answer]:
        """Answer a batch of questions, in order.

        :param candidates: of each question, where they are known already.
        """
        options = options or AskOptions()
        any_confidence = replace(options, abstain_below=0.0, readings=_READINGS)
        answers = self.paths.answer(questions, replace(any_confidence, pick=None), candidates=candidates)
        unsure = [i for i, answer in enumerate(answers) if answer.abstained or answer.confidence < self.read_below]
        read = self.reading.answer(
            [questions[i] for i in unsure],
            any_confidence,
            candidates=_of(unsure, candidates),
            followed=[answers[i].readings for i in unsure],
        )
        if options.pick is not None:  # among the readings that are listed: where it is sure, those are the paths
            sure = [i for i in range(len(questions)) if i not in set(unsure)]
            picked = self.paths.answer([questions[i] for i in sure], any_confidence, candidates=_of(sure, candidates))
            for i, answer in zip(sure, picked, strict=True):
                answers[i] = answer
        for i, other in zip(unsure, read, strict=True):
            answers[i] = decided(answers[i], other)
        threshold = options.threshold(self.abstain_below)
        return [_held_back(answer, threshold) for answer in answers]


def _of(places: Sequence[int], candidates: Sequence[Sequence[Candidate]] | None) -> list[Sequence[Candidate]] | None:
    return None if candidates is None else [candidates[i] for i in places]


def decided(followed: Answer, read: Answer) -> Answer:
    """The answer of a question that was read: with the proofs and hops of the path, where it came to the same."""
    if read.abstained or followed.abstained or read.program != followed.program:
        return read
    return replace(followed, readings=read.readings, confidence=read.confidence)


def _held_back(answer: Answer, threshold: float) -> Answer:
    if answer.abstained or answer.confidence >= threshold:
        return answer
    return answer.held_back(why_unsure(answer, threshold))


def following(saved: SavedModel, store: GraphStore, index: AliasIndex) -> Answerer:
    """What follows the paths of a trained model on a graph, and nothing else."""
    return Answerer(
        store,
        index,
        saved.model,
        abstain_below=saved.abstain_below,
        question_words=saved.question_words,
        calibration=saved.calibration,
    )


def answerer_of(saved: SavedModel, store: GraphStore, index: AliasIndex) -> Answerer | TrainedAnswerer:
    """The answerer of a trained model on a graph: with reading, if it learned that."""
    paths, learned = following(saved, store, index), saved.reading
    if learned is None:
        return paths
    reading = UnlabelledAnswerer(
        store,
        index,
        learned.reader,
        senses=learned.senses,
        calibration=learned.calibration,
        follow_weight=learned.follow_weight,
    )
    return TrainedAnswerer(paths, reading, read_below=learned.read_below, abstain_below=saved.abstain_below)
