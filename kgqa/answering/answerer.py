"""From questions to answers: candidates, readings, programs, and the live graph's own answer sets."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from graphdb import GraphStore, Node, Schema
from indexing import AliasIndex, Candidate
from kgqa.answering.answer import Answer, AnsweredNode, FollowedHop, Meaning, Mention
from kgqa.answering.programs import Program
from kgqa.answering.prove import prove
from kgqa.answering.reading import Reading, read_questions
from kgqa.model import AskedQuestion, KGQAModel, StepTexts
from kgqa.subgraph import Extraction, GraphView, StepVocabulary

_TRIES = 8  # programs of a question that are run before we say that the graph has no answer
_RIVALS = 5
_PROOF_FAN_OUT = 100_000


@dataclass(frozen=True, slots=True)
class AskOptions:
    """How questions are answered.

    :param abstain_below: no answer is given below this confidence; ``None`` takes the model's own threshold.
    :param evidence: how many answers of each question are proved.
    """

    abstain_below: float | None = None
    evidence: int = 10


@dataclass(frozen=True, slots=True)
class _Run:
    """The program of a question that was run, and its answer set; no program if none has an answer."""

    program: Program | None = None
    nodes: Sequence[Node] = ()


class Answerer:
    """Answers questions about one graph with one model. The parts stay their owner's to close.

    :param abstain_below: the model's threshold on confidence.
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
        extraction: Extraction | None = None,
    ) -> None:
        self.store = store
        self.index = index
        self.model = model
        self.abstain_below = abstain_below
        self.question_words = frozenset(question_words)
        self.extraction = extraction or Extraction()
        self._learn_schema(store.watermark(), store.schema())

    def _learn_schema(self, watermark: int, schema: Schema) -> None:
        self._watermark = watermark
        self._schema = schema
        self.steps = StepVocabulary(schema)
        self.texts = StepTexts(self.model.encoder, self.steps)

    def refresh(self) -> None:
        """Take note of the relations and types that are new in the graph."""
        watermark = self.store.watermark()
        if watermark != self._watermark:
            schema = self.store.schema()
            if (schema.relations, schema.types) != (self._schema.relations, self._schema.types):
                self._learn_schema(watermark, schema)
            self._watermark = watermark

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
        options = options or AskOptions()
        self.refresh()
        if candidates is None:
            candidates = self.index.candidates(questions, question_words=self.question_words)
        view = GraphView(self.store, self.steps)
        asked = [AskedQuestion(q, c) for q, c in zip(questions, candidates, strict=True)]
        readings = read_questions(asked, view, self.model, self.texts, self.extraction)
        runs = self._run(readings)
        names = self._names(readings, runs)
        notes = tuple(
            f"{step} of {node} has {total} neighbours, of which {view.fan_out} were weighed"
            for (node, step), total in view.reads.truncated.items()
        )
        facts_read = round(view.reads.facts / len(questions))
        return [
            replace(self._answer(reading, run, names, options), notes=notes, facts_read=facts_read)
            for reading, run in zip(readings, runs, strict=True)
        ]

    def _run(self, readings: Sequence[Reading]) -> list[_Run]:
        """Run each question's likeliest program, and the next one where that has no answer.

        A path that goes there and back, and ends at nothing but its own seed, tells nothing.
        """
        runs = [_Run() for _ in readings]
        for attempt in range(_TRIES):
            waiting = [i for i, r in enumerate(readings) if runs[i].program is None and attempt < len(r.programs)]
            if not waiting:
                break
            programs = [readings[i].programs[attempt] for i in waiting]
            for i, program, nodes in zip(waiting, programs, self.store.run([p.path for p in programs]), strict=True):
                if nodes and any(node != program.path.seed for node in nodes):
                    runs[i] = _Run(program, nodes)
        return runs

    def _names(self, readings: Sequence[Reading], runs: Sequence[_Run]) -> dict[Node, AnsweredNode]:
        """Names and types of all nodes that the answers mention."""
        wanted: dict[Node, None] = {}
        for reading, run in zip(readings, runs, strict=True):
            wanted.update(dict.fromkeys(run.nodes))
            if run.program is not None:
                wanted[run.program.path.seed] = None
            wanted.update(dict.fromkeys(reading.candidates[i].node for i in _by_probability(reading)))
        entities = self.store.entities([node for node in wanted if isinstance(node, str)])
        names: dict[Node, AnsweredNode] = {}
        for node in wanted:
            entity = entities.get(node) if isinstance(node, str) else None
            names[node] = AnsweredNode(node, entity.name, entity.types) if entity else AnsweredNode(node, str(node))
        return names

    def _answer(self, reading: Reading, run: _Run, names: dict[Node, AnsweredNode], options: AskOptions) -> Answer:
        program = run.program
        if program is None:
            mentions = _mentions(reading, None, names)
            return Answer(reading.question, mentions=mentions, abstained=True, reason=_why_nothing(reading, mentions))
        answer = Answer(
            reading.question,
            confidence=min(program.probability, 1.0),
            mentions=_mentions(reading, program, names),
            path=program.path,
            query=self.store.query(program.path),
            hops=self._hops(program),
        )
        threshold = self.abstain_below if options.abstain_below is None else options.abstain_below
        if answer.confidence < threshold:
            return replace(answer, abstained=True, reason=_why_unsure(answer.confidence, threshold, reading.nothing))
        ranked = sorted(run.nodes, key=lambda node: -reading.scores.get(node, 0.0))
        evidence = prove(self.store, program.path, ranked[: options.evidence], fan_out=_PROOF_FAN_OUT)
        answers = tuple(replace(names[node], score=reading.scores.get(node, 0.0)) for node in ranked)
        return replace(answer, answers=answers, evidence=tuple(evidence))

    def _hops(self, program: Program) -> tuple[FollowedHop, ...]:
        return tuple(
            FollowedHop(
                relation=hop.step.relation,
                direction=hop.step.direction.value,
                text=self.steps.texts[self.steps.ids[hop.step]],
                probability=probability,
            )
            for hop, probability in zip(program.path.hops, program.steps, strict=True)
        )


