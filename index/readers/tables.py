"""CSV and TSV: a header that names the fields of an article, then one article a row; a bad row stops no other.

Columns are named like the fields of a JSON article, or by a map; `metadata.topic` fills `topic` in the metadata. Empty
cells count as absent, and all cells are text.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.errors import EncodingError, HoidapError, InvalidArticle, ReadError
from index.readers.field_map import METADATA_PREFIX, ArticleFields, FieldMap, bare, remedy
from index.readers.fields import SHOWN_CHARACTERS, SHOWN_NAMES, TEXT_FIELDS, draft_from_fields
from index.readers.text import UTF16_MARKS, decode
from index.records import Draft

_METADATA_COLUMN = re.compile(re.escape(METADATA_PREFIX) + ".+")
_DELIMITERS = (",", ";", "\t", "|")
"""What may separate the cells of a CSV file."""
_SEPARATOR_LINE = re.compile(r'"?sep=([,;|\t])"?\s*', re.IGNORECASE)
"""The line above the header in which spreadsheets say what separates the cells."""
_MAX_COLUMNS = 16_384
"""Columns of a table at most, as in a spreadsheet; a limit."""
_MAX_CELL_CHARACTERS = 64 * 1024 * 1024
"""Characters of a cell at most; a limit on what a quotation mark that is never closed can hold.

