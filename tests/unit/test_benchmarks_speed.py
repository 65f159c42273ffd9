"""The pure parts of the speed benchmark: percentiles, medians of rounds, mixed articles, nearest vectors, pictures."""

from __future__ import annotations

import json
import math
import xml.etree.ElementTree as ElementTree
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from benchmarks.speed.figures import Load, median_load, percentile, shown, table
from benchmarks.speed.inside import nearest
from benchmarks.speed.load import Request
from benchmarks.speed.page import BEGIN, END, kept, page
from benchmarks.speed.picture import Curve, Panel, marks, picture
from benchmarks.speed.texts import Sentences, Text, mixed, passages, write_articles
from index.text.chunking import chunk

ARTICLES = [
    Text("a", "Cầu dài 500 mét. Sông rộng.\nChợ nổi họp sớm.", "Cầu"),
    Text("b", "Núi cao quanh năm mây phủ.", "Núi"),
]
SVG = "{http://www.w3.org/2000/svg}"


def test_percentiles_are_values_that_occurred() -> None:
    values = [float(n) for n in range(1, 101)]
    assert [percentile(values, share) for share in (0.5, 0.95, 0.99, 1.0)] == [50, 95, 99, 100]
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([7.0], 0.99) == 7.0
    assert math.isnan(percentile([], 0.5))


def test_rounds_give_their_median_and_all_errors() -> None:
    rounds = [
        Load(8, 10, 1.0, 5, 6, 7, 2, {"503": 1}),
        Load(8, 30, 1.0, 1, 2, 3, 9, {"503": 2, "timeout": 1}),
        Load(8, 20, 1.0, 3, 9, 4, 4, {}),
    ]
    one = median_load(rounds)
    assert (one.answers, one.per_second) == (60, 20.0)
    assert (one.p50_ms, one.p95_ms, one.p99_ms, one.core_ms) == (3, 6, 4, 4)
    assert one.errors == {"503": 3, "timeout": 1}
    assert one.to_json()["per_second"] == 20.0


def test_numbers_are_shown_with_three_digits() -> None:
    numbers = [0.19234, 1.0, 93.44, 1234.5, 0.0, None, math.nan, 0.0123]
    assert [shown(number) for number in numbers] == ["0.192", "1.00", "93.4", "1,230", "0", "–", "–", "0.0123"]
    assert table(["a", "b"], [["x", "1"]]) == "| a | b |\n| --- | ---: |\n| x | 1 |"


def test_a_question_goes_over_the_wire_as_http() -> None:
    sent = Request.ask("cầu?").encoded()
    head, _, body = sent.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v1/ask HTTP/1.1\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    assert json.loads(body) == {"question": "cầu?"}
    assert Request.txtai("a b&c", 5).encoded().startswith(b"GET /search?query=a%20b%26c&limit=5 HTTP/1.1\r\n")


def test_mixed_articles_have_shapes_titles_and_sentences_of_real_ones(tmp_path: Path) -> None:
    sentences = Sentences(ARTICLES, tmp_path / "sentences")
    all_of_them = [sentences[number] for number in range(len(sentences))]
    assert all_of_them == ["Cầu dài 500 mét.", "Sông rộng.", "Chợ nổi họp sớm.", "Núi cao quanh năm mây phủ."]
    assert sentences.shapes == [(2, 1), (1,)]
    made = list(islice(mixed(sentences, seed=5), 40))
    assert made == list(islice(mixed(sentences, seed=5), 40))
    assert made != list(islice(mixed(sentences, seed=6), 40))
    assert len({one.id for one in made}) == 40
    assert {one.title for one in made} == {"Cầu", "Núi"}
    assert {one.text.count("\n") for one in made} == {0, 1}
    rest = "\n".join(one.text for one in made)
    for sentence in all_of_them:
        assert sentence in rest
        rest = rest.replace(sentence, "")
    assert rest.strip() == ""


def test_passages_are_those_that_the_corpus_would_cut() -> None:
    long = Text("long", "\n\n".join(f"Đoạn {number}. {'chữ ' * 120}" for number in range(9)))
    cut = passages([long, *ARTICLES], 100)
    assert [one.text for one in cut[:-2]] == [long.text[start:end] for start, end in chunk(long.text)]
    assert len({one.id for one in cut}) == len(cut)
    assert len(passages([long], 3)) == 3


def test_written_articles_end_at_the_wanted_length(tmp_path: Path) -> None:
    stream = iter([Text(str(n), "mười chữ x") for n in range(9)])
    assert write_articles(stream, tmp_path / "one", 25) == 3
    rows = [json.loads(line) for line in (tmp_path / "one").read_text(encoding="utf-8").splitlines()]
    assert rows == [{"id": str(n), "text": "mười chữ x"} for n in range(3)]
    assert next(stream).id == "3"


def test_nearest_of_blocks_is_nearest_of_all() -> None:
    chance = np.random.default_rng(3)
    vectors = chance.standard_normal((50, 6), dtype=np.float32)
    numbers = np.arange(100, 150)
    queries = chance.standard_normal((4, 6), dtype=np.float32)
    blocks = [(numbers[at : at + 7], vectors[at : at + 7]) for at in range(0, 50, 7)]
    expected = [set((100 + np.argsort(-(vectors @ query))[:10]).tolist()) for query in queries]
    assert [set(row) for row in nearest(queries, blocks, 10)] == expected
    assert [len(row) for row in nearest(queries, blocks[:1], 10)] == [7] * 4


def test_marks_are_round_and_reach_the_greatest() -> None:
    assert marks(10) == [0, 5, 10]
    assert marks(37) == [0, 10, 20, 30, 40]
    assert marks(0.9) == pytest.approx([0, 0.5, 1.0])
    assert marks(0) == [0.0]
    for greatest in (1, 3, 7, 13, 99, 1234):
        assert marks(greatest)[-2] < greatest <= marks(greatest)[-1]


def test_a_picture_holds_every_point_inside_its_panel() -> None:
    curves = [
        Curve("p50 & more", [(10_000, 8.0), (100_000, 9.0), (1_000_000, 15.0)]),
        Curve("old", [(10_000, 4.0)], True),
    ]
    root = ElementTree.fromstring(picture([Panel("ms", curves), Panel("MB", [Curve("memory", [(10_000, 0.0)])])]))
    first, second = root.findall(f"{SVG}g")
    circles = [(float(one.attrib["cx"]), float(one.attrib["cy"])) for one in first.findall(f"{SVG}circle")]
    assert len(circles) == 4
    assert circles[1][0] - circles[0][0] == pytest.approx(circles[2][0] - circles[1][0], abs=0.2), "logarithmic"
    assert circles[0][1] > circles[1][1] > circles[2][1], "higher is more"
    assert all(0 < x < 300 and 0 < y < 244 for x, y in circles)
    words = [one.text for one in first.findall(f"{SVG}text")]
    assert {"ms", "10k", "100k", "1M", "p50 & more", "old", "0", "5", "15"} <= set(words)
    assert second.attrib["transform"] == "translate(300 0)"
    assert sum("stroke-dasharray" in one.attrib for one in first.findall(f"{SVG}path")) == 1


def test_the_page_shows_the_figures_that_are_kept(repository: Path) -> None:
    text = (repository / "docs" / "speed.md").read_text(encoding="utf-8")
    assert page(text, kept()) == text, "run python -m benchmarks.speed.page"


def test_a_page_without_a_place_for_figures_is_refused() -> None:
    with pytest.raises(ValueError, match="no place for figures"):
        page(f"words {BEGIN} words".replace(END, ""), kept())
