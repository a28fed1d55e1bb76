"""What is particular to the store on Neo4j: connections, errors, and how things lie in the database."""

from __future__ import annotations

import logging
import threading

import pytest
from neo4j import GraphDatabase

from graphdb import (
    Direction,
    Entity,
    EntityType,
    Fact,
    GraphStore,
    Hop,
    Literal,
    Outcome,
    Path,
    Step,
    open_store,
)
from graphdb.errors import (
    InputError,
    ReadOnlyStoreError,
    SettingsError,
    StoreAccessError,
    StoreError,
    StoreUnavailableError,
)
from graphdb.mapping import Mapping, NodeMapping
from graphdb.neo4j import Neo4jStore, cypher
from graphdb.neo4j.driver import parse_url
from graphdb.neo4j.reading import merged_properties
from tests.neo4j.server import Server, execute

# --- URLs and errors, without a server --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "shown", "database"),
    [
        ("neo4j://host", "neo4j://host", None),
        ("neo4j+s://host:7688/films", "neo4j+s://host:7688", "films"),
        ("bolt://user:p%40ss@host/", "bolt://host", None),
        ("neo4j://[::1]:7687/a%20b", "neo4j://[::1]:7687", "a b"),
        ("neo4j://host?policy=eu", "neo4j://host?policy=eu", None),
    ],
)
def test_a_url_is_taken_apart(url: str, shown: str, database: str | None) -> None:
    address = parse_url(url)
    assert (address.url, address.database) == (shown, database)
    assert "p@ss" not in repr(address)


@pytest.mark.parametrize("url", ["http://host", "neo4j:host", "neo4j://", "neo4j://host:port", "host:7687"])
def test_a_url_that_cannot_be_read(url: str) -> None:
    with pytest.raises(SettingsError, match="neo4j://HOST:7687"):
        Neo4jStore.open(url)


def test_no_server() -> None:
    with pytest.raises(StoreUnavailableError, match=r"(?s)bolt://127\.0\.0\.1:1 .*check that it runs") as raised:
        Neo4jStore.open("bolt://neo4j:secret@127.0.0.1:1", retry_time_s=0)
    assert raised.value.is_retryable()
    assert "secret" not in str(raised.value)


def test_a_mapping_is_for_neo4j_alone() -> None:
    with pytest.raises(SettingsError, match="only a graph in Neo4j can have one"):
        open_store("sqlite://", mapping=Mapping((NodeMapping("A", "id"),)))


def test_a_mapping_is_read_before_connecting() -> None:
    with pytest.raises(SettingsError, match=r"none\.toml cannot be read"):
        open_store("bolt://127.0.0.1:1", mapping="none.toml")


def test_properties_of_parallel_relationships_are_put_together() -> None:
    several: list[dict[str, object]] = [{"a": 1, "b": "x"}, {"a": 2, "b": 3}, {"c": [True]}]
    assert merged_properties(several) == {"a": (1, 2), "b": ("x",), "c": (True,)}
    assert merged_properties(several, frozenset({"c"})) == {"c": (True,)}


# --- connections ------------------------------------------------------------------------------------------------------

neo4j = pytest.mark.neo4j


@neo4j
def test_wrong_credentials(neo4j_server: Server) -> None:
    with pytest.raises(StoreAccessError, match=r"refused the credentials .* KGQA_NEO4J_PASSWORD") as raised:
        Neo4jStore.open(neo4j_server.uri, auth=("neo4j", "wrong-secret"))
    assert "wrong-secret" not in str(raised.value)
    assert not raised.value.is_retryable()


