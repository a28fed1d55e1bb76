"""``kgqa sync``, ``kgqa index`` and ``kgqa convert``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.kgqa.films import Films
from tests.kgqa.program import Run


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "facts.tsv"
    path.write_text("Ridley Scott\tdirected\tAlien\nJames Cameron\tdirected\tAliens\n")
    return path


class TestSync:
    def test_what_was_done_and_what_comes_next(self, kgqa: Run, facts: Path, tmp_path: Path) -> None:
        done = kgqa("sync", facts, "--graph", tmp_path / "g.db")
        assert done.code == 0
        assert "synced 2 rows" in done.out
        assert "Next: kgqa train" in done.out
        assert kgqa("sync", facts, "--graph", tmp_path / "g.db", "--json").json["unchanged"] == 2

    def test_rejected_rows_are_named_and_the_others_applied(self, kgqa: Run, facts: Path, tmp_path: Path) -> None:
        with facts.open("a") as file:
            file.write("only two\tfields\nTitanic\t\tRomance\nHeat\tgenre\tcrime\n")
        done = kgqa("sync", facts, "--graph", tmp_path / "g.db", "--rejects", tmp_path / "rejects.jsonl")
        assert done.code == 1
        assert f"{facts}:3: " in done.out
        assert f"{facts}:4: " in done.out
        rejects = [json.loads(line) for line in (tmp_path / "rejects.jsonl").read_text().splitlines()]
        assert [r["line"] for r in rejects] == [3, 4]
        report = kgqa("sync", facts, "--graph", tmp_path / "g.db", "--json")
        assert report.code == 1
        assert report.json["unchanged"] == 3
        assert report.json["rejected"] == 2

    def test_dry_run_changes_nothing(self, kgqa: Run, facts: Path, tmp_path: Path) -> None:
        assert kgqa("sync", facts, "--graph", tmp_path / "g.db", "--dry-run", "--json").json["added"] == 2
        assert kgqa("sync", facts, "--graph", tmp_path / "g.db", "--json").json["added"] == 2

    def test_delete_mirrors_the_file(self, kgqa: Run, facts: Path, tmp_path: Path) -> None:
        kgqa("sync", facts, "--graph", tmp_path / "g.db")
        facts.write_text("Ridley Scott\tdirected\tAlien\n")
        assert kgqa("sync", facts, "--graph", tmp_path / "g.db", "--json").json["deleted"] == 0
        assert kgqa("sync", facts, "--graph", tmp_path / "g.db", "--delete", "--json").json["facts"]["deleted"] == 1

    def test_new_facts_are_answerable_at_once(self, kgqa: Run, films: Films, tmp_path: Path) -> None:
        copy = films.copy(tmp_path / "copy")
        new = tmp_path / "new.jsonl"
        rows = [
            {"entity": "film/new", "name": "The Glass Harbour", "types": ["film"]},
            {"subject": "Sofia Coppola", "relation": "directed", "object": "film/new"},
        ]
        new.write_text("".join(json.dumps(row) + "\n" for row in rows))
        assert kgqa("sync", new, "--graph", copy.graph).code == 0
        asked = kgqa("ask", "who directed The Glass Harbour?", "--graph", copy.graph, "--model", copy.model, "--json")
        assert [a["key"] for a in asked.json["answers"]] == ["Sofia Coppola"]

    def test_a_file_that_is_missing(self, kgqa: Run, tmp_path: Path) -> None:
        done = kgqa("sync", tmp_path / "none.tsv", "--graph", tmp_path / "g.db")
        assert done.code == 1
        assert "none.tsv is not a file" in done.err

    def test_a_delimiter_that_is_none(self, kgqa: Run, facts: Path, tmp_path: Path) -> None:
        done = kgqa("sync", facts, "--graph", tmp_path / "g.db", "--delimiter", "ab")
        assert done.code == 1
        assert "one character" in done.err

    def test_a_graph_that_is_no_graph(self, kgqa: Run, facts: Path) -> None:
        done = kgqa("sync", facts, "--graph", facts)
        assert done.code == 1
        assert done.err.startswith("Error: ")
        assert facts.read_text().startswith("Ridley Scott")

    def test_a_url_of_an_unknown_kind(self, kgqa: Run, facts: Path) -> None:
        done = kgqa("sync", facts, "--graph", "gopher://x", "--json")
        assert done.code == 1
        assert done.json["type"] == "SettingsError"


class TestIndex:
    def test_it_is_brought_up_to_date_or_made_anew(self, kgqa: Run, films: Films, tmp_path: Path) -> None:
        copy = films.copy(tmp_path / "copy")
        again = kgqa("index", "--graph", copy.graph, "--json").json
        assert again["entities"] == 0
        anew = kgqa("index", "--graph", copy.graph, "--rebuild", "--json").json
        assert anew["surfaces"] == anew["surfaces_added"] == again["surfaces"] > 50
        assert "is indexed" in kgqa("index", "--graph", copy.graph).out

    def test_there_must_be_a_graph(self, kgqa: Run, tmp_path: Path) -> None:
        done = kgqa("index", "--graph", tmp_path / "none.db")
        assert done.code == 1
        assert not (tmp_path / "none.db").exists()


class TestConvert:
    @pytest.fixture
    def metaqa(self, tmp_path: Path) -> Path:
        source = tmp_path / "MetaQA"
        (source / "1-hop" / "vanilla").mkdir(parents=True)
        (source / "kb.txt").write_text("Alien|directed_by|Ridley Scott\nAlien|release_year|1979\n")
        for split in ("train", "dev", "test"):
            path = source / "1-hop" / "vanilla" / f"qa_{split}.txt"
            path.write_text("who directed [Alien]\tRidley Scott\nwho wrote [Alien]\tDan O'Bannon\n")
        return source

    def test_it_says_what_it_wrote_and_what_comes_next(self, kgqa: Run, metaqa: Path, tmp_path: Path) -> None:
        done = kgqa("convert", "metaqa", metaqa, tmp_path / "out")
        assert done.code == 0
        assert (tmp_path / "out" / "facts.jsonl").exists()
        assert f"kgqa sync {tmp_path}/out/facts.jsonl" in done.out
        assert f"kgqa train {tmp_path}/out/questions" in done.out
        report = kgqa("convert", "metaqa", metaqa, tmp_path / "out", "--json").json
        assert report["facts"] == 2
        assert kgqa("sync", tmp_path / "out" / "facts.jsonl", "--graph", tmp_path / "g.db").code == 0

    def test_a_malformed_line_is_named(self, kgqa: Run, metaqa: Path, tmp_path: Path) -> None:
        (metaqa / "kb.txt").write_text("Alien|directed_by\n")
        done = kgqa("convert", "metaqa", metaqa, tmp_path / "out")
        assert done.code == 1
        assert "kb.txt:1: " in done.err

    def test_a_folder_that_is_missing(self, kgqa: Run, tmp_path: Path) -> None:
        done = kgqa("convert", "metaqa", tmp_path / "none", tmp_path / "out", "--json")
        assert done.code == 1
        assert done.json["type"] == "InputError"
