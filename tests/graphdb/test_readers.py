"""Reading fact files, and writing them as JSONL."""

from __future__ import annotations

import gzip
import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphdb.errors import InputError, RecordError
from graphdb.readers import (
    DeleteEntity,
    DeleteFact,
    Record,
    Source,
    UpsertEntity,
    UpsertFact,
    format_record,
    open_records,
    read_records,
    write_facts_jsonl,
)
from graphdb.readers.jsonl import parse_record
from graphdb.readers.lines import MAX_LINE_BYTES
from graphdb.readers.records import NOWHERE
from graphdb.values import TYPE_RELATION, Entity, Fact, Literal


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def facts(path: Path, **options: str) -> list[tuple[str, str, object]]:
    records = read_records(path, strict=True, **options)
    return [record.fact.triple for record in records if isinstance(record, UpsertFact)]


def errors(path: Path, **options: str) -> list[tuple[int, str]]:
    found = list(read_records(path, **options))  # type: ignore[arg-type]
    assert all(isinstance(record, RecordError) and record.path == str(path) for record in found)
    return [(record.line, record.reason) for record in found if isinstance(record, RecordError)]


# --- tables -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.tsv", "Ali\tknows\tBo\nBo\tknows\tCy\n"),
        ("a.csv", "Ali,knows,Bo\nBo,knows,Cy\n"),
        ("a.csv", 'subject,relation,object\n"Ali",knows,Bo\n\nBo,knows,"Cy"'),
        ("a.tsv", "\ufeffSubject\tRelation\tObject\r\nAli\tknows\tBo\r\n   \r\nBo\tknows\tCy\r\n"),
        ("kb.txt", "Ali|knows|Bo\nBo|knows|Cy\n"),
        ("facts", "\n\nAli\tknows\tBo\nBo\tknows\tCy\n"),
        ("facts.dat", '{"subject": "Ali", "relation": "knows", "object": "Bo"}\n'
                      '{"subject": "Bo", "relation": "knows", "object": "Cy"}\n'),
    ],
)  # fmt: skip
def test_formats_by_extension_or_first_line(tmp_path: Path, name: str, content: str) -> None:
    assert facts(write(tmp_path, name, content)) == [("Ali", "knows", "Bo"), ("Bo", "knows", "Cy")]


def test_delimiter_and_format_options(tmp_path: Path) -> None:
    path = write(tmp_path, "kb.txt", "Hop, the film|has|a, b\n")
    assert facts(path, delimiter="|") == [("Hop, the film", "has", "a, b")]
    path = write(tmp_path, "export.txt", '"a;b";r;c\n')
    assert facts(path, delimiter=";", format="csv") == [("a;b", "r", "c")]


def test_gzip_by_extension(tmp_path: Path) -> None:
    assert facts(write(tmp_path, "a.tsv.gz", gzip.compress(b"a\tr\tb\n"))) == [("a", "r", "b")]


def test_damaged_gzip_names_the_line(tmp_path: Path) -> None:
    whole = gzip.compress("".join(f"a{i}\tr\tb{i * i}\n" for i in range(5000)).encode())
    path = write(tmp_path, "a.tsv.gz", whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"a\.tsv\.gz cannot be read beyond line \d+ .*complete"):
        list(read_records(path))
    with pytest.raises(InputError, match="cannot be read beyond line 0"):
        list(read_records(write(tmp_path, "b.tsv.gz", b"plain\ttext\there\n")))


def test_quotes_are_plain_text_except_in_csv(tmp_path: Path) -> None:
    assert facts(write(tmp_path, "a.tsv", '"Cats" live\tr\t5" disk\n')) == [('"Cats" live', "r", '5" disk')]
    assert facts(write(tmp_path, "a.csv", '"a ""b""",r,5" disk\n')) == [('a "b"', "r", '5" disk')]


