from __future__ import annotations

import shutil
import sqlite3
import tempfile
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from fakes import WordEncoder
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from index import identity
from index import reindexing as reindexing_module
from index.batches import Outcome
from index.corpus import Corpus
from index.errors import CorpusError, InvalidArticle, ModelMismatch, NoSuchArticle
from index.filters import Filters
from index.readers.walking import read_path
from index.records import Draft
from index.reindexing import reindexing
from index.search.vectors import index as dense_module
from index.storage.halves import rounded
from index.text.analysis import analyse

TEXT = "Cầu mới nối hai bờ sông. Cầu dài năm trăm mét."


def add(corpus: Corpus, *drafts: Draft) -> list[Outcome]:
    return list(corpus.add(drafts))


def statuses(outcomes: list[Outcome]) -> list[str]:
    return [outcome.status for outcome in outcomes]


def found(corpus: Corpus, question: str) -> set[str]:
    """Ids of all articles that either side finds."""
    view = corpus.view()
    near = view.nearest(corpus.encoder.encode_queries([question])[0], 1000).numbers.tolist()
    match = view.matching(analyse(question), 1000).numbers.tolist()
    return {corpus.storage.owners([number])[number] for number in (*near, *match) if corpus.storage.owners([number])}


def test_what_is_added_is_found_cited_and_kept(tmp_path: Path, encoder: WordEncoder) -> None:
    with Corpus.open(tmp_path, encoder) as corpus:
        assert statuses(add(corpus, Draft(id="cau", title="Cầu", text=TEXT))) == ["created"]
        assert found(corpus, "cầu") == {"cau"}
    with Corpus.open(tmp_path, encoder) as corpus:
        assert found(corpus, "cầu") == {"cau"}
        (number,) = corpus.storage.passages_of(["cau"])["cau"]
        passage = corpus.storage.passages([number])[number]
        article = corpus.article("cau")
        assert article.text[passage.start : passage.end] == passage.text == TEXT
        assert passage.article.sha256 == article.sha256


def test_adding_twice_changes_nothing(corpus: Corpus, encoder: WordEncoder) -> None:
    draft = Draft(id="a", text=TEXT)
    add(corpus, draft)
    change, encoded = corpus.info().change, len(encoder.encoded)
    assert statuses(add(corpus, draft)) == ["unchanged"]
    assert (corpus.info().change, len(encoder.encoded)) == (change, encoded)


def test_notes_of_reading_come_back_with_the_outcome_and_are_not_stored(corpus: Corpus) -> None:
    noted = Draft("Nước lên ở xã Vĩnh An.", id="a", notes=("a byte was replaced",))
    (created,) = add(corpus, noted)
    (again,) = add(corpus, Draft(noted.text, id="a"))
    assert (created.status, created.notes) == ("created", noted.notes)
    assert (again.status, again.notes) == ("unchanged", ())


FILE_NAMES = ["Bài số 1.txt", "Tin/Lũ ở Hà Nội.md", "été/Überschwemmung 2.html", "서울 소식.json"]


@pytest.mark.parametrize("name", FILE_NAMES)
def test_a_file_name_is_one_identity_however_its_accents_are_spelt(corpus: Corpus, name: str) -> None:
    spellings = [unicodedata.normalize(form, name) for form in ("NFC", "NFD", "NFC")]
    assert spellings[0] != spellings[1]
    assert statuses(add(corpus, *(Draft(TEXT, path=path) for path in spellings))) == [
        "created", "unchanged", "unchanged",
    ]  # fmt: skip
    assert corpus.storage.counts().articles == 1


@pytest.mark.parametrize("name", FILE_NAMES)
def test_an_article_that_was_stored_under_another_spelling_keeps_its_id(corpus: Corpus, name: str) -> None:
    """Earlier versions took a path as it was spelt."""
    apart = unicodedata.normalize("NFD", name)
    earlier = identity.id_of_name(apart)
    add(corpus, Draft(TEXT, id=earlier))
    for path in (name, apart):
        (outcome,) = add(corpus, Draft(TEXT, path=path))
        assert (outcome.status, outcome.id) == ("unchanged", earlier)
    (outcome,) = add(corpus, Draft("Cầu dài ba mét.", path=name))
    assert (outcome.status, outcome.id) == ("replaced", earlier)
    assert corpus.storage.counts().articles == 1


