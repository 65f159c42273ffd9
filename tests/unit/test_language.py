"""Thirteen languages, Vietnamese without accents, and not knowing."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.language import LANGUAGES, UNDETERMINED, detect_language

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
