"""`POST /v1/files`: over HTTP a file becomes the same articles as on a disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from server import Server, running_server
from zips import zip_of

from index.readers.walking import read_path
from index.records import Draft

OCTETS = {"content-type": "application/octet-stream"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("files")
    with running_server(folder / "data", HOIDAP_MAX_BATCH_ARTICLES="100", HOIDAP_MAX_REQUEST_BYTES="200000") as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    yield server.client
    server.empty()


def send(client: httpx.Client, name: str, content: bytes, **query: str) -> httpx.Response:
    return client.post("/v1/files", params={"name": name, **query}, content=content, headers=OCTETS)


def test_every_file_of_the_seeds_is_stored_as_ingest_stores_it(client: httpx.Client, repository: Path) -> None:
    files = [file for file in sorted((repository / "seeds").iterdir()) if file.name != "questions.jsonl"]
    files = [file for file in files if file.suffix in (".md", ".txt", ".html") and file.name != "README.md"]
    for file in files:
        response = send(client, file.name, file.read_bytes())
        assert response.status_code == 200, response.text
        assert response.json()["created"] == 1
    drafts = [item for item in read_path(repository / "seeds") if isinstance(item, Draft)]
    assert len(drafts) == len(files)
    stored = client.get("/v1/articles", params={"limit": 100}).json()["articles"]
    assert {article["id"] for article in stored if not article["id"].endswith((".txt", ".html"))} >= {
        draft.id for draft in drafts if draft.id
    }
    again = send(client, files[0].name, files[0].read_bytes())
    assert again.json()["unchanged"] == 1


def test_scraped_pages_are_cleaned_unless_told_otherwise(client: httpx.Client, repository: Path) -> None:
    page = (repository / "seeds" / "khanh-thanh-thu-vien.txt").read_bytes()
    result = send(client, "xa/thu-vien.txt", page).json()["results"][0]
    assert result["id"] == "xa:thu-vien.txt"
    assert any("Chia sẻ" in line["text"] for line in result["removed"])
    assert "Chia sẻ" not in client.get("/v1/articles/xa:thu-vien.txt").json()["text"]
    send(client, "xa/thu-vien.txt", page, clean="false")
    assert "Chia sẻ" in client.get("/v1/articles/xa:thu-vien.txt").json()["text"]


def test_a_file_of_several_articles_reports_each(client: httpx.Client) -> None:
    lines = b'{"id": "a", "text": "C\xe1\xba\xa7u."}\n{"id": "b"}\n\n{"id": "c", "text": "Ph\xc3\xa0."}\n'
    response = send(client, "tin.jsonl", lines)
    assert response.status_code == 207
    body = response.json()
    assert (body["created"], body["failed"]) == (2, 1)
    assert [result["status"] for result in body["results"]] == ["created", "failed", "created"]
    assert body["results"][1]["error"].startswith("tin.jsonl:2: text")


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("anh.png", b"x", "anh.png: ending '.png' is not one of ."),
        ("khong", b"x", "khong: ending '(none)' is not one of"),
        ("tin.txt", b"C\xe1\xba", "tin.txt: byte 1 (0xe1) is not UTF-8"),
        ("tin.txt", b"", "tin.txt: text: is empty"),
        ("tin.md", b"---\nfoo: 1\n---\nx", "tin.md: article: unknown key 'foo'"),
    ],
)
def test_what_cannot_be_read_is_named_and_says_nothing_of_this_machine(
    client: httpx.Client, name: str, content: bytes, error: str
) -> None:
    response = send(client, name, content)
    assert response.status_code == 422
    result = response.json()["results"][0]
    assert result["status"] == "failed"
    assert result["error"].startswith(error)
    assert "/tmp" not in response.text
    assert "--" not in result["error"].replace("`iconv -f windows-1258 -t utf-8`", "")


def test_an_archive_is_stored_file_by_file(client: httpx.Client) -> None:
    response = send(client, "kho/tin.zip", zip_of({"xa/a.md": "Cầu mới.", "b.jsonl": '{"text": ""}', "c.png": "x"}))
    assert response.status_code == 207
    assert [(result["status"], result["id"]) for result in response.json()["results"]] == [
        ("created", "kho:tin.zip:xa:a.md"),
        ("failed", None),
    ]
    assert response.json()["results"][1]["error"].startswith("kho/tin.zip/b.jsonl:1: text")


def test_an_archive_of_more_text_than_a_request_may_have_is_refused(client: httpx.Client) -> None:
    response = send(client, "tin.zip", zip_of({f"{number}.md": "chữ " * 30_000 for number in range(4)}))
    assert response.status_code == 413
    assert "tin.zip unpacks to more text" in response.json()["detail"]
    assert client.get("/v1/articles").json()["total"] == 0


def test_an_empty_list_of_articles_is_an_error(client: httpx.Client) -> None:
    response = send(client, "tin.jsonl", b"\n\n")
    assert response.status_code == 422
    assert response.json()["detail"] == "tin.jsonl: holds no article"


def test_bounds_and_types_are_held(client: httpx.Client) -> None:
    many = "\n".join(f'{{"id": "a{number}", "text": "x"}}' for number in range(101)).encode()
    response = send(client, "tin.jsonl", many)
    assert response.status_code == 413
    assert "more than the 100 articles" in response.json()["detail"]
    assert client.get("/v1/articles").json()["total"] == 0
    assert send(client, "tin.txt", b"x" * 200_001).status_code == 413
    assert client.post("/v1/files", params={"name": "a.txt"}, content=b"x").status_code == 415
    assert client.post("/v1/files", content=b"x", headers=OCTETS).status_code == 422
    assert send(client, "a\0.txt", b"x").status_code == 422


def test_writing_files_needs_the_key(tmp_path: Path) -> None:
    with running_server(tmp_path / "data", HOIDAP_API_KEY="k") as server:
        assert send(server.client, "a.txt", b"x").status_code == 401
        assert server.client.get("/").status_code == 200
        assert server.client.get("/v1/overview").status_code == 200


def test_json_and_other_names_of_fields(client: httpx.Client) -> None:
    dump = '[{"postId": 1, "content": "Lũ về trong đêm.", "tags": ["lũ", "đê"]}, {"postId": 2, "content": "Đê vỡ."},]'
    response = send(client, "bao/tin.json", dump.encode())
    assert response.status_code == 422
    assert "--map id=postId,text=content" in response.json()["results"][0]["error"]
    response = send(client, "bao/tin.json", dump.encode(), map="id=postId,text=content")
    assert (response.status_code, response.json()["created"]) == (200, 2)
    assert client.get("/v1/articles/1").json()["metadata"] == {"tags": ["lũ", "đê"]}
    found = client.get("/v1/articles", params={"metadata": '{"tags": "đê"}'}).json()
    assert [article["id"] for article in found["articles"]] == ["1"]
    question = {"question": "Khi nào lũ về?", "filters": {"metadata": {"tags": "lũ"}}}
    passages = client.post("/v1/ask", json=question).json()["passages"]
    assert [passage["article"]["id"] for passage in passages] == ["1"]

    table = send(
        client, "bảng.csv", "sep=;\nTiêu đề;Nội dung;\nĐê;Đê vỡ.;\n".encode(), map="title=Tiêu đề,text=Nội dung"
    )
    assert (table.status_code, table.json()["created"]) == (200, 1)
    one = send(client, "bao/bài.json", '{"text": "Một bài."}'.encode())
    assert one.json()["results"][0]["id"] == "bao:b~C3~A0i.json"


def test_a_wrong_map_is_a_problem(client: httpx.Client) -> None:
    response = send(client, "tin.json", b'{"text": "a"}', map="content=text")
    assert response.status_code == 422
    assert response.json()["type"] == "urn:hoidap:problem:invalid-map"
    assert response.json()["detail"].startswith("map: 'content' is no field of an article")
    response = client.get("/v1/articles", params={"metadata": '{"tags": ["a"]}'})
    assert (response.status_code, response.json()["type"]) == (422, "urn:hoidap:problem:invalid-filter")


def test_of_several_articles_with_one_id_the_last_is_stored(client: httpx.Client) -> None:
    lines = [{"id": "d", "text": "Bản thảo."}, {"id": "d", "text": "Bản sửa."}, {"id": "d", "text": " "}]
    for expected in ("created", "unchanged"):
        report = client.post("/v1/articles", json=lines).json()
        assert [result["status"] for result in report["results"]] == ["superseded", expected, "failed"]
        assert (report["superseded"], report[expected], report["failed"]) == (1, 1, 1)
    assert client.get("/v1/articles/d").json()["text"] == "Bản sửa."
    report = send(client, "tin.csv", "id,text\nd,Bản thảo.\nd,Bản sửa.\n".encode()).json()
    assert [(result["id"], result["status"]) for result in report["results"]] == [
        ("d", "superseded"),
        ("d", "unchanged"),
    ]


def test_a_file_name_is_one_identity_and_a_day_that_of_the_article(client: httpx.Client) -> None:
    content = '{"text": "Bản tin sáng sớm của trạm.", "published_at": "2024-05-14T06:30+07:00"}'.encode()
    composed, apart = "b\u00e0i s\u1ed1 1.json", "ba\u0300i so\u0302\u0301 1.json"
    assert send(client, composed, content).json()["created"] == 1
    assert send(client, apart, content).json()["unchanged"] == 1
    for after, before, total in (("2024-05-14", "2024-05-15", 1), ("2024-05-13", "2024-05-14", 0)):
        dates = {"published_after": after, "published_before": before}
        assert client.get("/v1/articles", params=dates).json()["total"] == total
        found = client.post("/v1/ask", json={"question": "Bản tin của trạm nào?", "filters": dates}).json()
        assert len(found["passages"]) == total
