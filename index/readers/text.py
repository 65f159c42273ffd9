"""Plain text and Markdown: one file, one article."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from index.errors import EncodingError, InvalidArticle, ReadError
from index.readers.fields import TEXT_FIELDS, draft_from_fields
from index.readers.headings import markdown_sections
from index.readers.legacy_text import in_unicode
from index.records import Draft
from index.text.legacy_vietnamese import recognise_bytes

UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
"""The byte order marks of UTF-16."""
_BINARY_WITHIN_BYTES = 8192
"""Bytes at the beginning of a file in which a NUL shows that it is no text; a limit."""
_FENCE = "---"
"""The line above and below front matter."""


def decode(content: bytes, origin: str) -> str:
    """Return the text of a file in UTF-8, or UTF-16 where a byte order mark says so.

    Raises:
        EncodingError: a byte is not UTF-8; names the first.
        ReadError: the file holds NUL bytes, so it is no text.
    """
    try:
        text = content.decode("utf-16" if content[:2] in UTF16_MARKS else "utf-8")
    except UnicodeDecodeError as error:
        if b"\0" in content[:_BINARY_WITHIN_BYTES]:
            raise ReadError(origin, "is a binary file, not text") from error
        raise EncodingError(origin, error.start, content[error.start]) from error
    if "\0" in text:
        raise ReadError(origin, f"holds a NUL character at offset {text.index(chr(0))}; is it a binary file?")
    return text


def decode_article(content: bytes, origin: str) -> str:
    """Return the text of a file as `decode` does, but each byte as in Latin-1 if it is Vietnamese from before Unicode.

    Raises:
        EncodingError, ReadError: it is neither.
    """
    try:
        return decode(content, origin)
    except EncodingError:
        as_bytes = content.decode("latin-1")
        if recognise_bytes(as_bytes) is None:
            raise
        return as_bytes


def read_plain_text(file: Path, origin: str) -> Draft:
    """Return the whole of a file as text; cleaning finds headline, author and chrome in it.

    Raises:
        EncodingError, ReadError: it is not text.
    """
    return in_unicode(Draft(text=decode_article(file.read_bytes(), origin), origin=origin))


def read_markdown(file: Path, origin: str) -> Draft:
    """Return a Markdown file with optional YAML front matter; the text is kept as written.

    Without a `title` in the front matter, a first line `# Title` is the title and stays in the text. Headings begin
    sections.

    Raises:
        ReadError, InvalidArticle: not text, broken YAML, an unknown key.
    """
    content = decode_article(file.read_bytes(), origin).removeprefix("\ufeff").replace("\r\n", "\n")
    front, text = _split_front_matter(content)
    record: dict[str, Any] = {}
    if front is not None:
        record = _parse_front_matter(front, origin)
    if "text" in record:
        raise InvalidArticle(origin, "text", "belongs below the front matter")
    if not record.get("title"):
        record["title"] = _first_heading(text)
    draft = in_unicode(draft_from_fields({**record, "text": text}, origin))
    return replace(draft, places=markdown_sections(draft.text))


def _split_front_matter(content: str) -> tuple[str | None, str]:
    lines = content.split("\n")
    if lines[0].rstrip() != _FENCE:
        return None, content
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() == _FENCE:
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :])
    return None, content


def _parse_front_matter(front: str, origin: str) -> dict[str, Any]:
    """Parse YAML; the article's own fields stay text as written, so that `2017-04` and `007` are not reinterpreted."""
    try:
        as_written = yaml.load(front, Loader=yaml.BaseLoader)
        typed = yaml.load(front, Loader=_PlainTypes)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f" in line {mark.line + 2}" if mark else ""
        problem = getattr(error, "problem", None) or "it cannot be parsed"
        raise ReadError(origin, f"the front matter is not YAML{line}: {problem}") from error
    if as_written is None:
        return {}
    if not isinstance(as_written, dict):
        raise ReadError(origin, "the front matter must be `key: value` lines")
    return {
        key: (value if value != "" else None) if key in TEXT_FIELDS else typed.get(key)
        for key, value in as_written.items()
    }


class _PlainTypes(yaml.SafeLoader):
    """YAML that types only what JSON would: `2017-04-11`, `12:30`, `007` and the country code `NO` stay text."""


_GUESSED_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("timestamp", "bool", "int", "float")}
_PlainTypes.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _GUESSED_TAGS]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_PlainTypes.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)$", re.I), list("tTfF"))
_PlainTypes.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"-?(?:0|[1-9]\d*)$", re.A), list("-0123456789"))
_PlainTypes.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"-?(?:0|[1-9]\d*)\.\d+(?:[eE][-+]?\d+)?$", re.A),
    list("-0123456789"),
)


def _first_heading(text: str) -> str | None:
    for line in text.split("\n"):
        if line.strip():
            return line.removeprefix("# ").strip() if line.startswith("# ") else None
    return None
