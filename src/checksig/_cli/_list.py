"""``checksig list``: what a checksum list says, as JSON Lines or as another list."""

from __future__ import annotations

import json
import os
from itertools import chain, groupby
from json.encoder import encode_basestring_ascii as quoted
from operator import attrgetter

from checksig._cli._exit import Exit
from checksig._cli._json import SCHEMA, line
from checksig._cli._operands import STDIN, opened
from checksig._cli._output import Text
from checksig._cli._streams import colour_errors, put, put_file, say
from checksig._cli._usage import UsageError
from checksig._errors import ChecksigError, ManifestError
from checksig._listing import conversion, reading
from checksig._report import Status
from checksig._text import count, shell_quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from checksig._job import CountingJob, Start
    from checksig._report import FileResult

JSON = "json"
"""What --to may be besides the formats of lists."""


def listing(
    path: str,
    to: str = JSON,
    output: str | None = None,
    *,
    force: bool = False,
    color: str = "auto",
    **options: Any,  # noqa: ANN401 - reading() checks them
) -> int:
    """Print a list by the options of the command. Returns the exit status.

    :raises UsageError: two of them exclude each other.
    """
    if output is not None and to == JSON:
        reason = "--output requires --to"
        raise UsageError(reason, "for JSON Lines, use the shell: `checksig list LIST > FILE`")
    colour_errors(color)
    messages = Text(put=say)
    try:
        with opened([path]) as lists:
            (given,) = lists or [path]
            start = reading(given, **options)
            return _as_json(path, start) if to == JSON else _as_list(start, to, output, force=force)
    except OSError as e:
        error: ChecksigError = ManifestError(path, 0, (e.strerror or str(e)).lower())
    except ChecksigError as e:
        error = e
    messages.error(error, os.curdir, _hint(error))
    return Exit.NO_VERDICT


def _hint(error: ChecksigError) -> str:
    from checksig._cli._hints import by_code

    return by_code(error)


_AT_ONCE = 1000
"""Lines that go out together."""


def _as_json(path: str, start: Start) -> int:
    """Print each entry, each line that is none, and a summary."""
    with start.counting() as job:
        entries, fails = 0, 0
        waiting: list[str] = []
        for is_entry, does_fail, text in _lines(quoted(os.path.dirname(path) or os.curdir), _results(job)):
            entries += is_entry
            fails += does_fail
            waiting.append(text)
            if len(waiting) == _AT_ONCE:
                put("\n".join(waiting))
                waiting.clear()
        ok = job.report().ok
        status = Exit.OK if ok else Exit.FAILED
        fields = {"ok": ok, "exit_status": status, "reason": None, "files": entries, "format": job.format()}
        put("\n".join([*waiting, json.dumps({"schema": SCHEMA, "type": "summary", **fields})]))
    if fails:
        say(f"FAILED: {_not_entries(fails)}")
    return status


def _not_entries(number: int) -> str:
    return f"{count(number, 'line')} could not be read as {'an entry' if number == 1 else 'entries'}"


def _results(job: CountingJob) -> Iterator[FileResult]:
    return chain.from_iterable(job.batches())


_LINE = attrgetter("line", "path", "status")

_ENTRY = (
    f'{{{{"schema": {SCHEMA}, "type": "entry", "path": {{}}, "digests": {{{{{{}}}}}}, "size": {{}}, '
    '"manifest": {}, "line": {}}}'
).format
"""The line of an entry: json.dumps() takes longer."""


def _lines(root: str, results: Iterable[FileResult]) -> Iterator[tuple[bool, bool, str]]:
    """Yield lines of JSON, and of each whether it is an entry, and whether it fails the run."""
    for (number, path, status), group in groupby(results, _LINE):
        found = list(group)
        if status is not Status.OK:
            yield from ((False, one.fails, line(root, *one)) for one in found)
            continue
        digests = ", ".join([f'"{one.algorithm}": "{one.expected}"' for one in found])
        size = "null" if found[0].size is None else found[0].size
        yield True, False, _ENTRY(quoted(path), digests, size, quoted(found[0].manifest or ""), number)


def _as_list(start: Start, to: str, output: str | None, *, force: bool) -> int:
    """Write a list in another format, to standard output if *output* is None or ``-``."""
    if output is not None and output != STDIN:
        status = _write(conversion(start, to, output, force=force))
        if status == Exit.OK:
            put(shell_quoted(output))
        return status
    from checksig._cli._hidden import hidden_path

    with hidden_path() as path:
        status = _write(conversion(start, to, path))
        if status == Exit.OK:
            put_file(path)
        return status


def _write(start: Start) -> int:
    """Write a list, and print the lines of the old one that are no entries. Returns the exit status."""
    with start.counting() as job:
        results = list(_results(job))
        Text(put=say).results(os.curdir, results)
        if job.report().ok:
            return Exit.OK
    failed = sum(result.fails for result in results)
    say(f"FAILED: no list was written: {_not_entries(failed)}")
    return Exit.FAILED
