"""Article to similar articles, by how well the passages of the two cover each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from index.analysis import analyse
from index.chunking import chunk
from index.corpus import Corpus
from index.encoder import Vectors, passage_input
from index.normalization import fold, normalize
from index.records import Article
from index.sentences import split_sentences
from qa.answers import Quote, SimilarArticle

_QUERY_PASSAGES = 32
"""A long article is looked up by as many of its passages, spread evenly."""
_NEIGHBOURS = 50
_CANDIDATES = 50
_HEADLINE_CHARACTERS = 300
"""So much of a text without a title stands for one."""
_NEAR_DUPLICATE_SHARE = 0.7
"""Share of the shorter article's sentences, by length, that the other has word for word."""
_MAX_SHARED = 20


def similar_to_article(corpus: Corpus, article_id: str, limit: int) -> list[SimilarArticle]:
    """Return the articles most similar to a stored one, itself left out.

    Raises:
        NoSuchArticle: there is none with this id.
    """
    article = corpus.article(article_id)
    numbers = corpus.passages_of(article_id)
    stored = corpus.vectors(numbers)
    vectors = [stored[number] for number in numbers if number in stored]
    return _similar(corpus, article, _spread(vectors), limit)


def similar_to_text(corpus: Corpus, text: str, limit: int, title: str = "") -> list[SimilarArticle]:
    """Return the articles most similar to a text that need not be stored."""
    article = Article(id="", text=normalize(text), title=normalize(title))
    inputs = [passage_input(article.title, article.text[start:end]) for start, end in chunk(article.text)]
    encoded = list(corpus.encoder.encode_passages(_spread(inputs))) if inputs else []
    return _similar(corpus, article, [vector for vector in encoded if vector.any()], limit)


T = TypeVar("T")


def _spread(items: Sequence[T]) -> list[T]:
    """Return at most `_QUERY_PASSAGES` items, evenly spaced."""
    if len(items) <= _QUERY_PASSAGES:
        return list(items)
    return [items[round(i * (len(items) - 1) / (_QUERY_PASSAGES - 1))] for i in range(_QUERY_PASSAGES)]


def _similar(corpus: Corpus, article: Article, vectors: Sequence[Vectors], limit: int) -> list[SimilarArticle]:
    candidates = _candidates(corpus, article, vectors, max(_CANDIDATES, limit))
    own_sentences = _sentence_keys(article.text)
    scored: list[tuple[float, str]] = []
    for candidate in candidates:
        theirs = list(corpus.vectors(corpus.passages_of(candidate)).values())
        if vectors and theirs:
            cosines = np.stack(vectors) @ np.stack(theirs).T
            # A long article and a short wire story on one event: the short one is covered fully, the long one is not.
            scored.append((max(float(cosines.max(axis=1).mean()), float(cosines.max(axis=0).mean())), candidate))
        else:
            scored.append((0.0, candidate))
    scored.sort(key=lambda entry: (-entry[0], entry[1]))
    found: list[SimilarArticle] = []
    for score, candidate in scored[:limit]:
        other = corpus.article(candidate)
        shared = _shared(own_sentences, other.text)
        in_common = sum(len(quote.text) for quote in shared)
        shorter = min(sum(map(len, own_sentences)), sum(map(len, _sentence_keys(other.text))))
        found.append(
            SimilarArticle(
                rank=len(found) + 1,
                score=min(max(score, 0.0), 1.0),
                near_duplicate=shorter > 0 and in_common >= _NEAR_DUPLICATE_SHARE * shorter,
                article=corpus.header(candidate),
                shared=tuple(shared[:_MAX_SHARED]),
            )
        )
    return found


def _candidates(corpus: Corpus, article: Article, vectors: Sequence[Vectors], limit: int) -> list[str]:
    """Return the ids of articles with a passage near one of ours, best first, then those that match our title."""
    snapshot = corpus.snapshot()
    best: dict[int, float] = {}
    for vector in vectors:
        ranking = snapshot.nearest(vector, max(_NEIGHBOURS, limit))
        for number, score in zip(ranking.numbers.tolist(), ranking.scores.tolist(), strict=True):
            best[number] = max(best.get(number, -1.0), score)
    for number in snapshot.matching(
        analyse(article.title or article.text[:300]), max(_NEIGHBOURS, limit)
    ).numbers.tolist():
        best.setdefault(number, 0.0)
    articles = corpus.articles_of(best)
    ranked = sorted(best, key=lambda number: (-best[number], number))
    ids = dict.fromkeys(articles[number] for number in ranked if number in articles)
    ids.pop(article.id, None)
    return list(ids)[:limit]


def _sentence_keys(text: str) -> set[str]:
    return {" ".join(fold(text[start:end]).split()) for start, end in split_sentences(text)}


def _shared(own: set[str], other: str) -> list[Quote]:
    return [
        Quote(other[start:end], start, end)
        for start, end in split_sentences(other)
        if " ".join(fold(other[start:end]).split()) in own
    ]
