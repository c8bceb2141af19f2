"""The parts of a run as files: each by its first and last line, and whether all of one run are there."""

from __future__ import annotations

import contextlib
import os
import shlex
import stat
import sys
import tempfile
from collections import Counter

from checksig._cli._part_json import LONGEST, decoded, shard, summary
from checksig._errors import Code, ManifestError
from checksig._report import Status
from checksig._text import count, shell_quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import IO

    from checksig._cli._json import Shard
    from checksig._cli._part_json import Summary

STDIN = "-"

_TAIL = 1 << 16
"""Bytes that are read first to find the last line."""

_CUT_SHORT = "was cut short: its last line is no summary"

_NO_PART = "not a part of a run, as `checksig verify --shard I/N --json` prints it"


class PartError(ManifestError):
    """A part, or one that is missing, is no basis for a verdict. *hint* says what to do."""

    def __init__(self, path: str, line: int, reason: str, code: str = Code.PART_UNREADABLE, hint: str = "") -> None:
        super().__init__(path, line, reason, code)
        self.hint = hint


class Part:
    """A part: where it is, and what its first and last lines say."""

    def __init__(self, path: str, content: IO[bytes] | None = None) -> None:
        """Prepare to read the file *path*, or *content* that was read from there."""
        self.path, self._content = path, content
        self.first = self.last = b""
        """The lines, by which it is known again."""
        self.shard: Shard
        self.summary: Summary

    @property
    def name(self) -> str:
        """What the part is of, in words."""
        return f"shard {self.shard.number} of {self.shard.of} on {self.shard.host}"

    @contextlib.contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """Open the file at its start.

        :raises PartError: it can't be read.
        """
        try:
            if self._content:
                self._content.seek(0)
                yield self._content
            else:
                with open(self.path, "rb") as file:
                    yield file
        except OSError as e:
            raise PartError(self.path, 0, (e.strerror or str(e)).lower()) from e

    def look(self) -> None:
        """Read the first and the last line.

        :raises PartError: they are not those of a part.
        """
        with self.opened() as file:
            self.first = file.readline(LONGEST)
            self._read_first()
            self._read_last(file)

    def _read_first(self) -> None:
        if not self.first:
            raise PartError(self.path, 0, "empty: not even the first line was written")
        if not self.first.endswith(b"\n"):
            reason = f"the first line is cut short, or longer than {LONGEST >> 20} MiB; {_NO_PART}"
            raise PartError(self.path, 1, reason)
        try:
            self.shard = shard(decoded(self.first))
        except ValueError as e:
            raise PartError(self.path, 1, f"{e}; {_NO_PART}") from e

    def _read_last(self, file: IO[bytes]) -> None:
        self.last = _last_line(file)
        hint = f"run it again: {self.command}"
        if not self.last.endswith(b"\n"):
            raise self._error(file, "was cut short in its last line", hint)
        if self.last == self.first:
            raise self._error(file, _CUT_SHORT, hint)
        try:
            line = decoded(self.last)
            if line["type"] != "summary":
                raise self._error(file, _CUT_SHORT, hint)
            self.summary = summary(line)
        except ValueError as e:
            raise self._error(file, f"has a last line that is damaged: {e}", hint) from e

    def _error(self, file: IO[bytes], reason: str, hint: str) -> PartError:
        file.seek(0)
        lines = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
        return PartError(self.path, lines + (not self.last.endswith(b"\n")), f"{self.name} {reason}", hint=hint)

    @property
    def is_absent(self) -> bool:
        """Whether every file of the shard is missing."""
        counts = self.summary.counts
        others = sum(n for s, n in counts.items() if s not in {Status.MISSING, Status.MALFORMED})
        return bool(counts[Status.MISSING]) and not others

    @property
    def command(self) -> str:
        """The command that makes it."""
        return command(self.shard, self.shard.number)


def command(like: Shard, number: int) -> str:
    """Return the command for a shard of the run that *like* is of."""
    words = ["checksig", "verify", "--shard", f"{number}/{like.of}", "--json"]
    for key, value in like.options.items():
        name = f"--{key.replace('_', '-')}"
        if key == "strict":
            words += [] if value else ["--no-strict"]
        elif value is True:
            words.append(name)
        else:
            values = value if isinstance(value, list) else [] if value in {None, False, ""} else [value]
            words += [word for one in values for word in (name, str(one))]
    if any((os.path.dirname(one.path) or os.curdir) != like.root for one in like.lists):
        words += ["--root", like.root]
    words += [one.path for one in like.lists]
    return f"{' '.join(map(_as_word, words))} > part-{number}.jsonl"


