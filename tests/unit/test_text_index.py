from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.errors import CorpusError
from index.filters import NO_FILTERS, Filters
from index.records import ArticleHeader, Scalar
from index.search.text.index import TextIndex
from index.storage.protocol import PassageText
from index.text.analysis import analyse
from qa.retrieval.term_weights import best_possible_score

NONE = np.empty(0, dtype=np.int64)


def passage(
    number: int,
    text: str,
    title: str = "",
    language: str = "vi",
    published_at: str | None = None,
    metadata: dict[str, Scalar] | None = None,
) -> PassageText:
    header = ArticleHeader(
        f"a{number}", title, None, f"s{number % 2}", None, published_at, language, metadata or {}, "", len(text)
    )
    return PassageText(number, title, text, header)


@pytest.fixture
def lexical(tmp_path: Path) -> TextIndex:
    return TextIndex(tmp_path)


def search(lexical: TextIndex, question: str, filters: Filters = NO_FILTERS) -> list[int]:
    numbers: list[int] = lexical.refresh().search(analyse(question), 10, filters).numbers.tolist()
    return numbers


def test_typed_accents_count_and_untyped_ones_do_not_matter(lexical: TextIndex) -> None:
    lexical.apply([passage(1, "cây dương xỉ"), passage(2, "con đường dài"), passage(3, "đậu phộng rang")], NONE, 1)
    assert search(lexical, "đường") == [2, 1]
    assert search(lexical, "dương") == [1, 2]
    assert sorted(search(lexical, "duong")) == [1, 2]
    assert search(lexical, "con duong dai")[0] == 2


def test_tone_placement_and_normal_form_do_not_matter(lexical: TextIndex) -> None:
    lexical.apply([passage(1, "văn hóa thuỷ lợi"), passage(2, "bóng đá")], NONE, 1)
    for question in ("văn hoá", "van\u0306 hoa\u0301", "thủy lợi"):
        assert search(lexical, question) == [1]
    exact = lexical.refresh().search(analyse("hóa"), 1, NO_FILTERS).scores[0]
    assert lexical.refresh().search(analyse("hoá"), 1, NO_FILTERS).scores[0] == pytest.approx(exact)


def test_neighbouring_syllables_beat_scattered_ones(lexical: TextIndex) -> None:
    lexical.apply([passage(1, "lãnh thổ rộng và đạo đức tốt"), passage(2, "ban lãnh đạo mới họp sáng nay")], NONE, 1)
    assert search(lexical, "lanh dao")[0] == 2


def test_scripts_without_spaces_are_found_by_pairs(lexical: TextIndex) -> None:
    lexical.apply(
        [passage(1, "北京是中国的首都"), passage(2, "上海是一座城市"), passage(3, "กรุงเทพเป็นเมืองหลวง")], NONE, 1
    )
    assert search(lexical, "中国首都")[0] == 1
    assert search(lexical, "เมืองหลวง") == [3]


def test_a_title_helps_its_passages(lexical: TextIndex) -> None:
    lexical.apply([passage(1, "dài 500 mét", "Cầu Long Biên"), passage(2, "dài 500 mét", "Hầm Hải Vân")], NONE, 1)
    assert search(lexical, "cau long bien dai") == [1, 2]


def test_a_slip_in_a_name_that_nobody_has_finds_the_name(lexical: TextIndex) -> None:
    texts = ["Bác sĩ Yersin sống ở Nha Trang.", "Bác sĩ Pasteur sống ở Paris.", "Trời mưa ở Nha Trang."]
    lexical.apply([passage(n, text) for n, text in enumerate(texts)], np.empty(0, dtype=np.int64), 1)
    for typed in ("Yersim", "yesrin", "Yersins"):
        assert search(lexical, typed) == [0], typed
    assert search(lexical, "bác sĩ Pastuer")[0] == 1
    assert search(lexical, "Yersx") == []
    assert search(lexical, "Yersim Pastuer Millbrok") == []  # another language, not slips
    assert lexical.refresh().count(analyse("Yersim"), NO_FILTERS) == 1


