"""The worked examples of CONTRIBUTING.md work."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from index.cleaning.phrases import phrases_of
from index.readers import formats
from index.readers.formats import Format
from index.readers.walking import read_path
from index.records import Draft


@pytest.fixture
def examples(repository: Path) -> list[tuple[str, str]]:
    text = (repository / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return re.findall(r"```(\w+)\n(.*?)```", text, re.DOTALL)


def test_the_format_reads_its_files(
    examples: list[tuple[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, row = [text for kind, text in examples if kind == "python"][:2]
    module: dict[str, object] = {}
    exec(code, module)
    added: Format = eval(row, {**module, **vars(formats)})
    monkeypatch.setitem(formats._BY_ENDING, ".srt", added)
    spoken = "1\n00:00:01,000 --> 00:00:02,500\nNước lên rồi!\n\n2\n00:00:03,000 --> 00:00:04,000\nChạy đi.\n"
    (tmp_path / "phim.srt").write_text(spoken, encoding="utf-8")
    (draft,) = read_path(tmp_path / "phim.srt")
    assert isinstance(draft, Draft)
    assert (draft.text, draft.scraped) == ("Nước lên rồi!\nChạy đi.", False)


def test_the_language_is_a_table_of_phrases(examples: list[tuple[str, str]]) -> None:
    (table,) = [text for kind, text in examples if kind == "toml"]
    languages = tomllib.loads(table)
    assert "foto" in phrases_of(languages).credit
    with pytest.raises(ValueError, match=r"sv.*buttons"):
        phrases_of({"sv": {**languages["sv"], "buttons": ["dela"]}})
