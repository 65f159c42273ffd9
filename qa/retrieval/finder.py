"""Finds the passages to cite for a question: ranks, judges, orders, folds reprints, merges neighbours."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.corpus import Corpus
from index.errors import NoSuchArticle
from index.filters import NO_FILTERS, Filters
from index.search.protocol import Mode, SearchView
from qa.answering.composition import PASSAGES, STRONG_ENOUGH, SentencePlace
from qa.answering.confidence import SIGNALS, signals_alone
from qa.evidence.judge import EvidenceJudge, Judgement, PassageEvidence
from qa.retrieval.beside import Beside
from qa.retrieval.folding import PrintedPassage, fold_reprints
from qa.retrieval.hits import Hit
from qa.retrieval.likeness import alike
from qa.retrieval.merging import merge_touching
from qa.retrieval.ranking import Query, Ranked, at_most_per_article, evidence_query, rank, with_learned_names
from qa.retrieval.recency import favour_recent
from qa.retrieval.reranking import Reranker
from qa.stages import stage


@dataclass(frozen=True, slots=True)
class Depths:
    """How many candidates a question looks at.

    Attributes:
        side: least candidates from each side of the search; measured on the development sets, more gain nothing.
        per_passage: candidates from each side for each passage to return, since `max_per_article` drops some; a
            judgement.
        shortlist: best candidates to judge before they are ordered; a limit on time, more gain little.
        nearest: nearest candidates by vector to judge in any case; measured on every fifth question of
            EVB with articles in both languages, where the best candidates alone left out right ones.
    """

    side: int = 100
    per_passage: int = 4
    shortlist: int = 20
    nearest: int = 10


DEPTHS = Depths()


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """Which passages the caller wants.

    Attributes:
        mode: the sides of the search to ask.
        limit: the most passages to return.
        max_per_article: the most passages of one article.
        filters: the articles that may be returned.
        half_life_days: how fast articles grow old, see `favour_recent`; None when age does not count.
        without: ids of articles to ignore, as if they were not stored.
    """

    mode: Mode
    limit: int
    max_per_article: int
    filters: Filters = NO_FILTERS
    half_life_days: float | None = None
    without: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for a question.

    Attributes:
        hits: the passages to cite, best first.
        signals: what a calibration reads, shape (len(SIGNALS),).
        alone: the same for each sentence that may be in the answer, as if it were the whole answer.
        judged: all passages whose sentences were read.
    """

    hits: list[Hit]
    signals: NDArray[np.float32]
    alone: Mapping[SentencePlace, NDArray[np.float32]]
    judged: list[Hit]


