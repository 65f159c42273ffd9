"""Pages and sections stay where they are, whatever normalising and cleaning do to the text."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from fakes import WordEncoder
from hypothesis import example, given
from hypothesis import strategies as st

from index.corpus import Corpus
from index.errors import InvalidArticle
from index.places import distinct, normalized_places, page_and_section, place_at, places_within, section_starts
from index.preparation import MAX_PLACES, MAX_SECTION_CHARACTERS, prepare
from index.records import Draft, Place
from index.text.normalization import normalize

PIECES = st.sampled_from(
    ["\r\n", "\r", "\n", " ", "\ufeff", "e\u0301", "ệ", "e\u0323\u0302", "\u1100\u1161\u11a8", "a", "Đ", "\u0301", "𝄞"]
)
TEXTS = st.lists(PIECES, max_size=30).map("".join)
PAGE = """Trang chủ
Thời sự

Cầu Sông Hiền thông xe sau hai năm thi công

{a}Sáng nay, cầu Sông Hiền chính thức thông xe sau hai năm thi công, nối hai xã bên bờ sông.

{b}Cầu dài 500 mét, rộng bốn làn xe, với kinh phí 90 tỷ đồng từ ngân sách của tỉnh.

Ảnh: Minh Thư

{c}Theo chủ đầu tư, {d}đường dẫn hai bên cầu sẽ được trải nhựa xong trước mùa mưa năm nay.

