"""Zip files: each file in one is read as in a folder, and no archive does harm."""

from __future__ import annotations

import tempfile
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathspec import PathSpec
from zips import encrypted, linked, overlapping, renamed, write, zip_of

from index.errors import ReadError
from index.identity import identify
from index.readers import archives, walking
from index.readers.archives import Budget, open_archive
from index.readers.formats import format_named
from index.readers.walking import ReadFailure, SkippedFile, read_named, read_path
from index.records import Draft


def seen(path: Path) -> list[tuple[str, str]]:
    """What was read or left out, in order: place and text, reason or error."""
    found = []
    for item in read_path(path):
        where = item.origin.removeprefix(f"{path if path.is_dir() else path.parent}/")
        text = item.text if isinstance(item, Draft) else item.reason if isinstance(item, SkippedFile) else ""
        if isinstance(item, ReadFailure):
            where, text = "", str(item.error).removeprefix(f"{path.parent}/")
        found.append((where, text))
    return found


def failure(content: bytes, tmp_path: Path) -> str:
    """The one failure of an archive `a.zip`."""
    ((_, error),) = seen(write(tmp_path / "a.zip", content))
    return error


def test_each_file_is_read_by_its_own_format(tmp_path: Path) -> None:
    files = {
        "tin/mưa.txt": "Mưa to.",
        "ghi.md": "# Chép\n\nLời.",
        "dòng.jsonl": '{"text": "Một"}\n{"text": 2}\n',
        "bảng.csv": "text,id\nHai,h\n",
    }
    write(tmp_path / "kho/báo.zip", zip_of(files))
    items = list(read_path(tmp_path))
    drafts = [item for item in items if isinstance(item, Draft)]
    assert [(draft.path, draft.scraped) for draft in drafts] == [
        ("kho/báo.zip/tin/mưa.txt", True),
        ("kho/báo.zip/ghi.md", False),
        (None, False),
        (None, False),
    ]
    assert drafts[1].title == "Chép"
    assert identify(drafts[0]) == "kho:b~C3~A1o.zip:tin:m~C6~B0a.txt"
    (failed,) = [item for item in items if isinstance(item, ReadFailure)]
    assert str(failed.error) == f"{tmp_path}/kho/báo.zip/dòng.jsonl:2: text: expected text, got a number"


def test_a_sent_archive_names_what_the_sender_knows(tmp_path: Path) -> None:
    sent = write(tmp_path / "sent", zip_of({"a.txt": "chữ", "b.md": b"\xff"}))
    draft, failed = read_named(sent, "kho/tin.zip")
    assert isinstance(draft, Draft)
    assert (draft.path, draft.origin) == ("kho/tin.zip/a.txt", "kho/tin.zip/a.txt")
    assert isinstance(failed, ReadFailure)
    assert failed.origin == "kho/tin.zip/b.md"


def test_what_is_no_article_is_skipped_with_a_word(tmp_path: Path) -> None:
    files = {".ds": "x", "__MACOSX/._a.txt": "x", "a/.b/c.txt": "x", "ảnh.png": "x", "nháp/d.txt": "x", "e.txt": "e"}
    write(tmp_path / "a.zip", zip_of(files))
    (tmp_path / ".hoidapignore").write_text("nháp/\n", encoding="utf-8")
    found = dict(seen(tmp_path))
    assert found.pop("a.zip/ảnh.png").startswith("ending '.png' is not one of")
    assert found == {
        "a.zip/.ds": "hidden",
        "a.zip/__MACOSX/._a.txt": "hidden",
        "a.zip/a/.b/c.txt": "hidden",
        "a.zip/nháp/d.txt": "listed in .hoidapignore",
        "a.zip/e.txt": "e",
    }


def test_one_bad_file_fails_alone(tmp_path: Path) -> None:
    content = zip_of({"1.txt": "một", "2.txt": "hai hai hai", "3.txt": "ba"}, method=zipfile.ZIP_STORED)
    found = seen(write(tmp_path / "a.zip", content.replace(b"hai hai hai", b"hai hai hei")))
    assert found == [
        ("a.zip/1.txt", "một"),
        ("", "a.zip/2.txt: is damaged in the archive (Bad CRC-32 for file '2.txt')"),
        ("a.zip/3.txt", "ba"),
    ]


