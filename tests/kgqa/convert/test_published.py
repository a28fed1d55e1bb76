"""The published data sets themselves, where ``KGQA_DATA`` names a folder that has them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kgqa.convert import ConvertReport, convert
from kgqa.questions import read_questions

pytestmark = pytest.mark.data


def converted(layout: str, out: Path) -> ConvertReport:
    data = os.environ.get("KGQA_DATA")
    if not data or not (Path(data) / layout).is_dir():
        pytest.skip(f"KGQA_DATA names no folder that has {layout}")
    return convert(layout, Path(data) / layout, out)


@pytest.mark.parametrize(
    ("layout", "entities", "facts"),
    [
        ("metaqa", 43_234, 133_582),
        ("wikimovies", 43_234, 133_582),
        ("wc2014", 1_088, 3_977),
        ("geoquery", 651, 1_802),
    ],
)
def test_everything_is_converted(tmp_path: Path, layout: str, entities: int, facts: int) -> None:
    report = converted(layout, tmp_path)
    assert (report.entities, report.facts) == (entities, facts)
    assert not [name for name in report.unmapped if name.what == "answer"]
    for split, count in report.questions.items():
        path = tmp_path / (f"questions.{split}.jsonl" if split else "questions.jsonl")
        assert len(read_questions(path)) == count


def test_wc2014_answers_are_what_the_gold_paths_lead_to(tmp_path: Path) -> None:
    assert converted("wc2014", tmp_path).notes[0].startswith("0 questions have other answers")


def test_wikimovies_names_are_nearly_all_told_apart(tmp_path: Path) -> None:
    report = converted("wikimovies", tmp_path)
    several = next(note for note in report.notes if "all of which were taken" in note)
    assert int(several.split()[0]) < 0.05 * sum(report.questions.values())
