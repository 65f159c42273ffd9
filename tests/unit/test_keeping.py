"""Backup, restore, compaction, and finding what is wrong."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from fakes import WordEncoder

from index.corpus import Corpus
from index.errors import BackupError, CorpusError
from index.records import Draft
from index.storage.opening import restore
from index.text.analysis import analyse

ARTICLES = [
    Draft(id=f"a{n}", text=f"Cầu số {n} dài {n} mét.\n\n{'Chuyện về cầu còn dài lắm. ' * 60}") for n in range(6)
]


@pytest.fixture
def filled(corpus: Corpus) -> Corpus:
    list(corpus.add(ARTICLES))
    corpus.remove(["a5"])
    return corpus


def test_a_sound_corpus_has_no_problem(filled: Corpus) -> None:
    assert list(filled.verify()) == []
    filled.compact()
    assert list(filled.verify()) == []
    assert filled.info().index.base_vectors == filled.info().counts.passages
    assert len(filled.view().matching(analyse("cầu"), 100)) == filled.info().counts.passages


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE texts SET text = 'X' || substr(text, 2)", "does not match its checksum"),
        ("UPDATE passages SET start = start + 1", "no passage holds the text from 0 to 1"),
        ("UPDATE passages SET start_byte = 1, end_byte = end_byte - 1", "passage 1 is not the slice"),
        ("DELETE FROM passages WHERE start = 0", "no passage holds the text from 0"),
        ("UPDATE passages SET vector = zeroblob(length(vector))", "has not unit length"),
        ("UPDATE passages SET vector = zeroblob(4)", "has 2 dimensions, not 32"),
        ("DELETE FROM texts", "has no text"),
        ("INSERT INTO places SELECT number, characters, 1, NULL FROM articles", "begins outside of the text"),
        ("INSERT INTO places SELECT number, -1, 1, NULL FROM articles", "begins outside of the text"),
        ("INSERT INTO places SELECT number, 0, 0, NULL FROM articles", "has a number below 1"),
        ("INSERT INTO places VALUES (99, 0, 1, NULL)", "refers to nothing"),
        ("UPDATE passages SET header_start = 3, header_end = 99999", "header of passage 1 lies outside of the text"),
        ("UPDATE passages SET header_start = 3, header_end = 3", "header of passage 1 lies outside of the text"),
    ],
)
def test_damage_is_found(filled: Corpus, statement: str, message: str) -> None:
    with sqlite3.connect(Path(filled.storage.location) / "corpus.db") as outside:
        outside.execute(statement)
    outside.close()
    found = list(filled.verify())
    assert any(message in problem for problem in found), found


@pytest.mark.parametrize("is_alone", [True, False])
def test_compacting_enlarges_the_pages_of_an_older_file(tmp_path: Path, encoder: WordEncoder, is_alone: bool) -> None:
    file = tmp_path / "older" / "corpus.db"
    file.parent.mkdir()
    with closing(sqlite3.connect(file)) as outside:
        outside.execute("PRAGMA page_size = 4096")
        outside.execute("PRAGMA journal_mode = WAL")
    with Corpus.open(file.parent, encoder) as corpus, closing(sqlite3.connect(file)) as other:
        list(corpus.add(ARTICLES))
        if not is_alone:
            other.execute("SELECT count(*) FROM articles")
        corpus.compact()
        assert other.execute("SELECT count(*) FROM articles").fetchone()[0] == len(ARTICLES)
        assert other.execute("PRAGMA page_size").fetchone()[0] == (16384 if is_alone else 4096)
        assert other.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert list(corpus.verify()) == []
        list(corpus.add([Draft(id="later", text="Sau đó.")]))
        assert list(corpus.verify()) == []


def test_an_index_out_of_step_is_found(filled: Corpus) -> None:
    with sqlite3.connect(Path(filled.storage.location) / "corpus.db") as outside:
        outside.execute("DELETE FROM passages WHERE number = 1")
    outside.close()
    found = "\n".join(filled.verify())
    assert "delete the folder `dense`" in found
    assert "delete the folder `lexical`" in found


def test_a_backup_restores_everything(filled: Corpus, tmp_path: Path, encoder: WordEncoder) -> None:
    file = tmp_path / "backup.db"
    filled.storage.backup(file)
    list(filled.add([Draft(id="later", text="Sau đó.")]))
    encoded = len(encoder.encoded)
    restore(file, tmp_path / "restored")
    with Corpus.open(tmp_path / "restored", encoder) as restored:
        assert [header.id for header in restored.storage.page(10)] == ["a0", "a1", "a2", "a3", "a4"]
        assert restored.article("a2").text == filled.article("a2").text
        assert list(restored.verify()) == []
        assert len(restored.view().matching(analyse("cầu"), 100)) == restored.info().counts.passages
        list(restored.add([Draft(id="new", text="Cầu mới.")]))
        assert list(restored.verify()) == []
    assert len(encoder.encoded) <= encoded + 2, "the probe and the new article"


def test_a_restore_is_not_mixed_with_the_log_of_a_store_that_was_deleted(
    filled: Corpus, tmp_path: Path, encoder: WordEncoder
) -> None:
    file, folder = tmp_path / "backup.db", Path(filled.storage.location)
    filled.storage.backup(file)
    list(filled.add([Draft(id="later", text="Sau đó.")]))
    killed = tmp_path / "killed"  # as a process that is killed leaves it: with a log that is not in the store yet
    shutil.copytree(folder, killed)
    assert (killed / "corpus.db-wal").stat().st_size > 0
    (killed / "corpus.db").unlink()
    restore(file, killed)
    with Corpus.open(killed, encoder) as restored:
        assert [header.id for header in restored.storage.page(10)] == ["a0", "a1", "a2", "a3", "a4"]
        assert list(restored.verify()) == []


def test_a_backup_does_not_overwrite(filled: Corpus, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    file.write_text("precious")
    with pytest.raises(BackupError, match="exists already; choose another file"):
        filled.storage.backup(file)
    assert file.read_text() == "precious"
    with pytest.raises(BackupError, match="cannot be written"):
        filled.storage.backup(tmp_path / "no" / "folder.db")


def test_restoring_refuses_what_it_cannot_use(filled: Corpus, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    filled.storage.backup(file)
    with pytest.raises(CorpusError, match="holds a corpus already"):
        restore(file, Path(filled.storage.location))
    with pytest.raises(BackupError, match="is not a file"):
        restore(tmp_path / "nothing", tmp_path / "r1")
    (tmp_path / "text").write_text("not a database, only a text that is long enough to be read" * 20)
    with pytest.raises(BackupError, match="is no backup of a corpus"):
        restore(tmp_path / "text", tmp_path / "r2")
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE t (x)")
    other.close()
    with pytest.raises(BackupError, match="is no backup of a corpus"):
        restore(tmp_path / "other.db", tmp_path / "r3")
    cut = tmp_path / "cut.db"
    cut.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(BackupError, match=r"damaged|no backup"):
        restore(cut, tmp_path / "r4")
    assert not (tmp_path / "r4" / "corpus.db").exists()
