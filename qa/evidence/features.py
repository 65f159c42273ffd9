"""Features of every sentence of every candidate passage, from which the network judges whether a sentence answers.

A share is a part of the question's terms, each weighted by its inverse document frequency. A match compares pieces of
the built-in model: each piece of the question counts by the length of its row in the model's table, which training made
long for pieces that tell texts apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.models.encoder import Vectors
from index.text.acronyms import AS_IT_IS, Rewording
from index.text.analysis import Terms, analyse
from qa.evidence.cues import offers, question_cues
from qa.evidence.parser import ParsedPassage, PassageParser, Sentence, alignments

Features = NDArray[np.float32]
_Columns = dict[str, NDArray[Any]]
_Value = TypeVar("_Value", bound=np.generic)

_NEAR = 0.6
"""Cosine of the best match below which a piece of the question counts as missing: a judgement."""
_NO_NAMES = 0.7
"""Share of names found that stands for a question without names: a judgement, about the mean of the others."""
_LEAST_SHARE = 1e-6
"""Limit below which a share is not divided by, so that the quotient stays finite."""
_LEAST_IMPORTANCE = 1e-9
"""The same limit for sums of importance."""
_REMEMBERED = 1024
"""Titles whose terms are remembered: a limit on memory."""

_KINDS = ("number", "date", "reason", "place", "person")

FEATURE_NAMES = (
    "share",  # of the question's terms in the sentence
    "accented_share",  # the same for accented syllables
    "gain_with_previous",  # what the sentence before adds to the share
    "title_and_sentence_share",  # of the question's terms in the article's title or the sentence
    "focus_share",  # of the question's terms that are not in the title, in the sentence
    "match",  # mean match of the question's pieces in the sentence
    "cosine",  # of the sentence with the question
    "cosine_above_mean",  # the same minus its mean over the passage
    "previous_cosine",
    "next_cosine",
    "below_best_cosine",  # the passage's highest cosine minus this one
    "below_best_match",  # the same for matches
    "of_best_share",  # the share divided by the passage's highest
    "relative_position",  # 0 the passage's first sentence, 1 its last
    "is_first",
    "log_characters",
    "log_new_syllables",  # of the distinct syllables that the question does not hold
    "fused",  # the passage's score by fusion
    "passage_cosine",
    "passage_explained",  # the passage's BM25 as a share of the best possible
    "passage_share",
    "passage_focus_share",
    "passage_accented_share",
    "passage_names",  # share of the question's names in the passage; `_NO_NAMES` for a question without names
    "passage_match",
    "passage_close_match",  # the same of cubed matches: a near miss counts little
    "passage_telling_match",  # the same with squared importance: telling pieces count more
    "passage_missing",  # importance of the question's pieces that the passage has nothing near to
    "inverse_rank",  # 1 / the passage's place among the candidates
    "doubt",  # share of the question's syllables that no article holds
    "doubt_cosine",
    "doubt_match",
    *(f"offers_{kind}" for kind in _KINDS),  # 1 wanted and offered, -1 wanted and not offered, 0 not wanted
)


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
    """

    text: str
    title: str
    fused: float
    explained: float
    place: int
    header: str = ""


@dataclass(frozen=True, slots=True)
class SentenceFeatures:
    """The features of the sentences of all candidates that may be quoted, a row for each sentence.

    Attributes:
        values: the features, shape (sentences, len(FEATURE_NAMES)).
        candidates: for each row the position of its candidate, shape (sentences,).
        sentences: for each row the position of its sentence in that candidate, shape (sentences,).
        parsed: the candidates, parsed.
    """

    values: Features
    candidates: NDArray[np.int64]
    sentences: NDArray[np.int64]
    parsed: tuple[ParsedPassage, ...]


