"""Proofs against the graph: every fact of a proof is held, and together they lead from the seed to the answer."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphdb import TYPE_RELATION, Direction, Entity, EntityType, Fact, Hop, Literal, Node, Path, Step, nodes_in
from graphdb.sql import SqlStore
from kgqa.answering.answer import Proof
from kgqa.answering.prove import prove
from tests.kgqa.core.graphs import GRAPHS, KEYS, fill, view_of
from tests.reference import Reference

HOPS = st.builds(
    Hop,
    st.builds(Step, st.sampled_from(["r", "q", "year", TYPE_RELATION]), st.sampled_from(Direction)),
    st.booleans(),
)
NODES: list[Node] = [*KEYS, Literal(1), EntityType("T")]
PATHS = st.builds(Path, st.sampled_from(NODES), st.lists(HOPS, min_size=1, max_size=3).map(tuple))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(GRAPHS, st.lists(PATHS, min_size=1, max_size=5))
def test_every_answer_is_proved(store: SqlStore, graph: tuple[list[Entity], list[Fact]], paths: list[Path]) -> None:
    reference = fill(store, graph)
    for path, answers in zip(paths, map(nodes_in, store.run(paths)), strict=True):
        proofs = prove(view_of(store), path, answers, fan_out=1000)
        assert [proof.node for proof in proofs] == list(answers)
        for proof in proofs:
            assert list(store.facts([fact.triple for fact in proof.facts])) == list(proof.facts)
            assert leads_to_answer(reference, path, proof)


def leads_to_answer(reference: Reference, path: Path, proof: Proof) -> bool:
    """Walk the path along the facts of the proof, each stated where it is first needed, and types along the graph."""
    walked: set[tuple[Node, int]] = {(path.seed, 0)}  # where, by how many of the facts
    for hop in path.hops:
        if hop.step.relation == TYPE_RELATION:
            walked = {(there, used) for node, used in walked for there in reference.follow(node, hop.step)}
        else:
            walked = {
                (there, max(used, number))
                for node, used in walked
                for number, fact in enumerate(proof.facts[: used + 1], start=1)
                if (there := _across(fact, node, hop.step)) is not None
            }
        if hop.exclude_seed:
            walked = {(node, used) for node, used in walked if node != path.seed}
    return (proof.node, len(proof.facts)) in walked


def _across(fact: Fact, node: Node, step: Step) -> Node | None:
    """Where a fact leads from a node by a step."""
    ends: tuple[Node, Node] = fact.subject, fact.object
    source, target = ends if step.direction is Direction.OUT else ends[::-1]
    return target if fact.relation == step.relation and source == node else None


def test_beyond_the_bound_nothing_is_claimed(store: SqlStore) -> None:
    fill(store, ([], [Fact("hub", "r", f"x{i}") for i in range(9)]))
    path = Path("hub", (Hop(Step("r")),))
    (answers,) = map(nodes_in, store.run([path]))
    proofs = prove(view_of(store, fan_out=3), path, answers, fan_out=4)
    assert len(answers) == 9
    assert len(proofs) == 4
    assert all(proof.facts == (Fact("hub", "r", str(proof.node)),) for proof in proofs)


def test_what_a_view_left_out_is_read_to_prove_it(store: SqlStore) -> None:
    fill(store, ([], [Fact("hub", "r", f"x{i}") for i in range(9)] + [Fact("x8", "q", "end")]))
    view = view_of(store, fan_out=3)
    (proof,) = prove(view, Path("hub", (Hop(Step("r")), Hop(Step("q")))), ["end"], fan_out=10)
    assert proof.facts == (Fact("hub", "r", "x8"), Fact("x8", "q", "end"))


def test_what_changed_since_the_view_read_it_is_no_proof(store: SqlStore) -> None:
    fill(store, ([], [Fact("a", "r", "b"), Fact("a", "r", "c")]))
    view, path = view_of(store), Path("a", (Hop(Step("r")),))
    assert [proof.node for proof in prove(view, path, ["b", "c"], fan_out=10)] == ["b", "c"]
    store.delete_facts([("a", "r", "b")])
    assert [proof.node for proof in prove(view, path, ["b", "c"], fan_out=10)] == ["c"]


def test_what_is_no_answer_has_no_proof(store: SqlStore) -> None:
    fill(store, ([], [Fact("a", "r", "b"), Fact("b", "r", "c")]))
    assert prove(view_of(store), Path("a", (Hop(Step("r")),)), ["c", "unknown", Literal("b")], fan_out=10) == []
    assert prove(view_of(store), Path("a", (Hop(Step("r")),)), [], fan_out=10) == []


def test_the_properties_of_the_facts_are_given(store: SqlStore) -> None:
    fact = Fact("a", "r", "b", {"role": "Neo"})
    fill(store, ([], [fact]))
    (proof,) = prove(view_of(store), Path("b", (Hop(Step("r", Direction.IN)),)), ["a"], fan_out=10)
    assert proof.facts[0].properties == {"role": "Neo"}
