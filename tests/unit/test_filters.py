"""Search with filters against a computation in plain Python, on random corpora."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from fakes import WordEncoder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.corpus import Corpus
from index.errors import InvalidFilter
from index.filters import Filters
from index.models.encoder import Vectors, passage_input
from index.readers.walking import read_path
from index.records import Draft, MetadataValue, Scalar
from index.search.protocol import MODES, Mode
from index.storage.halves import rounded
from index.storage.memory.storage import MemoryStorage
from index.text.analysis import analyse
from index.text.chunking import chunk
from index.text.normalization import normalize
from qa.engine import MAX_DEPTH, Engine
from qa.errors import InvalidQuestion

CLOSE = 1e-5
"""The same sum in another order differs by less."""


class ForgetfulEncoder(WordEncoder):
    """Knows no word with a "w" in it: such texts have terms and no vector, as with a model of another language."""

    def _encode(self, texts: Sequence[str]) -> Vectors:
        return super()._encode([" ".join(word for word in text.split() if "w" not in word) for text in texts])


# Random corpora and filters

WORDS = [
    "cầu", "cau", "Cẩu", "đường", "dương", "duong", "hoà", "hòa", "mới", "500", "bridge", "wow", "www", "北京",
    "東京都", "กรุงเทพ", "🙂", "…", "e\u0301cole",
]  # fmt: skip
LANGUAGES = ("vi", "en", "zh", "und")
SOURCES = ("VOV", "Báo Sông Xanh", "báo sông xanh", "a,b", "'\"--")
IDS = tuple(f"a{n}" for n in range(12))
KEYS = ("page", "a.b", '$."x"', "chủ đề", "")
SCALARS: tuple[Scalar, ...] = (
    1, 1.0, True, "1", "true", 0, -0.0, False, "", None, "None", 0.3, 0.1 + 0.2, 2**53 + 1, float(2**53), 2**63 - 1,
    -(2**63), 2.0**63, 1e300, "cầu", "ca\u0302\u0300u", "Cầu", "a\x1ftext\x1fb",
)  # fmt: skip


@dataclass(frozen=True)
class Date:
    """A date as written, the first moment it can mean, and whether it names a time."""

    text: str
    instant: datetime
    has_time: bool = False

    def as_meant_by(self, bound: Date) -> datetime:
        """What is compared with a bound: moments where the bound has a time, else what the article states."""
        return self.instant if bound.has_time else self.instant.replace(tzinfo=UTC)


@st.composite
def dates(draw: st.DrawFn) -> Date:
    """Few years, months and days, so that dates of different precision meet."""
    precision = draw(st.integers(1, 5))
    year, month = draw(st.sampled_from([1969, 2016, 2017])), draw(st.integers(1, 2))
    day, hour = draw(st.integers(1, 2)), draw(st.sampled_from([0, 17, 23]))
    offset = draw(st.sampled_from([None, 0, 7, -3]))
    if precision == 1:
        return Date(f"{year}", datetime(year, 1, 1, tzinfo=UTC))
    if precision == 2:
        return Date(f"{year}-{month:02}", datetime(year, month, 1, tzinfo=UTC))
    if precision == 3:
        return Date(f"{year}-{month:02}-{day:02}", datetime(year, month, day, tzinfo=UTC))
    zone = "" if offset is None else "Z" if offset == 0 else f"{offset:+03}:00"
    seconds = ":00" if precision == 5 else ""
    moment = datetime(year, month, day, hour, tzinfo=timezone(timedelta(hours=offset or 0)))
    return Date(f"{year}-{month:02}-{day:02}T{hour:02}:00{seconds}{zone}", moment, True)


@dataclass(frozen=True)
class Item:
    """An article as generated."""

    id: str
    title: str
    text: str
    language: str
    source: str | None
    date: Date | None
    metadata: Mapping[str, MetadataValue]

    def draft(self) -> Draft:
        return Draft(
            id=self.id,
            title=self.title,
            text=self.text,
            language=self.language,
            source=self.source,
            published_at=self.date.text if self.date else None,
            metadata=self.metadata,
        )


PHRASES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
WITHOUT_VECTOR = st.lists(st.sampled_from(["wow", "www"]), min_size=1, max_size=3).map(" ".join)
METADATA = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(SCALARS), max_size=3)
ITEMS = st.builds(
    Item,
    id=st.sampled_from(IDS),
    title=st.one_of(st.just(""), st.just(""), PHRASES),
    # Up to 40 sentences of which many are long: one article may have a dozen passages, some of them the same.
    text=st.builds(
        lambda sentences, times: ". ".join(sentence * times for sentence in sentences),
        st.one_of(st.lists(PHRASES, min_size=1, max_size=8), st.lists(WITHOUT_VECTOR, min_size=1, max_size=8)),
        st.sampled_from([1, 1, 1, 30]),
    ),
    language=st.sampled_from(LANGUAGES),
    source=st.sampled_from([None, *SOURCES]),
    date=st.none() | dates(),
    metadata=st.dictionaries(
        st.sampled_from(KEYS),
        st.one_of(st.sampled_from(SCALARS), st.lists(st.sampled_from(SCALARS), max_size=3)),
        max_size=3,
    ),
)


@dataclass(frozen=True)
class Condition:
    """Filters with their meaning."""

    language: tuple[str, ...]
    source: tuple[str, ...]
    article_id: tuple[str, ...]
    after: Date | None
    before: Date | None
    metadata: Mapping[str, Scalar]

    def filters(self) -> Filters:
        return Filters(
            self.language,
            self.source,
            self.article_id,
            self.after.text if self.after else None,
            self.before.text if self.before else None,
            self.metadata,
        )

    def passes(self, item: Item) -> bool:
        return (
            (not self.language or item.language in self.language)
            and (not self.source or item.source in self.source)
            and (not self.article_id or item.id in self.article_id)
            and (
                self.after is None
                or (item.date is not None and item.date.as_meant_by(self.after) >= self.after.instant)
            )
            and (
                self.before is None
                or (item.date is not None and item.date.as_meant_by(self.before) < self.before.instant)
            )
            and all(key in item.metadata and has(item.metadata[key], value) for key, value in self.metadata.items())
        )


def has(stored: MetadataValue, wanted: Scalar) -> bool:
    """A list has what any of its values is."""
    return any(same(one, wanted) for one in (stored if isinstance(stored, list) else [stored]))


def same(stored: Scalar, wanted: Scalar) -> bool:
    """Numbers are equal by value; true is no number, "1" is none either."""
    if isinstance(stored, bool) or isinstance(wanted, bool):
        return stored is wanted
    if isinstance(stored, (int, float)) and isinstance(wanted, (int, float)):
        return stored == wanted
    return type(stored) is type(wanted) and stored == wanted


def some(values: Sequence[str], own: str | None) -> st.SearchStrategy[tuple[str, ...]]:
    """Up to three values, an article's own among them more often than not."""
    others = st.lists(st.sampled_from([*values, "nowhere"]), min_size=1, max_size=3).map(tuple)
    return others if own is None else others.flatmap(lambda drawn: st.sampled_from([drawn, (*drawn, own)]))


