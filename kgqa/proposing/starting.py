"""Where drafts start: names, values, entities that share a name, and whole types."""

from __future__ import annotations

from collections.abc import Iterator

from graphdb import (
    Compare,
    Comparison,
    Direction,
    Hop,
    Literal,
    Path,
    Step,
)
from graphdb.programs import NAME
from kgqa.proposing.asked import Asked
from kgqa.proposing.cues import Words, first_of
from kgqa.proposing.drafts import Draft, restricted, whole_type
from kgqa.proposing.parts import step_part, type_part
from kgqa.proposing.seeds import Seed, name_value
from kgqa.wording.nouns import singular_of

_TYPE_GUESSES = 3
_SAID = 0.6  # how alike words must be to the attribute of a value to say it and nothing else: *approved* is no status
_UNSAID = -0.1  # what it is worth that no words say of which attribute a value is
_NAMING = frozenset({"of", "called", "named", "titled"})  # between what a thing is and its name


def starts(asked: Asked) -> Iterator[Draft]:
    """The drafts that everything grows from."""
    for seed in asked.seeds:
        score = asked.worth.words(seed.words, 0) + name_value(seed.similarity)
        if isinstance(seed.node, Literal):
            for step in seed.steps:
                anchor, worth = asked.worth.anchor(step_part(step.reverse), seed.words)
                said = anchor.likeness >= _SAID
                draft = Draft(
                    Path(seed.node, (Hop(step),)),
                    asked.graph.move(step).types,
                    seed.words | (anchor.words if said else 0),
                    score + (worth if said else _UNSAID),
                    seeds=frozenset({seed.node}),
                    mentions=seed.words,
                )
                yield from asked.absorbed(draft)
        elif not seed.is_type:
            beside = _apposition(asked, seed)
            yield Draft(
                Path(seed.node, ()),
                seed.types,
                seed.words | beside,
                score + asked.worth.words(beside, seed.words),
                seeds=frozenset({seed.node}),
                mentions=seed.words,
            )
    yield from _named_alike(asked)
    yield from _type_starts(asked)


def _apposition(asked: Asked, seed: Seed) -> Words:
    """The words beside a name that only say what it is the name of: *the movie* Heat, *the state of* Texas."""
    tokens = asked.question.tokens
    first, after = first_of(seed.words), seed.words.bit_length()
    before = first - 1
    while before > 0 and tokens[before].text in _NAMING:
        before -= 1
    for name in sorted(seed.types):
        for words in asked.named.get(name, ()):
            lowest, highest = first_of(words), words.bit_length() - 1
            noun = tokens[highest].text
            if (highest == before or lowest == after) and noun == singular_of(noun):
                return words
    return 0


def _named_alike(asked: Asked) -> Iterator[Draft]:
    """All entities of a type that the same words name."""
    alike: dict[tuple[str, Words], list[Seed]] = {}
    for seed in asked.seeds:
        if isinstance(seed.node, str) and seed.similarity >= 1.0:
            for name in sorted(seed.types):
                alike.setdefault((name, seed.words), []).append(seed)
    for (name, words), seeds in alike.items():
        if len({seed.name for seed in seeds}) == 1 < len(seeds):
            condition = Compare(NAME, Comparison.EQUAL, Literal(seeds[0].name))
            members = restricted(whole_type(name), [condition])
            score = asked.worth.words(words, 0) + 0.3
            nodes = frozenset(seed.node for seed in seeds)
            draft = Draft(members, frozenset({name}), words, score, seeds=nodes, mentions=words)
            yield from asked.absorbed(draft)


def _type_starts(asked: Asked) -> Iterator[Draft]:
    for name, own in asked.named.items():
        for words in own:
            score = asked.worth.words(words, 0) + 0.1
            yield Draft(whole_type(name), frozenset({name}), words, score, whole=True)
    guesses: dict[str, float] = {}
    for info in asked.graph.relations.values():
        for direction, types in ((Direction.OUT, info.subject_types), (Direction.IN, info.object_types)):
            for name in types[:2]:
                _, worth = asked.worth.anchor(step_part(Step(info.name, direction)), 0)
                guesses[name] = max(guesses.get(name, -1.0), worth)
    unnamed = sorted((name for name in guesses if name not in asked.named), key=lambda name: -guesses[name])
    for name in unnamed[:_TYPE_GUESSES]:
        anchor, _ = asked.worth.anchor(type_part(name), 0)
        yield Draft(whole_type(name), frozenset({name}), anchor.words, anchor.likeness - 0.6, whole=True)
