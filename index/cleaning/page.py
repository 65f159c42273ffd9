"""A scraped page to the article in it.

A page is read as three zones. The *head* holds the headline among section names, places, dates, buttons and the
page's own address. The *body* begins with the first line that reads like prose. The *tail* begins where related
stories, comment forms or share buttons start and the article does not go on. Lines leave for a stated reason, and
every removed line is reported; nothing else changes but blank lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise, takewhile

import regex

from index.cleaning import lines as shape
from index.cleaning import metadata
from index.cleaning.lines import count_words
from index.cleaning.phrases import PHRASES, letters_of, phrase_key
from index.normalization import fold

CLEANER_VERSION = 1
"""Raised whenever the same page would give another article; kept with each article."""

_HEAD_LABEL_WORDS = 5
"""Section and place names around a headline are this long at most."""
_SECTION_WORDS = 3
_HEADLINE_WORDS = 5
"""The first line of the head with as many words is the headline; sections are shorter."""
_HEADLINE_MAX_WORDS = 45
_LABELS_BELOW_HEADLINE = 2
"""As many unknown short lines may stand between headline and text and be a place or a section; more are text."""
_LEAD_PARAGRAPHS = 5
"""An agency mark is looked for in the first paragraphs only: a caption and a summary may come before the lead."""
_BYLINES = 2
"""More names than this below one another are a list of the article."""
_LINES_AHEAD = 12
"""How far a look ahead goes when the question is whether only links follow."""
_RESUMED_PARAGRAPH_CHARACTERS = 120
"""A paragraph at least this long may take the article up again after a box of links."""
_NEXT_PARAGRAPH_CHARACTERS = 100
"""... and the paragraph after it at least this long, unless a byline follows."""
_RESUMED_WORDS = 8
_HEADED_WORDS = 12
"""A sentence at least this long right below "Đề xuất" or "Comments" makes a heading of it."""
_ECHO_CHARACTERS = 3_000
_NO_ECHO = 0.15
_ECHO = 0.5
"""Share of the word pairs of a line that come again in a text: a headline's do, a section's do not."""
_WRAPPED_CHARACTERS = 40
_WRAPPED_JOINTS = 3
"""A page is hard-wrapped when as many lines break off and go on in lower case."""
_VERSE_LINES = 5
_VERSE_WORDS = 12
"""In a poem or a list few lines are longer."""
_BLANK = " \t\u00a0\u200b\u3000"
_END_MARK = regex.compile(r"\./\.\s*$")
_TITLE_SITE = regex.compile(r"\s\|\s[^|]{1,40}$")
_LOWER_START = regex.compile(r"\p{Ll}")
_PAIRED = regex.compile(r"[\p{L}\p{N}\p{M}]+")


@dataclass(frozen=True, slots=True)
class RemovedLine:
    """A line (or the beginning of one) that was left out; `number` counts from 1."""

    number: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class CleanedPage:
    """What a page holds: the article's text, what the page states about it, and what was left out."""

    text: str
    title: str | None
    source: str | None
    author: str | None
    published_at: str | None
    url: str | None
    removed: tuple[RemovedLine, ...]


@dataclass(slots=True)
class _Line:
    number: int
    text: str
    removed: str | None = None
    wrapped: bool = False
    """Part of a paragraph that was broken into lines: never a caption, a name or a button."""

    @property
    def prose(self) -> bool:
        return self.wrapped or shape.is_prose(self.text)

    @property
    def blank(self) -> bool:
        return not self.text

    @property
    def kept(self) -> bool:
        return bool(self.text) and self.removed is None


