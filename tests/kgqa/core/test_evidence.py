"""The proofs of programs: the facts of a proof alone are enough for the answer."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphdb import Direction, Entity, Fact, Hop, Path, SetOperation, Step, nodes_in
from graphdb.sql import SqlStore
from kgqa.answering.answer import Proof
from kgqa.answering.evidence import evidence
from kgqa.answering.programs import Choice, Chosen
from tests.kgqa.core.graphs import GRAPHS, fill, view_of
from tests.kgqa.core.test_prove import PATHS
from tests.reference import Reference

AND, OR, NOT = SetOperation.INTERSECTION, SetOperation.UNION, SetOperation.DIFFERENCE


def choice(operation: SetOperation | None, *paths: Path) -> Choice:
    return Choice(tuple(Chosen(path, 1.0, 0, ()) for path in paths), operation, 1.0)


def given_by(proof: Proof, entities: list[Entity]) -> Reference:
    """A graph of nothing but the facts of a proof, and the types, which no fact states."""
    alone = Reference()
    for entity in entities:
        alone.upsert_entity(Entity(entity.key, types=entity.types))
    for fact in proof.facts:
        alone.upsert_fact(fact)
    return alone


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(GRAPHS, st.sampled_from([None, AND, OR, NOT]), st.lists(PATHS, min_size=2, max_size=3))
def test_the_facts_alone_give_the_answer(
    store: SqlStore, graph: tuple[list[Entity], list[Fact]], operation: SetOperation | None, paths: list[Path]
) -> None:
    whole = fill(store, graph)
    chosen = choice(operation, *(paths if operation else paths[:1]))
    (answers,) = map(nodes_in, store.run([chosen.program]))
    proofs = evidence(view_of(store), chosen, answers, fan_out=1000)
    assert [proof.node for proof in proofs] == list(answers)
    for proof in proofs:
        assert len(set(proof.facts)) == len(proof.facts)
        assert set(store.facts([fact.triple for fact in proof.facts])) == set(proof.facts)
        alone = given_by(proof, graph[0])
        needed = chosen.branches[:1] if operation is NOT else chosen.branches
        for branch in needed:
            if operation is not OR or proof.node in whole.answer(branch.path):
                assert proof.node in alone.answer(branch.path)


FILMS = [
    Fact("pacino", "acted in", "heat"),
    Fact("pacino", "acted in", "insomnia"),
    Fact("mann", "directed", "heat"),
    Fact("mann", "directed", "collateral"),
]
ACTED, DIRECTED = FILMS[0], FILMS[2]
OF_PACINO, OF_MANN = Path("pacino", (Hop(Step("acted in")),)), Path("mann", (Hop(Step("directed")),))


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (None, {"heat": (ACTED,), "insomnia": (FILMS[1],)}),
        (AND, {"heat": (ACTED, DIRECTED)}),
        (OR, {"collateral": (FILMS[3],), "heat": (ACTED, DIRECTED), "insomnia": (FILMS[1],)}),
        (NOT, {"insomnia": (FILMS[1],)}),
    ],
)
def test_by_hand(store: SqlStore, operation: SetOperation | None, expected: dict[str, tuple[Fact, ...]]) -> None:
    fill(store, ([], FILMS))
    chosen = choice(operation, *([OF_PACINO, OF_MANN] if operation else [OF_PACINO]))
    (answers,) = map(nodes_in, store.run([chosen.program]))
    proofs = evidence(view_of(store), chosen, answers, fan_out=10)
    assert {proof.node: proof.facts for proof in proofs} == expected


def test_what_only_one_of_the_sets_has_is_no_proved_intersection(store: SqlStore) -> None:
    fill(store, ([], FILMS))
    nodes = ["heat", "insomnia", "collateral", "unknown"]
    assert [p.node for p in evidence(view_of(store), choice(AND, OF_PACINO, OF_MANN), nodes, fan_out=10)] == ["heat"]
    assert [p.node for p in evidence(view_of(store), choice(OR, OF_PACINO, OF_MANN), nodes, fan_out=10)] == nodes[:3]


def test_a_fact_that_both_sets_need_is_given_once(store: SqlStore) -> None:
    fill(store, ([], FILMS))
    back = Hop(Step("directed", Direction.IN))
    chosen = choice(AND, Path("heat", (back,)), Path("heat", (back,)))
    assert evidence(view_of(store), chosen, ["mann"], fan_out=10) == [Proof("mann", (DIRECTED,))]
