"""Training: it learns, it is reproducible, and it goes on where it was interrupted."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from graphdb import Entity, Fact
from graphdb.errors import InputError, ModelCorruptError
from graphdb.sql import SqlStore
from indexing import AliasIndex
from kgqa.evaluation import Report
from kgqa.examples import EntitySource, Example, prepare
from kgqa.model import AskedQuestion, ModelConfig
from kgqa.questions import Question
from kgqa.training import Trainer, TrainOptions, TrainResult, train_model
from kgqa.training.checkpoint import load_checkpoint
from kgqa.training.confidence import _best_threshold
from kgqa.training.rewording import reworded
from kgqa.training.typos import mistype

FILMS = {
    "Heat": "Mann",
    "Alien": "Scott",
    "Big": "Marshall",
    "Her": "Jonze",
    "Casino": "Scorsese",
    "Contact": "Zemeckis",
}
QUESTIONS = [
    *(Question(f"d{film}", f"who directed {film}?", (director,), (film,), "1") for film, director in FILMS.items()),
    *(Question(f"y{film}", f"in which year was {film} released?", (1990 + i,)) for i, film in enumerate(FILMS)),
]
OPTIONS = TrainOptions(epochs=4, batch_size=4, evaluations=3, typos=0.3, learning_rate=5e-3, read=False)


class CutError(Exception):
    """What a listener raises to end a run."""


class Listener:
    def __init__(self, until: int | None = None) -> None:
        self.until = until
        self.losses: list[float] = []
        self.reports: list[Report] = []

    def step(self, done: int, _total: int, loss: float) -> None:
        if done == self.until:
            raise CutError
        self.losses.append(loss)

    def evaluated(self, _done: int, report: Report) -> None:
        self.reports.append(report)

    def phase(self, _what: str, _done: int, _total: int) -> None: ...


class Bench:
    """A small graph with its index and examples."""

    def __init__(self, store: SqlStore, index: AliasIndex, encoder: str) -> None:
        self.store, self.index = store, index
        self.config = ModelConfig(encoder, hops=2, adapter_rank=2)
        self.examples = prepare(QUESTIONS, store, index)

    def trainer(self, options: TrainOptions = OPTIONS, **given_: object) -> Trainer:
        return Trainer(
            self.store,
            self.index,
            self.config,
            options,
            device=torch.device("cpu"),
            **given_,  # type: ignore[arg-type]
        )

    def run(self, options: TrainOptions = OPTIONS, *, resume: bool = False, **given_: object) -> TrainResult:
        return self.trainer(options, **given_).run(self.examples, self.examples[:3], resume=resume)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, tiny: str) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("training")
    with SqlStore.open(f"sqlite:///{folder / 'graph.db'}") as store:
        store.upsert_entities([Entity(f, types=("film",), properties={"year": 1990 + i}) for i, f in enumerate(FILMS)])
        store.upsert_facts([Fact(director, "directed", film) for film, director in FILMS.items()])
        with AliasIndex.build(folder / "index", store) as index:
            yield Bench(store, index, tiny)


def same(a: TrainResult, b: TrainResult) -> bool:
    left, right = a.model.trained_state(), b.model.trained_state()
    return all(torch.equal(left[name], right[name]) for name in left)


def test_it_learns(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    # an encoder of random weights cannot tell words that it knows from others
    monkeypatch.setattr("kgqa.training.trainer.reworded", lambda *_: [])
    listener = Listener()
    result = bench.run(replace(OPTIONS, epochs=20, typos=0.0), listener=listener)
    assert sum(listener.losses[-4:]) < 0.3 * sum(listener.losses[:4])
    assert result.dev is not None
    assert result.dev.hits_at_1 == 1.0
    assert len(result.history) == len(listener.reports)


def test_what_is_understood_is_asked_in_other_words(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def recorded(
        examples: Sequence[Example], mentions: Sequence[Sequence[object]], *rest: object
    ) -> list[AskedQuestion]:
        anew = reworded(examples, mentions, *rest)  # type: ignore[arg-type]
        asked.append(len(anew))
        return anew

    monkeypatch.setattr("kgqa.training.trainer.reworded", recorded)
    with_them, without = Listener(), Listener()
    bench.run(listener=with_them)
    assert sum(asked) > 0
    monkeypatch.setattr("kgqa.training.trainer.reworded", lambda *_: [])
    bench.run(listener=without)
    first = next(i for i, number in enumerate(asked) if number)
    assert with_them.losses[:first] == without.losses[:first]
    assert with_them.losses[first] > without.losses[first]


def test_the_same_seed_gives_the_same_run(bench: Bench) -> None:
    first, second, other = Listener(), Listener(), Listener()
    a = bench.run(replace(OPTIONS, epochs=1), listener=first)
    b = bench.run(replace(OPTIONS, epochs=1), listener=second)
    bench.run(replace(OPTIONS, epochs=1, seed=1), listener=other)
    assert first.losses == second.losses != other.losses
    assert same(a, b)


def test_an_interrupted_run_goes_on_as_if_it_had_not_been(bench: Bench, tmp_path: Path) -> None:
    until = 6
    whole = Listener()
    expected = bench.run(listener=whole, checkpoint=tmp_path / "whole.pt")
    path, rest = tmp_path / "cut.pt", Listener()
    with pytest.raises(CutError):
        bench.run(listener=Listener(until), checkpoint=path)
    state = load_checkpoint(path)
    assert state is not None
    assert 0 < state.step < until
    torch.rand(3)  # other use of random numbers in between
    resumed = bench.run(resume=True, listener=rest, checkpoint=path)
    assert rest.losses == whole.losses[state.step :]
    assert same(resumed, expected)
    assert [h["loss"] for h in resumed.history] == [h["loss"] for h in expected.history]
    assert resumed.steps == expected.steps == 12


def test_a_run_that_had_ended_does_not_go_on(bench: Bench, tmp_path: Path) -> None:
    options = replace(OPTIONS, epochs=8, evaluations=8, patience=1, learning_rate=1e-9)
    ended = bench.run(options, checkpoint=tmp_path / "c.pt")
    assert ended.steps < 24
    again = Listener()
    resumed = bench.run(options, resume=True, listener=again, checkpoint=tmp_path / "c.pt")
    assert (again.losses, resumed.steps) == ([], ended.steps)
    assert same(resumed, ended)


def test_the_model_that_is_returned_has_the_best_weights_everywhere(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "c.pt"
    result = bench.run(replace(OPTIONS, evaluations=6, learning_rate=2e-2), checkpoint=path)
    state = load_checkpoint(path)
    assert state is not None
    assert state.best_weights is not None
    assert all(torch.equal(result.model.trained_state()[name], w) for name, w in state.best_weights.items())
    tokens = result.model.encoder.tokenize(["who directed Heat?"])
    with torch.no_grad():
        served = result.model.encoder(tokens)
    result.model.encoder.train().eval()
    with torch.no_grad():
        assert torch.equal(result.model.encoder(tokens), served)


@pytest.mark.parametrize("content", [b"", b"damaged", b"PK\x03\x04 damaged"])
def test_damaged_checkpoints(bench: Bench, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "c.pt").write_bytes(content)
    with pytest.raises(ModelCorruptError, match=r"c\.pt cannot be read.*without --resume"):
        bench.run(resume=True, checkpoint=tmp_path / "c.pt")


def test_a_directory_is_made_and_a_run_of_other_options_is_not_resumed(bench: Bench, tmp_path: Path) -> None:
    options = replace(OPTIONS, epochs=2)

    def train(options: TrainOptions, questions: list[Question], *, resume: bool, until: int | None = None) -> None:
        train_model(
            questions,
            bench.store,
            bench.index,
            tmp_path / "m",
            options=options,
            config=bench.config,
            resume=resume,
            listener=Listener(until),
            dev=QUESTIONS[:2],
        )

    with pytest.raises(CutError):
        train(options, QUESTIONS, resume=False, until=5)
    for changed, questions in ((replace(options, seed=3), QUESTIONS), (options, QUESTIONS[1:])):
        with pytest.raises(InputError, match="begun with other questions or options"):
            train(changed, questions, resume=True)
    train(options, QUESTIONS, resume=True)
    assert {"model.safetensors", "config.json", "run.json", "README.md"} <= {p.name for p in (tmp_path / "m").iterdir()}
    assert not list((tmp_path / "m").glob("checkpoint*"))


def test_questions_that_teach_nothing(bench: Bench, tmp_path: Path) -> None:
    odd = [Question("1", "zzz qqq?", ("Mann",)), Question("2", "who directed Heat?", ("nobody that is known",))]
    with pytest.raises(InputError, match="none of the 2 questions can be used"):
        train_model(odd, bench.store, bench.index, tmp_path / "m", config=bench.config)


def test_gold_entities_are_those_of_the_file(bench: Bench) -> None:
    (example,) = prepare(QUESTIONS[:1], bench.store, bench.index, entities=EntitySource.GOLD)
    assert [c.node for c in example.candidates] == ["Heat"]


def test_unanswerable_questions_are_learned(bench: Bench) -> None:
    none = prepare([Question("n", f"who likes {film}?", ()) for film in ("Heat",)], bench.store, bench.index)
    trainer = bench.trainer(replace(OPTIONS, epochs=1))
    examples: list[Example] = [*bench.examples, *none]
    assert trainer.run(examples, []).dev is None


GAINS = st.tuples(st.sampled_from([0.1, 0.1000001, 0.3, 0.5, 0.9, 1.0]), st.sampled_from([1.0, -1.0, -2.0]))


@settings(max_examples=100, deadline=None)
@given(st.lists(GAINS, max_size=8))
def test_the_threshold_is_the_best_of_all(gains: list[tuple[float, float]]) -> None:
    def utility(threshold: float) -> float:
        return sum(gain for confidence, gain in gains if confidence >= threshold)

    threshold = _best_threshold(gains)
    assert utility(threshold) == max(utility(t) for t in [0.0, 2.0, *(c for c, _ in gains)])


@pytest.mark.parametrize(
    ("gains", "threshold"),
    [
        ([(0.9, 1.0), (0.7, -1.0)], 0.8),
        ([(0.9, 1.0), (0.2, -1.0)], 0.5),  # an answer breaks even where it is as often right as wrong
        ([(0.9, 1.0), (0.8, 1.0)], 0.5),
        ([(0.4, 1.0), (0.2, -2.0)], 0.3),
        ([(0.4, 1.0)], 0.2),
        ([(0.4, -1.0)], math.nextafter(0.4, 1.0)),
        ([], 0.0),
    ],
)
def test_the_threshold_between_what_was_seen(gains: list[tuple[float, float]], threshold: float) -> None:
    assert _best_threshold(gains) == pytest.approx(threshold, abs=1e-15)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=8), st.integers(0, 999))
def test_typos_are_one_edit(text: str, seed: int) -> None:
    mistyped = mistype(text, random.Random(seed))
    assert abs(len(mistyped) - len(text)) <= 1
    same_length = len(mistyped) == len(text)
    changed = [i for i, (a, b) in enumerate(zip(text, mistyped, strict=False)) if a != b]
    assert not same_length or len(changed) <= 2
