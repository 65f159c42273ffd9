"""The README's examples do what it says: transcripts are exact, commands run, requests are answered."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from server import running_server

REPOSITORY = Path(__file__).resolve().parent.parent.parent
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
TRANSCRIPTS = re.findall(r"<!-- transcript: (hoidap .+?) -->\n```text\n(.*?)```\n", README, re.DOTALL)
SHELL = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
LINES = [line for block in SHELL for line in re.sub(r"\\\n\s*", "", block).splitlines()]
COMMANDS = [shlex.split(line, comments=True)[1:] for line in LINES if line.startswith("hoidap ")]
REQUESTS = [shlex.split(line, comments=True)[1:] for line in LINES if line.startswith("curl ")]

SKIPPED = {"serve", "--watch"}  # run until they are stopped; the requests below are sent to a server
STANDS_FOR = {
    # what the README names: what the test names instead
    "NAME": "builtin",
    "news/": str(REPOSITORY / "seeds"),
    "archive.jsonl": "{folder}/archive.jsonl",
    "dump.json": "{folder}/dump.json",
    "some-article": "cau-my-thuan",
    "FILE": "{folder}/backup.db",
    "A.jsonl": str(REPOSITORY / "seeds"),
    "Q.jsonl": "{folder}/questions.jsonl",
}
ELSEWHERE = {"restore"}  # takes a data folder that has no corpus
PRINTS = {
    # command: what its output holds
    "reindex": "already; nothing was changed",
    "ingest": "81 created, 0 replaced, 0 unchanged, 0 failed",
    "ask": "[1] ",
    "similar": "  1  0.",
    "stories": " articles in ",
    "articles": "cau-my-thuan\tvi\t",
    "info": "articles    81 (",
    "verify": "0 problems in 81 articles",
    "backup": "wrote ",
    "restore": "restored 81 articles",
    "compact": " MB after",
    "eval": "hybrid",
}


def run(arguments: list[str], data: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOIDAP_")}
    return subprocess.run(
        [sys.executable, "-m", "api.commands.main", *arguments],
        env={**environment, "HOIDAP_DATA": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("readme") / "data"
    done = run(["ingest", str(REPOSITORY / "seeds")], data)
    assert done.returncode == 0, done.stderr
    return data


@pytest.mark.parametrize(("command", "shown"), TRANSCRIPTS)
def test_transcripts_are_exact(seeds: Path, command: str, shown: str) -> None:
    done = run(shlex.split(command)[1:], seeds)
    assert (done.returncode, done.stdout, done.stderr) == (0, shown, "")


def test_the_readme_has_a_transcript() -> None:
    assert TRANSCRIPTS
    assert README.count("<!-- transcript:") == len(TRANSCRIPTS)


@pytest.mark.slow
def test_commands_run_in_the_order_of_the_readme(tmp_path: Path) -> None:
    article = {"id": "extra", "title": "Hội nghị", "text": "Bà Lê An chủ trì hội nghị ở Huế."}
    (tmp_path / "archive.jsonl").write_text(json.dumps(article, ensure_ascii=False), encoding="utf-8")
    dump = {"content" if name == "text" else name: value for name, value in article.items()}
    (tmp_path / "dump.json").write_text(json.dumps([{**dump, "date": None}], ensure_ascii=False), encoding="utf-8")
    questions = (REPOSITORY / "seeds" / "questions.jsonl").read_text(encoding="utf-8").splitlines()[:5]
    (tmp_path / "questions.jsonl").write_text("\n".join(questions), encoding="utf-8")
    ran = []
    for command in COMMANDS:
        if SKIPPED & set(command):
            continue
        arguments = [STANDS_FOR.get(word, word).format(folder=tmp_path) for word in command]
        done = run(arguments, tmp_path / ("elsewhere" if command[0] in ELSEWHERE else "data"))
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        shown = "1 unchanged" if "--map" in command else PRINTS[command[0]]
        assert shown in done.stdout, (arguments, done.stdout)
        ran.append(command[0])
    assert set(ran) == set(PRINTS)


def test_requests_are_answered(tmp_path: Path) -> None:
    with running_server(tmp_path / "data") as server:
        answered = {}
        for words in REQUESTS:
            address = next(word for word in words if word.startswith("localhost:8080/"))
            headers = dict(value.split(": ", 1) for option, value in pairwise(words) if option == "-H")
            body = words[words.index("-d") + 1] if "-d" in words else None
            route = address.removeprefix("localhost:8080")
            response = server.client.request(
                "GET" if body is None else "POST", route, headers=headers, content=body and body.encode()
            )
            assert response.is_success, (words, response.text)
            answered[route] = response.json()
    assert answered["/v1/articles"]["status"] == "created"
    assert answered["/v1/ask"]["answer"]["text"] == "Cầu dài 500 mét."