def test_quoted_fields_across_lines_keep_line_numbers(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", 'a,r,"one\r\ntwo\nthree"\nb,r\nc,r,d\n')
    first, bad, last = read_records(path)
    assert isinstance(first, UpsertFact)
    assert first.fact.object == "one\ntwo\nthree"
    assert (first.origin.line, first.origin.text) == (1, 'a,r,"one\ntwo\nthree"')
    assert isinstance(bad, RecordError)
    assert (bad.line, bad.text) == (4, "b,r")
    assert isinstance(last, UpsertFact)
    assert str(last.origin) == f"{path}:5"


def test_a_quote_that_is_never_closed_costs_one_line(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", 'a,r,b\nc,r,"d\ne,r,f\n' + "g,r,h\n" * 3000)
    found = list(read_records(path))
    bad = [record for record in found if isinstance(record, RecordError)]
    assert [(record.line, record.text) for record in bad] == [(2, 'c,r,"d')]
    assert "quotes" in bad[0].reason
    assert len(found) == 3003
    assert [record.origin.line for record in found if not isinstance(record, RecordError)] == [1, *range(3, 3004)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("a\tr", "2 fields where 3 are expected: subject, relation and object, separated by '\\t'"),
        ("a", "1 field where 3"),
        ("a\tr\tb\tc", "4 fields"),
        ("\tr\tb", "a fact's subject must not be empty"),
        ("a\t\tb", "a fact's relation must not be empty"),
        ("a\tr\t", "a fact's object must not be empty"),
        ("a\tr\tb\x00", "NUL"),
        (f"a\t{TYPE_RELATION}\tb", "reserved"),
    ],
)
def test_malformed_rows_of_tables(tmp_path: Path, row: str, reason: str) -> None:
    ((line, found),) = errors(write(tmp_path, "a.tsv", f"\n{row}\n"))
    assert line == 2
    assert reason in found


def test_bad_utf8_is_an_error_of_its_line(tmp_path: Path) -> None:
    for name, delimiter in (("a.tsv", b"\t"), ("a.csv", b","), ("a.txt", b"|")):
        good, bad = delimiter.join((b"a", b"r", b"b")), delimiter.join((b"Z\xfcrich", b"r", b"b"))
        first, second, third = read_records(write(tmp_path, name, b"\n".join((good, bad, good))))
        assert isinstance(first, UpsertFact)
        assert isinstance(third, UpsertFact)
        assert isinstance(second, RecordError)
        assert second.line == 2
        assert "byte 2 of the line (0xfc) is not UTF-8" in second.reason
        assert second.text.startswith("Z\\xfcrich")


def test_bad_utf8_inside_a_quoted_row_and_everywhere(tmp_path: Path) -> None:
    ((line, reason),) = errors(write(tmp_path, "a.csv", b'a,r,"b\n\xff"\n'))
    assert line == 1
    assert "line 2 of this row" in reason
    assert [line for line, _ in errors(write(tmp_path, "a.txt", b"\xff\n\xfe\n"))] == [1, 2]


def test_an_endless_line_is_an_error_and_the_next_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, "a.tsv", b"x" * (2 * MAX_LINE_BYTES + 10) + b"\na\tr\tb\n")
    bad, good = read_records(path)
    assert isinstance(bad, RecordError)
    assert "longer than" in bad.reason
    assert len(bad.text) < 1000
    assert isinstance(good, UpsertFact)
    assert good.origin.line == 2


def test_strict_raises_the_first_error(tmp_path: Path) -> None:
    path = write(tmp_path, "a.tsv", "a\tr\tb\noops\n")
    with pytest.raises(RecordError, match=r"a\.tsv:2: 1 field"):
        list(read_records(path, strict=True))


@pytest.mark.parametrize("content", ["no delimiter at all\n", "a,b,c|d|e\n", "a|b\n"])
def test_a_layout_that_cannot_be_told(tmp_path: Path, content: str) -> None:
    with pytest.raises(InputError, match=r"a\.txt:1: the format cannot be told .*--delimiter"):
        list(read_records(write(tmp_path, "a.txt", content)))


def test_empty_and_blank_files_have_no_records(tmp_path: Path) -> None:
    for name in ("a.tsv", "a.csv", "a.jsonl", "a.txt"):
        assert list(read_records(write(tmp_path, name, ""))) == []
        assert list(read_records(write(tmp_path, name, "\n  \n"))) == []


