"""Published data sets as graphs of their own schema, as somebody would model them in Neo4j who never heard of kgqa.

Things are nodes with labels, their numbers and texts are properties, and what holds between them are relationships::

    (:City {id, name, population})-[:LOCATED_IN]->(:State {…})-[:BORDERS]->(:State)
    (:Player {name, age, shirtNumber, position})-[:PLAYS_FOR]->(:Club)-[:BASED_IN]->(:Country)
    (:Person {name})-[:ACTED_IN]->(:Movie {title, releaseYear})-[:HAS_GENRE]->(:Genre)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from graphdb import Literal, Scalar
from kgqa.convert import geoquery, metaqa, wc2014
from kgqa.convert.layout import Converted
from kgqa.questions import Question

EdgeKind = tuple[str, str, str]
"""The label that a relationship comes from, its type, and the label that it leads to."""


@dataclass(slots=True)
class NaturalGraph:
    """Nodes and relationships, ready for Cypher.

    :param keys: the property that identifies the nodes of each label.
    :param nodes: of each label, by key, the properties.
    :param edges: of each kind, the pairs of keys.
    """

    keys: Mapping[str, str]
    nodes: dict[str, dict[str, dict[str, list[Scalar]]]] = field(default_factory=dict)
    edges: dict[EdgeKind, dict[tuple[str, str], None]] = field(default_factory=dict)

    def node(self, label: str, key: str, **properties: Scalar) -> None:
        """Add a node, or properties to one; a property that gets several values becomes a list of them."""
        own = self.nodes.setdefault(label, {}).setdefault(key, {self.keys[label]: [key]})
        for name, value in properties.items():
            known = own.setdefault(name, [])
            if value not in known:
                known.append(value)

    def edge(self, label: str, key: str, kind: str, other_label: str, other: str) -> None:
        """Add a relationship, once, with the nodes at its ends."""
        self.node(label, key)
        self.node(other_label, other)
        self.edges.setdefault((label, kind, other_label), {})[key, other] = None

    def rows(self, label: str) -> list[dict[str, Scalar | list[Scalar]]]:
        """The properties of the nodes of a label."""
        return [
            {name: values[0] if len(values) == 1 else values for name, values in own.items()}
            for own in self.nodes[label].values()
        ]


Natural = tuple[NaturalGraph, list[Question]]

_GEOQUERY_PROPERTIES = {
    "population": "population",
    "area": "area",
    "density": "density",
    "length": "length",
    "altitude": "height",
    "highest_elevation": "highestElevation",
    "lowest_elevation": "lowestElevation",
}
_GEOQUERY_TYPES = {
    "in_state": "LOCATED_IN",
    "borders": "BORDERS",
    "capital": "HAS_CAPITAL",
    "highest_point": "HIGHEST_POINT",
    "lowest_point": "LOWEST_POINT",
    "country": "PART_OF",
    "traverses": "FLOWS_THROUGH",
}


def _geoquery(data: Path) -> Natural:
    published = geoquery.read(data / "geoquery")
    labels = ("City", "State", "River", "Lake", "Mountain", "Place", "Country")
    graph = NaturalGraph(dict.fromkeys(labels, "id"))
    label_of = {entity.key: entity.types[0].capitalize() for entity in published.entities}
    for entity in published.entities:
        for name in (entity.name, *entity.aliases):
            graph.node(label_of[entity.key], entity.key, name=name)
    for fact in published.facts:
        label = label_of[fact.subject]
        if isinstance(fact.object, Literal):
            graph.node(label, fact.subject, **{_GEOQUERY_PROPERTIES[fact.relation]: fact.object.value})
        else:
            kind = _GEOQUERY_TYPES[fact.relation]
            graph.edge(label, fact.subject, kind, label_of[fact.object], fact.object)
    return graph, _asked(published, lambda key: f"{label_of[key]}:{key}" if key in label_of else key)


_WC2014_TYPES = {
    "plays_for_country": ("Player", "REPRESENTS", "Country"),
    "plays_in_club": ("Player", "PLAYS_FOR", "Club"),
    "is_in_country": ("Club", "BASED_IN", "Country"),
}
_WC2014_PROPERTIES = {"is_aged": "age", "wears_number": "shirtNumber", "plays_position": "position"}


def _wc2014(data: Path) -> Natural:
    published = wc2014.read(data / "wc2014")
    graph = NaturalGraph(dict.fromkeys(("Player", "Club", "Country"), "name"))
    for fact in published.facts:
        if fact.relation in _WC2014_PROPERTIES:
            value = fact.object.value if isinstance(fact.object, Literal) else fact.object
            graph.node("Player", _spaced(fact.subject), **{_WC2014_PROPERTIES[fact.relation]: value})
        else:
            label, kind, other = _WC2014_TYPES[fact.relation]
            graph.edge(label, _spaced(fact.subject), kind, other, _spaced(str(fact.object)))
    return graph, _asked(published, _spaced)


def _spaced(name: str) -> str:
    return name.replace("_", " ")


_METAQA_PROPERTIES = {"release_year": "releaseYear", "has_imdb_rating": "imdbRating", "has_imdb_votes": "imdbVotes"}
_METAQA_OF_MOVIES = {
    "has_genre": ("HAS_GENRE", "Genre"),
    "has_tags": ("HAS_TAG", "Tag"),
    "in_language": ("IN_LANGUAGE", "Language"),
}
_METAQA_OF_PEOPLE = {"starred_actors": "ACTED_IN", "directed_by": "DIRECTED", "written_by": "WROTE"}


def _metaqa(data: Path) -> Natural:
    published = metaqa.read(data / "metaqa")
    keys = {"Movie": "title", "Person": "name", "Genre": "name", "Tag": "name", "Language": "name"}
    graph = NaturalGraph(keys)
    for fact in published.facts:
        movie, other = fact.subject, str(fact.object)
        if fact.relation in _METAQA_PROPERTIES:
            value: Scalar = int(other) if other.isdecimal() else other
            graph.node("Movie", movie, **{_METAQA_PROPERTIES[fact.relation]: value})
        elif fact.relation in _METAQA_OF_PEOPLE:
            graph.edge("Person", other, _METAQA_OF_PEOPLE[fact.relation], "Movie", movie)
        else:
            kind, label = _METAQA_OF_MOVIES[fact.relation]
            graph.edge("Movie", movie, kind, label, other)
    return graph, _asked(published, str)


def _asked(published: Converted, answer: Callable[[str], str]) -> list[Question]:
    """The published questions, with the answers as the natural graph has them.

    :param answer: what an answer is called there.
    """
    asked = [question for own in published.questions.values() for question in own]
    return [replace(q, answers=_answers(q, answer), topic=()) for q in asked]


def _answers(question: Question, answer: Callable[[str], str]) -> tuple[Scalar, ...]:
    given: Iterable[object] = question.answers
    return tuple(answer(each) if isinstance(each, str) else each for each in given)  # type: ignore[misc]


GRAPHS: Mapping[str, Callable[[Path], Natural]] = {"geoquery": _geoquery, "wc2014": _wc2014, "metaqa": _metaqa}
"""By the folder that a data set is published in."""
