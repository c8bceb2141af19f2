"""`checksig merge`: parts that several machines wrote become what one run would have said."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checksig import FileResult, Status, WarningText
from checksig._cli import main
from checksig._cli._json import ShardSpan
from command import checksig, finish, lines, objects
from conftest import Tree, digest, gnu_line, linux, posix
from parts import changed, part, parts_of, shard_of

ODD = "odd\n\x1b[31m\u202e" if os.name == "nt" else "odd\n\x1b[31m\u202e\udcff"


POLICIES: tuple[list[str], ...] = ([], ["--ignore-missing", "--no-strict"])


def damaged(top: Path) -> Path:
    """Make a directory of which two files differ and two are missing, with a line in its list that is none."""
    root = top / "root"
    root.mkdir()
    listed = []
    for i in range(16):
        name, data = (ODD if i == 3 and os.name != "nt" else f"file {i}"), b"%d" % i
        if i not in {6, 13}:
            (root / name).write_bytes(data)
        listed.append(gnu_line(name, b"what it was" if i in {3, 9} else data))
    listed.insert(5, b"not an entry\n")
    (root / "SHA256SUMS").write_bytes(b"".join(listed))
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A directory in which not all is as listed."""
    return damaged(tmp_path)


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """The parts of real runs with --verbose in such a directory, by their other options."""
    found: dict[str, list[Path]] = {}
    for policy in POLICIES:
        root = damaged(tmp_path_factory.mktemp("shards"))
        for number in range(1, 5):
            options = ("--shard", f"{number}/4", "--json", "--verbose", *policy)
            path = root / f"part-{number}.jsonl"
            path.write_bytes(checksig("verify", *options, "SHA256SUMS", cwd=root).stdout)
            found.setdefault(" ".join(policy), []).append(path)
    return found


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A directory in which all is as listed."""
    root = tmp_path / "good"
    root.mkdir()
    files = {f"file {i}": b"%d" % i for i in range(8)}
    for name, data in files.items():
        (root / name).write_bytes(data)
    (root / "SHA256SUMS").write_bytes(b"".join(gnu_line(name, data) for name, data in files.items()))
    return root


def steady(output: bytes) -> bytes:
    return re.sub(rb'("elapsed": |time=")[0-9.]+', b"", output)


def merge(parts: Sequence[Path | str], *options: str) -> tuple[int, list[str], list[str]]:
    """Merge, and return the exit status, and the lines of standard output and standard error."""
    streams = [io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in "12"]
    with contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
        status = main(["merge", *options, *map(str, parts)])
    out, error = (lines(stream.buffer.getvalue()) for stream in streams)
    return status, out, error


def merged(parts: Sequence[Path | str], *options: str) -> list[dict[str, Any]]:
    """Merge, and return the lines of JSON."""
    _, out, error = merge(parts, "--json", *options)
    assert [] == error
    return [json.loads(line) for line in out]


OUTPUTS = [
    [],
    ["--verbose"],
    ["--quiet"],
    ["--json"],
    ["--json", "--verbose"],
    ["--format=csv"],
    ["--format=csv", "--verbose"],
    ["--format=junit"],
    ["--format=github"],
]


@pytest.mark.parametrize("policy", POLICIES, ids=["strict", "lenient"])
@pytest.mark.parametrize("output", OUTPUTS, ids=" ".join)
def test_a_merge_prints_what_one_run_does(output: list[str], policy: list[str], shards: dict[str, list[Path]]) -> None:
    """To standard output and standard error, with its exit status, in whichever order the parts come."""
    parts = shards[" ".join(policy)]
    one = checksig("verify", *output, *policy, "SHA256SUMS", cwd=parts[0].parent)
    two = checksig("merge", *output, *map(str, reversed(parts)))
    assert (one.returncode, steady(one.stdout), one.stderr) == (two.returncode, steady(two.stdout), two.stderr)
    assert 1 == one.returncode


def test_the_whole_can_be_ok_where_a_shard_is_not(good: Path) -> None:
    """With --ignore-missing, one of which nothing is there; unless nothing is there of all."""
    for i in range(4):
        (good / f"file {i}").unlink()
    parts = parts_of(good, 2, ignore_missing=True)
    assert [False, True] == [objects(path.read_bytes())[-1]["ok"] for path in parts]
    assert (0, [], ["checksig: OK: 4 files verified; 4 missing files ignored"]) == merge(parts)
    for i in range(4, 8):
        (good / f"file {i}").unlink()
    status, _, said = merge(parts_of(good, 2, ignore_missing=True))
    assert (1, ["checksig: FAILED: no file was verified; 8 missing files ignored"]) == (status, said)


def test_times_are_not_added_and_bytes_are(good: Path) -> None:
    """The elapsed time is that of the shard that took longest."""
    parts = parts_of(good, 3)
    for path, seconds, read in zip(parts, (1.5, 9.25, 3), (5, 6, 7), strict=True):
        changed(path, -1, elapsed=seconds, bytes=read)
    summary = merged(parts)[-1]
    assert (9.25, 18, 8) == (summary["elapsed"], summary["bytes"], summary["files"])


def test_a_report_is_written_besides(root: Path, tmp_path: Path) -> None:
    """In another format, with all verdicts; but never over a part."""
    parts = parts_of(root, 3)
    done = checksig("merge", "--verbose", "--report", "all.csv", *map(str, parts), cwd=tmp_path)
    rows = (tmp_path / "all.csv").read_text(encoding="utf-8").splitlines()
    assert 1 == done.returncode
    assert 12 == sum(",ok,false," in row for row in rows)
    before = parts[0].read_bytes()
    status, _, said = merge(parts, "--report", f"json:{parts[0]}")
    assert (2, before) == (status, parts[0].read_bytes())
    assert "refusing to replace it" in said[0]


def test_a_part_can_be_replaced_by_a_report(good: Path) -> None:
    """As that of the next run on this shard."""
    (path,) = parts_of(good, 1)
    done = checksig("verify", "--report", f"json:{path}", str(good))
    assert (0, 1) == (done.returncode, len(path.read_bytes().splitlines()))


def test_warnings_are_printed_once_and_their_numbers_added_up(good: Path, tmp_path: Path) -> None:
    """In the order in which they came."""
    results = [result(good, i) for i in range(4)]
    texts = [
        [WarningText("1 entry excluded", "entries_excluded"), WarningText("MD5 is weak", "weak_digest")],
        [WarningText("MD5 is weak", "weak_digest"), WarningText("3 entries excluded", "entries_excluded")],
    ]
    options = {"strict": True, "ignore_missing": False, "exclude": ["*.tmp"]}
    paths = []
    for number, warnings in enumerate(texts, 1):
        shard = shard_of([good / "SHA256SUMS"], number, 2, options=options)
        paths.append(tmp_path / f"{number}.jsonl")
        paths[-1].write_bytes(part(shard, results[(number - 1) * 2 : number * 2], warnings=warnings))
    assert ["checksig: warning: 4 entries excluded", "checksig: warning: MD5 is weak"] == merge(paths)[2][:2]


def result(root: Path, number: int, status: Status = Status.OK, **fields: Any) -> FileResult:
    """Return a verdict on a file of *root*."""
    good = digest(b"%d" % number)
    actual = good if status is Status.OK else None
    manifest = str(root / "SHA256SUMS")
    made = FileResult(f"file {number}", status, status is not Status.OK, "sha256", good, actual, 1, manifest, 1, "")
    return made._replace(**fields)


def test_a_list_may_have_another_path_elsewhere(good: Path, tmp_path: Path) -> None:
    """Its content counts. That of the first shard is printed, for the same directory under another path, too."""
    paths = []
    for number in (1, 2):
        there = tmp_path / f"mnt{number}"
        there.mkdir()
        (there / "SHA256SUMS").write_bytes((good / "SHA256SUMS").read_bytes())
        spans = [ShardSpan(0, 4 * number - 3, 4 if number == 1 else None)]
        shard = shard_of([there / "SHA256SUMS"], number, 2, root=str(there), spans=spans)
        verdicts = [
            result(there, i, Status.MISSING if i == 5 else Status.OK, line=i + 1)
            for i in range(number * 4 - 4, number * 4)
        ]
        paths.append(tmp_path / f"{number}.jsonl")
        paths[-1].write_bytes(part(shard, verdicts))
    for options in ([], ["--verbose"]):
        printed = merged(paths, *options)[:-1]
        places = {(line["root"], line["manifest"]) for line in printed}
        assert {(str(tmp_path / "mnt1"), str(tmp_path / "mnt1" / "SHA256SUMS"))} == places
        assert (8 if "--verbose" in options else 1) == len(printed)


@pytest.mark.parametrize("root_id", [None, "9:9"])
def test_another_root_is_refused(root_id: str | None, good: Path) -> None:
    """Unless it is known to be the same directory."""
    parts = parts_of(good, 2)
    lines_ = objects(parts[1].read_bytes())
    moved = [{**line, "root": "/b"} if "root" in line else line for line in lines_]
    moved[0]["root_id"] = root_id
    parts[1].write_text("".join(f"{json.dumps(line)}\n" for line in moved))
    status, out, said = merge(parts)
    assert (2, []) == (status, out)
    assert f"{parts[1]}:1: shard 2 of 2 on node2: the root is /b, and . in {parts[0]}" in said[0]


def test_a_part_may_come_by_a_stream(good: Path) -> None:
    """From standard input, by -."""
    parts = parts_of(good, 2)
    with parts[1].open("rb") as stream:
        done = checksig("merge", str(parts[0]), "-", stdin=stream)
    assert (0, b"", ["checksig: OK: 8 files verified"]) == (done.returncode, done.stdout, lines(done.stderr))


@posix
def test_a_part_may_come_by_a_fifo(good: Path, tmp_path: Path) -> None:
    """As that of a shell's <(ssh host cat part)."""
    parts = parts_of(good, 2)
    os.mkfifo(tmp_path / "fifo")
    writer = threading.Thread(target=lambda: (tmp_path / "fifo").write_bytes(parts[0].read_bytes()))
    writer.start()
    assert (0, [], ["checksig: OK: 8 files verified"]) == merge([tmp_path / "fifo", parts[1]])
    writer.join()


