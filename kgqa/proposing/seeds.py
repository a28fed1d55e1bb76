"""Where programs may start: what the words of a question name in the graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

from graphdb import TYPE_RELATION, EntityType, GraphReader, Node, Step
from indexing import Candidate
from kgqa.proposing.cues import Question, Words
from kgqa.wording.nouns import singular_of

_MOST = 16  # seeds of a question
_MOST_SIMILAR = 4  # of them by similar forms
_LEAST_SIMILAR = 0.7


@dataclass(frozen=True, slots=True)
class Seed:
    """A node that some words name.

    :param words: which words.
    :param similarity: of the words to the name, 0 to 1.
    :param name: the node as it is called.
    :param said: the same with its type, where the question may as well mean another thing of this name: *the river
        Mississippi*.
    :param types: the types of an entity.
    :param steps: the steps that leave it; of a type there is none.
    :param facts: how many facts leave it by each of the steps.
    """

    node: Node
    words: Words
    start: int
    end: int
    similarity: float
    name: str
    said: str
    types: frozenset[str]
    steps: tuple[Step, ...]
    facts: tuple[int, ...] = ()

    @property
    def is_type(self) -> bool:
        return isinstance(self.node, EntityType)

    @property
    def is_named(self) -> bool:
        """Whether it is an entity or a value that the words name exactly."""
        return self.similarity >= 1.0 and not self.is_type


def find_seeds(
    questions: Sequence[Question],
    candidates: Sequence[Sequence[Candidate]],
    graph: GraphReader,
    types: Mapping[str, str],
) -> list[list[Seed]]:
    """The seeds of each question, longest mention first.

    :param types: the types of the graph in English.
    """
    chosen = [list(_chosen(question, own)) for question, own in zip(questions, candidates, strict=True)]
    nodes = list(dict.fromkeys(candidate.node for own in chosen for candidate, _ in own))
    entities = graph.entities([node for node in nodes if isinstance(node, str)])
    steps: dict[Node, dict[Step, int]] = {node: {} for node in nodes}
    counted = [node for node in nodes if not isinstance(node, EntityType)]
    for degree in graph.degrees(counted):
        if degree.step.relation != TYPE_RELATION:
            steps[counted[degree.node]][degree.step] = degree.count
    found = []
    for own in chosen:
        seeds = []
        for candidate, words in own:
            entity = entities.get(candidate.node) if isinstance(candidate.node, str) else None
            if entity is None and isinstance(candidate.node, str):
                continue
            name = entity.name if entity else str(candidate.node)
            seeds.append(
                Seed(
                    candidate.node,
                    words,
                    candidate.start,
                    candidate.end,
                    candidate.similarity,
                    name,
                    name,
                    frozenset(entity.types if entity else ()),
                    tuple(steps[candidate.node]),
                    tuple(steps[candidate.node].values()),
                )
            )
        found.append(_told_apart(seeds, types))
    return found


def _told_apart(seeds: Sequence[Seed], types: Mapping[str, str]) -> list[Seed]:
    """Entities of one name, each said with a type that no other of the name has."""
    alike: dict[str, list[Seed]] = {}
    for seed in seeds:
        if isinstance(seed.node, str):
            alike.setdefault(seed.name.casefold(), []).append(seed)
    said: dict[Node, str] = {}
    for rivals in alike.values():
        for seed in rivals:
            others = {name for rival in rivals if rival.node != seed.node for name in rival.types}
            own = sorted(seed.types - others)
            if others and own:
                said[seed.node] = f"the {singular_of(types.get(own[0], own[0]))} {seed.name}"
    return [replace(seed, said=said[seed.node]) if seed.node in said else seed for seed in seeds]


def _chosen(question: Question, candidates: Sequence[Candidate]) -> Iterator[tuple[Candidate, Words]]:
    """The candidates worth a program: exact ones, and similar ones for words that those leave open."""
    exact = [(c, question.words(c.start, c.end)) for c in candidates if c.exact]
    kept = [(c, words) for c, words in exact if words & question.content or words.bit_count() > 1][:_MOST]
    covered = reduce(or_, (words for _, words in kept), 0)
    seen: set[tuple[Node, Words]] = set()
    for candidate, words in kept:
        if (candidate.node, words) not in seen:
            seen.add((candidate.node, words))
            yield candidate, words
    left = _MOST_SIMILAR
    cues = question.cue_words
    capitals = any(_writes_capitals(question.text, candidate) for candidate, _ in kept)
    for candidate in candidates:
        words = question.words(candidate.start, candidate.end)
        told = words & question.content & ~cues
        if candidate.exact or not left or (candidate.node, words) in seen:
            continue
        if capitals and _in_small_letters(question.text, candidate):
            continue
        if told and not told & covered and candidate.similarity >= _LEAST_SIMILAR:
            seen.add((candidate.node, words))
            left -= 1
            yield candidate, words


def _writes_capitals(text: str, candidate: Candidate) -> bool:
    """Whether a question writes the name of an entity with a capital, and not because it begins with it."""
    said = text[candidate.start : candidate.end]
    return isinstance(candidate.node, str) and candidate.start > 0 and said != said.lower()


def _in_small_letters(text: str, candidate: Candidate) -> bool:
    """Whether words have no capital and the name of an entity that they resemble has one.

    Where a question writes other names with capitals, such words are none: in *the film Brainstorm starred which
    actors*, "starred" is not *Starred Up*.
    """
    said = text[candidate.start : candidate.end]
    return isinstance(candidate.node, str) and said.islower() and not candidate.surface.islower()


def name_value(similarity: float) -> float:
    """What a name is worth: an exact one something, one that is only like it less the less it is."""
    return 0.4 if similarity >= 1.0 else 1.5 * (similarity - 1.0) + 0.3
