"""The JSON of a part, read without trust: it comes from another machine, or was edited."""

from __future__ import annotations

import json

from checksig._cli._json import SCHEMA, Shard, ShardList, ShardSpan
from checksig._errors import EngineError, JobTimeout, ManifestError, SignatureError
from checksig._named import NamedTuple, named
from checksig._report import FileResult, Status, WarningText

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, NoReturn

    from checksig._errors import ChecksigError

LONGEST = 16 << 20
"""Bytes of a line. A name has at most 64 KiB, but a run may have thousands of lists."""

_MOST = 1 << 63
"""What no number of files or bytes reaches."""

_STATUSES: dict[str, Status] = {status.value: status for status in Status}


@named
class ListCounts(NamedTuple):
    """What a part says of a list: the entries with a verdict, and of these the verified and the failed."""

    manifest: str
    entries: int
    verified: int
    failed: int


@named
class Summary(NamedTuple):
    """The last line of a part."""

    ok: bool
    exit_status: int
    errors: int
    files: int
    bytes: int
    elapsed: float
    """In seconds."""
    counts: Mapping[Status, int]
    names: int
    failed_names: int
    lists: tuple[ListCounts, ...]


def decoded(line: bytes) -> dict[str, Any]:
    """Return the object that a line is.

    :raises ValueError: it is none, or has a key twice, or no number that JSON has; or it is of another schema.
    """
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        reason = "not UTF-8"
        raise ValueError(reason) from None
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError:
        reason = "not JSON"
        raise ValueError(reason) from None
    except RecursionError:
        reason = "JSON of too many levels"
        raise ValueError(reason) from None
    if not isinstance(found, dict):
        reason = "not a JSON object"
        raise ValueError(reason)  # noqa: TRY004 - of the text, not of an argument
    if not isinstance(found.get("type"), str):
        reason = "not a line of checksig: it has no type"
        raise ValueError(reason)  # noqa: TRY004
    if found.get("schema") != SCHEMA or not _is_count(found["schema"]):
        reason = f"of another schema than {SCHEMA}, which this checksig reads"
        raise ValueError(reason)
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        reason = "a key occurs twice"
        raise ValueError(reason)
    return found


