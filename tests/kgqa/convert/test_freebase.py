"""WebQSP and CWQ in both layouts, from small files written in them."""

from __future__ import annotations

import builtins
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphdb import Fact
from graphdb.errors import InputError, RecordError
from graphdb.readers import UpsertEntity, UpsertFact, read_records
from kgqa.convert import ConvertReport, convert, union
from kgqa.convert.union import FactUnion
from kgqa.questions import Question, read_questions


def run(folder: Path, files: Mapping[str, object], layout: str = "webqsp") -> tuple[ConvertReport, Path]:
    """Convert files given as text, as an object, or as one object a line."""
    source, out = folder / "source", folder / "out"
    for name, content in files.items():
        rows = content if isinstance(content, list) else [content]
        text = content if isinstance(content, str) else "".join(json.dumps(row) + "\n" for row in rows)
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text, encoding="utf-8")
    return convert(layout, source, out), out


def graph(out: Path) -> tuple[dict[str, str], set[Fact]]:
    records = list(read_records(out / "facts.jsonl"))
    facts = [r.fact for r in records if isinstance(r, UpsertFact)]
    assert len(facts) == len(set(facts))
    return {r.entity.key: r.entity.name for r in records if isinstance(r, UpsertEntity)}, set(facts)


FACTS = {
    Fact("m.01", "people.person.spouse_s", "g.cvt1"),
    Fact("g.cvt1", "people.marriage.spouse", "m.02"),
    Fact("m.02", "people.person.date_of_birth", "1980-05-01"),
}


def nsm(number: int, tuples: object, *, entities: object = (0,), answers: object = ()) -> dict[str, Any]:
    return {
        "id": f"WebQTest-{number}",
        "question": "who is Ann married to ",
        "entities": entities,
        "answers": answers,
        "subgraph": {"tuples": tuples, "entities": [0, 1, 2]},
    }


