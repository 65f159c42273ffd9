"""What `hoidap serve` writes to standard error: a line for each request and event, of every process alike."""

from __future__ import annotations

import logging.config

_LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain", "stream": "ext://sys.stderr"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
}


def configure() -> None:
    """Begin to write the log."""
    logging.config.dictConfig(_LOGGING)
