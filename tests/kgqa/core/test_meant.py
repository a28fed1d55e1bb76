"""Choosing what words of a question mean, in place of what they were taken to mean."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graphdb import Node
from graphdb.errors import InputError
from indexing import Candidate
from indexing.candidates import SurfaceKind
from kgqa import KGQA
from kgqa.answering.meant import as_meant
from tests.kgqa.films import Films

QUESTION = "heat wave in heat"


def candidate(start: int, end: int, node: Node) -> Candidate:
    return Candidate(start, end, node, QUESTION[start:end], SurfaceKind.NAME, 1.0)


WAVE, HEAT, OTHER, WAVE_ALONE, LATER = (
    candidate(0, 9, "heat wave"),
    candidate(0, 4, "heat 1995"),
    candidate(0, 4, "heat 1986"),
    candidate(5, 9, "wave"),
    candidate(13, 17, "heat 1986"),
)
ALL = (WAVE, HEAT, OTHER, WAVE_ALONE, LATER)


def test_what_overlaps_the_words_must_agree() -> None:
    assert as_meant(QUESTION, ALL, {}) == [*ALL]
    assert as_meant(QUESTION, ALL, {"heat wave": "heat wave"}) == [WAVE, LATER]
    assert as_meant(QUESTION, ALL, {"heat": "heat 1986"}) == [OTHER, WAVE_ALONE, LATER]
    assert as_meant(QUESTION, ALL, {"heat": "heat 1986", "wave": "wave"}) == [OTHER, WAVE_ALONE, LATER]


@pytest.mark.parametrize("text", ["Heat", "cold", ""])
def test_the_words_must_be_in_the_question(text: str) -> None:
    with pytest.raises(InputError, match="is not in the question"):
        as_meant(QUESTION, ALL, {text: "heat 1986"})


def test_the_words_must_be_able_to_mean_it() -> None:
    with pytest.raises(InputError, match="'wave' cannot mean heat 1995"):
        as_meant(QUESTION, ALL, {"wave": "heat 1995"})


@pytest.fixture(scope="module", params=["with a model", "without"])
def qa(films: Films, request: pytest.FixtureRequest) -> Iterator[KGQA]:
    model = films.model if request.param == "with a model" else None
    with KGQA.open(str(films.graph), model=model, device="cpu", read_only=True) as opened:
        yield opened


@pytest.mark.parametrize("question", ["who directed Titanic?", "films of Al Pacino", "which people acted in Big?"])
def test_every_rival_of_a_mention_can_be_meant(qa: KGQA, question: str) -> None:
    for mention in qa.ask(question, abstain_below=0.0).mentions:
        for rival in mention.rivals:
            answer = qa.ask(question, abstain_below=0.0, meanings={mention.text: rival.node})
            assert answer.abstained or rival.node in {each.meaning.node for each in answer.mentions}


def test_each_of_two_films_of_one_name_can_be_meant(qa: KGQA) -> None:
    question = "who directed Titanic?"
    (mention,) = qa.ask(question, abstain_below=0.0).mentions
    both = {mention.meaning.node, *(rival.node for rival in mention.rivals)}
    assert {"Titanic (1953)", "Titanic (1997)"} <= both
    probabilities = [mention.meaning.probability, *(rival.probability for rival in mention.rivals)]
    assert all(0 <= p <= 1 for p in probabilities)
    for film, director in (("Titanic (1953)", "Jean Negulesco"), ("Titanic (1997)", "James Cameron")):
        answer = qa.ask(question, abstain_below=0.0, meanings={"Titanic": film})
        assert answer.nodes == (director,)
        assert answer.mentions[0].meaning.node == film
    with pytest.raises(InputError, match="cannot mean Heat"):
        qa.ask(question, meanings={"Titanic": "Heat (1995)"})
