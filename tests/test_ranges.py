"""Ranges of names: the parts of a tree that workers on many machines list and search, by the jobs of the engine."""

from __future__ import annotations

import os
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import checksig
from checksig import Status
from checksig._api import creation, verification
from checksig._job import CreateJob, Job
from conftest import digest, gnu_line, linux, posix

PARTS = [b"a", b"b", b"a.", b"a-", b"a0", b"a b", "ä".encode(), b"-", b".x", b"0", b"A", b"~"]
"""Parts of names, with bytes around that of the slash."""

RAW = [b"a\xff", b"\x01", b"\xed\xb2\x80"]
"""Those that are not UTF-8, or that few names have."""


def awkward(top: Path, seed: int, parts: list[bytes]) -> Path:
    """Make a random tree of files, links and directories, some of which are empty."""
    chance = random.Random(seed)
    root = os.fsencode(top / "root")
    os.mkdir(root)
    directories = [root]
    for _ in range(chance.randrange(20, 60)):
        path = os.path.join(chance.choice(directories), chance.choice(parts) + chance.choice(parts))
        if os.path.lexists(path):
            continue
        kind = chance.randrange(8)
        if kind < 3:
            os.mkdir(path)
            directories.append(path)
        elif kind == 3:
            os.symlink(chance.choice([b"..", b"nothing", b"a", b"../../.."]), path)
        else:
            with open(path, "wb") as file:
                file.write(path)
    return top / "root"


def files(top: Path, contents: dict[str, bytes]) -> Path:
    """Make a tree without a list."""
    for name, content in contents.items():
        path = top / "root" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return top / "root"


def ranges(root: Path, files: int, **more: object) -> list[dict[str, str]]:
    """Cut the names beneath *root* as a coordinator does."""
    job = Job({"job": "partition", "root": str(root), "range_files": files, **more})
    report = job.report()
    assert report
    bounds = ["", *(result.path for result in report.results), ""]
    return [{"from": begin, "to": end} for begin, end in pairwise(bounds)]


def creating(root: Path, within: dict[str, str], **options: Any) -> CreateJob:
    """Start the job for one range."""
    start = creation(root, **options)
    start.request["within"] = within
    return start.creating()


def together(root: Path, cut: list[dict[str, str]], **options: Any) -> dict[str, bytes]:
    """Create the lists range by range."""
    lists: dict[str, bytes] = {}
    for within in cut:
        job = creating(root, within, **options)
        job.report().raise_for_failures()
        assert [] == job.outputs()
        for part in job.parts():
            lists[part.path] = (lists.get(part.path, b"") or part.header) + part.lines
    return lists


def join(root: Path, texts: list[Path], left: list[list[Any]], **options: Any) -> checksig.Report:
    """Write the lists that the texts are."""
    start = creation(root, **options)
    start.request |= {"job": "join", "texts": list(map(str, texts)), "left_out": left}
    with start.creating() as job:
        return job.report()


FORMATS = {
    "coreutils": ["sha256"],
    "coreutils with two algorithms": ["md5", "blake3"],
    "sfv": [],
    "hashdeep": ["md5", "sha256"],
    "mtree": ["sha1", "sha256"],
    "zero": ["sha512"],
}


@linux
@pytest.mark.parametrize("case", FORMATS)
def test_lists_made_range_by_range_are_those_of_one_run(tmp_path: Path, case: str) -> None:
    """Whatever the format and the algorithms, and wherever the ranges are cut, the bytes are the same."""
    name, algorithms = case.split(maxsplit=1)[0], FORMATS[case]
    any_name = name not in {"sfv", "hashdeep"}
    for seed in range(6):
        (tmp_path / str(seed)).mkdir()
        root = awkward(tmp_path / str(seed), seed, [*PARTS, *RAW, *([b"a\n"] if any_name else [])])
        output = tmp_path / str(seed) / f"list.{name}"
        options: dict[str, Any] = {"algorithm": algorithms or None, "list_format": name, "output": output}
        cut = ranges(root, 1 + 3 * seed)
        assert len(cut) > 1
        lists = together(root, cut, **options)
        checksig.create(root, **options)
        assert {str(output): output.read_bytes()} == lists
        text = tmp_path / str(seed) / "text"
        text.write_bytes(lists[str(output)])
        output.write_bytes(b"")
        assert join(root, [text], [], force=True, **options)
        assert lists[str(output)] == output.read_bytes()
        assert output.read_bytes().count(b"\n" if name != "zero" else b"\0") > 5


@linux
def test_lists_of_several_algorithms_are_made_at_once(tmp_path: Path) -> None:
    """Without an output each algorithm has its list in the root, and no list lists itself or another."""
    root = awkward(tmp_path, 1, PARTS)
    cut = ranges(root, 5)
    algorithms = ["sha256", "md5"]
    lists = together(root, cut, algorithm=algorithms)
    checksig.create(root, algorithm=algorithms)
    wanted = {str(root / name): (root / name).read_bytes() for name in ("SHA256SUMS", "MD5SUMS")}
    assert wanted == lists
    assert wanted == together(root, ranges(root, 2), algorithm=algorithms, force=True)


