"""`hoidap ingest --watch` in a real process beside a real server, on real files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from server import Server, running_server

PATIENCE_SECONDS = 60


@contextmanager
def following(data: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOIDAP_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "api.commands.main", "ingest", "--watch", *arguments],
        env={**environment, "HOIDAP_DATA": str(data), "HF_HUB_OFFLINE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=PATIENCE_SECONDS)
    return process.returncode, output, errors


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def ids(server: Server) -> set[str]:
    return {article["id"] for article in server.client.get("/v1/articles", params={"limit": 100}).json()["articles"]}


def text(server: Server, article_id: str) -> str:
    return str(server.client.get(f"/v1/articles/{article_id}").json().get("text"))


@pytest.mark.slow
def test_files_are_followed(tmp_path: Path) -> None:
    folder = tmp_path / "tin"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.md").write_text("Đò ngang ngừng chạy.", encoding="utf-8")
    (folder / "sub" / "b.md").write_text("Chợ nổi họp sớm.", encoding="utf-8")
    (folder / "own.md").write_text("---\nid: own\n---\nBài có mã riêng.", encoding="utf-8")
    (folder / ".hoidapignore").write_text("*.tmp.md\n")
    with running_server(tmp_path / "data") as server:
        client = server.client
        assert client.post("/v1/articles", json={"id": "own", "text": "Bài có mã riêng."}).status_code == 201
        with following(tmp_path / "data", str(folder)) as process:
            wait_until(lambda: ids(server) == {"a.md", "sub:b.md", "own"})
            assert process.stdout is not None
            assert process.stdout.readline().startswith("2 created, 0 replaced, 1 unchanged, 0 failed")

            (folder / "a.md").write_text("Đò ngang chạy lại.", encoding="utf-8")
            (folder / "c.jsonl").write_text('{"id": "c1", "text": "Tin một."}\n{"id": "c2", "text": "Tin hai."}\n')
            (folder / "x.tmp.md").write_text("Bỏ qua.", encoding="utf-8")
            (folder / "bad.json").write_text('{"text": "một nửa', encoding="utf-8")
            wait_until(lambda: {"c1", "c2"} <= ids(server) and text(server, "a.md") == "Đò ngang chạy lại.")

            (folder / "bad.json").write_text('{"text": "một nửa và nửa kia"}', encoding="utf-8")
            wait_until(lambda: "bad.json" in ids(server))

            (folder / "sub").rename(folder / "moved")
            (folder / "own.md").unlink()
            (folder / "c.jsonl").unlink()
            (folder / "a.md").unlink()
            wait_until(lambda: ids(server) == {"bad.json", "moved:b.md", "own"})

            status, output, errors = ended(process)
        assert status == 0
        assert "x.tmp.md" not in str(ids(server))
        assert "4 removed" in output
        assert "kept       own: its file is gone, but it may have come from elsewhere" in errors
        assert "bad.json: ends inside article 1; is the file cut off?" in errors
        for line in ("removed    a.md", "removed    sub:b.md", "created    moved:b.md", "removed    c1"):
            assert line in errors, line
        found = client.post("/v1/ask", json={"question": "Chợ nổi họp lúc nào?"}).json()
        assert found["passages"][0]["article"]["id"] == "moved:b.md"


def test_only_folders_are_followed(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x")
    with following(tmp_path / "data", str(tmp_path / "a.md")) as process:
        _, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 2
    assert "only folders can be followed" in errors


@pytest.mark.slow
def test_a_folder_that_is_gone_ends_it_and_removes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "tin"
    folder.mkdir()
    (folder / "a.md").write_text("Đò ngang.", encoding="utf-8")
    with following(tmp_path / "data", str(folder)) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("1 created")
        folder.rename(tmp_path / "elsewhere")
        output, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1
    assert "tin: No such file or directory" in errors
    assert "removed" not in output + errors
