"""Scraped pages give their article, whole; what is around it leaves, and every sentence stays.

The pages are written in `pages/*.txt`: `### name`, then what the page states about itself, `---`, and its lines, each
after a mark: `=` headline, `-` removed, `+` kept, `~` kept in part (`removed ‖ kept ‖ removed`). All text is invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.cleaning.page import CleanedPage, clean_page

PAGES = Path(__file__).parent / "pages"
BLANK = " \t\u00a0\u200b\u3000"
FIELDS = {"title": "title", "source": "source", "author": "author", "date": "published_at", "url": "url"}


@dataclass(frozen=True)
class Example:
    name: str
    page: str
    kept: list[str]
    removed: list[str]
    fields: dict[str, str | None]


def read_example(block: str) -> Example:
    name, _, rest = block.partition("\n")
    stated, _, body = rest.partition("\n---\n")
    fields: dict[str, str | None] = dict.fromkeys(FIELDS.values())
    lines: list[str] = []
    kept: list[str] = []
    removed: list[str] = []
    for line in stated.split("\n") + body.rstrip("\n").split("\n"):
        label, colon, value = line.partition(":")
        mark, text = line[:1], line[2:]
        if colon and label in FIELDS:
            fields[FIELDS[label]] = value.strip() or None
            continue
        if mark == "~":
            parts = [part.strip() for part in text.split("‖")]
            kept.append(parts[1])
            removed += [part for part in (parts[0], *parts[2:]) if part]
            text = " ".join(part for part in parts if part)
        elif mark == "+":
            kept.append(text.strip(BLANK))
        elif mark in {"-", "="}:
            removed.append(text.strip(BLANK))
        lines.append(text)
    return Example(name.strip(), "\n".join(lines), kept, removed, fields)


EXAMPLES = [
    read_example(block)
    for path in sorted(PAGES.glob("*.txt"))
    for block in ("\n" + path.read_text(encoding="utf-8")).split("\n### ")[1:]
]


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_page_gives_its_article(example: Example) -> None:
    page = clean_page(example.page)
    assert lines_of(page) == example.kept
    assert {field: getattr(page, field) for field in example.fields} == example.fields


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_what_leaves_is_reported(example: Example) -> None:
    reported = "\n".join(removed.text for removed in clean_page(example.page).removed)
    for text in example.removed:
        for piece in text.split(" (Ảnh")[0].split(" - "):
            assert piece.strip(BLANK + "-–") in reported


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_cleaning_a_clean_article_again_keeps_it(example: Example) -> None:
    page = clean_page(example.page)
    again = clean_page(f"{page.title}\n\n{page.text}" if page.title else page.text, page.title)
    assert lines_of(again) == lines_of(page)


def lines_of(page: CleanedPage) -> list[str]:
    return [line for line in page.text.split("\n") if line]


WORDS = {
    "vi": "nước sông người làng được trong những cánh đồng mùa gặt trẻ em trường học mới và của chợ đường biển",
    "en": "river people village during those fields harvest children school new market road and the of quietly",
    "fr": "rivière village pendant champs récolte enfants école marché route tranquille nouveau le des vers",
    "ru": "река люди деревня поле урожай дети школа новый рынок дорога тихо вдоль берега и",
}


@st.composite
def paragraphs(draw: st.DrawFn) -> list[str]:
    words = WORDS[draw(st.sampled_from(sorted(WORDS)))].split()
    sentence = st.lists(st.sampled_from(words), min_size=5, max_size=20).map(
        lambda chosen: " ".join(chosen).capitalize() + "."
    )
    return draw(st.lists(st.lists(sentence, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=12))


@given(paragraphs(), st.sampled_from(["\n", "\n\n", "\n \n"]))
def test_plain_paragraphs_all_stay(prose: list[str], gap: str) -> None:
    page = clean_page(gap.join(prose))
    assert lines_of(page) == prose
    assert page.removed == ()


@given(paragraphs(), st.sampled_from(["Một ngày ở bến sông quê tôi", "Two days by the old harbour wall"]))
def test_plain_paragraphs_below_a_headline_all_stay(prose: list[str], headline: str) -> None:
    page = clean_page("\n\n".join([headline, *prose]))
    assert page.title == headline
    assert lines_of(page) == prose


PIECES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [line for example in EXAMPLES for line in example.page.split("\n")]
        + [
            "Tin liên quan",
            "Ảnh:",
            "(Ảnh: A)",
            "./.",
            "http://[",
            "12",
            ">> ",
            "►",
            "TTXVN -",
            "(",
            "\ufffd",
            "Minh Anh",
        ]
    ),
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, max_size=25).map("\n".join), st.one_of(st.none(), st.text(max_size=20)))
def test_any_text_is_cleaned_and_nothing_is_made_up(text: str, title: str | None) -> None:
    page = clean_page(text, title)
    given_lines = {line.strip(BLANK) for line in text.split("\n")}
    for line in lines_of(page):
        assert line in given_lines or any(line.strip() in whole for whole in given_lines)
    assert all(removed.text.strip() in text for removed in page.removed)


@given(st.lists(PIECES, max_size=25).map("\n".join))
def test_removed_and_kept_lines_are_the_whole_page(text: str) -> None:
    page = clean_page(text)
    written = "".join(text.split())
    assert sum(len("".join(part.split())) for part in [page.text, *(cut.text for cut in page.removed)]) == len(written)


@pytest.mark.parametrize(
    "page",
    [
        "Một câu dài vừa đủ để là một đoạn của bài viết này. " * 20_000,
        "Một câu dài vừa đủ để là một đoạn của bài viết này.\n" * 20_000,
        "ngắn thôi\n" * 50_000,
        "Minh Anh\n" * 50_000,
        "Nước lên nhanh suốt đêm qua.\nMinh Anh\n" * 20_000,
        "Tin liên quan\n" + "Nước lên nhanh suốt đêm qua ở làng. " * 5 + "\nTin liên quan\nMột dòng\n" * 10_000,
        "...!!!\n" * 50_000,
        "." * 500_000,
        "12 34\n" * 50_000,
        "12/05/2020\n" * 40_000,
        "1" * 500_000,
        "(" * 200_000 + ")" * 200_000,
        "(Ảnh: " * 80_000,
        " \u00a0" * 200_000 + "a" + " " * 200_000 + "b",
        "Tiêu đề" + " " * 300_000 + "(1",
        "a/" * 200_000,
        "A-" * 200_000,
        "Dòng này bị ngắt giữa chừng vì khổ giấy hẹp quá\ncho nên nó còn tiếp tục ở dòng dưới đây mãi không hết\n"
        * 8_000,
        "\ufffd" * 300_000,
        "漢" * 300_000,
    ],
    ids=range(20),
)
def test_large_pages_are_cleaned(page: str) -> None:
    assert clean_page(page).removed is not None


SUMMARY = "Sáng qua, hơn ba trăm người dân xã Vĩnh Trà xuống đồng gặt giúp những nhà neo người."
LEAD = "Công việc kéo dài tới trưa, sau đó mọi người cùng ăn cơm ngoài ruộng."


@pytest.mark.parametrize(
    ("paragraph", "kept", "caption"),
    [
        (
            f"{SUMMARY} Bà con gặt lúa bên đê. (Ảnh: Hà My) {LEAD}",
            [SUMMARY, LEAD],
            "Bà con gặt lúa bên đê. (Ảnh: Hà My)",
        ),
        (f"{SUMMARY} Đồng lúa Vĩnh Trà (Ảnh: H.M) {LEAD}", [SUMMARY, LEAD], "Đồng lúa Vĩnh Trà (Ảnh: H.M)"),
        (
            f"Hội nghị quán triệt nghị quyết (khóa X). (Ảnh: Hà My) {SUMMARY}",
            [SUMMARY],
            "Hội nghị quán triệt nghị quyết (khóa X). (Ảnh: Hà My)",
        ),
        (
            f"TTXVN - {SUMMARY} Bà con gặt lúa bên đê. (Ảnh: Hà My) {LEAD}",
            [SUMMARY, LEAD],
            "Bà con gặt lúa bên đê. (Ảnh: Hà My)",
        ),
    ],
)
def test_only_the_sentence_of_a_caption_is_cut_from_a_paragraph(paragraph: str, kept: list[str], caption: str) -> None:
    page = clean_page(f"Ngày mùa ở xã Vĩnh Trà\n\n{paragraph}")
    assert lines_of(page) == kept
    assert [removed.text for removed in page.removed if removed.reason == "caption"] == [caption]


@pytest.mark.parametrize(
    "paragraph",
    [
        f"{SUMMARY[:-1]} cho kịp trước cơn bão đang vào gần bờ theo lời kêu gọi của ủy ban xã. (Ảnh: Hà My) {LEAD}",
        f"{SUMMARY} Máy gặt hỏng nên phải gặt tay. (Ảnh: Hà My) {LEAD} Cơm nắm muối vừng. (Ảnh: Hà My) Ai cũng vui.",
    ],
    ids=["long sentence", "story in pictures"],
)
def test_a_caption_that_may_be_a_sentence_of_the_article_stays(paragraph: str) -> None:
    assert lines_of(clean_page(f"Ngày mùa ở xã Vĩnh Trà\n\n{paragraph}")) == [paragraph]


@pytest.mark.parametrize(
    ("name", "title", "source", "author", "published_at"),
    [
        ("000", "Đổi mới phương thức lãnh đạo, nâng cao chất lượng, ", None, "Thu Hằng", None),
        ("001", "Đổi mới phương thức lãnh đạo của Đảng", "HNP", "Trọng Toàn", "2022-06-17T20:22"),
        ("002", "Phát huy vai trò lãnh đạo", "VOV", "Nguyễn Hằng", None),
        ("003", "Nâng cao năng lực lãnh đạo", "TTXVN", "Thanh Thương", None),
        ("004", "Đảng ủy Khối cơ quan TW", "vietnamplus.vn", None, None),
    ],
)
def test_field_pages(
    shared_data: Path, name: str, title: str, source: str | None, author: str | None, published_at: str | None
) -> None:
    text = next((shared_data / "seeds").glob(f"{name}_*.txt")).read_text(encoding="utf-8")
    page = clean_page(text)
    assert page.title is not None
    assert page.title.startswith(title)
    assert (page.source, page.author, page.published_at) == (source, author, published_at)
    assert page.url == (text.split("\n")[0] if name == "004" else None)


def test_the_lines_of_a_table_stay() -> None:
    table = "| Trạm | Mực nước |\n|---|---|\n| Gò Bồi | 3,2 |\n| 7 | 12 |\n| Nguyễn Văn An | 5 |"
    prose = "Trạm thủy văn đo mực nước lúc bảy giờ sáng, sau một đêm mưa lớn ở thượng nguồn sông Hiền."
    assert table in clean_page(f"Mực nước sáng nay\n{prose}\n{table}\n{prose} Nước rút dần.").text
    assert clean_page(f"{prose}\n{table}").text.endswith(table)
    assert "---" not in clean_page(f"{prose}\n-----\n{prose} Nước rút.").text


@pytest.mark.parametrize(
    "table",
    [
        "| Trạm | Mực nước |\n|---|---|\n| Gò Bồi | 3,2 |\n| Bến Đá | 4,1 |",
        "Trạm\tMực nước\tGhi chú\nGò Bồi\t3,2\trút\nBến Đá\t4,1\tlên",
        "Mã;Xã;Hộ\nA1;Vĩnh Trà;12\nA2;Gò Bồi;31\nA3;Bến Đá;7",
    ],
    ids=["bars", "tabs", "semicolons"],
)
def test_a_table_is_no_way_to_a_page_and_no_headline(table: str) -> None:
    prose = "Trạm thủy văn đo mực nước lúc bảy giờ sáng, sau một đêm mưa lớn ở thượng nguồn sông Hiền."
    alone = clean_page(table)
    assert (alone.text, alone.title) == (table, None)
    above = clean_page(f"Mực nước các trạm sáng nay\n{table}\n{prose}")
    assert (above.text, above.title) == (f"{table}\n{prose}", "Mực nước các trạm sáng nay")
