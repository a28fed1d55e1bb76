"""One more part for a draft: a step, a comparison, a rank, a condition."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from graphdb import (
    TYPE_RELATION,
    Combined,
    Compare,
    Comparison,
    Direction,
    Following,
    HasNeighbours,
    Literal,
    LiteralKind,
    NodeSet,
    Path,
    Ranked,
    Restricted,
    SetOperation,
    SharedNeighbour,
    Step,
)
from kgqa.proposing.asked import CUE, NUMBERS, SIZES, Asked, is_denied
from kgqa.proposing.cues import Cue, CueKind, Words
from kgqa.proposing.drafts import Draft, followed, is_back, restricted
from kgqa.proposing.facts import told_by_facts
from kgqa.proposing.searching import searched
from kgqa.wording.listed import listed

_TIMES = (LiteralKind.DATE,)
_MISSING = 0.2  # what it costs to ask a thing for what it does not have, though its type may
_UNSAID = 0.5  # what it costs to go on from a set by a step that no word asks for
_TWICE = 0.6  # what it is worth to take a step again where the question says so
_BESIDE = 0.3  # what it is worth that a superlative stands where it should
_AFTER_RANK = 0.5  # what it costs to ask of what was chosen by rank whether it has something
_OF_ONE_SET = 0.4  # what it costs to rank by a comparative what is not two things that are named
_SIZES_OF_SETS = listed("biggest largest greatest commonest top smallest")  # which may go by how many there are
_SINCE_LONG_AGO = "longest"  # who has been there longest came first
_FAR = 9  # words between "three" and "largest" in "three … with the largest"


def grown(asked: Asked, draft: Draft) -> Iterator[Draft]:
    """A draft with one more part, in each way that the schema and the question allow."""
    if draft.attribute is not None:
        return
    yield from moved(asked, draft)
    yield from told_by_facts(asked, draft)
    if draft.is_seed:
        return
    for more in (
        *_filtered(asked, draft),
        *_ordered(asked, draft),
        *_conditioned(asked, draft),
        *_sensed(asked, draft),
    ):
        yield from asked.absorbed(more) if not draft.whole else (more,)


def moved(asked: Asked, draft: Draft) -> Iterator[Draft]:
    """What each step from a draft leads to, as the schema allows it."""
    moves = [*asked.graph.moves(draft.types)]
    missing: set[Step] = set()
    if draft.is_seed and isinstance(draft.members, Path):
        seed = draft.members.seed
        own = next(s for s in asked.seeds if s.node == seed)
        moves = [asked.graph.move(step) for step in own.steps]
        possible = asked.graph.moves(draft.types) if draft.types else ()
        missing = {move.step for move in possible} - {*own.steps}
        moves += [move for move in possible if move.step in missing]
    last = _last_step(draft)
    for move in moves:
        anchor, worth = asked.worth.anchor(move.part, draft.words)
        words = draft.words | anchor.words
        if missing and move.step in missing:
            if not anchor.words:
                continue
            worth -= _MISSING
        if move.attribute:
            if _says_what_is(draft.members, move.step.relation):
                continue
            asking, value = asked.asking_of(move.step.relation, words)
            words, worth = words | asking, worth + value
        there_and_back = last is not None and is_back(last, move.step)
        peers = asked.cues(CueKind.OTHER) or asked.cues(CueKind.PEER)
        back = (CUE if peers else -0.5) if there_and_back else 0.0
        twice = asked.cues(CueKind.TWICE)[:1] if last == move.step and isinstance(draft.members, Path) else ()
        for cue in twice:
            worth += _TWICE + asked.worth.words(cue.words, words)
            words |= cue.words
        score = draft.score + worth + back - (0.35 if draft.whole else 0.0)
        members = followed(draft.members, move.step)
        after = Draft(
            members,
            move.types,
            words,
            score,
            move.step.relation if move.attribute else None,
            draft.parts + 1,
            draft.seeds,
            mentions=draft.mentions,
            operators=draft.operators,
        )
        for more in (after,) if move.attribute else asked.absorbed(after):
            unsaid = more.words == draft.words and not draft.is_seed and not twice
            yield more._replace(score=more.score - _UNSAID) if unsaid else more


def _says_what_is(members: NodeSet, attribute: str) -> bool:
    """Whether the members are chosen by what an attribute of theirs is, so that there is nothing to ask of it."""
    conditions = members.conditions if isinstance(members, Restricted) else ()
    return any(
        isinstance(condition, Compare) and condition.attribute == attribute and condition.comparison is Comparison.EQUAL
        for condition in conditions
    )


def _with(draft: Draft, members: NodeSet, words: Words, score: float, operators: Words = 0) -> Draft:
    return draft._replace(
        members=members,
        words=draft.words | words | operators,
        score=score,
        parts=draft.parts + 1,
        whole=False,
        operators=draft.operators | operators,
    )


def _filtered(asked: Asked, draft: Draft) -> Iterator[Draft]:
    """Compared with the quantities of the question."""
    for quantity in asked.question.quantities:
        if quantity.words & draft.words:
            continue
        covered = draft.words | quantity.words
        base = draft.score + asked.worth.words(quantity.words, draft.words) + CUE
        for kinds, readings in ((NUMBERS, quantity.numbers), (_TIMES, quantity.dates)):
            for bounds in readings:
                for name, words, worth in asked.attributes(draft, kinds, covered, timely=bool(quantity.dates)):
                    conditions = [Compare(name, comparison, value) for comparison, value in bounds]
                    members = restricted(draft.members, conditions)
                    yield _with(draft, members, words, base + worth, quantity.words)
        if quantity.number is not None and quantity.number < 1000:
            for bounds in quantity.numbers:
                if len(bounds) != 1 or _says_nothing(*bounds[0]):
                    continue
                for move, words, worth in asked.near_steps(draft, covered):
                    condition = HasNeighbours(move.step, bounds[0][0], quantity.number)
                    members = restricted(draft.members, [condition])
                    yield _with(draft, members, words, base + worth, quantity.words)


def _says_nothing(comparison: Comparison, number: Literal) -> bool:
    """Whether every number of neighbours or none compares so."""
    return number.value == 0 and comparison in {Comparison.LESS, Comparison.AT_LEAST}


def _ordered(asked: Asked, draft: Draft) -> Iterator[Draft]:
    """Ranked by the superlatives of the question, but for what was ranked already."""
    if _is_ranked(draft.members):
        return
    for kind in (CueKind.GREATEST, CueKind.LEAST):
        for cue in asked.cues(kind):
            if not cue.words & draft.operators:
                yield from _by_attribute(asked, draft, cue, greatest=kind is CueKind.GREATEST)
    many = [(cue, CUE) for cue in asked.cues(CueKind.MANY)]
    many += [(cue, -0.2) for cue in asked.superlatives if cue.text.endswith("iest") or cue.text in _SIZES_OF_SETS]
    for cue, value in many:
        if not cue.words & draft.operators:
            yield from _by_neighbours(asked, draft, cue, value)


def _by_attribute(asked: Asked, draft: Draft, cue: Cue, *, greatest: bool) -> Iterator[Draft]:
    """Ranked by an attribute."""
    first, of_first = _first(asked, cue)
    own = cue.words | of_first
    base = draft.score + asked.worth.words(own, draft.words) + CUE + _beside(asked, cue, draft)
    if cue.compares_two and not _is_union(draft.members):
        base -= _OF_ONE_SET
    # the superlative itself may say what it ranks by, so its own words are free for that
    for name, words, worth in asked.attributes(draft, SIZES, draft.words | of_first, timely=cue.of_time):
        if asked.asks_for_greatest(cue, name) in {greatest, None}:
            members = Ranked(draft.members, name, first, greatest)
            overlap = asked.worth.words(words & cue.words, draft.words) + _across(asked, cue, words)
            yield _with(draft, members, words, base + worth - overlap, own)
    if cue.text == _SINCE_LONG_AGO:
        for name, words, worth in asked.attributes(draft, SIZES, draft.words | own, timely=True):
            if asked.is_of_time(name):
                yield _with(draft, Ranked(draft.members, name, first, False), words, base + worth, own)


def _is_union(members: NodeSet) -> bool:
    return isinstance(members, Combined) and members.operation is SetOperation.UNION


def _by_neighbours(asked: Asked, draft: Draft, cue: Cue, value: float) -> Iterator[Draft]:
    """Ranked by how many neighbours there are.

    :param value: what it is worth to use the cue so.
    """
    first, of_first = _first(asked, cue)
    own = cue.words | of_first
    base = draft.score + asked.worth.words(own, draft.words) + value
    greatest = not any(low in cue.text for low in ("fewest", "fewer", "least", "lowest", "smallest"))
    for move, words, worth in asked.near_steps(draft, draft.words | own):
        yield _with(draft, Ranked(draft.members, move.step, first, greatest), words, base + worth, own)


def _is_ranked(members: NodeSet) -> bool:
    """Whether what was chosen by rank is all that a set can have, with or without conditions on that."""
    return isinstance(members.members if isinstance(members, Restricted) else members, Ranked)


def _beside(asked: Asked, cue: Cue, draft: Draft) -> float:
    """What it is worth that a superlative stands just before the word for what is ranked, or for something else."""
    following = 1 << cue.words.bit_length()
    ranked = {name for name, own in asked.named.items() for words in own if words & following}
    if not ranked:
        return 0.0
    return _BESIDE if ranked & draft.types else -_BESIDE


def _across(asked: Asked, cue: Cue, words: Words) -> float:
    """What it costs that another superlative stands between one and the words for what it ranks by."""
    if not words or words & cue.words:
        return 0.0
    first, last = sorted((cue.words.bit_length(), words.bit_length()))
    return _BESIDE if any(first < other.words.bit_length() < last for other in asked.superlatives) else 0.0


def _first(asked: Asked, cue: Cue) -> tuple[int, Words]:
    """How many a superlative asks for, and the words that say so: a number just after it, or not far before."""
    place = cue.words.bit_length()
    for quantity in asked.question.quantities:
        if quantity.number is None or quantity.compared or not 0 < quantity.number <= 100:
            continue
        distance = place - quantity.words.bit_length()
        if -1 <= distance <= _FAR:
            return quantity.number, quantity.words
    return 1, 0


def _conditioned(asked: Asked, draft: Draft) -> Iterator[Draft]:
    """Restricted by neighbours that there are or are not, by what is so, and by text."""
    denials = [cue.words for cue in asked.cues(CueKind.NOT) if not cue.words & draft.operators]
    for name, words, worth in asked.attributes(draft, (LiteralKind.BOOLEAN,), draft.words):
        if words:
            denying = [denial for denial in denials if is_denied(denial, words, draft.mentions)]
            for so, denied, more in ((True, 0, 0.0), (False, 0, -0.3), *((False, denial, CUE) for denial in denying)):
                members = restricted(draft.members, [Compare(name, Comparison.EQUAL, Literal(so))])
                yield _with(draft, members, words, draft.score + worth + more, denied)
    last = _last_step(draft)
    for move, words, worth in asked.near_steps(draft, draft.words):
        if not words or (last is not None and move.step == last.reverse):  # which all of them have
            continue
        members = restricted(draft.members, [HasNeighbours(move.step)])
        yield _with(draft, members, words, draft.score + worth - (_AFTER_RANK if _is_ranked(draft.members) else 0.15))
        for denied in denials:
            members = restricted(draft.members, [HasNeighbours(move.step, Comparison.EQUAL, 0)])
            yield _with(draft, members, words, draft.score + worth + CUE, denied)
    same = asked.cues(CueKind.SAME)
    if same and not same[0].words & draft.operators:
        yield from _shared(asked, draft, same[0].words)
    for condition, own, words, worth in searched(asked, draft):
        yield _with(draft, restricted(draft.members, [condition]), own, draft.score + worth, words)


def _sensed(asked: Asked, draft: Draft) -> Iterator[Draft]:
    """Restricted by what a word was learned to mean of entities of their type."""
    for sense, words in asked.senses:
        if sense.type in draft.types and not words & draft.operators:
            members = restricted(draft.members, [sense.condition])
            yield _with(draft, members, 0, draft.score + asked.worth.words(words, draft.words) + CUE, words)


def _shared(asked: Asked, draft: Draft, words: Words) -> Iterator[Draft]:
    near = asked.near_steps(draft, draft.words | words)
    for (one, of_one, worth), (other, of_other, more) in combinations(near, 2):
        if one.step != other.step and (not one.types or not other.types or one.types & other.types):
            first, second = sorted((one.step, other.step))
            members = restricted(draft.members, [SharedNeighbour(first, second)])
            score = draft.score + worth + (more if not of_one & of_other else more / 2) + CUE
            yield _with(draft, members, of_one | of_other, score, words)


def _last_step(draft: Draft) -> Step | None:
    members = draft.members
    if isinstance(members, Path) and members.hops:
        step = members.hops[-1].step
        return None if step == Step(TYPE_RELATION, Direction.IN) else step
    return members.steps[-1] if isinstance(members, Following) else None
