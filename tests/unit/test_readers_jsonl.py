"""JSON Lines: each line on its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import EncodingError, HoidapError, InvalidArticle, ReadError
from index.readers.json_values import parse_json
from index.readers.jsonl import read_jsonl
from index.records import Draft


def read(folder: Path, content: bytes) -> list[Draft | HoidapError]:
    file = folder / "tin.jsonl"
    file.write_bytes(content)
    return list(read_jsonl(file, "tin.jsonl"))


def test_a_bad_line_does_not_stop_the_others(tmp_path: Path) -> None:
    items = read(tmp_path, '\ufeff{"text": "một"}\r\n\n{"text": 2}\nkhông\n{"text": "năm", "id": "5"}'.encode())
    assert items[0] == Draft("một", origin="tin.jsonl:1")
    assert isinstance(items[1], InvalidArticle)
    assert str(items[1]) == "tin.jsonl:3: text: expected text, got a number"
    assert isinstance(items[2], ReadError)
    assert str(items[2]).startswith("tin.jsonl:4: is not JSON: Expecting value at character 0")
    assert items[3:] == [Draft("năm", origin="tin.jsonl:5", id="5")]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"text": "a", "metadata": {"x": NaN}}', "is not JSON: NaN is no JSON value"),
        (b'{"text": "a", "metadata": {"x": -Infinity}}', "is not JSON: -Infinity is no JSON value"),
        (b'{"text": "a"', "is not JSON: Expecting ',' delimiter at character 12"),
        (b'{"text": ' + b"[" * 100_000, "is nested too deeply"),
        (b'{"text": "a", "metadata": {"x": ' + b"9" * 5000 + b"}}", "is not JSON: Exceeds the limit"),
        (b"null", "article: expected an object with a text, got nothing"),
        (b'{"tieu de": "a"}', "article: unknown key 'tieu de'"),
        (b'{"text": "a", "metadata": {"x": 1e999}}', "metadata.x: is not a finite number"),
    ],
)
def test_lines_that_are_no_article(tmp_path: Path, line: bytes, message: str) -> None:
    (error,) = read(tmp_path, line)
    assert str(error).startswith(f"tin.jsonl:1: {message}")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_an_undecodable_byte_is_named_by_its_place_in_the_file(tmp_path: Path, mark: bytes) -> None:
    content = mark + b'{"text": "a\xff"}\n{"text": "b"}\n{"text": "\xe1"}\n'
    first, second, third = read(tmp_path, content)
    assert isinstance(first, EncodingError)
    assert (first.origin, first.byte_offset, first.byte) == ("tin.jsonl:1", content.index(b"\xff"), 0xFF)
    assert second == Draft("b", origin="tin.jsonl:2")
    assert isinstance(third, EncodingError)
    assert (third.origin, third.byte_offset, third.byte) == ("tin.jsonl:3", content.index(b"\xe1"), 0xE1)


def test_an_empty_file_has_no_articles(tmp_path: Path) -> None:
    assert read(tmp_path, b"") == read(tmp_path, b"\n \r\n") == []


def test_parse_json_keeps_half_surrogates_for_the_checks_that_follow() -> None:
    assert parse_json(b'"\\ud800"', "x") == "\ud800"


@pytest.mark.parametrize(
    "content",
    [
        '{"id": "1", "text": "một"},\n{"id": "2", "text": "hai",}\n',
        '[\n{"id": "1", "text": "một"},\n{"id": "2", "text": "hai"}\n]\n',
        '[{"id": "1", "text": "một"},\n {"id": "2", "text": "hai"}]',
        '[{"id": "1", "text": "một"}]\n[{"id": "2", "text": "hai"}]\n',
        '{\n "id": "1",\n "text": "một"\n}\n{\n "id": "2",\n "text": "hai"\n}\n',
    ],
)
def test_lines_that_are_almost_json_lines(tmp_path: Path, content: str) -> None:
    items = [item for item in read(tmp_path, content.encode()) if isinstance(item, Draft)]
    assert [(item.id, item.text) for item in items] == [("1", "một"), ("2", "hai")]
    assert all(item.path is None for item in items)