def sentence_features(
    query: EvidenceQuery, candidates: Sequence[CandidateText], parser: PassageParser
) -> SentenceFeatures:
    """Return the features of every sentence of every candidate that may be quoted.

    Not quoted are the lines that only draw a table, and a header that rows of the passage follow. Nor is a heading, or
    a line that may be a header, where a row of the passage holds a term of the question that it lacks: it announces the
    answer and does not give it.
    """
    parsed = tuple(
        parser.parse(candidate.text, candidate.header, candidate.title, query.rewording) for candidate in candidates
    )
    counts = np.array([len(passage.sentences) for passage in parsed], dtype=np.int64)
    owners = np.repeat(np.arange(len(parsed)), counts)
    places = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
    if not len(owners):
        return SentenceFeatures(np.zeros((0, len(FEATURE_NAMES)), dtype=np.float32), owners, places, parsed)
    columns = {
        **_words(query, candidates, parsed, owners, places),
        **_meaning(query, parsed, parser, owners, places),
        **_places(parsed, places, counts, owners, query),
        **_rankings(candidates, owners),
    }
    doubt = 1.0 - query.known
    columns["doubt"] = np.full(len(owners), doubt)
    columns["doubt_cosine"] = doubt * columns["cosine"]
    columns["doubt_match"] = doubt * columns["match"]
    columns["of_best_share"] = columns["share"] / np.maximum(
        _of_candidate(columns["share"], owners, len(parsed))[owners], _LEAST_SHARE
    )
    features = np.stack([columns[name] for name in FEATURE_NAMES], axis=1).astype(np.float32)
    shown = _may_be_quoted(query, parsed, owners)
    return SentenceFeatures(features[shown], owners[shown], places[shown], parsed)