def _no_number(word: str) -> NoReturn:
    reason = f"{word} is no number"
    raise ValueError(reason)


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value < _MOST


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_text_or_none(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_count_or_none(value: object) -> bool:
    return value is None or _is_count(value)


def _is_seconds(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < _MOST


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _checked(line: object, fields: Mapping[str, Callable[[object], bool]]) -> dict[str, Any]:
    """Return an object that has these fields, each as its check demands; others may be there.

    :raises ValueError: it doesn't.
    """
    if not isinstance(line, dict):
        reason = "an element is not a JSON object"
        raise ValueError(reason)  # noqa: TRY004 - of the text, not of an argument
    for name, is_right in fields.items():
        if name not in line:
            reason = f"it has no {name}"
            raise ValueError(reason)
        if not is_right(line[name]):
            reason = f"its {name} can't be {_shown(line[name])}"
            raise ValueError(reason)
    return line


def _shown(value: object, most: int = 40) -> str:
    text = json.dumps(value)
    return text if len(text) <= most else f"{text[: most - 3]}..."


_SHARD = {
    "shard": _is_count,
    "of": _is_count,
    "version": _is_text,
    "host": _is_text,
    "root": _is_text,
    "root_id": _is_text_or_none,
    "lists": _is_list,
    "spans": _is_list,
    "options": _is_object,
}
_SPAN = {"list": _is_count, "line": _is_count, "last_line": _is_count_or_none}
_LIST = {"path": _is_text, "digest": _is_text, "size": _is_count, "entries": _is_count}
_POLICY = {"strict": _is_flag, "ignore_missing": _is_flag}
_SUMMARY = {
    "ok": _is_flag,
    "exit_status": _is_count,
    "errors": _is_count,
    "files": _is_count,
    "bytes": _is_count,
    "elapsed": _is_seconds,
    "counts": _is_object,
    "names": _is_count,
    "failed_names": _is_count,
    "lists": _is_list,
}
_COUNTS = {"manifest": _is_text, "entries": _is_count, "verified": _is_count, "failed": _is_count}
_RESULT = {
    "root": _is_text,
    "fails": _is_flag,
    "path": _is_text,
    "status": _is_text,
    "algorithm": _is_text_or_none,
    "expected": _is_text_or_none,
    "actual": _is_text_or_none,
    "size": _is_count_or_none,
    "manifest": _is_text_or_none,
    "line": _is_count_or_none,
    "detail": _is_text,
}


def shard(line: Mapping[str, Any]) -> Shard:
    """Return what the first line of a part says.

    :raises ValueError: it is not like the first line of a part.
    """
    if line["type"] == "error":
        reason = f"the run ended before it had a part: {_shown(line.get('message'), 200)}"
        raise ValueError(reason)
    if line["type"] != "shard":
        reason = "JSON Lines of a run that is not a part: add --shard I/N to `checksig verify --json`"
        raise ValueError(reason)
    _checked(line, _SHARD)
    _checked(line["options"], _POLICY)
    if not 1 <= line["shard"] <= line["of"]:
        reason = f"there is no shard {line['shard']} of {line['of']}"
        raise ValueError(reason)
    if not line["lists"]:
        reason = "it names no list"
        raise ValueError(reason)
    lists = tuple(ShardList(*(_checked(one, _LIST)[name] for name in _LIST)) for one in line["lists"])
    spans = tuple(ShardSpan(*(_checked(one, _SPAN)[name] for name in _SPAN)) for one in line["spans"])
    if any(one.list >= len(lists) for one in spans):
        reason = "it has a span of a list that it does not name"
        raise ValueError(reason)
    return Shard(*({**line, "lists": lists, "spans": spans}[name] for name in _SHARD))


def summary(line: Mapping[str, Any]) -> Summary:
    """Return what the last line of a part says.

    :raises ValueError: it contradicts itself, or is not like the last line of a part.
    """
    _checked(line, _SUMMARY)
    counts = _checked(line["counts"], dict.fromkeys(_STATUSES, _is_count))
    unknown = counts.keys() - _STATUSES.keys()
    if unknown:
        reason = f"unknown status {_shown(min(unknown))}: it is of another version of checksig"
        raise ValueError(reason)
    expected = 2 if line["errors"] else int(not line["ok"])
    if line["exit_status"] != expected or (line["ok"] and line["errors"]):
        reason = "its ok, exit_status and errors contradict each other"
        raise ValueError(reason)
    lists = tuple(ListCounts(*(_checked(one, _COUNTS)[name] for name in _COUNTS)) for one in line["lists"])
    numbers = {**line, "counts": {_STATUSES[word]: number for word, number in counts.items()}, "lists": lists}
    return Summary(*(numbers[name] for name in _SUMMARY))


def status(word: str) -> Status:
    """Return the status of this name.

    :raises ValueError: there is none.
    """
    try:
        return _STATUSES[word]
    except KeyError:
        reason = f"unknown status {_shown(word)}: it is of another version of checksig"
        raise ValueError(reason) from None


def result(line: Mapping[str, Any]) -> tuple[str, FileResult]:
    """Return a verdict, and the root that it is about.

    :raises ValueError: the line is not like one.
    """
    root, *fields = (_checked(line, _RESULT)[name] for name in _RESULT)
    fails, path, word, *others = fields
    moved = [line.get("moved_to"), line.get("moved_with")]
    if not all(map(_is_text_or_none, moved)):
        reason = "its moved_to or moved_with is not text"
        raise ValueError(reason)
    return root, FileResult(path, status(word), fails, *others, *moved)


@named
class Failure(NamedTuple):
    """Why a shard has no verdict."""

    kind: str
    code: str
    path: str | None
    line: int | None
    message: str
    hint: str | None

    def as_error(self, name: str, host: str) -> ChecksigError:
        """Return the error that ended the run on the shard of this *name*, on that host."""
        reason, path = f"{name}: {self.message}", self.path or ""
        if self.kind == "manifest":
            return ManifestError(path, self.line or 0, reason, self.code)
        if self.kind == "signature":
            return SignatureError(path, reason, self.code)
        if self.kind == "timeout":
            return JobTimeout(reason)
        error = EngineError(path, reason, self.code)
        error.platform = host
        return error


_FAILURE = {
    "kind": _is_text,
    "code": _is_text,
    "path": _is_text_or_none,
    "line": _is_count_or_none,
    "message": _is_text,
    "hint": _is_text_or_none,
}


def other(line: Mapping[str, Any]) -> WarningText | Failure:
    """Return what a line between the first and the last says that is no verdict.

    :raises ValueError: no such line can be there.
    """
    kind = line["type"]
    if kind == "warning":
        _checked(line, {"code": _is_text, "message": _is_text})
        return WarningText(line["message"], line["code"])
    if kind == "error":
        failure = Failure(*(_checked(line, _FAILURE)[name] for name in _FAILURE))
        if failure.kind not in {"manifest", "signature", "timeout", "engine"}:
            reason = f"unknown kind of error {_shown(failure.kind)}: it is of another version of checksig"
            raise ValueError(reason)
        if failure.kind in {"manifest", "signature"}:
            _checked(line, {"path": _is_text})
        return failure
    reasons = {
        "shard": "another part begins, and each needs a file of its own",
        "summary": "the run ends, and lines follow",
    }
    raise ValueError(reasons.get(kind) or f"a line of the type {_shown(kind)} can't be in a part")
