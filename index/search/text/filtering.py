"""Queries among the passages that pass filters."""

from __future__ import annotations

from collections.abc import Sequence

import tantivy

from index.filters import DateBound, Filters
from index.search.text.fields import ARTICLE, INSTANT, LANGUAGE, METADATA, SOURCE, WALL, metadata_term


def filtered(query: tantivy.Query, schema: tantivy.Schema, filters: Filters) -> tantivy.Query:
    """Return the query, scored as before, among the passages of articles that pass the filters."""
    conditions = _conditions(schema, filters)
    return restricted(query, conditions) if conditions else query


def restricted(query: tantivy.Query, conditions: Sequence[tantivy.Query]) -> tantivy.Query:
    """Return the query scored as before among documents that meet all conditions."""
    must = tantivy.Occur.Must
    silent = [(must, tantivy.Query.const_score_query(condition, 0.0)) for condition in conditions]
    return tantivy.Query.boolean_query([(must, query), *silent])


def _conditions(schema: tantivy.Schema, filters: Filters) -> list[tantivy.Query]:
    query = tantivy.Query
    conditions: list[tantivy.Query] = [
        query.term_set_query(schema, field, list(values))
        for field, values in (
            (LANGUAGE, filters.language),
            (SOURCE, filters.source),
            (ARTICLE, filters.article_id),
        )
        if values
    ]
    conditions.extend(
        _dated(schema, bound, is_lower) for bound, is_lower in ((filters.after, True), (filters.before, False)) if bound
    )
    conditions.extend(
        query.term_query(schema, METADATA, metadata_term(key, value)) for key, value in filters.metadata.items()
    )
    return conditions


def _dated(schema: tantivy.Schema, bound: DateBound, is_lower: bool) -> tantivy.Query:
    return tantivy.Query.range_query(
        schema,
        WALL if bound.is_wall else INSTANT,
        tantivy.FieldType.Float,
        lower_bound=bound.seconds if is_lower else None,
        upper_bound=None if is_lower else bound.seconds,
        include_upper=is_lower,
    )
