"""The contract of the command line: real commands, beside a real server."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from contract import ARTICLE, CHROME, HEADER_FIELDS, PAGE, URL, hoidap, post, stored
from problems import problem
from server import Server, running_server


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One article in every format."""
    folder = tmp_path_factory.mktemp("formats")
    (folder / "sub").mkdir()
    files = {
        "page.txt": PAGE,
        "page.html": f"<html><body><article><p>Chợ họp từ năm giờ sáng mỗi ngày ở trong làng, {'rất đông vui. ' * 20}"
        f"</p></article><footer>{CHROME}</footer></body></html>",
        "sub/note.md": PAGE,
        "lines.jsonl": json.dumps({"id": "jsonl", "text": PAGE}),
        "table.csv": f'id,text\ncsv,"{PAGE}"\n',
        "addressed.md": f"---\nurl: {URL}\n---\nCó địa chỉ.\n",
    }
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


INGESTED = {
    # id, whether page chrome was taken out
    "page.txt": True,
    "page.html": True,
    "sub:note.md": False,
    "jsonl": False,
    "csv": False,
    "example.org:cau~3Ftrang~3D1": None,
}


@pytest.mark.slow
def test_files_are_known_by_path_and_pages_are_cleaned(folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert hoidap(data, "ingest", str(folder)).stdout == "6 created, 0 replaced, 0 unchanged, 0 failed\n"
    listed = [json.loads(line) for line in hoidap(data, "articles", "list", "--json").stdout.splitlines()]
    assert {article["id"] for article in listed} == set(INGESTED)
    assert all(set(article) == HEADER_FIELDS for article in listed)
    with running_server(data) as server:
        for article_id, cleaned in INGESTED.items():
            if cleaned is not None:
                assert (CHROME not in stored(server.client, article_id)["text"]) == cleaned, article_id
        shown = json.loads(hoidap(data, "articles", "show", "page.txt", "--json").stdout)
        assert shown == stored(server.client, "page.txt")
        assert CHROME in hoidap(data, "articles", "show", "page.txt", "--raw").stdout
        assert hoidap(data, "ingest", str(folder)).stdout == "0 created, 0 replaced, 6 unchanged, 0 failed\n"
        kept = hoidap(data, "ingest", "--no-clean", str(folder)).stdout
        assert kept == "0 created, 2 replaced, 4 unchanged, 0 failed\n"
        assert CHROME in stored(server.client, "page.txt")["text"]
        forced = hoidap(data, "ingest", "--format", "markdown", str(folder / "page.txt")).stdout
        assert forced == "0 created, 0 replaced, 1 unchanged, 0 failed\n"


@pytest.mark.slow
def test_a_command_works_while_a_server_runs(folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running_server(data) as server:
        post(server.client, ARTICLE)
        assert "Cầu dài 500 m" in hoidap(data, "ask", "cầu dài bao nhiêu mét").stdout
        assert hoidap(data, "ingest", str(folder / "sub")).stdout.startswith("1 created")
        assert server.client.get("/v1/articles").json()["total"] == 2
        assert stored(server.client, "note.md")["text"] == PAGE
        assert hoidap(data, "articles", "delete", ARTICLE["id"]).stdout == "1 deleted\n"
        problem(server.client.get(f"/v1/articles/{ARTICLE['id']}"), 404)
        found = server.client.get("/v1/search", params={"q": "cầu dài 500 m", "mode": "lexical"}).json()
        assert ARTICLE["id"] not in [passage["article"]["id"] for passage in found["passages"]]


@pytest.mark.slow
def test_command_line_and_service_say_the_same(filled: httpx.Client, server: Server) -> None:
    data = Path(server.log.parent) / "data"
    for mode in ("hybrid", "dense", "lexical"):
        question = {"question": "cầu dài bao nhiêu mét", "mode": mode, "limit": 2}
        by_http = filled.post("/v1/ask", json=question).json()
        line = hoidap(data, "ask", "cầu dài bao nhiêu mét", "--mode", mode, "--limit", "2", "--json").stdout
        by_command = json.loads(line)
        assert {**by_http, "took_ms": 0} == {**by_command, "took_ms": 0}
    similar = json.loads(hoidap(data, "similar", "copy", "--json").stdout)
    assert similar == filled.get("/v1/articles/copy/similar").json()
    stories = json.loads(hoidap(data, "stories", "--json").stdout)
    assert stories == filled.get("/v1/stories").json()
    counts = json.loads(hoidap(data, "info", "--json").stdout)["counts"]
    info = filled.get("/v1/info").json()
    assert counts == {name: info[name] for name in ("articles", "passages", "characters", "languages")}


def test_data_is_the_option_else_the_variable(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("Một bài.", encoding="utf-8")
    by_variable, by_option = tmp_path / "variable", tmp_path / "option"
    hoidap(by_variable, "ingest", str(tmp_path / "a.md"), "--data", str(by_option))
    assert not by_variable.exists()
    assert hoidap(by_option, "articles", "list").stdout.startswith("a.md\t")


def test_a_server_takes_options_over_variables(tmp_path: Path) -> None:
    by_variable, by_option = tmp_path / "variable", tmp_path / "option"
    with running_server(by_option, HOIDAP_DATA=str(by_variable), HOIDAP_MAX_LIMIT="77") as server:
        assert server.client.get("/v1/info").json()["limits"]["max_limit"] == 77
        post(server.client, ARTICLE)
    assert not by_variable.exists()
    assert hoidap(by_option, "articles", "list").stdout.startswith(ARTICLE["id"])


STATUSES: list[tuple[list[str], int]] = [
    (["info"], 0),
    (["ask", "có gì không"], 0),
    (["articles", "list"], 0),
    (["articles", "show", "nobody"], 1),
    (["articles", "delete", "nobody"], 1),
    (["similar", "nobody"], 1),
    (["ask", " "], 1),
    (["ingest", "no-such-file"], 1),
    (["ask"], 2),
    (["ingest"], 2),
    (["similar", "a", "--text", "/dev/null"], 2),
    (["articles", "show"], 2),
    (["ask", "x", "--limit", "many"], 2),
    (["serve", "--port", "0"], 2),
    (["no-such-command"], 2),
    (["ask", "x", "--no-such-option"], 2),
]


@pytest.mark.parametrize(("arguments", "status"), STATUSES)
def test_exit_statuses(tmp_path: Path, arguments: list[str], status: int) -> None:
    done = hoidap(tmp_path / "data", *arguments, status=status)
    assert (done.stderr == "") == (status == 0), "what went wrong is said on stderr, and nothing else there"
    assert "Traceback" not in done.stderr
