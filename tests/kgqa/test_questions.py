"""The file of questions, and what answers stand for in a real (embedded) graph."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphdb import Entity, EntityType, Fact, Found, GraphStore, Literal, Node, Row
from graphdb.errors import InputError, RecordError
from graphdb.sql import SqlStore
from kgqa.questions import (
    GivenAnswer,
    GoldAnswers,
    Question,
    answers_of,
    read_questions,
    resolve_answers,
    write_questions,
)

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=20)
SCALARS = st.one_of(
    TEXT, st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False)
)
QUESTIONS = st.builds(
    Question,
    id=TEXT,
    question=TEXT.filter(str.strip),
    answers=st.lists(SCALARS | st.lists(SCALARS, min_size=1, max_size=3).map(tuple), max_size=4).map(tuple),
    topic=st.lists(TEXT, max_size=2).map(tuple),
    group=st.sampled_from(["", "1-hop"]),
)


class TestFile:
    @given(questions=st.lists(QUESTIONS, max_size=5, unique_by=lambda q: q.id))
    def test_what_is_written_is_read(self, tmp_path_factory: pytest.TempPathFactory, questions: list[Question]) -> None:
        path = tmp_path_factory.mktemp("questions") / "q.jsonl"
        assert write_questions(path, questions) == len(questions)
        assert read_questions(path) == questions

    def test_dates_are_written_in_iso_format(self, tmp_path: Path) -> None:
        write_questions(tmp_path / "q.jsonl", [Question("1", "when?", (date(1969, 7, 20),))])
        assert read_questions(tmp_path / "q.jsonl")[0].answers == ("1969-07-20",)

    def test_answers_are_a_set_but_kinds_stay_apart(self) -> None:
        assert Question("1", "q", ("a", "a", 1, 1.0, True)).answers == ("a", 1, True)
        assert Question("1", "q", (("a", 1), "a", ("a", 1.0), ("a", True))).answers == (("a", 1), "a", ("a", True))

    def test_blank_lines_and_a_byte_order_mark_are_skipped(self, tmp_path: Path) -> None:
        path = tmp_path / "q.jsonl"
        path.write_bytes(b'\xef\xbb\xbf{"id": "1", "question": "q", "answers": []}\n\n')
        assert read_questions(path) == [Question("1", "q", ())]

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("{", "not valid JSON"),
            ("[1]", "expected an object"),
            ('{"id": "2", "question": "q"}', "'answers' missing"),
            ('{"id": "2", "question": "q", "answers": "a"}', "'answers' must be a list"),
            ('{"id": "2", "question": "q", "answers": [null]}', "not null"),
            ('{"id": "2", "question": "q", "answers": [{"value": 1}]}', "must hold strings, numbers and booleans"),
            ('{"id": "2", "question": "q", "answers": [["a", [1]]]}', "and lists of these, not"),
            ('{"id": "2", "question": "q", "answers": [[]]}', "a row of an answer is empty"),
            ('{"id": "2", "question": "q", "answers": [NaN]}', "finite"),
            ('{"id": "2", "question": "q", "answers": [], "topic": [1]}', "'topic' must hold keys"),
            ('{"id": "2", "question": "q", "answers": [], "topics": []}', "unknown field 'topics'"),
            ('{"id": 2, "question": "q", "answers": []}', "'id' must be a string"),
            ('{"id": "", "question": "q", "answers": []}', "must not be empty"),
            ('{"id": "2", "question": " ", "answers": []}', "must not be empty"),
            ('{"id": "1", "question": "q", "answers": []}', "'1' was given on line 1 already"),
            ("\udcff", "not valid UTF-8"),
        ],
    )
    def test_a_malformed_line_is_named(self, tmp_path: Path, line: str, reason: str) -> None:
        path = tmp_path / "q.jsonl"
        good = json.dumps({"id": "1", "question": "q", "answers": []})
        path.write_bytes(f"{good}\n{line}\n".encode(errors="surrogateescape"))
        with pytest.raises(RecordError, match=reason) as caught:
            read_questions(path)
        assert (caught.value.path, caught.value.line) == (str(path), 2)

    def test_a_file_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="nowhere"):
            read_questions(tmp_path / "nowhere.jsonl")


ENTITIES = (
    Entity("m1", "Alien", types=("film",), properties={"year": 1979, "premiere": date(1979, 5, 25)}),
    Entity("m2", "Alien", aliases=("Alien 2",), types=("film",), properties={"tagline": "Ridley Scott"}),
    Entity("p1", "Ridley Scott", aliases=("Sir Ridley",), types=("person",)),
    Entity("Alien 2", "Aliens", types=("film",)),
    Entity("p2", "film", types=("person",)),
)


@pytest.fixture(scope="module")
def store() -> Iterator[GraphStore]:
    with SqlStore.open("sqlite://") as opened:
        opened.upsert_entities(ENTITIES)
        opened.upsert_facts([Fact("m1", "directed_by", "p1")])
        yield opened


def resolved(store: GraphStore, *answers: GivenAnswer) -> GoldAnswers:
    return resolve_answers(store, [Question("1", "q", answers)])[0]


class TestResolving:
    @pytest.mark.parametrize(
        ("answer", "nodes"),
        [
            ("m1", {"m1"}),
            ("Alien", {"m1", "m2"}),
            ("Alien 2", {"Alien 2"}),  # a key first, though it is an alias too
            ("Sir Ridley", {"p1"}),
            ("Ridley Scott", {"p1", Literal("Ridley Scott")}),
            ("film", {"p2", EntityType("film")}),
            ("person", {EntityType("person")}),
            ("1979", {Literal(1979)}),
            ("1979-05-25", {Literal(date(1979, 5, 25))}),
            (1979, {Literal(1979)}),
            (1979.0, {Literal(1979)}),
            (42, {Literal(42)}),  # may be a count
            (True, {Literal(True)}),
        ],
    )
    def test_what_an_answer_stands_for(self, store: GraphStore, answer: str | float | bool, nodes: set[Node]) -> None:
        gold = resolved(store, answer)
        assert gold.alternatives == (frozenset(nodes),)
        assert gold.missing == ()

    def test_what_the_graph_lacks_is_named(self, store: GraphStore) -> None:
        gold = resolved(store, "m1", "Alien 3", "1980")
        assert gold.missing == ("Alien 3", "1980")
        assert gold.nodes == {"m1"}
        assert not gold.unanswerable

    def test_what_is_no_node_may_be_a_value_of_a_fact(self, store: GraphStore) -> None:
        gold = resolved(store, "Ellen Ripley", "1978-07-05")
        assert gold.matches([Literal(date(1978, 7, 5)), Literal("Ellen Ripley")])
        assert not gold.matches([Literal("Ellen Ripley")])
        assert gold.nodes == set()

    def test_a_name_may_be_a_value_of_a_fact_too_where_facts_have_any(self) -> None:
        with SqlStore.open("sqlite://") as store:
            store.upsert_entities([Entity("f", "Iris", types=("film",)), Entity("p", "Kate Bell"), Entity("k", "k1")])
            store.upsert_facts([Fact("p", "played_in", "f", properties={"role": "Iris"})])
            gold, by_key = resolved(store, "Iris"), resolved(store, "f")
        assert gold.matches(["f"])
        assert gold.matches([Literal("Iris")])
        assert gold.nodes == {"f"}
        assert gold.missing == ()
        assert not by_key.matches([Literal("f")])

    def test_rows(self, store: GraphStore) -> None:
        gold = resolved(store, ("Sir Ridley", 2), ("Alien", 5, "1979-05-25"), ("1979", 1), ("Alien 3", 1))
        p1, alien = Row("p1", (Literal(2),)), Row("m2", (Literal(5), Literal(date(1979, 5, 25))))
        assert gold.missing == (("Alien 3", 1),)
        assert gold.nodes == set()
        assert not gold.unanswerable
        assert gold.covered([p1, alien, Row(Literal(1979), (Literal(1),))]) == 3
        assert gold.covered(["p1", Row("m1", (Literal(5), Literal("1979-05-25"))), Row("p1", (Literal(3),))]) == 1
        assert p1 in gold
        assert "p1" not in gold
        assert resolved(store, ("m1",)).matches([Row("m1")])

    def test_answers_of_a_program_are_written_and_resolved(self, store: GraphStore) -> None:
        found: list[Found] = [
            "m1",
            EntityType("film"),
            Literal(date(1979, 5, 25)),
            Row("p1", (Literal(2), Literal("x"))),
        ]
        given = answers_of(found)
        assert given == ("m1", "film", "1979-05-25", ("p1", 2, "x"))
        assert resolved(store, *given[:1], *given[2:]).matches([found[0], *found[2:]])

    def test_no_answers_is_not_missing_answers(self, store: GraphStore) -> None:
        assert resolved(store).unanswerable
        assert not resolved(store, "nothing").unanswerable

    def test_questions_keep_their_order(self, store: GraphStore) -> None:
        questions = [Question(str(n), "q", (key,)) for n, key in enumerate(["p1", "m1", "p1"])]
        assert [gold.nodes for gold in resolve_answers(store, questions)] == [{"p1"}, {"m1"}, {"p1"}]

    def test_numbers_alone_need_no_scan(self, store: GraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
        def scan(*_: object, **__: object) -> Iterator[Sequence[Entity]]:
            raise AssertionError("the graph was scanned though no name was asked for")

        monkeypatch.setattr(SqlStore, "scan", scan)
        assert resolved(store, "m1", 5).nodes == {"m1", Literal(5)}


class TestScoring:
    GOLD = GoldAnswers((frozenset({"a", "b"}), frozenset({"c"})))

    @pytest.mark.parametrize(
        ("returned", "covered", "matches", "f1"),
        [
            (["a", "c"], 2, True, 1.0),
            (["a", "b", "c"], 2, True, 1.0),
            (["b"], 1, False, 2 / 3),
            (["b", "c", "x", "x"], 2, False, 0.8),
            (["x"], 0, False, 0.0),
            ([], 0, False, 0.0),
        ],
    )
    def test_any_node_of_an_answer_counts(self, returned: list[Node], covered: int, matches: bool, f1: float) -> None:
        assert self.GOLD.covered(returned) == covered
        assert self.GOLD.matches(returned) is matches
        assert self.GOLD.f1(returned) == pytest.approx(f1)

    @pytest.mark.parametrize(
        ("given", "returned", "right"),
        [
            (0.3333, 1 / 3, True),
            (0.33, 1 / 3, False),
            (3.3333e-6, 1e-5 / 3, True),
            (3.4e-6, 1e-5 / 3, False),
            (0.0, 0, True),
        ],
    )
    def test_computed_numbers_may_be_rounded(self, given: float, returned: float, right: bool) -> None:
        assert GoldAnswers((frozenset({Literal(given)}),)).matches([Literal(returned)]) is right
        assert (
            GoldAnswers((frozenset({Row("a", (Literal(given),))}),)).matches([Row("a", (Literal(returned),))]) is right
        )

    def test_silence_is_right_where_there_is_no_answer(self) -> None:
        assert GoldAnswers(()).f1([]) == 1.0
        assert GoldAnswers(()).matches([])
        assert GoldAnswers(()).f1(["x"]) == 0.0
        assert not GoldAnswers(()).matches(["x"])

    def test_an_answer_the_graph_lacks_counts_against(self) -> None:
        gold = GoldAnswers((frozenset({"a"}), frozenset()), missing=("gone",))
        assert not gold.matches(["a"])
        assert gold.f1(["a"]) == pytest.approx(2 / 3)

    @given(
        st.lists(st.frozensets(st.sampled_from("abc"), min_size=1, max_size=1), max_size=3, unique=True),
        st.frozensets(st.sampled_from("abcd")),
    )
    def test_of_unambiguous_answers_it_is_the_usual_f1(
        self, alternatives: list[frozenset[Node]], returned: frozenset[Node]
    ) -> None:
        gold = GoldAnswers(tuple(alternatives))
        both = len(gold.nodes) + len(returned)
        assert gold.f1(returned) == pytest.approx(2 * len(gold.nodes & returned) / both if both else 1.0)
        assert gold.matches(returned) is (gold.nodes == returned)
