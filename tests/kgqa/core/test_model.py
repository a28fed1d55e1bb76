"""The model's scores: what they must not depend on, and what they must be at the edges."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch
from torch import Tensor

from graphdb import Entity, EntityType, Fact, Literal, Node
from graphdb.sql import SqlStore
from indexing import Candidate, SurfaceKind
from kgqa.encoder import TextEncoder
from kgqa.model import AskedQuestion, KGQAModel, ModelConfig, QuestionBatch, Reached, Scores, StepTexts, make_batch
from kgqa.model.combine import branch_seeds
from kgqa.model.follow import follow_all
from kgqa.subgraph import Extraction, GraphView, Guide, Seeds, StepVocabulary, extract
from tests.kgqa.core.graphs import fill

GRAPH = (
    [Entity("heat", "Heat", types=("film",), properties={"year": 1995}), Entity("mann", types=("person",))],
    [Fact("heat", "directed by", "mann"), Fact("heat", "starred", "pacino"), Fact("insider", "directed by", "mann")],
)


def candidate(text: str, surface: str, node: Node, kind: SurfaceKind = SurfaceKind.NAME) -> Candidate:
    start = text.index(surface)
    return Candidate(start, start + len(surface), node, surface, kind, 1.0)


def asked(text: str, *mentions: tuple[str, Node]) -> AskedQuestion:
    return AskedQuestion(text, [candidate(text, surface, node) for surface, node in mentions])


HEAT = asked("who directed Heat?", ("Heat", "heat"), ("directed", "insider"))
MANN = asked("films that were directed by a man called Mann", ("Mann", "mann"), ("called Mann", "heat"))
NOBODY = asked("hello")


class Asking:
    """A model with an open graph."""

    def __init__(self, encoder: TextEncoder, store: SqlStore, graph: tuple[list[Entity], list[Fact]] = GRAPH) -> None:
        fill(store, graph)
        torch.manual_seed(3)
        self.model = KGQAModel(ModelConfig(encoder.name, hops=2, adapter_rank=encoder.rank), encoder).eval()
        self.view = GraphView(store, StepVocabulary(store.schema()))
        self.texts = StepTexts(encoder, self.view.steps)

    def batch(self, questions: Sequence[AskedQuestion]) -> QuestionBatch:
        return make_batch(questions, self.view, self.model.encoder)

    @torch.no_grad()
    def score(self, *questions: AskedQuestion) -> Scores:
        return self.model.score(self.batch(questions), self.texts)

    @torch.no_grad()
    def read(self, scores: Scores, batch: QuestionBatch) -> Reached:
        return self.model.read(batch, scores, self.view, Extraction())


@pytest.fixture
def asking(encoder: TextEncoder, store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> Asking:
    monkeypatch.setattr("kgqa.encoder.low_precision", lambda _device: torch.float32)
    return Asking(encoder, store)


def near(found: Tensor, expected: Tensor) -> None:
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)


def test_shapes_and_sums(asking: Asking) -> None:
    scores = asking.score(HEAT, NOBODY, MANN)
    steps = len(asking.view.steps)
    assert scores.candidate.shape == (2, 4)
    assert scores.relation.shape == (3, 2, 2, steps)
    assert scores.hop.shape == scores.seed_passes.shape == (3, 2, 2)
    assert scores.combine.shape == (3, 4)
    total = scores.nothing.index_add(0, torch.tensor([0, 0, 2, 2]), scores.candidate[0])
    near(total, torch.ones(3))
    near(scores.hop.sum(-1), torch.ones(3, 2))
    near(scores.combine.sum(-1), torch.ones(3))
    near(scores.nothing[1], torch.tensor(1.0))


def test_what_is_meant_if_there_is_an_answer(asking: Asking) -> None:
    scores, question = asking.score(HEAT, NOBODY, MANN), torch.tensor([0, 0, 2, 2])
    given = scores.given_an_answer(question)
    near(torch.zeros(3).index_add(0, question, given.candidate[0]), torch.tensor([1.0, 0.0, 1.0]))
    near(given.candidate[0] * (1 - scores.nothing)[question], scores.candidate[0])
    assert torch.equal(given.candidate[1], scores.candidate[1])


def test_that_there_is_no_answer_is_learned_without_the_candidates(asking: Asking) -> None:
    batch = asking.batch([HEAT, MANN, NOBODY])
    scored = asking.model.score(batch, asking.texts).nothing
    alone = asking.model.no_answer(batch, asking.texts)
    near(alone, scored)
    for nothing, fixed in ((scored, False), (alone, True)):
        asking.model.zero_grad()
        nothing.sum().backward()  # type: ignore[no-untyped-call]
        assert asking.model.nothing.weight.grad is not None
        assert (asking.model.lexical.weight.grad is None) == fixed


def test_questions_do_not_see_each_other(asking: Asking) -> None:
    alone = asking.score(HEAT)
    together = asking.score(MANN, HEAT, NOBODY)
    near(together.candidate[:, 2:], alone.candidate)
    near(together.nothing[1], alone.nothing[0])
    near(together.relation[1], alone.relation[0])
    near(together.hop[1], alone.hop[0])
    near(together.seed_passes[1], alone.seed_passes[0])
    near(together.combine[1], alone.combine[0])


def test_the_order_of_candidates_does_not_matter(asking: Asking) -> None:
    forwards = asking.score(HEAT, MANN)
    swapped = asking.score(
        AskedQuestion(HEAT.text, HEAT.candidates[::-1]), AskedQuestion(MANN.text, MANN.candidates[::-1])
    )
    near(swapped.candidate, forwards.candidate[:, [1, 0, 3, 2]])
    near(swapped.nothing, forwards.nothing)


def test_the_same_node_twice_is_described_the_same(asking: Asking) -> None:
    once = asking.batch([HEAT])
    twice = asking.batch([asked(HEAT.text, ("directed", "heat"), ("Heat", "heat"), ("who", "insider"))])
    signature: list[list[tuple[int, float]]] = [[], [], []]
    for (i, step), weight in zip(twice.signature_index.T.tolist(), twice.signature_weight.tolist(), strict=True):
        signature[i].append((step, weight))
    assert signature[0] == signature[1] != signature[2]
    assert len(signature[0]) == int((once.signature_index[0] == 0).sum())
    assert twice.type_index.tolist() == [[0, 1], [0, 0]]
    assert twice.type_texts == ("film",)


def test_signatures_are_degrees(asking: Asking) -> None:
    batch = asking.batch([asked("Mann", ("Mann", "mann"))])
    steps = [str(asking.view.steps.steps[s]) for s in batch.signature_index[1]]
    weights = dict(zip(steps, batch.signature_weight.exp().sub(1).round().int().tolist(), strict=True))
    assert weights == {"rdf:type": 1, "^directed by": 2}


def test_values_and_types_are_candidates_too(asking: Asking) -> None:
    text = "films of 1995"
    question = AskedQuestion(
        text,
        [
            candidate(text, "1995", Literal(1995), SurfaceKind.VALUE),
            candidate(text, "films", EntityType("film"), SurfaceKind.TYPE),
        ],
    )
    assert asking.score(question).candidate.shape == (2, 2)


def test_a_batch_without_any_candidate(asking: Asking) -> None:
    batch = asking.batch([NOBODY, asked("")])
    with torch.no_grad():
        scores = asking.model.score(batch, asking.texts)
    near(scores.nothing, torch.ones(2))
    reached = asking.read(scores, batch)
    assert reached.score.shape == reached.start.shape == (0,)


@pytest.mark.parametrize("entities", [[], [Entity("heat")]])
def test_a_graph_without_relations(encoder: TextEncoder, store: SqlStore, entities: list[Entity]) -> None:
    asking = Asking(encoder, store, (entities, []))
    batch = asking.batch([HEAT, NOBODY])
    scores = asking.score(HEAT, NOBODY)
    assert scores.relation.shape == (2, 2, 2, 0)
    assert asking.read(scores, batch).score.sum() == 0


def test_spans_are_found_in_the_tokens(asking: Asking) -> None:
    tokenizer = asking.model.encoder.tokenizer
    text = "Où est  «Heat»—ＨＥＡＴ's straße 🎬 Heat?"
    at = text.rindex("Heat")
    question = AskedQuestion(
        text,
        [
            Candidate(at, at + 4, "heat", "Heat", SurfaceKind.NAME, 1.0),
            candidate(text, "«Heat»", "heat"),
            candidate(text, "straße", "mann"),
            Candidate(at - 4, at + 1, "mann", "x", SurfaceKind.NAME, 0.5),
        ],
    )
    batch = asking.batch([question])
    words = [
        tokenizer.convert_ids_to_tokens(batch.tokens.ids[0, f : last + 1].tolist())
        for f, last in zip(batch.first.tolist(), batch.last.tolist(), strict=True)
    ]
    assert words[0] == ["heat"]
    assert words[1][1:-1] == ["heat"]
    assert "".join(words[2]).replace("#", "") in {"straße", "strasse"}
    assert words[3][-1] == "heat"


def test_a_mention_beyond_the_cut_falls_on_the_last_token(asking: Asking) -> None:
    text = "word " * 300 + "Heat"
    batch = asking.batch([asked(text, ("Heat", "heat")), HEAT])
    assert batch.first[0] == batch.last[0]
    assert batch.tokens.offsets[0][int(batch.first[0])][1] > 0
    with torch.no_grad():
        assert asking.model.score(batch, asking.texts).candidate.isfinite().all()


def test_extreme_logits_stay_probabilities(asking: Asking) -> None:
    with torch.no_grad():
        last = asking.model.span[-1]
        last.weight.mul_(1e4)  # type: ignore[operator]
        asking.model.nothing.bias.fill_(-1e4)
    scores = asking.score(HEAT, NOBODY, MANN)
    assert scores.candidate.isfinite().all()
    near(scores.nothing.index_add(0, torch.tensor([0, 0, 2, 2]), scores.candidate[0]), torch.ones(3))


def test_every_tensor_follows_the_device_of_the_model(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the meta device an operation fails where one tensor was left on the CPU."""
    seeded = asking.batch([HEAT, NOBODY, MANN])
    with torch.no_grad():
        scores = asking.model.score(seeded, asking.texts)
    branches = branch_seeds(seeded, scores.combine, 2)
    seeds = Seeds(branches.row.numpy(), branches.node.numpy(), scores.candidate.flatten()[branches.at].numpy())
    guide = Guide(*(t.flatten(0, 1).numpy() for t in (scores.relation, scores.hop, scores.seed_passes)))
    data = extract(asking.view, seeds, guide, settings=Extraction())
    dimension = asking.model.encoder.dimension
    # transformers looks at values, which the meta device has none of
    monkeypatch.setattr(
        TextEncoder, "forward", lambda _, tokens: tokens.ids[:, :, None].expand(-1, -1, dimension) * 1.0
    )
    model = asking.model.to("meta")
    texts = StepTexts(model.encoder, asking.view.steps)
    batch = asking.batch([HEAT, NOBODY, MANN])
    with torch.no_grad():
        moved = model.score(batch, texts)
        relation, hop, passes = (t.flatten(0, 1) for t in (moved.relation, moved.hop, moved.seed_passes))
        seed = moved.candidate.flatten()[branches.at.to("meta")]
        followed = follow_all(seed, relation, hop, passes, data.to("meta"))
    assert {t.device.type for t in (moved.candidate, moved.relation, followed.score)} == {"meta"}
    assert followed.score.shape == (data.num_nodes,)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_reading_on_a_gpu_is_reading_on_the_cpu(asking: Asking) -> None:
    questions = [HEAT, NOBODY, MANN]
    expected = asking.read(asking.score(*questions), asking.batch(questions))
    asking.model.to("cuda")
    asking.texts = StepTexts(asking.model.encoder, asking.view.steps)
    found = asking.read(asking.score(*questions), asking.batch(questions))
    assert torch.equal(found.node.cpu(), expected.node)
    torch.testing.assert_close(found.score.cpu(), expected.score, rtol=1e-2, atol=1e-3)


