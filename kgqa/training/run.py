"""A training run from questions to a model directory: what ``kgqa train`` does."""

from __future__ import annotations

import hashlib
import json
import logging
import platform
import random
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from graphdb import GraphStore
from graphdb.errors import InputError, ModelCorruptError
from indexing import AliasIndex, frequent_words
from kgqa.answering import Answerer
from kgqa.answering.trained import answerer_of, following
from kgqa.evaluation import best_answers
from kgqa.examples import EntitySource, Example, Examples, prepare, usable
from kgqa.model import ModelConfig, SavedModel, save_model
from kgqa.questions import Question
from kgqa.training.card import model_card
from kgqa.training.confidence import figures_at, fit_confidence, fit_threshold
from kgqa.training.processes import Processes
from kgqa.training.reading import ReadingOptions, learn_reading
from kgqa.training.summary import TrainSummary
from kgqa.training.trainer import Trainer, TrainListener, TrainOptions, TrainResult
from kgqa.training.typos import with_typos

logger = logging.getLogger(__name__)

_DEV_SHARE = 0.1
_PACKAGES = ("kgqa", "torch", "torch-geometric", "transformers", "faiss-cpu", "sqlalchemy")


def train_model(
    questions: Sequence[Question],
    store: GraphStore,
    index: AliasIndex,
    out: Path,
    *,
    dev: Sequence[Question] | None = None,
    options: TrainOptions | None = None,
    config: ModelConfig | None = None,
    entities: EntitySource = EntitySource.RESOLVE,
    device: torch.device | None = None,
    resume: bool = False,
    listener: TrainListener | None = None,
    preparing: Callable[[int, int], None] | None = None,
) -> TrainSummary:
    """Train a model on questions about a graph and write its directory.

    In processes that ``torchrun`` started, they train together, each with its share of every batch; the first one
    evaluates, writes and reports, and all return the same.

    :param dev: to choose and calibrate the model by; else a tenth of the questions is kept back for that.
    :param resume: go on with an interrupted run of the same questions and options in the same directory.
    :param preparing: called with the number of questions whose candidates were looked up, and of all.
    :raises InputError: if none of the questions can be used.
    """
    processes = Processes.from_environment()
    if not processes.first:
        listener, preparing = None, None
    options, config = options or TrainOptions(), config or ModelConfig()
    device = processes.device(device or torch.device("cpu"))
    options = replace(options, batch_size=options.batch_size * processes.size)
    learned, kept = (questions, dev) if dev is not None else _split(questions, options.seed)
    words = frequent_words([q.question for q in learned])
    prepared = prepare([*learned, *kept], store, index, entities=entities, question_words=words, progress=preparing)
    if entities is EntitySource.GOLD:
        options = replace(options, typos=0.0)  # candidates of a mistyped text are looked up in it
    examples = usable(prepared[: len(learned)])
    for reason, count in examples.unusable.items():
        logger.warning("%d of %d training questions %s: they are left out", count, len(learned), reason)
    if not len(examples):
        raise InputError(
            f"none of the {len(questions)} questions can be used for training ({examples.unusable}): "
            "check that they are about this graph, and that its index is up to date"
        )
    run = _run_info(questions, store, options, config) | {"processes": processes.size}
    checkpoint = out / "checkpoint.pt"
    if processes.first:
        out.mkdir(parents=True, exist_ok=True)
        _check_resumable(out / "checkpoint.json", run, resume=resume)
    trainer = Trainer(
        store,
        index,
        config,
        options,
        device=device,
        question_words=words,
        checkpoint=checkpoint,
        listener=listener,
        processes=processes,
    )
    kept_examples = prepared[len(learned) :]
    with processes.joined(device):
        result = trainer.run(examples.items, kept_examples, resume=resume)
        from_text = entities is EntitySource.RESOLVE
        reading = ReadingOptions(seed=options.seed) if options.read and from_text else None
        return processes.told(lambda: _finish(out, trainer, result, examples, kept_examples, run, reading))


