"""The tables, and how those of an older format become those of today.

A format is raised whenever the tables change, and gets its migration here. A file of a newer format is refused.
"""

from __future__ import annotations

from collections.abc import Callable

FORMAT_VERSION = 4
"""Version of the tables, no limit."""

APPLICATION_ID = 0x686F6964
"""What marks the file as ours in its header: "hoid" in ASCII; no limit."""

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    url TEXT,
    source TEXT,
    author TEXT,
    published_at TEXT,
    published_instant REAL,
    language TEXT NOT NULL,
    metadata TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    characters INTEGER NOT NULL,
    raw_digest BLOB NOT NULL,
    fields_digest BLOB NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    published_wall REAL
);
CREATE INDEX articles_by_language ON articles (language);
CREATE INDEX articles_by_source ON articles (source);
CREATE INDEX articles_by_instant ON articles (published_instant);
CREATE INDEX articles_by_wall ON articles (published_wall);
CREATE INDEX articles_by_number ON articles (number, id);
CREATE TABLE texts (
    article INTEGER PRIMARY KEY REFERENCES articles (number) ON DELETE CASCADE,
    text TEXT NOT NULL,
    raw BLOB,
    cleaner INTEGER NOT NULL
);
CREATE TABLE places (
    article INTEGER NOT NULL REFERENCES articles (number) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    page INTEGER,
    section TEXT,
    PRIMARY KEY (article, start)
) WITHOUT ROWID;
CREATE TABLE passages (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles (number) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    digest BLOB NOT NULL,
    vector BLOB,
    header_start INTEGER,
    header_end INTEGER,
    start_byte INTEGER,
    end_byte INTEGER,
    reading BLOB
);
CREATE INDEX passages_by_article ON passages (article);
CREATE INDEX passages_by_revision ON passages (revision);
CREATE INDEX passages_by_number ON passages (number, article);
CREATE TABLE removals (
    number INTEGER PRIMARY KEY,
    revision INTEGER NOT NULL,
    written INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX removals_by_revision ON removals (revision);
CREATE TABLE replacement (
    number INTEGER PRIMARY KEY REFERENCES passages (number) ON DELETE CASCADE,
    vector BLOB NOT NULL
);
"""

_FROM_1_TO_2 = """
ALTER TABLE passages RENAME COLUMN change TO revision;
ALTER TABLE removals RENAME COLUMN change TO revision;
ALTER TABLE removals ADD COLUMN written INTEGER NOT NULL DEFAULT 0;
DROP INDEX IF EXISTS passages_without_vector;
DROP INDEX passages_by_change;
DROP INDEX removals_by_change;
CREATE INDEX passages_by_revision ON passages (revision);
CREATE INDEX removals_by_revision ON removals (revision);
UPDATE meta SET key = 'revision' WHERE key = 'change';
"""

_FROM_2_TO_3 = """
CREATE TABLE places (
    article INTEGER NOT NULL REFERENCES articles (number) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    page INTEGER,
    section TEXT,
    PRIMARY KEY (article, start)
) WITHOUT ROWID;
ALTER TABLE passages ADD COLUMN header_start INTEGER;
ALTER TABLE passages ADD COLUMN header_end INTEGER;
ALTER TABLE articles ADD COLUMN published_wall REAL;
UPDATE articles SET published_wall = wall_instant(published_at) WHERE published_at IS NOT NULL;
CREATE INDEX articles_by_wall ON articles (published_wall);
"""

_FROM_3_TO_4 = """
CREATE TABLE IF NOT EXISTS replacement (
    number INTEGER PRIMARY KEY REFERENCES passages (number) ON DELETE CASCADE,
    vector BLOB NOT NULL
);
ALTER TABLE passages ADD COLUMN start_byte INTEGER;
ALTER TABLE passages ADD COLUMN end_byte INTEGER;
ALTER TABLE passages ADD COLUMN reading BLOB;
CREATE TEMP TABLE byte_offsets (
    article INTEGER, place INTEGER, byte INTEGER, PRIMARY KEY (article, place)
) WITHOUT ROWID;
INSERT INTO byte_offsets SELECT article, CAST(key AS INTEGER), value FROM (
    SELECT texts.article, bytes_before(text, places) AS found FROM texts JOIN (
        SELECT article, json_group_array(place) AS places FROM (
            SELECT article, start AS place FROM passages UNION ALL SELECT article, end FROM passages
        ) GROUP BY article
    ) AS wanted ON wanted.article = texts.article
), json_each(found);
UPDATE passages SET vector = from_singles(vector),
    start_byte = (SELECT byte FROM byte_offsets AS b WHERE b.article = passages.article AND place = start),
    end_byte = (SELECT byte FROM byte_offsets AS b WHERE b.article = passages.article AND place = end);
DROP TABLE byte_offsets;
CREATE INDEX passages_by_number ON passages (number, article);
CREATE INDEX articles_by_number ON articles (number, id);
UPDATE replacement SET vector = from_singles(vector);
"""

MIGRATIONS = {1: _FROM_1_TO_2, 2: _FROM_2_TO_3, 3: _FROM_3_TO_4}
"""Statements that make a file of this version of the format one of the next. They may call what
`database.MIGRATION_FUNCTIONS` names."""


def create(run: Callable[[str], object]) -> None:
    """Make the tables in an empty file; call it in a transaction."""
    _run_all(TABLES, run)
    run(f"PRAGMA application_id = {APPLICATION_ID}")
    run(f"PRAGMA user_version = {FORMAT_VERSION}")


def migrate(version: int, run: Callable[[str], object]) -> None:
    """Bring the tables of format `version` to the present one; call it in a transaction."""
    for older in range(version, FORMAT_VERSION):
        _run_all(MIGRATIONS[older], run)
    run(f"PRAGMA user_version = {FORMAT_VERSION}")


def why_unreadable(version: int) -> str | None:
    """Return why a file of format `version` cannot be read, None when it can, perhaps after a migration."""
    if version > FORMAT_VERSION:
        return f"has format {version}, and this version of hoidap reads up to {FORMAT_VERSION}; use a newer hoidap"
    if version < FORMAT_VERSION and version not in MIGRATIONS:
        return f"has format {version}, which no version of hoidap has written"
    return None


def _run_all(statements: str, run: Callable[[str], object]) -> None:
    for statement in statements.strip().split(";\n"):
        run(statement)
