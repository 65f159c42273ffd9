"""A record with named fields (JSON, front matter, a row, a request) to a draft: the one check of names and types."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from index.errors import InvalidArticle
from index.records import Draft, MetadataValue

SHOWN_CHARACTERS = 60
"""Characters of a name that an error quotes; a limit."""
SHOWN_NAMES = 10
"""Names that an error lists; a limit."""

TEXT_FIELDS = ("id", "title", "text", "url", "source", "author", "published_at", "language")
"""The fields of an article whose values are text."""
KNOWN_FIELDS = (*TEXT_FIELDS, "metadata")
"""All fields of an article."""
_MAX_METADATA_ENTRIES = 100
"""Entries in the metadata of an article at most; a limit."""
MAX_LIST_VALUES = 100
"""Values of one list in the metadata at most; a limit."""
_INTEGERS = range(-(2**63), 2**63)
"""The integers that SQLite and JSON's readers hold: those of 64 bits; a limit."""


def draft_from_fields(
    record: object, origin: str = "", remedy: Callable[[Iterable[str]], str] = lambda _names: ""
) -> Draft:
    """Return the draft that `record`, a mapping of the fields of an article, describes.

    Args:
        record: the mapping.
        origin: names it in messages.
        remedy: what else to do with a record of these keys, as the end of the message about unknown ones.

    Raises:
        InvalidArticle: it is no mapping, has unknown keys, lacks `text`, or a value has the wrong type.
    """
    if not isinstance(record, Mapping):
        raise InvalidArticle(origin, "article", f"expected an object with a text, got {_kind(record)}")
    unknown = sorted(str(key) for key in record if key not in KNOWN_FIELDS)
    if unknown:
        shown = ", ".join(repr(name[:SHOWN_CHARACTERS]) for name in unknown[:SHOWN_NAMES])
        known = ", ".join(KNOWN_FIELDS)
        advice = f"put free fields in metadata{remedy(map(str, record))}"
        raise InvalidArticle(origin, "article", f"unknown key {shown}; known are {known}; {advice}")
    values: dict[str, Any] = {}
    for name in TEXT_FIELDS:
        value = record.get(name)
        if value is None:
            continue
        if not isinstance(value, str):
            raise InvalidArticle(origin, name, f"expected text, got {_kind(value)}")
        values[name] = value
    if "text" not in values:
        raise InvalidArticle(origin, "text", "is required")
    return Draft(origin=origin, metadata=_flat_metadata(record.get("metadata"), origin), **values)


def _flat_metadata(value: object, origin: str) -> dict[str, MetadataValue]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InvalidArticle(origin, "metadata", f"expected an object of flat values, got {_kind(value)}")
    if len(value) > _MAX_METADATA_ENTRIES:
        raise InvalidArticle(origin, "metadata", f"has {len(value)} entries; at most {_MAX_METADATA_ENTRIES} are kept")
    for key, item in value.items():
        if not isinstance(key, str):
            raise InvalidArticle(origin, "metadata", f"key {key!r} is not text")
        name = f"metadata.{key[:SHOWN_CHARACTERS]}"
        if isinstance(item, list):
            if len(item) > MAX_LIST_VALUES:
                raise InvalidArticle(origin, name, f"has {len(item)} values; at most {MAX_LIST_VALUES} are kept")
            for one in item:
                _check_flat(one, origin, name, "expected a list of flat values, got one with")
        else:
            _check_flat(item, origin, name, "expected a flat value or a list of them, got")
    return dict(value)


def _check_flat(item: object, origin: str, name: str, expected: str) -> None:
    if item is not None and not isinstance(item, (str, int, float, bool)):
        raise InvalidArticle(origin, name, f"{expected} {_kind(item)}")
    if isinstance(item, float) and not math.isfinite(item):
        raise InvalidArticle(origin, name, "is not a finite number")
    if isinstance(item, int) and item not in _INTEGERS:
        raise InvalidArticle(origin, name, "does not fit 64 bits; write it as text")


def _kind(value: object) -> str:
    """Return what JSON calls a value of this type, for a message."""
    kinds: tuple[tuple[type, str], ...] = (
        (bool, "true or false"),
        (str, "text"),
        (int, "a number"),
        (float, "a number"),
        (Mapping, "an object"),
        (list, "a list"),
    )
    return next(
        (name for kind, name in kinds if isinstance(value, kind)), "nothing" if value is None else "another kind"
    )
