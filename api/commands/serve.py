"""`hoidap serve`: runs the HTTP service and the page."""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from socket import socket
from typing import Annotated

import typer

from api.assembly import load_reranker
from api.commands.options import Data, Model, RerankerName, settings_with
from api.opening import open_corpus
from api.serving import logs, sockets
from api.settings import MAX_WORKERS, Settings, prepare_for_workers


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
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            min=0,
            max=MAX_WORKERS,
            help="Worker processes that answer; 0 means one for each processor, at most 8. Default: HOIDAP_WORKERS, or"
            " else 0.",
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
    logs.configure()
    settings = settings_with(data, model, reranker)
    given = {"host": host, "port": port, "workers": workers}
    settings = settings.model_copy(update={name: value for name, value in given.items() if value is not None})
    bound = sockets.bind(settings.host, settings.port)
    if settings.worker_processes() == 1:
        _serve_alone(settings, bound)
    else:
        _serve_with_workers(settings, bound)


# Importing FastAPI takes 0.2 s and only this command needs it, so what needs it is imported here, by name.


def _serve_alone(settings: Settings, bound: list[socket]) -> None:
    worker = import_module("api.serving.worker")
    # The corpus is opened before the service starts, so that a corpus that cannot be opened gives one clear error.
    reranker = load_reranker(settings)
    app = import_module("api.app").create_app(settings, open_corpus(settings), reranker)
    sockets.listen(bound, settings.host, settings.port)
    worker.serve_alone(app, bound)


def _serve_with_workers(settings: Settings, bound: list[socket]) -> None:
    metrics = Path(tempfile.mkdtemp(prefix="hoidap-metrics-"))
    # Until it becomes the supervisor, which has a handler of its own; by default nothing would be cleared away.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        prepare_for_workers(metrics)
        import_module("api.serving.launching").launch(settings, metrics, bound)
    finally:  # it did not become the supervisor, which does so at its end
        shutil.rmtree(metrics)
