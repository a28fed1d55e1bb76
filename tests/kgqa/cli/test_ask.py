"""``kgqa ask``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kgqa.cli.explain import SHOWN, print_answer
from kgqa.cli.output import Output
from tests.kgqa.films import Films
from tests.kgqa.program import Run


class TestAnswers:
    def test_for_people(self, kgqa: Run, where: list[str]) -> None:
        done = kgqa("ask", "who directed Gladiator?", *where)
        assert done.code == 0
        assert "Ridley Scott" in done.out
        assert "1 answer, confidence " in done.out
        assert "proved" not in done.out

    def test_explained(self, kgqa: Run, where: list[str]) -> None:
        done = kgqa("ask", "who directed Gladiator?", *where, "--explain")
        assert "“Gladiator” was read as Gladiator (film) with the key Gladiator (2000), probability" in done.out
        assert "from object to subject" in done.out
        assert "Ridley Scott ─ directed → Gladiator" in done.out

    def test_rivals_of_an_ambiguous_name(self, kgqa: Run, where: list[str]) -> None:
        done = kgqa("ask", "who starred in Titanic?", *where, "--explain")
        assert "or could be" in done.out
        assert "Titanic (1953)" in done.out
        assert "Titanic (1997)" in done.out

    def test_json_is_the_answer_with_its_proof(self, kgqa: Run, where: list[str]) -> None:
        answer = kgqa("ask", "who directed Gladiator?", *where, "--json").json
        assert [a["key"] for a in answer["answers"]] == ["Ridley Scott"]
        assert not answer["abstained"]
        assert 0 < answer["confidence"] <= 1
        assert answer["mentions"][0]["meaning"]["key"] == "Gladiator (2000)"
        assert answer["program"]["form"] == "Path"
        assert answer["reading"].startswith("Gladiator → ")
        (branch,) = answer["branches"]
        (hop,) = branch["hops"]
        assert (hop["relation"], hop["direction"]) == ("directed", "in")
        (fact,) = answer["evidence"][0]["facts"]
        assert (fact["subject"], fact["relation"], fact["object"]) == ("Ridley Scott", "directed", "Gladiator (2000)")

    def test_settings_by_environment_and_by_file(
        self, kgqa: Run, films: Films, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Path("kgqa.toml").write_text(f'graph = "{films.graph}"\nmodel = "elsewhere"\n')
        monkeypatch.setenv("KGQA_MODEL", str(films.model))
        assert "Ridley Scott" in kgqa("ask", "who directed Gladiator?").out

    def test_lines_of_standard_input(self, kgqa: Run, where: list[str]) -> None:
        lines = ["who directed Gladiator?", "", "x" * 10_000, "who directed Heat?"]
        done = kgqa("ask", "-", *where, "--json", stdin="\n".join(lines))
        first, second, third = map(json.loads, done.out.splitlines())
        assert first["answers"][0]["key"] == "Ridley Scott"
        assert second["type"] == "InputError"
        assert third["answers"][0]["key"] == "Michael Mann"
        assert done.code == 1

    def test_long_sets_say_how_many_are_not_shown(self, films: Films, capsys: pytest.CaptureFixture[str]) -> None:
        with films.open() as qa:
            answer = qa.ask("who directed Gladiator?")
            many = qa.ask("what is the shoe size of Uma Thurman?", abstain_below=0.0)
            print_answer(Output(as_json=False), answer, explain=True, limit=0)
            assert "… and 1 more (--all shows all)" in capsys.readouterr().out
            print_answer(Output(as_json=False), many, explain=False, limit=None)
            shown = capsys.readouterr().out
            assert all(a.name in shown for a in many.answers)
            assert "more" not in shown
        assert SHOWN == 20


class TestBadQuestions:
    @pytest.mark.parametrize("question", ["", "   ", "?!", "🎬🍿", "qwertyuiop zxcvbnm"])
    def test_what_names_nothing_is_not_answered(self, kgqa: Run, where: list[str], question: str) -> None:
        answer = kgqa("ask", question, *where, "--json").json
        assert answer["abstained"]
        assert answer["reason"]
        assert answer["answers"] == []

    def test_emoji_beside_a_name(self, kgqa: Run, where: list[str]) -> None:
        done = kgqa("ask", "who directed Gladiator? 🎬", *where, "--json")
        assert done.code == 0
        assert done.json["mentions"][0]["text"] == "Gladiator"

    def test_one_that_is_too_long(self, kgqa: Run, where: list[str]) -> None:
        done = kgqa("ask", "x" * 10_000, *where)
        assert done.code == 1
        assert done.err.startswith("Error: the question has 10,000 characters")
        assert kgqa("ask", "x" * 10_000, *where, "--json").json["type"] == "InputError"

    def test_no_answer_in_the_graph(self, kgqa: Run, where: list[str]) -> None:
        done = kgqa("ask", "what is the shoe size of Sigourney Weaver?", *where)
        assert done.code == 0
        assert done.out.startswith("No answer: ")

    def test_marks_in_the_text_are_no_styles(self, kgqa: Run, where: list[str]) -> None:
        assert kgqa("ask", "[bold]who[/] directed [/Gladiator]?", *where, "--explain").code == 0


class TestWithoutAModel:
    def test_readings_are_shown_and_picked(self, kgqa: Run, films: Films) -> None:
        where = ["--graph", str(films.graph)]
        done = kgqa("ask", "who directed Heat?", *where, "--explain")
        assert done.code == 0
        assert "Michael Mann" in done.out
        assert "--pick" in done.out
        readings = kgqa("ask", "who directed Heat?", *where, "--json").json["readings"]
        second = kgqa("ask", "who directed Heat?", *where, "--json", "--pick", "2").json
        assert second["program"] == readings[1]["program"] != readings[0]["program"]

    def test_the_likeliest_reading_can_be_picked_where_no_answer_is_given(self, kgqa: Run, films: Films) -> None:
        where = ["--graph", str(films.graph), "--json"]
        assert kgqa("ask", "how tall is Al Pacino?", *where).json["abstained"]
        picked = kgqa("ask", "how tall is Al Pacino?", *where, "--pick", "1").json
        assert picked["answers"]
        assert picked["program"] == picked["readings"][0]["program"]

    def test_a_reading_that_there_is_not(self, kgqa: Run, films: Films) -> None:
        done = kgqa("ask", "who directed Heat?", "--graph", str(films.graph), "--pick", "999")
        assert done.code == 0
        assert "there are only" in done.out

    def test_a_model_has_one_reading(self, kgqa: Run, where: list[str]) -> None:
        done = kgqa("ask", "who directed Heat?", *where, "--pick", "2")
        assert done.code == 1
        assert "follows paths alone" in done.err


class TestWhatIsMissing:
    def test_no_graph_is_named(self, kgqa: Run, films: Films) -> None:
        done = kgqa("ask", "who?", "--model", films.model)
        assert done.code == 1
        assert "no graph is named" in done.err
        assert "KGQA_GRAPH" in done.err

    def test_there_is_no_such_graph(self, kgqa: Run, films: Films, tmp_path: Path) -> None:
        done = kgqa("ask", "who?", "--graph", tmp_path / "none.db", "--model", films.model)
        assert done.code == 1
        assert "there is no graph at" in done.err
        assert not (tmp_path / "none.db").exists()

    def test_there_is_no_such_model(self, kgqa: Run, films: Films, tmp_path: Path) -> None:
        done = kgqa("ask", "who?", "--graph", films.graph, "--model", tmp_path / "none")
        assert done.code == 1
        assert "there is no model in" in done.err

    def test_a_setting_that_is_none(self, kgqa: Run, where: list[str]) -> None:
        Path("kgqa.toml").write_text('speed = "high"\n')
        done = kgqa("ask", "who?", *where)
        assert done.code == 1
        assert "speed" in done.err

    def test_the_index_is_missing(self, kgqa: Run, films: Films, tmp_path: Path) -> None:
        copy = films.copy(tmp_path / "copy")
        for file in (copy.folder / "films.db.kgqa" / "index").iterdir():
            file.unlink()
        done = kgqa("ask", "who directed Heat?", "--graph", copy.graph, "--model", copy.model)
        assert done.code == 1
        assert "kgqa index --graph" in done.err
        assert kgqa("index", "--graph", copy.graph).code == 0
        assert "Michael Mann" in kgqa("ask", "who directed Heat?", "--graph", copy.graph, "--model", copy.model).out

    def test_the_index_is_damaged(self, kgqa: Run, films: Films, tmp_path: Path) -> None:
        copy = films.copy(tmp_path / "copy")
        for file in (copy.folder / "films.db.kgqa" / "index").iterdir():
            if file.name != "writer.lock":
                file.write_bytes(b"damaged")
        done = kgqa("ask", "who directed Heat?", "--graph", copy.graph, "--model", copy.model)
        assert done.code == 1
        assert "kgqa index --rebuild" in done.err
        assert kgqa("index", "--graph", copy.graph, "--rebuild").code == 0
        assert "Michael Mann" in kgqa("ask", "who directed Heat?", "--graph", copy.graph, "--model", copy.model).out

    def test_the_model_is_damaged(self, kgqa: Run, films: Films, tmp_path: Path) -> None:
        copy = films.copy(tmp_path / "copy")
        (copy.model / "model.safetensors").write_bytes(b"damaged")
        done = kgqa("ask", "who?", "--graph", copy.graph, "--model", copy.model, "--json")
        assert done.code == 1
        assert done.json["type"] == "ModelCorruptError"

    def test_the_model_is_for_another_graph(self, kgqa: Run, films: Films, tmp_path: Path) -> None:
        (tmp_path / "f.tsv").write_text("Paris\tcapital of\tFrance\n")
        kgqa("sync", tmp_path / "f.tsv", "--graph", tmp_path / "g.db")
        done = kgqa("ask", "who?", "--graph", tmp_path / "g.db", "--model", films.model)
        assert done.code == 1
        assert "trained for another graph" in done.err
