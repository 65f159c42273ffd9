"""Writes the model card: `python -m training.card --data DATA --model FOLDER`.

Everything that can be measured or read from the training log is; the rest is the text below.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from index.models.builtin.static import StaticModel
from training.lexicons import LEXICONS
from training.measure import measure
from training.sources import SOURCES

_LANGUAGES = {
    "vie": "Vietnamese",
    "cmn": "Chinese",
    "deu": "German",
    "fra": "French",
    "ind": "Indonesian",
    "jpn": "Japanese",
    "kor": "Korean",
    "rus": "Russian",
    "spa": "Spanish",
    "tha": "Thai",
}

_CARD = """\
# hoidap built-in embedding model

A static embedding model, first of all for Vietnamese, with some English, French, Chinese, Japanese, Korean,
Russian, Thai, German, Spanish and Indonesian. The vector of a text is the sum of the table rows of its pieces, each
times the square root of how often the text holds it, scaled to length one: no neural network runs when text is
encoded, and texts of any length are used whole.

- {pieces:,} pieces and {phrases:,} phrases, {dimensions} dimensions, stored as one byte per number and a float16
  scale per row (`embedding.rows`, `embedding.scales` in `model.safetensors`)
- pieces: byte-pair, of text in NFC and lower case; they never cross a space, a punctuation mark or a script
- phrases: two or more whole words that stand together often ("lãnh đạo", "lanh dao"), found before the pieces
- no prompts; compare by cosine
- a text without any known piece has no vector (all zeros)

```python
from pathlib import Path

from index.models.builtin.static import StaticModel

model = StaticModel.open(Path("index/models/builtin"))
vectors = model.encode(["Thủ đô của Việt Nam là gì?", "thu do cua viet nam la gi"])
```

`python -m training.export --output FOLDER` writes a folder that sentence-transformers opens. There every piece weighs
as often as it occurs, which finds the right passage less often (`training/README.md`).

## How it was trained

With `python -m training.train` ({passes} passes, {steps:,} steps of {batch:,} pairs at most, {minutes:.0f} minutes;
seed {seed}). The table starts from random numbers; of a piece whose English meaning dictionaries tell, two fifths of
the variance are the vector that all-MiniLM-L6-v2 (Apache-2.0) gives to that meaning. Then each left text is to find its
right text among those of the whole batch and the reverse (cross-entropy over cosines divided by 0.05). Pairs:
translated sentences and paragraphs, dictionary entries, words and sentences in eleven languages, questions with their
passages, titles with passages of their article, and parts of sentences, sometimes with a question word, with the
passage around them. Accents are dropped from {folded_left:.0%} of the left and {folded_right:.0%} of the right texts.
At the end the variance of the vectors is evened out a little (whitening). `training/README.md` tells how to reproduce
it; `training/log.json` holds the checksums of the data.

## What it was trained on

Only the numbers in the table come from these texts; the texts are not part of this repository. The licences are
as stated where the texts were found. `training/words/` and `training/sentences/` were written for this repository, by
a large language model, and checked for form only: {concepts[0]:,} words and set phrases and {concepts[1]:,} sentences
of daily life, the news and encyclopedias, each in eleven languages. So were the questions of
`training/questions/passages.jsonl`: three in Vietnamese and one in another language about each passage. Of the reading
sets (questions with passages in ten languages) every other passage was trained on, 6,000 questions of a set at most.

| source | used as | licence as stated |
|---|---|---|
{sources}

## Measured

On development sets that were not trained on, with `python -m training.measure --data ../shared/data`. Some settings
were chosen by these same numbers (the weights of repeated pieces by ViQuAD and EVB, the size of batches, the optimizer
and where the table starts by all of them), so expect slightly less on other texts. The words and sentences were written
without sight of any of these sets, but to mend what Tatoeba had shown to be missing: everyday words.

| what | with accents | question without accents |
|---|---:|---:|
| right ViQuAD context first, {contexts} contexts, {questions:,} questions | {viquad[recall_at_1]:.3f} \
| {viquad[recall_at_1_no_accents]:.3f} |
| right ViQuAD context among ten | {viquad[recall_at_10]:.3f} | {viquad[recall_at_10_no_accents]:.3f} |
| first, contexts cut into {passages[passages]:,} passages as hoidap does | {passages[recall_at_1]:.3f} \
| {passages[recall_at_1_no_accents]:.3f} |
| among ten, cut | {passages[recall_at_10]:.3f} | {passages[recall_at_10_no_accents]:.3f} |

| translated sentence first | share |
|---|---:|
| news, English to Vietnamese, among {evb[en_vi_pool]:,} sentences | {evb[en_vi_recall_at_1]:.3f} |
| news, Vietnamese to English, among {evb[vi_en_pool]:,} sentences | {evb[vi_en_recall_at_1]:.3f} |
{tatoeba}

The Tatoeba rows are the mean of both directions, up to 1,000 sentences per language.

## Limits

- It knows words, not word order: "A beat B" and "B beat A" have the same vector. Combine it with a word search.
- Languages other than Vietnamese and English have little running text, mostly software and courses, besides words and
  short sentences; the numbers above tell how far they carry.
- The news texts are from about 2017; later names and topics are known by their spelling only.
- Training pairs were compared with the development sets for exact matches; close variants may remain, and a few
  trivial sentences of the bilingual articles occur in Tatoeba.
- Pieces of words that the training texts hold rarely keep nearly random vectors: they match themselves only.
- It repeats the leanings of its texts (press, statutes) and must not be used to judge people.
"""


def render(log: dict[str, Any], measured: dict[str, Any]) -> str:
    """The card for a training log and the measurements of the model it made."""
    return _CARD.format(
        **{name: log[name] for name in ("pieces", "phrases", "dimensions", "batch", "seed", "concepts")},
        passes=len(log["passes"]),
        steps=int(log["passes"][-1]["steps"]),
        minutes=log["seconds_total"] / 60,
        folded_left=log["folded"][0],
        folded_right=log["folded"][1],
        sources="\n".join(
            [f"| {source.name} | {source.kind} | {source.licence} |" for source in SOURCES]
            + [f"| {lexicon.name} | dictionary | {lexicon.licence} |" for lexicon in LEXICONS]
        ),
        viquad=measured["viquad"],
        passages=measured["viquad_passages"],
        questions=measured["viquad"]["questions"],
        contexts=measured["viquad"]["contexts"],
        evb=measured["evb"],
        tatoeba="\n".join(
            f"| Tatoeba, {name} and English | {measured['tatoeba'][code]:.3f} |" for code, name in _LANGUAGES.items()
        ),
    )


def main() -> None:
    """Measure the model and write its card next to it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder with train/ and dev/")
    parser.add_argument("--model", type=Path, default=Path("index/models/builtin"))
    parser.add_argument("--log", type=Path, default=Path("training/log.json"))
    arguments = parser.parse_args()
    measured = measure(StaticModel.open(arguments.model), arguments.data)
    log = json.loads(arguments.log.read_text(encoding="utf-8"))
    log["measured"] = measured
    arguments.log.write_text(json.dumps(log, indent=1) + "\n", encoding="utf-8")
    (arguments.model / "README.md").write_text(render(log, measured), encoding="utf-8")


if __name__ == "__main__":
    main()
