"""Writes what follows from the code: `python -m docs.generate`. A test tells when it is out of date."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

from api.app import create_app
from api.commands.main import COMMANDS, load_command
from api.errors import STATUSES, problem_of
from api.schemas.answers import AnswerOut
from api.settings import Settings
from docs.declarations import declarations
from index.corpus import Corpus
from index.models.loading import load_encoder
from index.preparation import MAX_FIELD_CHARACTERS, MAX_URL_CHARACTERS
from index.readers.walking import read_path
from index.records import Draft
from qa.engine import MAX_DEPTH, Engine

REPOSITORY = Path(__file__).resolve().parent.parent
COMMAND = "python -m docs.generate"
DECLARATIONS = "tests/page/service.d.ts"
_NOTICE = f"<!-- Written by `{COMMAND}`; do not edit. -->"
_USERS_FOLDER = "the user's data folder"
_EXAMPLE_QUESTION = "cau My Thuan bac qua song nao"
_EXAMPLE_TOOK_MS = 6.1
_EXAMPLE_DIGITS = 2
"""Scores are rounded in the example, since the last bits of a float differ between machines."""

Json = Mapping[str, Any]


def pages(repository: Path = REPOSITORY) -> dict[str, str]:
    """Return the generated pages by their file names in `docs/`."""
    return {
        "command-line.md": command_line_page(),
        "http.md": http_page(repository),
        "settings.md": settings_page(),
    }


def page_declarations() -> str:
    """Return the types of the HTTP service's objects, for the checks of the page's modules."""
    return declarations(create_app(Settings()).openapi(), f"Written by `{COMMAND}`; do not edit.")


def main() -> None:
    """Write the pages, and the declarations for the checks of the page's modules."""
    written = {f"docs/{name}": text for name, text in pages().items()} | {DECLARATIONS: page_declarations()}
    for name, text in written.items():
        (REPOSITORY / name).write_text(text, encoding="utf-8")
        print(f"wrote {name}")


# The command line

_COMMANDS_BEFORE = f"""# Command line

{_NOTICE}

Results go to standard output; progress, notes and errors go to standard error. An error is one line that begins with
`hoidap:` and names what was wrong.

| status | meaning |
|---|---|
| 0 | Done. |
| 1 | The work failed, or a part of it: `ingest` could not read or store something, `verify` found a problem, \
`articles delete` was given an id that is not there. What else could be read, stored or deleted, was. |
| 2 | Wrong usage: an unknown command or option, an argument that is missing, a number below its least, a setting that \
is not allowed. |

Every command that takes `--data`, but `reindex` and `restore`, opens the corpus in that folder, and makes an empty one
where there is none. So a mistyped
folder gives an empty corpus, not an error. A command works while a server runs on the same folder. Options win over
[settings](settings.md)."""


def command_line_page() -> str:
    """Return the page about the command line, from the tree of commands."""
    parts = [_COMMANDS_BEFORE]
    for name, command in (leaf for one in COMMANDS for leaf in _leaves(load_command(one), f"hoidap {one}")):
        arguments = [parameter for parameter in command.params if parameter.param_type_name == "argument"]
        options = [parameter for parameter in command.params if parameter.param_type_name == "option"]
        usage = " ".join([name, "[OPTIONS]", *map(_argument, arguments)])
        parts.append(f"## `{name}`\n\n```text\n{usage}\n```\n\n{_paragraphs(command.help)}")
        rows = [(f"`{_argument(item)}`", item.help or "", "") for item in arguments]
        rows += [(_option(item), item.help or "", _option_default(item)) for item in options]
        parts.append(_table(("argument or option", "meaning", "default"), rows))
    return "\n\n".join(parts) + "\n"