class TestNsm:
    ENTITIES = "m.01\ng.cvt1\n\n<fb:m.02>\n1980-05-01\nm.lost\n"
    RELATIONS = "people.person.spouse_s\npeople.marriage.spouse\n<fb:people.person.date_of_birth>\n"
    BO = ({"kb_id": "m.02", "text": "Bo"},)

    def files(self, **more: object) -> dict[str, object]:
        return {
            "entities.txt": self.ENTITIES,
            "relations.txt": self.RELATIONS,
            "train_simple.json": [nsm(1, [[0, 0, 1], [1, 1, 3], [0, 0, 1]], answers=self.BO)],
            "dev_simple.json": [nsm(2, [[1, 1, 3], [3, 2, 4]], answers=({"kb_id": "1980-05-01", "text": None},))],
            "test_simple.json": [nsm(3, [], entities=(0, 5), answers=())],
        } | more

    def test_numbers_are_lines_and_every_fact_is_written_once(self, tmp_path: Path) -> None:
        report, out = run(tmp_path, self.files())
        assert graph(out) == ({"m.02": "Bo"}, FACTS)
        assert (report.facts, report.entities, report.questions) == (3, 4, {"train": 1, "dev": 1, "test": 1})
        assert read_questions(out / "questions.train.jsonl") == [
            Question("WebQTest-1", "who is Ann married to", ("m.02",), ("m.01",))
        ]
        assert read_questions(out / "questions.dev.jsonl")[0].answers == ("1980-05-01",)
        assert [(u.line, u.what, u.name) for u in report.unmapped] == [(1, "topic", "m.lost")]
        assert report.notes == ("1 questions have no answers: kept, as questions that the graph has no answer to",)

    def test_older_files_have_objects_and_are_left_for_those_with_numbers(self, tmp_path: Path) -> None:
        def entity(key: str, text: str | None = None) -> dict[str, object]:
            return {"kb_id": key, "text": text or key}

        old = nsm(
            1,
            [
                [
                    entity("<fb:m.01>", "Ann"),
                    {"rel_id": "<fb:people.person.spouse_s>", "text": "spouse"},
                    entity("g.cvt1"),
                ],
                [entity("g.cvt1"), {"rel_id": 4, "text": "people.marriage.spouse"}, {"kb_id": 7, "text": "m.02"}],
                ["m.02", "people.person.date_of_birth", "1980-05-01"],
            ],
            entities=[entity("m.01")],
            answers=[{"kb_id": 7, "text": "m.02"}],
        )
        _, out = run(tmp_path / "old", {"train.json": [old]}, "cwq")
        assert graph(out) == ({"m.01": "Ann"}, FACTS)
        assert read_questions(out / "questions.train.jsonl")[0].answers == ("m.02",)
        report, _ = run(tmp_path / "both", self.files() | {"train.json": [old]})
        assert report.questions["train"] == 1

    @pytest.mark.parametrize("place", [".", ".."])
    def test_names_may_lie_beside(self, tmp_path: Path, place: str) -> None:
        names = {"m.01": "Ann", "m.02": "Robert", "m.else": "Cy"}
        _, out = run(tmp_path, self.files() | {f"{place}/entities_names.json": names})
        assert graph(out)[0] == {"m.01": "Ann", "m.02": "Bo"}  # as the question's own file says

    def test_without_any_name_the_report_says_what_to_do(self, tmp_path: Path) -> None:
        report, _ = run(tmp_path, self.files(**{"train_simple.json": [nsm(1, [[0, 0, 1]])]}))
        assert "put entities_names.json" in report.notes[-1]

    @pytest.mark.parametrize(
        ("name", "content", "line", "reason"),
        [
            ("train_simple.json", [nsm(1, [[0, 0, 1]]), nsm(2, [[0, 0, 6]])], 2, "6 is no line of entities.txt"),
            ("train_simple.json", [nsm(1, [[0, 3, 1]])], 1, "3 is no line of relations.txt, which has 3"),
            ("train_simple.json", [nsm(1, [[0, 0, 2]])], 1, "2 is no line of entities.txt"),  # a blank one
            ("train_simple.json", [nsm(1, [[-1, 0, 2]])], 1, "-1 is no line"),
            ("train_simple.json", [nsm(1, [[2**70, 0, 2]])], 1, "beyond 64 bits"),
            ("train_simple.json", [nsm(1, [[0, 0]])], 1, r"\[0, 0\] is no fact"),
            ("train_simple.json", [nsm(1, [[0, 0, 1.5]])], 1, "is no fact"),
            ("train_simple.json", [nsm(1, [], entities=[99])], 1, "99 is no line"),
            ("train_simple.json", [nsm(1, [], answers=[{"text": None}])], 1, "is no entity"),
            ("train_simple.json", [nsm(1, [["a", {"text": ""}, "b"]])], 1, "is no relation"),
            ("train_simple.json", [nsm(1, []), nsm(1, [])], 2, "'WebQTest-1' was given at .*simple.json:1 already"),
            ("train_simple.json", [nsm(1, []) | {"id": 7}], 1, "'id' is missing or is no str"),
            ("train_simple.json", [nsm(1, []) | {"question": " "}], 1, "must not be empty"),
            ("train_simple.json", "{}\n{", 1, "neither 'subgraph'"),
            ("train_simple.json", "[]\n", 1, "expected an object"),
            ("test_simple.json", "\n{\n", 2, "not valid JSON"),
            ("entities.txt", b"m.01\n\xff\n".decode("latin-1") + "a\x00b\n", 3, "NUL"),
        ],
    )
    def test_malformed_lines_are_named(
        self, tmp_path: Path, name: str, content: object, line: int, reason: str
    ) -> None:
        with pytest.raises(RecordError, match=reason) as caught:
            run(tmp_path, self.files() | {name: content})
        assert (Path(caught.value.path).name, caught.value.line) == (name, line)

    def test_missing_files_are_named(self, tmp_path: Path) -> None:
        files = self.files()
        del files["relations.txt"]
        with pytest.raises(InputError, match=r"the relations not found: looked for .*relations\.txt"):
            run(tmp_path, files)
        with pytest.raises(InputError, match="is not valid JSON"):
            run(tmp_path, self.files() | {"entities_names.json": "{"})


def rog(number: int, graph: object, **more: object) -> dict[str, Any]:
    return {
        "id": f"WebQTrn-{number}",
        "question": "who is ann lee married to",
        "answer": ["Bo"],
        "q_entity": ["Ann Lee"],
        "a_entity": ["Bo"],
        "graph": graph,
        "choices": [],
    } | more


