"""The lines of a part between the first and the last: verdicts above all, of which there may be millions.

A line that is exactly as `_json` writes it is read by a regular expression, any other one as JSON. JSON has no
unescaped quote within a text, so a line that the expressions match can't be read otherwise.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from json.encoder import encode_basestring_ascii as quoted

from checksig._cli._json import SCHEMA
from checksig._cli._part_json import LONGEST, decoded, other, result, status
from checksig._cli._parts import PartError
from checksig._named import NamedTuple, named
from checksig._report import FileResult, Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import IO

    from checksig._cli._part_json import Failure, Summary
    from checksig._cli._parts import Part
    from checksig._report import WarningText

_BLOCK = 1 << 20
"""Bytes that are read at once."""

_TEXT = rb'"([ !#-\[\]-~]*(?:\\(?:["\\/bfnrt]|u[0-9a-f]{4})[ !#-\[\]-~]*)*)"'
_MAYBE = rb"(?:null|%s)" % _TEXT
_NUMBER = rb"(?:null|(0|[1-9][0-9]{0,17}))"
_START = rb'^\{"schema": %d, "type": "result", "root": ' % SCHEMA

_RESULT = re.compile(
    _START
    + rb'%(t)s, "fails": (true|false), "path": %(t)s, "status": "([a-z_]+)", "algorithm": %(m)s, "expected": %(m)s, '
    rb'"actual": %(m)s, "size": %(n)s, "manifest": %(m)s, "line": %(n)s, "detail": %(t)s'
    rb'(?:, "moved_to": %(t)s, "moved_with": %(m)s)?\}\n' % {b"t": _TEXT, b"m": _MAYBE, b"n": _NUMBER},
    re.MULTILINE,
)
"""A result."""

_MOST_NAMES = 16
"""Lists whose names an expression has."""


def _verified(root: str, lists: Sequence[str]) -> re.Pattern[bytes]:
    """Return what is a result that a file is verified, with its name and digest as groups.

    There may be so many that nothing more is made of each.
    """
    names = [re.escape(quoted(name).encode()) for name in lists]
    return re.compile(
        _START + rb'%(root)s, "fails": false, "path": %(path)s, "status": "ok", "algorithm": "[a-z0-9-]+", '
        rb'"expected": "([0-9a-f]+)", "actual": "\2", "size": %(number)s, "manifest": %(list)s, "line": %(number)s, '
        rb'"detail": ""\}\n'
        % {
            b"root": re.escape(quoted(root).encode()),
            b"path": _TEXT,
            b"number": _NUMBER.replace(b"(0", b"(?:0", 1),
            b"list": b"(?:%s)" % b"|".join(names) if len(names) <= _MOST_NAMES else _TEXT.replace(b"(", b"(?:", 1),
        },
        re.MULTILINE,
    )


@named
class Block(NamedTuple):
    """Some lines of a part."""

    text: bytes
    """All of them."""
    runs: list[tuple[list[str], list[FileResult]]]
    """Names of verified files, if they are wanted, and the results after these, in their order."""
    others: list[WarningText | Failure]
    is_plain: bool
    """Whether each line is a verdict, and written as `_json` writes it."""


class Want:
    """What is wanted of verdicts that a file is verified."""

    NOTHING = 0
    NAMES = 1
    RESULTS = 2


class Lines:
    """Reads the lines of a part, counts its verdicts, and holds them against the summary."""

    def __init__(self, part: Part, want: int) -> None:
        """Prepare to read a part; *want* is one of `Want`."""
        self._part, self._want = part, want
        options = part.shard.options
        self._forgiven = {Status.OK}
        if options["ignore_missing"]:
            self._forgiven.add(Status.MISSING)
        if not options["strict"]:
            self._forgiven.add(Status.MALFORMED)
        self._lists = {one.path for one in part.shard.lists}
        self._verified = _verified(part.shard.root, [*self._lists])
        self._before = 0
        """Lines before the block."""
        paths = [one.path for one in part.shard.lists]
        self._spans = [(paths[one.list], one.line, one.last_line) for one in part.shard.spans]
        self._counts: Counter[Status] = Counter()
        self._unlisted = self._errors = 0

    def blocks(self) -> Iterator[Block]:
        """Yield what is between the first and the last line.

        :raises PartError: a line is damaged, or lines are missing, or doubled.
        """
        with self._part.opened() as file:
            if file.readline(LONGEST) != self._part.first:
                raise self._changed()
            self._before, last = 1, b""
            for text in self._texts(file):
                body, last = self._split(last + text)
                if body:
                    yield self._block(body)
                    self._before += body.count(b"\n")
        if last != self._part.last.replace(b"\r\n", b"\n"):
            raise self._changed()
        self._conclude()

    @property
    def failing(self) -> Counter[Status]:
        """How many verdicts of each kind fail the run, so far."""
        return Counter({s: n for s, n in self._counts.items() if n and s not in self._forgiven})

    def _changed(self) -> PartError:
        return PartError(self._part.path, 0, f"{self._part.name} changed while it was read")

    def _texts(self, file: IO[bytes]) -> Iterator[bytes]:
        """Yield complete lines, many at once."""
        rest: list[bytes] = []
        length = 0
        while text := file.read(_BLOCK):
            end = text.rfind(b"\n") + 1
            if end:
                yield b"".join([*rest, text[:end]]).replace(b"\r\n", b"\n")
                rest, length = [], 0
            rest.append(text[end:])
            length += len(text) - end
            if length > LONGEST:
                raise self._error(self._before + 1, f"a line is longer than {LONGEST >> 20} MiB")
        if length:
            raise self._changed()

    @staticmethod
    def _split(text: bytes) -> tuple[bytes, bytes]:
        """Take the last line off, which may be that of the part."""
        start = text.rfind(b"\n", 0, -1) + 1
        return text[:start], text[start:]

    def _block(self, text: bytes) -> Block:
        block = Block(text, [], [], is_plain=True)
        if self._want == Want.RESULTS:
            return self._with(block, [], text)
        if self._want == Want.NOTHING:
            rest, verified = self._verified.subn(b"", text)
            self._counts[Status.OK] += verified
            return self._with(block, [], rest)
        gaps = self._verified.split(text)  # what is before the first, its name, its digest, and so on
        names, gaps = gaps[1::3], gaps[::3]
        self._counts[Status.OK] += len(names)
        start = 0
        for number, gap in enumerate(gaps):
            if gap or number == len(names):
                block = self._with(block, _texts(names[start:number]), gap)
                start = number
        return block

    def _with(self, block: Block, names: list[str], rest: bytes) -> Block:
        """Add the names of verified files, and what is in the lines after these."""
        results: list[FileResult] = []
        is_plain = block.is_plain
        for line, match in _lines(rest):
            try:
                if match:
                    results.append(self._judged(*_made(match)))
                    continue
                is_plain, found = False, decoded(line)
                if found["type"] == "result":
                    results.append(self._judged(*result(found)))
                else:
                    block.others.append(other(found))
                    self._errors += found["type"] == "error"
            except ValueError as e:
                number = block.text.split(b"\n").index(line.rstrip(b"\n"))
                raise self._error(self._before + number + 1, str(e)) from e
        block.runs.append((names, results))
        return block._replace(is_plain=is_plain)

    def _error(self, line: int, reason: str) -> PartError:
        return PartError(self._part.path, line, f"{self._part.name} is damaged: {reason}", hint=self._again)

    @property
    def _again(self) -> str:
        return f"run it again: {self._part.command}"

    def _judged(self, root: str, verdict: FileResult) -> FileResult:
        """Count a verdict, and return it, if it is one that the shard can have."""
        kind = verdict.status
        if verdict.fails is (kind in self._forgiven):
            reason = f"the verdict {kind.phrase} {'fails' if verdict.fails else 'does not fail'} the run"
            raise ValueError(reason)
        if kind is Status.OK and (verdict.actual is None or verdict.actual != verdict.expected):
            reason = "the file is verified, and its digest is another one"
            raise ValueError(reason)
        if root != self._part.shard.root:
            reason = "the verdict is about another root than that of the first line"
            raise ValueError(reason)
        if verdict.manifest is not None and verdict.manifest not in self._lists:
            reason = "the verdict is by a list that the first line does not name"
            raise ValueError(reason)
        if verdict.line is not None and not self._is_here(verdict.manifest, verdict.line):
            reason = f"the verdict is on line {verdict.line}, which is in another shard"
            raise ValueError(reason)
        self._counts[kind] += 1
        self._unlisted += verdict.manifest is None
        return verdict

    def _is_here(self, path: str | None, line: int) -> bool:
        return any(path == name and first <= line and (not last or line <= last) for name, first, last in self._spans)

    def _conclude(self) -> None:
        """Hold what was counted against the summary."""
        said, found = self._part.summary, self._counts
        if said.errors:
            if not self._errors:
                raise self._error(0, "the summary counts an error that no line says")
            wrong = [s for s in Status if said.counts[s] != self.failing[s]]
        else:
            if self._errors:
                raise self._error(0, "a line says an error that the summary does not count")
            optional = self._forgiven - {Status.MALFORMED}
            wrong = [s for s in Status if said.counts[s] != found[s] and not (s in optional and not found[s])]
        if wrong:
            reason = f"the summary counts {said.counts[wrong[0]]} {wrong[0].phrase}, and {found[wrong[0]]} have a line"
            raise self._error(0, reason)
        if not said.errors:
            self._check_totals(said)

    def _check_totals(self, said: Summary) -> None:
        judged = sum(said.counts.values()) - said.counts[Status.MALFORMED] - self._unlisted
        if said.files != judged:
            raise self._error(0, f"the summary counts {said.files} files, and verdicts on {judged}")
        if (judged, said.counts[Status.OK]) != (sum(one[1] for one in said.lists), sum(one[2] for one in said.lists)):
            raise self._error(0, "the summary counts other verdicts than it counts list by list")
        if not said.failed_names <= said.names <= said.files:
            raise self._error(0, "the summary counts more names than verdicts")
        if said.ok and self.failing:
            raise self._error(0, "the summary says that the run is ok, and verdicts fail it")
        if not said.ok and said.counts[Status.OK] and not self.failing:
            raise self._error(0, "the summary says that the run failed, and no verdict does")


def _lines(text: bytes) -> Iterator[tuple[bytes, re.Match[bytes] | None]]:
    """Yield the lines, each with what it is if it is a result."""
    end = 0
    for match in _RESULT.finditer(text):
        for line in text[end : match.start()].split(b"\n")[:-1]:
            yield line, None
        yield match[0], match
        end = match.end()
    for line in text[end:].split(b"\n")[:-1]:
        yield line, None


def results_in(text: bytes) -> list[FileResult]:
    """Return all verdicts in lines that were found to be in order."""
    made = [_made(match) if match else _read(line) for line, match in _lines(text)]
    return [one[1] for one in made if one]


def _read(line: bytes) -> tuple[str, FileResult] | None:
    found = decoded(line)
    return result(found) if found["type"] == "result" else None


def _made(match: re.Match[bytes]) -> tuple[str, FileResult]:
    root, fails, path, word, *others = match.groups()
    algorithm, expected, actual, size, manifest, number, detail, moved_to, moved_with = others
    return _text(root), FileResult(
        _text(path),
        status(word.decode()),
        fails == b"true",
        _maybe(algorithm),
        _maybe(expected),
        _maybe(actual),
        None if size is None else int(size),
        _maybe(manifest),
        None if number is None else int(number),
        _text(detail),
        _maybe(moved_to),
        _maybe(moved_with),
    )


def _text(text: bytes) -> str:
    if b"\\" in text:
        unquoted: str = json.loads(b'"%s"' % text)
        return unquoted
    return text.decode("ascii")


def _texts(names: Sequence[bytes]) -> list[str]:
    joined = b"\n".join(names)
    if b"\\" in joined:
        return [_text(name) for name in names]
    return joined.decode("ascii").split("\n") if names else []


def _maybe(text: bytes | None) -> str | None:
    return None if text is None else _text(text)
