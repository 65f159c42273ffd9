"""Drafts whose text is Vietnamese in an encoding from before Unicode, in Unicode."""

from __future__ import annotations

from dataclasses import replace

from index.records import Draft
from index.text.legacy_vietnamese import LegacyEncoding, recognise


def in_unicode(draft: Draft) -> Draft:
    """Return the draft with its text, title, author and source in Unicode, and a note where the text was not.

    The text tells the encoding, since the other fields are too short. A draft with places is returned as it is, for
    conversion moves what they point at.
    """
    encoding = None if draft.places else recognise(draft.text)
    if encoding is None:
        return draft
    return replace(
        draft,
        text=encoding.convert(draft.text),
        title=_converted(draft.title, encoding),
        author=_converted(draft.author, encoding),
        source=_converted(draft.source, encoding),
        notes=(*draft.notes, encoding.note),
    )


def _converted(value: str | None, encoding: LegacyEncoding) -> str | None:
    return encoding.convert(value) if value and encoding.improves(value) else value
