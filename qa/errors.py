"""Errors of questions and of their evaluation."""

from __future__ import annotations

from index.errors import HoidapError


class InvalidQuestion(HoidapError):
    """A question or one of its options is not allowed; names the field and what is wrong."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class EvaluationUnavailable(HoidapError):
    """A library that only evaluations need is not installed."""

    def __init__(self, library: str) -> None:
        super().__init__(f"an evaluation needs {library}; install it with `pip install 'hoidap[eval]'`")
        self.library = library


class InvalidEvaluation(HoidapError):
    """The questions of an evaluation cannot be used; names the place, such as the file and line."""

    def __init__(self, origin: str, reason: str) -> None:
        super().__init__(f"{origin}: {reason}")
        self.origin = origin
        self.reason = reason
