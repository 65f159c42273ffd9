"""What every storage promises of changes: atomic, in order, one at a time, followed by a feed."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from engines import Pair, new
from fakes import WordEncoder

from index.models.encoder import Fingerprint
from index.records import Draft
from index.storage.halves import rounded
from index.storage.protocol import Feed


def draft(one: str, text: str = "") -> Draft:
    return Draft(id=one, text=text or f"Bài {one} kể chuyện cầu.")


def taken(feed: Feed | None) -> tuple[set[int], set[int], list[int]]:
    """Return the numbers of a feed: with vectors, with texts, removed."""
    assert feed is not None
    vectors = [number for numbers, _ in feed.vectors for number in numbers.tolist()]
    assert vectors == sorted(vectors)
    return set(vectors), {one.number for one in feed.texts}, feed.removed.tolist()


def test_a_change_is_whole_or_nothing(pair: Pair) -> None:
    pair.change([draft("a"), draft("b")])
    before = pair.storage.revision()

    def stop_halfway() -> None:
        with pair.storage.writing() as change:
            change.put(new(draft("c")), pair.encoded(draft("c")))
            change.put(new(draft("a", "Khác hẳn.")), pair.encoded(draft("a", "Khác hẳn.")))
            change.remove("b")
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        stop_halfway()
    assert pair.storage.revision() == before
    assert [header.id for header in pair.storage.page(10)] == ["a", "b"]
    assert pair.storage.articles(["a"])["a"].text == "Bài a kể chuyện cầu."
    assert pair.change([draft("c")]) == [True]


def test_a_revision_is_one_change_of_articles(pair: Pair) -> None:
    assert pair.storage.revision() == 0
    with pair.storage.writing() as change:
        assert change.revision == 0
        assert not change.remove("nothing")
    assert pair.storage.revision() == 0, "nothing was changed"
    for revision in (1, 2, 3):
        with pair.storage.writing() as change:
            change.put(new(draft("a")), pair.encoded(draft("a")))
            change.put(new(draft("b")), pair.encoded(draft("b")))
            assert change.revision == revision
        assert pair.storage.revision() == revision


def test_a_change_sees_what_it_has_done(pair: Pair) -> None:
    with pair.storage.writing() as change:
        change.put(new(draft("a")), pair.encoded(draft("a")))
        assert pair.storage.counts().articles == 1
        change.remove("a")
        assert pair.storage.counts().articles == 0
        assert not change.remove("a")


def test_readings_are_kept_without_a_revision(pair: Pair) -> None:
    pair.change([draft("a")])
    (number,) = pair.storage.passages_of(["a"])["a"]
    before = pair.storage.revision()
    with pair.storage.writing() as change:
        change.put_readings({number: b"read", number + 1: b"gone"})
    assert {key: one.reading for key, one in pair.storage.passages([number, number + 1]).items()} == {number: b"read"}
    assert pair.storage.revision() == before


def test_reading_is_of_one_state(pair: Pair) -> None:
    pair.change([draft("a")])
    with pair.storage.reading():
        before = pair.storage.revision()
        writer = threading.Thread(target=pair.change, args=([draft("b")], ["a"]))
        writer.start()
        writer.join()
        assert pair.storage.revision() == before
        assert [header.id for header in pair.storage.page(10)] == ["a"]
        with pair.storage.reading():
            assert pair.storage.counts().articles == 1
    assert [header.id for header in pair.storage.page(10)] == ["b"]


def test_writers_take_turns(pair: Pair) -> None:
    errors: list[BaseException] = []

    def write(name: str) -> None:
        try:
            for n in range(8):
                pair.change([draft(f"{name}{n}")])
        except BaseException as error:
            errors.append(error)

    writers = [threading.Thread(target=write, args=(name,)) for name in "xyz"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert errors == []
    assert pair.storage.counts().articles == pair.storage.revision() == 24
    assert pair.index.view().revision == 24
    assert list(pair.index.problems()) == []


def test_a_feed_tells_what_came_after(pair: Pair) -> None:
    storage = pair.storage
    pair.change([draft("a"), draft("b")])
    first = {number for own in storage.passages_of(["a", "b"]).values() for number in own}
    pair.change([draft("c")], remove=["a"])
    (new_number,) = storage.passages_of(["c"])["c"]
    kept, gone = storage.passages_of(["b"])["b"], first - set(storage.passages_of(["b"])["b"])
    with storage.reading():
        assert taken(storage.feed(0)) == ({*kept, new_number}, {*kept, new_number}, sorted(gone))
        assert taken(storage.feed(1)) == ({new_number}, {new_number}, sorted(gone))
        assert taken(storage.feed(2)) == (set(), set(), [])
        feed = storage.feed(1)
        assert feed is not None
        assert feed.revision == 2
        (text,) = feed.texts
        assert (text.number, text.text, text.article.id) == (new_number, "Bài c kể chuyện cầu.", "c")


def test_a_feed_up_to_a_revision_is_exact_or_none(pair: Pair) -> None:
    storage = pair.storage
    pair.change([draft("a")])
    pair.change([draft("b")])
    pair.change([draft("c")], remove=["a"])
    numbers = storage.passages_of(["b", "c"])
    with storage.reading():
        assert storage.feed(0, 2) is None, "a was there at 2 and cannot be told any more"
        assert taken(storage.feed(1, 2)) == (set(numbers["b"]), set(numbers["b"]), [])
        assert taken(storage.feed(1, 3))[2] != []
    pair.change(remove=["b"])
    with storage.reading():
        assert storage.feed(1, 2) is None
        assert storage.feed(1, 3) is None
        assert taken(storage.feed(3, 4)) == (set(), set(), numbers["b"])


def test_a_reindex_goes_on_beside_other_changes(pair: Pair) -> None:
    storage, other = pair.storage, WordEncoder(dimensions=8, name="other")
    pair.change([draft(f"a{n}") for n in range(6)])
    assert storage.reindex() is None
    with storage.writing() as change:
        change.begin_reindex(Fingerprint.of(other))
    first = storage.pending(4)
    assert [one.text for one in first] == [f"Bài a{n} kể chuyện cầu." for n in range(4)]
    with storage.writing() as change:
        change.put_reindexed(first, other.encode_passages([one.text for one in first]))
    pair.change([draft("late")], remove=["a0", "a5"])
    state = storage.reindex()
    assert state is not None
    assert (state.model.name, state.encoded, state.passages) == ("other", 3, 5)
    rest = storage.pending(100)
    pair.change(remove=["a4"])
    with storage.writing() as change:
        change.put_reindexed(rest, other.encode_passages([one.text for one in rest]))
        assert len(dict(storage.reindexed())) == 4
        change.switch_model()
    assert storage.reindex() is None
    manifest = storage.manifest()
    assert manifest.model is not None
    assert (manifest.model.record.name, manifest.model_since) == ("other", storage.revision())
    for one, numbers in storage.passages_of(["a1", "a2", "a3", "late"]).items():
        expected = other.encode_passages([f"Bài {one} kể chuyện cầu."])[0]
        np.testing.assert_array_equal(storage.vectors(numbers)[numbers[0]], rounded(expected))


def test_a_reindex_that_is_dropped_leaves_nothing(pair: Pair) -> None:
    storage, other = pair.storage, WordEncoder(dimensions=8, name="other")
    pair.change([draft("a")])
    with storage.writing() as change:
        change.begin_reindex(Fingerprint.of(other))
        pending = storage.pending(10)
        change.put_reindexed(pending, other.encode_passages([one.text for one in pending]))
        change.drop_reindex()
    assert storage.reindex() is None
    assert list(storage.reindexed()) == []
    assert storage.model_since() == 0
