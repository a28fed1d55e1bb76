"""The reader: compares a question with candidate programs that are said in English.

Question and program are encoded by one encoder, and compared as wholes and word by word: each word of the one should
have a word like it in the other (late interaction; Khattab and Zaharia, *ColBERT*, SIGIR 2020, equation 3). A word of
the question that the program does not have is something that was asked and is not answered; a word of the program that
the question does not have is something that nobody asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from kgqa.encoder import TextEncoder

FEATURES = 2
"""Numbers that come with each candidate: what the proposer thinks of it, and how many words it takes to say."""

_SCALE = 12.0  # of cosines, to start with


@dataclass(frozen=True, slots=True)
class Candidates:
    """The programs that a question may mean.

    :param texts: each in words.
    :param scores: what the proposer thinks of each.
    """

    question: str
    texts: Sequence[str]
    scores: Sequence[float]

    @property
    def features(self) -> Tensor:
        """*Shape:* ``(candidates, FEATURES)``."""
        rows = [[score, len(text.split()) / 10] for text, score in zip(self.texts, self.scores, strict=True)]
        return torch.tensor(rows, dtype=torch.float32).view(-1, FEATURES)


class Reader(nn.Module):
    """Scores candidate programs, and that none of them is meant.

    :param encoder: reads questions and programs.
    """

    def __init__(self, encoder: TextEncoder) -> None:
        super().__init__()
        self.encoder = encoder
        self.compare = nn.Parameter(torch.tensor([_SCALE, _SCALE, _SCALE]))
        self.weigh = nn.Parameter(torch.tensor([4.0, -1.0]))
        self.nothing = nn.Parameter(torch.tensor(2.0 * _SCALE))

    def forward(self, batch: Sequence[Candidates]) -> list[Tensor]:
        """The score of each candidate of each question, and last that of none. *Shape:* ``(candidates + 1,)`` each."""
        texts = list(dict.fromkeys(text for own in batch for text in (own.question, *own.texts)))
        places = {text: i for i, text in enumerate(texts)}
        words, mask, pooled = self._encode(texts)
        found = []
        for own in batch:
            question, programs = places[own.question], [places[text] for text in own.texts]
            if not programs:
                found.append(self.nothing[None])
                continue
            alike = self._alike(words[question], mask[question], words[programs], mask[programs])
            whole = pooled[programs] @ pooled[question]
            compared = torch.stack([whole, *alike], dim=1) @ self.compare
            scores = compared + own.features.to(compared.device) @ self.weigh
            found.append(torch.cat([scores, self.nothing[None]]))
        return found

    @staticmethod
    def _alike(question: Tensor, asked: Tensor, programs: Tensor, said: Tensor) -> tuple[Tensor, Tensor]:
        """How well the words of a question are found in each program, and the other way round.

        :param question: *Shape:* ``(words, dimension)``.
        :param programs: *Shape:* ``(programs, words, dimension)``.
        """
        alike = programs @ question[asked].T
        alike = alike.masked_fill(~said[:, :, None], -1.0)
        forth = alike.max(1).values.mean(1)
        back = (alike.max(2).values * said).sum(1) / said.sum(1)
        return forth, back

    def _encode(self, texts: Sequence[str]) -> tuple[Tensor, Tensor, Tensor]:
        """Unit vectors of the words and of each text as a whole."""
        tokens = self.encoder.tokenize(texts)
        hidden = self.encoder(tokens)
        mask = tokens.mask
        pooled = nn.functional.normalize((hidden * mask[:, :, None]).sum(1) / mask.sum(1)[:, None], dim=-1)
        inner = mask.clone()
        inner[:, 0] = False  # the two marks around a text are no words of it
        ends = mask.sum(1) - 1
        inner[torch.arange(len(texts), device=inner.device), ends] = False
        return nn.functional.normalize(hidden, dim=-1), inner, pooled


def reading_loss(scores: Tensor, right: Sequence[int], ignored: Sequence[int] = ()) -> Tensor:
    """The negative log-likelihood that one of the right candidates is chosen (maximum marginal likelihood).

    :param scores: *Shape:* ``(candidates + 1,)``.
    :param right: positions of the right ones; the last position stands for none.
    :param ignored: positions of those that may be right too, and are left out.
    """
    kept = torch.ones(len(scores), dtype=torch.bool, device=scores.device)
    if ignored:
        kept[list(ignored)] = False
    chosen = torch.zeros_like(kept)
    chosen[list(right)] = True
    log_probability = scores.masked_fill(~kept, float("-inf")).log_softmax(0)
    return -torch.logsumexp(log_probability[chosen], 0)
