"""Comparing what is derived from a graph with the graph: its index and its ledger; and mending them.

The graph is right, always: the index is made to agree with it, and the ledger gives up claims to what is gone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from graphdb import TYPE_RELATION, GraphStore, Ledger, html
from graphdb.errors import IndexCorruptError, IndexMismatchError, IndexMissingError
from graphdb.ledger import Claim
from indexing import AliasIndex, Difference
from kgqa.graph import Graph

SHOWN = 20
"""How many findings of each kind are named one by one; all are counted."""


class Kind(StrEnum):
    """What can differ."""

    INDEX_MISSING = "index missing"
    INDEX_UNUSABLE = "index unusable"  # damaged, or of another graph, or of a later state of this one
    ENTITY_NOT_INDEXED = "entity not indexed"
    ENTITY_GONE = "entity gone"  # it is in the index and no longer in the graph
    NAMES_DIFFER = "names differ"
    TYPES_DIFFER = "types differ"
    LEDGER_OF_ANOTHER_GRAPH = "ledger of another graph"
    CLAIM_GONE = "claim gone"  # the ledger says that a source brought it, and the graph no longer has it
    SYNC_UNFINISHED = "sync unfinished"


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference, in words.

    :param about: the entity's key, the fact, the source or the file.
    """

    kind: Kind
    about: str
    message: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found.

    :param counts: how many differences there are of each kind; kinds with none are left out.
    :param findings: the first of each kind.
    :param repaired: what was mended.
    """

    counts: dict[Kind, int]
    findings: tuple[Finding, ...] = ()
    repaired: tuple[str, ...] = ()

    @property
    def healthy(self) -> bool:
        return not self.counts

    def to_dict(self) -> dict[str, Any]:
        """As plain values, ready for JSON."""
        return {
            "healthy": self.healthy,
            "counts": {kind.value: count for kind, count in self.counts.items()},
            "findings": [{"kind": f.kind.value, "about": f.about, "message": f.message} for f in self.findings],
            "repaired": list(self.repaired),
        }

    def __str__(self) -> str:
        lines = [f"{kind}: {count:,}" for kind, count in self.counts.items()] or [
            "index and ledger agree with the graph"
        ]
        return "\n".join([*lines, *(f"repaired: {what}" for what in self.repaired)])

    def _repr_html_(self) -> str:
        """For notebooks."""
        if self.healthy:
            found = html.paragraph("index and ledger agree with the graph")
        else:
            messages = [finding.message for finding in self.findings]
            found = html.listed("differences from the graph:", messages, sum(self.counts.values()))
        return found + html.listed("repaired:", self.repaired, len(self.repaired))


def diagnose(graph: Graph) -> Diagnosis:
    """Compare the graph with its index and its ledger. Nothing is changed; memory does not grow with the graph."""
    counts: Counter[Kind] = Counter()
    shown: list[Finding] = []
    for finding in _findings(graph):
        counts[finding.kind] += 1
        if counts[finding.kind] <= SHOWN:
            shown.append(finding)
    return Diagnosis(dict(counts), tuple(shown))


def repair(graph: Graph) -> Diagnosis:
    """Mend the index and the ledger, and look again.

    An index that cannot be used is built anew; any other takes over what differs. A ledger of another graph is put
    aside under another name; claims to what the graph no longer has are dropped, so that the next sync of their
    source brings them back. An unfinished sync stays: only its files can complete it.

    :returns: what differs still, with what was mended.
    """
    found = diagnose(graph).counts
    done: list[str] = []
    if found.keys() & {Kind.INDEX_MISSING, Kind.INDEX_UNUSABLE}:
        graph.update_index(rebuild=True)
        done.append("the index was built anew")
    elif found.keys() & {Kind.ENTITY_NOT_INDEXED, Kind.ENTITY_GONE, Kind.NAMES_DIFFER, Kind.TYPES_DIFFER}:
        graph.update_index(compare=True)
        done.append("the index was brought up to date")
    if Kind.LEDGER_OF_ANOTHER_GRAPH in found:
        done.append(f"the ledger of another graph is now {_put_aside(graph.workspace.ledger)}")
    if Kind.CLAIM_GONE in found:
        done.append(f"{_drop_claims(graph):,} claims of the ledger were dropped")
    left = diagnose(graph)
    return Diagnosis(left.counts, left.findings, tuple(done))


def _findings(graph: Graph) -> Iterator[Finding]:
    yield from _index_findings(graph)
    if graph.workspace.ledger.exists():
        with Ledger(graph.workspace.ledger) as ledger:
            yield from _ledger_findings(ledger, graph.store)


# --- index ------------------------------------------------------------------------------------------------------------


def _index_findings(graph: Graph) -> Iterator[Finding]:
    where = str(graph.workspace.index)
    try:
        with AliasIndex.open(graph.workspace.index) as index:
            index.check(graph.store)
            for difference in index.differences(graph.store):
                yield _finding(difference)
    except IndexMissingError:
        yield Finding(Kind.INDEX_MISSING, where, f"{graph.store.url} has no index in {where}")
    except (IndexCorruptError, IndexMismatchError) as exc:
        yield Finding(Kind.INDEX_UNUSABLE, where, str(exc))


def _finding(difference: Difference) -> Finding:
    details = [
        f"{verb} {', '.join(map(repr, texts))}"
        for verb, texts in (("lacks", difference.missing), ("still has", difference.stale))
        if texts
    ]
    said = f"the index {' and '.join(details)}"
    if difference.key is None:
        return Finding(Kind.TYPES_DIFFER, TYPE_RELATION, f"types: {said}")
    if difference.gone:
        return Finding(Kind.ENTITY_GONE, difference.key, f"{difference.key!r} is not in the graph: {said}")
    kind = Kind.ENTITY_NOT_INDEXED if difference.unknown else Kind.NAMES_DIFFER
    return Finding(kind, difference.key, f"{difference.key!r}: {said}")


# --- ledger -----------------------------------------------------------------------------------------------------------


def _ledger_findings(ledger: Ledger, store: GraphStore) -> Iterator[Finding]:
    owner = ledger.graph_id()
    if owner not in (None, store.graph_id):
        message = f"the ledger {ledger.url} belongs to the graph {owner}, and {store.url} is {store.graph_id}"
        yield Finding(Kind.LEDGER_OF_ANOTHER_GRAPH, ledger.url, message)
        return
    seen: set[str] = set()
    for run in ledger.runs():
        if run.source not in seen and run.finished is None:
            message = f"the sync of {run.source} that began at {run.started} has not finished: sync it again"
            yield Finding(Kind.SYNC_UNFINISHED, run.source, message)
        seen.add(run.source)
    for batch in ledger.claims():
        for source, claim in _gone(batch, store):
            about = claim.subject if claim.is_entity else " ".join(map(str, claim.triple))
            what = f"the entity {about!r}" if claim.is_entity else f"the fact {about!r}"
            message = f"{what} that {source} brought is no longer in the graph"
            yield Finding(Kind.CLAIM_GONE, about, message)


def _gone(batch: Sequence[tuple[str, Claim]], store: GraphStore) -> Iterator[tuple[str, Claim]]:
    """The claims to what the graph does not have."""
    entities = store.entities([claim.subject for _, claim in batch if claim.is_entity])
    triples = [c.triple for _, c in batch if not c.is_entity and c.relation != TYPE_RELATION]
    facts = {fact.triple for fact in store.facts(triples)}
    for source, claim in batch:
        if claim.is_entity:
            held = claim.subject in entities
        else:
            held = claim.relation == TYPE_RELATION or claim.triple in facts
        if not held:
            yield source, claim


def _drop_claims(graph: Graph) -> int:
    dropped = 0
    with Ledger(graph.workspace.ledger) as ledger:
        for batch in ledger.claims():
            gone = [claim.record for _, claim in _gone(batch, graph.store)]
            ledger.forget(gone)
            dropped += len(gone)
    return dropped


def _put_aside(ledger: Path) -> Path:
    with Ledger(ledger) as opened:
        owner = opened.graph_id()
    aside = ledger.with_name(f"ledger-{owner}.sqlite")
    ledger.replace(aside)
    return aside