def _as_word(text: str) -> str:
    quoted = shell_quoted(text)
    return shlex.quote(text) if quoted == text else quoted


def _last_line(file: IO[bytes]) -> bytes:
    """Return the last line, or its end if it is too long."""
    size, length = file.seek(0, os.SEEK_END), _TAIL
    while True:
        file.seek(max(0, size - length))
        tail = file.read(length)
        start = tail.rfind(b"\n", 0, -1) + 1
        if start or length >= min(size, LONGEST):
            return tail[start:]
        length *= 4


@contextlib.contextmanager
def kept(paths: Sequence[str]) -> Iterator[list[Part | PartError]]:
    """Return the parts, or why they can't be read. Streams, which are read once, are kept until the end."""
    with contextlib.ExitStack() as stack:
        yield [_part(path, stack) for path in paths]


def _part(path: str, stack: contextlib.ExitStack) -> Part | PartError:
    try:
        part = Part(path, _spooled(path, stack))
        part.look()
    except PartError as e:
        return e
    except OSError as e:
        return PartError(path, 0, (e.strerror or str(e)).lower())
    return part


def _spooled(path: str, stack: contextlib.ExitStack) -> IO[bytes] | None:
    """Return a copy of what can't be read twice."""
    import shutil

    if path != STDIN and (os.path.isdir(path) or stat.S_ISREG(os.stat(path).st_mode)):
        return None
    copy = stack.enter_context(tempfile.TemporaryFile(prefix="checksig-"))  # noqa: SIM115 - so it does
    if path == STDIN:
        if sys.stdin is None:
            raise PartError(path, 0, "standard input is closed")
        shutil.copyfileobj(sys.stdin.buffer, copy)
    else:
        with open(path, "rb") as stream:
            shutil.copyfileobj(stream, copy)
    return copy


def complete(found: Sequence[Part | PartError]) -> tuple[list[Part], list[PartError]]:
    """Return the parts in the order of their shards, and why they are not all of one run."""
    errors = [one for one in found if isinstance(one, PartError)]
    parts = sorted((one for one in found if isinstance(one, Part)), key=lambda part: part.shard.number)
    if not parts:
        return [], errors
    like = _typical(parts)
    errors += [error for part in parts for error in _differing(part, like)]
    errors += _doubled(parts)
    if not any(error.code == Code.PART_UNREADABLE for error in errors):  # else one of those may be of the shard
        errors += _missing(parts, like)
    return parts, errors or [*_apart(parts), *_uncovered(parts, like), *_unmounted(parts)]


def _key(part: Part) -> str:
    """Return what all parts of a run have in common."""
    of = part.shard
    return repr((of.of, of.version, [one[1:] for one in of.lists], sorted(of.options.items())))


def _typical(parts: Sequence[Part]) -> Part:
    """Return the first of those parts that most are like."""
    (most, _), *_ = Counter(map(_key, parts)).most_common(1)
    return next(part for part in parts if _key(part) == most)


def _differing(part: Part, like: Part) -> Iterator[PartError]:
    """Say what is different about a part."""
    that = shell_quoted(like.path)

    def error(what: str, here: object, there: object, hint: str) -> PartError:
        reason = f"{part.name}: {what} is {_value(here)}, and {_value(there)} in {that}"
        return PartError(part.path, 1, reason, Code.PART_DIFFERS, hint)

    here, there = part.shard, like.shard
    if here.of != there.of:
        yield error("the number of shards", here.of, there.of, "merge the parts of one run")
    if here.version != there.version:
        yield error("the version of checksig", here.version, there.version, "verify all shards with one version")
    if len(here.lists) != len(there.lists):
        yield error("the number of lists", len(here.lists), len(there.lists), "merge the parts of one run")
    for mine, other in zip(here.lists, there.lists, strict=False):
        if mine[1:] != other[1:]:
            yield error(f"the list {shell_quoted(mine.path)}", _list(mine), _list(other), _OTHER_LIST)
    for name in sorted(here.options.keys() | there.options.keys()):
        values = here.options.get(name), there.options.get(name)
        if repr(values[0]) != repr(values[1]):
            yield error(f"the option {name.replace('_', '-')}", *values, "verify all shards with the same options")
    if here.root != there.root and (here.root_id is None or here.root_id != there.root_id):
        yield error("the root", here.root, there.root, "verify all shards of one directory")


