"""The formats of what `verify` reports, and which one a report gets.

Each is in a module of its own, imported by those who ask for it.
"""

from __future__ import annotations

import os
from typing import NamedTuple

from checksig._cli._options import FORMATS
from checksig._cli._usage import UsageError
from checksig._text import shell_quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from checksig._cli._output import Output
    from checksig._cli._streams import Sink

SUFFIXES = {
    ".txt": "text",
    ".log": "text",
    ".json": "json",
    ".jsonl": "json",
    ".csv": "csv",
    ".xml": "junit",
    ".html": "html",
}


class Report(NamedTuple):
    """A file that a run is to write."""

    format: str
    path: str


def report(text: str) -> Report:
    """Read ``[FORMAT:]FILE``.

    :raises UsageError: the format is not clear, or needs what is not installed, or what is named is no file.
    """
    wanted = _read(text)
    if wanted.format == "html":
        from checksig._cli._html._page import jinja

        jinja()
    return wanted


def _read(text: str) -> Report:
    named, colon, path = text.partition(":")
    if colon and named in FORMATS:
        return Report(named, _file(path, text, named))
    if colon and _looks_like_format(named):
        reason = f"unknown format {named} in --report {shell_quoted(text)}; there are {', '.join(FORMATS)}"
        raise UsageError(reason, f"for a file of that name, write --report {shell_quoted(f'./{text}')}")
    path = _file(text, text, "FORMAT")
    suffix = os.path.splitext(path)[1].lower()
    if suffix not in SUFFIXES:
        reason = f"the name of the report {shell_quoted(text)} says no format: it ends in none of {', '.join(SUFFIXES)}"
        hint = f"add the format, as in --report {shell_quoted(f'junit:{text}')}; there are {', '.join(FORMATS)}"
        raise UsageError(reason, hint)
    return Report(SUFFIXES[suffix], path)


def _file(path: str, text: str, format_: str) -> str:
    if not path:
        reason = f"--report {text} has no FILE"
        raise UsageError(reason)
    if path == "-":
        reason = f"--report {text} is no file"
        hint = f"--format {format_} writes to standard output, --report {format_}:./- to a file called -"
        raise UsageError(reason, hint)
    return path


def _looks_like_format(word: str) -> bool:
    """Say whether *word* is one: a single letter may be a drive of Windows."""
    return len(word) > 1 and word.isascii() and word.isalpha()


def opened(
    name: str,
    sink: Sink,
    *,
    several_roots: bool = False,
    quiet: bool = False,
    verbose: bool = False,
    is_report: bool = False,
) -> Output:
    """Return the output of a format, for standard output or for a report.

    :raises UsageError: the format needs what is not installed.
    """
    if name == "json":
        from checksig._cli._json import Json

        return Json(sink.put, sink.put_bytes)
    if name == "csv":
        from checksig._cli._csv import Csv

        return Csv(sink, quiet=quiet)
    if name == "junit":
        from checksig._cli._junit import Junit

        return Junit(sink, quiet=quiet, verbose=verbose)
    if name == "html":
        from checksig._cli._html._report import Html

        return Html(sink, several_roots=several_roots, quiet=quiet, verbose=verbose)
    if name == "github":
        from checksig._cli._github import GitHub

        return GitHub(sink, quiet=quiet, step_summary="" if is_report else os.environ.get("GITHUB_STEP_SUMMARY", ""))
    from checksig._cli._output import Text

    return Text(several_roots=several_roots, quiet=quiet, verbose=verbose, put=sink.put, say=sink.say)
