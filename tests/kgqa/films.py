"""A small graph of films, questions about it, and a model that was trained on them: what tests of asking use."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kgqa import KGQA
from kgqa.questions import Question, write_questions
from kgqa.training import TrainOptions

# title, year, director, actors, genre
FILMS: tuple[tuple[str, int, str, tuple[str, ...], str], ...] = (
    ("Heat", 1995, "Michael Mann", ("Al Pacino", "Robert De Niro"), "crime"),
    ("The Insider", 1999, "Michael Mann", ("Al Pacino", "Russell Crowe"), "drama"),
    ("Collateral", 2004, "Michael Mann", ("Tom Cruise", "Jamie Foxx"), "crime"),
    ("Gladiator", 2000, "Ridley Scott", ("Russell Crowe", "Joaquin Phoenix"), "adventure"),
    ("Alien", 1979, "Ridley Scott", ("Sigourney Weaver", "John Hurt"), "science fiction"),
    ("Blade Runner", 1982, "Ridley Scott", ("Harrison Ford", "Rutger Hauer"), "science fiction"),
    ("Aliens", 1986, "James Cameron", ("Sigourney Weaver", "Bill Paxton"), "science fiction"),
    ("Titanic", 1997, "James Cameron", ("Leonardo DiCaprio", "Kate Winslet"), "romance"),
    ("Titanic", 1953, "Jean Negulesco", ("Barbara Stanwyck", "Clifton Webb"), "drama"),
    ("Avatar", 2009, "James Cameron", ("Sam Worthington", "Sigourney Weaver"), "science fiction"),
    ("Inception", 2010, "Christopher Nolan", ("Leonardo DiCaprio", "Elliot Page"), "science fiction"),
    ("Interstellar", 2014, "Christopher Nolan", ("Matthew McConaughey", "Anne Hathaway"), "science fiction"),
    ("Insomnia", 2002, "Christopher Nolan", ("Al Pacino", "Robin Williams"), "crime"),
    ("The Departed", 2006, "Martin Scorsese", ("Leonardo DiCaprio", "Matt Damon"), "crime"),
    ("Casino", 1995, "Martin Scorsese", ("Robert De Niro", "Sharon Stone"), "crime"),
    ("Taxi Driver", 1976, "Martin Scorsese", ("Robert De Niro", "Jodie Foster"), "drama"),
    ("Contact", 1997, "Robert Zemeckis", ("Jodie Foster", "Matthew McConaughey"), "science fiction"),
    ("Forrest Gump", 1994, "Robert Zemeckis", ("Tom Hanks", "Robin Wright"), "drama"),
    ("Cast Away", 2000, "Robert Zemeckis", ("Tom Hanks", "Helen Hunt"), "drama"),
    ("Big", 1988, "Penny Marshall", ("Tom Hanks", "Elizabeth Perkins"), "comedy"),
    ("Lost in Translation", 2003, "Sofia Coppola", ("Bill Murray", "Scarlett Johansson"), "drama"),
    ("Groundhog Day", 1993, "Harold Ramis", ("Bill Murray", "Andie MacDowell"), "comedy"),
    ("Her", 2013, "Spike Jonze", ("Joaquin Phoenix", "Scarlett Johansson"), "romance"),
    ("Jackie Brown", 1997, "Quentin Tarantino", ("Pam Grier", "Robert De Niro"), "crime"),
    ("Pulp Fiction", 1994, "Quentin Tarantino", ("John Travolta", "Uma Thurman"), "crime"),
    ("Kill Bill", 2003, "Quentin Tarantino", ("Uma Thurman", "Lucy Liu"), "adventure"),
    ("Unforgiven", 1992, "Clint Eastwood", ("Clint Eastwood", "Gene Hackman"), "western"),
    ("The Conversation", 1974, "Francis Ford Coppola", ("Gene Hackman", "Harrison Ford"), "drama"),
)
ALIASES = {"Robert De Niro": ("Bob De Niro",), "Forrest Gump": ("Gump",), "science fiction": ("sci-fi",)}
HELD_OUT = frozenset({"Blade Runner", "Taxi Driver", "Cast Away", "Kill Bill", "Uma Thurman", "Sigourney Weaver"})
"""What no training question is about."""

# what is asked about -> (group, phrasings, of which the last is never trained on)
_PHRASINGS: dict[str, tuple[str, tuple[str, ...]]] = {
    "director": (
        "1-hop",
        ("who directed {x}?", "who is the director of {x}?", "{x} was directed by whom?", "which person directed {x}?"),
    ),
    "actors": (
        "1-hop",
        ("who starred in {x}?", "who acted in {x}?", "which actors are in {x}?", "which actors acted in {x}?"),
    ),
    "year": ("1-hop", ("when was {x} released?", "in which year did {x} come out?", "what year was {x} released in?")),
    "films of actor": (
        "1-hop",
        ("what films did {x} act in?", "which films star {x}?", "films with {x}", "what films did {x} star in?"),
    ),
    "directors of actor": (
        "2-hop",
        (
            "who directed the films that {x} acted in?",
            "who are the directors of the films with {x}?",
            "the films starring {x} were directed by whom?",
            "who directed the films that {x} starred in?",
        ),
    ),
}
_NOTHING = ("what is the shoe size of {x}?", "which newspaper does {x} read?", "how tall is {x}?")


@dataclass(frozen=True, slots=True)
class Films:
    """Where everything is; nobody changes it: a test that writes takes a :meth:`copy`.

    :param folder: holds all of the others.
    :param graph: the SQLite file, synced and indexed.
    :param facts: the facts of the graph.
    :param train: the questions that the model was trained on.
    :param held_out: questions of other phrasings, most of them about other films and people.
    :param model: the directory of the trained model.
    """

    folder: Path

    @property
    def graph(self) -> Path:
        return self.folder / "films.db"

    @property
    def facts(self) -> Path:
        return self.folder / "facts.jsonl"

    @property
    def train(self) -> Path:
        return self.folder / "train.jsonl"

    @property
    def held_out(self) -> Path:
        return self.folder / "held-out.jsonl"

    @property
    def model(self) -> Path:
        return self.folder / "model"

    def open(self) -> KGQA:
        """The graph with its model, on the CPU."""
        return KGQA.open(str(self.graph), model=self.model, device="cpu")

    def copy(self, folder: Path) -> Films:
        """The same in another folder, to change."""
        # other processes read the original: files that SQLite keeps while it is open come and go, and hold nothing
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("*-shm", "*-wal"))
        return Films(folder)


def make_films(folder: Path) -> Films:
    """Write facts and questions, sync, index, and train for a few seconds."""
    films = Films(folder)
    folder.mkdir(parents=True, exist_ok=True)
    films.facts.write_text("".join(json.dumps(row) + "\n" for row in fact_rows()), encoding="utf-8")
    write_questions(films.train, questions(held_out=False))
    write_questions(films.held_out, questions(held_out=True))
    with KGQA.open(str(films.graph), device="cpu") as qa:
        qa.sync(films.facts)
        options = TrainOptions(
            epochs=TRAIN_EPOCHS, batch_size=16, learning_rate=1e-3, evaluations=1, typos=0.05, read=False
        )
        qa.train(films.train, films.model, dev=films.held_out, options=options)
    return films


TRAIN_EPOCHS = 6


def fact_rows() -> Iterator[dict[str, Any]]:
    """The rows of the fact file: entities first."""
    people = dict.fromkeys(name for _, _, director, actors, _ in FILMS for name in (director, *actors))
    genres = dict.fromkeys(genre for *_, genre in FILMS)
    for kind, names in (("person", people), ("genre", genres)):
        for name in names:
            yield {"entity": name, "name": name, "types": [kind], "aliases": list(ALIASES.get(name, ()))}
    for title, year, director, actors, genre in FILMS:
        key = film_key(title, year)
        aliases = list(ALIASES.get(title, ()))
        yield {"entity": key, "name": title, "types": ["film"], "aliases": aliases, "properties": {"year": year}}
        yield {"subject": director, "relation": "directed", "object": key}
        yield from ({"subject": actor, "relation": "acted in", "object": key} for actor in actors)
        yield {"subject": key, "relation": "genre", "object": genre}


def film_key(title: str, year: int) -> str:
    """The key of a film: titles are not unique."""
    return f"{title} ({year})"


def questions(*, held_out: bool) -> list[Question]:
    """The questions to train on, or those that are held out."""
    found = [*_answered(held_out=held_out), *_unanswerable(held_out=held_out)]
    return [
        Question(f"{number}", text, tuple(answers), (topic,), group)
        for number, (text, answers, topic, group) in enumerate(found, start=1)
    ]


def _answered(*, held_out: bool) -> Iterator[tuple[str, list[str | int], str, str]]:
    for kind, mention, topic, answers in _asked():
        group, phrasings = _PHRASINGS[kind]
        if held_out and mention in HELD_OUT:
            yield phrasings[-1].format(x=mention), answers, topic, group
        elif not held_out and mention not in HELD_OUT:
            for phrasing in phrasings[:-1]:
                yield phrasing.format(x=mention), answers, topic, group


def _unanswerable(*, held_out: bool) -> Iterator[tuple[str, list[str | int], str, str]]:
    for number, name in enumerate(_people()):
        if held_out and name in HELD_OUT:
            yield _NOTHING[0].format(x=name), [], name, "no answer"
        elif not held_out and name not in HELD_OUT and number % 4 == 0:
            yield _NOTHING[number % len(_NOTHING)].format(x=name), [], name, "no answer"


def _people() -> list[str]:
    return list(dict.fromkeys(name for _, _, director, actors, _ in FILMS for name in (director, *actors)))


def _asked() -> Iterator[tuple[str, str, str, list[str | int]]]:
    """What is asked, the name and the key of what it is asked about, and the keys or values that answer it."""
    for title, year, director, actors, _ in FILMS:
        key = film_key(title, year)
        if [t for t, *_ in FILMS].count(title) == 1:
            yield "director", title, key, [director]
            yield "actors", title, key, list(actors)
            yield "year", title, key, [year]
    for name in _people():
        acted = [film for film in FILMS if name in film[3]]
        if acted:
            yield "films of actor", name, name, _unique(film_key(t, y) for t, y, *_ in acted)
            yield "directors of actor", name, name, _unique(director for _, _, director, *_ in acted)


def _unique(names: Iterable[str]) -> list[str | int]:
    return list(dict.fromkeys(names))