def test_the_case_of_file_names(corpus: Corpus, repository: Path) -> None:
    case = repository.parent / "shared/cases/path-identity-not-normalised"
    if not case.exists():
        pytest.skip("no ../shared here")
    drafts = [item for name in ("linux", "mac") for item in read_path(case / name) if isinstance(item, Draft)]
    assert statuses(add(corpus, *drafts)) == ["created", "unchanged"]
    assert corpus.storage.counts().articles == 1


def test_an_edited_article_replaces_itself(corpus: Corpus) -> None:
    add(corpus, Draft(id="a", text="Chuyện về núi cao."))
    assert statuses(add(corpus, Draft(id="a", text="Chuyện về biển xanh."))) == ["replaced"]
    assert corpus.article("a").text == "Chuyện về biển xanh."
    view = corpus.view()
    assert len(view.matching(analyse("núi"), 10)) == 0
    assert view.count("dense", analyse("")) == 1
    assert corpus.storage.count_articles() == 1


def test_other_metadata_replaces_without_encoding(corpus: Corpus, encoder: WordEncoder) -> None:
    add(corpus, Draft(id="a", text=TEXT, source="X"))
    encoded = len(encoder.encoded)
    assert statuses(add(corpus, Draft(id="a", text=TEXT, source="Y", metadata={"k": 1}))) == ["replaced"]
    assert len(encoder.encoded) == encoded
    terms = analyse("cầu")
    assert len(corpus.view().matching(terms, 10, Filters(source=("Y",)))) == 1
    assert len(corpus.view().matching(terms, 10, Filters(source=("X",)))) == 0
    assert found(corpus, "cầu") == {"a"}


def test_an_edit_encodes_only_the_passages_that_changed(corpus: Corpus, encoder: WordEncoder) -> None:
    paragraphs = [f"Đoạn số {n} kể về {'chuyện dài ' * 45}{n}." for n in range(6)]
    add(corpus, Draft(id="a", text="\n\n".join(paragraphs)))
    before = len(encoder.encoded)
    assert before >= 6
    add(corpus, Draft(id="a", text="\n\n".join([*paragraphs[:5], "Đoạn cuối đã khác."])))
    assert 0 < len(encoder.encoded) - before <= 2


def test_the_later_of_two_with_one_id_wins(corpus: Corpus) -> None:
    outcomes = add(corpus, Draft(id="a", text="một"), Draft(id="b", text="hai"), Draft(id="a", text="ba"))
    assert statuses(outcomes) == ["created", "created", "replaced"]
    assert corpus.article("a").text == "ba"


def test_a_deleted_article_is_never_returned_again(tmp_path: Path, encoder: WordEncoder) -> None:
    with Corpus.open(tmp_path, encoder) as corpus:
        add(corpus, Draft(id="a", text="cầu một"), Draft(id="b", text="cầu hai"))
        assert corpus.remove(["a", "nobody"]) == ["a"]
        assert corpus.remove(["a"]) == []
        assert found(corpus, "cầu") == {"b"}
        with pytest.raises(NoSuchArticle, match="'a'"):
            corpus.article("a")
    with Corpus.open(tmp_path, encoder) as corpus:
        assert found(corpus, "cầu") == {"b"}


def test_a_bad_article_fails_alone(corpus: Corpus) -> None:
    outcomes = add(corpus, Draft(id="a", text="một"), Draft(id="b/c", text="hai", origin="x:2"), Draft(text=" "))
    assert statuses(outcomes) == ["created", "failed", "failed"]
    assert isinstance(outcomes[1].error, InvalidArticle)
    assert "x:2: id: 'b/c'" in str(outcomes[1].error)


def test_a_text_without_a_token_has_no_vector_and_is_stored(corpus: Corpus) -> None:
    assert statuses(add(corpus, Draft(id="a", text="!!! …"))) == ["created"]
    assert corpus.view().count("dense", analyse("")) == 0
    assert corpus.article("a").text == "!!! …"


