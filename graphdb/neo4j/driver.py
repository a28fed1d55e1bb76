"""The official driver, and the only file that imports it: connections, transactions, values and errors.

Every piece of work runs in a managed transaction, which the driver makes again by itself when the server says that this
can help. Reads are marked as reads, so that a cluster serves them from its replicas, and share bookmarks with the
writes, so that they see them.
"""

from __future__ import annotations

import logging
import math
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, TypeAlias, TypeVar, cast
from urllib.parse import unquote, urlsplit

from neo4j import Driver, GraphDatabase, ManagedTransaction, NotificationMinimumSeverity, Session
from neo4j import time as neo4j_time
from neo4j.exceptions import (
    AuthError,
    ConfigurationError,
    ConstraintError,
    DriverError,
    Forbidden,
    GqlError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TokenExpired,
    TransientError,
)

from graphdb.errors import SettingsError, StoreAccessError, StoreError, StoreUnavailableError
from graphdb.neo4j.cypher import IDENTITY, NOTHING
from graphdb.values import Scalar, normalise_scalar

__all__ = ["Connection", "Driver", "Run", "storable"]

logger = logging.getLogger(__name__)

T = TypeVar("T")
Parameters: TypeAlias = Mapping[str, object]
Run: TypeAlias = Callable[[str, Parameters], list[list[Any]]]
"""Runs a statement in the transaction at hand and gives its rows."""

SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
_OLDEST = (5, 26)
# What a server says when two programs create the same at once, in spite of IF NOT EXISTS.
_ALREADY = frozenset(
    f"Neo.ClientError.Schema.{name}"
    for name in (
        *("EquivalentSchemaRuleAlreadyExists", "IndexAlreadyExists", "ConstraintAlreadyExists"),
        *("IndexWithNameAlreadyExists", "ConstraintWithNameAlreadyExists"),
    )
)
_USER_AGENT = "kgqa"


@dataclass(frozen=True, slots=True)
class Address:
    """A URL taken apart: where the server is, and what else the URL said."""

    url: str
    database: str | None
    auth: tuple[str, str] | None

    def __repr__(self) -> str:
        return f"Address({self.url!r})"


def parse_url(url: str) -> Address:
    """Take ``neo4j://[USER:PASSWORD@]HOST[:PORT][/DATABASE]`` apart.

    :raises SettingsError: if it is no such URL. The message does not repeat a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as exc:
        raise SettingsError(f"the graph's URL cannot be read ({exc}): use neo4j://HOST:7687") from exc
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise SettingsError(
            f"the graph's URL has the scheme {parts.scheme!r} and the host {parts.hostname!r}: "
            f"use neo4j://HOST:7687, with one of the schemes {', '.join(SCHEMES)}"
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    where = f"{parts.scheme}://{host}" + (f":{port}" if port else "") + (f"?{parts.query}" if parts.query else "")
    return Address(
        url=where,
        database=unquote(parts.path.strip("/")) or None,
        auth=(unquote(parts.username), unquote(parts.password or "")) if parts.username else None,
    )


def _auth_from_environment() -> tuple[str, str] | None:
    user, password = os.environ.get("KGQA_NEO4J_USER"), os.environ.get("KGQA_NEO4J_PASSWORD")
    return (user or "neo4j", password) if password else None


class Connection:
    """One database on a server, through one driver that all threads share.

    :param driver: an open driver.
    :param address: its URL, for messages.
    :param database: the database; the user's home database if not given.
    :param owned: whether :meth:`close` closes the driver.
    :raises StoreError: if the server cannot be used.
    """

    def __init__(self, driver: Driver, address: str, *, database: str | None = None, owned: bool = False) -> None:
        self._driver = driver
        self._address = address
        self._owned = owned
        self._closed = False
        self._lock = threading.Lock()
        self._database = database
        try:
            name, self.store_id = self._identify()
        except BaseException:
            self.close()
            raise
        self._database = database or name

    @classmethod
    def open(cls, url: str, *, auth: tuple[str, str] | None, database: str | None, retry_time_s: float) -> Connection:
        """Make a driver of our own and connect.

        :param auth: user and password; else those of the URL, else those of the environment.
        :param retry_time_s: for how long a transaction is made again while the server cannot be used, in seconds.
        """
        address = parse_url(url)
        if auth is None:
            auth = address.auth or _auth_from_environment()
        with _mapped(address.url):
            driver = GraphDatabase.driver(
                address.url,
                auth=auth,
                user_agent=_USER_AGENT,
                max_transaction_retry_time=retry_time_s,
                connection_timeout=min(10.0, max(1.0, retry_time_s)),
                connection_acquisition_timeout=max(10.0, retry_time_s),
            )
        return cls(driver, address.url, database=database or address.database, owned=True)

    def define(self, text: str) -> None:
        """Create or drop a constraint or an index, in a transaction of its own. It may be there or gone already."""
        with self._session() as session:
            try:
                session.execute_write(_bound(lambda run: run(text, {})))
            except Neo4jError as exc:
                if exc.code not in _ALREADY:
                    raise

    @property
    def url(self) -> str:
        """Where the database is, without user and password."""
        return f"{self._address}/{self._database}" if self._database else self._address

    def __repr__(self) -> str:
        return f"Connection({self.url!r})"

    def read(self, work: Callable[[Run], T]) -> T:
        """Do work that only reads, in one transaction. It may be called more than once, if the server fails."""
        with self._session() as session:
            return session.execute_read(_bound(work))

    def write(self, work: Callable[[Run], T]) -> T:
        """Do work that writes, in one transaction: all of it happens or nothing does."""
        with self._session() as session:
            return session.execute_write(_bound(work))

    def rows(self, text: str, parameters: Parameters | None = None) -> list[list[Any]]:
        """The rows of one statement that only reads."""
        return self.read(lambda run: run(text, parameters or {}))

    def latest_commit(self) -> frozenset[str]:
        """What stays the same as long as nobody writes to the database: the server's bookmark of its latest commit.

        Empty if the server gives none.
        """
        with self._session() as session:
            session.execute_read(_bound(lambda run: run(NOTHING, {})))
            return session.last_bookmarks().raw_values

    def close(self) -> None:
        """Close the driver if it is ours. A second call does nothing."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        if self._owned:
            with _mapped(self.url):
                self._driver.close()

    @contextmanager
    def _session(self) -> Iterator[Session]:
        if self._closed:
            raise StoreError(f"the graph at {self.url} is closed: open it again to use it")
        with (
            _mapped(self.url),
            self._driver.session(
                database=self._database,
                bookmark_manager=self._driver.execute_query_bookmark_manager,
                notifications_min_severity=NotificationMinimumSeverity.OFF,
            ) as session,
        ):
            yield session

    def _identify(self) -> tuple[str, str]:
        """The name of the database, and the identity that the server gave it.

        :raises StoreError: if the server is too old.
        """
        version, name, store_id = self.rows(IDENTITY)[0]
        if tuple(int(digits) for digits in re.findall(r"\d+", version)[:2]) < _OLDEST:
            raise StoreError(
                f"the server at {self._address} is Neo4j {version}: kgqa needs {'.'.join(map(str, _OLDEST))} or later"
            )
        return str(name), str(store_id)


