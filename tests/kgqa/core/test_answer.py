"""Answers in words and as plain values."""

from __future__ import annotations

import json
from datetime import date

import pytest

from graphdb import Combined, Count, Direction, Fact, Hop, Literal, NodeSet, Path, Row, SetOperation, Step
from kgqa.answering import Answer, AnsweredNode, FollowedHop, Meaning, Mention, Proof
from kgqa.answering.answer import FollowedBranch
from kgqa.cli.explain import print_answer
from kgqa.cli.output import Output

ACTED = Path("al pacino", (Hop(Step("acted in")),))
LED = Path("mann", (Hop(Step("directed")), Hop(Step("genre", Direction.IN), exclude_seed=True)))
FACT = Fact("al pacino", "acted in", "heat")


def branch(path: Path, name: str, at: int, *hops: FollowedHop) -> FollowedBranch:
    mention = Mention(at, at + len(name), name, Meaning(path.seed, name, 0.75))
    return FollowedBranch(mention, path, hops)


BRANCHES = (
    branch(ACTED, "Al Pacino", 21, FollowedHop("acted in", "out", "acted in", 0.9)),
    branch(LED, "Mann", 5, FollowedHop("directed", "out", "directed", 0.8), FollowedHop("genre", "in", "genre", 0.7)),
)


def answer(program: NodeSet | None, *branches: FollowedBranch) -> Answer:
    return Answer(
        "what Mann did and Al Pacino",
        answers=(AnsweredNode("heat", "Heat", ("film",), 0.5),) if branches else (),
        mentions=tuple(b.mention for b in branches),
        program=program,
        branches=branches,
        evidence=(Proof("heat", (FACT,)),) if branches else (),
    )


@pytest.mark.parametrize(
    ("operation", "reading"),
    [
        (SetOperation.INTERSECTION, "(Al Pacino → acted in) and (Mann → directed → genre)"),
        (SetOperation.UNION, "(Al Pacino → acted in) or (Mann → directed → genre)"),
        (SetOperation.DIFFERENCE, "(Al Pacino → acted in) and not (Mann → directed → genre)"),
    ],
)
def test_how_a_combined_question_was_read(operation: SetOperation, reading: str) -> None:
    found = answer(Combined(operation, (ACTED, LED)), *BRANCHES)
    assert found.reading == reading
    assert [hop.relation for hop in found.hops] == ["acted in", "directed", "genre"]
    plain = json.loads(json.dumps(found.to_dict()))
    assert plain["reading"] == reading
    assert plain["program"] == {
        "form": "Combined",
        "operation": operation.value,
        "parts": [
            {
                "form": "Path",
                "seed": {"key": "al pacino"},
                "hops": [{"step": {"relation": "acted in", "direction": "out"}, "exclude_seed": False}],
            },
            {
                "form": "Path",
                "seed": {"key": "mann"},
                "hops": [
                    {"step": {"relation": "directed", "direction": "out"}, "exclude_seed": False},
                    {"step": {"relation": "genre", "direction": "in"}, "exclude_seed": True},
                ],
            },
        ],
    }
    assert [part["mention"]["text"] for part in plain["branches"]] == ["Al Pacino", "Mann"]
    assert plain["mentions"] == [part["mention"] for part in plain["branches"]]
    assert plain["branches"][1]["hops"][1] == {
        "relation": "genre",
        "direction": "in",
        "text": "genre",
        "probability": 0.7,
        "exclude_seed": True,
    }
    assert plain["evidence"][0]["facts"] == [
        {"subject": "al pacino", "relation": "acted in", "object": "heat", "properties": {}}
    ]


def test_how_a_simple_question_was_read() -> None:
    found = answer(ACTED, BRANCHES[0])
    assert found.reading == "Al Pacino → acted in"
    assert found.to_dict()["program"]["form"] == "Path"
    assert [hop.text for hop in found.hops] == ["acted in"]


def test_what_was_not_read() -> None:
    found = answer(None)
    assert (found.reading, found.hops, found.cypher) == ("", (), None)
    plain = found.to_dict()
    assert (plain["program"], plain["branches"], plain["evidence"]) == (None, [], [])


def test_other_programs_are_plain_values_too() -> None:
    found = Answer("how many?", program=Count(Path(Literal(1995), (Hop(Step("year", Direction.IN)),))))
    assert json.loads(json.dumps(found.to_dict()))["program"] == {
        "form": "Count",
        "members": {
            "form": "Path",
            "seed": {"value": 1995},
            "hops": [{"step": {"relation": "year", "direction": "in"}, "exclude_seed": False}],
        },
    }


ROWS = Answer(
    "how many films did each person direct?",
    (
        AnsweredNode("k1", "Ridley Scott", ("Person",), values=(Literal(2),)),
        AnsweredNode("k2", "James Cameron", values=(Literal(date(1986, 7, 18)), Literal("x"))),
        AnsweredNode(Literal(1979), "1979", values=()),
    ),
)


def test_rows() -> None:
    assert str(ROWS) == "Ridley Scott (2), James Cameron (1986-07-18, x), 1979"
    assert ROWS.nodes == ("k1", "k2", Literal(1979))
    assert ROWS.found[0] == Row("k1", (Literal(2),))
    assert ROWS.found[2] == Row(Literal(1979))
    assert Answer("q", ROWS.answers[2:]).value is None
    answers = json.loads(json.dumps(ROWS.to_dict()))["answers"]
    assert answers[0] == {
        "key": "k1",
        "name": "Ridley Scott",
        "types": ["Person"],
        "score": 0.0,
        "values": [{"value": 2}],
    }
    assert [a["values"] for a in answers[1:]] == [[{"value": "1986-07-18", "type": "date"}, {"value": "x"}], []]
    assert "values" not in answer(ACTED, *BRANCHES).to_dict()["answers"][0]
    assert ROWS.to_frame()["beside"].tolist() == [2, (date(1986, 7, 18), "x"), None]
    assert "Ridley Scott (2)" in ROWS._repr_html_()


def test_rows_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_answer(Output(as_json=False), ROWS, explain=False, limit=None)
    shown = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert shown[:2] == [["Ridley", "Scott", "2", "Person", "k1"], ["James", "Cameron", "1986-07-18,", "x", "k2"]]
