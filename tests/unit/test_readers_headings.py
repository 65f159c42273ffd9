"""Sections of Markdown: which lines are headings, and what they are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.preparation import prepare
from index.readers.headings import markdown_sections, plain_text
from index.readers.text import read_markdown
from index.records import Place


def sections(text: str) -> list[tuple[str, str | None]]:
    """Return the first word of each section's text with its name."""
    return [(text[place.start :].split()[0], place.section) for place in markdown_sections(text)]


def test_number_signs_and_underlines_begin_sections() -> None:
    text = "Mở bài.\n\n# Một\nđoạn\n\n  ###  Hai  ###  \n\nBa\n===\n\nBốn\n---\nđoạn\n#\tNăm"
    assert sections(text) == [("#", "Một"), ("###", "Hai"), ("Ba", "Ba"), ("Bốn", "Bốn"), ("#", "Năm")]


@pytest.mark.parametrize(
    "text",
    [
        "#không có dấu cách",
        "####### bảy dấu",
        "    # thụt vào là mã",
        "> # trích dẫn",
        "- # mục của danh sách",
        "###",
        "đoạn văn\nhai dòng\n---\n",
        "- mục\n---\n",
        "| cột |\n---\n",
        "a | b\n--- | ---\n1 | 2",
        "\n---\n",
        "x" * 300 + "\n---\n",
        "```\n# trong mã\nChữ\n---\n```\n",
        "~~~ python\n# trong mã\n```\n# vẫn trong mã\n",
        "````\n```\n# trong mã\n````\n",
    ],
)
def test_what_only_looks_like_a_heading_begins_none(text: str) -> None:
    assert sections(text) == []


def test_code_ends_where_its_fence_closes() -> None:
    assert sections("```\n# mã\n````  \n# Sau mã\n`` ` ``\n# Nữa\n") == [("#", "Sau mã"), ("#", "Nữa")]


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("**Đậm** và *nghiêng* và `mã` và ~~bỏ~~", "Đậm và nghiêng và mã và bỏ"),
        ("_Nghiêng_ nhưng ten_bien_dai", "Nghiêng nhưng ten_bien_dai"),
        ("[Liên kết](https://example.org/a_b) và [kia][1]", "Liên kết và kia"),
        ("![ảnh bìa](b.png) Bìa", "ảnh bìa Bìa"),
        ("Chú thích[^1] {#moc .lop}", "Chú thích"),
        ("<a id='x'></a>Điều 5 &amp; Điều 6", "Điều 5 & Điều 6"),
        ("Giá 5 \\* 3 = 15", "Giá 5 * 3 = 15"),
        ("2 < 3 và C#", "2 < 3 và C#"),
        ("***", "***"),
    ],
)
def test_a_section_is_named_as_its_heading_is_read(heading: str, name: str) -> None:
    assert plain_text(heading) == name


@given(st.lists(st.sampled_from(["# a", "b", "===", "---", "```", "~~~", "", "    c", "- d", "\r", "|"]), max_size=20))
def test_sections_begin_lines_in_order(lines: list[str]) -> None:
    text = "\n".join(lines)
    starts = [place.start for place in markdown_sections(text)]
    assert starts == sorted(set(starts))
    assert all(start == 0 or text[start - 1] in "\r\n" for start in starts)


def test_a_file_has_its_sections_behind_front_matter_and_with_any_newlines(tmp_path: Path) -> None:
    file = tmp_path / "bai.md"
    file.write_bytes("\ufeff---\r\ntitle: Sổ tay\r\n---\r\nMở bài.\r\n\r\n## Cầu\r\n\r\nDài.\r\n".encode())
    article = prepare(read_markdown(file, "bai.md")).article
    (place,) = article.places
    assert place == Place(article.text.index("## Cầu"), section="Cầu")
