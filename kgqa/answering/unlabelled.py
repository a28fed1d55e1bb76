"""Answers with no trained model: programs are proposed under the schema, read by the shipped reader, and run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import cast

import numpy as np
import numpy.typing as npt
import torch

from graphdb import Found, GraphReader, GraphStore, Node, Path, Program, Schema, nodes_in
from graphdb.tracing import span
from indexing import AliasIndex, Candidate
from kgqa.answering.answer import Answer, FollowedBranch, FollowedHop, Meaning, Mention, RivalReading
from kgqa.answering.answerer import AskOptions
from kgqa.answering.nodes import answered, as_answers, with_names
from kgqa.answering.proving import proofs
from kgqa.answering.watching import SchemaWatch
from kgqa.calibration import Calibration
from kgqa.proposing import Proposal, Proposer, Sense
from kgqa.proposing.seeds import Seed
from kgqa.reader import Candidates, Reader

_RIVALS = 5
_BATCH = 8  # questions that are read at once
TRIES = 5
"""How many of them are run, the likeliest first; the first that has an answer is taken."""

_UNLIKELY = 0.05
"""How likely a program must be beside the likeliest to be taken in its place: where that has no answer, or is a union
that the question does not say with "or"."""

_HARDLY = 0.005
"""How likely such a union must be to be taken in place of the intersection, where that has no answer."""

UNFOLLOWED = 1e-3
"""The probability that a program counts as having where no trained model finds it likely."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A program of a question, in words, with the probability that it is meant."""

    proposal: Proposal
    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Readings:
    """What a question may mean.

    :param texts: the programs in words.
    :param proposals: the programs.
    :param scores: what the reader thinks of each, and last of none of them.
    :param followed: the probability that a trained model gives to programs, by their words.
    """

    texts: Sequence[str]
    proposals: Sequence[Proposal]
    scores: Sequence[float]
    followed: Mapping[str, float]

    def weighed(self, follow_weight: float) -> tuple[list[_Read], float]:
        """The programs, likeliest first, and the probability that none is meant."""
        scores = np.array(self.scores)
        if self.followed and follow_weight:
            likely = [max(self.followed.get(text, 0.0), UNFOLLOWED) for text in self.texts]
            scores += follow_weight * np.log([*likely, UNFOLLOWED])
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        each = zip(self.proposals, self.texts, chances.tolist(), strict=False)
        readings = [_Read(proposal, text, chance) for proposal, text, chance in each]
        return sorted(readings, key=lambda r: -r.probability), float(chances[-1])


