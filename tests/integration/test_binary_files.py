"""PDF and Word files through the doors: the command line and `POST /v1/files`, good ones beside hostile ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docx
import httpx
import pytest
from hostile_pdf import circle, laughs
from pdf_files import PdfPage, pdf, scan
from server import Server, running_server
from word_files import p, saved, tbl, word

pytestmark = pytest.mark.slow

DYKE = ["Đê sông Lô dài mười hai cây số và được đắp trong ba", "tháng liền bởi người dân hai bên bờ."]
GOOD_PDF = pdf(
    [PdfPage().lines(["Làng Hạ mở lớp dạy bơi miễn phí cho trẻ em."]), PdfPage().lines(DYKE)],
    info={"Title": "Tập san làng Hạ"},
)
HOSTILE = {
    "bom.pdf": (laughs(28, 2), "the reader of PDF stopped with signal"),
    "cụt.pdf": (GOOD_PDF[:200], "is no PDF, or damaged"),
    "quét.pdf": (scan(), "has no text layer; it is a scan: run OCR, for example ocrmypdf"),
    "kín.pdf": (pdf([PdfPage().write("kín")], encrypted=True), "is encrypted; save it without a password"),
    "vòng.pdf": (circle(), "is damaged: none of its pages can be read"),
    "rác.docx": (b"rac", "is no DOCX, or damaged"),
    "sâu.docx": (word("<w:tbl><w:tr><w:tc>" * 99 + p("x") + "</w:tc></w:tr></w:tbl>" * 99), "is damaged, or no such"),
}


def good_docx() -> bytes:
    document = docx.Document()
    document.add_heading("Chợ phiên Mường Lát", 1)
    document.add_paragraph("Chợ phiên Mường Lát họp vào sáng thứ bảy hằng tuần.")
    table = document.add_table(2, 2)
    for number, text in enumerate(("Xã", "Số hộ cận nghèo", "Tây Sơn", "412")):
        table.cell(number // 2, number % 2).text = text
    return saved(document)


def hoidap(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOIDAP_")}
    return subprocess.run(
        [sys.executable, "-m", "api.commands.main", *arguments, "--data", str(data)],
        env=environment,
        capture_output=True,
        text=True,
    )


def test_a_folder_with_hostile_files_beside_good_ones(tmp_path: Path) -> None:
    folder, data = tmp_path / "kho", tmp_path / "data"
    folder.mkdir()
    for name, (content, _) in HOSTILE.items():
        (folder / name).write_bytes(content)
    (folder / "làng.pdf").write_bytes(GOOD_PDF)
    (folder / "xã.DOCX").write_bytes(good_docx())
    (folder / "ghi.md").write_text("Trạm bơm Vạn Thắng chạy lại từ hôm qua.", encoding="utf-8")
    done = hoidap(data, "ingest", str(folder))
    assert done.returncode == 1
    assert done.stdout == f"3 created, 0 replaced, 0 unchanged, {len(HOSTILE)} failed\n"
    failures = [line for line in done.stderr.splitlines() if line.startswith("failed")]
    assert len(failures) == len(HOSTILE)
    for name, (_, reason) in HOSTILE.items():
        assert any(f"{folder / name}: {reason}" in line for line in failures), (name, failures)
    found = json.loads(hoidap(data, "ask", "Đê sông Lô dài bao nhiêu cây số?", "--json").stdout)
    assert "mười hai cây số" in found["answer"]["text"]
    assert found["passages"][0]["article"]["title"] == "Tập san làng Hạ"
    assert [citation["page"] for citation in found["answer"]["citations"]] == [2]
    # the sentence was broken over two lines
    assert " ".join(DYKE) in found["passages"][0]["text"]
    again = hoidap(data, "ingest", str(folder / "làng.pdf"), str(folder / "xã.DOCX"))
    assert again.stdout == "0 created, 0 replaced, 2 unchanged, 0 failed\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("binary") / "data") as running:
        yield running


def send(client: httpx.Client, name: str, content: bytes) -> httpx.Response:
    octets = {"content-type": "application/octet-stream"}
    return client.post("/v1/files", params={"name": name}, content=content, headers=octets)


def test_binary_files_over_http(server: Server) -> None:
    formats = {one["name"]: one["endings"] for one in server.client.get("/v1/info").json()["formats"]}
    assert (formats["pdf"], formats["docx"]) == ([".pdf"], [".docx"])
    assert send(server.client, "tập/làng.pdf", GOOD_PDF).json()["created"] == 1
    assert send(server.client, "xã.docx", good_docx()).json()["created"] == 1
    (stored,) = [
        article
        for article in server.client.get("/v1/articles").json()["articles"]
        if article["title"] == "Tập san làng Hạ"
    ]
    text = server.client.get(f"/v1/articles/{stored['id']}").json()["text"]
    assert text == "Làng Hạ mở lớp dạy bơi miễn phí cho trẻ em.\n" + " ".join(DYKE)
    found = server.client.post("/v1/ask", json={"question": "Chợ phiên Mường Lát họp vào lúc nào?"}).json()
    assert "sáng thứ bảy" in found["answer"]["text"]
    assert found["answer"]["citations"][0]["section"] == "Chợ phiên Mường Lát"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_over_http(server: Server, name: str) -> None:
    content, reason = HOSTILE[name]
    response = send(server.client, name, content)
    assert response.status_code == 422
    assert response.json()["results"][0]["error"].startswith(f"{name}: {reason}")
    assert "/tmp" not in response.text
    assert send(server.client, "làng.pdf", GOOD_PDF).status_code == 200


def test_files_sent_at_once(server: Server) -> None:
    with ThreadPoolExecutor(8) as threads:
        table = word(tbl([p("Xã"), p("Số hộ")], [p("Tây Sơn"), p("12")]))
        files = [(f"{n}.pdf", GOOD_PDF) for n in range(8)] + [(f"{n}.docx", table) for n in range(8)]
        files[3] = ("bom.pdf", HOSTILE["bom.pdf"][0])
        answers = list(threads.map(lambda file: send(server.client, *file).status_code, files))
    assert answers == [200] * 3 + [422] + [200] * 12


def children_of(process: int) -> set[int]:
    listing = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
    rows = [map(int, line.split()) for line in listing.stdout.splitlines()]
    return {child for child, parent in rows if parent == process}


@pytest.mark.parametrize("end", ["kill", "stop"])
def test_no_child_outlives_the_server(tmp_path: Path, end: str) -> None:
    with running_server(tmp_path / "data", HOIDAP_WORKERS="2") as server:
        assert send(server.client, "làng.pdf", GOOD_PDF).status_code == 200
        workers = children_of(server.process.pid)
        children = set[int]().union(*map(children_of, workers))
        assert len(children) == 1
        getattr(server, end)()
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{child}").exists() for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(Path(f"/proc/{child}").exists() for child in children)
