"""Makes the questions: draws programs, runs them, keeps those that are worth asking, and says them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from itertools import islice
from typing import Any

from graphdb import (
    Count,
    EntityType,
    GraphStore,
    Node,
    NodeSet,
    Path,
    Program,
    Ranked,
)
from graphdb.errors import InputError
from graphdb.programs import Table, Value
from graphdb.values import Found
from indexing import AliasIndex, normalise
from kgqa.bootstrap.phrasing.asking import Asking
from kgqa.bootstrap.phrasing.names import Names
from kgqa.bootstrap.phrasing.relations import Unsayable
from kgqa.bootstrap.phrasing.sets import Sets
from kgqa.bootstrap.phrasing.styles import styled
from kgqa.bootstrap.programs.idea import Idea
from kgqa.bootstrap.programs.ideas import Ideas
from kgqa.bootstrap.programs.parts import MOST_ANSWERS
from kgqa.bootstrap.sample import GraphSample
from kgqa.bootstrap.unanswerable import Unanswerable
from kgqa.questions import Question, answers_of
from kgqa.wording import in_words
from kgqa.wording.vocabulary import Lexicon

Progress = Callable[[int, int], None]
"""Told of the questions that are made, and of how many there will be."""

_WEIGHTS = {
    "lookup": 10,
    "attribute": 8,
    "path": 8,
    "type-restricted": 5,
    "value-seed": 5,
    "type-list": 1.5,
    "distinct-values": 2,
    "compare": 6,
    "between": 3,
    "count": 6,
    "aggregate": 5,
    "intersection": 6,
    "union": 3,
    "difference": 3.5,
    "top-attribute": 7,
    "top-neighbours": 4,
    "neighbour-count": 3,
    "exists-neighbour": 2,
    "no-neighbour": 3.5,
    "shared-neighbour": 1.5,
    "comparison": 3,
    "numeric-difference": 2,
    "yes-no": 5,
    "followed": 5.5,
    "text-search": 2,
    "grouped": 2,
    "beside": 2,
    "value-comparison": 1.5,
    "relationship-value": 4,
    "relationship-filter": 4,
}
"""How often each form is asked for, about as people do."""

_UNANSWERABLE = 0.09  # of the questions
_LOOKED_AT = 20_000_000  # entities of whole types, over all programs
_TIES = 2
_UNSAID = 60  # programs of a form for which no words were found, before it is left
_COMPARED = 3  # phrasings of which one is taken
_PHRASINGS = 6  # tried for a text that is new


@dataclass(frozen=True, slots=True)
class Bootstrapped:
    """Questions about a graph, made of the graph itself.

    :param forms: how many there are of each form.
    """

    questions: tuple[Question, ...]

    @property
    def forms(self) -> dict[str, int]:
        return dict(Counter(question.group for question in self.questions))


def bootstrap(
    store: GraphStore, index: AliasIndex, *, questions: int = 400, seed: int = 0, progress: Progress | None = None
) -> Bootstrapped:
    """Questions for every form of program that a graph can be asked for, with their answers.

    :param questions: how many; there are fewer where the graph has no more to ask for.
    :param seed: the same seed gives the same questions about the same graph.
    :raises InputError: if the graph is empty, or its entities have no types.
    """
    if questions < 1:
        raise InputError(f"{questions} questions cannot be made: give 1 or more")
    maker = _Maker(store, index, seed)
    made: list[Question] = []
    for question in islice(maker.questions(questions), questions):
        made.append(question)
        if progress:
            progress(len(made), questions)
    return Bootstrapped(tuple(made))


class _Maker:
    def __init__(self, store: GraphStore, index: AliasIndex, seed: int) -> None:
        self._store = store
        self._chance = random.Random(f"bootstrap/{seed}")
        self._sample = GraphSample(store, self._chance)
        self._ideas = Ideas(self._sample, self._chance)
        self._names = Names(self._sample, index, self._chance)
        sample = self._sample
        self._sets = Sets(
            Lexicon(sample.schema),
            self._chance,
            self._names.of,
            sample.is_single,
            lambda attribute: sample.relations[attribute].subject_types,
            lambda node: sample.types_of(node) if isinstance(node, str) else (),
            sample.is_only,
        )
        self._asking = Asking(self._sets, self._chance)
        self._unanswerable = Unanswerable(sample, self._chance, self._names.is_known)
        self._texts: set[str] = set()
        self._programs: set[Program] = set()
        self._left = _LOOKED_AT

    def questions(self, wanted: int) -> Iterator[Question]:
        """Up to so many questions, the forms taking turns."""
        answered = wanted - round(_UNANSWERABLE * wanted)
        number = 0
        for made in (self._answered(answered), self._without(wanted - answered)):
            for question in made:
                number += 1
                yield Question(f"bootstrap/{number}", *question)

    def _answered(self, wanted: int) -> Iterator[tuple[Any, ...]]:
        forms = {form: self._kept(form) for form in self._ideas.forms}
        quotas = _quotas(wanted, list(forms))
        made, unsaid = 0, Counter[str]()
        while forms and made < wanted:
            for form in list(forms):
                took = 0
                for idea, results in islice(forms[form], max(1, quotas[form])):
                    took += 1
                    text = self._said(idea.program, len(results))
                    unsaid[form] += not text
                    if text and made < wanted:
                        made += 1
                        yield text, answers_of(results), (), form, idea.program
                if not took or unsaid[form] > _UNSAID:
                    del forms[form]
            quotas = dict.fromkeys(forms, 1)

    # --- what is worth asking -------------------------------------------------------------------------------------

    def _kept(self, form: str) -> Iterator[tuple[Idea, Sequence[Found]]]:
        """Programs of a form whose results are worth asking for."""
        ideas = self._ideas.of(form)
        barren = 0
        while barren < 4:
            drawn = [idea for idea in islice(ideas, 24) if self._is_new(idea)]
            if not drawn:
                barren += 1
                continue
            found = list(self._worthwhile(drawn))
            barren = 0 if found else barren + 1
            yield from found

    def _is_new(self, idea: Idea) -> bool:
        if idea.program in self._programs or not self._names.are_clear(_nodes(idea.program)):
            return False
        cost = sum(
            self._sample.types[node.name].entities for node in _nodes(idea.program) if isinstance(node, EntityType)
        )
        if cost > self._left:
            return False
        self._left -= cost * 2 if cost > MOST_ANSWERS else 0
        self._programs.add(idea.program)
        return True

    def _worthwhile(self, ideas: Sequence[Idea]) -> Iterator[tuple[Idea, Sequence[Found]]]:
        counts = iter(self._store.run([Count(each) for idea in ideas for each in _sets_of(idea)]))
        able = []
        for idea in ideas:
            own = [_number(next(counts)) for _ in _sets_of(idea)]
            if not own or _is_worth(idea, own):
                able.append(idea)
        for idea, results in zip(able, self._store.run([idea.program for idea in able]), strict=True):
            nothing = isinstance(idea.program, Count) and _number(results) < 1
            if results and not nothing and len(results) <= MOST_ANSWERS:
                yield idea, results

    # --- words ----------------------------------------------------------------------------------------------------

    def _said(self, program: Program, size: int) -> str:
        """A question that was not asked yet, the one of several that is least like the program in canonical English;
        empty if none comes up."""
        found: list[tuple[float, str]] = []
        for _ in range(_PHRASINGS):
            with self._names.called_anew():
                text = self._tried(program, size)
                if text:
                    found.append((self._sameness(text, program), text))
            if len(found) == _COMPARED:
                break
        for _, plain in sorted(found):
            text = styled(plain, self._chance)
            if text.casefold() not in self._texts:
                self._texts.add(text.casefold())
                return text
        return ""

    def _sameness(self, text: str, program: Program) -> float:
        """The share of the words of a question that its program has in canonical English."""
        said = set(normalise(in_words(program, self._sample.schema, self._names.current)).split())
        words = normalise(text).split()
        return sum(word in said for word in words) / max(1, len(words))

    def _tried(self, program: Program, size: int) -> str:
        try:
            return " ".join(self._asking.ask(program, size).split())
        except Unsayable:
            return ""

    def _without(self, wanted: int) -> Iterator[tuple[Any, ...]]:
        """Questions without an answer, of each kind in turn."""
        kinds = [self._unheard(), self._nobody(), self._foreign(), self._unheard(), self._nobody(), self._lacking()]
        made = 0
        while kinds and made < wanted:
            for kind in list(kinds):
                text = next(kind, None)
                if text is None:
                    kinds.remove(kind)
                elif text and made < wanted:
                    made += 1
                    yield text, (), (), "unanswerable", None

    def _unheard(self) -> Iterator[str]:
        for text in self._unanswerable.unheard():
            yield styled(text, self._chance)

    def _foreign(self) -> Iterator[str]:
        for path in self._unanswerable.foreign():
            yield self._said(path, 1)

    def _lacking(self) -> Iterator[str]:
        for path in self._unanswerable.lacking():
            yield self._said(path, 1)

    def _nobody(self) -> Iterator[str]:
        for form in ("lookup", "attribute") * 200:
            for idea in islice(self._ideas.of(form), 1):
                if isinstance(idea.program, Path) and isinstance(idea.program.seed, str):
                    name = self._unanswerable.invented(idea.program.seed)
                    if name:
                        with self._names.called(idea.program.seed, name):
                            text = self._tried(idea.program, 1)
                        yield styled(text, self._chance) if text else ""


def _sets_of(idea: Idea) -> list[NodeSet]:
    """The sets whose sizes say whether an idea is worth asking for."""
    return [] if isinstance(idea.program, Value | Table) else [idea.program, *idea.parts]


def _is_worth(idea: Idea, counts: Sequence[int]) -> bool:
    """Whether a set is neither empty nor huge, and smaller than its parts."""
    whole, *parts = counts
    if isinstance(idea.program, Ranked) and whole > idea.program.first + _TIES:
        return False
    return 1 <= whole <= MOST_ANSWERS and all(whole < part for part in parts)


def _quotas(wanted: int, forms: Sequence[str]) -> dict[str, int]:
    total = sum(_WEIGHTS[form] for form in forms)
    return {form: round(wanted * _WEIGHTS[form] / total) for form in forms}


def _number(results: Sequence[Found]) -> int:
    return int(str(results[0])) if results else 0


def _nodes(part: object) -> Iterator[Node]:
    """The seeds that a program names."""
    if isinstance(part, Path):
        yield part.seed
    elif isinstance(part, tuple):
        for each in part:
            yield from _nodes(each)
    elif is_dataclass(part):
        for field in fields(part):
            yield from _nodes(getattr(part, field.name))
