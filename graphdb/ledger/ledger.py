"""The sync ledger: which source claims which record, and which syncs ran."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Insert, and_, bindparam, delete, exists, insert, or_, select, update

from graphdb.errors import LedgerError
from graphdb.ledger.claims import Claim, key_digest, record_of_entity
from graphdb.ledger.database import claims, index_objects, mapped, open_engine, runs, settings, sources

_CLAIM = tuple(claims.c[name] for name in Claim._fields)


@dataclass(frozen=True, slots=True)
class Run:
    """One sync of one source.

    :param id: greater for later runs.
    :param source: the name of the source.
    :param started: when, in UTC, ISO 8601.
    :param finished: when; ``None`` if it is still running or was interrupted.
    :param digest: a digest of the file's content; ``None`` until it was read to its end.
    :param batches: how many batches were applied.
    :param rows: how many rows of the source these batches cover, from its start.
    :param counts: what became of the rows.
    :param renews: whether it marks the claims that it finds as its own, as a sync must that deletes what it did not
        find; otherwise a claim that is there already is not written again. Not kept in the ledger.
    """

    id: int
    source: str
    source_id: int
    started: str
    finished: str | None = None
    digest: str | None = None
    batches: int = 0
    rows: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    renews: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class BatchEntry:
    """What one applied batch changes in the ledger.

    :param claims: the records that the source asked for.
    :param facts_gone: the facts that were deleted, whoever claimed them.
    :param entities_gone: the keys of entities that were deleted with all their facts.
    :param rows: how many rows of the source are done, from its start.
    """

    claims: Sequence[Claim]
    facts_gone: Sequence[Claim]
    entities_gone: Sequence[str]
    rows: int
    counts: Mapping[str, int]


DROPPED = 0
"""The run of a claim that stands for a fact that is gone already, until a mirror has looked at its ends."""


class Ledger:
    """Which sync ran on which source, and which source claims which record. One ledger belongs to one graph.

    A claim is written after the graph was: a crash in between leaves a record that is in the graph and not in the
    ledger, and running the same sync again mends that. Several processes may use one ledger at the same time.

    :param place: a file for SQLite, or an SQLAlchemy URL of SQLite or PostgreSQL. Created if it does not exist.
    :raises LedgerError: if it cannot be opened, or is something else than a ledger of this version.
    """

    def __init__(self, place: str | Path) -> None:
        self._engine = open_engine(place)
        self._mark = "?" if self._engine.dialect.paramstyle == "qmark" else "%s"

    @property
    def url(self) -> str:
        """Where the ledger is, without any password."""
        return self._engine.url.render_as_string(hide_password=True)

    def close(self) -> None:
        """Release the connections. A second call does nothing."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    # --- runs ---------------------------------------------------------------------------------------------------

    def check_graph(self, graph_id: str) -> None:
        """Refuse a ledger that belongs to another graph.

        :raises LedgerError: naming both graphs.
        """
        with self._reading() as connection:
            known = _setting(connection, "graph")
        if known is not None and known != graph_id:
            raise LedgerError(
                f"the ledger {self.url} belongs to the graph {known}, not to {graph_id}: give each graph its own ledger"
            )

    def graph_id(self) -> str | None:
        """The graph that the ledger belongs to; ``None`` if nothing was synced with it yet."""
        with self._reading() as connection:
            return _setting(connection, "graph")

    def bind(self, graph_id: str) -> None:
        """Tie the ledger to a graph, for good.

        :raises LedgerError: if it belongs to another one.
        """
        with self._writing() as connection:
            if _setting(connection, "graph") is None:
                connection.execute(insert(settings), {"name": "graph", "value": graph_id})
        self.check_graph(graph_id)

    def begin(self, source: str, *, renews: bool = False) -> Run:
        """Note that a sync of this source starts. See :class:`Run` for ``renews``."""
        started = _now()
        with self._writing() as connection:
            source_id = connection.scalar(select(sources.c.id).where(sources.c.name == source))
            if source_id is None:
                source_id = _new_id(connection, insert(sources).values(name=source))
            run_id = _new_id(connection, insert(runs).values(source=source_id, started=started))
        return Run(run_id, source, source_id, started, renews=renews)

    def finish(self, run: Run, digest: str, counts: Mapping[str, int]) -> None:
        """Note that a sync has done all it had to do."""
        with self._writing() as connection:
            connection.execute(
                update(runs)
                .where(runs.c.id == run.id)
                .values(finished=_now(), digest=digest, counts=json.dumps(dict(counts)))
            )

    def runs(self, source: str | None = None) -> list[Run]:
        """The syncs of one source, or of all, the latest first."""
        query = select(runs, sources.c.name).join(sources).order_by(runs.c.id.desc())
        if source is not None:
            query = query.where(sources.c.name == source)
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return [
            Run(
                row.id, row.name, row.source, row.started, row.finished, row.digest, row.batches, row.rows,
                json.loads(row.counts),
            )
            for row in rows
        ]  # fmt: skip

    # --- batches ------------------------------------------------------------------------------------------------

    def sweeps(self) -> int:
        """How many times a sync deleted what nobody claimed any more. Read it before a batch goes to the graph."""
        with self._reading() as connection:
            return int(_setting(connection, "sweeps") or 0)

    def record(self, run: Run, entry: BatchEntry) -> int:
        """Write down a batch that the graph has taken; all of it or nothing.

        :returns: :meth:`sweeps` of now. If it is not what it was before the batch went to the graph, another sync may
            have deleted some of it in between, before it could see these claims: give the batch to the graph again.
        """
        with self._writing() as connection:
            swept = _swept(connection)
            if entry.claims:
                connection.exec_driver_sql(_upsert_statement(run, self._mark), list(entry.claims))
            _forget(connection, run, entry)
            connection.execute(
                update(runs)
                .where(runs.c.id == run.id)
                .values(batches=runs.c.batches + 1, rows=entry.rows, counts=json.dumps(dict(entry.counts)))
            )
            return swept

    # --- claims -------------------------------------------------------------------------------------------------

    def claims(self, source: str | None = None, *, batch_size: int = 5000) -> Iterator[Sequence[tuple[str, Claim]]]:
        """All claims with the source that makes them, in batches in a fixed order, in bounded memory."""
        query = select(sources.c.name, *_CLAIM, claims.c.source).join(sources, sources.c.id == claims.c.source)
        query = query.where(claims.c.run != DROPPED)
        query = query.order_by(claims.c.record, claims.c.source).limit(batch_size)
        if source is not None:
            query = query.where(sources.c.name == source)
        after = query
        while True:
            with self._reading() as connection:
                rows = connection.execute(after).all()
            if rows:
                yield [(row[0], Claim(*row[1:-1])) for row in rows]
            if len(rows) < batch_size:
                return
            last = rows[-1]
            beyond = and_(claims.c.record == last.record, claims.c.source > last.source)
            after = query.where(or_(claims.c.record > last.record, beyond))

    def claimants(self, record: bytes) -> dict[str, bytes]:
        """The sources that claim a record, with the digest of what each says about it."""
        query = select(sources.c.name, claims.c.content).join(sources, sources.c.id == claims.c.source)
        query = query.where(claims.c.record == record, claims.c.run != DROPPED)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(sources.c.name)).all()
        return {row.name: row.content for row in rows}

    def forget(self, records: Sequence[bytes]) -> None:
        """Drop all claims to these records: they are no longer in the graph."""
        if records:
            statement = delete(claims).where(claims.c.record == bindparam("gone"), claims.c.run != DROPPED)
            with self._writing() as connection:
                connection.execute(statement, [{"gone": record} for record in dict.fromkeys(records)])

    @contextmanager
    def sweep(self) -> Iterator[Sweep]:
        """One transaction in which a sync deletes from the graph what its source has dropped.

        Claims of other syncs wait until it ends, and these syncs then see that there was a sweep.
        """
        with self._writing() as connection:
            count = str(_swept(connection) + 1)
            connection.execute(update(settings).where(settings.c.name == "sweeps").values(value=count))
            yield Sweep(connection)

    @contextmanager
    def look(self) -> Iterator[Sweep]:
        """A transaction that only reads what a sweep would find."""
        with self._reading() as connection:
            yield Sweep(connection)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with mapped(f"writing the ledger {self.url}"), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with mapped(f"reading the ledger {self.url}"), self._engine.connect() as connection:
            yield connection.execution_options(reads_only=True)


