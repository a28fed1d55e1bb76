"""A graph in Neo4j: one that kgqa writes, or a user's own, read through a mapping."""

from graphdb.neo4j.inspect import inspect
from graphdb.neo4j.store import Neo4jStore
from graphdb.query import Query

__all__ = ["Neo4jStore", "Query", "inspect"]
