"""How far a run is, on standard error: as a bar on a terminal, and else as a line now and then."""

from __future__ import annotations

import os
import sys
import time
from collections import deque

from checksig._cli._streams import is_terminal, say
from checksig._text import amount

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from checksig._report import Progress

    class Display(Protocol):
        """Shows how far a run is."""

        failed: int
        """Failures so far."""

        def update(self, progress: Progress) -> None:
            """Show *progress*; is called far more often than it shows anything."""

        def clear(self) -> None:
            """Get out of the way of what is to be printed, until the next update."""


_DELAY = 0.5
"""A run that is over in this many seconds shows no bar."""

_BETWEEN_FRAMES = 0.1
"""In seconds."""

_FRAMES = 300
"""Frames over which the rate is averaged, half a minute: the time left would jump with a shorter one."""

_COLUMNS = 80
"""Of a terminal that doesn't say how many it has."""

_SHORTEST_BAR, _LONGEST_BAR = 5, 40
"""In columns."""

_BETWEEN_LINES = 10.0
"""In seconds."""


def display() -> Display:
    """Choose how to show progress, by where standard error goes."""
    return Bar() if is_terminal(sys.stderr) else Lines()


class Fields:
    """What there is to say about progress, in parts that can be left out."""

    def __init__(self, progress: Progress, failed: int, rate: float | None) -> None:
        """*rate* is in bytes a second, None if it is unknown."""
        self.failed = f"{failed} failed" if failed else ""
        total = progress.total_bytes
        self.files = f"{progress.files} of {progress.total_files} files"
        if not _sizes_are_known(progress) or progress.total_files == 0:
            self.files, self.percent, self.bytes, self.rate, self.left = "", "", "", "", "looking at files"
            self.part = 0.0
            return
        self.part = min(progress.bytes / total, 1.0) if total else progress.files / progress.total_files
        self.percent = f"{int(100 * self.part)} %"
        self.bytes = _of(progress.bytes, total) if total else amount(progress.bytes)
        self.rate = f"{_short(amount(int(rate)))}/s" if rate is not None else ""
        seconds = max(total - progress.bytes, 0) / rate if rate and total else None
        self.left = "" if seconds is None else f"{duration(seconds)} left"

    def choices(self) -> list[list[str]]:
        """Return the parts to show, from all of them down to the most important one."""
        choices = [
            [self.percent, self.files, self.bytes, self.rate, self.left, self.failed],
            [self.percent, self.bytes, self.rate, self.left, self.failed],
            [self.percent, self.bytes, self.left, self.failed],
            [self.percent, self.left, self.failed],
            [self.percent, self.left],
            [self.left or self.percent],
        ]
        return [[part for part in parts if part] for parts in choices]


class Bar:
    """A bar at the lower end of the terminal, drawn anew after whatever else is printed there.

    The cursor stays at its beginning: behind it, the ^C that a terminal echoes would begin another line.
    """

    def __init__(self) -> None:
        self.failed = 0
        self._next = time.monotonic() + _DELAY
        self._frames: deque[tuple[float, int]] = deque(maxlen=_FRAMES)
        self._width = 0  # of what is there, in columns

    def update(self, progress: Progress) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _BETWEEN_FRAMES
            self._frames.append((now, progress.bytes))
            self._draw(progress)

    def _draw(self, progress: Progress) -> None:
        width = max((os.get_terminal_size(sys.stderr.fileno()).columns or _COLUMNS) - 1, 1)
        text = self._text(progress, width)
        self._width = width
        self._write(text.ljust(width))

    def _text(self, progress: Progress, width: int) -> str:
        fields = Fields(progress, self.failed, self._rate())
        for parts in fields.choices():
            text = ", ".join(parts)
            if len(text) <= width:
                room = min(width - len(text) - 1, _LONGEST_BAR)
                return f"{bar(fields.part, room)} {text}" if room >= _SHORTEST_BAR and fields.percent else text
        return ""

    def _rate(self) -> float | None:
        (first, bytes_then), (now, bytes_now) = self._frames[0], self._frames[-1]
        return max(bytes_now - bytes_then, 0) / (now - first) if now > first else None

    def clear(self) -> None:
        if self._width:
            self._write(" " * self._width)
            self._width = 0

    def _write(self, text: str) -> None:
        print(f"\r{text}\r", end="", file=sys.stderr, flush=True)


class Lines:
    """Lines for a log."""

    def __init__(self) -> None:
        self.failed = 0
        self._start = time.monotonic()
        self._next = self._start + _BETWEEN_LINES

    def update(self, progress: Progress) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _BETWEEN_LINES
            rate = progress.bytes / (now - self._start) if now > self._start else None
            say(", ".join(Fields(progress, self.failed, rate).choices()[0]))

    def clear(self) -> None:
        pass


def bar(part: float, width: int) -> str:
    """Draw a bar of *width* columns, of which *part* is filled."""
    filled = int(part * (width - 2))
    return f"[{'#' * filled}{'.' * (width - 2 - filled)}]"


def duration(seconds: float) -> str:
    """Return a time for people, such as ``3 min 20 s``."""
    whole = int(seconds + 0.5)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _short(text: str) -> str:
    """Return an amount without a decimal that says little."""
    number, _, unit = text.partition(" ")
    return f"{number.partition('.')[0] if len(number) > 4 else number} {unit}"


def _of(done: int, total: int) -> str:
    """Return two amounts, with the unit once if both have it."""
    first, second = amount(done), amount(total)
    number, _, unit = first.partition(" ")
    return f"{number if second.endswith(f' {unit}') else first} of {second}"


def _sizes_are_known(progress: Progress) -> bool:
    """Sizes are added up before the first file is read."""
    return progress.files > 0 or progress.bytes > 0
