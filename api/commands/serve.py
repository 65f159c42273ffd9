"""`hoidap serve`: runs the HTTP service and the page."""

from __future__ import annotations

import logging.config
from importlib import import_module
from typing import Annotated

import typer

from api.commands.options import Data, Model, RerankerName, settings_with
from api.opening import open_corpus

_LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain", "stream": "ext://sys.stderr"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
}


def serve(
    host: Annotated[
        str | None,
        typer.Option(
            "--host", help="Address to listen on. Default: HOIDAP_HOST, or else 127.0.0.1.", show_default=False
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            min=1,
            max=65535,
            help="Port to listen on. Default: HOIDAP_PORT, or else 8080.",
            show_default=False,
        ),
    ] = None,
    data: Data = None,
    model: Model = None,
    reranker: RerankerName = None,
) -> None:
    """Serve the page and the HTTP API until interrupted.

    By default, only this machine can reach the service. On any address but a loopback one, writing needs a key, which
    HOIDAP_API_KEY sets.
    """
    import uvicorn  # slow to import, and the other commands do not need it

    logging.config.dictConfig(_LOGGING)
    settings = settings_with(data, model, reranker)
    settings = settings.model_copy(
        update={name: value for name, value in (("host", host), ("port", port)) if value is not None}
    )
    # Importing FastAPI takes 0.2 s and only this command needs it, so the module is imported here, by name.
    create_app = import_module("api.app").create_app
    # The corpus is opened before the service starts, so that a corpus that cannot be opened gives one clear error.
    app = create_app(settings, open_corpus(settings))
    uvicorn.run(app, host=settings.host, port=settings.port, log_config=None)
