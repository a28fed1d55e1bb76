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
    first = [(s, r) for s, r, _ in edges[: pointers[1]]]
    others = st.lists(st.tuples(st.integers(0, len(batch) - 1), st.integers(0, STEPS - 1)), max_size=4)
    rows = sorted({*first, *draw(others)})
    candidates = draw(st.lists(st.integers(0, len(batch) - 1), max_size=4).map(sorted))
    return Data(
        edge_index=torch.tensor([[s for s, _, _ in edges], [o for _, _, o in edges]], dtype=torch.long).view(2, -1),
        edge_type=torch.tensor([r for _, r, _ in edges], dtype=torch.long),
        hop_ptr=pointers,
        batch=torch.tensor(batch),
        seed=torch.tensor(candidates, dtype=torch.long),
        start=torch.tensor(rows, dtype=torch.long).view(-1, 2).T,
        start_row=torch.tensor([rows.index(row) for row in first], dtype=torch.long),
        available=torch.tensor(draw(st.lists(st.booleans(), min_size=12, max_size=12))).view(2, hops, STEPS),
        num_nodes=len(batch),
    )


def asked_of_facts(relation: Tensor, data: Data, hop: int) -> Tensor:
    """``r M_rel^T``: the probability of the step of each fact of a hop."""
    facts = range(data.hop_ptr[hop], data.hop_ptr[hop + 1])
    found = [relation[int(data.batch[data.edge_index[0, f]]), int(data.edge_type[f])] for f in facts]
    return torch.stack(found) if found else relation.new_zeros(0)


def by_seed(logits: Tensor, data: Data) -> tuple[list[Tensor], Tensor]:
    """The probability of each row of the seeds, over those of the same seed, and of each fact of the first hop."""
    weight = [logits[data.batch[node], 0, step].exp() for node, step in data.start.T.tolist()]
    total = {
        node: sum(w for w, n in zip(weight, data.start[0].tolist(), strict=True) if n == node)
        for node in data.start[0].tolist()
    }
    start = [w / total[node] for w, node in zip(weight, data.start[0].tolist(), strict=True)]
    rows = data.start.T.tolist()
    facts = range(data.hop_ptr[1])
    found = [start[rows.index([int(data.edge_index[0, f]), int(data.edge_type[f])])] for f in facts]
    return start, torch.stack(found) if found else logits.new_zeros(0)


def dense(x: Tensor, strength: Tensor, data: Data, hop: int) -> Tensor:
    """``(x M_subj^T ⊙ r M_rel^T) M_obj``, with one-hot matrices over the facts of a hop."""
    facts = range(data.hop_ptr[hop], data.hop_ptr[hop + 1])
    subject = torch.zeros(len(facts), data.num_nodes, dtype=x.dtype)
    obj = torch.zeros_like(subject)
    for row, fact in enumerate(facts):
        s, o = data.edge_index[:, fact].tolist()
        subject[row, s] = obj[row, o] = 1
    y = (x @ subject.T * strength) @ obj
    return torch.minimum(y, torch.ones_like(y))


@settings(max_examples=30, deadline=None)
@given(subgraphs(), st.integers(0, 2**16))
def test_one_hop_is_the_equation(data: Data, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    x = torch.rand(data.num_nodes, generator=generator, dtype=torch.float64)
    relation = torch.rand(2, STEPS, generator=generator, dtype=torch.float64)
    for hop in range(2):
        strength = asked_of_facts(relation, data, hop)
        torch.testing.assert_close(follow(x, strength, data, hop), dense(x, strength, data, hop))


@settings(max_examples=30, deadline=None)
@given(subgraphs(), st.integers(0, 2**16))
def test_all_hops_mix_gate_and_truncate(data: Data, seed: int) -> None:
    given_ = _inputs(data, seed, scale=1.0)
    candidate, logits, hop, passes = given_
    followed = follow_all(candidate, logits, hop, passes, data)
    start, first = by_seed(logits, data)
    assert followed.start.tolist() == pytest.approx([float(p) for p in start])
    x = torch.zeros(data.num_nodes, dtype=torch.float64)
    for node, p in zip(data.seed.tolist(), candidate, strict=True):
        x[node] += p
    seeded, score = x.clone(), torch.zeros_like(x)
    for k in range(2):
        strength = first if k == 0 else asked_of_facts(followed.relation[:, k], data, k)
        x = dense(x, strength, data, k)
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
    y = follow(x, torch.ones(2), data, 0)
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
        start=empty.view(2, 0),
        start_row=empty,
        available=torch.zeros(2, 2, steps, dtype=torch.bool),
        num_nodes=0,
    )
    followed = follow_all(torch.zeros(0), torch.zeros(2, 2, steps), torch.ones(2, 2), torch.ones(2, 2), data)
    assert followed.score.shape == (0,)
    assert followed.start.shape == (0,)
    assert followed.relation.shape == (2, 2, steps)


def _inputs(data: Data, seed: int, *, scale: float) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    g = torch.Generator().manual_seed(seed)
    candidate = scale * torch.rand(len(data.seed), generator=g, dtype=torch.float64)
    logits = torch.randn(2, 2, STEPS, generator=g, dtype=torch.float64)
    hop = torch.randn(2, 2, generator=g, dtype=torch.float64).softmax(-1)
    passes = torch.rand(2, 2, generator=g, dtype=torch.float64)
    return candidate, logits, hop, passes
