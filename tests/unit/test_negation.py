"""What a sentence denies, against what is asked."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from qa.evidence.negation import contradicts, takes_a_side


@pytest.mark.parametrize(
    ("question", "denied", "said"),
    [
        ("Trẻ nhỏ nên ăn gì?", "Trẻ nhỏ không nên ăn mật ong.", "Trẻ nhỏ có thể ăn cháo."),
        ("tre nho nen an gi", "Trẻ nhỏ tránh ăn mật ong.", "Trẻ nhỏ nên ăn cháo."),
        ("Ai được vào kho?", "Khách không được vào kho.", "Thủ kho được vào."),
        ("Xã nào bị ngập?", "Xã Đông không bị ngập.", "Xã Tây bị ngập sâu."),
        ("What should babies eat?", "Babies should not eat honey.", "Babies can eat porridge."),
        ("Que peut manger un bébé ?", "Un bébé ne peut pas manger de miel.", "Un bébé peut manger du riz."),
        ("Was sollte ein Baby essen?", "Ein Baby sollte keinen Honig essen.", "Ein Baby kann Brei essen."),
        ("¿Qué puede comer un bebé?", "Un bebé no debe comer miel.", "Un bebé puede comer arroz."),
        ("Apa yang boleh dimakan bayi?", "Bayi tidak boleh makan madu.", "Bayi boleh makan bubur."),
        ("Что можно есть ребёнку?", "Ребёнку нельзя есть мёд.", "Ребёнку можно есть кашу."),
        ("婴儿应该吃什么?", "婴儿不应该吃蜂蜜。", "婴儿可以吃粥。"),
        ("赤ちゃんは何を食べるべきですか?", "蜂蜜を食べてはいけない。", "おかゆを食べてもよい。"),
        ("아기는 무엇을 먹어야 하나요?", "꿀을 먹으면 안 된다.", "죽을 먹을 수 있다."),
        ("ทารกควรกินอะไร", "ทารกไม่ควรกินน้ำผึ้ง", "ทารกกินข้าวต้มได้"),
    ],
)
def test_what_is_denied_does_not_answer_what_is_allowed(question: str, denied: str, said: str) -> None:
    assert contradicts(question, denied)
    assert not contradicts(question, said)


@pytest.mark.parametrize(
    ("question", "said", "denied"),
    [
        ("Trẻ nhỏ không nên ăn gì?", "Trẻ nhỏ có thể ăn cháo.", "Trẻ nhỏ không nên ăn mật ong."),
        ("Trẻ nhỏ kiêng gì?", "Trẻ nhỏ nên ăn cháo.", "Trẻ nhỏ tránh mật ong."),
        ("What should babies not eat?", "Babies can eat porridge.", "Babies should not eat honey."),
        ("婴儿不应该吃什么?", "婴儿可以吃粥。", "婴儿不应该吃蜂蜜。"),
    ],
)
def test_what_is_allowed_does_not_answer_what_is_denied(question: str, said: str, denied: str) -> None:
    assert contradicts(question, said)
    assert not contradicts(question, denied)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Có nên ăn mật ong không?", "Không nên ăn mật ong."),
        ("Should babies eat honey?", "Babies should not eat honey."),
        ("Ai lái máy bay?", "Không quân lái máy bay."),
        ("Đội nào giành cúp?", "Đội Đỏ không chỉ giành cúp mà còn phá kỷ lục."),
        ("Bảo tàng mở cửa năm nào?", "Bảo tàng mở cửa năm 1990."),
        ("Trẻ nhỏ nên ăn gì?", "Trẻ nhỏ không nên ăn mật ong mà nên ăn cháo."),
    ],
)
def test_no_side_is_taken_where_there_is_none(question: str, sentence: str) -> None:
    assert not contradicts(question, sentence)


def test_questions_without_a_side_cost_nothing() -> None:
    assert takes_a_side("Trẻ nhỏ nên ăn gì?")
    assert not takes_a_side("Bảo tàng mở cửa năm bao nhiêu?")
    assert not takes_a_side("Có nên ăn mật ong không?")


def test_every_language_has_every_role(repository: Path) -> None:
    tables = tomllib.loads((repository / "qa/evidence/negation.toml").read_text(encoding="utf-8"))
    roles = {"deny", "forbid", "allow", "which", "not", "closed"}
    assert {language: set(table) - {"folded"} for language, table in tables.items()} == dict.fromkeys(tables, roles)
    assert set(tables["vi"]["folded"]) == roles
