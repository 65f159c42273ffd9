"""Everything that is trained on, as numbers: the tokenizer, the cut segments, and what goes with what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.normalization import fold
from training.batches import Article, Concept
from training.segments import Segments, SegmentTexts, cut
from training.sources import Document, Kind, Pair, read_concepts, read_documents, read_pairs
from training.vocabulary import add_phrases, train_vocabulary

# The vocabulary sees every third sentence of the articles (a hundred million characters are more than the
# Vietnamese syllables need) and every fifth of those once more without accents.
VOCABULARY_STEP = 3
VOCABULARY_FOLDED_STEP = 15

PAIR_KINDS: tuple[Kind, ...] = ("parallel", "passages", "dictionary", "questions")


@dataclass(frozen=True)
class TrainingCorpus:
    """Pairs are segment numbers, shape (n, 2), per kind of source."""

    tokenizer: Tokenizer
    accented: Segments
    folded: Segments
    pairs: dict[Kind, NDArray[np.int64]]
    articles: list[Article]
    concepts: list[Concept]

    @property
    def bilingual(self) -> list[Article]:
        """The articles that have an English side."""
        return [article for article in self.articles if article.english_title >= 0]


def _vocabulary_texts(pairs: dict[Kind, list[Pair]], documents: list[Document]) -> Iterator[str]:
    for group in pairs.values():
        for pair in group:
            yield pair.left
            yield pair.right
    sentences = [sentence for document in documents for sentence in (document.title, *document.sentences)]
    yield from sentences[::VOCABULARY_STEP]
    yield from map(fold, sentences[::VOCABULARY_FOLDED_STEP])


def _phrase_texts(pairs: dict[Kind, list[Pair]], documents: list[Document]) -> Iterator[str]:
    for group in pairs.values():
        yield from dict.fromkeys(text for pair in group for text in (pair.left, pair.right))
    sentences = [sentence for document in documents for sentence in (document.title, *document.sentences)]
    yield from sentences[::VOCABULARY_STEP]


def build(data: Path, pieces: int, phrases: int) -> TrainingCorpus:
    """Read the sources under `data`/train, learn `pieces` pieces and `phrases` phrases, and cut everything."""
    texts = {kind: read_pairs(data, kind) for kind in PAIR_KINDS}
    documents = [document for document in read_documents(data) if document.title and document.sentences]
    words = read_concepts()
    forms = [form for concept in words for language in concept for form in language]
    tokenizer = train_vocabulary(chain(_vocabulary_texts(texts, documents), forms), pieces)
    if phrases:
        add_phrases(tokenizer, _phrase_texts(texts, documents), phrases)

    segments = SegmentTexts()
    pairs = {
        kind: np.array([(segments.add(pair.left), segments.add(pair.right)) for pair in group], dtype=np.int64)
        for kind, group in texts.items()
    }
    articles = [
        Article(
            title=segments.add(document.title),
            body=segments.add_all(document.sentences),
            english_title=segments.add(document.translated_title) if document.translated else -1,
            english_body=segments.add_all(document.translated),
        )
        for document in documents
    ]
    concepts = [tuple(segments.add_all(forms) for forms in concept) for concept in words]
    accented, folded = cut(tokenizer, segments.texts), cut(tokenizer, segments.texts, without_accents=True)
    return TrainingCorpus(tokenizer, accented, folded, pairs, articles, concepts)