def like(own: Scalar) -> st.SearchStrategy[Scalar]:
    """The value itself, one that Python takes for equal (1, 1.0 and true), or any."""
    return st.sampled_from([own, *(value for value in SCALARS if value == own), *SCALARS[:4]])


@st.composite
def conditions(draw: st.DrawFn, items: Sequence[Item]) -> Condition:
    """Conditions around one article, so that its own dates and values are the bounds; one alone, or several."""
    item = draw(st.sampled_from(items))
    near = st.just(item.date) if item.date else st.none()
    metadata = {
        key: draw(like(draw(st.sampled_from(value)) if value else None) if isinstance(value, list) else like(value))
        for key, value in item.metadata.items()
    }
    if draw(st.integers(0, 3)) == 0:
        metadata |= draw(METADATA)
    drawn = Condition(
        language=draw(some(LANGUAGES, item.language)),
        source=draw(some(SOURCES, item.source)),
        article_id=draw(some(IDS, item.id)),
        after=draw(st.one_of(near, dates())),
        before=draw(st.one_of(near, dates())),
        metadata=metadata,
    )
    names = sorted(vars(drawn))
    kept = draw(st.one_of(st.sampled_from(names).map(lambda name: {name}), st.sets(st.sampled_from(names))))
    return Condition(**{**vars(ANYTHING), **{name: getattr(drawn, name) for name in kept}})


ANYTHING = Condition((), (), (), None, None, {})


# What should be found


@dataclass(frozen=True)
class Expected:
    """A passage with everything that membership and order depend on."""

    number: int
    item: Item
    terms: frozenset[tuple[str, str]]
    vector: Vectors


