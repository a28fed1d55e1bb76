"""What a sync did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from graphdb import html
from graphdb.errors import RecordError
from graphdb.store import Outcome

SHOWN = 20
"""How many rejected rows, and how many entities that were kept, a report lists."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the entities, or of the facts, of a sync.

    :param unchanged: upserts of what was there already, and deletions of what was not there.
    :param deleted: by ``delete`` rows, and because no source has them any more.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0

    def to_dict(self) -> dict[str, int]:
        return {
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "deleted": self.deleted,
        }


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one call of :func:`~graphdb.sync.sync` did. Every row is added, updated, unchanged, deleted or rejected.

    :param rows: how many rows were read, headers and blank lines left out.
    :param entities: what became of entities. Entities that only occur in facts are not counted, neither when they
        come nor when they go with their last fact.
    :param facts: what became of facts. A value of an attribute that no source has any more counts as a deleted fact.
    :param rejected: how many rows were rejected.
    :param rejections: the first of them, with file, line and reason.
    :param kept: how many entities no source has any more and were kept, because they have facts that nobody synced or
        that another source claims.
    :param kept_keys: the first of them.
    :param not_mirrored: sources of which nothing was deleted, because some rows of the sync were rejected: a row that
        cannot be read must not make its fact disappear.
    :param seconds: how long it took.
    :param watermark: the graph's watermark at the end.
    :param dry_run: whether this is what would happen, and nothing was written.
    """

    rows: int
    entities: Counts
    facts: Counts
    rejected: int
    rejections: tuple[RecordError, ...]
    kept: int
    kept_keys: tuple[str, ...]
    not_mirrored: tuple[str, ...]
    seconds: float
    watermark: int
    dry_run: bool = False

    @property
    def added(self) -> int:
        return self.entities.added + self.facts.added

    @property
    def updated(self) -> int:
        return self.entities.updated + self.facts.updated

    @property
    def unchanged(self) -> int:
        return self.entities.unchanged + self.facts.unchanged

    @property
    def deleted(self) -> int:
        return self.entities.deleted + self.facts.deleted

    def to_dict(self) -> dict[str, object]:
        """The report as JSON has it; ``rejections`` and ``kept_keys`` list the first ones only."""
        return {
            "rows": self.rows,
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "deleted": self.deleted,
            "rejected": self.rejected,
            "entities": self.entities.to_dict(),
            "facts": self.facts.to_dict(),
            "rejections": [{"path": e.path, "line": e.line, "reason": e.reason} for e in self.rejections],
            "kept": self.kept,
            "kept_keys": list(self.kept_keys),
            "not_mirrored": list(self.not_mirrored),
            "seconds": round(self.seconds, 3),
            "watermark": self.watermark,
            "dry_run": self.dry_run,
        }

    def __str__(self) -> str:
        head = "would sync" if self.dry_run else "synced"
        lines = [f"{head} {self.rows:,} rows in {self.seconds:.1f} s (watermark {self.watermark})"]
        lines.append(f"{'':10}{'added':>12}{'updated':>12}{'unchanged':>12}{'deleted':>12}")
        for name, counts in (("entities", self.entities), ("facts", self.facts)):
            lines.append(f"{name:10}" + "".join(f"{count:>12,}" for count in counts.to_dict().values()))
        if self.rejected:
            lines += _listed(f"rejected {self.rejected:,} rows:", map(str, self.rejections), self.rejected)
        if self.kept:
            title = f"kept {self.kept:,} entities that no source has any more, because other facts mention them:"
            lines += _listed(title, self.kept_keys, self.kept)
        lines += [
            f"deleted nothing that {name} has dropped, because rows were rejected: mend them and sync again"
            for name in self.not_mirrored
        ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """For notebooks."""
        title, *_ = str(self).splitlines()
        rows = [(name, *of.to_dict().values()) for name, of in (("entities", self.entities), ("facts", self.facts))]
        not_mirrored = [f"{name}: mend the rejected rows and sync again" for name in self.not_mirrored]
        return (
            html.paragraph(title)
            + html.table(("", *self.entities.to_dict()), rows)
            + html.listed(f"rejected {self.rejected:,} rows:", map(str, self.rejections), self.rejected)
            + html.listed("kept, because other facts mention them:", self.kept_keys, self.kept)
            + html.listed("deleted nothing that these dropped:", not_mirrored, len(not_mirrored))
        )


def _listed(title: str, items: Iterable[str], count: int) -> list[str]:
    lines = [title, *(f"  {item}" for item in items)]
    hidden = count - (len(lines) - 1)
    return [*lines, f"  … and {hidden:,} more"] if hidden else lines


class Tally:
    """The counts of a sync while it runs."""

    def __init__(self) -> None:
        self.rows = 0
        self.entities: Counter[Outcome] = Counter()
        self.facts: Counter[Outcome] = Counter()
        self.rejected = 0
        self.rejections: list[RecordError] = []
        self.kept = 0
        self.kept_keys: list[str] = []
        self.not_mirrored: list[str] = []

    def reject(self, error: RecordError) -> None:
        """Count a rejected row, and list it if it is among the first."""
        self.rejected += 1
        if len(self.rejections) < SHOWN:
            self.rejections.append(error)

    def keep(self, key: str) -> None:
        """Count an entity that was kept, and list it if it is among the first."""
        self.kept += 1
        if len(self.kept_keys) < SHOWN:
            self.kept_keys.append(key)

    def include(self, other: Tally) -> None:
        """Add the counts of one source to those of all."""
        self.rows += other.rows
        self.entities += other.entities
        self.facts += other.facts
        self.rejected += other.rejected
        self.rejections = (self.rejections + other.rejections)[:SHOWN]
        self.kept += other.kept
        self.kept_keys = (self.kept_keys + other.kept_keys)[:SHOWN]
        self.not_mirrored += other.not_mirrored

    def to_counts(self) -> dict[str, int]:
        """The counts so far, as the ledger keeps them."""
        both = self.entities + self.facts
        return {
            "added": both[Outcome.ADDED],
            "updated": both[Outcome.UPDATED],
            "unchanged": both[Outcome.UNCHANGED] + both[Outcome.ABSENT],
            "deleted": both[Outcome.DELETED],
            "rejected": self.rejected,
        }

    def report(self, *, seconds: float, watermark: int, dry_run: bool) -> SyncReport:
        """The report of what was counted."""
        return SyncReport(
            rows=self.rows,
            entities=_counts(self.entities),
            facts=_counts(self.facts),
            rejected=self.rejected,
            rejections=tuple(self.rejections),
            kept=self.kept,
            kept_keys=tuple(self.kept_keys),
            not_mirrored=tuple(self.not_mirrored),
            seconds=seconds,
            watermark=watermark,
            dry_run=dry_run,
        )


def _counts(outcomes: Counter[Outcome]) -> Counts:
    return Counts(
        outcomes[Outcome.ADDED],
        outcomes[Outcome.UPDATED],
        outcomes[Outcome.UNCHANGED] + outcomes[Outcome.ABSENT],
        outcomes[Outcome.DELETED],
    )
