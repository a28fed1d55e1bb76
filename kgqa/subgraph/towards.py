"""Extraction in training: the facts that lead to the answers, which are known there.

What is likely alone would starve the later hops of signal. So the facts that can still reach an answer in the hops that
are left are kept as well, found by a backward search from the answers that does not pass through hubs. And while the
likeliest seeds do not reach some answer, the steps to such facts are among those that a hop chooses from: chosen from
the steps of what is likely alone, the right one has no probability, and without any it never gets some.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kgqa.subgraph.keys import NODE_BITS, NODE_MASK, contains
from kgqa.subgraph.view import BoolArray, FloatArray, GraphView, IntArray, distinct


class Towards:
    """The way to the answers of a batch of questions, hop by hop.

    :param answers: for each question the local ids of its answers.
    :param hub: rows with more neighbours, and nodes of the backward search, are not looked at.
    :param seed: the seeds, as keys; ascending. *Shape:* ``(seeds,)``.
    :param weight: how likely each of them is meant. *Shape:* ``(seeds,)``.
    """

    def __init__(
        self, view: GraphView, answers: Sequence[IntArray], hops: int, hub: int, seed: IntArray, weight: FloatArray
    ) -> None:
        self._view = view
        self._hub = hub
        self._keep = _reaching(view, answers, hops, hub)
        self._unreached = self._keep[-1]
        self._meant = seed[_are_likeliest(seed >> NODE_BITS, weight)]

    def leads(self, hop: int, reached: IntArray) -> BoolArray:
        """Whether an answer can still be reached from each node after a hop."""
        return contains(self._keep[hop], reached)

    def offered(self, hop: int, frontier: IntArray, entry: IntArray, rows: IntArray) -> IntArray:
        """The rows whose steps a hop is to choose from, because they lead to an answer that is not reached yet.

        :param entry: the position in the frontier of each row.
        :returns: positions among the rows.
        """
        self._unreached = self._unreached[~contains(self._meant, self._unreached)]
        seeking = np.isin(frontier[entry] >> NODE_BITS, self._unreached >> NODE_BITS)
        sought = np.flatnonzero(seeking & (self._view.degrees_of(rows) <= self._hub))
        base, target = self._view.expand(rows[sought])
        leading = self.leads(hop, frontier[entry[sought[base]]] & ~NODE_MASK | target)
        return distinct(sought[base[leading]])

    def went(self, source: IntArray, reached: IntArray) -> None:
        """What a hop reached, and from where.

        :param source: the node that each edge starts from. *Shape:* ``(edges,)``.
        :param reached: the node that it leads to. *Shape:* ``(edges,)``.
        """
        self._meant = distinct(reached[contains(self._meant, source)])


def _reaching(view: GraphView, answers: Sequence[IntArray], hops: int, hub: int) -> list[IntArray]:
    """For each hop, the nodes (keyed) from which an answer can still be reached in the hops that are left after it."""
    ring = distinct(np.concatenate([(i << NODE_BITS) | a for i, a in enumerate(answers)]))
    reach = [ring]
    for _ in range(hops - 1):
        entry, rows = view.rows_of(ring & NODE_MASK)
        total = np.bincount(entry, weights=view.degrees_of(rows), minlength=len(ring))
        small = total[entry] <= hub
        entry, rows = entry[small], rows[small]
        base, target = view.expand(rows)
        ring = distinct(ring[entry[base]] & ~NODE_MASK | target)
        reach.append(np.union1d(reach[-1], ring))
    return reach[::-1]


def _are_likeliest(question: IntArray, weight: FloatArray) -> BoolArray:
    """Whether each seed has at least half the weight of the heaviest one of its question."""
    peak = np.zeros(int(question.max(initial=-1)) + 1, dtype=np.float32)
    np.maximum.at(peak, question, weight)
    return np.asarray(weight >= peak[question] / 2)
