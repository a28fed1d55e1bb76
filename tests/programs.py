"""Random programs, and what it takes for the answers of a store to be right."""

from __future__ import annotations

import math
from collections.abc import Sequence

from hypothesis import strategies as st

from graphdb import GraphStore, Literal, LiteralKind, Node, Path, Step
from graphdb.programs import (
    NAME,
    Aggregate,
    Combined,
    Compare,
    Comparison,
    Condition,
    Count,
    Difference,
    Exists,
    FactValues,
    Following,
    Function,
    HasNeighbours,
    NodeSet,
    Program,
    Ranked,
    Restricted,
    SetOperation,
    SharedNeighbour,
    Through,
)
from tests.reference import Reference

_TEXT_ONLY = [Comparison.CONTAINS, Comparison.STARTS_WITH]
_COMPARISONS = [comparison for comparison in Comparison if comparison not in _TEXT_ONLY]


def check_programs(store: GraphStore, reference: Reference, programs: Sequence[Program]) -> None:
    """A store's answers are those of the reference; floats that were computed may differ in their last digits."""
    for program, answer in zip(programs, store.run(programs), strict=True):
        expected = reference.answer(program)
        assert agree(answer, expected), f"{program}: {list(answer)}, not {expected}"


def agree(answer: Sequence[Node], expected: Sequence[Node]) -> bool:
    """Whether two answers are the same, but for the last digits of a float."""
    return len(answer) == len(expected) and all(map(_same, answer, expected))


def _same(one: Node, other: Node) -> bool:
    if isinstance(one, Literal) and isinstance(other, Literal) and isinstance(other.value, float):
        numbers = one.kind is other.kind is LiteralKind.NUMBER
        return numbers and math.isclose(float(one.value), other.value, rel_tol=1e-9, abs_tol=1e-9)  # type: ignore[arg-type]
    return one == other


def programs(
    paths: st.SearchStrategy[Path],
    steps: st.SearchStrategy[Step],
    attributes: st.SearchStrategy[str],
    literals: st.SearchStrategy[Literal],
) -> st.SearchStrategy[Program]:
    """Programs of every form, nested a few levels deep.

    :param attributes: the names of attributes, and of properties of facts.
    :param literals: what these are compared with.
    """
    compared = _comparisons(attributes, literals)
    conditions = _conditions(compared, steps, literals)
    sets: st.SearchStrategy[NodeSet] = st.recursive(
        paths,
        lambda inner: (
            _sets(inner, conditions, steps, steps | attributes) | _of_facts(inner, compared, steps, attributes)
        ),
        max_leaves=5,
    )
    computed: st.SearchStrategy[Program] = (
        st.builds(Count, sets)
        | st.builds(Exists, sets)
        | st.builds(Aggregate, st.sampled_from(Function), sets, attributes)
        | st.builds(Difference, sets, sets, attributes)
    )
    return sets | computed


def _comparisons(
    attributes: st.SearchStrategy[str], literals: st.SearchStrategy[Literal]
) -> st.SearchStrategy[Compare]:
    return st.builds(_comparison, attributes, st.sampled_from(Comparison), literals)


def _comparison(attribute: str, comparison: Comparison, value: Literal) -> Compare:
    return Compare(attribute, comparison, Literal(str(value)) if comparison in _TEXT_ONLY else value)


def _conditions(
    compared: st.SearchStrategy[Compare], steps: st.SearchStrategy[Step], literals: st.SearchStrategy[Literal]
) -> st.SearchStrategy[Condition]:
    return (
        compared
        | _comparisons(st.just(NAME), literals)
        | st.builds(HasNeighbours, steps, st.sampled_from(_COMPARISONS), st.integers(0, 3))
        | st.builds(SharedNeighbour, steps, steps)
    )


def _sets(
    inner: st.SearchStrategy[NodeSet],
    conditions: st.SearchStrategy[Condition],
    steps: st.SearchStrategy[Step],
    by: st.SearchStrategy[str | Step],
) -> st.SearchStrategy[NodeSet]:
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    few = st.lists(conditions, min_size=1, max_size=2).map(tuple)
    return (
        st.builds(Combined, st.sampled_from(SetOperation), parts)
        | st.builds(Restricted, inner, few)
        | st.builds(Ranked, inner, by, st.integers(1, 3), st.booleans())
        | st.builds(Following, inner, st.lists(steps, min_size=1, max_size=2).map(tuple))
    )


def _of_facts(
    inner: st.SearchStrategy[NodeSet],
    compared: st.SearchStrategy[Compare],
    steps: st.SearchStrategy[Step],
    properties: st.SearchStrategy[str],
) -> st.SearchStrategy[NodeSet]:
    few = st.lists(compared, min_size=1, max_size=2).map(tuple)
    return st.builds(FactValues, inner, steps, properties, st.none() | inner) | st.builds(Through, inner, steps, few)
