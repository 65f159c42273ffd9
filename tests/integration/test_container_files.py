"""Books, documents, e-mail, feeds and archives through the doors: asked about, and cited with their section."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from books import epub_of
from documents import odt_of
from server import Server, running_server
from zips import overlapping, zip_of

pytestmark = pytest.mark.slow

MAIL = (
    "From: Ngô Thị Lan <lan@xa.example>\nSubject: Lịch tiêm phòng dại\nDate: Tue, 5 Nov 2024 21:40:00 +0700\n"
    "Message-ID: <tiem@xa.example>\nContent-Type: text/plain; charset=utf-8\n\n"
    "Chó mèo trong xã Bến Đá được tiêm phòng dại vào sáng chủ nhật.\n\n"
    "Vào 08:00, 4 thg 11, 2024 An <an@xa.example> đã viết:\n> Bao giờ tiêm?\n"
)
FEED = (
    "<rss version='2.0'><channel><title>Đài xã</title><item><title>Loa phường</title><link>https://dai.example/loa</link>"
    "<description>Đài truyền thanh xã Hạ Cát phát sóng lúc năm giờ rưỡi sáng.</description></item></channel></rss>"
)
FILES = {
    "vườn.epub": epub_of(),
    "đò.odt": odt_of(),
    "tiêm.eml": MAIL.encode(),
    "tin.rss": FEED.encode(),
    "kho.zip": zip_of({"cũ/đá.md": "Mỏ đá núi Voi đóng cửa năm 1998.", "cũ/sổ.epub": epub_of()}),
}
QUESTIONS = [
    ("Hạt bưởi ngâm nước ấm mấy giờ?", "sáu", "Sổ tay vườn ươm", "Chương 1: Ươm hạt"),
    ("Mỗi lượt đò giá bao nhiêu?", "ba nghìn", "Nội quy bến đò", "Giá vé"),
    ("Chó mèo xã Bến Đá tiêm phòng dại khi nào?", "sáng chủ nhật", "Lịch tiêm phòng dại", None),
    ("Đài truyền thanh xã Hạ Cát phát sóng lúc mấy giờ?", "năm giờ rưỡi", "Loa phường", None),
    ("Mỏ đá núi Voi đóng cửa năm nào?", "1998", "", None),
]
HOSTILE = {
    "bom.zip": (overlapping(zip_of({"a.md": "x" * 999, "b.md": "y"})), "bom.zip: has files that share bytes"),
    "cụt.epub": (epub_of()[:-50], "cụt.epub: is no zip archive, or is cut off"),
    "sâu.odt": (odt_of("<text:section>" * 9999), "sâu.odt/content.xml: is no sound XML"),
    "khác.xml": (b"<urlset/>", "khác.xml: is no RSS or Atom feed"),
    "rỗng.eml": (b"Subject: a\n\n", "rỗng.eml: holds no text"),
    "rác.mbox": (b"rac", "rác.mbox: is no mbox"),
}


def hoidap(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOIDAP_")}
    command = [sys.executable, "-m", "api.commands.main", *arguments, "--data", str(data)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_folder_is_ingested_and_its_files_are_cited(tmp_path: Path) -> None:
    folder = tmp_path / "kho"
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    done = hoidap(tmp_path / "data", "ingest", str(folder))
    assert (done.returncode, done.stdout) == (0, "6 created, 0 replaced, 0 unchanged, 0 failed\n"), done.stderr
    question, words, _, section = QUESTIONS[0]
    found = json.loads(hoidap(tmp_path / "data", "ask", question, "--json").stdout)
    assert words in found["answer"]["text"]
    assert found["answer"]["citations"][0]["section"] == section


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("containers") / "data") as running:
        for name, content in FILES.items():
            assert send(running.client, name, content).status_code == 200
        yield running


def send(client: httpx.Client, name: str, content: bytes) -> httpx.Response:
    octets = {"content-type": "application/octet-stream"}
    return client.post("/v1/files", params={"name": name}, content=content, headers=octets)


@pytest.mark.parametrize(("question", "words", "title", "section"), QUESTIONS)
def test_answers_cite_the_section(server: Server, question: str, words: str, title: str, section: str | None) -> None:
    found = server.client.post("/v1/ask", json={"question": question}).json()
    assert words in found["answer"]["text"]
    assert found["answer"]["citations"][0]["section"] == section
    assert found["passages"][0]["article"]["title"] == title


def test_what_a_message_and_an_entry_state_is_kept(server: Server) -> None:
    mail = server.client.get("/v1/articles/mid:tiem~40xa.example").json()
    assert (mail["author"], mail["published_at"]) == ("Ngô Thị Lan", "2024-11-05T21:40:00+07:00")
    assert mail["text"] == "Chó mèo trong xã Bến Đá được tiêm phòng dại vào sáng chủ nhật."
    assert server.client.get("/v1/articles/dai.example:loa").json()["source"] == "Đài xã"
    assert server.client.get("/v1/articles/kho.zip:c~C5~A9:~C4~91~C3~A1.md").json()["text"].startswith("Mỏ đá")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_and_the_next_one_is_read(server: Server, name: str) -> None:
    content, reason = HOSTILE[name]
    response = send(server.client, name, content)
    assert response.status_code == 422
    assert response.json()["results"][0]["error"].startswith(reason)
    assert "/tmp" not in response.text
    assert send(server.client, "đò.odt", FILES["đò.odt"]).json()["unchanged"] == 1
