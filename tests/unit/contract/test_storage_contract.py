"""What every storage keeps: articles, passages, vectors, and what it says of itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from engines import Pair, new

from index.filters import Filters
from index.models.encoder import Fingerprint
from index.records import Draft

BRIDGE = Draft(
    id="cau",
    title="Cầu mới",
    text="Cầu Mỹ Thuận bắc qua sông Tiền.",
    url="https://bao.example.org/cau",
    source="Báo A",
    author="Lê An",
    published_at="2000-05-21",
    language="vi",
    metadata={"trang": 1, "nổi bật": True},
)
MARKET = Draft(id="cho", text="Chợ nổi họp từ năm giờ sáng.", source="Báo B", language="vi", published_at="2017-04")
HARBOUR = Draft(id="port", text="The harbour opened.", language="en", metadata={"trang": "1"})


@pytest.fixture
def filled(pair: Pair) -> Pair:
    pair.change([BRIDGE, MARKET, HARBOUR])
    return pair


def test_a_new_storage_is_empty(pair: Pair) -> None:
    storage = pair.storage
    assert storage.revision() == 0
    assert storage.counts().articles == storage.counts().passages == 0
    assert storage.page(10) == storage.latest(10) == []
    assert not any((storage.passages([1]), storage.vectors([1]), storage.articles(["a"]), storage.digests(["a"])))
    assert storage.original("a") is None
    assert storage.damage() == []


def test_an_article_comes_back_as_it_went_in(filled: Pair) -> None:
    article = new(BRIDGE).article
    assert filled.storage.articles(["cau", "nothing"]) == {"cau": article}
    header = filled.storage.headers(["cau"])["cau"]
    assert (header.title, header.url, header.source, header.author) == ("Cầu mới", BRIDGE.url, "Báo A", "Lê An")
    assert (header.sha256, header.characters) == (article.sha256, len(article.text))
    assert header.metadata == {"trang": 1, "nổi bật": True}
    assert header.metadata["nổi bật"] is True
    assert filled.storage.original("cau") == BRIDGE.text
    assert filled.storage.digests(["cau"])["cau"].raw == new(BRIDGE).raw_digest


def test_what_came_in_is_kept_beside_what_was_cleaned(pair: Pair) -> None:
    page = Draft(id="trang", text="Cầu mới thông xe\n\nCầu dài 500 mét và rộng 20 mét.\n\nTin liên quan", scraped=True)
    pair.change([page])
    assert pair.storage.original("trang") == page.text


def test_putting_says_whether_an_article_is_new(pair: Pair) -> None:
    assert pair.change([BRIDGE]) == [True]
    assert pair.change([BRIDGE, MARKET], remove=["cho", "cho", "nothing"]) == [False, True, True, False, False]
    assert [header.id for header in pair.storage.page(10)] == ["cau"]


def test_passages_are_slices_and_numbers_are_never_used_again(filled: Pair) -> None:
    storage = filled.storage
    seen: set[int] = set()
    for text in ("Cầu một. " * 80, "Cầu hai. " * 120, "Cầu ba."):
        filled.change([Draft(id="cau", text=text)])
        numbers = storage.passages_of(["cau", "nothing"])["cau"]
        assert numbers == sorted(numbers)
        assert not seen & set(numbers)
        seen |= set(numbers)
        whole = storage.articles(["cau"])["cau"].text
        for number, passage in storage.passages(numbers).items():
            assert whole[passage.start : passage.end] == passage.text
            assert (passage.number, passage.article.id) == (number, "cau")
        assert storage.owners([*numbers, 10**9]) == dict.fromkeys(numbers, "cau")
    filled.change(remove=["cau"])
    filled.change([BRIDGE])
    assert not seen & set(storage.passages_of(["cau"])["cau"])
    assert not any((storage.passages(seen), storage.owners(seen), storage.vectors(seen)))


def test_vectors_come_back_to_eleven_bits_and_by_what_the_model_read(filled: Pair) -> None:
    (passage,) = filled.encoded(BRIDGE)
    (number,) = filled.storage.passages_of(["cau"])["cau"]
    assert passage.vector is not None
    stored = filled.storage.vectors([number])[number]
    assert stored.dtype == np.float32
    assert np.allclose(stored, passage.vector, rtol=2**-11, atol=2**-24)
    assert float(stored @ passage.vector) == pytest.approx(1.0, abs=2e-4)
    (again,) = filled.storage.vectors_by_digest("cau").items()
    assert again[0] == passage.digest
    assert again[1] is not None
    with filled.storage.writing() as change:
        change.put(new(BRIDGE), [replace(passage, vector=again[1])])
    (number,) = filled.storage.passages_of(["cau"])["cau"]
    assert filled.storage.vectors([number])[number].tolist() == stored.tolist(), "storing it again changes nothing"


def test_what_reading_gave_comes_back_byte_by_byte(filled: Pair) -> None:
    (passage,) = filled.encoded(BRIDGE)
    (number,) = filled.storage.passages_of(["cau"])["cau"]
    assert filled.storage.passages([number])[number].reading == b""
    with filled.storage.writing() as change:
        change.put(new(BRIDGE), [replace(passage, reading=b"\x00\xff read")])
    (number,) = filled.storage.passages_of(["cau"])["cau"]
    assert filled.storage.passages([number])[number].reading == b"\x00\xff read"


def test_a_passage_without_a_token_has_no_vector(pair: Pair) -> None:
    pair.change([Draft(id="dots", text="!!! …")])
    (number,) = pair.storage.passages_of(["dots"])["dots"]
    assert pair.storage.vectors([number]) == {}
    assert list(pair.storage.vectors_by_digest("dots").values()) == [None]


def test_more_keys_than_one_statement_takes(pair: Pair) -> None:
    pair.change([Draft(id=f"a{n}", text=f"Cầu số {n}.") for n in range(1_100)])
    ids = [f"a{n}" for n in range(1_100)]
    assert len(pair.storage.headers(ids)) == len(pair.storage.digests(ids)) == 1_100
    numbers = [number for own in pair.storage.passages_of(ids).values() for number in own]
    assert len(pair.storage.passages(numbers)) == len(pair.storage.vectors(numbers)) == 1_100


def test_pages_are_in_the_order_of_the_bytes_of_ids(pair: Pair) -> None:
    ids = ["b", "a", "B", "a-1", "a.1", "a_1", "~", "9", "aa"]
    pair.change([Draft(id=one, text=f"Bài {one}.") for one in ids])
    ordered = sorted(ids)
    assert [header.id for header in pair.storage.page(100)] == ordered
    assert [header.id for header in pair.storage.page(3, after=ordered[2])] == ordered[3:6]
    assert [header.id for header in pair.storage.page(3, after="zzz")] == ["~"]


@pytest.mark.parametrize(
    ("filters", "passing"),
    [
        (Filters(), {"cau", "cho", "port"}),
        (Filters(language=("vi",)), {"cau", "cho"}),
        (Filters(language=("vi", "en"), source=("Báo A",)), {"cau"}),
        (Filters(article_id=("cho", "port", "none")), {"cho", "port"}),
        (Filters(published_after="2000-05-21"), {"cau", "cho"}),
        (Filters(published_after="2000-05-22"), {"cho"}),
        (Filters(published_before="2000-05-21"), set()),
        (Filters(published_before="2017-04-02"), {"cau", "cho"}),
        (Filters(metadata={"trang": 1}), {"cau"}),
        (Filters(metadata={"trang": 1.0}), {"cau"}),
        (Filters(metadata={"trang": "1"}), {"port"}),
        (Filters(metadata={"trang": True}), set()),
        (Filters(metadata={"nổi bật": True}), {"cau"}),
        (Filters(metadata={"nothing": None}), set()),
    ],
)
def test_filters(filled: Pair, filters: Filters, passing: set[str]) -> None:
    assert {header.id for header in filled.storage.page(10, filters=filters)} == passing
    assert filled.storage.count_articles(filters) == len(passing)
    view = filled.index.view()
    query = filled.encoder.encode_queries(["cầu chợ harbour"])[0]
    found = view.nearest(query, 10, filters).numbers.tolist()
    assert set(filled.storage.owners(found).values()) == passing


def test_latest_and_dated(filled: Pair) -> None:
    assert [header.id for header in filled.storage.latest(3)] == ["cho", "cau", "port"]
    assert [header.id for header in filled.storage.latest(1)] == ["cho"]
    dated = filled.storage.dated(Filters(), 0.0, 1_500_000_000.0, 10)
    assert [one.header.id for one in dated] == ["cho", "cau"], "the harbour is dated by the day it was added"
    assert filled.storage.count_dated(Filters(), 0.0, 1_500_000_000.0) == 2
    assert filled.storage.count_dated(Filters(source=("Báo A",)), 0.0, dated[0].instant) == 1
    assert filled.storage.count_dated(Filters(), dated[1].instant, dated[0].instant) == 1, "the end is left out"


def test_a_sample_is_the_same_each_time(pair: Pair) -> None:
    pair.change([Draft(id=f"a{n}", text=f"Cầu {n}.", language="vi" if n % 2 else "en") for n in range(40)])
    sample = pair.storage.sample(10)
    assert sample == pair.storage.sample(10)
    assert len(set(sample)) == 10
    assert set(pair.storage.sample(100, "vi")) == {f"a{n}" for n in range(1, 40, 2)}


def test_counts_and_overview(filled: Pair) -> None:
    counts = filled.storage.counts()
    texts = [new(draft).article.text for draft in (BRIDGE, MARKET, HARBOUR)]
    assert (counts.articles, counts.passages, counts.characters) == (3, 3, sum(map(len, texts)))
    assert counts.languages == {"vi": 2, "en": 1}
    overview = filled.storage.overview(1, 1)
    assert overview.sources == {"Báo A": 1}
    assert overview.times == {"2017-04": 1}
    assert (overview.without_source, overview.without_date) == (1, 1)


def test_a_calibration_goes_with_its_model(filled: Pair) -> None:
    before = filled.storage.revision()
    with filled.storage.writing() as change:
        change.set_calibration({"threshold": 0.5})
    assert filled.storage.calibration() == filled.storage.manifest().calibration == {"threshold": 0.5}
    assert filled.storage.revision() == before, "articles are as they were"
    with filled.storage.writing() as change:
        change.begin_reindex(Fingerprint.of(filled.encoder))
        change.switch_model()
    assert filled.storage.calibration() is None
    assert filled.storage.model_since() == filled.storage.revision() == before + 1
