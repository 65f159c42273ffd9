"""The passages to cite for a question: ranked, read, ordered, reprints folded, neighbours merged."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.corpus import Corpus
from index.errors import NoSuchArticle
from index.filters import NO_FILTERS, Filters
from index.models.encoder import BUILTIN_MODEL
from index.search.protocol import Mode, SearchView
from qa.answering.composition import PASSAGES
from qa.answering.confidence import signals
from qa.evidence.quoting import EvidenceReader, ReadCandidate, ReadCandidates
from qa.retrieval.folding import Candidate, fold_reprints
from qa.retrieval.merging import Found, merge_touching
from qa.retrieval.ranking import Asked, Scored, at_most_per_article, question_to_read, rank
from qa.retrieval.recency import favour_recent
from qa.retrieval.reranking import Reranker

_DEPTH = 100
"""Each side offers at least as many candidates; deeper gains nothing on the dev sets."""
_OVERFETCH = 4
"""Candidates per passage asked for, since `max_per_article` drops some."""
READ = 20
"""So many of the first candidates are read before they are ordered; deeper gains little and costs time."""
NEAREST = 10
"""So many of the nearest by vector are read in any case."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What passages are wanted.

    Attributes:
        mode: which sides of the search are asked.
        limit: how many passages.
        max_per_article: how many of one article at most.
        filters: which articles may be returned.
        half_life_days: how soon articles grow old, see `favour_recent`; None when age does not count.
        without: ids of articles to act as if they did not exist.
    """

    mode: Mode
    limit: int
    max_per_article: int
    filters: Filters = NO_FILTERS
    half_life_days: float | None = None
    without: Collection[str] = ()


class PassageFinder:
    """Finds passages in one corpus. Safe to share between threads."""

    def __init__(self, corpus: Corpus, reranker: Reranker | None) -> None:
        """Find in `corpus`; a reranker orders what is found in hybrid mode."""
        self.corpus = corpus
        self.reranker = reranker

    @cached_property
    def _evidence(self) -> EvidenceReader:
        return EvidenceReader.open()

    @cached_property
    def evidence_digest(self) -> str:
        """Tells the network that reads candidates from others."""
        return self._evidence.network.digest

    @property
    def orders_by_evidence(self) -> bool:
        """Whether reading may reorder: it was trained on candidates that the built-in model ranks."""
        return self.reranker is None and self.corpus.encoder.record.name == BUILTIN_MODEL

    def find(self, asked: Asked, snapshot: SearchView, wish: Wish) -> tuple[list[Found], NDArray[np.float32]]:
        """Return the passages to cite, best first, and the signals of their candidates."""
        mode, limit, max_per_article = wish.mode, wish.limit, wish.max_per_article
        ranked = rank(asked, snapshot, mode, max(_DEPTH, _OVERFETCH * limit), wish.filters)
        owners = self.corpus.storage.owners([scored.number for scored in ranked])
        ranked = [scored for scored in ranked if owners.get(scored.number) not in (None, *wish.without)]
        first = first_candidates(ranked)
        capped = at_most_per_article(ranked, owners, max_per_article)
        numbers = {scored.number for scored in first}
        pool = [*first, *(scored for scored in capped[:limit] if scored.number not in numbers)]
        rest = [scored for scored in capped[limit:] if scored.number not in numbers]
        more = READ
        reranked: dict[int, float] = {}
        while True:
            passages, read = self._read(asked, pool, snapshot)
            apart = self._folded(self._ordered(asked, passages, wish, reranked))
            chosen = merge_touching(apart, limit, max_per_article)
            if len(chosen) == limit or not rest:
                answering = {one.scored.number for one in chosen[:PASSAGES]}
                judged = numbers.intersection(one.scored.number for one in apart) | answering
                return chosen, _signals(passages, read, judged, answering)
            # Reprints were folded and neighbours merged: what is missing is looked for further down.
            pool, rest, more = [*pool, *rest[:more]], rest[more:], 2 * more

    def _ordered(self, asked: Asked, read: Sequence[Found], wish: Wish, reranked: dict[int, float]) -> list[Found]:
        """Return the passages that were read, best first; `reranked` are logits of those a reranker knows already."""
        found = list(read)
        if wish.mode == "hybrid" and self.reranker is not None:
            found = self.reranker.order(asked.text, found, reranked)
        elif wish.mode == "hybrid" and self.orders_by_evidence:
            # The same passage in several articles is as strong everywhere: then the one that was stored first leads.
            best: dict[str, ReadCandidate] = {}
            for one in sorted(found, key=lambda one: -one.read.strength):
                best.setdefault(one.passage.text, one.read)
            found.sort(key=lambda one: (-best[one.passage.text].strength, one.scored.number))
            found = [one.scored_as(best[one.passage.text].share) for one in found]
        else:
            found.sort(key=lambda one: -one.scored.score)
        return found if wish.half_life_days is None else favour_recent(found, wish.half_life_days, time.time())

    def read(self, asked: Asked, chosen: Sequence[Scored], snapshot: SearchView) -> list[Found]:
        """Return candidates read, in their order; those that another process removed meanwhile are missing."""
        return self._read(asked, chosen, snapshot)[0]

    def _read(self, asked: Asked, chosen: Sequence[Scored], snapshot: SearchView) -> tuple[list[Found], ReadCandidates]:
        stored = self.corpus.storage.passages([scored.number for scored in chosen])
        kept = [scored for scored in chosen if scored.number in stored]
        passages = [stored[scored.number] for scored in kept]
        read = self._evidence.read(
            question_to_read(asked, snapshot, self._evidence.reader),
            passages,
            [one.fused for one in kept],
            [one.explained for one in kept],
        )
        return list(map(Found, kept, passages, read.candidates)), read

    def _folded(self, found: Sequence[Found]) -> list[Found]:
        """Return the passages without reprints of others, which are named beside those they reprint."""
        articles = {one.passage.article.id: one.passage.article for one in found}
        candidates = [Candidate(one.scored.number, one.passage.article.id, one.passage.text) for one in found]
        folded = fold_reprints(candidates, self._text_of)
        by_number = {one.scored.number: one for one in found}
        return [
            replace(by_number[kept.number], also_in=tuple(articles[other] for other in kept.also_in)) for kept in folded
        ]

    def _text_of(self, article_id: str) -> str:
        try:
            return self.corpus.article(article_id).text
        except NoSuchArticle:  # removed meanwhile
            return ""


def first_candidates(ranked: Sequence[Scored]) -> list[Scored]:
    """Return what is read of a ranking, in its order: the first by score, and the nearest by vector.

    Where articles are in several languages, passages in the question's own language crowd the ranking by their words;
    the one that answers in another language is near by its vector only.
    """
    near = [scored for scored in ranked if scored.dense.rank is not None]
    nearest = sorted(near, key=lambda scored: scored.dense.rank or 0)[:NEAREST]
    numbers = {scored.number for scored in (*ranked[:READ], *nearest)}
    return [scored for scored in ranked if scored.number in numbers]


def _signals(
    found: Sequence[Found], read: ReadCandidates, judged: Collection[int], answering: Collection[int]
) -> NDArray[np.float32]:
    """Return what a calibration reads, of the passages with the numbers `judged` alone.

    Those are the same however many are shown, and no reprint of another: what stands in two papers is not less likely
    for it. `answering` are those that the answer is cut from.
    """
    ids = [one.passage.article.id for one in found]
    numbers = np.array([one.scored.number for one in found], dtype=np.int64)[read.measured.candidates]
    rows = np.isin(numbers, list(judged))
    return signals(
        read.measured.features[rows],
        read.measured.candidates[rows],
        [ids.index(one) for one in ids],
        read.logits[rows],
        np.isin(numbers[rows], list(answering)),
    )
