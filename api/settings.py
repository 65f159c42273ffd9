"""The settings of hoidap. Only this file reads the environment variables of hoidap."""

from __future__ import annotations

import os
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

MAX_WORKERS = 256
"""Most worker processes: a limit."""
_MOST_BY_DEFAULT = 8
"""Most worker processes unless set otherwise: a judgement; each takes memory of its own."""


class InvalidSetting(HoidapError):
    """An environment variable has a value that is not allowed."""

    def __init__(self, variable: str, reason: str) -> None:
        super().__init__(f"{variable}: {reason}")
        self.variable = variable
        self.reason = reason


class Settings(BaseSettings):
    """The settings, read from variables that begin with `HOIDAP_`. The documentation shows each field's description."""

    model_config = SettingsConfigDict(env_prefix="HOIDAP_", env_ignore_empty=True, extra="ignore", frozen=True)

    data: Path = Field(default_factory=lambda: user_data_path("hoidap"), description="Folder of the corpus.")
    model: str = Field(
        BUILTIN_MODEL,
        description="Embedding model: builtin, a name on the Hugging Face hub, or a folder. If none is named, an"
        " existing corpus is opened with its own.",
    )
    bfloat16: bool = Field(
        False,
        description="Lets a model other than builtin calculate in bfloat16 where the processor is faster that way. Its"
        " vectors then agree to three decimal places.",
    )
    reranker: str | None = Field(
        None, description="CrossEncoder that orders the passages: a name on the Hugging Face hub, or a folder."
    )
    host: str = Field(
        "127.0.0.1", description="Address to listen on. On any but a loopback address, writing needs a key."
    )
    port: int = Field(8080, ge=1, le=65535, description="Port to listen on.")
    api_key: SecretStr | None = Field(None, description="Key that writing requests must send as a bearer token.")
    max_request_bytes: int = Field(64_000_000, ge=1, description="Bytes that a request body may have.")
    max_article_bytes: int = Field(
        MAX_TEXT_BYTES, ge=1, description="Bytes that the text of one article may have in UTF-8."
    )
    max_question_characters: int = Field(
        MAX_QUESTION_CHARACTERS, ge=1, description="Characters that a question may have."
    )
    max_limit: int = Field(
        MAX_LIMIT,
        ge=50,
        le=1000,
        description="Passages or articles that one response may have. Lists have 50 by default.",
    )
    max_batch_articles: int = Field(10_000, ge=1, description="Articles that one request may store.")
    workers: int = Field(
        0, ge=0, le=MAX_WORKERS, description="Worker processes that answer. 0 means one for each processor, at most 8."
    )
    max_waiting: int = Field(
        100,
        ge=0,
        description="Questions that may wait for their turn in each worker; others are refused with status 503.",
    )
    max_wait_seconds: float = Field(
        30.0,
        gt=0,
        allow_inf_nan=False,
        description="Seconds that a question may wait for its turn, before it is refused.",
    )

    @field_validator("api_key")
    @classmethod
    def _blank_is_none(cls, key: SecretStr | None) -> SecretStr | None:
        """Treat an empty key as no key: an empty one would let everybody write."""
        return key if key is not None and key.get_secret_value().strip() else None

    @classmethod
    def read(cls) -> Settings:
        """Read the environment.

        Raises:
            InvalidSetting: a variable has a value that is not allowed.
        """
        try:
            return cls()
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            raise InvalidSetting(f"HOIDAP_{str(first['loc'][0]).upper()}", first["msg"]) from error

    @property
    def names_model(self) -> bool:
        """Whether a variable or an option names the model; if not, it is the default."""
        return "model" in self.model_fields_set

    @property
    def version(self) -> str:
        """The version of the installed package."""
        return version("hoidap")

    def worker_processes(self) -> int:
        """Return how many processes answer."""
        return self.workers or min(available_processors(), _MOST_BY_DEFAULT)

    def limits(self) -> Limits:
        """Return the limits that the engine puts on a question."""
        return Limits(self.max_question_characters, self.max_limit, self.max_article_bytes)

    def is_exposed(self) -> bool:
        """Return whether other machines can reach the service."""
        return not is_loopback(self.host)


def available_processors() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def prepare_for_workers(metrics: Path) -> None:
    """Set what libraries read from the environment alone, before they are imported and worker processes started.

    Args:
        metrics: the folder in which prometheus-client keeps the figures of all processes.
    """
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(metrics)
    # OpenMP's threads do not survive a fork, so none may be started by loading a model before it.
    os.environ["OMP_NUM_THREADS"] = "1"


def is_loopback(host: str) -> bool:
    """Return whether a host name or address means this machine."""
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
