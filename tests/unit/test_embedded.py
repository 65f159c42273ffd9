"""FAISS and tantivy following a storage together, where threads, processes and damage come between."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from engines import Pair

from index.model_in_use import ModelInUse
from index.models.encoder import Fingerprint
from index.records import Draft
from index.search.embedded import EmbeddedIndex
from index.search.joined_view import JoinedView
from index.search.text.index import TextIndex
from index.search.vectors.index import VectorIndex
from index.storage.sqlite.storage import SqliteStorage
from index.text.analysis import analyse


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    opened = Pair(SqliteStorage.open(tmp_path))
    yield opened
    opened.close()


def bridge(number: int) -> Draft:
    return Draft(id=f"a{number}", text=f"cầu số {number}")


def of_one_state(view: JoinedView) -> bool:
    return view.vectors.revision == view.text.revision


def test_views_are_of_one_revision_while_threads_write(pair: Pair) -> None:
    stop, mixed = threading.Event(), []

    def look() -> None:
        while not stop.is_set():
            view = pair.index.view()
            assert isinstance(view, JoinedView)
            if not of_one_state(view):
                mixed.append((view.vectors.revision, view.text.revision))

    def write(name: str) -> None:
        for number in range(12):
            pair.change([Draft(id=f"{name}{number}", text=f"cầu {name} {number}")], remove=[f"{name}{number - 2}"])
            if number % 4 == 0:
                pair.index.merge()

    readers = [threading.Thread(target=look) for _ in range(2)]
    writers = [threading.Thread(target=write, args=(name,)) for name in "xyz"]
    for thread in (*readers, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in readers:
        thread.join()
    assert mixed == []
    assert list(pair.index.problems()) == []


def test_a_commit_between_joining_and_showing_is_left_for_the_next_view(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process commits right after the text index was looked at: the view is of what was looked at."""
    pair.change([bridge(1)])
    other = Pair(SqliteStorage.open(Path(pair.storage.location)))
    refresh = TextIndex.refresh

    def and_then_another_writes(own: TextIndex) -> object:
        view = refresh(own)
        monkeypatch.setattr(TextIndex, "refresh", refresh)
        other.change([bridge(2)])
        return view

    other.change([bridge(3)])
    monkeypatch.setattr(TextIndex, "refresh", and_then_another_writes)
    view = pair.index.view()
    assert isinstance(view, JoinedView)
    assert of_one_state(view)
    assert view.revision == 2
    assert pair.index.view().revision == 3
    other.close()


def test_a_view_does_not_go_back_while_another_process_builds_the_text_index(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair.change([bridge(1), bridge(2)])
    before = pair.index.view()
    pair.change([bridge(3)])
    assert isinstance(pair.index, EmbeddedIndex)
    pair.index._text.apply([], Mock(__len__=lambda _self: 0), 0, anew=True)  # as it is when it has just been emptied
    with pair.storage.writing() as change:
        change.remove("a3")
    after = pair.index.view()
    assert after.revision == pair.storage.revision() > before.revision
    assert after.count("hybrid", analyse("cầu")) == 2


def test_vectors_are_opened_again_when_that_failed_after_a_switch(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    pair.change([bridge(1)])
    index = pair.index
    assert isinstance(index, EmbeddedIndex)
    follow, opened = ModelInUse.follow, VectorIndex.open

    def switched(model: ModelInUse) -> bool:
        monkeypatch.setattr(ModelInUse, "follow", follow)
        with pair.storage.writing() as change:
            change.begin_reindex(Fingerprint.of(pair.encoder))
            pending = pair.storage.pending(10)
            change.put_reindexed(pending, -pair.encoder.encode_passages([one.text for one in pending]))
            change.switch_model()
        return follow(model)

    monkeypatch.setattr(ModelInUse, "follow", switched)
    monkeypatch.setattr(VectorIndex, "open", Mock(side_effect=MemoryError))
    with pytest.raises(MemoryError), index._following:
        index._join()
    monkeypatch.setattr(VectorIndex, "open", opened)
    index.follow()
    (number,) = pair.storage.passages_of(["a1"])["a1"]
    query = pair.encoder.encode_queries(["cầu số 1"])[0]
    assert pair.index.view().cosines(query, np.array([number]))[0] == pytest.approx(-1.0, abs=1e-5)


@pytest.mark.parametrize("damage", ["", "[]", "null", "3", "{}"])
def test_a_base_that_cannot_be_read_is_done_without(pair: Pair, damage: str) -> None:
    pair.change([bridge(1)])
    pair.index.merge()
    folder = Path(pair.storage.location) / "dense"
    (folder / "current.json").write_text(damage)
    again = Pair(SqliteStorage.open(Path(pair.storage.location)))
    assert again.index.view().count("dense", analyse("cầu")) == 1
    again.close()


def test_an_empty_file_of_numbers_is_done_without(pair: Pair) -> None:
    pair.change([bridge(1)])
    pair.index.merge()
    (numbers,) = Path(pair.storage.location).glob("dense/*/numbers.npy")
    numbers.write_bytes(b"")
    again = Pair(SqliteStorage.open(Path(pair.storage.location)))
    assert again.index.view().count("dense", analyse("cầu")) == 1
    again.close()


def test_without_a_thread_to_merge_in_what_was_stored_is_found(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.search.vectors.index.MERGE_TAIL_PASSAGES", 1)
    with monkeypatch.context() as patch:
        patch.setattr(threading, "Thread", Mock(side_effect=RuntimeError("can't start new thread")))
        pair.change([bridge(1)])
    assert pair.index.view().count("dense", analyse("cầu")) == 1
    pair.index.merge()
    assert pair.index.figures().base_vectors == 1


def test_an_older_merge_does_not_replace_a_newer_base(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    pair.change([bridge(1)])
    other = Pair(SqliteStorage.open(Path(pair.storage.location)))
    index = pair.index
    assert isinstance(index, EmbeddedIndex)
    join = EmbeddedIndex._join

    def and_then_another_merges(own: EmbeddedIndex) -> None:
        join(own)
        if own is index:
            monkeypatch.setattr(EmbeddedIndex, "_join", join)
            other.change([bridge(2)])
            other.index.merge()

    monkeypatch.setattr(EmbeddedIndex, "_join", and_then_another_merges)
    index.merge()
    assert index._vectors.revision_on_disk() == 2
    assert index.view().count("dense", analyse("cầu")) == 2
    other.close()
