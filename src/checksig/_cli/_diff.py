"""``checksig diff``: what differs between two lists, or between a list and a directory."""

from __future__ import annotations

import json as json_module
import os
from collections import Counter

from checksig._cli._excludes import take as take_excludes
from checksig._cli._exit import Exit
from checksig._cli._json import SCHEMA, Json, line
from checksig._cli._operands import STDIN, is_stream, opened
from checksig._cli._output import NOT_COMPARED, Text
from checksig._cli._renamed import Directories
from checksig._cli._run import Style, callback, hint
from checksig._cli._streams import colour_errors, put, say
from checksig._cli._usage import UsageError
from checksig._difference import KINDS, comparing
from checksig._errors import ChecksigError, ManifestError
from checksig._text import count, plain, shell_quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any, Protocol

    from checksig._difference import Change
    from checksig._report import FileResult, WarningText

    class DiffOutput(Protocol):
        """Where the command says what it finds."""

        def changes(self, found: Sequence[Change]) -> None:
            """Print changes."""

        def malformed(self, result: FileResult) -> None:
            """Print a verdict on a line of a list."""

        def warning(self, warning: WarningText, hint: str = "") -> None:
            """Print what may be worth knowing."""

        def error(self, error: ChecksigError, root: str, hint: str = "") -> None:
            """Print why nothing could be compared."""

        def ended(self, status: int, counts: Counter[str]) -> None:
            """Print the end."""


def comparison(
    old: str,
    new: str,
    *,
    json: bool = False,
    quiet: bool = False,
    progress: bool | None = None,
    color: str = "auto",
    **options: Any,  # noqa: ANN401 - comparing() checks them
) -> int:
    """Compare by the options of the command. Returns the exit status.

    :raises UsageError: two of them exclude each other.
    """
    take_excludes(options)
    if old == new == STDIN:
        reason = "OLD and NEW can't both be standard input"
        raise UsageError(reason)
    style = Style("json" if json else "text", quiet, progress=progress, color=color)
    colour_errors(color)
    output: DiffOutput = JsonChanges() if json else TextChanges(quiet=quiet)
    try:
        return _compare(old, new, output, style, options)
    except OSError as e:
        error: ChecksigError = ManifestError(STDIN, 0, (e.strerror or str(e)).lower())
    except ChecksigError as e:
        error = e
    output.error(error, os.curdir, hint(error))
    output.ended(Exit.NO_VERDICT, Counter())
    return Exit.NO_VERDICT


def _compare(old: str, new: str, output: DiffOutput, style: Style, options: dict[str, Any]) -> int:
    display = style.display()
    counts: Counter[str] = Counter()

    def note_malformed(result: FileResult) -> None:
        counts["malformed"] += result.fails
        output.malformed(result)

    try:
        with opened([old, new]) as sides:
            found = comparing(*(sides or ()), progress=callback(display), **options)
            with found.start.counting() as job:
                for changes in found.changes(job, note_malformed):
                    display.clear()
                    counts.update(change.kind for change in changes)
                    output.changes(changes)
                counts["same"], warnings = found.outcome(job)
    finally:
        display.clear()
    for warning in warnings:
        output.warning(warning, hint(warning))
    status = _status(counts)
    output.ended(status, counts)
    return status


def _status(counts: Counter[str]) -> int:
    """Return the exit status: a difference is one whatever else can't be compared, but a damaged list shows nothing."""
    if counts["malformed"]:
        return Exit.NO_VERDICT
    if any(counts[kind] for kind in KINDS if kind != "not_comparable"):
        return Exit.FAILED
    return Exit.NO_VERDICT if counts["not_comparable"] else Exit.OK