@dataclass(slots=True)
class _Page:
    """The page while it is taken apart."""

    lines: list[_Line]
    title: str | None = None
    source: str | None = None
    author: str | None = None
    published_at: str | None = None
    url: str | None = None
    cuts: list[RemovedLine] = field(default_factory=list)

    def after(self, position: int) -> Iterator[int]:
        """The positions of the kept lines behind a position, blank ones left out."""
        return (number for number in range(position + 1, len(self.lines)) if self.lines[number].kept)

    def before(self, position: int, start: int = 0) -> Iterator[int]:
        """The positions of the kept lines ahead of a position, nearest first, back to `start`."""
        return (number for number in range(position - 1, start - 1, -1) if self.lines[number].kept)

    def cut(self, line: _Line, start: int, end: int, reason: str) -> None:
        """Report a piece of a line as removed; the caller keeps the rest."""
        self.cuts.append(RemovedLine(line.number, line.text[start:end].strip(), reason))


def clean_page(text: str, title: str | None = None) -> CleanedPage:
    """Return the article in a scraped page.

    Args:
        text: the page, one block per line.
        title: the headline, when it is already known (from HTML, say); otherwise it is looked for.
    """
    page = _Page([_Line(number, raw.strip(_BLANK)) for number, raw in enumerate(text.split("\n"), 1)])
    page.title = title
    _mark_wrapped(page)
    _drop_plain_chrome(page)
    body = None if _is_verse(page) else _first_prose(page)
    if body is not None:
        body = _read_head(page, body)
        _drop_captions(page, body)
        _drop_tail(page, body)
        _strip_lead(page, body)
        _strip_end(page, body)
    else:
        _read_verse(page)
    return CleanedPage(
        text=_join(page.lines),
        title=page.title,
        source=page.source or (metadata.site_of(page.url) if page.url else None),
        author=page.author,
        published_at=page.published_at,
        url=page.url,
        removed=tuple(
            sorted(
                [RemovedLine(line.number, line.text, line.removed) for line in page.lines if line.text and line.removed]
                + page.cuts,
                key=lambda removed: removed.number,
            )
        ),
    )


