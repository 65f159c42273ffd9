"""The records of other people's models: which names and folders they are found by, and that the page shows them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from index.models.known import KNOWN_MODELS, find_known, is_hub_name

E5 = "intfloat/multilingual-e5-small"


@pytest.mark.parametrize(
    "model",
    [
        E5,
        "intfloat/Multilingual-E5-small",
        "/srv/models/multilingual-e5-small",
        "./multilingual-e5-small/",
        "/srv/intfloat/multilingual-e5-small",
        "/home/u/.cache/huggingface/hub/models--intfloat--multilingual-e5-small/snapshots/0123abc",
    ],
)
def test_a_model_is_known_by_name_and_by_folder(model: str) -> None:
    known = find_known(model)
    assert known is not None
    assert known.name == E5


@pytest.mark.parametrize(
    "model",
    [
        "builtin",
        "",
        "somebody/multilingual-e5-small-news",
        "/srv/models/my-multilingual-e5-small",
        "/srv/multilingual-e5-small/checkpoint-500",
        "multilingual-e5-small",
        "somebody/bge-m3",
    ],
)
def test_what_is_not_certain_is_not_known(model: str) -> None:
    assert find_known(model) is None


def test_a_short_name_means_the_librarys_own_models() -> None:
    known = find_known("paraphrase-multilingual-MiniLM-L12-v2")
    assert known is not None
    assert known.name == "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2"


def test_every_model_is_found_by_its_name() -> None:
    for known in KNOWN_MODELS:
        assert find_known(known.name) is known
        if known.use_instead is not None:
            assert find_known(known.use_instead) in KNOWN_MODELS


def test_hub_names() -> None:
    assert is_hub_name(E5)
    assert is_hub_name("all-MiniLM-L6-v2")
    for path in ("/abs/path", "./model", "../model", "a/b/c", "~/model", "", "with space"):
        assert not is_hub_name(path), path


def test_the_page_shows_every_record(repository: Path) -> None:
    text = (repository / "docs" / "models.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| \[`([^`]+)`\]\((\S+)\) \| (\d+) \| (\S+) \| (.*?) \| (.*?) \| ([^|]+) \|$", text, re.MULTILINE
    )

    def shown(prompt: str) -> str:
        # A line break is shown as such, since a cell of a table has one line.
        return "none" if not prompt else "`" + prompt.replace("\n", "\\n") + "`"

    assert rows == [
        (
            known.name,
            f"https://huggingface.co/{known.name}",
            str(known.dimensions),
            "–" if known.max_tokens is None else str(known.max_tokens),
            shown(known.query_prompt).replace("|", "\\|"),
            shown(known.passage_prompt).replace("|", "\\|"),
            known.licence,
        )
        for known in KNOWN_MODELS
    ]
