"""Many articles at once: child processes help, and nothing is different for it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from fakes import WordEncoder

from index import adding
from index.batches import Outcome
from index.corpus import Corpus
from index.models.builtin.encoder import BuiltinEncoder
from index.models.encoder import Encoder
from index.processes import Processes
from index.records import Draft, Place
from index.text.analysis import analyse

TABLE = "\n".join(["| cầu | dài |", "|---|---|", *(f"| Cầu số {row} | {row} mét |" for row in range(60))])
DRAFTS = [
    *(
        Draft(id=f"a{n}", title=f"Bài {n}", text=f"Cầu số {n} dài {n} mét.\n\n{'Sông rộng lắm, cầu dài lắm. ' * n}")
        for n in range(40)
    ),
    Draft(id="empty", text="  "),
    Draft(id="dots", text="… !!"),
    Draft(id="table", text=TABLE, places=(Place(0, 1), Place(30, 2, "Các cầu"))),
    Draft(title="Trang", text="Cầu mới thông xe\n\nCầu dài 500 mét và rộng 20 mét.\n\nTin liên quan", scraped=True),
]


class Recorded(Processes):
    """Children that a test can find."""

    opened: ClassVar[list[Recorded]] = []

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.opened.append(self)


@pytest.fixture(autouse=True)
def small_groups(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(adding, "_GROUP_ARTICLES", 4)
    monkeypatch.setattr(adding, "_GROUPS_AHEAD", 3)
    monkeypatch.setattr(adding, "Processes", Recorded)
    monkeypatch.setattr("index.batches._BATCH_ARTICLES", 10)
    Recorded.opened.clear()
    yield
    assert all(child.process.poll() is not None for pool in Recorded.opened for child in pool._children)


def said(outcomes: list[Outcome]) -> list[tuple[str, str | None, str]]:
    return [(one.status, one.id, str(one.error)) for one in outcomes]


def assert_same(one: Corpus, other: Corpus) -> None:
    """Compare everything that is stored and searched."""
    ids = [header.id for header in one.storage.page(1000)]
    assert [header.id for header in other.storage.page(1000)] == ids
    assert one.storage.articles(ids) == other.storage.articles(ids)
    assert one.storage.passages_of(ids) == other.storage.passages_of(ids)
    numbers = [number for own in one.storage.passages_of(ids).values() for number in own]
    assert one.storage.passages(numbers) == other.storage.passages(numbers)
    vectors, others = one.storage.vectors(numbers), other.storage.vectors(numbers)
    assert vectors.keys() == others.keys()
    for number, vector in vectors.items():
        np.testing.assert_allclose(vector, others[number], atol=1e-3)
    terms = analyse("cầu số bài 500 mét")
    assert one.view().statistics(terms) == other.view().statistics(terms)
    assert one.view().matching(terms, 1000).scores.tolist() == other.view().matching(terms, 1000).scores.tolist()
    assert list(one.verify()) == list(other.verify()) == []


@pytest.mark.parametrize("encoder", [WordEncoder(), BuiltinEncoder()], ids=["here", "in children"])
def test_children_change_nothing_but_the_time(tmp_path: Path, encoder: Encoder) -> None:
    with Corpus.open(tmp_path / "one", encoder) as one, Corpus.open(tmp_path / "other", encoder) as other:
        alone = list(one.add(DRAFTS))
        assert said(list(other.add(iter(DRAFTS), processes=2))) == said(alone)
        assert [outcome.status for outcome in alone].count("failed") == 1
        assert len(Recorded.opened) == 1
        assert_same(one, other)
        again = list(other.add(iter(DRAFTS), processes=2))
        assert {outcome.status for outcome in again} == {"unchanged", "failed"}


def test_what_is_encoded_here_is_encoded_once(tmp_path: Path) -> None:
    encoder = WordEncoder()
    with Corpus.open(tmp_path, encoder) as corpus:
        list(corpus.add(DRAFTS, processes=1))
        encoded = len(encoder.encoded)
        changed = [Draft(id="a9", title="Bài 9", text=f"{DRAFTS[9].text}\n\nThêm một câu cuối."), *DRAFTS[10:]]
        outcomes = list(corpus.add(changed, processes=1))
        assert [outcome.status for outcome in outcomes[:2]] == ["replaced", "unchanged"]
        assert len(encoder.encoded) == encoded + 1


def test_few_articles_start_no_child(tmp_path: Path) -> None:
    with Corpus.open(tmp_path, WordEncoder()) as corpus:
        assert len(list(corpus.add(DRAFTS[:12], processes=2))) == 12
    assert Recorded.opened == []


def test_an_id_that_comes_again_is_judged_by_what_is_stored_then(tmp_path: Path) -> None:
    drafts = [
        *DRAFTS[:20],
        Draft(id="a0", text="Bài khác."),
        DRAFTS[1],
        *DRAFTS[20:40],
        Draft(id="a0", text="Bài khác."),
    ]
    with Corpus.open(tmp_path, WordEncoder()) as corpus:
        outcomes = list(corpus.add(drafts, processes=2))
        assert [outcomes[place].status for place in (0, 20, 21, 42)] == [
            "created",
            "replaced",
            "unchanged",
            "unchanged",
        ]
        assert corpus.article("a0").text == "Bài khác."
        assert list(corpus.verify()) == []


def test_the_work_of_killed_children_is_done_here(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    with Corpus.open(tmp_path / "one", BuiltinEncoder()) as one, Corpus.open(tmp_path / "other", one.encoder) as other:
        outcomes = []
        for outcome in other.add(DRAFTS, processes=2):
            outcomes.append(outcome)
            for child in list(Recorded.opened[0]._children):
                child.process.kill()
        assert said(outcomes) == said(list(one.add(DRAFTS)))
        assert_same(one, other)
    assert "a child process ended (signal 9); this process does its work" in caplog.text


def test_whoever_wants_no_more_leaves_no_child(tmp_path: Path) -> None:
    with Corpus.open(tmp_path, WordEncoder()) as corpus:
        outcomes = corpus.add(DRAFTS, processes=2)
        first = next(outcomes)
        outcomes.close()  # type: ignore[attr-defined]  # it is a generator
        assert first.status == "created"
        assert corpus.storage.counts().articles == 10, "one batch"
        assert list(corpus.verify()) == []


def test_drafts_that_cannot_be_read_to_the_end_leave_no_child(tmp_path: Path) -> None:
    def broken() -> Iterator[Draft]:
        yield from DRAFTS
        raise OSError("the disk is gone")

    with Corpus.open(tmp_path, WordEncoder()) as corpus, pytest.raises(OSError, match="the disk is gone"):
        list(corpus.add(broken(), processes=2))