def choose(asking: Asking, question: AskedQuestion, logits: list[list[float]]) -> tuple[Tensor, Tensor, Tensor]:
    """The candidates of each branch, that it has one, and that nothing is meant; logits: a row for each candidate."""
    return asking.model._choose(asking.batch([question]), torch.tensor(logits), torch.tensor([-4.0]))


def test_a_later_branch_leaves_alone_the_words_that_were_taken(asking: Asking) -> None:
    question = asked(
        "who directed Heat and Insider?", ("Heat", "heat"), ("Heat and", "mann"), ("Insider", "insider"), ("In", "heat")
    )
    chosen, named, _ = choose(asking, question, [[9.0, 3.0], [0.0, 3.0], [0.0, 1.0], [0.0, -2.0]])
    assert chosen[0].argmax() == 0
    assert chosen[1].argmax() == 2
    assert float(chosen[1, :2].sum()) < 0.01
    free = torch.tensor([-4.0, 1.0, -2.0]).softmax(0)  # -4: that nothing else is named
    torch.testing.assert_close(chosen[1, 2:], free[1:], rtol=0, atol=0.01)
    torch.testing.assert_close(named, torch.stack([torch.ones(()), chosen[1].sum()])[None])


def test_a_mention_that_was_half_taken_is_half_free(asking: Asking) -> None:
    question = asked("who directed Heat and Insider?", ("Heat", "heat"), ("Insider", "insider"))
    chosen, _, _ = choose(asking, question, [[20.0, 2.0], [20.0, 2.0]])
    odds = torch.tensor([-4.0, 2.0 + torch.tensor(0.5).log(), 2.0 + torch.tensor(0.5).log()]).softmax(0)
    near(chosen[0], torch.tensor([0.5, 0.5]))
    near(chosen[1], odds[1:])


