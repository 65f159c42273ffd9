"""Files to drafts. One module a format; `read_path` walks folders and picks the reader by the file's ending."""

from index.readers.fields import draft_from_fields
from index.readers.formats import ENDINGS, FORMATS, Format, FormatName
from index.readers.walking import ReadFailure, SkippedFile, read_named, read_path

__all__ = [
    "ENDINGS",
    "FORMATS",
    "Format",
    "FormatName",
    "ReadFailure",
    "SkippedFile",
    "draft_from_fields",
    "read_named",
    "read_path",
]
