"""The exceptions, but for `VerificationError`: that is in `_report`, whose `Report` it carries.

::

    ChecksigError
    ├─ ManifestError        a list, or the root, can't be found, read or written
    ├─ EngineError          the engine can't be loaded, or failed inside
    ├─ VerificationError    files are not as listed (also a ValueError)
    └─ JobCancelled         cancel() ended the job
       └─ JobTimeout        its time was up (also a TimeoutError)

All survive pickling. An unusable argument is a `ValueError` or `TypeError`.
"""

from __future__ import annotations

import os
import sys

from checksig._text import plain


class ChecksigError(Exception):
    """The base of all errors of checksig. Never raised itself."""


class ManifestError(ChecksigError):
    """A list can't be found, read or written, or the root is no folder.

    *path* is the list or root at fault, *line* its line counted from 1 (0: no one line),
    *reason* what is wrong and, where that isn't plain, what to do.
    """

    def __init__(self, path: str, line: int, reason: str) -> None:
        super().__init__(path, line, reason)
        self.path, self.line, self.reason = path, line, reason

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return plain(f"{place}: {self.reason}")


class EngineError(ChecksigError):
    """The engine library can't be loaded or used, or failed inside.

    *path* is the library's file, *platform* the system that was to load it.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason
        machine = os.uname().machine if hasattr(os, "uname") else os.environ.get("PROCESSOR_ARCHITECTURE", "")
        self.platform = f"{sys.platform} {machine}"

    def __str__(self) -> str:
        return plain(f"{self.path} on {self.platform}: {self.reason}")


class JobCancelled(ChecksigError):
    """The job was cancelled before it ended, so there is no verdict."""


class JobTimeout(JobCancelled, TimeoutError):
    """The job was not done in its time, so there is no verdict."""
