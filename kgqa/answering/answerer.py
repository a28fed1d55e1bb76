"""From questions to answers: candidates, readings, programs, and the live graph's own answer sets."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np

from graphdb import GraphReader, GraphStore, Node, Schema, nodes_in
from graphdb.tracing import span
from indexing import AliasIndex, Candidate
from kgqa.answering.answer import (
    Answer,
    AnsweredNode,
    FollowedBranch,
    FollowedHop,
    Meaning,
    Mention,
    RivalReading,
)
from kgqa.answering.evidence import evidence
from kgqa.answering.meant import Meanings, as_meant
from kgqa.answering.nodes import answered, with_names
from kgqa.answering.programs import Choice, Chosen
from kgqa.answering.reading import Reading, read_questions
from kgqa.answering.watching import SchemaWatch
from kgqa.calibration import Calibration
from kgqa.model import AskedQuestion, KGQAModel, StepTexts
from kgqa.subgraph import Extraction, GraphView, StepVocabulary
from kgqa.wording import in_words

T = TypeVar("T")

_TRIES = 8  # programs of a question that are run before we say that the graph has no answer
_RIVALS = 5
_PROOF_FAN_OUT = 100_000


@dataclass(frozen=True, slots=True)
class AskOptions:
    """How questions are answered.

    :param abstain_below: no answer is given below this confidence; ``None`` takes the model's own threshold.
    :param evidence: how many answers of each question are proved.
    :param meanings: what words of the questions mean, where that was chosen.
    :param readings: how many of the likeliest programs are listed, where paths are followed.
    :param pick: take the N-th of the likeliest programs; ``None`` takes the likeliest that has an answer.
    """

    abstain_below: float | None = None
    evidence: int = 10
    readings: int = 0
    meanings: Meanings = field(default_factory=dict)
    pick: int | None = None

    def tried(self, readings: Sequence[T], most: int) -> Sequence[T]:
        """The readings that are run until one has an answer.

        :param readings: the likeliest first.
        """
        return readings[:most] if self.pick is None else readings[self.pick - 1 : self.pick]

    def beyond(self, readings: Sequence[object]) -> str:
        """Why the reading to pick is none of those that there are; nothing if it is one."""
        many = len(readings)
        return f"there are only {many} readings of the question" if self.pick and self.pick > many else ""

    def threshold(self, own: float) -> float:
        """The confidence below which no answer is given. Who picks a reading wants its answer.

        :param own: what an answerer has learned.
        """
        if self.abstain_below is not None:
            return self.abstain_below
        return own if self.pick is None else 0.0

    def agreeing(self, questions: Sequence[str], found: Sequence[Sequence[Candidate]]) -> Sequence[Sequence[Candidate]]:
        """The candidates of each question that agree with the meanings.

        :raises InputError: if words are not in a question, or cannot mean that.
        """
        if not self.meanings:
            return found
        return [as_meant(question, own, self.meanings) for question, own in zip(questions, found, strict=True)]


@dataclass(frozen=True, slots=True)
class _Run:
    """The program of a question that was run, and its answer set; no program if none has an answer."""

    choice: Choice | None = None
    nodes: Sequence[Node] = ()


class Answerer:
    """Answers questions about one graph with one model. The parts stay their owner's to close.

    :param abstain_below: the model's threshold on confidence.
    :param calibration: corrects the model's probabilities; ``None`` leaves them as they are.
    :param question_words: words that questions are made of, see :func:`indexing.frequent_words`.
    """

    def __init__(
        self,
        store: GraphStore,
        index: AliasIndex,
        model: KGQAModel,
        *,
        abstain_below: float = 0.0,
        question_words: Collection[str] = (),
        calibration: Calibration | None = None,
        extraction: Extraction | None = None,
    ) -> None:
        self.store = store
        self.index = index
        self.model = model
        self.abstain_below = abstain_below
        self.question_words = frozenset(question_words)
        self.calibration = calibration or Calibration()
        self.extraction = extraction or Extraction()
        self._watch = SchemaWatch()
        self._vocabulary: object = None
        self._refresh(store)

    def refresh(self, *, now: bool = False) -> None:
        """Take note of the relations and types that are new in the graph.

        A graph that does not count its changes is looked at now and then, the more seldom the longer that takes.

        :param now: look at such a graph in any case.
        """
        self._refresh(self.store, now=now)

    def _refresh(self, graph: GraphReader, *, now: bool = False) -> None:
        schema = self._watch.look(graph, now=now)
        if schema is None or (vocabulary := _vocabulary(schema)) == self._vocabulary:
            return
        self._vocabulary = vocabulary
        self._schema = schema
        self.steps = StepVocabulary(schema)
        self.texts = StepTexts(self.model.encoder, self.steps)

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
        if not questions:
            return []
        if candidates is None:
            candidates = self.index.candidates(questions, question_words=self.question_words)
        options = options or AskOptions()
        agreeing = options.agreeing(questions, candidates)
        asked = [AskedQuestion(q, c) for q, c in zip(questions, agreeing, strict=True)]
        return self.store.reading(lambda graph: self._from(graph, asked, options))

    def _from(self, graph: GraphReader, asked: Sequence[AskedQuestion], options: AskOptions) -> list[Answer]:
        self._refresh(graph)
        view = GraphView(graph, self.steps)
        with span("kgqa.follow", {"kgqa.questions": len(asked)}):
            readings = read_questions(asked, view, self.model, self.texts, self.extraction)
        runs = _run(graph, [options.tried(reading.choices, _TRIES) for reading in readings])
        names = _names(graph, readings, runs, options.readings)
        notes = tuple(
            f"{step} of {node} has {total} neighbours, of which {view.fan_out} were weighed"
            for (node, step), total in view.reads.truncated.items()
        )
        facts_read = round(view.reads.facts / len(asked))
        answers = [
            replace(self._answer(view, reading, run, names, options), notes=notes, facts_read=facts_read)
            for reading, run in zip(readings, runs, strict=True)
        ]
        return with_names(graph, answers)

    def _answer(
        self, view: GraphView, reading: Reading, run: _Run, names: dict[Node, AnsweredNode], options: AskOptions
    ) -> Answer:
        choice = run.choice
        listed = tuple(self._listed(c, names) for c in reading.choices[: options.readings])
        if choice is None:
            mentions = _likeliest_mention(reading, names)
            why = options.beyond(reading.choices) or _why_nothing(reading, mentions)
            return Answer(reading.question, mentions=mentions, readings=listed, abstained=True, reason=why)
        branches = tuple(self._branch(reading, i, chosen, names) for i, chosen in enumerate(choice.branches))
        answer = Answer(
            reading.question,
            confidence=self.calibration(min(choice.probability, 1.0)),
            mentions=tuple(branch.mention for branch in branches),
            program=choice.program,
            query=view.graph.query(choice.program),
            in_words=self._said(choice, names),
            branches=branches,
            readings=listed,
        )
        threshold = options.threshold(self.abstain_below)
        if answer.confidence < threshold:
            return answer.held_back(why_unsure(answer, threshold, reading.nothing))
        ranked = sorted(run.nodes, key=lambda node: -reading.scores.get(node, 0.0))
        proofs = evidence(view, choice, ranked[: options.evidence], fan_out=_PROOF_FAN_OUT)
        answers = tuple(replace(names[node], score=reading.scores.get(node, 0.0)) for node in ranked)
        return replace(answer, answers=answers, evidence=tuple(proofs))

    def _said(self, choice: Choice, names: dict[Node, AnsweredNode]) -> str:
        return in_words(choice.program, self._schema, {node: names[node].name for node in choice.seeds})

    def _listed(self, choice: Choice, names: dict[Node, AnsweredNode]) -> RivalReading:
        return RivalReading(self._said(choice, names), choice.program, min(choice.probability, 1.0))

    def _branch(self, reading: Reading, number: int, chosen: Chosen, names: dict[Node, AnsweredNode]) -> FollowedBranch:
        hops = tuple(
            FollowedHop(
                relation=hop.step.relation,
                direction=hop.step.direction.value,
                text=self.steps.texts[self.steps.ids[hop.step]],
                probability=probability,
            )
            for hop, probability in zip(chosen.path.hops, chosen.steps, strict=True)
        )
        return FollowedBranch(_mention(reading, number, chosen.candidate, names), chosen.path, hops)


def _run(graph: GraphReader, tried: Sequence[Sequence[Choice]]) -> list[_Run]:
    """Run the first program of each question, and the next one where that has no answer.

    A path that goes there and back, and ends at nothing but its own seed, tells nothing.
    """
    runs = [_Run() for _ in tried]
    for attempt in range(_TRIES):
        waiting = [i for i, choices in enumerate(tried) if runs[i].choice is None and attempt < len(choices)]
        if not waiting:
            break
        choices = [tried[i][attempt] for i in waiting]
        for i, choice, nodes in zip(waiting, choices, graph.run([c.program for c in choices]), strict=True):
            if not set(nodes) <= choice.seeds:
                runs[i] = _Run(choice, nodes_in(nodes))
    return runs


def _names(
    graph: GraphReader, readings: Sequence[Reading], runs: Sequence[_Run], listed: int
) -> dict[Node, AnsweredNode]:
    """Names and types of all nodes that the answers mention.

    :param listed: how many of the likeliest programs are listed.
    """
    wanted: list[Node] = []
    for reading, run in zip(readings, runs, strict=True):
        wanted += run.nodes
        if run.choice is not None:
            wanted += run.choice.seeds
        for choice in reading.choices[:listed]:
            wanted += choice.seeds
        for number in range(len(reading.scored.branches)):
            wanted += [reading.candidates[i].node for i in _by_probability(reading, number)]
    return answered(graph, wanted)


def _vocabulary(schema: Schema) -> object:
    """What a graph can say, without how often."""
    return (
        [(relation.name, relation.text, relation.inverse_text) for relation in schema.relations],
        [(entity_type.name, entity_type.text) for entity_type in schema.types],
    )


def _by_probability(reading: Reading, number: int) -> list[int]:
    """The positions of a branch's likeliest candidates; enough to find the rivals of its mention among them."""
    candidate = reading.scored.branches[number].candidate
    return np.argsort(-candidate, kind="stable")[: 3 * _RIVALS].tolist()  # type: ignore[no-any-return]


