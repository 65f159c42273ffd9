"""Which articles a search may return. Applied before ranking, so a narrow filter never returns too few."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from index.dates import earliest_instant
from index.errors import InvalidFilter
from index.records import Scalar
from index.text.language import primary_language
from index.text.normalization import normalize


@dataclass(frozen=True, slots=True)
class DateBound:
    """A date of a filter, as what the dates of articles are compared with.

    Attributes:
        seconds: since 1970.
        is_wall: whether they are of the clock where an article was written, as if it showed UTC; else of UTC.
    """

    seconds: float
    is_wall: bool

    @classmethod
    def of(cls, text: str) -> DateBound:
        """Return the bound that a date stands for: a moment if it has a time, else a day as articles state it.

        Raises:
            ValueError: it is no date.
        """
        return cls(earliest_instant(text), ":" not in text)


@dataclass(frozen=True)
class Filters:
    """All conditions must hold; within a list one value is enough; an empty list asks nothing.

    `published_after` is inclusive, `published_before` exclusive; both take the forms of `published_at`, and an article
    without a date satisfies neither. A day, month or year is compared with the date that an article states, whatever
    its zone; one with a time is compared as a moment, in UTC if it has no zone.

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
                    DateBound.of(value)
                except ValueError as error:
                    raise InvalidFilter(name, str(error)) from error

    @property
    def after(self) -> DateBound | None:
        """The first date that passes."""
        return None if self.published_after is None else DateBound.of(self.published_after)

    @property
    def before(self) -> DateBound | None:
        """The first date that does not pass any more."""
        return None if self.published_before is None else DateBound.of(self.published_before)

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
