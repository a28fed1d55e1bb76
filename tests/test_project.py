"""The project's files: what stands where, and what must not stand anywhere."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import version
from typing import Any

import pytest

import kgqa
from tests.project import ROOT, tracked_files

PACKAGES = ("graphdb", "indexing", "kgqa")
TOP = {
    *PACKAGES,
    *("tests", "docs", "benchmarks", "examples", "corpus"),
    *(
        "pyproject.toml",
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "Makefile",
        "constraints.txt",
        "docker-compose.yml",
        "Dockerfile",
    ),
    "mkdocs.yml",
}
VENDORED = ROOT / "kgqa" / "server" / "page" / "vendor"
"""Libraries of others, as they publish them."""

_HOSTS = (
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "download.pytorch" + ".org",
    "npmjs" + ".org",
    "deb.debian" + ".org",
)
_FORBIDDEN = {
    "a path of one machine": re.compile(r"(?<![\w.])/(?:work|root|home/\w+)/"),
    "the host of a package registry": re.compile("|".join(map(re.escape, _HOSTS))),
    "unfinished work": re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX)\b"),
}


@pytest.fixture(scope="module")
def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_top_level_is_what_people_expect() -> None:
    top = {path.relative_to(ROOT).parts[0] for path in tracked_files()}
    assert {name for name in top if not name.startswith(".")} <= TOP


@pytest.mark.parametrize("what", _FORBIDDEN)
def test_no_file_names(what: str) -> None:
    found = []
    for path in tracked_files():
        if path in {ROOT / "LICENSE", ROOT / "tests" / "test_project.py"} or path.suffix == ".safetensors":
            continue
        if path.parent == VENDORED:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if _FORBIDDEN[what].search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert not found, f"{what}:\n" + "\n".join(found)


def test_the_packages_are_typed(pyproject: dict[str, Any]) -> None:
    assert tuple(pyproject["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == PACKAGES
    assert all((ROOT / package / "py.typed").is_file() for package in PACKAGES)


def test_what_others_wrote_has_its_licence() -> None:
    scripts = [path for path in VENDORED.iterdir() if path.suffix == ".mjs"]
    assert scripts
    assert all((VENDORED / f"{path.name.partition('.')[0]}.LICENSE").is_file() for path in scripts)


def test_the_installed_version_is_that_of_the_project(pyproject: dict[str, Any]) -> None:
    assert version("kgqa") == pyproject["project"]["version"]


def test_all_that_is_required_is_pinned(pyproject: dict[str, Any]) -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {_normal(line.partition("==")[0]) for line in lines if not line.startswith("#")}
    extras = pyproject["project"]["optional-dependencies"]
    tested = ("demo", "dev", "pandas", "parquet", "postgres", "serve")
    required = [*pyproject["project"]["dependencies"], *(name for extra in tested for name in extras[extra])]
    names = {_normal(re.split(r"[\[<>=~!; ]", requirement)[0]) for requirement in required}
    assert names - {"kgqa"} <= pinned


def test_what_the_package_exports_is_there() -> None:
    assert all(getattr(kgqa, name) for name in kgqa.__all__)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.strip()).lower()
