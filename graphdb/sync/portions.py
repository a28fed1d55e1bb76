"""What a source says, in portions that are applied one after the other, and prepared while the graph takes another."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from graphdb.errors import RecordError
from graphdb.ledger import Claim, claim_of_fact, claims_of_entity
from graphdb.readers import Record, Source
from graphdb.readers.lines import STDIN
from graphdb.sync.window import Window

# A thread that computes gives another one, which waits for the server again and again, its turn only after 5 ms each
# time, unless it sleeps now and then.
_ROWS_AT_ONCE = 64
_LET_OTHERS_RUN_S = 1e-5


@dataclass(frozen=True, slots=True)
class Portion:
    """Consecutive rows of a source: those that fit into one window, and those that cannot be read.

    :param size: how many rows the window has; rows that the graph refuses leave it later.
    :param claims: what the ledger is to hold of these rows.
    :param rows: how many rows of the source are done with this portion, from its start.
    """

    window: Window
    size: int
    claims: list[Claim]
    rejected: list[RecordError]
    rows: int


def portions(records: Iterable[Record | RecordError], size: int) -> Iterator[Portion]:
    """All rows, in their order; the last portion may be empty.

    :param size: how many rows a portion has at most, and how many of them beside may be rejected.
    """
    window, rejected, rows = Window(size), list[RecordError](), 0
    for record in records:
        if not _add(record, window, rejected):
            yield Portion(window, len(window), claims_of(window), rejected, rows)
            window, rejected = Window(size), []
            _add(record, window, rejected)
        rows += 1
        if not rows % _ROWS_AT_ONCE:
            time.sleep(_LET_OTHERS_RUN_S)
    yield Portion(window, len(window), claims_of(window), rejected, rows)


def _add(record: Record | RecordError, window: Window, rejected: list[RecordError]) -> bool:
    if not isinstance(record, RecordError):
        return window.add(record)
    if len(rejected) >= window.size:
        return False
    rejected.append(record)
    return True


def claims_of(window: Window) -> list[Claim]:
    """The claims that the rows of a window stand for, each record once."""
    claims = [claim_of_fact(record.fact) for record in window.facts.values()]
    values = [claim for record in window.entities.values() for claim in claims_of_entity(record.entity)]
    return claims if not values else list({claim.record: claim for claim in (*values, *claims)}.values())


@contextmanager
def prepared(portions: Iterator[Portion], source: Source) -> Iterator[Iterator[Portion]]:
    """The portions, of which the next one is prepared by a thread while one is worked on.

    A pipe is read when its rows are asked for: nothing could end a thread that waits for what another program writes.
    """
    if source.path == STDIN or not Path(source.path).is_file():
        yield portions
        return
    with ThreadPoolExecutor(1, thread_name_prefix="kgqa-sync") as thread, closing(_ahead(portions, thread)) as ahead:
        yield ahead


def _ahead(portions: Iterator[Portion], thread: ThreadPoolExecutor) -> Generator[Portion]:
    waiting = thread.submit(next, portions, None)
    while (portion := waiting.result()) is not None:
        waiting = thread.submit(next, portions, None)
        yield portion
