"""Report files: each is written whole, at the end of the run, or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile

from checksig._cli._formats import opened
from checksig._cli._streams import Sink
from checksig._cli._usage import UsageError
from checksig._errors import EngineError
from checksig._text import plain, shell_quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import IO

    from checksig._cli._formats import Report
    from checksig._cli._output import Output

_IN_MEMORY = 1 << 20
"""Bytes of a report above which it is kept in a temporary file."""


class ReportFile:
    """A report in the making."""

    def __init__(self, report: Report, *, several_roots: bool, verbose: bool) -> None:
        self._path, self._format = report.path, report.format
        self._spool = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - close() closes it
        silent = report.format in {"csv", "junit", "html"}
        sink = Sink(self._put, self._spool.write, (lambda _: None) if silent else self._say)
        self.output: Output = opened(report.format, sink, several_roots=several_roots, verbose=verbose, is_report=True)

    def _put(self, text: str) -> None:
        self._spool.write(f"{text}\n".encode("utf-8", "backslashreplace"))

    def _say(self, text: str) -> None:
        if self._format == "text":
            self._put(f"checksig: {text}")

    def write(self) -> str:
        """Put the report in its place. Returns why that failed, or ""."""
        self._spool.seek(0)
        return put_in_place(self._path, self._spool)

    def close(self) -> None:
        """Forget what was not written."""
        self._spool.close()


def put_in_place(path: str, content: IO[bytes]) -> str:
    """Write a report as a whole. Returns why that failed, or ""."""
    try:
        _replace(path, content)
    except OSError as e:
        return plain(_unwritable(path, e))
    return ""


def _replace(path: str, content: IO[bytes]) -> None:
    import shutil

    number, name = tempfile.mkstemp(prefix=".checksig-", dir=os.path.dirname(path) or os.curdir)
    try:
        with open(number, "wb") as file:
            shutil.copyfileobj(content, file)
            file.flush()
            os.chmod(name, 0o666 & ~_umask())
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextlib.contextmanager
def reports(wanted: Sequence[Report], *, several_roots: bool, verbose: bool) -> Iterator[list[ReportFile]]:
    """Make ready to write these reports, and remove what earlier runs left in their places.

    :raises UsageError: the file of a report can't be written.
    """
    clear(wanted)
    with contextlib.ExitStack() as stack:
        files = [ReportFile(report, several_roots=several_roots, verbose=verbose) for report in wanted]
        for file in files:
            stack.callback(file.close)
        yield files


def clear(wanted: Sequence[Report]) -> None:
    """Remove what earlier runs left in the places of these reports.

    :raises UsageError: the file of a report can't be written.
    """
    for report in wanted:
        _check_directory(report.path)
    for report in wanted:
        _remove(report.path)


def check(wanted: Sequence[Report], operands: Sequence[str]) -> None:
    """Refuse reports that would replace anything but a report, or be taken for a list.

    :raises UsageError: so would one of them.
    """
    seen: dict[str, str] = {}
    for report in wanted:
        _check_file(report.path, operands)
        real = os.path.normcase(os.path.realpath(report.path))
        if real in seen:
            reason = f"two reports have one file: {shell_quoted(seen[real])} and {shell_quoted(report.path)}"
            raise UsageError(reason, "give each report a file of its own")
        seen[real] = report.path


def _check_file(path: str, operands: Sequence[str]) -> None:
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        found = None
    except OSError as e:
        raise UsageError(_unwritable(path, e)) from e
    if found and not stat.S_ISREG(found.st_mode):
        raise _refused(path, "not a regular file, refusing to replace it")
    if path.endswith(("/", os.sep)):
        raise _refused(path, "it names a directory")
    if found and any(os.path.exists(one) and os.path.samefile(one, path) for one in operands):
        raise _refused(path, "it is what is to be verified, refusing to replace it")
    by = _recognised(path)
    if by.startswith("name"):
        reason = "called like a checksum list, so the next run would read it as one"
        raise _refused(path, reason, "give the report another name")
    if found and not _is_replaceable(path):
        what = "it is a checksum list" if by else "it is not a report"
        raise _refused(
            path, f"{what}, refusing to replace it", "give the report another name, or remove the file first"
        )
    if found and _is_listed(path, operands):
        raise _refused(path, "a checksum list names it, refusing to replace it", "give the report another name")


def _is_listed(path: str, operands: Sequence[str]) -> bool:
    """Say whether a list that is beside the file, or in a root, or beside a list that is given, names it."""
    from checksig import _lists

    roots = [one if os.path.isdir(one) else os.path.dirname(one) for one in operands] or [os.curdir]
    directories = dict.fromkeys(one or os.curdir for one in [os.path.dirname(path), *roots])
    try:
        return any(_lists.is_listed(path, directory) for directory in directories)
    except EngineError:  # which the run will report
        return False


def _recognised(path: str) -> str:
    """Return by what a file is a checksum list, "" if it is none."""
    from checksig import _lists

    try:
        return _lists.recognised([path]).get(path, "")
    except EngineError:  # which the run will report
        return ""


def _is_replaceable(path: str) -> bool:
    from checksig._cli._replaceable import is_replaceable

    try:
        return is_replaceable(path)
    except OSError as e:
        raise UsageError(_unwritable(path, e)) from e


def _refused(path: str, why: str, hint: str = "") -> UsageError:
    return UsageError(f"can't write the report {shell_quoted(path)}: {why}", hint)


def _check_directory(path: str) -> None:
    directory = os.path.dirname(path) or os.curdir
    try:
        tempfile.TemporaryFile(prefix=".checksig-", dir=directory).close()
    except OSError as e:
        raise UsageError(_unwritable(path, e)) from e


def _remove(path: str) -> None:
    """Remove the report of an earlier run, which would look like the verdict of one that ends early."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
    except OSError as e:
        raise UsageError(_unwritable(path, e)) from e


def _unwritable(path: str, error: OSError) -> str:
    return f"can't write the report {shell_quoted(path)}: {(error.strerror or str(error)).lower()}"
