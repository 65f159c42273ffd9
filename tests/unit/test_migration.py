"""Corpora of older formats: what was stored comes through, and the corpus goes on as any other."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from fakes import WordEncoder

from index.corpus import Corpus
from index.dates import wall_instant
from index.errors import BackupError, CorpusError
from index.records import Draft
from index.reindexing import reindexing
from index.storage.opening import restore
from index.storage.sqlite import schema
from index.text.analysis import analyse

SAMPLES = Path(__file__).resolve().parent.parent / "samples"


@pytest.fixture
def encoder() -> WordEncoder:
    return WordEncoder(dimensions=8)


@pytest.fixture(params=range(1, schema.FORMAT_VERSION))
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a folder with a corpus of an older format, as a version of hoidap of its time wrote it."""
    folder = tmp_path / "older"
    folder.mkdir()
    sample = SAMPLES / f"corpus-format-{request.param}.db.gz"
    with gzip.open(sample) as packed, (folder / "corpus.db").open("wb") as file:
        shutil.copyfileobj(packed, file)
    return folder


def version_of(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "corpus.db")) as outside:
        return int(outside.execute("PRAGMA user_version").fetchone()[0])


def tables_of(folder: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(folder / "corpus.db")) as outside:
        names = [row[0] for row in outside.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        columns = [tuple(map(str, row)) for name in names for row in outside.execute(f"PRAGMA table_info({name})")]
        indexes = outside.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'index' ORDER BY name")
        return [*columns, *indexes]


def dates_of(folder: Path) -> list[tuple[str | None, float | None]]:
    with closing(sqlite3.connect(folder / "corpus.db")) as outside:
        return list(outside.execute("SELECT published_at, published_wall FROM articles"))


def test_an_older_corpus_opens_whole(older: Path, encoder: WordEncoder, tmp_path: Path) -> None:
    with Corpus.open(older, encoder) as corpus:
        assert [header.id for header in corpus.storage.page(10)] == ["cau", "cho", "trang"]
        bridge = corpus.article("cau")
        assert bridge.text == "Cầu Mỹ Thuận bắc qua sông Tiền.\n\nCầu dài 1535 mét."
        assert (bridge.source, bridge.published_at, bridge.metadata) == ("Báo Đồng Bằng", "2000-05-21", {"năm": 2000})
        assert corpus.storage.revision() == 3
        assert corpus.storage.calibration() == {"reranker": None, "threshold": 0.5}
        assert list(corpus.verify()) == []
        assert corpus.view().count("hybrid", analyse("cầu")) == corpus.info().counts.passages
        assert len(encoder.encoded) == 1, "only the probe that tells the model: nothing was encoded anew"
        (outcome,) = corpus.add([Draft(id="cho", text="Chợ nổi họp từ bốn giờ sáng.")])
        assert outcome.status == "unchanged"
        corpus.remove(["cho"])
        list(corpus.add([Draft(id="moi", text="Bài mới về cầu.")]))
        assert list(corpus.verify()) == []
    assert version_of(older) == schema.FORMAT_VERSION
    assert [wall for date, wall in dates_of(older) if wall != (wall_instant(date) if date else None)] == []
    Corpus.open(tmp_path / "new", encoder).close()
    assert tables_of(older) == tables_of(tmp_path / "new")


def test_an_unfinished_reindex_of_format_3_goes_on(older: Path) -> None:
    if version_of(older) < 3:
        pytest.skip("the samples of formats 1 and 2 hold none")
    others = WordEncoder(dimensions=4, name="others")
    with reindexing(older, others) as work:
        state = work.state()
        assert state is not None
        assert (state.encoded, state.passages) == (3, 6)
        list(work.run())
    with Corpus.open(older, others) as corpus:
        assert len(corpus.storage.vectors(range(10))) == 6
        assert list(corpus.verify()) == []
    assert len([text for text in others.encoded if "Cầu" in text]) == 2, "two of the table; the market is the third"


def test_passages_of_an_older_format_keep_headers_and_places(older: Path, encoder: WordEncoder) -> None:
    if version_of(older) < 3:
        pytest.skip("formats 1 and 2 know neither")
    with Corpus.open(older, encoder) as corpus:
        passages = corpus.storage.passages(corpus.storage.passages_of(["trang"])["trang"])
        assert {one.header_text for one in passages.values()} == {"", "| cầu | dài |"}
        assert [place.section for place in passages[4].places] == [None, "Các cầu"]
        assert all(one.reading == b"" for one in passages.values())


def test_a_backup_of_an_older_format_can_be_restored(older: Path, encoder: WordEncoder, tmp_path: Path) -> None:
    restore(older / "corpus.db", tmp_path / "restored")
    with Corpus.open(tmp_path / "restored", encoder) as corpus:
        assert corpus.info().counts.articles == 3


def test_a_migration_that_fails_leaves_the_older_format(
    older: Path, encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = version_of(older)
    with monkeypatch.context() as patch:
        patch.setitem(
            schema.MIGRATIONS, schema.FORMAT_VERSION - 1, schema.MIGRATIONS[schema.FORMAT_VERSION - 1] + "BROKEN;\n"
        )
        with pytest.raises(CorpusError, match="nothing was changed"):
            Corpus.open(older, encoder)
    assert version_of(older) == version
    with Corpus.open(older, encoder) as corpus:
        assert corpus.info().counts.articles == 3


def test_a_newer_format_is_refused_by_name(tmp_path: Path, encoder: WordEncoder) -> None:
    Corpus.open(tmp_path, encoder).close()
    newer = schema.FORMAT_VERSION + 1
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as outside:
        outside.execute(f"PRAGMA user_version = {newer}")
    with pytest.raises(CorpusError, match=f"has format {newer}.* reads up to {newer - 1}; use a newer hoidap"):
        Corpus.open(tmp_path, encoder)
    with pytest.raises(BackupError, match=f"has format {newer}"):
        restore(tmp_path / "corpus.db", tmp_path / "restored")


def test_every_older_format_has_a_migration_and_a_sample() -> None:
    assert sorted(schema.MIGRATIONS) == list(range(1, schema.FORMAT_VERSION))
    for version in schema.MIGRATIONS:
        assert (SAMPLES / f"corpus-format-{version}.db.gz").is_file()
