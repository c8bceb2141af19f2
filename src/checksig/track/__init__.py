"""Keeping an archive for years: what its files were, what has changed since, and what has rotted.

::

    from checksig.track import Archive

    archive = Archive("/srv/archive")
    archive.init()  # once
    archive.scan()  # what was added, changed, moved or lost
    archive.verify(max_seconds=7200)  # reads again what was verified longest ago

docs/track.md has the whole story. ``import checksig`` does not import this.
"""

from __future__ import annotations

from checksig.track._archive import Archive
from checksig.track._errors import ArchiveError
from checksig.track._report import Difference, Event, History, Overview, Recorded, Run, RunReport

__all__ = ["Archive", "ArchiveError", "Difference", "Event", "History", "Overview", "Recorded", "Run", "RunReport"]