def test_lines_may_end_as_on_windows(root: Path) -> None:
    """The parts of a run there have a carriage return before each line feed."""
    parts = parts_of(root, 2)
    expected = merge(parts, "--json", "--verbose")
    for path in parts:
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert expected == merge(parts, "--json", "--verbose")


# What ends a merge before any verdict

Change = Callable[[list[Path]], object]


def changed_entries(path: Path, number: int) -> Path:
    (described,) = objects(path.read_bytes())[0]["lists"]
    changed(path, 0, lists=[{**described, "entries": number}])
    return path


REFUSED: dict[str, tuple[Change, str]] = {
    "missing": (lambda parts: parts.pop(1), "SHA256SUMS: shard 2 of 4 is missing"),
    "several missing": (lambda parts: (parts.pop(0), parts.pop(0)), "SHA256SUMS: shards 1-2 of 4 are missing"),
    "doubled": (lambda parts: parts.append(parts[2]), "part-3.jsonl is of the same shard"),
    "other list": (
        lambda parts: changed(
            parts[1], 0, lists=[{"path": "SHA256SUMS", "digest": "sha256:00", "size": 1, "entries": 8}]
        ),
        "part-2.jsonl:1: shard 2 of 4 on node2: the list SHA256SUMS is sha256:00, 1 bytes, 8 entries, and ",
    ),
    "two lists": (
        lambda parts: changed(parts[1], 0, lists=objects(parts[1].read_bytes())[0]["lists"] * 2),
        "the number of lists is 2, and 1 in ",
    ),
    "other number": (lambda parts: changed(parts[3], 0, of=5), "the number of shards is 5, and 4 in "),
    "other version": (
        lambda parts: changed(parts[0], 0, version="0.9"),
        "part-1.jsonl:1: shard 1 of 4 on node1: the version of checksig is 0.9, and 1.0 in ",
    ),
    "other option": (
        lambda parts: changed(parts[2], 0, options={"strict": True, "ignore_missing": True, "exclude": []}),
        "part-3.jsonl:1: shard 3 of 4 on node3: the option ignore-missing is true, and false in ",
    ),
    "fewer entries": (
        lambda parts: [changed_entries(path, 9) for path in parts],
        "SHA256SUMS: the parts have verdicts on 8 entries, and the lists have 9",
    ),
    "no file": (lambda parts: parts.append(Path("nothing.jsonl")), "nothing.jsonl: no such file or directory"),
    "cut short": (
        lambda parts: parts[1].write_bytes(b"".join(parts[1].read_bytes().splitlines(keepends=True)[:-1])),
        "part-2.jsonl:3: shard 2 of 4 on node2 was cut short: its last line is no summary",
    ),
    "only begun": (
        lambda parts: parts[1].write_bytes(parts[1].read_bytes().splitlines(keepends=True)[0]),
        "part-2.jsonl:1: shard 2 of 4 on node2 was cut short",
    ),
    "within a line": (
        lambda parts: parts[1].write_bytes(parts[1].read_bytes()[:-20]),
        "part-2.jsonl:4: shard 2 of 4 on node2 was cut short in its last line",
    ),
    "within the first line": (
        lambda parts: parts[1].write_bytes(parts[1].read_bytes()[:50]),
        "part-2.jsonl:1: the first line is cut short",
    ),
    "empty": (lambda parts: parts[1].write_bytes(b""), "part-2.jsonl: empty: not even the first line"),
    "binary": (lambda parts: parts[1].write_bytes(b"\x7fELF\xff\n\xfe\n"), "part-2.jsonl:1: not UTF-8; not a part"),
    "UTF-16": (
        lambda parts: parts[1].write_bytes(parts[1].read_bytes().decode().encode("utf-16")),
        "part-2.jsonl:1: not UTF-8; not a part",
    ),
    "text": (lambda parts: parts[1].write_bytes(b"a: FAILED\n"), "part-2.jsonl:1: not JSON; not a part"),
    "no object": (lambda parts: parts[1].write_bytes(b"[1]\n"), "part-2.jsonl:1: not a JSON object; not a part"),
    "deep": (lambda parts: parts[1].write_bytes(b"[" * 100_000 + b"\n"), "part-2.jsonl:1: JSON of too many levels"),
    "an error": (
        lambda parts: parts[1].write_bytes(b'{"schema": 1, "type": "error", "message": "no such list"}\n'),
        'part-2.jsonl:1: the run ended before it had a part: "no such list"',
    ),
    "of no shard": (
        lambda parts: parts[1].write_bytes(parts[1].read_bytes().partition(b"\n")[2]),
        "part-2.jsonl:1: JSON Lines of a run that is not a part: add --shard I/N",
    ),
    "schema": (lambda parts: changed(parts[1], 0, schema=2), "part-2.jsonl:1: of another schema than 1"),
    "schema of the end": (lambda parts: changed(parts[1], -1, schema=True), "last line that is damaged: of another"),
    "number as text": (lambda parts: changed(parts[1], 0, shard="2"), "part-2.jsonl:1: its shard can't be"),
    "shard 5 of 4": (lambda parts: changed(parts[1], 0, shard=5), "part-2.jsonl:1: there is no shard 5 of 4"),
    "negative": (lambda parts: changed(parts[1], -1, files=-2), "part-2.jsonl:4: shard 2 of 4 on node2 has a last"),
    "NaN": (lambda parts: changed(parts[1], -1, elapsed=float("nan")), "damaged: NaN is no number"),
    "infinite": (lambda parts: changed(parts[1], -1, elapsed=1e400), "damaged: Infinity is no number"),
    "half a file": (lambda parts: changed(parts[1], -1, files=2.5), "damaged: its files can't be 2.5"),
    "unknown status": (
        lambda parts: changed(parts[1], -1, counts={**objects(parts[1].read_bytes())[-1]["counts"], "eaten": 1}),
        "damaged: unknown status",
    ),
    "contradiction": (lambda parts: changed(parts[1], -1, ok=False), "contradict each other"),
    "twice": (
        lambda parts: parts[1].write_bytes(parts[1].read_bytes().replace(b'"files": 2', b'"files": 1, "files": 2')),
        "damaged: a key occurs twice",
    ),
}


