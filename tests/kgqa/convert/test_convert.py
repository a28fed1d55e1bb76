"""Every layout, from small files written in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from graphdb import Entity, Fact, Literal
from graphdb.errors import InputError, RecordError
from graphdb.readers import UpsertEntity, UpsertFact, read_records
from kgqa.convert import LAYOUTS, ConvertReport, convert
from kgqa.convert.paths import fold_inverses, natural, split_names
from kgqa.convert.wikimovies import normalise
from kgqa.questions import Question, read_questions


def run(layout: str, folder: Path, files: Mapping[str, str]) -> tuple[ConvertReport, Path]:
    source, out = folder / "source", folder / "out"
    for name, text in files.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text, encoding="utf-8")
    return convert(layout, source, out), out


def graph(out: Path) -> tuple[dict[str, Entity], list[Fact]]:
    records = list(read_records(out / "facts.jsonl"))
    entities = {r.entity.key: r.entity for r in records if isinstance(r, UpsertEntity)}
    return entities, [r.fact for r in records if isinstance(r, UpsertFact)]


KB = "Blue Moon|directed_by|Ann Lee\nBlue Moon|release_year|1999\nBlue Moon|directed_by|Ann Lee\n"


class TestMetaQA:
    def test_facts_questions_and_topics(self, tmp_path: Path) -> None:
        report, out = run(
            "metaqa",
            tmp_path,
            {
                "kb.txt": KB,
                "1-hop/qa_dev.txt": "who directed [Blue Moon]\tAnn Lee\n",
                "2-hop/qa_dev.txt": "when were films by the director of [Blue Moon] out\t1999|2001\n",
                "2-hop/qa_dev_qtype.txt": "movie_to_director_to_year\n",
            },
        )
        assert graph(out) == (
            {},
            [Fact("Blue Moon", "directed_by", "Ann Lee"), Fact("Blue Moon", "release_year", "1999")],
        )
        assert read_questions(out / "questions.dev.jsonl") == [
            Question("1-hop/dev/1", "who directed Blue Moon", ("Ann Lee",), ("Blue Moon",), "1-hop"),
            Question(
                "2-hop/dev/1",
                "when were films by the director of Blue Moon out",
                ("1999", "2001"),
                ("Blue Moon",),
                "2-hop",
            ),
        ]
        assert (report.entities, report.facts, report.questions) == (3, 2, {"dev": 2})
        assert report.groups == {"1-hop": 1, "2-hop": 1}
        assert [(u.line, u.what, u.name) for u in report.unmapped] == [(1, "answer", "2001")]
        assert json.loads(json.dumps(report.to_dict()))["unmapped"][0]["name"] == "2001"

    def test_the_folders_of_the_full_distribution(self, tmp_path: Path) -> None:
        line = "who directed [Blue Moon]\tAnn Lee\n"
        report, out = run(
            "metaqa",
            tmp_path,
            {"kb.txt": KB, "1-hop/vanilla/qa_train.txt": line * 2, "1-hop/ntm/qa_train.txt": line},
        )
        assert report.questions == {"train": 2, "ntm.train": 1}
        assert read_questions(out / "questions.ntm.train.jsonl")[0].id == "1-hop/ntm.train/1"

    @pytest.mark.parametrize(
        ("files", "place", "reason"),
        [
            ({"kb.txt": "a|b|c\na|b\n", "1-hop/qa_dev.txt": "q\ta\n"}, ("kb.txt", 2), "2 fields instead of 3"),
            ({"kb.txt": "a|b|c\na||c\n", "1-hop/qa_dev.txt": "q\ta\n"}, ("kb.txt", 2), "the relation is empty"),
            ({"kb.txt": KB, "1-hop/qa_dev.txt": "who\n"}, ("qa_dev.txt", 1), "1 fields instead of 2"),
        ],
    )
    def test_malformed_lines_are_named(
        self, tmp_path: Path, files: Mapping[str, str], place: tuple[str, int], reason: str
    ) -> None:
        with pytest.raises(RecordError, match=reason) as caught:
            run("metaqa", tmp_path, files)
        assert (Path(caught.value.path).name, caught.value.line) == place

    def test_missing_files_are_named(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"kb\.txt"):
            run("metaqa", tmp_path, {"1-hop/qa_dev.txt": "q\ta\n"})
        with pytest.raises(InputError, match="no questions found"):
            run("metaqa", tmp_path / "other", {"kb.txt": KB})


class TestWikiMovies:
    FACTS = (
        "Blue Moon!|starred_actors|Ann O'Lee\nBlue Moon!|starred_actors|Bo\nBlue Moon!|has_tags|ann olee\n"
        "Dusk|starred_actors|bo\nDusk|has_tags|x\nDawn|starred_actors|Cy\nDawn|has_tags|cy\n"
    )

    def test_answers_are_told_apart_by_the_question(self, tmp_path: Path) -> None:
        report, out = run(
            "wikimovies",
            tmp_path,
            {
                "kb.txt": self.FACTS,
                "wiki-entities_qa_dev.txt": (
                    "who acted in blue moon!\tann olee|bo\nwho acted in dusk\tbo\nwho was in dawn\tcy\nwho\tnobody\n"
                ),
            },
        )
        assert [q.answers for q in read_questions(out / "questions.dev.jsonl")] == [
            ("Ann O'Lee", "Bo"),  # the actor, not the tag: only then do both answers have one relation
            ("bo",),
            ("Cy", "cy"),  # both fit
            ("nobody",),
        ]
        assert [(u.line, u.name) for u in report.unmapped] == [(4, "nobody")]
        assert any(note.startswith("1 answers stand for several keys, all") for note in report.notes)

    def test_the_facts_may_lie_beside_or_be_given(self, tmp_path: Path) -> None:
        questions = tmp_path / "wikimovies" / "wiki-entities_qa_test.txt"
        questions.parent.mkdir()
        questions.write_text("who acted in dusk\tbo\n", encoding="utf-8")
        with pytest.raises(InputError, match="the facts of MetaQA not found"):
            convert("wikimovies", questions.parent, tmp_path / "out")
        (tmp_path / "metaqa").mkdir()
        (tmp_path / "metaqa" / "kb.txt").write_text(self.FACTS, encoding="utf-8")
        assert convert("wikimovies", questions.parent, tmp_path / "out").questions == {"test": 1}
        given = (tmp_path / "metaqa" / "kb.txt").rename(tmp_path / "facts.txt")
        assert convert("wikimovies", questions.parent, tmp_path / "out", kb=given).facts == 7

    @pytest.mark.parametrize(
        ("name", "normalised"), [("Ann O'Lee", "ann olee"), ("Amélie  2.0: No?", "amelie 20 no"), ("Hi-Lo!", "hi-lo!")]
    )
    def test_normalised_names(self, name: str, normalised: str) -> None:
        assert normalise(name) == normalised


class TestPaths:
    WC = (
        "Al_KEY\tplays_in_club\tFC_A\nFC_A\tplays_in_club_inverse\tAl_KEY\nItaly\tplays_for_country_inverse\tAl_KEY\n"
        "Al_KEY\twears_number\t11\n"
    )

    def test_wc2014(self, tmp_path: Path) -> None:
        conjunction = (
            "FC_A#plays_in_club_inverse#Al_KEY#<end>#Al_KEY*Italy#plays_for_country_inverse#Al_KEY#<end>#Al_KEY"
        )
        report, out = run(
            "wc2014",
            tmp_path,
            {
                "WC2014.txt": self.WC,
                "WC-P1.txt": "what number does Al_KEY wear ?\t11\tAl_KEY#wears_number#11#<end>#11\t11/\n" * 2,
                "WC-C.txt": f"which player in FC_A is from Italy ?\tAl_KEY\t{conjunction}\tAl_KEY/Bo/\n",
            },
        )
        entities, facts = graph(out)
        assert {key: entity.name for key, entity in entities.items()} == {"Al_KEY": "Al KEY", "FC_A": "FC A"}
        assert facts == [
            Fact("Al_KEY", "plays_in_club", "FC_A"),
            Fact("Al_KEY", "plays_for_country", "Italy"),
            Fact("Al_KEY", "wears_number", Literal(11)),
        ]
        assert read_questions(out / "questions.jsonl") == [
            Question("P1/1", "what number does Al KEY wear?", (11,), ("Al_KEY",), "P1"),
            Question("P1/2", "what number does Al KEY wear?", (11,), ("Al_KEY",), "P1"),
            Question("C/1", "which player in FC A is from Italy?", ("Al_KEY", "Bo"), ("FC_A", "Italy"), "C"),
        ]
        assert [(u.line, u.what, u.name) for u in report.unmapped] == [(1, "answer", "Bo")]
        assert [note.split()[0] for note in report.notes] == ["1", "1"]  # other answers than the path's; repeated

    def test_pathquestion(self, tmp_path: Path) -> None:
        report, out = run(
            "pathquestion",
            tmp_path,
            {
                "2H-kb.txt": "ann_lee\tparents\tbo\nbo\t\tgender\tm\n",
                "PQ-2H.txt": "what is ann_lee 's dad 's  sex ?\tm(m/)\tann_lee#parents#bo#gender#m#<end>#m\n",
            },
        )
        assert read_questions(out / "questions.jsonl") == [
            Question("2H/1", "what is ann lee's dad's sex?", ("m",), ("ann_lee",), "2H")
        ]
        assert (report.entities, report.facts, report.notes[0][0]) == (3, 2, "0")

    def test_the_large_pathquestion_and_slashes_in_names(self, tmp_path: Path) -> None:
        _, out = run(
            "pathquestion-large",
            tmp_path,
            {
                "PQL3-KB.txt": "A\tr\tB\nB\tr\tC\nC\tr\tAC/DC_(band)\nC\tr\tE\n",
                "PQL-3H.txt": " what is r of r of A 's r ?\tE(AC/DC_(band)/E/)\tA#r#B#r#C#r#E\n",
            },
        )
        assert read_questions(out / "questions.jsonl")[0].answers == ("AC/DC_(band)", "E")

    def test_answers_in_another_form_are_named(self, tmp_path: Path) -> None:
        with pytest.raises(RecordError, match=r"must read 'C\(…/…/\)'"):
            run("pathquestion", tmp_path, {"2H-kb.txt": "A\tr\tC\n", "PQ-2H.txt": "q ?\tC/D\tA#r#C\n"})

    def test_inverses_are_folded(self) -> None:
        triples = [("a", "r_inverse", "b"), ("b", "r", "a"), ("c", "r_inverse", "d")]
        assert fold_inverses(triples) == [("b", "r", "a"), ("d", "r", "c")]

    def test_helpers(self) -> None:
        assert split_names("a/b/c/", {"a/b", "a"}) == ("a/b", "c")
        assert natural(" who is ann_lee 's  boss ?") == "who is ann lee's boss?"


class TestGeoQuery:
    NAMES = (
        "city/ash/ohio\tcity\tash\ncity/ash/iowa\tcity\tash\nstate/ohio\tstate\tohio\nstate/iowa\tstate\tiowa\n"
        "river/ohio\triver\tohio\n"
    )
    TRIPLES = (
        "city/ash/ohio\tin_state\tstate/ohio\ncity/ash/iowa\tin_state\tstate/iowa\nstate/iowa\tarea\t12.0\n"
        "state/ohio\tcapital\tcity/ash/ohio\n"
    )

    @staticmethod
    def line(sql: str, *answers: str, kind: str = "follow", **variables: str) -> str:
        record = {"question": "q", "answers": answers, "kind": kind, "variables": variables, "sql": sql}
        return json.dumps(record | {"question_split": "train"}) + "\n"

    def test_types_tell_names_apart(self, tmp_path: Path) -> None:
        lines = [
            self.line("SELECT CITYalias0.CITY_NAME FROM CITY", "ash", state_name0="iowa"),
            self.line("SELECT DISTINCT STATEalias0.CAPITAL FROM STATE", "ash"),
            self.line("SELECT RIVERalias0.RIVER_NAME FROM RIVER", "ohio", state_name0="ohio"),
            self.line("SELECT CITYalias0.CITY_NAME FROM CITY", "ash"),
            self.line("SELECT COUNT( CITYalias0.CITY_NAME ) FROM CITY", "2", kind="agg"),
            self.line("SELECT CITYalias0.STATE_NAME FROM CITY", "utah", city_name0="ash", state_name0="ohio"),
            self.line("SELECT CITYalias0.POPULATION FROM CITY", state_name0="dc"),
        ]
        report, out = run(
            "geoquery",
            tmp_path,
            {"names.tsv": self.NAMES, "triples.tsv": self.TRIPLES, "questions.jsonl": "".join(lines)},
        )
        questions = read_questions(out / "questions.train.jsonl")
        assert [q.answers for q in questions] == [
            ("city/ash/iowa",),
            ("city/ash/ohio",),
            ("river/ohio",),
            ("city/ash/iowa", "city/ash/ohio"),
            (2,),
            ("utah",),
            (),
        ]
        assert questions[2].topic == ("state/ohio",)
        assert questions[5].topic == ("city/ash/ohio", "state/ohio")
        assert [(u.line, u.what, u.name) for u in report.unmapped] == [(6, "answer", "utah"), (7, "topic", "dc")]
        assert report.groups == {"agg": 1, "follow": 6}
        entities, facts = graph(out)
        assert entities["city/ash/ohio"] == Entity("city/ash/ohio", "ash", types=("city",))
        assert Fact("state/iowa", "area", Literal(12)) in facts

    @pytest.mark.parametrize(
        ("name", "text", "reason"),
        [
            ("triples.tsv", "city/elm\tin_state\tstate/ohio\n", "the subject 'city/elm' is not in"),
            ("triples.tsv", "state/ohio\tcapital\tcity/elm\n", "neither in names.tsv nor a number"),
            ("questions.jsonl", "{}\n", "'question' is missing"),
            ("questions.jsonl", "{\n", "not valid JSON"),
        ],
    )
    def test_malformed_lines_are_named(self, tmp_path: Path, name: str, text: str, reason: str) -> None:
        files = {"names.tsv": self.NAMES, "triples.tsv": self.TRIPLES, "questions.jsonl": ""} | {name: text}
        with pytest.raises(RecordError, match=reason) as caught:
            run("geoquery", tmp_path, files)
        assert (Path(caught.value.path).name, caught.value.line) == (name, 1)


def test_unknown_layouts_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unknown layout 'x': use one of cwq, geoquery, metaqa"):
        convert("x", tmp_path, tmp_path / "out")
    with pytest.raises(InputError, match="is no folder"):
        convert("metaqa", tmp_path / "nowhere", tmp_path / "out")
    with pytest.raises(InputError, match="is the data set itself"):
        convert("metaqa", tmp_path, tmp_path / "." / "")


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_an_empty_folder_is_refused_with_what_is_missing(tmp_path: Path, layout: str) -> None:
    with pytest.raises(InputError, match=r"not found|no questions found"):
        convert(layout, tmp_path, tmp_path / "out")
