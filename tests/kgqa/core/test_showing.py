"""How answers and reports are shown: in a line, in notebooks, and as tables of pandas."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path as FilePath
from typing import Protocol

import pytest

from graphdb import Fact, Literal, Path, Query
from graphdb.errors import InputError, RecordError
from graphdb.store import Outcome
from graphdb.sync.report import Tally
from indexing import IndexReport
from kgqa.answering import Answer, AnsweredNode, Meaning, Mention, Proof, RivalReading, to_frame
from kgqa.calibration import RiskPoint
from kgqa.doctor import Diagnosis, Finding, Kind
from kgqa.evaluation import Figures, Report
from kgqa.training.summary import TrainSummary

BAD = '<script>alert("x")</script>&'
"""What must never be taken for HTML, wherever it stands."""


class Shown(Protocol):
    def _repr_html_(self) -> str: ...


VOID = {"br"}


class _Checked(HTMLParser):
    """Collects text and tags; every tag that is opened is closed, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[str] = []
        self.titles: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.titles += [value for name, value in attrs if name == "title" and value]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def close(self) -> None:
        super().close()
        assert not self._open


def shown(html: str) -> _Checked:
    parser = _Checked()
    parser.feed(html)
    parser.close()
    assert "script" not in parser.tags
    return parser


HOSTILE = Answer(
    f"who directed {BAD}?",
    answers=(AnsweredNode(f"k{BAD}", f"Ann {BAD}", (f"type {BAD}",), 0.5), AnsweredNode(Literal(1995), "1995")),
    confidence=0.875,
    mentions=(
        Mention(
            13,
            13 + len(BAD),
            BAD,
            Meaning("film", f"Film {BAD}", 0.9, ("film",)),
            (Meaning("rival", f"Rival {BAD}", 0.1, ("film",)),),
        ),
    ),
    program=Path("film", ()),
    query=Query(f"RETURN '{BAD}'", {"seed": BAD}),
    in_words=f"people that directed {BAD}",
    evidence=(Proof(f"k{BAD}", (Fact(f"k{BAD}", f"directed {BAD}", "film", {"since": (1, 2), BAD: BAD}),)),),
    names={f"k{BAD}": f"Ann {BAD}", "film": f"Film {BAD}"},
    readings=(
        RivalReading(f"people {BAD}", Path("film", ()), 0.9),
        RivalReading("films", Path("film", ()), 0.1),
    ),
    notes=(f"cut {BAD}",),
)


class TestNotebook:
    def test_everything_is_there_and_nothing_is_taken_for_html(self) -> None:
        found = shown(HOSTILE._repr_html_())
        assert set(found.tags) == {
            *("div", "mark", "strong", "small", "details", "summary", "ol", "li", "table", "tr", "td", "em", "pre")
        }
        for text in (
            HOSTILE.question,
            f"Ann {BAD}",
            "1995",
            f"type {BAD}",
            f"read as “people that directed {BAD}”, confidence 0.88",
            f"Rival {BAD} (film), 0.10",
            f"people {BAD} (0.90)",
            f"Ann {BAD} – directed {BAD} → Film {BAD}",
            f"{BAD}: {BAD}",
            f"Note: cut {BAD}",
            f"RETURN '{BAD}'",
        ):
            assert text in found.text
        assert found.titles == [f"read as Film {BAD} (film), 0.90"]

    def test_mentions_that_overlap_leave_the_question_whole(self) -> None:
        def mention(start: int, end: int) -> Mention:
            return Mention(start, end, "heat wave"[start:end], Meaning("k", "K", 1.0))

        answer = Answer("heat wave", mentions=(mention(5, 9), mention(0, 9), mention(0, 4), mention(4, 4)))
        found = shown(answer._repr_html_())
        assert found.text.startswith("heat wave")
        assert found.tags.count("mark") == 1

    def test_no_answer_says_why(self) -> None:
        found = shown(Answer("who?", abstained=True, reason="the graph has no facts of <that> kind")._repr_html_())
        assert "No answer: the graph has no facts of <that> kind" in found.text
        assert "table" not in found.tags

    def test_long_sets_say_how_many_are_not_shown(self) -> None:
        many = replace(HOSTILE, answers=tuple(AnsweredNode(f"{i}", f"Answer {i}") for i in range(1030)))
        assert "Answer 19 … and 1,010 more" in shown(many._repr_html_()).text
        assert str(many).endswith("Answer 19 … and 1,010 more")

    def test_reports(self) -> None:
        tally = Tally()
        tally.rows = 3
        tally.entities[Outcome.ADDED] = 1234
        for line in range(25):
            tally.reject(RecordError(BAD, line, "three fields were expected"))
        tally.keep(BAD)
        tally.not_mirrored.append(BAD)
        figures = Figures(1234, 0.5, 0.25, 0.125, None, 0.0)
        reports: dict[str, Shown] = {
            "rejected 25 rows:": tally.report(seconds=1.0, watermark=7, dry_run=False),
            "surfaces removed": IndexReport(7, 1234, 0, 3, 2, 1),
            "facts read per question": Report(
                figures, {BAD: figures}, 1.5, risk_coverage=(RiskPoint(1.0, 0.0, 0.5),), latency_ms={"p50": 7.25}
            ),
            f"left out ({BAD})": TrainSummary(FilePath(BAD), 1234, 9, {BAD: 2}, figures, 0.5, 10, 3.0),
            f"what {BAD} is": Diagnosis({Kind.CLAIM_GONE: 1234}, (Finding(Kind.CLAIM_GONE, BAD, f"what {BAD} is"),)),
        }
        for text, report in reports.items():
            found = shown(report._repr_html_()).text
            assert text in found
            assert "1,23" in found or "1234" not in str(report)
            assert "\x1b" not in str(report)
        assert "agree with the graph" in shown(Diagnosis({})._repr_html_()).text
        assert str(Diagnosis({})) == "index and ledger agree with the graph"
        assert "hits@1 0.500" in str(reports["facts read per question"])


