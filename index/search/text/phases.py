"""When a search has two phases, and which terms the first one looks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from index.search.bm25 import inverse_document_frequency
from index.search.text.fields import ACCENTED, FOLDED, PAIRS, TITLE


@dataclass(frozen=True, slots=True)
class Phases:
    """When a search has two phases, and how far the first one looks.

    Measured on 210,160 passages of news, with 150 questions about other articles and 150 headlines: of the exact ten
    best all are found, of the exact hundred 0.950 and 0.987. With all terms of titles the first phase takes a
    fifth longer, and 0.964 and 0.993 are found.

    Attributes:
        postings: postings of all terms from which there are two; below that one is as quick.
        share: postings of syllables in the first phase, as a share of all passages.
        title_share: the same of syllables in titles.
        candidates: passages that the first phase leaves for each that is wanted.
        most: candidates from which one phase is as quick.
    """

    postings: int = 300_000
    share: float = 0.4
    title_share: float = 0.05
    candidates: int = 3
    most: int = 1_500

    def rarer(
        self, found: Mapping[tuple[str, str], int], documents: int, plain: Mapping[str, str]
    ) -> Iterator[tuple[str, str, float]]:
        """Yield the terms of the first phase, by field and term, each with a factor on its score.

        These are all pairs and the rarest syllables, in passages and in titles. A syllable that was typed with accents
        stands for itself without, too: hardly any passage is about the one and holds only the other.

        Args:
            found: the document frequency of each term, by its field and itself.
            documents: of the whole index.
            plain: the syllable without accents of each with.
        """
        left, left_of_titles = int(self.share * documents), int(self.title_share * documents)
        syllables = set(plain.values())
        typed = {plain[term] for field, term in found if field == ACCENTED}
        for (field, term), count in sorted(found.items(), key=lambda item: item[1]):
            if field == PAIRS or (field == TITLE and term not in syllables):
                yield field, term, 1.0
            elif field == TITLE:
                if left_of_titles > 0:
                    left_of_titles -= count
                    yield field, term, 1.0
            elif left > 0 and not (field == FOLDED and term in typed):
                left -= count
                folded = found.get((FOLDED, plain[term]), 0) if field == ACCENTED else 0
                own, other = (inverse_document_frequency(one, documents) if one else 0.0 for one in (count, folded))
                yield field, term, 1.0 + other / own


PHASES = Phases()