def _likeliest_mention(reading: Reading, names: dict[Node, AnsweredNode]) -> tuple[Mention, ...]:
    order = _by_probability(reading, 0)
    return (_mention(reading, 0, order[0], names),) if order else ()


def _mention(reading: Reading, number: int, chosen: int, names: dict[Node, AnsweredNode]) -> Mention:
    """The mention that a branch starts from, with its rivals."""
    probability = reading.scored.branches[number].candidate
    candidate = reading.candidates[chosen]
    meanings: dict[Node, Meaning] = {}
    for i in dict.fromkeys([chosen, *_by_probability(reading, number)]):
        other = reading.candidates[i]
        node = other.node
        if other.start >= candidate.end or other.end <= candidate.start:
            continue  # what other words may mean is no rival of these
        p = float(probability[i]) + (meanings[node].probability if node in meanings else 0.0)
        meanings[node] = Meaning(node, names[node].name, min(p, 1.0), names[node].types)
    meaning = meanings.pop(candidate.node)
    text = reading.question[candidate.start : candidate.end]
    rivals = sorted(meanings.values(), key=lambda m: -m.probability)[:_RIVALS]
    return Mention(candidate.start, candidate.end, text, meaning, tuple(rivals))


def _why_nothing(reading: Reading, mentions: Sequence[Mention]) -> str:
    if not reading.question.strip():
        return "the question is empty"
    if not reading.candidates:
        return "nothing in the question is a name that the graph knows"
    known = f"{mentions[0].text!r} (as {mentions[0].meaning.name})"
    return f"the graph has no facts of the kind that is asked about {known}"


def why_unsure(answer: Answer, threshold: float, nothing: float = 0.0) -> str:
    """Why no answer is given, where the best one is not sure enough.

    :param nothing: how probable it is that the graph has none.
    """
    reason = f"the best reading has a confidence of {answer.confidence:.2f}, below the threshold of {threshold:.2f}"
    if nothing > answer.confidence:
        return f"{reason}: the graph probably has no answer to it"
    for mention in filter(_is_open, answer.mentions):
        return f"{reason}: {mention.text!r} could be {_either(mention.meaning, mention.rivals[0])}"
    return reason


def _is_open(mention: Mention) -> bool:
    """Whether the question hardly tells the likeliest meaning from the next one."""
    return bool(mention.rivals) and mention.rivals[0].probability >= mention.meaning.probability / 2


def _either(one: Meaning, other: Meaning) -> str:
    if one.name != other.name:
        return f"{one.name} or {other.name}"
    return f"{one.name} ({one.node}) or {other.name} ({other.node})"
