"""The documentation says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api.app import create_app
from api.commands.main import COMMANDS, load_command
from api.settings import Settings


@pytest.fixture(scope="module")
def readme(repository: Path) -> str:
    return (repository / "README.md").read_text(encoding="utf-8")


def test_every_setting_is_documented_as_it_is(readme: str) -> None:
    rows = dict(re.findall(r"\| `(HOIDAP_\w+)` \| [^|]* \| (.*) \|", readme))
    assert rows == {f"HOIDAP_{name.upper()}": field.description for name, field in Settings.model_fields.items()}


def test_defaults_in_the_table_are_the_defaults(readme: str) -> None:
    for name, shown in re.findall(r"\| `HOIDAP_(\w+)` \| `([^|`]*)` \|", readme):
        assert str(Settings.model_fields[name.lower()].default) == shown


def test_every_command_is_in_the_readme_and_exists(readme: str) -> None:
    used = set(re.findall(r"^hoidap (\w+)", readme, re.MULTILINE))
    assert used == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_each_command_says_of_itself(name: str) -> None:
    assert load_command(name).help.split("\n\n")[0] == COMMANDS[name][1]


def test_every_route_is_in_the_readme(readme: str) -> None:
    for path, methods in create_app(Settings()).openapi()["paths"].items():
        short = path.replace("{article_id}", "{id}")
        assert f"`{short}`" in readme or f" {short}`" in readme, path
        assert all(method.upper() in readme for method in methods)


def test_make_targets_in_the_docs_exist(repository: Path) -> None:
    makefile = (repository / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for document in ("README.md", "CONTRIBUTING.md"):
        text = (repository / document).read_text(encoding="utf-8")
        used = {word for line in re.findall(r"make ((?:[a-z-]+ ?)+)", text) for word in line.split()}
        fenced = re.findall(r"^make ([a-z ]+?)(?:  |$)", text, re.MULTILINE)
        assert {word for line in fenced for word in line.split()} <= targets
        assert used & targets


def test_every_file_named_in_the_architecture_exists(repository: Path) -> None:
    text = (repository / "ARCHITECTURE.md").read_text(encoding="utf-8")
    section = "index"
    for line in text.splitlines():
        if match := re.match(r"## `(\w+)/`", line):
            section = match[1]
        for name in re.findall(r"`([\w/]+\.py|[\w/]+/)`", line):
            assert (repository / name).exists() or any((repository / section).rglob(name.rstrip("/"))), name


def test_every_module_is_named_in_the_architecture(repository: Path) -> None:
    text = (repository / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for package in ("index", "qa", "api"):
        for file in (repository / package).rglob("*.py"):
            if file.name != "__init__.py":
                assert file.name in text, file
