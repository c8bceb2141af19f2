"""How far a run is, on standard error: as a bar on a terminal, and else as a line now and then."""

from __future__ import annotations

import os
import sys
import time
from collections import deque

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
"""A run that is over in this many seconds shows no bar, and doesn't wait for tqdm to be imported."""

_BETWEEN_FRAMES = 0.1
"""In seconds."""

_FRAMES = 300
"""Frames over which the rate is averaged, half a minute: the time left would jump with a shorter one."""

_COLUMNS = 80
"""Of a terminal that doesn't say how many it has."""

_SHORTEST_BAR = 5
"""In columns."""

_BAR = " {bar} "
_LAYOUTS = (
    f"{{desc}}{_BAR}{{n_fmt}}B/{{total_fmt}}B {{rate_fmt}} {{remaining}}",
    "{desc} {n_fmt}B/{total_fmt}B {rate_fmt} {remaining}",
    "{desc} {n_fmt}B/{total_fmt}B {remaining}",
    "{n_fmt}B/{total_fmt}B {remaining}",
    "{remaining}",
)
"""What is shown; the first one that is not wider than the terminal is taken, and no number is cut."""

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
    """A bar at the lower end of the terminal, drawn anew after whatever else is printed there.

    The cursor stays at its beginning: behind it, the ^C that a terminal echoes would begin another line.
    Without tqdm, which draws it, there are lines in its place.
    """

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._next = self._start + _DELAY
        self._frames: deque[tuple[float, int]] = deque(maxlen=_FRAMES)
        self._width = 0  # of what is there, in columns
        self._lines: Lines | None = None

    def update(self, progress: Progress) -> None:
        now = time.monotonic()
        if self._lines:
            self._lines.update(progress)
        elif now >= self._next:
            self._next = now + _BETWEEN_FRAMES
            self._frames.append((now, progress.bytes))
            try:
                self._draw(progress)
            except ModuleNotFoundError:
                self._lines = Lines()

    def _draw(self, progress: Progress) -> None:
        width = max((os.get_terminal_size(sys.stderr.fileno()).columns or _COLUMNS) - 1, 1)
        text = self._text(progress, width)
        self._width = width
        self._write(text.ljust(width))

    def _text(self, progress: Progress, width: int) -> str:
        for layout in _LAYOUTS:
            shortest = self._meter(progress, layout.replace(_BAR, " " * (_SHORTEST_BAR + 2)), None)
            if len(shortest) <= width:
                return self._meter(progress, layout, width)
        return ""

    def _meter(self, progress: Progress, layout: str, width: int | None) -> str:
        from tqdm import tqdm

        (first, bytes_then), (now, bytes_now) = self._frames[0], self._frames[-1]
        return tqdm.format_meter(
            n=progress.bytes,
            total=progress.total_bytes if _sizes_are_known(progress) else None,  # type: ignore[arg-type] # as its documentation has it
            elapsed=now - self._start,
            ncols=width,
            ascii=not sys.stderr.encoding.lower().startswith("utf"),
            prefix=_files(progress),
            rate=(bytes_now - bytes_then) / (now - first) if now > first else None,
            unit="B",
            unit_scale=True,
            bar_format=layout,
        )

    def clear(self) -> None:
        if self._width:
            self._write(" " * self._width)
            self._width = 0

    def _write(self, text: str) -> None:
        print(f"\r{text}\r", end="", file=sys.stderr, flush=True)


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
