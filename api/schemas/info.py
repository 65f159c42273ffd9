"""The model, size and limits of the service, and its health."""

from __future__ import annotations

from dataclasses import asdict
from typing import Literal

from pydantic import BaseModel, Field

from index.corpus import CorpusInfo
from index.readers.formats import FORMATS


class ModelOut(BaseModel):
    """The embedding model in use."""

    name: str
    dimensions: int
    max_tokens: int | None
    query_prompt: str
    passage_prompt: str


class LimitsOut(BaseModel):
    """The limits of this service."""

    max_question_characters: int
    max_limit: int
    max_request_bytes: int
    max_article_bytes: int
    max_batch_articles: int


class FormatOut(BaseModel):
    """A format of files that `POST /v1/files` and `hoidap ingest` read."""

    name: str = Field(description="As `--format` takes it.")
    endings: list[str] = Field(description="Of file names, in lower case with their dot; the usual one first.")


class IndexOut(BaseModel):
    """The index of vectors: a base on disk and a tail in memory, which is always searched exactly."""

    kind: Literal["exact", "quantised"] = Field(
        description="How the base is searched: every vector is looked at, or short codes first and the best again."
    )
    base_vectors: int
    tail_vectors: int
    recall: float | None = Field(
        description="Share of the ten nearest that was found when the base was measured on its own vectors, with "
        "queries that are sums of several; null if it is exact."
    )
    candidates: int | None = Field(description="Vectors that a search then compared; null if it is exact.")


class ReindexOut(BaseModel):
    """A change to another model that is under way or was interrupted."""

    model: str = Field(description="Name of the new model.")
    encoded: int = Field(description="Number of passages that have their new vector.")
    passages: int = Field(description="Number of all passages.")


class InfoOut(BaseModel):
    """The version, model, size and limits of the service."""

    version: str
    model: ModelOut
    reindex: ReindexOut | None = Field(description="Null unless `hoidap reindex` is unfinished.")
    articles: int
    passages: int
    characters: int
    languages: dict[str, int]
    change: int
    index: IndexOut
    limits: LimitsOut
    formats: list[FormatOut] = Field(description="Of files that can be added.")

    @classmethod
    def of(cls, info: CorpusInfo, version: str, limits: LimitsOut) -> InfoOut:
        """Return the JSON of what is known of a corpus."""
        model = info.model
        return cls(
            version=version,
            model=ModelOut(
                name=model.name,
                dimensions=model.dimensions,
                max_tokens=model.max_tokens,
                query_prompt=model.query_prompt,
                passage_prompt=model.passage_prompt,
            ),
            reindex=None
            if info.reindex is None
            else ReindexOut(
                model=info.reindex.model.name, encoded=info.reindex.encoded, passages=info.reindex.passages
            ),
            articles=info.counts.articles,
            passages=info.counts.passages,
            characters=info.counts.characters,
            languages=info.counts.languages,
            change=info.change,
            index=IndexOut(**asdict(info.index)),
            limits=limits,
            formats=[FormatOut(name=one.name, endings=list(one.endings)) for one in FORMATS],
        )


class Health(BaseModel):
    """The health of the service."""

    status: Literal["ok"] = "ok"