class PassageFinder:
    """Finds passages in one corpus. Safe to share between threads."""

    def __init__(self, corpus: Corpus, reranker: Reranker | None) -> None:
        """Search `corpus`; a reranker orders the hits in hybrid mode."""
        self.corpus = corpus
        self.reranker = reranker
        self._beside = Beside()

    @cached_property
    def _judge(self) -> EvidenceJudge:
        return EvidenceJudge.open()

    @cached_property
    def evidence_digest(self) -> str:
        """Digest of the network that judges sentences; another network has another digest."""
        return self._judge.network.digest

    @property
    def orders_by_evidence(self) -> bool:
        """Whether the judge orders passages: unless a reranker does."""
        return self.reranker is None

    def find(self, query: Query, view: SearchView, options: SearchOptions) -> Found:
        """Return the passages to cite and the signals that a calibration reads.

        Where the first passages explain an abbreviation that the question has, in either form, it is asked once more
        in both.
        """
        with self._beside.question():
            found, first = self._find(query, view, options)
            better = with_learned_names(query, (hit.passage.text for hit in first))
            return found if better is query else self._find(better, view, options)[0]

    def _find(self, query: Query, view: SearchView, options: SearchOptions) -> tuple[Found, Sequence[Hit]]:
        """Return what is found for a query as it is, and its shortlist, the same however many are wanted."""
        mode, limit, max_per_article = options.mode, options.limit, options.max_per_article
        ranked = rank(query, view, mode, max(DEPTHS.side, DEPTHS.per_passage * limit), options.filters, self._beside)
        with stage("load"):
            owners = self.corpus.storage.owners(ranked.numbers.tolist())
        articles = [owners.get(number) for number in ranked.numbers.tolist()]
        known = [row for row, article in enumerate(articles) if article not in (None, *options.without)]
        ranked = ranked.at(np.array(known, dtype=np.int64))
        first = shortlist(ranked)
        capped = at_most_per_article([articles[row] or "" for row in known], max_per_article)
        listed = set(first.tolist())
        pool = [*first.tolist(), *(row for row in capped[:limit] if row not in listed)]
        rest = [row for row in capped[limit:] if row not in listed]
        more = DEPTHS.shortlist
        numbers = set(ranked.numbers[first].tolist())
        logits: dict[int, float] = {}
        while True:
            hits, judgement = self._fetch(query, ranked.at(np.array(pool, dtype=np.int64)))
            originals = self._folded(self._ordered(query, hits, options, logits), hits, judgement)
            chosen = merge_touching(originals, limit, max_per_article)
            if len(chosen) == limit or not rest:
                answering = {hit.candidate.number for hit in chosen[:PASSAGES]}
                judged = numbers.intersection(hit.candidate.number for hit in originals) | answering
                return Found(chosen, *_signals(hits, judgement, judged, answering), hits), [
                    hit for hit in hits if hit.candidate.number in numbers
                ]
            # Folding and merging left fewer passages than asked for: judge candidates further down.
            pool, rest, more = [*pool, *rest[:more]], rest[more:], 2 * more

    def fetch(self, query: Query, ranked: Ranked) -> list[Hit]:
        """Return candidates as hits, in their order, without passages that another process has removed."""
        return self._fetch(query, ranked)[0]

    def _fetch(self, query: Query, ranked: Ranked) -> tuple[list[Hit], Judgement]:
        with stage("load"):
            stored = self.corpus.storage.passages(ranked.numbers.tolist())
        kept = [candidate for candidate in ranked.candidates() if candidate.number in stored]
        passages = [stored[candidate.number] for candidate in kept]
        with stage("judge"):
            judgement = self._judge.judge(
                evidence_query(query, ranked.known),
                passages,
                [candidate.fused for candidate in kept],
                [candidate.explained for candidate in kept],
            )
        return list(map(Hit, kept, passages, judgement.evidence)), judgement

    def _ordered(
        self, query: Query, hits: Sequence[Hit], options: SearchOptions, logits: dict[int, float]
    ) -> list[Hit]:
        """Return the hits, best first; `logits` keeps what the reranker said of each passage number."""
        ordered = list(hits)
        if options.mode == "hybrid" and self.reranker is not None:
            with stage("rerank"):
                ordered = self.reranker.order(query.text, ordered, logits)
        elif options.mode == "hybrid" and self.orders_by_evidence:
            # Equal passages of several articles count as their strongest; the article that was stored first leads.
            best: dict[str, PassageEvidence] = {}
            for hit in sorted(ordered, key=lambda hit: -hit.evidence.strength):
                best.setdefault(hit.passage.text, hit.evidence)
            ordered.sort(key=lambda hit: (-best[hit.passage.text].strength, hit.candidate.number))
            ordered = [hit.with_score(best[hit.passage.text].share) for hit in ordered]
        else:
            ordered.sort(key=lambda hit: -hit.candidate.score)
        return (
            ordered if options.half_life_days is None else favour_recent(ordered, options.half_life_days, time.time())
        )

    def _folded(self, ordered: Sequence[Hit], judged: Sequence[Hit], judgement: Judgement) -> list[Hit]:
        """Return the hits without reprints; each names the articles that reprint it.

        Args:
            ordered: the hits, best first.
            judged: the same as they were judged.
            judgement: what was said of them.
        """
        articles = {hit.passage.article.id: hit.passage.article for hit in ordered}
        printed = [PrintedPassage(hit.candidate.number, hit.passage.article.id, hit.passage.text) for hit in ordered]
        places = {hit.candidate.number: place for place, hit in enumerate(judged)}
        readings = judgement.features.readings
        words = np.bincount(readings.owners, readings.code_counts, len(judged)).astype(np.int64)
        order = [places[hit.candidate.number] for hit in ordered]
        may_be = alike(readings.codes, words)[np.ix_(order, order)].tolist()
        by_number = {hit.candidate.number: hit for hit in ordered}
        return [
            by_number[one.number].also_printed_by(tuple(articles[other] for other in one.also_in))
            for one in fold_reprints(printed, self._text_of, lambda one, other: bool(may_be[one][other]))
        ]

    def _text_of(self, article_id: str) -> str:
        try:
            return self.corpus.article(article_id).text
        except NoSuchArticle:  # removed meanwhile
            return ""


def shortlist(ranked: Ranked, depths: Depths = DEPTHS) -> NDArray[np.int64]:
    """Return the rows of the candidates to judge, in their order: the first by score, and the nearest by vector.

    When articles are in several languages, passages in the question's own language fill the top of the ranking, because
    they share its words. A passage that answers in another language is near by its vector only.
    """
    near = np.flatnonzero(ranked.dense_ranks)
    nearest = near[np.argsort(ranked.dense_ranks[near])][: depths.nearest]
    return np.union1d(np.arange(min(depths.shortlist, len(ranked))), nearest)


def _signals(
    hits: Sequence[Hit], judgement: Judgement, judged: Collection[int], answering: Collection[int]
) -> tuple[NDArray[np.float32], dict[SentencePlace, NDArray[np.float32]]]:
    """Return the signals of the passages with the numbers `judged`, and those of each sentence alone.

    These passages are the same however many the caller wants to see, and none of them reprints another: an answer that
    stands in two papers is not less likely to be right. `answering` are the passages that the answer is cut from.
    """
    ids = [hit.passage.article.id for hit in hits]
    articles = [ids.index(one) for one in ids]
    features = judgement.features
    numbers = np.array([hit.candidate.number for hit in hits], dtype=np.int64)[features.candidates]
    rows = np.isin(numbers, list(judged))
    possible = np.isin(numbers[rows], list(answering)) & judgement.possible[rows]
    values, candidates, logits = features.values[rows], features.candidates[rows], judgement.logits[rows]
    best = int(np.argmax(np.where(possible, logits, -np.inf))) if possible.any() else None
    strong = logits >= (-np.inf if best is None else logits[best]) + np.log(STRONG_ENOUGH)
    alone = np.flatnonzero(judgement.possible[rows] & strong)
    signals = signals_alone(values, candidates, articles, logits, alone)
    spans = np.stack([candidates, features.starts[rows], features.ends[rows]], axis=1)[alone]
    places: list[SentencePlace] = []
    for owner, first, last in spans.tolist():
        start = hits[owner].passage.start
        places.append((ids[owner], start + first, start + last))
    whole = np.zeros(len(SIGNALS), dtype=np.float32) if best is None else signals[np.searchsorted(alone, best)]
    return whole, dict(zip(places, signals, strict=True))
