"""The follow operation on extracted subgraphs.

Cohen et al., *Scalable Neural Methods for Reasoning With a Symbolic Knowledge Base*, ICLR 2020, equation 2:
``follow(x, r) = (x M_subj^T ⊙ r M_rel^T) M_obj``; here as gather, multiply and index-add over the edges of one hop,
with the score truncation of Shi et al., *TransferNet*, EMNLP 2021, equation 8.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch_geometric.data import Data
from torch_geometric.utils import softmax


def follow(x: Tensor, strength: Tensor, data: Data, hop: int) -> Tensor:
    """The weights of the nodes after one hop, truncated to at most 1.

    :param x: weights of the nodes before. *Shape:* ``(nodes,)``.
    :param strength: how much each edge of the hop passes on. *Shape:* ``(edges of the hop,)``.
    :param data: extracted subgraphs, see :func:`kgqa.subgraph.extract`.
    :returns: *Shape:* ``(nodes,)``.
    """
    span = slice(data.hop_ptr[hop], data.hop_ptr[hop + 1])
    source, target = data.edge_index[:, span]
    y = torch.zeros_like(x).index_add(0, target, x[source] * strength)
    return y / y.detach().clamp(min=1.0)


@dataclass(frozen=True, slots=True)
class Followed:
    """Where the questions lead, softly.

    :param score: probability that a node is an answer. *Shape:* ``(nodes,)``.
    :param start: probability of each row of the seeds. *Shape:* ``(rows,)``.
    :param relation: probabilities of the available steps at every later hop. *Shape:* ``(questions, hops, steps)``.
    """

    score: Tensor
    start: Tensor
    relation: Tensor


def follow_all(seed: Tensor, logits: Tensor, hop: Tensor, seed_passes: Tensor, data: Data) -> Followed:
    """Follow every hop and mix the nodes that each reaches by the probability that the path ends there.

    The first hop chooses among the steps that each seed has, so that rival seeds of one question may leave by
    different steps; later hops choose among those that the nodes reached have together.

    :param seed: probability of each candidate. *Shape:* ``(candidates,)``.
    :param logits: of every step at every hop. *Shape:* ``(questions, hops, steps)``.
    :param hop: probability that the path ends after each hop. *Shape:* ``(questions, hops)``.
    :param seed_passes: how much of a seed is passed on by each hop. *Shape:* ``(questions, hops)``.
    """
    batch, edge_index, edge_type, hop_ptr = data.batch, data.edge_index, data.edge_type, data.hop_ptr
    relation = available_softmax(logits, data.available)
    node, step = data.start
    start = softmax(logits[batch[node], 0, step], node, num_nodes=data.num_nodes)
    x = seed.new_zeros(data.num_nodes).index_add(0, data.seed, seed)
    seeded = x
    score = torch.zeros_like(x)
    for k in range(logits.shape[1]):
        span = slice(hop_ptr[k], hop_ptr[k + 1])
        strength = start[data.start_row] if k == 0 else relation[batch[edge_index[0, span]], k, edge_type[span]]
        x = follow(x, strength, data, k)
        x = x * (1 - seeded * (1 - seed_passes[batch, k]))
        score = score + x * hop[batch, k]
    return Followed(score.clamp(max=1.0), start, relation)


def available_softmax(logits: Tensor, available: Tensor) -> Tensor:
    """Softmax over the steps that are available; zeros where none is. *Shape:* as ``logits``."""
    probability = logits.masked_fill(~available, -1e4).softmax(-1)
    return probability * available
