"""Passages: whole sentences, bounded, overlapping by one, nothing visible left out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.text.chunking import LENGTHS, PassageLengths, chunk
from index.text.sentences import split_sentences

PIECES = (
    "Câu ngắn. ",
    "Câu này dài hơn một chút, có hai mệnh đề và vài con số 6,5. ",
    "từ " * 60 + "hết. ",
    "a" * 1200 + " ",
    "\n",
    "\n\n",
    "- mục trong danh sách\n",
    "Gồm có:\n",
    "# Đầu đề\n\n",
    "中文句子。",
    "ไทย" * 100,
    "👨‍👩‍👧 ",
    " " * 700,
    "Ồ! ",
    "\r\n",
    "e\u0301" * 20,
)
ANY_TEXT = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(PIECES), max_size=80).map("".join))


@given(ANY_TEXT, st.lists(st.integers(0, 400)))
def test_passages_are_whole_sentences_and_leave_nothing_out(text: str, sections: list[int]) -> None:
    sentences = split_sentences(text)
    starts = {start: number for number, (start, _) in enumerate(sentences)}
    ends = {end: number for number, (_, end) in enumerate(sentences)}
    following = 0
    for start, end in chunk(text, sections=sections):
        first, last = starts[start], ends[end]
        assert first <= following <= last, "a passage is left out, or holds nothing new"
        assert following - first <= 1, "more than one sentence is repeated"
        if first < following:
            assert sentences[first][1] - sentences[first][0] <= LENGTHS.overlap
            assert end - start <= LENGTHS.most_with_overlap
        else:
            assert end - start <= LENGTHS.most
        following = last + 1
    assert following == len(sentences)


def test_a_text_without_visible_characters_has_no_passages() -> None:
    assert chunk("") == chunk(" \n\t\r\n") == []


def test_a_short_text_is_one_passage() -> None:
    assert chunk("  Ông đi. Bà về.\n") == [(2, 16)]


def test_lengths_can_be_others() -> None:
    lengths = PassageLengths(target=24, most=40, paragraph=20, overlap=0, rest=0)
    assert chunk("Ông đi. Bà về. Con ở nhà. Cháu ra đồng. Mưa.", lengths) == [(0, 14), (15, 39), (40, 44)]


def test_passages_are_about_as_long_as_the_target_and_repeat_one_sentence() -> None:
    sentence = "Câu này có đúng bốn mươi chín chữ và dấu cách ạ. "  # 49 characters
    assert len(sentence) == 49
    passages = chunk(sentence * 40)
    assert passages[:3] == [(0, 587), (539, 1126), (1078, 1665)]
    assert all(end - start <= LENGTHS.target for start, end in passages[:-1])
    assert passages[-1][1] == 49 * 40 - 1


def test_a_small_rest_joins_the_last_passage() -> None:
    text = "Câu này có đúng bốn mươi chín chữ và dấu cách ạ. " * 14
    assert chunk(text) == [(0, len(text) - 1)]


def test_long_sentences_are_not_repeated() -> None:
    sentence = "Từ " + "từ " * 149 + "hết. "
    passages = chunk(sentence * 3)
    assert passages == [(0, 454), (455, 909), (910, 1364)]


def test_a_passage_of_some_length_ends_with_its_paragraph() -> None:
    paragraph = "Câu này có đúng bốn mươi chín chữ và dấu cách ạ. " * 9
    text = paragraph.strip() + "\n\n" + paragraph.strip()
    assert chunk(text)[0] == (0, 440)


def test_a_list_stays_with_the_line_that_announces_it() -> None:
    before = "Câu này có đúng bốn mươi chín chữ và dấu cách ạ. " * 8
    text = before + "Gồm có:\n- mục một\n- mục hai\n- mục ba\n\nĐoạn sau cùng bắt đầu ở đây. " + before
    end = text.index("- mục ba") + len("- mục ba")
    assert chunk(text)[0] == (0, end)


def test_a_heading_begins_a_passage() -> None:
    before = "Câu này có đúng bốn mươi chín chữ và dấu cách ạ. " * 9
    text = before.strip() + "\n\n## Đầu đề\n\n" + before
    assert chunk(text)[0] == (0, 440)


SENTENCE = "Câu này có đúng bốn mươi chín chữ và dấu cách ạ. "


def test_a_passage_ends_where_a_section_begins_and_repeats_nothing_of_another() -> None:
    text = (SENTENCE * 7).strip() + "\n\nĐầu đề\n\n" + (SENTENCE * 7).strip()
    heading = text.index("Đầu đề")
    assert chunk(text) == [(0, len(text))]
    assert chunk(text, sections=[0, heading]) == [(0, heading - 2), (heading, len(text))]
    assert chunk(text, sections=[0, heading - 1]) == [(0, heading - 2), (heading, len(text))], "white space before it"


def test_short_sections_stay_together() -> None:
    text = "Một\n\nĐoạn một.\n\nHai\n\nĐoạn hai.\n\nBa\n\nĐoạn ba."
    assert chunk(text, sections=[text.index(name) for name in ("Một", "Hai", "Ba")]) == [(0, len(text))]


def test_a_heading_is_not_the_end_of_a_passage() -> None:
    text = (SENTENCE * 5).strip() + "\n\nĐầu đề\n\n" + "từ " * 240 + "hết."
    heading = text.index("Đầu đề")
    assert chunk(text)[0][1] > heading
    assert chunk(text, sections=[heading]) == [(0, heading - 2), (heading, len(text))]


def test_a_last_section_that_is_short_is_a_passage_of_its_own() -> None:
    text = (SENTENCE * 11).strip() + "\n\nLiên hệ\n\nĐiện thoại của xã."
    heading = text.index("Liên hệ")
    assert chunk(text, sections=[heading]) == [(0, heading - 2), (heading, len(text))]


def test_a_section_that_begins_within_a_sentence_cuts_nothing() -> None:
    assert chunk(SENTENCE * 8, sections=[200]) == chunk(SENTENCE * 8)


def test_a_sentence_is_not_repeated_where_the_next_one_has_no_room_for_it() -> None:
    text = "Câu đầu tiên. Câu ngắn." + " " * 1200 + "Câu xa."
    assert [text[start:end] for start, end in chunk(text)] == ["Câu đầu tiên. Câu ngắn.", "Câu xa."]
