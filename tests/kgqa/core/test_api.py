"""The Python interface, end to end on a small graph with a trained model."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from graphdb.errors import InputError, KGQAError
from kgqa import KGQA, AsyncKGQA
from kgqa.answering import Answer
from kgqa.answering.prove import prove
from tests.kgqa.core.graphs import view_of
from tests.kgqa.films import Films

QUESTIONS = [
    "who directed Blade Runner?",
    "what films did Uma Thurman act in?",
    "who starred in Taxi Driver?",
    "who directed Heat?",
    "hello",
    "",
]


@pytest.fixture(scope="module")
def qa(films: Films) -> Iterator[KGQA]:
    with films.open() as opened:
        yield opened


@pytest.fixture
def own(films: Films, tmp_path: Path) -> Films:
    """A copy to change."""
    return films.copy(tmp_path / "films")


def write(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "new.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


NEW = (
    {"entity": "Zodiac (2007)", "name": "Zodiac", "types": ["film"]},
    {"entity": "David Fincher", "name": "David Fincher", "types": ["person"]},
    {"subject": "David Fincher", "relation": "directed", "object": "Zodiac (2007)"},
)


def names(answer: Answer) -> set[str]:
    return {a.name for a in answer.answers}


def test_an_answer_with_its_proof(qa: KGQA) -> None:
    answer = qa.ask("who directed Heat?", abstain_below=0.0)
    assert names(answer) == {"Michael Mann"}
    assert answer.mentions[0].text == "Heat"
    assert answer.mentions[0].meaning.node == "Heat (1995)"
    assert 0 < answer.confidence <= 1
    assert [f.triple for f in answer.evidence[0].facts] == [("Michael Mann", "directed", "Heat (1995)")]
    assert json.loads(json.dumps(answer.to_dict()))["answers"][0]["key"] == "Michael Mann"


def test_the_answers_are_the_whole_set_of_the_program(qa: KGQA) -> None:
    answers = [a for a in qa.ask_batch(QUESTIONS, abstain_below=0.0, evidence=100) if a.answers]
    assert answers
    for answer in answers:
        assert answer.program is not None
        assert set(answer.nodes) == set(qa.store.run([answer.program])[0])
        assert [p.node for p in answer.evidence] == list(answer.nodes)
        if len(answer.branches) == 1:
            assert list(answer.evidence) == prove(view_of(qa.store), answer.branches[0].path, answer.nodes, fan_out=100)
        assert [a.score for a in answer.answers] == sorted((a.score for a in answer.answers), reverse=True)


def test_as_many_proofs_as_asked_for(qa: KGQA) -> None:
    assert qa.ask("who directed Heat?", abstain_below=0.0, evidence=0).evidence == ()
    with pytest.raises(InputError, match="evidence=-1"):
        qa.ask("who directed Heat?", evidence=-1)


def test_one_by_one_and_in_a_batch_are_the_same(qa: KGQA) -> None:
    batch = qa.ask_batch(QUESTIONS, abstain_below=0.0)
    for question, answer in zip(QUESTIONS, batch, strict=True):
        alone = qa.ask(question, abstain_below=0.0)
        assert (alone.nodes, alone.program, alone.reason) == (answer.nodes, answer.program, answer.reason)
        assert alone.confidence == pytest.approx(answer.confidence, abs=0.03)
    assert qa.ask_batch([]) == []


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("", "the question is empty"),
        (" \n", "the question is empty"),
        ("🎬🎬🎬", "nothing in the question is a name that the graph knows"),
        ("hello", "nothing in the question is a name that the graph knows"),
    ],
)
def test_abstaining(qa: KGQA, question: str, reason: str) -> None:
    answer = qa.ask(question)
    assert answer.abstained
    assert answer.reason == reason
    assert answer.answers == ()
    assert str(answer) == f"No answer: {reason}"


def test_below_the_threshold(qa: KGQA) -> None:
    answer = qa.ask("who directed Heat?", abstain_below=1.1)
    assert answer.abstained
    assert "below the threshold of 1.10" in answer.reason
    assert "could be" not in answer.reason


def test_a_name_of_two_that_the_question_does_not_tell_apart(qa: KGQA) -> None:
    answer = qa.ask("who directed Titanic?", abstain_below=0.99)
    assert answer.abstained
    assert "'Titanic' could be Titanic (Titanic (19" in answer.reason
    assert {mention.text for mention in answer.mentions if mention.rivals} == {"Titanic"}


@pytest.mark.parametrize(
    ("question", "message"),
    [("x" * 10_000, "10,000 characters"), ("\ud800 Heat", "lone surrogate"), (7, "must be a string, not int")],
)
def test_what_is_no_question(qa: KGQA, question: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        qa.ask(question)


def test_one_question_is_no_batch(qa: KGQA) -> None:
    with pytest.raises(InputError, match="use ask"):
        qa.ask_batch("who directed Heat?")


@pytest.mark.parametrize(
    "question", ["who directed\x00 Heat?", "who directed Heat? " + "word " * 300, "wer 🎬 Heat İ ﬁ"]
)
def test_odd_questions_are_read(qa: KGQA, question: str) -> None:
    assert qa.ask(question).question == question


def test_without_a_model(films: Films, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KGQA_MODEL", raising=False)
    with KGQA.open(str(films.graph), device="cpu") as qa:
        answer = qa.ask("who directed Heat?")
        assert [str(a) for a in answer.answers] == ["Michael Mann"]
        assert answer.readings[0].in_words == answer.in_words
        assert [m.text for m in answer.mentions] == ["Heat"]


def test_threads_get_the_answers_of_one(qa: KGQA) -> None:
    expected = [qa.ask(question) for question in QUESTIONS]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(qa.ask, QUESTIONS * 4)) == expected * 4


def test_the_names_of_all_that_proves_an_answer(qa: KGQA) -> None:
    answer = qa.ask("who directed the films that Uma Thurman acted in?", abstain_below=0.0)
    one, other = qa.ask_batch([answer.question, "who directed Heat?"], abstain_below=0.0)
    assert one.names == answer.names
    for each in (answer, other):
        facts = [fact for proof in each.evidence for fact in proof.facts]
        ends = {end for fact in facts for end in (fact.subject, fact.object) if isinstance(end, str)}
        assert set(each.names) == ends
        assert each.names == {key: entity.name for key, entity in qa.store.entities(list(ends)).items()}
    assert len(answer.names) == 3


def test_async(films: Films) -> None:
    async def ask() -> tuple[Answer, list[Answer]]:
        async with await AsyncKGQA.open(str(films.graph), model=films.model) as qa:
            one, many = await asyncio.gather(
                qa.ask("who directed Heat?", abstain_below=0.0), qa.ask_batch(QUESTIONS, abstain_below=0.0)
            )
            return one, many

    one, many = asyncio.run(ask())
    assert one.nodes == many[3].nodes == ("Michael Mann",)


def test_async_readings_are_picked(films: Films) -> None:
    async def ask() -> list[Answer]:
        async with await AsyncKGQA.open(str(films.graph)) as qa:
            return [await qa.ask("films directed by Ridley Scott", pick=pick) for pick in (None, 1, 2)]

    likeliest, first, second = asyncio.run(ask())
    assert first == likeliest
    assert first.readings == second.readings
    assert second.in_words == first.readings[1].in_words != first.in_words


def test_what_is_synced_is_answered_at_once_by_all_who_run(own: Films, tmp_path: Path) -> None:
    question = "who directed Zodiac?"
    with own.open() as qa, own.open() as running, ThreadPoolExecutor(2) as pool:
        assert "David Fincher" not in names(running.ask(question, abstain_below=0.0))
        asking = [pool.submit(running.ask, "who directed Heat?") for _ in range(6)]
        qa.sync(write(tmp_path, *NEW))
        assert all(future.result().question for future in asking)
        for one in (qa, running):
            answer = one.ask(question, abstain_below=0.0)
            assert names(answer) == {"David Fincher"}
            assert answer.mentions[0].meaning.node == "Zodiac (2007)"
        qa.sync(
            write(
                tmp_path,
                {"op": "delete", "subject": "David Fincher", "relation": "directed", "object": "Zodiac (2007)"},
            )
        )
        assert "David Fincher" not in names(running.ask(question, abstain_below=0.0))


def test_questions_are_answered_while_names_are_indexed(own: Films) -> None:
    answers: list[Answer] = []
    with own.open() as qa, ThreadPoolExecutor(1) as pool:

        def ask(*_: int) -> None:
            answers.append(pool.submit(qa.ask, "who directed Heat?").result(timeout=60))

        qa.update_index(compare=True, progress=ask)
        qa.update_index(rebuild=True, progress=ask)
        ask()
    assert len(answers) > 2
    assert all(names(answer) == {"Michael Mann"} for answer in answers)


def test_a_new_relation_can_be_followed(own: Films, tmp_path: Path) -> None:
    """The model never saw it; it is read as text."""
    with own.open() as qa:
        before = qa.ask("who was Heat directed and filmed by?", abstain_below=0.0)
        assert all(hop.relation != "directed and filmed" for hop in before.hops)
        rows = [{"subject": "Nobody Else", "relation": "directed and filmed", "object": "Quiet Harbour"}]
        qa.sync(write(tmp_path, *rows))
        answer = qa.ask("who directed Quiet Harbour?", abstain_below=0.0)
        assert [hop.relation for hop in answer.hops] == ["directed and filmed"]
        assert names(answer) == {"Nobody Else"}


def test_asking_a_closed_graph_is_an_error_of_ours(own: Films) -> None:
    qa = own.open()
    qa.close()
    qa.close()
    with pytest.raises(KGQAError, match="closed"):
        qa.ask("who directed Heat?")
