from __future__ import annotations

import random
import string
from pathlib import Path

import pytest

from graphdb import Entity, EntityType, Literal, Node
from graphdb.sql import SqlStore
from indexing import AliasIndex, Candidate, SurfaceKind, normalise

TITLES = (
    "What Ever Happened to Baby Jane?",
    "Jaws",
    "...And Justice for All",
    "M*A*S*H",
    "$",
    "$9.99",
    "…",
    "9 1/2 Weeks",
    "C.K. Dexter",
    "Mr. & Mrs. Smith",
    "U.S.",
    "Peter O'Toole",
    "Some Mother's Son",
    "Jean-Luc Godard",
    "Tom Hanks",
    "France",
    "北京大学",
    "東京",
    "القاهرة",
    "서울",
    "กรุงเทพ",
    "🎬",
    "Cristiano Ronaldo",
    "What",
    "The Godfather",
    "Who's Afraid of Virginia Woolf?",
    "E.T. the Extra-Terrestrial",
    "Borat: Cultural Learnings of America for Make Benefit Glorious Nation of Kazakhstan",
)


@pytest.fixture
def index(store: SqlStore, root: Path) -> AliasIndex:
    store.upsert_entities([Entity(f"k{i}", title) for i, title in enumerate(TITLES)])
    return AliasIndex.build(root, store)


def key(title: str) -> str:
    return f"k{TITLES.index(title)}"


def find(index: AliasIndex, question: str, node: object) -> Candidate | None:
    (candidates,) = index.candidates([question])
    return next((c for c in candidates if c.node == node), None)


@pytest.mark.parametrize(
    ("question", "mention", "title"),
    [
        ("who directed What Ever Happened to Baby Jane?, when", "What Ever Happened to Baby Jane?", TITLES[0]),
        ("who directed what ever happened to baby jane", "what ever happened to baby jane", TITLES[0]),
        ("who directed Jaws?", "Jaws", "Jaws"),
        ("who directed 'Jaws'?", "Jaws", "Jaws"),
        ("who starred in ...And Justice for All?", "...And Justice for All", "...And Justice for All"),
        ("and justice for all is by whom", "and justice for all", "...And Justice for All"),
        ("who acted in M*A*S*H?", "M*A*S*H", "M*A*S*H"),
        ("who directed $?", "$", "$"),
        ("who directed $9.99?", "$9.99", "$9.99"),
        ("is … a film", "…", "…"),
        ("when was 9 1/2 Weeks released?", "9 1/2 Weeks", "9 1/2 Weeks"),
        ("when was 9½ weeks released?", "9½ weeks", "9 1/2 Weeks"),
        ("what did C.K. Dexter write", "C.K. Dexter", "C.K. Dexter"),
        ("what did CK Dexter write", "CK Dexter", "C.K. Dexter"),
        ("who was in mr and mrs smith", "mr and mrs smith", "Mr. & Mrs. Smith"),
        ("who was in Mr. & Mrs. Smith.", "Mr. & Mrs. Smith", "Mr. & Mrs. Smith"),
        ("the capital of the U.S. is?", "U.S.", "U.S."),
        ("films with peter otoole", "peter otoole", "Peter O'Toole"),
        ("films with Peter O’Toole", "Peter O’Toole", "Peter O'Toole"),
        ("Peter O'Toole's films", "Peter O'Toole", "Peter O'Toole"),
        ("who wrote some mothers son", "some mothers son", "Some Mother's Son"),
        ("who wrote Some Mother’s Son", "Some Mother’s Son", "Some Mother's Son"),
        ("films by jean luc godard", "jean luc godard", "Jean-Luc Godard"),
        ("Tom Hanks' films", "Tom Hanks", "Tom Hanks"),
        ("Tom Hanks's films", "Tom Hanks", "Tom Hanks"),
        ("France's capital", "France", "France"),
        ("北京大学在哪里", "北京大学", "北京大学"),
        ("東京の人口は", "東京", "東京"),
        ("ما هي القاهرة؟", "القاهرة", "القاهرة"),
        ("서울의 인구", "서울", "서울"),
        ("ประชากรกรุงเทพ", "กรุงเทพ", "กรุงเทพ"),
        ("what is 🎬?", "🎬", "🎬"),
        ("What is the best film", "What", "What"),
        ("who wrote who's afraid of virginia woolf?", "who's afraid of virginia woolf?", TITLES[25]),
        ("who made E.T. the Extra-Terrestrial", "E.T. the Extra-Terrestrial", "E.T. the Extra-Terrestrial"),
        (f"who is in {TITLES[27]}", TITLES[27], TITLES[27]),
    ],
)
def test_awkward_names_are_found_exactly(index: AliasIndex, question: str, mention: str, title: str) -> None:
    found = find(index, question, key(title))
    assert found is not None
    assert (question[found.start : found.end], found.exact) == (mention, True)
    assert (found.surface, found.kind) == (title, SurfaceKind.NAME)


