"""What words mean beyond the schema, learned from what tells answers from the rest."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from graphdb import Comparison, EntityType, Hop, Path, Restricted, Step
from graphdb.store import Schema
from graphdb.values import TYPE_RELATION, Direction
from kgqa.proposing import Member, Proposal, Sense, TooMuch, learn_senses

CITY = frozenset({"city"})


def case(number: int, populations: list[float], least: float, words: tuple[str, ...] = ("major",)) -> TooMuch:
    """A question about cities of which those of more than so many people are the answers."""
    members = [Member(CITY, {"population": p, "district": 1.0}, p > least) for p in populations]
    return TooMuch(number, words, members)


def test_a_word_that_several_answers_explain() -> None:
    cases = [
        case(1, [50_000, 120_000, 200_000, 900_000], 150_000),
        case(2, [140_000, 170_000, 3_000_000], 150_000),
        case(3, [10_000, 400_000, 145_000], 150_000),
    ]
    assert learn_senses(cases) == [Sense("major", "city", "population", Comparison.GREATER, 160_000.0)]


def test_least_as_well_as_greatest() -> None:
    cases = [
        TooMuch(i, ("short",), [Member(frozenset({"river"}), {"length": float(n)}, n <= 100) for n in lengths])
        for i, lengths in enumerate([(80, 120, 300), (95, 101, 500), (99, 110, 10)])
    ]
    (sense,) = learn_senses(cases)
    assert (sense.attribute, sense.comparison) == ("length", Comparison.AT_MOST)
    assert 99 <= sense.value < 101


def test_two_questions_may_be_chance() -> None:
    assert learn_senses([case(1, [1, 9], 5), case(2, [2, 8], 5), case(2, [3, 7], 5)]) == []


def test_numbers_that_do_not_agree_are_no_sense() -> None:
    assert learn_senses([case(i, [base, base * 2], base * 1.5) for i, base in enumerate((1.0, 10.0, 100.0))]) == []


def test_what_answers_lack_explains_nothing() -> None:
    members = [Member(CITY, {"population": 5.0}, False), Member(CITY, {}, True)]
    assert learn_senses([TooMuch(i, ("major",), members) for i in range(5)]) == []


def test_nothing_in_common_has_no_sense() -> None:
    members = [Member(CITY, {"size": 5.0}, False), Member(frozenset({"lake"}), {"size": 9.0}, True)]
    assert learn_senses([TooMuch(i, ("major",), members) for i in range(5)]) == []


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_the_number_tells_answers_from_the_rest(least: int, seed: int) -> None:
    chance = random.Random(seed)
    cases = []
    for number in range(5):
        numbers = [float(chance.randint(0, 2 * least)) for _ in range(12)] + [float(least), 2.0 * least + 1]
        cases.append(case(number, numbers, least))
    (sense,) = learn_senses(cases)
    assert sense.attribute == "population"
    for each in cases:
        assert all((m.numbers["population"] > sense.value) == m.right for m in each.members)


def test_a_program_is_read_in_the_word_that_stands_for_its_condition_and_shown_as_what_it_means() -> None:
    major = Sense("major", "city", "population", Comparison.GREATER, 150_000.0)
    cities = Path(EntityType("city"), (Hop(Step(TYPE_RELATION, Direction.IN)),))
    schema = Schema(0, 0, (), ())
    proposal = Proposal(Restricted(cities, (major.condition,)), 1.0, 0, (), senses=(major,))
    assert proposal.as_read(schema) == "cities that are major"
    assert proposal.in_words(schema) == "cities with population more than 150,000"
    plain = Proposal(cities, 1.0, 0, (), senses=(major,))
    assert plain.as_read(schema) == plain.in_words(schema) == "cities"
