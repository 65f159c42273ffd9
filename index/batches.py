"""Articles on their way into the corpus: grouped into batches, cut into passages, read, encoded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.cleaning.working_page import RemovedLine
from index.errors import HoidapError
from index.models.builtin.encoder import is_packaged
from index.models.encoder import Encoder, Vectors, passage_input
from index.places import section_starts
from index.preparation import PreparedArticle
from index.reading.reader import PassageText, builtin_reader
from index.reading.searched import Analysed, analysed_text, searched_text
from index.records import Article
from index.storage.protocol import EncodedPassage, Storage
from index.text.chunking import chunks_of
from index.text.sentences import Span

_BATCH_ARTICLES = 512
"""Articles that end a batch: a limit, so that a commit stays quick. Measured: half as many took an eighth more of the
processor time of committing and indexing."""
_BATCH_CHARACTERS = 2_000_000
"""Characters that end a batch: a limit on memory."""

_DIGEST_BYTES = 16
"""Bytes of the hash of what a model reads, by definition: those that are stored have so many."""

Status = Literal["created", "replaced", "unchanged", "superseded", "failed"]
"""What became of an article; it is superseded where a later one of the same request has its id."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one draft. `id` is None when it failed before it had one; `error` is set when it failed.

    `removed` are the lines that cleaning left out, `notes` say in sentences what reading had to put up with. `passages`
    is how many were stored, 0 where nothing changed.
    """

    status: Status
    id: str | None
    origin: str
    error: HoidapError | None = None
    removed: tuple[RemovedLine, ...] = ()
    notes: tuple[str, ...] = ()
    passages: int = 0


def batches_of(items: Iterable[PreparedArticle | Outcome]) -> Iterator[list[PreparedArticle | Outcome]]:
    """Yield what is stored together. An id comes once in a batch, so that the later of two replaces the earlier."""
    batch: list[PreparedArticle | Outcome] = []
    ids: set[str] = set()
    characters = 0
    for item in items:
        if isinstance(item, PreparedArticle):
            if item.article.id in ids:
                yield batch
                batch, ids, characters = [], set(), 0
            ids.add(item.article.id)
            characters += len(item.raw)
        batch.append(item)
        if len(batch) >= _BATCH_ARTICLES or characters >= _BATCH_CHARACTERS:
            yield batch
            batch, ids, characters = [], set(), 0
    if batch:
        yield batch


@dataclass(frozen=True, slots=True)
class CutArticle:
    """The passages of an article on its way in, one list for each thing known of them.

    Attributes:
        spans: where each begins and ends.
        headers: where the header row of the table stands that it begins inside of, if it does.
        sentences: where its sentences stand in it, if that is known; empty where it is read already.
        texts: what a model reads of each.
        digests: identify that.
        readings: what reading each gave; see `EncodedPassage`.
        terms: what the text index takes of each; empty where it is left to the index.
        vectors: shape (passages, dimensions), a row of zeros is none; None where encoding is left for later.
    """

    spans: list[Span]
    headers: list[Span | None]
    sentences: list[tuple[Span, ...] | None]
    texts: list[str]
    digests: list[bytes]
    readings: list[bytes]
    terms: list[Analysed]
    vectors: NDArray[np.float16] | None = None


def cut_articles(articles: Sequence[Article]) -> list[CutArticle]:
    """Cut articles into passages, and find out of each what depends on the article alone."""
    cuts = list(map(_cut, articles))
    return _with_readings(cuts, builtin_reader().to_store(list(_passages_of(articles, cuts))))


def cut_whole(articles: Sequence[Article], should_encode: bool) -> list[CutArticle]:
    """Cut articles and analyse their words too, in a process of its own; encode them with the model that ships."""
    cuts = [_with_terms(article, _cut(article)) for article in articles]
    passages = list(_passages_of(articles, cuts))
    if not should_encode:
        return _with_readings(cuts, builtin_reader().to_store(passages))
    readings, vectors = builtin_reader().to_store_with_vectors(passages)
    ends = np.cumsum([len(one.spans) for one in cuts])
    own_vectors = np.split(vectors.astype(np.float16), ends[:-1])
    # What is read and encoded need not be sent.
    return [
        replace(one, sentences=[], texts=[], vectors=own)
        for one, own in zip(_with_readings(cuts, readings), own_vectors, strict=True)
    ]


def _cut(article: Article) -> CutArticle:
    text = article.text
    cut = chunks_of(text, sections=section_starts(article.places))
    texts = [
        passage_input(article.title, text[slice(*span)], text[slice(*(header or (0, 0)))]) for span, header, _ in cut
    ]
    digests = [hashlib.blake2b(one.encode(), digest_size=_DIGEST_BYTES).digest() for one in texts]
    return CutArticle(
        spans=[one.span for one in cut],
        headers=[one.header for one in cut],
        sentences=[one.sentences for one in cut],
        texts=texts,
        digests=digests,
        readings=[b""] * len(cut),
        terms=[],
    )


def _passages_of(articles: Sequence[Article], cuts: Sequence[CutArticle]) -> Iterator[PassageText]:
    for article, cut in zip(articles, cuts, strict=True):
        for span, header, sentences in zip(cut.spans, cut.headers, cut.sentences, strict=True):
            text, table = article.text[slice(*span)], article.text[slice(*(header or (0, 0)))]
            yield PassageText(text, table, article.title, sentences)


def _with_readings(cuts: Sequence[CutArticle], readings: Iterable[bytes]) -> list[CutArticle]:
    """Return the cuts with the readings of all of their passages."""
    left = iter(readings)
    return [replace(one, readings=list(islice(left, len(one.spans)))) for one in cuts]


def _with_terms(article: Article, cut: CutArticle) -> CutArticle:
    return replace(cut, terms=[analysed_text(text) for text in searched_texts(article, cut)])


def searched_texts(article: Article, cut: CutArticle) -> Iterator[str]:
    """Yield what the text index takes of each passage."""
    for span, header in zip(cut.spans, cut.headers, strict=True):
        yield searched_text(article.text[slice(*span)], article.text[slice(*(header or (0, 0)))])


def encode_articles(
    articles: Sequence[PreparedArticle], cuts: Sequence[CutArticle], storage: Storage, encoder: Encoder
) -> list[list[EncodedPassage]]:
    """Encode passages without a vector of which no stored version of the same articles has it, all together."""
    vectors: dict[bytes, Vectors | None] = {}
    missing: dict[bytes, str] = {}
    for item, cut in zip(articles, cuts, strict=True):
        if cut.vectors is not None and is_packaged(encoder):
            rows = zip(cut.digests, cut.vectors, np.any(cut.vectors, axis=1), strict=True)
            vectors.update((digest, row if has else None) for digest, row, has in rows)
        else:
            vectors.update(storage.vectors_by_digest(item.article.id))
            texts = cut.texts or _cut(item.article).texts
            missing.update(zip(cut.digests, texts, strict=True))
    new = [digest for digest in missing if digest not in vectors]
    if new:
        encoded = encoder.encode_passages([missing[digest] for digest in new])
        vectors.update((digest, row if row.any() else None) for digest, row in zip(new, encoded, strict=True))
    return [
        [
            EncodedPassage(*span, digest, vectors[digest], header, reading)
            for span, digest, header, reading in zip(cut.spans, cut.digests, cut.headers, cut.readings, strict=True)
        ]
        for cut in cuts
    ]
