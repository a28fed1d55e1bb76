"""The likeliest programs against enumerating all of them."""

from __future__ import annotations

from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphdb import Combined, Hop, Literal, Node, NodeSet, Path, SetOperation, Step
from kgqa.answering.programs import Branch, Choice, Scored, Span, likeliest
from kgqa.model import outcomes
from kgqa.subgraph.view import FloatArray

STEPS = (Step("r"), Step("q"))
HOPS = 2
SHARES = st.sampled_from([0.0, 0.125, 0.25, 0.375, 0.5, 1.0])
ROWS = st.lists(st.tuples(st.integers(0, 1), SHARES), unique_by=lambda row: row[0])
NODES: st.SearchStrategy[Node] = st.sampled_from(["a", "b", "c", Literal("a")])
PLACES = st.sampled_from([(0, 4), (2, 6), (5, 9), (9, 12)])
SPANS = st.builds(lambda node, place: Span(node, *place), NODES, PLACES)


def array(values: object) -> FloatArray:
    return np.array(values, dtype=np.float32)


@st.composite
def branches_of(draw: st.DrawFn, spans: list[Span]) -> Branch:
    """A branch, where every node has the steps of its own at the first hop."""
    shares = st.lists(SHARES, min_size=HOPS, max_size=HOPS)
    return Branch(
        array(draw(st.lists(SHARES, min_size=len(spans), max_size=len(spans)))),
        {node: draw(ROWS) for node in dict.fromkeys(span.node for span in spans)},
        array(draw(st.lists(SHARES, min_size=HOPS * 2, max_size=HOPS * 2))).reshape(HOPS, 2),
        array(draw(shares)),
        array(draw(shares)),
    )


def paths_of(branch: Branch, spans: list[Span]) -> dict[Path, tuple[float, Span]]:
    """Every path of a branch that has a chance: its probability, and the likeliest span that it starts from."""
    found: dict[Path, tuple[float, Span]] = {}
    for node in dict.fromkeys(span.node for span in spans):
        own = [(float(p), -i) for i, (s, p) in enumerate(zip(spans, branch.candidate, strict=True)) if s.node == node]
        first = dict(branch.start.get(node, ()))
        for length in range(1, HOPS + 1):
            for chain in product(range(2), repeat=length):
                parts = [first.get(chain[0], 0.0), *(float(branch.relation[k][s]) for k, s in enumerate(chain) if k)]
                ends = float(branch.hop[length - 1])
                if ends and all(parts):
                    hops = tuple(Hop(STEPS[s], bool(branch.seed_passes[k] < 0.5)) for k, s in enumerate(chain))
                    probability = sum(p for p, _ in own) * prod(parts) * ends
                    found[Path(node, hops)] = probability, spans[-max(own)[1]]
    return found


def check(choices: list[Choice], spans: list[Span]) -> None:
    """Best first, and every branch says where it starts and how sure each of its steps is."""
    probabilities = [choice.probability for choice in choices]
    assert probabilities == sorted(probabilities, reverse=True)
    for branch in (branch for choice in choices for branch in choice.branches):
        assert spans[branch.candidate].node == branch.path.seed
        assert len(branch.steps) == len(branch.path.hops)


@settings(max_examples=60, deadline=None)
@given(st.lists(SPANS, max_size=5), st.data())
def test_they_are_the_best_of_all(spans: list[Span], data: st.DataObject) -> None:
    branch = data.draw(branches_of(spans))
    scored = Scored([branch], array([1.0]))
    found = likeliest(scored, spans, STEPS, limit=1000)
    expected = {path: p for path, (p, _) in paths_of(branch, spans).items()}
    assert {choice.program: choice.probability for choice in found} == pytest.approx(expected)
    check(found, spans)
    assert likeliest(scored, spans, STEPS, limit=2) == found[:2]


