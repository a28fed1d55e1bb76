"""Batches to the store: tried again where that can help, and divided until the rows at fault are found."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from graphdb.errors import InputError, StoreError, StoreUnavailableError
from graphdb.store import Outcome
from graphdb.values import Entity, Fact, Node

_logger = logging.getLogger(__name__)
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class GraphWriter(Protocol):
    """The writes of a :class:`~graphdb.store.GraphStore`."""

    def upsert_entities(self, entities: Sequence[Entity]) -> Sequence[Outcome]: ...

    def delete_entities(self, keys: Sequence[str]) -> Sequence[Outcome]: ...

    def upsert_facts(self, facts: Sequence[Fact]) -> Sequence[Outcome]: ...

    def delete_facts(self, triples: Sequence[tuple[str, str, Node]]) -> Sequence[Outcome]: ...


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a call that may succeed later is made, with a wait that doubles each time.

    :param attempts: how many times in all, at least 1.
    :param first_wait_s: seconds before the second attempt.
    :param longest_wait_s: no wait is longer than this many seconds.
    """

    attempts: int = 7
    first_wait_s: float = 0.25
    longest_wait_s: float = 8.0

    def call(self, action: Callable[[], _Result]) -> _Result:
        """What the action returns in the first attempt that succeeds.

        :raises StoreUnavailableError: if no attempt did.
        :raises StoreError: at once, if another attempt cannot help.
        """
        started = time.monotonic()
        wait = self.first_wait_s
        for attempt in range(1, self.attempts + 1):
            try:
                return action()
            except StoreError as exc:
                if not exc.is_retryable():
                    raise
                if attempt == self.attempts:
                    raise StoreUnavailableError(_gave_up(exc, attempt, time.monotonic() - started)) from exc
                _logger.warning("attempt %d of %d failed, next in %.1f s: %s", attempt, self.attempts, wait, exc)
                time.sleep(wait)
                wait = min(2 * wait, self.longest_wait_s)
        raise AssertionError("unreachable: attempts is at least 1")


def _gave_up(exc: StoreError, attempts: int, seconds: float) -> str:
    tried = "once" if attempts == 1 else f"{attempts} times in {seconds:.0f} s"
    return (
        f"{exc} (tried {tried}). The sync stopped; what it has applied stays applied: "
        "run the same command again when the database answers, and it completes the rest"
    )


def write(
    operation: Callable[[Sequence[_Item]], Sequence[Outcome]], items: Sequence[_Item], retry: Retry
) -> list[Outcome | InputError]:
    """Give a batch to the store; if it refuses the batch, give its halves, and so find the items that it refuses.

    :returns: for every item its outcome, or why it was refused.
    """
    if not items:
        return []
    try:
        return list(retry.call(lambda: operation(items)))
    except InputError as exc:
        if len(items) == 1:
            return [exc]
        middle = len(items) // 2
        return write(operation, items[:middle], retry) + write(operation, items[middle:], retry)
