"""Names beneath a root, cut into ranges of about as many files each."""

from __future__ import annotations

import threading
from queue import Empty, Full, Queue

from checksig._arguments import directory
from checksig._job import Job
from checksig.distributed._task import Range

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_AHEAD = 64
"""Ranges that are cut before they are given out, at most."""

_WAIT = 0.1
"""Seconds."""


def bounds(root: str, files: int, options: dict[str, Any]) -> Iterator[str]:
    """Walk a tree, and yield each name with which a range begins, after the first range."""
    with _walk(root, files, options) as job:
        for result in job:
            if not result.fails:
                yield result.path


def _walk(root: str, files: int, options: dict[str, Any]) -> Job:
    said = {name: options[name] for name in ("exclude", "one_file_system") if options.get(name)}
    request = {"job": "partition", "root": root, "directory": directory(root), "range_files": files, **said}
    return Job(request)


class Ranges:
    """The ranges of a tree, which are cut in a thread while others are listed already."""

    def __init__(self, root: str, files: int, options: dict[str, Any]) -> None:
        self._arguments = root, files, options
        self._cut: Queue[Range] = Queue(_AHEAD)
        self._stopped = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="checksig-ranges", daemon=True)
        self._thread.start()

    def next(self) -> Range | None:
        """Return the next range; None if there is none yet.

        :raises ChecksigError: the tree can't be walked.
        """
        try:
            return self._cut.get_nowait()
        except Empty:
            if self._error:
                raise self._error from None
            return None

    @property
    def has_ended(self) -> bool:
        """Whether there will be no more."""
        return not self._thread.is_alive() and self._cut.empty() and not self._error

    def close(self) -> None:
        """Stop."""
        self._stopped.set()

    def _run(self) -> None:
        try:
            begin = ""
            for bound in bounds(*self._arguments):
                self._put(Range(begin, bound))
                begin = bound
                if self._stopped.is_set():
                    return
            self._put(Range(begin, ""))
        except BaseException as e:  # noqa: BLE001 - the caller gets it
            self._error = e

    def _put(self, range_: Range) -> None:
        while not self._stopped.is_set():
            try:
                self._cut.put(range_, timeout=_WAIT)
            except Full:
                continue
            return