_OTHER_LIST = "the list was replaced meanwhile, or one host has an old copy: verify that shard again"


def _list(one: Sequence[object]) -> str:
    _, digest, size, entries = one
    return f"{digest}, {size} bytes, {entries} entries"


def _value(value: object) -> str:
    import json

    text = value if isinstance(value, str) else json.dumps(value)
    return shell_quoted(text)


def _doubled(parts: Sequence[Part]) -> Iterator[PartError]:
    seen: dict[int, Part] = {}
    for part in parts:
        before = seen.setdefault(part.shard.number, part)
        if before is not part:
            reason = f"{part.name}: {shell_quoted(before.path)} is of the same shard"
            yield PartError(part.path, 1, reason, Code.PART_DIFFERS, "leave out one of them")


def _missing(parts: Sequence[Part], like: Part) -> Iterator[PartError]:
    of, there = like.shard.of, {part.shard.number for part in parts}
    if len([number for number in there if number <= of]) == of:
        return
    gaps = list(_gaps(sorted(there), of))
    names = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in gaps[:_MOST_GAPS])
    more = f" and {count(len(gaps) - _MOST_GAPS, 'more range')}" if len(gaps) > _MOST_GAPS else ""
    one = gaps == [(gaps[0][0], gaps[0][0])]
    reason = f"shard{'' if one else 's'} {names}{more} of {of} {'is' if one else 'are'} missing"
    hint = f"{'run it' if one else 'run each'}, as in: {command(like.shard, gaps[0][0])}"
    yield PartError(like.shard.lists[0].path, 0, reason, Code.PART_MISSING, hint)


_MOST_GAPS = 20


def _gaps(numbers: Sequence[int], of: int) -> Iterator[tuple[int, int]]:
    """Yield the first and last of those that are missing in a row."""
    before = 0
    for number in (*numbers, of + 1):
        if number > before + 1:
            yield before + 1, min(number - 1, of)
        before = max(before, min(number, of))


def _apart(parts: Sequence[Part]) -> Iterator[PartError]:
    """Find the part whose spans do not follow those of the parts before: its shard is not what it says."""
    ends: list[int | None] = [0 for _ in parts[0].shard.lists]
    """The last line of each list so far; None: all are there."""
    for part in parts:
        for span in part.shard.spans:
            end = ends[span.list]
            if end is None or span.line != end + 1 or (span.last_line or span.line) < span.line:
                yield _misplaced(part, "begins elsewhere than the shard before it ends")
                return
            ends[span.list] = span.last_line
    if any(end is not None for end in ends):
        yield _misplaced(parts[-1], "ends before its list does")


def _misplaced(part: Part, what: str) -> PartError:
    reason = f"{part.name} {what}: its first line was changed, or is that of another shard"
    return PartError(part.path, 1, reason, Code.PART_DIFFERS, "verify all shards again")


def _uncovered(parts: Sequence[Part], like: Part) -> Iterator[PartError]:
    """Say so if the shards together are not the lists."""
    if any(part.summary.errors for part in parts) or like.shard.options.get("exclude"):
        return
    there, judged = sum(one.entries for one in like.shard.lists), sum(part.summary.files for part in parts)
    if there != judged:
        reason = f"the parts have verdicts on {judged} entries, and the lists have {there}"
        yield PartError(like.shard.lists[0].path, 0, reason, Code.PART_DIFFERS, "verify all shards again")


def _unmounted(parts: Sequence[Part]) -> Iterator[PartError]:
    """Find those parts for which everything was missing, although their root was another directory."""
    judged = [part for part in parts if not part.summary.errors and part.summary.files]
    present = [part for part in judged if not part.is_absent]
    if not present:
        return
    known = {part.shard.root_id for part in present} - {None}
    for part in judged:
        if part.is_absent and part.shard.root_id not in known:
            other = present[0].shard
            is_other = "is another directory than" if part.shard.root_id else "may be another directory than"
            reason = (
                f"{part.name}: every file is missing there, and its root {shell_quoted(part.shard.root)} {is_other} "
                f"on {other.host}: is it mounted?"
            )
            yield PartError(part.path, 1, reason, Code.ROOT_DIFFERS, f"mount it and run again: {part.command}")
