"""Notices when the schema of a graph may have changed."""

from __future__ import annotations

import time

from graphdb import GraphReader, Schema

_EVERY_S = 5.0  # how often the catalogue of a graph that counts no changes is read, at most
_SELDOM = 50  # and it is left alone for so many times as long as reading it took


class SchemaWatch:
    """Reads the schema again when there is reason to.

    A graph that does not count its changes is looked at now and then, the more seldom the longer that takes.
    """

    def __init__(self) -> None:
        self._watermark: int | None = None
        self._look_at = 0.0

    def look(self, graph: GraphReader, *, now: bool = False) -> Schema | None:
        """The schema, if it has to be looked at; ``None`` if it is the one that was seen last.

        :param now: look at a graph that does not count its changes in any case.
        """
        watermark = graph.watermark()
        began = time.monotonic()
        if watermark == self._watermark and (watermark or not (now or began >= self._look_at)):
            return None
        schema = graph.schema()
        self._watermark = watermark
        ended = time.monotonic()
        self._look_at = ended + max(_EVERY_S, _SELDOM * (ended - began))
        return schema
