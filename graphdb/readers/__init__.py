"""Fact files: TSV, CSV, other delimiters and JSONL as one stream of records, and records as JSONL.

A literal is ``{"value": 1999}``; JSON has no dates, so they are ``{"value": "2020-01-31", "type": "date"}`` and
``{"value": "2020-01-31T12:00:00+00:00", "type": "datetime"}``, as an object and as the value of a property alike.
"""

from graphdb.readers.records import (
    DeleteEntity,
    DeleteFact,
    Origin,
    Record,
    Triple,
    UpsertEntity,
    UpsertFact,
)
from graphdb.readers.source import Format, RecordStream, Source, open_records, read_records
from graphdb.readers.writer import dump_records, format_record, write_facts_jsonl

__all__ = [
    "DeleteEntity",
    "DeleteFact",
    "Format",
    "Origin",
    "Record",
    "RecordStream",
    "Source",
    "Triple",
    "UpsertEntity",
    "UpsertFact",
    "dump_records",
    "format_record",
    "open_records",
    "read_records",
    "write_facts_jsonl",
]
