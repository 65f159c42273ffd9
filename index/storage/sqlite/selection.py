"""Filters as SQL over the table `articles`."""

from __future__ import annotations

import json
from typing import Any

from index.filters import Filters

_IS_WANTED = (
    "({0}.value IS wanted.value AND ({0}.type = wanted.type"
    " OR {0}.type IN ('integer', 'real') AND wanted.type IN ('integer', 'real')))"
)
"""Whether a value is the wanted one: 1 and 1.0 are the same number; "1" and true are none."""


def conditions(filters: Filters) -> tuple[str, list[Any]]:
    """Return the WHERE clause of a filter and its values."""
    clauses = ["1"]
    values: list[Any] = []
    for column, allowed in (("language", filters.language), ("source", filters.source), ("id", filters.article_id)):
        if allowed:
            clauses.append(f"articles.{column} IN (SELECT value FROM json_each(?))")
            values.append(json.dumps(allowed))
    for bound, sign in ((filters.after, ">="), (filters.before, "<")):
        if bound is not None:
            clauses.append(f"articles.{'published_wall' if bound.is_wall else 'published_instant'} {sign} ?")
            values.append(bound.seconds)
    for key, wanted in filters.metadata.items():
        clauses.append(
            f"EXISTS (SELECT 1 FROM json_each(articles.metadata) AS entry, json_each(?) AS wanted WHERE entry.key = ?"
            f" AND ({_IS_WANTED.format('entry')} OR entry.type = 'array' AND"
            f" EXISTS (SELECT 1 FROM json_each(entry.value) AS own WHERE {_IS_WANTED.format('own')})))"
        )
        values.extend([json.dumps([wanted]), key])
    return " AND ".join(clauses), values