def expected_passages(corpus: Corpus, encoder: WordEncoder, items: Mapping[str, Item]) -> list[Expected]:
    passages = []
    for item in items.values():
        title = " ".join(normalize(item.title).split())
        text = normalize(item.text)
        in_title = {(kind, term) for kind, term in terms_of(title) if kind != "accented"}
        spans = chunk(text)
        numbers = corpus.storage.passages_of([item.id]).get(item.id, [])
        assert len(numbers) == len(spans)
        for number, (start, end) in zip(numbers, spans, strict=True):
            (vector,) = encoder.encode_passages([passage_input(title, text[start:end])])
            passages.append(Expected(number, item, frozenset(terms_of(text[start:end]) | in_title), vector))
    return passages


def terms_of(text: str) -> set[tuple[str, str]]:
    found = analyse(text)
    return {
        (kind, term)
        for kind, terms in (("accented", found.accented), ("folded", found.folded), ("pairs", found.pairs))
        for term in terms
    }


def expected_in(mode: Mode, passages: Sequence[Expected], query: str, vector: Vectors) -> set[int]:
    terms = terms_of(normalize(query))
    lexical = {passage.number for passage in passages if passage.terms & terms}
    dense = {passage.number for passage in passages if passage.vector.any()} if vector.any() else set()
    return {"lexical": lexical, "dense": dense, "hybrid": lexical | dense}[mode]


# What is found


@dataclass(frozen=True)
class Found:
    """A passage as it came back."""

    number: int
    score: float
    dense: float | None
    lexical: float | None


def search(engine: Engine, query: str, mode: Mode, filters: Filters, page: int) -> tuple[list[Found], int]:
    """Return all pages, joined, and the total that every one of them named."""
    found: list[Found] = []
    totals: set[int] = set()
    while True:
        result = engine.search(query, limit=page, offset=len(found), mode=mode, filters=filters)
        totals.add(result.total)
        assert [passage.rank for passage in result.passages] == [
            len(found) + n for n in range(1, len(result.passages) + 1)
        ]
        found += [
            Found(cited.passage.number, cited.score, cited.dense.score, cited.lexical.score)
            for cited in result.passages
        ]
        if len(result.passages) < page:
            break
    (total,) = totals
    return found, total


