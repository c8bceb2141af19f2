"""One part of a run that is shared out over several machines: ``--shard I/N``."""

from __future__ import annotations

import os
import platform
import re

from checksig import _plan
from checksig._cli._json import Json, Shard, ShardList, ShardSpan
from checksig._cli._operands import Group, is_stream
from checksig._cli._usage import UsageError
from checksig._text import shell_quoted
from checksig._version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from checksig._cli._output import Output
    from checksig._report import WarningText

_MOST = 1_000_000
"""Shards."""

_CHANGING = (
    "strict",
    "ignore_missing",
    "exclude",
    "algorithm",
    "list_format",
    "backslash",
    "allow_links_to",
    "detect_collisions",
)
"""Options by which verdicts differ, so that all shards must have the same."""

_READING = ("algorithm", "list_format", "backslash")

_WHOLE = (
    ("recursive", "--recursive"),
    ("installed", "--installed"),
    ("only", "--only"),
    ("extra", "--extra"),
    ("fail_fast", "--fail-fast"),
    ("report", "--report"),
    ("signed", "signatures"),
)
"""What needs the whole list, or is for `checksig merge`."""


def shard(text: str) -> tuple[int, int]:
    """Read ``I/N``."""
    match = re.fullmatch(r"(\d{1,7})/(\d{1,7})", text, re.ASCII)
    number, of = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= number <= of <= _MOST:
        reason = f"I/N, such as 3/64, with I from 1 to N and N up to {_MOST}"
        raise ValueError(reason)
    return number, of


class Part:
    """The part that one shard verifies."""

    def __init__(self, number: int, of: int, options: dict[str, Any], format_: str, timeout: float | None) -> None:
        self._number, self._of = number, of
        self._options, self._format, self._timeout = options, format_, timeout
        self._first_line: Shard | None = None

    def check(self, **others: object) -> None:
        """Refuse what can't be combined with --shard.

        :raises UsageError: something of it is given.
        """
        if self._format != "json":
            reason = "--shard requires --json"
            raise UsageError(reason, "`checksig merge` makes a report of any format out of all shards")
        for name, shown in _WHOLE:
            if {**self._options, **others}.get(name):
                reason = f"{shown} can't be combined with --shard"
                raise UsageError(reason, "give it to `checksig merge`" if name == "report" else "")

    def cut(self, todo: Sequence[Group], warn: Callable[[WarningText], object]) -> list[Group]:
        """Return what is verified of the only group: nothing, if there are more shards than entries.

        :raises UsageError: there are several groups, or a list that is no file.
        :raises ChecksigError: a list can't be read, or can't be cut.
        """
        group = _only(todo)
        reading = {name: self._options[name] for name in _READING if self._options.get(name)}
        plans, lists = _plan.parts(self._of, group.root, group.lists, timeout=self._timeout, **reading)
        plan = plans[self._number - 1]
        self._first_line = Shard(
            number=self._number,
            of=self._of,
            version=__version__,
            host=platform.node(),
            root=plan.root,
            root_id=_identity(plan.root),
            lists=[ShardList(one.path, one.digest, one.size, one.entries + one.unsupported) for one in lists],
            spans=_spans(plans, [one.path for one in lists])[self._number - 1],
            options={name: self._options[name] for name in _CHANGING if name in self._options},
        )
        for warning in plan.warnings:
            warn(warning)
        return [Group(plan.root, [*plan], [])] if plan else []

    def begin(self, output: Output) -> None:
        """Print which part this is, before anything else."""
        if isinstance(output, Json) and self._first_line:
            output.shard(self._first_line)


def _spans(plans: Sequence[_plan.Plan], lists: Sequence[str]) -> list[list[ShardSpan]]:
    """Return of each part the spans, up to the line before the next one of the same list."""
    ends: dict[str, int] = {}
    found: list[list[ShardSpan]] = []
    for plan in reversed(plans):
        spans = []
        for span in reversed(plan):
            spans.append(ShardSpan(lists.index(span.manifest), span.line, ends.get(span.manifest)))
            ends[span.manifest] = span.line - 1
        found.append(spans[::-1])
    return found[::-1]


def _only(todo: Sequence[Group]) -> Group:
    if len(todo) > 1:
        reason = "lists in several directories can't be combined with --shard"
        raise UsageError(reason, "verify each by itself, or name a directory for all with --root")
    if todo[0].files:
        reason = f"{shell_quoted(todo[0].files[0])}: FILE can't be combined with --shard"
        raise UsageError(reason, "verify it by itself, or name the list")
    for path in todo[0].lists or ():
        if isinstance(path, str) and is_stream(path):
            reason = f"{shell_quoted(path)}: a list that is no file can't be combined with --shard"
            raise UsageError(reason, "write it to a file that all shards see")
    return todo[0]


def _identity(root: str) -> str | None:
    """Return what is the same on all hosts that have mounted one directory of a file server.

    The number of the directory alone may be that of the mount point, too: it is 2 or 128 for many file systems.
    """
    try:
        status = os.stat(root)
    except OSError:
        return None
    return f"{status.st_ino}:{status.st_mtime_ns}"