@pytest.mark.parametrize("change", REFUSED)
def test_parts_that_are_not_all_of_one_run_are_refused(change: str, good: Path) -> None:
    """Before any verdict is printed, with exit status 2, and the part, or what is missing, is named."""
    parts = parts_of(good, 4)
    change_, said = REFUSED[change]
    change_(parts)
    status, out, error = merge(parts, "--verbose")
    assert (2, []) == (status, out)
    assert error[0].startswith("checksig: error: ")
    assert said in error[0]
    first, *_, last = merged(parts)
    assert ("error", 2, False) == (first["type"], last["exit_status"], last["ok"])


def test_missing_shards_are_named_by_ranges(tmp_path: Path) -> None:
    """With the command that makes the first of them."""
    (tmp_path / "list").write_bytes(gnu_line("a", b"1"))
    options = {"strict": False, "ignore_missing": True, "exclude": ["*.tmp"]}
    paths = []
    for number in (1, 2, 4, 5, 6, 10, 64):
        shard = shard_of([tmp_path / "list"], number, 64, options=options, root="/data")
        paths.append(tmp_path / f"{number}.jsonl")
        paths[-1].write_bytes(part(shard, []))
    status, out, said = merge(paths)
    assert (2, []) == (status, out)
    assert said[0].endswith("list: shards 3, 7-9, 11-63 of 64 are missing")
    words = "checksig verify --shard 3/64 --json --no-strict --ignore-missing --exclude '*.tmp' --root /data"
    assert f"checksig: hint: run each, as in: {words} {tmp_path / 'list'} > part-3.jsonl" == said[1]


