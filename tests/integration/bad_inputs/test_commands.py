"""Bad files, arguments and settings at the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bad_inputs import DEEP


class Folder:
    """A data folder with one article, beside files to ingest."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.data = root / "data"
        self.files = root / "files"
        self.files.mkdir()
        (root / "good.md").write_text("Cầu Sông Hiền dài 500 m.", encoding="utf-8")
        assert self.run("ingest", str(root / "good.md")).returncode == 0
        self.before = self.state()

    def run(self, *arguments: str | bytes, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HOIDAP_")}
        return subprocess.run(
            [sys.executable, "-m", "api.commands.main", *arguments],
            env={**environment, "HOIDAP_DATA": str(self.data), "HF_HUB_OFFLINE": "1", "COLUMNS": "300", **settings},
            capture_output=True,
            text=True,
            cwd=self.files,
            check=False,
            timeout=120,
        )

    def state(self) -> str:
        return self.run("articles", "list", "--json").stdout + self.run("articles", "show", "good.md").stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Folder]:
    made = Folder(tmp_path_factory.mktemp("commands"))
    yield made
    assert made.state() == made.before


def write(name: str, content: bytes) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return make


def nothing(_folder: Path) -> None:
    """Make no file."""


def circle(folder: Path) -> None:
    (folder / "one.txt").symlink_to(folder / "two.txt")
    (folder / "two.txt").symlink_to(folder / "one.txt")


def way_out(folder: Path) -> None:
    (folder / "links").mkdir()
    (folder / "links" / "out.txt").symlink_to("/etc/hostname")
    (folder / "links" / "up").symlink_to(folder)


def unreadable(folder: Path) -> None:
    (folder / "secret.md").write_text("Không ai đọc được.", encoding="utf-8")
    (folder / "secret.md").chmod(0)


imports_torch = pytest.mark.slow  # that alone takes seconds
as_root = pytest.mark.skipif(os.geteuid() == 0, reason="root can read every file")

BAD_COMMANDS: list[Any] = [
    # files to make, arguments, exit status, what is said
    (nothing, ["ingest", "nowhere.txt"], 1, "nowhere.txt: does not exist"),
    (write("empty.md", b""), ["ingest", "empty.md"], 1, "empty.md: text: is empty"),
    (write("white.txt", b" \n\t\n"), ["ingest", "white.txt"], 1, "white.txt: text: is empty"),
    (write("latin.txt", "Café".encode("latin-1")), ["ingest", "latin.txt"], 1, "latin.txt: byte 3 (0xe9) is not UTF-8"),
    (write("image.txt", b"\x89PNG\r\n\x1a\n\0\0\0"), ["ingest", "image.txt"], 1, "image.txt: is a binary file"),
    (write("nul.md", b"a\0b"), ["ingest", "nul.md"], 1, "nul.md: holds a NUL character at offset 1"),
    (write("a.xyz", b"PK\3\4"), ["ingest", "a.xyz"], 1, "name the format with --format"),
    (write("noending", b"a"), ["ingest", "noending"], 1, "name the format with --format"),
    (write("a.jsonl", b"not json"), ["ingest", "a.jsonl"], 1, "a.jsonl:1: is not JSON"),
    (write("n.jsonl", b'{"text": NaN}'), ["ingest", "n.jsonl"], 1, "n.jsonl:1: is not JSON: NaN"),
    (write("d.jsonl", DEEP), ["ingest", "d.jsonl"], 1, "d.jsonl: ends inside article 1"),
    (write("e.jsonl", DEEP + b"]" * len(DEEP)), ["ingest", "e.jsonl"], 1, "is nested too deeply"),
    (write("s.jsonl", b'{"text": "\\ud800"}'), ["ingest", "s.jsonl"], 1, "s.jsonl:1: text: holds half a surrogate"),
    (
        write("u.jsonl", b'{"text": "a", "body": "b"}'),
        ["ingest", "u.jsonl"],
        1,
        "u.jsonl:1: article: unknown key 'body'",
    ),
    (write("i.jsonl", b'{"text": "a", "id": "a/b"}'), ["ingest", "i.jsonl"], 1, "i.jsonl:1: id: 'a/b'"),
    (write("x.jsonl", b'{"text": "\xff"}'), ["ingest", "x.jsonl"], 1, "x.jsonl:1: byte 10 (0xff) is not UTF-8"),
    (write("t.csv", b"id,body\na,b\n"), ["ingest", "t.csv"], 1, "t.csv:1: article: unknown column 'body'"),
    (write("e.csv", b""), ["ingest", "e.csv"], 1, "e.csv:1: is empty"),
    (write("f.md", b"---\na: [\n---\ntext"), ["ingest", "f.md"], 1, "f.md: the front matter is not YAML"),
    (write("j.md", b"---\nurl: javascript:x\n---\ntext"), ["ingest", "j.md"], 1, "is no http or https address"),
    (write("y.md", b"---\npublished_at: 11/4\n---\ntext"), ["ingest", "y.md"], 1, "published_at: '11/4' is no date"),
    (write("g.txt", b"a"), ["ingest", "g.txt", "--format", "rtf"], 2, "'rtf' is not one of 'text'"),
    (write("big.md", b"a" * 16_000_001), ["ingest", "big.md"], 1, "big.md: text: is longer than 16,000,000 bytes"),
    (lambda f: (f / "x.txt").mkdir(), ["ingest", "x.txt"], 1, "x.txt: holds no file to read"),
    (lambda f: (f / "bare").mkdir(), ["ingest", "bare"], 1, "bare: holds no file to read"),
    (lambda f: os.mkfifo(f / "pipe.txt"), ["ingest", "pipe.txt"], 1, "pipe.txt: is neither a file nor a folder"),
    (circle, ["ingest", "one.txt"], 1, "one.txt: does not exist"),
    (way_out, ["ingest", "-v", "links"], 0, "out.txt: links out of the folder"),
    pytest.param(unreadable, ["ingest", "secret.md"], 1, "secret.md: Permission denied", marks=as_root),
    (nothing, ["ask", ""], 1, "question: is empty"),
    (nothing, ["ask", "a" * 2001], 1, "question: has 2,001 characters; at most 2,000"),
    (nothing, ["ask", b"a\xff"], 1, "question: holds half a surrogate pair at offset 1"),
    (nothing, ["ask", "a", "--limit", "0"], 2, "--limit"),
    (nothing, ["ask", "a", "--limit", "101"], 1, "limit: must be 1 to 100, not 101"),
    (nothing, ["ask", "a", "--limit", "1.5"], 2, "--limit"),
    pytest.param(
        nothing,
        ["ask", "a", "--model", "no/such-model"],
        1,
        "model no/such-model: cannot be loaded",
        marks=imports_torch,
    ),
    (nothing, ["info", "--model", "/etc/hostname"], 1, "model /etc/hostname: cannot be loaded"),
    (nothing, ["info", "--data", "/etc/hostname"], 1, "data folder /etc/hostname: cannot be created"),
    (nothing, ["similar", "nobody"], 1, "no article has the id 'nobody'"),
    (nothing, ["similar", "--text", "nowhere.txt"], 2, "nowhere.txt"),
    (write("b.txt", b"\xff\0"), ["similar", "--text", "b.txt"], 1, "b.txt"),
    (write("w.txt", b" "), ["similar", "--text", "w.txt"], 1, "text: is empty"),
    (lambda f: (f / "dir.txt").mkdir(), ["similar", "--text", "dir.txt"], 2, "is a directory"),
    (nothing, ["articles", "show", "../good.md"], 1, "no article has the id '../good.md'"),
    (nothing, ["articles", "show", ""], 1, "no article has the id ''"),
    (nothing, ["articles", "delete", "good.md/", "GOOD.MD"], 1, "no article has the id 'good.md/'"),
    (nothing, ["articles", "delete"], 2, "ID"),
    (nothing, ["articles", "frob"], 2, "frob"),
    (nothing, ["stories", "--days", "0"], 1, "days: must be above 0"),
    (nothing, ["stories", "--days", "1", "--after", "2024"], 1, "days: cannot be combined"),
    (nothing, ["stories", "--after", "soon"], 1, "soon"),
    (nothing, ["stories", "--limit", "101"], 1, "limit: must be 1 to 100"),
    (nothing, ["serve", "--port", "70000"], 2, "--port"),
    (nothing, ["serve", "--port", "http"], 2, "--port"),
]


