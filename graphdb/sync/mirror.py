"""Deleting what a source has dropped and nobody else claims, as ``rsync --delete`` does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graphdb.ledger import Claim, Ledger, Run, Sweep
from graphdb.store import GraphStore, Outcome
from graphdb.sync.report import Tally
from graphdb.sync.writing import Retry
from graphdb.values import TYPE_RELATION, Direction, Entity, Fact, Node, Step

PAGE = 1000


def mirror(store: GraphStore, ledger: Ledger, runs: Sequence[tuple[Run, Tally]], retry: Retry) -> None:
    """Delete the records that earlier syncs of the runs' sources claimed, and that no source claims any more.

    First the facts of all, and with them the entities that only stood in them; then the entities that had rows of
    their own, unless they still have facts. Each page is one transaction of the ledger around the deletions in the
    graph, so a crash in between leaves the claims, and the next sync deletes again.
    """
    for run, tally in runs:
        while _drop_facts(store, ledger, run, tally, retry):
            pass
    for run, tally in runs:
        after = b""
        while page := _drop_entities(store, ledger, run, tally, retry, after):
            after = page[-1].record


def _drop_facts(store: GraphStore, ledger: Ledger, run: Run, tally: Tally, retry: Retry) -> bool:
    with ledger.look() as sweep:
        if not sweep.stale(run, entities=False, limit=1):
            return False
    with ledger.sweep() as sweep:
        page = sweep.stale(run, entities=False, limit=PAGE)
        sweep.drop(run, [claim for claim, _ in page])
        unclaimed = [claim for claim, alone in page if alone]
        triples = [claim.triple for claim in unclaimed]
        tally.facts[Outcome.DELETED] += _deleted(retry.call(lambda: store.delete_facts(triples)))
        orphans = _orphans(store, sweep, [claim for claim, _ in page])
        retry.call(lambda: store.delete_entities(orphans))
    return True


def _orphans(store: GraphStore, sweep: Sweep, deleted: Iterable[Claim]) -> list[str]:
    """The ends of deleted facts that were there for their facts only: no row, no name, no other fact."""
    ends = ends_of(deleted)
    linked = {ends[degree.node] for degree in store.degrees(ends)}
    free = [key for key in ends if key not in linked]
    entities = store.entities(free)
    bare = [key for key in free if key in entities and is_bare(entities[key])]
    claimed = sweep.claimed(bare)
    return [key for key in bare if key not in claimed]


def _drop_entities(
    store: GraphStore, ledger: Ledger, run: Run, tally: Tally, retry: Retry, after: bytes
) -> Sequence[Claim]:
    with ledger.look() as sweep:
        if not sweep.stale(run, entities=True, after=after, limit=1):
            return ()
    with ledger.sweep() as sweep:
        page = sweep.stale(run, entities=True, after=after, limit=PAGE)
        unclaimed = [claim for claim, alone in page if alone]
        in_use = in_use_of(store, [claim.subject for claim in unclaimed])
        for claim in unclaimed:
            if claim.subject in in_use:
                tally.keep(claim.subject)
        free = [claim.subject for claim in unclaimed if claim.subject not in in_use]
        tally.entities[Outcome.DELETED] += _deleted(retry.call(lambda: store.delete_entities(free)))
        sweep.drop(run, [claim for claim, alone in page if not (alone and claim.subject in in_use)])
    return [claim for claim, _ in page]


def _deleted(outcomes: Iterable[Outcome]) -> int:
    return sum(outcome is Outcome.DELETED for outcome in outcomes)


def in_use_of(store: GraphStore, keys: Sequence[str]) -> set[str]:
    """Those of the entities that have facts or attributes; their types alone do not count."""
    return {keys[degree.node] for degree in store.degrees(keys) if degree.step.relation != TYPE_RELATION}


def ends_of(claims: Iterable[Claim]) -> list[str]:
    """The entities that facts are about, each once."""
    return list(dict.fromkeys(end for claim in claims for end in _ends(claim)))


def _ends(claim: Claim) -> tuple[str, ...]:
    return (claim.subject,) if claim.kind else (claim.subject, claim.object)


def facts_of(store: GraphStore, keys: Sequence[str]) -> list[Fact]:
    """The facts between entities that these are the subjects or objects of."""
    rows: list[tuple[Node, Step]] = [
        (keys[degree.node], degree.step) for degree in store.degrees(keys) if degree.step.relation != TYPE_RELATION
    ]
    found = store.neighbours(rows)
    triples: list[tuple[Node, str, Node]] = []
    for row, target in zip(found.rows, found.targets, strict=True):
        node, step = rows[row]
        if isinstance(target, str):
            ends = (node, target) if step.direction is Direction.OUT else (target, node)
            triples.append((ends[0], step.relation, ends[1]))
    return list(store.facts(triples))


def is_bare(entity: Entity) -> bool:
    """Whether nothing is known of an entity but its key."""
    return entity.name == entity.key and not (entity.aliases or entity.types or entity.properties)
