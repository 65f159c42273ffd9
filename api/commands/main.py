"""The program `hoidap`, which runs the command that it is given and imports no other one."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from index.errors import HoidapError

COMMANDS = {
    "ingest": (
        "ingest.ingest",
        "Add articles to the corpus. An article that is already there is replaced if it has changed.",
    ),
    "ask": ("ask.ask", "Answer a question and show the passages, cited to the character."),
    "similar": (
        "similar.similar",
        "Find the articles most similar to a stored article or a text file, and show the sentences that they share.",
    ),
    "stories": (
        "stories.stories",
        "List the events that several articles tell, newest first. Reprints are only counted.",
    ),
    "serve": ("serve.serve", "Serve the page and the HTTP API until interrupted."),
    "info": ("info.info", "Show the folder, model and size of the corpus."),
    "eval": ("evaluate.evaluate", "Measure answers on your own articles and questions, in a temporary corpus."),
    "verify": (
        "keeping.verify",
        "Check every stored text, passage and vector, and that the indexes match them."
        " Exit with status 1 on a problem.",
    ),
    "backup": ("keeping.backup", "Write the whole corpus to one file, even while it is in use."),
    "restore": ("keeping.restore", "Create a corpus from a backup, in a data folder that has none."),
    "compact": ("keeping.compact", "Free the disk space of deleted articles."),
    "reindex": (
        "reindex.reindex",
        "Change the model of a corpus: encode every passage with the new model, then switch to it.",
    ),
    "articles": ("articles.app", "List, show and delete stored articles."),
}
"""Each command: its function, or its group, in `api.commands`, and the first paragraph of its help."""


class _Commands(TyperGroup):
    """Commands that are listed from `COMMANDS`, and imported when they are called.

    Importing them all takes most of a second, and hundreds of megabytes of libraries that one command does not need.
    """

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        return name, load_command(name) if name and command else None, rest


app = typer.Typer(
    name="hoidap",
    cls=_Commands,
    help="Answers with sources: ask questions about your articles, get passages cited to the character.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _name, (_place, _help) in COMMANDS.items():
    app.command(_name, help=_help)(lambda: None)  # stands in the list; `_Commands` calls the command itself


def load_command(name: str) -> Any:
    """Import a command, or a group of them, and return it as typer runs it."""
    module, attribute = COMMANDS[name][0].split(".")
    target = getattr(import_module(f"api.commands.{module}"), attribute)
    if not isinstance(target, typer.Typer):
        function, target = target, typer.Typer(add_completion=False)
        target.command(name)(function)
    return typer.main.get_command(target)


def main() -> None:
    """Run a command. Exit with status 0 on success, 1 if the work failed, 2 on wrong usage."""
    # numpy reads it when it is imported, which a command does. Its products here are small: a second thread gives
    # nothing and waits busily, which took as long again as the whole answer (55 instead of 31 core-ms).
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        app()
    except HoidapError as error:
        import_module("api.commands.options").fail(error)
    except BrokenPipeError:
        # The program that reads the output has ended, as `head` does, so nothing more can be written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    main()
