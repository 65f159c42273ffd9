"""What is known of other people's models: a record for each, to check a model against and to fill its gaps.

A model's own prompts and limits win; a record fills what the model does not say, and the two are never joined. The
values are those of the model cards at https://huggingface.co/NAME.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_CACHE_PREFIX = "models--"
"""The beginning of a model's folder in the hub's cache."""
_HUB_NAME = re.compile(r"[\w.-]+(/[\w.-]+)?")


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model as its card describes it.

    Attributes:
        name: on the hub.
        dimensions: length of its vectors.
        max_tokens: the longest input it was made for, None without a limit.
        query_prompt: text put before each question.
        passage_prompt: text put before each passage.
        licence: as its card states it.
        use_instead: the name of the same model in a form that needs no code of its own, where this one does.
    """

    name: str
    dimensions: int
    max_tokens: int | None
    query_prompt: str
    passage_prompt: str
    licence: str
    use_instead: str | None = None


_QWEN3_QUERY = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:"
_GTE = "alibaba-nlp-community/gte-multilingual-base"

KNOWN_MODELS: tuple[KnownModel, ...] = (
    KnownModel("intfloat/multilingual-e5-small", 384, 512, "query: ", "passage: ", "MIT"),
    KnownModel("intfloat/multilingual-e5-base", 768, 512, "query: ", "passage: ", "MIT"),
    KnownModel("intfloat/multilingual-e5-large", 1024, 512, "query: ", "passage: ", "MIT"),
    KnownModel("BAAI/bge-m3", 1024, 8192, "", "", "MIT"),
    KnownModel("Alibaba-NLP/gte-multilingual-base", 768, 8192, "", "", "Apache-2.0", use_instead=_GTE),
    KnownModel(_GTE, 768, 8192, "", "", "Apache-2.0"),
    KnownModel("Snowflake/snowflake-arctic-embed-l-v2.0", 1024, 8192, "query: ", "", "Apache-2.0"),
    KnownModel("Qwen/Qwen3-Embedding-0.6B", 1024, 32768, _QWEN3_QUERY, "", "Apache-2.0"),
    KnownModel("sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2", 384, 128, "", "", "Apache-2.0"),
    KnownModel("sentence-transformers/static-similarity-mrl-multilingual-v1", 1024, None, "", "", "Apache-2.0"),
    KnownModel(
        "google/embeddinggemma-300m", 768, 2048, "task: search result | query: ", "title: none | text: ", "Gemma terms"
    ),
)


def find_known(model: str) -> KnownModel | None:
    """Return the record of a model named on the hub or by its folder, None when there is none.

    A folder is recognised when its last name is the model's ("multilingual-e5-small"), with the organisation before it
    or not, and anywhere in the hub's cache ("models--intfloat--multilingual-e5-small/snapshots/…").
    """
    names = [part.casefold() for part in Path(model).parts]
    if not names:
        return None
    if is_hub_name(model) and not Path(model).is_dir():
        # A name without an organisation means one of the library's own models.
        name = "/".join(names) if len(names) == 2 else f"sentence-transformers/{names[0]}"
        return next((known for known in KNOWN_MODELS if known.name.casefold() == name), None)
    for known in KNOWN_MODELS:
        organisation, own = known.name.casefold().split("/")
        if names[-2:] == [organisation, own] or f"{_CACHE_PREFIX}{organisation}--{own}" in names:
            return known
    # Of two models with one name below their organisations, the one that can be loaded.
    return next((k for k in KNOWN_MODELS if k.name.casefold().split("/")[1] == names[-1] and not k.use_instead), None)


def is_hub_name(model: str) -> bool:
    """Whether a model can be a name on the hub: `name` or `organisation/name`."""
    return _HUB_NAME.fullmatch(model) is not None and not model.startswith(".")
