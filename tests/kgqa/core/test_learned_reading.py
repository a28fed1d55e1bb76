"""Reading learned from answers: what no path says, what words mean, when to read, and the directory that keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch

from graphdb import Count, Entity, Fact, Hop, Step
from graphdb import Path as Path_
from graphdb.errors import ModelCorruptError
from graphdb.sql import SqlStore
from indexing import AliasIndex
from kgqa.answering import Answer, AskOptions, TrainedAnswerer
from kgqa.answering.answer import AnsweredNode
from kgqa.answering.trained import answerer_of, decided, following
from kgqa.examples import prepare
from kgqa.model import ModelConfig, SavedModel, load_model, save_model
from kgqa.questions import Question
from kgqa.reader import load_reader
from kgqa.training import TrainOptions, TrainSummary, reading, train_model
from kgqa.training.reading import _read_below

STATES = {
    "Ardenia": {"Tolmar": 900_000, "Quillon": 220_000, "Mirefield": 40_000, "Dunstow": 8_000},
    "Brevia": {"Castor Bay": 310_000, "Penwick": 95_000, "Ostrel": 21_000},
    "Corvania": {"Lanmouth": 1_400_000, "Virelle": 180_000, "Haddock End": 3_000, "Umberton": 70_000},
    "Dorland": {"Saltmere": 260_000, "Kestrel": 99_000},
    "Estmark": {"Grayhaven": 500_000, "Old Tarn": 12_000, "Wexcombe": 175_000},
}
MAJOR = 100_000


def questions(states: list[str]) -> list[Question]:
    found = []
    for state in states:
        cities = STATES[state]
        major = tuple(name for name, people in cities.items() if people > MAJOR)
        found += [
            Question(f"count {state}", f"how many cities are in {state}", (len(cities),)),
            Question(f"major {state}", f"major cities in {state}", major),
            Question(
                f"largest {state}", f"largest city in {state} by population", (max(cities, key=cities.__getitem__),)
            ),
        ]
    return found


@dataclass(frozen=True, slots=True)
class Learned:
    """A small graph, and a model that was trained on four of its five states."""

    store: SqlStore
    index: AliasIndex
    folder: Path
    summary: TrainSummary
    told: set[str]


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory, tiny: str) -> Iterator[Learned]:
    folder = tmp_path_factory.mktemp("reading")
    told: set[str] = set()

    class Listener:
        def step(self, _done: int, _total: int, _loss: float) -> None: ...

        def evaluated(self, _done: int, _report: object) -> None: ...

        def phase(self, what: str, done: int, total: int) -> None:
            assert 0 < done <= total
            told.add(what)

    with SqlStore.open(f"sqlite:///{folder / 'graph.db'}") as store:
        store.upsert_entities([Entity(state, types=("state",)) for state in STATES])
        for state, cities in STATES.items():
            store.upsert_entities([Entity(c, types=("city",), properties={"population": n}) for c, n in cities.items()])
            store.upsert_facts([Fact(city, "in_state", state) for city in cities])
        with AliasIndex.build(folder / "index", store) as index:
            summary = train_model(
                questions(["Ardenia", "Brevia", "Corvania", "Dorland"]),
                store,
                index,
                folder / "model",
                dev=questions(["Estmark"]),
                options=TrainOptions(epochs=1, batch_size=4, evaluations=1, typos=0.0),
                config=ModelConfig(tiny, hops=1, adapter_rank=2),
                listener=Listener(),
            )
            yield Learned(store, index, folder / "model", summary, told)


def test_what_no_path_says_is_read(learned: Learned) -> None:
    assert learned.summary.reads
    saved = load_model(learned.folder)
    answerer = answerer_of(saved, learned.store, learned.index)
    assert isinstance(answerer, TrainedAnswerer)
    counted, largest = answerer.answer(
        ["how many cities are in Estmark", "largest city in Estmark by population"], AskOptions(abstain_below=0.0)
    )
    assert isinstance(counted.program, Count)
    assert counted.value == 3
    assert [a.name for a in largest.answers] == ["Grayhaven"]
    assert counted.readings
    assert {"Proposing programs", "Learning to read", "Reading"} <= learned.told


def test_what_a_word_means_is_learned_and_kept(learned: Learned) -> None:
    saved = load_model(learned.folder)
    assert saved.reading is not None
    (sense,) = saved.reading.senses
    assert (sense.word, sense.type, sense.attribute) == ("major", "city", "population")
    assert 99_000 <= sense.value < 180_000
    (answer,) = answerer_of(saved, learned.store, learned.index).answer(
        ["major cities in Estmark"], AskOptions(abstain_below=0.0)
    )
    assert {a.name for a in answer.answers} == {"Grayhaven", "Wexcombe"}


@pytest.mark.parametrize("right", [0, 100])
def test_a_reader_that_fitting_makes_no_better_stays_as_it_ships(
    learned: Learned, monkeypatch: pytest.MonkeyPatch, right: int
) -> None:
    """Cross-fitting says how many are read right; here none, or more than there are."""
    monkeypatch.setattr(reading, "_ENOUGH", 1)
    monkeypatch.setattr(reading, "unseen", lambda *_, **__: [(0.5, True)] * right)
    saved = load_model(learned.folder)
    states = ["Ardenia", "Brevia"], ["Estmark"]
    taught, kept = (prepare(questions(part), learned.store, learned.index) for part in states)
    found = reading.learn_reading(
        following(saved, learned.store, learned.index), taught, kept, reading.ReadingOptions(steps=8)
    )
    assert found is not None
    shipped = dict(load_reader().named_parameters())
    own = found.reading.reader.named_parameters()
    same = all(torch.equal(value, shipped[name]) for name, value in own)
    assert same == (right == 0)
    if right:
        assert found.sure == ((found.reading.calibration(0.5), True),) * right


def test_a_reading_is_picked(learned: Learned) -> None:
    answerer = answerer_of(load_model(learned.folder), learned.store, learned.index)
    assert isinstance(answerer, TrainedAnswerer)
    (first,) = answerer.answer(["how many cities are in Estmark"])
    (second,) = answerer.answer(["how many cities are in Estmark"], AskOptions(pick=2))
    assert second.program == first.readings[1].program


@pytest.mark.parametrize("read_below", [0.0, 1.1])  # where all paths are sure, and where none is
def test_each_reading_that_is_listed_can_be_picked_where_no_answer_is_given(
    learned: Learned, read_below: float
) -> None:
    made = answerer_of(load_model(learned.folder), learned.store, learned.index)
    assert isinstance(made, TrainedAnswerer)
    answerer = TrainedAnswerer(made.paths, made.reading, read_below=read_below, abstain_below=1.1)
    question = "cities in Estmark"
    (unsure,) = answerer.answer([question])
    assert unsure.abstained
    assert len(unsure.readings) > 1
    for number, rival in enumerate(unsure.readings, 1):
        (picked,) = answerer.answer([question], AskOptions(pick=number))
        expected = set(learned.store.run([rival.program])[0])
        assert picked.abstained or {a.node for a in picked.answers} == expected, number
    (first,) = answerer.answer([question], AskOptions(pick=1))
    assert first.program == unsure.readings[0].program
    assert first.answers
    (beyond,) = answerer.answer([question], AskOptions(pick=1000))
    assert "there are only" in beyond.reason


def test_a_reader_that_is_missing_or_damaged(learned: Learned, tmp_path: Path) -> None:
    saved = load_model(learned.folder)
    save_model(tmp_path, saved, run={}, card="")
    assert (again := load_model(tmp_path).reading) is not None
    assert saved.reading is not None
    assert again.to_dict() == saved.reading.to_dict()
    (tmp_path / "reader.safetensors").write_bytes(b"damaged")
    with pytest.raises(ModelCorruptError, match=r"reader\.safetensors"):
        load_model(tmp_path)
    (tmp_path / "reader.safetensors").unlink()
    with pytest.raises(ModelCorruptError, match=r"reader\.safetensors"):
        load_model(tmp_path)


def test_a_model_that_only_follows_leaves_no_reader_behind(learned: Learned, tmp_path: Path) -> None:
    saved = load_model(learned.folder)
    save_model(tmp_path, saved, run={}, card="")
    save_model(tmp_path, SavedModel(saved.model, 0.5, saved.relations), run={}, card="")
    assert not (tmp_path / "reader.safetensors").exists()
    assert load_model(tmp_path).reading is None


FOLLOWED = Answer("?", (AnsweredNode("a", "a"),), confidence=0.4, program=Path_("a", (Hop(Step("r")),)))
READ = Answer("?", (AnsweredNode("b", "b"),), confidence=0.6, program=Path_("b", (Hop(Step("r")),)))


def test_reading_decides_and_a_path_that_it_agrees_with_keeps_its_proofs() -> None:
    assert decided(FOLLOWED, READ) is READ
    assert decided(FOLLOWED.held_back("nothing"), READ) is READ
    agreed = decided(FOLLOWED, replace(READ, program=FOLLOWED.program))
    assert (agreed.answers, agreed.confidence) == (FOLLOWED.answers, READ.confidence)


def test_questions_are_read_where_that_makes_more_right() -> None:
    from kgqa.examples import Example
    from kgqa.questions import GoldAnswers

    def example(right: str) -> Example:
        return Example(Question(right, "?", (right,)), GoldAnswers((frozenset({right}),)), ())

    def threshold(*right: str) -> float:
        followed = [replace(FOLLOWED, confidence=(i + 1) / 20) for i in range(len(right))]
        return _read_below([example(r) for r in right], followed, [READ] * len(right))

    assert 0.1 < threshold("b", "b", "b", "a", "a", "a", "a", "a", "a") <= 0.25
    assert threshold("b", "b", "a", "b", "b", "a", "b") > 0.35
    assert threshold("a", "a", "a") == 0.0