@neo4j
def test_credentials_come_from_the_environment(url: str, neo4j_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGQA_NEO4J_USER", neo4j_server.auth[0])
    monkeypatch.setenv("KGQA_NEO4J_PASSWORD", neo4j_server.auth[1])
    with open_store(neo4j_server.uri) as store:
        assert isinstance(store, Neo4jStore)
        store.upsert_entities([Entity("a")])
    monkeypatch.setenv("KGQA_NEO4J_PASSWORD", "wrong-secret")
    with pytest.raises(StoreAccessError):
        open_store(neo4j_server.uri)
    with open_store(neo4j_server.uri, auth=neo4j_server.auth) as store:
        assert set(store.entities(["a"])) == {"a"}
    with open_store(url) as store:
        assert neo4j_server.auth[1] not in f"{store!r} {store.url} {store}"


@neo4j
def test_a_database_that_is_not_there(url: str) -> None:
    with pytest.raises(StoreError, match="nothere"):
        Neo4jStore.open(url, database="nothere", retry_time_s=0)
    with Neo4jStore.open(f"{url}/neo4j") as store:
        assert store.url.endswith("/neo4j")


@neo4j
@pytest.mark.usefixtures("url")
def test_a_driver_passed_in_is_left_to_its_owner(neo4j_server: Server) -> None:
    with GraphDatabase.driver(neo4j_server.uri, auth=neo4j_server.auth) as driver:
        for _ in range(2):
            with Neo4jStore.on_driver(driver, neo4j_server.uri) as store:
                store.upsert_facts([Fact("a", "r", "b")])
            store.close()
            with pytest.raises(StoreError, match="is closed: open it again"):
                store.watermark()
        driver.verify_connectivity()


@neo4j
def test_reading_only(url: str) -> None:
    with pytest.raises(StoreError, match="holds no graph that kgqa wrote"):
        Neo4jStore.open(url, read_only=True)
    with Neo4jStore.open(url) as store:
        store.upsert_facts([Fact("a", "r", "b")])
        graph_id = store.graph_id
    with Neo4jStore.open(url, read_only=True) as store:
        assert store.run([Path("a", (Hop(Step("r")),))]) == [["b"]]
        assert store.graph_id == graph_id
        with pytest.raises(ReadOnlyStoreError, match="open it without read_only"):
            store.upsert_facts([Fact("a", "r", "c")])


@neo4j
def test_a_graph_of_somebody_else_is_pointed_out(neo4j_server: Server, caplog: pytest.LogCaptureFixture) -> None:
    with neo4j_server.graph("Note") as url, neo4j_server.connection() as connection:
        execute(connection, "CREATE (:Note {text: 'mine'})")
        with caplog.at_level(logging.WARNING), Neo4jStore.open(url) as store:
            assert store.schema().entities == 0
        assert "kgqa inspect" in caplog.text
        assert connection.rows("MATCH (n) RETURN count(n)") == [[1]]


@neo4j
def test_it_is_a_store(store: Neo4jStore) -> None:
    assert isinstance(store, GraphStore)


# --- how things lie in the database -----------------------------------------------------------------------------------


@neo4j
def test_the_graph_looks_as_a_person_expects(store: Neo4jStore, neo4j_server: Server) -> None:
    paris = Entity(
        "Q90",
        "Paris",
        ("Lutetia",),
        ("City", "Capital"),
        {"population": 2_100_000, "languages": ("French", "Breton")},
    )
    store.upsert_entities([paris])
    store.upsert_facts([Fact("Q90", "capital of", "Q142", {"since": 987})])
    with neo4j_server.connection() as connection:
        rows = connection.rows("MATCH (n:City&Capital {key: 'Q90'})-[r:`capital of`]->(m:Entity) RETURN n, r, m")
        node, relationship, other = rows[0]
        shown = {name: value for name, value in node.items() if not name.startswith("_kgqa")}
        assert shown == {
            "key": "Q90",
            "name": "Paris",
            "aliases": ["Lutetia"],
            "population": 2_100_000,
            "languages": ["Breton", "French"],
        }
        assert dict(relationship) == {"since": 987}
        assert (other["key"], other["name"]) == ("Q142", "Q142")
        constraints = connection.rows(
            "SHOW CONSTRAINTS YIELD labelsOrTypes, properties RETURN labelsOrTypes, properties"
        )
        assert [["Entity"], ["key"]] in constraints


@neo4j
def test_values_are_found_by_an_index(store: Neo4jStore, neo4j_server: Server) -> None:
    store.upsert_entities([Entity("a", properties={"state": "Ohio"}), Entity("b", properties={"state": ("Ohio", "x")})])
    query = store.query(Path(Literal("Ohio"), (Hop(Step("state", Direction.IN)),)))
    assert query is not None
    with neo4j_server.connection() as connection:
        connection.rows("CALL db.awaitIndexes(60)")
        names = {name for (name,) in connection.rows(cypher.OUR_INDEXES)}
        assert any(name.startswith("kgqa_attribute_") for name in names)
        assert sorted(connection.rows(query.text, query.parameters)) == [["entity", "a"], ["entity", "b"]]


@neo4j
def test_values_too_long_for_an_index(url: str) -> None:
    text, several = "x" * 20_000, tuple(f"{i:0100}" for i in range(200))
    with Neo4jStore.open(url) as store:
        store.upsert_entities([Entity("a", properties={"plot": "short", "tags": "one"})])
        assert store.upsert_entities([Entity("b", text, (text,), properties={"plot": text})]) == [Outcome.ADDED]
        assert store.upsert_entities([Entity("a", properties={"tags": several})]) == [Outcome.UPDATED]
    with Neo4jStore.open(url) as store:
        store.upsert_entities([Entity("c", properties={"plot": text + "y"})])
        store.upsert_facts([Fact("d", "plot", Literal(text)), Fact("d", "plot", Literal("short"))])
        assert store.entities(["b"])["b"] == Entity("b", text, (text,), properties={"plot": text})
        plot = (Hop(Step("plot", Direction.IN)),)
        assert store.run([Path(Literal(text), plot), Path(Literal("short"), plot)]) == [["b", "d"], ["a", "d"]]
        tagged = Path(Literal(several[3]), (Hop(Step("tags", Direction.IN)),))
        assert store.run([tagged]) == [["a"]]


@neo4j
def test_a_key_too_long_for_an_index(store: Neo4jStore) -> None:
    with pytest.raises(InputError, match="use a shorter key"):
        store.upsert_entities([Entity("x" * 8000)])
    with pytest.raises(InputError, match="use a shorter key"):
        store.upsert_facts([Fact("a", "r", "é" * 4000)])


@neo4j
def test_nodes_of_others_are_not_part_of_the_graph(neo4j_server: Server) -> None:
    with neo4j_server.graph("Note") as url, Neo4jStore.open(url) as store, neo4j_server.connection() as connection:
        store.upsert_facts([Fact("a", "r", "b")])
        execute(connection, "MATCH (n:Entity {key: 'a'}) CREATE (n)-[:r]->(:Note {key: 'c', r: 1})-[:r]->(n)")
        assert store.neighbours([("a", Step("r")), ("a", Step("r", Direction.IN))]).targets == ["b"]
        assert store.run([Path("a", (Hop(Step("r")),)), Path(Literal(1), (Hop(Step("r", Direction.IN)),))]) == [
            ["b"],
            [],
        ]
        assert store.schema().entities == 2


@neo4j
def test_a_graph_of_many_relations(store: Neo4jStore) -> None:
    """More types than one statement asks for, on an entity with few facts, and on one with many."""
    facts = [Fact("hub", f"r{i % 100}", f"n{i}") for i in range(300)]
    store.upsert_facts([*facts, Fact("n1", "r7", "n1"), Fact("n1", "q", Literal(3))])
    degrees = store.degrees(["hub", "n1", "n2", "absent"])
    assert {d.step: d.count for d in degrees if d.node == 0} == {Step(f"r{i}"): 3 for i in range(100)}
    assert {d.step: d.count for d in degrees if d.node == 1} == {
        Step("r1", Direction.IN): 1,
        Step("r7"): 1,
        Step("r7", Direction.IN): 1,
        Step("q"): 1,
    }
    assert {d.step: d.count for d in degrees if d.node == 2} == {Step("r2", Direction.IN): 1}
    assert len(store.schema().relations) == 101
    again = [*facts[:150], Fact("hub", "r1", "n1", {"since": 1}), Fact("n1", "r5", "hub")]
    outcomes = store.upsert_facts([fact for fact in again if fact.triple != ("hub", "r1", "n1") or fact.properties])
    assert outcomes == [Outcome.UNCHANGED] * 149 + [Outcome.UPDATED, Outcome.ADDED]
    assert store.facts([("hub", "r1", "n1")]) == [Fact("hub", "r1", "n1", {"since": 1})]


@neo4j
def test_entities_that_were_deleted_and_came_back(store: Neo4jStore) -> None:
    store.upsert_facts([Fact("a", "r", "b")])
    store.delete_entities(["a", "b"])
    since = store.watermark()
    store.upsert_facts([Fact("a", "r", "c")])
    store.upsert_entities([Entity("b", "B", types=("T",))])
    changes = [(c.key, c.deleted) for batch in store.changes(since) for c in batch]
    assert changes == [("a", False), ("c", False), ("b", False)]
    assert {c.key for batch in store.changes(0) for c in batch if c.deleted} == set()


@neo4j
def test_writers_take_turns(url: str) -> None:
    """Two programs add to the same entities at once: nothing is lost, and no sequence is given twice."""
    failures: list[BaseException] = []

    def write(number: int) -> None:
        try:
            with Neo4jStore.open(url) as mine:
                for i in range(10):
                    mine.upsert_facts([Fact("hub", "n", Literal(number * 100 + i)), Fact("hub", "r", f"{number}-{i}")])
        except BaseException as exc:
            failures.append(exc)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with Neo4jStore.open(url) as store:
        values = store.entities(["hub"])["hub"].properties["n"]
        assert values == tuple(sorted(n * 100 + i for n in range(2) for i in range(10)))
        assert [d.count for d in store.degrees(["hub"]) if d.step == Step("r")] == [20]
        sequences = [c.sequence for batch in store.changes(0) for c in batch]
        assert sequences == sorted(set(sequences))
        assert sequences[-1] <= store.watermark()


@neo4j
def test_a_type_of_our_own_name(store: Neo4jStore) -> None:
    store.upsert_entities([Entity("a", types=("Entity",)), Entity("b", types=("_KGQAMeta",)), Entity("c")])
    found = store.neighbours([(EntityType("Entity"), Step("rdf:type", Direction.IN))]).targets
    assert found == ["a"]
    assert [(t.name, t.entities) for t in store.schema().types] == [("Entity", 1), ("_KGQAMeta", 1)]


@neo4j
@pytest.mark.parametrize("others", [0, 1, 150])
def test_facts_between_entities_that_are_known_already(store: Neo4jStore, others: int) -> None:
    """The same is found in a graph of none, of few and of many relationships, each of which has its own statement."""
    store.upsert_facts([Fact(f"o{i}", "other", f"o{i + 1}") for i in range(others)])
    plain, described = Fact("a", "r", "b"), Fact("a", "s", "b", {"since": 1})
    store.upsert_entities([Entity("a"), Entity("b")])
    assert store.upsert_facts([plain, described]) == [Outcome.ADDED] * 2
    added = Fact("b", "r", "a")
    changed = Fact("a", "s", "b", {"since": 2})
    assert store.upsert_facts([plain, added, changed]) == [Outcome.UNCHANGED, Outcome.ADDED, Outcome.UPDATED]
    assert store.upsert_facts([plain, added, changed]) == [Outcome.UNCHANGED] * 3
    triples = [fact.triple for fact in (plain, added, changed)]
    assert set(store.facts(triples)) == {plain, added, changed}


@neo4j
def test_facts_between_two_hubs(store: Neo4jStore) -> None:
    out = [Fact("hub", "r", f"o{i}") for i in range(1000)]
    store.upsert_facts([*out, *(Fact(f"i{i}", "r", "centre") for i in range(1000))])
    first, second = Fact("hub", "r", "centre"), Fact("hub", "s", "centre", {"since": 1})
    beside = Fact("hub", "r", "o0", {"since": 3})
    assert store.upsert_facts([first, beside]) == [Outcome.ADDED, Outcome.UPDATED]
    assert store.upsert_facts([first, second]) == [Outcome.UNCHANGED, Outcome.ADDED]
    changed = Fact("hub", "s", "centre", {"since": 2})
    assert store.upsert_facts([first, changed]) == [Outcome.UNCHANGED, Outcome.UPDATED]
    assert store.facts([second.triple]) == [changed]
    assert [d.count for d in store.degrees(["centre"]) if d.step == Step("r", Direction.IN)] == [1001]


@neo4j
def test_relationships_that_others_wrote_twice(store: Neo4jStore, neo4j_server: Server) -> None:
    fact = Fact("a", "r", "b")
    store.upsert_facts([fact, *(Fact(f"o{i}", "other", f"o{i + 1}") for i in range(150))])
    with neo4j_server.connection() as connection:
        execute(connection, "MATCH (a {key: 'a'}), (b {key: 'b'}) CREATE (a)-[:r {since: 1}]->(b)")
    assert store.upsert_facts([Fact("a", "r", "b", {"since": 1})]) == [Outcome.UNCHANGED]
    assert store.upsert_facts([fact]) == [Outcome.UPDATED]
    assert store.upsert_facts([fact]) == [Outcome.UNCHANGED]
