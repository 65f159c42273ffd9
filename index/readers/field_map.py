"""Records with other names than ours: which of their keys fills which field of an article.

`text=content,published_at=date,title=name.vi,metadata.topic=tags` names fields on the left and keys on the right. A key
may be a path of keys and of places in lists, from 0; texts of several keys, joined with `+`, stand one below another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from index.errors import InvalidArticle, InvalidMap
from index.readers.fields import SHOWN_CHARACTERS, SHOWN_NAMES, TEXT_FIELDS, draft_from_fields
from index.records import Draft
from index.text.normalization import fold

METADATA_PREFIX = "metadata."
"""What begins the name of a field of the metadata."""
_PARAGRAPHS = "\n\n"
"""What stands between the parts of a text."""
_USUAL_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("articleid", "postid", "docid", "newsid", "uuid", "guid", "mabai"),
    "title": ("headline", "name", "heading", "tieude", "tenbai"),
    "text": (
        "content", "body", "articlebody", "fulltext", "bodytext", "contenttext", "maintext", "articletext", "noidung",
        "article", "document", "passage", "story",
    ),
    "url": ("link", "href", "permalink", "weburl", "sourceurl", "articleurl", "duongdan"),
    "source": ("site", "sitename", "publisher", "newspaper", "publication", "outlet", "domain", "nguon", "toasoan"),
    "author": ("authors", "byline", "creator", "writer", "journalist", "tacgia"),
    "published_at": (
        "date", "published", "publishedat", "publisheddate", "publishdate", "publicationdate", "datepublished",
        "pubdate", "datetime", "createdat", "timestamp", "time", "ngaydang", "ngay", "thoigian",
    ),
    "language": ("lang", "locale", "ngonngu"),
}  # fmt: skip
"""What the fields are called elsewhere, without accents, capitals and signs between; the likeliest first."""


@dataclass(frozen=True, slots=True)
class FieldMap:
    """The keys that fill each field, in the order of the fields' naming.

    Attributes:
        sources: to each field, `text` or `metadata.topic`, the keys that fill it.
    """

    sources: Mapping[str, tuple[str, ...]]

    @classmethod
    def parse(cls, text: str) -> FieldMap:
        """Return the map that `text=content,title=name.vi` stands for.

        Raises:
            InvalidMap: it has not this form, or names a field that articles have not, or one twice.
        """
        sources: dict[str, tuple[str, ...]] = {}
        for pair in text.split(","):
            field, sign, right = (part.strip() for part in pair.partition("="))
            keys = tuple(key.strip() for key in right.split("+"))
            if not sign or not all(keys):
                shown = pair.strip()[:SHOWN_CHARACTERS]
                raise InvalidMap(f"{shown!r} is not FIELD=KEY, such as text=content,published_at=date")
            if field not in TEXT_FIELDS and (not field.startswith(METADATA_PREFIX) or field == METADATA_PREFIX):
                raise InvalidMap(
                    f"{field[:SHOWN_CHARACTERS]!r} is no field of an article; the field stands left of the sign: "
                    f"{', '.join(TEXT_FIELDS)} or {METADATA_PREFIX}NAME"
                )
            if field in sources:
                raise InvalidMap(f"{field} is there twice; join keys with a plus, as in {field}=sapo+body")
            sources[field] = keys
        return cls(sources)

    def __str__(self) -> str:
        return ",".join(f"{field}={'+'.join(keys)}" for field, keys in self.sources.items())


@dataclass(frozen=True, slots=True)
class _Taken:
    """A record in the names of articles, and what could not be taken over: keys left out, keys not found."""

    record: dict[str, Any]
    left_out: tuple[str, ...]
    absent: tuple[str, ...]


class ArticleFields:
    """Records of one file to drafts; what a map leaves out is told once a file."""

    def __init__(self, fields: FieldMap | None) -> None:
        """Take the map that the user gave, None when the records have our names."""
        self._fields = fields
        self._told: set[str] = set()

    def draft(self, record: object, origin: str) -> Draft:
        """Return the draft that a record describes.

        With a map, flat values and lists of them under other keys are kept in the metadata, and others left out.

        Raises:
            InvalidArticle: see `draft_from_fields`; names the map that an unknown record may want.
        """
        if not isinstance(record, Mapping):
            return draft_from_fields(record, origin)
        if self._fields is None:
            return draft_from_fields(_with_plain_id(record), origin, remedy)
        taken = _taken(record, self._fields)
        if taken.record.get("text") is None:
            wanted = " or ".join(repr(key) for key in self._fields.sources.get("text", ("text",)))
            raise InvalidArticle(origin, "text", f"is required, and there is no {wanted}; {_keys_of(record)}")
        notes = []
        for told, keys in (("left out, for it is not flat", taken.left_out), ("not there", taken.absent)):
            new = [key for key in keys if f"{told} {key}" not in self._told]
            self._told.update(f"{told} {key}" for key in new)
            notes += [f"{key[:SHOWN_CHARACTERS]}: {told}" for key in new[:SHOWN_NAMES]]
        return replace(draft_from_fields(_with_plain_id(taken.record), origin), notes=tuple(notes))


def suggested_map(names: Iterable[str]) -> str:
    """Return the map that a record with these keys or columns seems to want, empty without a guess at its text."""
    folded: dict[str, str] = {}
    for one in names:
        folded.setdefault(bare(one), one)
    found = {}
    for field, usual in _USUAL_NAMES.items():
        own = folded.get(bare(field))
        if own == field:
            continue
        name: str | None = own or next((folded[one] for one in usual if one in folded), None)
        if name is not None and not set(name) & set(",+="):
            found[field] = (name,)
    return str(FieldMap(found)) if found and ("text" in found or "text" in folded) else ""


def remedy(names: Iterable[str]) -> str:
    """Return what to do with a record or table of these names, as the end of a message."""
    suggestion = suggested_map(names)
    return f", or name the fields, for example with --map {suggestion or 'text=KEY'}"


def _with_plain_id(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a record whose id is text, also where it is a number."""
    given = record.get("id")
    if isinstance(given, int) and not isinstance(given, bool):
        return {**record, "id": str(given)}
    return record


