"""What the small words and the numbers of a question ask for."""

from __future__ import annotations

import pytest

from graphdb import Function
from kgqa.proposing import read_question
from kgqa.proposing.cues import CueKind, asks_for_greatest


def kinds(text: str) -> set[str]:
    return {cue.kind.value for cue in read_question(text).cues}


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("How many rivers cross Texas?", {CueKind.COUNT}),
        ("number of lakes", {CueKind.COUNT}),
        ("which state has the most cities", {CueKind.MANY, CueKind.GREATEST}),
        ("the shortest river", {CueKind.LEAST}),
        ("the most recent flood", {CueKind.MANY, CueKind.GREATEST}),
        ("which river has more bridges than any other", {CueKind.MANY, CueKind.GREATEST, CueKind.THAN, CueKind.OTHER}),
        ("lakes that are dams as well", {CueKind.SAME}),
        ("people who own what they've built", {CueKind.SAME}),
        ("the saltiest lake", {CueKind.GREATEST, CueKind.LEAST}),
        ("states without lakes", {CueKind.NOT}),
        ("lakes of Ohio minus those of Utah", {CueKind.NOT, CueKind.DIFFERENCE}),
        ("states that dont have lakes", {CueKind.NOT}),
        ("leaving Ohio aside, which states have lakes", {CueKind.NOT}),
        ("lakes leaving out those in Ohio", {CueKind.NOT}),
        ("the states leaving the union", set()),
        ("lakes, those of Ohio aside", {CueKind.NOT}),
        ("lakes in states that left Ohio out", {CueKind.NOT}),
        ("lakes, but skip those of Ohio", {CueKind.NOT}),
        ("lakes in other states than Ohio", {CueKind.NOT, CueKind.THAN, CueKind.OTHER}),
        ("grandchildren of the founder", {CueKind.TWICE}),
        ("the grandest lake", {CueKind.GREATEST, CueKind.LEAST}),
        ("states that have nothing to do with Ohio", {CueKind.NOT, CueKind.BESIDE}),
        ("lakes everywhere but in Ohio", {CueKind.NOT}),
        ("lakes still waiting for a dam", {CueKind.NOT}),
        ("riverless states", {CueKind.NOT}),
        ("unless it is a wireless one", set()),
        ("no. of lakes", {CueKind.COUNT, CueKind.NOT}),
        ("# of lakes", {CueKind.COUNT}),
        ("how often was the dam mended", {CueKind.COUNT, CueKind.HOW}),
        ("lakes at minus 5", set()),
        ("was it before or after", {CueKind.WHETHER, CueKind.THAN, CueKind.OR}),
        ("Does Texas border Ohio?", {CueKind.WHETHER}),
        ("do you have lakes", {CueKind.WHETHER}),
        ("I need this for a map: does Texas have lakes?", {CueKind.WHETHER}),
        ("Texas, does it have lakes?", {CueKind.WHETHER}),
        ("Am I right that Texas has lakes?", {CueKind.WHETHER}),
        ("Texas has lakes, true or false?", {CueKind.WHETHER, CueKind.OR}),
        ("the lakes of Texas, just a number please", {CueKind.COUNT}),
        ("What is the amount of invoice 17?", set()),
        ("What market share does Acme have?", set()),
        ("Who wrote the songs of J. Will Smith?", set()),
        ("List hotels in Rome. Do not include hostels.", {CueKind.NOT, CueKind.CONTAINS}),
        ("Which house is on the right?", set()),
        ("do you know the lakes", set()),
        ("lakes in Ohio or in Utah", {CueKind.OR}),
        ("hotels in the west near Everest", set()),
    ],
)
def test_cues(text: str, asked: set[CueKind]) -> None:
    assert kinds(text) == {kind.value for kind in asked}


@pytest.mark.parametrize(
    ("text", "ranked", "of_time"),
    [
        ("the most recent order", "most recent", True),
        ("who was hired most recently?", "most recently", True),
        ("the latest order", "latest", True),
        ("the largest order", "largest", False),
    ],
)
def test_what_ranks_by_time(text: str, ranked: str, of_time: bool) -> None:
    (cue,) = (cue for cue in read_question(text).cues if cue.kind is CueKind.GREATEST)
    assert (cue.text, cue.of_time) == (ranked, of_time)