def test_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"missing\.tsv cannot be read"):
        list(read_records(tmp_path / "missing.tsv"))
    with pytest.raises(InputError, match="delimiter '' cannot be used"):
        Source("a.txt", delimiter="")
    with pytest.raises(InputError, match="no delimiter: leave"):
        Source("a.jsonl", delimiter="|")
    with pytest.raises(InputError, match="no format 'xml': allowed are tsv, csv, jsonl"):
        list(read_records("a.txt", format="xml"))


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"a|r|b\n\na|r\n")))
    good, bad = read_records("-")
    assert isinstance(good, UpsertFact)
    assert isinstance(bad, RecordError)
    assert (bad.path, bad.line) == ("-", 3)


def test_the_digest_is_that_of_the_content(tmp_path: Path) -> None:
    digests = []
    for name, content in (("a.tsv", "a\tr\tb\n"), ("b.tsv", "a\tr\tb\n"), ("c.tsv", "a\tr\tc\n")):
        with open_records(Source(str(write(tmp_path, name, content)))) as records:
            list(records)
            digests.append(records.digest())
    assert digests[0] == digests[1] != digests[2]


# --- JSONL --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "record"),
    [
        ('{"subject":"a","relation":"r","object":"b"}', UpsertFact(Fact("a", "r", "b"))),
        ('{"op":"upsert","subject":"a","relation":"r","object":"b","properties":{"x":[1,2]}}',
         UpsertFact(Fact("a", "r", "b", {"x": (1, 2)}))),
        ('{"subject":"a","relation":"year","object":{"value":1999}}', UpsertFact(Fact("a", "year", Literal(1999)))),
        ('{"subject":"a","relation":"y","object":{"value":"2020-01-31","type":"date"}}',
         UpsertFact(Fact("a", "y", Literal(date(2020, 1, 31))))),
        ('{"subject":"a","relation":"y","object":{"value":"2020-01-31T10:00:00+00:00","type":"datetime"}}',
         UpsertFact(Fact("a", "y", Literal(datetime(2020, 1, 31, 10, tzinfo=UTC))))),
        ('{"op":"delete","subject":"a","relation":"r","object":{"value":true}}',
         DeleteFact(("a", "r", Literal(True)))),
        ('{"entity":"k"}', UpsertEntity(Entity("k"))),
        ('{"op":"upsert","entity":"k","name":"K","aliases":["C"],"types":["T"],"properties":{"p":5,"d":{"value":"2020-01-31","type":"date"}}}',
         UpsertEntity(Entity("k", "K", ("C",), ("T",), {"p": 5, "d": date(2020, 1, 31)}))),
        ('{"op":"delete","entity":"k"}', DeleteEntity("k")),
    ],
)  # fmt: skip
def test_jsonl_records(row: str, record: Record) -> None:
    assert parse_record(row, NOWHERE) == record


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("{", "not valid JSON"),
        ("[1]", "[1] is not a JSON object"),
        ("[" * 100_000, "nested too deeply"),
        ('{"subject":"a"} trailing', "not valid JSON"),
        ('{"subject":"a","relation":"r"}', "the field 'object' is missing"),
        ('{"relation":"r","object":"b"}', "the field 'subject' is missing"),
        ('{"subject":"a","relation":5,"object":"b"}', "'relation' is 5: give a string"),
        ('{"subject":"a","relation":"r","object":5}', 'or a literal as {"value": 5}'),
        ('{"subject":"a","relation":"r","object":null}', "'object' is null"),
        ('{"subject":"a","relation":"r","object":{"valeu":5}}',
         "unknown field 'valeu' in a literal: allowed are value, type"),
        ('{"subject":"a","relation":"r","object":{"value":[5]}}', "a literal has the value [5]"),
        ('{"subject":"a","relation":"r","object":{"value":5,"type":"string"}}', "5 is a number, not a string"),
        ('{"subject":"a","relation":"r","object":{"value":5,"type":"int"}}',
         "allowed are boolean, number, string, date, datetime"),
        ('{"subject":"a","relation":"r","object":{"value":"31.1.2020","type":"date"}}',
         "'31.1.2020' is not a date: write it like 2020-01-31"),
        ('{"subject":"a","relation":"r","object":{"value":"2020-W01-1","type":"date"}}', "is not a date"),
        ('{"subject":"a","relation":"r","object":{"value":"2020-01-31","type":"datetime"}}', "no time of day"),
        ('{"subject":"a","relation":"r","object":{"value":NaN}}', "NaN cannot be stored"),
        ('{"subject":"a","relation":"r","object":{"value":1e999}}', "numbers must be finite"),
        ('{"subject":"a","relation":"r","object":{"value":99999999999999999999}}', "64 bits"),
        ('{"subject":"a","relation":"r","object":{"value":5},"properties":{"x":1}}', "only facts between two entities"),
        ('{"subject":"a","relation":"r","object":"b","prop":{}}',
         "unknown field 'prop' in a fact: allowed are op, subject, relation, object, properties"),
        ('{"subject":"a","relation":"r","object":"b","object":"c"}', "the field 'object' occurs twice"),
        ('{"op":"remove","subject":"a","relation":"r","object":"b"}', "'op' is \"remove\""),
        ('{"op":"delete","subject":"a","relation":"r","object":"b","properties":{}}', "in the deletion of a fact"),
        ('{"op":"delete","entity":"k","name":"K"}', "in the deletion of an entity: allowed are op, entity"),
        ('{"entity":"k","alias":["x"]}', "unknown field 'alias' in an entity"),
        ('{"entity":"k","aliases":"x"}', "'aliases' is \"x\": give a list of strings"),
        ('{"entity":"k","types":[1]}', "'types' is [1]"),
        ('{"entity":"k","name":null}', "'name' is null"),
        ('{"entity":"k","properties":[]}', "'properties' is []"),
        ('{"entity":"k","properties":{"p":null}}', "property 'p' has the value null"),
        ('{"entity":"k","properties":{"p":[1,"x"]}}', "mixes number and string"),
        ('{"entity":"k","properties":{"p":[]}}', "empty list"),
        ('{"entity":"k","properties":{"name":"x"}}', "'name' is reserved"),
        ('{"entity":""}', "must not be empty"),
        ('{"entity":"\\ud800"}', "lone surrogate"),
    ],
)  # fmt: skip
def test_malformed_jsonl(tmp_path: Path, row: str, reason: str) -> None:
    path = write(tmp_path, "a.jsonl", f'{{"entity":"fine"}}\n\n{row}\n{{"entity":"fine too"}}')
    before, bad, after = read_records(path)
    assert isinstance(before, UpsertEntity)
    assert isinstance(after, UpsertEntity)
    assert isinstance(bad, RecordError)
    assert (bad.path, bad.line, bad.text) == (str(path), 3, row)
    assert reason in bad.reason


