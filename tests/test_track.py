"""An archive over its years: what is recorded, what is found, and what is accepted."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
import typing
from collections.abc import Callable
from pathlib import Path

import pytest

import checksig
from checksig import Status
from checksig.track import Archive, ArchiveError, RunReport
from command import checksig as checksig_
from command import finish
from conftest import digest, linux, posix

FILES = {"a": b"1", "d/b": b"22", "d/c": b"333", "e": b""}

THEN, LATER = 10**18 + 123456789, 10**18 + 123456790
"""Times of files, in nanoseconds."""


def write(path: Path, data: bytes, mtime: int = THEN) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, ns=(mtime, mtime))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, data in FILES.items():
        write(tmp_path / "root" / name, data)
    return tmp_path / "root"


@pytest.fixture
def archive(root: Path) -> Archive:
    """An archive that has just been recorded."""
    archive = Archive(root, root.parent / "archive.sqlite")
    assert archive.init()
    return archive


def found(report: RunReport) -> list[str]:
    """Name what is not as recorded, and what was added."""
    moved = [f"{one.path} {one.status}{f' to {one.moved_to}' if one.moved_to else ''}" for one in report.differences]
    return moved + [f"{name} added" for name in report.added]


def rot(path: Path, data: bytes) -> None:
    """Change a file as no program does."""
    write(path, data, path.stat().st_mtime_ns)


def test_all_regular_files_are_recorded(root: Path) -> None:
    """Hidden ones too, with what their handles say; links are not."""
    write(root / ".hidden" / ".file", b"x")
    if os.name == "posix":
        (root / "link").symlink_to("a")
    archive = Archive(root, root.parent / "archive.sqlite")
    report = archive.init(algorithm=["sha256", "md5"])
    assert {Status.ADDED: 5} == report.run.counts
    assert (5, 7, "ok", ()) == (report.run.files, report.run.bytes, report.run.outcome, report.added)
    if os.name == "posix":
        assert ["1 name is not recorded, not of a regular file: link"] == list(report.warnings)
    one = archive.history("d/b").recorded
    assert one is not None
    assert (2, THEN) == (one.size, one.mtime)
    assert {"sha256": digest(b"22"), "md5": digest(b"22", "md5")} == one.digests
    assert (1, 1) == (one.added.number, one.verified.number)
    with sqlite3.connect(archive.database) as connection:
        rows = dict(connection.execute("SELECT name, inode FROM files"))
    assert {b".hidden/.file", b"a", b"d/b", b"d/c", b"e"} == set(rows)
    if os.name == "posix":
        assert (root / "a").stat().st_ino == rows[b"a"]


def copied(root: Path) -> None:
    write(root / "z", b"1", LATER)
    (root / "a").unlink()


def renamed_and_changed(root: Path) -> None:
    (root / "a").rename(root / "z")
    write(root / "z", b"other")


CHANGES: dict[str, tuple[Callable[[Path], object], list[str], list[str]]] = {
    "nothing": (lambda _: None, [], []),
    "a new file": (lambda root: write(root / "n", b"new"), ["n added"], []),
    "another content": (lambda root: write(root / "a", b"other"), ["a modified"], ["a modified"]),
    "an earlier time": (lambda root: write(root / "a", b"2", THEN - 10**12), ["a modified"], ["a modified"]),
    "another time alone": (lambda root: write(root / "a", b"1", LATER), [], []),
    "a lost file": (lambda root: (root / "a").unlink(), ["a missing"], ["a missing"]),
    "another name": (lambda root: (root / "a").rename(root / "z"), ["a moved to z"], ["a moved to z"]),
    "a copy": (copied, ["a moved to z"], ["a moved to z"]),
    "another name of a directory": (
        lambda root: (root / "d").rename(root / "z"),
        ["d/b moved to z/b", "d/c moved to z/c"],
        ["d/b moved to z/b", "d/c moved to z/c"],
    ),
    "another name and another content": (renamed_and_changed, ["a missing", "z added"], ["a missing"]),
    "rot": (lambda root: rot(root / "a", b"2"), [], ["a rotten"]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_scan_finds_what_was_added_changed_moved_or_lost(root: Path, archive: Archive, change: str) -> None:
    """And says it again until it is accepted, while verify finds what a scan can't."""
    act, scanned, verified = CHANGES[change]
    act(root)
    first = archive.scan()
    assert scanned == found(first)
    assert [one for one in scanned if "added" not in one] == found(archive.scan())
    report = archive.verify()
    assert verified == found(report)
    assert bool(report) is report.ok is (not verified)
    rotten = [one.path for one in report.differences if one.status is Status.ROTTEN]
    assert rotten == found_names(archive.accept())
    assert not rotten or archive.accept(rotten)
    assert [] == found(archive.scan())
    assert [] == found(archive.verify())


