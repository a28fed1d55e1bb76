"""Training, from (question, answers) pairs alone."""

from __future__ import annotations

import logging
import math
import random
import time
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from graphdb import GraphStore, Literal, LiteralKind
from graphdb.values import order_of
from indexing import AliasIndex
from kgqa.answering import Answerer
from kgqa.encoder import TextEncoder
from kgqa.evaluation import Figures, Report, evaluate
from kgqa.examples import Example
from kgqa.model import (
    AskedQuestion,
    Gold,
    KGQAModel,
    ModelConfig,
    StepTexts,
    answer_loss,
    direct_loss,
    make_batch,
    simplicity_loss,
    surprisal,
    understood,
    unknown_name_loss,
)
from kgqa.questions import GoldAnswers
from kgqa.reader import start_as_reader
from kgqa.subgraph import Extraction, GraphView, StepVocabulary
from kgqa.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from kgqa.training.processes import Processes
from kgqa.training.rewording import mentions_of, reworded
from kgqa.training.typos import with_typos

logger = logging.getLogger(__name__)

_AUTO_STEPS = 2000  # what a default run takes, if that is at least one epoch
_VIEW_NODES = 2_000_000  # the view of the graph is begun anew when it has grown beyond this


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """How a model is trained.

    :param epochs: passes over the examples; ``None`` for as many as make about 2000 steps, at least 1 and at most 40.
    :param seed: of everything random.
    :param batch_size: questions a step; of each process, where ``torchrun`` started several.
    :param learning_rate: of the new layers; the adapters of the encoder learn twice as fast.
    :param typos: share of the questions that are mistyped by one edit.
    :param evaluations: how often the dev questions are asked during the run.
    :param dev_questions: how many of them, at most.
    :param patience: the run ends after this many evaluations without a better one.
    :param read: also learn to read programs that no path can say, where paths leave dev questions unanswered.
    """

    epochs: int | None = None
    seed: int = 0
    batch_size: int = 32
    learning_rate: float = 5e-4
    typos: float = 0.25
    evaluations: int = 8
    dev_questions: int = 600
    patience: int = 5
    read: bool = True

    def steps(self, examples: int) -> tuple[int, int]:
        """Steps of one epoch, and of the whole run."""
        one = math.ceil(examples / self.batch_size)
        epochs = self.epochs if self.epochs is not None else min(40, max(1, round(_AUTO_STEPS / one)))
        return one, one * epochs

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


class TrainListener(Protocol):
    """Who is told how a run goes."""

    def step(self, done: int, total: int, loss: float) -> None: ...

    def evaluated(self, done: int, report: Report) -> None: ...

    def phase(self, what: str, done: int, total: int) -> None:
        """What else is done, such as proposing programs."""
        ...


@dataclass(frozen=True, slots=True)
class TrainResult:
    """A trained model and how it did on the dev questions.

    :param dev: at the best evaluation, whose weights the model has; ``None`` without dev questions.
    :param history: loss and dev figures at each evaluation.
    """

    model: KGQAModel
    steps: int
    seconds: float
    dev: Figures | None
    history: tuple[dict[str, Any], ...]


