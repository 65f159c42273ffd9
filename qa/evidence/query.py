"""What the judge of sentences is given: a question, and candidates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from index.models.encoder import Vectors
from index.text.acronyms import AS_IT_IS, Rewording
from index.text.analysis import Terms


@dataclass(frozen=True, slots=True)
class EvidenceQuery:
    """A question, ready for judging the sentences of passages.

    Attributes:
        text: the question, normalised.
        terms: its lexical terms.
        weights: inverse document frequency of its folded syllables and pairs.
        vector: its unit vector by the built-in model, shape (dimensions,).
        known: share of its syllables that occur in any article.
        rewording: what it calls the things that have an abbreviation; sentences are read as if they called them so.
    """

    text: str
    terms: Terms
    weights: Mapping[str, float]
    vector: Vectors
    known: float
    rewording: Rewording = AS_IT_IS


@dataclass(frozen=True, slots=True)
class CandidateText:
    """A candidate's text, with what ranking said of it.

    Attributes:
        text: the passage.
        title: the title of its article.
        header: the header row of the table that the passage begins inside of, if it does.
        fused: its score by fusion.
        explained: its BM25 as a share of the best possible.
        place: its place among the candidates, from 1, the best.
        reading: its reading as it is stored; empty where it has none.
    """

    text: str
    title: str
    fused: float
    explained: float
    place: int
    header: str = ""
    reading: bytes = b""