def test_another_model_is_refused_and_the_same_one_elsewhere_is_not(tmp_path: Path) -> None:
    Corpus.open(tmp_path, WordEncoder(name="one")).close()
    with pytest.raises(ModelMismatch, match="was built with one"):
        Corpus.open(tmp_path, WordEncoder(name="two"))
    with pytest.raises(ModelMismatch):
        Corpus.open(tmp_path, WordEncoder(dimensions=16, name="one"))
    moved = WordEncoder(name="one")
    assert moved.record.name == "one"
    Corpus.open(tmp_path, moved).close()


@pytest.mark.parametrize("lost", ["lexical", "dense", "lexical and dense"])
def test_indexes_are_caches(tmp_path: Path, lost: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense_module, "MERGE_TAIL_PASSAGES", 2)
    encoder = WordEncoder()
    with Corpus.open(tmp_path, encoder) as corpus:
        add(corpus, *(Draft(id=f"a{n}", text=f"cầu số {n}") for n in range(5)))
        corpus.remove(["a3"])
    encoded = len(encoder.encoded)
    for name in lost.split(" and "):
        shutil.rmtree(tmp_path / name)
    with Corpus.open(tmp_path, encoder) as corpus:
        assert found(corpus, "cầu") == {"a0", "a1", "a2", "a4"}
        assert len(corpus.view().matching(analyse("cầu"), 10)) == 4
        assert corpus.view().count("dense", analyse("")) == 4
    assert len(encoder.encoded) == encoded + 1, "only the probe of the second opening"


def test_a_commit_that_the_text_index_missed_is_replayed(tmp_path: Path, encoder: WordEncoder) -> None:
    with Corpus.open(tmp_path, encoder) as corpus:
        add(corpus, Draft(id="a", text="cầu một"))
    shutil.copytree(tmp_path / "lexical", tmp_path / "before")
    with Corpus.open(tmp_path, encoder) as corpus:
        add(corpus, Draft(id="b", text="cầu hai"))
        corpus.remove(["a"])
    # As if the process had died between the commit of the store and that of the text index.
    shutil.rmtree(tmp_path / "lexical")
    (tmp_path / "before").rename(tmp_path / "lexical")
    with Corpus.open(tmp_path, encoder) as corpus:
        assert found(corpus, "cầu") == {"b"}


def test_two_processes_follow_each_other(tmp_path: Path, encoder: WordEncoder) -> None:
    with Corpus.open(tmp_path, encoder) as one, Corpus.open(tmp_path, WordEncoder()) as two:
        add(one, Draft(id="a", text="cầu một"))
        assert found(two, "cầu") == {"a"}
        add(two, Draft(id="b", text="cầu hai"))
        two.remove(["a"])
        assert found(one, "cầu") == {"b"}


def test_many_threads_write_and_read(corpus: Corpus) -> None:
    problems: list[BaseException] = []

    def write(writer: int) -> None:
        try:
            for n in range(5):
                add(corpus, Draft(id=f"w{writer}-{n}", text=f"cầu của {writer} số {n}"))
        except BaseException as error:
            problems.append(error)

    def read() -> None:
        try:
            for _ in range(20):
                found(corpus, "cầu")
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)] + [threading.Thread(target=read)] * 1
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert found(corpus, "cầu") == {f"w{writer}-{n}" for writer in range(4) for n in range(5)}


def test_a_reader_sees_an_article_wholly_or_not_at_all(corpus: Corpus) -> None:
    """Every passage that is read belongs to one version of its article, while that is replaced again and again."""
    stop = threading.Event()
    mixed: list[str] = []

    def version(n: int) -> Draft:
        return Draft(id="a", text="\n\n".join(f"Bản {n} đoạn {part} {'kể chuyện ' * 50}." for part in range(4)))

    def read() -> None:
        while not stop.is_set():
            numbers = corpus.view().matching(analyse("đoạn kể chuyện"), 100).numbers.tolist()
            passages = corpus.storage.passages(numbers).values()
            seen = {passage.text.split(" đoạn")[0] for passage in passages}
            if len(seen) > 1:
                mixed.append(str(seen))

    add(corpus, version(0))
    reader = threading.Thread(target=read)
    reader.start()
    for n in range(1, 15):
        add(corpus, version(n))
    stop.set()
    reader.join()
    assert mixed == []


