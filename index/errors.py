"""What can go wrong below the doors, each error one sentence with typed context.

HoidapError
├── ReadError            a file or record could not be read
│   └── EncodingError    … because a byte is no UTF-8
├── InvalidArticle       an article breaks the contract
├── InvalidFilter        a search filter cannot be understood
├── InvalidMap           a map of fields cannot be understood
├── NoSuchArticle        an id that the corpus does not hold
├── ModelError           a model cannot be loaded or used
│   ├── ModelMismatch    … because the corpus was built with another one
│   └── ModelBusy        … because others used it all the time
├── BackupError          a backup cannot be read or written
└── CorpusError          the data folder cannot be used
    └── CorpusBusy       … because another writer or reindex holds a lock
"""

from __future__ import annotations

import shlex
from typing import Any


class HoidapError(Exception):
    """Base of every error that hoidap raises on purpose; `str(error)` is fit to show to a person."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process as it is: what it was made from need not be what it says."""
        return _same, (type(self), self.args, self.__dict__)


class ReadError(HoidapError):
    """A file or record could not be read."""

    def __init__(self, origin: str, reason: str) -> None:
        super().__init__(f"{origin}: {reason}")
        self.origin = origin
        self.reason = reason


class EncodingError(ReadError):
    """A file is not UTF-8; names the first byte that is not."""

    def __init__(self, origin: str, byte_offset: int, byte: int) -> None:
        super().__init__(
            origin,
            f"byte {byte_offset} (0x{byte:02x}) is not UTF-8; convert the file, "
            f"for example with `iconv -f windows-1252 -t utf-8`",
        )
        self.byte_offset = byte_offset
        self.byte = byte


class InvalidArticle(HoidapError):
    """An article breaks the contract; names the field and what it should be."""

    def __init__(self, origin: str, field: str, reason: str) -> None:
        super().__init__(f"{origin}: {field}: {reason}" if origin else f"{field}: {reason}")
        self.origin = origin
        self.field = field
        self.reason = reason


class InvalidFilter(HoidapError):
    """A search filter cannot be understood."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class InvalidMap(HoidapError):
    """A map of fields, such as text=content, cannot be understood."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"map: {reason}")
        self.reason = reason


class NoSuchArticle(HoidapError):
    """The corpus holds no article with this id."""

    def __init__(self, article_id: str) -> None:
        super().__init__(f"no article has the id {article_id!r}")
        self.article_id = article_id


class ModelError(HoidapError):
    """A model cannot be loaded or used."""

    def __init__(self, model: str, reason: str) -> None:
        super().__init__(f"model {model}: {reason}")
        self.model = model
        self.reason = reason


class ModelMismatch(ModelError):
    """The corpus was built with another model; searching it with this one would return nonsense."""

    def __init__(self, model: str, built_with: str, folder: str) -> None:
        super().__init__(
            model,
            f"the corpus in {folder} was built with {'another version of it' if model == built_with else built_with}; "
            f"{'' if model == built_with else 'use that model, or '}"
            f"encode it anew with `hoidap reindex --model {shlex.quote(model)} --data {shlex.quote(folder)}`",
        )
        self.built_with = built_with
        self.folder = folder


class ModelBusy(ModelError):
    """Others used the model for as long as a question waits."""

    def __init__(self, model: str, seconds: float) -> None:
        super().__init__(model, f"is busy: a question has waited {seconds:.0f} seconds for it; ask again later")
        self.seconds = seconds


class BackupError(HoidapError):
    """A backup cannot be read or written."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"backup {file}: {reason}")
        self.file = file
        self.reason = reason


class CorpusError(HoidapError):
    """The data folder cannot be used."""

    def __init__(self, folder: str, reason: str) -> None:
        super().__init__(f"data folder {folder}: {reason}")
        self.folder = folder
        self.reason = reason


class CorpusBusy(CorpusError):
    """Another writer or reindex holds a lock for longer than we wait."""


def _same(kind: type[HoidapError], arguments: tuple[Any, ...], attributes: dict[str, Any]) -> HoidapError:
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(attributes)
    return error
