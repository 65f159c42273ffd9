"""Paragraphs that were broken into lines of one width."""

from __future__ import annotations

from itertools import pairwise

from index.cleaning import captions
from index.cleaning import lines as shape
from index.cleaning.working_page import Line, Page

_WRAPPED_CHARACTERS = 40
_WRAPPED_JOINTS = 3
"""A page is hard-wrapped when as many lines break off and go on in lower case."""


def mark_wrapped(page: Page) -> None:
    """Find the lines of broken paragraphs."""
    lines = page.lines
    joints = [
        number
        for number in range(len(lines) - 1)
        if len(lines[number].text) >= _WRAPPED_CHARACTERS
        and not shape.closes_prose(lines[number].text)
        and shape.begins_lower(lines[number + 1].text)
        and not captions.is_file_name(lines[number + 1].text, "")
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


def _unmark_headline(lines: list[Line]) -> None:
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