def test_the_tail_is_merged_in_the_background(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense_module, "MERGE_TAIL_PASSAGES", 10)
    add(corpus, *(Draft(id=f"a{n}", text=f"cầu số {n}") for n in range(25)))
    for thread in threading.enumerate():
        if thread.name == "hoidap-merge":
            thread.join()
    assert corpus.info().index.base_vectors == 25
    assert corpus.info().index.tail_vectors == 0
    add(corpus, Draft(id="z", text="cầu cuối"))
    assert len(found(corpus, "cầu")) == 26


def test_a_failed_write_changes_nothing(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    add(corpus, Draft(id="a", text="cầu một"))

    def full(*_arguments: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("index.storage.sqlite.database.Database.run_many", full)
        with pytest.raises(CorpusError, match="disk is full"):
            add(corpus, Draft(id="b", text="cầu hai"), Draft(id="a", text="khác"))
    assert found(corpus, "cầu") == {"a"}
    assert corpus.article("a").text == "cầu một"
    assert statuses(add(corpus, Draft(id="b", text="cầu hai"))) == ["created"]


def test_a_file_that_is_no_database_is_named(tmp_path: Path, encoder: WordEncoder) -> None:
    (tmp_path / "corpus.db").write_bytes(b"nothing like a database, but long enough" * 100)
    with pytest.raises(CorpusError, match=r"corpus\.db cannot be opened"):
        Corpus.open(tmp_path, encoder)


def test_a_folder_that_is_a_file_is_named(tmp_path: Path, encoder: WordEncoder) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(CorpusError, match="cannot be created"):
        Corpus.open(tmp_path / "file", encoder)


def test_what_came_in_is_kept(corpus: Corpus) -> None:
    page = "Chính trị\n\nHội nghị bàn việc làm đường\n\nTTXVN - Sáng nay hội nghị đã họp.\n\nTin liên quan\n\nTin khác"
    (outcome,) = add(corpus, Draft(path="p.txt", text=page, scraped=True))
    assert outcome.id == "p.txt"
    assert corpus.article("p.txt").text == "Sáng nay hội nghị đã họp."
    assert corpus.original("p.txt") == page
    assert [line.text for line in outcome.removed if line.reason == "section"] == ["Chính trị"]


def test_listing_pages_through_everything(corpus: Corpus) -> None:
    add(corpus, *(Draft(id=f"a{n:02}", text=f"bài {n}", language="en" if n % 2 else "vi") for n in range(7)))
    first = corpus.storage.page(3)
    second = corpus.storage.page(10, first[-1].id)
    assert [header.id for header in (*first, *second)] == [f"a{n:02}" for n in range(7)]
    assert [header.id for header in corpus.storage.page(10, None, Filters(language=("en",)))] == ["a01", "a03", "a05"]
    assert corpus.storage.count_articles(Filters(language=("en",))) == 3


WORDS = st.sampled_from(["cầu", "sông", "núi", "biển", "đường", "trường", "chợ", "đình"])


class CorpusMachine(RuleBasedStateMachine):
    """Any history of adding, replacing, removing, merging, reopening and changing the model, against a dictionary."""

    @initialize()
    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=self.base))
        self.models = {"one": WordEncoder(name="one"), "two": WordEncoder(name="two"), "wide": WordEncoder(40, "wide")}
        self.encoder = self.models["one"]
        self.corpus = self.open()
        self.expected: dict[str, str] = {}

    base = ""

    def open(self) -> Corpus:
        return Corpus.open(self.folder, self.encoder, self.models.__getitem__)

    @rule(key=st.integers(0, 6), words=st.lists(WORDS, min_size=1, max_size=4))
    def put(self, key: int, words: list[str]) -> None:
        text = " ".join(words)
        (outcome,) = self.corpus.add([Draft(id=f"k{key}", text=text)])
        before = self.expected.get(f"k{key}")
        assert outcome.status == ("created" if before is None else "unchanged" if before == text else "replaced")
        self.expected[f"k{key}"] = text

    @rule(key=st.integers(0, 6))
    def remove(self, key: int) -> None:
        assert self.corpus.remove([f"k{key}"]) == ([f"k{key}"] if f"k{key}" in self.expected else [])
        self.expected.pop(f"k{key}", None)

    @precondition(lambda self: self.expected)
    @rule()
    def merge(self) -> None:
        self.corpus.merge()

    @rule()
    def reopen(self) -> None:
        self.corpus.close()
        self.corpus = self.open()

    @rule(name=st.sampled_from(["one", "two", "wide"]), batches=st.integers(0, 3))
    def reindex(self, name: str, batches: int) -> None:
        with reindexing(self.folder, self.models[name]) as work:
            run = work.run()
            stopped = any(done == batches for done, _state in enumerate(run, 1))
            run.close()  # type: ignore[attr-defined]
        assert work.is_current is not stopped
        if work.is_current:
            self.encoder = self.models[name]

    @invariant()
    def finds_exactly_what_is_there(self) -> None:
        if not hasattr(self, "corpus"):
            return
        for word in ("cầu", "biển"):
            holding = {key for key, text in self.expected.items() if word in text.split()}
            numbers = self.corpus.view().matching(analyse(word), 100).numbers.tolist()
            owners = Counter(self.corpus.storage.owners(numbers).values())
            assert set(owners) == holding
        view = self.corpus.view()
        query = self.encoder.encode_queries(["sông núi"])[0]
        ids = [self.corpus.storage.owners([n])[n] for n in view.nearest(query, 100).numbers.tolist()]
        assert sorted(ids) == sorted(self.expected)
        scores = {key: float(self.encoder.encode_passages([text])[0] @ query) for key, text in self.expected.items()}
        assert [scores[key] for key in ids] == pytest.approx(sorted(scores.values(), reverse=True), abs=1e-5)

    def teardown(self) -> None:
        if hasattr(self, "corpus"):
            self.corpus.close()


