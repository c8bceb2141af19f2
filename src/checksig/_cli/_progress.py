"""How far a run is, on standard error: as a bar on a terminal, and else as a line now and then."""

from __future__ import annotations

import os
import sys
import time

from checksig._cli._streams import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from checksig._report import Progress

    class Display(Protocol):
        """Shows how far a run is."""

        def update(self, progress: Progress) -> None:
            """Show *progress*; is called far more often than it shows anything."""

        def clear(self) -> None:
            """Get out of the way of what is to be printed, until the next update."""


_DELAY = 0.5
"""A run that is over in so many seconds shows no bar, and doesn't wait for rich to be imported."""

_BETWEEN_FRAMES = 0.1
"""In seconds."""

_BETWEEN_LINES = 10.0
"""In seconds."""


class Nothing:
    """Shows nothing."""

    def update(self, progress: Progress) -> None:
        pass

    def clear(self) -> None:
        pass


def display(*, shown: bool | None) -> Display:
    """Choose how to show progress: None leaves it to where standard error goes."""
    terminal = bool(sys.stderr) and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    if shown is False or (shown is None and not terminal):
        return Nothing()
    return Bar() if terminal else Lines()


class Bar:
    """A bar at the lower end of the terminal, drawn anew after whatever else is printed there."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _DELAY

    def update(self, progress: Progress) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _BETWEEN_FRAMES
            self._draw(progress)

    def _draw(self, progress: Progress) -> None:
        if not hasattr(self, "_rich"):
            self._import_rich()
        self._rich.update(
            self._task,
            completed=progress.bytes,
            total=progress.total_bytes if _sizes_are_known(progress) else None,
            files=_files(progress),
        )
        with self._rich.console as console:  # all of it goes out at once
            self._rich.start()
            self._rich.refresh()
            # rich hides the cursor: killed meanwhile, it would stay hidden. At the line's end the ^C that
            # a terminal echoes would begin another line, and the bar would be left standing.
            console.show_cursor(True)
            console.control(self._to_first_column)

    def _import_rich(self) -> None:
        from rich.console import Console
        from rich.control import Control
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        # rich draws only when told: a thread of its own would draw while this one prints.
        self._rich = Progress(
            BarColumn(bar_width=None),
            TextColumn("{task.fields[files]}"),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
            expand=True,
        )
        self._task = self._rich.add_task("", total=None, files="")
        self._to_first_column = Control.move_to_column(0)

    def clear(self) -> None:
        if hasattr(self, "_rich"):
            self._rich.stop()


class Lines:
    """Lines for a log."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._next = self._start + _BETWEEN_LINES

    def update(self, progress: Progress) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _BETWEEN_LINES
            rate = progress.bytes / (now - self._start)
            say(f"{_files(progress)}, {progress.bytes} of {progress.total_bytes} bytes, {rate / 1e6:.0f} MB/s")

    def clear(self) -> None:
        pass


def _sizes_are_known(progress: Progress) -> bool:
    """Sizes are added up before the first file is read."""
    return progress.files > 0 or progress.bytes > 0


def _files(progress: Progress) -> str:
    return f"{progress.files}/{progress.total_files} files"
