"""All that happens, for programs: JSON Lines, which docs/json.md describes."""

from __future__ import annotations

import json
from json.encoder import encode_basestring_ascii as quoted

from checksig._cli import _streams
from checksig._cli._exit import Exit
from checksig._cli._output import NOT_WRITTEN
from checksig._errors import EngineError, JobTimeout, ManifestError, SignatureError
from checksig._named import NamedTuple, named
from checksig._report import Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from checksig._cli._output import Created
    from checksig._cli._totals import Totals
    from checksig._errors import ChecksigError
    from checksig._job import CreateJob
    from checksig._report import FileResult, Report, WarningText
    from checksig._signer import Signer

SCHEMA = 1
"""The number of the JSON schema. It goes up when what is there changes its meaning or goes away."""

_KINDS: dict[type, str] = {
    ManifestError: "manifest",
    SignatureError: "signature",
    EngineError: "engine",
    JobTimeout: "timeout",
}
"""The errors that a run can end with, as the JSON has them."""

_RESULT = (
    f'{{{{"schema": {SCHEMA}, "type": "result", "root": {{}}, "fails": {{}}, "path": {{}}, "status": {{}}, '
    '"algorithm": {}, "expected": {}, "actual": {}, "size": {}, "manifest": {}, "line": {}, "detail": {}}}'
).format
"""The line of a result: json.dumps() takes three times as long for a million of them."""


@named
class ShardList(NamedTuple):
    """A list of which a run verifies a part."""

    path: str
    """As in results."""
    digest: str
    """Of its bytes, such as ``sha256:`` and hex."""
    size: int
    """In bytes."""
    entries: int
    """All that it has, without malformed lines."""


@named
class ShardSpan(NamedTuple):
    """A part of one of the lists."""

    list: int
    """The number of the list, counted from 0."""
    line: int
    """The first line."""
    last_line: int | None
    """The last line; None for the rest of the list."""


@named
class Shard(NamedTuple):
    """Which part of a run this is, and of which run: what `checksig merge` holds against the other parts."""

    number: int
    """Counted from 1."""
    of: int
    """How many there are."""
    version: str
    """Of checksig."""
    host: str
    root: str
    """As in results."""
    root_id: str | None
    """Is equal where two hosts have the same directory; None if that can't be known."""
    lists: Sequence[ShardList]
    spans: Sequence[ShardSpan]
    """What of the lists it is, in their order."""
    options: Mapping[str, object]
    """Those that change verdicts, with values that JSON has; `strict` and `ignore_missing` among them."""


