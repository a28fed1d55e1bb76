"""Corrections: what is kept, what of it counts, and what training makes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphdb import (
    Compare,
    Comparison,
    Count,
    Direction,
    EntityType,
    Hop,
    Literal,
    Restricted,
    Step,
    Through,
    program_to_dict,
)
from graphdb import Path as Steps
from graphdb.errors import InputError, RecordError, UnknownNameError
from kgqa import KGQA
from kgqa.questions import Corrections, Question, corrected, read_questions
from kgqa.training import TrainOptions
from tests.kgqa.films import Films, fact_rows
from tests.kgqa.program import Run

DIRECTED = Steps("Alien (1979)", (Hop(Step("directed", Direction.IN)),))
FILMS = Steps(EntityType("film"), (Hop(Step("rdf:type", Direction.IN)),))


@pytest.fixture(scope="module")
def untrained(tmp_path_factory: pytest.TempPathFactory) -> Films:
    """The films without a model."""
    films = Films(tmp_path_factory.mktemp("films"))
    films.facts.write_text("".join(json.dumps(row) + "\n" for row in fact_rows()), encoding="utf-8")
    with KGQA.open(str(films.graph), device="cpu") as qa:
        qa.sync(films.facts)
    return films


@pytest.fixture
def own(untrained: Films, tmp_path: Path) -> Films:
    """A copy, whose corrections are its own."""
    return untrained.copy(tmp_path / "films")


@pytest.fixture
def qa(own: Films) -> Iterator[KGQA]:
    with KGQA.open(str(own.graph), device="cpu", read_only=True) as opened:
        yield opened


def one(text: str, *answers: str | int) -> Question:
    return Question("new", text, answers)


class TestFile:
    def test_the_latest_of_a_question_counts(self, tmp_path: Path) -> None:
        corrections = Corrections(tmp_path / "kept" / "corrections.jsonl")
        assert corrections.current() == []
        corrections.add(one("who directed Alien?", "James Cameron"))
        corrections.add(one("how tall is he?"))
        last = corrections.add(one("Who  directed ALIEN", "Ridley Scott"))
        assert [each.answers for each in corrections.current()] == [(), ("Ridley Scott",)]
        assert read_questions(corrections.path) == corrections.all()
        assert corrections.all()[-1] == last
        assert len({each.id for each in corrections.all()}) == 3

    @pytest.mark.parametrize("cut", [1, 20, 60])
    def test_a_line_that_was_cut_off_does_no_harm(self, tmp_path: Path, cut: int) -> None:
        corrections = Corrections(tmp_path / "corrections.jsonl")
        corrections.add(one("first?", "a"))
        corrections.add(one("second, which is the one that was being written when the machine went down?", "b"))
        whole = corrections.path.read_bytes()
        corrections.path.write_bytes(whole[: len(whole) - 1 - cut])
        assert [each.answers for each in corrections.all()] == [("a",)]
        corrections.add(one("third?", "c"))
        assert [each.answers for each in corrections.all()] == [("a",), ("c",)]
        assert corrections.path.read_bytes().endswith(b"}\n")

    def test_a_last_line_that_only_lacks_its_end_is_kept(self, tmp_path: Path) -> None:
        corrections = Corrections(tmp_path / "corrections.jsonl")
        corrections.path.write_text('{"id": "mine", "question": "first?", "answers": ["a"]}')
        corrections.add(one("second?", "b"))
        assert [each.answers for each in read_questions(corrections.path)] == [("a",), ("b",)]

    def test_a_line_that_is_malformed_is_named(self, tmp_path: Path) -> None:
        corrections = Corrections(tmp_path / "corrections.jsonl")
        corrections.path.write_text('{"id": "1", "question": "first?", "answers": "a"}\n')
        with pytest.raises(RecordError, match=r"corrections.jsonl:1: 'answers' must be a list"):
            corrections.add(one("second?", "b"))

    def test_several_writers_lose_nothing(self, tmp_path: Path) -> None:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: Corrections(tmp_path / "c.jsonl").add(one(f"question {n}?", n)), range(40)))
        kept = Corrections(tmp_path / "c.jsonl").all()
        assert {each.answers[0] for each in kept} == set(range(40))
        assert len({each.id for each in kept}) == 40

    @given(
        st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 9)), max_size=8),
        st.lists(st.tuples(st.sampled_from("abcde"), st.integers(10, 19)), max_size=8, unique_by=lambda each: each[0]),
        st.sets(st.sampled_from("abcdef"), max_size=2),
    )
    def test_corrections_replace_questions_and_leave_dev_alone(
        self, asked: list[tuple[str, int]], mended: list[tuple[str, int]], dev: set[str]
    ) -> None:
        questions = [Question(str(i), f"{text.upper()}?", (n,)) for i, (text, n) in enumerate(asked)]
        found = corrected(questions, [one(text, n) for text, n in mended], apart_from=[one(text) for text in dev])
        by_text = {text: (n,) for text, n in mended if text not in dev}
        expected = [(text, (n,)) for text, n in asked if text not in by_text] + list(by_text.items())
        assert [(each.question.rstrip("?").lower(), each.answers) for each in found] == expected


class TestChecks:
    def test_answers_and_programs_are_kept(self, qa: KGQA) -> None:
        qa.correct("who directed alien", answers=["Ridley Scott"])
        qa.correct("how many films are there?", program=Count(FILMS))
        qa.correct("how tall is Alien?", answers=[])
        qa.correct("the years of it", answers=[1979, "1986"])
        kept = qa.corrections.current()
        assert [each.answers for each in kept[:1] + kept[2:]] == [("Ridley Scott",), (), (1979, "1986")]
        assert kept[1].program == Count(FILMS)
        assert kept[1].answers == tuple(node.value for node in qa.store.run([Count(FILMS)])[0])  # type: ignore[union-attr]

    def test_an_answer_that_the_graph_lacks_is_named(self, qa: KGQA) -> None:
        with pytest.raises(UnknownNameError, match=r"'Ridly Scott' is no key.*did you mean .*'Ridley Scott'"):
            qa.correct("who directed Alien?", answers=["Uma Thurman", "Ridly Scott"])
        assert qa.corrections.all() == []

    @pytest.mark.parametrize(
        ("program", "name"),
        [
            (Steps("Alien (1979)", (Hop(Step("painted")),)), "relation 'painted'"),
            (Steps("nobody", (Hop(Step("directed")),)), "key 'nobody'"),
            (Steps(EntityType("painting"), ()), "type 'painting'"),
            (Restricted(FILMS, (Compare("width", Comparison.LESS, Literal(3)),)), "relation 'width'"),
            (
                Through(Steps("Ridley Scott", ()), Step("directed"), (Compare("fee", Comparison.LESS, Literal(3)),)),
                "property 'fee'",
            ),
        ],
    )
    def test_a_program_names_what_there_is(self, qa: KGQA, program: Steps | Restricted | Through, name: str) -> None:
        with pytest.raises(UnknownNameError, match=f"names the {name}"):
            qa.correct("what was meant?", program=program)

    def test_one_way_to_say_what_is_right(self, qa: KGQA) -> None:
        with pytest.raises(InputError, match="either the answers or the program"):
            qa.correct("who directed Alien?")
        with pytest.raises(InputError, match="either the answers or the program"):
            qa.correct("who directed Alien?", answers=[], program=DIRECTED)
        with pytest.raises(InputError, match="text of a question"):
            qa.correct(" ", answers=[])


class TestTraining:
    def test_what_was_corrected_is_learned(self, qa: KGQA, tmp_path: Path) -> None:
        qa.correct("who directed Alien?", answers=["Ridley Scott"])
        qa.correct("who directed Heat?", answers=["Michael Mann"])
        asked = [one("who directed ALIEN?", "James Cameron"), one("who directed Taxi Driver?", "Martin Scorsese")]
        dev = [one("who directed Heat?", "Michael Mann")]
        options = TrainOptions(epochs=1, evaluations=1, typos=0.0)
        summary = qa.train(asked, tmp_path / "model", dev=dev, options=options)
        assert (summary.trained_on, summary.dev_questions) == (2, 1)
        with pytest.raises(InputError, match="none of the 0 questions"):
            qa.train([], tmp_path / "none", options=options, corrections=False)


class TestCommand:
    def test_what_is_kept_and_listed(self, kgqa: Run, own: Films) -> None:
        where = ["--graph", own.graph]
        assert "no corrections" in kgqa("correct", "--list", *where).out
        done = kgqa("correct", "who directed Alien?", "--answer", "Ridley Scott", *where)
        assert done.code == 0
        assert "Ridley Scott" in done.out
        assert "kgqa train" in done.out
        kgqa("correct", "how tall is Ridley Scott?", "--none", *where)
        number = kgqa("correct", "how many are there?", "--answer", "12345", "--json", *where).json
        assert number["answers"] == [12345]
        program = json.dumps(program_to_dict(DIRECTED))
        kgqa("correct", "who made Alien?", "--program", program, *where)
        listed = kgqa("correct", "--list", "--json", *where).json
        assert [row["answers"] for row in listed] == [["Ridley Scott"], [], [12345], ["Ridley Scott"]]
        assert listed[-1]["program"] == program_to_dict(DIRECTED)
        assert "no answer" in kgqa("correct", "--list", *where).out

    def test_a_reading_that_ask_shows(self, kgqa: Run, own: Films) -> None:
        where = ["--graph", own.graph]
        question = "films directed by Ridley Scott"
        shown = kgqa("ask", question, "--json", *where).json["readings"]
        kept = kgqa("correct", question, "--reading", "2", "--json", *where).json
        assert kept["program"] == shown[1]["program"]
        done = kgqa("correct", question, "--reading", "99", *where)
        assert (done.code, "reading 99" in done.err) == (1, True)

    @pytest.mark.parametrize(
        "options",
        [[], ["q?"], ["q?", "--none", "--reading", "1"], ["q?", "--list"], ["--none"], ["q?", "--program", "{"]],
    )
    def test_wrong_use(self, kgqa: Run, own: Films, options: list[str]) -> None:
        assert kgqa("correct", *options, "--graph", own.graph).code in {1, 2}
        assert not (own.graph.with_name("films.db.kgqa") / "corrections.jsonl").exists()

    def test_an_unknown_answer(self, kgqa: Run, own: Films) -> None:
        done = kgqa("correct", "who?", "--answer", "Nobody At All", "--graph", own.graph, "--json")
        assert (done.code, done.json["type"]) == (1, "UnknownNameError")
