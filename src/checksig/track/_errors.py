"""Why there is no verdict on an archive."""

from __future__ import annotations

from checksig._errors import ChecksigError, Code
from checksig._text import plain


class ArchiveError(ChecksigError):
    """There is no verdict on an archive, and nothing was forgotten.

    *path* is the database, the root or the name concerned; *reason* what is wrong; *hint* what to do, or "".
    """

    def __init__(self, path: str, reason: str, code: str = Code.DATABASE_UNREADABLE, hint: str = "") -> None:
        super().__init__(path, reason, code, hint)
        self.path, self.reason, self.code, self.hint = path, reason, code, hint

    def __str__(self) -> str:
        return plain(f"{self.path}: {self.reason}")


ArchiveError.__module__ = "checksig.track"  # where users import it from
