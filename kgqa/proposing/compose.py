"""Programs put together from seeds and parts, the most promising first.

A search with a beam: from the seeds, each round adds one part to the best drafts, as the schema allows it. A part is
worth more the more it is like words of the question that nothing else accounts for, so that programs grow towards what
was asked and the others are never made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from graphdb import EntityType, Following, Node, NodeSet, Path, Program, Ranked, Schema
from kgqa.proposing.asked import Asked
from kgqa.proposing.cues import CueKind, Words
from kgqa.proposing.drafts import Draft, intersected
from kgqa.proposing.growing import grown, moved
from kgqa.proposing.joining import pairs
from kgqa.proposing.results import results
from kgqa.proposing.seeds import Seed
from kgqa.proposing.senses import Sense
from kgqa.proposing.starting import starts
from kgqa.wording import in_words

_ROUNDS = 5
_BEAM = 32
_EACH = 0.12  # what a part costs
_SIMPLE = 0.6  # the share of the proposals that are chosen for how simple they are, too
_EACH_MORE = 1.5  # what a part costs of these
_PATHS = 100  # paths of two steps that are looked at, whatever became of them in the search
_STEPS = 2  # the most of a plain path
_RANKED = 2  # sets chosen by superlatives from which steps are looked at likewise
_PLAIN = 0.2  # the share that are plain paths and such steps, beside those that are chosen for how simple they are

_Total = tuple[float, Words, Draft]
"""What a program is worth in all, the words that it accounts for, and the draft that it is made of."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A program that a question may mean.

    :param score: what its parts and the words that it accounts for are worth.
    :param words: the words of the question that it accounts for.
    :param seeds: where it starts.
    :param left: the share of the words that tell something which it does not account for, 0 to 1.
    :param senses: what words of the question mean beyond the schema.
    :param rather: in place of a union that the question does not say with "or", the intersection: "films with Ann and
        Bob" are those with both, if there are any. It is one of the other proposals; ``None`` if there is none.
    """

    program: Program
    score: float
    words: Words
    seeds: tuple[Seed, ...]
    left: float = 0.0
    senses: tuple[Sense, ...] = ()
    rather: Program | None = None

    def in_words(self, schema: Schema) -> str:
        """The program in English, its seeds by their names, and by their types where only these tell them apart."""
        return in_words(self.program, schema, self._names)

    def as_read(self, schema: Schema) -> str:
        """The program in the words of the question where those were learned to stand for a condition: that is how it is
        compared with the question. ``in_words`` says what they mean."""
        return in_words(self.program, schema, self._names, {sense.condition: sense.word for sense in self.senses})

    @property
    def _names(self) -> dict[Node, str]:
        return {seed.node: seed.said for seed in self.seeds}


def compose(asked: Asked, limit: int) -> list[Proposal]:
    """The most promising programs for a question, best first."""
    made: set[tuple[Program, Words]] = set()
    begun = list(starts(asked))
    beam = _best(asked, begun, made)
    pool = list(beam)
    for _ in range(_ROUNDS):
        after = [more for draft in beam for more in grown(asked, draft)]
        after += pairs(asked, sorted(pool, key=lambda draft: _order(asked, draft)))
        beam = _best(asked, after, made)
        if not beam:
            break
        pool += beam
    searched = {draft.members for draft in pool}
    paths = sorted([*_paths(asked, begun), *_from_ranked(asked, pool)], key=lambda draft: _order(asked, draft))[:_PATHS]
    pool += [draft for draft in paths if draft.members not in searched]
    found: dict[Program, _Total] = {}
    for program, words, score, draft in results(asked, pool):
        total = score - asked.worth.left(words) - _EACH * draft.parts
        known = found.get(program)
        if known is None or known[0] < total:
            found[program] = total, words, draft
    senses = tuple(sense for sense, _ in asked.senses)
    chosen = dict(_chosen(found, limit))
    proposals = []
    for program, (total, words, draft) in chosen.items():
        seeds = tuple(s for s in asked.seeds if s.node in draft.seeds)
        both = program if asked.cues(CueKind.OR) or not isinstance(program, NodeSet) else intersected(program)
        rather = both if both is not program and both in chosen else None
        proposals.append(Proposal(program, total, words, seeds, asked.left(words), senses, rather))
    return proposals


def _paths(asked: Asked, begun: Iterable[Draft]) -> Iterator[Draft]:
    """The paths of two steps from what is named exactly; the search leaves out those of which a step is hardly said.

    :param begun: the drafts that everything grows from.
    """
    named = {seed.node for seed in asked.seeds if seed.is_named}
    for draft in begun:
        if draft.is_seed and draft.seeds <= named:
            for more in moved(asked, draft):
                if more.attribute is None:
                    yield from moved(asked, more)


def _from_ranked(asked: Asked, pool: Sequence[Draft]) -> Iterator[Draft]:
    """What one step leads to from the best sets that superlatives choose of a type."""
    ranked = [draft for draft in pool if isinstance(draft.members, Ranked) and _is_whole(draft.members.members)]
    for draft in sorted(ranked, key=lambda draft: _order(asked, draft))[:_RANKED]:
        yield from moved(asked, draft)


def _is_whole(members: NodeSet) -> bool:
    return isinstance(members, Path) and isinstance(members.seed, EntityType) and len(members.hops) == 1


def _chosen(found: Mapping[Program, _Total], limit: int) -> list[tuple[Program, _Total]]:
    """The programs that are good for how simple they are, the best plain paths and steps from superlatives that are
    left, and of the others those that are worth most; best first."""
    ordered = sorted(found.items(), key=lambda each: _EACH_MORE * each[1][2].parts - each[1][0])
    simple = round(limit * _SIMPLE)
    left = sorted(ordered[simple:], key=lambda each: -each[1][0])
    plain = [each for each in left if _is_plain(each[0])][: round(limit * _PLAIN)]
    chosen = dict([*ordered[:simple], *plain, *left])  # each once, where it comes first
    return sorted(islice(chosen.items(), limit), key=lambda each: -each[1][0])


def _is_plain(program: Program) -> bool:
    """Whether it is a short path from an entity or a value, or a step from what a superlative chooses of a type."""
    if isinstance(program, Following):
        return len(program.steps) == 1 and isinstance(program.members, Ranked) and _is_whole(program.members.members)
    return isinstance(program, Path) and not isinstance(program.seed, EntityType) and len(program.hops) <= _STEPS


def _best(asked: Asked, drafts: Iterable[Draft], made: set[tuple[Program, Words]]) -> list[Draft]:
    """The best of the new drafts; each program once for each way in which superlatives and other cues are used in it.

    Of "the highest point of the state with the largest area", either word may say how states are ranked by area, and
    only one of the two leaves the other words free.

    :param made: the programs that there are already, to which these are added.
    """
    beam: list[Draft] = []
    for draft in sorted(drafts, key=lambda each: _order(asked, each)):
        known = len(made)
        made.add((draft.members, draft.operators))
        if len(made) == known:
            continue
        beam.append(draft)
        if len(beam) == _BEAM:
            break
    return beam


def _order(asked: Asked, draft: Draft) -> float:
    return asked.worth.left(draft.words) - draft.score