def _mark_wrapped(page: _Page) -> None:
    """Find paragraphs that were broken into lines of one width."""
    lines = page.lines
    joints = [
        number
        for number in range(len(lines) - 1)
        if len(lines[number].text) >= _WRAPPED_CHARACTERS
        and not shape.closes_prose(lines[number].text)
        and _LOWER_START.match(lines[number + 1].text)
        and not shape.is_file_name(lines[number + 1].text, "")
    ]
    if len(joints) < _WRAPPED_JOINTS:
        return
    for number in joints:
        lines[number].wrapped = lines[number + 1].wrapped = True
    width = 0.75 * sorted(len(lines[number].text) for number in joints)[len(joints) // 2]
    for line, following in pairwise(lines):
        if line.blank or following.blank or len(line.text) < width or shape.closes_prose(line.text):
            continue
        line.wrapped = following.wrapped = line.wrapped or following.wrapped
    _unmark_headline(lines)


def _unmark_headline(lines: list[_Line]) -> None:
    """A first block that does not end like a sentence is a headline in two lines; it is read as one."""
    first = next((number for number, line in enumerate(lines) if line.wrapped), None)
    if first is None:
        return
    last = first
    while last + 1 < len(lines) and lines[last + 1].wrapped:
        last += 1
    if last > first + 2 or shape.closes_prose(lines[last].text):
        return
    for line in lines[first : last + 1]:
        line.wrapped = False


def _is_verse(page: _Page) -> bool:
    """Whether the page is a poem, a list or a table: many short lines, hardly any of them a sentence."""
    lines = [line for line in page.lines if line.kept]
    if len(lines) <= _VERSE_LINES or any(shape.count_words(line.text) >= shape.LONG_PROSE_WORDS for line in lines):
        return False
    if any(line.wrapped or shape.is_after_marker(line.text) for line in lines):
        return False
    short = sum(shape.count_words(line.text) <= _VERSE_WORDS for line in lines)
    open_ended = sum(not shape.closes_prose(line.text) for line in lines)
    return short >= 0.9 * len(lines) and open_ended >= 0.6 * len(lines)


def _drop_plain_chrome(page: _Page) -> None:
    """Remove what is never part of an article, wherever it stands."""
    for line in page.lines:
        if line.blank or line.wrapped:
            continue
        if shape.is_separator(line.text):
            line.removed = "separator"
        elif shape.is_chrome(line.text):
            line.removed = "page chrome"
        elif shape.is_teaser(line.text):
            line.removed = "teaser of another story"
    _drop_arrowed(page)
    _drop_counters(page)


def _drop_arrowed(page: _Page) -> None:
    """Remove lines with an arrow before them, unless a line with a colon introduces them as a list."""
    introduced = False
    for line in page.lines:
        if line.blank or line.removed:
            continue
        if not shape.is_arrowed(line.text):
            introduced = line.text.endswith((":", "："))
        elif not introduced:
            line.removed = "teaser of another story"


def _drop_counters(page: _Page) -> None:
    """Remove bare numbers next to buttons; elsewhere a number may be a year, a score or a heading."""
    lines = [line for line in page.lines if not line.blank]
    for number, line in enumerate(lines):
        if line.removed is None and shape.is_counter(line.text):
            neighbours = lines[max(0, number - 1) : number] + lines[number + 1 : number + 2]
            if any(neighbour.removed == "page chrome" for neighbour in neighbours):
                line.removed = "page chrome"


def _first_prose(page: _Page) -> int | None:
    """Return the position of the first line of the article, None when no line reads like prose.

    A headline may be long, or end in a question or exclamation mark, so the very first such line is not yet prose.
    """
    seen_headline = page.title is not None
    for position, line in enumerate(page.lines):
        if not line.kept or _is_head_matter(line.text) or (not line.wrapped and shape.is_after_marker(line.text)):
            continue
        if line.wrapped:
            return position
        if line.prose and not shape.has_credit(line.text) and (seen_headline or not _may_be_headline(line.text)):
            return position
        if _is_headline_sized(line.text):
            seen_headline = True
    return None


def _is_headline_sized(text: str) -> bool:
    return count_words(text) >= _HEADLINE_WORDS or (
        count_words(text) >= 2 and _PAIRED.search(text) is not None and not _is_label(text)
    )


def _is_label(text: str) -> bool:
    return phrase_key(text) in PHRASES.section or text.isupper() or shape.is_counter(text)


def _may_be_headline(text: str) -> bool:
    ends_mildly = not shape.ends_sentence(text) or text.rstrip().endswith(("?", "!", "？", "！", ")", "…"))
    return count_words(text) <= _HEADLINE_MAX_WORDS and ends_mildly


def _is_head_matter(text: str) -> bool:
    return shape.url_of(text) is not None or metadata.is_date_line(text) or shape.is_breadcrumb(text)


def _read_head(page: _Page, body: int) -> int:
    """Find headline, address and date above the body; remove the rest of the head. Returns where the body begins."""
    head = [line for line in page.lines[:body] if line.kept]
    candidates = _drop_head_matter(page, head)
    if page.title is None and not any(count_words(line.text) >= 2 for line in candidates):
        candidates += _restore_headline(head)
    _choose_title(page, candidates, _text_from(page, body))
    below_title = False
    short: list[_Line] = []
    for line in candidates:
        if line.removed == "headline":
            below_title = True
        elif page.title and phrase_key(line.text) == phrase_key(page.title):
            line.removed = "headline, repeated"
        elif below_title and _take_head_byline(page, line.text):
            line.removed = "byline"
        elif shape.has_credit(line.text) or shape.looks_like_caption(line.text) or shape.describes_scene(line.text):
            line.removed = "caption"
        elif shape.is_file_name(line.text, page.title or ""):
            line.removed = "name of a picture file"
        elif not below_title and page.title:
            line.removed = "section" if count_words(line.text) <= _HEAD_LABEL_WORDS else "above the headline"
        elif count_words(line.text) <= _HEAD_LABEL_WORDS and phrase_key(line.text) in PHRASES.section:
            line.removed = "section or place"
        elif count_words(line.text) <= _HEAD_LABEL_WORDS and not shape.is_list_item(line.text):
            short.append(line)
    _drop_labels(short)
    return next((number for number in range(body) if page.lines[number].kept), body)


def _drop_head_matter(page: _Page, head: list[_Line]) -> list[_Line]:
    """Take address and date from the lines above the body, remove the ways through the site; return the others."""
    candidates: list[_Line] = []
    for line in head:
        address = shape.url_of(line.text)
        if address:
            page.url = page.url or address
            line.removed = "address of the page"
        elif metadata.is_date_line(line.text):
            page.published_at = page.published_at or metadata.date_in(line.text)
            line.removed = "date line"
        elif shape.is_breadcrumb(line.text):
            line.removed = "breadcrumb"
        elif shape.is_after_marker(line.text):
            line.removed = "page chrome"
        else:
            candidates.append(line)
    return candidates


def _restore_headline(head: list[_Line]) -> list[_Line]:
    """Return the line that was taken for a way through the site but can only be "Headline | Site"."""
    named = [line for line in head if line.removed == "breadcrumb" and " | " in line.text][:1]
    for line in named:
        line.removed = None
    return named


def _drop_labels(short: list[_Line]) -> None:
    """Remove places and sections among the short lines below the headline; many such lines are the article's own."""
    if len(short) <= _LABELS_BELOW_HEADLINE:
        _remove([line for line in short if _is_label_shaped(line.text)], "section or place")


def _is_label_shaped(text: str) -> bool:
    """Whether a line is as short as a section, or a little longer with the capitals of a place; else it may be text."""
    return count_words(text) <= _SECTION_WORDS or sum(word[0].isupper() for word in text.split()) >= 2


def _choose_title(page: _Page, candidates: list[_Line], text: str) -> None:
    """Take the headline: the first line of the head that is long enough, else its longest.

    Another line is taken where that one is a section by its capitals, or where only the other comes again in the text.
    """
    possible = [line for line in candidates if _may_be_title(line.text)]
    chosen: _Line | None
    if page.title is not None:
        chosen = next((line for line in possible if phrase_key(line.text) == phrase_key(page.title or "")), None)
    else:
        long = [line for line in possible if count_words(line.text) >= _HEADLINE_WORDS]
        chosen = long[0] if long else max(possible, key=lambda line: count_words(line.text), default=None)
        if chosen and chosen.text.isupper():
            chosen = next((line for line in long if not line.text.isupper()), chosen)
        elif chosen and _echo(chosen.text, text) < _NO_ECHO:
            below = possible[possible.index(chosen) + 1 :]
            chosen = next((line for line in below if _replaces(line.text, text)), chosen)
    if chosen is None:
        return
    chosen.removed = "headline"
    title, published_at = metadata.split_title_date(chosen.text)
    page.published_at = page.published_at or published_at
    if page.title is None:
        page.title = _TITLE_SITE.sub("", title) + _take_continuation(page, chosen)


def _may_be_title(text: str) -> bool:
    return (
        _PAIRED.search(text) is not None
        and not shape.is_counter(text)
        and not shape.has_credit(text)
        and not shape.looks_like_caption(text)
        and not shape.is_file_name(text, "")
        and phrase_key(text) not in PHRASES.section
    )


def _replaces(text: str, article: str) -> bool:
    return count_words(text) >= 2 and not shape.is_name(text) and _echo(text, article) >= _ECHO


def _take_continuation(page: _Page, headline: _Line) -> str:
    """Return the second line of a headline broken in two, after a space."""
    if headline.number >= len(page.lines) or shape.closes_prose(headline.text):
        return ""
    following = page.lines[headline.number]
    if not following.kept or following.wrapped or following.prose or not _LOWER_START.match(following.text):
        return ""
    following.removed = "headline"
    return f" {following.text}"


def _text_from(page: _Page, body: int) -> str:
    """Return the beginning of the text from a position on."""
    pieces: list[str] = []
    size = 0
    for number in page.after(body - 1):
        pieces.append(page.lines[number].text[:_ECHO_CHARACTERS])
        size += len(pieces[-1])
        if size >= _ECHO_CHARACTERS:
            break
    return "\n".join(pieces)


def _echo(text: str, article: str) -> float:
    """Return the share of the word pairs of a line that come in another text; 1 where the line has none."""
    pairs = _word_pairs(text)
    return len(pairs & _word_pairs(article)) / len(pairs) if pairs else 1.0


def _word_pairs(text: str) -> set[tuple[str, str]]:
    words = _PAIRED.findall(fold(text[:_ECHO_CHARACTERS]))
    return set(pairwise(words))


def _take_head_byline(page: _Page, text: str) -> bool:
    """Take author and date from a line such as "By Jane Roe" or "Lê Na - 17/06/2022"; a bare name may be a place."""
    published_at = metadata.date_in(text)
    if published_at:
        name = regex.split(r"\s*[-–—|,•·]\s*", text)[0]
        byline = metadata.byline_in(name)
    else:
        byline = metadata.byline_in(text)
        if byline and byline.author == text:
            byline = None
    if byline is None:
        return False
    page.published_at = page.published_at or published_at
    page.author = page.author or byline.author
    page.source = page.source or byline.source
    return True


def _drop_captions(page: _Page, body: int) -> None:
    """Remove picture captions, names of picture files, repeated headlines and dates from the body."""
    title = page.title or ""
    dated_list = _is_dated_list(page, body)
    previous_was_file = False
    paragraphs = 0
    for line in page.lines[body:]:
        if not line.kept or line.wrapped:
            previous_was_file = previous_was_file and not line.blank
            paragraphs += line.wrapped
            continue
        if shape.is_file_name(line.text, title):
            line.removed = "name of a picture file"
            previous_was_file = True
            continue
        if previous_was_file and not shape.closes_prose(line.text) and count_words(line.text) <= 45:
            line.removed = "caption"
        elif title and phrase_key(line.text) == phrase_key(title):
            line.removed = "headline, repeated"
        elif _is_caption(line, near_headline=paragraphs <= 2):
            line.removed = "caption"
        elif paragraphs <= 1 and metadata.is_date_line(line.text) and not dated_list:
            page.published_at = page.published_at or metadata.date_in(line.text)
            line.removed = "date line"
        elif line.prose:
            paragraphs += 1
        previous_was_file = False


def _is_caption(line: _Line, *, near_headline: bool) -> bool:
    if shape.has_credit(line.text) or shape.looks_like_caption(line.text):
        return True
    return near_headline and not line.prose and shape.describes_scene(line.text)


def _is_dated_list(page: _Page, body: int) -> bool:
    """Whether several lines of the beginning hold a date and nothing else: days of a list, not of the page."""
    beginning = islice(page.after(body - 1), _LINES_AHEAD)
    return sum(metadata.is_date_line(page.lines[number].text) for number in beginning) > 1


def _drop_tail(page: _Page, body: int) -> None:
    """Find where the article ends, take author and source from its last lines, and remove what follows."""
    position = body
    while position < len(page.lines):
        line = page.lines[position]
        if line.kept and not line.wrapped:
            if _is_closing_byline(page, position, body):
                _take_closing_lines(page, position)
                return
            if shape.is_after_marker(line.text) and not _heads_text(page, position):
                resumed = None if _has_ended(page, body, position) else _resumes_at(page, position)
                end = len(page.lines) if resumed is None else resumed
                _remove(page.lines[position:end], "after the article" if resumed is None else "box of links")
                position = end
                continue
        position += 1
    _drop_closing_addresses(page, body)


def _remove(lines: list[_Line], reason: str) -> None:
    for line in lines:
        if line.kept:
            line.removed = reason


def _heads_text(page: _Page, position: int) -> bool:
    """Whether a line such as "Đề xuất" is a heading of the article: a full sentence stands right below it."""
    following = next(page.after(position), None)
    if following is None or not shape.may_be_heading(page.lines[position].text):
        return False
    below = page.lines[following]
    return below.wrapped or (shape.ends_sentence(below.text) and count_words(below.text) >= _HEADED_WORDS)


def _has_ended(page: _Page, body: int, position: int) -> bool:
    """Whether the last line before `position` closes the article with the end mark of the press."""
    previous = next(page.before(position, body), None)
    return previous is not None and _END_MARK.search(page.lines[previous].text) is not None


def _resumes_at(page: _Page, position: int) -> int | None:
    """Return where the article goes on after a box of links, None when it does not.

    Lists of stories put a headline before each summary, which repeats its words; an article has paragraphs in a row,
    or one and a byline, or one that has nothing to do with the line above it.
    """
    above = position
    for number in page.after(position):
        text = page.lines[number].text
        link = page.lines[above].text if above != position and not page.lines[above].prose else None
        if len(text) >= _RESUMED_PARAGRAPH_CHARACTERS and shape.ends_sentence(text) and not _summarises(text, link):
            below = next(page.after(number), None)
            if below is not None and _goes_on(page, below):
                return number
            follows_summary = above != position and link is None
            if follows_summary or (link is not None and _echo(link, text) < _NO_ECHO):
                return number
        above = number
    return _resumes_before_byline(page, position)


def _resumes_before_byline(page: _Page, position: int) -> int | None:
    """Return where short paragraphs take the article up again after a box of links, when a byline closes them."""
    if any(word in PHRASES.comment for word in letters_of(page.lines[position].text).split()):
        return None
    first: int | None = None
    above = position
    for number in islice(page.after(position), _LINES_AHEAD):
        line = page.lines[number]
        if shape.is_after_marker(line.text):
            return None
        if first is not None and _is_closing_byline(page, number):
            return first
        if first is None and shape.ends_sentence(line.text) and count_words(line.text) >= _RESUMED_WORDS:
            link = page.lines[above].text
            first = None if _summarises(line.text, link) else number
        above = number
    return None


def _summarises(text: str, link: str | None) -> bool:
    """Whether a paragraph below a link repeats its words, and so belongs to it."""
    return link is not None and count_words(link) > _HEAD_LABEL_WORDS and _echo(link, text) >= _ECHO


def _goes_on(page: _Page, position: int) -> bool:
    line = page.lines[position]
    return (line.prose and len(line.text) >= _NEXT_PARAGRAPH_CHARACTERS) or _is_closing_byline(page, position)


def _is_closing_byline(page: _Page, position: int, body: int = 0) -> bool:
    """Whether the line names the author and nothing of the article follows."""
    line = page.lines[position]
    if position <= body or line.prose or metadata.byline_in(line.text) is None:
        return False
    previous = next(page.before(position, body), None)
    if previous is None or not _may_precede_byline(page, previous):
        return False
    following = list(islice(page.after(position), _LINES_AHEAD))
    if not following or _END_MARK.search(page.lines[previous].text):
        return True
    names = 1 + sum(1 for _ in takewhile(lambda number: _is_byline(page.lines[number]), following))
    if names > _BYLINES:
        return False
    closing = page.lines[following[0]]
    if names > 1 or shape.is_after_marker(closing.text):
        return True
    prose = sum(page.lines[number].prose for number in following)
    if any(other.removed == "page chrome" for other in page.lines[position + 1 : following[0]]) and not prose:
        return True
    return not closing.prose and prose <= len(following) // 2


def _may_precede_byline(page: _Page, position: int) -> bool:
    """Whether the line may be the last of an article: a sentence or a list item, not what introduces a list."""
    line = page.lines[position]
    if line.text.endswith((":", "：")):
        return False
    return line.prose or shape.ends_sentence(line.text) or shape.is_list_item(line.text)


def _is_byline(line: _Line) -> bool:
    return not line.prose and metadata.byline_in(line.text) is not None


def _take_closing_lines(page: _Page, position: int) -> None:
    """Read the bylines from a position on, and remove them and what stands behind them."""
    open_bylines = True
    for number in [position, *page.after(position)]:
        line = page.lines[number]
        byline = metadata.byline_in(line.text) if open_bylines and not line.prose else None
        address = shape.url_of(line.text) if open_bylines else None
        if byline is not None:
            page.author = page.author or byline.author
            page.source = page.source or byline.source
            line.removed = "byline"
        elif address:
            page.url = page.url or address
            line.removed = "address of the page"
        else:
            open_bylines = False
            line.removed = "after the article"


def _drop_closing_addresses(page: _Page, body: int) -> None:
    """Take the page's address, and the date below it, from the very end."""
    for number in page.before(len(page.lines), body + 1):
        line = page.lines[number]
        address = shape.url_of(line.text)
        if not address:
            return
        page.url = page.url or address
        line.removed = "address of the page"


def _strip_lead(page: _Page, body: int) -> None:
    """Cut a caption run into the lead, and the agency mark, from the first paragraphs."""
    paragraphs = [page.lines[number] for number in islice(page.after(body - 1), _LEAD_PARAGRAPHS)]
    for order, line in enumerate(paragraphs):
        caption_end = shape.leading_caption_end(line.text)
        if caption_end:
            page.cut(line, 0, caption_end, "caption")
            line.text = line.text[caption_end:]
        agency, rest = metadata.split_agency(line.text, _is_mark_on(page) if order == 0 else _is_no_mark)
        if agency is not None:
            page.cut(line, 0, len(line.text) - len(rest), "agency mark")
            line.text = rest
            page.source = agency
            return


def _is_mark_on(page: _Page) -> Callable[[str], bool]:
    """Return whether an unknown name at the start of the lead is an agency's: a subject comes again in the text."""

    def is_mark(name: str) -> bool:
        word = regex.compile(rf"(?<![\p{{L}}\p{{N}}]){regex.escape(name)}(?![\p{{L}}\p{{N}}])")
        return sum(len(word.findall(line.text)) for line in page.lines if line.kept and name in line.text) <= 1

    return is_mark


def _is_no_mark(_name: str) -> bool:
    return False


def _strip_end(page: _Page, body: int) -> None:
    """Cut the byline that runs on behind the last sentence."""
    last = next(page.before(len(page.lines), body), None)
    if last is None or page.author is not None:
        return
    line = page.lines[last]
    text, byline = metadata.split_run_on(line.text)
    if byline is not None:
        page.cut(line, len(text), len(line.text), "byline")
        page.author = byline.author
        page.source = page.source or byline.source
        line.text = text


def _read_verse(page: _Page) -> None:
    """Take headline and byline of a page without prose (a poem, a list), and what surely is no text; the rest stays."""
    last = next(page.before(len(page.lines)), None)
    if last is not None and _is_closing_byline(page, last):
        _take_closing_lines(page, last)
    seen = False
    for number, line in enumerate(page.lines):
        if not line.kept:
            continue
        if seen and shape.is_after_marker(line.text) and not shape.may_be_heading(line.text):
            _remove(page.lines[number:], "after the article")
            return
        if seen:
            continue
        if _is_head_matter(line.text):
            _drop_head_matter(page, [line])
        elif phrase_key(line.text) in PHRASES.section:
            line.removed = "section or place"
        else:
            seen = True
            _take_first_line(page, number)


def _take_first_line(page: _Page, position: int) -> None:
    """Take a line as the headline where text follows and none is known."""
    line = page.lines[position]
    if page.title is not None:
        if phrase_key(line.text) == phrase_key(page.title):
            line.removed = "headline"
    elif next(page.after(position), None) is not None:
        page.title, page.published_at = metadata.split_title_date(line.text)
        line.removed = "headline"


def _join(lines: list[_Line]) -> str:
    """Join the kept lines; one blank line stays where there was at least one, or where something was removed."""
    kept: list[str] = []
    gap = False
    for line in lines:
        if not line.kept:
            gap = True
            continue
        if kept and gap:
            kept.append("")
        kept.append(line.text)
        gap = False
    return "\n".join(kept)