def _taken(record: Mapping[str, Any], fields: FieldMap) -> _Taken:
    taken: dict[str, Any] = {}
    given = record.get("metadata")
    metadata: dict[str, Any] = {}
    left_out, absent = [], []
    used: set[str] = set()
    for field, keys in fields.sources.items():
        values = []
        for key in keys:
            place, value = _at(record, key)
            if place is None:
                absent.append(key)
            else:
                used.add(place)
            if value is not None and value != "":
                values.append(value)
        if field.startswith(METADATA_PREFIX):
            if values:
                metadata[field.removeprefix(METADATA_PREFIX)] = values[0] if len(keys) == 1 else values
        elif values:
            taken[field] = _joined(values, _PARAGRAPHS if field == "text" else ", ")
    for key, value in record.items():
        if key in used or key == "metadata":
            continue
        if key in TEXT_FIELDS and key not in fields.sources:
            taken[key] = value
        elif value is None:
            continue
        elif _is_flat(value):
            metadata.setdefault(str(key).removeprefix(METADATA_PREFIX), value)
        else:
            left_out.append(str(key))
    taken["metadata"] = {**metadata, **given} if isinstance(given, Mapping) else given if given else metadata
    return _Taken(taken, tuple(left_out), tuple(absent))


def _at(record: Mapping[str, Any], path: str) -> tuple[str | None, Any]:
    """Return the key of the record that a path begins with, None if it leads nowhere, and the value at its end."""
    if path in record:
        return path, record[path]
    steps = path.split(".")
    value: Any = record
    for step in steps:
        if isinstance(value, Mapping) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None, None
    return steps[0], value


def _joined(values: Sequence[Any], separator: str) -> Any:
    """Return values as one text where they are text, numbers or lists of them; else as they are."""
    plain = [_plain(value, separator) for value in values]
    return _plain(plain if len(plain) > 1 else plain[0], separator)


def _plain(value: object, separator: str) -> object:
    """Return a number as its text, and a list of texts and numbers joined; any other value as it is."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list) and value and all(isinstance(one, (str, int, float)) for one in value):
        return separator.join(map(str, value))
    return value


def _is_flat(value: object) -> bool:
    if isinstance(value, list):
        return all(one is None or isinstance(one, (str, int, float)) for one in value)
    return isinstance(value, (str, int, float))


def _keys_of(record: Mapping[str, Any]) -> str:
    keys = ", ".join(repr(str(key)[:SHOWN_CHARACTERS]) for key in list(record)[:SHOWN_NAMES])
    return f"its keys are {keys}" if keys else "it is empty"


def bare(name: str) -> str:
    """Return a name without accents, capitals and signs ("Published At" gives "publishedat")."""
    return "".join(letter for letter in fold(name) if letter.isalnum())
