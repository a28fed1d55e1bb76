"""A transformer as it serves: the same function with fewer and faster calls.

A question has a dozen tokens, so half of the time of a forward pass goes into the calls rather than the arithmetic.
BERT's layers are therefore run here without the library's modules, query, key and value by one product, and their
weights are laid out for oneDNN once instead of at every call. Other architectures run as they are.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding, gelu, layer_norm, linear, scaled_dot_product_attention
from transformers import BertModel, PreTrainedModel

Serving = Callable[[Tensor, Tensor], Tensor]
"""Token ids and mask, *Shape:* ``(batch, length)`` each, to token vectors, *Shape:* ``(batch, length, dimension)``."""

_Map = Callable[[Tensor], Tensor]

_log = logging.getLogger(__name__)
_USUAL_TOKENS = 16  # for which the layout is chosen; any number can be computed with it


def serving(model: PreTrainedModel) -> Serving:
    """How to run the model for inference, in the precision that it is in and without gradients."""
    if isinstance(model, BertModel) and model.config.hidden_act == "gelu" and not model.config.is_decoder:
        return _Bert(model)

    def run(ids: Tensor, mask: Tensor) -> Tensor:
        return cast(Tensor, model(input_ids=ids, attention_mask=mask.long()).last_hidden_state)

    return run


class _Bert:
    """Devlin et al., *BERT*, NAACL 2019, as an encoder of one segment."""

    def __init__(self, model: BertModel) -> None:
        embeddings = model.embeddings
        self._words = embeddings.word_embeddings.weight.detach()
        types = embeddings.token_type_embeddings.weight.detach()
        self._positions = embeddings.position_embeddings.weight.detach() + types[0]
        self._norm = _norm(embeddings.LayerNorm)
        self._layers = [_Layer(layer, model.config.num_attention_heads) for layer in model.encoder.layer]

    def __call__(self, ids: Tensor, mask: Tensor) -> Tensor:
        x = self._norm(embedding(ids, self._words) + self._positions[: ids.shape[1]])
        attended = None if bool(mask.all()) else mask[:, None, None, :]
        for layer in self._layers:
            x = layer(x, attended)
        return x


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

    def __call__(self, x: Tensor, mask: Tensor | None) -> Tensor:
        batch, length, size = x.shape
        projected = self._project(x).view(batch, length, 3, self._heads, size // self._heads)
        q, k, v = projected.permute(2, 0, 3, 1, 4)
        mixed = scaled_dot_product_attention(q, k, v, mask).transpose(1, 2).reshape(batch, length, size)
        x = self._attended_norm(x + self._attended(mixed))
        return self._norm(x + self._narrow(self._widen(x)))


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