class TextChanges(Text):
    """Changes for people: a line each to standard output, the rest to standard error."""

    def __init__(self, *, quiet: bool) -> None:
        super().__init__(quiet=quiet, put=put)
        self._directories_of = Directories()
        self._top = ""
        """The directory that was renamed, and ends with a slash, while names in it come."""
        self._waiting: list[tuple[bytes, str]] = []
        """Lines about names in it, which come after its own."""

    def changes(self, found: Sequence[Change]) -> None:
        lines = [text for change in found for text in self._lines(change)]
        if lines:
            put("\n".join(lines))

    def _lines(self, change: Change) -> Iterator[str]:
        if self._top and not change.path.startswith(self._top):
            yield from self._of_top()
        if change.moved_with is not None and change.moved_to is not None:
            self._top = self._top or f"{change.moved_with}/"
            self._directories_of.add("", "", change.path, change.moved_to, change.moved_with)
        elif self._top:
            self._waiting.append((_bytes(change.path), text_of(change)))
        else:
            yield text_of(change)

    def _of_top(self) -> Iterator[str]:
        """Yield what waits for the end of a directory."""
        lines, self._top, self._waiting = self._waiting, "", []
        for *_, old, new, files in self._directories_of.taken():
            text = f"moved: {shell_quoted(f'{old}/')} -> {shell_quoted(f'{new}/')} ({count(files, 'file')})"
            lines.append((_bytes(f"{old}/"), text))
        for _, text in sorted(lines):
            yield text

    def malformed(self, result: FileResult) -> None:
        if result.fails:
            say(self._line("", result))

    def ended(self, status: int, counts: Counter[str]) -> None:
        rest = list(self._of_top())
        if rest:
            put("\n".join(rest))
        if counts and (not self._quiet or counts["malformed"]):
            say(summary(status, counts))


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


_WORDS = {kind: kind.replace("_", " ") for kind in KINDS}


def text_of(change: Change) -> str:
    """Return the line of a change."""
    text = f"{_WORDS[change.kind]}: {shell_quoted(change.path)}"
    if change.moved_to is not None:
        return f"{text} -> {shell_quoted(change.moved_to)}"
    return f"{text} ({plain(change.detail)})" if change.detail else text


def summary(status: int, counts: Counter[str]) -> str:
    """Return the last line: what differs, and how much does not."""
    if status == Exit.OK:
        return f"OK: no difference in {count(counts['same'], 'file')}"
    parts = [", ".join(told(counts))]
    if counts["malformed"]:
        parts = [f"{NOT_COMPARED}: {count(counts['malformed'], 'malformed line')}", *filter(None, parts)]
    return f"FAILED: {'; '.join(parts)}; {count(counts['same'], 'file is', 'files are')} the same"


def told(counts: Counter[str]) -> Iterable[str]:
    """Return how many changes of each kind there are."""
    return (f"{counts[kind]} {word}" for kind, word in _WORDS.items() if counts[kind])


class JsonChanges(Json):
    """Changes as JSON Lines, which docs/json.md describes."""

    def changes(self, found: Sequence[Change]) -> None:
        put("\n".join([_json("change", **change._asdict()) for change in found]))

    def malformed(self, result: FileResult) -> None:
        put(line('"."', *result))

    def ended(self, status: int, counts: Counter[str]) -> None:
        kinds = {kind: counts[kind] for kind in (*KINDS, "same")}
        fields = {"ok": status == Exit.OK, "exit_status": int(status), "reason": None}
        put(_json("summary", **fields, files=sum(kinds.values()), counts=kinds))


def _json(type_: str, /, **fields: object) -> str:
    return json_module.dumps({"schema": SCHEMA, "type": type_, **fields})


def check(paths: Sequence[str]) -> tuple[str, str]:
    """Return OLD and NEW.

    :raises UsageError: these are not two paths.
    """
    if len(paths) != 2:
        reason = f"expected OLD and NEW, got {len(paths)} operand{'s' * (len(paths) != 1)}"
        raise UsageError(reason)
    for path in paths:
        if not path:
            reason = "OLD or NEW is empty"
            raise UsageError(reason)
        if not is_stream(path) and not os.path.lexists(path):
            reason = f"{shell_quoted(path)}: no such file or directory"
            raise UsageError(reason, "give two checksum lists, or a list and a directory")
    if all(os.path.isdir(path) for path in paths):
        reason = "OLD and NEW are both directories"
        raise UsageError(reason, "write a list of one of them first: checksig create --output LIST DIR")
    return paths[0], paths[1]
