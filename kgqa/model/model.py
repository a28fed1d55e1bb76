"""The model: what a question asks, scored before the graph is read, and where that leads on the extracted subgraph."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from graphdb.values import Direction
from kgqa.encoder import DEFAULT_ENCODER, TextEncoder
from kgqa.model.batch import LEXICAL, QuestionBatch
from kgqa.model.combine import branch_seeds, combine_branches, outcomes, possible
from kgqa.model.follow import follow_all
from kgqa.subgraph import Extraction, GraphView, Guide, Seeds, StepVocabulary, extract
from kgqa.subgraph.extract import to_device
from kgqa.subgraph.view import BoolArray, IntArray

_SIGNATURE = 64
_NO_OTHER = -4.0  # the logit that a question names nothing else
_LEXICAL_SCALE = 5.0  # how a name is written counts from the first steps on
_LEAST = 1e-30  # probability that there is an answer, where it is divided by
_TAKEN, _NEVER = 0.01, -1e4  # words of which less is left to a branch are taken, and the logit of what they may mean


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """What a model is made of.

    :param encoder: name or folder of the pretrained encoder.
    :param hops: the longest path.
    :param branches: the most mentions whose paths are combined.
    :param adapter_rank: rank of the low-rank adapters in every linear layer of the encoder.
    """

    encoder: str = DEFAULT_ENCODER
    hops: int = 3
    branches: int = 2
    adapter_rank: int = 16

    def to_dict(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Scores:
    """What the questions ask, before the graph is read.

    :param candidate: probability that each branch starts from each candidate. *Shape:* ``(branches, candidates)``.
    :param nothing: probability that the graph has no answer. *Shape:* ``(questions,)``.
    :param relation: logits of every step at every hop. *Shape:* ``(questions, branches, hops, steps)``.
    :param hop: probability that the path ends after each hop. *Shape:* ``(questions, branches, hops)``.
    :param seed_passes: how much of a seed is passed on by each hop. *Shape:* ``(questions, branches, hops)``.
    :param combine: probability of each of :func:`kgqa.model.combine.outcomes`. *Shape:* ``(questions, outcomes)``.
    """

    candidate: Tensor
    nothing: Tensor
    relation: Tensor
    hop: Tensor
    seed_passes: Tensor
    combine: Tensor

    def given_an_answer(self, question: Tensor) -> Scores:
        """The same if there is an answer.

        :param question: the question of each candidate. *Shape:* ``(candidates,)``, int64.
        """
        some = torch.zeros_like(self.nothing).index_add(0, question, self.candidate[0]).clamp(min=_LEAST)[question]
        return replace(self, candidate=torch.cat([self.candidate[:1] / some, self.candidate[1:]]))


@dataclass(frozen=True, slots=True)
class Reached:
    """Where the questions lead, softly.

    :param question: the question of each node that was reached; ascending. *Shape:* ``(reached,)``, int64.
    :param node: its local id in the view; ascending within a question. *Shape:* ``(reached,)``, int64.
    :param score: probability that it is an answer. *Shape:* ``(reached,)``.
    :param starts: the steps that the seeds may leave by: row (``question * branches + branch``) and local id of the
        seed, and the step. Ascending. *Shape:* ``(3, starts)``, int64.
    :param start: probability of each of them. *Shape:* ``(starts,)``.
    :param relation: probabilities of the steps at the later hops. *Shape:* ``(questions, branches, hops, steps)``.
    :param live: which branches were followed. *Shape:* ``(questions, branches)``, bool.
    """

    question: Tensor
    node: Tensor
    score: Tensor
    starts: Tensor
    start: Tensor
    relation: Tensor
    live: Tensor


class StepTexts:
    """The steps of one graph as fixed vectors, by the unchanged encoder.

    :param vectors: *Shape:* ``(steps, dimension)``.
    :param outwards: *Shape:* ``(steps, 1)``, bool.
    """

    def __init__(self, encoder: TextEncoder, steps: StepVocabulary) -> None:
        self.vectors = encoder.text_vectors(steps.texts)
        outwards = [step.direction is Direction.OUT for step in steps.steps]
        self.outwards = torch.tensor(outwards, dtype=torch.bool, device=self.vectors.device)[:, None]
        self._served: dict[StepEncoder, Tensor] = {}
        self._asked: dict[nn.Linear, tuple[Tensor, Tensor]] = {}

    def through(self, encoder: StepEncoder) -> Tensor:
        """The steps as vectors of a step encoder, worked out once where nothing is learned: whoever trains the
        encoder further makes new ones. *Shape:* ``(steps, size)``."""
        if torch.is_grad_enabled():
            return encoder(self)  # type: ignore[no-any-return]
        if encoder not in self._served:
            self._served[encoder] = encoder(self)
        return self._served[encoder]

    def logits(self, encoder: StepEncoder, ask: nn.Linear, asked: Tensor) -> Tensor:
        """How much each step is what a hop asks for. Where nothing is learned, both maps are made one.

        :param asked: *Shape:* ``(…, dimension)``.
        :returns: *Shape:* ``(…, steps)``.
        """
        steps = self.through(encoder)
        if torch.is_grad_enabled():
            return ask(asked) @ steps.T  # type: ignore[no-any-return]
        if ask not in self._asked:
            self._asked[ask] = (steps @ ask.weight, steps @ ask.bias)
        return linear(asked, *self._asked[ask])


class StepEncoder(nn.Module):
    """Texts of steps to vectors, one projection for each direction, since both directions may read the same."""

    def __init__(self, dimension: int, size: int) -> None:
        super().__init__()
        self.outwards = nn.Linear(dimension, size)
        self.inwards = nn.Linear(dimension, size)
        self.norm = nn.LayerNorm(size)

    def forward(self, texts: StepTexts) -> Tensor:
        """*Shape:* ``(steps, size)``."""
        projected = torch.where(texts.outwards, self.outwards(texts.vectors), self.inwards(texts.vectors))
        return self.norm(projected)  # type: ignore[no-any-return]


class KGQAModel(nn.Module):
    """Spans, candidates, relations, hops: everything that is trained, none of it tied to entities or to a schema.

    The candidates' score follows Oliya et al., *End-to-End Entity Resolution and Question Answering Using
    Differentiable Knowledge Graphs*, EMNLP 2021 (section 3.2): a softmax over all (span, candidate) pairs, each
    described by its span, its surface form and the relations around it. Every branch has such a softmax, and leaves
    alone the words that the branches before it took. What a branch follows depends on its mention.
    """

    def __init__(self, config: ModelConfig, encoder: TextEncoder) -> None:
        super().__init__()
        d = encoder.dimension
        self.config = config
        self.encoder = encoder
        self.attend = nn.ModuleList(nn.Linear(d, d) for _ in range(config.hops))
        self.ask = nn.ModuleList(nn.Linear(d, d) for _ in range(config.hops))
        self.step = StepEncoder(d, d)
        self.around = StepEncoder(d, _SIGNATURE)
        self.types = nn.Linear(d, _SIGNATURE)
        self.hop = nn.Linear(d, config.hops)
        self.seed_passes = nn.Linear(d, config.hops)
        self.mention = nn.Linear(2 * d, d, bias=False)
        self.span = nn.Sequential(
            nn.Linear(3 * d + 2 * _SIGNATURE + LEXICAL + 1, 256), nn.ReLU(), nn.Linear(256, config.branches)
        )
        self.lexical = nn.Linear(LEXICAL, config.branches, bias=False)
        # branches differ from the start: the first one takes what is named first, unless it learns otherwise
        self.order = nn.Parameter(torch.linspace(-1, 1, config.branches) * (config.branches > 1))
        self.combine = nn.Linear(d, len(outcomes(config.branches)))
        self.nothing = nn.Linear(d, 1)
        nn.init.zeros_(self.mention.weight)
        nn.init.zeros_(self.lexical.weight)
        with torch.no_grad():
            # one branch and a short path, unless the answers show that it takes more
            self.combine.bias[0] = 1.0
            self.hop.bias.add_(torch.linspace(1, -1, config.hops))
        nn.init.constant_(self.seed_passes.bias, -2.0)
        nn.init.constant_(self.nothing.bias, -4.0)

    def trained_state(self) -> dict[str, Tensor]:
        """Everything that training changed: all tensors but the encoder's pretrained ones."""
        trained = {name for name, parameter in self.named_parameters() if parameter.requires_grad}
        return {name: value for name, value in self.state_dict().items() if name in trained}

    def score(self, batch: QuestionBatch, texts: StepTexts) -> Scores:
        """Everything that can be said before the graph is read."""
        hidden = self.encoder(batch.tokens)
        question = hidden[:, 0]
        candidate = self._candidates(batch, hidden, texts)
        probability, named, nothing = self._choose(batch, candidate, self.nothing(question).squeeze(1))
        asks = question[:, None] + self._mentions(batch, hidden, probability)
        return Scores(
            candidate=probability,
            nothing=nothing,
            relation=self._relations(hidden, batch.tokens.mask, asks, texts, hops=self.config.hops),
            hop=self.hop(asks).softmax(-1),
            seed_passes=torch.sigmoid(self.seed_passes(asks)),
            combine=possible(self.combine(question), named),
        )

    def no_answer(self, batch: QuestionBatch, texts: StepTexts) -> Tensor:
        """``nothing`` of :class:`Scores` alone; the candidates learn nothing from it. *Shape:* ``(questions,)``."""
        hidden = self.encoder(batch.tokens)
        candidate = self._candidates(batch, hidden, texts)[:, 0].detach()
        return _softmax_by_question(candidate, batch.question, self.nothing(hidden[:, 0]).squeeze(1))[1]

    def read(
        self,
        batch: QuestionBatch,
        scores: Scores,
        view: GraphView,
        settings: Extraction,
        answers: Sequence[IntArray] | None = None,
    ) -> Reached:
        """Read the graph along what the questions ask, and follow it.

        :param answers: in training, for each question the local ids of its answers.
        """
        branches = self.config.branches
        seeds = branch_seeds(batch, scores.combine, branches)
        candidate = scores.candidate.flatten()[seeds.at]
        relation, hop, seed_passes = (t.flatten(0, 1) for t in (scores.relation, scores.hop, scores.seed_passes))
        data = extract(
            view,
            Seeds(to_numpy(seeds.row), to_numpy(seeds.node), to_numpy(candidate)),
            Guide(to_numpy(relation), to_numpy(hop), to_numpy(seed_passes)),
            answers=None if answers is None else _by_branch(answers, to_numpy(seeds.live)),
            settings=settings,
        )
        data = to_device(data, scores.relation.device)
        followed = follow_all(candidate, relation, hop, seed_passes, data)
        question, node, score = combine_branches(followed.score, data, scores.combine, branches)
        starts = torch.stack([data.batch[data.start[0]], data.node[data.start[0]], data.start[1]])
        relation = followed.relation.view_as(scores.relation)
        return Reached(question, node, score, starts, followed.start, relation, seeds.live)

    def _relations(self, hidden: Tensor, mask: Tensor, asks: Tensor, texts: StepTexts, *, hops: int) -> Tensor:
        """Logits of the steps at the first hops. *Shape:* ``(questions, branches, hops, steps)``.

        :param asks: what each branch asks. *Shape:* ``(questions, branches, dimension)``.
        """
        scaled, padding = hidden.transpose(1, 2) / math.sqrt(hidden.shape[-1]), ~mask[:, None]
        logits = []
        for attend, ask in islice(zip(self.attend, self.ask, strict=True), hops):
            attention = (torch.tanh(attend(asks)) @ scaled).masked_fill(padding, -1e9).softmax(-1)
            logits.append(texts.logits(self.step, cast(nn.Linear, ask), attention @ hidden + asks))
        return torch.stack(logits, dim=2)

    def _mentions(self, batch: QuestionBatch, hidden: Tensor, probability: Tensor) -> Tensor:
        """What the mention of each branch adds to what is asked. *Shape:* ``(questions, branches, dimension)``."""
        span = self.mention(torch.cat([hidden[batch.question, batch.first], hidden[batch.question, batch.last]], dim=1))
        weighted = probability.detach().T[:, :, None] * span[:, None]
        zeros = torch.zeros(len(batch), *weighted.shape[1:], device=weighted.device)
        return zeros.index_add(0, batch.question, weighted)

    def _choose(self, batch: QuestionBatch, logits: Tensor, nothing: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The probability of each branch's candidates, that each branch has one, and that there is no answer.

        The first branch always has one where there is an answer.

        :param logits: *Shape:* ``(candidates, branches)``.
        """
        first, p_nothing = _softmax_by_question(logits[:, 0], batch.question, nothing)
        chosen, named = [first], [torch.ones_like(nothing)]
        left = torch.ones_like(first)
        no_other = torch.full_like(nothing, _NO_OTHER)
        for branch in range(1, logits.shape[1]):
            taken = chosen[-1].detach()
            taken = (
                taken / taken.new_zeros(len(batch)).index_add(0, batch.question, taken).clamp(min=1e-6)[batch.question]
            )
            left = left * (1 - torch.zeros_like(taken).index_add(0, batch.overlap[0], taken[batch.overlap[1]]))
            free = logits[:, branch] + torch.where(left > _TAKEN, left.clamp(min=_TAKEN).log(), _NEVER)
            other, _ = _softmax_by_question(free, batch.question, no_other)
            chosen.append(other)
            named.append(torch.zeros_like(nothing).index_add(0, batch.question, other))
        return torch.stack(chosen), torch.stack(named, dim=1), p_nothing

    def _candidates(self, batch: QuestionBatch, hidden: Tensor, texts: StepTexts) -> Tensor:
        """Logits of the candidates of each branch. *Shape:* ``(candidates, branches)``."""
        b, n, question = batch.question, len(batch.question), hidden[:, 0]
        first_hop = self._relations(hidden, batch.tokens.mask, question[:, None], texts, hops=1)[:, 0, 0]
        candidate, step = batch.signature_index
        around = texts.through(self.around)[step] * batch.signature_weight[:, None]
        signature = around.new_zeros(n, _SIGNATURE).index_add(0, candidate, around)
        signature = signature / (1 + signature.norm(dim=-1, keepdim=True))
        typed = self.types(self.encoder.text_vectors(batch.type_texts))[batch.type_index[1]]
        types = typed.new_zeros(n, _SIGNATURE).index_add(0, batch.type_index[0], typed)
        asked = first_hop.detach().softmax(-1)[b[candidate], step]
        offers = asked.new_zeros(n).index_add(0, candidate, asked)
        features = [hidden[b, batch.first], hidden[b, batch.last], question[b], signature, types, batch.lexical]
        chosen: Tensor = self.span(torch.cat([*features, offers[:, None]], dim=1))
        chosen = chosen + _LEXICAL_SCALE * self.lexical(batch.lexical)
        return chosen + 3 * batch.place[:, None] * self.order


def _softmax_by_question(logits: Tensor, question: Tensor, nothing: Tensor) -> tuple[Tensor, Tensor]:
    """Softmax over the candidates of each question and the outcome that there is no answer."""
    peak = nothing.detach().scatter_reduce(0, question, logits.detach(), "amax")
    e, e_nothing = (logits - peak[question]).exp(), (nothing - peak).exp()
    total = e_nothing.index_add(0, question, e)
    return e / total[question], e_nothing / total


def _by_branch(answers: Sequence[IntArray], live: BoolArray) -> list[IntArray]:
    """The answers of each question for each of its branches, none for those that are not followed."""
    nothing = np.zeros(0, dtype=np.int64)
    return [a if followed else nothing for a, row in zip(answers, live, strict=True) for followed in row]


def to_numpy(tensor: Tensor) -> Any:
    """The values of a tensor as an array."""
    return tensor.detach().cpu().numpy()