@pytest.fixture
def _machine_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(reindexing_module, "_BATCH_PASSAGES", 2)
    monkeypatch.setattr(reindexing_module, "_LAST_PASSAGES", 1)
    CorpusMachine.base = str(tmp_path)
    yield
    CorpusMachine.base = ""


@pytest.mark.usefixtures("_machine_folder")
def test_any_history_matches_a_dictionary() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(CorpusMachine, settings=settings(max_examples=15, stateful_step_count=15, deadline=None))


def test_vectors_are_stored_as_encoded(corpus: Corpus, encoder: WordEncoder) -> None:
    add(corpus, Draft(id="a", text=TEXT, title="Cầu"))
    (number,) = corpus.storage.passages_of(["a"])["a"]
    (expected,) = encoder.encode_passages([f"Cầu\n{TEXT}"])
    assert np.array_equal(corpus.storage.vectors([number])[number], rounded(expected))


def test_an_older_store_under_newer_vectors_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense_module, "MERGE_TAIL_PASSAGES", 2)
    encoder = WordEncoder()
    with Corpus.open(tmp_path, encoder) as corpus:
        add(corpus, Draft(id="a", text="cầu một"))
        corpus.storage.backup(tmp_path / "older.db")
        add(corpus, *(Draft(id=f"b{n}", text=f"cầu số {n}") for n in range(4)))
        corpus.remove(["a"])
    assert (tmp_path / "dense" / "current.json").exists()
    for leftover in tmp_path.glob("corpus.db*"):
        leftover.unlink()
    (tmp_path / "older.db").rename(tmp_path / "corpus.db")
    with Corpus.open(tmp_path, encoder) as corpus:
        assert found(corpus, "cầu") == {"a"}
        assert list(corpus.verify()) == []


def test_unchanged_is_said_only_of_what_can_be_found(tmp_path: Path, encoder: WordEncoder) -> None:
    with Corpus.open(tmp_path, encoder) as corpus:
        with pytest.MonkeyPatch.context() as patch:
            full = Mock(side_effect=CorpusError("x", "disk full"))
            patch.setattr("index.search.text.index.TextIndex.apply", full)
            with pytest.raises(CorpusError, match="disk full"):
                add(corpus, Draft(id="a", text="cầu một"))
        assert len(corpus.view().matching(analyse("cầu"), 10)) == 0
        assert statuses(add(corpus, Draft(id="a", text="cầu một"))) == ["unchanged"]
        assert len(corpus.view().matching(analyse("cầu"), 10)) == 1
