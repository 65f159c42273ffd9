"""Bad and odd parameters of lists, searches and stories."""

from __future__ import annotations

import httpx
import pytest
from bad_inputs import any_of
from problems import problem

BAD_FILTER_PARAMETERS: list[tuple[str, str]] = [
    ("metadata=", "metadata: is not JSON"),
    ("metadata={", "metadata: is not JSON"),
    ("metadata=[]", "metadata: expected a JSON object"),
    ("metadata=7", "metadata: expected a JSON object"),
    ("metadata=null", "metadata: expected a JSON object"),
    ('metadata={"x":NaN}', "NaN"),
    ('metadata={"x":1e999}', "metadata.x: is not a finite number"),
    ('metadata={"x":123456789012345678901234567890}', "metadata.x"),
    ('metadata={"x":{}}', "metadata.x: expected a flat value"),
    ('metadata={"x":"\\ud800"}', "metadata.x: holds half a surrogate pair"),
    ('metadata={"\\ud800":1}', "metadata: holds half a surrogate pair"),
    ('metadata={"x":"\\u0000"}', "metadata.x: holds a NUL"),
    ("metadata=" + "[" * 30_000, "metadata: is nested too deeply"),
    ("published_after=", "published_after"),
    ("published_after=yesterday", "published_after: 'yesterday' is no date"),
    ("published_before=2017-02-30", "published_before"),
    ("source=%00", "source: holds a NUL"),
    ("&".join(f"source={n}" for n in range(101)), "source"),
    ("&".join(f"language=l{n}" for n in range(101)), "language"),
]

BAD_PARAMETERS: list[tuple[str, str, str]] = [
    *(("/v1/articles", query, named) for query, named in BAD_FILTER_PARAMETERS),
    *(("/v1/search", f"q=a&{query}", named) for query, named in BAD_FILTER_PARAMETERS),
    *(("/v1/search", f"q=a&mode=lexical&{query}", named) for query, named in BAD_FILTER_PARAMETERS),
    *(("/v1/articles", f"limit={value}", "limit") for value in any_of("0", "-1", "1001", "9" * 30, "a", "1.5", "")),
    *(("/v1/search", f"q=a&limit={value}", "limit") for value in any_of("0", "-1", "101", "9" * 30, "a", "1.5", "")),
    *(("/v1/search", f"q=a&offset={value}", "offset") for value in any_of("-1", "991", "1000", "9" * 30, "a", "")),
    *(("/v1/search", f"q=a&mode={value}", "mode") for value in any_of("best", "", "HYBRID")),
    ("/v1/search", "", "q"),
    ("/v1/search", "q=", "q"),
    ("/v1/search", "q=%20%0A", "is empty"),
    ("/v1/search", "q=%00", "NUL"),
    ("/v1/search", "q=" + "a" * 2001, "q"),
    ("/v1/articles/good/similar", "limit=0", "limit"),
    ("/v1/articles/good/similar", "limit=x", "limit"),
    *(("/v1/stories", query, named) for query, named in BAD_FILTER_PARAMETERS),
    *(("/v1/stories", f"limit={value}", "limit") for value in any_of("0", "-1", "101", "9" * 30, "a", "1.5", "")),
    *(("/v1/stories", f"offset={value}", "offset") for value in any_of("-1", "a", "")),
    *(("/v1/stories", f"min_articles={value}", "min_articles") for value in any_of("0", "-1", "a", "")),
    *(("/v1/stories", f"days={value}", "days") for value in any_of("0", "-1", "nan", "inf", "1e300", "a", "")),
    ("/v1/stories", "days=1&published_after=2024", "days"),
]


@pytest.mark.parametrize(
    ("path", "query", "named"), BAD_PARAMETERS, ids=[f"{p}?{q[:40]}" for p, q, _ in BAD_PARAMETERS]
)
def test_bad_parameters(client: httpx.Client, path: str, query: str, named: str) -> None:
    problem(client.get(f"{path}?{query}"), 422, named)


ODD_PARAMETERS: list[str] = [
    # strange, and answered
    *(f"/v1/articles?cursor={cursor}" for cursor in ("", "%00", "%ff", "%ED%A0%80", "'--", "~" * 3000, "%F0%9F%99%82")),
    "/v1/articles?limit=1&limit=2",
    "/v1/articles?published_after=2017&published_after=2018",
    '/v1/articles?metadata={"a":1}&metadata={"b":2}',
    "/v1/articles?published_before=9999-12-31T23:59:59-14:00",
    "/v1/articles?published_after=0001-01-01T00:00%2B14:00",
    "/v1/articles?published_after=2018&published_before=2017",
    "/v1/articles?source=%ff",
    "/v1/search?q=a&q=b",
    "/v1/search?q=a&mode=dense&mode=lexical",
    "/v1/search?q=%ED%A0%80",
    "/v1/search?q=%F0%9F%8E%89",
    "/v1/search?q=" + "a" * 2000,
    "/v1/search?q=" + "%22'()%3A%2B-*%5E~%5B%5D" * 20,
    "/v1/search?q=ca%CC%82%CC%80u&limit=100&offset=900",
]


@pytest.mark.parametrize("address", ODD_PARAMETERS, ids=[address[:50] for address in ODD_PARAMETERS])
def test_odd_parameters_are_answered(client: httpx.Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200, response.text
    assert set(response.json()) & {"articles", "passages"}
