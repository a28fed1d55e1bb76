"""What requests and responses are made of. Answers have the form of :meth:`kgqa.Answer.to_dict`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kgqa.api import MAX_QUESTION
from kgqa.server.problems import Problem

Scalar = bool | int | float | str
Question = Annotated[
    str, Field(max_length=MAX_QUESTION, description="In plain language.", examples=["who directed Alien?"])
]
Probability = Annotated[float, Field(ge=0, le=1)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Response(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AskParameters(_Request):
    """How to answer."""

    evidence: Annotated[int, Field(ge=0, le=1000, description="How many answers are proved by facts.")] = 10
    abstain_below: Annotated[
        Probability | None,
        Field(description="Confidence below which no answer is given; the model's own if left out."),
    ] = None
    pick: Annotated[
        Annotated[int, Field(ge=1, le=1000)] | None,
        Field(description="Take the N-th of the readings that the answer lists; else the likeliest with an answer."),
    ] = None


class NodeRequest(_Request):
    """A node of the graph: one of `key`, `value` (of the `type` date or datetime if it is one), or `type`."""

    key: str | None = None
    value: Scalar | None = None
    type: str | None = None


class AskRequest(AskParameters):
    """One question."""

    question: Question
    meanings: Annotated[
        dict[str, NodeRequest],
        Field(
            max_length=8,
            description="What words of the question mean: rivals of mentions, in place of what was taken.",
            examples=[{"Titanic": {"key": "Titanic (1997)"}}],
        ),
    ] = {}


class Node(_Response):
    """An entity by its `key`, a `value` (of the `type` date or datetime if it is one), or else a `type`."""

    key: str | None = None
    value: Scalar | None = None
    type: str | None = None


class AnsweredNode(Node):
    """One answer."""

    name: str = Field(description="What to show.")
    types: list[str] = Field(description="The types of an entity.")
    score: float = Field(description="The model's soft score; answers are ranked by it.")
    values: list[Node] | None = Field(
        default=None, description="What stands beside it, where rows are asked for, such as the number of a group."
    )


class Meaning(Node):
    """What a mention may mean."""

    name: str
    types: list[str]
    probability: Probability


class Mention(_Response):
    """A part of the question that was resolved to a node."""

    start: int = Field(description="Where it starts, in characters of the question.")
    end: int = Field(description="Where it ends, exclusive.")
    text: str
    meaning: Meaning
    rivals: list[Meaning] = Field(description="What else it might have meant, likeliest first.")


class FollowedHop(_Response):
    """One hop of a path."""

    relation: str
    direction: Literal["out", "in"]
    text: str = Field(description="The relation in words.")
    probability: float
    exclude_seed: bool = Field(description="Whether the start is then dropped from what was reached.")


class FollowedBranch(_Response):
    """A path from a mention."""

    mention: Mention
    hops: list[FollowedHop]


class Fact(_Response):
    """A fact of the graph."""

    subject: str
    relation: str
    object: str | dict[str, Scalar] = Field(description='An entity\'s key, or a literal as `{"value": …}`.')
    properties: dict[str, Scalar | list[Scalar]]


class Proof(Node):
    """The facts that lead from the mentions to one answer."""

    facts: list[Fact]


class RivalReading(_Response):
    """Something that the question may mean."""

    in_words: str
    program: dict[str, Any]
    probability: Probability


class Query(_Response):
    """The program as the one query that was run."""

    text: str
    parameters: dict[str, Scalar]


class Answer(_Response):
    """The answer to one question, or why none is given."""

    question: str
    answers: list[AnsweredNode] = Field(description="The complete set, best first.")
    confidence: Probability
    abstained: bool = Field(description="Whether no answer is given.")
    reason: str = Field(description="Why not.")
    mentions: list[Mention]
    in_words: str = Field(description="What was asked of the graph, in English.")
    reading: str = Field(description="The same as paths from mentions, where a model read the question.")
    program: dict[str, Any] | None
    cypher: str | None = Field(description="The query with its parameters, to paste into Neo4j Browser.")
    query: Query | None
    branches: list[FollowedBranch]
    evidence: list[Proof]
    readings: list[RivalReading] = Field(description="Without a model: the likeliest readings, best first.")
    notes: list[str] = Field(description="What was cut or left out on the way.")
    facts_read: int
    names: dict[str, str] = Field(description="The names of the entities in the evidence, by key.")


class BatchRequest(AskParameters):
    """Several questions."""

    questions: list[Question]


class Answered(_Response):
    """The answer to one question of several, or why it failed."""

    answer: Answer | None = None
    problem: Problem | None = None


class Answers(_Response):
    """The answers to several questions, in their order."""

    results: list[Answered]


GivenAnswer = Annotated[
    Scalar | Annotated[list[Scalar], Field(min_length=1, max_length=16)],
    Field(description="A key, name or value; or a row of one and the values beside it."),
]


class CorrectionRequest(_Request):
    """What is right: either the answers, or the program that gives them."""

    question: Question
    answers: Annotated[
        Annotated[list[GivenAnswer], Field(max_length=10_000)] | None,
        Field(description="The complete set; empty if the graph has no answer.", examples=[["Ridley Scott"]]),
    ] = None
    program: Annotated[
        dict[str, Any] | None, Field(description="What was meant, in the form that the readings of an answer have.")
    ] = None


class Correction(_Response):
    """A correction as it was kept."""

    id: str
    question: str
    answers: list[Scalar | list[Scalar]]
    program: dict[str, Any] | None = None


class Corrections(_Response):
    """The latest correction of each question."""

    corrections: list[Correction]


class FoundNode(Node):
    """An entity, value or type whose name is like what was searched for."""

    name: str
    types: list[str]
    surface: str = Field(description="The name that is like it.")
    kind: Literal["name", "alias", "value", "type"] = Field(description="What that is to the node.")
    similarity: Probability


class Found(_Response):
    """What a search found, best first."""

    results: list[FoundNode]


class PropertyOfFacts(_Response):
    """A property of the facts of a relation."""

    name: str
    literal_kinds: list[str]
    facts: int = Field(description="About how many facts have it.")


class Relation(_Response):
    """A relation or an attribute."""

    name: str
    text: str = Field(description="How it reads from subject to object.")
    inverse_text: str = Field(description="How it reads from object to subject.")
    facts: int
    subject_types: list[str]
    object_types: list[str]
    literal_kinds: list[str] = Field(description="The kinds of values that an attribute has; empty for a relation.")
    properties: list[PropertyOfFacts]
    words: list[str] = Field(description="Other words for it from subject to object.")
    inverse_words: list[str] = Field(description="Other words for it from object to subject.")


class TypeOfEntities(_Response):
    """A type, and how many entities have it."""

    name: str
    text: str
    entities: int
    words: list[str] = Field(description="Other words for it.")


class Schema(_Response):
    """What the graph can say."""

    entities: int
    facts: int
    types: list[TypeOfEntities]
    relations: list[Relation]


class Examples(_Response):
    """Questions that this graph answers."""

    questions: list[str]


class Counts(_Response):
    """What became of entities, or of facts."""

    added: int
    updated: int
    unchanged: int
    deleted: int


class Rejection(_Response):
    """A row that could not be used."""

    line: int
    reason: str


class SyncReport(_Response):
    """What became of each row of a sync."""

    rows: int
    added: int
    updated: int
    unchanged: int
    deleted: int
    rejected: int
    entities: Counts
    facts: Counts
    rejections: list[Rejection] = Field(description="The rejected rows, the first 1,000 of them.")
    kept: int = Field(description="Entities that no source has any more, kept since other facts mention them.")
    kept_keys: list[str] = Field(description="The first of those.")
    not_mirrored: list[str] = Field(description="Sources of which nothing was deleted, because rows were rejected.")
    seconds: float
    watermark: int = Field(description="The graph's latest change.")
    dry_run: bool


class Alive(_Response):
    """The process answers."""

    status: Literal["alive"]


class GraphState(_Response):
    """The graph."""

    watermark: int = Field(description="Its latest change; always 0 of a graph that kgqa does not write.")


class IndexState(_Response):
    """The index of names."""

    watermark: int = Field(description="The change of the graph up to which it is right.")
    names: int


class AnsweredBy(_Response):
    """What answers."""

    kind: Literal["model", "reader"]
    model: str | None = Field(description="The name of the model's directory.")


class Ready(_Response):
    """Questions can be asked."""

    status: Literal["ready"]
    graph: GraphState
    index: IndexState
    answered_by: AnsweredBy
