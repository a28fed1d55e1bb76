"""Questions that a graph has no answer to, made from questions that have one.

They are of three kinds, as many of each as can be made up to a third:

- ``no fact``: the question is asked of another entity, like the one that it was about, for which the graph has none of
  the facts that are asked for. What is asked for is the path of at most two hops that leads to just the answers of
  most questions in the same words.
- ``no entity``: the name in the question is replaced by one that begins as one name of the graph and ends as another,
  and is more than three edits away from all of them.
- ``no relation``: a question about another graph is asked of an entity of this one.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, pairwise, zip_longest

from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import extractOne

from graphdb import Entity, GraphStore, Hop, Path, Step
from graphdb.values import TYPE_RELATION, Direction
from indexing import AliasIndex, normalise
from kgqa.questions import Question, resolve_answers

_EDITS = 3  # a name so far from a known one may be meant as that
_FAN_OUT = 200  # where more nodes are reached, no second hop is tried
_TRIES = 20
_ASKED = 5  # questions in the same words that what is asked for is found by
_BATCH = 5000


def topic_names(questions: Sequence[Question], names: Mapping[str, str]) -> dict[str, list[str]]:
    """The names of the topics that the text has just once, for each question that has any, by its id.

    :param names: of the entities, by key.
    """
    found = {q.id: [n for key in q.topic if (n := names.get(key)) and q.question.count(n) == 1] for q in questions}
    return {number: mentioned for number, mentioned in found.items() if mentioned}


class Maker:
    """Makes unanswerable questions about one graph.

    :param entities: those that may be asked about in place of others, or give parts of their names.
    """

    def __init__(self, store: GraphStore, index: AliasIndex, entities: Sequence[Entity], seed: int) -> None:
        self.store = store
        self.index = index
        self.entities = entities
        self.rng = random.Random(seed)
        self.known = [normalise(name) for batch in store.scan() for e in batch for name in (e.name, *e.aliases)]
        self.steps = self._around([e.key for e in entities])
        self.schema = [Step(r.name, d) for r in store.schema().relations for d in Direction if r.name != TYPE_RELATION]

    def make(self, count: int, questions: Sequence[Question], foreign: Sequence[tuple[str, str]]) -> list[Question]:
        """So many questions, or fewer where not enough can be made.

        :param questions: that have an answer.
        :param foreign: texts of questions about another graph, with the name in each.
        """
        topics = [key for q in questions for key in q.topic]
        named = topic_names(questions, {key: e.name for key, e in self.store.entities(topics).items()})
        asked = [q for q in questions if q.id in named]
        shuffled = self.rng.sample(asked, len(asked))
        makers: list[Iterator[Question]] = [
            self._without_fact(shuffled, named),
            self._without_entity(self.rng.sample(asked, len(asked)), named),
            self._without_relation(foreign),
        ]
        return [q for maker, n in zip(makers, _shares(count, len(makers)), strict=True) for q in islice(maker, n)]

    def _without_fact(self, questions: Sequence[Question], named: dict[str, list[str]]) -> Iterator[Question]:
        alike: dict[str, list[Question]] = {}
        for question in questions:
            if len(question.topic) == 1:
                alike.setdefault(question.question.replace(named[question.id][0], "…"), []).append(question)
        paths: dict[str, tuple[Hop, ...] | None] = {}
        for text, question in _in_turns(alike):
            if text not in paths:
                paths[text] = self._path(alike[text])
            path = paths[text]
            other = path and self._without(path, self._like(self._around(question.topic)[question.topic[0]], _TRIES))
            if other:
                yield _about(question, named[question.id][0], other.name, "no fact", (other.key,))

    def _without_entity(self, questions: Sequence[Question], named: dict[str, list[str]]) -> Iterator[Question]:
        for question in questions:
            steps = set().union(*self._around(question.topic).values())
            name = self._unknown_name(self._like(steps, _TRIES))
            if name:
                yield _about(question, self.rng.choice(named[question.id]), name, "no entity", ())

    def _without_relation(self, foreign: Sequence[tuple[str, str]]) -> Iterator[Question]:
        number = 0
        while foreign:
            for text, name in self.rng.sample(list(foreign), len(foreign)):
                other = self.rng.choice(self.entities)
                number += 1
                question = Question(f"foreign/{number}", text, ())
                yield _about(question, name, other.name, "no relation", (other.key,))

    def _path(self, questions: Sequence[Question]) -> tuple[Hop, ...] | None:
        """The path that leads to just the answers of most of a few questions that are asked in the same words."""
        few = questions[:_ASKED]
        around = self._around([q.topic[0] for q in few])
        leading: Counter[tuple[Hop, ...]] = Counter()
        for question, gold in zip(few, resolve_answers(self.store, few), strict=True):
            topic, steps = question.topic[0], around[question.topic[0]]
            paths: list[tuple[Hop, ...]] = [(Hop(step),) for step in steps]
            small = [step for step, n in steps.items() if n <= _FAN_OUT]
            paths += [(Hop(first), Hop(second, exclude_seed=True)) for first in small for second in self.schema]
            reached = self.store.run([Path(topic, hops) for hops in paths])
            leading.update(hops for hops, nodes in zip(paths, reached, strict=True) if set(nodes) == gold.nodes)
        best = leading.most_common(2)
        sure = best and best[0][1] > len(few) / 2 and len(few) > 1 and (len(best) < 2 or best[1][1] < best[0][1])
        return best[0][0] if sure else None

    def _without(self, path: tuple[Hop, ...], entities: Sequence[Entity]) -> Entity | None:
        """An entity that the path leads nowhere from, and the only one of its name."""
        reached = self.store.run([Path(e.key, path) for e in entities])
        nowhere = (e for e, nodes in zip(entities, reached, strict=True) if set(nodes) <= {e.key})
        return next((e for e in nowhere if self._only_meaning(e)), None)

    def _around(self, keys: Sequence[str]) -> dict[str, dict[Step, int]]:
        """The steps that each entity has, with how many facts."""
        found: dict[str, dict[Step, int]] = {key: {} for key in keys}
        keys = list(found)
        for start in range(0, len(keys), _BATCH):
            part = keys[start : start + _BATCH]
            for degree in self.store.degrees(part):
                if degree.step.relation != TYPE_RELATION:
                    found[part[degree.node]][degree.step] = degree.count
        return found

    def _like(self, steps: Collection[Step], count: int) -> list[Entity]:
        """Some entities that share a step with these."""
        drawn = self.rng.sample(self.entities, min(len(self.entities), 20 * count))
        return [e for e in drawn if self.steps.get(e.key, {}).keys() & steps][:count]

    def _only_meaning(self, entity: Entity) -> bool:
        """Whether nothing else of the graph has that name."""
        candidates = self.index.candidates([entity.name])[0]
        return {c.node for c in candidates if c.exact and c.end - c.start == len(entity.name)} == {entity.key}

    def _unknown_name(self, entities: Sequence[Entity]) -> str | None:
        words = [e.name.split() for e in entities]
        words = [w for w in words if len(w) > 1]
        for first, second in pairwise(words):
            name = " ".join(first[: (len(first) + 1) // 2] + second[len(second) // 2 :])
            near = extractOne(normalise(name), self.known, scorer=Levenshtein.distance, score_cutoff=_EDITS)
            if near is None:
                return name
        return None


def _in_turns(alike: dict[str, list[Question]]) -> Iterator[tuple[str, Question]]:
    """The questions of each text in turns, with their text."""
    for row in zip_longest(*alike.values()):
        yield from ((text, question) for text, question in zip(alike, row, strict=True) if question)


def _shares(count: int, parts: int) -> list[int]:
    return [count // parts + (i < count % parts) for i in range(parts)]


def _about(question: Question, name: str, other: str, kind: str, topic: tuple[str, ...]) -> Question:
    """The question with another name in place of one, and no answer."""
    text = question.question.replace(name, other)
    return replace(question, id=f"{kind}/{question.id}", question=text, answers=(), topic=topic, group=kind)
