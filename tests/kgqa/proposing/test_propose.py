"""The programs that are proposed, on a small graph of a library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path as FilePath

import pytest

from graphdb import (
    TYPE_RELATION,
    Combined,
    Compared,
    Direction,
    EntityType,
    Exists,
    Following,
    Found,
    HasNeighbours,
    Hop,
    LiteralKind,
    Path,
    Ranked,
    Restricted,
    Row,
    SetOperation,
    Step,
)
from kgqa import KGQA
from kgqa.answering.unlabelled import _first_with_answer, _Read
from kgqa.proposing import Proposal, Proposer, read_question
from kgqa.proposing.asked import is_denied
from kgqa.proposing.drafts import Draft, Worth, absorbed, intersected, is_back
from kgqa.proposing.parts import Likeness, _with_and_without_unit
from kgqa.questions import Question, resolve_answers
from kgqa.reader.fitting import reading_example
from kgqa.wording import in_words
from tests.kgqa.proposing.graphs import graph_of, proposals, proposer_of

FACTS = """
{"entity": "dune", "name": "Dune", "types": ["Book"], "properties": {"pages": 412, "released": 1965}}
{"entity": "emma", "name": "Emma", "types": ["Book"], "properties": {"pages": 474, "released": 1815}}
{"entity": "ubik", "name": "Ubik", "types": ["Book"], "properties": {"pages": 202, "released": 1969}}
{"entity": "lost", "name": "The Lost", "types": ["Book"], "properties": {"pages": 99}}
{"entity": "herbert", "name": "Frank Herbert", "types": ["Author"], "properties": {"country": "USA"}}
{"entity": "austen", "name": "Jane Austen", "types": ["Author"], "properties": {"country": "England"}}
{"entity": "dick", "name": "Philip K. Dick", "types": ["Author"], "properties": {"country": "USA"}}
{"entity": "scifi", "name": "Science Fiction", "types": ["Genre"]}
{"subject": "dune", "relation": "WRITTEN_BY", "object": "herbert"}
{"subject": "emma", "relation": "WRITTEN_BY", "object": "austen"}
{"subject": "ubik", "relation": "WRITTEN_BY", "object": "dick"}
{"subject": "dune", "relation": "HAS_GENRE", "object": "scifi"}
{"subject": "ubik", "relation": "HAS_GENRE", "object": "scifi"}
"""


IS_A = Step(TYPE_RELATION, Direction.IN)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KGQA]:
    with graph_of(FACTS, tmp_path_factory.mktemp("library")) as qa:
        yield qa


@pytest.fixture(scope="module")
def proposer(library: KGQA) -> Proposer:
    return proposer_of(library.schema())


def answers(library: KGQA, proposer: Proposer, question: str) -> list[list[str]]:
    programs = [p.program for p in proposals(library, proposer, question)]
    return [sorted(map(_plain, nodes)) for nodes in library.store.run(programs)]


def _plain(node: Found) -> str:
    return str(node)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who wrote Dune?", ["herbert"]),
        ("books by Jane Austen", ["emma"]),
        ("how many pages does Emma have?", ["474"]),
        ("what genre is the book by frank herbert", ["scifi"]),
        ("How many books are there?", ["4"]),
        ("books with more than 400 pages", ["dune", "emma"]),
        ("Which books were released between 1960 and 1970?", ["dune", "ubik"]),
        ("the longest book", ["emma"]),
        ("the two books with the most pages", ["dune", "emma"]),
        ("who wrote the shortest science fiction book?", ["dick"]),
        ("average number of pages of science fiction books", ["307"]),
        ("books that are not science fiction", ["emma", "lost"]),
        ("Which books have no author?", ["lost"]),
        ("authors from the USA", ["dick", "herbert"]),
        ("Is Dune a book by Jane Austen?", ["False"]),
        ("which has more pages, Dune or Emma?", ["emma"]),
        ("How many more pages does Emma have than Dune?", ["62"]),
        ("books by Jane Austen or Philip K. Dick", ["emma", "ubik"]),
        ('books with "Lo" in the title', ["lost"]),
        ("genre with the most books", ["scifi"]),
        ("biggest genre by number of books", ["scifi"]),
        ("books other than Emma", ["dune", "lost", "ubik"]),
        ("other books of the genre that Dune is of", ["ubik"]),
        ("books that dont have an author", ["lost"]),
        ("books with 'o' in them", ["lost"]),
        ("books with Lo somewhere in the title", ["lost"]),
        ("books of no fewer than 200 and no more than 420 pages", ["dune", "ubik"]),
    ],
)
def test_what_is_asked_is_among_what_is_proposed(
    library: KGQA, proposer: Proposer, question: str, answer: list[str]
) -> None:
    assert answer in answers(library, proposer, question)


def test_each_program_once_and_the_best_first(library: KGQA, proposer: Proposer) -> None:
    found = proposals(library, proposer, "Who wrote the longest science fiction book?", 30)
    assert len(found) == 30
    assert len({p.program for p in found}) == 30
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)


def test_every_proposal_can_be_said(library: KGQA, proposer: Proposer) -> None:
    for proposal in proposals(library, proposer, "How many books by Frank Herbert or Jane Austen are not long?"):
        assert in_words(proposal.program, library.schema(), {})


def test_a_thing_that_may_be_of_a_type_is_a_seed_of_the_program(library: KGQA, proposer: Proposer) -> None:
    """Else it is said by its key."""
    found = proposals(library, proposer, "Is Jane Austen an author?")
    program = Exists(
        Combined(SetOperation.INTERSECTION, (Path("austen", ()), Path(EntityType("Author"), (Hop(IS_A),))))
    )
    (whether,) = [proposal for proposal in found if proposal.program == program]
    assert [seed.name for seed in whether.seeds] == ["Jane Austen"]


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("How many books per author?", {"herbert": ["1"], "austen": ["1"], "dick": ["1"]}),
        ("average pages for each genre", {"scifi": ["307"]}),
        ("authors with their country", {"herbert": ["USA"], "austen": ["England"], "dick": ["USA"]}),
        ("books per author", {"herbert": ["1"], "austen": ["1"], "dick": ["1"]}),
        ("number of books by author", {"herbert": ["1"], "austen": ["1"], "dick": ["1"]}),
        ("what is the country of each author", {"herbert": ["USA"], "austen": ["England"], "dick": ["USA"]}),
        ("Which books did Frank Herbert write and when was each released?", {"dune": ["1965"]}),
        ("science fiction books with pages", {"dune": ["412"], "ubik": ["202"]}),
    ],
)
def test_rows_are_proposed(library: KGQA, proposer: Proposer, question: str, rows: dict[str, list[str]]) -> None:
    results = library.store.run([p.program for p in proposals(library, proposer, question)])
    found = [{str(row.node): list(map(str, row.values)) for row in own if isinstance(row, Row)} for own in results]
    assert rows in found


@pytest.mark.parametrize(
    ("question", "attribute"),
    [("Is Emma longer than Dune?", "pages"), ("Was Emma released before Dune?", "released")],
)
def test_two_things_are_compared(library: KGQA, proposer: Proposer, question: str, attribute: str) -> None:
    programs = [p.program for p in proposals(library, proposer, question)]
    values = [Path(key, (Hop(Step(attribute)),)) for key in ("emma", "dune")]
    assert any(isinstance(p, Compared) and [p.left, p.right] in (values, values[::-1]) for p in programs)


@pytest.mark.parametrize(
    ("question", "kept", "left_out"),
    [
        ("science fiction that is not by Frank Herbert", "scifi", "herbert"),
        ("Which books did Frank Herbert write, science fiction aside?", "herbert", "scifi"),
        ("books by Frank Herbert, but not science fiction", "herbert", "scifi"),
        ("Without those by Frank Herbert, which books are science fiction?", "scifi", "herbert"),
        ("science fiction books that Frank Herbert hasn't written", "scifi", "herbert"),
    ],
)
def test_what_follows_a_denial_is_left_out_or_what_came_last(
    library: KGQA, proposer: Proposer, question: str, kept: str, left_out: str
) -> None:
    steps = {"scifi": Step("HAS_GENRE", Direction.IN), "herbert": Step("WRITTEN_BY", Direction.IN)}
    sets = {seed: Path(seed, (Hop(step),)) for seed, step in steps.items()}
    programs = [proposal.program for proposal in proposals(library, proposer, question)]
    assert Combined(SetOperation.DIFFERENCE, (sets[kept], sets[left_out])) in programs
    assert Combined(SetOperation.DIFFERENCE, (sets[left_out], sets[kept])) not in programs


@pytest.mark.parametrize(
    ("words", "others", "denied"),
    [
        (0b0001000, 0b0000001, True),  # follows, and the other does not
        (0b0000001, 0b0001000, False),
        (0b0010000, 0b1000000, True),  # follows first
        (0b1000000, 0b0010000, False),
        (0b0000010, 0b0000001, True),  # came last
        (0b0000001, 0b0000010, False),
        (0b0010001, 0b0001000, False),  # the first that follows counts
        (0b0000001, 0, True),
        (0, 0b0000001, True),
        (0b0000100, 0b0001000, True),  # the cue says itself what is denied
        (0b0011000, 0b0010000, True),  # nobody knows
    ],
)
def test_what_a_denial_is_of(words: int, others: int, denied: bool) -> None:
    assert is_denied(0b0000100, words, others) is denied


@pytest.mark.parametrize("question", ["who has written the most?", "who has written the most books?"])
def test_who_does_most_of_something_is_asked_without_a_type(library: KGQA, proposer: Proposer, question: str) -> None:
    authors = Path(EntityType("Author"), (Hop(IS_A),))
    programs = [proposal.program for proposal in proposals(library, proposer, question)]
    assert Ranked(authors, Step("WRITTEN_BY", Direction.IN), 1, True) in programs


def test_a_step_from_what_a_superlative_chooses_may_be_hardly_said(library: KGQA, proposer: Proposer) -> None:
    longest = Ranked(Path(EntityType("Book"), (Hop(IS_A),)), "pages", 1, True)
    programs = [proposal.program for proposal in proposals(library, proposer, "whose is the longest book?")]
    assert Following(longest, (Step("WRITTEN_BY"),)) in programs


@pytest.mark.parametrize("question", ["the person who wrote Dune", "which people wrote Dune?"])
def test_people_tell_nothing_where_no_type_is_called_so(library: KGQA, proposer: Proposer, question: str) -> None:
    best = proposals(library, proposer, question)[0]
    assert best.program == Path("dune", (Hop(Step("WRITTEN_BY")),))
    assert best.left == 0


@pytest.mark.parametrize(
    ("name", "kind", "wordings"),
    [
        ("bottle price eur", LiteralKind.NUMBER, ("bottle price eur", "bottle price")),
        ("burn rate kusd", LiteralKind.NUMBER, ("burn rate kusd", "burn rate")),
        ("pages", LiteralKind.NUMBER, ("pages",)),
        ("shoe size eur", LiteralKind.STRING, ("shoe size eur",)),
    ],
)
def test_a_number_is_said_without_its_unit_too(name: str, kind: LiteralKind, wordings: tuple[str, ...]) -> None:
    assert _with_and_without_unit(name, (kind,)) == wordings


def test_grandparents_are_parents_of_parents(tmp_path: FilePath) -> None:
    facts = """
    {"entity": "ann", "name": "Ann Lee", "types": ["Person"]}
    {"entity": "bob", "name": "Bob Lee", "types": ["Person"]}
    {"entity": "cid", "name": "Cid Lee", "types": ["Person"]}
    {"subject": "ann", "relation": "CHILD_OF", "object": "bob"}
    {"subject": "bob", "relation": "CHILD_OF", "object": "cid"}
    """
    with graph_of(facts, tmp_path) as qa:
        found = proposals(qa, proposer_of(qa.schema()), "Who is Ann Lee's grandmother?")
        up = Hop(Step("CHILD_OF"))
        twice = next(proposal for proposal in found if proposal.program == Path("ann", (up, up)))
        once = next(proposal for proposal in found if proposal.program == Path("ann", (up,)))
        assert twice.score > once.score


@pytest.mark.parametrize(("answer", "known"), [("dune", True), ("emma", False)])
def test_the_program_of_a_question_is_known_by_its_words_and_its_result(
    library: KGQA, proposer: Proposer, answer: str, known: bool
) -> None:
    """Its parts may come in another order, and conditions before a path or after it."""
    text = "science fiction books by Frank Herbert"
    parts = (
        Path("scifi", (Hop(Step("HAS_GENRE", Direction.IN)),)),
        Path("herbert", (Hop(Step("WRITTEN_BY").reverse),)),
    )
    found = proposals(library, proposer, text)
    programs = [proposal.program for proposal in found]
    (own,) = (p for p in programs if p in [Combined(SetOperation.INTERSECTION, each) for each in (parts, parts[::-1])])
    assert isinstance(own, Combined)
    question = Question("1", text, (answer,), program=replace(own, parts=own.parts[::-1]))
    assert question.program not in programs
    results = library.store.run(programs)
    (gold,) = resolve_answers(library.store, [question])
    example = reading_example(question, gold, found, results, library.schema())
    assert example.meant == (programs.index(own) if known else None)


def test_what_a_set_was_reached_by_is_not_asked_of_it_once_more(library: KGQA, proposer: Proposer) -> None:
    written = Step("WRITTEN_BY", Direction.IN)
    for proposal in proposals(library, proposer, "books written by Jane Austen that are written by someone"):
        members = proposal.program
        if isinstance(members, Restricted) and members.members == Path("austen", (Hop(written),)):
            assert HasNeighbours(written.reverse) not in members.conditions


def test_words_of_the_mapping_say_a_relation_and_a_type(library: KGQA) -> None:
    schema = library.schema()
    relations = [replace(r, words=("scribbling",)) if r.name == "WRITTEN_BY" else r for r in schema.relations]
    types = [replace(t, words=("tome",)) if t.name == "Book" else t for t in schema.types]
    told = proposer_of(replace(schema, relations=tuple(relations), types=tuple(types)))
    best = proposals(library, told, "whose scribbling is Dune")[0]
    assert best.program == Path("dune", (Hop(Step("WRITTEN_BY")),))
    assert best.left == 0
    assert proposals(library, told, "tomes")[0].program == Path(EntityType("Book"), (Hop(IS_A),))


@pytest.mark.parametrize("question", ["", "???", "hello", "asdf qwer", "how many", "not or most 3 5 7", "the the the"])
def test_questions_about_nothing(library: KGQA, proposer: Proposer, question: str) -> None:
    found = proposals(library, proposer, question)
    assert len(found) <= 48
    library.store.run([p.program for p in found])


@pytest.mark.parametrize("question", ["who wrote the book Dune", "the book called Dune was written by whom"])
def test_a_type_beside_a_name_only_says_what_it_is_the_name_of(
    library: KGQA, proposer: Proposer, question: str
) -> None:
    best = proposals(library, proposer, question)[0]
    assert best.program == Path("dune", (Hop(Step("WRITTEN_BY")),))
    assert best.left == 0


def test_a_type_that_is_asked_for_does_not_belong_to_the_name_beside_it(library: KGQA, proposer: Proposer) -> None:
    best = proposals(library, proposer, "which books Frank Herbert wrote")[0]
    assert best.program == Path("herbert", (Hop(Step("WRITTEN_BY", Direction.IN)),))


@pytest.mark.parametrize("first", [Step("near"), Step("near", Direction.IN), Step("in"), Step("in", Direction.IN)])
@pytest.mark.parametrize("second", [Step("near"), Step("near", Direction.IN)])
def test_a_step_back_is_the_other_way(first: Step, second: Step) -> None:
    assert is_back(first, second) == (first == second.reverse)


def test_one_draft_is_worth_the_same_whenever_it_is_asked(library: KGQA, proposer: Proposer) -> None:
    question = "how many books did Frank Herbert write before 1970?"
    found = proposals(library, proposer, question)
    proposals(library, proposer, "which authors were born in Spain")
    assert proposals(library, proposer, question) == found


def test_types_are_tried_in_one_order_in_every_process() -> None:
    types = [f"Type{i}" for i in range(9)]
    draft = Draft(Path("texas", (Hop(Step("near")),)), frozenset(types), 0, 0.0)
    worth = Worth(read_question("types near texas"), Likeness(), 0)
    found = absorbed(draft, worth, {name: [1 << i] for i, name in enumerate(types)})
    assert [sorted(each.types) for each in found] == [*([name] for name in types), types]


def test_words_that_name_all_types_of_a_draft_do_not_restrict_it() -> None:
    draft = Draft(Path("texas", (Hop(Step("near")),)), frozenset({"Cargo Ship", "Tank Ship"}), 0, 0.0)
    worth = Worth(read_question("ships near texas"), Likeness(), 0)
    (found,) = absorbed(draft, worth, {"Cargo Ship": [1], "Tank Ship": [1], "Port": [1]})
    assert (found.types, found.words, found.members) == (draft.types, 1, draft.members)
    assert found.score > draft.score


def test_the_likeliest_program_with_an_answer_is_taken(library: KGQA) -> None:
    def read(*steps: Step, probability: float = 0.5) -> _Read:
        program = Path("dune", tuple(Hop(step) for step in steps))
        return _Read(Proposal(program, 0.0, 0, ()), str(program), probability)

    nothing, author, genre = read(Step("released", Direction.IN)), read(Step("WRITTEN_BY")), read(Step("HAS_GENRE"))
    assert _first_with_answer(library.store, [nothing, author, genre]) == (author, ["herbert"])
    assert _first_with_answer(library.store, [genre, author]) == (genre, ["scifi"])
    assert _first_with_answer(library.store, [nothing, nothing]) == (nothing, ())
    unlikely = read(Step("WRITTEN_BY"), probability=0.01)
    assert _first_with_answer(library.store, [nothing, unlikely]) == (nothing, ())


def test_two_names_joined_by_and_are_both_meant_if_there_is_such_a_thing(library: KGQA, proposer: Proposer) -> None:
    question = "genres of books by Frank Herbert and Philip K. Dick"
    read = [_Read(each, "", 0.01) for each in proposals(library, proposer, question)]
    unions = [each for each in read if each.proposal.rather is not None]
    assert unions
    for union in unions:
        (both,) = (each for each in read if each.proposal.program == union.proposal.rather)
        likelier = replace(union, probability=0.1)
        chosen, nodes = _first_with_answer(library.store, [likelier], read)
        (rather, other) = library.store.run([both.proposal.program, union.proposal.program])
        if rather:
            assert (chosen, nodes) == (replace(both, probability=0.1), rather)
        else:
            assert (chosen, nodes) == ((likelier, other) if other else (likelier, ()))
        surely = replace(union, probability=0.5)
        assert _first_with_answer(library.store, [surely], read)[0] == surely
    said = proposals(library, proposer, "books by Frank Herbert or Jane Austen")
    assert all(each.rather is None for each in said)
    assert set(library.ask("books by Frank Herbert and Jane Austen").found) == {"dune", "emma"}


def test_what_is_left_out_stays_a_union() -> None:
    one, other = Path("a", (Hop(Step("r")),)), Path("b", (Hop(Step("r")),))
    union = Combined(SetOperation.UNION, (one, other))
    both = Combined(SetOperation.INTERSECTION, (one, other))
    assert intersected(union) == both
    known = (HasNeighbours(Step("r")),)
    assert intersected(Restricted(union, known)) == Restricted(both, known)
    left_out = Combined(SetOperation.DIFFERENCE, (one, union))
    assert intersected(left_out) is left_out
    assert intersected(Combined(SetOperation.DIFFERENCE, (union, other))).parts[0] == both  # type: ignore[union-attr]
    assert intersected(one) is one


def test_a_graph_of_nothing(tmp_path: FilePath) -> None:
    with KGQA.open(str(tmp_path / "empty.db"), device="cpu") as qa:
        qa.update_index()
        answer = qa.ask("who wrote Dune?")
        assert answer.abstained
        assert "nothing in the question is of this graph" in answer.reason
