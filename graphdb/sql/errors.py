"""The errors of SQLAlchemy and of the drivers, mapped once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc as sa

from graphdb.errors import ReadOnlyStoreError, StoreAccessError, StoreCorruptError, StoreError, StoreUnavailableError

_Rule = tuple[type[StoreError], str]

# Beginnings of SQLSTATE codes, the most specific first.
_STATES: tuple[tuple[str, _Rule], ...] = (
    ("28", (StoreAccessError, "check the user and the password")),
    ("42501", (StoreAccessError, "grant the user the rights on the tables")),
    ("25006", (ReadOnlyStoreError, "open it on a server that accepts writes")),
    ("3D000", (StoreError, "create the database first")),
    ("42P01", (StoreCorruptError, "load the facts into a new database")),
    ("42703", (StoreCorruptError, "load the facts into a new database")),
    ("XX", (StoreCorruptError, "check the database, or load the facts into a new one")),
    ("08", (StoreUnavailableError, "check that the server runs, then try again")),
    ("40", (StoreUnavailableError, "try again")),
    ("53", (StoreUnavailableError, "the server is overloaded: try again later")),
    ("55P03", (StoreUnavailableError, "another process holds a lock: try again")),
    ("57", (StoreUnavailableError, "the server is starting or stopping: try again")),
)

# Parts of messages of SQLite, and of connections that PostgreSQL refused before it gave a code.
_MESSAGES: tuple[tuple[str, _Rule], ...] = (
    ("refused", (StoreUnavailableError, "check that the server runs, then try again")),
    ("locked", (StoreUnavailableError, "another process is writing: try again, or raise timeout_s")),
    ("busy", (StoreUnavailableError, "another process is writing: try again, or raise timeout_s")),
    ("readonly database", (ReadOnlyStoreError, "check the rights on the file and on its folder")),
    ("not a database", (StoreCorruptError, "name another file, or delete this one and load the facts again")),
    ("malformed", (StoreCorruptError, "restore the file from a copy, or load the facts into a new one")),
    ("no such table", (StoreCorruptError, "load the facts into a new file")),
    ("no such column", (StoreCorruptError, "load the facts into a new file")),
    ("unable to open", (StoreAccessError, "check that the folder exists and that you may write there")),
    ("authentication failed", (StoreAccessError, "check the user and the password")),
    ("no password supplied", (StoreAccessError, "give the user's password")),
    ('role "', (StoreAccessError, "check the user")),
    ("permission denied", (StoreAccessError, "check the user's rights")),
    ('database "', (StoreError, "create the database first")),
    ("is full", (StoreError, "make room on the disk")),
)


@contextmanager
def mapped(url: str) -> Iterator[None]:
    """Raise what the database says as the errors of this package.

    :param url: the graph, without a password, for the message.
    :raises StoreError: or one of its subclasses, with the original as its cause.
    """
    try:
        yield
    except sa.TimeoutError as exc:
        raise StoreUnavailableError(f"no connection to the graph {url} was free in time: try again later") from exc
    except sa.SQLAlchemyError as exc:
        raise _map(exc, url) from exc


def _map(exc: sa.SQLAlchemyError, url: str) -> StoreError:
    original = exc.orig if isinstance(exc, sa.DBAPIError) else None
    message = " ".join(str(original if original is not None else exc).split())
    kind, advice = _rule(exc, original, message)
    return kind(f"the graph {url} failed: {message}: {advice}")


def _rule(exc: sa.SQLAlchemyError, original: BaseException | None, message: str) -> _Rule:
    state = getattr(original, "sqlstate", None)
    if state:
        return next((rule for start, rule in _STATES if state.startswith(start)), _OTHER)
    known = next((rule for part, rule in _MESSAGES if part in message), None)
    if known is not None:
        return known
    if isinstance(exc, sa.OperationalError | sa.InterfaceError):
        return StoreUnavailableError, "check that the server runs and can be reached, then try again"
    return _OTHER


_OTHER: _Rule = (StoreError, "see the cause above")
