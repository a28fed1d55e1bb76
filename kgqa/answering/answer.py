"""What a question is answered with: the answers, how sure the model is, how it read the question, and the proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from graphdb import Combined, Fact, Found, Literal, Node, Path, Program, Query, Row, Scalar
from kgqa.answering.frame import to_frame
from kgqa.answering.notebook import answer_to_html
from kgqa.answering.plain import answer_to_dict

if TYPE_CHECKING:
    from pandas import DataFrame

SHOWN = 20
"""How many answers are named where an answer is shown in a line."""


@dataclass(frozen=True, slots=True)
class AnsweredNode:
    """One answer.

    :param node: the entity's key, a literal, or a type.
    :param name: what to show.
    :param types: the types of an entity.
    :param score: the model's soft score, 0 to 1; answers are ranked by it. The set itself does not depend on it.
    :param values: what stands beside it where rows are asked for, such as the number of a group; ``None`` elsewhere.
    """

    node: Node
    name: str
    types: tuple[str, ...] = ()
    score: float = 0.0
    values: tuple[Literal, ...] | None = None

    @property
    def key(self) -> str | None:
        """The entity's key; ``None`` for a literal or a type."""
        return self.node if isinstance(self.node, str) else None

    @property
    def found(self) -> Found:
        """The node, or the row, as the graph's store gives it."""
        return self.node if self.values is None else Row(self.node, self.values)

    def __str__(self) -> str:
        return f"{self.name} ({', '.join(map(str, self.values))})" if self.values else self.name


@dataclass(frozen=True, slots=True)
class Meaning:
    """A node that a mention may mean, with its probability."""

    node: Node
    name: str
    probability: float
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """The part of the question that was resolved to a node.

    :param start: where it starts, in characters of the question.
    :param end: where it ends (exclusive).
    :param text: the words themselves.
    :param meaning: what they were taken to mean.
    :param rivals: what this or other parts of the question might have meant, likeliest first.
    """

    start: int
    end: int
    text: str
    meaning: Meaning
    rivals: tuple[Meaning, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowedHop:
    """One hop of the path that was followed: the relation in words, its direction, and its probability."""

    relation: str
    direction: str
    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class FollowedBranch:
    """One branch of the program: from a mention along a path.

    :param hops: the path in words, with probabilities.
    """

    mention: Mention
    path: Path
    hops: tuple[FollowedHop, ...]

    def __str__(self) -> str:
        return " → ".join((self.mention.meaning.name, *(hop.text for hop in self.hops)))


@dataclass(frozen=True, slots=True)
class Proof:
    """The facts that lead from the mentions to one answer, re-read from the graph."""

    node: Node
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class RivalReading:
    """A program that the question may mean, in words, with its probability."""

    in_words: str
    program: Program
    probability: float


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """The answer to one question.

    :param question: as it was asked.
    :param answers: the complete set that the program gives on the live graph, best first; empty if abstained.
    :param confidence: probability that the program is what was asked, 0 to 1.
    :param mentions: how the names in the question were resolved.
    :param program: what was run; ``None`` if there was nothing to run.
    :param query: the program as the one query that was run, if the graph is in Neo4j.
    :param in_words: the program in English.
    :param branches: the paths that the program is made of, each from its mention.
    :param evidence: for the first answers, the facts that prove each.
    :param names: of the entities in the evidence, by key.
    :param readings: without a trained model, the likeliest readings of the question, best first.
    :param abstained: whether no answer is given.
    :param reason: why not.
    :param notes: what was cut or left out on the way, if anything was.
    :param facts_read: how many facts were read from the graph to decide.
    """

    question: str
    answers: tuple[AnsweredNode, ...] = ()
    confidence: float = 0.0
    mentions: tuple[Mention, ...] = ()
    program: Program | None = None
    query: Query | None = None
    in_words: str = ""
    branches: tuple[FollowedBranch, ...] = ()
    evidence: tuple[Proof, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    readings: tuple[RivalReading, ...] = ()
    abstained: bool = False
    reason: str = ""
    notes: tuple[str, ...] = ()
    facts_read: int = field(default=0, compare=False)

    @property
    def entities(self) -> tuple[AnsweredNode, ...]:
        """The answers that are entities."""
        return tuple(a for a in self.answers if isinstance(a.node, str))

    @property
    def hops(self) -> tuple[FollowedHop, ...]:
        """The hops of all branches in order."""
        return tuple(hop for branch in self.branches for hop in branch.hops)

    @property
    def reading(self) -> str:
        """How the question was read, as paths from mentions; empty if there was nothing to run."""
        if isinstance(self.program, Combined):
            return f" {self.program.operation.value} ".join(f"({branch})" for branch in self.branches)
        return "".join(map(str, self.branches))

    @property
    def cypher(self) -> str | None:
        """The query with its parameters, to paste into Neo4j Browser; ``None`` if the graph is not in Neo4j."""
        return None if self.query is None else str(self.query)

    @property
    def value(self) -> Scalar | None:
        """The answer as a plain value, if it is a single literal."""
        match self.found:
            case (Literal(value),):
                return value
        return None

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The answers as nodes of the graph, without what stands beside them."""
        return tuple(a.node for a in self.answers)

    @property
    def found(self) -> tuple[Found, ...]:
        """The answers as the graph's store gives them: nodes, or rows."""
        return tuple(a.found for a in self.answers)

    def __len__(self) -> int:
        return len(self.answers)

    def __str__(self) -> str:
        if self.abstained:
            return f"No answer: {self.reason}"
        return _listed([str(a) for a in self.answers])

    def __repr__(self) -> str:
        return f"<Answer to {self.question!r}: {self} ({self.confidence:.2f})>"

    def held_back(self, reason: str = "") -> Answer:
        """The same without its answers: abstained."""
        return replace(self, answers=(), evidence=(), names={}, abstained=True, reason=reason or self.reason)

    def to_dict(self) -> dict[str, Any]:
        """As plain values, ready for JSON."""
        return answer_to_dict(self)

    def to_frame(self) -> DataFrame:
        """The answers as a table of pandas, one a row; see :func:`~kgqa.answering.frame.to_frame`."""
        return to_frame([self])

    def _repr_html_(self) -> str:
        """For notebooks."""
        return answer_to_html(self)


def _listed(names: Sequence[str]) -> str:
    """Names in a line; that some are left out is said."""
    shown = ", ".join(names[:SHOWN])
    return shown if len(names) <= SHOWN else f"{shown} … and {len(names) - SHOWN:,} more"
