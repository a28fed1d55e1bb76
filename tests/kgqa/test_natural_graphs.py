"""The benchmark's graphs in a schema of their own: what is published, as nodes with properties and relationships."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.natural_graphs import GRAPHS, NaturalGraph


def write(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")


def test_geoquery(tmp_path: Path) -> None:
    asked = {
        "question": "what is the capital of texas",
        "answers": ["austin"],
        "kind": "follow",
        "variables": {"state_name0": "texas"},
        "sql": "SELECT STATEalias0.CAPITAL FROM STATE AS STATEalias0",
    }
    write(
        tmp_path / "geoquery",
        names__tsv="state/texas\tstate\ttexas\ncity/austin\tcity\taustin\nriver/red\triver\tred\n",
        triples__tsv="state/texas\tcapital\tcity/austin\nriver/red\ttraverses\tstate/texas\nriver/red\tlength\t2000\n",
        questions__jsonl=json.dumps(asked) + "\n",
    )
    graph, (question,) = GRAPHS["geoquery"](tmp_path)
    assert graph.rows("River") == [{"id": "river/red", "name": "red", "length": 2000}]
    assert graph.edges == {
        ("State", "HAS_CAPITAL", "City"): {("state/texas", "city/austin"): None},
        ("River", "FLOWS_THROUGH", "State"): {("river/red", "state/texas"): None},
    }
    assert question.answers == ("City:city/austin",)


def test_wc2014(tmp_path: Path) -> None:
    write(
        tmp_path / "wc2014",
        WC2014__txt=(
            "Ann_EX\tplays_in_club\tFC_One\nFC_One\tis_in_country\tSpain\nAnn_EX\tis_aged\t23\n"
            "Forward\tplays_position_inverse\tAnn_EX\n"
        ),
    )
    (tmp_path / "wc2014" / "WC-P1.txt").write_text(
        "which club is Ann_EX in ?\tFC_One\tAnn_EX#plays_in_club#FC_One#<end>#FC_One\tFC_One/\n", encoding="utf-8"
    )
    graph, (question,) = GRAPHS["wc2014"](tmp_path)
    assert graph.rows("Player") == [{"name": "Ann EX", "age": 23, "position": "Forward"}]
    assert set(graph.edges) == {("Player", "PLAYS_FOR", "Club"), ("Club", "BASED_IN", "Country")}
    assert (question.question, question.answers) == ("which club is Ann EX in?", ("FC One",))


def test_metaqa(tmp_path: Path) -> None:
    write(
        tmp_path / "metaqa",
        kb__txt="Heat|starred_actors|Ann\nHeat|release_year|1995\nHeat|release_year|1986\nHeat|has_tags|crime\n",
    )
    write(tmp_path / "metaqa" / "1-hop", qa_dev__txt="who acted in [Heat]\tAnn\n")
    graph, (question,) = GRAPHS["metaqa"](tmp_path)
    assert graph.rows("Movie") == [{"title": "Heat", "releaseYear": [1995, 1986]}]
    assert graph.edges == {
        ("Person", "ACTED_IN", "Movie"): {("Ann", "Heat"): None},
        ("Movie", "HAS_TAG", "Tag"): {("Heat", "crime"): None},
    }
    assert (question.question, question.answers, question.group) == ("who acted in Heat", ("Ann",), "1-hop")


def test_the_nodes_at_the_ends_of_a_relationship_are_there_once() -> None:
    graph = NaturalGraph({"A": "id", "B": "id"})
    graph.edge("A", "1", "TO", "B", "2")
    graph.edge("A", "1", "TO", "B", "2")
    assert [graph.rows(label) for label in "AB"] == [[{"id": "1"}], [{"id": "2"}]]
    assert graph.edges == {("A", "TO", "B"): {("1", "2"): None}}


@pytest.mark.parametrize("name", GRAPHS)
def test_what_is_missing_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(Exception, match=str(tmp_path / name)):
        GRAPHS[name](tmp_path)
