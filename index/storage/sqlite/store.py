"""Articles, passages and vectors on disk, in one SQLite file: the truth that the search indexes can be rebuilt from.

Every committed batch has a *change number*. A passage remembers the change that wrote it, a removal the change that
removed it, so an index that knows change n asks for what came after n and is up to date.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.dates import earliest_instant
from index.filters import NO_FILTERS, Filters
from index.models.encoder import Fingerprint
from index.preparation import Prepared
from index.records import Article, ArticleHeader, DatedArticle, Passage
from index.storage.sqlite.database import Database
from index.storage.sqlite.selection import conditions

_HEADER = (
    "articles.id, articles.title, articles.url, articles.source, articles.author, articles.published_at,"
    " articles.language, articles.metadata, articles.sha256, articles.characters"
)
_DATE = "coalesce(published_instant, CAST(strftime('%s', created_at) AS REAL))"
"""When an article was published, or added where that is not known."""
_VARIABLES_AT_ONCE = 500
_ROWS_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class EncodedPassage:
    """A passage about to be stored. `digest` identifies what the model read; `vector` is None without any token."""

    start: int
    end: int
    digest: bytes
    vector: NDArray[np.float32] | None


@dataclass(frozen=True, slots=True)
class StoredDigests:
    """What tells whether an article that comes in again is the same."""

    raw: bytes
    fields: bytes


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the corpus holds."""

    articles: int
    passages: int
    characters: int
    languages: dict[str, int]


