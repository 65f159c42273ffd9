"""Is the sentence that answers quoted first, and are unanswerable questions refused: `python -m benchmarks.answers`.

Asks ViQuAD, with and without accents, of the real engine, and compares the first quotation with plain BM25 over all
sentences. Asks Zalo's questions of single paragraphs that people judged: which are right, which only come near? The
sentence network and the calibration were learned on ViQuAD; `training/answers.json` holds the figures for subjects that
were left out of learning, which are the ones to believe. Zalo and the shipped articles (`seeds/`) were not used for
either.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.development_sets import DevelopmentSet, viquad, zalo_pairs
from index.corpus import Corpus
from index.filters import Filters
from index.models.encoder import BUILTIN_MODEL, Encoder
from index.models.loading import load_encoder
from index.records import Draft
from index.text.sentences import split_sentences
from qa.engine import Engine
from training.calibration import area_under_curve


def first_quotes(engine: Engine, questions: DevelopmentSet) -> float:
    """Return how often the first quotation holds the answer, 0 to 1."""
    hits = 0
    for question in questions.questions:
        passages = engine.ask(question.question, limit=1).passages
        quotes = passages[0].quotes if passages else ()
        hits += bool(quotes) and (question.answer or "") in quotes[0].text
    return hits / len(questions.questions)


def sentences_by_words(engine: Engine, questions: DevelopmentSet) -> float:
    """Return how often the first of all sentences by BM25 holds the answer, 0 to 1.

    Args:
        engine: holds every sentence as an article of its own.
        questions: what to ask.
    """
    hits = 0
    for question in questions.questions:
        passages = engine.search(question.question, limit=1, mode="lexical").passages
        hits += bool(passages) and (question.answer or "") in passages[0].passage.text
    return hits / len(questions.questions)


def told_apart(engine: Engine, pairs: Sequence[tuple[str, str, bool]]) -> dict[str, float]:
    """Return the area under the curve of confidence, of BM25 and of cosines: right paragraphs against wrong ones.

    Args:
        engine: holds every paragraph as an article of its own.
        pairs: questions, each with the id of a paragraph and whether that answers.
    """
    scores: list[tuple[float, float, float]] = []
    for question, article_id, _right in pairs:
        found = engine.ask(question, min_confidence=0.0, filters=Filters(article_id=(article_id,)))
        lexical = max((one.lexical.score or 0.0 for one in found.passages), default=0.0)
        dense = max((one.dense.score or 0.0 for one in found.passages), default=0.0)
        scores.append((found.confidence or 0.0, lexical, dense))
    values, right = np.array(scores), np.array([answers for _question, _id, answers in pairs])
    names = ("confidence", "words alone", "vectors alone")
    return {name: area_under_curve(own[right], own[~right]) for name, own in zip(names, values.T, strict=True)}


def _sentences(articles: DevelopmentSet) -> Iterator[Draft]:
    for article in articles.articles:
        for start, end in split_sentences(article.text):
            yield Draft(text=article.text[start:end], id=f"{article.id}-{start}")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the development sets")
    parser.add_argument("--model", default=BUILTIN_MODEL)
    given = parser.parse_args()
    encoder: Encoder = load_encoder(given.model)
    accented = viquad(given.data)
    print("| set | questions | first quote | BM25 on sentences |\n|---|---:|---:|---:|")
    with (
        tempfile.TemporaryDirectory() as whole,
        tempfile.TemporaryDirectory() as cut,
        Corpus.open(Path(whole), encoder) as articles,
        Corpus.open(Path(cut), encoder) as sentences,
    ):
        list(articles.add(accented.articles))
        list(sentences.add(_sentences(accented)))
        for questions in (accented, accented.without_accents()):
            quoted = first_quotes(Engine(articles), questions)
            words = sentences_by_words(Engine(sentences), questions)
            print(f"| {questions.name} | {len(questions.questions)} | {quoted:.3f} | {words:.3f} |")
    paragraphs, pairs = zalo_pairs(given.data)
    with tempfile.TemporaryDirectory() as folder, Corpus.open(Path(folder), encoder) as articles:
        list(articles.add(paragraphs))
        for name, area in told_apart(Engine(articles), pairs).items():
            print(f"zalo, right paragraphs against wrong ones, area under the curve of {name}: {area:.3f}")


if __name__ == "__main__":
    main()
