"""Training in several processes: the same run as in one with as many times the batch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoTokenizer, BertConfig, BertModel

from graphdb.errors import SettingsError
from kgqa.encoder import low_precision
from kgqa.questions import read_questions, write_questions
from kgqa.training import Processes
from tests.kgqa.films import Films
from tests.kgqa.program import run

BATCH = 8
TOLERANCE = 1e-4 if low_precision(torch.device("cpu")) == torch.float32 else 1e-3
TORCHRUN = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "kgqa")


@pytest.fixture
def steady(tiny: str, tmp_path: Path) -> str:
    """The tiny encoder with nothing dropped out at random, which would differ between the processes."""
    folder = tmp_path / "steady"
    config = BertConfig.from_pretrained(tiny)
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
    BertModel.from_pretrained(tiny, config=config).save_pretrained(folder)
    AutoTokenizer.from_pretrained(tiny).save_pretrained(folder)
    return str(folder)


def of_two(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """The program in two processes."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KGQA_")}
    return subprocess.run(  # noqa: S603
        [sys.executable, *TORCHRUN, *args],
        cwd=folder,
        env=environment | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def written(model: Path) -> tuple[dict[str, Any], list[float]]:
    record = json.loads((model / "run.json").read_text(encoding="utf-8"))
    return record, [step["loss"] for step in record["history"]]


def test_two_processes_train_as_one_with_twice_the_batch(films: Films, steady: str, tmp_path: Path) -> None:
    questions = read_questions(films.train)[: 5 * BATCH + 1]  # the last batch has nothing for the second process
    write_questions(tmp_path / "train.jsonl", questions)
    write_questions(tmp_path / "dev.jsonl", read_questions(films.held_out)[:10])
    files = ["train", "train.jsonl", "--dev", "dev.jsonl", "--graph", str(films.graph), "--encoder", steady]
    options = [*files, "--epochs", "2", "--device", "cpu", "--paths-only", "--json"]
    done = of_two(tmp_path, *options, "--batch-size", str(BATCH // 2), "--out", "two")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)  # of the first process alone
    assert summary["steps"] == 12
    options = [str(tmp_path / o) if o.endswith(".jsonl") else o for o in options]
    assert run(*options, "--batch-size", BATCH, "--out", tmp_path / "one").code == 0

    (two, losses), (one, expected) = written(tmp_path / "two"), written(tmp_path / "one")
    assert len(expected) > 3
    assert losses == pytest.approx(expected, rel=TOLERANCE)
    assert (two["processes"], one["processes"]) == (2, 1)
    assert two["options"] == one["options"]
    assert not list((tmp_path / "two").glob("checkpoint*"))


def test_without_torchrun_there_is_one() -> None:
    assert Processes() == Processes.from_environment()
    assert (Processes().first, list(range(5))[Processes().share()]) == (True, [0, 1, 2, 3, 4])


def test_every_item_is_the_share_of_exactly_one() -> None:
    shares = [list(range(7))[Processes(rank, 3).share()] for rank in range(3)]
    assert sorted(i for share in shares for i in share) == list(range(7))


def test_each_process_has_a_gpu_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_RANK", "1")
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "2")
    second = Processes(1, 2)
    assert second.device(torch.device("cpu")) == torch.device("cpu")
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert second.device(torch.device("cuda")) == torch.device("cuda", 1)
    with pytest.raises(SettingsError, match="2 processes cannot share cuda:0"):
        second.device(torch.device("cuda:0"))
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(SettingsError, match="a machine with 1 GPUs"):
        second.device(torch.device("cuda"))