@dataclass(frozen=True, slots=True)
class Overview:
    """Where the articles come from and when they appeared: number of articles by language, source and time.

    `times` has keys as precise as a month ("2017-04"), or a year where no month is known. `sources` holds those with
    most articles, `times` the newest; `without_source` and `without_date` count the articles that have none.
    """

    languages: dict[str, int]
    sources: dict[str, int]
    times: dict[str, int]
    without_source: int
    without_date: int


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage with what the text index needs of its article."""

    number: int
    title: str
    text: str
    article: ArticleHeader


class Store:
    """Articles, passages and vectors. One object serves all threads."""

    def __init__(self, database: Database) -> None:
        """Assemble; use `open`."""
        self.database = database
        self._run = database.run

    @classmethod
    def open(cls, file: Path) -> Store:
        """Open the store, creating an empty one where there is none.

        Raises:
            CorpusError: the file is damaged, of another version, or cannot be written.
        """
        return cls(Database.open(file))

    def close(self) -> None:
        """Let go of the file."""
        self.database.close()

    def transaction(self) -> AbstractContextManager[None]:
        """Write in one transaction; see `Database.transaction`."""
        return self.database.transaction()

    def reading(self) -> AbstractContextManager[None]:
        """Read several things from one state of the corpus; see `Database.reading`."""
        return self.database.reading()

    def damage(self) -> list[str]:
        """Return what is wrong with the file; see `Database.damage`."""
        return self.database.damage()

    def copy_to(self, target: Path) -> None:
        """Write a copy of this moment; see `Database.copy_to`."""
        self.database.copy_to(target)

    def vacuum(self) -> None:
        """Give unused space back; see `Database.vacuum`."""
        self.database.vacuum()

    # What the corpus is

    def meta(self, key: str) -> Any:
        """Return a value of the manifest, None when it is not set."""
        row = self._run("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else json.loads(row[0])

    def set_meta(self, key: str, value: object) -> None:
        """Set a value of the manifest; call it in a transaction."""
        self._run(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, json.dumps(value, ensure_ascii=False)),
        )

    def unset_meta(self, key: str) -> None:
        """Remove a value of the manifest; call it in a transaction."""
        self._run("DELETE FROM meta WHERE key = ?", (key,))

    def model(self) -> Fingerprint | None:
        """Return the model whose vectors are stored, None in a corpus that has none yet."""
        stored = self.meta("model")
        return None if stored is None else Fingerprint.from_json(stored)

    def set_model(self, model: Fingerprint, since: int = 0) -> None:
        """Say whose vectors are stored from change `since` on; call it in a transaction.

        What was stored about the model before, its calibration, goes.
        """
        self.set_meta("model", model.to_json())
        self.set_meta("model_since", since)
        self.unset_meta("calibration")

    def calibration(self) -> dict[str, Any] | None:
        """Return what was stored about how sure the present model may be, None when nothing was."""
        stored: dict[str, Any] | None = self.meta("calibration")
        return stored

    def set_calibration(self, calibration: Mapping[str, Any]) -> None:
        """Store plain values beside the present model; call it in a transaction."""
        self.set_meta("calibration", dict(calibration))

    def model_since(self) -> int:
        """Return the change that put the present model in the place of another; 0 when it is the first."""
        return int(self.meta("model_since") or 0)

    def change(self) -> int:
        """Return the number of the last committed change."""
        return int(self.meta("change") or 0)

    def counts(self) -> Counts:
        """Count articles, passages, characters, and articles per language."""
        with self.reading():
            articles, characters = self._run("SELECT count(*), coalesce(sum(characters), 0) FROM articles").fetchone()
            passages = self._run("SELECT count(*) FROM passages").fetchone()[0]
            languages = self._run(
                "SELECT language, count(*) FROM articles GROUP BY language ORDER BY 2 DESC, 1"
            ).fetchall()
        return Counts(articles, passages, characters, dict(languages))

    def overview(self, max_sources: int, max_times: int) -> Overview:
        """Count articles by language, source and time, largest or newest first."""
        with self.reading():
            languages = self._run("SELECT language, count(*) FROM articles GROUP BY language ORDER BY 2 DESC, 1")
            sources = self._run(
                "SELECT source, count(*) FROM articles WHERE source IS NOT NULL GROUP BY source"
                " ORDER BY 2 DESC, 1 LIMIT ?",
                (max_sources,),
            )
            times = self._run(
                "SELECT substr(published_at, 1, 7), count(*) FROM articles WHERE published_at IS NOT NULL"
                " GROUP BY 1 ORDER BY 1 DESC LIMIT ?",
                (max_times,),
            )
            without = self._run("SELECT count(*) - count(source), count(*) - count(published_at) FROM articles")
            return Overview(dict(languages), dict(sources), dict(times), *without.fetchone())

    # Writing, inside `transaction`

    def begin_change(self) -> int:
        """Return the number of the change that this transaction makes."""
        number = self.change() + 1
        self.set_meta("change", number)
        return number

    def put(self, prepared: Prepared, passages: Sequence[EncodedPassage], change: int) -> bool:
        """Store an article with its passages in place of the one with its id; returns whether it is new."""
        article = prepared.article
        run = self._run
        now = datetime.now(UTC).isoformat(timespec="seconds")
        existing = run("SELECT number FROM articles WHERE id = ?", (article.id,)).fetchone()
        number: int | None = None
        if existing:
            number = existing[0]
            self._remove_passages(existing[0], change)
        instant = earliest_instant(article.published_at) if article.published_at else None
        columns = (
            article.title, article.url, article.source, article.author, article.published_at, instant, article.language,
            json.dumps(dict(article.metadata), ensure_ascii=False), article.sha256, len(article.text),
            prepared.raw_digest, prepared.fields_digest, now,
        )  # fmt: skip
        if number is None:
            number = run(
                "INSERT INTO articles (title, url, source, author, published_at, published_instant, language, metadata,"
                " sha256, characters, raw_digest, fields_digest, updated_at, created_at, id)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*columns, now, article.id),
            ).lastrowid
        else:
            run(
                "UPDATE articles SET title = ?, url = ?, source = ?, author = ?, published_at = ?,"
                " published_instant = ?, language = ?, metadata = ?, sha256 = ?, characters = ?, raw_digest = ?,"
                " fields_digest = ?, updated_at = ? WHERE number = ?",
                (*columns, number),
            )
        raw = None if prepared.raw == article.text else zlib.compress(prepared.raw.encode(), 6)
        run("INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?)", (number, article.text, raw, prepared.cleaner))
        self.database.run_many(
            "INSERT INTO passages (article, start, end, change, digest, vector) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    number,
                    p.start,
                    p.end,
                    change,
                    p.digest,
                    None if p.vector is None else p.vector.astype("<f4").tobytes(),
                )
                for p in passages
            ],
        )
        return existing is None

    def remove(self, article_id: str, change: int) -> bool:
        """Remove an article; returns whether there was one."""
        row = self._run("SELECT number FROM articles WHERE id = ?", (article_id,)).fetchone()
        if row is None:
            return False
        self._remove_passages(row[0], change)
        self._run("DELETE FROM articles WHERE number = ?", row)
        return True

    def _remove_passages(self, article: int, change: int) -> None:
        run = self._run
        run("INSERT INTO removals SELECT number, ? FROM passages WHERE article = ?", (change, article))
        run("DELETE FROM passages WHERE article = ?", (article,))

    # Reading articles

    def digests(self, ids: Sequence[str]) -> dict[str, StoredDigests]:
        """Return the digests of those articles that are stored."""
        rows = self._select_in("SELECT id, raw_digest, fields_digest FROM articles WHERE id IN", ids)
        return {article_id: StoredDigests(raw, fields) for article_id, raw, fields in rows}

    def vectors_by_digest(self, article_id: str) -> dict[bytes, NDArray[np.float32] | None]:
        """Return the vectors of an article's passages by what the model read, so that the same is not encoded again."""
        rows = self._run(
            "SELECT digest, vector FROM passages JOIN articles ON articles.number = article WHERE id = ?", (article_id,)
        )
        return {digest: None if vector is None else np.frombuffer(vector, dtype="<f4") for digest, vector in rows}

    def article(self, article_id: str) -> Article | None:
        """Return a stored article, None when there is none with this id."""
        row = self._run(
            f"SELECT {_HEADER}, texts.text FROM articles JOIN texts ON article = number WHERE id = ?", (article_id,)
        ).fetchone()
        if row is None:
            return None
        header = _header(row[:-1])
        return Article(
            header.id, row[-1], header.title, header.url, header.source, header.author, header.published_at,
            header.language, header.metadata,
        )  # fmt: skip

    def header(self, article_id: str) -> ArticleHeader | None:
        """Return what is known of an article but its text, None when there is none with this id."""
        row = self._run(f"SELECT {_HEADER} FROM articles WHERE id = ?", (article_id,)).fetchone()
        return None if row is None else _header(row)

    def raw(self, article_id: str) -> str | None:
        """Return the text of an article as it came in, before cleaning."""
        row = self._run(
            "SELECT text, raw FROM texts JOIN articles ON article = number WHERE id = ?", (article_id,)
        ).fetchone()
        if row is None:
            return None
        return str(row[0]) if row[1] is None else zlib.decompress(row[1]).decode()

    def headers(self, limit: int, after: str | None, filters: Filters = NO_FILTERS) -> list[ArticleHeader]:
        """Return up to `limit` articles with ids above `after`, in the order of their ids."""
        where, values = conditions(filters)
        if after is not None:
            where, values = f"{where} AND id > ?", [*values, after]
        rows = self._run(f"SELECT {_HEADER} FROM articles WHERE {where} ORDER BY id LIMIT ?", (*values, limit))
        return [_header(row) for row in rows]

    def latest(self, limit: int) -> list[ArticleHeader]:
        """Return the articles that were published last, those without a date after the others."""
        rows = self._run(
            f"SELECT {_HEADER} FROM articles ORDER BY published_instant DESC NULLS LAST, number DESC LIMIT ?", (limit,)
        )
        return [_header(row) for row in rows]

    def count_articles(self, filters: Filters) -> int:
        """Return how many articles pass the filters."""
        where, values = conditions(filters)
        return int(self._run(f"SELECT count(*) FROM articles WHERE {where}", values).fetchone()[0])

    def count_dated(self, filters: Filters, since: float, until: float) -> int:
        """Return how many articles pass the filters and have their date in [since, until)."""
        where, values = conditions(filters)
        row = self._run(
            f"SELECT count(*) FROM articles WHERE {where} AND {_DATE} >= ? AND {_DATE} < ?", (*values, since, until)
        ).fetchone()
        return int(row[0])

    def dated(self, filters: Filters, since: float, until: float, limit: int) -> list[DatedArticle]:
        """Return up to `limit` articles that pass the filters and have their date in [since, until), newest first."""
        where, values = conditions(filters)
        rows = self._run(
            f"SELECT {_DATE}, {_HEADER} FROM articles WHERE {where} AND {_DATE} >= ? AND {_DATE} < ?"
            f" ORDER BY {_DATE} DESC, id LIMIT ?",
            (*values, since, until, limit),
        )
        return [DatedArticle(_header(row[1:]), row[0]) for row in rows]

    def sample_articles(self, limit: int, language: str | None = None) -> list[str]:
        """Return the ids of up to `limit` articles, of one language or of all: the same ones each time, old and new."""
        where, values = ("1", []) if language is None else ("language = ?", [language])
        rows = self._run(
            # The numbers times 2^32 divided by the golden ratio are spread evenly (Knuth 6.4).
            f"SELECT id FROM articles WHERE {where} ORDER BY number * 2654435761 % 4294967296, number LIMIT ?",
            (*values, limit),
        )
        return [row[0] for row in rows]

    # Reading passages

    def passages(self, numbers: Iterable[int]) -> dict[int, Passage]:
        """Return passages by number; those removed meanwhile are missing."""
        rows = self._select_in(
            f"SELECT passages.number, start, end, substr(texts.text, start + 1, end - start), {_HEADER}"
            " FROM passages JOIN articles ON articles.number = passages.article"
            " JOIN texts ON texts.article = passages.article WHERE passages.number IN",
            list(numbers),
        )
        return {row[0]: Passage(row[0], _header(row[4:]), row[1], row[2], row[3]) for row in rows}

    def passage_numbers(self, filters: Filters) -> NDArray[np.int64]:
        """Return the numbers of the passages whose articles pass the filters, ascending."""
        where, values = conditions(filters)
        rows = self._run(
            "SELECT passages.number FROM passages JOIN articles ON articles.number = passages.article"
            f" WHERE {where} ORDER BY passages.number",
            values,
        )
        return np.fromiter((row[0] for row in rows), dtype=np.int64)

    def count_passages(self, filters: Filters) -> int:
        """Return how many passages with a vector pass the filters."""
        where, values = conditions(filters)
        row = self._run(
            "SELECT count(*) FROM passages JOIN articles ON articles.number = passages.article"
            f" WHERE passages.vector IS NOT NULL AND {where}",
            values,
        ).fetchone()
        return int(row[0])

    def passages_without_vector(self, filters: Filters) -> list[int]:
        """Return the numbers of the passages that have no vector, because the model knows no token of them."""
        where, values = conditions(filters)
        rows = self._run(
            "SELECT passages.number FROM passages JOIN articles ON articles.number = passages.article"
            f" WHERE passages.vector IS NULL AND {where}",
            values,
        )
        return [row[0] for row in rows]

    def passages_of(self, article_id: str) -> list[int]:
        """Return the numbers of an article's passages in reading order."""
        rows = self._run(
            "SELECT passages.number FROM passages JOIN articles ON articles.number = article WHERE id = ?"
            " ORDER BY passages.number",
            (article_id,),
        )
        return [row[0] for row in rows]

    def languages_of(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the language of each article."""
        return dict(self._select_in("SELECT id, language FROM articles WHERE id IN", ids))

    def passages_of_articles(self, ids: Sequence[str]) -> dict[str, list[int]]:
        """Return the numbers of the passages of each article, in reading order; articles without any are missing."""
        found: dict[str, list[int]] = {}
        for article_id, number in self._select_in(
            "SELECT articles.id, passages.number FROM passages JOIN articles ON articles.number = article"
            " WHERE articles.id IN",
            ids,
        ):
            found.setdefault(article_id, []).append(number)
        return {article_id: sorted(numbers) for article_id, numbers in found.items()}

    def vectors(self, numbers: Iterable[int]) -> dict[int, NDArray[np.float32]]:
        """Return the vectors of passages by number; passages without one are missing."""
        rows = self._select_in(
            "SELECT number, vector FROM passages WHERE vector IS NOT NULL AND number IN", list(numbers)
        )
        return {number: np.frombuffer(vector, dtype="<f4") for number, vector in rows}

    def articles_of(self, numbers: Iterable[int]) -> dict[int, str]:
        """Return the article id of each passage number."""
        return dict(
            self._select_in(
                "SELECT passages.number, articles.id FROM passages JOIN articles ON articles.number = article"
                " WHERE passages.number IN",
                list(numbers),
            )
        )

    # What the indexes follow

    def vectors_after(self, change: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """Yield blocks of the passages written after a change, by number: numbers (n,) and vectors (n, dimensions)."""
        rows = self._run(
            "SELECT number, vector FROM passages WHERE change > ? AND vector IS NOT NULL ORDER BY number", (change,)
        )
        while block := rows.fetchmany(_ROWS_AT_ONCE):
            numbers = np.fromiter((number for number, _ in block), dtype=np.int64, count=len(block))
            vectors = np.frombuffer(b"".join(vector for _, vector in block), dtype="<f4")
            yield numbers, vectors.reshape(len(block), -1)

    def removed_after(self, change: int) -> NDArray[np.int64]:
        """Return the numbers of the passages removed after a change."""
        rows = self._run("SELECT number FROM removals WHERE change > ? ORDER BY number", (change,))
        return np.fromiter((row[0] for row in rows), dtype=np.int64)

    def texts_after(self, change: int) -> Iterator[IndexedPassage]:
        """Yield the passages written after a change with their text, article by article."""
        articles = self._run(
            f"SELECT DISTINCT passages.article, {_HEADER} FROM passages"
            " JOIN articles ON articles.number = passages.article WHERE change > ?",
            (change,),
        ).fetchall()
        for number, *columns in articles:
            header = _header(columns)
            text = self._run("SELECT text FROM texts WHERE article = ?", (number,)).fetchone()[0]
            rows = self._run(
                "SELECT number, start, end FROM passages WHERE article = ? AND change > ?", (number, change)
            ).fetchall()
            for passage, start, end in rows:
                yield IndexedPassage(passage, header.title, text[start:end], header)

    def _select_in(self, query: str, keys: Sequence[int] | Sequence[str]) -> list[Any]:
        """Run a query that ends in `IN`, in portions that SQLite takes, in one state of the corpus."""
        found: list[Any] = []
        with self.reading():
            for first in range(0, len(keys), _VARIABLES_AT_ONCE):
                portion = keys[first : first + _VARIABLES_AT_ONCE]
                marks = ",".join("?" * len(portion))
                found.extend(self._run(f"{query} ({marks})", list(portion)))
        return found


def _header(row: Sequence[Any]) -> ArticleHeader:
    article_id, title, url, source, author, published_at, language, metadata, sha256, characters = row
    return ArticleHeader(
        article_id, title, url, source, author, published_at, language, json.loads(metadata), sha256, characters
    )
