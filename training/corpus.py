"""Everything that is trained on, as numbers: the tokenizer, the cut segments, and what goes with what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.text.normalization import fold
from training.batches import Article, ConceptGroup
from training.lexicons import ConceptTexts, read_lexicons
from training.segments import Segments, SegmentTexts, cut
from training.sources import SENTENCES, WORDS, Document, Kind, Pair, read_concepts, read_documents, read_pairs
from training.teacher import meanings, places
from training.vocabulary import add_phrases, train_vocabulary
from training.written import PASSAGES, written_passages

# The vocabulary sees every third sentence of the articles (a hundred million characters are more than the
# Vietnamese syllables need) and every fifth of those once more without accents.
VOCABULARY_STEP = 3
VOCABULARY_FOLDED_STEP = 15

# What was written for this repository counts as often as this there, so that its words become pieces.
VOCABULARY_WRITTEN = 8

PAIR_KINDS: tuple[Kind, ...] = ("parallel", "passages", "dictionary", "questions", "reading")

# Per kind of concept: how often one is drawn in a pass, and how many make a text at most.
WORDS_DRAWN, SENTENCES_DRAWN, LEXICONS_DRAWN = (30, 4), (30, 1), (3, 1)


@dataclass(frozen=True)
class TrainingCorpus:
    """Pairs are segment numbers, shape (n, 2), per kind of source; `meanings` are what pieces mean in English."""

    tokenizer: Tokenizer
    accented: Segments
    folded: Segments
    pairs: dict[Kind, NDArray[np.int64]]
    articles: list[Article]
    concepts: list[ConceptGroup]
    meanings: Mapping[int, Sequence[str]]

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


def build(data: Path, lexicons: Path, pieces: int, phrases: int) -> TrainingCorpus:
    """Read `data`/train and `lexicons`, learn `pieces` pieces and `phrases` phrases, and cut everything."""
    texts = {kind: read_pairs(data, kind) for kind in PAIR_KINDS}
    texts["questions"] += [
        Pair(question.text, passage.text)
        for passage in written_passages(data, PASSAGES)
        for question in passage.questions
        if question.answer
    ]
    documents = [document for document in read_documents(data) if document.title and document.sentences]
    written = read_concepts(WORDS), read_concepts(SENTENCES)
    looked_up = read_lexicons(lexicons)
    tokenizer = train_vocabulary(
        chain(_vocabulary_texts(texts, documents), _forms(looked_up)),
        list(_forms(chain(*written))) * VOCABULARY_WRITTEN,
        pieces,
    )
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
    concepts = [
        ConceptGroup([tuple(map(segments.add_all, concept.values())) for concept in group], repeats, together)
        for group, (repeats, together) in zip(
            (*written, looked_up), (WORDS_DRAWN, SENTENCES_DRAWN, LEXICONS_DRAWN), strict=True
        )
    ]
    accented, folded = cut(tokenizer, segments.texts), cut(tokenizer, segments.texts, without_accents=True)
    entries = ((pair.right, pair.left) for pair in texts["dictionary"])
    known = places(tokenizer, documents, chain(meanings(chain(*written, looked_up)), entries))
    return TrainingCorpus(tokenizer, accented, folded, pairs, articles, concepts, known)


def _forms(concepts: Iterable[ConceptTexts]) -> Iterator[str]:
    return (form for concept in concepts for forms in concept.values() for form in forms)
