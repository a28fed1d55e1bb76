"""The reader: what it prefers, how it is trained, and its file."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import torch

from graphdb.errors import ModelCorruptError
from kgqa.reader import SHIPPED, Candidates, Reader, load_reader, new_reader, reading_loss, save_reader
from kgqa.reader.fitting import FitOptions, ReadingExample, _chosen, fit

QUESTION = "which rivers flow through texas?"
TEXTS = ("rivers that traverse Texas", "capital of Texas", "number of rivers that traverse Texas", "state with lakes")


@pytest.fixture(scope="module")
def shipped() -> Reader:
    return load_reader()


def scores(reader: Reader, question: str, *texts: str) -> list[float]:
    with torch.inference_mode():
        (found,) = reader([Candidates(question, texts, [0.0] * len(texts))])
    return found.tolist()  # type: ignore[no-any-return]


def test_the_program_that_says_the_question_scores_highest(shipped: Reader) -> None:
    found = scores(shipped, QUESTION, *TEXTS)
    assert len(found) == len(TEXTS) + 1
    assert max(range(len(TEXTS)), key=found.__getitem__) == 0


def test_scores_do_not_depend_on_what_else_is_read(shipped: Reader) -> None:
    batch = [
        Candidates(QUESTION, TEXTS, [0.0] * 4),
        Candidates("what is the capital of the long-forgotten state?", TEXTS[1:2], [0.0]),
        Candidates("nothing fits", (), ()),
    ]
    with torch.inference_mode():
        together = shipped(batch)
        alone = [shipped([one])[0] for one in batch]
    for one, other in zip(together, alone, strict=True):
        torch.testing.assert_close(one, other, atol=0.3, rtol=0.02)  # in bfloat16 where the processor has that
    assert len(together[2]) == 1


def test_what_the_proposer_thinks_counts(shipped: Reader) -> None:
    texts = ("lakes in Ohio", "lakes in Ohio")
    with torch.inference_mode():
        (found,) = shipped([Candidates("lakes in ohio", texts, [0.0, 2.0])])
    assert found[1] > found[0]


def test_the_loss_counts_all_that_is_right_and_leaves_out_what_may_be() -> None:
    found = torch.tensor([2.0, 1.0, 0.0, -1.0])
    chosen = found.softmax(0)
    assert reading_loss(found, [0, 2]).item() == pytest.approx(-torch.log(chosen[0] + chosen[2]).item())
    without = torch.tensor([2.0, 0.0, -1.0]).softmax(0)
    assert reading_loss(found, [0], [1]).item() == pytest.approx(-torch.log(without[0]).item())


def test_training_learns_which_is_meant(tmp_path: Path) -> None:
    questions = ("rivers of texas", "what flows through ohio", "utah's streams", "which rivers has maine")
    texts, right = ("capital of it", "rivers in it"), (False, True)
    examples = [ReadingExample(Candidates(q, texts, (1.0, 0.0)), "", right, right, 1, True) for q in questions]
    reader = new_reader()
    before = [reader_prefers(reader, e) for e in examples]
    fit(reader, examples, FitOptions(epochs=6, batch=2))
    after = [reader_prefers(reader, e) for e in examples]
    assert sum(after) > sum(before) + 1.0
    save_reader(reader, tmp_path / "reader.safetensors")
    again = load_reader(tmp_path / "reader.safetensors")
    assert scores(again, QUESTION, *TEXTS) == pytest.approx(scores(reader, QUESTION, *TEXTS), abs=0.3)


@pytest.mark.parametrize("seed", range(5))
def test_a_right_program_is_compared_with_those_that_are_most_like_it(seed: int) -> None:
    others = [f"lakes number {i}" for i in range(24)]
    like = ["boss of the rivers of Ohio", "rivers of Ohio"]
    texts = (*others, *like, "rivers of the boss of Ohio")
    matches = tuple(text == texts[-1] for text in texts)
    example = ReadingExample(Candidates(QUESTION, texts, [0.0] * len(texts)), "", matches, matches, None, True)
    candidates, right, ignored = _chosen(example, 8, random.Random(seed))
    assert {*others[:2], *like} <= {*candidates.texts}
    assert ([candidates.texts[i] for i in right], ignored) == ([texts[-1]], [])
    assert len(candidates.texts) == 8


def reader_prefers(reader: Reader, example: ReadingExample) -> float:
    """By how much the reader prefers the program that is meant."""
    reader.eval()
    with torch.inference_mode():
        (found,) = reader([example.candidates])
    return float(found[1] - found[0])


def test_the_shipped_file_is_small() -> None:
    assert SHIPPED.stat().st_size < 10_000_000


def test_a_file_that_is_no_reader(tmp_path: Path) -> None:
    path = tmp_path / "reader.safetensors"
    path.write_bytes(b"nothing")
    with pytest.raises(ModelCorruptError, match="cannot be read"):
        load_reader(path)
