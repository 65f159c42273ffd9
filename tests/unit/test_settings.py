from __future__ import annotations

from pathlib import Path

import pytest

from api.settings import Settings


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"HOIDAP_{name.upper()}", raising=False)


def test_defaults_are_safe() -> None:
    settings = Settings()
    assert settings.host == "127.0.0.1"
    assert not settings.is_exposed()
    assert settings.api_key is None
    assert settings.model == "builtin"
    assert settings.max_request_bytes == 64_000_000
    assert settings.max_article_bytes == 16_000_000


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOIDAP_DATA", str(tmp_path))
    monkeypatch.setenv("HOIDAP_API_KEY", "secret")
    settings = Settings()
    assert settings.data == tmp_path
    assert "secret" not in repr(settings)
    assert settings.api_key is not None
    assert settings.api_key.get_secret_value() == "secret"


@pytest.mark.parametrize(
    ("host", "exposed"),
    [("127.0.0.1", False), ("::1", False), ("localhost", False), ("0.0.0.0", True), ("10.0.0.7", True), ("box", True)],
)
def test_only_loopback_is_not_exposed(host: str, exposed: bool) -> None:
    assert Settings(host=host).is_exposed() == exposed


def test_a_model_is_named_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not Settings().names_model
    monkeypatch.setenv("HOIDAP_MODEL", "")
    assert not Settings().names_model, "an empty variable is an unset one"
    monkeypatch.setenv("HOIDAP_MODEL", "builtin")
    assert Settings().names_model
    assert Settings().model_copy(update={"data": Path()}).names_model
    monkeypatch.delenv("HOIDAP_MODEL")
    assert not Settings().model_copy(update={"data": Path()}).names_model
    assert Settings().model_copy(update={"model": "other"}).names_model