def test_a_part_among_many_that_differs_is_the_one_named(good: Path) -> None:
    """Although it is the first."""
    parts = parts_of(good, 4)
    changed(parts[0], 0, version="0.9")
    errors = [line for line in merge(parts)[2] if "error" in line]
    assert [True] == ["part-1.jsonl" in line for line in errors]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "no PART given"),
        ([""], "PART is empty"),
        (["-", "-"], "several PARTs can't be standard input"),
        (["--json", "--format=csv", "x"], "--json and --format csv can't be combined"),
        (["--quiet", "--verbose", "x"], "--quiet and --verbose can't be combined"),
    ],
)
def test_a_command_that_makes_no_sense(arguments: list[str], reason: str) -> None:
    """It is answered with what is wrong about it."""
    done = checksig("merge", *arguments)
    assert (2, b"") == (done.returncode, done.stdout)
    assert reason in lines(done.stderr)[0]


# A root that is not mounted


@pytest.mark.parametrize(
    ("ids", "ignored", "status"),
    [
        (["1:2", "1:2"], False, 1),
        (["1:2", "9:9"], False, 2),
        (["1:2", None], False, 2),
        (["1:2", "9:9"], True, 2),
        (["1:2", "1:2"], True, 0),
    ],
)
def test_a_root_that_is_not_mounted_is_no_verdict(
    ids: list[str | None], *, ignored: bool, status: int, good: Path
) -> None:
    """All files of a shard are missing, and its root is not known to be that of the others."""
    for i in range(4, 8):
        (good / f"file {i}").unlink()
    parts = parts_of(good, 2, ignore_missing=ignored)
    for path, identity in zip(parts, ids, strict=True):
        changed(path, 0, root_id=identity)
    done = merge(parts)
    assert status == done[0]
    if status == 2:
        assert [] == done[1]
        assert "part-2.jsonl:1: shard 2 of 2 on node2: every file is missing there" in done[2][0]
        assert "than on node1: is it mounted?" in done[2][0]