@settings(max_examples=100, deadline=None)
@given(st.lists(SPANS, max_size=4), st.lists(SHARES, min_size=4, max_size=4), st.data())
def test_of_two_branches_the_best_of_all_pairs(spans: list[Span], combine: list[float], data: st.DataObject) -> None:
    """Both branches start from words of their own, and only the best few paths of each are paired."""
    parts = [data.draw(branches_of(spans)) for _ in range(2)]
    found = likeliest(Scored(parts, array(combine)), spans, STEPS, limit=1000)
    single, *several = zip(outcomes(2), combine, strict=True)
    one, two = (paths_of(branch, spans) for branch in parts)
    expected: dict[NodeSet, float] = {path: p * single[1] for path, (p, _) in one.items()}
    for (way, share), (a, (p, at)), (b, (q, other)) in product(several, one.items(), two.items()):
        if share and (at.end <= other.start or other.end <= at.start):
            assert way.operation is not None
            expected[Combined(way.operation, (a, b))] = p * q * share
    got = {choice.program: choice.probability for choice in found}
    check(found, spans)
    assert {program: p for program, p in got.items() if isinstance(program, Path)} == pytest.approx(
        {program: p for program, p in expected.items() if isinstance(program, Path)}
    )
    assert got == pytest.approx({program: expected[program] for program in got})
    if len(one) <= 4 and len(two) <= 4:
        assert got.keys() == expected.keys()
    for choice in found:
        assert len(choice.branches) == (1 if choice.operation is None else 2)


def sure(node: Node, step: int = 0, probability: float = 1.0) -> Branch:
    """A branch that follows one step from one of the nodes of :data:`NAMED`."""
    candidate = array([probability if span.node == node else 0.0 for span in NAMED])
    return Branch(candidate, {node: [(step, 1.0)]}, np.zeros((1, 2), dtype=np.float32), array([1.0]), array([0.0]))


NAMED = [Span("a", 0, 1), Span("b", 2, 3), Span("c", 4, 5), Span("d", 2, 5)]
A, B, C = (Path(node, (Hop(Step(step), exclude_seed=True),)) for node, step in (("a", "r"), ("b", "q"), ("c", "r")))


@pytest.mark.parametrize(
    ("way", "program"),
    [
        (0, A),
        (1, Combined(SetOperation.INTERSECTION, (A, B))),
        (2, Combined(SetOperation.INTERSECTION, (A, B, C))),
        (3, Combined(SetOperation.UNION, (A, B))),
        (4, Combined(SetOperation.UNION, (A, B, C))),
        (5, Combined(SetOperation.DIFFERENCE, (A, B))),
    ],
)
def test_each_way_to_combine_is_its_program(way: int, program: NodeSet) -> None:
    combine = np.full(6, 0.04, dtype=np.float32)
    combine[way] = 0.8
    found = likeliest(Scored([sure("a"), sure("b", 1), sure("c")], combine), NAMED, STEPS, limit=8)
    assert found[0].program == program
    assert found[0].probability == pytest.approx(0.8)
    assert len({choice.program for choice in found}) == 6


def test_branches_do_not_share_words() -> None:
    combine = array([0.1, 0.9, 0.0, 0.0])
    found = likeliest(Scored([sure("b"), sure("d")], combine), NAMED, STEPS, limit=8)
    assert [choice.operation for choice in found] == [None]


def test_a_branch_that_was_not_followed_is_in_no_program() -> None:
    found = likeliest(Scored([sure("a")], array([0.5, 0.3, 0.1, 0.1])), NAMED, STEPS, limit=8)
    assert [choice.program for choice in found] == [A]


def test_no_candidates_no_steps() -> None:
    ones, relation = array([1.0, 1.0]), np.ones((2, 2), dtype=np.float32)
    combine = array([1.0, 0.0, 0.0, 0.0])
    assert likeliest(Scored([Branch(array([]), {}, relation, ones, ones)], combine), [], STEPS, limit=5) == []
    nowhere = Branch(ones, {}, np.zeros((2, 0), dtype=np.float32), ones, ones)
    assert likeliest(Scored([nowhere, nowhere], combine), NAMED[:2], (), limit=5) == []
    assert likeliest(Scored([], combine), [], STEPS, limit=5) == []