class Sweep:
    """The claims that a source has dropped, inside one transaction of the ledger."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def stale(self, run: Run, *, entities: bool, after: bytes = b"", limit: int = 1000) -> list[tuple[Claim, bool]]:
        """Claims of the run's source that neither this run nor a later one has renewed, and whether they are its alone.

        :param entities: claims of entities, or else of facts.
        :param after: only records beyond this one.
        """
        others = claims.alias()
        shared = exists().where(
            others.c.record == claims.c.record, others.c.source != run.source_id, others.c.run != DROPPED
        )
        query = select(*_CLAIM, shared.label("shared")).where(
            claims.c.source == run.source_id,
            claims.c.run < run.id,
            claims.c.relation == "" if entities else claims.c.relation != "",
            claims.c.record > after,
        )
        rows = self._connection.execute(query.order_by(claims.c.record).limit(limit)).all()
        return [(Claim(*row[:-1]), not row.shared) for row in rows]

    def claimed(self, keys: Sequence[str]) -> set[str]:
        """Those of the keys that some source claims as an entity."""
        records = {record_of_entity(key): key for key in keys}
        query = select(claims.c.record).where(claims.c.record.in_(records))
        return {records[record] for record in self._connection.scalars(query)}

    def drop(self, run: Run, dropped: Sequence[Claim]) -> None:
        """The run's source no longer makes these claims."""
        if dropped:
            self._connection.execute(
                delete(claims).where(
                    claims.c.record == bindparam("dropped"),
                    claims.c.source == run.source_id,
                ),
                [{"dropped": claim.record} for claim in dropped],
            )


