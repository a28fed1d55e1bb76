"""Questions about the demo's graph, with their answers read off the graph itself."""

from __future__ import annotations

import hashlib
import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from graphdb import Direction, Entity, Literal, Node, Step
from graphdb.values import Scalar
from kgqa.demo.data import DemoGraph
from kgqa.demo.phrasings import Chain, chains
from kgqa.questions import Question

_MOST_ANSWERS = 60
_HELD_OUT_SHARE = 0.25  # of the entities
_ALIAS_SHARE, _TYPO_SHARE, _LOWER_SHARE = 0.15, 0.04, 0.15  # of the questions
_UNANSWERABLE = 15  # one for so many that have answers
_MARKS = re.compile(r"[\W_]+")
_TYPEABLE = re.compile(r"[A-Za-zÀ-ž][A-Za-zÀ-ž '.-]{3,}")


def demo_questions(graph: DemoGraph, seed: int = 0, *, per_chain: int = 50) -> tuple[list[Question], list[Question]]:
    """Questions to train on, and a quarter as many to evaluate on.

    No phrasing and no place, language or currency asked about is in both. Some mentions are alternative names, some
    have a typo, some are names of several things; then the question is one that all of them with an answer agree on.
    Some questions have no answer.

    :param seed: the same seed gives the same questions.
    :param per_chain: how many to train on, at most, for each chain of relations; twice as many for one of three.
    """
    maker = _Maker(graph, seed)
    train = [
        question
        for n, chain in enumerate(chains())
        for question in maker.questions(chain, f"train/{n}", per_chain * (2 if len(chain.steps) == 3 else 1))
    ]
    held_out = [q for n, chain in enumerate(chains()) for q in maker.questions(chain, f"held-out/{n}", per_chain // 4)]
    return train, held_out


def normalise(name: str) -> str:
    """A name without case, accents and marks: names that people may take for each other are the same."""
    plain = name.casefold()
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return _MARKS.sub(" ", plain).strip()


def _is_held_out(entity: Entity, seed: int) -> bool:
    """By name, so that no two things of one name are split between training and evaluation."""
    digest = hashlib.blake2b(f"{seed}/{normalise(entity.name)}".encode(), digest_size=4).digest()
    return int.from_bytes(digest) < _HELD_OUT_SHARE * 2**32


class _Maker:
    """Follows chains in memory, and phrases what it found as questions."""

    def __init__(self, graph: DemoGraph, seed: int) -> None:
        self._seed = seed
        self._by_type: defaultdict[str, list[Entity]] = defaultdict(list)
        self._named: defaultdict[str, set[str]] = defaultdict(set)
        self._reached: defaultdict[tuple[Node, Step], list[Node]] = defaultdict(list)
        for entity in graph.entities:
            self._by_type[entity.types[0]].append(entity)
            for name in (entity.name, *entity.aliases):
                self._named[normalise(name)].add(entity.key)
            for attribute, value in entity.properties.items():
                for item in value if isinstance(value, tuple) else (value,):
                    self._reached[entity.key, Step(attribute)].append(Literal(item))
        self._held_out = {entity.key for entity in graph.entities if _is_held_out(entity, seed)}
        for fact in graph.facts:
            self._reached[fact.subject, Step(fact.relation)].append(fact.object)
            self._reached[fact.object, Step(fact.relation, Direction.IN)].append(fact.subject)

    def questions(self, chain: Chain, prefix: str, count: int) -> Iterator[Question]:
        """Up to so many questions of the chain, and a few that it has no answer to."""
        rng = random.Random(f"{self._seed}/{prefix}")
        empty = max(1, count // _UNANSWERABLE)
        answered = self._about(chain, prefix, rng, answered=True) if chain.steps else iter(())
        silent = self._about(chain, prefix, rng, answered=False)
        wanted = (*islice(answered, count), *islice(silent, empty if chain.steps else count))
        for number, (text, answers, topic) in enumerate(wanted, start=1):
            group = f"{len(chain.steps)}-hop" if answers else "no answer"
            yield Question(f"{prefix}/{number}", text, answers, topic, group)

    def _about(
        self, chain: Chain, prefix: str, rng: random.Random, *, answered: bool
    ) -> Iterator[tuple[str, tuple[Scalar, ...], tuple[str, ...]]]:
        """Question, answers and topics, in random order; each thing once before any is asked about again."""
        held_out = prefix.startswith("held-out")
        seeds = [entity for entity in self._by_type[chain.seed] if (entity.key in self._held_out) is held_out]
        rng.shuffle(seeds)
        phrasings = list(chain.held_out if held_out else chain.trained)
        rng.shuffle(phrasings)
        rest = list(enumerate(seeds))
        for turn in range(len(phrasings)):
            fitting = []
            for place, entity in rest:
                if turn == 0 and bool(self._follow(chain, entity.key)) is not answered:
                    continue
                fitting.append((place, entity))
                mention = self._mention(entity, rng)
                found = self._agreed(chain, mention)
                if found is None or bool(found[0]) is not answered:
                    continue
                if all((key in self._held_out) is held_out for key in found[1]):
                    yield self._text(phrasings[(turn + place) % len(phrasings)], mention, rng), *found
            rest = fitting

    def _mention(self, entity: Entity, rng: random.Random) -> str:
        if rng.random() < _ALIAS_SHARE:
            names = [name for name in entity.aliases if _TYPEABLE.fullmatch(name)]
            return rng.choice(names) if names else entity.name
        return entity.name

    def _agreed(self, chain: Chain, mention: str) -> tuple[tuple[Scalar, ...], tuple[str, ...]] | None:
        """The answers, and the things of this name that have them; nothing if they have different ones, or too many."""
        keys = sorted(self._named[normalise(mention)])
        answers = {key: self._follow(chain, key) for key in keys}
        distinct = {nodes for nodes in answers.values() if nodes}
        if len(distinct) > 1 or any(len(nodes) > _MOST_ANSWERS for nodes in distinct):
            return None
        nodes = distinct.pop() if distinct else frozenset[Node]()
        values = sorted((n.value if isinstance(n, Literal) else str(n) for n in nodes), key=str)
        return tuple(values), tuple(key for key in keys if answers[key] or not nodes)

    def _follow(self, chain: Chain, key: str) -> frozenset[Node]:
        nodes: set[Node] = {key} if chain.steps else set()
        for step in chain.steps:
            nodes = {target for node in nodes for target in self._reached.get((node, step), ())}
            if chain.exclude_seed:
                nodes.discard(key)
        return frozenset(nodes)

    def _text(self, phrasing: str, mention: str, rng: random.Random) -> str:
        if rng.random() < _TYPO_SHARE:
            mention = self._misspelt(mention, rng)
        text = phrasing.replace("{x}", mention)
        if rng.random() < _LOWER_SHARE:
            return text.lower().rstrip("?")
        return text[0].upper() + text[1:]

    def _misspelt(self, mention: str, rng: random.Random) -> str:
        """The mention with two neighbouring letters changed over, unless that is another name or hardly a word."""
        places = [
            i for i in range(1, len(mention) - 2) if mention[i : i + 2].isalpha() and mention[i] != mention[i + 1]
        ]
        if len(mention) < 7 or not places:
            return mention
        i = rng.choice(places)
        typo = mention[:i] + mention[i + 1] + mention[i] + mention[i + 2 :]
        return mention if normalise(typo) in self._named else typo
