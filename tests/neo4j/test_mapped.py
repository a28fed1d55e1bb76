"""A graph that kgqa did not write: every read works on it through a mapping, and nothing is written to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path as FilePath

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphdb import TYPE_RELATION, Direction, Entity, EntityType, Fact, GraphStore, Hop, Literal, Path, Step, order_of
from graphdb.errors import ReadOnlyStoreError
from graphdb.mapping import AttributeMapping, Mapping
from graphdb.neo4j import Neo4jStore, inspect
from tests.contract import checks
from tests.neo4j import films
from tests.neo4j.server import Server, execute

pytestmark = pytest.mark.neo4j


@pytest.fixture(scope="module")
def films_url() -> Iterator[str]:
    """The URL of the graph of films."""
    from tests.neo4j.server import server

    here = server()
    with here.graph(*films.LABELS) as url:
        with here.connection() as connection:
            execute(connection, films.SCHEMA)
            execute(connection, films.CREATE, **films.PARAMETERS)
        try:
            yield url
        finally:
            with here.connection() as connection:
                execute(connection, films.DROP_SCHEMA)


@pytest.fixture(scope="module")
def store(films_url: str) -> Iterator[Neo4jStore]:
    """A store that reads the films."""
    with Neo4jStore.open(films_url, mapping=films.MAPPING) as opened:
        yield opened


def test_it_is_a_store(store: Neo4jStore) -> None:
    assert isinstance(store, GraphStore)


def test_every_read_agrees_with_the_reference(store: Neo4jStore) -> None:
    checks.check_reads(store, films.reference())


SEEDS = st.sampled_from(sorted(films.reference().nodes(), key=order_of)) | st.sampled_from(
    ["Person:9", "Film:1", "Person:x", "tt0133093", "", Literal("Ohio"), EntityType("Review")]
).filter(bool)
STEPS = st.builds(
    Step, st.sampled_from([*sorted(films.reference().relations()), "ABOUT", "unknown"]), st.sampled_from(Direction)
)
PATHS = st.builds(Path, SEEDS, st.lists(st.builds(Hop, STEPS, st.booleans()), max_size=3).map(tuple))


@given(paths=st.lists(PATHS, min_size=1, max_size=10))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_paths_agree_with_the_reference(store: Neo4jStore, paths: list[Path]) -> None:
    graph = films.reference()
    assert [list(found) for found in store.run(paths)] == [sorted(graph.run(p), key=order_of) for p in paths]


def test_the_schema_says_what_the_mapping_says(store: Neo4jStore) -> None:
    schema = store.schema()
    acted_in = schema.relation("ACTED_IN")
    assert acted_in is not None
    assert (acted_in.text, acted_in.inverse_text) == ("acted in", "cast")
    assert acted_in.subject_types == ("Actor", "Person")
    assert [t.text for t in schema.types] == ["actor", "film", "film maker", "person"]
    assert schema.relation("ABOUT") is None


def test_an_attribute_can_be_renamed(films_url: str) -> None:
    film = replace(films.MAPPING.nodes[1], renamed={"key": "imdb"}, attributes=())
    with pytest.raises(Exception, match="no attribute can be called 'key'"):
        replace(films.MAPPING, nodes=(films.MAPPING.nodes[0], film))
    film = replace(film, renamed={"catalogue key": "imdb"})
    mapping = replace(
        films.MAPPING,
        nodes=(films.MAPPING.nodes[0], film),
        attributes=(AttributeMapping("catalogue key", "number in the catalogue"),),
    )
    with Neo4jStore.open(films_url, mapping=mapping) as store:
        seed = Path(Literal("tt0133093"), (Hop(Step("catalogue key", Direction.IN)),))
        assert store.run([seed]) == [["Film:tt0133093"]]
        info = store.schema().relation("catalogue key")
        assert info is not None
        assert (info.text, info.facts) == ("number in the catalogue", 3)


def test_nodes_of_two_labels_belong_to_one(films_url: str) -> None:
    """Actors are mapped by their names, and all other people by their numbers."""
    person, film = films.MAPPING.nodes
    person = replace(person, unless=("Actor",))
    actor = replace(person, label="Actor", key="name", key_type=film.key_type, unless=())
    relationship = films.MAPPING.relationships[2]
    knows = replace(relationship, subjects=("Person", "Actor"), objects=("Person", "Actor"))
    mapping = replace(films.MAPPING, nodes=(person, actor, film), relationships=(knows,))
    with Neo4jStore.open(films_url, mapping=mapping) as store:
        keys = {entity.key for batch in store.scan() for entity in batch}
        assert {k for k in keys if not k.startswith("Film")} == {
            "Person:2",
            "Person:4",
            "Actor:Keanu Reeves",
            "Actor:Chris Evans",
        }
        assert store.run([Path("Person:2", (Hop(Step("KNOWS")),))]) == [["Actor:Keanu Reeves"]]
        assert store.run([Path("Actor:Keanu Reeves", (Hop(Step("KNOWS")), Hop(Step("KNOWS"))))]) == [
            ["Actor:Keanu Reeves"]
        ]
        assert store.facts([("Actor:Keanu Reeves", "KNOWS", "Person:2")]) == [
            Fact("Actor:Keanu Reeves", "KNOWS", "Person:2", {"since": 1998})
        ]


def test_parallel_relationships_are_one_fact(neo4j_server: Server, films_url: str) -> None:
    create = "MATCH (a:Person {id: 4}), (b:Film {imdb: 'tt2911666'}) CREATE (a)-[:ACTED_IN {roles: [$role]}]->(b)"
    with neo4j_server.connection() as connection, Neo4jStore.open(films_url, mapping=films.MAPPING) as store:
        for role in ("Guard", "Guest"):
            execute(connection, create, role=role)
        try:
            row = ("Person:4", Step("ACTED_IN"))
            assert store.neighbours([row]).targets == ["Film:tt2911666"]
            assert store.neighbours([row], limit=1).truncated == []
            fact = Fact("Person:4", "ACTED_IN", "Film:tt2911666", {"roles": ("Guard", "Guest")})
            assert store.facts([fact.triple]) == [fact]
        finally:
            execute(connection, "MATCH (:Person {id: 4})-[r:ACTED_IN]->() DELETE r")


def test_nothing_is_written(store: Neo4jStore, neo4j_server: Server) -> None:
    writes: list[Callable[[], object]] = [
        lambda: store.upsert_entities([Entity("a")]),
        lambda: store.delete_entities(["Person:1"]),
        lambda: store.upsert_facts([Fact("a", "r", "b")]),
        lambda: store.delete_facts([("Person:1", "KNOWS", "Person:2")]),
    ]
    for write in writes:
        with pytest.raises(ReadOnlyStoreError, match="through a mapping and never written"):
            write()
    assert store.graph_id
    with neo4j_server.connection() as connection:
        labels = {label for (label,) in connection.rows("MATCH (n) UNWIND labels(n) AS l RETURN DISTINCT l")}
        assert labels == {"Person", "Actor", "Film-maker", "Film", "Review"}


def test_changes_are_not_known(store: Neo4jStore) -> None:
    assert store.watermark() == 0
    changed = [change for batch in store.changes(0) for change in batch]
    assert {c.key for c in changed} == set(films.reference().names)
    assert {(c.sequence, c.deleted) for c in changed} == {(0, False)}


def test_the_identity_is_that_of_the_keys(films_url: str, store: Neo4jStore) -> None:
    text = replace(films.MAPPING, relationships=films.MAPPING.relationships[:1])
    with Neo4jStore.open(films_url, mapping=text) as other:
        assert other.graph_id == store.graph_id
    by_name = replace(films.MAPPING.nodes[1], key="title")
    with Neo4jStore.open(films_url, mapping=replace(films.MAPPING, nodes=(films.MAPPING.nodes[0], by_name))) as other:
        assert other.graph_id != store.graph_id


# --- inspect ----------------------------------------------------------------------------------------------------------


def test_inspect_proposes_the_mapping(films_url: str) -> None:
    proposed = inspect(films_url)
    person, film = proposed.nodes
    assert person == films.MAPPING.nodes[0]
    assert film == replace(
        films.MAPPING.nodes[1], attributes=("genres", "imdb", "released"), single=("imdb", "released")
    )
    assert [(r.type, r.subjects, r.objects, r.properties) for r in proposed.relationships] == [
        (r.type, r.subjects, r.objects, r.properties) for r in films.MAPPING.relationships
    ]
    assert [t.label for t in proposed.types] == ["Actor", "Film", "Film-maker", "Person"]


def test_inspect_says_what_it_left_out(films_url: str) -> None:
    text = inspect(films_url).to_toml()
    assert "# Left out: 'Review' (2 nodes), as no property identifies its nodes." in text
    assert "# Left out: the relationships 'ABOUT'" in text
    assert "'plot' (texts of up to 3,400 characters)" in text
    assert "'vector' (up to 100 numbers)" in text
    assert "'home' (of type point)" in text
    assert "'id' is kept unique by a constraint" in text
    assert "'imdb' is different on all nodes" in text


def test_a_proposal_is_read_back_and_works(films_url: str, tmp_path: FilePath) -> None:
    path = tmp_path / "mapping.toml"
    proposed = inspect(films_url)
    proposed.write(path)
    assert Mapping.read(path) == proposed
    with Neo4jStore.open(films_url, mapping=path) as store:
        cast = Path(Literal("action"), (Hop(Step("genres", Direction.IN)), Hop(Step("ACTED_IN", Direction.IN))))
        assert store.run([cast]) == [["Person:1", "Person:3"]]
        films_of = Path(EntityType("Film-maker"), (Hop(Step(TYPE_RELATION, Direction.IN)), Hop(Step("DIRECTED"))))
        assert store.run([films_of]) == [["Film:tt0133093"]]
