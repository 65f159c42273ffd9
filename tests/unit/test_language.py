"""Thirteen languages, Vietnamese without accents, and not knowing."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.preparation import prepare
from index.readers.walking import read_path
from index.records import Draft
from index.text.language import LANGUAGES, UNDETERMINED, detect_language, language_of

TEXTS = {
    "vi": "Chiều nay bà con trong xã ra bờ sông xem nước lên, ai cũng lo cho vườn rau mới trồng.",
    "en": "This afternoon the villagers walked down to the river to watch the water rise.",
    "fr": "Cet après-midi, les habitants du village sont descendus au bord de la rivière pour voir monter les eaux.",
    "de": "Am Nachmittag gingen die Bewohner des Dorfes zum Fluss hinunter, um das steigende Wasser zu sehen.",
    "es": "Esta tarde los vecinos del pueblo bajaron al río para ver cómo subía el agua.",
    "id": "Sore ini warga desa pergi ke tepi sungai untuk melihat air yang terus naik.",
    "ru": "Сегодня днём жители деревни вышли к реке посмотреть, как поднимается вода.",
    "zh": "今天下午，村民们来到河边看水位上涨。",
    "ja": "今日の午後、村の人々は川辺に出て水位が上がるのを見ていた。",
    "ko": "오늘 오후 마을 주민들이 강가에 나와 물이 불어나는 것을 지켜보았다.",
    "th": "บ่ายวันนี้ชาวบ้านออกมาดูน้ำขึ้นที่ริมแม่น้ำ",
    "lo": "ຕອນບ່າຍມື້ນີ້ ຊາວບ້ານອອກມາເບິ່ງນ້ຳຂຶ້ນຢູ່ແຄມແມ່ນ້ຳ",
    "km": "រសៀលនេះ អ្នកភូមិបានទៅមាត់ទន្លេដើម្បីមើលទឹកឡើង។",
}


def test_every_language_has_a_text() -> None:
    assert set(TEXTS) == set(LANGUAGES)


@pytest.mark.parametrize("language", TEXTS)
def test_thirteen_languages(language: str) -> None:
    assert detect_language(TEXTS[language]) == language
    assert detect_language(unicodedata.normalize("NFD", TEXTS[language])) == language
    assert detect_language(TEXTS[language].upper()) == language


@pytest.mark.parametrize(
    "text",
    [
        "chieu nay ba con trong xa ra bo song xem nuoc len, ai cung lo cho vuon rau",
        "cau long bien dai bao nhieu",
        "ai la nguoi dau tien bay vao vu tru",
        "Thu do cua Viet Nam la gi?",
        "Đà Nẵng",
        "Hà Nội ở đâu?",
        "Samsung và Apple kiện nhau tại Mỹ",
    ],
)
def test_short_and_unaccented_vietnamese(text: str) -> None:
    assert detect_language(text) == "vi"


@pytest.mark.parametrize("text", ["", " \n", "2018", "?!…", "👩‍👩‍👧‍👦🇻🇳", "ΑΒΓ", "שלום", "مرحبا"])
def test_unsure(text: str) -> None:
    assert detect_language(text) == UNDETERMINED


def test_quotations_in_another_script_do_not_decide() -> None:
    assert detect_language(TEXTS["vi"] + " Tên chữ Hán là 水位.") == "vi"
    assert detect_language(TEXTS["en"] + " The sign read 水位上涨.") == "en"
    assert detect_language(TEXTS["ja"].replace("の", "乃")) == "ja"


@given(st.text(max_size=200))
def test_any_text_gets_a_known_answer(text: str) -> None:
    assert detect_language(text) in (*LANGUAGES, UNDETERMINED)


OTHERS = {
    "da": "Da regnen holdt op, gik børnene ud for at lege på den våde græsplæne bag skolen.",
    "it": "Quando ha smesso di piovere, i bambini sono usciti a giocare sul prato bagnato dietro la scuola.",
    "sw": "Mvua ilipokatika, watoto walitoka nje kucheza kwenye nyasi zenye maji nyuma ya shule.",
    "tr": "Yağmur dinince çocuklar okulun arkasındaki ıslak çimenlerde oynamak için dışarı çıktılar.",
    "nl": "Toen het ophield met regenen, gingen de kinderen op het natte gras achter de school spelen.",
    "pt": "Quando parou de chover, as crianças saíram para brincar na relva molhada atrás da escola.",
    "ro": "Când s-a oprit ploaia, copiii au ieșit să se joace pe iarba udă din spatele școlii, fără să le fie frig.",
    "hr": "Kad je kiša prestala, djeca su izašla igrati se na mokroj travi iza škole, među prvima i mlađi đaci.",
    "yo": "Nígbà tí òjò dá, àwọn ọmọ jáde lọ ṣeré lórí koríko tútù ní ẹ̀yìn ilé ẹ̀kọ́.",
    "tl": "Nang tumila ang ulan, lumabas ang mga bata upang maglaro sa basang damuhan sa likod ng paaralan.",
    "uk": "Коли дощ ущух, діти вийшли гратися на мокрій траві за школою.",
    "bg": "Когато дъждът спря, децата излязоха да си играят на мократа трева зад училището.",
}


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_that_is_not_known_is_not_taken_for_a_known_one(language: str) -> None:
    assert detect_language(OTHERS[language]) == UNDETERMINED
    assert detect_language(OTHERS[language].upper()) == UNDETERMINED


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_stated_counts_where_it_fits(language: str) -> None:
    text = OTHERS[language]
    assert language_of(text, language) == language_of(text, f"{language.upper()}-XX") == language
    assert language_of(text, None) == language_of(text, "en") == language_of(text, "vi") == UNDETERMINED


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("stated", [None, "", "en", "vi", "da", "und", "x", "not a code", "zz"])
def test_what_is_stated_does_not_change_a_known_language(language: str, stated: str | None) -> None:
    assert language_of(TEXTS[language], stated) == language


def test_what_is_stated_of_a_text_that_tells_nothing() -> None:
    assert language_of("2018", "vi") == "vi"
    assert language_of("Hotel Metropol", "cs-CZ") == "cs"
    assert language_of("Nguyen Thi Hoa, Pham Quang Hieu", "vi") == "vi"


@pytest.mark.parametrize(
    ("file", "expected"), [("da.html", "da"), ("it.html", "it"), ("sw.txt", "und"), ("tr.txt", "und")]
)
def test_case_other_language_mislabelled(repository: Path, file: str, expected: str) -> None:
    folder = repository.parent / "shared" / "cases" / "other-language-mislabelled"
    if not folder.is_dir():
        pytest.skip("needs ../shared/cases")
    (draft,) = read_path(folder / file)
    assert isinstance(draft, Draft)
    assert prepare(draft).article.language == expected
