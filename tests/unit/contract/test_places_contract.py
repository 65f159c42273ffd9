"""What every storage keeps of pages and sections, and of the headers of tables."""

from __future__ import annotations

from dataclasses import replace

from engines import Pair, new
from hypothesis import given
from hypothesis import strategies as st

from index.models.encoder import Fingerprint
from index.places import places_within
from index.records import Draft, Place
from index.storage.memory.storage import MemoryStorage
from index.storage.protocol import EncodedPassage, Storage

TEXT = "Trang một kể chuyện cầu. " * 60
REPORT = Draft(id="bao-cao", text=TEXT)
PLACES = (Place(0, 1, "Mở đầu"), Place(700, 2, "Mở đầu"), Place(730, 2, None), Place(1300, None, "Kết luận"))


def put(storage: Storage, places: tuple[Place, ...], passages: list[EncodedPassage], id: str = "bao-cao") -> None:
    article = new(replace(REPORT, id=id))
    with storage.writing() as change:
        change.put(replace(article, article=replace(article.article, places=places)), passages)


def test_places_come_back_with_the_article_and_the_passages(pair: Pair) -> None:
    put(pair.storage, PLACES, pair.encoded(REPORT))
    put(pair.storage, (), pair.encoded(REPORT), "khong-trang")
    assert pair.storage.articles(["bao-cao"])["bao-cao"].places == PLACES
    assert pair.storage.articles(["khong-trang"])["khong-trang"].places == ()
    numbers = pair.storage.passages_of(["bao-cao", "khong-trang"])
    for passage in pair.storage.passages(numbers["bao-cao"]).values():
        assert passage.places == places_within(PLACES, passage.start, passage.end)
        assert passage.places
    assert not any(passage.places for passage in pair.storage.passages(numbers["khong-trang"]).values())


def test_what_stands_before_the_first_place_has_none(pair: Pair) -> None:
    put(pair.storage, (Place(700, 2),), [EncodedPassage(0, 700, b"a", None), EncodedPassage(690, 720, b"b", None)])
    first, second = pair.storage.passages(pair.storage.passages_of(["bao-cao"])["bao-cao"]).values()
    assert (first.places, second.places) == ((), (Place(700, 2),))


def test_a_replaced_article_has_its_own_places_and_a_removed_one_none(pair: Pair) -> None:
    put(pair.storage, PLACES, pair.encoded(REPORT))
    put(pair.storage, PLACES[:2], pair.encoded(REPORT))
    assert pair.storage.articles(["bao-cao"])["bao-cao"].places == PLACES[:2]
    pair.change(remove=["bao-cao"])
    put(pair.storage, (), pair.encoded(REPORT))
    assert pair.storage.articles(["bao-cao"])["bao-cao"].places == ()
    assert pair.storage.damage() == []


def test_the_header_of_a_table_comes_back_as_offsets_and_as_text(pair: Pair) -> None:
    passages = [EncodedPassage(0, 100, b"a", None), EncodedPassage(100, 200, b"b", None, header=(6, 9))]
    put(pair.storage, (), passages)
    numbers = pair.storage.passages_of(["bao-cao"])["bao-cao"]
    found = pair.storage.passages(numbers)
    assert [found[number].header for number in numbers] == [None, (6, 9)]
    assert [found[number].header_text for number in numbers] == ["", "một"]
    with pair.storage.reading():
        feed = pair.storage.feed(0)
        assert feed is not None
        assert {one.number: one.header for one in feed.texts} == dict(zip(numbers, ["", "một"], strict=True))


def test_places_and_headers_stay_when_the_model_changes(pair: Pair) -> None:
    put(pair.storage, PLACES, [EncodedPassage(0, 750, b"a", None), EncodedPassage(720, 900, b"b", None, (0, 5))])
    numbers = pair.storage.passages_of(["bao-cao"])["bao-cao"]
    before = pair.storage.passages(numbers)
    with pair.storage.writing() as change:
        change.begin_reindex(Fingerprint.of(pair.encoder))
        pending = pair.storage.pending(10)
        change.put_reindexed(pending, pair.encoder.encode_passages([one.text for one in pending]))
        change.switch_model()
    assert [one.text for one in pending] == [TEXT[:750], f"{TEXT[:5]}\n{TEXT[720:900]}"]
    assert pair.storage.passages(numbers) == before
    assert pair.storage.articles(["bao-cao"])["bao-cao"].places == PLACES


@given(
    starts=st.sets(st.integers(0, 99), max_size=12),
    spans=st.lists(st.tuples(st.integers(0, 98), st.integers(1, 40)), max_size=6),
)
def test_passages_have_the_places_that_their_characters_lie_in(starts: set[int], spans: list[tuple[int, int]]) -> None:
    """Said of the storage in memory, which the others are compared with below."""
    places = tuple(Place(start, number) for number, start in enumerate(sorted(starts), 1))
    storage = MemoryStorage()
    put(storage, places, [EncodedPassage(start, min(start + length, 100), b"", None) for start, length in spans])
    for passage in storage.passages(storage.passages_of(["bao-cao"]).get("bao-cao", [])).values():
        governing = {
            max((one for one in places if one.start <= at), key=lambda one: one.start, default=None)
            for at in range(passage.start, passage.end)
        }
        assert set(passage.places) == governing - {None}


def test_any_storage_finds_the_same_places(pair: Pair) -> None:
    places = tuple(Place(start, number) for number, start in enumerate((3, 10, 11, 40, 90), 1))
    passages = [EncodedPassage(start, end, b"", None) for start in range(0, 100, 7) for end in range(start + 1, 101, 5)]
    put(pair.storage, places, passages)
    for passage in pair.storage.passages(pair.storage.passages_of(["bao-cao"])["bao-cao"]).values():
        assert passage.places == places_within(places, passage.start, passage.end)
