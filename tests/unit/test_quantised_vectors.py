"""Bases too large to look at every vector, at a few thousand vectors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from engines import Pair
from numpy.typing import NDArray

from index.errors import CorpusBusy
from index.records import Draft
from index.search.joined_view import JoinedView
from index.search.vectors import index as vectors_module
from index.search.vectors import quantised
from index.search.vectors.building import RECALL
from index.search.vectors.index import VectorIndex
from index.search.vectors.quantised import QuantisedBase
from index.storage.halves import rounded
from index.storage.locking import WriteLock
from index.storage.sqlite.storage import SqliteStorage

DIMENSIONS, COUNT = 64, 3000
ROUNDING = 0.004
Vectors = NDArray[np.float32]
NONE = np.empty(0, dtype=np.int64)


def unit_vectors(count: int, seed: int) -> Vectors:
    """Return vectors that lie near each other in groups, as passages do."""
    random = np.random.default_rng(seed)
    groups = np.random.default_rng(0).standard_normal((50, DIMENSIONS))
    vectors = groups[random.integers(0, 50, count)] + 0.7 * random.standard_normal((count, DIMENSIONS))
    return rounded(vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).reshape(vectors.shape)


def opened(folder: Path, since: int = 0) -> VectorIndex:
    return VectorIndex.open(folder, DIMENSIONS, since, exact_passages=500)


@pytest.fixture(scope="module")
def kept() -> dict[int, Vectors]:
    return dict(enumerate(unit_vectors(COUNT, 1), 1))


@pytest.fixture
def dense(tmp_path: Path, kept: dict[int, Vectors]) -> VectorIndex:
    dense = opened(tmp_path)
    dense.apply([(np.array(list(kept)), np.stack(list(kept.values())))], NONE, 1)
    dense.merge()
    assert isinstance(dense.view.base, QuantisedBase)
    assert len(dense.view.tail_numbers) == 0
    return dense


def nearest(kept: dict[int, Vectors], query: Vectors, limit: int) -> list[int]:
    numbers, scores = np.array(list(kept)), np.stack(list(kept.values())) @ query
    return [int(number) for number in numbers[np.lexsort((numbers, -scores))[:limit]]]


def check(dense: VectorIndex, kept: dict[int, Vectors], allowed: NDArray[np.int64] | None = None) -> None:
    """Compare with looking at every vector: how many of the ten nearest are found, and with which cosines."""
    some = kept if allowed is None else {number: kept[number] for number in allowed.tolist() if number in kept}
    assert len(dense.view) == len(kept)
    found = 0
    queries = unit_vectors(40, 2)
    for query in queries:
        ranking = dense.view.search(query, 20, allowed)
        numbers = ranking.numbers.tolist()
        assert len(numbers) == len(set(numbers)) == min(20, len(some))
        assert set(numbers) <= set(some)
        assert ranking.scores.tolist() == sorted(ranking.scores.tolist(), reverse=True)
        np.testing.assert_allclose(ranking.scores, [kept[number] @ query for number in numbers], atol=ROUNDING)
        found += len(set(nearest(some, query, 10)) & set(numbers))
        asked = np.array([*list(kept)[::97], 10**6])
        cosines = dense.view.cosines(query, asked)
        assert np.isnan(cosines).tolist() == [False] * (len(asked) - 1) + [True]
        np.testing.assert_allclose(
            cosines[:-1], [kept[number] @ query for number in asked[:-1].tolist()], atol=ROUNDING
        )
    assert found >= RECALL * len(queries) * min(10, len(some))


def test_it_finds_what_looking_at_every_vector_finds(dense: VectorIndex, kept: dict[int, Vectors]) -> None:
    check(dense, kept)
    accuracy = dense.view.base.accuracy
    assert accuracy is not None
    assert accuracy.recall >= RECALL
    assert accuracy.measured_at == accuracy.trained_at == COUNT


@pytest.mark.parametrize("every", [1, 2, 7, 300])
def test_filters_find_the_nearest_of_what_passes(dense: VectorIndex, kept: dict[int, Vectors], every: int) -> None:
    check(dense, kept, np.array(list(kept)[::every]))


@pytest.mark.parametrize("share_scanned", [0.0, 2.0])
def test_a_filter_that_passes_only_what_is_far_from_the_question(
    dense: VectorIndex, kept: dict[int, Vectors], monkeypatch: pytest.MonkeyPatch, share_scanned: float
) -> None:
    monkeypatch.setattr(quantised, "_MOST_SHARE_SCANNED", share_scanned)
    query = unit_vectors(1, 2)[0]
    far = np.sort(nearest(kept, query, COUNT)[-COUNT // 2 :])
    found = dense.view.search(query, 10, far)
    assert set(found.numbers.tolist()) <= set(far.tolist())
    best = [kept[number] @ query for number in nearest({number: kept[number] for number in far.tolist()}, query, 10)]
    np.testing.assert_allclose(found.scores, best, atol=ROUNDING)


def test_removals_and_a_tail_before_and_after_a_merge(
    dense: VectorIndex, kept: dict[int, Vectors], tmp_path: Path
) -> None:
    kept = dict(kept)
    removed = np.array(list(kept)[::5])
    more = unit_vectors(700, 3)
    numbers = np.arange(COUNT + 1, COUNT + 701)
    dense.apply([(numbers, more)], removed, 2)
    for number in removed.tolist():
        del kept[number]
    kept |= dict(zip(numbers.tolist(), more, strict=True))
    before = dense.view
    codes = dense.view.base.codes if isinstance(dense.view.base, QuantisedBase) else None
    check(dense, kept)
    dense.merge()
    check(dense, kept)
    assert codes is not None
    assert isinstance(dense.view.base, QuantisedBase)
    alive = before.base_alive
    np.testing.assert_array_equal(dense.view.base.codes[: len(codes) - len(removed)], codes[alive])
    check(opened(tmp_path), kept)
    dense.apply([], np.array(list(kept)), 3)
    dense.merge()
    assert len(dense.view) == len(dense.view.search(more[0], 5)) == 0


def test_centroids_are_trained_anew_when_the_base_has_outgrown_them(
    dense: VectorIndex, kept: dict[int, Vectors]
) -> None:
    kept = dict(kept)
    more = unit_vectors(3 * COUNT + 1, 4)
    numbers = np.arange(COUNT + 1, COUNT + 1 + len(more))
    dense.apply([(numbers, more)], NONE, 2)
    dense.merge()
    accuracy = dense.view.base.accuracy
    assert accuracy is not None
    assert accuracy.trained_at == accuracy.measured_at == COUNT + len(more)
    check(dense, kept | dict(zip(numbers.tolist(), more, strict=True)))


def test_a_store_of_many_becomes_a_base_at_once(
    tmp_path: Path, kept: dict[int, Vectors], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors_module, "MERGE_TAIL_PASSAGES", 1000)
    dense = opened(tmp_path)
    numbers, vectors = np.array(list(kept)), np.stack(list(kept.values()))
    blocks = [(numbers[rows], vectors[rows]) for rows in np.array_split(np.arange(COUNT), 10)]
    with WriteLock(tmp_path / "lock").held(), pytest.raises(CorpusBusy):
        dense.start(blocks, 7, WriteLock(tmp_path / "lock", patience_seconds=0.0))
    assert dense.view.revision == len(dense.view) == 0
    dense.start(blocks, 7, WriteLock(tmp_path / "lock"))
    assert dense.view.revision == 7
    assert len(dense.view.tail_numbers) == 0
    check(dense, kept)
    few = opened(tmp_path / "few")
    few.start(blocks[:2], 7, WriteLock(tmp_path / "lock"))
    assert (len(few.view.tail_numbers), few.revision_on_disk()) == (600, 0)


def test_another_index_takes_a_newer_base_up_and_keeps_what_came_since(
    dense: VectorIndex, kept: dict[int, Vectors], tmp_path: Path
) -> None:
    kept = dict(kept)
    other = opened(tmp_path)
    more = unit_vectors(30, 5)
    numbers = np.arange(COUNT + 1, COUNT + 31)
    for one in (dense, other):
        one.apply([(numbers[:20], more[:20])], np.array([1, 2, 3]), 2)
    other.apply([(numbers[20:], more[20:])], np.array([4, COUNT + 1]), 3)
    dense.merge()
    other.take_newer(until=1)
    assert other.view.base_revision == 1, "not after the revision that may be shown"
    other.take_newer(until=3)
    assert (other.view.base_revision, other.view.revision) == (2, 3)
    assert other.view.tail_numbers.tolist() == numbers[20:].tolist()
    kept |= dict(zip(numbers.tolist(), more, strict=True))
    for number in (1, 2, 3, 4, COUNT + 1):
        del kept[number]
    check(other, kept)


def test_views_of_a_base_that_was_deleted_go_on(dense: VectorIndex, kept: dict[int, Vectors], tmp_path: Path) -> None:
    query = unit_vectors(1, 2)[0]
    before = dense.view
    expected = before.search(query, 50)
    dense.apply([(np.arange(COUNT + 1, COUNT + 11), unit_vectors(10, 6))], np.array([1]), 2)
    dense.merge()
    assert len(list(tmp_path.glob("base-*"))) == 1
    found = before.search(query, 50)
    assert found.numbers.tolist() == expected.numbers.tolist()
    np.testing.assert_array_equal(before.cosines(query, found.numbers), expected.scores)


@pytest.mark.parametrize(
    "file", ["levels.bin", "codes.bin", "scales.npy", "numbers.npy", "directions.npy", "accuracy.json"]
)
@pytest.mark.parametrize("damage", ["missing", "empty", "cut"])
def test_a_damaged_base_is_left_aside(dense: VectorIndex, tmp_path: Path, file: str, damage: str) -> None:
    base = tmp_path / json.loads((tmp_path / "current.json").read_text())["base"] / file
    match damage:
        case "missing":
            base.unlink()
        case "empty":
            base.write_bytes(b"")
        case "cut":
            base.write_bytes(base.read_bytes()[:-20])
    again = opened(tmp_path)
    assert again.view.revision == len(again.view) == 0


def test_a_base_of_an_older_version_is_left_aside(dense: VectorIndex, tmp_path: Path) -> None:
    pointer = tmp_path / "current.json"
    about = json.loads(pointer.read_text())
    del about["version"]
    pointer.write_text(json.dumps(about))
    assert opened(tmp_path).view.revision == 0


def test_a_write_that_fails_leaves_the_older_base(
    dense: VectorIndex, kept: dict[int, Vectors], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path) -> None:
        raise OSError(28, "No space left on device")

    dense.apply([], np.array([1]), 2)
    monkeypatch.setattr("index.search.vectors.files.sync", full)
    with pytest.raises(OSError, match="No space"):
        dense.merge()
    assert dense.revision_on_disk() == 1
    assert len(list(tmp_path.glob("base-*"))) == 1
    check(dense, {number: vector for number, vector in kept.items() if number != 1})


READER = """
import sys
from pathlib import Path
import numpy as np
from index.search.vectors.index import VectorIndex
dense = VectorIndex.open(Path(sys.argv[1]), 64)
query = np.load(sys.argv[2])
print(dense.view.search(query, 20).numbers.tolist(), flush=True)
sys.stdin.readline()
print(dense.view.search(query, 20).numbers.tolist(), flush=True)
"""


def test_a_process_goes_on_while_another_merges(dense: VectorIndex, tmp_path: Path) -> None:
    query = unit_vectors(1, 2)[0]
    np.save(tmp_path / "query.npy", query)
    expected = str(dense.view.search(query, 20).numbers.tolist())
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    command = [sys.executable, "-c", READER, str(tmp_path), str(tmp_path / "query.npy")]
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True, env=environment) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        assert reader.stdout.readline().strip() == expected
        dense.apply([], dense.view.search(query, 5).numbers, 2)
        dense.merge()
        reader.stdin.write("\n")
        reader.stdin.flush()
        assert reader.stdout.readline().strip() == expected


def test_cosines_are_those_of_the_stored_vectors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors_module, "EXACT_PASSAGES", 20)
    pair = Pair(SqliteStorage.open(tmp_path))
    try:
        pair.change([Draft(id=f"a{n}", text=f"cầu {'sông ' * n} số {n}") for n in range(30)])
        pair.index.merge()
        view, vector = pair.index.view(), pair.encoder.encode_queries(["cầu sông"])[0]
        assert isinstance(view, JoinedView)
        numbers = view.nearest(vector, 100).numbers
        stored = pair.storage.vectors(numbers.tolist())
        exact = np.array([stored[number] @ vector for number in numbers.tolist()])
        rough = view.vectors.cosines(vector, numbers)
        np.testing.assert_allclose(view.cosines(vector, numbers), exact, atol=1e-6)
        assert 1e-5 < np.abs(rough - exact).max() < ROUNDING
        pair.change(remove=["a3"])
        (gone,) = set(numbers.tolist()) - set(pair.index.view().nearest(vector, 100).numbers.tolist())
        kept_cosine = rough[numbers.tolist().index(gone)]
        assert view.cosines(vector, np.array([gone]))[0] == pytest.approx(kept_cosine, abs=1e-6)
        opposite = {number: -own for number, own in stored.items()}
        monkeypatch.setattr(SqliteStorage, "vectors", lambda _own, _numbers: opposite)
        np.testing.assert_allclose(view.cosines(vector, numbers), rough, atol=1e-6)
    finally:
        pair.close()


def test_questions_and_writers_go_on_during_a_merge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors_module, "EXACT_PASSAGES", 20)
    pair = Pair(SqliteStorage.open(tmp_path))
    pair.change([Draft(id=f"a{n}", text=f"cầu số {n}") for n in range(30)])
    reached, go_on = threading.Event(), threading.Event()
    write = VectorIndex.write_merged

    def slow(own: VectorIndex, *arguments: object) -> bool:
        reached.set()
        assert go_on.wait(60)
        return write(own, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(VectorIndex, "write_merged", slow)
    merging = threading.Thread(target=pair.index.merge)
    merging.start()
    try:
        assert reached.wait(60)
        pair.change([Draft(id="b", text="cầu mới")], remove=["a3"])
        view = pair.index.view()
        assert view.revision == pair.storage.revision() == 2
        vector = pair.encoder.encode_queries(["cầu số"])[0]
        numbers = set(view.nearest(vector, 100).numbers.tolist())
    finally:
        go_on.set()
        merging.join()
    after = pair.index.view()
    assert (after.revision, pair.index.figures().base_vectors, pair.index.figures().tail_vectors) == (2, 30, 1)
    assert set(after.nearest(vector, 100).numbers.tolist()) == numbers
    assert len(numbers) == 30
    assert list(pair.index.problems()) == []
    pair.close()
