"""A small graph that every form of program has an answer on: films, the people who made them, and studios."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from graphdb import Entity, Fact, GraphStore, Scalar
from graphdb.mapping import Mapping, NodeMapping, RelationshipMapping, TypeMapping
from graphdb.neo4j.driver import Connection
from tests.neo4j.server import execute
from tests.reference import Reference

LABELS = ("Film", "Person", "Studio", "Country")


def _entity(label: str, key: str, name: str, **attributes: Scalar) -> Entity:
    return Entity(f"{label}:{key}", name, types=(label,), properties=attributes)


ENTITIES = (
    _entity("Film", "harbour", "Night Harbour", year=1999, minutes=118, rating=7.9, genre="thriller"),
    _entity("Film", "moons", "Paper Moons", year=2004, minutes=95, rating=6.8, genre="comedy"),
    _entity("Film", "orchard", "The Glass Orchard", year=2010, minutes=134, rating=8.4, genre="drama"),
    _entity("Film", "train", "Night Train to Oslo", year=2012, minutes=101, rating=7.1, genre="thriller"),
    _entity("Film", "salt", "Salt and Ember", year=2016, minutes=147, rating=8.8, genre="drama"),
    _entity("Film", "static", "Blue Static", year=2019, minutes=88, genre="horror"),
    _entity("Film", "crows", "Harvest of Crows", year=1987, minutes=122, rating=7.5, genre="horror"),
    _entity("Person", "ida", "Ida Moor", born=date(1961, 3, 14)),
    _entity("Person", "paul", "Paul Verne", born=date(1970, 11, 2)),
    _entity("Person", "sam", "Sam Okoro", born=date(1978, 6, 30)),
    _entity("Person", "lena", "Lena Ward", born=date(1980, 1, 21)),
    _entity("Person", "tom", "Tom Berger", born=date(1965, 9, 9)),
    _entity("Person", "nora", "Nora Quist", born=date(1984, 12, 5)),
    _entity("Person", "greta", "Greta Falk", born=date(1940, 5, 17)),
    _entity("Person", "max", "Max Adler"),
    _entity("Studio", "northlight", "Northlight", founded=1975, employees=120, city="Bergen"),
    _entity("Studio", "halcyon", "Halcyon Pictures", founded=2001, employees=340, city="Turin"),
    _entity("Studio", "kestrel", "Kestrel Films", founded=2014, employees=60, city="Turin"),
    _entity("Country", "norway", "Norway"),
    _entity("Country", "italy", "Italy"),
)


_DIRECTED = {"ida": "harbour moons static", "paul": "orchard train", "sam": "salt", "greta": "crows"}
_WROTE = {"ida": "harbour", "sam": "moons salt", "paul": "orchard", "nora": "train", "lena": "static", "greta": "crows"}
_PRODUCED = {"northlight": "harbour moons crows", "halcyon": "orchard train", "kestrel": "salt static"}
_ROLES = {
    ("tom", "harbour"): "Captain Reyes",
    ("lena", "harbour"): "Mara",
    ("lena", "moons"): "Judy",
    ("sam", "moons"): "Paul",
    ("tom", "orchard"): "Elias",
    ("nora", "orchard"): "Anna",
    ("lena", "train"): "Ingrid",
    ("tom", "train"): "The Conductor",
    ("nora", "salt"): "Captain Salt",
    ("tom", "static"): "Static Man",
    ("greta", "crows"): "Old Crow",
}
_WORKED: tuple[tuple[str, str, dict[str, Scalar]], ...] = (
    ("ida", "northlight", {"from": 1995, "to": 2008}),
    ("sam", "northlight", {"from": 2000, "to": 2006}),
    ("greta", "northlight", {"from": 1980, "to": 1990}),
    ("paul", "halcyon", {"from": 2005}),
    ("max", "halcyon", {"from": 2010, "to": 2015}),
    ("sam", "kestrel", {"from": 2014}),
    ("lena", "kestrel", {"from": 2018}),
)


def _facts() -> Iterator[Fact]:
    for relation, objects, made in (("DIRECTED", "Film", _DIRECTED), ("WROTE", "Film", _WROTE)):
        for subject, works in made.items():
            yield from (Fact(f"Person:{subject}", relation, f"{objects}:{work}") for work in works.split())
    for studio, films in _PRODUCED.items():
        yield from (Fact(f"Studio:{studio}", "PRODUCED", f"Film:{film}") for film in films.split())
    for (actor, film), role in _ROLES.items():
        yield Fact(f"Person:{actor}", "ACTED_IN", f"Film:{film}", {"role": role})
    for person, studio, when in _WORKED:
        yield Fact(f"Person:{person}", "WORKED_AT", f"Studio:{studio}", when)
    yield Fact("Studio:northlight", "BASED_IN", "Country:norway")
    yield Fact("Studio:halcyon", "BASED_IN", "Country:italy")
    yield Fact("Studio:kestrel", "BASED_IN", "Country:italy")


FACTS = tuple(_facts())

MAPPING = Mapping(
    nodes=(
        NodeMapping("Film", "id", name="name", attributes=("year", "minutes", "rating", "genre")),
        NodeMapping("Person", "id", name="name", attributes=("born",)),
        NodeMapping("Studio", "id", name="name", attributes=("founded", "employees", "city")),
        NodeMapping("Country", "id", name="name"),
    ),
    relationships=(
        RelationshipMapping("DIRECTED", ("Person",), ("Film",)),
        RelationshipMapping("WROTE", ("Person",), ("Film",)),
        RelationshipMapping("PRODUCED", ("Studio",), ("Film",)),
        RelationshipMapping("ACTED_IN", ("Person",), ("Film",), properties=("role",)),
        RelationshipMapping("WORKED_AT", ("Person",), ("Studio",), properties=("from", "to")),
        RelationshipMapping("BASED_IN", ("Studio",), ("Country",)),
    ),
    types=tuple(TypeMapping(label) for label in LABELS),
)


def fill(store: GraphStore) -> None:
    """Write the graph as kgqa does."""
    store.upsert_entities(ENTITIES)
    store.upsert_facts(FACTS)


def create(connection: Connection) -> None:
    """Write it as somebody else did, for the mapping."""
    for entity in ENTITIES:
        label, key = entity.key.split(":")
        execute(connection, "CREATE (n:$($label)) SET n = $all", label=label, all=_stored(entity, key))
    for fact in FACTS:
        statement = """
        MATCH (a:$($ends[0]) {id: $ids[0]}) MATCH (b:$($ends[1]) {id: $ids[1]})
        CREATE (a)-[r:$($type)]->(b) SET r = $properties
        """
        ends, ids = zip(*(str(end).split(":") for end in (fact.subject, fact.object)), strict=True)
        given = {"ends": ends, "ids": ids, "type": fact.relation, "properties": dict(fact.properties)}
        execute(connection, statement, **given)


def _stored(entity: Entity, key: str) -> dict[str, object]:
    return {**entity.properties, "id": key, "name": entity.name}


def reference() -> Reference:
    """What it says."""
    graph = Reference()
    for entity in ENTITIES:
        graph.upsert_entity(entity)
    for fact in FACTS:
        graph.upsert_fact(fact)
    return graph
