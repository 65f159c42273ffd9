"""Searching the text index as it was at one moment.

A search over many postings has two phases: the passages that match the rarer terms best, by the posting lists of these
alone, and then the BM25 of those by all terms, from the codes of their words. A term that most passages hold says
little, and costs the most.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import tantivy
from numpy.typing import NDArray

from index.filters import Filters
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
from index.search.text.codes import CodeFiles
from index.search.text.fields import ACCENTED, FOLDED, KIND, NUMBER, PAIRS, PASSAGE_KIND, TITLE, fields
from index.search.text.filtering import filtered, restricted
from index.search.text.phases import Phases
from index.search.text.scoring import CodedQuery, Weights
from index.text.analysis import Terms

_REMEMBERED = 64
"""Plans that a view remembers: a limit on memory."""
_MOST_NEAR = 512
"""Passages with a misspelt name whose scores a plan keeps. A limit: of 23 such names, none had more than 43."""
_MOST_CODED = 256
"""Terms of one field from which a query is not scored by codes: a limit on memory, no question has as many."""
_MOST_IN_A_UNION = 512
"""Numbers that are looked for by a union of terms. Measured on 210,160 passages: 300 take a quarter of a set's time."""
_MOST_FREQUENCIES = 16_384
"""Terms whose document frequencies a view remembers: a limit on memory, 3 MB."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a view looks for some terms.

    Attributes:
        statistics: what it knows of them.
        found: the terms that occur, with their fields.
        rare: for the rarer ones, as the first phase; None where there is one phase.
        coded: scores passages by their codes; None where that cannot be done.
        near: for the terms that may be misspelt, which have no codes; None where nothing matches them.
        near_found: all that match them; None where they are too many.
    """

    statistics: TermStatistics
    found: tuple[tuple[str, str], ...]
    rare: tantivy.Query | None
    coded: CodedQuery | None
    near: tantivy.Query | None
    near_found: Ranking | None

    @property
    def finds_any(self) -> bool:
        """Whether any passage matches."""
        return bool(self.found) or self.near is not None


