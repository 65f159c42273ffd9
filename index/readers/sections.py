"""A text that grows line by line, and where its sections begin."""

from __future__ import annotations

from dataclasses import dataclass, field

from index.errors import ReadError
from index.preparation import MAX_TEXT_BYTES
from index.records import Place


@dataclass
class SectionedText:
    """The lines of one article, in NFC, and its sections.

    `origin` names the file in messages.
    """

    origin: str
    _lines: list[str] = field(default_factory=list)
    _places: list[Place] = field(default_factory=list)
    _length: int = 0

    def begin(self, section: str) -> None:
        """Begin a section where the next line will stand, unless it is the one that is open."""
        section = section.strip()
        if self._places and self._places[-1].start == self._length:
            self._places.pop()  # a section without a line
        if section and (not self._places or self._places[-1].section != section):
            self._places.append(Place(self._length, section=section))

    def end(self) -> None:
        """End the open section where the next line will stand, if any is open."""
        if self._places and self._places[-1].section is not None:
            self._places.append(Place(self._length))

    def add(self, line: str) -> None:
        """Add a line; raises ReadError where the text grows longer than any article may be."""
        self._lines.append(line)
        self._length += len(line) + 1
        if self._length > MAX_TEXT_BYTES:
            raise ReadError(self.origin, f"holds more than {MAX_TEXT_BYTES:,} characters; split it into several files")

    def leave_blank(self) -> None:
        """Add a blank line, unless there is one or no line at all."""
        if self._lines and self._lines[-1]:
            self.add("")

    @property
    def text(self) -> str:
        """The lines so far."""
        return "\n".join(self._lines).rstrip("\n")

    @property
    def places(self) -> tuple[Place, ...]:
        """The sections so far, by offsets into `text`."""
        end = len(self.text)
        return tuple(place for place in self._places if place.start < end)
