"""The Python interface: open a graph with a model, ask, sync."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from graphdb import SyncReport
from graphdb.errors import InputError
from graphdb.readers import Source
from graphdb.tracing import span
from graphdb.values import check_text
from indexing import AliasIndex
from kgqa.answering import Answer, Answerer, AnyAnswerer, AskOptions, Meanings, UnlabelledAnswerer
from kgqa.answering.trained import answerer_of
from kgqa.evaluation import Report, evaluate
from kgqa.examples import EntitySource, prepare
from kgqa.graph import Graph, Opened, open_graph_store
from kgqa.model import ModelConfig, load_model
from kgqa.questions import Question, corrected, read_questions
from kgqa.reader import load_reader
from kgqa.settings import Settings, load_settings, pick_device
from kgqa.training import TrainListener, TrainOptions, TrainSummary, train_model

logger = logging.getLogger(__name__)

MAX_QUESTION = 2000
"""Longer questions are refused, in characters."""


class KGQA(Graph):
    """A knowledge graph that answers questions. Safe to use from several threads; close it, or use it in ``with``.

    ::

        with KGQA.open("films.db", model="models/films") as qa:
            print(qa.ask("who directed the films Joe Thomas acted in?"))
    """

    def __init__(self, opened: Opened, settings: Settings) -> None:
        super().__init__(opened)
        self._settings = settings
        self._answerer: AnyAnswerer | None = None

    @property
    def model(self) -> Path | None:
        """The directory of the model that answers; ``None`` if questions are answered without one."""
        return self._settings.model

    @classmethod
    def open(
        cls,
        graph: str | None = None,
        *,
        model: str | Path | None = None,
        mapping: str | Path | None = None,
        auth: tuple[str, str] | None = None,
        home: str | Path | None = None,
        device: str | None = None,
        read_only: bool = False,
    ) -> KGQA:
        """Open a graph.

        :param graph: its URL, or the path of a SQLite file; else ``KGQA_GRAPH``.
        :param model: directory of a trained model; else ``KGQA_MODEL``, else questions are answered without one.
        :param mapping: the ``mapping.toml`` of a graph in Neo4j that kgqa did not write, which is then only read; else
            ``KGQA_MAPPING``, else the one that it was indexed with.
        :param auth: user and password of a Neo4j server; else ``KGQA_NEO4J_USER`` and ``KGQA_NEO4J_PASSWORD``.
        :param home: where the index and the ledger of a graph on a server are kept; else ``KGQA_HOME``.
        :param device: ``auto``, ``cpu`` or ``cuda``; else ``KGQA_DEVICE``.
        :param read_only: never write to the graph.
        :raises SettingsError: if a setting cannot be used.
        :raises StoreError: if the graph cannot be opened.
        :raises ModelError: if the model cannot be used with this graph.
        """
        settings = load_settings(graph=graph, model=model, mapping=mapping, home=home, device=device)
        qa = cls(open_graph_store(settings, auth=auth, read_only=read_only), settings)
        try:
            if settings.model is not None:
                qa._load_answerer()
        except BaseException:
            qa.close()
            raise
        return qa

    # --- asking -------------------------------------------------------------------------------------------------

    def ask(
        self,
        question: str,
        *,
        evidence: int = 10,
        abstain_below: float | None = None,
        pick: int | None = None,
        meanings: Meanings | None = None,
    ) -> Answer:
        """Answer a question from the graph as it is now. Without a model, programs are proposed under the graph's
        schema and the reader that comes with the package chooses.

        :param evidence: how many answers are proved by facts.
        :param abstain_below: confidence below which no answer is given, 0 to 1; the model's own if not given.
        :param pick: take the N-th of the readings that the answer lists, also where the system would give no answer;
            else it takes the likeliest that has one.
        :param meanings: what words of the question mean, as in ``{"Titanic": "Titanic (1997)"}``: one of the rivals
            that the answer lists for a mention, in place of the one that was taken.
        :raises InputError: if the question is longer than :data:`MAX_QUESTION` characters, or if words that are given a
            meaning are not in it or cannot mean that.
        :raises IndexMissingError: if the graph has not been indexed.
        """
        return self.ask_batch([question], evidence=evidence, abstain_below=abstain_below, pick=pick, meanings=meanings)[
            0
        ]

    def ask_batch(
        self,
        questions: Sequence[str],
        *,
        evidence: int = 10,
        abstain_below: float | None = None,
        pick: int | None = None,
        meanings: Meanings | None = None,
    ) -> list[Answer]:
        """Answer several questions, in order; faster than one by one. See :meth:`ask`; meanings are those of all."""
        if isinstance(questions, str):
            raise InputError(f"one question was given where several are expected: use ask({questions!r})")
        for question in questions:
            _check_question(question)
        if evidence < 0:
            raise InputError(f"evidence={evidence} cannot be used: give the number of answers to prove, 0 or more")
        if pick is not None and pick < 1:
            raise InputError(f"pick={pick} cannot be used: readings are counted from 1")
        options = AskOptions(abstain_below=abstain_below, evidence=evidence, meanings=meanings or {}, pick=pick)
        with span("kgqa.ask", {"kgqa.questions": len(questions)}), self._lock:
            answerer = self._answerer or self._load_answerer()
            if pick is not None and isinstance(answerer, Answerer):
                raise InputError(
                    "this model follows paths alone, so there are no readings to pick from: leave pick out"
                )
            return answerer.answer(questions, options)

    def evaluate(
        self,
        questions: str | Path | Sequence[Question],
        *,
        entities: EntitySource = EntitySource.RESOLVE,
        latency_sample: int = 200,
        progress: Callable[[int, int], None] | None = None,
    ) -> Report:
        """Ask questions whose answers are known, and compare.

        :param questions: a file of questions, or questions.
        :param entities: resolve the entities from the text, or take the topics that the questions name.
        :param latency_sample: how many are asked once more, one by one, to time them.
        """
        items = _questions(questions)
        with self._lock:
            answerer = self._answerer or self._load_answerer()
            examples = prepare(items, self._store, None, entities=entities)
            return evaluate(
                answerer,
                examples,
                look_up=entities is EntitySource.RESOLVE,
                latency_sample=latency_sample,
                progress=progress,
            )

    # --- training -------------------------------------------------------------------------------------------------

    def train(
        self,
        questions: str | Path | Sequence[Question],
        out: str | Path,
        *,
        dev: str | Path | Sequence[Question] | None = None,
        options: TrainOptions | None = None,
        config: ModelConfig | None = None,
        entities: EntitySource = EntitySource.RESOLVE,
        corrections: bool = True,
        resume: bool = False,
        listener: TrainListener | None = None,
        preparing: Callable[[int, int], None] | None = None,
    ) -> TrainSummary:
        """Train a model for this graph, write its directory, and use it from now on.

        :param questions: a file of questions with their answers, or questions.
        :param out: the directory of the model.
        :param dev: questions to choose and calibrate it by; else a tenth of the questions is kept back.
        :param corrections: also learn from what :meth:`correct` kept; corrections of dev questions are left out.
        :param resume: go on with an interrupted run in the same directory.
        """
        learned, kept = _questions(questions), None if dev is None else _questions(dev)
        if corrections:
            learned = corrected(learned, self.corrections.current(), apart_from=kept or ())
        summary = train_model(
            learned,
            self._store,
            self.index,
            Path(out),
            dev=kept,
            options=options,
            config=config,
            entities=entities,
            device=pick_device(self._settings.device),
            resume=resume,
            listener=listener,
            preparing=preparing,
        )
        with self._lock:
            self._settings = self._settings.model_copy(update={"model": Path(out)})
            self._answerer = None
        return summary

    def _follow(self, index: AliasIndex) -> None:
        with self._lock:
            if self._index is not index:
                self._answerer = None
            elif self._answerer is not None:
                self._answerer.refresh(now=True)
            super()._follow(index)

    # --- life -----------------------------------------------------------------------------------------------------

    def _load_answerer(self) -> AnyAnswerer:
        if self._settings.model is None:
            reader = load_reader().to(pick_device(self._settings.device))
            self._answerer = UnlabelledAnswerer(self._store, self.index, reader)
            return self._answerer
        saved = load_model(self._settings.model)
        saved.check_graph(self._store.schema(), self._store.url)
        model = saved.model.to(pick_device(self._settings.device))
        if saved.reading is not None:
            saved.reading.reader.to(model.encoder.device)
        self._answerer = answerer_of(saved, self._store, self.index)
        return self._answerer

    def __repr__(self) -> str:
        return f"KGQA({self._store.url!r}, model={str(self._settings.model)!r})"


class AsyncKGQA:
    """The same for ``async`` code: calls run in a thread, so that the event loop goes on."""

    def __init__(self, qa: KGQA) -> None:
        self._qa = qa

    @classmethod
    async def open(
        cls, graph: str | None = None, *, model: str | Path | None = None, mapping: str | Path | None = None
    ) -> AsyncKGQA:
        """See :meth:`KGQA.open`."""
        return cls(await asyncio.to_thread(KGQA.open, graph, model=model, mapping=mapping))

    async def ask(
        self,
        question: str,
        *,
        evidence: int = 10,
        abstain_below: float | None = None,
        pick: int | None = None,
        meanings: Meanings | None = None,
    ) -> Answer:
        """See :meth:`KGQA.ask`."""
        (answer,) = await self.ask_batch(
            [question], evidence=evidence, abstain_below=abstain_below, pick=pick, meanings=meanings
        )
        return answer

    async def ask_batch(
        self,
        questions: Sequence[str],
        *,
        evidence: int = 10,
        abstain_below: float | None = None,
        pick: int | None = None,
        meanings: Meanings | None = None,
    ) -> list[Answer]:
        """See :meth:`KGQA.ask_batch`."""
        return await asyncio.to_thread(
            self._qa.ask_batch,
            questions,
            evidence=evidence,
            abstain_below=abstain_below,
            pick=pick,
            meanings=meanings,
        )

    async def sync(
        self,
        *sources: Source | str | Path,
        delete: bool = False,
        rejects: str | Path | None = None,
        dry_run: bool = False,
    ) -> SyncReport:
        """See :meth:`KGQA.sync`."""
        return await asyncio.to_thread(self._qa.sync, *sources, delete=delete, rejects=rejects, dry_run=dry_run)

    async def close(self) -> None:
        """See :meth:`KGQA.close`."""
        await asyncio.to_thread(self._qa.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()


def _questions(given: str | Path | Sequence[Question]) -> Sequence[Question]:
    return read_questions(given) if isinstance(given, str | Path) else given


def _check_question(question: str) -> None:
    if not isinstance(question, str):
        raise InputError(f"a question must be a string, not {type(question).__name__} ({question!r})")
    if len(question) > MAX_QUESTION:
        raise InputError(
            f"the question has {len(question):,} characters, and at most {MAX_QUESTION:,} are read: "
            "ask something shorter"
        )
    check_text(question.replace("\x00", " "), "a question", empty=True)
