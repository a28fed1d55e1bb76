"""Texts that stand at the facts of a question's seeds, where the question has their words: a role, a unit, a term."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphdb import FactValues, GraphReader, Literal, LiteralKind, Node, Path, Step
from indexing.normalise import analyse
from kgqa.proposing.cues import Question, Words
from kgqa.proposing.parts import SchemaGraph, are_of_a_stem
from kgqa.proposing.seeds import Seed
from kgqa.wording.nouns import singular_of

_MOST_FACTS = 500  # of a seed by a step, to look at their properties
_MOST_READ = 24  # properties of facts of a question

Texts = Mapping[tuple[Node, Step], Sequence["FactText"]]
"""By seed and step."""


@dataclass(frozen=True, slots=True)
class FactText:
    """A text that some facts have and that the question says.

    :param words: the words that say it.
    """

    property: str
    value: str
    words: Words


def find_texts(
    questions: Sequence[Question], seeds: Sequence[Sequence[Seed]], schema: SchemaGraph, graph: GraphReader
) -> list[Texts]:
    """What the facts of each question's seeds have in their properties that the question says."""
    wanted = [_wanted(own, schema) for own in seeds]
    programs = list(dict.fromkeys(program for own in wanted for _, program in own))
    values = dict(zip(programs, graph.run(programs), strict=True)) if programs else {}
    found: list[Texts] = []
    for question, own in zip(questions, wanted, strict=True):
        said: dict[tuple[Node, Step], list[FactText]] = {}
        for seed, program in own:
            for node in values[program]:
                text = node.value if isinstance(node, Literal) else None
                if isinstance(text, str) and (words := _said(question, text)):
                    said.setdefault((seed, program.step), []).append(FactText(program.property, text, words))
        found.append(said)
    return found


def _are_said(asked: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether words are those of a text, or one that says what was done is of its stem: *commanded*, of a commander."""
    one = asked[0]
    return asked == wanted or (len(wanted) == 1 and one.endswith(("ed", "ing")) and are_of_a_stem(one, wanted[0]))


def _wanted(seeds: Sequence[Seed], schema: SchemaGraph) -> list[tuple[str, FactValues]]:
    wanted = dict.fromkeys(
        (seed.node, FactValues(Path(seed.node, ()), step, known.name))
        for seed in seeds
        if isinstance(seed.node, str)
        for step, facts in zip(seed.steps, seed.facts, strict=True)
        if facts <= _MOST_FACTS
        for known in schema.properties(step.relation, LiteralKind.STRING)
    )
    return list(wanted)[:_MOST_READ]


def _said(question: Question, text: str) -> Words:
    """The words of a question that say a text, in the singular or the plural; none if it does not say it."""
    wanted = [singular_of(token.text) for token in analyse(text).tokens]
    asked = [singular_of(token.text) for token in question.tokens]
    for first in range(len(asked) - len(wanted) + 1) if wanted else ():
        if _are_said(asked[first : first + len(wanted)], wanted):
            words = sum(1 << i for i in range(first, first + len(wanted)))
            return words if words & question.content else 0
    return 0
