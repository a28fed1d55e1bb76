"""The program as a whole: its help, its start, its exit codes, and what a real process does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import pytest

import kgqa as package
from tests.kgqa.films import Films
from tests.kgqa.program import Run

COMMANDS = ("ask", "convert", "demo", "doctor", "eval", "index", "inspect", "serve", "sync", "train")
PROGRAM = [sys.executable, "-c", "from kgqa.cli import main; main()"]


def test_exported_names() -> None:
    assert package.__all__ == ["KGQA", "Answer", "AsyncKGQA", "KGQAError"]
    assert all(getattr(package, name).__name__ == name for name in package.__all__)
    assert dir(package) == sorted(package.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Question'"):
        _ = package.Question


class TestHelp:
    def test_it_mentions_every_command_and_what_to_do_first(self, kgqa: Run) -> None:
        done = kgqa("--help")
        assert done.code == 0
        assert all(f" {name} " in done.out for name in COMMANDS)
        assert done.out.index("kgqa demo") < done.out.index("kgqa sync") < done.out.index("kgqa train")
        assert "KGQA_GRAPH" in done.out

    @pytest.mark.parametrize("name", COMMANDS)
    def test_every_command_explains_itself(self, kgqa: Run, name: str) -> None:
        done = kgqa(name, "--help")
        assert done.code == 0
        assert "--json" in done.out
        assert "\\b" not in done.out
        for line, following in pairwise(done.out.splitlines()):
            if line.lstrip().startswith("kgqa ") and following.lstrip().startswith("kgqa "):
                assert line.index("kgqa") == following.index("kgqa")

    def test_nothing_at_all_shows_the_help(self, kgqa: Run) -> None:
        assert "kgqa demo" in kgqa().out

    def test_version(self, kgqa: Run) -> None:
        assert kgqa("--version").out == f"kgqa {version('kgqa')}\n"

    def test_it_loads_nothing_heavy(self) -> None:
        code = (
            "import sys; from kgqa.cli import main\n"
            "heavy = ('torch', 'faiss', 'sqlalchemy', 'pydantic', 'fastapi')\n"
            "try: main()\n"
            "except SystemExit: print([m for m in heavy if m in sys.modules])"
        )
        done = subprocess.run([sys.executable, "-c", code, "--help"], capture_output=True, text=True, check=True)
        assert done.stdout.endswith("[]\n")


class TestCompletion:
    @pytest.mark.parametrize(
        ("line", "offered"),
        [
            ("kgqa do", {"doctor"}),
            ("kgqa convert wi", {"wikimovies"}),
            ("kgqa eval q.jsonl --entities ", {"resolve", "gold"}),
            ("kgqa ask --pi", {"--pick"}),
            ("kgqa sync ", set()),  # the shell offers files
        ],
    )
    def test_the_shell_is_told_what_fits(self, line: str, offered: set[str]) -> None:
        words = line.split(" ")
        env = os.environ | {"_KGQA_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
        code = "import sys; sys.argv[0] = 'kgqa'; from kgqa.cli import main; main()"
        done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
        assert set(done.stdout.split()) == offered
        assert done.stderr == ""


class TestWrongUse:
    @pytest.mark.parametrize(
        "args",
        [
            ["fly"],
            ["ask"],
            ["ask", "who?", "--speed", "3"],
            ["train", "q.jsonl"],
            ["train", "q.jsonl", "--out", "model", "--epochs", "0"],
            ["train", "q.jsonl", "--out", "model", "--entities", "guess"],
            ["sync"],
            ["convert", "metaqa"],
            ["convert", "nonsense", "a", "b"],
        ],
    )
    def test_exit_code_2(self, kgqa: Run, args: list[str]) -> None:
        done = kgqa(*args)
        assert done.code == 2
        assert done.err
        assert not done.out


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Processes that are started can be interrupted, also where the tests run in the background of a shell script: that
    ignores the signal, and so does whoever it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class TestProcesses:
    def test_sync_needs_no_torch_and_reads_standard_input(self, tmp_path: Path) -> None:
        code = "import sys; sys.modules['torch'] = None; from kgqa.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", code, "sync", "-", "--graph", str(tmp_path / "g.db"), "--delimiter", ";", "--json"],
            input="Ridley Scott;directed;Alien\n",
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert '"added": 1' in done.stdout
        assert done.stderr == ""

    def test_an_error_is_a_message_and_no_traceback(self, tmp_path: Path) -> None:
        done = subprocess.run(
            [*PROGRAM, "ask", "who?", "--graph", str(tmp_path / "none.db"), "--model", str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert done.stdout == ""
        assert done.stderr.startswith("Error: there is no graph at")
        assert "Traceback" not in done.stderr

    @pytest.mark.usefixtures("interruptible")
    def test_training_can_be_interrupted_and_resumed(self, films: Films, tmp_path: Path) -> None:
        questions = tmp_path / "few.jsonl"
        questions.write_text("".join(films.train.read_text().splitlines(keepends=True)[:48]))
        out = tmp_path / "model"
        command = [*PROGRAM, "train", str(questions), "--graph", str(films.graph), "--out", str(out), "--json"]
        command += [
            "--dev",
            str(films.held_out),
            "--epochs",
            "3",
            "--batch-size",
            "8",
            "--device",
            "cpu",
            "--paths-only",
        ]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            try:
                deadline = time.monotonic() + 120
                while not (out / "checkpoint.pt").exists() and process.poll() is None and time.monotonic() < deadline:
                    time.sleep(0.02)
                process.send_signal(signal.SIGINT)
                stdout, stderr = process.communicate(timeout=60)
            finally:
                process.kill()
        assert process.returncode == 130, stderr
        assert '"type": "Interrupted"' in stdout
        assert "--resume" in stdout
        assert "Traceback" not in stderr
        resumed = subprocess.run([*command, "--resume"], capture_output=True, text=True, check=False)
        assert resumed.returncode == 0, resumed.stderr
        assert json.loads(resumed.stdout)["steps"] == 18
        assert (out / "model.safetensors").exists()
        assert not (out / "checkpoint.pt").exists()
