"""Questions that name nothing to ask about."""

from __future__ import annotations

import pytest

from qa.answering.function_words import asks_for_nothing


@pytest.mark.parametrize(
    "question",
    [
        *("là gì", "Như thế nào?", "ai", "Ở đâu vậy?", "vì sao lại như vậy", "đó là cái gì"),
        *("la gi", "nhu the nao", "o dau", "tai sao", "bao nhieu", "la ai the"),
        *("what is it", "Who's that?", "How many?", "Qu’est-ce que c’est ?", "ou", "Was ist das?", "¿Qué es?"),
        *("Apa itu?", "Что это?", "是什么?", "何ですか", "คืออะไร", "무엇입니까?", "?", "…"),
    ],
)
def test_function_words_ask_for_nothing(question: str) -> None:
    assert asks_for_nothing(question)


@pytest.mark.parametrize(
    "question",
    [
        *("gà là gì", "Ma là gì?", "ma la gi", "cho la gi", "co la gi", "Sao la là gì?", "5G là gì", "C là gì"),
        *("AI là gì?", "WHO là gì?", "What is IT?", "What does WHO do?", "Who is Ai?", "năm 1990"),
        *("Where was he born?", "Was ist Ruhm?", "¿Qué es la paz?", "水是什么?", "猫とは何ですか", "แมวคืออะไร"),
    ],
)
def test_a_word_that_names_something_asks_for_it(question: str) -> None:
    assert not asks_for_nothing(question)
