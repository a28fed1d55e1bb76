"""The table of ``docs/coverage.md``: which forms are answered, and where."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.forms.cases import FORMS, Form

FILE = Path(__file__).parents[2] / "docs" / "coverage.md"
STORES = ("SQLite", "PostgreSQL", "Neo4j", "Neo4j, mapped")
PROPOSED, ASKED = "proposed", "asked"
COLUMNS = (*STORES, PROPOSED, ASKED)

Cells = Mapping[Form, str]


def read_column(name: str) -> dict[Form, str]:
    """A column as it was committed."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    at = rows[0].index(name)
    by_name = {(row[0], row[1]): row[at] for row in rows[1:]}
    return {form: by_name.get((form.part, form.name), "") for form in FORMS}


def write_column(name: str, cells: Cells) -> None:
    """Put what was found into the file."""
    columns = {each: cells if each == name else read_column(each) for each in COLUMNS}
    text = FILE.read_text(encoding="utf-8")
    before, _, rest = text.partition("| part ")
    after = rest.partition("\n\n")[2]
    FILE.write_text(f"{before}{_table(columns)}\n\n{after}", encoding="utf-8")


def _table(columns: Mapping[str, Cells]) -> str:
    rows = [["part", "form", *COLUMNS, "for example"], ["---"] * (len(COLUMNS) + 3)]
    rows += [[f.part, f.name, *(columns[name][f] for name in COLUMNS), _quoted(f.questions[0])] for f in FORMS]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _quoted(question: str) -> str:
    return question.replace("|", "\\|")
