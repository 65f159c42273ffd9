"""The program `hoidap`, which runs the command that it is given."""

from __future__ import annotations

import os
import sys

import typer

from api.commands import articles, ask, evaluate, info, ingest, keeping, reindex, serve, similar, stories
from api.commands.options import fail
from index.errors import HoidapError

app = typer.Typer(
    name="hoidap",
    help="Answers with sources: ask questions about your articles, get passages cited to the character.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("ingest")(ingest.ingest)
app.command("ask")(ask.ask)
app.command("similar")(similar.similar)
app.command("stories")(stories.stories)
app.add_typer(articles.app, name="articles")
app.command("serve")(serve.serve)
app.command("info")(info.info)
app.command("eval")(evaluate.evaluate)
for command in (keeping.verify, keeping.backup, keeping.restore, keeping.compact):
    app.command(command.__name__)(command)
app.command("reindex")(reindex.reindex)


def main() -> None:
    """Run a command. Exit with status 0 on success, 1 if the work failed, 2 on wrong usage."""
    try:
        app()
    except HoidapError as error:
        fail(error)
    except BrokenPipeError:
        # The program that reads the output has ended, as `head` does, so nothing more can be written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    main()
