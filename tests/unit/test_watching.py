"""What a followed folder tells between two looks."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest

from index.errors import ReadError
from index.readers.watching import WatchedFolder, moments_to_look


def names(folder: Path, watched: WatchedFolder) -> tuple[list[str], list[str]]:
    changes = watched.changes()
    return (
        [file.relative_to(folder).as_posix() for file in changes.written],
        [file.relative_to(folder).as_posix() for file in changes.gone],
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tin" / "2024").mkdir(parents=True)
    (tmp_path / "tin" / "a.txt").write_text("một")
    (tmp_path / "tin" / "2024" / "b.md").write_text("hai")
    return tmp_path / "tin"


def test_the_first_look_tells_all_and_the_next_nothing(folder: Path) -> None:
    watched = WatchedFolder(folder)
    assert names(folder, watched) == (["2024/b.md", "a.txt"], [])
    assert watched.is_settled
    assert names(folder, watched) == ([], [])


def test_a_file_is_told_once_it_stays_as_it_is(folder: Path) -> None:
    watched = WatchedFolder(folder)
    names(folder, watched)
    for part in range(1, 4):
        (folder / "c.txt").write_text("x" * part)
        assert names(folder, watched) == ([], [])
        assert not watched.is_settled
    assert names(folder, watched) == (["c.txt"], [])
    (folder / "a.txt").write_text("edited")
    assert names(folder, watched) == ([], [])
    assert names(folder, watched) == (["a.txt"], [])
    assert watched.is_settled
    watched.tell_again([folder / "a.txt"])
    assert names(folder, watched) == (["a.txt"], [])


def test_a_renamed_folder_comes_when_the_old_one_goes(folder: Path) -> None:
    watched = WatchedFolder(folder)
    names(folder, watched)
    (folder / "2024").rename(folder / "2025")
    assert names(folder, watched) == ([], [])
    assert names(folder, watched) == (["2025/b.md"], ["2024/b.md"])
    assert names(folder, watched) == ([], [])


def test_a_file_that_comes_back_was_never_gone(folder: Path) -> None:
    watched = WatchedFolder(folder)
    names(folder, watched)
    (folder / "a.txt").rename(folder / "a.bak")
    assert names(folder, watched) == ([], [])
    (folder / "a.bak").rename(folder / "a.txt")
    assert names(folder, watched) == ([], [])
    assert names(folder, watched)[1] == []


def test_what_comes_to_be_ignored_is_not_gone(folder: Path) -> None:
    watched = WatchedFolder(folder)
    names(folder, watched)
    (folder / ".hoidapignore").write_text("2024/\n")
    assert names(folder, watched) == names(folder, watched) == ([], [])
    assert watched.is_settled
    (folder / "2024" / "c.md").write_text("ba")
    assert names(folder, watched) == names(folder, watched) == ([], [])


def test_what_is_left_out_is_told_once(folder: Path) -> None:
    (folder / ".hidden").write_text("x")
    watched = WatchedFolder(folder)
    assert [one.origin for one in watched.changes().left_out] == [".hidden"]
    assert watched.changes().left_out == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every folder")
def test_nothing_is_gone_where_a_folder_cannot_be_read(folder: Path) -> None:
    watched = WatchedFolder(folder)
    names(folder, watched)
    (folder / "2024").chmod(0)
    try:
        assert names(folder, watched) == names(folder, watched) == ([], [])
    finally:
        (folder / "2024").chmod(0o755)


def test_a_folder_that_is_gone_or_another_is_an_error_and_tells_nothing(folder: Path) -> None:
    watched = WatchedFolder(folder)
    names(folder, watched)
    moved = folder.rename(folder.with_name("moved"))
    with pytest.raises(ReadError, match="No such file or directory"):
        watched.changes()
    folder.mkdir()
    with pytest.raises(ReadError, match="is another folder than before; was a disk removed"):
        watched.changes()
    shutil.rmtree(moved)
    with pytest.raises(ReadError):
        WatchedFolder(moved)


def test_moments_end_when_they_are_to_stop(folder: Path) -> None:
    watched, stop = WatchedFolder(folder), threading.Event()
    looks = 0
    for _ in moments_to_look([watched], stop):
        watched.changes()
        looks += 1
        if looks == 1:
            (folder / "c.txt").write_text("ba")
        elif watched.is_settled:
            stop.set()
    assert looks >= 2


def test_a_name_that_is_not_utf8_is_read_and_ends_nothing(folder: Path) -> None:
    watched = WatchedFolder(folder)
    stop = threading.Event()
    odd = Path(os.fsdecode(os.fsencode(folder) + b"/l\xff.txt"))
    told: list[Path] = []
    for look, _ in enumerate(moments_to_look([watched], stop)):
        told += watched.changes().written
        if look == 0:
            try:
                odd.write_text("lạ")
            except OSError:
                pytest.skip("this system has no such names")
        elif odd in told:
            stop.set()
    assert told.count(odd) == 1


def test_a_folder_that_is_gone_is_told_by_who_looks(folder: Path) -> None:
    watched = WatchedFolder(folder)
    watched.changes()
    shutil.rmtree(folder)
    looks = (watched.changes() for _ in moments_to_look([watched], threading.Event()))
    with pytest.raises(ReadError):
        next(looks)
