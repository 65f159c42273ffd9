"""Articles on their way into the corpus: grouped into batches, cut into passages, encoded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from index.cleaning.working_page import RemovedLine
from index.errors import HoidapError
from index.models.encoder import Encoder, Vectors, passage_input
from index.places import section_starts
from index.preparation import PreparedArticle
from index.storage.protocol import EncodedPassage, Storage
from index.text.chunking import chunk_with_headers
from index.text.sentences import Span

_BATCH_ARTICLES = 256
"""Articles that end a batch: a limit, so that a commit stays quick."""
_BATCH_CHARACTERS = 2_000_000
"""Characters that end a batch: a limit on memory."""

Status = Literal["created", "replaced", "unchanged", "superseded", "failed"]
"""What became of an article; it is superseded where a later one of the same request has its id."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one draft. `id` is None when it failed before it had one; `error` is set when it failed.

    `removed` are the lines that cleaning left out, `notes` say in sentences what reading had to put up with.
    """

    status: Status
    id: str | None
    origin: str
    error: HoidapError | None = None
    removed: tuple[RemovedLine, ...] = ()
    notes: tuple[str, ...] = ()


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


def encode_articles(
    articles: Sequence[PreparedArticle], storage: Storage, encoder: Encoder
) -> list[list[EncodedPassage]]:
    """Cut articles into passages, and encode those of which no stored version of the same articles has the vector."""
    plans: list[list[tuple[Span, Span | None, bytes]]] = []
    vectors: dict[bytes, Vectors | None] = {}
    missing: dict[bytes, str] = {}
    for item in articles:
        article = item.article
        vectors.update(storage.vectors_by_digest(article.id))
        plan = []
        for span, header in chunk_with_headers(article.text, sections=section_starts(article.places)):
            text = passage_input(article.title, article.text[slice(*span)], article.text[slice(*(header or (0, 0)))])
            digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
            plan.append((span, header, digest))
            missing.setdefault(digest, text)
        plans.append(plan)
    new = [digest for digest in missing if digest not in vectors]
    if new:
        encoded = encoder.encode_passages([missing[digest] for digest in new])
        vectors.update((digest, row if row.any() else None) for digest, row in zip(new, encoded, strict=True))
    return [[EncodedPassage(*span, digest, vectors[digest], header) for span, header, digest in plan] for plan in plans]
