from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from index.records import ArticleHeader, Passage
from qa.answering.composition import SENTENCES, QuotedPassage, SentencePlace, compose
from qa.answering.confidence import SIGNALS, builtin_calibration
from qa.answering.joining import Joining
from qa.answers import CitedPassage, Quote, SideScore
from qa.evidence.network import Network

TEXT = "Một là cầu. Hai là chợ. Ba là sông. Bốn là núi. Năm là biển."


def quoted(rank: int, article: str, *sentences: tuple[str, float]) -> QuotedPassage:
    header = ArticleHeader(article, "", None, None, None, None, "vi", {}, "", len(TEXT))
    quotes = tuple(Quote(text, TEXT.index(text), TEXT.index(text) + len(text)) for text, _strength in sentences)
    nothing = SideScore(None, None)
    cited = CitedPassage(rank, 1.0, nothing, nothing, Passage(rank, header, 0, len(TEXT), TEXT), quotes, None)
    strengths = [strength for _text, strength in sentences]
    return QuotedPassage(cited, tuple(zip(quotes, strengths, strict=True)))


def test_strong_sentences_come_in_reading_order_and_are_cited_at_both_ends() -> None:
    answer = compose([quoted(1, "a", ("Ba là sông.", 1.0), ("Một là cầu.", 0.7)), quoted(2, "b", ("Hai là chợ.", 0.6))])
    assert answer is not None
    assert answer.text == "Một là cầu. Ba là sông. Hai là chợ."
    assert [(c.passage, c.article_id) for c in answer.citations] == [(1, "a"), (1, "a"), (2, "b")]
    for c in answer.citations:
        assert answer.text[c.start : c.end] == TEXT[c.source_start : c.source_end]


def test_weak_sentences_and_late_passages_stay_out() -> None:
    passages = [
        quoted(1, "a", ("Một là cầu.", 1.0), ("Hai là chợ.", 0.2)),
        quoted(2, "b", ("Ba là sông.", 0.1)),
        quoted(3, "c", ("Bốn là núi.", 0.2)),
        quoted(4, "d", ("Năm là biển.", 0.9)),
    ]
    answer = compose(passages)
    assert answer is not None
    assert answer.text == "Một là cầu."


def test_the_same_sentence_is_said_once() -> None:
    same_place = [quoted(1, "a", ("Một là cầu.", 1.0)), quoted(2, "a", ("Một là cầu.", 1.0))]
    reprint = [quoted(1, "a", ("Một là cầu.", 1.0)), quoted(2, "b", ("Một là cầu.", 0.9))]
    for passages in (same_place, reprint):
        answer = compose(passages)
        assert answer is not None
        assert len(answer.citations) == 1


def test_quotes_that_overlap_are_said_once() -> None:
    answer = compose(
        [quoted(1, "a", ("Một là cầu. Hai là chợ.", 1.0)), quoted(2, "a", ("Hai là chợ. Ba là sông.", 0.9))]
    )
    assert answer is not None
    assert answer.text == "Một là cầu. Hai là chợ."
    reprint = compose([quoted(1, "a", ("Một là cầu. Hai là chợ.", 1.0)), quoted(2, "b", ("Hai là chợ.", 0.9))])
    assert reprint is not None
    assert len(reprint.citations) == 1


def test_an_answer_is_short() -> None:
    sentences = ("Một là cầu.", "Hai là chợ.", "Ba là sông.", "Bốn là núi.", "Năm là biển.")
    answer = compose([quoted(1, "a", *((sentence, 1.0) for sentence in sentences))])
    assert answer is not None
    assert len(answer.citations) == SENTENCES


def test_nothing_to_quote_is_no_answer() -> None:
    assert compose([]) is None
    assert compose([quoted(1, "a")]) is None


TABLE = "Mực nước.\n| Trạm | Mực |\n| Bồi | 3 |\n| Dài | 1 |\nHết."


def of_table(text: str, header: str | None = None) -> Quote:
    start = TABLE.index(text)
    return Quote(
        text, start, start + len(text), header=of_table(header) if header else None, is_row=text.startswith("|")
    )


def answered(*passages: list[tuple[Quote, float]]) -> str:
    quoted_passages = []
    for rank, sentences in enumerate(passages, 1):
        (plain,) = [quoted(rank, "a")]
        quoted_passages.append(QuotedPassage(plain.cited, tuple(sentences)))
    answer = compose(quoted_passages)
    assert answer is not None
    for c in answer.citations:
        assert answer.text[c.start : c.end] == TABLE[c.source_start : c.source_end]
    return answer.text


def test_a_row_is_said_below_its_header_and_the_header_once() -> None:
    bend, long = of_table("| Bồi | 3 |", "| Trạm | Mực |"), of_table("| Dài | 1 |", "| Trạm | Mực |")
    assert answered([(bend, 1.0)]) == "| Trạm | Mực |\n| Bồi | 3 |"
    assert answered([(long, 1.0), (bend, 0.9)]) == "| Trạm | Mực |\n| Bồi | 3 |\n| Dài | 1 |"
    assert answered([(bend, 0.9)], [(long, 1.0)]) == "| Trạm | Mực |\n| Bồi | 3 |\n| Dài | 1 |"
    said = answered([(of_table("Mực nước."), 0.5), (bend, 1.0), (of_table("Hết."), 0.5)])
    assert said == "Mực nước.\n| Trạm | Mực |\n| Bồi | 3 |\nHết."
    assert answered([(of_table("| Trạm | Mực |"), 0.5), (bend, 1.0)]) == "| Trạm | Mực |\n| Bồi | 3 |"


def test_a_row_without_a_header_has_a_line_of_its_own() -> None:
    assert answered([(of_table("| Bồi | 3 |"), 1.0), (of_table("Mực nước."), 1.0)]) == "Mực nước.\n| Bồi | 3 |"


def test_a_further_sentence_has_to_be_strong_by_itself() -> None:
    passages = [quoted(1, "a", ("Ba là sông.", 1.0), ("Một là cầu.", 0.7)), quoted(2, "b", ("Hai là chợ.", 0.9))]
    seen = []

    def may_join(strongest: SentencePlace, further: SentencePlace) -> bool:
        seen.append((strongest[0], further[0]))
        return further[0] == "a"

    answer = compose(passages, may_join)
    assert answer is not None
    assert answer.text == "Một là cầu. Ba là sông."
    assert seen == [("a", "b"), ("a", "a")]


def signals(held: float) -> NDArray[np.float32]:
    return np.array([held if name == "title_and_sentence_share" else 0.0 for name in SIGNALS], dtype=np.float32)


@pytest.mark.parametrize(
    ("held", "article", "joins"),
    [(0.1, "a", False), (0.3, "a", True), (0.3, "b", False), (0.5, "b", False), (0.7, "b", True)],
)
def test_a_sentence_of_another_article_has_to_hold_as_much_of_the_question(
    held: float, article: str, joins: bool
) -> None:
    direct = np.array([10.0 if name == "title_and_sentence_share" else 0.0 for name in SIGNALS])
    ones, none = np.ones(len(SIGNALS)), np.zeros((0, len(SIGNALS)))
    network = Network(SIGNALS, 0 * ones, ones, direct, none, none[:, 0], none[:, 0], -5.0)
    alone = {("a", 0, 5): signals(0.8), (article, 6, 9): signals(held)}
    joining = Joining(replace(builtin_calibration(), first=network, threshold=0.15), alone)
    assert joining(("a", 0, 5), (article, 6, 9)) is joins
    assert not joining(("a", 0, 5), ("c", 0, 5))
    assert Joining(None, {})(("a", 0, 5), (article, 6, 9))
