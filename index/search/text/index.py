"""Terms to passages by BM25, on disk.

The index is a cache of the storage. It carries the revision it is at in a marker document, written in the same commit
as the passages, so after a crash it knows what it misses. The codes of their words are on disk before that commit.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import NDArray

from index.errors import CorpusError
from index.reading.searched import NOTHING_ANALYSED, Analysed, analysed_text, searched_text
from index.search.text.code_writer import CodeWriter
from index.search.text.codes import CodeFiles, forget, generations
from index.search.text.fields import (
    ACCENTED,
    ARTICLE,
    FOLDED,
    GENERATION,
    INSTANT,
    KIND,
    LANGUAGE,
    LAYOUT_VERSION,
    MARKER_KIND,
    METADATA,
    NUMBER,
    PAIRS,
    PASSAGE_KIND,
    REVISION,
    SOURCE,
    TITLE,
    WALL,
    instants_of,
    texts_of,
    title_terms,
)
from index.search.text.phases import PHASES, Phases
from index.search.text.view import TextView
from index.storage.protocol import PassageText
from index.text.analysis import ANALYSIS_VERSION

_VERSION = f"{LAYOUT_VERSION}.{ANALYSIS_VERSION}"
_WRITER_BYTES = 64_000_000
"""Memory that tantivy may fill before it writes a segment: a limit, well above the 15 MB that it asks for."""
_WRITER_THREADS = 1
"""A judgement: one thread writes one segment a commit, so that searching stays quick."""


class TextIndex:
    """Owns the files of the text index. Writing needs a lock of the caller's; reading needs nothing."""

    def __init__(self, folder: Path, *, may_write: bool = True, phases: Phases = PHASES) -> None:
        """Open the index in `folder`.

        Args:
            folder: of the index; its files lie in a folder below that is named by their version.
            may_write: whether to make an index where there is none, empty one that is damaged, and delete those of
                other versions; needs the caller's lock.
            phases: when a search has two phases.

        Raises:
            ValueError: there is none or it is damaged, and `may_write` is not set.
        """
        self._folder = folder / _VERSION
        self._schema = _schema()
        self._phases = phases
        if may_write:
            self._files = self._open_or_make()
        elif self._folder.is_dir() and tantivy.Index.exists(str(self._folder)):
            self._files = self._open()
        else:
            raise ValueError(f"{folder} holds no index of this version")

    def _open(self) -> tantivy.Index:
        files = tantivy.Index(self._schema, path=str(self._folder))
        view = self._view_of(files)
        if view.revision and view.codes is None:
            raise ValueError(f"{self._folder} lacks the codes of its passages")
        return files

    def _open_or_make(self) -> tantivy.Index:
        for other in self._folder.parent.glob("*"):
            if other.name != _VERSION:
                shutil.rmtree(other, ignore_errors=True)
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            return self._open()
        except ValueError:
            # What read it a moment ago may still hold a lock file in it.
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(exist_ok=True)
            return tantivy.Index(self._schema, path=str(self._folder))

    def refresh(self) -> TextView:
        """Return the state of the last commit of any process."""
        self._files.reload()
        return self._view_of(self._files)

    def _view_of(self, files: tantivy.Index) -> TextView:
        searcher = files.searcher()
        hits = searcher.search(tantivy.Query.term_query(self._schema, KIND, MARKER_KIND), 1).hits
        revision, generation = (
            int(searcher.fast_field_values(field, [hits[0][1]])[0] or 0) if hits else 0
            for field in (REVISION, GENERATION)
        )
        codes = None
        if generation:
            with suppress(OSError, ValueError):  # another process has gone on to the next one, or they were lost
                codes = CodeFiles(self._folder, generation)
        return TextView(searcher, self._schema, revision, codes, self._phases)

    def apply(
        self,
        added: Iterable[PassageText],
        removed: NDArray[np.int64],
        revision: int,
        *,
        anew: bool = False,
        analysed: Mapping[str, Analysed] = NOTHING_ANALYSED,
    ) -> None:
        """Follow the storage to `revision` in one commit; `anew` forgets everything before.

        What `analysed` holds by its `searched_text` is not analysed again.
        """
        present = self.refresh().codes
        with self._writing() as writer:
            codes = self._appending(None if anew else present)
            try:
                if anew:
                    writer.delete_all_documents()
                # By query, since deleting by term takes the number for a signed one, which no passage has.
                if len(removed):
                    gone = tantivy.Query.term_set_query(self._schema, NUMBER, removed.tolist())
                    writer.delete_documents_by_query(gone)
                    codes.remove(removed, revision)
                writer.delete_documents_by_query(tantivy.Query.term_query(self._schema, KIND, MARKER_KIND))
                for passage in added:
                    searched, title = searched_text(passage.text, passage.header), title_terms(passage.title)
                    own = analysed.get(searched) or analysed_text(searched)
                    writer.add_document(_document(passage, own, title))
                    codes.add(passage.number, own.codes, passage.title, (own.folded, own.pairs, title))
            finally:
                codes.close()
            marker = tantivy.Document()
            marker.add_text(KIND, MARKER_KIND)
            marker.add_unsigned(REVISION, revision)
            marker.add_unsigned(GENERATION, codes.generation)
            writer.add_document(marker)
        for other in generations(self._folder):
            if other != codes.generation:
                forget(self._folder, other)

    def _appending(self, present: CodeFiles | None) -> CodeWriter:
        """Return what appends to the present generation of codes, or to a new one where that is better."""
        if present is not None and not present.has_many_dead():
            return CodeWriter(self._folder, present.generation)
        writer = CodeWriter(self._folder, max(generations(self._folder), default=0) + 1)
        if present is not None:
            writer.copy(present)
        return writer

    @contextmanager
    def _writing(self) -> Iterator[tantivy.IndexWriter]:
        """Write one commit, or nothing after an error."""
        try:
            writer = self._files.writer(_WRITER_BYTES, _WRITER_THREADS)
            try:
                yield writer
                writer.commit()
            finally:
                writer.wait_merging_threads()  # lets go of tantivy's own lock
        except (ValueError, OSError) as error:  # a full disk; tantivy raises ValueError for it
            remedy = "what was stored will be indexed at the next write or start"
            reason = f"the text index cannot be written ({error}); {remedy}"
            raise CorpusError(str(self._folder.parents[1]), reason) from error


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field(NUMBER, indexed=True, fast=True)
    for field in (REVISION, GENERATION):
        builder.add_unsigned_field(field, fast=True)
    for field in (KIND, LANGUAGE, SOURCE, ARTICLE, METADATA):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    for field in (INSTANT, WALL):
        builder.add_float_field(field, indexed=True, fast=True)
    for field in (ACCENTED, FOLDED, PAIRS, TITLE):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _document(passage: PassageText, own: Analysed, title: str) -> tantivy.Document:
    document = tantivy.Document()
    document.add_text(KIND, PASSAGE_KIND)
    document.add_unsigned(NUMBER, passage.number)
    for field, text in texts_of(passage, own, title):
        document.add_text(field, text)
    for field, instant in instants_of(passage.article):
        document.add_float(field, instant)
    return document
