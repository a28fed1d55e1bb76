"""Names as Cypher text. The first half needs no server."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from graphdb.neo4j import cypher, names
from graphdb.neo4j.names import NodeClass
from tests.neo4j.server import Server

NAMES = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=40)
ODD = ["`", "``", "a`b", "\\", "\\\\", "\\u0060", "\\\\u0060", "\\`", "'", '"', "\n", "}) RETURN 1 //", "日本", "😀"]


@pytest.mark.parametrize(("name", "text"), [("a", "`a`"), ("a b", "`a b`"), ("a`b", "`a``b`"), ("é", "`é`")])
def test_identifiers_are_quoted(name: str, text: str) -> None:
    assert cypher.quote(name) == text


def test_a_unicode_escape_cannot_end_an_identifier() -> None:
    assert "\\u0060" not in cypher.quote("a\\u0060b")


@pytest.mark.parametrize("name", ["Entity", "_KGQAMany", "_KGQA:x", "_KGQA", "City", "key", "_kgqa", "é"])
def test_a_type_and_its_label(name: str) -> None:
    assert names.type_of(names.label_of(name)) == name
    assert names.label_of(name) not in {"Entity", "_KGQAMany", "_KGQAMeta", "_KGQATombstone"}


@pytest.mark.parametrize("name", ["_kgqa_sequence", "_kgqa:x", "_kgqa_more:x", "_kgqa", "population", "Entity"])
def test_an_attribute_and_its_property(name: str) -> None:
    assert names.attribute_of(names.property_of(name)) == name
    assert names.attribute_of(names.second_property_of(name)) == name
    assert names.property_of(name) != names.SEQUENCE_PROPERTY


def test_our_own_labels_and_properties_are_not_the_graphs() -> None:
    assert [names.type_of(label) for label in ("Entity", "_KGQAMeta", "_KGQATombstone", "_KGQAMany")] == [None] * 4
    assert [names.attribute_of(name) for name in ("key", "name", "aliases", "_kgqa_sequence")] == [None] * 4


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("Film:603", 603),
        ("Film:-1", -1),
        ("Film:0", 0),
        ("Film:007", None),
        ("Film:1.0", None),
        ("Film:", None),
        ("Film:٣", None),
        ("Film:9223372036854775808", None),
        ("Person:603", None),
        ("603", None),
    ],
)
def test_the_key_of_a_node_with_a_number(key: str, value: int | None) -> None:
    node_class = NodeClass("Film", "id", prefix="Film:", integer_key=True)
    assert node_class.value_of(key) == value
    if value is not None:
        assert node_class.key_of(value) == key


@pytest.mark.neo4j
@pytest.mark.parametrize("name", ODD)
def test_odd_names_come_back(neo4j_server: Server, name: str) -> None:
    _comes_back(neo4j_server, name)


@pytest.mark.neo4j
@given(name=NAMES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(name="\\u005c\\u0060")
def test_any_name_comes_back(neo4j_server: Server, name: str) -> None:
    _comes_back(neo4j_server, name)


def _comes_back(server: Server, name: str) -> None:
    with server.connection() as connection:
        text = f"WITH 1 AS {cypher.quote(name)} RETURN {{{cypher.quote(name)}: 1}}, {cypher.quote_text(name)}"
        assert connection.rows(text) == [[{name: 1}, name]]
