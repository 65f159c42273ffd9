"""When a search has two phases, and which terms the first one looks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from index.search.bm25 import TITLE_WEIGHT, inverse_document_frequency
from index.search.text.fields import ACCENTED, FOLDED, PAIRS, TITLE


@dataclass(frozen=True, slots=True)
class Phases:
    """When a search has two phases, and how far the first one looks.

    Measured on 210,160 passages of news, with 150 questions about other articles and 150 headlines: of the exact ten
    best all are found, of the exact hundred 0.938 and 0.974. With all terms of titles the first phase takes a
    fifth longer, and without `slight` likewise.

    Attributes:
        postings: postings of all terms from which there are two; below that one is as quick.
        share: postings of syllables in the first phase, as a share of all passages.
        title_share: the same of syllables in titles.
        slight: of all that a passage could score, the share that the most frequent syllables may add together and yet
            be left out.
        candidates: passages that the first phase leaves for each that is wanted.
        most: candidates from which one phase is as quick.
    """

    postings: int = 300_000
    share: float = 0.4
    title_share: float = 0.05
    slight: float = 0.06
    candidates: int = 3
    most: int = 1_500

    def rarer(
        self, found: Mapping[tuple[str, str], int], documents: int, plain: Mapping[str, str]
    ) -> Iterator[tuple[str, str, float]]:
        """Yield the terms of the first phase, by field and term, each with a factor on its score.

        These are all pairs and the rarer syllables, in passages and in titles. A syllable that was typed with accents
        stands for itself without, too: hardly any passage is about the one and holds only the other.

        Args:
            found: the document frequency of each term, by its field and itself.
            documents: of the whole index.
            plain: the syllable without accents of each with.
        """
        own = {key: inverse_document_frequency(count, documents) for key, count in found.items()}
        standing = {(ACCENTED, term): own.get((FOLDED, folded), 0.0) for term, folded in plain.items()}
        typed = {(FOLDED, plain[term]) for field, term in found if field == ACCENTED}
        frequent_first = sorted((key for key in found if key not in typed), key=lambda key: -found[key])
        weights = {
            key: (own[key] + standing.get(key, 0.0)) * (TITLE_WEIGHT if key[0] == TITLE else 1.0)
            for key in frequent_first
        }
        slight = self.slight * sum(weights.values())
        left, left_of_titles = int(self.share * documents), int(self.title_share * documents)
        syllables = set(plain.values())
        passed_over: set[tuple[str, str]] = set()
        for key in frequent_first:
            if key[0] in (ACCENTED, FOLDED):
                slight -= weights[key]
                if slight < 0:
                    break
                passed_over.add(key)
        for key in reversed(frequent_first):
            field, term = key
            if field == PAIRS or (field == TITLE and term not in syllables):
                yield field, term, 1.0
            elif field == TITLE:
                if left_of_titles > 0:
                    left_of_titles -= found[key]
                    yield field, term, 1.0
            elif left > 0 and key not in passed_over:
                left -= found[key]
                yield field, term, 1.0 + standing.get(key, 0.0) / own[key]


PHASES = Phases()
