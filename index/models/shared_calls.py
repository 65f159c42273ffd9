"""Questions of several threads, encoded together: one call of a model costs little more than a part of it.

A caller that finds the model idle encodes at once. Those who come meanwhile wait; when the call returns, the first of
them encodes for all. No thread of its own, nothing waits for company, and one call runs at a time.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence

from index.errors import ModelBusy
from index.models.encoder import Vectors

_MOST_TEXTS = 32
"""Texts of one call, a limit; a caller with more has a call of its own."""
PATIENCE_SECONDS = 30.0
"""Seconds that a caller waits for its turn: a limit, so that no wait is without end."""


class _Waiting:
    """A caller with its texts. `turn` is set when its vectors or its error are there, or when it is to encode."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.turn = threading.Event()
        self.encodes = False
        self.vectors: Vectors | None = None
        self.error: Exception | None = None


class SharedCalls:
    """A function from texts to vectors, called for several threads at once. Safe to share between threads."""

    def __init__(self, model: str, encode: Callable[[Sequence[str]], Vectors]) -> None:
        """Share `encode`, of the model named `model`, whose vectors do not depend on the batch."""
        self._model = model
        self._encode = encode
        self._lock = threading.Lock()
        self._queue: deque[_Waiting] = deque()
        self._busy = False

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of `texts`, shape (len(texts), dimensions).

        Raises:
            ModelBusy: the model was busy for `PATIENCE_SECONDS`; the texts are dropped.
            Exception: what `encode` raises for these texts; texts of other callers do no harm.
        """
        own = _Waiting(texts)
        with self._lock:
            self._queue.append(own)
            own.encodes, self._busy = not self._busy, True
        if not own.encodes:
            self._wait(own)
        if own.encodes:
            self._encode_batch(own)
        if own.error is not None:
            raise own.error
        assert own.vectors is not None
        return own.vectors

    def _wait(self, own: _Waiting) -> None:
        """Wait for a turn. A caller that gives up or is interrupted takes its texts along, if they still wait."""
        try:
            has_turn = own.turn.wait(PATIENCE_SECONDS)
        except BaseException:
            self._leave(own)
            raise
        if not has_turn:
            if self._leave(own):
                raise ModelBusy(self._model, PATIENCE_SECONDS)
            own.turn.wait()  # its texts are being encoded

    def _leave(self, own: _Waiting) -> bool:
        """Take a caller out of the queue; returns False if it is not there any more."""
        with self._lock:
            if own not in self._queue:
                return False
            self._queue.remove(own)
            if own.encodes:
                self._hand_on()
            return True

    def _hand_on(self) -> None:
        """Give the turn to the first in the queue; the lock is held."""
        self._busy = bool(self._queue)
        if self._busy:
            self._queue[0].encodes = True
            self._queue[0].turn.set()

    def _encode_batch(self, own: _Waiting) -> None:
        """Encode for those who came first, and hand the turn on."""
        batch: list[_Waiting] = []
        with self._lock:
            texts = 0
            while self._queue and (not batch or texts + len(self._queue[0].texts) <= _MOST_TEXTS):
                batch.append(self._queue.popleft())
                texts += len(batch[-1].texts)
        try:
            self._fill(batch)
        finally:
            done = [one for one in batch if one.vectors is not None or one.error is not None]
            with self._lock:  # where this thread was interrupted, the others still want their vectors
                self._queue.extendleft(one for one in reversed(batch) if one not in done and one is not own)
                self._hand_on()
            for one in done:
                one.turn.set()

    def _fill(self, batch: Sequence[_Waiting]) -> None:
        """Give each caller its vectors or its error; if the batch fails, each one's texts are tried alone."""
        try:
            vectors = self._encode([text for one in batch for text in one.texts])
        except Exception as error:
            for one in batch:
                one.error = error
                if len(batch) > 1:
                    one.error = None
                    self._fill([one])
            return
        first = 0
        for one in batch:
            one.vectors = vectors[first : first + len(one.texts)]
            first += len(one.texts)
