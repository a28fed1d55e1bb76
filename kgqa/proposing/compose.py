"""Programs put together from seeds and parts, the most promising first.

A search with a beam: from the seeds, each round adds one part to the best drafts, as the schema allows it. A part is
worth more the more it is like words of the question that nothing else accounts for, so that programs grow towards what
was asked and the others are never made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations
from operator import or_

from graphdb import (
    Aggregate,
    Combined,
    Compare,
    Comparison,
    Count,
    Difference,
    Direction,
    EntityType,
    Exists,
    Function,
    HasNeighbours,
    Hop,
    Literal,
    LiteralKind,
    NodeSet,
    Path,
    Program,
    SetOperation,
    SharedNeighbour,
    Step,
)
from graphdb.programs import NAME
from graphdb.wording import words_of
from kgqa.proposing.cues import Cue, CueKind, Question, Words
from kgqa.proposing.drafts import Draft, Worth, absorbed, combined, followed, ranked, restricted, whole_type
from kgqa.proposing.parts import Likeness, Move, SchemaGraph, step_part, type_part
from kgqa.proposing.seeds import Seed, name_value
from kgqa.wording.vocabulary import is_of_time

_ROUNDS = 5
_BEAM = 32
_PAIRS = 14  # drafts that are combined with one another
_ATTRIBUTES = 4  # of those that fit, for one cue
_STEPS = 4
_CUE = 0.3  # what it is worth to use a cue beyond its words
_NUMBERS = (LiteralKind.NUMBER,)
_TIMES = (LiteralKind.DATE,)
_SIZES = (LiteralKind.NUMBER, LiteralKind.DATE, LiteralKind.DATETIME)
_TYPE_GUESSES = 3
_FAR = 6  # words between "three" and "largest" in "three … with the largest"
_EACH = 0.12  # what a part costs


@dataclass(frozen=True, slots=True)
class Proposal:
    """A program that a question may mean.

    :param score: what its parts and the words that it accounts for are worth.
    :param words: the words of the question that it accounts for.
    :param seeds: where it starts.
    """

    program: Program
    score: float
    words: Words
    seeds: tuple[Seed, ...]


class Composer:
    """Puts programs together for one question."""

    def __init__(self, question: Question, seeds: Sequence[Seed], likeness: Likeness, graph: SchemaGraph) -> None:
        self._question = question
        self._seeds = seeds
        self._graph = graph
        names = [seed.words for seed in seeds if seed.similarity >= 1.0 and not seed.is_type]
        numbers = [quantity.words for quantity in question.quantities]
        self._worth = Worth(question, likeness, reduce(or_, (*names, *numbers), 0))
        self._named: dict[str, list[Words]] = {}
        for seed in seeds:
            if seed.is_type:
                self._named.setdefault(str(seed.node), []).append(seed.words)
        for name in graph.types:
            for anchor in likeness.anchors.get(type_part(name), ())[:2]:
                known = [words for own in self._named.values() for words in own]
                if anchor.likeness > 0.6 and not any(words & anchor.words for words in known):
                    self._named.setdefault(name, []).append(anchor.words)
        self._cues: dict[CueKind, list[Cue]] = {}
        quantified = 0
        for quantity in question.quantities:
            quantified |= quantity.words if quantity.compared else 0
        for cue in question.cues:
            if cue.words & ~quantified:
                self._cues.setdefault(cue.kind, []).append(cue)

    def propose(self, limit: int) -> list[Proposal]:
        """The most promising programs, best first."""
        made: dict[Program, Draft] = {}
        starts = self._starts()
        beam = self._best(starts, made)
        pool = list(beam)
        for _ in range(_ROUNDS):
            grown = [after for draft in beam for after in self._grown(draft)]
            grown += self._pairs(sorted(pool, key=lambda d: self._worth.left(d.words) - d.score))
            beam = self._best(grown, made)
            if not beam:
                break
            pool += beam
        found: dict[Program, Proposal] = {}
        for program, words, score, draft in self._results(pool):
            total = score - self._worth.left(words) - _EACH * draft.parts
            if program not in found or found[program].score < total:
                found[program] = Proposal(program, total, words, self._used(draft))
        return sorted(found.values(), key=lambda p: -p.score)[:limit]

    def _used(self, draft: Draft) -> tuple[Seed, ...]:
        return tuple(seed for seed in self._seeds if seed.node in draft.seeds)

    def _best(self, drafts: Iterable[Draft], made: dict[Program, Draft]) -> list[Draft]:
        """The best of the new drafts; each program once."""
        beam: list[Draft] = []
        for draft in sorted(drafts, key=lambda d: self._worth.left(d.words) - d.score):
            if draft.members in made:
                continue
            made[draft.members] = draft
            beam.append(draft)
            if len(beam) == _BEAM:
                break
        return beam

    # --- starting -----------------------------------------------------------------------------------------------

    def _starts(self) -> Iterator[Draft]:
        for seed in self._seeds:
            score = self._worth.words(seed.words, 0) + name_value(seed.similarity)
            if isinstance(seed.node, Literal):
                for step in seed.steps:
                    anchor, worth = self._worth.anchor(step_part(step.reverse), seed.words)
                    move = self._graph.move(step)
                    draft = Draft(
                        Path(seed.node, (Hop(step),)),
                        move.types,
                        seed.words | anchor.words,
                        score + max(worth, -0.1),
                        seeds=frozenset({seed.node}),
                        mentions=seed.words,
                    )
                    yield from absorbed(draft, self._worth, self._named)
            elif not seed.is_type:
                yield Draft(
                    Path(seed.node, ()),
                    seed.types,
                    seed.words,
                    score,
                    seeds=frozenset({seed.node}),
                    mentions=seed.words,
                )
        yield from self._named_alike()
        yield from self._type_starts()

    def _named_alike(self) -> Iterator[Draft]:
        """All entities of a type that the same words name."""
        alike: dict[tuple[str, Words], list[Seed]] = {}
        for seed in self._seeds:
            if isinstance(seed.node, str) and seed.similarity >= 1.0:
                for name in seed.types:
                    alike.setdefault((name, seed.words), []).append(seed)
        for (name, words), seeds in alike.items():
            if len({seed.name for seed in seeds}) == 1 < len(seeds):
                condition = Compare(NAME, Comparison.EQUAL, Literal(seeds[0].name))
                members = restricted(whole_type(name), [condition])
                score = self._worth.words(words, 0) + 0.3
                nodes = frozenset(seed.node for seed in seeds)
                draft = Draft(members, frozenset({name}), words, score, seeds=nodes, mentions=words)
                yield from absorbed(draft, self._worth, self._named)

    def _type_starts(self) -> Iterator[Draft]:
        for name, own in self._named.items():
            for words in own:
                score = self._worth.words(words, 0) + 0.1
                yield Draft(whole_type(name), frozenset({name}), words, score, whole=True)
        guesses: dict[str, float] = {}
        for info in self._graph.relations.values():
            _, worth = self._worth.anchor(step_part(Step(info.name)), 0)
            for name in info.subject_types[:2]:
                guesses[name] = max(guesses.get(name, -1.0), worth)
        for name in sorted(guesses, key=lambda n: -guesses[n])[:_TYPE_GUESSES]:
            if name not in self._named:
                anchor, _ = self._worth.anchor(type_part(name), 0)
                yield Draft(whole_type(name), frozenset({name}), anchor.words, anchor.likeness - 0.6, whole=True)

    # --- growing ------------------------------------------------------------------------------------------------

    def _grown(self, draft: Draft) -> Iterator[Draft]:
        if draft.attribute is not None:
            return
        yield from self._moved(draft)
        if draft.is_seed:
            return
        for grown in (*self._filtered(draft), *self._ordered(draft), *self._conditioned(draft)):
            yield from absorbed(grown, self._worth, self._named) if not draft.whole else (grown,)

    def _moved(self, draft: Draft) -> Iterator[Draft]:
        moves: Iterable[Move] = self._graph.moves(draft.types)
        if draft.is_seed and isinstance(draft.members, Path):
            seed = draft.members.seed
            own = next(s for s in self._seeds if s.node == seed)
            moves = [self._graph.move(step) for step in own.steps]
        last = _last_step(draft)
        for move in moves:
            anchor, worth = self._worth.anchor(step_part(move.step), draft.words)
            there_and_back = last is not None and move.step == last.reverse
            score = draft.score + worth - (0.5 if there_and_back else 0.0) - (0.35 if draft.whole else 0.0)
            members = followed(draft, move.step)
            grown = Draft(
                members,
                move.types,
                draft.words | anchor.words,
                score,
                move.step.relation if move.attribute else None,
                draft.parts + 1,
                draft.seeds,
                mentions=draft.mentions,
                operators=draft.operators,
            )
            if move.attribute:
                yield grown
            else:
                yield from absorbed(grown, self._worth, self._named)

    def _attributes(
        self, draft: Draft, kinds: Sequence[LiteralKind], covered: Words, *, timely: bool = False
    ) -> list[tuple[str, Words, float]]:
        """The attributes that fit best, with the words that say them and what they are worth.

        :param timely: whether what they are compared with may be a year, which suits those that say when.
        """
        found = []
        for name in self._graph.attributes(draft.types, *kinds):
            anchor, worth = self._worth.anchor(step_part(Step(name)), covered)
            if timely:
                worth += 0.25 if is_of_time(words_of(name)) else -0.25
            found.append((name, anchor.words, worth))
        found.sort(key=lambda entry: -entry[2])
        return found[:_ATTRIBUTES]

    def _near_steps(self, draft: Draft, covered: Words) -> list[tuple[Move, Words, float]]:
        found = []
        for move in self._graph.moves(draft.types):
            if move.attribute:
                continue
            anchor, worth = self._worth.anchor(step_part(move.step), covered)
            for name in move.types:
                for words in self._named.get(name, ()):
                    if not words & (covered | anchor.words):
                        anchor_words = anchor.words | words
                        worth_with = worth + self._worth.words(words, covered | anchor.words) + 0.2
                        found.append((move, anchor_words, worth_with))
            found.append((move, anchor.words, worth))
        found.sort(key=lambda entry: -entry[2])
        return found[:_STEPS]

    def _with(self, draft: Draft, members: NodeSet, words: Words, score: float, operators: Words = 0) -> Draft:
        return replace(
            draft,
            members=members,
            words=draft.words | words | operators,
            score=score,
            parts=draft.parts + 1,
            whole=False,
            operators=draft.operators | operators,
        )

    def _filtered(self, draft: Draft) -> Iterator[Draft]:
        """Compared with the quantities of the question."""
        for quantity in self._question.quantities:
            if quantity.words & draft.words:
                continue
            covered = draft.words | quantity.words
            base = draft.score + self._worth.words(quantity.words, draft.words) + _CUE
            for kinds, readings in ((_NUMBERS, quantity.numbers), (_TIMES, quantity.dates)):
                for bounds in readings:
                    for name, words, worth in self._attributes(draft, kinds, covered, timely=bool(quantity.dates)):
                        conditions = [Compare(name, comparison, value) for comparison, value in bounds]
                        members = restricted(draft.members, conditions)
                        yield self._with(draft, members, words, base + worth, quantity.words)
            if quantity.number is not None and quantity.number < 1000:
                for bounds in quantity.numbers:
                    if len(bounds) != 1:
                        continue
                    for move, words, worth in self._near_steps(draft, covered):
                        condition = HasNeighbours(move.step, bounds[0][0], quantity.number)
                        members = restricted(draft.members, [condition])
                        yield self._with(draft, members, words, base + worth, quantity.words)

    def _ordered(self, draft: Draft) -> Iterator[Draft]:
        """Ranked by the superlatives of the question."""
        for kind in (CueKind.GREATEST, CueKind.LEAST):
            for cue in self._cues.get(kind, ()):
                if cue.words & draft.operators:
                    continue
                first, of_first = self._first(cue)
                base = draft.score + self._worth.words(cue.words | of_first, draft.words) + _CUE
                # the superlative itself may say what it ranks by, so its own words are free for that
                for name, words, worth in self._attributes(draft, _SIZES, draft.words | of_first):
                    members = ranked(draft, name, first, greatest=kind is CueKind.GREATEST)
                    overlap = self._worth.words(words & cue.words, draft.words)
                    yield self._with(draft, members, words, base + worth - overlap, cue.words | of_first)
        many = [(cue, _CUE) for cue in self._cues.get(CueKind.MANY, ())]
        many += [(cue, -0.2) for cue in self._cues.get(CueKind.GREATEST, ()) if cue.text.endswith("iest")]
        for cue, value in many:
            if cue.words & draft.operators:
                continue
            first, of_first = self._first(cue)
            covered = draft.words | cue.words | of_first
            base = draft.score + self._worth.words(cue.words | of_first, draft.words) + value
            greatest = not any(low in cue.text for low in ("fewest", "least", "lowest"))
            for move, words, worth in self._near_steps(draft, covered):
                members = ranked(draft, move.step, first, greatest=greatest)
                yield self._with(draft, members, words, base + worth, cue.words | of_first)

    def _first(self, cue: Cue) -> tuple[int, Words]:
        """How many a superlative asks for, and the words that say so: a number just after it, or not far before."""
        place = cue.words.bit_length()
        for quantity in self._question.quantities:
            if quantity.number is None or quantity.compared or not 0 < quantity.number <= 100:
                continue
            distance = place - quantity.words.bit_length()
            if -1 <= distance <= _FAR:
                return quantity.number, quantity.words
        return 1, 0

    def _conditioned(self, draft: Draft) -> Iterator[Draft]:
        """Restricted by neighbours that there are or are not, by what is so, and by text."""
        denials = [cue.words for cue in self._cues.get(CueKind.NOT, ()) if not cue.words & draft.operators]
        for name, words, worth in self._attributes(draft, (LiteralKind.BOOLEAN,), draft.words):
            if words:
                for denied in (0, *denials):
                    condition = Compare(name, Comparison.EQUAL, Literal(not denied))
                    members = restricted(draft.members, [condition])
                    yield self._with(draft, members, words, draft.score + worth + (_CUE if denied else 0.0), denied)
        for move, words, worth in self._near_steps(draft, draft.words):
            if not words:
                continue
            members = restricted(draft.members, [HasNeighbours(move.step)])
            yield self._with(draft, members, words, draft.score + worth - 0.15)
            for denied in denials:
                members = restricted(draft.members, [HasNeighbours(move.step, Comparison.EQUAL, 0)])
                yield self._with(draft, members, words, draft.score + worth + _CUE, denied)
        same = self._cues.get(CueKind.SAME)
        if same and not same[0].words & draft.operators:
            yield from self._shared(draft, same[0].words)
        yield from self._searched(draft)

    def _shared(self, draft: Draft, words: Words) -> Iterator[Draft]:
        near = self._near_steps(draft, draft.words | words)
        for (one, of_one, worth), (other, of_other, more) in combinations(near, 2):
            if one.step != other.step and (not one.types or not other.types or one.types & other.types):
                first, second = sorted((one.step, other.step))
                members = restricted(draft.members, [SharedNeighbour(first, second)])
                score = draft.score + worth + (more if not of_one & of_other else more / 2) + _CUE
                yield self._with(draft, members, of_one | of_other, score, words)

    def _searched(self, draft: Draft) -> Iterator[Draft]:
        for kind, comparison in ((CueKind.CONTAINS, Comparison.CONTAINS), (CueKind.STARTS, Comparison.STARTS_WITH)):
            for cue in self._cues.get(kind, ()):
                for text, words in self._texts(cue):
                    if words & draft.operators:
                        continue
                    base = draft.score + self._worth.words(words, draft.words) - 0.35
                    strings = self._attributes(draft, (LiteralKind.STRING,), draft.words | words)[:2]
                    for name, own, worth in ((NAME, 0, 0.0), *strings):
                        condition = Compare(name, comparison, Literal(text))
                        yield self._with(draft, restricted(draft.members, [condition]), own, base + worth, words)

    def _texts(self, cue: Cue) -> Iterator[tuple[str, Words]]:
        """What is searched for: what stands in quotes, or follows the cue."""
        text, tokens = self._question.text, self._question.tokens
        last = cue.words.bit_length() - 1
        quoted = quoted_parts(text)
        for start, end in quoted:
            yield text[start:end], self._question.words(start, end) | cue.words
        if quoted:
            return
        first = last + 1
        while first < len(tokens) and tokens[first].text in {"the", "a", "an", "with", "word", "letter", "letters"}:
            first += 1
        for length in (1, 2):
            if first + length <= len(tokens):
                start, end = tokens[first].start, tokens[first + length - 1].end
                yield text[start:end], self._question.words(start, end) | cue.words

    # --- combining ----------------------------------------------------------------------------------------------

    def _pairs(self, pool: Sequence[Draft]) -> Iterator[Draft]:
        """Sets of different mentions, combined."""
        able = [d for d in pool if d.attribute is None and d.seeds and not d.is_seed][:_PAIRS]
        denials, ors = self._cues.get(CueKind.NOT, ()), self._cues.get(CueKind.OR, ())
        for one, other in combinations(able, 2):
            if not _can_meet(one, other):
                continue
            shared, used = one.words & other.words, one.operators | other.operators
            score = one.score + other.score - self._worth.words(shared, 0)
            yield self._joined(SetOperation.INTERSECTION, one, other, 0, score)
            if _are_alike(one, other):
                said = next((cue.words for cue in ors if not cue.words & used), 0)
                # the same path twice shares its words, and each of the two may count them
                alike = score + self._worth.words(shared, 0) + (_CUE if said else -_CUE)
                yield self._joined(SetOperation.UNION, one, other, said, alike)
            for cue in (cue for cue in denials if not cue.words & used):
                first, second = sorted((one, other), key=lambda d: _lowest(d, self._seeds))
                yield self._joined(SetOperation.DIFFERENCE, first, second, cue.words, score + _CUE)
                yield self._joined(SetOperation.DIFFERENCE, second, first, cue.words, score + _CUE)
        if denials:
            for whole in [d for d in pool if d.whole][:4]:
                for other in able:
                    if denials[0].words & other.operators:
                        continue
                    if not other.types or other.types & whole.types:
                        score = max(whole.score, 0.0) + other.score - self._worth.words(whole.words & other.words, 0)
                        joined = self._joined(SetOperation.DIFFERENCE, whole, other, denials[0].words, score + _CUE)
                        yield joined
        if ors:
            seeds = [d for d in pool if d.is_seed]
            for one, other in combinations(seeds, 2):
                if not one.words & other.words and (one.types == other.types):
                    score = one.score + other.score + _CUE
                    yield self._joined(SetOperation.UNION, one, other, ors[0].words, score)

    def _joined(self, operation: SetOperation, one: Draft, other: Draft, words: Words, score: float) -> Draft:
        types = one.types & other.types or one.types or other.types
        if operation is not SetOperation.INTERSECTION:
            types = one.types
        members = combined(operation, one.members, other.members)
        covered = one.words | other.words | words
        return Draft(
            members,
            types,
            covered,
            score,
            None,
            one.parts + other.parts,
            one.seeds | other.seeds,
            mentions=one.mentions | other.mentions,
            operators=one.operators | other.operators | words,
        )

    # --- results ------------------------------------------------------------------------------------------------

    def _results(self, pool: Sequence[Draft]) -> Iterator[tuple[Program, Words, float, Draft]]:
        counts, whethers = self._cues.get(CueKind.COUNT, ()), self._cues.get(CueKind.WHETHER, ())
        for draft in pool:
            if draft.is_seed:
                continue
            if not (draft.whole and counts):
                yield draft.members, draft.words, draft.score - (0.3 if whethers else 0.0), draft
            for cue in counts[:1]:
                yield Count(draft.members), draft.words | cue.words, draft.score + _CUE, draft
            for cue in whethers[:1]:
                yield Exists(draft.members), draft.words | cue.words, draft.score + _CUE, draft
                yield from self._memberships(draft, cue)
            if draft.attribute is None:
                yield from self._aggregates(draft)
        if self._cues.get(CueKind.DIFFERENCE):
            yield from self._differences(pool)

    def _memberships(self, draft: Draft, cue: Cue) -> Iterator[tuple[Program, Words, float, Draft]]:
        for seed in self._seeds:
            if seed.is_type or seed.words & draft.words or isinstance(seed.node, Literal):
                continue
            if draft.types and seed.types and not draft.types & seed.types:
                continue
            members = Combined(SetOperation.INTERSECTION, (Path(seed.node, ()), draft.members))
            score = draft.score + self._worth.words(seed.words, draft.words) + name_value(seed.similarity) + _CUE
            yield Exists(members), draft.words | seed.words | cue.words, score, draft

    def _aggregates(self, draft: Draft) -> Iterator[tuple[Program, Words, float, Draft]]:
        for cue in self._question.functions:
            kinds = _NUMBERS if cue.function in {Function.SUM, Function.AVERAGE} else _SIZES
            if cue.words & draft.words:
                continue
            plain = cue.function in {Function.SUM, Function.AVERAGE}
            base = draft.score + self._worth.words(cue.words, draft.words) + (_CUE if plain else -0.1)
            free = draft.words | (cue.words if plain else 0)
            for name, words, worth in self._attributes(draft, kinds, free):
                program = Aggregate(cue.function, draft.members, name)
                yield program, draft.words | cue.words | words, base + worth, draft

    def _differences(self, pool: Sequence[Draft]) -> Iterator[tuple[Program, Words, float, Draft]]:
        seeds = sorted((d for d in pool if d.is_seed), key=lambda d: _lowest(d, self._seeds))
        for one, other in combinations(seeds, 2):
            if one.words & other.words or one.types != other.types:
                continue
            words = one.words | other.words
            for cue in self._cues[CueKind.DIFFERENCE][:1]:
                for name, own, worth in self._attributes(one, _NUMBERS, words):
                    program = Difference(one.members, other.members, name)
                    draft = Draft(one.members, one.types, words, 0.0, seeds=one.seeds | other.seeds)
                    yield program, words | cue.words | own, one.score + other.score + worth + _CUE, draft


def _can_meet(one: Draft, other: Draft) -> bool:
    """Whether two sets are of different mentions and may have members in common."""
    apart = not one.seeds & other.seeds and not one.mentions & other.mentions
    return apart and (not one.types or not other.types or bool(one.types & other.types))


def _are_alike(one: Draft, other: Draft) -> bool:
    """Whether two sets are reached from different seeds in the same way."""
    return _shape(one.members) == _shape(other.members)


def _shape(members: NodeSet) -> object:
    match members:
        case Path(seed, hops):
            return "path", seed if isinstance(seed, EntityType) else None, hops
        case Combined(operation, parts):
            return operation, tuple(sorted(str(_shape(part)) for part in parts))
    return members


def _lowest(draft: Draft, seeds: Sequence[Seed]) -> int:
    return min((seed.start for seed in seeds if seed.node in draft.seeds), default=0)


def _last_step(draft: Draft) -> Step | None:
    members = draft.members
    if isinstance(members, Path) and members.hops:
        step = members.hops[-1].step
        return None if step.direction is Direction.IN and step.relation == "rdf:type" else step
    return members.steps[-1] if hasattr(members, "steps") else None


def quoted_parts(text: str) -> list[tuple[int, int]]:
    found, start = [], -1
    for i, character in enumerate(text):
        if character in '"“”«»':
            if start >= 0:
                found.append((start, i))
                start = -1
            else:
                start = i + 1
    return [(a, b) for a, b in found if b > a]
