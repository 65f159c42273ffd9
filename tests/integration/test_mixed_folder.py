"""A folder of three hundred files of all formats, bad ones among them, as people have them."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from file_samples import BAD, GOOD

from index.readers.formats import FORMATS

pytestmark = pytest.mark.slow

FILES = 300
SKIPPED = ("ảnh 1.png", "ảnh 2.PNG", "lưu")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three hundred files: one bad file of each format, a few of no format, the others good, all formats in turn."""
    mixed = tmp_path / "kho báo"
    for name in SKIPPED:
        (mixed / name).parent.mkdir(exist_ok=True)
        (mixed / name).write_bytes(b"x")
    for one in FORMATS:
        (mixed / f"hỏng {one.name}{one.endings[0]}").write_bytes(BAD[one.name])
    formats = [one for one in FORMATS if one.name in GOOD]
    for number in range(FILES - len(SKIPPED) - len(FORMATS)):
        one = formats[number % len(formats)]
        file = mixed / f"năm {number % 7}" / f"bài {number}{one.endings[number % len(one.endings)]}"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(GOOD[one.name](f"Trạm bơm số {number} của xã Vạn Thắng chạy lại từ sáng hôm qua."))
    assert sum(file.is_file() for file in mixed.rglob("*")) == FILES
    return mixed


def ingest(folder: Path, data: Path) -> tuple[int, str, str]:
    """Run the command with a terminal for its messages; return status, standard output and what the terminal shows."""
    ours, theirs = pty.openpty()
    shown: list[bytes] = []

    def read() -> None:
        try:
            while piece := os.read(ours, 65536):
                shown.append(piece)
        except OSError:  # Linux says so when the other end is closed
            pass

    reading = threading.Thread(target=read)
    reading.start()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOIDAP_")}
    command = [sys.executable, "-m", "api.commands.main", "ingest", str(folder), "--data", str(data)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=theirs, text=True, check=False)
    os.close(theirs)
    reading.join()
    os.close(ours)
    return done.returncode, done.stdout, b"".join(shown).decode()


def test_every_file_is_read_or_named(folder: Path, tmp_path: Path) -> None:
    good = FILES - len(SKIPPED) - len(FORMATS)
    status, counts, shown = ingest(folder, tmp_path / "data")
    assert status == 1
    assert counts == f"{good} created, 0 replaced, 0 unchanged, {len(FORMATS)} failed, {len(SKIPPED)} skipped\n"
    failures = [line for line in shown.splitlines() if "failed  " in line]
    assert len(failures) == len(FORMATS), failures
    for one in FORMATS:
        assert sum(f"/hỏng {one.name}{one.endings[0]}" in line for line in failures) == 1, one.name
    for name in SKIPPED:
        assert shown.count(f"skipped    {name}: ending") == 1
    assert re.search(r"\r\x1b\[K\d+( of \d+)? articles", shown)
    again = ingest(folder, tmp_path / "data")
    assert again[0] == 1
    assert again[1].startswith(f"0 created, 0 replaced, {good} unchanged, {len(FORMATS)} failed")


def test_a_folder_without_a_failure_is_done(folder: Path, tmp_path: Path) -> None:
    for one in FORMATS:
        (folder / f"hỏng {one.name}{one.endings[0]}").unlink()
    status, counts, _ = ingest(folder, tmp_path / "data")
    assert (status, " 0 failed" in counts) == (0, True)
