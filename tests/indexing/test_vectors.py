from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphdb import Entity
from graphdb.sql import SqlStore
from indexing import AliasIndex, normalise, vectors
from indexing.similarity import SPACING, least_alike_words, similarity
from indexing.vectors import DIMENSION, VectorIndex, encode

forms = st.text("abcdé ß日-", min_size=1, max_size=12).map(normalise).filter(bool)


def names(number: int) -> list[str]:
    rng = random.Random(1)
    return ["".join(rng.choices("abcdefghijklmnop", k=10)) for _ in range(number)]


@given(st.lists(forms, min_size=1, max_size=5))
def test_a_form_has_the_same_vector_in_any_company(batch: list[str]) -> None:
    together = encode(batch)
    assert together.shape == (len(batch), DIMENSION)
    np.testing.assert_allclose(together, np.concatenate([encode([form]) for form in batch]), atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


def test_a_typing_error_moves_a_vector_little() -> None:
    name, wrong, other = encode(["cristiano ronaldo", "cristiano ronadlo", "winona ryder"])
    assert name @ wrong > 0.85
    assert name @ other < 0.7


@pytest.mark.parametrize("number", [300, 6000])
def test_vectors_can_be_added_removed_and_kept(number: int, tmp_path: Path) -> None:
    all_names = names(number + 10)
    index = VectorIndex.build(range(number), all_names[:number])
    index.add(range(number, number + 10), all_names[number:])
    index.remove([0, 5, 10_000_000])
    index.save(tmp_path / "vectors")
    for kept in (index, VectorIndex.load(tmp_path / "vectors")):
        assert sorted(kept.ids().tolist()) == [i for i in range(number + 10) if i not in (0, 5)]
        _, found = kept.search(encode([all_names[7], all_names[number + 3], all_names[5]]), 8)
        assert 7 in found[0]
        assert number + 3 in found[1]
        assert 5 not in found[2]


@pytest.mark.parametrize("number", [300, 6000])
def test_the_order_of_the_forms_makes_no_difference(number: int) -> None:
    rng = random.Random(2)
    forms = sorted({"".join(rng.choices("abcd", k=6)) for _ in range(3 * number)})[:number]  # many are equally near
    shuffled = rng.sample(forms, len(forms))
    asked = encode([f"{form[:2]}x{form[2:]}" for form in forms[:: number // 50]])
    one, other = (VectorIndex.build(range(len(order)), order) for order in (forms, shuffled))
    for ids, other_ids in zip(one.search(asked, 5)[1], other.search(asked, 5)[1], strict=True):
        found = {forms[i] for i in ids if i >= 0}
        assert len(found) >= 5
        assert found == {shuffled[i] for i in other_ids if i >= 0}


def test_lists_that_the_graph_has_outgrown_are_trained_anew(
    store: SqlStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "_LARGEST_FLAT", 100)
    all_names = names(1000)
    with AliasIndex.build(root, store) as index:
        store.upsert_entities([Entity(name) for name in all_names])
        index.update(store)
        assert not VectorIndex.load(next(root.glob("vectors-*.faiss"))).outgrown
        assert index.search(f"{all_names[77]}x")[0].node == all_names[77]
    with AliasIndex.open(root) as index:
        assert index.search(f"{all_names[78]}x")[0].node == all_names[78]


@given(forms, forms)
def test_only_equal_forms_are_wholly_alike(one: str, other: str) -> None:
    score = similarity(one, other)
    assert 0 <= score <= 1
    assert (score == 1) == (one == other)
    assert score == pytest.approx(similarity(other, one))


@pytest.mark.parametrize(
    ("asked", "form", "least"),
    [("m a s h", "mash", SPACING), ("hanks tom", "tom hanks", 0.95), ("ronaldo", "cristiano ronaldo", 0.7),
     ("tom hnaks", "tom hanks", 0.85)],
)  # fmt: skip
def test_what_counts_as_alike(asked: str, form: str, least: float) -> None:
    assert least <= similarity(asked, form) < 1
    assert similarity("directed", form) < 0.64


@given(forms, forms)
def test_words_are_alike_in_both_directions(one: str, other: str) -> None:
    asked, known = least_alike_words(one, other)
    assert 0 <= asked <= 1
    assert least_alike_words(other, one) == (known, asked)
    assert least_alike_words(one, one) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("asked", "form", "expected"),
    [("m a s h", "mash", (1.0, 1.0)), ("hanks tom", "tom hanks", (1.0, 1.0)), ("hanks", "tom hanks", (1.0, 0.0)),
     ("tom hnaks", "tom hanks", (0.8, 0.8)), ("tom hanks film", "tom hanks", (0.25, 1.0))],
)  # fmt: skip
def test_the_word_that_is_least_alike(asked: str, form: str, expected: tuple[float, float]) -> None:
    assert least_alike_words(asked, form) == pytest.approx(expected)
