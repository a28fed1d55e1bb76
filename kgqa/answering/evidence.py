"""What proves the answers of a program: the facts along each of its branches."""

from __future__ import annotations

from collections.abc import Sequence

from graphdb import Node, SetOperation
from kgqa.answering.answer import Proof
from kgqa.answering.programs import Choice
from kgqa.answering.prove import prove
from kgqa.subgraph import GraphView


def evidence(view: GraphView, choice: Choice, answers: Sequence[Node], *, fan_out: int) -> list[Proof]:
    """One proof for each of the answers that can be proved.

    An answer that several sets share is proved by the facts of all of them, one of a union by those of the sets that
    it is in, and one of a difference by those of the first set: that it is in no other cannot be shown by facts.
    """
    shown = choice.branches[:1] if choice.operation is SetOperation.DIFFERENCE else choice.branches
    found = [{p.node: p.facts for p in prove(view, b.path, answers, fan_out=fan_out)} for b in shown]
    proofs = []
    for answer in answers:
        parts = [facts[answer] for facts in found if answer in facts]
        if len(parts) == len(found) or (parts and choice.operation is SetOperation.UNION):
            proofs.append(Proof(answer, tuple(dict.fromkeys(fact for part in parts for fact in part))))
    return proofs
