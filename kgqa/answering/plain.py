"""Answers as plain values, ready for JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphdb import Fact, Query, Scalar, node_to_dict, program_to_dict

if TYPE_CHECKING:
    from kgqa.answering.answer import Answer, AnsweredNode, FollowedBranch, Meaning, Mention


def answer_to_dict(answer: Answer) -> dict[str, Any]:
    """All that an answer says. Nodes are as in :mod:`graphdb.notation`."""
    return {
        "question": answer.question,
        "answers": [_answered(a) for a in answer.answers],
        "confidence": answer.confidence,
        "abstained": answer.abstained,
        "reason": answer.reason,
        "mentions": [_mention(m) for m in answer.mentions],
        "in_words": answer.in_words,
        "reading": answer.reading,
        "program": None if answer.program is None else program_to_dict(answer.program),
        "cypher": answer.cypher,
        "query": None if answer.query is None else _query(answer.query),
        "branches": [_branch(branch) for branch in answer.branches],
        "evidence": [{**node_to_dict(p.node), "facts": [_fact(f) for f in p.facts]} for p in answer.evidence],
        "names": dict(answer.names),
        "readings": [
            {"in_words": r.in_words, "program": program_to_dict(r.program), "probability": r.probability}
            for r in answer.readings
        ],
        "notes": list(answer.notes),
        "facts_read": answer.facts_read,
    }


def _answered(answered: AnsweredNode) -> dict[str, Any]:
    """An answer; only one that is a row has ``values``."""
    shown = {"name": answered.name, "types": list(answered.types), "score": answered.score}
    values = {} if answered.values is None else {"values": [node_to_dict(value) for value in answered.values]}
    return node_to_dict(answered.node) | shown | values


def _scalar(value: Scalar) -> bool | int | float | str:
    return value if isinstance(value, bool | int | float | str) else value.isoformat()


def _mention(mention: Mention) -> dict[str, Any]:
    return {
        "start": mention.start,
        "end": mention.end,
        "text": mention.text,
        "meaning": _meaning(mention.meaning),
        "rivals": [_meaning(r) for r in mention.rivals],
    }


def _meaning(meaning: Meaning) -> dict[str, Any]:
    return {
        **node_to_dict(meaning.node),
        "name": meaning.name,
        "types": list(meaning.types),
        "probability": meaning.probability,
    }


def _branch(branch: FollowedBranch) -> dict[str, Any]:
    return {
        "mention": _mention(branch.mention),
        "hops": [
            {
                "relation": hop.relation,
                "direction": hop.direction,
                "text": hop.text,
                "probability": hop.probability,
                "exclude_seed": taken.exclude_seed,
            }
            for hop, taken in zip(branch.hops, branch.path.hops, strict=True)
        ],
    }


def _query(query: Query) -> dict[str, Any]:
    values = {k: v if isinstance(v, bool | int | float | str) else str(v) for k, v in query.parameters.items()}
    return {"text": query.text, "parameters": values}


def _fact(fact: Fact) -> dict[str, Any]:
    properties = {
        k: [_scalar(x) for x in v] if isinstance(v, tuple) else _scalar(v) for k, v in fact.properties.items()
    }
    obj = fact.object if isinstance(fact.object, str) else node_to_dict(fact.object)
    return {"subject": fact.subject, "relation": fact.relation, "object": obj, "properties": properties}
