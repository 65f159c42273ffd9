"""Terms to passages by BM25, on disk. The only file that imports tantivy.

The index is a cache of the storage. It carries the revision it is at in a marker document, written in the same commit
as the passages, so after a crash it knows what it misses.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import NDArray

from index.errors import CorpusError
from index.filters import DateBound, Filters
from index.records import Ranking
from index.search.bm25 import (
    DOCUMENTS_BESIDE_PASSAGES,
    FIRST_TERMS,
    MISSPELT_WEIGHT,
    TITLE_WEIGHT,
    inverse_document_frequency,
    misspelt_terms,
)
from index.search.protocol import TermStatistics
from index.search.text.fields import (
    ACCENTED,
    ARTICLE,
    FOLDED,
    INSTANT,
    LANGUAGE,
    LAYOUT_VERSION,
    METADATA,
    PAIRS,
    SOURCE,
    TITLE,
    WALL,
    fields,
    instants_of,
    metadata_term,
    texts_of,
)
from index.storage.protocol import PassageText
from index.text.analysis import ANALYSIS_VERSION, NOTHING_ANALYSED, JoinedTerms, Terms

_VERSION = f"{LAYOUT_VERSION}.{ANALYSIS_VERSION}"
_NUMBER, _REVISION, _KIND = "number", "revision", "kind"
_PASSAGE_KIND, _MARKER_KIND = "passage", "marker"

_REMEMBERED = 64
"""Plans that a view remembers: a limit on memory."""
_MOST_IN_A_UNION = 512
"""Numbers that are looked for by a union of terms. Measured on 210,160 passages: 300 take a quarter of a set's time."""
_WRITER_BYTES = 64_000_000
"""Memory that tantivy may fill before it writes a segment: a limit, well above the 15 MB that it asks for."""
_WRITER_THREADS = 1
"""A judgement: one thread writes one segment a commit, so that searching stays quick."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a view looks for some terms: what it knows of them, and the query; None where no passage holds any."""

    statistics: TermStatistics
    query: tantivy.Query | None