@posix
def test_what_ranges_leave_out_adds_up_to_the_warnings_of_one_run(tmp_path: Path) -> None:
    """A list in one range makes its signature in another one no file to list, and each is counted once."""
    entry = gnu_line("a", b"1")
    root = files(tmp_path, {"a": b"1", "old.sha256": entry, "old.sha256.asc": b"s", "x.asc": b"2"})
    for name, target in {"d": ".", "out": "..", "to-a": "a"}.items():
        (root / name).symlink_to(target)
    options: dict[str, Any] = {"algorithm": "sha256", "output": root / "new"}
    left: list[list[Any]] = []
    for within in ranges(root, 1):
        job = creating(root, within, **options)
        assert job.report()
        left += [[one.code, one.count, one.first] for one in job.left_out()]
    assert [
        ["files_left_out", 1, ["d (symbolic link)"]],
        ["lists_left_out", 1, ["old.sha256"]],
        ["lists_left_out", 1, ["old.sha256.asc"]],
        ["links_left_out", 1, ["out"]],
    ] == left
    listed = gnu_line("a", b"1") + gnu_line("to-a", b"1") + gnu_line("x.asc", b"2")
    assert {str(root / "new"): listed} == together(root, ranges(root, 1), **options)
    (tmp_path / "text").write_bytes(listed)
    joined = join(root, [tmp_path / "text"], left, **options)
    with creation(root, force=True, **options).creating() as job:
        assert job.report().warnings == joined.warnings
    assert 3 == len(joined.warnings)


def test_a_join_without_texts_says_whether_the_list_can_be_written(tmp_path: Path) -> None:
    """So a coordinator knows before its workers have read all files in vain."""
    root = files(tmp_path, {"a": b"1", "SHA256SUMS": b""})
    with pytest.raises(checksig.ManifestError, match="already exists"):
        join(root, [], [], algorithm="sha256")
    assert join(root, [], [], algorithm="sha256", force=True)
    assert b"" == (root / "SHA256SUMS").read_bytes()


def extras(root: Path, within: dict[str, str], manifest: Any, *, alone: bool) -> list[tuple[str, str]]:
    """Verify one range, or search it alone."""
    start = verification(root, manifest, extra=True)
    start.request |= {"within": within, "extra_alone": alone}
    job = start.counting()
    report = job.report()
    assert bool(report) is (not report.failures)
    return [(result.path, result.status.value) for result in report.results]


@linux
def test_extra_files_found_range_by_range_are_those_of_one_run(tmp_path: Path) -> None:
    """So are missing and different ones, if the ranges are verified too."""
    for seed in range(6):
        (tmp_path / str(seed)).mkdir()
        root = awkward(tmp_path / str(seed), seed, [*PARTS, *RAW])
        (root / "old.sha256").write_bytes(gnu_line("a", b"1"))
        (root / "old.sha256.asc").write_bytes(b"s")
        checksig.create(root, algorithm="sha256")
        (root / "SHA256SUMS.asc").write_bytes(b"s")
        lines = (root / "SHA256SUMS").read_bytes().splitlines(keepends=True)
        chance = random.Random(seed)
        kept = [line for line in lines if chance.randrange(4)]
        (root / "SHA256SUMS").write_bytes(
            b"".join(kept) + gnu_line("gone", b"") + gnu_line("b/gone", b"").replace(b"b/", b"./b//")
        )
        whole = [(r.path, r.status.value) for r in checksig.verify(root, root / "SHA256SUMS", extra=True).results]
        assert ("gone", "missing") in whole
        for files in (1, 7):
            cut = ranges(root, files)
            in_parts = [found for within in cut for found in extras(root, within, root / "SHA256SUMS", alone=False)]
            assert sorted(whole) == sorted(in_parts)
            alone = [found for within in cut for found in extras(root, within, root / "SHA256SUMS", alone=True)]
            assert [one for one in whole if one[1] == "extra"] == alone


def test_a_partition_cuts_after_as_many_names_in_the_order_of_their_bytes(tmp_path: Path) -> None:
    """The order is that of whole names, and what is excluded does not count."""
    root = files(tmp_path, {"a/b": b"", "a.txt": b"", "a0": b"", "a/c/d": b"", "b": b"", "c.log": b""})
    assert [
        {"from": "", "to": "a/b"},
        {"from": "a/b", "to": "a/c/d"},
        {"from": "a/c/d", "to": "a0"},
        {"from": "a0", "to": "b"},
        {"from": "b", "to": ""},
    ] == ranges(root, 1, exclude=["*.log"])
    assert [{"from": "", "to": "a/c/d"}, {"from": "a/c/d", "to": "b"}, {"from": "b", "to": ""}] == ranges(root, 2)
    assert [{"from": "", "to": ""}] == ranges(root, 6)


def test_one_range_of_all_names_still_writes_nothing(tmp_path: Path) -> None:
    """What is asked for as a part is returned as one."""
    root = files(tmp_path, {"a": b"1"})
    job = creating(root, {"from": "", "to": ""}, algorithm="sha256")
    assert job.report()
    (part,) = job.parts()
    assert (b"", digest(b"1").encode() + b"  a\n") == (part.header, part.lines)
    assert not (root / "SHA256SUMS").exists()


@posix
def test_a_file_that_cant_be_listed_is_reported_by_its_range(tmp_path: Path) -> None:
    """The job has no part then."""
    root = files(tmp_path, {"a": b"1", "b\nc": b"2"})
    job = creating(root, {"from": "b", "to": ""}, output=root / "list.sfv")
    report = job.report()
    assert [("b\nc", Status.UNREADABLE)] == [(result.path, result.status) for result in report.results]
    assert [] == job.parts()


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        ({"job": "create", "bagit": True}, "within can't be combined with bagit"),
        ({"job": "verify", "keep": "all", "extra": "all", "moved": True}, "within can't be combined with moved"),
        ({"job": "find"}, 'within can\'t be combined with the job "find"'),
    ],
)
def test_what_has_no_parts_is_refused(tmp_path: Path, request_: dict[str, Any], why: str) -> None:
    """The message says what."""
    root = files(tmp_path, {"a": b"1"})
    with pytest.raises(ValueError, match=why):
        Job({"root": str(root), "within": {"from": "a", "to": "b"}, **request_})