@pytest.mark.parametrize(
    ("make", "arguments", "status", "named"),
    BAD_COMMANDS,
    ids=[
        " ".join(part if isinstance(part, str) else repr(part) for part in row[1])[:60]
        for row in (getattr(entry, "values", entry) for entry in BAD_COMMANDS)
    ],
)
def test_bad_commands(
    folder: Folder, make: Callable[[Path], None], arguments: list[str | bytes], status: int, named: str
) -> None:
    make(folder.files)
    done = folder.run(*arguments)
    assert done.returncode == status, done.stdout + done.stderr
    assert named in done.stderr
    assert "Traceback" not in done.stderr
    if status == 1:
        assert len(done.stderr.splitlines()) == 1, "one clear error"
    if arguments[0] == "ingest" and status == 1 and done.stdout:
        assert done.stdout.startswith("0 created, 0 replaced, 0 unchanged, 1 failed")


BAD_SETTINGS: list[Any] = [
    # arguments, variables, what is said
    (["info"], {"HOIDAP_PORT": "http"}, "HOIDAP_PORT"),
    (["info"], {"HOIDAP_MAX_ARTICLE_BYTES": "many"}, "HOIDAP_MAX_ARTICLE_BYTES"),
    pytest.param(["serve", "--model", "no/such-model"], {}, "model no/such-model", marks=imports_torch),
    (["serve", "--data", "/etc/hostname"], {}, "data folder /etc/hostname"),
]


@pytest.mark.parametrize(
    ("arguments", "variables", "named"), BAD_SETTINGS, ids=[repr(getattr(row, "values", row)) for row in BAD_SETTINGS]
)
def test_bad_settings(folder: Folder, arguments: list[str], variables: dict[str, str], named: str) -> None:
    done = folder.run(*arguments, **variables)
    assert done.returncode in (1, 2)
    assert named in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["articles", "show"], ["articles", "delete"], ["similar"]], ids=" ".join)
def test_an_id_that_is_not_utf8(folder: Folder, arguments: list[str]) -> None:
    done = folder.run(*arguments, b"\xff")
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
