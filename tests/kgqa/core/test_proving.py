"""The facts that prove the answers of programs that are more than paths."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import cast

import pytest

from graphdb import EntityType, GraphReader, GraphStore, Hop, Literal, Path, Step, nodes_in, open_store
from graphdb.programs import (
    Combined,
    Compare,
    Comparison,
    Count,
    Difference,
    During,
    Exists,
    FactValues,
    Following,
    HasNeighbours,
    Program,
    Ranked,
    Restricted,
    SetOperation,
    SharedNeighbour,
    Through,
)
from graphdb.values import TYPE_RELATION, Direction, Entity, Fact
from kgqa.answering.proving import proofs

WROTE, DIRECTED, WORKED = Step("wrote"), Step("directed"), Step("worked at")
FILMS = Path(EntityType("Film"), (Hop(Step(TYPE_RELATION, Direction.IN)),))
ANN, ACME = Path("ann", ()), Path("acme", ())
ANN_AT, BOB_AT = "ann worked at acme", "bob worked at acme"


@pytest.fixture
def store(tmp_path: FilePath) -> Iterator[GraphStore]:
    with open_store(f"sqlite:///{tmp_path / 'graph.db'}") as store:
        store.upsert_entities(
            [
                Entity("ann", types=("Person",)),
                Entity("bob", types=("Person",)),
                Entity("one", types=("Film",), properties={"year": 1990, "length": 90}),
                Entity("two", types=("Film",), properties={"year": 2000}),
                Entity("acme", types=("Company",)),
            ]
        )
        store.upsert_facts(
            [
                Fact("ann", "wrote", "one"),
                Fact("ann", "directed", "one"),
                Fact("bob", "wrote", "two"),
                Fact("ann", "directed", "two"),
                Fact("ann", "worked at", "acme", {"from": 2001, "to": 2005, "role": "clerk"}),
                Fact("bob", "worked at", "acme", {"from": 2004, "role": "head"}),
            ]
        )
        yield store


def _after(year: int) -> Restricted:
    return Restricted(FILMS, (Compare("year", Comparison.GREATER, Literal(year)),))


@pytest.mark.parametrize(
    ("program", "facts"),
    [
        (Path("ann", (Hop(WROTE), Hop(WROTE.reverse))), {"ann": ["ann wrote one"]}),
        (_after(1995), {"two": ["two year 2000"]}),
        (
            Restricted(FILMS, (HasNeighbours(DIRECTED.reverse),)),
            {"one": ["ann directed one"], "two": ["ann directed two"]},
        ),
        (
            Restricted(FILMS, (SharedNeighbour(DIRECTED.reverse, WROTE.reverse),)),
            {"one": ["ann directed one", "ann wrote one"]},
        ),
        (Following(_after(1995), (WROTE.reverse,)), {"bob": ["bob wrote two", "two year 2000"]}),
        (
            Combined(SetOperation.INTERSECTION, (Path("ann", (Hop(DIRECTED),)), Path("bob", (Hop(WROTE),)))),
            {"two": ["ann directed two", "bob wrote two"]},
        ),
        (
            Combined(SetOperation.DIFFERENCE, (Path("ann", (Hop(DIRECTED),)), Path("bob", (Hop(WROTE),)))),
            {"one": ["ann directed one"]},
        ),
        (Ranked(Path("ann", (Hop(DIRECTED),)), "year"), {"two": ["ann directed two", "two year 2000"]}),
        (FactValues(ANN, WORKED, "role", ACME), {"clerk": [ANN_AT]}),
        (FactValues(ACME, WORKED.reverse, "role"), {"clerk": [ANN_AT], "head": [BOB_AT]}),
        (
            Through(ACME, WORKED.reverse, (Compare("from", Comparison.LESS, Literal(2003)),)),
            {"ann": [ANN_AT]},
        ),
        (
            Through(ACME, WORKED.reverse, (During("from", "to", Literal(2006), Literal(2007)),)),
            {"bob": [BOB_AT]},
        ),
        (
            Exists(Combined(SetOperation.INTERSECTION, (Path("one", ()), Path("ann", (Hop(WROTE),))))),
            {"True": ["ann wrote one"]},
        ),
        (Exists(Path("bob", (Hop(DIRECTED),))), {}),
        (Difference(Path("two", ()), Path("one", ()), "year"), {"10": ["one year 1990", "two year 2000"]}),
        (Count(FILMS), {}),
        (FILMS, {}),
    ],
    ids=str,
)
def test_each_answer_is_proved_by_its_facts(store: GraphStore, program: Program, facts: dict[str, list[str]]) -> None:
    (found,) = store.run([program])
    shown = {
        str(proof.node): sorted(f"{f.subject} {f.relation} {f.object}" for f in proof.facts)
        for proof in proofs(store, program, nodes_in(found))
    }
    assert shown == facts


class Counting:
    """A graph that counts what is read of it."""

    def __init__(self, graph: GraphStore) -> None:
        self._graph, self.calls = graph, 0

    def __getattr__(self, name: str) -> object:
        self.calls += 1
        return getattr(self._graph, name)


@pytest.mark.parametrize(
    "program",
    [
        _after(1980),
        Path("ann", (Hop(DIRECTED),)),
        Ranked(Path("ann", (Hop(DIRECTED),)), "year"),
        Restricted(FILMS, (HasNeighbours(DIRECTED.reverse),)),
        Following(FILMS, (Step("year"),)),
        FactValues(ACME, WORKED.reverse, "role"),
    ],
    ids=str,
)
def test_more_answers_take_no_more_reads(store: GraphStore, program: Program) -> None:
    films = [Entity(f"f{i}", types=("Film",), properties={"year": 1985 + i}) for i in range(30)]
    store.upsert_entities(films)
    store.upsert_facts([Fact("ann", "directed", film.key) for film in films])
    store.upsert_facts([Fact(f"p{i}", "worked at", "acme", {"role": f"role {i}"}) for i in range(9)])
    (found,) = store.run([program])
    reads = []
    for answers in (nodes_in(found)[:1], nodes_in(found)):
        counting = Counting(store)
        assert len(proofs(cast(GraphReader, counting), program, answers)) == len(answers)
        reads.append(counting.calls)
    assert reads[0] == reads[1]
