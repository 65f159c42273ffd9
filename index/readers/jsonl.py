"""JSON Lines: one article a line; a line that fails does not stop the others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.errors import EncodingError, HoidapError, ReadError
from index.readers.fields import draft_from_fields
from index.records import Draft


def read_jsonl(file: Path, origin: str) -> Iterator[Draft | HoidapError]:
    """Yield a draft, or the error, for every line of the file that is not blank."""
    offset = 0
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            place = f"{origin}:{number}"
            if line.strip():
                try:
                    yield draft_from_fields(parse_json(line, place), place)
                except EncodingError as error:
                    yield EncodingError(place, offset + error.byte_offset, error.byte)
                except HoidapError as error:
                    yield error
            offset += len(line)


def parse_json(content: bytes, origin: str) -> Any:
    """Return the value that `content` holds; NaN and infinities, which JSON does not have, are refused.

    Raises:
        EncodingError: not UTF-8.
        ReadError: not JSON; says where.
    """
    try:
        return json.loads(content.decode().removeprefix("\ufeff"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise EncodingError(origin, error.start, content[error.start]) from error
    except json.JSONDecodeError as error:
        raise ReadError(origin, f"is not JSON: {error.msg} at character {error.pos}") from error
    except RecursionError as error:
        raise ReadError(origin, "is nested too deeply") from error
    except ValueError as error:
        raise ReadError(origin, f"is not JSON: {error}") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")
