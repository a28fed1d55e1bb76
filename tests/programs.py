"""Random programs, and what it takes for the answers of a store to be right."""

from __future__ import annotations

import math
from collections.abc import Sequence

from hypothesis import strategies as st

from graphdb import Found, GraphStore, Literal, LiteralKind, Path, Row, Step, order_of
from graphdb.programs import (
    NAME,
    Aggregate,
    Beside,
    Combined,
    Compare,
    Compared,
    Comparison,
    Condition,
    Count,
    Difference,
    During,
    Exists,
    FactCondition,
    FactValues,
    Following,
    Function,
    Grouped,
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


def agree(answer: Sequence[Found], expected: Sequence[Found]) -> bool:
    """Whether two answers are the same, but for the last digits of a float, and the order of rows that differ in these
    alone."""
    if len(answer) != len(expected):
        return False
    if all(map(_same, answer, expected)):
        return True
    others = {row.node: row for row in expected if isinstance(row, Row)}
    rows = [(row, others[row.node]) for row in answer if isinstance(row, Row) and row.node in others]
    if len(rows) < len(answer) or not all(_same(row, other) for row, other in rows):
        return False
    values = [row.values for row, _ in rows]
    placed = [row.values for row in expected if isinstance(row, Row)]
    return all(len(one) == 1 and _same(one[0], other[0]) for one, other in zip(values, placed, strict=True))


def _same(one: Found, other: Found) -> bool:
    if isinstance(one, Row) and isinstance(other, Row):
        same = one.node == other.node and len(one.values) == len(other.values)
        return same and all(map(_same, one.values, other.values))
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
    facts = compared | _periods(attributes, literals)
    sets: st.SearchStrategy[NodeSet] = st.recursive(
        paths,
        lambda inner: _sets(inner, conditions, steps, steps | attributes) | _of_facts(inner, facts, steps, attributes),
        max_leaves=5,
    )
    grouped = st.builds(Count, sets) | st.builds(Aggregate, st.sampled_from(Function), sets, attributes)
    values = sets | grouped | st.builds(Difference, sets, sets, attributes)
    computed: st.SearchStrategy[Program] = (
        values
        | st.builds(Exists, sets)
        | st.builds(Compared, values, st.sampled_from(_COMPARISONS), values)
        | st.builds(Grouped, grouped, steps, st.none() | sets)
        | st.builds(Beside, sets, attributes)
    )
    return sets | computed


def _periods(attributes: st.SearchStrategy[str], literals: st.SearchStrategy[Literal]) -> st.SearchStrategy[During]:
    able = literals.filter(lambda value: value.kind not in {LiteralKind.STRING, LiteralKind.BOOLEAN})
    bounds = st.tuples(able, able).map(lambda two: two if two[0].kind is two[1].kind else (two[0], two[0]))
    ordered = bounds.map(lambda two: tuple(sorted(two, key=order_of)))
    return st.builds(lambda start, end, two: During(start, end, *two), attributes, attributes, ordered)


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
    conditions: st.SearchStrategy[FactCondition],
    steps: st.SearchStrategy[Step],
    properties: st.SearchStrategy[str],
) -> st.SearchStrategy[NodeSet]:
    few = st.lists(conditions, min_size=1, max_size=2).map(tuple)
    return st.builds(FactValues, inner, steps, properties, st.none() | inner) | st.builds(Through, inner, steps, few)
