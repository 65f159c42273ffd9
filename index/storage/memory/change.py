"""One change of a storage in memory: the next state, built from the present one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from index.models.encoder import Fingerprint, Vectors
from index.storage.halves import rounded
from index.storage.memory.state import NOTHING, State, StoredArticle, StoredPassage
from index.storage.protocol import EncodedPassage, NewArticle, PendingPassage, StoredDigests


class MemoryChange:
    """See `Change`. `state` is the state that it leads to."""

    def __init__(self, before: State, now: float) -> None:
        """Begin a change of `before` at `now`, in seconds since 1970."""
        self._before = before.revision
        self._now = float(int(now))  # dates of adding are kept to the second
        self.state = before

    @property
    def revision(self) -> int:
        """The revision that this change makes; the present one until it changes an article or the model."""
        return self.state.revision

    def put(self, new: NewArticle, passages: Sequence[EncodedPassage]) -> bool:
        """Store an article with its passages in place of the one with its id; return whether it is new."""
        article_id = new.article.id
        existing = self.state.articles.get(article_id)
        self._remove_passages(article_id)
        state = self.state
        stored = StoredArticle(
            state.next_article if existing is None else existing.number,
            new.article,
            new.raw,
            StoredDigests(new.raw_digest, new.fields_digest),
            self._now if existing is None else existing.added,
        )
        written = {
            state.next_passage + place: StoredPassage(
                article_id,
                one.start,
                one.end,
                self._next,
                one.digest,
                None if one.vector is None else rounded(one.vector),
                one.header,
                one.reading,
            )
            for place, one in enumerate(passages)
        }
        self.state = replace(
            state,
            revision=self._next,
            articles={**state.articles, article_id: stored},
            passages={**state.passages, **written},
            next_article=state.next_article + (existing is None),
            next_passage=state.next_passage + len(written),
        )
        return existing is None

    def remove(self, article_id: str) -> bool:
        """Remove an article; return whether there was one."""
        if article_id not in self.state.articles:
            return False
        self._remove_passages(article_id)
        kept = {one: stored for one, stored in self.state.articles.items() if one != article_id}
        self.state = replace(self.state, articles=kept, revision=self._next)
        return True

    @property
    def _next(self) -> int:
        return self._before + 1

    def _remove_passages(self, article_id: str) -> None:
        state = self.state
        gone = set(state.passages_of(article_id))
        self.state = replace(
            state,
            passages={number: one for number, one in state.passages.items() if number not in gone},
            replacement={number: one for number, one in state.replacement.items() if number not in gone},
            removals={**state.removals, **{one: (state.passages[one].revision, self._next) for one in gone}},
        )

    def put_readings(self, readings: Mapping[int, bytes]) -> None:
        """Keep what reading passages anew gave, by number; one that was removed meanwhile is left out."""
        read = {
            number: replace(self.state.passages[number], reading=reading)
            for number, reading in readings.items()
            if number in self.state.passages
        }
        self.state = replace(self.state, passages={**self.state.passages, **read})

    def set_model(self, model: Fingerprint) -> None:
        """Name the model of a corpus that has none yet."""
        self.state = replace(self.state, model=model, model_since=0, calibration=None)

    def set_calibration(self, calibration: Mapping[str, Any]) -> None:
        """Store plain values beside the present model; they go when the model does."""
        self.state = replace(self.state, calibration=dict(calibration))

    def begin_reindex(self, target: Fingerprint) -> None:
        """Begin to keep the vectors of another model, in place of what another reindex kept."""
        self.state = replace(self.state, target=target, through=0, replacement=NOTHING)

    def drop_reindex(self) -> None:
        """Forget the vectors of an unfinished reindex."""
        self.state = replace(self.state, target=None, through=0, replacement=NOTHING)

    def put_reindexed(self, passages: Sequence[PendingPassage], vectors: Vectors) -> None:
        """Keep the vectors of what `Storage.pending` returned."""
        if not passages:
            return
        kept = {
            passage.number: rounded(vector)
            for passage, vector in zip(passages, vectors, strict=True)
            if vector.any() and passage.number in self.state.passages
        }
        self.state = replace(self.state, through=passages[-1].number, replacement={**self.state.replacement, **kept})

    def switch_model(self) -> None:
        """Put the vectors of the reindex and its model in the place of those in use."""
        state = self.state
        if state.target is None:
            raise ValueError("there is no reindex to switch to")
        self.state = replace(
            state,
            revision=self._next,
            passages={
                number: replace(one, vector=state.replacement.get(number)) for number, one in state.passages.items()
            },
            model=state.target,
            model_since=self._next,
            calibration=None,
        )
        self.drop_reindex()
