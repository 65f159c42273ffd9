"""Everything that can be set from outside. The only reader of the environment."""

from __future__ import annotations

from importlib.metadata import version
from ipaddress import ip_address
from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.errors import HoidapError
from index.models.encoder import BUILTIN_MODEL
from index.preparation import MAX_TEXT_BYTES
from qa.engine import MAX_LIMIT, MAX_QUESTION_CHARACTERS, Limits


class InvalidSetting(HoidapError):
    """An environment variable has a value that it cannot have."""

    def __init__(self, variable: str, reason: str) -> None:
        super().__init__(f"{variable}: {reason}")
        self.variable = variable
        self.reason = reason


class Settings(BaseSettings):
    """Read from variables that begin with `HOIDAP_`; each field's description is its documentation."""

    model_config = SettingsConfigDict(env_prefix="HOIDAP_", env_ignore_empty=True, extra="ignore", frozen=True)

    data: Path = Field(default_factory=lambda: user_data_path("hoidap"), description="Folder of the corpus.")
    model: str = Field(
        BUILTIN_MODEL,
        description="Embedding model: builtin, a name on the hub, or a folder. When none is named, an existing corpus"
        " is opened with its own.",
    )
    reranker: str | None = Field(None, description="CrossEncoder that orders passages: a name on the hub, or a folder.")
    host: str = Field("127.0.0.1", description="Address to listen on; anything but loopback needs a key to write.")
    port: int = Field(8080, ge=1, le=65535, description="Port to listen on.")
    api_key: SecretStr | None = Field(None, description="Key that writing requests must carry as a bearer token.")
    max_request_bytes: int = Field(64_000_000, ge=1, description="Largest request body.")
    max_article_bytes: int = Field(MAX_TEXT_BYTES, ge=1, description="Longest text of one article, in UTF-8.")
    max_question_characters: int = Field(MAX_QUESTION_CHARACTERS, ge=1, description="Longest question.")
    max_limit: int = Field(
        MAX_LIMIT, ge=50, le=1000, description="Most passages or articles in one answer; lists have 50 by default."
    )
    max_batch_articles: int = Field(10_000, ge=1, description="Most articles in one request.")

    @field_validator("api_key")
    @classmethod
    def _blank_is_none(cls, key: SecretStr | None) -> SecretStr | None:
        """Take an empty variable for an unset one: an empty key would let everybody in."""
        return key if key is not None and key.get_secret_value().strip() else None

    @classmethod
    def read(cls) -> Settings:
        """Read the environment.

        Raises:
            InvalidSetting: a variable has a value that it cannot have.
        """
        try:
            return cls()
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            raise InvalidSetting(f"HOIDAP_{str(first['loc'][0]).upper()}", first["msg"]) from error

    @property
    def names_model(self) -> bool:
        """Whether a model was named, by a variable or on the command line, and is not just the default."""
        return "model" in self.model_fields_set

    @property
    def version(self) -> str:
        """The version of the installed package."""
        return version("hoidap")

    def limits(self) -> Limits:
        """Return the bounds of a question."""
        return Limits(self.max_question_characters, self.max_limit, self.max_article_bytes)

    def is_exposed(self) -> bool:
        """Whether other machines can reach the service."""
        return not is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
