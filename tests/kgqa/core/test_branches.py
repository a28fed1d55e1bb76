"""Questions with two mentions, end to end: the weights are set by hand, everything else is the real thing.

The model takes the first name for the first branch and the last one for the second, and follows one hop from each; on
this graph a person or a genre has a single step to leave by.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch import nn

from graphdb import Combined, SetOperation
from graphdb import Path as ProgramPath
from kgqa import KGQA
from kgqa.answering.prove import prove
from kgqa.encoder import TextEncoder
from kgqa.model import KGQAModel, ModelConfig, SavedModel, outcomes, save_model
from kgqa.model.model import _SIGNATURE
from tests.kgqa.core.graphs import view_of

AND, OR, NOT = SetOperation.INTERSECTION, SetOperation.UNION, SetOperation.DIFFERENCE
CAST = {"De Niro": ("Casino", "Heat", "Taxi Driver", "Cape Fear"), "Pacino": ("Heat", "Insomnia", "Carlito's Way")}
DIRECTED = {"Scorsese": ("Casino", "Taxi Driver", "Cape Fear", "After Hours"), "Mann": ("Heat", "Collateral")}
FACTS = [
    *((person, "acted in", film) for person, films in CAST.items() for film in films),
    *((person, "directed", film) for person, films in DIRECTED.items() for film in films),
]
EXACT = 1  # which of the lexical features says that a name is written as the graph has it


def by_hand(encoder: TextEncoder, operation: SetOperation | None) -> KGQAModel:
    """A model that answers every question with this operation."""
    config = ModelConfig(encoder.name, hops=2, branches=2, adapter_rank=encoder.rank)
    model = KGQAModel(config, encoder)
    way = [outcome.operation for outcome in outcomes(2)].index(operation)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.requires_grad and not name.startswith("encoder"):
                parameter.zero_()
        model.order.copy_(torch.tensor([-6.0, 6.0]))
        names, branches = model.span[0], model.span[-1]
        assert isinstance(names, nn.Linear)
        assert isinstance(branches, nn.Linear)
        names.weight[0, 3 * encoder.dimension + 2 * _SIGNATURE + EXACT] = 1.0
        branches.weight[:, 0] = 12.0
        model.hop.bias.copy_(torch.tensor([9.0, 0.0]))
        model.nothing.bias.fill_(-9.0)
        model.combine.bias[way] = 9.0
    return model.eval()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a graph is, synced and indexed."""
    facts = tmp_path / "facts.jsonl"
    rows = [{"subject": s, "relation": r, "object": o} for s, r, o in FACTS]
    facts.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with KGQA.open(f"sqlite:///{tmp_path / 'films.db'}", device="cpu") as qa:
        qa.sync(facts)
    return tmp_path


@pytest.fixture
def qa(folder: Path, encoder: TextEncoder, request: pytest.FixtureRequest) -> Iterator[KGQA]:
    """The graph with a model that reads every question as ``request.param``."""
    saved = SavedModel(by_hand(encoder, request.param), abstain_below=0.5, relations=("acted in", "directed"))
    save_model(folder / "model", saved, run={}, card="")
    with KGQA.open(f"sqlite:///{folder / 'films.db'}", model=folder / "model", device="cpu") as opened:
        yield opened


QUESTION = "which films did De Niro star in and Scorsese direct?"


@pytest.mark.parametrize("qa", [AND], indirect=True)
def test_an_intersection_is_proved_by_the_facts_of_both_branches(qa: KGQA) -> None:
    answer = qa.ask(QUESTION)
    assert set(answer.nodes) == {"Casino", "Taxi Driver", "Cape Fear"}
    assert isinstance(answer.program, Combined)
    assert list(answer.nodes) == sorted(
        answer.nodes, key=lambda n: -next(a.score for a in answer.answers if a.node == n)
    )
    assert [(b.mention.text, b.path.seed) for b in answer.branches] == [("De Niro",) * 2, ("Scorsese",) * 2]
    assert answer.reading == "(De Niro → acted in) and (Scorsese → directed)"
    assert answer.confidence > 0.9
    assert all(a.score > 0.9 for a in answer.answers)
    assert [proof.node for proof in answer.evidence] == list(answer.nodes)
    for proof in answer.evidence:
        assert {fact.triple for fact in proof.facts} == {
            ("De Niro", "acted in", proof.node),
            ("Scorsese", "directed", proof.node),
        }
        for branch in answer.branches:
            (alone,) = prove(view_of(qa.store), branch.path, [proof.node], fan_out=10)
            assert set(alone.facts) <= set(proof.facts)
    plain = json.loads(json.dumps(answer.to_dict()))
    assert (plain["program"]["operation"], len(plain["branches"])) == ("and", 2)


@pytest.mark.parametrize(
    ("qa", "answers", "proofs"),
    [
        (OR, {*CAST["De Niro"], *DIRECTED["Scorsese"]}, {1, 2}),
        (NOT, {"Heat"}, {1}),
        (None, {*CAST["De Niro"]}, {1}),
    ],
    indirect=["qa"],
)
def test_the_other_ways_to_combine(qa: KGQA, answers: set[str], proofs: set[int]) -> None:
    answer = qa.ask(QUESTION)
    assert set(answer.nodes) == answers
    assert answer.program is not None
    assert set(qa.store.run([answer.program])[0]) == answers
    assert {proof.node for proof in answer.evidence} == answers
    assert {len(proof.facts) for proof in answer.evidence} == proofs


@pytest.mark.parametrize("qa", [AND], indirect=True)
def test_in_a_batch_as_alone(qa: KGQA) -> None:
    questions = [QUESTION, "hello", "films of Pacino that Mann made", "with De Niro", "Scorsese or De Niro?"]
    for question, answer in zip(questions, qa.ask_batch(questions, abstain_below=0.0), strict=True):
        alone = qa.ask(question, abstain_below=0.0)
        assert (alone.nodes, alone.program) == (answer.nodes, answer.program)
        assert alone.confidence == pytest.approx(answer.confidence, abs=1e-3)


@pytest.mark.parametrize("qa", [AND], indirect=True)
def test_one_mention_cannot_be_combined(qa: KGQA) -> None:
    """Whatever the model thinks of the question, words are not read twice."""
    answer = qa.ask("which films did De Niro star in?")
    assert isinstance(answer.program, ProgramPath)
    assert set(answer.nodes) == {*CAST["De Niro"]}
    assert answer.confidence > 0.9


@pytest.mark.parametrize("qa", [AND], indirect=True)
def test_an_empty_intersection_is_not_answered_with_its_parts(qa: KGQA) -> None:
    answer = qa.ask("which films did Pacino star in and Scorsese direct?")
    assert answer.abstained
    assert answer.answers == ()


@pytest.mark.parametrize("qa", [AND], indirect=True)
def test_what_is_synced_counts_at_once_in_every_branch(qa: KGQA, tmp_path: Path) -> None:
    row = tmp_path / "row.jsonl"
    row.write_text(json.dumps({"subject": "Scorsese", "relation": "directed", "object": "Heat"}) + "\n")
    qa.sync(row)
    assert set(qa.ask(QUESTION).nodes) == {"Casino", "Taxi Driver", "Cape Fear", "Heat"}