@dataclass(frozen=True, slots=True)
class TextView:
    """The text index of one moment.

    Attributes:
        searcher: the state of the posting lists.
        schema: of the index.
        revision: of the storage, which it shows.
        codes: the words of every passage; None where their files are missing.
        phases: when a search has two phases.
        plans: how to look for the terms that were asked for last; a question asks several times for the same ones.
        averages: the number of documents and their average length in a field, as BM25 has them.
        frequencies: document frequencies that were asked for, by field and term; common terms come again and again.
    """

    searcher: tantivy.Searcher
    schema: tantivy.Schema
    revision: int
    codes: CodeFiles | None
    phases: Phases
    plans: dict[Terms, _Plan] = field(default_factory=dict)
    averages: dict[str, tuple[int, float]] = field(default_factory=dict)
    frequencies: dict[tuple[str, str], int] = field(default_factory=dict)

    def search(self, terms: Terms, limit: int, filters: Filters) -> Ranking:
        """Return the passages that match `terms` best by BM25 summed over syllables, folded syllables and pairs."""
        plan = self._plan(terms)
        if not plan.finds_any or limit <= 0:
            return _NOTHING
        wanted = limit * self.phases.candidates
        if plan.rare is not None and wanted <= self.phases.most:
            numbers = self._run(filtered(plan.rare, self.schema, filters), wanted).numbers
            scores = self._coded_scores(plan, numbers) if len(numbers) == wanted else None
            if scores is not None:
                order = np.lexsort((numbers, -scores))[:limit]
                return Ranking(numbers[order], scores[order])
        return self._run(filtered(self._every(plan), self.schema, filters), limit)

    def count(self, terms: Terms, filters: Filters) -> int:
        """Return how many passages match any of `terms`."""
        plan = self._plan(terms)
        if not plan.finds_any:
            return 0
        query = filtered(self._every(plan), self.schema, filters)
        return int(self.searcher.search(query, 1, count=True).count or 0)  # type: ignore[attr-defined]

    def count_all(self) -> int:
        """Return how many passages the index holds."""
        query = tantivy.Query.term_query(self.schema, KIND, PASSAGE_KIND)
        return int(self.searcher.search(query, 1, count=True).count or 0)  # type: ignore[attr-defined]

    def passages(self, filters: Filters) -> NDArray[np.int64]:
        """Return the numbers of the passages that pass the filters, ascending."""
        query = filtered(tantivy.Query.term_query(self.schema, KIND, PASSAGE_KIND), self.schema, filters)
        numbers = self._run(query, max(self.searcher.num_docs, 1)).numbers
        numbers.sort()
        return numbers

    def score(self, terms: Terms, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the BM25 scores of different passages, 0 for those that match nothing or are gone, shape (n,)."""
        plan = self._plan(terms)
        if not plan.finds_any or not len(numbers):
            return np.zeros(len(numbers), dtype=np.float32)
        coded = self._coded_scores(plan, numbers)
        return self._posting_scores(self._every(plan), numbers) if coded is None else coded

    def _posting_scores(self, query: tantivy.Query, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the scores of passages by posting lists, 0 for those that do not match or are gone."""
        scores = np.zeros(len(numbers), dtype=np.float32)
        found = self._run(restricted(query, [self._numbered(numbers)]), len(numbers))
        order = np.argsort(numbers)
        scores[order[np.searchsorted(numbers, found.numbers, sorter=order)]] = found.scores
        return scores

    def _coded_scores(self, plan: _Plan, numbers: NDArray[np.int64]) -> NDArray[np.float32] | None:
        """Return the scores of passages by their codes; None where that cannot be done."""
        passages = None if plan.coded is None or self.codes is None else self.codes.of(numbers)
        if plan.coded is None or passages is None:
            return None
        is_here = (passages.removed == 0) | (passages.removed > self.revision)
        scores: NDArray[np.float32] = (plan.coded.scores(passages) * is_here).astype(np.float32)
        if plan.near_found is not None:
            order = np.argsort(plan.near_found.numbers)
            place = np.searchsorted(plan.near_found.numbers, numbers, sorter=order)
            place = order.take(place, mode="clip")
            scores += np.where(plan.near_found.numbers[place] == numbers, plan.near_found.scores[place], 0)
        elif plan.near is not None:
            scores += self._posting_scores(plan.near, numbers)
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
        frequency = self._frequency
        frequencies = {name: {term: frequency(name, term) for term in values} for name, values in fields(terms)}
        passages = max(self.searcher.num_docs - DOCUMENTS_BESIDE_PASSAGES, 0)
        found = {
            (name, term): count
            for name, values in fields(terms)
            for term in values[:FIRST_TERMS]
            if (count := frequencies[name][term])
        }
        titles = {term: frequency(TITLE, term) for _name, values in fields(terms)[1:] for term in values[:FIRST_TERMS]}
        found |= {(TITLE, term): count for term, count in titles.items() if count}
        slips = misspelt_terms(terms, lambda term: self._occurs(term, frequencies[FOLDED][term]))
        near = [self._misspelt(term) for term in slips]
        near_found = self._run(_any(near), _MOST_NEAR) if near else None
        if near_found is not None and not len(near_found):
            near, near_found = [], None
        coded = self._coded(terms, found) if found else None
        rare = None
        if coded is not None and sum(found.values()) >= self.phases.postings:
            plain = dict(zip(terms.accented, terms.folded, strict=True))
            rarer = self.phases.rarer(found, self.searcher.num_docs, plain)
            rare = _any([*(self._one(name, term, factor) for name, term, factor in rarer), *near])
        return _Plan(
            TermStatistics(passages, *(frequencies[name] for name, _values in fields(terms))),
            tuple(found),
            rare,
            coded,
            _any(near) if near else None,
            None if near_found is None or len(near_found) == _MOST_NEAR else near_found,
        )

    def _frequency(self, name: str, term: str) -> int:
        """Return how many documents hold a term in a field, those of removed passages too."""
        frequency = self.frequencies.get((name, term))
        if frequency is None:
            if len(self.frequencies) >= _MOST_FREQUENCIES:
                self.frequencies.clear()
            frequency = self.frequencies[name, term] = int(self.searcher.doc_freq(name, term))
        return frequency

    def _coded(self, terms: Terms, found: Mapping[tuple[str, str], int]) -> CodedQuery | None:
        """Return what scores passages by codes as tantivy does; None where a field's figures cannot be known."""
        if self.codes is None or max(len(terms.folded), len(terms.pairs)) > _MOST_CODED:
            return None
        averages: dict[str, tuple[int, float]] = {}
        for name, term in found:
            if name not in averages:
                known = self._average(name, term)
                if known is None:
                    return None
                averages[name] = known

        weights = {key: inverse_document_frequency(count, averages[key[0]][0]) for key, count in found.items()}
        weight = weights.get

        def both(name: str, values: tuple[str, ...]) -> dict[str, tuple[float, float]]:
            return {one: (weight((name, one), 0.0), TITLE_WEIGHT * weight((TITLE, one), 0.0)) for one in values}

        accented = zip(terms.accented, terms.folded, strict=True)
        lengths = {name: averages.get(name, (0, 0.0))[1] for name in (ACCENTED, FOLDED, PAIRS, TITLE)}
        return CodedQuery(
            Weights(
                {both_terms: weight((ACCENTED, both_terms[0]), 0.0) for both_terms in accented},
                both(FOLDED, terms.folded),
                both(PAIRS, terms.pairs),
                (lengths[ACCENTED], lengths[FOLDED], lengths[PAIRS], lengths[TITLE]),
            )
        )

    def _average(self, name: str, term: str) -> tuple[int, float] | None:
        """Return the number of documents, and the average length of a field that holds a term, as tantivy has them.

        Only an explanation of a score tells them; None where no passage is left that holds the term.
        """
        if name not in self.averages:
            query = tantivy.Query.term_query(self.schema, name, term, "freq")
            hits = self.searcher.search(query, 1, count=False).hits
            if not hits:
                return None
            told = _told(json.loads(query.explain(self.searcher, hits[0][1]).to_json()))
            self.averages[name] = int(told["N"]), told["avgdl"]
        return self.averages[name]

    def _every(self, plan: _Plan) -> tantivy.Query:
        """Return the query for all terms of a plan that occur."""
        near = [] if plan.near is None else [plan.near]
        return _any([*(self._one(*key) for key in plan.found), *near])

    def _one(self, name: str, term: str, factor: float = 1.0) -> tantivy.Query:
        query = tantivy.Query.term_query(self.schema, name, term, "freq")
        weight = TITLE_WEIGHT * factor if name == TITLE else factor
        return query if weight == 1.0 else tantivy.Query.boost_query(query, weight)

    def _occurs(self, term: str, frequency: int) -> bool:
        """Whether any passage holds a folded term of this document frequency, which counts removed ones too."""
        passages = self.searcher.num_docs - DOCUMENTS_BESIDE_PASSAGES
        removed = self.searcher.doc_freq(KIND, PASSAGE_KIND) - passages
        if frequency == 0 or frequency > removed:
            return frequency > 0
        query = tantivy.Query.term_query(self.schema, FOLDED, term)
        return bool(self.searcher.search(query, 1, count=False).hits)

    def _numbered(self, numbers: NDArray[np.int64]) -> tantivy.Query:
        """Return a query for passages by their numbers; a union is quicker to make than a set, but for many."""
        if len(numbers) > _MOST_IN_A_UNION:
            return tantivy.Query.term_set_query(self.schema, NUMBER, numbers.tolist())
        one = tantivy.Query.term_query
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, one(self.schema, NUMBER, number, "basic")) for number in numbers.tolist()]
        )

    def _misspelt(self, term: str) -> tantivy.Query:
        """Return a query for terms one letter away; tantivy gives all of them the same score."""
        near = tantivy.Query.fuzzy_term_query(self.schema, FOLDED, term, distance=1, transposition_cost_one=True)
        rarest = inverse_document_frequency(1, max(self.searcher.num_docs - 1, 1))
        return tantivy.Query.boost_query(near, MISSPELT_WEIGHT * rarest)

    def _run(self, query: tantivy.Query, limit: int) -> Ranking:
        hits = self.searcher.search(query, limit, count=False).hits
        if not hits:
            return _NOTHING
        numbers = self.searcher.fast_field_values(NUMBER, [address for _score, address in hits])
        return Ranking(np.array(numbers, dtype=np.int64), np.array([score for score, _ in hits], dtype=np.float32))


_NOTHING = Ranking(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32))


def _any(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    """Return the query for documents that match any, scored by the sum."""
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _told(explanation: Mapping[str, Any]) -> dict[str, float]:
    """Return the figures of an explanation by their names; each is described as "name, what it is"."""
    told = {str(explanation["description"]).partition(",")[0]: float(explanation["value"])}
    for part in explanation.get("details") or ():
        told |= _told(part)
    return told
