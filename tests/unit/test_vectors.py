from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.search.vectors.index import VectorIndex
from index.search.vectors.view import VectorView
from index.storage.halves import rounded

DIMENSIONS = 8
Vectors = NDArray[np.float32]


def unit_vectors(count: int, seed: int) -> Vectors:
    vectors = np.random.default_rng(seed).standard_normal((count, DIMENSIONS)).astype(np.float32)
    return rounded(vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).reshape(vectors.shape)


def no_numbers() -> NDArray[np.int64]:
    return np.empty(0, dtype=np.int64)


def brute_force(kept: dict[int, Vectors], query: Vectors, limit: int) -> list[int]:
    return sorted(kept, key=lambda number: (-float(kept[number] @ query), number))[:limit]


def check(view: VectorView, kept: dict[int, Vectors], seed: int) -> None:
    query = unit_vectors(1, seed)[0]
    assert len(view) == len(kept)
    found = view.search(query, 5)
    assert found.numbers.tolist() == brute_force(kept, query, 5)
    assert found.scores.tolist() == pytest.approx([float(kept[n] @ query) for n in found.numbers.tolist()], abs=1e-5)
    allowed = np.array(sorted(number for number in kept if number % 3 == 0), dtype=np.int64)
    some = {number: vector for number, vector in kept.items() if number % 3 == 0}
    assert view.search(query, 5, allowed).numbers.tolist() == brute_force(some, query, 5)
    assert view.search(query, 5, no_numbers()).numbers.tolist() == []
    asked = np.array([*kept, 10_000])
    expected = [*(float(vector @ query) for vector in kept.values()), float("nan")]
    assert view.cosines(query, asked).tolist() == pytest.approx(expected, abs=1e-5, nan_ok=True)


@settings(max_examples=40, deadline=None)
@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("add"), st.integers(1, 30)),
            st.tuples(st.just("remove"), st.integers(0, 100)),
            st.tuples(st.just("merge"), st.just(0)),
            st.tuples(st.just("reopen"), st.just(0)),
        ),
        max_size=12,
    )
)
def test_any_history_searches_like_brute_force(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("dense")
    dense = VectorIndex.open(folder, DIMENSIONS)
    kept: dict[int, Vectors] = {}
    removed: dict[int, int] = {}
    written: dict[int, tuple[int, Vectors]] = {}
    next_number, change = 1, 0
    for action, size in steps:
        if action == "add":
            change += 1
            vectors = unit_vectors(size, change)
            numbers = np.arange(next_number, next_number + size)
            next_number += size
            dense.apply([(numbers, vectors)], no_numbers(), change)
            for number, vector in zip(numbers.tolist(), vectors, strict=True):
                kept[number] = vector
                written[number] = (change, vector)
        elif action == "remove" and kept:
            change += 1
            gone = sorted(kept)[size % len(kept) :: 2]
            dense.apply([], np.array(gone, dtype=np.int64), change)
            for number in gone:
                del kept[number]
                removed[number] = change
        elif action == "merge":
            dense.merge()
        elif action == "reopen":
            # As the corpus does: what the base on disk does not know yet is replayed from the store.
            dense = VectorIndex.open(folder, DIMENSIONS)
            at = dense.view.revision
            later = [n for n, (when, _) in sorted(written.items()) if when > at and n in kept]
            block = np.stack([written[n][1] for n in later]) if later else np.empty((0, DIMENSIONS), dtype=np.float32)
            forgotten = np.array(sorted(n for n, when in removed.items() if when > at), dtype=np.int64)
            dense.apply([(np.array(later, dtype=np.int64), block)], forgotten, change)
    if kept:
        check(dense.view, kept, seed=99)
    else:
        assert len(dense.view.search(unit_vectors(1, 1)[0], 3)) == 0


def test_a_view_does_not_change_while_the_index_does(tmp_path: Path) -> None:
    dense = VectorIndex.open(tmp_path, DIMENSIONS)
    vectors = unit_vectors(40, 1)
    dense.apply([(np.arange(1, 21), vectors[:20])], no_numbers(), 1)
    before = dense.view
    expected = before.search(vectors[0], 20).numbers.tolist()
    dense.apply([(np.arange(21, 41), vectors[20:])], np.array([1, 2, 3]), 2)
    dense.merge()
    assert before.search(vectors[0], 20).numbers.tolist() == expected
    assert sorted(expected) == list(range(1, 21))


def test_equal_scores_are_ordered_by_number(tmp_path: Path) -> None:
    dense = VectorIndex.open(tmp_path, DIMENSIONS)
    same = np.repeat(unit_vectors(1, 1), 6, axis=0)
    dense.apply([(np.arange(1, 4), same[:3])], no_numbers(), 1)
    dense.merge()
    dense.apply([(np.arange(4, 7), same[3:])], no_numbers(), 2)
    assert dense.view.search(same[0], 6).numbers.tolist() == [1, 2, 3, 4, 5, 6]


def test_a_question_without_a_token_finds_nothing(tmp_path: Path) -> None:
    dense = VectorIndex.open(tmp_path, DIMENSIONS)
    dense.apply([(np.arange(1, 4), unit_vectors(3, 1))], no_numbers(), 1)
    assert len(dense.view.search(np.zeros(DIMENSIONS, dtype=np.float32), 3)) == 0


@pytest.mark.parametrize("damage", ["no pointer", "bad pointer", "no vectors", "short vectors", "other dimensions"])
def test_a_damaged_base_is_left_aside(tmp_path: Path, damage: str) -> None:
    dense = VectorIndex.open(tmp_path, DIMENSIONS)
    dense.apply([(np.arange(1, 11), unit_vectors(10, 1))], no_numbers(), 7)
    dense.merge()
    assert VectorIndex.open(tmp_path, DIMENSIONS).view.revision == 7
    pointer = tmp_path / "current.json"
    base = tmp_path / json.loads(pointer.read_text())["base"] / "halves.faiss"
    match damage:
        case "no pointer":
            pointer.unlink()
        case "bad pointer":
            pointer.write_text("{")
        case "no vectors":
            base.unlink()
        case "short vectors":
            base.write_bytes(base.read_bytes()[:40])
    dimensions = DIMENSIONS + 1 if damage == "other dimensions" else DIMENSIONS
    reopened = VectorIndex.open(tmp_path, dimensions)
    assert reopened.view.revision == 0
    assert len(reopened.view) == 0


def test_old_bases_are_cleared_away(tmp_path: Path) -> None:
    dense = VectorIndex.open(tmp_path, DIMENSIONS)
    for change in (1, 2, 3):
        dense.apply([(np.arange(change * 10, change * 10 + 5), unit_vectors(5, change))], no_numbers(), change)
        dense.merge()
    assert len(list(tmp_path.glob("base-*"))) == 1