class TestRog:
    MARRIED = (["Ann Lee", "people.person.spouse_s", "g.cvt1"], ["g.cvt1", "people.marriage.spouse", "Bo"])
    EXPECTED: tuple[dict[str, str], set[Fact]] = (
        {},
        {Fact(s, r, o) for s, r, o in (*MARRIED, ["Bo", "people.person.date_of_birth", "1980-05-01"])},
    )
    ROWS: tuple[dict[str, Any], ...] = (
        rog(1, [*MARRIED, ["Ann Lee", "", "x"]]),
        rog(2, [*MARRIED, ["Bo", " people.person.date_of_birth", "1980-05-01"]], answer=["1980-05-01", "never"]),
    )

    def test_json_lines(self, tmp_path: Path) -> None:
        report, out = run(tmp_path, {"train.jsonl": [self.ROWS[0]], "data/validation.json": [self.ROWS[1]]}, "cwq")
        assert graph(out) == self.EXPECTED
        assert (report.questions, report.entities, report.layout) == ({"train": 1, "dev": 1}, 4, "cwq")
        assert read_questions(out / "questions.dev.jsonl") == [
            Question("WebQTrn-2", "who is ann lee married to", ("1980-05-01", "never"), ("Ann Lee",))
        ]
        assert [(u.what, u.name) for u in report.unmapped] == [("answer", "never")]
        assert report.notes == (
            "1 facts have an empty part: left out",
            "1 questions have answers that none of the published parts of the graph has",
        )

    def test_parquet(self, tmp_path: Path) -> None:
        pyarrow = pytest.importorskip("pyarrow")
        from pyarrow import parquet

        (tmp_path / "source" / "data").mkdir(parents=True)
        for i, row in enumerate(self.ROWS):
            path = tmp_path / "source" / "data" / f"train-0000{i}-of-00002-d810a36ed97bc2a9.parquet"
            parquet.write_table(pyarrow.Table.from_pylist([row]), path)
        report, out = run(tmp_path, {})
        assert graph(out) == self.EXPECTED
        assert [q.id for q in read_questions(out / "questions.train.jsonl")] == ["WebQTrn-1", "WebQTrn-2"]
        assert report.questions == {"train": 2}
        path.write_bytes(b"no such thing")
        with pytest.raises(InputError, match=r"parquet cannot be read as Parquet"):
            run(tmp_path, {})

    def test_parquet_without_what_reads_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        real = builtins.__import__

        def without_pyarrow(name: str, *args: Any, **kwargs: Any) -> Any:
            if name.partition(".")[0] == "pyarrow":
                raise ImportError(name)
            return real(name, *args, **kwargs)

        monkeypatch.setattr(builtins, "__import__", without_pyarrow)
        with pytest.raises(InputError, match=r"train-0\.parquet is a Parquet file.*kgqa\[parquet\].*train\.jsonl"):
            run(tmp_path, {"data/train-0.parquet": ""})

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            (rog(1, [["a", "r"]]), "is no fact"),
            (rog(1, [["a", "r", 3]]), "is no fact"),
            (rog(1, "x"), "'graph' is missing or is no list"),
            (rog(1, [["a", "r", "b\x00"]]), "NUL"),
            (rog(1, [["a", "rdf:type", "b"]]), "reserved"),
            (rog(1, [], answer=[3]), "'answer' must hold strings, not 3"),
        ],
    )
    def test_malformed_lines_are_named(self, tmp_path: Path, row: dict[str, Any], reason: str) -> None:
        with pytest.raises(RecordError, match=reason) as caught:
            run(tmp_path, {"test.jsonl": [rog(0, []), row]})
        assert (Path(caught.value.path).name, caught.value.line) == ("test.jsonl", 2)


NAMES = st.sampled_from(["a", "b", "c", "d"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.tuples(NAMES, NAMES, NAMES), max_size=6), max_size=6), st.sampled_from([0, 3, 1000]))
def test_a_union_is_the_set_of_all(graphs: list[list[tuple[str, str, str]]], buffer: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(union, "_BUFFER", buffer or 1)
        patch.setattr(union, "_CHUNK", 2)
        facts = FactUnion()
        for triples in graphs:
            ids = [(facts.entity(s), facts.relation(r), facts.entity(o)) for s, r, o in triples]
            facts.add(np.array(ids, dtype=np.int64).reshape(-1, 3))
        expected = {Fact(*triple) for triples in graphs for triple in triples}
        assert len(facts) == len(expected)
        assert set(facts) == expected
        assert [f.subject for f in facts] == [f.subject for f in sorted(facts, key=lambda f: facts.entity(f.subject))]
        assert facts.connected() == {key for fact in expected for key in (fact.subject, str(fact.object))}


def test_the_greatest_numbers_still_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = FactUnion()
    most = (2**24 - 1, 2**15 - 1, 2**24 - 1)
    facts.add(np.array([most], dtype=np.int64))
    monkeypatch.setattr(facts._entities, "names", {most[0]: "e"})
    monkeypatch.setattr(facts._relations, "names", {most[1]: "r"})
    assert list(facts) == [Fact("e", "r", "e")]


def test_too_many_names_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(union, "_ENTITY_BITS", 1)
    facts = FactUnion()
    assert [facts.entity(name) for name in "aab"] == [0, 0, 1]
    with pytest.raises(InputError, match="more than 2 entities"):
        facts.entity("c")