class UnlabelledAnswerer:
    """Answers questions about a graph that nobody labelled. The parts stay their owner's to close.

    :param abstain_below: no answer is given below this confidence, nor where it is likelier that none is right.
    :param senses: what words mean beyond the names of the schema, where that was learned.
    :param calibration: corrects the reader's probabilities; ``None`` leaves them as they are.
    :param follow_weight: what the log-probability counts that a trained model gives to a program, beside the score
        that the reader gives it.
    """

    def __init__(
        self,
        store: GraphStore,
        index: AliasIndex,
        reader: Reader,
        *,
        abstain_below: float = 0.0,
        senses: Sequence[Sense] = (),
        calibration: Calibration | None = None,
        follow_weight: float = 0.0,
    ) -> None:
        self.store = store
        self.index = index
        self.reader = reader.eval()
        self.abstain_below = abstain_below
        self.senses = tuple(senses)
        self.calibration = calibration or Calibration()
        self.follow_weight = follow_weight
        self._watch = SchemaWatch()
        self._refresh(store)

    def refresh(self, *, now: bool = False) -> None:
        """Take note of the relations and types that are new in the graph.

        :param now: look at a graph that does not count its changes in any case.
        """
        self._refresh(self.store, now=now)

    def _refresh(self, graph: GraphReader, *, now: bool = False) -> None:
        schema = self._watch.look(graph, now=now)
        if schema is not None:
            self._schema = schema
            self._proposer = Proposer(schema, self._vectors, self.senses)

    def answer(
        self,
        questions: Sequence[str],
        options: AskOptions | None = None,
        *,
        candidates: Sequence[Sequence[Candidate]] | None = None,
        followed: Sequence[Sequence[RivalReading]] | None = None,
    ) -> list[Answer]:
        """Answer a batch of questions, in order.

        :param candidates: of each question, where they are known already.
        :param followed: the programs of each question that a trained model finds likely; they are read as well.
        """
        if not questions:
            return []
        if candidates is None:
            candidates = self.index.candidates(questions)
        options = options or AskOptions()
        agreeing, others = options.agreeing(questions, candidates), followed or [()] * len(questions)
        return self.store.reading(lambda graph: self._from(graph, questions, agreeing, others, options))

    def read(
        self,
        graph: GraphReader,
        questions: Sequence[str],
        candidates: Sequence[Sequence[Candidate]],
        followed: Sequence[Sequence[RivalReading]],
    ) -> list[Readings]:
        """What each question may mean.

        :param followed: see :meth:`answer`.
        """
        size = {"kgqa.questions": len(questions)}
        with span("kgqa.propose", size):
            proposed = self._proposer.propose(questions, candidates, graph)
        found: list[Readings] = []
        with span("kgqa.read", size):
            for i in range(0, len(questions), _BATCH):
                part = slice(i, i + _BATCH)
                found += self._read(questions[part], proposed[part], followed[part])
        return found

    def decide(
        self,
        graph: GraphReader,
        questions: Sequence[str],
        candidates: Sequence[Sequence[Candidate]],
        read: Sequence[Readings],
        options: AskOptions,
    ) -> list[Answer]:
        """The answers of questions that were read already: what :meth:`answer` gives.

        :param read: what :meth:`read` gave.
        """
        answers = [
            self._answer(graph, question, found, *own.weighed(self.follow_weight), options)
            for question, found, own in zip(questions, candidates, read, strict=True)
        ]
        return with_names(graph, answers)

    def _from(
        self,
        graph: GraphReader,
        questions: Sequence[str],
        candidates: Sequence[Sequence[Candidate]],
        followed: Sequence[Sequence[RivalReading]],
        options: AskOptions,
    ) -> list[Answer]:
        self._refresh(graph)
        read = self.read(graph, questions, candidates, followed)
        return self.decide(graph, questions, candidates, read, options)

    def _read(
        self,
        questions: Sequence[str],
        proposed: Sequence[Sequence[Proposal]],
        followed: Sequence[Sequence[RivalReading]],
    ) -> list[Readings]:
        batch, kept = [], []
        for question, own, others in zip(questions, proposed, followed, strict=True):
            said: dict[str, Proposal] = {}
            for proposal in own:
                said.setdefault(proposal.in_words(self._schema), proposal)
            known = {proposal.program: text for text, proposal in said.items()}
            least = min((p.score for p in own), default=0.0)
            likely: dict[str, float] = {}
            for other in others:
                text = known.get(other.program, other.in_words)
                if text not in likely:
                    likely[text] = other.probability
                    if other.program not in known:  # though another of the same words may be there
                        score = said[text].score if text in said else least
                        said[text] = Proposal(other.program, score, 0, ())
            kept.append((said, likely))
            as_read = {
                text: proposal.as_read(self._schema) if proposal.senses else text for text, proposal in said.items()
            }
            batch.append(Candidates(question, tuple(as_read.values()), [p.score for p in said.values()]))
        with torch.inference_mode():
            scores = [own.tolist() for own in self.reader(batch)]
        return [
            Readings(tuple(said), tuple(said.values()), tuple(own), likely)
            for (said, likely), own in zip(kept, scores, strict=True)
        ]

    def _answer(
        self,
        graph: GraphReader,
        question: str,
        candidates: Sequence[Candidate],
        readings: Sequence[_Read],
        nothing: float,
        options: AskOptions,
    ) -> Answer:
        if not readings:
            empty = "the question is empty" if not question.strip() else "nothing in the question is of this graph"
            return Answer(question, abstained=True, reason=empty)
        if beyond := options.beyond(readings):
            return Answer(question, abstained=True, reason=beyond)
        others = readings if options.pick is None else ()
        chosen, nodes = _first_with_answer(graph, options.tried(readings, TRIES), others)
        answer = Answer(
            question,
            confidence=self.calibration(chosen.probability),
            mentions=_mentions(graph, question, candidates, chosen.proposal),
            program=chosen.proposal.program,
            query=graph.query(chosen.proposal.program),
            in_words=chosen.text,
            readings=tuple(RivalReading(r.text, r.proposal.program, r.probability) for r in readings[:TRIES]),
        )
        nothing = nothing if options.pick is None else 0.0
        if reason := _why_not(chosen, nodes, nothing, answer.confidence, options.threshold(self.abstain_below)):
            return answer.held_back(reason)
        shown = nodes_in(nodes[: options.evidence])
        evidence = tuple(proofs(graph, chosen.proposal.program, shown)) if shown else ()
        branches = _branches(answer.mentions, chosen.proposal.program, chosen.probability, self._schema)
        return replace(answer, answers=as_answers(graph, nodes), evidence=evidence, branches=branches)

    def _vectors(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return cast(npt.NDArray[np.float32], self.reader.encoder.text_vectors(texts).cpu().numpy())


def with_answer(chances: Sequence[float], has_answer: Callable[[int], bool]) -> int | None:
    """The place of the likeliest program that has an answer; ``None`` if one that has none is likelier by far.

    :param chances: how likely each is, likeliest first.
    :param has_answer: whether one has an answer; only asked if need be.
    """
    for place, chance in enumerate(chances[:TRIES]):
        if chance < _UNLIKELY * chances[0]:
            return None
        if has_answer(place):
            return place
    return None


def _first_with_answer(
    graph: GraphReader, tried: Sequence[_Read], others: Sequence[_Read] = ()
) -> tuple[_Read, Sequence[Found]]:
    """The program that is taken, with its answer; the likeliest, which has none, if none is.

    :param others: programs that may be rather meant than one that is tried; see :class:`~kgqa.proposing.Proposal`.
    """
    answers: list[Sequence[Found]] = []

    def has_answer(place: int) -> bool:
        answers.extend(graph.run([tried[place].proposal.program]))
        return bool(answers[place])

    place = with_answer([read.probability for read in tried], has_answer)
    if place is None:  # nothing is in both of two sets, and "and" may join them: what is in either
        either = [other for other in others if other.proposal.rather == tried[0].proposal.program]
        return _instead(graph, tried[0], either, _HARDLY) or (tried[0], ())
    chosen = tried[place]
    both = [other for other in others if other.proposal.program == chosen.proposal.rather]
    return _instead(graph, chosen, both, _UNLIKELY) or (chosen, answers[place])


def _instead(
    graph: GraphReader, chosen: _Read, others: Sequence[_Read], least: float
) -> tuple[_Read, Sequence[Found]] | None:
    """What is taken in place of a program, as likely as that: the first of some others that has an answer.

    :param least: how likely it must be beside the program.
    """
    for other in others:
        if other.probability >= least * chosen.probability:
            (nodes,) = graph.run([other.proposal.program])
            if nodes:
                return replace(other, probability=chosen.probability), nodes
    return None


def _why_not(chosen: _Read, nodes: Sequence[Found], nothing: float, confidence: float, threshold: float) -> str:
    read = f"the likeliest reading is {chosen.text!r}"
    if not nodes:
        return f"{read}, and the graph has nothing of that kind"
    if nothing > chosen.probability:
        return f"{read}, but probably the graph has no answer to what is asked"
    if confidence < threshold:
        return f"{read}, with a confidence of {confidence:.2f}, below the threshold of {threshold:.2f}"
    return ""


def _branches(
    mentions: Sequence[Mention], program: Program, probability: float, schema: Schema
) -> tuple[FollowedBranch, ...]:
    """The one branch of a program that is a path from a mention."""
    if not isinstance(program, Path) or len(mentions) != 1 or mentions[0].meaning.node != program.seed:
        return ()
    texts = {info.name: info for info in schema.relations}
    hops = tuple(
        FollowedHop(
            hop.step.relation,
            hop.step.direction.value,
            info.text_of(hop.step.direction) if (info := texts.get(hop.step.relation)) else str(hop.step),
            probability,
        )
        for hop in program.hops
    )
    return (FollowedBranch(mentions[0], program, hops),)


def _mentions(
    graph: GraphReader, question: str, candidates: Sequence[Candidate], proposal: Proposal
) -> tuple[Mention, ...]:
    """The mentions that a program starts from, with rivals that only differ in how alike their names are."""
    rivals = [_rivals(candidates, seed) for seed in proposal.seeds]
    shown = answered(graph, [node for own in rivals for node in own])
    found = []
    for seed, own in zip(proposal.seeds, rivals, strict=True):
        alike = seed.similarity + sum(own.values())
        meanings = [Meaning(n, shown[n].name, s / alike, shown[n].types) for n, s in own.items()]
        meaning = Meaning(seed.node, seed.name, seed.similarity / alike, tuple(sorted(seed.types)))
        text = question[seed.start : seed.end]
        found.append(Mention(seed.start, seed.end, text, meaning, tuple(meanings)))
    return tuple(found)


def _rivals(candidates: Sequence[Candidate], seed: Seed) -> dict[Node, float]:
    """What else the words of a seed may mean, the most alike first, and how alike it is."""
    rivals: dict[Node, float] = {}
    for c in sorted(candidates, key=lambda c: -c.similarity):
        if (c.start, c.end) == (seed.start, seed.end) and c.node != seed.node:
            rivals.setdefault(c.node, c.similarity)
    return dict(islice(rivals.items(), _RIVALS))
