"""How the commands print a page and a section."""

from __future__ import annotations


def in_brackets(page: int | None, section: str | None, title: str) -> str:
    """Return " (p. 12, Section)", empty where neither is known; a section named like the article is left out."""
    known = ([f"p. {page}"] if page is not None else []) + ([section] if section and section != title else [])
    return f" ({', '.join(known)})" if known else ""
