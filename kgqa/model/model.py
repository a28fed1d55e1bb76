"""The model: what a question asks, scored before the graph is read, and where that leads on the extracted subgraph."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch_geometric.data import Data

from graphdb.values import Direction
from kgqa.encoder import DEFAULT_ENCODER, TextEncoder
from kgqa.model.batch import LEXICAL, QuestionBatch
from kgqa.model.follow import Followed, follow_all
from kgqa.subgraph import StepVocabulary

_SIGNATURE = 64


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """What a model is made of.

    :param encoder: name or folder of the pretrained encoder.
    :param hops: the longest path.
    :param adapter_rank: rank of the low-rank adapters in every linear layer of the encoder.
    """

    encoder: str = DEFAULT_ENCODER
    hops: int = 3
    adapter_rank: int = 16

    def to_dict(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Scores:
    """What the questions ask, before the graph is read.

    :param candidate: probability that each candidate is meant. *Shape:* ``(candidates,)``.
    :param nothing: probability that the graph has no answer. *Shape:* ``(questions,)``.
    :param relation: logits of every step at every hop. *Shape:* ``(questions, hops, steps)``.
    :param hop: probability that the path ends after each hop. *Shape:* ``(questions, hops)``.
    :param seed_passes: how much of a seed is passed on by each hop. *Shape:* ``(questions, hops)``.
    """

    candidate: Tensor
    nothing: Tensor
    relation: Tensor
    hop: Tensor
    seed_passes: Tensor


class StepTexts:
    """The steps of one graph as fixed vectors, by the unchanged encoder.

    :param vectors: *Shape:* ``(steps, dimension)``.
    :param outwards: *Shape:* ``(steps, 1)``, bool.
    """

    def __init__(self, encoder: TextEncoder, steps: StepVocabulary) -> None:
        self.vectors = encoder.text_vectors(steps.texts)
        outwards = [step.direction is Direction.OUT for step in steps.steps]
        self.outwards = torch.tensor(outwards, dtype=torch.bool, device=self.vectors.device)[:, None]


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
    described by its span, its surface form and the relations around it.
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
        self.span = nn.Sequential(nn.Linear(3 * d + 2 * _SIGNATURE + LEXICAL + 1, 256), nn.ReLU(), nn.Linear(256, 1))
        self.nothing = nn.Linear(d, 1)
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
        relation = self._relations(hidden, batch.tokens.mask, question, texts)
        candidate = self._candidates(batch, hidden, question, relation[:, 0], texts)
        probability, nothing = _softmax_by_question(candidate, batch.question, self.nothing(question).squeeze(1))
        return Scores(
            candidate=probability,
            nothing=nothing,
            relation=relation,
            hop=self.hop(question).softmax(-1),
            seed_passes=torch.sigmoid(self.seed_passes(question)),
        )

    def follow(self, scores: Scores, data: Data) -> Followed:
        """Where that leads on the extracted subgraphs."""
        return follow_all(scores.candidate, scores.relation, scores.hop, scores.seed_passes, data)

    def _relations(self, hidden: Tensor, mask: Tensor, question: Tensor, texts: StepTexts) -> Tensor:
        steps = self.step(texts)
        logits = []
        for attend, ask in zip(self.attend, self.ask, strict=True):
            attention = torch.einsum("btd,bd->bt", hidden, torch.tanh(attend(question))) / math.sqrt(hidden.shape[-1])
            words = torch.einsum("bt,btd->bd", attention.masked_fill(~mask, -1e9).softmax(-1), hidden)
            logits.append(ask(words + question) @ steps.T)
        return torch.stack(logits, dim=1)

    def _candidates(
        self, batch: QuestionBatch, hidden: Tensor, question: Tensor, first_hop: Tensor, texts: StepTexts
    ) -> Tensor:
        """Logits of the candidates. *Shape:* ``(candidates,)``."""
        b, n = batch.question, len(batch.question)
        candidate, step = batch.signature_index
        around = self.around(texts)[step] * batch.signature_weight[:, None]
        signature = around.new_zeros(n, _SIGNATURE).index_add(0, candidate, around)
        signature = signature / (1 + signature.norm(dim=-1, keepdim=True))
        typed = self.types(self.encoder.text_vectors(batch.type_texts))[batch.type_index[1]]
        types = typed.new_zeros(n, _SIGNATURE).index_add(0, batch.type_index[0], typed)
        asked = first_hop.detach().softmax(-1)[b[candidate], step]
        offers = asked.new_zeros(n).index_add(0, candidate, asked)
        features = [hidden[b, batch.first], hidden[b, batch.last], question[b], signature, types, batch.lexical]
        return self.span(torch.cat([*features, offers[:, None]], dim=1)).squeeze(1)  # type: ignore[no-any-return]


def _softmax_by_question(logits: Tensor, question: Tensor, nothing: Tensor) -> tuple[Tensor, Tensor]:
    """Softmax over the candidates of each question and the outcome that there is no answer."""
    peak = nothing.detach().scatter_reduce(0, question, logits.detach(), "amax")
    e, e_nothing = (logits - peak[question]).exp(), (nothing - peak).exp()
    total = e_nothing.index_add(0, question, e)
    return e / total[question], e_nothing / total