def _may_be_quoted(
    query: EvidenceQuery, parsed: Sequence[ParsedPassage], owners: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which sentences may be quoted, shape (sentences,)."""
    sentences = [sentence for passage in parsed for sentence in passage.sentences]
    kinds = np.array([sentence.place.kind for sentence in sentences])
    if "row" not in kinds:
        return np.array(kinds != "separator", dtype=bool)
    asked = dict.fromkeys((*query.terms.folded, *query.terms.pairs), 1.0)
    held = _held(asked, (sentence.terms for sentence in sentences))
    in_rows = _of_candidate(held & (kinds == "row")[:, np.newaxis], owners, len(parsed))[owners]
    only_announces = (kinds == "label") & (in_rows & ~held).any(axis=1)
    has_rows = _of_candidate(kinds == "row", owners, len(parsed))[owners]
    shown: NDArray[np.bool_] = (kinds != "separator") & ~only_announces & ~((kinds == "header") & has_rows)
    return shown


def _words(
    query: EvidenceQuery,
    candidates: Sequence[CandidateText],
    parsed: Sequence[ParsedPassage],
    owners: NDArray[np.int64],
    places: NDArray[np.int64],
) -> _Columns:
    """Return the shares of the question's terms."""
    terms = query.terms
    weights = {term: query.weights.get(term, 0.0) for term in (*terms.folded, *terms.pairs)}
    accents = dict(zip(terms.accented, (weights[plain] for plain in terms.folded), strict=True))
    weight, accent_weight = np.array(list(weights.values())), np.array(list(accents.values()))
    sentences = [sentence for passage in parsed for sentence in passage.sentences]
    # A row is meant by a question only if it holds a word of it that does not stand above all rows.
    meant = [not sentence.own.isdisjoint(weights) for sentence in sentences]
    held = _held(weights, (one.terms if told else one.own for one, told in zip(sentences, meant, strict=True)))
    held_accents = _held(
        accents, (one.accented if told else one.own_accented for one, told in zip(sentences, meant, strict=True))
    )
    before = _before(sentences, places)
    previous = np.where(before[:, np.newaxis] >= 0, held[before], False)
    titles = _held(weights, (_title_terms(candidate.title, query.rewording) for candidate in candidates))
    everything, focus = _of_candidate(held, owners, len(parsed)), weight * ~titles
    share = _share(held, weight)
    names = question_cues(query.text).names
    own = [
        frozenset[str]().union(*(s.terms for s in passage.sentences)) if names else frozenset() for passage in parsed
    ]
    named = np.array([len(names & terms) / len(names) if names else _NO_NAMES for terms in own])
    return {
        "share": share,
        "accented_share": _share(held_accents, accent_weight),
        "gain_with_previous": np.where(before >= 0, _share(held | previous, weight) - share, 0.0),
        "title_and_sentence_share": _share(held | titles[owners], weight),
        "focus_share": _share(held, focus[owners]),
        "log_new_syllables": np.log1p([len(set(sentence.syllables) - weights.keys()) for sentence in sentences]),
        "passage_share": _share(everything, weight)[owners],
        "passage_focus_share": _share(everything, focus)[owners],
        "passage_accented_share": _share(_of_candidate(held_accents, owners, len(parsed)), accent_weight)[owners],
        "passage_names": named[owners],
    }


def _meaning(
    query: EvidenceQuery,
    parsed: Sequence[ParsedPassage],
    parser: PassageParser,
    owners: NDArray[np.int64],
    places: NDArray[np.int64],
) -> _Columns:
    """Return cosines, and how well the question's pieces are matched."""
    pieces = parser.pieces(query.text)
    lengths = parser.model.directions(pieces)[1].astype(np.float64)
    importance = lengths / max(float(lengths.sum()), _LEAST_IMPORTANCE)
    telling = importance**2 / max(float((importance**2).sum()), _LEAST_IMPORTANCE)
    matched = alignments(parser.model, pieces, parsed)
    best = _of_candidate(matched, owners, len(parsed))
    cosines = np.concatenate([passage.vectors for passage in parsed]) @ query.vector
    match = matched @ importance
    before = _before([sentence for passage in parsed for sentence in passage.sentences], places)
    means = np.bincount(owners, cosines, len(parsed)) / np.maximum(np.bincount(owners, minlength=len(parsed)), 1)
    is_last = np.append(places[1:] == 0, True)
    passages = np.array([float(passage.vector @ query.vector) for passage in parsed])
    return {
        "match": match,
        "cosine": cosines,
        "cosine_above_mean": cosines - means[owners],
        "previous_cosine": np.where(before >= 0, cosines[before], 0.0),
        "next_cosine": np.where(is_last, 0.0, np.roll(cosines, -1)),
        "below_best_cosine": _of_candidate(cosines, owners, len(parsed))[owners] - cosines,
        "below_best_match": _of_candidate(match, owners, len(parsed))[owners] - match,
        "passage_cosine": passages[owners],
        "passage_match": (best @ importance)[owners],
        "passage_close_match": (np.clip(best, 0.0, 1.0) ** 3 @ importance)[owners],
        "passage_telling_match": (best @ telling)[owners],
        "passage_missing": ((best < _NEAR) @ importance)[owners],
    }


def _places(
    parsed: Sequence[ParsedPassage],
    places: NDArray[np.int64],
    counts: NDArray[np.int64],
    owners: NDArray[np.int64],
    query: EvidenceQuery,
) -> _Columns:
    """Return where sentences stand, how long they are, and whether they hold the kind of answer asked for."""
    wanted = question_cues(query.text)
    sentences = [sentence for passage in parsed for sentence in passage.sentences]
    offered = np.array([1.0 if offers(sentence.cues, wanted) else -1.0 for sentence in sentences])
    return {
        "relative_position": places / np.maximum(counts - 1, 1)[owners],
        "is_first": places == 0,
        "log_characters": np.log1p([sentence.place.end - sentence.place.start for sentence in sentences]),
        **{f"offers_{kind}": offered if kind == wanted.kind else np.zeros(len(sentences)) for kind in _KINDS},
    }


def _rankings(candidates: Sequence[CandidateText], owners: NDArray[np.int64]) -> _Columns:
    """Return what ranking said of the passages."""
    return {
        "fused": np.array([candidate.fused for candidate in candidates])[owners],
        "passage_explained": np.array([candidate.explained for candidate in candidates])[owners],
        "inverse_rank": 1.0 / np.array([candidate.place for candidate in candidates])[owners],
    }


def _before(sentences: Sequence[Sentence], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the row of the sentence that leads to each, -1 for none, shape (sentences,)."""
    before = [-1 if sentence.place.before is None else sentence.place.before for sentence in sentences]
    return np.array(
        [
            row - place + own if own >= 0 else -1
            for row, (place, own) in enumerate(zip(places.tolist(), before, strict=True))
        ],
        dtype=np.int64,
    )


def _held(weights: Mapping[str, float], texts: Iterable[Set[str]]) -> NDArray[np.bool_]:
    """Return which terms each text holds, shape (texts, terms)."""
    rows = [[term in held for term in weights] for held in texts]
    return np.array(rows, dtype=bool).reshape(len(rows), len(weights))


def _share(held: NDArray[np.bool_], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of all weight that lies on what is held; `weights` are of all rows or of each."""
    total = weights.sum(axis=-1)
    shares: NDArray[np.float64] = (held * weights).sum(axis=1) / np.where(total > 0, total, 1.0)
    return shares


def _of_candidate(values: NDArray[_Value], owners: NDArray[np.int64], count: int) -> NDArray[_Value]:
    """Return the highest value of the sentences of each of `count` candidates; 0 where it has none."""
    highest = np.zeros((count, *values.shape[1:]), dtype=values.dtype)
    starts = np.flatnonzero(np.append(True, owners[1:] != owners[:-1]))
    highest[owners[starts]] = np.maximum.reduceat(values, starts, axis=0)
    return highest


@lru_cache(maxsize=_REMEMBERED)
def _title_terms(title: str, rewording: Rewording) -> frozenset[str]:
    terms = analyse(rewording(title))
    return frozenset(terms.folded) | frozenset(terms.pairs)
