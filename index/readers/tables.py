"""CSV and TSV: a header that names the fields of an article, then one article a row; a bad row stops no other.

Columns are named like the fields of a JSON article; `metadata.topic` fills `topic` in the metadata. Empty cells count
as absent, and all cells are text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from index.errors import EncodingError, HoidapError, InvalidArticle, ReadError
from index.readers.fields import SHOWN_CHARACTERS, SHOWN_NAMES, TEXT_FIELDS, draft_from_fields
from index.readers.text import UTF16_MARKS, decode
from index.records import Draft

_METADATA_PREFIX = "metadata."
_METADATA_COLUMN = re.compile(re.escape(_METADATA_PREFIX) + ".+")
_DELIMITERS = (",", ";", "\t", "|")
"""What may separate the cells of a CSV file."""
_MAX_CELL_CHARACTERS = 64 * 1024 * 1024
"""Characters of a cell at most; a limit on what a quotation mark that is never closed can hold.

The csv module's own limit of 131,072 is shorter than a long article.
"""


def read_csv(file: Path, origin: str) -> Iterator[Draft | HoidapError]:
    """Yield a draft, or the error, for every row; cells are separated by commas, semicolons, tabs or bars.

    Raises:
        ReadError, InvalidArticle: the header cannot be used.
    """
    yield from _read_table(file, origin, None)


def read_tsv(file: Path, origin: str) -> Iterator[Draft | HoidapError]:
    """Yield a draft, or the error, for every row of a table with tabs between the cells.

    Raises:
        ReadError, InvalidArticle: the header cannot be used.
    """
    yield from _read_table(file, origin, "\t")


def _read_table(file: Path, origin: str, delimiter: str | None) -> Iterator[Draft | HoidapError]:
    if csv.field_size_limit() < _MAX_CELL_CHARACTERS:
        csv.field_size_limit(_MAX_CELL_CHARACTERS)  # the limit is the process's; it is only ever raised
    lines = _Lines(file, origin)
    with_header = iter(lines)
    first = next(with_header, "")
    if lines.undecodable is not None:
        raise lines.undecodable
    names = _header(first, delimiter or _sniffed_delimiter(first), f"{origin}:1")
    rows = csv.reader(with_header, delimiter=delimiter or _sniffed_delimiter(first), strict=True)
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
                yield _draft_of(row, names, place)
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


def _header(line: str, delimiter: str, origin: str) -> list[str]:
    """Return the names of the columns.

    Raises:
        InvalidArticle: one is unknown or there twice, or `text` is missing.
        ReadError: there is no header.
    """
    try:
        names = [name.strip() for name in next(csv.reader([line], delimiter=delimiter, strict=True), [])]
    except csv.Error as error:
        raise ReadError(origin, f"is no header of a table: {error}") from error
    if not any(names):
        raise ReadError(origin, "is empty; the first line of a table names its columns")
    unknown = [name for name in names if name not in TEXT_FIELDS and not _METADATA_COLUMN.fullmatch(name)]
    if unknown:
        raise InvalidArticle(
            origin,
            "article",
            f"unknown column {', '.join(repr(name[:SHOWN_CHARACTERS]) for name in unknown[:SHOWN_NAMES])}; "
            f"known are {', '.join(TEXT_FIELDS)}; put free fields in columns such as metadata.topic",
        )
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise InvalidArticle(origin, "article", f"column {', '.join(map(repr, repeated))} is there twice")
    if "text" not in names:
        raise InvalidArticle(origin, "text", f"is required; the columns are {', '.join(names)}")
    return names


def _draft_of(row: list[str], names: list[str], origin: str) -> Draft:
    if len(row) != len(names):
        raise ReadError(origin, f"has {len(row)} cells, the header names {len(names)} columns")
    record: dict[str, object] = {}
    metadata: dict[str, str] = {}
    for name, cell in zip(names, row, strict=True):
        if not cell.strip():
            continue
        if name in TEXT_FIELDS:
            record[name] = cell
        else:
            metadata[name.removeprefix(_METADATA_PREFIX)] = cell
    return draft_from_fields({**record, "metadata": metadata}, origin)
