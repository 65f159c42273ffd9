"""Which sentences of a passage answer the question, with exact offsets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from index.analysis import Terms, analyse
from index.encoder import Encoder, Vectors
from index.records import Passage
from index.sentences import split_sentences
from qa.answers import Quote
from qa.fusion import fuse

_SECOND_QUOTE_SHARE = 0.95
"""A second sentence is quoted when it scores nearly as well as the first."""
_MAX_QUOTES = 2


def choose_quotes(
    passages: Sequence[Passage], terms: Terms, weights: Mapping[str, float], question: Vectors, encoder: Encoder
) -> list[tuple[Quote, ...]]:
    """Return, for each passage, its best-matching sentences, best first.

    Sentences are ranked as passages are: by the share of the question's terms that they hold, with the cosine in the
    lead where no sentence holds many.

    Args:
        passages: where to look.
        terms: the question's lexical terms.
        weights: inverse document frequency of its folded syllables and pairs.
        question: its unit vector, shape (dimensions,).
        encoder: encodes the sentences, all in one batch.
    """
    spans = [split_sentences(passage.text) for passage in passages]
    sentences = [passage.text[a:b] for passage, found in zip(passages, spans, strict=True) for a, b in found]
    if not sentences:
        return [() for _ in passages]
    cosines = encoder.encode_passages(sentences) @ question
    shares = np.array([_share(analyse(sentence), terms, weights) for sentence in sentences])
    quotes: list[tuple[Quote, ...]] = []
    first = 0
    for passage, found in zip(passages, spans, strict=True):
        here = slice(first, first + len(found))
        first += len(found)
        own = fuse(cosines[here].astype(np.float64), shares[here], 1.0)
        best = np.argsort(-own, kind="stable")[:_MAX_QUOTES].tolist()
        chosen = [row for row in best if own[row] >= _SECOND_QUOTE_SHARE * own[best[0]]]
        quotes.append(
            tuple(
                Quote(
                    passage.text[found[row][0] : found[row][1]],
                    passage.start + found[row][0],
                    passage.start + found[row][1],
                )
                for row in chosen
            )
        )
    return quotes


def _share(sentence: Terms, question: Terms, weights: Mapping[str, float]) -> float:
    """Return the share of the question's terms, by weight, that the sentence holds."""
    asked = set(question.folded) | set(question.pairs)
    total = sum(weights.get(term, 0.0) for term in asked)
    if total <= 0:
        return 0.0
    return sum(weights.get(term, 0.0) for term in asked & (set(sentence.folded) | set(sentence.pairs))) / total
