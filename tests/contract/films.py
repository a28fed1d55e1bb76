"""People, and the films that they directed and wrote: what programs are asked of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from graphdb import (
    TYPE_RELATION,
    Entity,
    EntityType,
    Fact,
    Found,
    GraphStore,
    Hop,
    Literal,
    Node,
    Path,
    Scalar,
    Step,
)
from graphdb.programs import (
    Combined,
    Compare,
    Comparison,
    Condition,
    NodeSet,
    Program,
    Restricted,
    SetOperation,
)
from tests.programs import agree
from tests.reference import Reference

IS_A = Step(TYPE_RELATION)
BIG = 2**63 - 1


def path(seed: Node, *steps: Step) -> Path:
    return Path(seed, tuple(Hop(step) for step in steps))


def all_of(type_name: str) -> Path:
    return path(EntityType(type_name), IS_A.reverse)


FILMS, PEOPLE = all_of("Film"), all_of("Person")
DIRECTED, WROTE = Step("directed"), Step("wrote")

OF_ANN, OF_BOB = path("ann", DIRECTED), path("bob", DIRECTED)
UNKNOWN = path("nobody", DIRECTED)
YEARS = path(EntityType("Film"), IS_A.reverse, Step("year"))

ENTITIES = [
    Entity("ann", "Ann Lee", types=("Person",), properties={"born": date(1950, 5, 1)}),
    Entity("bob", "Bob Lee", types=("Person",), properties={"born": date(1949, 12, 31)}),
    Entity("cat", "Émile 100%", types=("Person",)),
    Entity("dan", "it's 'D_n'", types=("Person",), properties={"born": "unknown"}),
    Entity("f1", "Alien", types=("Film",), properties={"year": 1979, "rating": 8.5, "tag": ("SciFi", "horror")}),
    Entity("f2", "Aliens", types=("Film",), properties={"year": 1986, "rating": 8.4, "tag": ("scifi_2", "50% off")}),
    Entity("f3", "Brazil", types=("Film",), properties={"year": 1985, "rating": (-1, 7.9), "tag": ('a "b" \\ c', "É")}),
    Entity("f4", "Dune", types=("Film", "Flop"), properties={"year": 1984, "shown": True, "gross": BIG}),
    Entity("f5", "Eraser", types=("Film",), properties={"year": "1986", "shown": False, "gross": BIG - 1}),
]
FACTS = [
    Fact("ann", "directed", "f1"),
    Fact("ann", "directed", "f2"),
    Fact("ann", "directed", "f3"),
    Fact("ann", "wrote", "f3"),
    Fact("bob", "directed", "f3"),
    Fact("bob", "directed", "f4"),
    Fact("bob", "wrote", "f1"),
    Fact("cat", "wrote", "f2"),
    Fact("ann", "knows", "bob"),
    Fact("cat", "knows", "bob"),
]


def reference_of(entities: Sequence[Entity], facts: Sequence[Fact] = ()) -> Reference:
    reference = Reference()
    for entity in entities:
        reference.upsert_entity(entity)
    for fact in facts:
        reference.upsert_fact(fact)
    return reference


def one(store: GraphStore, program: Program) -> list[Found]:
    (answer,) = store.run([program])
    return list(answer)


def check(store: GraphStore, cases: Sequence[tuple[Program, Sequence[Found]]]) -> None:
    """All in one run; the reference must agree, too."""
    reference = reference_of(ENTITIES, FACTS)
    answers = store.run([program for program, _ in cases])
    for (program, expected), answer in zip(cases, answers, strict=True):
        assert agree(answer, expected), f"{program}: {list(answer)}, not {expected}"
        assert agree(reference.answer(program), expected), program


def compared(members: NodeSet, attribute: str, comparison: str, value: Scalar) -> Restricted:
    return where(members, Compare(attribute, Comparison(comparison), Literal(value)))


def where(members: NodeSet, *conditions: Condition) -> Restricted:
    return Restricted(members, conditions)


def both(*parts: NodeSet) -> Combined:
    return Combined(SetOperation.INTERSECTION, parts)


def either(*parts: NodeSet) -> Combined:
    return Combined(SetOperation.UNION, parts)


def but_not(*parts: NodeSet) -> Combined:
    return Combined(SetOperation.DIFFERENCE, parts)