class Trainer:
    """One training run.

    :param question_words: words that questions are made of, see :func:`indexing.frequent_words`.
    :param checkpoint: where the state of the run is kept so that it can be resumed; ``None`` keeps none.
    :param processes: those that train together, which must be joined during :meth:`run`; a step then takes
        ``options.batch_size`` questions over all of them.
    """

    def __init__(
        self,
        store: GraphStore,
        index: AliasIndex,
        config: ModelConfig,
        options: TrainOptions,
        *,
        device: torch.device,
        question_words: Collection[str] = (),
        checkpoint: Path | None = None,
        listener: TrainListener | None = None,
        processes: Processes | None = None,
    ) -> None:
        torch.manual_seed(options.seed)
        self.store = store
        self.index = index
        self.options = options
        self.question_words = question_words
        self.checkpoint = checkpoint
        self.listener = listener
        self.processes = processes or Processes()
        encoder = TextEncoder.from_pretrained(config.encoder, rank=config.adapter_rank)
        start_as_reader(encoder)
        self.model = KGQAModel(config, encoder).to(device)
        self.trained = [p for p in self.model.parameters() if p.requires_grad]
        self.steps = StepVocabulary(store.schema())
        self.texts = StepTexts(encoder, self.steps)
        self.extraction = Extraction()
        self.view = GraphView(store, self.steps)
        self.words = encoder.words()

    def run(self, examples: Sequence[Example], dev: Sequence[Example], *, resume: bool = False) -> TrainResult:
        """Train to the end, or until the dev figures stop rising.

        :param resume: go on from the checkpoint, if there is one.
        """
        options = self.options
        one_epoch, total = options.steps(len(examples))
        self.processes.alike(self.trained)
        optimiser = self._optimiser()
        schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda s: _rate(s, total))
        path = self.checkpoint if resume else None
        state = self.processes.told(lambda: None if path is None else load_checkpoint(path))
        if state is not None:
            state.restore(self.model, optimiser, schedule)
        state = state or Checkpoint.new()
        every = max(1, math.ceil(total / options.evaluations))
        dev = random.Random(options.seed).sample(list(dev), min(len(dev), options.dev_questions))
        began = time.monotonic() - state.seconds
        losses: list[Tensor] = []
        for step in range(state.step, total):
            if state.stale >= options.patience:
                logger.info("no better figures in %d evaluations: ending the run", options.patience)
                break
            epoch, at = divmod(step, one_epoch)
            if step == state.step or at == 0:
                order = self._order(examples, epoch)
            batch = [examples[i] for i in order[at * options.batch_size : (at + 1) * options.batch_size]]
            if self.processes.size > 1:  # what one drops out at random is not what the others do, nor a resumed run
                torch.manual_seed(random.Random(f"{options.seed}/{step}/{self.processes.rank}").getrandbits(63))
            loss = self._step(batch, optimiser, f"{options.seed}/{step}")
            schedule.step()
            losses.append(loss)
            state.step = step + 1
            if self.listener:
                self.listener.step(step + 1, total, float(loss))
            if (step + 1) % every == 0 or step + 1 == total:
                self._evaluate(dev, state, float(torch.stack(losses).mean()))
                losses.clear()
                state.seconds = time.monotonic() - began
                if self.checkpoint:
                    if self.processes.first:
                        save_checkpoint(self.checkpoint, state.captured(self.model, optimiser, schedule))
                    # nodes are numbered, and so sums are ordered, as in a run that is resumed here
                    self.view = GraphView(self.store, self.steps)
        if state.best_weights:
            self.model.load_state_dict(state.best_weights, strict=False)
        self.processes.alike(self.trained)
        self.model.eval()
        best = Figures(**state.best) if state.best else None
        return TrainResult(self.model, state.step, time.monotonic() - began, best, tuple(state.history))

    def _optimiser(self) -> torch.optim.Optimizer:
        named = [(n, p) for n, p in self.model.named_parameters() if p.requires_grad]
        adapters = [p for n, p in named if n.startswith("encoder.")]
        rest = [p for n, p in named if not n.startswith("encoder.")]
        rate = self.options.learning_rate
        return torch.optim.AdamW([{"params": adapters, "lr": 2 * rate}, {"params": rest, "lr": rate}])

    def _order(self, examples: Sequence[Example], epoch: int) -> list[int]:
        """A random order; in the first epoch shorter questions come earlier."""
        rng = random.Random(f"{self.options.seed}/{epoch}")
        order = list(range(len(examples)))
        if epoch:
            rng.shuffle(order)
            return order
        words = torch.tensor([float(len(e.text.split())) for e in examples])
        rank = ((words - words.mean()) / (words.std(correction=0) + 1e-6)).tolist()
        noise = [2.5 * rng.random() for _ in order]
        return sorted(order, key=lambda i: 0.8 * rank[i] + noise[i])

    def _step(self, batch: Sequence[Example], optimiser: torch.optim.Optimizer, seed: str) -> Tensor:
        self.model.train()
        rng, part = random.Random(seed), self.processes.share()
        own = with_typos(batch, self.index, self.options.typos, rng, self.question_words, part=part)
        if len(self.view) > _VIEW_NODES:
            self.view = GraphView(self.store, self.steps)
        optimiser.zero_grad()
        loss = torch.zeros((), device=self.model.encoder.device)
        if own:  # a last batch may have fewer questions than there are processes
            loss = self._loss(own, seed) * (len(own) / len(batch))
            loss.backward()  # type: ignore[no-untyped-call]
        loss = self.processes.summed(self.trained, loss.detach())
        nn.utils.clip_grad_norm_(self.trained, 1.0)
        optimiser.step()
        return loss

    def _loss(self, batch: Sequence[Example], seed: str) -> Tensor:
        device = self.model.encoder.device
        view = self.view
        answers = [view.ids_of(sorted(e.gold.nodes, key=order_of)) for e in batch]
        inputs = make_batch([AskedQuestion(e.text, e.candidates) for e in batch], view, self.model.encoder)
        scores = self.model.score(inputs, self.texts)
        reached = self.model.read(inputs, scores.given_an_answer(inputs.question), view, self.extraction, answers)
        keys = [torch.tensor([[i] * len(a), a.tolist()], dtype=torch.long).view(2, -1) for i, a in enumerate(answers)]
        count = torch.tensor([float(len(a)) for a in answers])
        computed = torch.tensor([_may_be_computed(e.gold) for e in batch])
        gold = Gold(torch.cat(keys, dim=1).to(device), count.to(device), computed.to(device))
        asked = answer_loss(reached, scores.nothing, gold) + simplicity_loss(scores)
        known = understood(reached, gold)
        asked = asked + direct_loss(inputs, scores, reached, known, gold, view)
        named = zip(mentions_of(batch, inputs, scores), known.tolist(), strict=True)
        mentions = [own if sure else [] for own, sure in named]
        others = self._in_other_words(batch, mentions, seed)
        return asked + unknown_name_loss(inputs, scores, known) + others

    def _in_other_words(
        self, batch: Sequence[Example], mentions: Sequence[Sequence[tuple[int, int]]], seed: str
    ) -> Tensor:
        """``−log p(nothing)`` of what some of the questions ask in other words, over all of them.

        That says nothing of which candidate is meant: else names lose against types in words that were not trained on.
        """
        asked = reworded(batch, mentions, self.words, self.index, seed, self.question_words)
        if not asked:
            return torch.zeros((), device=self.model.encoder.device)
        inputs = make_batch(asked, self.view, self.model.encoder)
        return surprisal(self.model.no_answer(inputs, self.texts)).sum() / len(batch)

    def _evaluate(self, dev: Sequence[Example], state: Checkpoint, loss: float) -> None:
        if self.processes.first:
            self._ask(dev, state, loss)
        state.best, state.stale, state.history = self.processes.told(lambda: (state.best, state.stale, state.history))

    def _ask(self, dev: Sequence[Example], state: Checkpoint, loss: float) -> None:
        record: dict[str, Any] = {"step": state.step, "loss": loss}
        if dev:
            answerer = Answerer(self.store, self.index, self.model)
            report = evaluate(answerer, dev, look_up=False)
            record |= {"dev": report.to_dict()}
            if self.listener:
                self.listener.evaluated(state.step, report)
            state.note(report.overall, self.model)
        state.history.append(record)


def _may_be_computed(gold: GoldAnswers) -> bool:
    """Whether answers are values that a program may have computed: numbers, or yes and no."""
    return all(isinstance(n, Literal) and n.kind in (LiteralKind.NUMBER, LiteralKind.BOOLEAN) for n in gold.nodes)


def _rate(step: int, total: int) -> float:
    """Warm-up over the first steps, then linear decay."""
    warm_up = min(100, max(1, total // 10))
    return min(1.0, (step + 1) / warm_up) * max(0.02, 1 - step / total)
