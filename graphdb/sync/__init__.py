"""Applying fact files to a graph, with a ledger of what came from where: see :func:`sync`."""

from graphdb.sync.applying import BATCH_SIZE, Progress, sync
from graphdb.sync.report import Counts, SyncReport
from graphdb.sync.writing import Retry

__all__ = ["BATCH_SIZE", "Counts", "Progress", "Retry", "SyncReport", "sync"]
