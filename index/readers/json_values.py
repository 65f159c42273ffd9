"""JSON values as people write them: strictly, or with a comma behind the last element."""

from __future__ import annotations

import json
import re
from typing import Any

from index.errors import EncodingError, ReadError

_TEXT_OR_LAST_COMMA = re.compile(rb'("[^"\\]*+(?:\\.[^"\\]*+)*+"?)|,(?=\s*+(?:[}\]]|\Z))', re.DOTALL)


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


def parse_tolerant(content: bytes, origin: str) -> Any:
    """Return the value that `content` holds, also where a comma stands behind a last element or behind the value.

    Raises:
        EncodingError, ReadError: see `parse_json`.
    """
    try:
        return parse_json(content, origin)
    except EncodingError:
        raise
    except ReadError:
        mended = _TEXT_OR_LAST_COMMA.sub(lambda found: found[1] or b"", content)
        if len(mended) == len(content):
            raise
        return parse_json(mended, origin)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")