def test_functions() -> None:
    found = [cue.function for cue in read_question("the average age and the total weight").functions]
    assert found == [Function.AVERAGE, Function.SUM]
    assert not read_question("the other one I mean").functions


def test_what_tells_something() -> None:
    question = read_question("How many people live in the city of Austin?")
    assert [t.text for i, t in enumerate(question.tokens) if question.content >> i & 1] == [
        "people",
        "live",
        "city",
        "austin",
    ]
    question = read_question("unassigned issues")  # what denies here says what of, too
    assert [t.text for i, t in enumerate(question.tokens) if question.content >> i & 1] == ["unassigned", "issues"]


def bounds(text: str) -> list[list[str]]:
    (quantity,) = read_question(text).quantities
    return [[f"{comparison.value} {value}" for comparison, value in reading] for reading in quantity.numbers]


def days(text: str) -> list[list[str]]:
    (quantity,) = read_question(text).quantities
    return [[f"{comparison.value} {value}" for comparison, value in reading] for reading in quantity.dates]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("cities with more than 1,500,000 people", [["> 1500000"]]),
        ("over 2.5 million people", [["> 2500000"], ["> 2.5"]]),  # the graph may keep millions
        ("hotels with 30 or more rooms", [["≥ 30"]]),
        ("issues of 13 story points or more", [["≥ 13"]]),
        ("people who are 185 cm or taller", [["≥ 185"]]),
        ("they need 10 watts at most.", [["≤ 10"]]),
        ("10 watts at the least", [["≥ 10"]]),
        ("made later then 2005", [["> 2005"]]),
        ("married twice or more", [["≥ 2"]]),
        ("members of several teams", [["≥ 2"]]),
        ("married more then once", [["> 1"]]),
        ("several hundred people", [["≥ 200"]]),
        ("over a hundred million", [["> 100000000"], ["> 100"]]),
        ("fewer than a hundred thousand people", [["< 100000"], ["< 100"]]),
        ("two hundred million", [["= 200000000"], ["= 200"]]),
        ("units of 200 up to 300 MW", [["≥ 200", "≤ 300"]]),
        ("bridges from the sixties", [["≥ 1960"], ["≥ 1960", "≤ 1969"]]),
        ("over two billion", [["> 2000000000"], ["> 2"], ["> 2000"]]),
        ("between the beginning of 2005 and the end of 2010", [["≥ 2005", "≤ 2010"]]),
        ("at most twelve rooms", [["≤ 12"]]),
        ("no fewer than 3 lakes", [["≥ 3"]]),
        ("taller than 300 metres", [["> 300"], ["< 300"]]),
        ("between 10 and 20 km", [["≥ 10", "≤ 20"]]),
        ("from 5 to 7", [["≥ 5", "≤ 7"]]),
        ("exactly 4 doors", [["= 4"]]),
        ("3 doors", [["= 3"]]),
        ("not 5", [["≠ 5"]]),
        ("no smaller than 170 cm", [["≥ 170"]]),
        ("not older than 30", [["≤ 30"]]),
        ("with a single door", [["= 1"]]),
        ("a score above .5", [["> 0.5"]]),
        ("for 5 to 10 million", [["≥ 5000000", "≤ 10000000"], ["≥ 5", "≤ 10"]]),
        ("from 200k to 1 million", [["≥ 200000", "≤ 1000000"], ["≥ 0.2", "≤ 1"]]),
        ("between 500 and 2 million", [["≥ 500", "≤ 2000000"], ["≥ 0.0005", "≤ 2"]]),
        ("between one and two million", [["≥ 1000000", "≤ 2000000"], ["≥ 1", "≤ 2"]]),
        ("fewer than a million people", [["< 1000000"], ["< 1"]]),
        ("half a million or more", [["≥ 500000"], ["≥ 0.5"]]),
        ("a dozen eggs", [["= 12"]]),
        ("below -3.5 degrees", [["< -3.5"]]),
        ("between -10 and minus 5", [["≥ -10", "≤ -5"]]),
        ("has not built a single one", [["= 1"]]),
        ("wines rated by three people", [["≤ 3"], ["= 3"]]),
    ],
)
def test_numbers(text: str, numbers: list[list[str]]) -> None:
    assert bounds(text) == numbers


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("released in 1999", [["≥ 1999-01-01", "≤ 1999-12-31"]]),
        ("released after 1999", [["> 1999-12-31"]]),
        ("released before 1999", [["< 1999-01-01"]]),
        ("films of the 1990s", [["≥ 1990-01-01", "≤ 1999-12-31"]]),
        ("films of the eighties", [["≥ 1980-01-01", "≤ 1989-12-31"]]),
        ("since May 1999", [["≥ 1999-05-01"]]),
        ("on 3 May 1999", [["= 1999-05-03"]]),
        ("on may 3rd, 1999", [["= 1999-05-03"]]),
        ("until 1999-05-03", [["≤ 1999-05-03"]]),
        ("between 1990 and 1995", [["≥ 1990-01-01", "≤ 1995-12-31"]]),
        ("between 1 April and 31 May 2023", [["≥ 2023-04-01", "≤ 2023-05-31"]]),
        ("from April 1st to May 31st, 2023", [["≥ 2023-04-01", "≤ 2023-05-31"]]),
        ("from March until June of 2021", [["≥ 2021-03-01", "≤ 2021-06-30"]]),
        ("from June to the end of August 2023", [["≥ 2023-06-01", "≤ 2023-08-31"]]),
        ("since the end of 2019", [["> 2019-12-31"]]),
        ("before the end of May 2019", [["≤ 2019-05-31"]]),
        ("after the start of 2019", [["≥ 2019-01-01"]]),
        ("after the first of January 2022", [["> 2022-01-01"]]),
        ("in the first quarter of 2023", [["≥ 2023-01-01", "≤ 2023-03-31"]]),
        ("Q3 2021", [["≥ 2021-07-01", "≤ 2021-09-30"]]),
        ("since the second half of 2020", [["≥ 2020-07-01"]]),
        ("the last quarter of 2019", [["≥ 2019-10-01", "≤ 2019-12-31"]]),
    ],
)
def test_times(text: str, dates: list[list[str]]) -> None:
    assert days(text) == dates


