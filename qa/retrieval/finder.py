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
from index.records import Passage
from index.search.protocol import Mode, SearchView
from index.text.acronyms import Rewording
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
from qa.verification.windows import Window, window_around


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
        signals: what is known of the best sentence, shape (len(SIGNALS),).
        window: the best sentence with its neighbours, which the verifier reads; None where there is none.
        alone: the same for each sentence that may be in the answer, as if it were the whole answer.
        judged: all passages whose sentences were read.
    """

    hits: list[Hit]
    signals: NDArray[np.float32]
    window: Window | None
    alone: Mapping[SentencePlace, NDArray[np.float32]]
    judged: list[Hit]


class PassageFinder:
    """Finds passages in one corpus. Safe to share between threads."""

    def __init__(self, corpus: Corpus, reranker: Reranker | None) -> None:
        """Search `corpus`; a reranker orders the hits in hybrid mode."""
        self.corpus = corpus
        self.reranker = reranker
        self._reprints: dict[frozenset[str], bool] = {}
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
        mode, limit = options.mode, options.limit
        ranked = rank(query, view, mode, max(DEPTHS.side, DEPTHS.per_passage * limit), options.filters, self._beside)
        first = shortlist(ranked)
        loaded = self._passages(ranked.numbers[first].tolist())
        if options.without or len(loaded) < len(first):
            ranked = ranked.at(np.array([row for row, _article in self._known(ranked, options)], dtype=np.int64))
            first = shortlist(ranked)
        pool, numbers = first.tolist(), set(ranked.numbers[first].tolist())
        rest: list[int] | None = None
        if self._leaves_too_few(ranked, loaded, options):
            pool, rest = self._further(ranked, pool, options)
        more = DEPTHS.shortlist
        logits: dict[int, float] = {}
        while True:
            hits, judgement = self._fetch(query, ranked.at(np.array(pool, dtype=np.int64)), loaded)
            originals = self._folded(self._ordered(query, hits, options, logits), hits, judgement)
            chosen = merge_touching(originals, limit, options.max_per_article)
            if len(chosen) < limit and rest is None:
                pool, rest = self._further(ranked, pool, options)
            if len(chosen) == limit or not rest:
                answering = {hit.candidate.number for hit in chosen[:PASSAGES]}
                judged = numbers.intersection(hit.candidate.number for hit in originals) | answering
                return Found(chosen, *_signals(hits, judgement, judged, answering, query.rewording), hits), [
                    hit for hit in hits if hit.candidate.number in numbers
                ]
            # Folding and merging left fewer passages than asked for: judge candidates further down.
            pool, rest, more = [*pool, *rest[:more]], rest[more:], 2 * more

    def _known(self, ranked: Ranked, options: SearchOptions) -> list[tuple[int, str]]:
        """Return the rows of the candidates that are still stored and wanted, with their articles."""
        numbers = ranked.numbers.tolist()
        with stage("load"):
            owners = self.corpus.storage.owners(numbers)
        articles = enumerate(map(owners.get, numbers))
        return [(row, article) for row, article in articles if article is not None and article not in options.without]

    def _leaves_too_few(self, ranked: Ranked, loaded: Mapping[int, Passage], options: SearchOptions) -> bool:
        """Whether too few of the first candidates remain where articles have no more passages than they may.

        Then, and only then, it takes the articles of all candidates to tell which are judged.
        """
        best = [loaded.get(number) for number in ranked.numbers[: DEPTHS.shortlist].tolist()]
        articles = [passage.article.id for passage in best if passage is not None]
        return len(at_most_per_article(articles, options.max_per_article)) < min(options.limit, len(ranked))

    def _further(self, ranked: Ranked, pool: list[int], options: SearchOptions) -> tuple[list[int], list[int]]:
        """Return the rows to judge at first and those to judge after them, `pool` being the shortlist."""
        known = self._known(ranked, options)
        capped = [
            known[place][0]
            for place in at_most_per_article([article for _row, article in known], options.max_per_article)
        ]
        listed = set(pool)
        return (
            [*pool, *(row for row in capped[: options.limit] if row not in listed)],
            [row for row in capped[options.limit :] if row not in listed],
        )

    def fetch(self, query: Query, ranked: Ranked) -> list[Hit]:
        """Return candidates as hits, in their order, without passages that another process has removed."""
        return self._fetch(query, ranked, {})[0]

    def _passages(self, numbers: Sequence[int]) -> dict[int, Passage]:
        with stage("load"):
            return self.corpus.storage.passages(numbers)

    def _fetch(self, query: Query, ranked: Ranked, loaded: dict[int, Passage]) -> tuple[list[Hit], Judgement]:
        """Return candidates as hits, with what is said of them; `loaded` are passages, to which it adds."""
        missing = [number for number in ranked.numbers.tolist() if number not in loaded]
        if missing:
            loaded.update(self._passages(missing))
        kept = [candidate for candidate in ranked.candidates() if candidate.number in loaded]
        passages = [loaded[candidate.number] for candidate in kept]
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
            keyed = [(best[hit.passage.text], hit) for hit in ordered]
            keyed.sort(key=lambda one: (-one[0].strength, one[1].candidate.number))
            ordered = [hit.with_score(evidence.share) for evidence, hit in keyed]
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
        printed = [
            PrintedPassage(hit.candidate.number, hit.passage.article.id, hit.passage.text, hit.passage.article.sha256)
            for hit in ordered
        ]
        places = {hit.candidate.number: place for place, hit in enumerate(judged)}
        readings = judgement.features.readings
        words = np.bincount(readings.owners, readings.code_counts, len(judged)).astype(np.int64)
        order = [places[hit.candidate.number] for hit in ordered]
        may_be = alike(readings.codes, words)[np.ix_(order, order)]
        by_number = {hit.candidate.number: hit for hit in ordered}
        return [
            by_number[one.number].also_printed_by(tuple(articles[other] for other in one.also_in))
            for one in fold_reprints(printed, self._text_of, may_be, self._reprints)
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
    listed = np.zeros(len(ranked), dtype=bool)
    listed[: depths.shortlist] = True
    listed[near[np.argsort(ranked.dense_ranks[near])][: depths.nearest]] = True
    return np.flatnonzero(listed)


def _signals(
    hits: Sequence[Hit],
    judgement: Judgement,
    judged: Collection[int],
    answering: Collection[int],
    rewording: Rewording,
) -> tuple[NDArray[np.float32], Window | None, dict[SentencePlace, NDArray[np.float32]]]:
    """Return the signals of the best sentence, what the verifier reads, and the signals of each sentence alone.

    The signals are of the passages with the numbers `judged`: these are the same however many the caller wants to see,
    and none of them reprints another: an answer that stands in two papers is not less likely to be right. `answering`
    are the passages that the answer is cut from, `rewording` is the question's.
    """
    ids = [hit.passage.article.id for hit in hits]
    articles = [ids.index(one) for one in ids]
    features = judgement.features
    numbers = [hit.candidate.number for hit in hits]
    of_judged, of_answering = (
        np.array([number in some for number in numbers], dtype=bool) for some in (judged, answering)
    )
    rows = np.flatnonzero(of_judged[features.candidates])
    possible = of_answering[features.candidates[rows]] & judgement.possible[rows]
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
    if best is None:
        return np.zeros(len(SIGNALS), dtype=np.float32), None, dict(zip(places, signals, strict=True))
    window = _window(hits, judgement, rows, int(rows[best]), rewording)
    return signals[np.searchsorted(alone, best)], window, dict(zip(places, signals, strict=True))


def _window(
    hits: Sequence[Hit], judgement: Judgement, rows: NDArray[np.int64], best: int, rewording: Rewording
) -> Window:
    """Return what the verifier reads of the best sentence, one of `rows`, called as the question calls things.

    Passages that overlap hold a sentence more than once; the one that is likeliest to answer is read, however many
    passages are shown.
    """
    features = judgement.features
    passages = [hit.passage for hit in hits]
    owners = features.candidates[rows]
    starts = np.array([passages[owner].start for owner in owners.tolist()]) + features.starts[rows]
    article, start = passages[int(features.candidates[best])].article.id, starts[np.searchsorted(rows, best)]
    same = [passages[owner].article.id == article for owner in owners.tolist()] & (starts == start)
    row = int(rows[int(np.argmax(np.where(same, judgement.logits[rows], -np.inf)))])
    passage = passages[int(features.candidates[row])]
    title = passage.article.title
    found = window_around(features.candidates, features.starts, features.ends, row, title, passage.text)
    return Window(rewording(found.title), rewording(found.text))
