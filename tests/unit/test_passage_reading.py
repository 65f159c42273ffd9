"""What is read of passages when they are stored, compared with a plain computation by sets and vectors."""

from __future__ import annotations

from dataclasses import fields
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import regex
from fakes import WordEncoder
from hypothesis import given
from hypothesis import strategies as st

from index.corpus import Corpus
from index.models.builtin.encoder import builtin_static_model
from index.models.encoder import passage_input
from index.reading.cues import Cue
from index.reading.reader import PassageReader, PassageText
from index.reading.readings import Readings
from index.reading.sentences import read_sentences
from index.reading.stored import READING_VERSION, decode, encode, is_current
from index.reading.stretches import codes_in, read_texts
from index.reading.syllables import accents_of, hash_of
from index.reading.terms import CodedTerms
from index.records import Draft
from index.rereading import reread
from index.text.acronyms import mentions, rewording
from index.text.analysis import accent_key, analyse
from index.text.chunking import chunks_of
from index.text.normalization import fold
from index.text.vietnamese_syllables import is_syllable
from qa.evidence.meaning import nearness

TABLE = "# Mực nước\n\nĐo lúc 7 giờ.\n\n| Trạm | Mực nước (m) |\n|---|---|\n| Gò Bồi | 3,2 |\n| Cầu Dài | 1,1 |\n\nMưa."
PASSAGES = [
    PassageText("Ông Lê Bình về Huế ngày 21/5. Cầu C# dài 500 m, vì lũ. Nghị quyết 18-NQ/TW của AT&T có hiệu lực."),
    PassageText(TABLE, title="Sông"),
    PassageText("| Gò Bồi | 3,2 |\n| Cầu | 1,1 |\n\nMưa tạnh.", "| Trạm | Mực nước (m) |", "Sông"),
    PassageText(""),
    PassageText("東京タワーは高い。1958年に完成した。Nó cao 333 m."),
    PassageText("chợ họp " * 150),
    PassageText("Tên: An\nTuổi: 12"),
]
WORDS = st.lists(
    st.sampled_from(
        [
            "chợ",
            "Chợ",
            "cho",
            "họp",
            "hop",
            "C#",
            "c",
            "C++",
            "AT&T",
            "at",
            "18-NQ/TW",
            "18",
            "nq",
            ".net",
            "net",
            "200+",
            "200",
            "東京",
            "京タワー",
            "a/b#",
            "b#",
            "-",
            "Lê",
            "ông,",
            "vì",
        ]
    ),
    max_size=8,
).map(" ".join)
DATE = regex.compile(
    r"\b(?:1\d{3}|20\d{2})\b|\b\d{1,2}[/.-]\d{1,2}\b|\b(?:the ky|thang|nam|ngay) (?=\d)|century|\d世紀|[年月]"
)
REASON = regex.compile(
    r"\b(?:vi|boi|do|nho|nen|khien|nguyen nhan|l[yi] do|nham|de|because|due to|since|so that"
    r"|parce que|car|weil|porque)\b|因为|由于|ため|から|потому|เพราะ|때문"
)
PLACE = regex.compile(
    r"\b(?:tai|o|thanh pho|tinh|quan|huyen|xa|nuoc|vung|phia|in|at|near|from|city|province|dans|bei)\b"
    r"|[在于でに]|ที่|\bв\b"
)
NAME = regex.compile(r"(?<=[\p{L}\p{N},;)] )\p{Lu}[\p{L}\p{M}\p{N}]*")


@pytest.fixture(scope="module")
def reader() -> PassageReader:
    return PassageReader(builtin_static_model())


@pytest.fixture(scope="module")
def readings(reader: PassageReader) -> Readings:
    return decode(reader.read(PASSAGES))


def test_bytes_give_back_what_was_read(readings: Readings) -> None:
    again = decode(encode(readings, 7))
    for field in fields(Readings):
        np.testing.assert_array_equal(getattr(again, field.name), getattr(readings, field.name), field.name)


def test_a_passage_is_read_alike_alone_and_among_others(reader: PassageReader) -> None:
    assert reader.read(PASSAGES) == [reader.read([one])[0] for one in PASSAGES]


def test_sentences_stand_where_they_are_read(readings: Readings) -> None:
    read = [one for passage in PASSAGES for one in read_sentences(passage.text, passage.header, passage.title)]
    assert readings.starts.tolist() == [one.start for one in read]
    assert readings.ends.tolist() == [one.end for one in read]
    assert readings.before.tolist() == [-1 if one.before is None else one.before for one in read]
    assert readings.continues.tolist() == [one.continues for one in read]
    assert readings.spans.tolist() == [list(one.header or (0, 0)) for one in read]