def _finish(
    out: Path,
    trainer: Trainer,
    result: TrainResult,
    examples: Examples,
    kept: Sequence[Example],
    run: dict[str, Any],
    reading: ReadingOptions | None,
) -> TrainSummary:
    """Fit confidence, reading and threshold, and write the directory in place of the checkpoint.

    Confidence is fitted to questions as people type them: a share of those kept back is mistyped, as in training.

    :param reading: how to learn to read; ``None`` to leave it out.
    """
    began = time.monotonic()
    store, index, words, options = trainer.store, trainer.index, trainer.question_words, trainer.options
    typed = with_typos(kept, index, options.typos, random.Random(options.seed), words)
    fitted = fit_confidence(Answerer(store, index, result.model), typed)
    saved = SavedModel(
        result.model,
        fitted.abstain_below,
        tuple(r.name for r in store.schema().relations),
        tuple(words),
        fitted.calibration,
    )
    if reading is not None:
        progress = None if trainer.listener is None else trainer.listener.phase
        paths = following(saved, store, index)
        if learned := learn_reading(paths, examples.items, kept, reading, progress=progress):
            saved = replace(saved, reading=learned.reading)
            answers = best_answers(answerer_of(saved, store, index), typed, look_up=False)
            saved = replace(saved, abstain_below=fit_threshold(typed, answers, learned.sure))
    answers = best_answers(answerer_of(saved, store, index), kept, look_up=False)
    summary = TrainSummary(
        out,
        len(examples),
        len(kept),
        examples.unusable,
        figures_at(saved.abstain_below, kept, answers),
        saved.abstain_below,
        result.steps,
        result.seconds + time.monotonic() - began,
        reads=saved.reading is not None,
    )
    run |= {"summary": summary.to_dict(), "history": list(result.history)}
    save_model(out, saved, run=run, card=model_card(summary, saved, run))
    for name in ("checkpoint.pt", "checkpoint.json"):
        (out / name).unlink(missing_ok=True)
    return summary


def _split(questions: Sequence[Question], seed: int) -> tuple[list[Question], list[Question]]:
    """A random tenth kept back; questions with the same text stay together."""
    texts = sorted({q.question for q in questions})
    random.Random(seed).shuffle(texts)
    kept = set(texts[: max(1, round(_DEV_SHARE * len(texts)))]) if len(texts) > 1 else set()
    return [q for q in questions if q.question not in kept], [q for q in questions if q.question in kept]


def _run_info(
    questions: Sequence[Question], store: GraphStore, options: TrainOptions, config: ModelConfig
) -> dict[str, Any]:
    """What reproduces the run."""
    digest = hashlib.sha256()
    for q in questions:
        digest.update(repr((q.id, q.question, sorted(map(str, q.answers)))).encode())
    return {
        "options": options.to_dict(),
        "config": config.to_dict(),
        "questions": len(questions),
        "questions_sha256": digest.hexdigest(),
        "graph": {"url": store.url, "graph_id": store.graph_id, "watermark": store.watermark()},
        "versions": {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}},
        "git_commit": _git_commit(),
        "machine": platform.machine(),
        "threads": torch.get_num_threads(),
    }


def _git_commit() -> str | None:
    """The commit of the checkout that this code runs from, if it runs from one."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None


def _check_resumable(path: Path, run: dict[str, Any], *, resume: bool) -> None:
    """A run is only resumed with the questions and options that it was begun with."""
    same = {name: run[name] for name in ("options", "config", "questions_sha256")}
    if resume and path.exists() and _begun_with(path) != same:
        raise InputError(
            f"the run in {path.parent} was begun with other questions or options: "
            "give the same ones to resume it, or train without --resume to begin anew"
        )
    if not resume:
        path.with_suffix(".pt").unlink(missing_ok=True)
    path.write_text(json.dumps(same), encoding="utf-8")


def _begun_with(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise ModelCorruptError(f"{path} cannot be read ({exc}): train without --resume to begin anew") from exc
