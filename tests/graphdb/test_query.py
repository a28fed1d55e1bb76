"""Queries as people see them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path as FilePath

from graphdb import GraphStore, Path, Query, SqlStore
from graphdb.query import literal


def test_a_query_carries_its_parameters_to_the_browser() -> None:
    query = Query("MATCH (n {key: $seed})\nRETURN n", {"seed": "O'Hara"})
    assert str(query) == ":param seed => 'O\\'Hara';\nMATCH (n {key: $seed})\nRETURN n;"


def test_values_cannot_end_the_command_that_holds_them() -> None:
    hostile = literal("x';\nMATCH (n) DETACH DELETE n; //\\u0027")
    assert "\n" not in hostile
    assert ";" not in hostile
    assert hostile.replace("\\'", "").count("'") == 2
    assert "\\u0027" not in hostile.replace("\\u005c", "")


def test_every_kind_of_value() -> None:
    values = (True, 7, 1.5, "a", date(2020, 2, 3), datetime(2020, 2, 3, 4, 5, tzinfo=UTC))
    assert [literal(v) for v in values] == [
        "true",
        "7",
        "1.5",
        "'a'",
        "date('2020-02-03')",
        "datetime('2020-02-03T04:05:00+00:00')",
    ]


def test_a_relational_store_has_no_such_query(tmp_path: FilePath) -> None:
    with SqlStore.open(str(tmp_path / "graph.db")) as store:
        graph: GraphStore = store
        assert graph.query(Path("a", ())) is None
