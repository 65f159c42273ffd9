from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import WordEncoder
from hypothesis import HealthCheck, settings

from index.corpus import Corpus
from index.models.builtin.encoder import BuiltinEncoder
from index.models.encoder import Encoder

# No example is timed: machines differ, and a slow one says nothing about the code.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# A shell that starts the tests in the background lets them and all their children ignore interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture
def encoder() -> WordEncoder:
    return WordEncoder()


@pytest.fixture
def corpus(tmp_path: Path, encoder: WordEncoder) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "corpus", encoder) as opened:
        yield opened


@pytest.fixture(scope="session")
def builtin() -> Encoder:
    return BuiltinEncoder()


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The development data beside the repository; tests that need it are skipped where it is absent."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs ../shared/data")
    return folder
