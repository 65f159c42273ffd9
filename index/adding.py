"""Articles into a corpus: prepared, cut, encoded, committed and searchable, a batch at a time.

Where there are many, child processes prepare and cut the next batches while this one is committed and indexed here.
They look at articles alone and change nothing: whether an article is new, and what its passages become, is decided
here, in the order of the drafts, by the state of the storage when its batch is committed.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import TypeVar

from index.batches import (
    CutArticle,
    Outcome,
    Status,
    batches_of,
    cut_articles,
    cut_whole,
    encode_articles,
    searched_texts,
)
from index.errors import InvalidArticle
from index.model_in_use import ModelInUse
from index.models.builtin.encoder import is_packaged
from index.preparation import PreparedArticle, prepare
from index.processes import ChildEnded, Processes
from index.reading.searched import Analysed
from index.records import Article, Draft
from index.search.protocol import SearchIndex
from index.storage.protocol import NewArticle, Storage, StoredDigests

_SLOW_BATCH_SECONDS = 30.0
"""Seconds after which storing a batch is worth a line in the log: a judgement."""
_GROUP_ARTICLES = 64
"""Articles that a child process gets at once, at most: a judgement, a tenth of a second of work."""
_GROUP_CHARACTERS = 200_000
"""Characters that a child process gets at once, but for a longer article: a limit on memory."""
_GROUPS_FOR_PROCESSES = 4
"""Groups from which child processes are started: measured, their start takes as long as some 200 articles."""
_GROUPS_AHEAD = 8
"""Groups that are prepared ahead: a limit on memory."""
_BATCHES_AHEAD = 2
"""Batches that are cut ahead: a limit on memory. One is too few while a batch is committed."""

Batch = list[PreparedArticle | Outcome]
Cuts = list[tuple[dict[int, Article], "Future[list[CutArticle]]"]]
"""Articles by their place in their batch, and what a child process makes of them."""
T = TypeVar("T")
R = TypeVar("R")

_log = logging.getLogger("hoidap.corpus")


@dataclass(frozen=True, slots=True)
class Adding:
    """What takes articles into a corpus."""

    storage: Storage
    model: ModelInUse
    index: SearchIndex

    def add(
        self, drafts: Iterable[Draft], *, clean: bool | None, max_text_bytes: int, processes: int
    ) -> Iterator[Outcome]:
        """Store articles; see `Corpus.add`."""
        groups = _groups_of(drafts, lambda draft: len(draft.text))
        preparing = partial(prepare_all, clean=clean, max_text_bytes=max_text_bytes)
        pool = None
        if processes:
            first = [group for _, group in zip(range(_GROUPS_FOR_PROCESSES), groups, strict=False)]
            groups = chain(first, groups)
            pool = Processes(processes) if len(first) == _GROUPS_FOR_PROCESSES else None
        try:
            begun: deque[tuple[Batch, Cuts]] = deque()
            for batch in batches_of(chain.from_iterable(_in_order(pool, preparing, groups))):
                begun.append((batch, self._cut(batch, pool)))
                while len(begun) > (_BATCHES_AHEAD if pool else 0):
                    yield from self._store(*begun.popleft())
            while begun:
                yield from self._store(*begun.popleft())
        finally:
            if pool is not None:
                pool.close()

    def _cut(self, batch: Batch, pool: Processes | None) -> Cuts:
        """Have those articles cut that seem to be new or changed; earlier batches may still change that."""
        if pool is None:
            return []
        items = {place: item for place, item in enumerate(batch) if isinstance(item, PreparedArticle)}
        known = self.storage.digests([one for item in items.values() for one in (item.article.id, *item.other_ids)])
        changed = (
            (place, item.article)
            for place, item in items.items()
            if not any(_is_unchanged(item, known.get(one)) for one in (item.article.id, *item.other_ids))
        )
        should_encode = is_packaged(self.model.encoder)
        groups = map(dict, _groups_of(changed, lambda one: len(one[1].text)))
        return [(group, pool.submit(cut_whole, list(group.values()), should_encode)) for group in groups]

    def _store(self, batch: Batch, cuts: Cuts) -> list[Outcome]:
        cut: dict[int, CutArticle] = {}
        for articles, future in cuts:
            own_cuts = _result(cut_articles, list(articles.values()), future)
            cut.update(zip(articles, own_cuts, strict=True))
        batch = self._under_stored_ids(batch)
        prepared = {place: item for place, item in enumerate(batch) if isinstance(item, PreparedArticle)}
        known = self.storage.digests([item.article.id for item in prepared.values()])
        changed = {
            place: item for place, item in prepared.items() if not _is_unchanged(item, known.get(item.article.id))
        }
        left = {place: item.article for place, item in changed.items() if place not in cut}
        cut.update(zip(left, cut_articles(list(left.values())), strict=True))
        own = [cut[place] for place in changed]
        statuses: dict[str, Status] = {item.article.id: "unchanged" for item in prepared.values()}
        started = time.monotonic()
        while not self._commit(list(changed.values()), own, statuses):
            self.index.view()  # takes up the model that the corpus was switched to
        # Also when nothing changed: a commit that the index missed must be searchable before we say "unchanged".
        analysed: dict[str, Analysed] = {}
        for item, one in zip(changed.values(), own, strict=True):
            analysed.update(zip(searched_texts(item.article, one), one.terms, strict=False))  # no terms: all or none
        self.index.follow(analysed)
        if (seconds := time.monotonic() - started) > _SLOW_BATCH_SECONDS:
            _log.info("%s: storing %d articles took %.0f s", self.storage.location, len(changed), seconds)
        passages = {item.article.id: len(one.spans) for item, one in zip(changed.values(), own, strict=True)}
        return [
            item
            if isinstance(item, Outcome)
            else Outcome(
                statuses[item.article.id],
                item.article.id,
                item.origin,
                removed=item.removed,
                notes=item.notes,
                passages=passages.get(item.article.id, 0),
            )
            for item in batch
        ]

    def _under_stored_ids(self, batch: Batch) -> Batch:
        """Let an article keep the id that an earlier version gave it, where it is not stored under its own."""
        others = {one: item.article.id for item in batch if isinstance(item, PreparedArticle) for one in item.other_ids}
        if not others:
            return batch
        stored = self.storage.digests([*others, *others.values()])
        kept = {own: other for other, own in others.items() if other in stored and own not in stored}
        return [
            replace(item, article=replace(item.article, id=kept[item.article.id]))
            if isinstance(item, PreparedArticle) and item.article.id in kept
            else item
            for item in batch
        ]

    def _commit(
        self, changed: Sequence[PreparedArticle], cuts: Sequence[CutArticle], statuses: dict[str, Status]
    ) -> bool:
        """Encode and store articles; return false when the corpus was switched to another model meanwhile."""
        if not changed:
            return True
        since = self.model.since
        encoded = encode_articles(changed, cuts, self.storage, self.model.encoder)
        with self.storage.writing() as change:
            if not self.model.is_still(since):
                return False
            for item, passages in zip(changed, encoded, strict=True):
                statuses[item.article.id] = "created" if change.put(_new(item), passages) else "replaced"
        return True


def prepare_all(drafts: Sequence[Draft], *, clean: bool | None, max_text_bytes: int) -> Batch:
    """Prepare drafts; one that breaks the contract fails alone."""
    return [_prepared(draft, clean, max_text_bytes) for draft in drafts]


def _prepared(draft: Draft, clean: bool | None, max_text_bytes: int) -> PreparedArticle | Outcome:
    try:
        return prepare(draft, clean=clean, max_text_bytes=max_text_bytes)
    except InvalidArticle as error:
        return Outcome("failed", draft.id, draft.origin, error)


def _groups_of(items: Iterable[T], characters_of: Callable[[T], int]) -> Iterator[list[T]]:
    """Yield what one process works on at once."""
    group: list[T] = []
    characters = 0
    for item in items:
        group.append(item)
        characters += characters_of(item)
        if len(group) == _GROUP_ARTICLES or characters >= _GROUP_CHARACTERS:
            yield group
            group, characters = [], 0
    if group:
        yield group


def _in_order(pool: Processes | None, function: Callable[[T], R], groups: Iterable[T]) -> Iterator[R]:
    """Yield what a function makes of groups, in their order; child processes work on the next ones meanwhile."""
    waiting: deque[tuple[T, Future[R]]] = deque()
    for group in groups:
        if pool is None:
            yield function(group)
            continue
        waiting.append((group, pool.submit(function, group)))
        if len(waiting) > _GROUPS_AHEAD:
            yield _result(function, *waiting.popleft())
    while waiting:
        yield _result(function, *waiting.popleft())


def _result(function: Callable[[T], R], group: T, future: Future[R]) -> R:
    """Return what a child process made of a group; where it died, do its work here."""
    try:
        return future.result()
    except ChildEnded as ended:
        _log.warning("a child process ended (%s); this process does its work", ended)
        return function(group)


def _is_unchanged(item: PreparedArticle, stored: StoredDigests | None) -> bool:
    return stored is not None and stored.raw == item.raw_digest and stored.fields == item.fields_digest


def _new(item: PreparedArticle) -> NewArticle:
    return NewArticle(item.article, item.raw, item.cleaner, item.raw_digest, item.fields_digest)
