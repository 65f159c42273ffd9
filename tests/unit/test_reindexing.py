"""Changing the model of a corpus: beside its use, after interruptions, all or nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from fakes import WordEncoder

from index import reindexing as reindexing_module
from index.corpus import Corpus
from index.errors import CorpusBusy, CorpusError, ModelError, ModelMismatch
from index.models.encoder import Encoder, Vectors
from index.records import Draft
from index.reindexing import Reindexing, reindexing
from index.search.vectors import index as dense_module
from index.storage.halves import rounded
from index.storage.opening import recorded_model, restore
from index.storage.sqlite.storage import SqliteStorage
from index.text.analysis import analyse
from qa.engine import Engine

ARTICLES = [Draft(id=f"a{n}", title=f"Bài {n}", text=f"Cầu số {n} bắc qua sông thứ {n}.") for n in range(20)]


class Models:
    """Encoders by name, as a process loads them."""

    def __init__(self) -> None:
        self.loaded: list[str] = []
        self.known = {"words": WordEncoder(), "new": WordEncoder(48, "new"), "same size": WordEncoder(32, "same size")}

    def __call__(self, name: str) -> Encoder:
        self.loaded.append(name)
        if name not in self.known:
            raise ModelError(name, "is not here")
        return self.known[name]


@pytest.fixture
def models() -> Models:
    return Models()


@pytest.fixture
def corpus(tmp_path: Path, models: Models) -> Corpus:
    opened = Corpus.open(tmp_path / "corpus", models.known["words"], models)
    list(opened.add(ARTICLES))
    return opened


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reindexing_module, "_BATCH_PASSAGES", 4)
    monkeypatch.setattr(reindexing_module, "_LAST_PASSAGES", 2)


def run(corpus: Corpus, encoder: Encoder, batches: int | None = None) -> Reindexing:
    """Reindex; stop as if interrupted after so many batches."""
    with reindexing(Path(corpus.storage.location), encoder) as work:
        for done, _state in enumerate(work.run(), 1):
            if done == batches:
                break
    return work


def stored_as(corpus: Corpus, encoder: Encoder) -> bool:
    """Whether every stored vector is what `encoder` gives, and the index finds each passage by it."""
    snapshot = corpus.view()
    for header in corpus.storage.page(1000):
        article = corpus.article(header.id)
        numbers = corpus.storage.passages_of([header.id]).get(header.id, [])
        vectors = corpus.storage.vectors(numbers)
        for number, passage in corpus.storage.passages(numbers).items():
            (expected,) = encoder.encode_passages([f"{article.title}\n{passage.text}"])
            if vectors[number].shape != expected.shape or not np.allclose(vectors[number], rounded(expected)):
                return False
            ranking = snapshot.nearest(expected, 1)
            if ranking.numbers[0] != number or ranking.scores[0] < 0.999:
                return False
    return True


def test_every_passage_gets_the_new_model(corpus: Corpus, models: Models) -> None:
    new = models.known["new"]
    before = corpus.info()
    work = run(corpus, new)
    assert (work.is_current, work.passages, work.dropped) == (True, 20, None)
    assert recorded_model(Path(corpus.storage.location)) == "new"
    with Corpus.open(Path(corpus.storage.location), new) as opened:
        assert stored_as(opened, new)
        assert list(opened.verify()) == []
        info = opened.info()
        assert info.counts == before.counts
        assert (info.model.name, info.model.dimensions, info.reindex) == ("new", 48, None)
        assert (info.index.base_vectors, info.index.tail_vectors) == (20, 0)
        assert info.change == before.change + 1


def test_an_open_corpus_goes_on_with_the_new_model(corpus: Corpus, models: Models) -> None:
    engine = Engine(corpus)
    assert engine.ask("cầu số 7").passages[0].passage.article.id == "a7"
    run(corpus, models.known["new"])
    for mode in ("hybrid", "dense", "lexical"):
        assert engine.ask("cầu số 7", mode=mode).passages[0].passage.article.id == "a7"
    assert engine.similar("a7")
    assert models.loaded == ["new"]
    assert corpus.encoder is models.known["new"]
    assert stored_as(corpus, models.known["new"])
    list(corpus.add([Draft(id="later", text="Chợ nổi trên sông.")]))
    assert engine.ask("chợ nổi", mode="dense").passages[0].passage.article.id == "later"
    assert list(corpus.verify()) == []


def test_a_stale_base_of_the_same_size_is_not_used(
    corpus: Corpus, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus.merge()
    assert corpus.info().index.base_vectors == 20

    def killed(_corpus: Corpus) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Corpus, "merge", killed)
        with pytest.raises(KeyboardInterrupt):
            run(corpus, models.known["same size"])
    with Corpus.open(Path(corpus.storage.location), models.known["same size"]) as opened:
        assert opened.info().index.base_vectors == 0
        assert stored_as(opened, models.known["same size"])
    assert stored_as(corpus, models.known["same size"])


def test_a_merge_of_old_vectors_does_no_harm(corpus: Corpus, models: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense_module, "MERGE_TAIL_PASSAGES", 1)
    run(corpus, models.known["same size"])
    corpus.merge()
    with Corpus.open(Path(corpus.storage.location), models.known["same size"]) as opened:
        assert stored_as(opened, models.known["same size"])


def test_interrupted_it_goes_on(corpus: Corpus, models: Models) -> None:
    new = models.known["new"]
    run(corpus, new, batches=2)
    state = corpus.info().reindex
    assert state is not None
    assert (state.model.name, state.encoded, state.passages) == ("new", 8, 20)
    assert stored_as(corpus, models.known["words"]), "the old model is in use until the switch"
    assert list(corpus.verify()) == []
    encoded = len(new.encoded)
    run(corpus, new)
    assert len(new.encoded) - encoded == 12 + 2, "the rest, and the probe of each opening"
    assert stored_as(corpus, new)


def test_again_it_changes_nothing(corpus: Corpus, models: Models) -> None:
    run(corpus, models.known["new"])
    change = corpus.info().change
    work = run(corpus, models.known["new"])
    assert (work.is_current, work.dropped) == (True, None)
    assert corpus.info().change == change


def test_the_model_in_use_ends_an_unfinished_one(corpus: Corpus, models: Models) -> None:
    run(corpus, models.known["new"], batches=1)
    with reindexing(Path(corpus.storage.location), models.known["words"]) as work:
        assert work.is_current
        assert work.dropped is not None
        assert work.dropped.name == "new"
    assert corpus.info().reindex is None
    assert stored_as(corpus, models.known["words"])


def test_a_third_model_drops_the_second(corpus: Corpus, models: Models) -> None:
    run(corpus, models.known["new"], batches=3)
    work = run(corpus, models.known["same size"])
    assert work.dropped is not None
    assert work.dropped.name == "new"
    assert stored_as(corpus, models.known["same size"])
    assert list(corpus.verify()) == []


def test_what_changes_meanwhile_is_in_it(corpus: Corpus, models: Models) -> None:
    new = models.known["new"]
    with reindexing(Path(corpus.storage.location), new) as work:
        for done, _state in enumerate(work.run(), 1):
            if done == 2:
                list(corpus.add([Draft(id="moi", text="Đình làng mới dựng.")]))
                list(corpus.add([Draft(id="a1", title="Bài 1", text="Núi cao thay cho cầu.")]))
                list(corpus.add([Draft(id="a2", title="Bài 2", text=ARTICLES[2].text, source="báo khác")]))
                corpus.remove(["a3", "a15"])
            if done == 5:
                list(corpus.add(Draft(id=f"b{n}", text=f"Chợ phiên số {n}.") for n in range(9)))
    assert stored_as(corpus, new)
    assert corpus.info().counts.articles == 20 + 1 - 2 + 9
    assert list(corpus.verify()) == []
    assert Engine(corpus).ask("chợ phiên số 8", mode="dense").passages[0].passage.article.id == "b8"


class Hooked(WordEncoder):
    """Does something once, right before it encodes."""

    def __init__(self, name: str, dimensions: int = 32) -> None:
        super().__init__(dimensions, name)
        self.before: list[object] = []

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self._do()
        return super().encode_queries(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self._do()
        return super().encode_passages(texts)

    def _do(self) -> None:
        if self.before:
            action = self.before.pop()
            assert callable(action)
            action()


@pytest.mark.parametrize("target", ["new", "same size"])
def test_a_question_during_the_switch_meets_one_model_only(tmp_path: Path, models: Models, target: str) -> None:
    old = Hooked("old")
    with Corpus.open(tmp_path, old, models) as corpus:
        list(corpus.add(ARTICLES))
        engine = Engine(corpus)
        expected = engine.ask("cầu số 7", mode="lexical").passages[0].passage.article.id
        old.before.append(lambda: run(corpus, models.known[target]))
        answer = engine.ask("cầu số 7", mode="dense")
        assert answer.passages[0].passage.article.id == expected == "a7"
        (vector,) = models.known[target].encode_queries(["cầu số 7"])
        number = corpus.storage.passages_of(["a7"])["a7"][0]
        assert answer.passages[0].score == pytest.approx(
            float(vector @ corpus.storage.vectors([number])[number]), abs=1e-5
        )


@pytest.mark.parametrize("target", ["new", "same size"])
def test_an_article_during_the_switch_gets_the_new_model(tmp_path: Path, models: Models, target: str) -> None:
    old = Hooked("old")
    with Corpus.open(tmp_path, old, models) as corpus:
        list(corpus.add(ARTICLES))
        old.before.append(lambda: run(corpus, models.known[target]))
        (outcome,) = corpus.add([Draft(id="giua", title="Giữa", text="Bài viết vào đúng lúc đổi.")])
        assert outcome.status == "created"
        assert stored_as(corpus, models.known[target])
        assert list(corpus.verify()) == []


def test_a_model_that_cannot_be_loaded_is_an_error_until_it_can(
    corpus: Corpus, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = models.known.pop("new")
    run(corpus, new)
    engine = Engine(corpus)
    for _ in range(2):
        with pytest.raises(ModelError, match="model new: is not here"):
            engine.ask("cầu số 7")
    assert models.loaded == ["new"], "not tried at every request"
    models.known["new"] = new
    monkeypatch.setattr(corpus._model, "_failed", None)  # as after the pause
    assert engine.ask("cầu số 7").passages[0].passage.article.id == "a7"


def test_two_at_once_are_refused(corpus: Corpus, models: Models) -> None:
    with (
        reindexing(Path(corpus.storage.location), models.known["new"]),
        pytest.raises(CorpusBusy, match="another process is reindexing it"),
        reindexing(Path(corpus.storage.location), models.known["same size"]),
    ):
        pass
    assert run(corpus, models.known["new"]).is_current


def test_no_corpus_is_an_error_and_none_is_made(tmp_path: Path, encoder: WordEncoder) -> None:
    with pytest.raises(CorpusError, match="holds no corpus"), reindexing(tmp_path / "nothing", encoder):
        pass
    assert not (tmp_path / "nothing").exists()
    assert recorded_model(tmp_path / "nothing") is None


def test_an_empty_corpus_changes_at_once(tmp_path: Path, models: Models) -> None:
    with Corpus.open(tmp_path, models.known["words"], models) as corpus:
        assert run(corpus, models.known["new"]).passages == 0
        list(corpus.add(ARTICLES[:2]))
        assert stored_as(corpus, models.known["new"])


def test_a_text_without_a_token_has_no_vector_with_the_new_model_either(tmp_path: Path, models: Models) -> None:
    with Corpus.open(tmp_path, models.known["words"], models) as corpus:
        list(corpus.add([Draft(id="a", text="Cầu mới."), Draft(id="dots", text="… !!! …")]))
        run(corpus, models.known["new"])
        assert corpus.storage.vectors(corpus.storage.passages_of(["dots"])["dots"]) == {}
        assert corpus.view().count("dense", analyse("")) == 1
        assert list(corpus.verify()) == []


def test_another_version_of_the_same_model_can_be_changed_to(corpus: Corpus) -> None:
    retrained = WordEncoder(40, "words")
    with pytest.raises(ModelMismatch, match=r"built with another version of it; encode .* --model words --data") as e:
        Corpus.open(Path(corpus.storage.location), retrained)
    assert "use that model" not in str(e.value)
    corpus.close()
    run(corpus, retrained)
    with Corpus.open(Path(corpus.storage.location), retrained) as opened:
        assert opened.info().model.dimensions == 40


def test_a_backup_keeps_what_is_unfinished(corpus: Corpus, models: Models, tmp_path: Path) -> None:
    new = models.known["new"]
    run(corpus, new, batches=2)
    corpus.storage.backup(tmp_path / "backup.db")
    restore(tmp_path / "backup.db", tmp_path / "restored")
    with Corpus.open(tmp_path / "restored", models.known["words"], models) as restored:
        assert stored_as(restored, models.known["words"])
        state = restored.info().reindex
        assert state is not None
        assert state.encoded == 8
        run(restored, new)
        assert stored_as(restored, new)
    assert corpus.info().model.name == "words"


def test_compacting_keeps_what_is_unfinished(corpus: Corpus, models: Models) -> None:
    run(corpus, models.known["new"], batches=2)
    corpus.remove(["a0"])
    corpus.compact()
    state = corpus.info().reindex
    assert state is not None
    assert (state.encoded, state.passages) == (7, 19)
    run(corpus, models.known["new"])
    assert stored_as(corpus, models.known["new"])


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE replacement SET vector = zeroblob(length(vector))", "has not unit length"),
        ("UPDATE replacement SET vector = zeroblob(4)", "has 2 dimensions"),
    ],
)
def test_damage_to_what_is_unfinished_is_found(corpus: Corpus, models: Models, statement: str, message: str) -> None:
    run(corpus, models.known["new"], batches=1)
    with closing(sqlite3.connect(Path(corpus.storage.location) / "corpus.db")) as outside, outside:
        outside.execute(statement)
    assert any(message in problem for problem in corpus.verify())


def test_a_full_disk_loses_nothing(corpus: Corpus, models: Models) -> None:
    new = models.known["large"] = WordEncoder(2048, "large")  # a few passages fill a page
    with reindexing(Path(corpus.storage.location), new) as work:
        assert isinstance(work._storage, SqliteStorage)
        pages = work._storage._database.run("PRAGMA page_count").fetchone()[0]
        work._storage._database.run(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(CorpusError, match="writing failed, nothing was changed: database or disk is full"):
            for _state in work.run():
                pass
    assert stored_as(corpus, models.known["words"])
    assert list(corpus.verify()) == []
    run(corpus, new)
    assert stored_as(corpus, new)


def test_a_switch_that_fails_is_undone(corpus: Corpus, models: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    new = models.known["new"]

    def full(*_arguments: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("index.storage.sqlite.manifest.Meta.set_model", full)
        with pytest.raises(CorpusError, match="nothing was changed"):
            run(corpus, new)
    assert stored_as(corpus, models.known["words"])
    assert run(corpus, new).is_current
    assert stored_as(corpus, new)


def test_a_vector_index_that_cannot_be_written_does_not_undo_the_switch(
    corpus: Corpus, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("index.search.vectors.files.BaseFiles.write", full)
        assert run(corpus, models.known["new"]).is_current
    assert stored_as(corpus, models.known["new"])
