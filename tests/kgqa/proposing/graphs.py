"""Small graphs to propose programs for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graphdb import Schema
from kgqa import KGQA
from kgqa.encoder import TextEncoder
from kgqa.proposing import Proposal, Proposer


@contextmanager
def graph_of(facts: str, folder: Path) -> Iterator[KGQA]:
    """A graph of facts, one JSON object a line."""
    rows = [line.replace("{", '{"op": "upsert", ', 1) for line in facts.strip().splitlines()]
    (folder / "facts.jsonl").write_text("\n".join(rows))
    with KGQA.open(str(folder / "graph.db"), device="cpu") as qa:
        qa.sync(folder / "facts.jsonl")
        yield qa


def proposer_of(schema: Schema) -> Proposer:
    """What proposes programs under a schema, with the encoder that comes with the installation."""
    encoder = TextEncoder.from_pretrained().eval()
    return Proposer(schema, lambda texts: encoder.text_vectors(texts).numpy())


def proposals(qa: KGQA, proposer: Proposer, question: str, limit: int = 48) -> list[Proposal]:
    """What is proposed for one question, best first."""
    (found,) = proposer.propose([question], qa.index.candidates([question]), qa.store, limit=limit)
    return found
