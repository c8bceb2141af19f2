"""Parts of a run, as `checksig verify --shard I/N --json` writes them, of any verdicts."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from checksig import FileResult, Report, Status, verify
from checksig._cli._json import Json, Shard, ShardList, ShardSpan
from checksig._cli._totals import Totals
from checksig._job import ListTally, Tally

OPTIONS: dict[str, object] = {"strict": True, "ignore_missing": False, "exclude": []}


def shard_of(lists: Sequence[Path | str], number: int, of: int, **fields: Any) -> Shard:
    """Return what the first line of a part says, with other *fields* where these are given."""
    described = []
    for path in lists:
        content = Path(path).read_bytes()
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        described.append(ShardList(str(path), digest, len(content), len(content.splitlines())))
    begin, end = 1 if number == 1 else 1000 * number, None if number == of else 1000 * (number + 1) - 1
    spans = [ShardSpan(i, begin, end) for i in range(len(lists))]
    made = Shard(number, of, "1.0", f"node{number}", ".", "1:2", described, spans, OPTIONS)
    return made._replace(**fields)


def part(
    shard: Shard, results: Sequence[FileResult], *, verbose: bool = True, warnings: Sequence[Any] = (), read: int = 0
) -> bytes:
    """Return a part in which these verdicts are all there are."""
    lines: list[str] = []
    json_ = Json(lines.append)
    json_.shard(shard)
    json_.results(shard.root, [r for r in results if verbose or r.fails or r.status is Status.MALFORMED])
    for warning in warnings:
        json_.warning(warning)
    json_.verified(totals_of(shard, results, read))
    return "".join(f"{line}\n" for line in lines).encode()


def totals_of(shard: Shard, results: Sequence[FileResult], read: int) -> Totals:
    """Count as a run on the shard does, in which each name has one entry."""
    found = Counter(result.status for result in results)
    counts = {status: found[status] for status in Status}
    judged = [result for result in results if result.status is not Status.MALFORMED]
    tallies = []
    for one in shard.lists:
        mine = [result for result in judged if result.manifest == one.path]
        verified = sum(result.status is Status.OK for result in mine)
        tallies.append(ListTally(one.path, len(mine), verified, sum(result.fails for result in mine)))
    report = Report(
        root=shard.root,
        ok=bool(counts[Status.OK]) and not any(result.fails for result in results),
        counts=counts,
        results=(),
        failures=(),
        files=len(judged),
        bytes=read,
        elapsed=0.5,
        warnings=(),
    )
    names = sum(r.fails or r.status is Status.OK for r in judged)
    totals = Totals()
    totals.note(list(results))
    totals.add(report, Tally(names, sum(result.fails for result in judged), tuple(tallies)))
    return totals


def parts_of(
    root: Path,
    of: int,
    *,
    verbose: bool = True,
    name: str = "SHA256SUMS",
    strict: bool = True,
    ignore_missing: bool = False,
) -> list[Path]:
    """Verify a list, and write the parts of as many runs on shards, beside the directory."""
    report = verify(root, root / name, keep="all", strict=strict, ignore_missing=ignore_missing)
    options = {**OPTIONS, "strict": strict, "ignore_missing": ignore_missing}
    results = [result._replace(manifest=name) for result in report.results]
    described = shard_of([root / name], 1, of).lists[0]
    listed = described._replace(path=name, entries=report.files)
    paths = []
    for number in range(1, of + 1):
        mine = results[len(results) * (number - 1) // of : len(results) * number // of]
        begin = 1 if number == 1 else (mine or results)[0].line or 1
        after = results[len(results) * number // of].line if number < of else None
        spans = [ShardSpan(0, begin, after and after - 1)]
        first = Shard(number, of, "1.0", f"node{number}", ".", "1:2", [listed], spans, options)
        path = root.parent / f"part-{number}.jsonl"
        of_first: Any = {"read": report.bytes, "warnings": report.warnings} if number == 1 else {}
        path.write_bytes(part(first, mine, verbose=verbose, **of_first))
        paths.append(path)
    return paths


def changed(path: Path, line: int, /, **fields: Any) -> None:
    """Change fields of a line, counted from 0 or, from the end, below it."""
    lines = path.read_bytes().splitlines(keepends=True)
    lines[line] = json.dumps({**json.loads(lines[line]), **fields}).encode() + b"\n"
    path.write_bytes(b"".join(lines))
