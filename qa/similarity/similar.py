"""Finds the articles most similar to one, in any language: they have passages near its own, and cover each other."""

from __future__ import annotations

from index.corpus import Corpus
from index.errors import NoSuchArticle
from index.models.encoder import Vectors, passage_input
from index.records import Article
from index.text.analysis import analyse
from index.text.chunking import chunk_with_headers
from index.text.language import detect_language
from index.text.normalization import normalize
from index.text.sentences import Span
from qa.answers import Quote, SimilarArticle
from qa.similarity.article_vectors import ArticleVectors, similarity, spread
from qa.similarity.near_duplicates import Wording, is_near_duplicate, share_in_common, shared_sentences, wording_of

_NEIGHBOURS = 50
"""Nearest passages to look up for each passage: a limit on time."""
_MOST_OWN = 1_000
"""Most of its own passages that an article's search steps over: a limit on time."""
_CANDIDATES = 50
"""Least articles to compare: a judgement."""
_BY_WORDS = 10
"""Most further candidates that come by words alone, the only way to articles without vectors: a judgement."""
_OPENING_CHARACTERS = 300
"""Characters from the beginning that stand for a missing title: a judgement."""
_MAX_SHARED = 20
"""Most shared sentences of an article that are listed: a limit on size."""


class SimilarArticles:
    """Finds the articles most similar to one. Safe to share between threads."""

    def __init__(self, corpus: Corpus, vectors: ArticleVectors) -> None:
        """Look in `corpus`."""
        self._corpus = corpus
        self._vectors = vectors

    def to_article(self, article_id: str, limit: int) -> list[SimilarArticle]:
        """Return the articles most similar to a stored one, itself left out.

        Raises:
            NoSuchArticle: there is none with this id.
        """
        article = self._corpus.article(article_id)
        own = self._vectors.of({article.id: ()}).get(article.id)
        return self._similar(article, own, limit)

    def to_text(self, text: str, limit: int) -> list[SimilarArticle]:
        """Return the articles most similar to a text that need not be stored."""
        article = Article(id="", text=normalize(text), title="", language=detect_language(text))
        cut: list[tuple[Span, Span | None]] = spread(chunk_with_headers(article.text))
        encoded = self._corpus.encoder.encode_passages(
            [
                passage_input(article.title, article.text[slice(*span)], article.text[slice(*(header or (0, 0)))])
                for span, header in cut
            ]
        )
        known = encoded[encoded.any(axis=1)]
        own = self._vectors.without_language(known, article.language) if len(known) else None
        return self._similar(article, own, limit)

    def _similar(self, article: Article, own: Vectors | None, limit: int) -> list[SimilarArticle]:
        wording = wording_of(article.text)
        scored = self._scored(article, wording, own, max(_CANDIDATES, limit))
        found: list[SimilarArticle] = []
        for article_id, score in sorted(scored.items(), key=lambda entry: -entry[1]):  # equal ones as they were found
            if len(found) == limit:
                break
            try:
                header, other = self._corpus.header(article_id), self._corpus.article(article_id)
            except NoSuchArticle:  # removed meanwhile
                continue
            theirs = wording_of(other.text)
            share = share_in_common(wording, theirs)
            found.append(
                SimilarArticle(
                    rank=len(found) + 1,
                    score=min(max(score, 0.0), 1.0),
                    near_duplicate=is_near_duplicate(wording, theirs, share),
                    shared_share=share,
                    article=header,
                    shared=tuple(
                        Quote.within(other.places, other.text[start:end], start, end)
                        for start, end in shared_sentences(wording, theirs)[:_MAX_SHARED]
                    ),
                )
            )
        return found

    def _scored(self, article: Article, wording: Wording, own: Vectors | None, limit: int) -> dict[str, float]:
        """Return the scores of the articles that may be similar, in the order in which they were found."""
        passages = self._candidates(article, own, limit)
        vectors = self._vectors.of(passages) if own is not None else {}
        scores: dict[str, float] = {}
        for article_id in passages:
            theirs = vectors.get(article_id)
            if own is not None and theirs is not None:
                scores[article_id] = similarity(own, theirs)
                continue
            try:  # no vector, because the model knows no token of the text
                scores[article_id] = share_in_common(wording, wording_of(self._corpus.article(article_id).text))
            except NoSuchArticle:  # removed meanwhile
                continue
        return scores

    def _candidates(self, article: Article, own: Vectors | None, limit: int) -> dict[str, list[int]]:
        """Return articles with a passage near one of this article, best first, then some that match its words.

        Each comes with the numbers of the passages that were found. `own` lacks the mean of its language, so it is as
        near to passages in other languages as to passages in its own.
        """
        view = self._corpus.view()
        depth = max(_NEIGHBOURS, limit)
        own_numbers = set(
            self._corpus.storage.passages_of([article.id]).get(article.id, [])
        )  # these are near each other, and not looked for
        best: dict[int, float] = {}
        for vector in () if own is None else own:
            ranking = view.nearest(vector, depth + min(len(own_numbers), _MOST_OWN))
            for number, score in zip(ranking.numbers.tolist(), ranking.scores.tolist(), strict=True):
                if number not in own_numbers:
                    best[number] = max(best.get(number, -1.0), score)
        by_vectors = sorted(best, key=lambda number: (-best[number], number))
        words = analyse(article.title or article.text[:_OPENING_CHARACTERS])
        by_words: list[int] = view.matching(words, depth + min(len(own_numbers), _MOST_OWN)).numbers.tolist()
        owners = self._corpus.storage.owners([*by_vectors, *by_words])
        found: dict[str, list[int]] = {}
        for numbers, most in ((by_vectors, limit), (by_words, limit + _BY_WORDS)):
            for number in numbers:
                owner = owners.get(number)
                if owner is not None and owner != article.id and (owner in found or len(found) < most):
                    found.setdefault(owner, []).append(number)
        return found
