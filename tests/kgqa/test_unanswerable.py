"""The questions without an answer that the benchmark makes really have none."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.unanswerable import Maker, topic_names
from graphdb import Step
from graphdb.values import Direction
from indexing import normalise
from kgqa import KGQA
from kgqa.questions import Question

DIRECTED = {
    "Midnight Heatwave": "Michael Mann",
    "Alien Daybreak": "Ridley Scott",
    "Giant Celebration": "Penny Marshall",
    "Crimson Sandstorm": "",
}
YEARS = {
    "Midnight Heatwave": "1995",
    "Alien Daybreak": "1979",
    "Giant Celebration": "1988",
    "Crimson Sandstorm": "2004",
}
QUESTIONS = [Question(film, f"who directed {film}?", (by,), (film,)) for film, by in DIRECTED.items() if by]
FOREIGN = [("how long is the Missouri River", "Missouri River")]


@pytest.fixture
def maker(tmp_path: Path) -> Iterator[Maker]:
    rows = [{"subject": film, "relation": "directed by", "object": by} for film, by in DIRECTED.items() if by]
    rows += [{"subject": film, "relation": "released in", "object": year} for film, year in YEARS.items()]
    facts = tmp_path / "facts.jsonl"
    facts.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with KGQA.open(str(tmp_path / "graph.db")) as qa:
        qa.sync(facts)
        yield Maker(qa.store, qa.index, [e for batch in qa.store.scan() for e in batch], seed=0)


def test_as_many_of_each_kind(maker: Maker) -> None:
    made = maker.make(9, QUESTIONS, FOREIGN)
    assert Counter(q.group for q in made) == {"no fact": 3, "no entity": 3, "no relation": 3}
    assert len({q.id for q in made}) == len(made)
    assert not any(q.answers for q in made)


def test_no_fact_is_asked_of_what_has_none(maker: Maker) -> None:
    made = [q for q in maker.make(9, QUESTIONS, FOREIGN) if q.group == "no fact"]
    assert {q.question for q in made} == {"who directed Crimson Sandstorm?"}
    steps = {degree.step for degree in maker.store.degrees(["Crimson Sandstorm"])}
    assert Step("directed by", Direction.OUT) not in steps


def test_no_entity_is_far_from_every_name(maker: Maker) -> None:
    for question in maker.make(9, QUESTIONS, FOREIGN):
        if question.group == "no entity":
            name = question.question.removeprefix("who directed ").removesuffix("?")
            assert normalise(name) not in maker.known


def test_no_relation_is_of_another_graph(maker: Maker) -> None:
    made = [q for q in maker.make(9, QUESTIONS, FOREIGN) if q.group == "no relation"]
    assert [q.question for q in made] == [f"how long is the {q.topic[0]}" for q in made]


def test_topics_are_found_where_they_are_named_once() -> None:
    question = Question(
        "1",
        "is Midnight Heatwave like Midnight Heatwave or Alien Daybreak?",
        (),
        ("Midnight Heatwave", "Alien Daybreak"),
    )
    assert topic_names([question], {key: key for key in DIRECTED}) == {"1": ["Alien Daybreak"]}
    assert (
        topic_names(
            [Question("2", "and Giant?", (), ("Giant Celebration",))], {"Giant Celebration": "Giant Celebration"}
        )
        == {}
    )