def _upsert_statement(run: Run, mark: str) -> str:
    """Plain SQL for both databases: claims are given by position, which halves the cost of recording a batch."""
    columns = ", ".join(Claim._fields)
    marks = ", ".join([mark] * len(Claim._fields))
    if run.renews:
        later = "CASE WHEN excluded.run > ledger_claims.run THEN excluded.run ELSE ledger_claims.run END"
        change = f"run = {later}, content = excluded.content"
    else:
        change = "content = excluded.content WHERE ledger_claims.content <> excluded.content"
    conflict = f"ON CONFLICT (record, source) DO UPDATE SET {change}"
    values = f"{marks}, {run.source_id:d}, {run.id:d}"
    return f"INSERT INTO ledger_claims ({columns}, source, run) VALUES ({values}) {conflict}"  # noqa: S608 - numbers


def _forget(connection: Connection, run: Run, entry: BatchEntry) -> None:
    """Nobody claims what was deleted. A run that mirrors keeps the facts as dropped: their ends may be orphans now."""
    if entry.entities_gone:
        index_objects(connection)
    for key in entry.entities_gone:
        start = key_digest(key)
        own = claims.c.record.between(start + bytes(8), start + b"\xff" * 8)
        others = and_(claims.c.object == key, claims.c.kind == "", claims.c.relation != "")
        for about in (own, others):
            if run.renews:
                facts = and_(about, claims.c.relation != "", claims.c.kind == "")
                _drop_later(connection, run, connection.execute(select(*_CLAIM).where(facts)).all())
            connection.execute(delete(claims).where(about, claims.c.run != DROPPED))
    if entry.facts_gone:
        statement = delete(claims).where(claims.c.record == bindparam("gone"))
        connection.execute(statement, [{"gone": claim.record} for claim in entry.facts_gone])
        if run.renews:
            _drop_later(connection, run, entry.facts_gone)


def _drop_later(connection: Connection, run: Run, facts: Sequence[Sequence[object]]) -> None:
    rows = [{**dict(zip(Claim._fields, fact, strict=True)), "source": run.source_id, "run": DROPPED} for fact in facts]
    if rows:
        records = [{"gone": row["record"]} for row in rows]
        connection.execute(delete(claims).where(claims.c.record == bindparam("gone")), records)
        connection.execute(insert(claims), list({row["record"]: row for row in rows}.values()))


def _setting(connection: Connection, name: str) -> str | None:
    return connection.scalar(select(settings.c.value).where(settings.c.name == name))


def _swept(connection: Connection) -> int:
    """The number of sweeps, locked until the transaction ends: first thing in each, so that none wait in a circle."""
    query = select(settings.c.value).where(settings.c.name == "sweeps").with_for_update()
    return int(connection.scalar(query) or 0)


def _new_id(connection: Connection, statement: Insert) -> int:
    key = connection.execute(statement).inserted_primary_key
    if key is None:
        raise LedgerError("the ledger gave no number to a new row: its driver is not supported; use SQLite")
    return int(key[0])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