class Json:
    """JSON Lines on standard output, or wherever *put* puts them, and *put_bytes* those that are lines already."""

    def __init__(
        self, put: Callable[[str], object] = _streams.put, put_bytes: Callable[[bytes], object] = _streams.put_bytes
    ) -> None:
        self._put, self._put_bytes = put, put_bytes
        self._is_shard = False

    def shard(self, shard: Shard) -> None:
        """Print the first line of a part, before anything else: it names a part that is cut short."""
        self._is_shard = True
        number, of, version, host, root, root_id, lists, spans, options = shard
        self._put_json(
            "shard",
            shard=number,
            of=of,
            version=version,
            host=host,
            root=root,
            root_id=root_id,
            lists=[one._asdict() for one in lists],
            spans=[one._asdict() for one in spans],
            options=dict(options),
        )

    def passed(self, lines: bytes) -> None:
        """Print results that are lines already."""
        self._put_bytes(lines)

    def results(self, root: str, batch: Sequence[FileResult], *, several_lists: bool = False) -> None:  # noqa: ARG002
        where = quoted(root)
        if batch:
            self._put("\n".join([line(where, *result) for result in batch]))

    def signed(self, signer: Signer) -> None:
        self._put_json("signer", **signer.as_dict())

    def warning(self, warning: WarningText, hint: str = "") -> None:  # noqa: ARG002 - for people
        self._put_json("warning", code=warning.code, message=warning)

    def error(self, error: ChecksigError, root: str, hint: str = "") -> None:
        path, line = None, None
        if isinstance(error, (ManifestError, SignatureError, EngineError)):
            path = error.path
        if isinstance(error, ManifestError):
            line = error.line or None
        message = error.reason if isinstance(error, (ManifestError, SignatureError, EngineError)) else str(error)
        self._put_json(
            "error",
            kind=next((_KINDS[kind] for kind in type(error).__mro__ if kind in _KINDS), "executor"),
            code=error.code,
            root=root,
            path=path,
            line=line,
            message=message,
            hint=hint or None,
        )

    def verified(self, totals: Totals) -> None:
        for root, version in totals.bags:
            self._put_json("bag", root=root, version=version)
        self._put_json(
            "summary",
            ok=totals.exit == Exit.OK,
            exit_status=int(totals.exit),
            reason=totals.reason or None,
            errors=totals.errors,
            files=totals.entries,
            bytes=totals.bytes,
            elapsed=round(totals.elapsed, 6),
            counts={status.value: totals.counts[status] for status in Status},
            **(_of_shard(totals) if self._is_shard else {}),
        )

    def created(self, made: Created) -> None:
        said = made.failed or made.exit != Exit.FAILED  # a verdict or an error says it
        summary: dict[str, object] = {
            "ok": not made.exit,
            "exit_status": made.exit,
            "reason": None if said else NOT_WRITTEN,
            **_written(made.outputs, made.algorithms),
            "files": made.files,
        }
        if made.outputs:
            summary |= {"bytes": made.bytes, "elapsed": made.elapsed}
        if made.replaced:
            from checksig._cli._replaced import as_dict

            summary["replaced"] = [as_dict(one) for one in made.replaced]
        self._put_json("summary", **summary)

    def updated(self, job: CreateJob | None, report: Report | None, status: int) -> None:
        """Print the end of `update`, which has no report if there is an error."""
        summary: dict[str, object] = {"ok": status == Exit.OK, "exit_status": status, "reason": None}
        summary["output"] = next(iter(job.outputs()), None) if job else None
        summary["files"] = report.counts[Status.OK] if report else 0
        if report:
            summary |= {"bytes": report.bytes, "elapsed": round(report.elapsed, 6)}
            summary["counts"] = {status.value: report.counts[status] for status in Status}
        self._put_json("summary", **summary)

    def _put_json(self, type_: str, /, **fields: object) -> None:
        self._put(json.dumps({"schema": SCHEMA, "type": type_, **fields}))


def _of_shard(totals: Totals) -> dict[str, object]:
    """Return what the summary of a part has besides: what a run on the whole says of its parts together."""
    lists = [(one.manifest, one.entries, one.verified, one.failed) for one in totals.lists]
    return {
        "names": totals.files,
        "failed_names": totals.failed_files,
        "lists": [dict(zip(("manifest", "entries", "verified", "failed"), one, strict=True)) for one in lists],
    }


def _written(paths: Sequence[str], algorithms: Sequence[str]) -> dict[str, object]:
    """Return what the summary of `create` says of the lists: the first of each, and all."""
    first = {"output": paths[0] if paths else None, "algorithm": algorithms[0] if algorithms else None}
    return {**first, "outputs": list(paths), "algorithms": list(algorithms)}


def line(  # noqa: PLR0917 - the fields of a result
    root: str,
    path: str,
    status: Status,
    fails: bool,  # noqa: FBT001 - in the order of a result
    algorithm: str | None,
    expected: str | None,
    actual: str | None,
    size: int | None,
    manifest: str | None,
    number: int | None,
    detail: str,
    moved_to: str | None = None,
    moved_with: str | None = None,
) -> str:
    """Return the line of a result. *root* is quoted."""
    text = _RESULT(
        root,
        "true" if fails else "false",
        quoted(path),
        quoted(status),
        _text(algorithm),
        _text(expected),
        _text(actual),
        "null" if size is None else size,
        _text(manifest),
        "null" if number is None else number,
        quoted(detail),
    )
    if moved_to is None:
        return text
    return f'{text[:-1]}, "moved_to": {quoted(moved_to)}, "moved_with": {_text(moved_with)}}}'


def _text(value: str | None) -> str:
    return "null" if value is None else quoted(value)
