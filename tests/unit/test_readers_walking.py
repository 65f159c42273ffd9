"""Folders in a fixed order; what is left out or fails is named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from index.errors import EncodingError, ReadError
from index.identity import identify
from index.preparation import prepare
from index.readers.formats import ENDINGS, FORMATS, FormatName
from index.readers.walking import ReadFailure, SkippedFile, read_path
from index.records import Draft

PAGE = "<html><body><article><p>Sáng nay nước sông lên rất nhanh ở nhiều xã ven bờ.</p></article></body></html>"


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def seen(folder: Path, format_name: str | None = None) -> list[tuple[str, str]]:
    """What was read or left out, in order: place and text, reason or error."""
    found = []
    for item in read_path(folder, format_name):
        if isinstance(item, Draft):
            found.append((item.path or item.origin.removeprefix(f"{folder}/"), item.text))
        elif isinstance(item, SkippedFile):
            found.append((item.origin.removeprefix(f"{folder}/"), item.reason))
        else:
            found.append((item.origin.removeprefix(f"{folder}/"), str(item.error).removeprefix(f"{folder}/")))
    return found


def test_folders_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    write(tmp_path, {"b.txt": "b", "a/z.txt": "z", "a/a/x.md": "x", "a.txt": "a", "đ.TXT": "đ", "a-1.text": "1"})
    assert seen(tmp_path) == [
        ("a/a/x.md", "x"),
        ("a/z.txt", "z"),
        ("a-1.text", "1"),
        ("a.txt", "a"),
        ("b.txt", "b"),
        ("đ.TXT", "đ"),
    ]


def test_identity_is_the_path_inside_the_folder(tmp_path: Path) -> None:
    write(tmp_path, {"2018/tin.txt": "chữ"})
    assert [identify(item) for item in read_path(tmp_path) if isinstance(item, Draft)] == ["2018:tin.txt"]
    assert [identify(item) for item in read_path(tmp_path / "2018") if isinstance(item, Draft)] == ["tin.txt"]
    assert [identify(item) for item in read_path(tmp_path / "2018/tin.txt") if isinstance(item, Draft)] == ["tin.txt"]


def test_articles_of_one_file_have_no_path(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"a.jsonl": '{"text": "a"}', "b.csv": "text\nb\n", "c.tsv": "text\tid\nc\tx\n", "d.ndjson": '{"text": "d"}'},
    )
    assert seen(tmp_path) == [("a.jsonl:1", "a"), ("b.csv:2", "b"), ("c.tsv:2", "c"), ("d.ndjson:1", "d")]
    assert all(item.path is None for item in read_path(tmp_path) if isinstance(item, Draft))


def test_what_fails_is_named_and_stops_nothing(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "1.jsonl": '{"text": 1}\n{"text": "một"}',
            "2.txt": b"hai \xff",
            "3.md": "---\ntitle: [\n---\nba",
            "4.csv": "chữ\nbốn\n",
            "5.txt": "năm",
        },
    )
    assert seen(tmp_path) == [
        ("1.jsonl:1", "1.jsonl:1: text: expected text, got a number"),
        ("1.jsonl:2", "một"),
        (
            "2.txt",
            "2.txt: byte 4 (0xff) is not UTF-8; convert the file, for example with `iconv -f windows-1252 -t utf-8`",
        ),
        ("3.md", "3.md: the front matter is not YAML in line 2: expected the node content, but found '<stream end>'"),
        (
            "4.csv",
            "4.csv:1: article: unknown column 'chữ'; known are id, title, text, url, source, author, published_at, "
            "language; put free fields in columns such as metadata.topic, or name the fields, for example with --map "
            "text=KEY",
        ),
        ("5.txt", "năm"),
    ]
    failure = next(item for item in read_path(tmp_path) if isinstance(item, ReadFailure) and "2.txt" in item.origin)
    assert isinstance(failure.error, EncodingError)
    assert failure.error.byte_offset == 4


def test_other_files_in_a_folder_are_skipped_but_a_named_one_must_be_readable(tmp_path: Path) -> None:
    write(tmp_path, {"a.xyz": "x", "README": "x"})
    reasons = dict(seen(tmp_path))
    assert reasons["a.xyz"].startswith("ending '.xyz' is not one of .")
    assert reasons["README"].startswith("ending '(none)' is not one of")
    (failure,) = read_path(tmp_path / "a.xyz")
    assert isinstance(failure, ReadFailure)
    assert "name the format with --format" in str(failure.error)


def test_a_format_overrides_endings(tmp_path: Path) -> None:
    write(tmp_path, {"README": "# Chào\n"})
    (draft,) = read_path(tmp_path / "README", "markdown")
    assert isinstance(draft, Draft)
    assert (draft.title, draft.scraped) == ("Chào", False)
    assert [each.name for each in FORMATS] == list(get_args(FormatName))


def test_pages_are_told_from_articles_by_their_format(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": "a", "b.md": "b", "c.jsonl": '{"text": "c"}', "d.csv": "text\nd\n", "e.html": PAGE})
    drafts = [item for item in read_path(tmp_path) if isinstance(item, Draft)]
    assert [draft.scraped for draft in drafts] == [True, False, False, False, True]


def test_no_ending_belongs_to_two_formats() -> None:
    assert len(set(ENDINGS)) == len(ENDINGS)
    assert all(ending.startswith(".") and ending == ending.lower() for ending in ENDINGS)


def test_hidden_files_and_folders(tmp_path: Path) -> None:
    write(tmp_path, {".git/config.txt": "x", ".ẩn.txt": "x", "a/.b.txt": "x", "c.txt": "c"})
    assert seen(tmp_path) == [(".git", "hidden"), (".ẩn.txt", "hidden"), ("a/.b.txt", "hidden"), ("c.txt", "c")]


def test_ignored_files(tmp_path: Path) -> None:
    patterns = "\ufeff# nháp\r\n*.log.txt\r\nnháp/\n/gốc.txt\n!giữ.log.txt\n"
    names = ("a.log.txt", "b.txt", "giữ.log.txt", "gốc.txt", "sâu/gốc.txt", "nháp/x.txt", "nháp/y.txt")
    write(tmp_path, {".hoidapignore": patterns, **dict.fromkeys(names, "chữ")})
    reason = "listed in .hoidapignore"
    assert seen(tmp_path) == [
        ("a.log.txt", reason),
        ("b.txt", "chữ"),
        ("giữ.log.txt", "chữ"),
        ("gốc.txt", reason),
        ("nháp", reason),
        ("sâu/gốc.txt", "chữ"),
    ]


def test_an_ignore_file_that_is_no_text(tmp_path: Path) -> None:
    write(tmp_path, {".hoidapignore": b"a\xff", "a.txt": "a"})
    with pytest.raises(EncodingError, match=r"\.hoidapignore: byte 1 \(0xff\) is not UTF-8"):
        list(read_path(tmp_path))


def test_links(tmp_path: Path) -> None:
    inside, outside = tmp_path / "trong", tmp_path / "ngoài"
    write(tmp_path, {"trong/a/x.txt": "x", "ngoài/y.txt": "y"})
    (inside / "file-trong.txt").symlink_to(inside / "a/x.txt")
    (inside / "file-ngoài.txt").symlink_to(outside / "y.txt")
    (inside / "thư-mục-ngoài").symlink_to(outside)
    (inside / "thư-mục-trong").symlink_to(inside / "a")
    (inside / "lên").symlink_to(inside)
    (inside / "hỏng.txt").symlink_to(inside / "không có")
    (inside / "vòng.txt").symlink_to(inside / "vòng.txt")
    (inside / "đôi-1").symlink_to(inside / "đôi-2")
    (inside / "đôi-2").symlink_to(inside / "đôi-1")
    assert dict(seen(inside)) == {
        "a/x.txt": "x",
        "file-trong.txt": "x",
        "file-ngoài.txt": "links out of the folder",
        "thư-mục-ngoài": "links out of the folder",
        "thư-mục-trong": "links to a folder that is read in its own place",
        "lên": "links to a folder that is read in its own place",
        "hỏng.txt": "is a broken link",
        "vòng.txt": "is a broken link",
        "đôi-1": "is a broken link",
        "đôi-2": "is a broken link",
    }


def test_a_folder_reached_through_a_link_is_read(tmp_path: Path) -> None:
    write(tmp_path, {"thật/a.txt": "a"})
    (tmp_path / "tên-khác").symlink_to(tmp_path / "thật")
    assert seen(tmp_path / "tên-khác") == [("a.txt", "a")]


def test_pipes_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ống.txt")
    assert ("ống.txt", "is no regular file") in seen(tmp_path)
    with pytest.raises(ReadError, match="is neither a file nor a folder"):
        list(read_path(tmp_path / "ống.txt"))


def test_unreadable_files_and_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Tests may run as root, who may read everything: refuse in its place.
    write(tmp_path, {"a.txt": "a", "b/x.txt": "x", "c.txt": "c"})
    read_bytes, iterdir = Path.read_bytes, Path.iterdir

    def refusing_read(self: Path) -> bytes:
        if self.name == "a.txt":
            raise PermissionError(13, "Permission denied")
        return read_bytes(self)

    def refusing_list(self: Path) -> Iterator[Path]:
        if self.name == "b":
            raise PermissionError(13, "Permission denied")
        return iter(list(iterdir(self)))

    monkeypatch.setattr(Path, "read_bytes", refusing_read)
    monkeypatch.setattr(Path, "iterdir", refusing_list)
    assert seen(tmp_path) == [
        ("a.txt", "a.txt: Permission denied"),
        ("b", "b: Permission denied"),
        ("c.txt", "c"),
    ]


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/t\xff.txt")).write_text("chữ", encoding="utf-8")
    (draft,) = read_path(tmp_path)
    assert isinstance(draft, Draft)
    assert prepare(draft, clean=False).article.id == "t~ED~B3~BF.txt"


def test_empty_folder_and_missing_path(tmp_path: Path) -> None:
    (failure,) = read_path(tmp_path)
    assert isinstance(failure, ReadFailure)
    assert str(failure.error) == f"{tmp_path}: holds no file to read"
    with pytest.raises(ReadError, match="không-có: does not exist"):
        list(read_path(tmp_path / "không-có"))


def test_the_seeds_are_read_without_a_failure(repository: Path) -> None:
    items = [
        item for item in read_path(repository / "seeds") if not str(getattr(item, "origin", "")).endswith(".jsonl:1")
    ]
    drafts = [item for item in items if isinstance(item, Draft)]
    assert len(drafts) >= 80
    assert len({identify(draft) for draft in drafts}) == len(drafts)


def test_every_format_tells_its_endings_the_usual_one_first(tmp_path: Path) -> None:
    assert len({one.endings[0] for one in FORMATS}) == len(FORMATS)
    for one in FORMATS:
        for ending in one.endings:
            file = tmp_path / f"an article{ending.upper()}"
            file.write_text("text\nMưa đá rơi ở vùng cao.\n", encoding="utf-8")
            errors = [str(item.error) for item in read_path(file) if isinstance(item, ReadFailure)]
            assert not any("is not one of" in error for error in errors), ending
