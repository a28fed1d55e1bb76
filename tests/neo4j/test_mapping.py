"""The mapping file: what it says, how it is written, and what is wrong with it. No server is needed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphdb.errors import SettingsError
from graphdb.mapping import AttributeMapping, KeyType, Mapping, NodeMapping, RelationshipMapping, TypeMapping
from graphdb.neo4j.mapped import MappedLayout

TEXT = """
version = 1

[[nodes]]
label = "Movie"
key = "id"
key_type = "integer"
name = "title"
aliases = ["originalTitle"]
attributes = ["released", "tags"]
single = ["released"]
renamed = { "catalogue key" = "key" }

[[nodes]]
label = "Person"
key = "name"
unless = ["Movie"]

[[relationships]]
type = "ACTED_IN"
from = ["Person"]
to = ["Movie"]
text = "acted in"
inverse_text = "cast"
properties = ["roles"]
words = ["starred in", "played in"]
inverse_words = ["starring"]

[[attributes]]
name = "catalogue key"
text = "number in the catalogue"
words = ["call number"]

[[types]]
label = "Actor"
text = "actor"
words = ["performer"]
"""

MAPPING = Mapping(
    nodes=(
        NodeMapping(
            "Movie",
            "id",
            KeyType.INTEGER,
            name="title",
            aliases=("originalTitle",),
            attributes=("released", "tags"),
            renamed={"catalogue key": "key"},
            single=("released",),
        ),
        NodeMapping("Person", "name", unless=("Movie",)),
    ),
    relationships=(
        RelationshipMapping(
            "ACTED_IN",
            ("Person",),
            ("Movie",),
            "acted in",
            "cast",
            ("roles",),
            words=("starred in", "played in"),
            inverse_words=("starring",),
        ),
    ),
    attributes=(AttributeMapping("catalogue key", "number in the catalogue", words=("call number",)),),
    types=(TypeMapping("Actor", "actor", ("performer",)),),
)


def test_other_words_are_those_of_the_layout() -> None:
    layout = MappedLayout(MAPPING)
    assert layout.words("ACTED_IN") == (("starred in", "played in"), ("starring",))
    assert layout.words("catalogue key") == (("call number",), ())
    assert layout.words("released") == ((), ())
    assert layout.type_words("Actor") == ("performer",)


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(TEXT, encoding="utf-8")
    assert Mapping.read(path) == MAPPING
    assert list(MAPPING.nodes[0].properties()) == [
        ("released", "released"),
        ("tags", "tags"),
        ("catalogue key", "key"),
    ]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


@given(label=TEXTS, key=TEXTS, name=st.none() | TEXTS, alias=TEXTS, text=TEXTS, note=TEXTS, notes=st.lists(TEXTS))
def test_what_is_written_is_read_back(
    label: str, key: str, name: str | None, alias: str, text: str, note: str, notes: list[str]
) -> None:
    attribute = f"{alias}!"
    node = NodeMapping(label, key, KeyType.STRING, name, (alias,), (attribute,), {f"{alias}?": "x"}, note=note)
    relationship = RelationshipMapping(key, (label,), (label,), text, alias, (f"{alias}1", f"{text}2"), note=note)
    mapping = Mapping(
        (node,), (relationship,), (AttributeMapping(attribute, text),), (TypeMapping(label),), tuple(notes)
    )
    expected = Mapping.parse(mapping.to_toml())
    assert expected == mapping


def test_notes_are_comments() -> None:
    node = NodeMapping("A", "id", note="12 nodes.\nLeft out: nothing.")
    text = Mapping((node,), notes=("A proposal.",)).to_toml()
    assert text.startswith("# A proposal.\nversion = 1\n\n# 12 nodes.\n# Left out: nothing.\n[[nodes]]\n")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("version = 1", "version = 2", "version is 2: this version of kgqa reads 1"),
        ("version = 1", "version = ", "is no valid TOML"),
        ("version = 1", "version = 1\nnode = 1", r"node is not known here: give one of attributes, nodes"),
        ('label = "Movie"', "", r"nodes\[0\]\.label is missing: give a text"),
        ('label = "Movie"', "label = 3", r"nodes\[0\]\.label is 3: give a text"),
        ('key = "name"', "", r"nodes\[1\]\.key is missing"),
        ('"integer"', '"float"', r"nodes\[0\]\.key_type is 'float': give one of string, integer"),
        ('["originalTitle"]', '"originalTitle"', r"nodes\[0\]\.aliases is 'originalTitle': give a list of texts"),
        ('unless = ["Movie"]', 'unles = ["Movie"]', r"nodes\[1\]\.unles is not known here: give one of aliases, attr"),
        ('unless = ["Movie"]', 'unless = ["Person"]', r"\(Person\)\.unless names the label itself"),
        ('"tags"]', '"key"]', r"nodes\[0\] \(Movie\): no attribute can be called 'key': give it another name"),
        ('"tags"]', '"catalogue key"]', r"the attribute 'catalogue key' occurs twice"),
        ('{ "catalogue key" = "key" }', '["key"]', r"nodes\[0\]\.renamed is \['key'\]: give names with their prop"),
        ('label = "Person"', 'label = "Movie"', r"nodes\[1\]\.label is 'Movie', which occurs before"),
        ('to = ["Movie"]', "", r"relationships\[0\] \(ACTED_IN\)\.to is empty"),
        ('to = ["Movie"]', 'to = ["Film"]', r"names 'Film', which is none of the nodes: Movie, Person"),
        ('name = "catalogue key"', 'name = "budget"', r"attributes\[0\]\.name is 'budget', which no node has"),
        ("[[types]]", "[types]", r"types is no list of tables: begin each with \[\[types\]\]"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in TEXT
    path = tmp_path / "mapping.toml"
    path.write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(SettingsError, match=message) as raised:
        Mapping.read(path)
    assert str(path) in str(raised.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot be read .* `kgqa inspect` proposes one"):
        Mapping.read(tmp_path / "none.toml")


def test_a_mapping_without_nodes() -> None:
    with pytest.raises(SettingsError, match="give at least one label"):
        Mapping(())
