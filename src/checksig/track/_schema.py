"""What the database of an archive holds.

Names are bytes, as the system has them: UTF-8, but for what is none. Times are in nanoseconds since 1970,
those of runs in seconds. Runs are numbered, so that what was read longest ago is known whatever clocks did.
"""

from __future__ import annotations

VERSION = 1
"""Goes up when an older checksig could not use the database."""

APPLICATION = 0x63736967
"""``csig``: by this a database is known as one of an archive."""

TABLES = """
CREATE TABLE settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

-- outcome: running, ok, differs, stopped (by an error or a signal), or killed
CREATE TABLE runs (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, started REAL NOT NULL, ended REAL, outcome TEXT NOT NULL,
    files INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0, counts TEXT NOT NULL DEFAULT '{}'
);

-- The recorded state. digests are the bytes of those of all algorithms, one after another; added, verified and
-- checked are runs: which added the file, found it as recorded by reading it, and read it, the last time.
CREATE TABLE files (
    name BLOB PRIMARY KEY, size INTEGER NOT NULL, mtime INTEGER NOT NULL, inode INTEGER NOT NULL,
    device INTEGER NOT NULL, digests BLOB NOT NULL, added INTEGER NOT NULL, verified INTEGER NOT NULL,
    checked INTEGER NOT NULL
) WITHOUT ROWID;

-- What is not as recorded, as it was found last, and by which run it was found so first.
CREATE TABLE differences (
    name BLOB PRIMARY KEY, verdict TEXT NOT NULL, size INTEGER, mtime INTEGER, inode INTEGER, device INTEGER,
    digests BLOB, moved_to BLOB, detail TEXT NOT NULL, run INTEGER NOT NULL
) WITHOUT ROWID;

-- What happened to a file: a verdict that it did not have before, or that was accepted by a run of that kind.
CREATE TABLE events (
    id INTEGER PRIMARY KEY, run INTEGER NOT NULL, name BLOB NOT NULL, verdict TEXT NOT NULL, old_size INTEGER,
    old_mtime INTEGER, old_digests BLOB, size INTEGER, mtime INTEGER, digests BLOB, moved_to BLOB,
    detail TEXT NOT NULL
);
CREATE INDEX events_by_name ON events (name);
"""
