"""Plain text and Markdown with front matter."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import EncodingError, InvalidArticle, ReadError
from index.readers.text import decode, read_markdown, read_plain_text
from index.records import Draft, Place


def markdown(folder: Path, content: str) -> Draft:
    file = folder / "bài.md"
    file.write_bytes(content.encode())
    return read_markdown(file, "bài.md")


def test_plain_text_is_kept_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "bài.txt"
    file.write_bytes("Đầu đề\r\nThân bài\n".encode())
    assert read_plain_text(file, "bài.txt") == Draft("Đầu đề\r\nThân bài\n", origin="bài.txt")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_say_so(encoding: str) -> None:
    assert decode("Hà Nội 👩‍👩‍👧".encode(encoding), "x").removeprefix("\ufeff") == "Hà Nội 👩‍👩‍👧"


def test_utf16_of_the_other_byte_order() -> None:
    assert decode(b"\xfe\xff" + "Hà Nội".encode("utf-16-be"), "x") == "Hà Nội"


def test_a_byte_that_is_not_utf8_is_named() -> None:
    with pytest.raises(EncodingError, match=r"^bài\.txt: byte 4 \(0xe0\) is not UTF-8; convert the file") as caught:
        decode("Hà N".encode("windows-1258").replace(b"H\xe0", b"Haaa\xe0"), "bài.txt")
    assert (caught.value.byte_offset, caught.value.byte) == (4, 0xE0)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\xff", "is a binary file, not text"),
        (b"ab\0c", "holds a NUL character at offset 2; is it a binary file"),
        (b"\xff\xfea", "byte 2 "),
    ],
)
def test_what_is_no_text(content: bytes, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        decode(content, "x")


def test_markdown_without_front_matter_keeps_its_heading(tmp_path: Path) -> None:
    assert markdown(tmp_path, "\n# Nước #1 lên\n\nThân *bài*.\n") == Draft(
        "\n# Nước #1 lên\n\nThân *bài*.\n",
        origin="bài.md",
        title="Nước #1 lên",
        places=(Place(1, section="Nước #1 lên"),),
    )
    assert markdown(tmp_path, "## Không phải đầu đề\n").title is None
    assert markdown(tmp_path, "Chữ\n# Muộn\n").title is None


def test_front_matter_is_not_reinterpreted(tmp_path: Path) -> None:
    draft = markdown(
        tmp_path,
        "\ufeff---\r\nid: 007\r\ntitle: 1984\r\npublished_at: 2017-04\r\nlanguage: no\r\nsource:\r\n"
        "metadata:\r\n  ngày: 2017-04-11\r\n  giờ: 12:30\r\n  số: 15\r\n  âm: -3\r\n  thực: 6.5\r\n  đúng: true\r\n"
        "  nước: NO\r\n  mã: 007\r\n  trống: null\r\n---\r\n# Khác\r\n\r\nThân.\r\n",
    )
    assert (draft.id, draft.title, draft.published_at) == ("007", "1984", "2017-04")
    assert (draft.language, draft.source) == ("no", None)
    assert draft.text == "# Khác\n\nThân.\n"
    assert draft.metadata == {
        "ngày": "2017-04-11",
        "giờ": "12:30",
        "số": 15,
        "âm": -3,
        "thực": 6.5,
        "đúng": True,
        "nước": "NO",
        "mã": "007",
        "trống": None,
    }


def test_front_matter_may_be_empty_or_not_there(tmp_path: Path) -> None:
    assert markdown(tmp_path, "---\n---\nChữ") == Draft("Chữ", origin="bài.md")
    assert markdown(tmp_path, "---\nkhông đóng\n").text == "---\nkhông đóng\n"
    assert markdown(tmp_path, "Chữ\n---\na: b\n---\n").text == "Chữ\n---\na: b\n---\n"


@pytest.mark.parametrize(
    ("front", "message"),
    [
        ("title: [1", r"the front matter is not YAML in line \d: "),
        ("title: a\nsource: b: c", "the front matter is not YAML in line 3: mapping values are not allowed here"),
        ("title: !!python/object:os.system x", "the front matter is not YAML"),
        ("- a\n- b", "the front matter must be `key: value` lines"),
        ("chỉ có chữ", "the front matter must be `key: value` lines"),
    ],
)
def test_broken_front_matter(tmp_path: Path, front: str, message: str) -> None:
    with pytest.raises(ReadError, match=rf"^bài\.md: {message}"):
        markdown(tmp_path, f"---\n{front}\n---\nChữ")


@pytest.mark.parametrize(
    ("front", "message"),
    [
        ("titel: a", "article: unknown key 'titel'; known are id, title"),
        ("text: a", "text: belongs below the front matter"),
        ("title: [a, b]", "title: expected text, got a list"),
        ("metadata: 3", "metadata: expected an object of flat values, got a number"),
        ("metadata: {a: [[1]]}", r"metadata\.a: expected a list of flat values, got one with a list"),
        ("metadata: {a: .nan}", None),
    ],
)
def test_front_matter_that_breaks_the_contract(tmp_path: Path, front: str, message: str | None) -> None:
    content = f"---\n{front}\n---\nChữ"
    if message is None:
        assert markdown(tmp_path, content).metadata == {"a": ".nan"}
        return
    with pytest.raises(InvalidArticle, match=rf"^bài\.md: {message}"):
        markdown(tmp_path, content)
