"""Which articles a search may return. Applied before ranking, so a narrow filter never returns too few."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from index.dates import earliest_instant
from index.errors import InvalidFilter
from index.records import Scalar
from index.text.language import primary_language
from index.text.normalization import normalize


@dataclass(frozen=True)
class Filters:
    """All conditions must hold; within a list one value is enough; an empty list asks nothing.

    `published_after` is inclusive, `published_before` exclusive; both take the forms of `published_at`, and an article
    without a date satisfies neither.

    Raises:
        InvalidFilter: a date that is none.
    """

    language: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    article_id: tuple[str, ...] = ()
    published_after: str | None = None
    published_before: str | None = None
    metadata: Mapping[str, Scalar] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # As stored: "vi-VN" is kept as "vi", and names are kept in NFC.
        object.__setattr__(self, "language", tuple(primary_language(code) for code in self.language))
        object.__setattr__(self, "source", tuple(normalize(name) for name in self.source))
        for name in ("published_after", "published_before"):
            value = getattr(self, name)
            if value is not None:
                try:
                    earliest_instant(value)
                except ValueError as error:
                    raise InvalidFilter(name, str(error)) from error

    def __bool__(self) -> bool:
        return bool(
            self.language
            or self.source
            or self.article_id
            or self.published_after is not None
            or self.published_before is not None
            or self.metadata
        )


NO_FILTERS = Filters()