def test_archives_within_archives_to_a_depth(tmp_path: Path) -> None:
    content = zip_of({"đáy.txt": "đáy"})
    for depth in range(1, walking.MAX_DEPTH):
        content = zip_of({f"{depth}.zip": content, f"{depth}.txt": str(depth)})
    assert seen(write(tmp_path / "a.zip", content)) == [
        ("a.zip/2.zip/1.zip/đáy.txt", "đáy"),
        ("a.zip/2.zip/1.txt", "1"),
        ("a.zip/2.txt", "2"),
    ]
    too_deep = zip_of({"3.zip": content, "sau.txt": "sau"})
    found = seen(write(tmp_path / "b.zip", too_deep))
    assert ("", "b.zip/3.zip/2.zip/1.zip: is an archive within 3 others; unpack the outer ones first") in found
    assert found[-1] == ("b.zip/sau.txt", "sau")


def test_broken_archives_within_one_do_not_count_as_depth(tmp_path: Path) -> None:
    broken = {f"{number}.zip": b"PK" for number in range(5)}
    found = seen(write(tmp_path / "a.zip", zip_of({**broken, "sau.zip": zip_of({"x.txt": "x"})})))
    assert found[-1] == ("a.zip/sau.zip/x.txt", "x")
    assert len(found) == 6


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"PK\x05\x06", "a.zip: is no zip archive, or is cut off"),
        (b"", "a.zip: is no zip archive, or is cut off"),
        (b"<html>", "a.zip: is no zip archive, or is cut off"),
        (zip_of({"a.txt": "a" * 99})[:-40], "a.zip: is no zip archive, or is cut off"),
        (zip_of({}), "a.zip: holds no file to read"),
        (zip_of({"../a.txt": "x"}), "a.zip/../a.txt: its name points out of the archive"),
        (zip_of({"a/../../b.txt": "x"}), "a.zip/a/../../b.txt: its name points out of the archive"),
        (zip_of({"/etc/a.txt": "x"}), "a.zip//etc/a.txt: its name points out of the archive"),
        (zip_of({"C:/a.txt": "x"}), "a.zip/C:/a.txt: its name points out of the archive"),
        (zip_of({"..\\a.txt": "x"}), "a.zip/../a.txt: its name points out of the archive"),
        (zip_of({"a\x1b[31m.txt": "x"}), "a.zip/a\\x1b[31m.txt: its name holds a control character"),
        (renamed(zip_of({"a!b.txt": "x"}), b"a!b.txt", b"a\0b.txt"), "a.zip/a\\x00b.txt: its name holds a control"),
        (encrypted(zip_of({"a.txt": "x"})), "a.zip/a.txt: is encrypted; unpack it with its password"),
        (zip_of({"a.txt": "x" * 99}, method=zipfile.ZIP_BZIP2), "a.zip/a.txt: is packed by the method bzip2"),
        (zip_of({"a.txt": "x" * 99}, method=zipfile.ZIP_LZMA), "a.zip/a.txt: is packed by the method LZMA"),
        (overlapping(zip_of({"a.txt": "x" * 99, "b.txt": "y"})), "a.zip: has files that share bytes"),
        (zip_of({"a.jsonl": b"\n" * 40_000_000}), "a.zip/a.jsonl: unpacks to more than 200 times its packed bytes"),
    ],
    ids=lambda value: value.split(": ")[1][:30] if isinstance(value, str) else "",
)
def test_hostile_archives_are_refused_with_a_word(content: bytes, error: str, tmp_path: Path) -> None:
    assert failure(content, tmp_path).startswith(error)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    assert seen(write(tmp_path / "a.zip", linked("a.txt", "/etc/passwd"))) == [("a.zip/a.txt", "is a link")]


def test_a_size_that_is_too_small_is_found_out(tmp_path: Path) -> None:
    content = zip_of({"a.txt": "chữ " * 50})
    stated = len("chữ ".encode() * 50).to_bytes(4, "little")
    assert content.count(stated) == 2
    assert "is damaged in the archive" in failure(content.replace(stated, (8).to_bytes(4, "little")), tmp_path)