Tin liên quan
{e}Chợ nổi họp từ năm giờ sáng
Mưa lớn ở miền núi
"""


def drawn_places(data: st.DataObject, text: str) -> tuple[Place, ...]:
    starts = sorted(data.draw(st.sets(st.integers(0, max(len(text) - 1, 0)), max_size=6)))
    return tuple(Place(start, page) for page, start in enumerate(starts, 1))


@given(TEXTS, st.data())
def test_normalising_keeps_the_character_at_a_place_of_the_contract(text: str, data: st.DataObject) -> None:
    """Places begin lines or follow white space, as `Draft` wants them: nothing can join across them."""
    starts = [at for at in range(len(text)) if at == 0 or (text[at - 1].isspace() and text[at - 1 : at + 1] != "\r\n")]
    chosen = sorted(data.draw(st.sets(st.sampled_from(starts)))) if starts else []
    moved = normalized_places(text, normalize(text), [Place(start) for start in chosen])
    for start, place in zip(chosen, moved, strict=True):
        mark = text.startswith("\ufeff")
        assert normalize(text)[place.start :] == normalize("\n" + text[max(start, mark) :])[1:]


@given(TEXTS, st.data())
@example("caf\u0065\u0301 hai\r\nba", None)
def test_a_place_anywhere_stays_on_its_line(text: str, data: st.DataObject | None) -> None:
    places = (Place(4, 1), Place(5, 2), Place(10, 3)) if data is None else drawn_places(data, text)
    normal = normalize(text)
    moved = normalized_places(text, normal, places)
    assert [place.start for place in moved] == sorted(place.start for place in moved)
    for before, after in zip(places, moved, strict=True):
        line = normalize(text[: before.start].replace("\ufeff", "x")).count("\n")
        cut = text[before.start - 1 : before.start + 1] == "\r\n" and before.start > 0
        assert normal[: after.start].count("\n") == line - cut


@given(st.data())
def test_any_places_of_any_text_become_places_that_pass_the_check(data: st.DataObject) -> None:
    text = data.draw(st.text(min_size=1, max_size=60).filter(lambda text: bool(normalize(text).strip())))
    starts = data.draw(st.lists(st.integers(-5, 80), max_size=8))
    places = tuple(Place(start, data.draw(st.none() | st.integers(1, 3))) for start in starts)
    if "\0" in text:
        return
    article = prepare(Draft(text=text, places=places)).article
    found = [place.start for place in article.places]
    assert found == sorted(set(found))
    assert all(0 <= start < len(article.text) for start in found)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_cleaning_keeps_the_character_at_a_place(form: str, newline: str) -> None:
    marked = PAGE.replace("\n", newline)
    text, places = "", []
    for name in "abcde":
        before, marked = marked.split(f"{{{name}}}")
        text += unicodedata.normalize(form, before)  # type: ignore[arg-type]  # a form
        places.append(Place(len(text), ord(name) - ord("a") + 1, f"Mục {name}"))
    text += unicodedata.normalize(form, marked)  # type: ignore[arg-type]
    article = prepare(Draft(text=text, scraped=True, places=tuple(places))).article
    assert "Tin liên quan" not in article.text
    assert [(place.page, article.text[place.start :].split()[0:3]) for place in article.places] == [
        (1, ["Sáng", "nay,", "cầu"]),
        (2, ["Cầu", "dài", "500"]),
        (3, ["Theo", "chủ", "đầu"]),
        (4, ["đường", "dẫn", "hai"]),
    ]


@given(st.data())
def test_a_place_on_any_character_that_cleaning_keeps_stays_on_it(data: st.DataObject) -> None:
    page = PAGE.format(a="", b="", c="", d="", e="")
    kept = prepare(Draft(text=page, scraped=True)).article.text
    line = data.draw(st.sampled_from([line for line in kept.split("\n") if line]))
    column = data.draw(st.integers(0, len(line) - 1))
    start = page.index(line) + column
    (place,) = prepare(Draft(text=page, scraped=True, places=(Place(start, 7),))).article.places
    assert place == Place(kept.index(line) + column, 7)


def test_a_place_on_a_removed_line_begins_with_the_next_that_is_kept() -> None:
    page = PAGE.format(a="", b="", c="", d="", e="")
    start = page.index("Ảnh: Minh Thư")
    article = prepare(Draft(text=page, scraped=True, places=(Place(0, 1), Place(start, 2)))).article
    assert [article.text[one.start :].split()[0] for one in article.places] == [article.text.split()[0], "Theo"]


def test_places_that_say_nothing_new_go() -> None:
    places = [Place(0), Place(2, 1, "A"), Place(4, 1, "A"), Place(5, 2, "A"), Place(5, 3, "A"), Place(9, 4, "A")]
    assert distinct(places, 9) == (Place(2, 1, "A"), Place(5, 3, "A"))


def test_which_place_an_offset_lies_in() -> None:
    places = (Place(5, 1, "Một"), Place(9, 2, None))
    assert [place_at(places, offset) for offset in (0, 4, 5, 8, 9, 99)] == [
        None, None, places[0], places[0], places[1], places[1],
    ]  # fmt: skip
    assert page_and_section(places, 6) == (1, "Một")
    assert page_and_section(places, 0) == (None, None)
    assert places_within(places, 0, 5) == ()
    assert places_within(places, 6, 9) == places[:1]
    assert places_within(places, 6, 10) == places


def test_a_page_that_turns_within_a_section_begins_none() -> None:
    places = (Place(0, 1), Place(3, 1, "A"), Place(5, 2, "A"), Place(7, 2, "B"), Place(8, 2), Place(9, 2, "B"))
    assert section_starts(places) == [3, 7, 9]


def test_names_of_sections_are_normalised_and_bounded() -> None:
    draft = Draft(text="abcdef", places=(Place(0, section=" Ca\u0301 \n chép "), Place(2, section="x" * 9_999)))
    first, second = prepare(draft).article.places
    assert first.section == "Cá chép"
    assert second.section == "x" * (MAX_SECTION_CHARACTERS - 1) + "…"
    (empty,) = prepare(Draft(text="abcdef", places=(Place(0, 1, " \n "),))).article.places
    assert empty == Place(0, 1, None)


@pytest.mark.parametrize(
    ("place", "message"), [(Place(0, 0), "pages count from 1, not 0"), (Place(0, section="a\0b"), "NUL")]
)
def test_a_place_that_cannot_be_kept_is_refused(place: Place, message: str) -> None:
    with pytest.raises(InvalidArticle, match=message):
        prepare(Draft(text="Cầu.", origin="a.pdf", places=(place,)))


def test_too_many_places_are_not_kept_and_what_follows_has_none() -> None:
    text = "ab" * (MAX_PLACES + 10)
    places = tuple(Place(2 * page, page + 1) for page in range(MAX_PLACES + 10))
    kept = prepare(Draft(text=text, places=places)).article.places
    assert len(kept) == MAX_PLACES + 1
    assert kept[-1] == Place(2 * MAX_PLACES)


def test_a_changed_page_number_is_another_article() -> None:
    draft = Draft(id="a", text="Cầu dài 500 mét.", places=(Place(0, 1),))
    plain, paged = prepare(replace(draft, places=())), prepare(draft)
    assert prepare(draft).raw_digest == paged.raw_digest
    digests = {plain.raw_digest, paged.raw_digest, prepare(replace(draft, places=(Place(0, 2),))).raw_digest}
    assert len(digests) == 3


def test_a_changed_page_number_replaces_the_article_and_encodes_nothing(corpus: Corpus, encoder: WordEncoder) -> None:
    draft = Draft(id="a", text="Cầu dài 500 mét.", places=(Place(0, 1),))
    corpus.add_one(draft)
    encoded = len(encoder.encoded)
    assert corpus.add_one(draft).status == "unchanged"
    assert corpus.add_one(replace(draft, places=(Place(0, 2),))).status == "replaced"
    assert corpus.article("a").places == (Place(0, 2),)
    assert len(encoder.encoded) == encoded


def test_a_passage_ends_where_a_section_begins(corpus: Corpus) -> None:
    first = "Câu này nói về cầu mới của hai xã bên sông. " * 8
    text = f"{first.strip()}\n\nThư viện\n\nThư viện mở cửa lúc tám giờ."
    start = text.index("Thư viện")
    corpus.add_one(
        Draft(id="a", text=text, places=(Place(0, 1, "Cầu"), Place(9, 2, "Cầu"), Place(start, 2, "Thư viện")))
    )
    passages = corpus.storage.passages(corpus.storage.passages_of(["a"])["a"]).values()
    assert [(one.start, [place.section for place in one.places]) for one in passages] == [
        (0, ["Cầu", "Cầu"]),
        (start, ["Thư viện"]),
    ]
