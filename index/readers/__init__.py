"""Files to drafts. One module a format; `read_path` walks folders and picks the reader by the file's ending."""

from index.readers.fields import draft_from_fields
from index.readers.walking import FORMATS, FormatName, ReadFailure, SkippedFile, endings, read_named, read_path

__all__ = [
    "FORMATS",
    "FormatName",
    "ReadFailure",
    "SkippedFile",
    "draft_from_fields",
    "endings",
    "read_named",
    "read_path",
]
