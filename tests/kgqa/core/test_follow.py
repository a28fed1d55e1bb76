"""Follow against the dense matrices of the paper's equation."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch_geometric.data import Data

from kgqa.model.follow import available_softmax, follow, follow_all

STEPS = 3


@st.composite
def subgraphs(draw: st.DrawFn, hops: int = 2) -> Data:
    """Two questions with up to four nodes each, edges inside each of them, at every hop its own."""
    sizes = draw(st.tuples(st.integers(1, 4), st.integers(0, 4)))
    batch = [q for q, size in enumerate(sizes) for _ in range(size)]
    ends = [0, sizes[0], sum(sizes)]
    edges: list[tuple[int, int, int]] = []
    pointers = [0]
    for _ in range(hops):
        for q in range(2):
            if sizes[q]:
                node = st.integers(ends[q], ends[q + 1] - 1)
                edges += draw(st.lists(st.tuples(node, st.integers(0, STEPS - 1), node), max_size=8))
        pointers.append(len(edges))
    candidates = draw(st.lists(st.integers(0, len(batch) - 1), max_size=4).map(sorted))
    return Data(
        edge_index=torch.tensor([[s for s, _, _ in edges], [o for _, _, o in edges]], dtype=torch.long).view(2, -1),
        edge_type=torch.tensor([r for _, r, _ in edges], dtype=torch.long),
        hop_ptr=pointers,
        batch=torch.tensor(batch),
        seed=torch.tensor(candidates, dtype=torch.long),
        available=torch.tensor(draw(st.lists(st.booleans(), min_size=12, max_size=12))).view(2, hops, STEPS),
        num_nodes=len(batch),
    )


def dense(x: Tensor, relation: Tensor, data: Data, hop: int) -> Tensor:
    """``(x M_subj^T ⊙ r M_rel^T) M_obj``, with one-hot matrices over the facts of a hop."""
    facts = range(data.hop_ptr[hop], data.hop_ptr[hop + 1])
    subject = torch.zeros(len(facts), data.num_nodes, dtype=x.dtype)
    obj = torch.zeros_like(subject)
    asked = torch.zeros(len(facts), dtype=x.dtype)
    for row, fact in enumerate(facts):
        s, o = data.edge_index[:, fact].tolist()
        subject[row, s] = obj[row, o] = 1
        asked[row] = relation[int(data.batch[s]), int(data.edge_type[fact])]
    y = (x @ subject.T * asked) @ obj
    return torch.minimum(y, torch.ones_like(y))


@settings(max_examples=30, deadline=None)
@given(subgraphs(), st.integers(0, 2**16))
def test_one_hop_is_the_equation(data: Data, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    x = torch.rand(data.num_nodes, generator=generator, dtype=torch.float64)
    relation = torch.rand(2, STEPS, generator=generator, dtype=torch.float64)
    for hop in range(2):
        torch.testing.assert_close(follow(x, relation, data, hop), dense(x, relation, data, hop))


@settings(max_examples=30, deadline=None)
@given(subgraphs(), st.integers(0, 2**16))
def test_all_hops_mix_gate_and_truncate(data: Data, seed: int) -> None:
    given_ = _inputs(data, seed, scale=1.0)
    candidate, logits, hop, passes = given_
    followed = follow_all(candidate, logits, hop, passes, data)
    x = torch.zeros(data.num_nodes, dtype=torch.float64)
    for node, p in zip(data.seed.tolist(), candidate, strict=True):
        x[node] += p
    seeded, score = x.clone(), torch.zeros_like(x)
    for k in range(2):
        x = dense(x, followed.relation[:, k], data, k)
        for node in range(data.num_nodes):
            question = int(data.batch[node])
            x[node] = x[node] * (1 - seeded[node] * (1 - passes[question, k]))
            score[node] += x[node] * hop[question, k]
    torch.testing.assert_close(followed.score, torch.minimum(score, torch.ones_like(score)))


@settings(max_examples=5, deadline=None)
@given(subgraphs(), st.integers(0, 2**16))
def test_gradients_below_the_truncation(data: Data, seed: int) -> None:
    inputs = [t.requires_grad_() for t in _inputs(data, seed, scale=0.02)]

    def score(candidate: Tensor, logits: Tensor, hop: Tensor, passes: Tensor) -> Tensor:
        return follow_all(candidate, logits, hop, passes, data).score

    assert torch.autograd.gradcheck(score, inputs)


def test_the_truncation_scales_the_gradient_and_keeps_it_alive() -> None:
    data = Data(
        edge_index=torch.tensor([[0, 1], [2, 2]]),
        edge_type=torch.tensor([0, 0]),
        hop_ptr=[0, 2],
        batch=torch.tensor([0, 0, 0]),
        num_nodes=3,
    )
    x = torch.ones(3, requires_grad=True)
    y = follow(x, torch.ones(1, 1), data, 0)
    assert y.tolist() == [0, 0, 1]
    y.sum().backward()  # type: ignore[no-untyped-call]
    assert x.grad is not None
    assert x.grad.tolist() == [0.5, 0.5, 0]


def test_steps_that_are_not_available_get_nothing() -> None:
    logits = torch.tensor([[[5.0, 1.0, 1.0], [9.0, 9.0, 9.0]]])
    available = torch.tensor([[[False, True, True], [False, False, False]]])
    assert available_softmax(logits, available).tolist() == [[[0, 0.5, 0.5], [0, 0, 0]]]


@pytest.mark.parametrize("steps", [0, 2])
def test_nothing_to_follow(steps: int) -> None:
    empty = torch.zeros(0, dtype=torch.long)
    data = Data(
        edge_index=torch.zeros(2, 0, dtype=torch.long),
        edge_type=empty,
        hop_ptr=[0, 0, 0],
        batch=empty,
        seed=empty,
        available=torch.zeros(2, 2, steps, dtype=torch.bool),
        num_nodes=0,
    )
    followed = follow_all(torch.zeros(0), torch.zeros(2, 2, steps), torch.ones(2, 2), torch.ones(2, 2), data)
    assert followed.score.shape == (0,)
    assert followed.relation.shape == (2, 2, steps)


def _inputs(data: Data, seed: int, *, scale: float) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    g = torch.Generator().manual_seed(seed)
    candidate = scale * torch.rand(len(data.seed), generator=g, dtype=torch.float64)
    logits = torch.randn(2, 2, STEPS, generator=g, dtype=torch.float64)
    hop = torch.randn(2, 2, generator=g, dtype=torch.float64).softmax(-1)
    passes = torch.rand(2, 2, generator=g, dtype=torch.float64)
    return candidate, logits, hop, passes