# --- writing ------------------------------------------------------------------------------------------------------

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12)
numbers = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
moments = st.datetimes() | st.datetimes(timezones=st.just(UTC))
kinds = (st.booleans(), numbers, texts, st.dates(), moments)
scalars = st.one_of(*kinds)
values = scalars | st.one_of(*(st.lists(kind, min_size=1, max_size=3).map(tuple) for kind in kinds))
names = texts.filter(lambda name: name not in {"key", "name", "aliases", TYPE_RELATION})
properties = st.dictionaries(names, values, max_size=3)
entities = st.builds(Entity, texts, texts, st.lists(texts).map(tuple), st.lists(texts).map(tuple), properties)
edges = st.builds(Fact, texts, names, texts, properties)
attributes = st.builds(Fact, texts, names, st.builds(Literal, scalars))
records: st.SearchStrategy[Record] = st.one_of(
    st.builds(UpsertEntity, entities),
    st.builds(UpsertFact, edges | attributes),
    st.builds(DeleteEntity, texts),
    st.builds(lambda fact: DeleteFact(fact.triple), edges | attributes),
)


@given(records)
def test_what_is_written_reads_back_equal(record: Record) -> None:
    line = format_record(record)
    assert "\n" not in line
    assert parse_record(line, NOWHERE) == record


def test_files_that_are_written_read_back_equal(tmp_path: Path) -> None:
    facts = [Fact("k", "r", "o"), Fact("k", "r", "o\nx")]
    entity, gone = Entity("k", "K\u2028L", types=("T",)), DeleteEntity("é")
    path = tmp_path / "facts.jsonl"
    assert write_facts_jsonl(path, [entity, *facts, gone]) == 4
    assert list(read_records(path, strict=True)) == [UpsertEntity(entity), *map(UpsertFact, facts), gone]
    assert [item.name for item in tmp_path.iterdir()] == ["facts.jsonl"]
