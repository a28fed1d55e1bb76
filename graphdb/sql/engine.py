"""Connections: a SQLite file in WAL mode, or whatever else SQLAlchemy's URL names."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from graphdb.errors import SettingsError, StoreError
from graphdb.sql.codec import ident_of, property_texts
from graphdb.sql.dialect import IDENT, LOWER, PROPERTY, Dialect, PostgresDialect, SqliteDialect

WRITES = "kgqa_writes"
"""The execution option of a transaction that writes."""

_ALLOWED = "give the path of a SQLite file, sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE"
_CACHE_KIB = 64 * 1024
_MAPPED_BYTES = 1 << 30


def parse_url(url: str) -> URL:
    """The URL of a database; a bare path names a SQLite file.

    :raises SettingsError: if it is neither, or no database that is supported.
    """
    if "://" not in url:
        return URL.create("sqlite", database=str(Path(url).expanduser()))
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as exc:
        raise SettingsError(f"the graph's URL cannot be read: {_ALLOWED}") from exc
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise SettingsError(f"{parsed.get_backend_name()!r} is no database that can hold a graph: {_ALLOWED}")
    return parsed


def shown(url: URL) -> str:
    """The URL without any password."""
    hidden = {name: "***" for name in url.query if "password" in name.lower()}
    return url.update_query_dict(hidden).render_as_string(hide_password=True)


def dialect_of(url: URL) -> Dialect:
    return SqliteDialect() if url.get_backend_name() == "sqlite" else PostgresDialect()


def connect(url: URL, *, read_only: bool, timeout_s: float) -> Engine:
    """An engine for the database. Nothing is opened yet.

    :param timeout_s: how long to wait, in seconds, for a connection and for another process that is writing.
    :raises SettingsError: if the driver is not installed.
    :raises StoreError: if a SQLite file is to be read and does not exist.
    """
    try:
        if url.get_backend_name() == "sqlite":
            return _sqlite(url, read_only=read_only, timeout_s=timeout_s)
        return _postgres(url, timeout_s=timeout_s)
    except (NoSuchModuleError, ModuleNotFoundError) as exc:
        raise SettingsError(
            f"the driver {url.drivername!r} is not installed: pip install 'kgqa[postgres]', or name another driver"
        ) from exc


def _postgres(url: URL, *, timeout_s: float) -> Engine:
    arguments = {"connect_timeout": max(2, round(timeout_s))}
    engine = create_engine(url, pool_timeout=timeout_s, connect_args=arguments)
    event.listen(engine, "connect", _keep_join_order)
    return engine


def _keep_join_order(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Follow the indexes from the seeds, as the statements are written.

    A planner that thinks of throughput scans a whole relation for a thousand seeds, whatever the size of the graph.
    """
    cursor = connection.cursor()
    for setting in ("join_collapse_limit = 1", "enable_hashjoin = off", "enable_mergejoin = off"):
        cursor.execute(f"SET {setting}")
    cursor.close()
    connection.commit()


def _sqlite(url: URL, *, read_only: bool, timeout_s: float) -> Engine:
    arguments: dict[str, Any] = {"timeout": timeout_s, "check_same_thread": False, "isolation_level": None}
    in_memory = url.database in {None, "", ":memory:"}
    if not in_memory:
        path = Path(str(url.database))
        if read_only and not path.is_file():
            raise StoreError(f"there is no graph at {path}: name an existing file, or load facts into it first")
        if not path.parent.is_dir():
            raise StoreError(f"the folder {path.parent} of the graph does not exist: create it, or name another")
        url = _as_file_uri(url, path, read_only=read_only)
    # One connection is the whole of a database in memory, so it is kept and lent to one thread at a time.
    size = {"pool_size": 1, "max_overflow": 0} if in_memory else {}
    engine = create_engine(url, connect_args=arguments, poolclass=QueuePool, pool_timeout=timeout_s, **size)
    event.listen(engine, "connect", _configure_read_only if read_only else _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _as_file_uri(url: URL, path: Path, *, read_only: bool) -> URL:
    mode = "ro" if read_only else "rwc"
    return url.set(database=path.resolve().as_uri()).update_query_dict({"mode": mode, "uri": "true"})


def _configure_read_only(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    connection.execute(f"PRAGMA mmap_size = {_MAPPED_BYTES}")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.create_function(LOWER, 1, str.lower, deterministic=True)
    connection.create_function(IDENT, 1, ident_of, deterministic=True)
    connection.create_function(PROPERTY, 2, property_texts, deterministic=True)


def _configure(connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
    _configure_read_only(connection, entry)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


def _begin(connection: Connection) -> None:
    """Start the transaction ourselves: the driver would not for reads, and would too late for writes."""
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