def test_what_is_unpacked_is_bounded_in_all(tmp_path: Path) -> None:
    file = write(tmp_path / "a.zip", zip_of({"a.txt": "x" * 100, "b.txt": "y" * 100}))
    with open_archive(file, "a.zip", Budget(bytes=150)) as archive:
        first, second = archive.entries
        assert archive.read(first) == b"x" * 100
        with pytest.raises(ReadError, match=r"a\.zip/b\.txt: the archive unpacks to more than"):
            archive.read(second)
        with (
            pytest.raises(ReadError, match=r"a\.zip/a\.txt: unpacks to more than 50 bytes"),
            open_archive(file, "a.zip") as again,
        ):
            again.read(again.entries[0], max_bytes=50)
    with pytest.raises(ReadError, match=r"a\.zip: holds more than"), open_archive(file, "a.zip", Budget(entries=1)):
        pass


def test_reading_stops_where_the_bound_is_met_and_says_so_once(tmp_path: Path) -> None:
    inner = zip_of({f"{number}.txt": "x" * 40 for number in range(9)})
    file = write(tmp_path / "a.zip", zip_of({"a.txt": "y" * 40, "b.zip": inner, "c.txt": "z"}))
    walk = walking._ArchiveWalk(PathSpec([]), budget=Budget(bytes=60))
    draft, failed = walk.read(file, format_named("zip"), "a.zip", "a.zip")
    assert isinstance(draft, Draft)
    assert isinstance(failed, ReadFailure)
    assert failed.origin == "a.zip/b.zip"


def test_a_long_list_of_files_is_not_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_MAX_DIRECTORY_BYTES", 1000)
    content = zip_of({f"{number}.txt": "x" for number in range(100)})
    assert failure(content, tmp_path).startswith("a.zip: has a list of files that is too long")


def test_one_file_at_a_time_stands_on_the_disk_under_a_name_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = tmp_path / "desk"
    desk.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(desk))
    file = write(
        tmp_path / "a.zip", zip_of({f"thư/{number}.jsonl": '{"text": "a"}\n{"text": "b"}' for number in "123"})
    )
    for _ in read_path(file):
        assert [one.name for one in desk.rglob("*") if one.is_file()] == ["entry"]
    stopped = read_path(file)
    next(stopped)
    stopped.close()  # type: ignore[attr-defined]  # it is a generator
    assert list(desk.iterdir()) == []


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("mưa.txt".encode(), "mưa.txt"),  # as macOS writes it
        ("đêm.txt".encode("cp1258"), "đêm.txt"),  # as Windows in Vietnam does
        ("été.txt".encode("cp437"), "été.txt"),
        (unicodedata.normalize("NFD", "mưa lũ.txt").encode(), "mưa lũ.txt"),
    ],
)
def test_names_in_old_encodings(raw: bytes, name: str, tmp_path: Path) -> None:
    plain = b"x" * (len(raw) - 4) + b".txt"
    (draft,) = read_path(write(tmp_path / "a.zip", renamed(zip_of({plain.decode(): "chữ"}), plain, raw)))
    assert isinstance(draft, Draft)
    assert draft.path == f"a.zip/{name}"


def test_names_that_say_utf8(tmp_path: Path) -> None:
    names = ["./1: đầu.txt", "עברית/חדשות.txt", unicodedata.normalize("NFD", "Tiếng Việt.txt"), "thư mục\\con.txt"]
    drafts = list(read_path(write(tmp_path / "a.zip", zip_of(dict.fromkeys(names, "chữ")))))
    assert [draft.path for draft in drafts if isinstance(draft, Draft)] == [
        "a.zip/1: đầu.txt",
        "a.zip/עברית/חדשות.txt",
        "a.zip/Tiếng Việt.txt",
        "a.zip/thư mục/con.txt",
    ]


@given(
    changes=st.lists(st.tuples(st.integers(0, 250), st.integers(0, 255)), min_size=1, max_size=4),
    cut=st.sampled_from([0, 0, 0, 1, 22, 60, 200]),
)
def test_whatever_bytes_are_damaged_every_file_is_read_or_named(
    changes: list[tuple[int, int]], cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = bytearray(zip_of({"mưa.md": "Mưa to. " * 9, "trong.zip": zip_of({"gió.md": "Gió lớn."})}))
    for place, value in changes:
        content[place] = value
    file = write(tmp_path_factory.getbasetemp() / "hỏng.zip", bytes(content[: len(content) - cut]))
    for item in read_path(file):
        if isinstance(item, ReadFailure):
            assert str(item.error).startswith(str(file))
