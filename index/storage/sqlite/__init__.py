"""Storage in one folder: a SQLite file and a lock."""