def test_files_that_are_missing_everywhere_are_missing(good: Path) -> None:
    """Whatever the roots are: there is none that has more."""
    for i in range(8):
        (good / f"file {i}").unlink()
    parts = parts_of(good, 2)
    changed(parts[1], 0, root_id="9:9")
    status, out, _ = merge(parts)
    assert (1, 8) == (status, len(out))


# What is found in the middle


def test_a_shard_without_a_verdict_leaves_the_whole_without_one(root: Path) -> None:
    """The others are printed all the same; the error says which shard it is, and where it was verified."""
    parts = parts_of(root, 3)
    first, *_, last = objects(parts[1].read_bytes())
    error = {
        "schema": 1,
        "type": "error",
        "kind": "manifest",
        "code": "root_missing",
        "root": ".",
        "path": "/data",
        "line": None,
        "message": "no such directory",
        "hint": "mount it",
    }
    counts = dict.fromkeys(last["counts"], 0)
    last |= {"ok": False, "exit_status": 2, "errors": 1, "files": 0, "counts": counts}
    parts[1].write_text("".join(f"{json.dumps(line)}\n" for line in (first, error, last)))
    status, out, said = merge(parts)
    assert 2 == status
    assert 2 == len(out)
    assert "checksig: error: /data: shard 2 of 3 on node2: no such directory" in said
    assert "checksig: hint: mount it" in said
    assert said[-1].startswith("checksig: FAILED: ")
    assert "no verdict on 1 shard" in said[-1]
    json_ = merged(parts)
    assert ["root_missing"] == [line["code"] for line in json_ if line["type"] == "error"]
    assert (1, 2) == (json_[-1]["errors"], json_[-1]["exit_status"])


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("timeout", "shard 1 of 1 on node1: over"),
        ("engine", "x on node1: shard 1 of 1 on node1: over"),
        ("signature", "x: shard 1 of 1 on node1: over"),
    ],
)
def test_each_kind_of_error_is_told(kind: str, said: str, good: Path) -> None:
    """As the run that it ended has told it, after the verdicts before it."""
    (path,) = parts_of(good, 1)
    first, one, two, *_, last = objects(path.read_bytes())
    two |= {"status": "missing", "fails": True, "actual": None}
    error = {"schema": 1, "type": "error", "kind": kind, "code": kind, "path": "x", "line": None}
    error |= {"message": "over", "hint": None}
    last |= {"ok": False, "exit_status": 2, "errors": 1, "files": 0, "names": 0}
    last["counts"] = dict.fromkeys(last["counts"], 0) | {"missing": 1}
    path.write_text("".join(f"{json.dumps(line)}\n" for line in (first, one, two, error, last)))
    assert (
        2,
        [f"{two['path']}: FAILED (missing)"],
        [f"checksig: error: {said}", "checksig: FAILED: 1 entry: 1 missing; no verdict on 1 shard"],
    ) == merge([path])