@pytest.mark.parametrize("rivals", [["heat"], ["heat", "mann", "insider"]])
def test_a_question_with_one_mention_has_no_second_one(asking: Asking, rivals: list[Node]) -> None:
    question = asked("who directed Heat?", *(("Heat", node) for node in rivals))
    chosen, named, _ = choose(asking, question, [[9.0 - 8 * i, 20.0] for i in range(len(rivals))])
    assert float(chosen[0].sum()) > 0.99
    assert float(chosen[1].sum()) < 0.01
    assert float(named[0, 1]) < 0.01


def test_later_branches_learn_without_moving_the_first(asking: Asking) -> None:
    """What is taken is given: a later branch cannot push the first one away from its words."""
    batch = asking.batch([asked("who directed Heat and Insider?", ("Heat", "heat"), ("Insider", "insider"))])
    logits = torch.tensor([[2.0, 1.0], [1.0, 2.0]], requires_grad=True)
    chosen, *_ = asking.model._choose(batch, logits, torch.tensor([-4.0]))
    chosen[1, 1].backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None
    assert logits.grad[:, 0].tolist() == [0.0, 0.0]
    assert (logits.grad[:, 1] != 0).all()


def test_trained_state_is_what_learns(asking: Asking) -> None:
    state = asking.model.trained_state()
    assert "hop.weight" in state
    assert any(name.endswith(".up") for name in state)
    assert not any(".base." in name or "embeddings" in name for name in state)
