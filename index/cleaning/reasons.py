"""Why a line of a page is not part of the article."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a line was left out; the value is what users are told."""

    HEADLINE = "headline"
    HEADLINE_REPEATED = "headline, repeated"
    ABOVE_HEADLINE = "above the headline"
    SECTION = "section"
    SECTION_OR_PLACE = "section or place"
    BREADCRUMB = "breadcrumb"
    ADDRESS = "address of the page"
    DATE_LINE = "date line"
    BYLINE = "byline"
    AGENCY_MARK = "agency mark"
    CAPTION = "caption"
    PICTURE_FILE = "name of a picture file"
    CHROME = "page chrome"
    SEPARATOR = "separator"
    TEASER = "teaser of another story"
    LINK_BOX = "box of links"
    AFTER_ARTICLE = "after the article"
