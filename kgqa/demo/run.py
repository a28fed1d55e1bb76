"""The demo as a folder: facts and questions, graph, index, model and evaluation, each made once and then reused.

It is made of the same pieces that everybody uses: a file of facts is synced, the graph indexed, a model trained on a
file of questions and evaluated on another.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from graphdb import open_store
from graphdb.errors import (
    IndexCorruptError,
    IndexMismatchError,
    InputError,
    ModelError,
    StoreError,
    StoreUnavailableError,
)
from graphdb.readers import write_facts_jsonl
from graphdb.sync import Progress as SyncProgress
from indexing import Progress as IndexProgress
from kgqa.api import KGQA
from kgqa.demo.data import demo_graph
from kgqa.demo.questions import demo_questions
from kgqa.evaluation import Report
from kgqa.graph import Graph, Opened
from kgqa.questions import read_questions, write_questions
from kgqa.settings import load_settings, pick_device
from kgqa.training import TrainListener, TrainOptions, train_model
from kgqa.workspace import Workspace

logger = logging.getLogger(__name__)

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class DemoSize:
    """How large the demo is.

    :param min_population: cities with fewer inhabitants are left out, except capitals.
    :param per_chain: how many questions are trained on for each chain of relations.
    :param epochs: passes over the questions.
    :param batch_size: questions a step.
    :param seed: of the questions and of the training.
    """

    min_population: int = 15_000
    per_chain: int = 50
    epochs: int = 10
    batch_size: int = 32
    seed: int = 0


class Demo:
    """A demo in a folder. Each stage returns whether it had to be made; what is complete is reused.

    :param folder: is created; nothing else may be in it.
    :param size: if the folder has a demo of another size, it is made anew; ``None`` takes the size that it has.
    :raises InputError: if there is something else in the folder.
    """

    def __init__(self, folder: Path, size: DemoSize | None = None) -> None:
        self.folder = folder
        self.facts = folder / "facts.jsonl"
        self.train_questions = folder / "train.jsonl"
        self.held_out_questions = folder / "held-out.jsonl"
        self.graph = folder / "places.db"
        self.model = folder / "model"
        self._state_file = folder / "demo.json"
        self.size, self._state = self._read_state(size)

    def write_data(self) -> bool:
        """The files of facts and questions.

        :raises SettingsError: if the packages of the extra ``demo`` are not installed.
        """
        files = (self.facts, self.train_questions, self.held_out_questions)
        if self._is_done("data") and all(file.is_file() for file in files):
            return False
        graph = demo_graph(self.size.min_population)
        train, held_out = demo_questions(graph, self.size.seed, per_chain=self.size.per_chain)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._state = {}
        self._save_state()
        self._remove_graph()
        write_facts_jsonl(self.facts, (*graph.entities, *graph.facts))
        write_questions(self.train_questions, train)
        write_questions(self.held_out_questions, held_out)
        self._finish("data", {"facts": len(graph.facts), "train": len(train), "held_out": len(held_out)})
        return True

    def load_graph(self, progress: SyncProgress | None = None, indexing: IndexProgress | None = None) -> bool:
        """The graph with its index, by a sync of the facts."""
        if self._is_done("graph"):
            if self._graph_is_complete():
                return False
            self._remove_graph()
        with self._open_graph() as graph:
            graph.sync(self.facts, progress=progress, indexing=indexing)
            self._finish("graph", {"graph_id": graph.store.graph_id, "watermark": graph.store.watermark()})
        return True

    def learn(self, listener: TrainListener | None = None, preparing: Callable[[int, int], None] | None = None) -> bool:
        """The model; an interrupted training goes on where it was last evaluated."""
        if self._is_done("model") and self._model_is_complete():
            return False
        size = self.size
        resume = self._is_done("training")
        self._finish("training", {})
        with self._open_graph() as graph:
            summary = train_model(
                read_questions(self.train_questions),
                graph.store,
                graph.index,
                self.model,
                options=TrainOptions(
                    epochs=size.epochs, seed=size.seed, batch_size=size.batch_size, evaluations=4, read=False
                ),
                device=pick_device(load_settings().device),
                resume=resume,
                listener=listener,
                preparing=preparing,
            )
        self._state.pop("training")
        self._state.pop("evaluation", None)
        self._finish("model", summary.to_dict())
        return True

    def evaluate(self, progress: Callable[[int, int], None] | None = None) -> Report:
        """The figures on the held-out questions, as they were measured when the model was made."""
        if self.evaluated:
            return Report.from_dict(self._state["evaluation"])
        with self.open() as qa:
            report = qa.evaluate(self.held_out_questions, progress=progress)
        self._finish("evaluation", report.to_dict())
        return report

    def open(self) -> KGQA:
        """The graph with the model, to ask."""
        return KGQA.open(str(self.graph), model=self.model)

    # --- what is there ------------------------------------------------------------------------------------------

    @property
    def evaluated(self) -> bool:
        """Whether the figures of the model are known."""
        return self._is_done("evaluation")

    def counts(self) -> dict[str, int]:
        """How many facts and questions the files have."""
        return dict(self._state["data"])

    def _graph_is_complete(self) -> bool:
        made = self._state["graph"]
        try:
            with self._open_graph(read_only=True) as graph:
                if graph.store.graph_id != made["graph_id"] or graph.store.watermark() < made["watermark"]:
                    return False
                try:
                    graph.update_index()
                except (IndexCorruptError, IndexMismatchError) as exc:
                    logger.warning("the index of the demo is made anew: %s", exc)
                    graph.update_index(rebuild=True)
        except StoreUnavailableError:
            raise
        except StoreError as exc:
            logger.warning("the graph of the demo is made anew: %s", exc)
            return False
        return True

    def _open_graph(self, *, read_only: bool = False) -> Graph:
        store = open_store(str(self.graph), read_only=read_only)
        return Graph(Opened(store, Workspace.of(store, self.folder)))

    def _remove_graph(self) -> None:
        for file in self.folder.glob(f"{self.graph.name}*"):
            if file.is_dir():
                shutil.rmtree(file)
            else:
                file.unlink()

    def _model_is_complete(self) -> bool:
        try:
            self.open().close()
        except ModelError as exc:
            logger.warning("the model of the demo is made anew: %s", exc)
            return False
        return True

    def _is_done(self, stage: str) -> bool:
        return stage in self._state

    def _finish(self, stage: str, result: dict[str, Any]) -> None:
        self._state[stage] = result
        self._save_state()

    def _read_state(self, size: DemoSize | None) -> tuple[DemoSize, dict[str, Any]]:
        """The size of the demo, and what is done of it."""
        if not self._state_file.is_file():
            if self.folder.exists() and (not self.folder.is_dir() or any(self.folder.iterdir())):
                raise InputError(f"{self.folder} has other things in it: name another folder for the demo (--dir)")
            return size or DemoSize(), {}
        try:
            state = json.loads(self._state_file.read_text(encoding="utf-8"))
            found, done = DemoSize(**state["size"]), dict(state["done"])
        except (ValueError, KeyError, TypeError) as exc:
            logger.warning("%s is damaged (%r): the demo is made anew", self._state_file, exc)
            return size or DemoSize(), {}
        if state["format"] != _FORMAT or size not in (None, found):
            return size or DemoSize(), {}
        return found, done

    def _save_state(self) -> None:
        state = {"format": _FORMAT, "size": asdict(self.size), "done": self._state}
        new = self._state_file.with_suffix(".new")
        new.write_text(json.dumps(state, indent=2) + "\n", encoding="utf-8")
        new.replace(self._state_file)
