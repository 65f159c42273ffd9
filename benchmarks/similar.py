"""How well similar articles, near-duplicates and stories are found: `python -m benchmarks.similar`.

Twins: given an article of EVB in one language, is its translation the first similar article, among all 300 articles of
both languages, whole or where a wire of two sentences stands for one of them? Near-duplicates: are copies of news
edited by rule recognised, and how often are two different news taken for one, drawn by chance and the nearest ones?
Stories: are the translations, and only they, put together?
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np

from benchmarks.edited_copies import EDITS
from benchmarks.provenance import save
from index.corpus import Corpus
from index.models.encoder import BUILTIN_MODEL, Encoder
from index.models.loading import load_encoder
from index.records import Draft
from qa.engine import Engine
from qa.similarity.near_duplicates import is_near_duplicate, near_duplicate, share_in_common, wording_of

_SIDES = ("en", "vi")
_WIRE_SENTENCES = 2
_NEWS = 12_000
_COPIED = 1_000
_PAIRS = 2_000
_SEED = 11
"""Another drawing than the one that the constants were chosen on."""
_SHOWN = 40

Pairs = list[list[str]]


def twins(data: Path, encoder: Encoder) -> dict[str, float]:
    """Return the share of articles whose twin comes first, by task and direction."""
    documents = _evb(data)
    names = {
        "whole to whole": (None, None),
        "wire to whole": (_WIRE_SENTENCES, None),
        "whole to wire": (None, _WIRE_SENTENCES),
    }
    results: dict[str, float] = {}
    for task, (asked, stored) in names.items():
        with tempfile.TemporaryDirectory() as folder, Corpus.open(Path(folder), encoder) as corpus:
            engine = _engine(
                corpus, [_draft(n, side, pairs, stored) for n, pairs in enumerate(documents) for side in (0, 1)]
            )
            for side, language in enumerate(_SIDES):
                right = 0
                for number, pairs in enumerate(documents):
                    own, twin = f"{number}-{language}", f"{number}-{_SIDES[1 - side]}"
                    if task == "whole to whole":
                        found = engine.similar(own, 2)
                    else:
                        found = engine.similar_to_text(_draft(number, side, pairs, asked).text, 3)
                    right += next(item.article.id for item in found if item.article.id != own) == twin
                results[f"{task}, {language} to {_SIDES[1 - side]}"] = right / len(documents)
    return results


def stories(data: Path, encoder: Encoder) -> dict[str, float]:
    """Return precision and recall of the pairs that stories put together, on the even and on the odd articles."""
    documents = _evb(data)
    results: dict[str, float] = {}
    for half in (0, 1):
        chosen = list(enumerate(documents))[half::2]
        with tempfile.TemporaryDirectory() as folder, Corpus.open(Path(folder), encoder) as corpus:
            engine = _engine(corpus, [_draft(n, side, pairs, None) for n, pairs in chosen for side in (0, 1)])
            found = [{item.article.id for item in story.articles} for story in engine.stories(limit=100).stories]
        together = {frozenset(pair) for story in found for pair in combinations(sorted(story), 2)}
        right = {frozenset((f"{n}-en", f"{n}-vi")) for n, _ in chosen}
        name = ("even", "odd")[half]
        results[f"{name} articles, precision"] = len(together & right) / max(1, len(together))
        results[f"{name} articles, recall"] = len(together & right) / len(right)
    return results


def near_duplicates(data: Path, encoder: Encoder) -> dict[str, float]:
    """Return the share of edited copies found, by edit, and the share of different news taken for copies.

    Pairs of different news that are taken for copies are printed, since many of them are reprints.
    """
    with gzip.open(data / "train/mono_vi/news_baomoi.jsonl.gz", "rt", encoding="utf-8") as lines:
        news = [json.loads(line) for line in lines]
    chance = random.Random(_SEED)
    chance.shuffle(news)
    news = news[:_NEWS]
    texts = [article["text"] for article in news]
    results: dict[str, float] = {}
    for edit in EDITS:
        found = sum(near_duplicate(wording_of(text), wording_of(edit(text, chance, texts))) for text in texts[:_COPIED])
        results[f"found: {edit.__name__.replace('_', ' ')}"] = found / _COPIED
    drawn = [(one, other) for one, other in (chance.sample(range(_NEWS), 2) for _ in range(_PAIRS))]
    results["taken for copies: pairs drawn by chance"] = len(_taken(texts, drawn)) / _PAIRS
    nearest = _taken(texts, _nearest(texts, encoder))
    results["taken for copies, reprints among them: nearest pairs"] = len(nearest) / _PAIRS
    print(f"{len(nearest)} of the {_PAIRS} nearest pairs are taken for copies; the least alike of them:")
    for share, one, other in sorted(nearest)[:_SHOWN]:
        print(f"  {share:.2f}  {news[one]['title']}  |  {news[other]['title']}")
    return results


def _taken(texts: Sequence[str], pairs: Sequence[tuple[int, int]]) -> list[tuple[float, int, int]]:
    taken = []
    for one, other in pairs:
        first, second = wording_of(texts[one]), wording_of(texts[other])
        share = share_in_common(first, second)
        if is_near_duplicate(first, second, share):
            taken.append((share, one, other))
    return taken


def _nearest(texts: Sequence[str], encoder: Encoder) -> list[tuple[int, int]]:
    """Return the pairs of articles whose beginnings have the nearest vectors, each article with its nearest."""
    vectors = np.concatenate(
        [encoder.encode_passages([text[:1_000] for text in texts[i : i + 256]]) for i in range(0, len(texts), 256)]
    )
    best: dict[tuple[int, int], float] = {}
    for first in range(0, len(vectors), 512):
        cosines = vectors[first : first + 512] @ vectors.T
        cosines[np.arange(len(cosines)), np.arange(first, first + len(cosines))] = -1.0
        for row, column in enumerate(cosines.argmax(axis=1).tolist()):
            best[min(first + row, column), max(first + row, column)] = float(cosines[row, column])
    return sorted(best, key=lambda pair: -best[pair])[:_PAIRS]


def _evb(data: Path) -> list[Pairs]:
    with gzip.open(data / "dev/evb/docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line)["pairs"] for line in lines]


def _draft(number: int, side: int, pairs: Pairs, sentences: int | None) -> Draft:
    """An article of EVB, whole with its title or a wire of its first sentences."""
    body = pairs[1:] if sentences is None else pairs[1 : 1 + sentences]
    return Draft(
        id=f"{number}-{_SIDES[side]}",
        title=pairs[0][side] if sentences is None else None,
        text="\n\n".join(pair[side] for pair in body),
        language=_SIDES[side],
    )


def _engine(corpus: Corpus, drafts: Sequence[Draft]) -> Engine:
    assert all(outcome.error is None for outcome in corpus.add(drafts))
    return Engine(corpus)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the development sets")
    parser.add_argument("--model", default=BUILTIN_MODEL)
    given = parser.parse_args()
    encoder = load_encoder(given.model)
    parts: dict[str, Callable[[Path, Encoder], dict[str, float]]] = {
        "similar articles, twin first": twins,
        "stories of twins": stories,
        "near-duplicates": near_duplicates,
    }
    results: dict[str, dict[str, float]] = {}
    for part, measure in parts.items():
        results[part] = measure(given.data, encoder)
        print(f"\n| {part} | |\n|---|---:|")
        for name, share in results[part].items():
            print(f"| {name} | {share:.4f} |", flush=True)
    print(f"\nkept in {save('similar', {'model': given.model, 'results': results})}")


if __name__ == "__main__":
    main()