@pytest.mark.parametrize(
    ("question", "mention", "title"),
    [
        ("who acted in MASH", "MASH", "M*A*S*H"),
        ("films with tom hnaks", "tom hnaks", "Tom Hanks"),
        ("films with Hanks Tom", "Hanks Tom", "Tom Hanks"),
        ("where was ronaldo born", "ronaldo", "Cristiano Ronaldo"),
        ("who directed the godfahter", "the godfahter", "The Godfather"),
        ("who wrote what ever hapened to baby jane?", "what ever hapened to baby jane?", TITLES[0]),
    ],
)
def test_misspelt_names_are_found(index: AliasIndex, question: str, mention: str, title: str) -> None:
    found = find(index, question, key(title))
    assert found is not None
    assert question[found.start : found.end] == mention
    assert 0.6 < found.similarity < 1
    assert find(index, question, key(title)) == found
    assert index.search(mention)[0].node == key(title)


QUESTION_WORDS = ("the", "who", "what", "is", "was", "directed", "film", "about", "in")


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("who directed the godfahter", "The Godfather"),
        ("the godfahter was directed by who", "The Godfather"),
        ("who directed Jwas", "Jaws"),
        ("who directed jws", "Jaws"),
        ("what is the film aws about", "Jaws"),
        ("who was in mr and mrs smiht", "Mr. & Mrs. Smith"),
    ],
)
def test_misspelt_names_are_found_among_question_words(index: AliasIndex, question: str, title: str) -> None:
    (found,) = index.candidates([question], question_words=QUESTION_WORDS)
    assert key(title) in {c.node for c in found}


def test_a_question_word_may_begin_a_misspelt_name(store: SqlStore, root: Path) -> None:
    store.upsert_entities([Entity("The Pool"), Entity("The War Lord")])
    with AliasIndex.build(root, store) as index:
        for question, name in (("who directed the plol", "The Pool"), ("what is the war losd about", "The War Lord")):
            (found,) = index.candidates([question], question_words=QUESTION_WORDS)
            (candidate,) = [c for c in found if c.node == name]
            assert question[candidate.start : candidate.end] in {"the plol", "the war losd"}
            assert candidate.similarity > 0.85


def test_question_words_alone_are_no_similar_mention(store: SqlStore, root: Path) -> None:
    store.upsert_entities([Entity("The Film"), Entity("Directed Who"), Entity("Was"), Entity("Whom")])
    with AliasIndex.build(root, store) as index:
        (found,) = index.candidates(["who directed the filming, what was it about"], question_words=QUESTION_WORDS)
        assert {(c.node, c.exact) for c in found} == {("Was", True), ("The Film", False)}
        assert index.candidates(["who directed what film"], question_words=QUESTION_WORDS) == [[]]


def test_exact_candidates_come_first_and_the_limit_holds(store: SqlStore, root: Path) -> None:
    words = ["".join(pair) for pair in zip("abcdefghij", "klmnopqrst", strict=True)]
    store.upsert_entities([Entity(f"{a} {b}") for a in words for b in words])
    store.upsert_entities([Entity(word) for word in words])
    with AliasIndex.build(root, store) as index:
        (found,) = index.candidates([" ".join(words)], limit=12)
        assert len(found) <= 12
        exact = [candidate.exact for candidate in found]
        assert exact == sorted(exact, reverse=True)
        assert next(c for c in found if c.exact).end == 5  # two words before one


def test_without_fuzzy_only_exact_matches_are_offered(index: AliasIndex) -> None:
    assert index.candidates(["films with tom hnaks"], fuzzy=False) == [[]]


def test_a_batch_answers_as_its_questions_would_alone(index: AliasIndex) -> None:
    questions = ["who directed Jaws?", "", "films with tom hnaks", "🎬🎬", "北京大学"]
    assert index.candidates(questions) == [index.candidates([question])[0] for question in questions]


@pytest.mark.parametrize("question", ["", "   ", "?", "\u200b", "x" * 10_000, "the " * 2500, "?" * 10_000, "北" * 3000])
def test_strange_questions_have_bounded_candidates(index: AliasIndex, question: str) -> None:
    (found,) = index.candidates([question])
    assert len(found) <= 40