The csv module's own limit of 131,072 is shorter than a long article.
"""


def read_csv(file: Path, origin: str, fields: FieldMap | None = None) -> Iterator[Draft | HoidapError]:
    """Yield a draft, or the error, for every row; cells are separated by commas, semicolons, tabs or bars.

    Raises:
        ReadError, InvalidArticle: the header cannot be used.
    """
    yield from _read_table(file, origin, None, fields)


def read_tsv(file: Path, origin: str, fields: FieldMap | None = None) -> Iterator[Draft | HoidapError]:
    """Yield a draft, or the error, for every row of a table with tabs between the cells.

    Raises:
        ReadError, InvalidArticle: the header cannot be used.
    """
    yield from _read_table(file, origin, "\t", fields)


def _read_table(
    file: Path, origin: str, delimiter: str | None, fields: FieldMap | None
) -> Iterator[Draft | HoidapError]:
    if csv.field_size_limit() < _MAX_CELL_CHARACTERS:
        csv.field_size_limit(_MAX_CELL_CHARACTERS)  # the limit is the process's; it is only ever raised
    lines = _Lines(file, origin)
    with_header = iter(lines)
    first = next(with_header, "")
    if named := _SEPARATOR_LINE.fullmatch(first):
        delimiter, first = named[1], next(with_header, "")
    if lines.undecodable is not None:
        raise lines.undecodable
    delimiter = delimiter or _sniffed_delimiter(first)
    columns = _Columns.of(first, delimiter, f"{origin}:{max(lines.number, 1)}", fields)
    rows = csv.reader(with_header, delimiter=delimiter, strict=True)
    while True:
        place = f"{origin}:{lines.number + 1}"
        lines.undecodable = None
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield ReadError(place, f"is no row of a table: {error}; is a quotation mark left open or not doubled?")
            continue
        if lines.undecodable is not None:
            yield lines.undecodable
        elif any(cell.strip() for cell in row):
            try:
                yield columns.draft(row, place)
            except HoidapError as error:
                yield error


@dataclass
class _Lines:
    """The lines of a file as text.

    A line that is not UTF-8 gets replacement characters, and its error stands in `undecodable`.
    """

    file: Path
    origin: str
    number: int = 0
    undecodable: EncodingError | None = field(default=None)

    def __iter__(self) -> Iterator[str]:
        with self.file.open("rb") as content:
            utf16 = content.read(2) in UTF16_MARKS
            content.seek(0)
            if utf16:  # a spreadsheet's "Unicode text"
                for line in io.StringIO(decode(content.read(), self.origin), newline="\n"):
                    self.number += 1
                    yield line
                return
            offset = 0
            for raw in content:
                self.number += 1
                yield self._decoded(raw, offset)
                offset += len(raw)

    def _decoded(self, raw: bytes, offset: int) -> str:
        try:
            line = raw.decode()
        except UnicodeDecodeError as error:
            place = f"{self.origin}:{self.number}"
            self.undecodable = self.undecodable or EncodingError(place, offset + error.start, raw[error.start])
            line = raw.decode(errors="replace")
        return line.removeprefix("\ufeff") if offset == 0 else line


def _sniffed_delimiter(header: str) -> str:
    """Return the delimiter that cuts the header into the most columns; no name of a column holds one."""
    return max(_DELIMITERS, key=header.count)


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns of a table: what fills which field."""

    names: Sequence[str]
    articles: ArticleFields | None

    @classmethod
    def of(cls, line: str, delimiter: str, origin: str, fields: FieldMap | None) -> _Columns:
        """Return the columns that a header names.

        Raises:
            InvalidArticle: one is unknown or there twice, or none is the text.
            ReadError: there is no header, or it has too many columns.
        """
        mapped = {key for keys in fields.sources.values() for key in keys} if fields else set()
        names = [name if name in mapped else _field_of(name) for name in _header(line, delimiter, origin)]
        if fields is None:
            unknown = [name for name in names if name not in TEXT_FIELDS and not _METADATA_COLUMN.fullmatch(name)]
            if unknown:
                free = f"put free fields in columns such as {METADATA_PREFIX}topic{remedy(names)}"
                known = f"known are {', '.join(TEXT_FIELDS)}; {free}"
                raise InvalidArticle(origin, "article", f"unknown column {_shown(unknown)}; {known}")
        repeated = sorted(name for name, times in Counter(names).items() if times > 1 and name)
        if repeated:
            raise InvalidArticle(origin, "article", f"column {_shown(repeated)} is there twice")
        if missing := sorted(mapped - set(names)):
            raise InvalidArticle(
                origin, "article", f"the map names {_shown(missing)}, which is no column; they are {_shown(names)}"
            )
        if "text" not in names and not (fields and "text" in fields.sources):
            raise InvalidArticle(origin, "text", f"is required; the columns are {', '.join(names[:SHOWN_NAMES])}")
        return cls(names, ArticleFields(fields) if fields else None)

    def draft(self, row: Sequence[str], origin: str) -> Draft:
        """Return the draft that a row describes.

        Raises:
            ReadError: it has more or fewer cells than the header; empty ones at the end do not count.
            InvalidArticle: see `draft_from_fields`.
        """
        names = self.names
        if len(row) < len(names) or any(cell.strip() for cell in row[len(names) :]):
            raise ReadError(origin, f"has {len(row)} cells, the header names {len(names)} columns")
        cells = {name: cell for name, cell in zip(names, row, strict=False) if name and cell.strip()}
        if self.articles is not None:
            return self.articles.draft(cells, origin)
        record: dict[str, object] = {name: cell for name, cell in cells.items() if name in TEXT_FIELDS}
        metadata = {name.removeprefix(METADATA_PREFIX): cell for name, cell in cells.items() if name not in TEXT_FIELDS}
        return draft_from_fields({**record, "metadata": metadata}, origin)


def _header(line: str, delimiter: str, origin: str) -> list[str]:
    """Return the cells of a header without white space around them, and without empty ones at the end."""
    if line.count(delimiter) >= _MAX_COLUMNS:
        raise ReadError(origin, f"has {line.count(delimiter) + 1:,} columns; at most {_MAX_COLUMNS:,} are read")
    try:
        names = [name.strip() for name in next(csv.reader([line], delimiter=delimiter, strict=True), [])]
    except csv.Error as error:
        raise ReadError(origin, f"is no header of a table: {error}") from error
    while names and not names[-1]:
        names.pop()
    if not names:
        raise ReadError(origin, "is empty; the first line of a table names its columns")
    return names


def _field_of(name: str) -> str:
    """Return the field of an article that a column means, whatever its capitals and spaces; any other as it is."""
    prefix = name[: len(METADATA_PREFIX)]
    if prefix.lower() == METADATA_PREFIX:
        return METADATA_PREFIX + name[len(prefix) :]
    return _BY_BARE_NAME.get(bare(name), name)


def _shown(names: Sequence[str]) -> str:
    return ", ".join(repr(name[:SHOWN_CHARACTERS]) for name in names[:SHOWN_NAMES])


_BY_BARE_NAME = {bare(field): field for field in TEXT_FIELDS}
