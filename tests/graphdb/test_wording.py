"""Names in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphdb.wording import as_written, inverse_words_of, words_of


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("directed_by", "directed by"),
        ("ACTED_IN", "acted in"),
        ("openedOn", "opened on"),
        ("Film", "film"),
        ("TVShow", "tv show"),
        ("film/actor.born-in", "film actor born in"),
        ("http://dbpedia.org/ontology/birthPlace", "http dbpedia org ontology birth place"),
        ("people.person.place_of_birth", "people person place of birth"),
        ("film.film.directed_by", "film directed by"),
        ("location.location.location.time_zones", "location time zones"),
        ("tv.tv_program.regular_cast", "tv tv program regular cast"),
        ("base.database.x", "base database x"),
        ("version1.1.1", "version 1 1 1"),
        ("area2020", "area 2020"),
        ("top10List", "top 10 list"),
        ("has  spaces ", "has spaces"),
        ("éléphantÂgé", "éléphant âgé"),
        ("东京", "东京"),
        ("parent_inverse", "parent inverse"),
        ("hasURL", "has url"),
        ("isalive", "is alive"),
        ("isdecisive", "is decisive"),
        ("isretired_player", "is retired player"),
        *((name, name) for name in ("issued", "island", "isolated", "isbn", "isoform", "islet", "isometric", "isced")),
        ("elev_m", "elevation m"),
        ("DOB", "date of birth"),
        ("lineQty", "line quantity"),
        ("annualcost", "annual cost"),
        ("WORKSFOR", "works for"),
        ("dateofbirth", "date of birth"),
        ("numberofpages", "number of pages"),
        ("heightcm", "height cm"),
        ("priceeur", "price eur"),
        *(
            (name, name)
            for name in ("password", "season", "network", "update", "inflow", "overlooks", "voucher", "onto")
        ),
        ("xyzzyplugh", "xyzzyplugh"),
        ("größenklasse", "größenklasse"),
        ("__", "__"),
        ("😀", "😀"),
    ],
)
def test_words_of_a_name(name: str, words: str) -> None:
    assert words_of(name) == words


def test_a_name_as_it_is_written() -> None:
    assert as_written("unitprice_eur") == "unitprice eur"
    assert as_written("elevM") == "elev m"
    assert as_written("__") == "__"


def test_the_inverse_reads_differently() -> None:
    assert inverse_words_of("directed_by") == "directed by, reversed"


@given(st.text(min_size=1))
def test_any_name_has_words_and_words_are_stable(name: str) -> None:
    words = words_of(name)
    assert words
    if words != name:
        assert words_of(words) == words
