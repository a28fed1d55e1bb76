"""A transformer as it serves: the same function with fewer and faster calls.

A question has a dozen tokens, so half of the time of a forward pass goes into the calls rather than the arithmetic.
BERT's layers are therefore run here without the library's modules, query, key and value by one product, and their
weights are laid out for oneDNN once instead of at every call. On a processor, questions of many lengths lie one behind
the other with no padding between them, and those of one length attend together. Other architectures run as they are.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding, gelu, layer_norm, linear, scaled_dot_product_attention
from transformers import BertModel, PreTrainedModel

Serving = Callable[[Tensor, Tensor], Tensor]
"""Token ids and mask, *Shape:* ``(batch, length)`` each, to token vectors in float32, *Shape:* ``(batch, length,
dimension)``. What is said of padding has no meaning."""

_Map = Callable[[Tensor], Tensor]
_Stretch = tuple[int, int, Tensor | None]
"""How many questions there are of how many tokens, with their mask if some of them are padding."""

_log = logging.getLogger(__name__)
_TOGETHER = 64  # questions that are computed together on a processor; more would only take more memory
_PADDED_TOGETHER = 16  # the same if they are padded to one length
_USUAL_TOKENS = 16  # for which the layout is chosen; any number can be computed with it


def serving(model: PreTrainedModel) -> Serving:
    """How to run the model for inference, in the precision that it is in and without gradients."""
    if isinstance(model, BertModel) and model.config.hidden_act == "gelu" and not model.config.is_decoder:
        return by_length(_Bert(model), _TOGETHER)

    def run(ids: Tensor, mask: Tensor) -> Tensor:
        return cast(Tensor, model(input_ids=ids, attention_mask=mask.long()).last_hidden_state).float()

    return by_length(run, _PADDED_TOGETHER)


def by_length(serve: Serving, together: int) -> Serving:
    """On a processor, the shortest questions first, a few at a time: less is computed for padding."""

    def run(ids: Tensor, mask: Tensor) -> Tensor:
        if ids.device.type != "cpu" or len(ids) == 1:
            return serve(ids, mask)
        lengths = mask.sum(1)
        parts = torch.split(torch.argsort(lengths), together)
        longest = [int(lengths[part[-1]]) for part in parts]
        found = [serve(ids[part, :n], mask[part, :n]) for part, n in zip(parts, longest, strict=True)]
        hidden = found[0].new_zeros(*ids.shape, found[0].shape[-1])
        for part, n, vectors in zip(parts, longest, found, strict=True):
            hidden[part, :n] = vectors
        return hidden

    return run


class _Bert:
    """Devlin et al., *BERT*, NAACL 2019, as an encoder of one segment. On a processor, questions must come in the order
    of their lengths."""

    def __init__(self, model: BertModel) -> None:
        embeddings = model.embeddings
        self._words = embeddings.word_embeddings.weight.detach()
        types = embeddings.token_type_embeddings.weight.detach()
        self._positions = embeddings.position_embeddings.weight.detach() + types[0]
        self._norm = _norm(embeddings.LayerNorm)
        self._layers = [_Layer(layer, model.config.num_attention_heads) for layer in model.encoder.layer]

    def __call__(self, ids: Tensor, mask: Tensor) -> Tensor:
        batch, length = ids.shape
        if bool(mask.all()):
            return self._run(ids, self._positions[:length], [(batch, length, None)]).view(batch, length, -1)
        if ids.device.type != "cpu":
            stretch = (batch, length, mask[:, None, None, :])
            return self._run(ids, self._positions[:length], [stretch]).view(batch, length, -1)
        sizes, counts = torch.unique_consecutive(mask.sum(1), return_counts=True)
        stretches = [(n, size, None) for n, size in zip(counts.tolist(), sizes.tolist(), strict=True)]
        text, place = mask.nonzero(as_tuple=True)
        found = self._run(ids[text, place], self._positions[place], stretches)
        hidden = found.new_zeros(batch, length, found.shape[-1])
        hidden[text, place] = found
        return hidden

    def _run(self, ids: Tensor, positions: Tensor, stretches: Sequence[_Stretch]) -> Tensor:
        """The vectors of all tokens, stretch after stretch. *Shape:* ``(tokens, dimension)``."""
        x = self._norm(embedding(ids, self._words) + positions).flatten(0, -2)
        for layer in self._layers:
            x = layer(x, stretches)
        return x.float()


class _Layer:
    def __init__(self, layer: Any, heads: int) -> None:
        attention, own = layer.attention.self, layer.attention.output
        parts = (attention.query, attention.key, attention.value)
        self._heads = heads
        self._project = _linear(torch.cat([p.weight for p in parts]), torch.cat([p.bias for p in parts]))
        self._attended = _linear(own.dense.weight, own.dense.bias)
        self._attended_norm = _norm(own.LayerNorm)
        wide, narrow = layer.intermediate.dense, layer.output
        self._widen = _linear(wide.weight, wide.bias, then_gelu=True)
        self._narrow = _linear(narrow.dense.weight, narrow.dense.bias)
        self._norm = _norm(narrow.LayerNorm)

    def __call__(self, x: Tensor, stretches: Sequence[_Stretch]) -> Tensor:
        x = self._attended_norm(x + self._attended(self._attend(x, stretches)))
        return self._norm(x + self._narrow(self._widen(x)))

    def _attend(self, x: Tensor, stretches: Sequence[_Stretch]) -> Tensor:
        projected = self._project(x)
        mixed = []
        parts = torch.split(projected, [questions * length for questions, length, _ in stretches])
        for part, (questions, length, mask) in zip(parts, stretches, strict=True):
            q, k, v = part.view(questions, length, 3, self._heads, -1).permute(2, 0, 3, 1, 4)
            mixed.append(scaled_dot_product_attention(q, k, v, mask).transpose(1, 2).reshape(len(part), -1))
        return mixed[0] if len(mixed) == 1 else torch.cat(mixed)


def _norm(module: nn.LayerNorm) -> _Map:
    shape, weight, bias, epsilon = module.normalized_shape, module.weight.detach(), module.bias.detach(), module.eps
    return lambda x: layer_norm(x, shape, weight, bias, epsilon)


def _linear(weight: Tensor, bias: Tensor, *, then_gelu: bool = False) -> _Map:
    weight, bias = weight.detach(), bias.detach()
    if (packed := _packed(weight, bias, then_gelu)) is not None:
        return packed
    if then_gelu:
        return lambda x: gelu(linear(x, weight, bias))
    return lambda x: linear(x, weight, bias)


def _packed(weight: Tensor, bias: Tensor, then_gelu: bool) -> _Map | None:
    """The product with weights in oneDNN's own layout, where this build of torch has it. The compiler of torch uses the
    same operators, which are not part of its public interface."""
    if weight.device.type != "cpu" or weight.dtype != torch.bfloat16 or not _has_onednn():
        return None
    after, variant = ("gelu", "none") if then_gelu else ("none", "")
    try:
        multiply = torch.ops.mkldnn._linear_pointwise
        laid_out = torch.ops.mkldnn._reorder_linear_weight(weight.contiguous(), _USUAL_TOKENS)
        multiply(weight.new_zeros(1, weight.shape[1]), laid_out, bias, after, [], variant)
    except (AttributeError, RuntimeError, TypeError) as exc:
        _log.debug("weights stay in their layout: %s", exc)
        return None
    return lambda x: cast(Tensor, multiply(x, laid_out, bias, after, [], variant))


def _has_onednn() -> bool:
    return bool(torch.backends.mkldnn.is_available())  # type: ignore[no-untyped-call]
