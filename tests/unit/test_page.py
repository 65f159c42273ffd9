"""The page's files by themselves: what they name exists, and what exists is used."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.routes.page import FOLDER
from api.settings import Settings

MODULES = sorted((FOLDER / "app").rglob("*.js"))
IMPORT = re.compile(r"^import (?:(\w+)|\{([^}]*)\}) from '([^']+)';$", re.MULTILINE)
PARSES_MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\b|new Function|srcdoc"
)


def exports(module: Path) -> set[str]:
    text = module.read_text(encoding="utf-8")
    return set(re.findall(r"^export (?:async )?(?:function|class|const) (\w+)", text, re.MULTILINE))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_every_import_is_there_and_used(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    body = IMPORT.sub("", text)
    assert re.findall(r"(?<!@)\bimport ", body) == []  # `@import` in a comment is for the type checker
    for default, names, path in IMPORT.findall(text):
        target = (module.parent / path).resolve()
        assert target in MODULES, path
        for name in [default] if default else names.split(","):
            exported, _, local = name.strip().partition(" as ")
            assert default or exported in exports(target), f"{module.name}: {exported}"
            assert re.search(rf"\b{local or exported}\b", body), f"{module.name}: {exported} is imported for nothing"


def test_every_module_and_export_is_used() -> None:
    texts = {module: module.read_text(encoding="utf-8") for module in MODULES}
    imported = {(module.parent / path).resolve() for module, text in texts.items() for *_, path in IMPORT.findall(text)}
    assert set(MODULES) - imported == {FOLDER / "app" / "main.js"}
    names = {
        name.strip().partition(" as ")[0]
        for text in texts.values()
        for _, names, _ in IMPORT.findall(text)
        for name in names.split(",")
    }
    for module in MODULES:
        for name in exports(module) - names:
            # What only the tests import is a module's inner part, and is used in it.
            assert len(re.findall(rf"\b{name}\b", texts[module])) > 1, f"{module.name}: {name}"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_no_string_is_parsed_as_markup_or_code(module: Path) -> None:
    assert PARSES_MARKUP.findall(module.read_text(encoding="utf-8")) == []


def test_the_document_has_nothing_inline_and_no_other_host() -> None:
    text = (FOLDER / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*src=)|<style|\son\w+=|style=|https?:", text) == []
    for address in re.findall(r'(?:href|src)="(/web/[^"]+)"', text):
        assert (FOLDER / address.removeprefix("/web/")).is_file(), address
    for style in (FOLDER / "styles").glob("*.css"):
        assert f'"/web/styles/{style.name}"' in text
        assert re.findall(r"@import|url\(|https?:", style.read_text(encoding="utf-8")) == []


def test_every_word_is_said_somewhere() -> None:
    texts = [(FOLDER / "index.html").read_text(encoding="utf-8")]
    texts += [module.read_text(encoding="utf-8") for module in MODULES if module.parent.name != "words"]
    said = "\n".join(texts)
    words = (FOLDER / "app/words/vi.js").read_text(encoding="utf-8")
    for key in re.findall(r"^  (\w+):", words, re.MULTILINE):
        if not re.match(r"(status|count|field|window)_", key):  # said by what the service or the form names
            assert re.search(rf"['\"]{key}['\"]", said), key


def test_what_checks_the_page_is_pinned_and_comes_from_no_address(repository: Path) -> None:
    folder = repository / "tests" / "page"
    wanted = json.loads((folder / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    lock = (folder / "package-lock.json").read_text(encoding="utf-8")
    packages = json.loads(lock)["packages"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert '"resolved"' not in lock
    assert all(package["integrity"].startswith("sha512-") for path, package in packages.items() if path)


def test_the_page_is_served_with_its_policy_before_the_corpus_is_open() -> None:
    client = TestClient(create_app(Settings()))  # not entered, so nothing is opened
    page = client.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    script = client.get("/web/app/main.js")
    assert script.headers["content-type"].startswith(("text/javascript", "application/javascript"))
    for response in (page, script):
        assert "require-trusted-types-for 'script'" in response.headers["content-security-policy"]
        assert response.headers["cache-control"] == "no-cache"
    again = client.get("/web/app/main.js", headers={"if-none-match": script.headers["etag"]})
    assert again.status_code == 304
    missing = client.get("/web/app/nothing.js")
    assert (missing.status_code, missing.headers["content-type"]) == (404, "application/problem+json")
    assert client.get("/web/../routes/page.py").status_code == 404
    assert client.get("/web/%2e%2e/routes/page.py").status_code == 404