def test_years_in_a_row_may_be_one_stretch() -> None:
    first, both, second = read_question("opened in 2020 or 2021").quantities
    assert [str(value) for _, value in both.dates[0]] == ["2020-01-01", "2021-12-31"]
    assert both.words == first.words | second.words | both.words
    assert len(read_question("opened in 2020 or 2022").quantities) == 2


@pytest.mark.parametrize("text", ["", "?", "İstanbul ﬁ 🎬", "1", "between", "more than", "12,,3", "9" * 400])
def test_odd_texts_are_read(text: str) -> None:
    assert read_question(text).text == text


@pytest.mark.parametrize(
    ("text", "of_amounts", "of_times"),
    [
        ("lighter", False, None),
        ("heaviest", True, None),
        ("more", True, None),
        ("older", True, False),  # of the greater age, of the earlier birth
        ("youngest", False, True),
        ("earlier", None, False),
        ("latest", None, True),
        ("faster", None, None),  # of the greater speed, in less time
        ("quickest", None, None),
        ("better", None, None),
    ],
)
def test_what_a_superlative_asks_for(text: str, of_amounts: bool | None, of_times: bool | None) -> None:
    assert (asks_for_greatest(text, of_time=False), asks_for_greatest(text, of_time=True)) == (of_amounts, of_times)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("hotels with one star", 1),
        ("at least one child", 1),
        ("sites that have exactly one", 1),
        ("Which streams lie in one country?", 1),
        ("the one star hotels in Rome", 1),
        ("a rating of one", 1),
        ("events in one day", 1),
        ("the one who won", None),
        ("how much in one go", None),
        ("a lake, the deepest one", None),
        ("which one of these", None),
        ("parts of less than a kilo", 1),
        ("films longer than an hour", 1),
        ("how much is it for a year", None),
        ("Who earns the most a month?", None),
    ],
)
def test_one_is_a_number_or_stands_for_a_thing(text: str, number: int | None) -> None:
    assert [quantity.number for quantity in read_question(text).quantities] == ([] if number is None else [number])
