"""A growing window on the graph, as arrays: what has been read of it so far, each row at most once.

Nodes get an integer ``local_id`` on first sight. A *row* is a node and a step; its neighbours lie together in one
buffer. Rows are read from the graph when they are first asked for, many at a time. One view serves one question or
batch, so that answers are live; training keeps one view, so that the graph is read once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from graphdb import EntityType, GraphReader, Node, Schema, Step
from graphdb.values import Direction

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]

_EMPTY: IntArray = np.zeros(0, dtype=np.int64)


class StepVocabulary:
    """The steps of a graph, numbered: every relation and attribute, outwards and then inwards.

    :param schema: the graph's catalogue.
    """

    def __init__(self, schema: Schema) -> None:
        self.steps: tuple[Step, ...] = tuple(
            Step(r.name, direction) for direction in (Direction.OUT, Direction.IN) for r in schema.relations
        )
        self.texts: tuple[str, ...] = tuple(
            r.text_of(direction) for direction in (Direction.OUT, Direction.IN) for r in schema.relations
        )
        self.ids: dict[Step, int] = {step: i for i, step in enumerate(self.steps)}
        self._type_texts = {t.name: t.text for t in schema.types}

    def __len__(self) -> int:
        return len(self.steps)

    def type_text(self, entity_type: EntityType) -> str:
        """A type in words; its name if it is newer than the catalogue."""
        return self._type_texts.get(entity_type.name, entity_type.name)


@dataclass(slots=True)
class ReadCounts:
    """What a view has read from the graph."""

    facts: int = 0
    calls: int = 0
    truncated: dict[tuple[Node, Step], int] = field(default_factory=dict)
    """Rows that were cut at the fan-out cap, with the number of neighbours that they have in all."""


class GraphView:
    """Rows of a graph, read on demand.

    :param graph: where to read; it must outlive the view.
    :param steps: the steps that are followed; others are ignored.
    :param fan_out: the most neighbours that are read of one row; rows that were cut are in ``reads.truncated``.
    """

    def __init__(self, graph: GraphReader, steps: StepVocabulary, *, fan_out: int = 5000) -> None:
        self.graph = graph
        self.steps = steps
        self.fan_out = fan_out
        self.reads = ReadCounts()
        self.nodes: list[Node] = []
        self._ids: dict[Node, int] = {}
        self._profiled: BoolArray = np.zeros(0, dtype=np.bool_)
        # rows, sorted by node * len(steps) + step
        self._row_key = _EMPTY
        self._row_degree = _EMPTY
        self._row_start = _EMPTY  # -1: not read yet
        self._row_count = _EMPTY
        self._targets = np.zeros(1024, dtype=np.int64)
        self._used = 0

    def __len__(self) -> int:
        return len(self.nodes)

    # --- nodes --------------------------------------------------------------------------------------------------

    def ids_of(self, nodes: Sequence[Node]) -> IntArray:
        """The local ids of the nodes; new ones are numbered. *Shape:* ``(nodes,)``."""
        ids, known = self._ids, self.nodes
        out = np.empty(len(nodes), dtype=np.int64)
        for i, node in enumerate(nodes):
            local_id = ids.get(node)
            if local_id is None:
                local_id = ids[node] = len(known)
                known.append(node)
            out[i] = local_id
        return out

    # --- rows ---------------------------------------------------------------------------------------------------

    def rows_of(self, nodes: IntArray) -> tuple[IntArray, IntArray]:
        """All rows of each node: for every row its position in ``nodes`` and its index for :meth:`steps_of`,
        :meth:`degrees_of` and :meth:`expand`. *Shape:* ``(rows,)`` each.
        """
        self._profile(nodes)
        width = len(self.steps)
        first = np.searchsorted(self._row_key, nodes * width)
        last = np.searchsorted(self._row_key, (nodes + 1) * width)
        return _ranges(first, last - first)

    def steps_of(self, rows: IntArray) -> IntArray:
        """The step of each row. *Shape:* ``(rows,)``."""
        return self._row_key[rows] % len(self.steps)

    def degrees_of(self, rows: IntArray) -> IntArray:
        """How many neighbours each row has in the graph. *Shape:* ``(rows,)``."""
        return self._row_degree[rows]

    def expand(self, rows: IntArray) -> tuple[IntArray, IntArray]:
        """The neighbours of the rows: for every edge the position of its row in ``rows`` and the local id of the
        node it leads to. *Shape:* ``(edges,)`` each.
        """
        self._read(rows)
        base, at = _ranges(self._row_start[rows], self._row_count[rows])
        return base, self._targets[at]

    def along(self, nodes: IntArray, step: Step) -> tuple[IntArray, IntArray]:
        """The neighbours of the nodes by one step: for every edge the position of its node in ``nodes`` and the local
        id of the node it leads to. *Shape:* ``(edges,)`` each.
        """
        entry, rows = self.rows_of(nodes)
        taken = self.steps_of(rows) == self.steps.ids.get(step, -1)
        base, target = self.expand(rows[taken])
        return entry[taken][base], target

    # --- reading ------------------------------------------------------------------------------------------------

    def _profile(self, nodes: IntArray) -> None:
        if len(self._profiled) < len(self.nodes):
            grown = np.zeros(max(len(self.nodes), 2 * len(self._profiled)), dtype=np.bool_)
            grown[: len(self._profiled)] = self._profiled
            self._profiled = grown
        new = distinct(nodes[~self._profiled[nodes]])
        if not len(new):
            return
        width, ids = len(self.steps), self.steps.ids
        found = self.graph.degrees([self.nodes[i] for i in new.tolist()])
        self.reads.calls += 1
        self._profiled[new] = True
        pairs = [(d.node, step, d.count) for d in found if (step := ids.get(d.step)) is not None]
        if not pairs:
            return
        table = np.array(pairs, dtype=np.int64)
        key = new[table[:, 0]] * width + table[:, 1]
        order = np.argsort(key)
        key, degree = key[order], table[order, 2]
        at = np.searchsorted(self._row_key, key)
        self._row_key = np.insert(self._row_key, at, key)
        self._row_degree = np.insert(self._row_degree, at, degree)
        self._row_start = np.insert(self._row_start, at, -1)
        self._row_count = np.insert(self._row_count, at, 0)

    def _read(self, rows: IntArray) -> None:
        new = distinct(rows[self._row_start[rows] < 0])
        if not len(new):
            return
        width = len(self.steps)
        keys = self._row_key[new].tolist()
        asked = [(self.nodes[key // width], self.steps.steps[key % width]) for key in keys]
        # where nothing is to be cut, a read without a limit costs less
        limit = self.fan_out if int(self._row_degree[new].max()) > self.fan_out else None
        found = self.graph.neighbours(asked, limit=limit)
        self.reads.calls += 1
        self.reads.facts += len(found.targets)
        for cut in found.truncated:
            self.reads.truncated[asked[cut.row]] = cut.total
        count = np.bincount(np.asarray(found.rows, dtype=np.int64), minlength=len(new))
        self._append(self.ids_of(found.targets))
        self._row_count[new] = count
        self._row_start[new] = self._used - len(found.targets) + np.cumsum(count) - count

    def _append(self, targets: IntArray) -> None:
        need = self._used + len(targets)
        if need > len(self._targets):
            grown = np.zeros(max(need, 2 * len(self._targets)), dtype=np.int64)
            grown[: self._used] = self._targets[: self._used]
            self._targets = grown
        self._targets[self._used : need] = targets
        self._used = need


def distinct(values: IntArray) -> IntArray:
    """The values, ascending, each once. Several times as fast as numpy's own, which hashes integers before it sorts
    them."""
    ordered = np.sort(values)
    first = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def _ranges(start: IntArray, count: IntArray) -> tuple[IntArray, IntArray]:
    """For consecutive ranges: the number of the range and the index, for each of their elements."""
    base = np.repeat(np.arange(len(count)), count)
    offset = np.arange(len(base)) - np.repeat(np.cumsum(count) - count, count)
    return base, np.repeat(start, count) + offset
