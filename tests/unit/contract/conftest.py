from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from engines import ENGINES, Pair, StorageEngine


@pytest.fixture(params=ENGINES, scope="session", ids=lambda engine: engine.name)
def engine(request: pytest.FixtureRequest) -> StorageEngine:
    chosen: StorageEngine = request.param
    return chosen


@pytest.fixture
def pair(engine: StorageEngine, tmp_path: Path) -> Iterator[Pair]:
    opened = Pair(engine.open(tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def shared(engine: StorageEngine) -> StorageEngine:
    if not engine.shared:
        pytest.skip("this storage is one object, which nobody else can open")
    return engine
