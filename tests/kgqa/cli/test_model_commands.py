"""``kgqa train`` and ``kgqa eval``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.kgqa.films import Films
from tests.kgqa.program import Run


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


class TestEval:
    def test_json_has_all_figures(self, kgqa: Run, films: Films, where: list[str]) -> None:
        report = kgqa("eval", films.held_out, *where, "--json").json
        assert set(report) == {
            "questions", "hits_at_1", "f1", "exact_match", "entity_accuracy", "abstained",
            "facts_per_question", "latency_ms", "questions_per_second", "groups",
            "calibration_error", "risk_coverage", "abstention_precision", "abstention_recall",
        }  # fmt: skip
        assert report["hits_at_1"] >= 0.8
        assert report["entity_accuracy"] >= 0.9
        assert set(report["latency_ms"]) == {"p50", "p95", "p99"}
        assert set(report["groups"]) == {"1-hop", "2-hop", "no answer"}

    def test_for_people(self, kgqa: Run, films: Films, where: list[str]) -> None:
        done = kgqa("eval", films.held_out, *where, "--entities", "gold")
        assert done.code == 0
        assert "hits@1" in done.out
        assert "2-hop" in done.out
        assert "questions/s" in done.out

    def test_standard_input(self, kgqa: Run, films: Films, where: list[str]) -> None:
        line = films.held_out.read_text().splitlines()[0]
        assert kgqa("eval", "-", *where, "--json", stdin=line).json["questions"] == 1

    def test_a_malformed_question(self, kgqa: Run, where: list[str], tmp_path: Path) -> None:
        good = {"id": "1", "question": "who directed Heat?", "answers": []}
        done = kgqa("eval", write(tmp_path / "q.jsonl", good, {"id": "2"}), *where)
        assert done.code == 1
        assert "q.jsonl:2: " in done.err

    def test_no_questions(self, kgqa: Run, where: list[str], tmp_path: Path) -> None:
        done = kgqa("eval", write(tmp_path / "q.jsonl"), *where)
        assert done.code == 1
        assert "no questions" in done.err


class TestTrain:
    def test_it_says_what_was_left_out_and_where_the_model_is(self, kgqa: Run, films: Films, tmp_path: Path) -> None:
        rows = [json.loads(line) for line in films.train.read_text().splitlines()[:8]]
        rows += [
            {"id": "a", "question": "who directed Heat?", "answers": ["Nobody At All"]},
            {"id": "b", "question": "qwertyuiop?", "answers": ["Michael Mann"]},
        ]
        out = tmp_path / "model"
        dev = write(tmp_path / "dev.jsonl", *rows[:2])
        questions = write(tmp_path / "q.jsonl", *rows)
        command = ["train", questions, "--graph", films.graph, "--dev", dev, "--epochs", "1", "--out", out]
        done = kgqa(*command)
        assert done.code == 0
        assert "Trained on 8 questions" in done.out
        assert "1 question without any candidate entity" in done.out
        assert "1 question with answers that the graph does not have" in done.out
        assert "On 2 dev questions: hits@1" in done.out
        assert f"--model {out}" in done.out
        assert (out / "run.json").exists()
        assert kgqa("ask", "who directed Heat?", "--graph", films.graph, "--model", out, "--json").code == 0

    @pytest.mark.parametrize("device", ["abacus", "cuda:99"])
    def test_a_device_that_is_none(self, kgqa: Run, films: Films, tmp_path: Path, device: str) -> None:
        command = ["train", films.train, "--graph", films.graph, "--out", tmp_path / "m", "--device", device]
        done = kgqa(*command, "--json")
        assert done.code == 1
        assert done.json["type"] == "SettingsError"

    def test_questions_about_something_else(self, kgqa: Run, films: Films, tmp_path: Path) -> None:
        row = {"id": "1", "question": "qwertyuiop?", "answers": ["asdf"]}
        questions = write(tmp_path / "q.jsonl", row, {**row, "id": "2"})
        done = kgqa("train", questions, "--graph", films.graph, "--out", tmp_path / "m")
        assert done.code == 1
        assert "none of the" in done.err

    def test_an_encoder_that_is_missing(self, kgqa: Run, films: Films, tmp_path: Path) -> None:
        command = ["train", films.train, "--graph", films.graph, "--out", tmp_path / "m"]
        done = kgqa(*command, "--encoder", tmp_path / "none")
        assert done.code == 1
        assert str(tmp_path / "none") in done.err

    def test_a_folder_that_cannot_be_written(self, kgqa: Run, films: Films, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        done = kgqa("train", films.train, "--graph", films.graph, "--out", tmp_path / "file")
        assert done.code == 1
        assert "file cannot be used" in done.err