def drop(path: Path, line: int) -> None:
    found = path.read_bytes().splitlines(keepends=True)
    del found[line]
    path.write_bytes(b"".join(found))


def insert(path: Path, line: int, text: bytes) -> None:
    found = path.read_bytes().splitlines(keepends=True)
    found.insert(line, text)
    path.write_bytes(b"".join(found))


def again(path: Path, line: int) -> None:
    insert(path, line, path.read_bytes().splitlines(keepends=True)[line])


RESULT = b'{"schema": 1, "type": "result"'

DAMAGED: dict[str, tuple[Callable[[Path], object], str]] = {
    "a verdict is lost": (lambda path: drop(path, 2), "the summary counts 3 ok, and 2 have a line"),
    "a verdict is doubled": (lambda path: again(path, 1), "the summary counts 3 ok, and 4 have a line"),
    "a failure is lost": (lambda path: drop(path, 3), "the summary counts 1 mismatch, and 0 have a line"),
    "a failure fails nothing": (lambda path: changed(path, 3, fails=False), ":4: shard 1 of 2 on node1 is damaged"),
    "a verified file fails": (lambda path: changed(path, 1, fails=True), ":2: shard 1 of 2 on node1 is damaged"),
    "a failure is ok": (lambda path: changed(path, 3, fails=False, status="ok"), "its digest is another one"),
    "an invented status": (lambda path: changed(path, 3, status="fine", fails=False), 'unknown status "fine"'),
    "another root": (lambda path: changed(path, 1, root="/b"), ":2: shard 1 of 2 on node1 is damaged: the verdict"),
    "another list": (lambda path: changed(path, 1, manifest="b"), "a list that the first line does not name"),
    "a number as text": (lambda path: changed(path, 3, size="1"), ":4: shard 1 of 2 on node1 is damaged: its size"),
    "a negative line": (lambda path: changed(path, 3, line=-1), "damaged: its line can't be -1"),
    "no path": (lambda path: changed(path, 3, path=None), "damaged: its path can't be null"),
    "more are ok": (
        lambda path: changed(path, -1, counts={**objects(path.read_bytes())[-1]["counts"], "ok": 4}),
        "the summary counts 4 ok, and 3 have a line",
    ),
    "a summary before the end": (lambda path: again(path, -1), ":6: shard 1 of 2 on node1 is damaged: the run ends"),
    "another part": (lambda path: again(path, 0), ":2: shard 1 of 2 on node1 is damaged: another part begins"),
    "no JSON": (lambda path: insert(path, 2, b"hello\n"), ":3: shard 1 of 2 on node1 is damaged: not JSON"),
    "an empty line": (lambda path: insert(path, 2, b"\n"), ":3: shard 1 of 2 on node1 is damaged: not JSON"),
    "half a verdict": (lambda path: insert(path, 2, RESULT + b"\n"), ":3: shard 1 of 2 on node1 is damaged: not JSON"),
    "not UTF-8": (lambda path: insert(path, 2, b'"\xff"\n'), ":3: shard 1 of 2 on node1 is damaged: not UTF-8"),
    "a deep line": (lambda path: insert(path, 2, b"[" * 99_999 + b"\n"), "damaged: JSON of too many levels"),
    "a huge line": (lambda path: insert(path, 2, b" " * (18 << 20) + b"\n"), "a line is longer than 16 MiB"),
    "a huge number": (lambda path: insert(path, 2, b"1" * 9999 + b"\n"), ":3: shard 1 of 2 on node1 is damaged"),
    "an unknown line": (
        lambda path: insert(path, 2, b'{"schema": 1, "type": "bag", "root": ".", "version": "1.0"}\n'),
        'a line of the type "bag" can\'t be in a part',
    ),
    "an error that nobody counts": (
        lambda path: insert(
            path,
            2,
            b'{"schema": 1, "type": "error", "kind": "manifest", "code": "x", "path": "x", "line": null, '
            b'"message": "m", "hint": null}\n',
        ),
        "a line says an error that the summary does not count",
    ),
    "an error of no kind": (
        lambda path: insert(
            path,
            2,
            b'{"schema": 1, "type": "error", "kind": "rot", "code": "x", "path": null, "line": null, '
            b'"message": "m", "hint": null}\n',
        ),
        'unknown kind of error "rot"',
    ),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_part_is_no_verdict(damage: str, good: Path) -> None:
    """It is named, with the line if it is one; the verdicts of others are printed all the same, and nobody says OK."""
    (good / "file 2").write_bytes(b"x")
    (good / "file 7").write_bytes(b"x")
    parts = parts_of(good, 2)
    change, said = DAMAGED[damage]
    change(parts[0])
    for options in ([], ["--verbose"], ["--json"], ["--json", "--verbose"]):
        status, out, error = merge(parts, *options)
        assert 2 == status
        if "--json" in options:
            found = [one for one in map(json.loads, out) if one["type"] == "error"]
            assert said in f"{found[-1]['path']}:{found[-1]['line'] or ''}: {found[-1]['message']}"
        else:
            assert any(said in line for line in error)
            assert "no verdict on 1 shard" in error[-1]
        assert any("file 7" in line for line in out)


# Whatever is changed


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> dict[int, list[Path]]:
    """Parts that are ok together, and others that are not, by their exit status."""
    found = {}
    for status in (0, 1):
        top = tmp_path_factory.mktemp(f"pair{status}")
        root = top / "root"
        root.mkdir()
        for i in range(6):
            (root / f"f{i}").write_bytes(b"%d" % i)
        list_ = b"".join(gnu_line(f"f{i}", b"x" if status and i in {1, 4} else b"%d" % i) for i in range(6))
        (root / "SHA256SUMS").write_bytes(list_)
        found[status] = parts_of(root, 2, verbose=bool(status))
    return found


WORDS = [b"true", b"false", b"null", b"0", b"1", b"2", b"6", b"-1", b'"ok"', b'"mismatch"', b'"missing"', b"{}", b"[]"]


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_no_change_of_a_part_makes_a_failure_ok(pairs: dict[int, list[Path]], data: st.DataObject) -> None:
    """Bytes, words and lines are lost, doubled, put elsewhere or replaced: the verdict stays, or there is none."""
    status = data.draw(st.sampled_from([0, 1]), "status")
    victim, other = data.draw(st.permutations(pairs[status]), "order")
    text = victim.read_bytes()
    kind = data.draw(st.sampled_from(["byte", "cut", "word", "drop", "again", "swap"]), "kind")
    found = text.splitlines(keepends=True)
    one, two = (data.draw(st.integers(0, len(found) - 1)) for _ in "12")
    if kind == "byte":
        place = data.draw(st.integers(0, len(text) - 1))
        text = text[:place] + bytes([data.draw(st.integers(0, 255))]) + text[place + 1 :]
    elif kind == "cut":
        a, b = sorted(data.draw(st.integers(0, len(text))) for _ in "12")
        text = text[:a] + text[b:]
    elif kind == "word":
        tokens = list(re.finditer(rb'(?<=: )(true|false|null|[0-9.]+|"[^"]*")', text))
        token = data.draw(st.sampled_from(tokens))
        text = text[: token.start()] + data.draw(st.sampled_from(WORDS)) + text[token.end() :]
    elif kind == "drop":
        text = b"".join([*found[:one], *found[one + 1 :]])
    elif kind == "again":
        text = b"".join([*found[:one], found[two], *found[one:]])
    else:
        found[one], found[two] = found[two], found[one]
        text = b"".join(found)
    mutant = victim.with_name("mutant.jsonl")
    mutant.write_bytes(text)
    said, out, error = merge([mutant, other], data.draw(st.sampled_from(["--verbose", "--json"])))
    assert said in {status, 2}, (out, error)
    assert not [line for line in error if "internal error" in line]


# Size


SCRIPT = """
import re, sys
from checksig._cli import main
status = main(["merge", *sys.argv[1:]])
print(status, re.search(r"VmHWM:\\s*(\\d+) kB", open("/proc/self/status").read())[1], file=sys.stderr)
"""


@linux
def test_memory_does_not_grow_with_verdicts(tmp_path: Path) -> None:
    """A part of 40 MB takes no more than one of 2 MB; its lines are counted in full."""
    (tmp_path / "SHA256SUMS").write_bytes(b"x\n")
    verdict = result(tmp_path, 1)
    taken: dict[int, list[int]] = {}
    for number in (5_000, 100_000):
        shard = shard_of([tmp_path / "SHA256SUMS"], 1, 1)
        shard = shard._replace(lists=[shard.lists[0]._replace(entries=number)])
        (tmp_path / "part.jsonl").write_bytes(part(shard, [verdict] * number))
        for options in ([], ["--verbose"], ["--json", "--verbose"]):
            done = finish([sys.executable, "-c", SCRIPT, *options, str(tmp_path / "part.jsonl")])
            status, kilobytes = map(int, lines(done.stderr)[-1].split())
            assert 0 == status
            taken.setdefault(number, []).append(kilobytes)
    few, many = taken.values()
    assert [] == [(a, b) for a, b in zip(few, many, strict=True) if b - a > 15_000]


def test_the_first_line_goes_out_before_anything_else(tmp_path: Path) -> None:
    """It names a part whose run was killed, so it doesn't wait in a buffer."""
    code = """
import os
from checksig._cli._json import Json, Shard, ShardList
Json().shard(Shard(3, 64, "1.0", "node7", "/data", None, [ShardList("a", "sha256:00", 1, 1)], [], {}))
os._exit(9)
"""
    done = finish([sys.executable, "-c", code], cwd=tmp_path)
    (line,) = objects(done.stdout)
    assert ("shard", 3, 64, "node7") == (line["type"], line["shard"], line["of"], line["host"])


def test_a_shard_that_takes_the_place_of_another_is_seen(tree: Tree, tmp_path: Path) -> None:
    """Although both have as many entries, and each part is whole."""
    root = tree({f"f{i}": b"x" for i in range(9)}, changed={"f9": b"y"})
    made = []
    for number in ("1", "2"):
        path = tmp_path / number
        path.write_bytes(checksig("verify", "--shard", f"{number}/2", "--json", str(root)).stdout)
        made.append(path)
    assert 1 == checksig("merge", *map(str, made)).returncode
    again = tmp_path / "again"
    again.write_bytes(made[0].read_bytes())
    changed(again, 0, shard=2)
    done = checksig("merge", str(made[0]), str(again))
    assert (2, b"") == (done.returncode, done.stdout)
    assert b"begins elsewhere than the shard before it ends" in done.stderr
    for name, value, reason in (("line", 7, "begins elsewhere"), ("last_line", 9, "ends before its list does")):
        (span,) = objects(made[1].read_bytes())[0]["spans"]
        again.write_bytes(made[1].read_bytes())
        changed(again, 0, spans=[{**span, name: value}])
        done = checksig("merge", str(made[0]), str(again))
        assert (2, b"") == (done.returncode, done.stdout)
        assert reason in done.stderr.decode()


def test_entries_that_are_all_excluded_are_no_verdict(tree: Tree, tmp_path: Path) -> None:
    root = tree({"a": b"1", "b": b"2"})
    one = checksig("verify", "--exclude", "*", str(root))
    paths = []
    for number in ("1", "2"):
        path = tmp_path / number
        path.write_bytes(checksig("verify", "--shard", f"{number}/2", "--json", "--exclude", "*", str(root)).stdout)
        paths.append(str(path))
    many = checksig("merge", *paths)
    assert (2, one.stdout, one.stderr) == (many.returncode, many.stdout, many.stderr)