def test_cosines_are_those_of_the_vectors(reader: PassageReader, readings: Readings) -> None:
    model = reader.model
    question = "mực nước ở Gò Bồi, chợ C# họp vì sao"
    vector = model.encode([question])[0]
    directions, _ = model.directions(model.bags([question]).pieces)
    near = nearness(directions, vector, readings, model)
    read = [one.read for passage in PASSAGES for one in read_sentences(passage.text, passage.header, passage.title)]
    np.testing.assert_allclose(near.cosines, model.encode(read) @ vector, atol=1e-5)
    whole = [passage_input("", one.text, one.header) for one in PASSAGES]
    np.testing.assert_allclose(near.passage_cosines, model.encode(whole) @ vector, atol=1e-5)
    for row, sentence in enumerate(read):
        pieces = model.bags([sentence]).pieces
        best = (model.directions(pieces)[0] @ directions.T).max(axis=0) if len(pieces) else np.zeros(len(directions))
        np.testing.assert_allclose(near.matches[row], best, atol=1e-5)


@given(st.lists(WORDS, min_size=1, max_size=4), WORDS)
def test_terms_are_held_as_sets_hold_them(texts: list[str], question: str) -> None:
    asked = analyse(question)
    accents = dict(zip(asked.accented, asked.folded, strict=True))
    terms = list(dict.fromkeys((*asked.folded, *asked.pairs)))
    read = read_texts(texts)
    held = CodedTerms(asked.folded, asked.pairs, accents).held(read.codes, read.code_counts)
    for row, text in enumerate(texts):
        own = analyse(text)
        assert held.terms[row].tolist() == [term in {*own.folded, *own.pairs} for term in terms]
        assert held.accented[row].tolist() == [term in own.accented for term in accents]
        distinct = set(own.folded or own.pairs)
        assert read.distinct[row] == len(distinct)
        assert held.syllables[row] == len(distinct & set(terms))


@given(
    st.lists(
        st.sampled_from(
            [
                "the",
                "ky",
                "nam",
                "19",
                "nguyen",
                "nhan",
                "so",
                "that",
                "thành",
                "phố",
                "due",
                "to",
                "vì",
                "lý",
                "do",
                "Hà",
                ",",
                "Nội)",
                "21/5",
                "1990",
                "hai",
                "parce",
                "que",
            ]
        ),
        max_size=8,
    ).map(" ".join)
    | st.text(alphabet="Aab19 \n,)/年ở", max_size=12)
)
def test_cues_are_those_of_the_whole_text(text: str) -> None:
    folded = fold(text)
    read = read_texts([text])
    for cue, pattern in ((Cue.DATE, DATE), (Cue.REASON, REASON), (Cue.PLACE, PLACE)):
        assert bool(read.cues[0] & cue) == (pattern.search(folded) is not None), cue
    assert read.names.tolist() == sorted({hash_of(fold(name)) for name in NAME.findall(text)})
    assert read.numbers.tolist() == sorted({hash_of(number) for number in regex.findall(r"\p{Nd}+", folded)})


def test_number_words_count_with_their_accents() -> None:
    assert [bool(cues & Cue.NUMBER_WORD) for cues in read_texts(["hai", "một nửa", "nam", "Trăm"]).cues] == [
        True, True, False, True,
    ]  # fmt: skip


def test_accents_tell_all_vietnamese_syllables_apart() -> None:
    onsets = ["", "b", "d", "đ", "g", "gi", "ng", "nh", "qu", "th"]
    nuclei = ["".join(one) for count in (1, 2, 3) for one in product("aăâeêioôơuưy", repeat=count)]
    tones = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
    marked = {
        accent_key(onset + nucleus[:place] + tone + nucleus[place:] + coda)
        for onset, nucleus, coda in product(onsets, nuclei, ["", "n", "t", "ng"])
        for place in range(1, len(nucleus) + 1)
        for tone in tones
        if is_syllable(onset + nucleus + coda) or is_syllable(onset + nucleus + "\u0301" + coda)
    }
    forms: dict[tuple[str, int], str] = {}
    for accented in marked:
        folded = fold(accented.rstrip("12345"))
        assert forms.setdefault((folded, accents_of(accented, folded)), accented) == accented
    assert len(forms) > 5_000


def test_codes_of_one_text_are_those_among_others() -> None:
    text = "Nghị quyết 18-NQ/TW của AT&T, ngày 21/5"
    np.testing.assert_array_equal(codes_in(text), read_texts([text]).codes)