@dataclass(frozen=True, slots=True)
class TextView:
    """The text index of one moment; a question asks several times for the same terms, so plans are remembered."""

    searcher: tantivy.Searcher
    schema: tantivy.Schema
    revision: int
    plans: dict[Terms, _Plan]

    def search(self, terms: Terms, limit: int, filters: Filters) -> Ranking:
        """Return the passages that match `terms` best by BM25 summed over syllables, folded syllables and pairs."""
        query = self._plan(terms).query
        if query is None or limit <= 0:
            return _NOTHING
        return self._run(self._filtered(query, filters), limit)

    def count(self, terms: Terms, filters: Filters) -> int:
        """Return how many passages match any of `terms`."""
        query = self._plan(terms).query
        if query is None:
            return 0
        return int(self.searcher.search(self._filtered(query, filters), 1, count=True).count or 0)  # type: ignore[attr-defined]

    def count_all(self) -> int:
        """Return how many passages the index holds."""
        query = tantivy.Query.term_query(self.schema, _KIND, _PASSAGE_KIND)
        return int(self.searcher.search(query, 1, count=True).count or 0)  # type: ignore[attr-defined]

    def passages(self, filters: Filters) -> NDArray[np.int64]:
        """Return the numbers of the passages that pass the filters, ascending."""
        query = _both(tantivy.Query.term_query(self.schema, _KIND, _PASSAGE_KIND), *self._conditions(filters))
        numbers = self._run(query, max(self.searcher.num_docs, 1)).numbers
        numbers.sort()
        return numbers

    def score(self, terms: Terms, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the BM25 scores of given passages, 0 for those that match nothing, shape (n,)."""
        scores = np.zeros(len(numbers), dtype=np.float32)
        query = self._plan(terms).query
        if query is None or not len(numbers):
            return scores
        found = self._run(_both(query, self._numbered(numbers)), len(numbers))
        order = np.argsort(numbers, kind="stable")
        scores[order[np.searchsorted(numbers, found.numbers, sorter=order)]] = found.scores
        return scores

    def statistics(self, terms: Terms) -> TermStatistics:
        """Return what BM25 knows of `terms`; removed passages count until tantivy merges their segments."""
        return self._plan(terms).statistics

    def _plan(self, terms: Terms) -> _Plan:
        plan = self.plans.get(terms)
        if plan is None:
            if len(self.plans) >= _REMEMBERED:
                self.plans.clear()
            plan = self.plans[terms] = self._planned(terms)
        return plan

    def _planned(self, terms: Terms) -> _Plan:
        """Return the query without terms that occur nowhere, and what it learned of all terms."""
        query, frequency = tantivy.Query, self.searcher.doc_freq
        frequencies = {field: {term: frequency(field, term) for term in values} for field, values in fields(terms)}
        should: list[tuple[tantivy.Occur, tantivy.Query]] = []
        for field, values in fields(terms):
            for term in dict.fromkeys(values[:FIRST_TERMS]):
                if frequencies[field][term]:
                    should.append((tantivy.Occur.Should, query.term_query(self.schema, field, term, "freq")))
                if field != ACCENTED and frequency(TITLE, term):
                    in_title = query.term_query(self.schema, TITLE, term, "freq")
                    should.append((tantivy.Occur.Should, query.boost_query(in_title, TITLE_WEIGHT)))
        slips = misspelt_terms(terms, lambda term: self._occurs(term, frequencies[FOLDED][term]))
        should.extend((tantivy.Occur.Should, self._misspelt(term)) for term in slips)
        passages = max(self.searcher.num_docs - DOCUMENTS_BESIDE_PASSAGES, 0)
        return _Plan(
            TermStatistics(passages, *(frequencies[field] for field, _values in fields(terms))),
            query.boolean_query(should) if should else None,
        )

    def _occurs(self, term: str, frequency: int) -> bool:
        """Whether any passage holds a folded term of this document frequency, which counts removed ones too."""
        passages = self.searcher.num_docs - DOCUMENTS_BESIDE_PASSAGES
        removed = self.searcher.doc_freq(_KIND, _PASSAGE_KIND) - passages
        if frequency == 0 or frequency > removed:
            return frequency > 0
        query = tantivy.Query.term_query(self.schema, FOLDED, term)
        return bool(self.searcher.search(query, 1, count=False).hits)

    def _numbered(self, numbers: NDArray[np.int64]) -> tantivy.Query:
        """Return a query for passages by their numbers; a union is quicker to make than a set, but for many."""
        if len(numbers) > _MOST_IN_A_UNION:
            return tantivy.Query.term_set_query(self.schema, _NUMBER, numbers.tolist())
        one = tantivy.Query.term_query
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, one(self.schema, _NUMBER, number, "basic")) for number in numbers.tolist()]
        )

    def _misspelt(self, term: str) -> tantivy.Query:
        """Return a query for terms one letter away; tantivy gives all of them the same score."""
        near = tantivy.Query.fuzzy_term_query(self.schema, FOLDED, term, distance=1, transposition_cost_one=True)
        rarest = inverse_document_frequency(1, max(self.searcher.num_docs - 1, 1))
        return tantivy.Query.boost_query(near, MISSPELT_WEIGHT * rarest)

    def _filtered(self, query: tantivy.Query, filters: Filters) -> tantivy.Query:
        conditions = self._conditions(filters)
        return _both(query, *conditions) if conditions else query

    def _conditions(self, filters: Filters) -> list[tantivy.Query]:
        query = tantivy.Query
        conditions: list[tantivy.Query] = [
            query.term_set_query(self.schema, field, list(values))
            for field, values in (
                (LANGUAGE, filters.language),
                (SOURCE, filters.source),
                (ARTICLE, filters.article_id),
            )
            if values
        ]
        conditions.extend(
            self._dated(bound, is_lower)
            for bound, is_lower in ((filters.after, True), (filters.before, False))
            if bound
        )
        conditions.extend(
            query.term_query(self.schema, METADATA, metadata_term(key, value))
            for key, value in filters.metadata.items()
        )
        return conditions

    def _dated(self, bound: DateBound, is_lower: bool) -> tantivy.Query:
        return tantivy.Query.range_query(
            self.schema,
            WALL if bound.is_wall else INSTANT,
            tantivy.FieldType.Float,
            lower_bound=bound.seconds if is_lower else None,
            upper_bound=None if is_lower else bound.seconds,
            include_upper=is_lower,
        )

    def _run(self, query: tantivy.Query, limit: int) -> Ranking:
        hits = self.searcher.search(query, limit, count=False).hits
        if not hits:
            return _NOTHING
        numbers = self.searcher.fast_field_values(_NUMBER, [address for _score, address in hits])
        return Ranking(np.array(numbers, dtype=np.int64), np.array([score for score, _ in hits], dtype=np.float32))


_NOTHING = Ranking(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32))


class TextIndex:
    """Owns the files of the text index. Writing needs a lock of the caller's; reading needs nothing."""

    def __init__(self, folder: Path, *, may_write: bool = True) -> None:
        """Open the index in `folder`.

        Args:
            folder: of the index; its files lie in a folder below that is named by their version.
            may_write: whether to make an index where there is none, empty one that is damaged, and delete those of
                other versions; needs the caller's lock.

        Raises:
            ValueError: there is none or it is damaged, and `may_write` is not set.
        """
        self._folder = folder
        self._schema = _schema()
        if may_write:
            self._files = self._open_or_make()
        elif (folder / _VERSION).is_dir() and tantivy.Index.exists(str(folder / _VERSION)):
            self._files = tantivy.Index(self._schema, path=str(folder / _VERSION))
        else:
            raise ValueError(f"{folder} holds no index of this version")

    def _open_or_make(self) -> tantivy.Index:
        folder = self._folder / _VERSION
        for other in self._folder.glob("*"):
            if other.name != _VERSION:
                shutil.rmtree(other, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            return tantivy.Index(self._schema, path=str(folder))
        except ValueError:
            shutil.rmtree(folder)
            folder.mkdir()
            return tantivy.Index(self._schema, path=str(folder))

    def refresh(self) -> TextView:
        """Return the state of the last commit of any process."""
        self._files.reload()
        searcher = self._files.searcher()
        hits = searcher.search(tantivy.Query.term_query(self._schema, _KIND, _MARKER_KIND), 1).hits
        revision = 0
        if hits:
            revision = int(searcher.fast_field_values(_REVISION, [hits[0][1]])[0] or 0)
        return TextView(searcher, self._schema, revision, {})

    def apply(
        self,
        added: Iterable[PassageText],
        removed: NDArray[np.int64],
        revision: int,
        *,
        anew: bool = False,
        analysed: Mapping[str, JoinedTerms] = NOTHING_ANALYSED,
    ) -> None:
        """Follow the storage to `revision` in one commit; `anew` forgets everything before.

        What `analysed` holds by its `searched_text` is not analysed again.
        """
        with self._writing() as writer:
            if anew:
                writer.delete_all_documents()
            # By query, since deleting by term takes the number for a signed one, which no passage has.
            if len(removed):
                writer.delete_documents_by_query(tantivy.Query.term_set_query(self._schema, _NUMBER, removed.tolist()))
            writer.delete_documents_by_query(tantivy.Query.term_query(self._schema, _KIND, _MARKER_KIND))
            for passage in added:
                writer.add_document(_document(passage, analysed))
            marker = tantivy.Document()
            marker.add_text(_KIND, _MARKER_KIND)
            marker.add_unsigned(_REVISION, revision)
            writer.add_document(marker)

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
        except ValueError as error:  # what tantivy raises for a full disk, too
            remedy = "what was stored will be indexed at the next write or start"
            reason = f"the text index cannot be written ({error}); {remedy}"
            raise CorpusError(str(self._folder.parent), reason) from error


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field(_NUMBER, indexed=True, fast=True)
    builder.add_unsigned_field(_REVISION, fast=True)
    for field in (_KIND, LANGUAGE, SOURCE, ARTICLE, METADATA):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    for field in (INSTANT, WALL):
        builder.add_float_field(field, indexed=True, fast=True)
    for field in (ACCENTED, FOLDED, PAIRS, TITLE):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _document(passage: PassageText, analysed: Mapping[str, JoinedTerms]) -> tantivy.Document:
    document = tantivy.Document()
    document.add_text(_KIND, _PASSAGE_KIND)
    document.add_unsigned(_NUMBER, passage.number)
    for field, text in texts_of(passage, analysed):
        document.add_text(field, text)
    for field, instant in instants_of(passage.article):
        document.add_float(field, instant)
    return document


def _both(query: tantivy.Query, *conditions: tantivy.Query) -> tantivy.Query:
    """Return the query scored as before among documents that meet all conditions."""
    must = tantivy.Occur.Must
    silent = [(must, tantivy.Query.const_score_query(condition, 0.0)) for condition in conditions]
    return tantivy.Query.boolean_query([(must, query), *silent])
