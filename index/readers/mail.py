"""E-mail: one message (.eml) or a folder of them (.mbox); subject, sender, date, and what the sender wrote."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import EmailPolicy
from pathlib import Path
from typing import Any, BinaryIO, cast

from index.dates import parse_date
from index.errors import HoidapError, ReadError
from index.identity import id_of_name, name_of_part
from index.readers.mail_text import decoded, readable, text_of
from index.records import Draft, Scalar

MAX_MESSAGE_BYTES = 1 << 26
"""Bytes of one message at most, attachments included; a limit."""
_MAX_LINES = 2_000_000
"""Lines of one message at most; a limit."""
_MAX_LINES_TIMES_PARTS = 20_000_000
"""Lines times boundaries of parts at most; a limit, since the parser looks for every open boundary in every line."""
_MAX_HEADER_CHARACTERS = 4_000
"""Characters of a header that are read; a limit, since long ones cost the standard library quadratic time."""
_LINE_BYTES = 1 << 16
"""Bytes of a line that are read at once; a limit."""
_MAX_ATTACHMENTS = 50
"""Attachments that are named, at most; a limit."""
_MAX_NAMED_CHARACTERS = 1_500
"""Characters of the name of an attachment, of a subject or of senders at most; a limit."""
_MESSAGE_ID = re.compile(r"<\s*([^<>\s]{1,500})\s*>")
_FROM_LINE = re.compile(rb"From \S{0,500}\s.{0,500}\d\d:\d\d")
_ESCAPED_FROM = re.compile(rb">+From ")
_BOUNDARY = re.compile(rb"boundary\s*\*?\s*=", re.I)


class _Policy(EmailPolicy):
    """The standard policy, with headers of a bounded length."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_MAX_HEADER_CHARACTERS]


_POLICY = _Policy()


def read_eml(file: Path, origin: str) -> Iterator[Draft]:
    """Yield the one message of a file.

    Raises:
        ReadError: it is no message, too long, or holds no text.
    """
    if file.stat().st_size > MAX_MESSAGE_BYTES:
        raise ReadError(origin, f"is longer than {MAX_MESSAGE_BYTES:,} bytes; save it without its attachments")
    yield _draft_of(file.read_bytes(), origin)


def read_mbox(file: Path, origin: str) -> Iterator[Draft | HoidapError]:
    """Yield the messages of an mbox, or the error, one after the other; only one is in memory.

    Raises:
        ReadError: it is no mbox.
    """
    with file.open("rb") as content:
        if not content.read(5) == b"From ":
            raise ReadError(origin, 'is no mbox: it does not begin with "From "')
        content.seek(0)
        for number, message in enumerate(_messages(content), 1):
            place = f"{origin}:{number}"
            if message is None:
                yield ReadError(place, f"is longer than {MAX_MESSAGE_BYTES:,} bytes")
                continue
            try:
                yield _draft_of(message, place, named=False)
            except HoidapError as error:
                yield error


def _messages(content: BinaryIO) -> Iterator[bytes | None]:
    """Yield the bytes of each message without its first line, None for one that is too long."""
    message: list[bytes] = []
    size = 0
    is_start, after_blank = True, True
    content.readline()
    while line := content.readline(_LINE_BYTES):
        if is_start and after_blank and _FROM_LINE.match(line):
            yield b"".join(message) if size <= MAX_MESSAGE_BYTES else None
            message, size = [], 0
            continue
        after_blank = is_start and not line.strip()
        escaped = is_start and _ESCAPED_FROM.match(line)
        is_start = line.endswith(b"\n")
        size += len(line)
        if size <= MAX_MESSAGE_BYTES:
            message.append(line[1:] if escaped else line)
        else:
            message.clear()
    yield b"".join(message) if size <= MAX_MESSAGE_BYTES else None


def _draft_of(content: bytes, origin: str, *, named: bool = True) -> Draft:
    """Return the article of one message. One that is not named by a file is named by its hash."""
    lines = content.count(b"\n")
    if lines > _MAX_LINES or lines * len(_BOUNDARY.findall(content)) > _MAX_LINES_TIMES_PARTS:
        raise ReadError(origin, "has too many lines or parts for a message")
    try:
        message = cast("EmailMessage", BytesParser(EmailMessage, policy=_POLICY).parsebytes(content))
        text, attachments = text_of(message, origin)
    except HoidapError:
        raise
    except Exception as error:  # what the standard library raises at odd messages is told nowhere
        raise ReadError(origin, f"is no message that can be read ({type(error).__name__}: {error})") from error
    if not message.keys():
        raise ReadError(origin, "is no e-mail: it has no headers")
    if not text.strip():
        raise ReadError(origin, "holds no text" + (", only attachments" if attachments else ""))
    names: list[Scalar] = [name[:_MAX_NAMED_CHARACTERS] for name in attachments[:_MAX_ATTACHMENTS]]
    message_id = _MESSAGE_ID.search(str(_header(message, "message-id") or ""))
    return Draft(
        text=text,
        origin=origin,
        id=id_of_name(f"mid/{decoded(message_id[1])}") if message_id else None,
        title=_line(str(_header(message, "subject") or "")),
        author=_line(", ".join(_senders(message))),
        published_at=_date(message),
        metadata={"attachments": names} if names else {},
        path=None if named else name_of_part(content),
    )


def _header(message: EmailMessage, name: str) -> Any:
    try:
        return message[name]
    except Exception:  # as above; a header that cannot be read is as good as none
        return None


def _senders(message: EmailMessage) -> Iterator[str]:
    """Yield the names of those who sent it; an address alone is no name."""
    for address in getattr(_header(message, "from"), "addresses", ()):
        name = decoded(address.display_name or "").strip().strip("'\"").strip()
        if name and "@" not in name:
            yield name


def _date(message: EmailMessage) -> str | None:
    moment = getattr(_header(message, "date"), "datetime", None)
    try:
        return parse_date(moment.replace(microsecond=0).isoformat()) if moment is not None else None
    except (ValueError, OverflowError):
        return None


def _line(text: str) -> str | None:
    line = unicodedata.normalize("NFC", " ".join(readable(decoded(text)).split()))
    return line if 0 < len(line) <= _MAX_NAMED_CHARACTERS else None