class TestLines:
    def test_one_line_says_what_was_asked_and_answered(self) -> None:
        answer = Answer("who?", (AnsweredNode("a", "Ann"), AnsweredNode("b", "Bob")), 0.951)
        assert str(answer) == "Ann, Bob"
        assert repr(answer) == "<Answer to 'who?': Ann, Bob (0.95)>"

    def test_no_answer(self) -> None:
        answer = Answer("who?", abstained=True, reason="nobody")
        assert str(answer) == "No answer: nobody"
        assert repr([answer]) == "[<Answer to 'who?': No answer: nobody (0.00)>]"

    def test_what_is_held_back_has_no_evidence(self) -> None:
        held = HOSTILE.held_back("unsure")
        assert (held.answers, held.evidence, dict(held.names)) == ((), (), {})


class TestPlainValues:
    def test_everything_is_json(self) -> None:
        fact = Fact("k", "born", Literal(date(1970, 1, 2)))
        answer = replace(HOSTILE, evidence=(Proof(Literal(date(1970, 1, 2)), (fact,)),), names={"k": "Ann"})
        plain = json.loads(json.dumps(answer.to_dict()))
        missing = set(Answer.__slots__) - set(plain)
        assert not missing
        assert plain["evidence"] == [
            {
                "value": "1970-01-02",
                "type": "date",
                "facts": [
                    {
                        "subject": "k",
                        "relation": "born",
                        "object": {"value": "1970-01-02", "type": "date"},
                        "properties": {},
                    }
                ],
            }
        ]
        assert plain["names"] == {"k": "Ann"}


class TestTables:
    def test_one_answer_a_row(self) -> None:
        frame = HOSTILE.to_frame()
        assert frame["answer"].tolist() == [f"Ann {BAD}", "1995"]
        assert frame["key"].tolist()[0] == f"k{BAD}"
        assert frame["value"].tolist()[1] == 1995
        assert frame["confidence"].tolist() == [0.875, 0.875]
        assert frame["reason"].isna().all()

    def test_questions_without_an_answer_are_not_lost(self) -> None:
        frame = to_frame([HOSTILE, Answer("who?", abstained=True, reason="nobody")])
        assert frame["question"].tolist() == [HOSTILE.question, HOSTILE.question, "who?"]
        assert frame["answer"].isna().tolist() == [False, False, True]
        assert frame["reason"].tolist()[2] == "nobody"
        assert list(frame.columns) == list(to_frame([]).columns)

    def test_without_pandas_the_error_names_the_extra(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "pandas", None)
        with pytest.raises(InputError, match=r'pip install "kgqa\[pandas\]"'):
            HOSTILE.to_frame()