def test_a_spelling_that_only_a_removed_passage_had_is_a_slip_again(lexical: TextIndex) -> None:
    texts = ["Nhà văn Tolstoyevsky viết dài.", "Nhà văn Tolstoyevski viết ngắn.", "Trời mưa."]
    lexical.apply([passage(n, text) for n, text in enumerate(texts)], NONE, 1)
    assert search(lexical, "Tolstoyevski") == [1]
    lexical.apply([], np.array([1], dtype=np.int64), 2)
    assert search(lexical, "Tolstoyevski") == [0]


def test_filters_are_exact(lexical: TextIndex) -> None:
    lexical.apply(
        [
            passage(1, "hội nghị", published_at="2017", metadata={"n": 1, "s": "x"}),
            passage(2, "hội nghị", published_at="2017-04-11", language="en", metadata={"n": 2, "flag": True}),
            passage(3, "hội nghị", metadata={"n": "1"}),
        ],
        NONE,
        1,
    )
    cases: list[tuple[Filters, list[int]]] = [
        (Filters(language=("vi",)), [1, 3]),
        (Filters(language=("en", "fr")), [2]),
        (Filters(source=("s1",)), [1, 3]),
        (Filters(article_id=("a2", "a9")), [2]),
        (Filters(published_after="2017-01-01"), [1, 2]),
        (Filters(published_after="2017-01-02"), [2]),
        (Filters(published_before="2017-04-11"), [1]),
        (Filters(published_before="2017-04-12"), [1, 2]),
        (Filters(metadata={"n": 1}), [1]),
        (Filters(metadata={"n": 1.0}), [1]),
        (Filters(metadata={"n": "1"}), [3]),
        (Filters(metadata={"flag": True}), [2]),
        (Filters(metadata={"flag": 1}), []),
        (Filters(metadata={"n": 1, "s": "y"}), []),
    ]
    for filters, expected in cases:
        assert sorted(search(lexical, "hội nghị", filters)) == expected, filters
        assert lexical.refresh().count(analyse("hội nghị"), filters) == len(expected)


def test_a_filter_does_not_change_scores(lexical: TextIndex) -> None:
    lexical.apply([passage(1, "cầu mới"), passage(2, "cầu cũ", language="en")], NONE, 1)
    free = lexical.refresh().search(analyse("cầu"), 10, NO_FILTERS)
    filtered = lexical.refresh().search(analyse("cầu"), 10, Filters(language=("en",)))
    assert filtered.scores[0] == pytest.approx(dict(zip(free.numbers, free.scores, strict=True))[2])


def test_it_remembers_the_change_and_forgets_what_was_removed(tmp_path: Path) -> None:
    lexical = TextIndex(tmp_path)
    assert lexical.refresh().revision == 0
    lexical.apply([passage(1, "một cầu"), passage(2, "hai cầu")], NONE, 3)
    lexical.apply([passage(3, "ba cầu")], np.array([1]), 4)
    reopened = TextIndex(tmp_path)
    assert reopened.refresh().revision == 4
    assert sorted(search(reopened, "cầu")) == [2, 3]
    reopened.apply([passage(7, "bảy cầu")], NONE, 2, anew=True)
    assert reopened.refresh().revision == 2
    assert search(reopened, "cầu") == [7]


def test_a_view_does_not_change_while_the_index_does(lexical: TextIndex) -> None:
    lexical.apply([passage(1, "cầu")], NONE, 1)
    before = lexical.refresh()
    lexical.apply([passage(2, "cầu")], np.array([1]), 2)
    assert before.search(analyse("cầu"), 10, NO_FILTERS).numbers.tolist() == [1]
    assert before.revision == 1


def test_other_processes_are_followed(tmp_path: Path) -> None:
    reader, writer = TextIndex(tmp_path), TextIndex(tmp_path)
    writer.apply([passage(1, "cầu")], NONE, 1)
    assert search(reader, "cầu") == [1]


