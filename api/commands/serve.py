"""`hoidap serve`: the HTTP service."""

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
        typer.Option("--host", help="Address to listen on; default HOIDAP_HOST, else 127.0.0.1.", show_default=False),
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="Default HOIDAP_PORT, else 8080.", show_default=False)
    ] = None,
    data: Data = None,
    model: Model = None,
    reranker: RerankerName = None,
) -> None:
    """Serve the HTTP API until interrupted.

    It listens on this machine only. On any other address, writing needs the key in HOIDAP_API_KEY.
    """
    import uvicorn  # not needed by the other commands, which should start quickly

    logging.config.dictConfig(_LOGGING)
    settings = settings_with(data, model, reranker)
    settings = settings.model_copy(
        update={name: value for name, value in (("host", host), ("port", port)) if value is not None}
    )
    # Imported by name, because only this command needs FastAPI, and it would make every other one start later.
    create_app = import_module("api.app").create_app
    # The corpus is opened before the service starts, so that what is wrong with it is one clear error.
    app = create_app(settings, open_corpus(settings))
    uvicorn.run(app, host=settings.host, port=settings.port, log_config=None)
