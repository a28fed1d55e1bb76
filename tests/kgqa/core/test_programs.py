"""The likeliest programs against enumerating all of them."""

from __future__ import annotations

from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphdb import Hop, Literal, Node, Path, Step
from kgqa.answering.programs import Scored, likeliest

STEPS = (Step("r"), Step("q"))
HOPS = 2
SHARES = st.sampled_from([0.0, 0.125, 0.25, 0.375, 0.5, 1.0])


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", "c", Literal("a")]), SHARES), max_size=5),
    st.lists(SHARES, min_size=HOPS * 2, max_size=HOPS * 2),
    st.lists(SHARES, min_size=HOPS, max_size=HOPS),
    st.lists(SHARES, min_size=HOPS, max_size=HOPS),
)
def test_they_are_the_best_of_all(
    candidates: list[tuple[Node, float]], relation: list[float], hop: list[float], passes: list[float]
) -> None:
    nodes = [node for node, _ in candidates]
    scored = Scored(
        np.array([p for _, p in candidates], dtype=np.float32),
        np.array(relation, dtype=np.float32).reshape(HOPS, 2),
        np.array(hop, dtype=np.float32),
        np.array(passes, dtype=np.float32),
    )
    found = likeliest(scored, nodes, STEPS, limit=1000)
    expected: dict[Path, float] = {}
    for node in set(nodes):
        mass = sum(p for n, p in candidates if n == node)
        for length in range(1, HOPS + 1):
            for chain in product(range(2), repeat=length):
                parts = [scored.relation[k][s] for k, s in enumerate(chain)]
                if hop[length - 1] and all(parts):
                    hops = tuple(Hop(STEPS[s], exclude_seed=passes[k] < 0.5) for k, s in enumerate(chain))
                    expected[Path(node, hops)] = float(mass * prod(parts) * hop[length - 1])
    assert {p.path: p.probability for p in found} == pytest.approx(expected)
    assert [p.probability for p in found] == sorted((p.probability for p in found), reverse=True)
    for program in found:
        assert nodes[program.candidate] == program.path.seed
        assert len(program.steps) == len(program.path.hops)
    assert likeliest(scored, nodes, STEPS, limit=2) == found[:2]


def test_no_candidates_no_steps() -> None:
    empty = np.zeros(0, dtype=np.float32)
    ones = np.ones(2, dtype=np.float32)
    assert likeliest(Scored(empty, np.ones((2, 2), dtype=np.float32), ones, ones), [], STEPS, limit=5) == []
    assert likeliest(Scored(ones, np.zeros((2, 0), dtype=np.float32), ones, ones), ["a", "b"], (), limit=5) == []