def test_given_passages_are_scored_as_in_a_search(lexical: TextIndex) -> None:
    lexical.apply([passage(n, "cầu " * n + "đường sông núi") for n in range(1, 6)], NONE, 1)
    found = lexical.refresh().search(analyse("cầu"), 5, NO_FILTERS)
    expected = dict(zip(found.numbers.tolist(), found.scores.tolist(), strict=True))
    scores = lexical.refresh().score(analyse("cầu"), np.array([4, 77, 2]))
    assert scores.tolist() == pytest.approx([expected[4], 0.0, expected[2]])


def test_best_possible_bounds_a_passage_that_is_the_question(lexical: TextIndex) -> None:
    question = "cầu Long Biên dài bao nhiêu"
    lexical.apply([passage(1, question), *(passage(n, "chuyện khác hẳn ở đây") for n in range(2, 9))], NONE, 1)
    terms = analyse(question)
    share = lexical.refresh().score(terms, np.array([1]))[0] / best_possible_score(lexical.refresh().statistics(terms))
    assert 0.8 < share < 1.3
    without_accents = analyse("cau Long Bien dai bao nhieu")
    share = lexical.refresh().score(without_accents, np.array([1]))[0] / best_possible_score(
        lexical.refresh().statistics(without_accents)
    )
    assert 0.8 < share < 1.3


def test_an_index_of_another_version_is_emptied(tmp_path: Path) -> None:
    (tmp_path / "0.0").mkdir()
    (tmp_path / "0.0" / "old").write_text("x")
    TextIndex(tmp_path)
    assert not (tmp_path / "0.0").exists()


def test_a_damaged_index_is_emptied(tmp_path: Path) -> None:
    lexical = TextIndex(tmp_path)
    lexical.apply([passage(1, "cầu")], NONE, 5)
    (meta,) = tmp_path.glob("*/meta.json")
    meta.write_text("{")
    with pytest.raises(ValueError, match=r"(?i)json|eof"):
        TextIndex(tmp_path, may_write=False)
    assert TextIndex(tmp_path).refresh().revision == 0


def test_an_interrupted_commit_changes_nothing(lexical: TextIndex) -> None:
    lexical.apply([passage(1, "cầu")], NONE, 1)

    def broken() -> list[PassageText]:
        raise ValueError("no space left")

    with pytest.raises(CorpusError, match="no space left"):
        lexical.apply((item for _ in [0] for item in broken()), NONE, 2)
    assert lexical.refresh().revision == 1
    lexical.apply([passage(2, "cầu")], NONE, 2)
    assert sorted(search(lexical, "cầu")) == [1, 2]


def test_filters_are_read_as_values_are_stored() -> None:
    filters = Filters(language=("VI", "zh-Hant"), source=("Ba\u0301o",))
    assert filters.language == ("vi", "zh")
    assert filters.source == ("Báo",)


def test_no_key_and_value_look_like_others(lexical: TextIndex) -> None:
    lexical.apply([passage(1, "cầu", metadata={"k": "text\x1fv"})], NONE, 1)
    assert search(lexical, "cầu", Filters(metadata={"k\x1ftext": "v"})) == []
    assert search(lexical, "cầu", Filters(metadata={"k": "text\x1fv"})) == [1]


def test_an_index_that_never_held_a_passage_is_opened_as_it_is(tmp_path: Path) -> None:
    TextIndex(tmp_path).apply([], np.array([], dtype=np.int64), 3)
    (folder,) = tmp_path.iterdir()
    before = sorted((file.name, file.stat().st_ino) for file in folder.iterdir() if "meta" not in file.name)
    assert TextIndex(tmp_path, may_write=False).refresh().revision == 3
    assert TextIndex(tmp_path).refresh().revision == 3
    assert sorted((file.name, file.stat().st_ino) for file in folder.iterdir() if "meta" not in file.name) == before
