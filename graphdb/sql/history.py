"""What changed, and when."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, false, select, true, union_all

from graphdb.sql.schema import meta, node, tombstone
from graphdb.store import Change

_BATCH = 5000
_WATERMARK = select(meta.c.watermark)


def read_watermark(connection: Connection) -> int:
    """The sequence of the latest change."""
    return int(connection.execute(_WATERMARK).scalar_one())


def read_changes(connection: Connection, since: int, until: int) -> Sequence[Change]:
    """The next changes after ``since`` and up to ``until``, in order."""
    kept = select(node.c.changed.label("sequence"), node.c.ident, node.c.whole, false().label("deleted")).where(
        node.c.changed > since, node.c.changed <= until
    )
    gone = select(tombstone.c.sequence, tombstone.c.ident, tombstone.c.whole, true()).where(
        tombstone.c.sequence > since, tombstone.c.sequence <= until
    )
    changes = union_all(kept, gone).order_by("sequence").limit(_BATCH)
    return [
        Change(sequence, ident if whole is None else whole, bool(deleted))
        for sequence, ident, whole, deleted in connection.execute(changes)
    ]