def test_what_is_stored_is_used_only_where_it_is_of_today(reader: PassageReader) -> None:
    first, second = reader.read(PASSAGES[:2])
    assert is_current(first, reader.model.identity)
    assert reader.current(PASSAGES[:1], [second]) == [second]
    old = bytes([READING_VERSION + 1]) + second[1:]
    of_another_model = encode(decode([second]), reader.model.identity ^ 1)[0]
    assert reader.current([PASSAGES[0]] * 3, [old, b"", of_another_model]) == [first] * 3


def test_a_question_that_abbreviates_reads_what_it_changes(reader: PassageReader) -> None:
    question = "UBND họp khi nào"
    words = rewording(question, mentions(question))
    spelt, other = PassageText("Ủy ban nhân dân họp hôm nay."), PassageText("Chợ họp sớm.")
    stored = reader.read([spelt, other])
    found = reader.current([spelt, other], stored, words)
    assert found[1] == stored[1]
    read = decode(found)
    assert read.ends[0] == len(spelt.text)
    assert hash_of("ubnd") in (read.codes >> 8).tolist()
    assert hash_of("ubnd") not in (decode(stored).codes >> 8).tolist()


def test_other_words_are_read_as_if_they_stood_in_the_passage(reader: PassageReader) -> None:
    question = "UBND họp khi nào"
    words = rewording(question, mentions(question))
    spelt = "Hôm nay, Ủy ban nhân dân họp. Có mưa to."
    read, plain = decode(reader.read([PassageText(spelt)], words)), decode(reader.read([PassageText(words(spelt))]))
    assert read.whole_counts.tolist() == plain.whole_counts.tolist() == [0]
    for name in ("codes", "pieces", "times", "cues", "whole_lengths", "lengths"):
        np.testing.assert_array_equal(getattr(read, name), getattr(plain, name))


def test_a_question_with_other_capitals_reads_nothing_anew(reader: PassageReader) -> None:
    question = "Thành phố nào đông dân nhất"
    words = rewording(question, mentions(question))
    passage = PassageText("Nhiều người đến thành phố này.")
    assert words(passage.text) == "Nhiều người đến Thành phố này."
    assert reader.current([passage], reader.read([passage]), words) == reader.read([passage])


def test_a_passage_that_is_too_long_is_refused(reader: PassageReader) -> None:
    with pytest.raises(ValueError, match="more than"):
        reader.read([PassageText("a " * 10_000)])


def test_the_vectors_are_those_that_the_model_gives_by_itself(reader: PassageReader) -> None:
    readings, vectors = reader.to_store_with_vectors(PASSAGES)
    assert readings == reader.to_store(PASSAGES) == reader.read(PASSAGES)
    texts = [passage_input(one.title, one.text, one.header) for one in PASSAGES]
    np.testing.assert_array_equal(vectors, reader.model.encode(texts))
    assert reader.to_store([]) == []


def test_sentences_that_are_known_are_not_looked_for(reader: PassageReader) -> None:
    text = " ".join(f"Ông Lê Bình về Huế ngày {day}/5. Cầu dài {day} m, vì lũ." for day in range(1, 31))
    known = [PassageText(text[slice(*one.span)], "", "Huế", one.sentences) for one in chunks_of(text)]
    assert len(known) > 1
    assert reader.read(known) == reader.read([PassageText(one.text, "", "Huế") for one in known])
    (whole,) = decode(reader.read([PassageText("Một. Hai. Ba.", "", "", ((0, 9), (10, 13)))])).ends.reshape(1, -1)
    assert whole.tolist() == [9, 13]
    assert all(one.sentences is None for one in chunks_of(TABLE))


def test_a_corpus_stores_what_was_read(tmp_path: Path, reader: PassageReader) -> None:
    with Corpus.open(tmp_path / "corpus", WordEncoder()) as corpus:
        list(corpus.add([Draft(text=TABLE, title="Sông", id="one"), Draft(text="Chợ họp sớm.", id="two")]))
        numbers = [number for own in corpus.storage.passages_of(["one", "two"]).values() for number in own]
        stored = corpus.storage.passages(numbers)
        found = [stored[number] for number in numbers]
        read = reader.read([PassageText(one.text, one.header_text, one.article.title) for one in found])
        assert [one.reading for one in found] == read
        with corpus.storage.writing() as change:
            change.put_readings({numbers[0]: b"", numbers[1]: bytes([READING_VERSION + 1]) + read[1][1:]})
        assert reread(corpus.storage, reader) == 2
        assert reread(corpus.storage, reader) == 0
        stored = corpus.storage.passages(numbers)
        assert [stored[number].reading for number in numbers] == read
