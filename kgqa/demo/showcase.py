"""A few questions that show what the demo can do, with the names of their answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Showcase:
    """One question to show.

    :param shows: what is worth seeing about it, in a few words.
    :param answers: the names of all its answers; none if the graph has no answer.
    """

    question: str
    shows: str
    answers: tuple[str, ...]


SHOWCASE = (
    Showcase("What is the capital of Australia?", "one hop", ("Canberra",)),
    Showcase("Which countries use the Danish Krone?", "one hop backwards", ("Denmark", "Faroe Islands", "Greenland")),
    Showcase("Which country would I find Bombay in?", "an alternative name", ("India",)),
    Showcase("Which languages do people speak in Swizterland?", "a typo", ("German", "French", "Italian", "Romansh")),
    Showcase("What is the capital of Georgia?", "an ambiguous name: here it is the country", ("Tbilisi",)),
    Showcase("Of which country is Santiago the capital?", "one of many places of that name", ("Chile",)),
    Showcase(
        "What are the capitals of the countries that border Spain?",
        "two hops",
        ("Paris", "Lisbon", "Andorra la Vella", "Gibraltar", "Rabat"),
    ),
    Showcase("Which currency is used in the country where Kyoto lies?", "two hops", ("Japanese Yen",)),
    Showcase(
        "What are the capitals of the neighbours of the country that Porto Alegre is in?",
        "three hops",
        (
            "Asunción",
            "Bogotá",
            "Buenos Aires",
            "Caracas",
            "Cayenne",
            "Georgetown",
            "Lima",
            "Montevideo",
            "Paramaribo",
            "Sucre",
        ),
    ),
    Showcase("Who is the president of Iceland?", "nothing in the graph answers it", ()),
)
