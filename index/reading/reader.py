"""Reads passages: what judging their sentences needs of them, but for the question, computed once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain, pairwise

import numpy as np
import regex
from numpy.typing import NDArray

from index.models.builtin.encoder import builtin_static_model
from index.models.builtin.static import Bags, StaticModel, joined, merged
from index.models.encoder import Vectors, passage_input
from index.reading.readings import KINDS, Numbers, Readings
from index.reading.sentences import ReadSentence, read_sentences
from index.reading.stored import LONGEST_PASSAGE, MOST_LISTED, encode, is_current
from index.reading.stretches import ReadTexts, read_texts
from index.text.acronyms import AS_IT_IS, Rewording
from index.text.sentences import Span

LONGEST_QUOTE = 500
"""Most code points of two sentences in one quote: a judgement."""
_REMEMBERED = 256
"""Readings of passages that have none stored that are remembered, about a kilobyte each: a limit on memory."""
_MOST_STORED = 16_384
"""Bytes of a reading that is stored at most: a limit; a passage with a longer one, a wide table, is read when asked."""
_PARTS_WORDS = regex.compile(r"[^\p{L}\p{M}\p{N} ]")
"""What two pieces of the built-in model never reach over."""


@dataclass(frozen=True, slots=True)
class PassageText:
    """What is read of a passage.

    Attributes:
        text: the passage, in NFC.
        header: the header row of the table that it begins inside of, if it does.
        title: the title of its article; a table of names and values, which has no header, tells of that.
        sentences: where its sentences stand, as its article was split; None where that is not known or the article has
            tables. A passage is split alike by itself, but for some quotations whose other mark stands outside of it.
    """

    text: str
    header: str = ""
    title: str = ""
    sentences: tuple[Span, ...] | None = field(default=None, compare=False)


class PassageReader:
    """Reads passages. Safe to share between threads.

    The built-in model reads the sentences even if another model searches: it is fast enough for every candidate, and
    the network that judges sentences was trained on it.
    """

    def __init__(self, model: StaticModel) -> None:
        """Read with `model`, the built-in one."""
        self.model = model
        self._kept: dict[tuple[PassageText, Rewording], bytes] = {}

    def is_current(self, stored: bytes) -> bool:
        """Whether a stored reading is one as `read` gives them today."""
        return is_current(stored, self.model.identity)

    def to_store(self, passages: Sequence[PassageText]) -> list[bytes]:
        """Return the readings of passages as they are stored; empty for one that is too long to be."""
        return list(map(_if_storable, self.read(passages)))

    def to_store_with_vectors(self, passages: Sequence[PassageText]) -> tuple[list[bytes], Vectors]:
        """Return the same with the vectors by the built-in model, which the same pieces give.

        They are those of `passage_input`, shape (passages, dimensions).
        """
        cut = self._cut(passages, AS_IT_IS)
        stored = encode(self._readings(passages, cut, AS_IT_IS), self.model.identity)
        titles: dict[str, int] = {}
        numbers = _numbers(titles.setdefault(one.title, len(titles)) for one in passages)
        both = joined(cut.bags, self.model.bags(list(titles)).at(numbers))
        everywhere = np.append(cut.owners, np.arange(len(passages)))
        vectors = self.model.unit(merged(both, everywhere, len(passages)))
        others = np.flatnonzero(~cut.alike)
        vectors[others] = self.model.encode(
            [passage_input(passages[n].title, passages[n].text, passages[n].header) for n in others.tolist()]
        )
        return list(map(_if_storable, stored)), vectors

    def read(self, passages: Sequence[PassageText], rewording: Rewording = AS_IT_IS) -> list[bytes]:
        """Return the readings of passages, as if they called things as `rewording` does; see `stored.decode`.

        Offsets are those in the passages as they are.

        Raises:
            ValueError: a passage is longer than `LONGEST_PASSAGE`.
        """
        return encode(self._readings(passages, self._cut(passages, rewording), rewording), self.model.identity)

    def current(
        self, passages: Sequence[PassageText], stored: Sequence[bytes], rewording: Rewording = AS_IT_IS
    ) -> list[bytes]:
        """Return the readings of passages: those stored, but for those of another version and those that change.

        Args:
            passages: the passages.
            stored: their readings as they are stored, empty for none.
            rewording: what things are to be called; a passage that mentions none of them is read as it is.
        """
        found = [one if self.is_current(one) else b"" for one in stored]
        changed = (
            [number for number, one in enumerate(passages) if _changes(rewording, one)] if rewording.called else []
        )
        for number in changed:
            found[number] = b""
        missing = [number for number, one in enumerate(found) if not one and number not in changed]
        for numbers, words in ((missing, AS_IT_IS), (changed, rewording)):
            read = self._read_again([passages[number] for number in numbers], words)
            for number, one in zip(numbers, read, strict=True):
                found[number] = one
        return found

    def _read_again(self, passages: Sequence[PassageText], rewording: Rewording) -> list[bytes]:
        """Read passages that were perhaps read a moment ago."""
        found = {one: self._kept.get((one, rewording)) for one in passages}
        missing = [passage for passage, one in found.items() if one is None]
        if missing:
            if len(self._kept) + len(missing) > _REMEMBERED:
                self._kept.clear()
            found.update(zip(missing, self.read(missing, rewording), strict=True))
            self._kept.update({(passage, rewording): found[passage] or b"" for passage in missing})
        return [found[passage] or b"" for passage in passages]

    def _cut(self, passages: Sequence[PassageText], rewording: Rewording) -> _CutPassages:
        if max((len(one.text) for one in passages), default=0) > LONGEST_PASSAGE:
            raise ValueError(f"a passage has more than {LONGEST_PASSAGE:,} characters")
        read = [read_sentences(one.text, one.header, one.title, one.sentences) for one in passages]
        worded = [[_reworded(one, rewording) for one in own] for own in read] if rewording.called else read
        alike = np.array(
            [
                not one.header
                and _is_read_by_sentences(one.text, own)
                and (not rewording.called or rewording(one.text) == _put_back(one.text, own, others))
                for one, own, others in zip(passages, read, worded, strict=True)
            ],
            dtype=bool,
        )
        sentences = list(chain.from_iterable(worded))
        # Neighbouring passages share a sentence, and reprints many.
        distinct: dict[str, int] = {}
        places = _numbers(distinct.setdefault(one.read, len(distinct)) for one in sentences)
        bags = self.model.bags(list(distinct))
        return _CutPassages(
            counts=_numbers(map(len, read)),
            sentences=sentences,
            joins=[joined for one, own in zip(passages, read, strict=True) for joined in _joins(one.text, own)],
            bags=bags.at(places),
            lengths=np.linalg.norm(self.model.sums(bags), axis=1)[places],
            alike=alike,
        )

    def _readings(self, passages: Sequence[PassageText], cut: _CutPassages, rewording: Rewording) -> Readings:
        sentences, count = cut.sentences, len(cut.sentences)
        owners = cut.owners.tolist()
        rows = [number for number, one in enumerate(sentences) if one.kind == "row"]
        headers: dict[tuple[int, str], int] = {}
        header_of = np.full(count, -1)
        for number in rows:
            header_of[number] = headers.setdefault((owners[number], sentences[number].names), len(headers))
        texts = read_texts(
            [
                *(one.text for one in sentences),
                *(sentences[number].read for number in rows),
                *(names for _owner, names in headers),
            ]
        )
        as_read = np.arange(count)
        as_read[rows] = count + np.arange(len(rows))
        ends = np.append(0, np.cumsum(texts.code_counts))
        first_read, first_header = int(ends[count]), int(ends[count + len(rows)])
        listed, number_counts, name_counts = _listed(texts, as_read)
        wholes, whole_lengths = self._wholes(passages, cut, rewording)
        return Readings(
            counts=cut.counts,
            starts=_numbers(one.start for one in sentences),
            ends=_numbers(one.end for one in sentences),
            kinds=_numbers(KINDS.index(one.kind) for one in sentences),
            cues=texts.cues[as_read],
            joins=np.array(cut.joins, dtype=bool),
            before=_numbers(-1 if one.before is None else one.before for one in sentences),
            continues=np.array([one.continues for one in sentences], dtype=bool),
            spans=np.array([one.header or (0, 0) for one in sentences], dtype=np.int64).reshape(count, 2),
            distinct=texts.distinct[as_read],
            codes=texts.codes[:first_read],
            code_counts=texts.code_counts[:count],
            read_codes=texts.codes[first_read:first_header],
            read_counts=np.where(as_read < count, 0, texts.code_counts[as_read]),
            header_codes=texts.codes[first_header:],
            header_counts=texts.code_counts[count + len(rows) :],
            header_of=header_of,
            pieces=cut.bags.pieces,
            times=cut.bags.times,
            piece_counts=cut.bags.counts,
            lengths=cut.lengths,
            whole_pieces=wholes.pieces,
            whole_times=wholes.times,
            whole_counts=wholes.counts,
            whole_lengths=whole_lengths,
            listed=listed,
            number_counts=number_counts,
            name_counts=name_counts,
        )

    def _wholes(self, passages: Sequence[PassageText], cut: _CutPassages, rewording: Rewording) -> tuple[Bags, Vectors]:
        """Return the pieces of the passages that are not read like their sentences, and the lengths of all."""
        own = self.model.bags(
            [
                "" if alike else rewording(passage_input("", one.text, one.header))
                for one, alike in zip(passages, cut.alike.tolist(), strict=True)
            ]
        )
        lengths = np.linalg.norm(self.model.sums(merged(cut.bags, cut.owners, len(passages))), axis=1)
        return own, np.where(cut.alike, lengths, np.linalg.norm(self.model.sums(own), axis=1))


@dataclass(frozen=True, slots=True)
class _CutPassages:
    """Passages cut into sentences.

    Attributes:
        counts: sentences of each passage.
        sentences: all of them, reworded.
        joins: whether each joins the one before it in its passage.
        bags: the pieces of each.
        lengths: of the sums of their rows.
        alike: whether the pieces of a passage are those of its sentences together.
    """

    counts: Numbers
    sentences: list[ReadSentence]
    joins: list[bool]
    bags: Bags
    lengths: Vectors
    alike: NDArray[np.bool_]

    @property
    def owners(self) -> Numbers:
        return np.repeat(np.arange(len(self.counts)), self.counts)


@lru_cache(maxsize=1)
def builtin_reader() -> PassageReader:
    """Return a reader with the model that ships, one in a process."""
    return PassageReader(builtin_static_model())


def _if_storable(reading: bytes) -> bytes:
    return reading if len(reading) <= _MOST_STORED else b""


def _changes(rewording: Rewording, passage: PassageText) -> bool:
    """Whether other words are read; capitals alone are not, since the question's own names are nobody's answer."""
    parts = filter(None, (passage.text, passage.header, passage.title))
    return any(rewording(part).lower() != part.lower() for part in parts)


def _reworded(sentence: ReadSentence, rewording: Rewording) -> ReadSentence:
    text = rewording(sentence.text)
    read = text if sentence.read == sentence.text else rewording(sentence.read)
    return replace(sentence, text=text, read=read, names=rewording(sentence.names))


def _put_back(text: str, sentences: Sequence[ReadSentence], worded: Sequence[ReadSentence]) -> str:
    """Return a text with the same sentences in other words."""
    ends = [0, *(one.end for one in sentences)]
    parts = [text[end : one.start] + other.text for end, one, other in zip(ends, sentences, worded, strict=False)]
    return "".join([*parts, text[ends[-1] :]])


def _numbers(values: Iterable[int]) -> Numbers:
    return np.fromiter(values, dtype=np.int64)


def _joins(text: str, sentences: Sequence[ReadSentence]) -> list[bool]:
    """Return whether each sentence shares a paragraph with the one before, and both are short enough together."""
    return [False, *(_join(text, *both) for both in pairwise(sentences))][: len(sentences)]


def _join(text: str, one: ReadSentence, other: ReadSentence) -> bool:
    return other.end - one.start <= LONGEST_QUOTE and "\n" not in text[one.end : other.start]


def _is_read_by_sentences(text: str, sentences: Sequence[ReadSentence]) -> bool:
    """Whether the pieces of a passage are those of its sentences together."""
    return all(one.kind != "row" for one in sentences) and all(
        _PARTS_WORDS.search(text, one.end - 1, other.start + 1) for one, other in pairwise(sentences)
    )


def _listed(texts: ReadTexts, as_read: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return the numbers and names of each sentence, and how many it has; names as it is read, numbers by itself."""
    count = len(as_read)
    sentence_of = np.full(len(texts.code_counts), count)
    sentence_of[as_read] = np.arange(count)
    owners, hashes, is_name = [], [], []
    for kind, (found, counts) in enumerate(((texts.numbers, texts.number_counts), (texts.names, texts.name_counts))):
        of_text = np.repeat(np.arange(len(counts)), counts)
        few = np.arange(len(found)) - np.repeat(np.cumsum(counts) - counts, counts) < MOST_LISTED
        own = sentence_of[of_text] if kind else of_text
        kept = few & (own < count)
        owners.append(own[kept])
        hashes.append(found[kept])
        is_name.append(np.full(int(kept.sum()), kind))
    all_owners, all_hashes, kinds = np.concatenate(owners), np.concatenate(hashes), np.concatenate(is_name)
    order = np.argsort(2 * all_owners + kinds, kind="stable")
    number_counts, name_counts = (np.bincount(own, minlength=count) for own in owners)
    return all_hashes[order], number_counts, name_counts
