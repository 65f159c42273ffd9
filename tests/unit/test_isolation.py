"""Readers in a child process: whatever happens there is a failure of one file, and the next one is read."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import hostile_readers
import pytest

from index.errors import HoidapError, InvalidArticle, ReadError
from index.readers import isolation
from index.readers.confinement import MEMORY_STATUS
from index.readers.fields import KNOWN_FIELDS
from index.readers.isolation import Limits, isolated
from index.readers.messages import item_of, line_of
from index.records import Draft, Place

Read = Callable[[Path, str], Iterator[Draft | HoidapError]]


@pytest.fixture(scope="module")
def read() -> Read:
    return isolated(hostile_readers.obedient, "ODD", Limits(memory_bytes=300_000_000))


@pytest.fixture(scope="module")
def hasty() -> Read:
    return isolated(hostile_readers.obedient, "ODD", Limits(seconds=1))


def wish(folder: Path, text: str) -> Path:
    file = folder / "tệp.odd"
    file.write_text(text, encoding="utf-8")
    return file


def ask(read: Read, folder: Path, text: str) -> Draft:
    (item,) = read(wish(folder, text), "tệp.odd")
    assert isinstance(item, Draft)
    return item


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def children() -> set[int]:
    """The children of this process, dead ones that nobody waited for included."""
    listing = subprocess.Popen(["ps", "-A", "-o", "pid=,ppid="], stdout=subprocess.PIPE, text=True)
    rows = [map(int, line.split()) for line in listing.communicate()[0].splitlines()]
    return {process for process, parent in rows if parent == os.getpid()} - {listing.pid}


def test_one_child_reads_many_files(read: Read, tmp_path: Path) -> None:
    first, second = ask(read, tmp_path, "Sông Lô"), ask(read, tmp_path, "Sông Gâm")
    assert (first.text, second.text) == ("Sông Lô\n", "Sông Gâm\n")
    assert first.places == (Place(0, 1, "Đầu"),)
    assert first.title == second.title != str(os.getpid())


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("crash", "the reader of ODD stopped with signal 11; the file may be damaged"),
        ("eat", "needed more than 0.3 GB of memory"),
        (
            "leak",
            "the reader of ODD stopped with signal 6; the file may be damaged, or need more than 0.3 GB of memory",
        ),
        ("leave", "the reader of ODD stopped with status 3; the file may be damaged"),
    ],
)
def test_a_file_that_ends_the_child_fails_alone(read: Read, tmp_path: Path, what: str, reason: str) -> None:
    with pytest.raises(ReadError) as caught:
        list(read(wish(tmp_path, what), "tệp.odd"))
    assert str(caught.value).startswith(f"tệp.odd: {reason}")
    assert ask(read, tmp_path, "bên cạnh").text == "bên cạnh\n"


@pytest.mark.parametrize("what", ["hang", "spin"])
def test_a_file_that_takes_too_long_fails_alone(hasty: Read, read: Read, tmp_path: Path, what: str) -> None:
    with pytest.raises(ReadError, match=r"^tệp\.odd: took longer than 1 s$"):
        list(hasty(wish(tmp_path, what), "tệp.odd"))
    assert ask(read, tmp_path, "bên cạnh").text == "bên cạnh\n"


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("break_off", "tệp.odd: is damaged, or no such file as its ending says (KeyError: 'no such part')"),
        ("nest", "tệp.odd: is nested too deeply"),
        ("shout", "tệp: has no text"),
    ],
)
def test_an_error_of_the_reader_does_not_end_the_child(read: Read, tmp_path: Path, what: str, message: str) -> None:
    before = ask(read, tmp_path, "trước").title
    (error,) = read(wish(tmp_path, what), "tệp.odd")
    assert isinstance(error, ReadError)
    assert str(error) == message
    assert ask(read, tmp_path, "sau").title == before


def test_what_a_library_prints_is_no_answer(read: Read, tmp_path: Path) -> None:
    assert ask(read, tmp_path, "print_much").text == "print_much\n"


def test_a_file_that_is_gone_is_named(read: Read, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(read(tmp_path / "không có", "không có"))


def test_many_articles_come_one_by_one(tmp_path: Path) -> None:
    read = isolated(hostile_readers.several, "LINES")
    file = wish(tmp_path, "một\n!\nhai\n?\nba")
    items = list(read(file, "tệp"))
    assert items[0] == Draft("một", "tệp:1", metadata={"dòng": 1})
    assert isinstance(items[1], InvalidArticle)
    assert [str(items[1]), str(items[3])] == ["tệp:2: text: is empty", "tệp:4: is cut off"]
    assert items[2] == Draft("hai", "tệp:3", metadata={"dòng": 3})
    assert len(items) == 4


def test_the_rest_of_an_endless_file_may_be_left(tmp_path: Path) -> None:
    before = children()
    stream = isolated(hostile_readers.endless, "ENDLESS")(wish(tmp_path, ""), "x")
    assert [next(stream), next(stream)] == [Draft("lại nữa", "x")] * 2
    assert len(children() - before) == 1
    stream.close()  # type: ignore[attr-defined]
    assert children() - before == set()


def test_an_endless_file_meets_its_limit(tmp_path: Path) -> None:
    read = isolated(hostile_readers.endless, "ENDLESS", Limits(seconds=0.2))
    with pytest.raises(ReadError, match="took longer than 0 s"):
        for _ in read(wish(tmp_path, ""), "x"):
            pass


def test_the_clock_stands_still_while_articles_are_stored(tmp_path: Path) -> None:
    items = []
    for item in isolated(hostile_readers.slow_but_steady, "SLOW", Limits(seconds=0.5))(wish(tmp_path, ""), "x"):
        time.sleep(1)
        items.append(item)
    assert items == [Draft("một", "x"), Draft("hai", "x")]


@pytest.mark.skipif(sys.platform != "linux", reason="finds the pipe in /proc")
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("[" * 100_000, "nested too deeply"),
        ("không", "Expecting value"),
        ('{"draft": {"text": "x"}}', "an origin, path or mark of another type"),
        ('{"draft": {"text": "x", "origin": "", "scraped": false, "places": [{"start": 7}]}}', "a place of another"),
        (
            '{"draft": {"text": "x", "origin": "", "places": [{"start": 7, "page": 1, "section": null}]}}',
            "out of order",
        ),
        ('{"unreadable": "x"}', "no message of a reader"),
    ],
)
def test_a_child_that_was_taken_over_is_not_believed(tmp_path: Path, answer: str, reason: str) -> None:
    before = children()
    with pytest.raises(ReadError, match=f"the reader of LIE gave what cannot be used: .*{reason}"):
        list(isolated(hostile_readers.liar, "LIE")(wish(tmp_path, answer + "\n"), "x"))
    assert children() == before


@pytest.mark.skipif(sys.platform != "linux", reason="finds the pipe in /proc")
def test_what_a_child_sends_is_bounded(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="more than 64,000,000 bytes for one article"):
        list(isolated(hostile_readers.flood, "FLOOD")(wish(tmp_path, ""), "x"))


def test_a_child_that_ignores_its_deadline_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "_GRACE_SECONDS", 2.0)
    before = children()
    with pytest.raises(ReadError, match="took longer than 0 s"):
        list(isolated(hostile_readers.deaf, "DEAF", Limits(seconds=0.1))(wish(tmp_path, ""), "x"))
    assert children() == before


def test_threads_read_at_once_and_no_more_children_than_allowed(tmp_path: Path) -> None:
    read = isolated(hostile_readers.obedient, "ODD")
    before = children()
    with ThreadPoolExecutor(8) as threads:
        files = []
        for number in range(40):
            files.append(tmp_path / f"{number}.odd")
            files[-1].write_text(f"bài {number}" if number % 8 else "leave", encoding="utf-8")

        def text(file: Path) -> str:
            try:
                (item,) = read(file, file.name)
            except ReadError as error:
                return error.reason
            assert isinstance(item, Draft)
            return item.text

        texts = list(threads.map(text, files))
    assert [each for number, each in enumerate(texts) if number % 8] == [f"bài {n}\n" for n in range(40) if n % 8]
    assert {texts[number] for number in range(0, 40, 8)} == {
        "the reader of ODD stopped with status 3; the file may be damaged"
    }
    assert 1 <= len(children() - before) <= 4


def test_a_child_that_died_while_it_waited_is_replaced(tmp_path: Path) -> None:
    read = isolated(hostile_readers.obedient, "ODD")
    title = ask(read, tmp_path, "một").title
    assert title is not None
    os.kill(int(title), signal.SIGKILL)
    os.waitid(os.P_PID, int(title), os.WEXITED | os.WNOWAIT)  # dead, and not yet waited for
    assert ask(read, tmp_path, "hai").title != title


PARENT = """
import sys
from pathlib import Path
import hostile_readers
from index.readers.isolation import Limits, isolated
read = isolated(hostile_readers.obedient, "ODD", Limits(seconds=3))
(draft,) = read(Path(sys.argv[1]), "x")
print(draft.title, flush=True)
for _ in read(Path(sys.argv[2]), "x"):
    pass
