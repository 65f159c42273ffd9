"""The benchmark of growth runs end to end over a small corpus: real commands, a real server, real questions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.speed.growth import GrowthSizes, growth, report
from benchmarks.speed.texts import Question, Sentences, Text

PLACES = ("Cần Thơ", "Vĩnh Long", "Sa Đéc", "Bến Tre", "Cà Mau", "Trà Vinh", "Rạch Giá", "Sóc Trăng")
NEWS = [
    Text(
        f"news-{number}",
        f"Hôm qua tại {place} mưa lớn kéo dài nhiều giờ liền.\n"
        f"Chợ {place} vẫn đông người mua bán từ sáng sớm. Giá gạo ở {place} tăng nhẹ so với tháng trước. "
        f"Nông dân {place} cho biết vụ lúa năm nay được mùa. "
        f"Xe khách đi {place} chạy thêm {number + 3} chuyến mỗi ngày.",
        f"Tin từ {place}",
    )
    for number, place in enumerate(PLACES)
]
ASKED = [("Hồ Gươm rộng bao nhiêu?", "ho"), ("Ai vẽ tranh Thiếu nữ bên hoa huệ?", "tranh")]
KNOWN = [
    Text("ho", "Hồ Gươm rộng mười hai héc ta, nằm giữa lòng Hà Nội."),
    Text("tranh", "Họa sĩ Tô Ngọc Vân vẽ bức tranh Thiếu nữ bên hoa huệ năm 1943."),
]


@pytest.mark.slow
def test_growth_is_measured_end_to_end(tmp_path: Path) -> None:
    sizes = GrowthSizes((40, 200), clients=(1, 2), questions=4, compared=2, seconds=0.2, rounds=1)
    questions = [Question(*one) for one in ASKED] * 20
    steps = growth(KNOWN, questions, Sentences(NEWS, tmp_path / "sentences"), sizes, tmp_path)
    assert json.loads(json.dumps(steps)) == steps
    first, second = steps
    assert 20 <= first["passages"] <= 80
    assert first["passages"] + second["ingest"]["passages"] == second["passages"]
    assert 140 <= second["passages"] <= 300
    for step in steps:
        assert step["in_process"]["right_first"] == 1.0
        assert step["in_process"]["recall"] >= 0.95
        assert step["in_process"]["questions"] == 4
        assert [load["clients"] for load in step["loads"]] == [1, 2]
        assert all(load["answers"] >= 3 * load["clients"] and not load["errors"] for load in step["loads"])
        assert all(0 < load["p50_ms"] <= load["p99_ms"] and load["core_ms"] > 0 for load in step["loads"])
        assert {"encode", "dense", "lexical", "judge"} <= step["stages_ms"].keys()
        assert 0 < sum(step["stages_ms"].values()) <= step["loads"][0]["seconds"] * 1000
        assert step["memory_bytes"] > 50e6
        assert step["processes"] >= 1
        assert sum(step["disk_bytes"].values()) > 10_000
    assert f"| passages | {first['passages']} | {second['passages']} |" in report(steps)
    assert not list(tmp_path.glob("*.jsonl")), "what was ingested is removed"