def test_values_and_types_are_seeds(store: SqlStore, root: Path) -> None:
    store.upsert_entities(
        [
            Entity("h1", "Grace", (), ("Hospital",), {"state": "Ohio", "beds": 120, "note": "x" * 101}),
            Entity("h2", "Mercy", (), ("Hospital", "FootballClub"), {"state": ("Ohio", "Iowa")}),
        ]
    )
    with AliasIndex.build(root, store) as index:
        assert index.report is not None
        assert index.report.long_values == 1
        (found,) = index.candidates(["hospitals in Ohio or iowa with 120 football clubs"])
        exact = {(c.node, c.kind) for c in found if c.exact}
        assert exact == {
            (EntityType("Hospital"), SurfaceKind.TYPE),
            (Literal("Ohio"), SurfaceKind.VALUE),
            (Literal("Iowa"), SurfaceKind.VALUE),
            (EntityType("FootballClub"), SurfaceKind.TYPE),
        }


@pytest.mark.parametrize(
    ("question", "value"),
    [("how many women are there", "female"), ("which men wrote it", "male"), ("female authors", "female")],
)
def test_values_are_said_as_people_say_them(store: SqlStore, root: Path, question: str, value: str) -> None:
    store.upsert_entities([Entity("a", "Ann", (), (), {"sex": "female"}), Entity("b", "Bob", (), (), {"sex": "male"})])
    with AliasIndex.build(root, store) as index:
        (found,) = index.candidates([question])
        assert [(c.node, c.kind) for c in found if c.exact] == [(Literal(value), SurfaceKind.VALUE)]


@pytest.mark.parametrize(
    ("question", "node"),
    [
        ("Italian wines", "it"),
        ("which Italians won", "it"),
        ("a Dutch painter", "nl"),
        ("American cars", "us"),
        ("firms from Poland", Literal("Polish")),
        ("Swedish films", Literal("Sweden")),
    ],
)
def test_what_is_of_a_country(store: SqlStore, root: Path, question: str, node: Node) -> None:
    countries = [Entity("it", "Italy"), Entity("nl", "Holland", ("Netherlands",)), Entity("us", "USA", ("US",))]
    firms = [Entity("f", "Firma", properties={"nationality": "Polish"}), Entity("g", "G", properties={"in": "Sweden"})]
    store.upsert_entities([*countries, *firms])
    with AliasIndex.build(root, store) as index:
        (found,) = index.candidates([question])
        assert [c.node for c in found if c.exact] == [node]
        (tell,) = index.candidates(["tell us more"])
        assert [c.node for c in tell if c.exact] == ["us"]  # its own alias, and not as what is American


def test_a_shared_name_offers_a_fixed_choice(store: SqlStore, root: Path) -> None:
    store.upsert_entities([Entity(f"p{i:02}", "Springfield") for i in range(40)])
    store.upsert_entities(
        [Entity("p99", "Big Spring", ("Springfield",)), Entity("a", properties={"in": "Springfield"})]
    )
    with AliasIndex.build(root, store) as index:
        assert index.report is not None
        assert index.report.crowded == 1
        (found,) = index.candidates(["where is Springfield"])
        assert [c.node for c in found if c.exact] == [f"p{i:02}" for i in range(16)]


def test_one_random_edit_is_found_among_the_first_ten(store: SqlStore, root: Path) -> None:
    rng = random.Random(5)
    ends = [a + b for a in ("star", "moun", "riv", "lak") for b in ("ling", "tain", "er", "eside")]
    starts = ["".join(rng.choices("bdklmnrst", k=3)) + rng.choice("aeiou") for _ in range(400)]
    names = sorted({f"{start} {end}" for start in starts for end in ends})
    store.upsert_entities([Entity(name) for name in names])
    with AliasIndex.build(root, store) as index:
        assert len(index) > 5000  # so that the inverted file is used
        hits = 0
        for name in (asked := rng.sample(names, 100)):
            at = rng.randrange(len(name))
            wrong = name[:at] + rng.choice(string.ascii_lowercase) + name[at + rng.randrange(2) :]
            hits += any(c.node == name for c in index.search(wrong, limit=10))
        assert hits >= 0.95 * len(asked)


def test_search_ranks_the_name_itself_first(index: AliasIndex) -> None:
    assert index.search("jaws")[0].similarity == 1.0
    assert index.search("") == []
    assert normalise(index.search("the godfather")[0].surface) == "the godfather"