def _by_probability(reading: Reading) -> list[int]:
    """The likeliest candidates' positions; enough to find the rivals of the mention among them."""
    return np.argsort(-reading.scored.candidate, kind="stable")[: 3 * _RIVALS].tolist()  # type: ignore[no-any-return]


def _mentions(reading: Reading, program: Program | None, names: dict[Node, AnsweredNode]) -> tuple[Mention, ...]:
    """The mention that the program starts from (or the likeliest one), with its rivals."""
    order = _by_probability(reading)
    if not order:
        return ()
    chosen = program.candidate if program else order[0]
    candidate = reading.candidates[chosen]
    meanings: dict[Node, Meaning] = {}
    for i in dict.fromkeys([chosen, *order]):
        node = reading.candidates[i].node
        p = float(reading.scored.candidate[i]) + (meanings[node].probability if node in meanings else 0.0)
        meanings[node] = Meaning(node, names[node].name, min(p, 1.0), names[node].types)
    meaning = meanings.pop(candidate.node)
    text = reading.question[candidate.start : candidate.end]
    rivals = sorted(meanings.values(), key=lambda m: -m.probability)[:_RIVALS]
    return (Mention(candidate.start, candidate.end, text, meaning, tuple(rivals)),)


def _why_nothing(reading: Reading, mentions: Sequence[Mention]) -> str:
    if not reading.question.strip():
        return "the question is empty"
    if not reading.candidates:
        return "nothing in the question is a name that the graph knows"
    known = f"{mentions[0].text!r} (as {mentions[0].meaning.name})"
    return f"the graph has no facts of the kind that is asked about {known}"


def _why_unsure(confidence: float, threshold: float, nothing: float) -> str:
    reason = f"the best reading has a confidence of {confidence:.2f}, below the threshold of {threshold:.2f}"
    return f"{reason}: the graph probably has no answer to it" if nothing > confidence else reason
