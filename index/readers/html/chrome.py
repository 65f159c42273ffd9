"""Lines of an extracted text that the markup knows to be chrome: captions, links to other stories, boxes."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from index.readers.html.page_blocks import Block, text_key

_CHROME_NAME = regex.compile(
    r"\b(?:newsletter|share|sharing|social|sharedaddy|sd-title|likes?-widget|author-?_?(?:bio|box|info|desc)\w*|saboxplugin|"
    r"related\w*|recommend\w*|disclosure|article-tags|post-tags|cookies?|consent|promo|subscri\w+|toc|ez-toc\w*|"
    r"breadcrumbs?|sidebar|advert\w*|sponsor\w*|paywall|read-?more|readmore|see-?also)(?![\p{L}\p{N}])"
)
"""What pages call boxes that are no part of the article: names of the trade."""
_CAPTION_NAME = regex.compile(
    r"caption|\b(?:image|img|photo|picture|foto)[-_]?(?:box|subtitle|description|credits?|legend|text)|imagedescription"
)
"""What pages call the caption of a picture."""
_LINK_SHARE = 0.7
"""Share of links in a paragraph from which it is a link to another story; a judgement."""
_LINK_WORDS = 4
"""Words of such a link at least; a judgement. A shorter one may be a name in a list."""
_MOST_REMOVED = 0.25
"""Share of the letters of a text that markup may call chrome at most; a judgement. With more, it is the text."""


def without_chrome(lines: Sequence[str], blocks: Sequence[Block]) -> list[str]:
    """Return the lines of an extracted text but for those that the markup knows to be chrome.

    A line stays where any block that says the same is none, and all stay where they are a large part of the text.
    """
    chrome: dict[str, bool] = {}
    for block in blocks:
        key = block.key
        chrome[key] = chrome.get(key, True) and _is_chrome(block)
    kept = [line for line in lines if not chrome.get(text_key(line), False)]
    letters = sum(map(len, lines))
    return kept if letters - sum(map(len, kept)) <= _MOST_REMOVED * letters else list(lines)


def _is_chrome(block: Block) -> bool:
    if block.tag in ("td", "th"):
        return False
    if block.picture or _CAPTION_NAME.search(block.names) or _CHROME_NAME.search(block.names):
        return True
    return block.tag != "li" and block.linked >= _LINK_SHARE and len(block.text.split()) >= _LINK_WORDS