def found_names(report: RunReport) -> list[str]:
    return [one.path for one in report.differences]


@posix
@pytest.mark.parametrize("method", ["scan", "verify"])
def test_another_file_in_the_place_of_one_is_no_rot(root: Path, archive: Archive, method: str) -> None:
    """It has another inode, by which a scan finds it."""
    write(root.parent / "new", b"2")
    (root.parent / "new").rename(root / "a")
    assert ["a modified"] == found(getattr(archive, method)())
    assert archive.accept()
    for run in (archive.scan, archive.verify):
        assert [] == found(run())
    write(root.parent / "new", b"2")
    (root.parent / "new").rename(root / "a")
    assert [1, 0] == [archive.scan().run.bytes for _ in range(2)]


def test_a_scan_reads_nothing_that_is_as_recorded(root: Path, archive: Archive) -> None:
    """Nor what was found before; only the new and the changed."""
    write(root / "a", b"other")
    write(root / "n", b"new")
    (root / "d").rename(root / "z")
    assert 8 == archive.scan().run.bytes
    assert 0 == archive.scan().run.bytes


@pytest.mark.parametrize(
    ("steps", "outcomes"),
    [
        (["a=x", "a=1"], [["a modified"], []]),
        (["a=x", "a=y"], [["a modified"], ["a modified"]]),
        (["a=x", "a>z"], [["a modified"], ["a modified to z"]]),
        (["a=x", "a>z", "z>a"], [["a modified"], ["a modified to z"], ["a modified"]]),
        (["a>z", "z=x"], [["a moved to z"], ["a modified to z"]]),
        (["a>z", "z=x", "z=1"], [["a moved to z"], ["a modified to z"], ["a moved to z"]]),
        (["a>z", "z>y"], [["a moved to z"], ["a moved to y"]]),
        (["a>z", "z>a"], [["a moved to z"], []]),
        (["a>z", "a=1"], [["a moved to z"], ["z added"]]),
        (["a>z", "a=x"], [["a moved to z"], ["a modified", "z added"]]),
        (["a>z", "z-"], [["a moved to z"], ["a missing"]]),
        (["a>z", "z-", "a=1"], [["a moved to z"], ["a missing"], []]),
        (["a-", "a=1"], [["a missing"], []]),
        (["a-", "z=1"], [["a missing"], ["a moved to z"]]),
        (["a-", "a/x=1"], [["a missing"], ["a moved to a/x"]]),
        (["a>z d/b>a"], [["a moved to z", "d/b moved to a"]]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) and isinstance(value[0], str) else "",
)
def test_one_change_after_another(root: Path, archive: Archive, steps: list[str], outcomes: list[list[str]]) -> None:
    """``=`` writes, ``>`` renames, ``-`` deletes; after each step there is a scan, and at the end all is accepted."""
    seen = []
    for number, step in enumerate(steps):
        for one in step.split():
            change(root, one, LATER + number)
        seen.append(found(archive.scan()))
    if steps == ["a>z d/b>a"]:  # the name of a file that has moved is not free to be found under
        assert [["a modified", "d/b missing", "z added"]] == seen
    else:
        assert outcomes == seen
    archive.accept()
    assert [] == found(archive.scan())
    assert [] == found(archive.verify())


def change(root: Path, step: str, mtime: int) -> None:
    if "=" in step:
        name, text = step.split("=")
        write(root / name, text.encode(), mtime)
    elif ">" in step:
        name, to = step.split(">")
        (root / name).rename(root / to)
    else:
        (root / step.removesuffix("-")).unlink()


def test_the_numbers_of_a_scan_are_those_of_its_files(root: Path, archive: Archive) -> None:
    """Also where a file has the name that another one has left."""
    (root / "a").rename(root / "z")
    archive.scan()
    write(root / "a", b"new")
    report = archive.scan()
    assert ["a modified", "z added"] == found(report)
    assert {Status.OK: 3, Status.MODIFIED: 1, Status.ADDED: 1} == report.run.counts
    assert 5 == report.run.files == archive.scan().run.files
    archive.accept()
    (root / "a").rename(root / "y")
    archive.scan()
    write(root / "a", b"new")
    report = archive.scan()
    assert ["y added"] == found(report)
    assert {Status.OK: 5, Status.ADDED: 1} == report.run.counts
    assert archive.accept(["."])


def test_rot_is_found_by_reading_and_never_accepted_by_the_way(root: Path, archive: Archive) -> None:
    """A rotten file stays one for scans, until it is read again and good, or accepted by its own name."""
    rot(root / "d" / "b", b"2x")
    (one,) = archive.verify().differences
    assert (Status.ROTTEN, "sha256", digest(b"22"), digest(b"2x"), THEN, THEN) == (
        one.status,
        one.algorithm,
        one.expected,
        one.actual,
        one.recorded_mtime,
        one.mtime,
    )
    assert ["d/b rotten"] == found(archive.scan())
    assert ["d/b rotten"] == found(archive.accept())
    with pytest.raises(ArchiveError, match="d: there is no difference to accept") as caught:
        archive.accept(["d"])
    assert "nothing_to_accept" == caught.value.code
    rot(root / "d" / "b", b"22")
    assert ["d/b rotten"] == found(archive.scan())
    assert [] == found(archive.verify())
    assert ["rotten", "ok"] == [event.status for event in archive.history("d/b").events]
    rot(root / "d" / "b", b"2x")
    archive.verify()
    assert archive.accept(["./d/b"])
    assert archive.verify()


def copied_after_another_one(root: Path) -> None:
    (root / "a").rename(root / "spare")
    write(root / "z", (root / "spare").read_bytes(), LATER)
    (root / "spare").unlink()


STEPS: dict[str, Callable[[Path], object]] = {
    "edit": lambda root: write(root / "a", b"edited", LATER),
    "replace": lambda root: write(root / "a", b"new", LATER),
    "copy": copied,
    "copy after another one": copied_after_another_one,
    "rename": lambda root: (root / "a").rename(root / "z"),
    "rename back": lambda root: (root / "z").rename(root / "a"),
    "take away": lambda root: (root / "a").rename(root.parent / "a"),
    "bring back": lambda root: (root.parent / "a").rename(root / "a"),
    "bring back as z": lambda root: (root.parent / "a").rename(root / "z"),
    "touch": lambda root: os.utime(root / "a", ns=(LATER, LATER)),
    "touch z": lambda root: os.utime(root / "z", ns=(LATER, LATER)),
    "rot": lambda root: rot(root / "a", b"x" * (root / "a").stat().st_size),
    "rot z": lambda root: rot(root / "z", b"x"),
}

KNOWN_ROT = {
    "edit, scan, rot, verify": ["a rotten"],
    "copy, scan, rot z, verify": ["a rotten to z"],
    "rename, scan, rot z, verify": ["a rotten to z"],
    "rot, verify, touch, scan": ["a rotten"],
    "rot, verify, touch, verify": ["a rotten"],
    "rot, verify, rename, scan": ["a rotten to z"],
    "rot, verify, rename, scan, verify": ["a rotten to z"],
    "rot, verify, rename, scan, rename back, scan": ["a rotten"],
    "rot, verify, rename, scan, touch z, scan": ["a rotten to z"],
    "rot, verify, rename, scan, replace, scan": ["a modified", "z rotten", "z added"],
    "rot, verify, copy after another one, scan": ["a rotten to z"],
    "rot, verify, take away, scan, bring back, scan": ["a rotten"],
    "rot, verify, take away, scan, bring back as z, scan": ["a rotten to z"],
    "rot, verify, take away, scan, verify, bring back, touch, scan": ["a rotten"],
}


@pytest.mark.parametrize("case", KNOWN_ROT)
def test_rot_stays_rot(root: Path, archive: Archive, case: str) -> None:
    """Whatever happens to the time and the name: no run that has no name accepts it, and the counts say so."""
    expected, report = KNOWN_ROT[case], None
    for step in case.split(", "):
        if step in STEPS:
            STEPS[step](root)
        else:
            report = getattr(archive, step)()
    assert report is not None
    assert expected == found(report)
    assert 1 == report.run.counts[Status.ROTTEN]
    assert all(number >= 0 for number in report.run.counts.values())
    for run in (archive.accept, archive.scan, archive.verify):
        rotten = [one for one in run().differences if one.status is Status.ROTTEN]
        assert [one.split()[0] for one in expected if "rotten" in one] == [one.path for one in rotten]
    (one,) = archive.differences()
    assert archive.accept([one.moved_to or one.path])
    assert archive.verify()


def test_a_rotten_file_that_is_restored_is_as_recorded(root: Path, archive: Archive) -> None:
    """Under its name, with any time, or under another one."""
    for mtime in (THEN, LATER):
        rot(root / "a", b"x")
        archive.verify()
        os.utime(root / "a", ns=(LATER + 1, LATER + 1))
        assert ["a rotten"] == found(archive.scan())
        write(root / "a", b"1", mtime)
        assert [] == found(archive.scan())
        assert archive.verify()
    rot(root / "a", b"x")
    archive.verify()
    copied_after_another_one(root)
    rot(root / "z", b"1")
    assert ["a moved to z"] == found(archive.scan())
    assert archive.accept()
    assert archive.verify()


@posix
@pytest.mark.parametrize("names", [None, ["a"]])
def test_a_link_in_the_place_of_a_file_can_be_accepted(root: Path, archive: Archive, names: list[str] | None) -> None:
    """The file is gone, and the link is not recorded."""
    (root / "a").unlink()
    (root / "a").symlink_to("e")
    for run in (archive.scan, archive.verify):
        assert ["a not_regular"] == found(run())
    assert [("a", Status.NOT_REGULAR)] == [(one.path, one.status) for one in archive.accept(names).accepted]
    assert [] == found(archive.scan())
    assert [] == found(archive.verify())
    assert [Status.NOT_REGULAR] * 2 == [event.status for event in archive.history("a").events]
    (root / "a").unlink()
    write(root / "a", b"1")
    assert ["a added"] == found(archive.scan())


@pytest.mark.parametrize(
    ("names", "left"),
    [
        (None, []),
        (["a"], ["d/b moved to z/b", "d/c moved to z/c", "e missing"]),
        ("e", ["a modified", "d/b moved to z/b", "d/c moved to z/c"]),
        (["d/"], ["a modified", "e missing"]),
        (["z/c", "e"], ["a modified", "d/b moved to z/b"]),
        (["z"], ["a modified", "e missing"]),
        (["."], []),
        (["./d/../z", "./e"], ["a modified"]),
        ([], ["a modified", "d/b moved to z/b", "d/c moved to z/c", "e missing"]),
    ],
)
def test_names_say_what_is_accepted(root: Path, archive: Archive, names: list[str] | None, left: list[str]) -> None:
    """Those of files, before or after they have moved, or of directories."""
    write(root / "a", b"other")
    (root / "d").rename(root / "z")
    (root / "e").unlink()
    archive.scan()
    report = archive.accept(names)
    assert left == found(report)
    assert 4 - len(left) == len(report.accepted)
    assert left == found(archive.scan())


def test_a_name_without_a_difference_accepts_nothing(root: Path, archive: Archive) -> None:
    """Not even what other names stand for."""
    write(root / "a", b"other")
    archive.scan()
    with pytest.raises(ArchiveError, match="e: there is no difference"):
        archive.accept(["a", "e"])
    assert ["a modified"] == found(archive.scan())


def test_a_deleted_file_is_forgotten_when_that_is_accepted_but_not_its_history(root: Path, archive: Archive) -> None:
    """The name may be that of another file later."""
    (root / "a").unlink()
    archive.scan()
    archive.accept()
    write(root / "a", b"another")
    assert ["a added"] == found(archive.scan())
    history = archive.history("a")
    assert ["missing", "missing", "added"] == [event.status for event in history.events]
    assert ["scan", "accept", "scan"] == [event.kind for event in history.events]


def test_the_history_of_a_file_goes_back_beyond_its_name(root: Path, archive: Archive) -> None:
    """From name to name."""
    for old, new in (("a", "y"), ("y", "z")):
        (root / old).rename(root / new)
        archive.scan()
        archive.accept()
    history = archive.history("z")
    assert [("a", "y"), ("a", "y"), ("y", "z"), ("y", "z")] == [(e.path, e.moved_to) for e in history.events]
    assert history.recorded is not None
    assert 1 == history.recorded.added.number
    with pytest.raises(ArchiveError, match="never was"):
        archive.history("x")


def test_each_run_is_in_the_history(root: Path, archive: Archive) -> None:
    """With its outcome; an event is recorded when something is found that was not known."""
    write(root / "a", b"other")
    for _ in range(3):
        archive.scan()
    archive.accept()
    history = archive.history()
    kinds = ["init", "scan", "scan", "scan", "accept"]
    assert kinds == [run.kind for run in history.runs]
    assert ["ok", "differs", "differs", "differs", "ok"] == [run.outcome for run in history.runs]
    assert [(2, "modified"), (5, "modified")] == [(event.run, event.status) for event in history.events]
    assert all(run.ended is not None and run.ended >= run.started for run in history.runs)


def test_the_overview_counts_files_by_the_run_that_verified_them(root: Path, archive: Archive) -> None:
    """To record or to accept a file verifies nothing; what is not as recorded was verified by an earlier run."""
    first = archive.overview()
    assert (4, 6, {}, 4, ()) == first[:5]
    archive.verify()
    write(root / "new", b"55555")
    write(root / "a", b"other")
    archive.scan()
    rot(root / "e", b"")
    rot(root / "d/b", b"23")
    archive.verify()
    second = archive.overview()
    assert (5, 11, {2: 2, 4: 3}, 0) == second[:4]
    assert archive.differences() == second.differences
    assert archive.history() == second.history
    archive.accept(["a"])
    assert (5, 15, {2: 1, 4: 3}, 1) == archive.overview()[:4]


def test_a_budget_takes_what_was_read_longest_ago(root: Path, archive: Archive) -> None:
    """Whatever the clock did: runs are numbered."""
    for i in range(6):
        write(root / f"f{i}", bytes(10))
    archive.scan()
    with sqlite3.connect(archive.database) as connection:  # the clock was ahead then
        connection.execute("UPDATE runs SET started = started + 1e9, ended = ended + 1e9")
    read = []
    for most, left in ((30, 4), (30, 7), (26, 4)):
        report = archive.verify(max_bytes=most)
        assert left == report.left
        with sqlite3.connect(archive.database) as connection:
            rows = connection.execute("SELECT name FROM files WHERE checked = ?", (report.run.number,)).fetchall()
        read.append(sorted(name.decode() for (name,) in rows))
    first = ["a", "d/b", "d/c", "e"]
    assert [[*first, "f0", "f1"], ["f2", "f3", "f4"], [*first, "f0", "f5"]] == read


def test_a_budget_reads_at_least_one_file(root: Path, archive: Archive) -> None:
    """So that each comes to its turn, however large."""
    for name in ("d/b", "d/c", "e"):
        (root / name).unlink()
    archive.scan()
    archive.accept()
    write(root / "z", bytes(1000))
    archive.scan()
    assert [(1, 1), (1000, 1)] == [
        (report.run.bytes, report.left) for report in (archive.verify(max_bytes=1), archive.verify(max_bytes=1))
    ]
    report = archive.verify(max_seconds=1e-9)
    assert (1, 1) == (report.run.files, report.left)
    assert (2, 0) == ((report := archive.verify(max_seconds=100)).run.files, report.left)


def test_small_files_say_nothing_of_the_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large file is begun while most of the time is left, or no one knows how long it takes."""
    from checksig.track import _verify

    now = 1000.0
    monkeypatch.setattr("checksig.track._verify.time.monotonic", lambda: now)
    budget = _verify.Budget(100.0, None)
    assert (float("inf"), 64 << 20) == budget.left(0)
    now += 60  # for many small files
    budget.note(1 << 20)
    assert (float("inf"), 64 << 20) == budget.left(1 << 20)
    budget = _verify.Budget(100.0, None)
    now += 10
    budget.note(1 << 30)
    assert (float("inf"), (1 << 30) * 4.5) == budget.left(1 << 30)
    now += 70  # the fastest piece counts
    budget.note((1 << 30) + (64 << 20))
    assert (2 << 30, 1 << 30) == budget.left(1 << 31)
    now += 20
    assert (0, 0) == budget.left(1 << 31)


@linux
def test_a_large_file_after_small_ones_is_read(root: Path, archive: Archive) -> None:
    """In the time that is left."""
    with (root / "large").open("wb") as file:
        file.truncate(200 << 20)
    archive.scan()
    report = archive.verify(max_seconds=600)
    assert (5, 0) == (report.run.files, report.left)


def test_a_file_larger_than_a_piece_is_one(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left because it is large."""
    from checksig.track import _verify

    monkeypatch.setattr(_verify, "_MOST_BYTES", 2)
    for budget in ({}, {"max_bytes": 7}, {"max_seconds": 100.0}):
        report = archive.verify(**budget)
        assert (4, 0) == (report.run.files, report.left)


def test_many_pieces_are_one_run(root: Path, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress goes on from piece to piece, and the counts are those of all."""
    from checksig.track import _verify

    monkeypatch.setattr(_verify, "_MOST_FILES", 2)
    rot(root / "d" / "c", b"33x")
    shown: list[checksig.Progress] = []
    report = archive.verify(progress=shown.append)
    assert (4, 6, {Status.OK: 3, Status.ROTTEN: 1}) == (report.run.files, report.run.bytes, report.run.counts)
    assert checksig.Progress(4, 6, 4, 6) == shown[-1]
    assert shown == sorted(shown)


def test_many_records_are_several_texts(root: Path, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their order stays, with differences too."""
    from checksig.track import _scan

    monkeypatch.setattr(_scan, "_AT_ONCE", 2)
    for i in range(7):
        write(root / f"d{i}" / "x", b"%d" % i)
    archive.scan()
    assert [] == found(archive.scan())
    (root / "d3").rename(root / "A")
    write(root / "d5" / "x", b"other")
    for _ in range(2):
        report = archive.scan()
        assert ["d3/x moved to A/x", "d5/x modified"] == found(report)
    assert 11 == report.run.files


def test_a_database_takes_few_bytes_for_a_file(root: Path) -> None:
    """At most 150 beside the name; the pages of the tables take the same for any number."""
    names = [f"directory/some-file-with-a-name-{i:04}" for i in range(3000)]
    (root / "directory").mkdir()
    for name in names:
        (root / name).touch()
    archive = Archive(root, root.parent / "archive.sqlite")
    archive.init()
    assert archive.database.stat().st_size - (64 << 10) <= sum(map(len, names)) + 150 * len(names)


def test_what_is_excluded_stays_excluded(root: Path) -> None:
    """The patterns are recorded."""
    archive = Archive(root, root.parent / "archive.sqlite")
    archive.init(exclude=["/d/", "*.tmp"])
    write(root / "x.tmp", b"")
    write(root / "d" / "new", b"")
    assert [] == found(Archive(root, archive.database).scan())
    assert 2 == archive.scan().run.files


@pytest.mark.parametrize("name", ["x.sqlite", "d/x.sqlite", "link"])
def test_the_database_may_be_beneath_the_root(root: Path, name: str) -> None:
    """It is not recorded, nor is what is beside it, also if the path is a link."""
    if name == "link":
        if os.name != "posix":
            pytest.skip("links")
        (root / "d" / "real.sqlite").touch()
        (root / name).symlink_to("d/real.sqlite")
    archive = Archive(root, root / name)
    report = archive.init()
    assert 4 == report.run.files
    with sqlite3.connect(archive.database) as reader:  # so that its logs are there
        assert 4 == len(reader.execute("SELECT * FROM files").fetchall())
        for run in (archive.scan, archive.verify, archive.scan):
            assert [] == found(run())
            assert 4 == run().run.files
    reader.close()


@pytest.mark.parametrize("list_format", ["coreutils", "hashdeep", "mtree", None])
def test_the_record_can_be_exported_as_a_list(root: Path, archive: Archive, list_format: str | None) -> None:
    """Of any format that is written; what has changed since fails by it."""
    write(root / "n", b"new")
    archive.scan()
    rot(root / "a", b"2")
    path = archive.export(root.parent / "list", list_format=list_format)
    report = checksig.verify(root, path, extra=True)
    assert ["a"] == [result.path.removeprefix("./") for result in report.failures]
    assert 5 == report.files
    with pytest.raises(checksig.ManifestError, match="exists"):
        archive.export(path)
    assert path == archive.export(path, force=True)


@pytest.mark.parametrize(
    ("name", "algorithm", "first"),
    [("x.sfv", "crc32", "; "), ("x.mtree", "sha256", "#mtree"), ("x", "crc32", "CRC32 (a) = 83dcefb7")],
)
def test_the_name_of_an_exported_list_says_its_format(root: Path, name: str, algorithm: str, first: str) -> None:
    """As that of one that is created."""
    archive = Archive(root, root.parent / "archive.sqlite")
    archive.init(algorithm=algorithm)
    assert archive.export(root.parent / name).read_text().startswith(first)


def test_an_export_that_can_not_be_is_an_error_of_the_output(root: Path, archive: Archive) -> None:
    """Which says what to do."""
    path = root.parent / "x.md5"
    words = ["track", "export", "--database", str(archive.database), str(root), "-o", str(path)]
    done = checksig_(*words)
    assert 2 == done.returncode
    assert b"x.md5: a can't be in a list of the format coreutils: the name of output x.md5 says md5" in done.stderr
    path.touch()
    done = checksig_(*words)
    assert 2 == done.returncode
    assert b"x.md5: already exists\nchecksig: hint: to replace it, add --force" in done.stderr


def test_all_digests_are_exported(root: Path) -> None:
    """Several algorithms are several lines."""
    archive = Archive(root, root.parent / "archive.sqlite")
    archive.init(algorithm=("md5", "sha512"))
    entries = checksig.read_list(archive.export(root.parent / "list"))
    assert {("d/b", digest(b"22", "md5")), ("d/b", digest(b"22", "sha512"))} <= {
        (entry.path, value) for entry in entries for value in typing.cast("dict[str, str]", entry.digests).values()
    }


@pytest.mark.parametrize(
    ("call", "error", "reason"),
    [
        (lambda a: a.init(algorithm="md6"), ValueError, "unknown algorithm"),
        (lambda a: a.init(algorithm=[]), ValueError, "algorithm is empty"),
        (lambda a: a.init(exclude=["["]), ValueError, "not a valid pattern"),
        (lambda a: a.scan(jobs=0), ValueError, "jobs is 0"),
        (lambda a: a.scan(progress=1), TypeError, "progress must be callable"),
        (lambda a: a.verify(max_seconds=0), ValueError, "max_seconds is 0"),
        (lambda a: a.verify(max_bytes="1"), TypeError, "max_bytes must be a number"),
        (lambda a: a.accept([1]), TypeError, "names must be"),
        (lambda a: a.accept(relocated=1), TypeError, "relocated must be"),
        (lambda a: a.history(1), TypeError, "name must be"),
        (lambda a: a.export("x", list_format="bare"), ValueError, "can't be written"),
        (lambda _: Archive(""), ValueError, "root is empty"),
        (lambda _: Archive(1), TypeError, "root must be a path"),  # type: ignore[arg-type]
    ],
)
def test_wrong_arguments_are_refused(
    root: Path, call: Callable[[Archive], object], error: type[Exception], reason: str
) -> None:
    """And nothing is made."""
    archive = Archive(root, root.parent / "new.sqlite")
    if "export" not in call.__code__.co_names:
        with pytest.raises(error, match=reason):
            call(archive)
        assert not archive.database.exists()
    else:
        archive.init()
        with pytest.raises(error, match=reason):
            call(archive)


def test_errors_can_be_pickled() -> None:
    """With all that they say."""
    import pickle

    error = pickle.loads(pickle.dumps(ArchiveError("p", "why", "database_missing", "do")))
    assert ("p", "why", "database_missing", "do") == (error.path, error.reason, error.code, error.hint)
    assert isinstance(error, checksig.ChecksigError)


def test_checksig_does_not_import_it() -> None:
    """Nor SQLite."""
    code = "import sys, checksig; checksig.verify; assert not {'sqlite3', 'checksig.track'} & sys.modules.keys()"
    assert 0 == finish([sys.executable, "-c", code]).returncode


def test_types_and_docs_are_there() -> None:
    """`help` shows the fields."""
    for name in ("Difference", "Run", "Event", "Recorded", "History"):
        kind = getattr(checksig.track, name)
        assert "checksig.track" == kind.__module__
        assert kind.__doc__
    assert "The recorded name, relative to the root." == checksig.track.Difference.path.__doc__
    hints = typing.get_type_hints(Archive.accept, vars(checksig.track._archive) | {"Iterable": list})
    assert {"names", "relocated", "return"} == set(hints)


@posix
def test_names_that_are_not_utf_8_are_recorded(root: Path, archive: Archive) -> None:
    """By their bytes, as with line ends and quotes."""
    if sys.platform == "darwin":
        pytest.skip("file names are UTF-8 there")
    names = ["\udcff", "line\nend", 'it\'s "x"', "ä", "d/\udc80/\udc81"]
    for name in names:
        write(root / name, name.encode("utf-8", "surrogateescape"))
    report = archive.scan()
    assert sorted(names, key=os.fsencode) == list(report.added)
    assert archive.verify()
    (root / "\udcff").rename(root / "\udcfe")
    assert ["\udcff moved to \udcfe"] == found(archive.scan())
    archive.accept(["\udcfe"])
    assert archive.history("\udcfe").recorded is not None
    assert checksig.verify(root, archive.export(root.parent / "list"))


@posix
def test_hard_links_are_files_of_their_own(root: Path, archive: Archive) -> None:
    """A new one is added, and one that goes is missing, not moved."""
    os.link(root / "a", root / "z")
    assert ["z added"] == found(archive.scan())
    (root / "a").unlink()
    assert ["a missing"] == found(archive.scan())
    archive.accept()
    assert archive.verify()


def test_a_file_that_changes_while_it_is_read_is_no_rot(root: Path, archive: Archive) -> None:
    """Nobody knows what it is."""
    if sys.platform != "linux":
        pytest.skip("how a file is caught in the middle of its change")
    size = 256 << 20
    with (root / "a").open("wb") as file:
        file.truncate(size)
    archive.scan()
    archive.accept()

    def touch(progress: checksig.Progress) -> None:
        if 0 < progress.bytes < size:
            os.utime(root / "a", ns=(LATER, LATER))

    report = archive.verify(jobs=1, progress=touch)
    for _ in range(20):  # where it was read before anybody could look
        if report.differences:
            break
        os.utime(root / "a", ns=(THEN + time.time_ns() % 1000, THEN))
        report = archive.verify(jobs=1, progress=touch)
    assert ["a changed"] == found(report)
    assert [] == found(archive.verify())
