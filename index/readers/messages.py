"""What a confined reader sends back, as lines of JSON: data of a program that a hostile file may have taken over.

So nothing of it is trusted: names and types are checked as those of any record, and no object is made by name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from index.errors import HoidapError, InvalidArticle, ReadError
from index.readers.fields import KNOWN_FIELDS, draft_from_fields
from index.records import Draft, Place

MAX_LINE_BYTES = 64_000_000
"""Bytes of one line at most; a limit. The longest text that is stored by default fits, whatever its letters."""
DONE = b'{"done": true}\n'
"""The line behind the last article of a file."""


def line_of(item: Draft | HoidapError) -> bytes:
    """Return the line that stands for an article, or for the error in its place."""
    message: dict[str, Any]
    if isinstance(item, Draft):
        message = {"draft": asdict(item)}
    elif isinstance(item, InvalidArticle):
        message = {"invalid": [item.origin, item.field, item.reason]}
    elif isinstance(item, ReadError):
        message = {"unreadable": [item.origin, item.reason]}
    else:
        message = {"unreadable": ["", str(item)]}
    return json.dumps(message).encode() + b"\n"


def item_of(line: bytes, origin: str) -> Draft | HoidapError | None:
    """Return the article, or the error, that a line stands for, and None for `DONE`.

    Raises:
        ValueError: the line is none of these.
        InvalidArticle: it is an article whose fields have wrong types.
    """
    try:
        message = json.loads(line)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    match message:
        case {"done": True}:
            return None
        case {"unreadable": [str(where), str(reason)]}:
            return ReadError(where or origin, reason)
        case {"invalid": [str(where), str(field), str(reason)]}:
            return InvalidArticle(where, field, reason)
        case {"draft": dict(fields)}:
            return _draft_of(fields, origin)
    raise ValueError("no message of a reader")


def _draft_of(fields: Mapping[str, Any], origin: str) -> Draft:
    own, path, scraped = fields.get("origin"), fields.get("path"), fields.get("scraped", False)
    notes = fields.get("notes", [])
    if not (isinstance(own, str) and isinstance(path, str | None) and isinstance(scraped, bool)):
        raise ValueError("an origin, path or mark of another type")
    if not (isinstance(notes, list) and all(isinstance(note, str) for note in notes)):
        raise ValueError("notes that are no sentences")
    draft = draft_from_fields({name: fields[name] for name in KNOWN_FIELDS if name in fields}, own or origin)
    places = _places_of(fields.get("places", []), len(draft.text))
    return replace(draft, path=path, scraped=scraped, places=places, notes=tuple(notes))


def _places_of(values: object, characters: int) -> tuple[Place, ...]:
    if not isinstance(values, list):
        raise ValueError("places that are no list")
    places: list[Place] = []
    for value in values:
        match value:
            case {"start": int(start), "page": int() | None as page, "section": str() | None as section}:
                places.append(Place(start, page, section))
            case _:
                raise ValueError("a place of another form")
    starts = [place.start for place in places]
    if starts != sorted(starts) or (starts and not 0 <= starts[0] <= starts[-1] <= characters):
        raise ValueError("places out of order")
    return tuple(places)
