"""The graphs that the benchmark of proposing generates have the sizes that it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.proposing import generate, relations
from graphdb.sql import SqlStore


@pytest.mark.parametrize("relation_types", [5, 20, 100])
def test_sizes(tmp_path: Path, relation_types: int) -> None:
    with SqlStore.open(f"sqlite:///{tmp_path}/graph.db") as store:
        generate(store, 1000, relation_types, seed=0)
        schema = store.schema()
    between = [r for r in schema.relations if r.object_types and r.name != "rdf:type"]
    assert schema.entities == 1000
    assert len(between) == relation_types
    assert all(len(r.subject_types) == len(r.object_types) == 1 for r in between)


@pytest.mark.parametrize("count", [5, 30, 100])
def test_relations_have_names_of_their_own_and_leave_every_type(count: int) -> None:
    types = ["A", "B", "C", "D"]
    named = relations(count, types)
    assert len({name for name, _, _ in named}) == count
    assert {subject for _, subject, _ in named} == set(range(4))
