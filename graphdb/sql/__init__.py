"""A graph in a relational database: a SQLite file by default, PostgreSQL by URL."""

from graphdb.sql.store import SqlStore

__all__ = ["SqlStore"]
