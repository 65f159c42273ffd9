"""The HTTP service's objects as TypeScript declarations, which the page's modules are checked against."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]

_TYPES = {"integer": "number", "number": "number", "string": "string", "boolean": "boolean", "null": "null"}


def declarations(document: Json, notice: str) -> str:
    """Return a declaration file with an interface for every object of an OpenAPI document.

    A field is optional only where callers send the object: an answer states every field.
    """
    lines = [f"// {notice}", "", "/** What the service takes and answers, by the names of `docs/http.md`. */"]
    lines.append("declare namespace Service {")
    for name, schema in sorted(document["components"]["schemas"].items()):
        lines += _interface(name, schema)
    return "\n".join([*lines, "}"]) + "\n"


def _interface(name: str, schema: Json) -> Iterator[str]:
    is_sent = schema.get("additionalProperties") is False
    required = schema.get("required", ())
    yield f"  interface {name} {{"
    for field, described in schema["properties"].items():
        if "description" in described:
            yield f"    /** {described['description']} */"
        yield f"    {field}{'?' if is_sent and field not in required else ''}: {_type(described)};"
    yield "  }"


def _type(schema: Json) -> str:
    """Return the type that a JSON schema describes."""
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[1])
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return " | ".join(dict.fromkeys(_type(choice) for choice in schema[key]))
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"])
    if schema["type"] == "array":
        return f"Array<{_type(schema['items'])}>"
    if schema["type"] == "object":
        values = schema.get("additionalProperties")
        return f"Record<string, {_type(values) if isinstance(values, Mapping) else 'unknown'}>"
    return _TYPES[schema["type"]]
