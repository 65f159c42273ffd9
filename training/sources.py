"""Which files of the data folder are trained on, under which terms, and how each is read.

Only the sources that the data folder's MANIFEST.md allows are listed here; a file that is not listed is
never opened.  Not allowed, hence absent: shattered_pixel_dungeon, osm_website, ted_devtest, ml_yearning,
eurom_passages, news_dantri_unc.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from zlib import crc32

from training.lexicons import LANGUAGES, ConceptTexts

Kind = Literal["parallel", "passages", "dictionary", "documents", "questions", "reading", "bilingual"]


@dataclass(frozen=True)
class Source:
    """One file under `train/` of the data folder."""

    path: str
    kind: Kind
    licence: str

    @property
    def name(self) -> str:
        """File name without its endings, as the manifest calls it."""
        return Path(self.path).name.split(".")[0]


_EVB = "none stated; EVBCorpus (Ngo & Winiwarter 2012), an academic corpus"
_TATOEBA = "CC BY 2.0 FR (Tatoeba)"
_STATUTES = "official statutes"

SOURCES: tuple[Source, ...] = (
    Source("parallel/evbcorpus.tsv.gz", "parallel", _EVB),
    Source("parallel/d2l_vn.tsv.gz", "parallel", "CC BY-SA 4.0 (d2l.ai)"),
    Source("parallel/tatoeba_vi.tsv.gz", "parallel", _TATOEBA),
    Source("parallel/tatoeba_zh.tsv.gz", "parallel", _TATOEBA),
    Source("parallel/tatoeba_ko.tsv.gz", "parallel", _TATOEBA),
    Source("parallel/tatoeba_ja.tsv.gz", "parallel", _TATOEBA + "; the copy used says research only"),
    Source("parallel/hf_course.tsv.gz", "parallel", "Apache-2.0"),
    Source("parallel/mozilla_www.tsv.gz", "parallel", "MPL-2.0"),
    Source("parallel/scratch.tsv.gz", "parallel", "BSD-3-Clause"),
    Source("parallel/bloom_housing.tsv.gz", "parallel", "Apache-2.0"),
    Source("parallel/ms_security101.tsv.gz", "parallel", "CC0-1.0"),
    Source("parallel/ms_building_agents.tsv.gz", "parallel", "MIT"),
    Source("parallel/alt_wikinews_ja.tsv.gz", "parallel", "CC BY 4.0 upstream (ALT); the copy says research only"),
    Source("parallel/udhr.tsv.gz", "passages", "MIT; the United Nations text is in the public domain"),
    Source("parallel/evbcorpus_para.tsv.gz", "passages", _EVB),
    Source("parallel/d2l_vn_para.tsv.gz", "passages", "CC BY-SA 4.0 (d2l.ai)"),
    Source("parallel/hf_course_para.tsv.gz", "passages", "Apache-2.0"),
    Source("parallel/ms_security101_para.tsv.gz", "passages", "CC0-1.0"),
    Source("parallel/ms_building_agents_para.tsv.gz", "passages", "MIT"),
    Source("dict/english_words.tsv.gz", "dictionary", "none stated; Universal dictionary and learner word lists"),
    Source("docs/evbcorpus_docs.jsonl.gz", "bilingual", _EVB),
    Source("mono_vi/news_baomoi.jsonl.gz", "documents", "none stated (news pages of 2017)"),
    Source("mono_vi/news_evb_vi.jsonl.gz", "documents", _EVB),
    Source("mono_vi/law_vlc.jsonl.gz", "documents", f"GPL-3.0 repository; {_STATUTES}"),
    Source("mono_vi/law_labor2019.jsonl.gz", "documents", _STATUTES),
    Source("mono_vi/qa_uit_reg_wiki.jsonl.gz", "questions", "none stated (hand-written questions)"),
    Source("mono_vi/qa_mailong_wiki.jsonl.gz", "questions", "MIT"),
    Source("reading/clapnq_en.jsonl.gz", "reading", "Apache-2.0"),
    Source("reading/cmrc2018_zh.jsonl.gz", "reading", "CC BY-SA 4.0"),
    Source("reading/covidqa_en.jsonl.gz", "reading", "Apache-2.0"),
    Source("reading/drcd_zh.jsonl.gz", "reading", "CC BY-SA 3.0"),
    Source("reading/facqa_id.jsonl.gz", "reading", "MIT, Apache-2.0"),
    Source("reading/iapp_th.jsonl.gz", "reading", "MIT"),
    Source("reading/idk_mrc_id.jsonl.gz", "reading", "CC BY-SA 4.0 (IDK-MRC), Apache-2.0 (TyDi QA)"),
    Source("reading/integreat_de_en_fr.jsonl.gz", "reading", "CC BY 4.0"),
    Source("reading/jaquad_ja.jsonl.gz", "reading", "CC BY-SA 3.0"),
    Source("reading/jsquad_ja.jsonl.gz", "reading", "CC BY-SA 4.0"),
    Source("reading/piaf_fr.jsonl.gz", "reading", "MIT"),
    Source("reading/selqa_en.jsonl.gz", "reading", "Apache-2.0"),
    Source("reading/squad2_en.jsonl.gz", "reading", "CC BY-SA 4.0"),
    Source("reading/squad_es_dist.jsonl.gz", "reading", "Apache-2.0 (SQuAD-es CC BY 4.0)"),
    Source("reading/squad_sent_en.jsonl.gz", "reading", "CC BY-SA 4.0"),
    Source("reading/tydiqa_goldp.jsonl.gz", "reading", "Apache-2.0"),
)

# Of a set of reading questions no more than this many, so that Japanese, which has the most, does not outweigh all.
_MOST_READING = 6_000

# Words, and whole sentences, of daily life and of the news in eleven languages, one concept a line, a column a language
# in the order of `LANGUAGES`, written for this repository.
WORDS, SENTENCES = (Path(__file__).parent / folder for folder in ("words", "sentences"))


@dataclass(frozen=True)
class Pair:
    """Two texts that mean the same, or a question and a passage that answers it."""

    left: str
    right: str


@dataclass(frozen=True)
class Document:
    """An article: its title and its sentences in order; `translated` are the same sentences in English."""

    title: str
    sentences: tuple[str, ...]
    translated_title: str = ""
    translated: tuple[str, ...] = ()


# A sentence ends at a line break, after Latin end punctuation followed by space, or after CJK punctuation.
_SENTENCE_END = re.compile(r"\n+|(?<=[.!?…;:])\s+|(?<=[。！？])")


def split_sentences(text: str) -> tuple[str, ...]:
    """Cut `text` into sentences, roughly; nothing but white space is lost."""
    return tuple(part for part in (piece.strip() for piece in _SENTENCE_END.split(text)) if part)


def checksum(data: Path, source: Source) -> str:
    """SHA-256 of the compressed file, in hexadecimal."""
    return hashlib.sha256((data / "train" / source.path).read_bytes()).hexdigest()


def rows(data: Path, source: Source) -> Iterator[Any]:
    """Yield the rows of one file: objects, or lists of columns."""
    with gzip.open(data / "train" / source.path, "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            yield json.loads(line) if ".jsonl" in source.path else line.rstrip("\n").split("\t")


def is_trained_on(passage: str) -> bool:
    """Whether the built-in model and the verifier learn from a passage; evidence and confidence have the other half."""
    return crc32(passage.encode()) % 2 == 0


def read_pairs(data: Path, kind: Kind) -> list[Pair]:
    """All pairs of the sources of one kind, in the order of `SOURCES`."""
    found: list[Pair] = []
    for source in SOURCES:
        if source.kind != kind:
            continue
        every = list(rows(data, source))
        if kind == "reading":
            answered = [row for row in every if row["answers"] and is_trained_on(row["passage"])]
            chosen = random.Random(source.name).sample(answered, min(_MOST_READING, len(answered)))
            found += [Pair(row["q"], row["passage"]) for row in chosen]
        elif kind == "questions":
            found += [Pair(row["question"], row["passage"]) for row in every]
        else:
            found += [Pair(row[2], row[3]) for row in every]
    return found


def read_concepts(folder: Path) -> list[ConceptTexts]:
    """The hand-written concepts in `folder`."""
    lines = [line for path in sorted(folder.glob("*.txt")) for line in path.read_text(encoding="utf-8").splitlines()]
    columns = ([tuple(forms.split("/")) for forms in line.split("|")] for line in lines)
    return [dict(zip(LANGUAGES, concept, strict=True)) for concept in columns]


def read_documents(data: Path) -> list[Document]:
    """All articles, Vietnamese ones first, then the bilingual ones with their English side."""
    found: list[Document] = []
    for source in SOURCES:
        if source.kind == "documents":
            for row in rows(data, source):
                title, text = (row["title"], row["text"]) if "title" in row else (row["question"], row["passage"])
                found.append(Document(title, split_sentences(text)))
        elif source.kind == "bilingual":
            for row in rows(data, source):
                (english_title, title), *body = row["pairs"]
                english, vietnamese = tuple(pair[0] for pair in body), tuple(pair[1] for pair in body)
                found.append(Document(title, vietnamese, english_title, english))
    return found
