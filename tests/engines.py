"""The engines that the contract suite runs on: a further one is one more line of `ENGINES`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fakes import WordEncoder

from index.model_in_use import ModelInUse
from index.models.encoder import Encoder, passage_input
from index.preparation import prepare
from index.records import Draft
from index.search.opening import open_index
from index.search.protocol import SearchIndex
from index.storage.memory.storage import MemoryStorage
from index.storage.protocol import EncodedPassage, NewArticle, Storage
from index.storage.sqlite.storage import SqliteStorage
from index.text.chunking import chunk_with_headers


@dataclass(frozen=True)
class StorageEngine:
    """How to open one kind of storage. What is not `shared` is one object, without a place to open again."""

    name: str
    open: Callable[[Path], Storage]
    shared: bool = True


ENGINES = [
    StorageEngine("sqlite", SqliteStorage.open),
    StorageEngine("memory", lambda _folder: MemoryStorage(), shared=False),
]


class Pair:
    """A storage and the index over it, changed by drafts."""

    def __init__(self, storage: Storage, encoder: Encoder | None = None) -> None:
        self.storage = storage
        self.encoder = encoder or WordEncoder()
        self.model = ModelInUse(storage, self.encoder, lambda _name: self.encoder)
        self.index: SearchIndex = open_index(storage, self.model)

    def change(self, put: Sequence[Draft] = (), remove: Sequence[str] = ()) -> list[bool]:
        """Store and remove in one change, and let the index follow; return what each said."""
        encoded = [(new(draft), self.encoded(draft)) for draft in put]
        with self.storage.writing() as change:
            said = [change.put(article, passages) for article, passages in encoded]
            said += [change.remove(one) for one in remove]
        self.index.follow()
        return said

    def encoded(self, draft: Draft) -> list[EncodedPassage]:
        """Return the passages of an article with their vectors."""
        article = new(draft).article
        cut = chunk_with_headers(article.text)
        texts = [
            passage_input(article.title, article.text[slice(*span)], article.text[slice(*(header or (0, 0)))])
            for span, header in cut
        ]
        vectors = self.encoder.encode_passages(texts)
        return [
            EncodedPassage(*span, text.encode()[:16], vector if vector.any() else None, header)
            for (span, header), text, vector in zip(cut, texts, vectors, strict=True)
        ]

    def close(self) -> None:
        self.index.close()
        self.storage.close()


def new(draft: Draft) -> NewArticle:
    """Return an article as the corpus hands it to a storage."""
    item = prepare(draft)
    return NewArticle(item.article, item.raw, item.cleaner, item.raw_digest, item.fields_digest)
