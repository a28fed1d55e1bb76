"""The sync ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphdb.errors import LedgerError
from graphdb.ledger import BatchEntry, Claim, Ledger, Run, claim_of_fact, claims_of_entity
from graphdb.values import Entity, Fact, Literal


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.db") as ledger:
        yield ledger


def entry(
    claims: Sequence[Claim] = (), *, facts_gone: Sequence[Claim] = (), entities_gone: Sequence[str] = (), rows: int = 1
) -> BatchEntry:
    return BatchEntry(claims, facts_gone, entities_gone, rows, {"added": len(claims)})


def claim(subject: str, relation: str, target: str | Literal) -> Claim:
    return claim_of_fact(Fact(subject, relation, target))


def claimed(ledger: Ledger, source: str | None = None) -> set[tuple[str, Claim]]:
    return {item for batch in ledger.claims(source, batch_size=2) for item in batch}


def stale(ledger: Ledger, run: Run, *, entities: bool = False) -> list[tuple[Claim, bool]]:
    with ledger.look() as sweep:
        return sweep.stale(run, entities=entities)


def test_runs_are_kept_the_latest_first(ledger: Ledger) -> None:
    first, other = ledger.begin("a"), ledger.begin("b")
    ledger.record(first, entry([claim("x", "r", "y")], rows=7))
    ledger.record(first, entry(rows=9))
    ledger.finish(first, "d1", {"added": 1})
    runs = ledger.runs()
    assert [run.source for run in runs] == ["b", "a"]
    assert runs[0] == other
    assert runs[0].finished is None
    assert (runs[1].digest, runs[1].batches, runs[1].rows, runs[1].counts) == ("d1", 2, 9, {"added": 1})
    assert runs[1].finished is not None
    assert runs[1].finished >= runs[1].started
    assert ledger.begin("a").id > other.id
    assert len(ledger.runs("a")) == 2


def test_claims_of_several_sources(ledger: Ledger) -> None:
    a, b = ledger.begin("a"), ledger.begin("b")
    one, two, three = (claim("x", "r", f"y{i}") for i in range(3))
    ledger.record(a, entry([one, two]))
    ledger.record(b, entry([two, three]))
    assert claimed(ledger) == {("a", one), ("a", two), ("b", two), ("b", three)}
    assert claimed(ledger, "b") == {("b", two), ("b", three)}
    assert ledger.claimants(two.record) == {"a": b"", "b": b""}
    ledger.record(ledger.begin("a"), entry([one._replace(content=b"12345678")]))
    assert ledger.claimants(one.record) == {"a": b"12345678"}


def test_what_a_run_does_not_renew_is_stale(ledger: Ledger) -> None:
    first, other = ledger.begin("a", renews=True), ledger.begin("b")
    dropped, kept, shared = claim("x", "r", "1"), claim("x", "r", "2"), claim("x", "r", "3")
    (entity,) = claims_of_entity(Entity("e"))
    ledger.record(first, entry([dropped, kept, shared, entity]))
    ledger.record(other, entry([shared]))
    second = ledger.begin("a", renews=True)
    ledger.record(second, entry([kept]))
    assert dict(stale(ledger, second)) == {dropped: True, shared: False}
    assert stale(ledger, second, entities=True) == [(entity, True)]
    assert stale(ledger, first) == []
    with ledger.sweep() as sweep:
        sweep.drop(second, [dropped, shared])
    assert stale(ledger, second) == []
    assert claimed(ledger) == {("a", kept), ("a", entity), ("b", shared)}


def test_an_older_run_does_not_take_claims_back(ledger: Ledger) -> None:
    older, newer = ledger.begin("a", renews=True), ledger.begin("a", renews=True)
    one = claim("x", "r", "1")
    ledger.record(newer, entry([one]))
    ledger.record(older, entry([one]))
    assert stale(ledger, newer) == []


def test_explicit_deletions_drop_the_claims_of_all(ledger: Ledger) -> None:
    a, b = ledger.begin("a"), ledger.begin("b")
    facts = [claim("x", "r", "y"), claim("y", "r", "x"), claim("y", "note", Literal("x")), claim("z", "r", "y")]
    own = list(claims_of_entity(Entity("x", properties={"size": 1})))
    for run in (a, b):
        ledger.record(run, entry([*facts, *own]))
    ledger.record(a, entry(facts_gone=[facts[3]]))
    assert claimed(ledger, "b") == {("b", item) for item in [*facts[:3], *own]}
    ledger.record(a, entry(entities_gone=["x"]))
    assert claimed(ledger) == {("a", facts[2]), ("b", facts[2])}


def test_a_mirroring_run_looks_at_deleted_facts_again(ledger: Ledger) -> None:
    one, two = claim("x", "r", "y"), claim("z", "r", "x")
    note = claim("x", "note", Literal("n"))
    ledger.record(ledger.begin("b"), entry([one, two, note]))
    run = ledger.begin("a", renews=True)
    ledger.record(run, entry(facts_gone=[one]))
    assert claimed(ledger) == {("b", two), ("b", note)}
    assert stale(ledger, run) == [(one, True)]
    ledger.record(run, entry([one]))
    assert stale(ledger, run) == []
    ledger.record(run, entry(entities_gone=["x"]))
    assert claimed(ledger) == set()
    assert dict(stale(ledger, run)) == {one: True, two: True}


def test_a_sweep_shows_to_others_and_rolls_back_on_error(ledger: Ledger) -> None:
    run = ledger.begin("a")
    one = claim("x", "r", "1")
    before = ledger.sweeps()
    assert ledger.record(run, entry([one])) == before
    with ledger.sweep() as sweep:
        sweep.drop(run, [])
    assert ledger.record(run, entry()) == ledger.sweeps() != before
    swept = ledger.sweeps()
    with pytest.raises(ZeroDivisionError):
        _sweep_and_fail(ledger, run, one)
    assert claimed(ledger) == {("a", one)}
    assert ledger.sweeps() == swept


def _sweep_and_fail(ledger: Ledger, run: Run, dropped: Claim) -> None:
    with ledger.sweep() as sweep:
        sweep.drop(run, [dropped])
        raise ZeroDivisionError


def test_a_ledger_belongs_to_one_graph(ledger: Ledger) -> None:
    ledger.check_graph("g1")
    ledger.bind("g1")
    ledger.bind("g1")
    with pytest.raises(LedgerError, match="belongs to the graph g1, not to g2: give each graph its own"):
        ledger.check_graph("g2")


def test_reopening_keeps_everything(tmp_path: Path) -> None:
    place = tmp_path / "ledger.db"
    with Ledger(place) as ledger:
        ledger.record(ledger.begin("a"), entry([claim("x", "r", "y")]))
        ledger.close()
    with Ledger(f"sqlite:///{place}") as ledger:
        assert claimed(ledger) == {("a", claim("x", "r", "y"))}
        assert str(place) in ledger.url


def test_files_that_are_no_ledger(tmp_path: Path) -> None:
    text = tmp_path / "text.db"
    text.write_text("this is no database, but it is long enough to be taken for one\n" * 100)
    with pytest.raises(LedgerError, match="not a database"):
        Ledger(text)
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE cities (name)")
    connection.close()
    with pytest.raises(LedgerError, match=r"no sync ledger \(it has the table 'cities'\): give another file"):
        Ledger(other)
    with pytest.raises(LedgerError, match="unable to open"):
        Ledger(tmp_path / "missing" / "ledger.db")
    with pytest.raises(LedgerError, match="cannot be kept in mysql"):
        Ledger("mysql://localhost/db")
    with pytest.raises(LedgerError, match="cannot be parsed"):
        Ledger("://")


def test_another_version_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "ledger.db"
    Ledger(place).close()
    connection = sqlite3.connect(place)
    connection.execute("UPDATE ledger_settings SET value = '99' WHERE name = 'version'")
    connection.commit()
    connection.close()
    with pytest.raises(LedgerError, match="has version 99, this kgqa reads version 1: use the kgqa that wrote it"):
        Ledger(place)


def test_a_damaged_ledger_says_what_to_do(ledger: Ledger, tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "ledger.db")
    connection.execute("DROP TABLE ledger_claims")
    connection.close()
    with pytest.raises(LedgerError, match=r"no such table.*run the same sync again"):
        ledger.record(ledger.begin("a"), entry([claim("x", "r", "y")]))


literals = st.builds(
    Literal,
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
    | st.dates()
    | st.datetimes(timezones=st.just(UTC)),
)


@given(literals)
def test_claims_keep_literals_exactly(literal: Literal) -> None:
    assert claim("x", "r", literal).triple == ("x", "r", literal)


def test_claims_tell_values_of_different_kinds_apart() -> None:
    values: list[str | Literal] = ["1", Literal("1"), Literal(1), Literal(True), Literal("true")]
    values += [Literal(date(2020, 1, 1)), Literal(datetime(2020, 1, 1, tzinfo=UTC)), Literal("2020-01-01")]
    assert len({claim("x", "r", value).record for value in values}) == len(values)
    assert claim("x", "r", Literal(1.0)).record == claim("x", "r", Literal(1)).record


def test_an_entity_claims_its_attributes() -> None:
    own, *values = claims_of_entity(Entity("e", "Name", properties={"n": (1, 2), "s": "x"}))
    assert own.is_entity
    assert {value.triple for value in values} == {
        ("e", "n", Literal(1)),
        ("e", "n", Literal(2)),
        ("e", "s", Literal("x")),
    }
    (renamed,) = claims_of_entity(Entity("e", "Other name"))
    assert renamed.record == own.record
    assert renamed.content != own.content
