"""Who wrote an article, as the line that names them is written."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from index.cleaning.lines.agencies import agency_name, is_agency, is_code
from index.cleaning.lines.shapes import closes_prose, count_words, is_list_item, is_name
from index.cleaning.phrases import PHRASES, any_of, phrase_key

_INITIALS = regex.compile(r"(?:\p{Lu}\.\s?){1,3}(?:\p{Lu}[\p{L}\p{M}]*\.?)?")
_RUN_ON = regex.compile(r"(?:(?P<end>\./\.)|[.!?…][\"”»’)]*)\s+(?P<tail>[(\[]?[^.!?…;:]{2,60}[)\]]?)\s*$")
_RUN_ON_WORDS = 20
"""Words of a last paragraph, at least, that may have its author's name behind it on one line; a judgement."""
_RUN_ON_CHARACTERS = 120
"""Characters at the end of that paragraph in which the name is looked for; a limit."""
_BYLINE_CHARACTERS = 120
"""Characters of a byline at most; a judgement."""
_BYLINE_WORDS = 14
"""Words of a byline at most; a judgement."""
_LABELLED_WORDS = 10
"""Words behind the colon of a byline at most; a judgement."""
_NAME_WORDS = 6
"""Words of the author or source in a byline at most; a judgement."""
_LEAD_WORDS = (3, 2, 1)
"""Words that say what the name behind them is, the longest such phrase first; a judgement."""
_LABEL_JOINER = regex.compile(rf"[,/&-]| (?:{any_of(PHRASES.joiner)}) ")
_BRACKETED_ONLY = regex.compile(r"^[(\[]\s*(?P<inside>[^()\[\]]{2,60})\s*[)\]]$")


@dataclass(frozen=True, slots=True)
class Byline:
    """The author and the source that a line names; neither for an editor, who is not kept."""

    author: str | None = None
    source: str | None = None


def byline_in(text: str) -> Byline | None:
    """Return whom a short line names as author or source, None when it is no byline.

    Understands "Thu Hằng", "Nguyễn Hằng/VOV-Trung tâm Tin", "Minh An (TTXVN)", "Bài, ảnh: Lê Na", "(Theo TTXVN)",
    "By Jane Roe", "Ban Biên tập", "T.H".
    """
    line = text.strip()
    if len(line) > _BYLINE_CHARACTERS or is_list_item(line) or count_words(line) > _BYLINE_WORDS:
        return None
    line = line if _INITIALS.fullmatch(line) else line.rstrip(".").strip()
    bracketed = _BRACKETED_ONLY.match(line)
    if bracketed:
        return byline_in(bracketed["inside"])
    if not line or phrase_key(line) in PHRASES.after:
        return None
    if phrase_key(line) in PHRASES.desk:
        return Byline(author=line)
    return _labelled_byline(line) or _sourced_byline(line) or _bare_byline(line)


def _labelled_byline(line: str) -> Byline | None:
    """Return whom "Tác giả: Lê Na" or "Nguồn: TTXVN" names, by the label before the colon."""
    head, colon, rest = (part.strip() for part in line.replace("：", ":").partition(":"))
    labels = [phrase_key(part) for part in _LABEL_JOINER.split(head)]
    if rest.startswith(("//", "http://", "https://")):
        return None
    if not (colon and rest) or count_words(rest) > _LABELLED_WORDS:
        return _led_byline(line)
    name = rest.rstrip(".").strip()
    if labels[0] in PHRASES.citation or labels[0] in PHRASES.per:
        return Byline(source=agency_name(name))
    if all(label in PHRASES.editor for label in labels):
        return Byline()
    if all(label in PHRASES.byline for label in labels) and (
        is_name(name.split(",")[0].split("/")[0]) or count_words(name) <= _NAME_WORDS
    ):
        return _sourced_byline(name) or Byline(author=name)
    return None


def _led_byline(line: str) -> Byline | None:
    """Return whom "By Jane Roe" or "Theo TTXVN" names; the first words say whether it is an author or a source."""
    words = line.split(" ")
    for length in _LEAD_WORDS:
        lead, rest = phrase_key(" ".join(words[:length])), " ".join(words[length:]).strip()
        if not rest or rest[0].islower():
            continue
        if lead in PHRASES.editor:
            return Byline()
        if count_words(rest) > _NAME_WORDS:
            continue
        if lead in PHRASES.by:
            return _sourced_byline(rest) or Byline(author=rest)
        if lead in PHRASES.per:
            return _sourced_byline(rest) or Byline(source=agency_name(rest))
    return None


def _sourced_byline(line: str) -> Byline | None:
    """Return a name with the source behind a stroke or in brackets; a role may stand there in place of the source."""
    name, stroke, rest = (part.strip() for part in line.partition("/"))
    if stroke and rest and (_is_author(name) or _is_single_name(name)) and count_words(rest) <= _NAME_WORDS:
        if is_agency(name):
            return Byline(source=agency_name(name))
        return Byline(author=name, source=_agency_of(rest))
    match = regex.fullmatch(r"(?P<name>[^()\[\]]+?)\s*[(\[](?P<inside>[^()\[\]]{1,40})[)\]]", line)
    if match and (_is_author(match["name"]) or phrase_key(match["inside"]) in PHRASES.role):
        return Byline(author=match["name"], source=_agency_of(match["inside"]))
    return None


def _bare_byline(line: str) -> Byline | None:
    """Return whom a line names that is nothing but names: of an agency, of one person or of two."""
    if is_agency(line) and (is_code(line) or is_name(line)):
        return Byline(source=agency_name(line))
    match = regex.fullmatch(r"(?P<name>.+?)\s*[-–—,&]\s+(?P<other>.+)", line)
    if match and _is_author(match["name"]) and (is_name(match["other"]) or is_agency(match["other"])):
        return Byline(author=line)
    return Byline(author=line) if _is_author(line) else None


def _is_author(text: str) -> bool:
    return is_name(text) or _INITIALS.fullmatch(text) is not None


def _is_single_name(text: str) -> bool:
    """Whether the text is one capitalised word, as pen names are."""
    return regex.fullmatch(r"\p{Lu}[\p{L}\p{M}.]{1,20}", text) is not None


def _agency_of(text: str) -> str | None:
    """Return the source that stands beside a name, None when it is a role, a place or a department."""
    words = text.split(" ", 1)
    if len(words) == 2 and phrase_key(words[0]) in PHRASES.per:
        text = words[1].strip()
    if phrase_key(text) in PHRASES.role:
        return None
    return agency_name(text) if is_agency(text) else _leading_agency(text)


def _leading_agency(text: str) -> str | None:
    match = regex.match(r"[\p{Lu}\p{N}][\p{Lu}\p{N}.+]{1,12}(?:\.(?:VN|vn))?(?![\p{Ll}])", text)
    return agency_name(match[0]) if match else None


def split_run_on(text: str) -> tuple[str, Byline | None]:
    """Return the last paragraph without the byline behind its last sentence, and that byline.

    Without the end mark of the press (./.), only a long paragraph may have one.
    """
    match = _RUN_ON.search(text, max(0, len(text) - _RUN_ON_CHARACTERS))
    if match is None or closes_prose(match["tail"]):
        return text, None
    if match["end"] is None and count_words(text) < _RUN_ON_WORDS:
        return text, None
    byline = byline_in(match["tail"])
    return (text[: match.start("tail")].rstrip(), byline) if byline else (text, None)
