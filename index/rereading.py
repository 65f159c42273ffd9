"""Reading stored passages anew: those of an older version have no reading, or one of another kind."""

from __future__ import annotations

from itertools import chain

from index.reading.reader import PassageReader, PassageText
from index.storage.protocol import Storage

_PAGE = 256
"""Articles whose passages are read at once: a limit on memory."""


def reread(storage: Storage, reader: PassageReader) -> int:
    """Store the readings of the passages that have none of today's; return how many were read."""
    after: str | None = None
    count = 0
    while page := storage.page(_PAGE, after):
        numbers = chain.from_iterable(storage.passages_of([header.id for header in page]).values())
        old = [one for one in storage.passages(numbers).values() if not reader.is_current(one.reading)]
        if old:
            texts = [PassageText(one.text, one.header_text, one.article.title) for one in old]
            readings = dict(zip((one.number for one in old), reader.to_store(texts), strict=True))
            with storage.writing() as change:  # a passage that was removed meanwhile is left out
                change.put_readings(readings)
        count += len(old)
        after = page[-1].id
    return count
