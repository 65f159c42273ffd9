"""What a person is told while files are read."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from api.commands.reports import Report, progress
from index.batches import Outcome
from index.readers.walking import count_single


@pytest.mark.parametrize(
    ("tally", "expected", "seconds", "line"),
    [
        ({"created": 12}, None, 1.0, "12 articles"),
        ({"created": 1200, "passages": 6000}, None, 2.0, "1,200 articles, 3,000 passages/s"),
        ({"created": 10, "failed": 5, "passages": 60}, 100, 1.0, "15 of 100 articles, 60 passages/s"),
        ({"unchanged": 50, "superseded": 10}, 120, 30.0, "60 of 120 articles, about 30 s left"),
        ({"replaced": 10, "passages": 10}, 100, 60.0, "10 of 100 articles, 0 passages/s, about 9 min left"),
        ({"created": 7}, 5, 10.0, "7 of 7 articles, about 0 s left"),
        ({}, 5, 10.0, "0 of 5 articles"),
        ({"created": 1, "passages": 5}, 1000, 10.0, "1 of 1,000 articles"),
    ],
)
def test_progress(tally: dict[str, int], expected: int | None, seconds: float, line: str) -> None:
    assert progress(Counter(tally), expected, seconds) == line


def test_a_report_counts_passages() -> None:
    report = Report()
    report.outcome(Outcome("created", "a", "a.txt", passages=3))
    report.outcome(Outcome("unchanged", "b", "b.txt"))
    assert report.tally == {"created": 1, "unchanged": 1, "passages": 3, "notes": 0}


def test_files_of_one_article_are_counted_and_containers_are_not_guessed(tmp_path: Path) -> None:
    for name in ("a.txt", "b.html", "c.jsonl", ".hidden.txt", "d.unknown", "e/f.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Cầu mới.")
    assert count_single(tmp_path) == 3
    assert count_single(tmp_path / "a.txt") == 1
    assert count_single(tmp_path / "c.jsonl") == 0
    assert count_single(tmp_path / "c.jsonl", "text") == 1
    (tmp_path / "g.zip").write_bytes(b"")
    assert count_single(tmp_path) is None
