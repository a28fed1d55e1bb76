"""The tables of the ledger, and the engine that opens them."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    insert,
    inspect,
    select,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from graphdb.errors import LedgerError

VERSION: Final = "1"
BUSY_TIMEOUT_S: Final = 60
DIALECTS: Final = ("sqlite", "postgresql")

_metadata = MetaData()

settings = Table(
    "ledger_settings",
    _metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Text, nullable=False),
)
sources = Table(
    "ledger_sources",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
)
runs = Table(
    "ledger_runs",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("source", ForeignKey(sources.c.id), nullable=False),
    Column("started", String(32), nullable=False),
    Column("finished", String(32)),
    Column("digest", String(32)),
    Column("batches", Integer, nullable=False, default=0),
    Column("rows", Integer, nullable=False, default=0),
    Column("counts", Text, nullable=False, default="{}"),
    sqlite_autoincrement=True,
)
claims = Table(
    "ledger_claims",
    _metadata,
    # Rows in the order of arrival and narrow indices: a batch then touches few pages, though its digests are random.
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("record", LargeBinary(16), nullable=False),
    Column("source", Integer, nullable=False),
    Column("run", Integer, nullable=False),
    Column("content", LargeBinary(8), nullable=False),
    Column("subject", Text, nullable=False),
    Column("relation", Text, nullable=False),
    Column("object", Text, nullable=False),
    Column("kind", String(8), nullable=False),
)
Index("ledger_claims_record", claims.c.record, claims.c.source, unique=True)

_CLAIMS_BY_OBJECT: Final = {
    "sqlite": "CREATE INDEX IF NOT EXISTS ledger_claims_object ON ledger_claims (object)",
    "postgresql": "CREATE INDEX IF NOT EXISTS ledger_claims_object ON ledger_claims USING hash (object)",
}


def index_objects(connection: Connection) -> None:
    """Make claims findable by their object. Few ledgers ever need it, and it costs a third of recording a batch."""
    connection.exec_driver_sql(_CLAIMS_BY_OBJECT[connection.dialect.name])


@contextmanager
def mapped(what: str) -> Iterator[None]:
    """Foreign errors as :class:`LedgerError`, once for the whole ledger."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as exc:  # the driver's own come from setting up a connection
        cause = exc.orig if isinstance(exc, DBAPIError) and exc.orig is not None else exc
        raise LedgerError(
            f"{what} failed ({cause}): check that the ledger is reachable, writable and undamaged, and that the disk "
            "is not full, then run the same sync again; nothing is lost"
        ) from exc


def open_engine(place: str | Path) -> Engine:
    """An engine on the ledger of this place, which is created if it does not exist.

    :raises LedgerError: if it cannot be opened, or is something else than a ledger of this version.
    """
    url = _url(place)
    shown = url.render_as_string(hide_password=True)
    with mapped(f"opening the ledger {shown}"):
        engine = create_engine(url)
    if url.get_backend_name() == "sqlite":
        _configure_sqlite(engine)
    try:
        with mapped(f"opening the ledger {shown}"):
            if url.get_backend_name() == "sqlite":
                _use_wal(engine)
            with engine.begin() as connection:
                _check_or_create(connection, shown)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _url(place: str | Path) -> URL:
    text = str(place)
    if "://" not in text:
        return URL.create("sqlite", database=text)
    try:
        url = make_url(text)
    except ArgumentError as exc:
        raise LedgerError("the ledger's URL cannot be parsed: give a file, or a URL such as sqlite:///sync.db") from exc
    if url.drivername == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in DIALECTS:
        raise LedgerError(
            f"a ledger cannot be kept in {url.get_backend_name()}: use a file, or a URL of {' or '.join(DIALECTS)}"
        )
    return url


def _configure_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # transactions begin below, not in the driver
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -32768")  # 32 MiB
        connection.execute("PRAGMA wal_autocheckpoint = 4000")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reads_only = connection.get_execution_options().get("reads_only", False)
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


def _use_wal(engine: Engine) -> None:
    """Switch to write-ahead logging; while another process does the same, SQLite refuses at once instead of waiting."""
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    connection = engine.raw_connection()
    try:
        while True:
            try:
                connection.cursor().execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as exc:
                if "locked" not in str(exc) or time.monotonic() > deadline:
                    raise LedgerError(f"the ledger {engine.url} cannot be opened ({exc})") from exc
                time.sleep(0.05)
            else:
                return
    finally:
        connection.close()


def _check_or_create(connection: Connection, shown: str) -> None:
    names = set(inspect(connection).get_table_names())
    if settings.name in names:
        version = connection.scalar(select(settings.c.value).where(settings.c.name == "version"))
        if version != VERSION:
            raise LedgerError(
                f"the ledger {shown} has version {version}, this kgqa reads version {VERSION}: "
                "use the kgqa that wrote it, or sync with a new ledger file"
            )
        return
    if names and connection.dialect.name == "sqlite":
        raise LedgerError(
            f"{shown} is a database but no sync ledger (it has the table {min(names)!r}): "
            "give another file for the ledger"
        )
    _metadata.create_all(connection)
    connection.execute(insert(settings), [{"name": "version", "value": VERSION}, {"name": "sweeps", "value": "0"}])