def _bound(work: Callable[[Run], T]) -> Callable[[ManagedTransaction], T]:
    def call(transaction: ManagedTransaction) -> T:
        def run(text: str, parameters: Parameters) -> list[list[Any]]:
            return transaction.run(cast("Any", text), dict(parameters)).values()

        return work(run)

    return call


# --- errors ---------------------------------------------------------------------------------------------------------


@contextmanager
def _mapped(url: str) -> Iterator[None]:
    """Turn the driver's errors into ours. The messages of the server name no credentials."""
    try:
        yield
    except (ServiceUnavailable, SessionExpired, TransientError) as exc:
        raise StoreUnavailableError(
            f"the Neo4j server at {url} cannot be used now ({_reason(exc)}): "
            "check that it runs and can be reached, then try again"
        ) from exc
    except TokenExpired as exc:
        raise StoreAccessError(f"the token for {url} has expired: give a new one") from exc
    except AuthError as exc:
        raise StoreAccessError(
            f"the Neo4j server at {url} refused the credentials ({_reason(exc)}): "
            "set KGQA_NEO4J_USER and KGQA_NEO4J_PASSWORD, or give auth=(user, password)"
        ) from exc
    except Forbidden as exc:
        raise StoreAccessError(
            f"the user may not do this on {url} ({_reason(exc)}): "
            "give the user the rights, or open the graph as another user"
        ) from exc
    except ConstraintError as exc:
        raise StoreError(
            f"{url} refused a write that would break a constraint ({_reason(exc)}): "
            "another program wrote the same at the same time, or the database has constraints of its own; try again"
        ) from exc
    except ConfigurationError as exc:
        raise SettingsError(f"the connection to {url} cannot be made as asked ({_reason(exc)})") from exc
    except Neo4jError as exc:
        kind = StoreUnavailableError if exc.is_retryable() else StoreError
        raise kind(f"Neo4j at {url} refused or failed ({_reason(exc)}): see the server's log for more") from exc
    except DriverError as exc:
        kind = StoreUnavailableError if exc.is_retryable() else StoreError
        raise kind(f"the Neo4j driver failed at {url} ({_reason(exc)})") from exc
    except OSError as exc:
        raise StoreUnavailableError(
            f"the Neo4j server at {url} cannot be reached ({exc}): check that it runs, then try again"
        ) from exc


def _reason(exc: DriverError | GqlError) -> str:
    if isinstance(exc, Neo4jError):
        return f"{exc.code}: {exc.message}"
    return str(exc) or type(exc).__name__


# --- values ---------------------------------------------------------------------------------------------------------


def storable(value: object) -> Scalar | tuple[Scalar, ...] | None:
    """A property of the database as a value of ours; ``None`` if it is of a kind that we do not have.

    Of times, durations, points, bytes and numbers that are not finite there is none. Nanoseconds are cut.
    """
    if isinstance(value, list):
        values = [storable(v) for v in value]
        kept = tuple(v for v in values if v is not None and not isinstance(v, tuple))
        return kept or None
    return _scalar(value)


def _scalar(value: object) -> Scalar | None:
    match value:
        case bool() | int() | str():
            return value
        case float():
            return normalise_scalar(value) if math.isfinite(value) else None
        case neo4j_time.DateTime():
            return normalise_scalar(_datetime(value))
        case neo4j_time.Date():
            return date(value.year, value.month, value.day)
        case _:
            return None


def _datetime(value: neo4j_time.DateTime) -> datetime:
    naive = datetime(  # noqa: DTZ001
        value.year, value.month, value.day, value.hour, value.minute, value.second, value.nanosecond // 1000
    )
    offset = value.utcoffset()
    return naive if offset is None else naive.replace(tzinfo=timezone(timedelta(seconds=int(offset.total_seconds()))))