def assert_descending(found: Sequence[Found]) -> None:
    order = [(-item.score, item.number) for item in found]
    assert order == sorted(order)


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_search_equals_plain_python(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    encoder = ForgetfulEncoder()
    with (
        pytest.MonkeyPatch.context() as patch,
        Corpus.open(tmp_path_factory.mktemp("filters"), encoder) as corpus,
    ):
        # A base on disk, a tail, or both, and dead passages in either.
        patch.setattr(
            "index.search.vectors.index.MERGE_TAIL_PASSAGES", data.draw(st.sampled_from([3, 20_000]), label="merge at")
        )
        items: dict[str, Item] = {}
        for drafts in data.draw(st.lists(st.lists(ITEMS, min_size=1, max_size=10), min_size=1, max_size=3)):
            for item, outcome in zip(drafts, corpus.add(item.draft() for item in drafts), strict=True):
                assert outcome.error is None
                items[item.id] = item
        for gone in data.draw(st.sets(st.sampled_from(sorted(items)), max_size=2), label="removed"):
            assert corpus.remove([gone]) == [gone]
            del items[gone]
        if not items:
            return
        passages = expected_passages(corpus, encoder, items)
        engine = Engine(corpus)
        for _ in range(8):
            condition = data.draw(conditions(list(items.values())), label="condition")
            query = data.draw(st.one_of(PHRASES, PHRASES.map("{} wow".format)), label="query")
            page = data.draw(st.sampled_from([1, 2, 3, 7]), label="page")
            check(engine, encoder, passages, condition, query, page)


def check(
    engine: Engine, encoder: WordEncoder, passages: Sequence[Expected], condition: Condition, query: str, page: int
) -> None:
    filters = condition.filters()
    allowed = [passage for passage in passages if condition.passes(passage.item)]
    allowed_ids = sorted({passage.item.id for passage in allowed})
    assert [header.id for header in engine.corpus.storage.page(100, None, filters)] == allowed_ids
    assert engine.corpus.storage.count_articles(filters) == len(allowed_ids)

    (vector,) = encoder.encode_queries([normalize(query)])
    cosines = {passage.number: float(np.clip(rounded(passage.vector) @ vector, -1.0, 1.0)) for passage in passages}
    unfiltered = {found.number: found for found in search(engine, query, "lexical", Filters(), 100)[0]}
    for mode in MODES:
        expected = expected_in(mode, allowed, query, vector)
        whole, total = search(engine, query, mode, filters, 100)
        numbers = [found.number for found in whole]
        assert (set(numbers), len(numbers), total) == (expected, len(expected), len(expected)), mode
        assert_descending(whole)
        joined, joined_total = search(engine, query, mode, filters, page)
        assert ([found.number for found in joined], joined_total) == (numbers, total), "pages joined are the ranking"
        # Vectors that are merged between two pages are added up in another order.
        assert [found.score for found in joined] == pytest.approx([found.score for found in whole], rel=CLOSE)
        for found in whole:
            if mode != "lexical" and found.dense is not None:
                assert found.dense == pytest.approx(cosines[found.number], abs=CLOSE)
            if mode != "dense" and found.lexical is not None:
                # A filter takes passages away; it does not change what a match is worth.
                assert found.lexical == pytest.approx(unfiltered[found.number].score, rel=CLOSE)
            own = {"dense": found.dense, "lexical": found.lexical}.get(mode, found.score)
            assert found.score == own
            if mode == "hybrid":
                assert (found.lexical is not None) == (found.number in unfiltered)
                assert -CLOSE <= found.score <= 1 + CLOSE


def test_metadata_is_compared_by_kind_and_value(corpus: Corpus) -> None:
    """Every value against every other, in the list, by vectors and by words."""
    drafts = [Draft(id=f"v{n}", text="cầu", metadata={"key": value}) for n, value in enumerate(SCALARS)]
    assert all(outcome.error is None for outcome in corpus.add([*drafts, Draft(id="without", text="cầu")]))
    engine = Engine(corpus)
    for wanted in SCALARS:
        filters = Filters(metadata={"key": wanted})
        expected = {f"v{n}" for n, value in enumerate(SCALARS) if same(value, wanted)}
        assert {header.id for header in corpus.storage.page(100, None, filters)} == expected
        for mode in MODES:
            found = engine.search("cầu", limit=100, mode=mode, filters=filters)
            assert {cited.passage.article.id for cited in found.passages} == expected, (wanted, mode)


def test_a_list_in_the_metadata_passes_where_any_value_does(corpus: Corpus) -> None:
    """Every value in a list with another, on every way to an article."""
    drafts = [Draft(id=f"v{n}", text="cầu", metadata={"key": ["other", value]}) for n, value in enumerate(SCALARS)]
    drafts += [Draft(id="empty", text="cầu", metadata={"key": []})]
    assert all(outcome.error is None for outcome in corpus.add(drafts))
    assert corpus.header("v0").metadata == {"key": ["other", 1]}
    engine = Engine(corpus)
    for wanted in (*SCALARS, "[]", '["other"]'):
        filters = Filters(metadata={"key": wanted})
        expected = {f"v{n}" for n, value in enumerate(SCALARS) if same(value, wanted)}
        assert {header.id for header in corpus.storage.page(100, None, filters)} == expected, wanted
        for mode in MODES:
            found = engine.search("cầu", limit=100, mode=mode, filters=filters)
            assert {cited.passage.article.id for cited in found.passages} == expected, (wanted, mode)


def test_passages_without_a_vector_are_found_by_their_words(tmp_path: Path) -> None:
    with Corpus.open(tmp_path / "corpus", ForgetfulEncoder()) as corpus:
        drafts = [Draft(id=f"w{n}", text=f"wow {n % 5}w") for n in range(5)] + [Draft(id="c", text="cầu")]
        assert all(outcome.error is None for outcome in corpus.add(drafts))
        engine = Engine(corpus)
        totals: list[tuple[str, Mode, int]] = [
            ("cầu wow", "hybrid", 6),
            ("cầu wow", "dense", 1),
            ("cầu wow", "lexical", 6),
            ("wow", "hybrid", 5),
            ("wow", "dense", 0),
            ("wow", "lexical", 5),
            ("cầu 3w", "hybrid", 2),
            ("…", "hybrid", 0),
        ]
        for query, mode, total in totals:
            found, counted = search(engine, query, mode, Filters(), 2)
            assert (len(found), counted) == (total, total), (query, mode)


def test_an_unfiltered_search_sees_every_passage(corpus: Corpus, encoder: WordEncoder) -> None:
    """More passages than one page may hold, most of them with the same score: still no gap and no repetition."""
    texts = [f"Cầu số {n % 7} bắc qua sông." for n in range(240)]
    assert all(outcome.error is None for outcome in corpus.add(Draft(id=f"a{n}", text=t) for n, t in enumerate(texts)))
    engine = Engine(corpus)
    for mode in MODES:
        for page in (100, 33):
            found, total = search(engine, "cầu số 3", mode, Filters(), page)
            assert total == len({item.number for item in found}) == len(found) == 240
            assert_descending(found)


def test_paging_ends_at_the_depth(corpus: Corpus) -> None:
    count = MAX_DEPTH + 30
    assert all(o.error is None for o in corpus.add(Draft(id=f"a{n}", text=f"Cầu số {n}.") for n in range(count)))
    engine = Engine(corpus)
    for mode in MODES:
        seen: list[int] = []
        for offset in range(0, MAX_DEPTH, 100):
            result = engine.search("cầu", limit=100, offset=offset, mode=mode)
            assert result.total == count
            seen += [cited.passage.number for cited in result.passages]
        assert len(set(seen)) == len(seen) == MAX_DEPTH
        with pytest.raises(InvalidQuestion, match="offset"):
            engine.search("cầu", limit=1, offset=MAX_DEPTH, mode=mode)


DAY_FILTERS = [
    # published_at, after, before, passes
    ("2024-05-14T06:30+07:00", "2024-05-14", "2024-05-15", True),
    ("2024-05-14T06:30:00+0700", "2024-05-13", "2024-05-14", False),
    ("2024-03-31T22:10-05:00", "2024-03", "2024-04", True),
    ("2023-12-31T23:59:59-10:00", "2023", "2024", True),
    ("2024-01-01T00:30+09:00", "2024", None, True),
    ("2024-05-14T06:30", "2024-05-14T06:30", "2024-05-14T06:31", True),
    ("2024-05-14T06:30+07:00", "2024-05-13T23:30", "2024-05-13T23:31", True),
    ("2024-05-14T06:30+07:00", "2024-05-13T23:30Z", "2024-05-13T23:31Z", True),
    ("2024-05-14T06:30+07:00", "2024-05-14T00:00+00:00", None, False),
    ("2024-05-14T06:30+07:00", "2024-05-14", "2024-05-13T23:31Z", True),
    ("2024-05-14T06:30Z", "2024-05-14T13:30+07:00", "2024-05-15", True),
]


@pytest.mark.parametrize(("published", "after", "before", "passes"), DAY_FILTERS)
def test_a_day_is_that_of_the_article(
    corpus: Corpus, published: str, after: str | None, before: str | None, passes: bool
) -> None:
    assert corpus.add_one(Draft(id="a", text="cầu", published_at=published)).error is None
    filters = Filters(published_after=after, published_before=before)
    assert [header.id for header in corpus.storage.page(10, None, filters)] == ["a"] * passes
    memory = Corpus.open(MemoryStorage(), WordEncoder())
    assert memory.add_one(Draft(id="a", text="cầu", published_at=published)).error is None
    for one in (corpus, memory):
        for mode in MODES:
            assert Engine(one).search("cầu", limit=10, mode=mode, filters=filters).total == passes, mode


def test_the_case_of_day_filters(corpus: Corpus, repository: Path) -> None:
    case = repository.parent / "shared/cases/day-filter-in-utc"
    if not case.exists():
        pytest.skip("no ../shared here")
    drafts = [item for item in read_path(case / "a.jsonl") if isinstance(item, Draft)]
    ids = [outcome.id for outcome in corpus.add(drafts)]
    assert ids
    day = Filters(published_after="2024-05-14", published_before="2024-05-15")
    found = Engine(corpus).ask("cầu", min_confidence=0.0, filters=day)
    assert [passage.passage.article.id for passage in found.passages] == ids


def test_a_date_filter_that_is_none_is_refused_by_name() -> None:
    for name in ("published_after", "published_before"):
        with pytest.raises(InvalidFilter, match=f"{name}: 'yesterday' is no date"):
            Filters(**{name: "yesterday"})  # type: ignore[arg-type]  # one of the two text fields