"""


@pytest.mark.parametrize("work", ["hang", "spin", "idle"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_children_end_with_their_parent(tmp_path: Path, work: str, number: signal.Signals) -> None:
    hello, busy = tmp_path / "a.odd", tmp_path / "b.odd"
    hello.write_text("xin chào", encoding="utf-8")
    busy.write_text("hang" if work == "idle" else work, encoding="utf-8")
    program = PARENT if work != "idle" else PARENT.replace("for _ in", "input()\nfor _ in")
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(hello), str(busy)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        text=True,
    )
    with parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_alive(child)
        time.sleep(0.3)  # the child begins with its second file
        deadline = time.monotonic() + 30
        while parent.poll() is None and time.monotonic() < deadline:
            parent.send_signal(number)  # again, since one that comes just before `input` waits is seen after it
            with suppress(subprocess.TimeoutExpired):
                parent.wait(timeout=1)
        assert parent.poll() is not None
    deadline = time.monotonic() + 90
    while is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(child)


def test_a_watch_ends_what_no_limit_of_the_kernel_holds() -> None:
    """As on macOS, whose kernel bounds no address space."""
    program = (
        "import threading; from index.readers import confinement; "
        "confinement.resource.setrlimit = lambda *_: None; confinement.bound_memory(200_000_000); "
        "eaten = bytearray(b'x') * 300_000_000; threading.Event().wait(60)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[2]).returncode == MEMORY_STATUS


@pytest.mark.parametrize(
    "item",
    [
        Draft("Chữ\ud800\0\n", "x:1"),
        Draft("a", "", "id", "t", "u", "s", "w", "2017", "vi", {"số": 1, "thực": 1.5, "không": None}, "p/q", True),
        Draft("hai trang", places=(Place(0, 1), Place(4, 2, "Mục")), notes=("Một ghi chú.",)),
    ],
)
def test_articles_survive_the_way_between_processes(item: Draft) -> None:
    assert item_of(line_of(item), "") == item


def test_every_field_of_an_article_makes_the_way() -> None:
    """A new field of `Draft` has to be checked in `index.readers.messages` too."""
    carried = {*KNOWN_FIELDS, "origin", "path", "scraped", "places", "notes"}
    assert {each.name for each in fields(Draft)} == carried


def test_no_thread_is_left_behind(read: Read, tmp_path: Path) -> None:
    before = threading.active_count()
    ask(read, tmp_path, "xin chào")
    assert threading.active_count() == before
