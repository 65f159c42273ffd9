"""What can go wrong with a question."""

from __future__ import annotations

from index.errors import HoidapError


class InvalidQuestion(HoidapError):
    """A question or one of its options cannot be understood; names the field and what it should be."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