def _leaves(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Yield the commands that do something, with their full names."""
    below = getattr(command, "commands", None)
    if below is None:
        yield name, command
        return
    for part, inner in below.items():
        yield from _leaves(inner, f"{name} {part}")


def _argument(parameter: Any) -> str:
    shown = parameter.metavar or parameter.name.upper()
    return shown if parameter.required else f"[{shown}]"


def _option(parameter: Any) -> str:
    value = "" if parameter.is_flag else f" {max(parameter.opts, key=len).lstrip('-').upper()}"
    return ", ".join(f"`{option}{value}`" for option in parameter.opts)


def _option_default(parameter: Any) -> str:
    if parameter.is_flag:
        return "off"
    return "" if parameter.default is None else f"`{parameter.default}`"


# Settings

_SETTINGS_BEFORE = f"""# Settings

{_NOTICE}

Settings are environment variables. No file is read. The options `--data`, `--model`, `--reranker`, `--host`, `--port`
and `--workers` of the [command line](command-line.md) win over them. An empty variable is like one that is not set. A
value that is not allowed stops the program at its start."""

_SETTINGS_AFTER = """Where `HOIDAP_DATA` is not set, the data folder is where the platform keeps the data of a
user's programs. `hoidap info` prints it.

The embedding model's own library reads further variables, such as `HF_HUB_OFFLINE`; see [models](models.md). Bounds
that cannot be set are in [HTTP](http.md#limits)."""


def settings_page() -> str:
    """Return the page about the settings, from their fields."""
    rows = []
    for name, field in Settings.model_fields.items():
        if field.default_factory is not None:
            default = _USERS_FOLDER
        else:
            default = "none" if field.default is None else f"`{field.default}`"
        schema = Settings.model_json_schema()["properties"][name]
        rows.append((f"`HOIDAP_{name.upper()}`", default, _bounds(schema), field.description or ""))
    table = _table(("variable", "default", "allowed", "meaning"), rows)
    return "\n\n".join([_SETTINGS_BEFORE, table, _SETTINGS_AFTER]) + "\n"


# HTTP

_HTTP_BEFORE = f"""# HTTP

{_NOTICE}

The service speaks JSON in UTF-8. The same description is served for programs at `/openapi.json`, and for people at
`/docs`, which needs no other host.

**Offsets** count Unicode code points of an article's stored `text`, from 0, half-open: `text[start:end]` in Python.
JavaScript, Java and C# count UTF-16 units, so convert there. In JavaScript the same slice is
`Array.from(text).slice(start, end).join("")`. `GET /v1/articles/{{article_id}}` gives the stored text. It is in NFC
with LF newlines, so it may differ from what was sent. `sha256` is of that text in UTF-8, and tells whether a citation
is still about the same text.

**Keys.** Reading never needs a key. Where `HOIDAP_API_KEY` is set, the writing routes need the header
`Authorization: Bearer KEY`. Where none is set, they are open on a loopback address and closed on any other.

**Problems.** An error is a body of the type `application/problem+json`, as in RFC 9457, with a status of 4xx or 5xx.
It has the fields of a [Problem](#problem). Status 503 comes with `Retry-After`, in seconds. Besides the statuses below,
an unknown path answers 404, a wrong method 405, and an error that nobody foresaw 500.

**Unknown keys** in a body are an error that names them. So are NaN, infinities, NUL characters and halves of surrogate
pairs."""

_MEANINGS = {
    200: "Done.",
    201: "Created.",
    204: "Removed; there is no body.",
    401: "The key is missing or wrong.",
    403: "The service has no key and others can reach it, so writing is off.",
    404: "There is no such article.",
    413: "The body, or the number of articles in it, is above the limit.",
    415: "The body is of another type.",
    422: "Something in the request is not valid; `detail` names it.",
    503: "The corpus is being opened, too many requests wait, or the data folder or the model cannot be used now.",
}
_METHODS = ("get", "post", "put", "delete")
_ASKS_NOTHING_OF_THE_CORPUS = "/livez"


def http_page(repository: Path) -> str:
    """Return the page about the HTTP service, from its own description and a question really asked."""
    document = create_app(Settings()).openapi()
    routes = [
        _route(path, method, document["paths"][path][method])
        for path in document["paths"]
        for method in _METHODS
        if method in document["paths"][path]
    ]
    objects = [_object(name, schema) for name, schema in sorted(document["components"]["schemas"].items())]
    return (
        "\n\n".join(
            [
                _HTTP_BEFORE,
                "## Limits",
                _limits(),
                "## An example",
                _example(repository),
                "## Routes",
                *routes,
                "## Objects",
                *objects,
                "## Kinds of problems",
                _problems(),
            ]
        )
        + "\n"
    )


def _route(path: str, method: str, operation: Json) -> str:
    responses = dict(operation["responses"])
    if not operation.get("parameters") and "requestBody" not in operation:
        responses.pop("422", None)  # a request without input cannot be invalid
    if path == _ASKS_NOTHING_OF_THE_CORPUS:
        responses.pop("503", None)
    parts = [f"### `{method.upper()} {path}`", _paragraphs(operation["description"])]
    if "security" in operation:
        parts.append("Writes: needs the key where one is set.")
    rows = [
        (f"`{parameter['name']}`", parameter["in"], *_described(parameter["schema"], parameter["required"]))
        for parameter in operation.get("parameters", ())
    ]
    if rows:
        parts.append(_table(("parameter", "in", "type", "default", "meaning"), rows))
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        parts.append(
            f"Body, `{media_type}`: {_type(content['schema'])}. {content['schema'].get('description', '')}".strip()
        )
    parts.append(_table(("status", "meaning", "body"), [_status(*item) for item in sorted(responses.items())]))
    return "\n\n".join(parts)


def _status(code: str, response: Json) -> tuple[str, str, str]:
    stated = response["description"]
    is_general = stated in ("Successful Response", HTTPStatus(int(code)).phrase)
    meaning = _MEANINGS[int(code)] if is_general else f"{stated}."
    bodies = [_type(content["schema"]) for content in response.get("content", {}).values()]
    return code, meaning, " or ".join(bodies)


def _object(name: str, schema: Json) -> str:
    required = schema.get("required", ())
    rows = [
        (f"`{field}`", *_described(inner, field in required)) for field, inner in schema.get("properties", {}).items()
    ]
    return f"### {name}\n\n{_paragraphs(schema['description'])}\n\n" + _table(
        ("field", "type", "default", "meaning"), rows
    )


def _described(schema: Json, required: bool) -> tuple[str, str, str]:
    """Return type with bounds, default, and meaning of a field or parameter."""
    shown = _type(schema)
    if bounds := _bounds(schema):
        shown += f", {bounds}"
    if required:
        default = "required"
    elif schema.get("default") in (None, [], {}) or "$ref" in schema:
        default = "none"
    else:
        default = f"`{json.dumps(schema['default'])}`"
    return shown, default, schema.get("description", "")


def _type(schema: Json) -> str:
    """Return the type that a JSON schema describes, in words."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if schema.get("title") == "ArticleBody":
        return "[ArticleBody](#articlebody)"
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return " or ".join(_type(choice) for choice in schema[key])
    if "enum" in schema:
        return ", ".join(f"`{json.dumps(value)}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if schema["type"] == "array":
        return f"list of {_type(schema['items'])}"
    if schema["type"] == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return f"object of {_type(schema['additionalProperties'])}"
    return str(schema["type"])


def _bounds(schema: Json) -> str:
    """Return what a JSON schema allows of a number, text or list."""
    schema = {**schema, **next((choice for choice in schema.get("anyOf", ()) if choice.get("type") != "null"), {})}
    least, most = schema.get("minimum"), schema.get("maximum")
    parts = []
    if least is not None and most is not None:
        parts.append(f"{least:g} to {most:g}")
    elif least is not None:
        parts.append(f"at least {least:g}")
    if "exclusiveMaximum" in schema:
        parts.append(f"below {schema['exclusiveMaximum']:g}")
    if "minLength" in schema and "maxLength" in schema:
        parts.append(f"{schema['minLength']} to {schema['maxLength']:,} characters")
    elif "minLength" in schema:
        parts.append("not empty")
    if "maxItems" in schema:
        parts.append(f"at most {schema['maxItems']:,}")
    if "pattern" in schema:
        parts.append(f"matches `{schema['pattern']}`")
    return ", ".join(parts)


def _limits() -> str:
    rows = [
        (field.description or "", f"{field.default:,}", f"`HOIDAP_{name.upper()}`")
        for name, field in Settings.model_fields.items()
        if name.startswith("max_")
    ]
    rows += [
        ("`offset` + `limit` of a search.", f"{MAX_DEPTH:,}", ""),
        ("Characters of a title, source, author or one value of the metadata.", f"{MAX_FIELD_CHARACTERS:,}", ""),
        ("Characters of a URL.", f"{MAX_URL_CHARACTERS:,}", ""),
    ]
    return _table(("bound", "at most", "set by"), rows)


def _example(repository: Path) -> str:
    """Ask the articles that come with the source, and return question and answer."""
    with tempfile.TemporaryDirectory() as folder, Corpus.open(Path(folder), load_encoder()) as corpus:
        for _outcome in corpus.add(item for item in read_path(repository / "seeds") if isinstance(item, Draft)):
            pass
        answer = AnswerOut.of(Engine(corpus).ask(_EXAMPLE_QUESTION, limit=1)).model_dump()
    answer["took_ms"] = _EXAMPLE_TOOK_MS
    asked = json.dumps({"question": _EXAMPLE_QUESTION, "limit": 1}, ensure_ascii=False)
    shown = json.dumps(_rounded(answer), ensure_ascii=False, indent=2)
    return (
        "With the articles of `seeds/` ingested, `POST /v1/ask` answers\n\n"
        f"```json\n{asked}\n```\n\nwith this; scores are rounded here.\n\n```json\n{shown}\n```\n\n"
        "The field `answer.text` is cut from the sources: `answer.text[start:end]` of a citation is\n"
        "`text[source_start:source_end]` of its article. What the numbers mean is told in [ranking](ranking.md)."
    )


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, _EXAMPLE_DIGITS)
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    return [_rounded(inner) for inner in value] if isinstance(value, list) else value


def _problems() -> str:
    rows = []
    for error, (status, title) in STATUSES.items():
        _status_of, _title, kind = problem_of(error.__new__(error))
        about = (error.__doc__ or "").strip().split("\n")[0]
        rows.append((f"`{kind}`", str(status.value), title, about))
    rows.append(
        ("`urn:hoidap:problem:invalid-request`", "422", "The request is not valid", "A field has no valid value.")
    )
    rows.append(
        (
            "`about:blank`",
            "any",
            "",
            "An error of HTTP itself: no such path or method, no key, a body that is too large or no JSON.",
        )
    )
    return "The same errors stop a command of the [command line](command-line.md) with status 1.\n\n" + _table(
        ("type", "status", "title", "meaning"), rows
    )


# Markdown


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ").strip() for cell in cells) + " |"

    return "\n".join([line(heads), "|" + "---|" * len(heads), *map(line, rows)])


def _paragraphs(text: str | None) -> str:
    """Return a docstring with each paragraph on one line."""
    return "\n\n".join(" ".join(part.split()) for part in (text or "").split("\n\n"))


if __name__ == "__main__":
    main()
