"""What differs between two lists, or between a list and a directory."""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import shutil
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import checksig
from checksig import Change, Difference
from command import COMMAND, finish, lines, objects
from command import checksig as run
from conftest import digest, gnu_line, linux

OLD = {"a": b"1", "b": b"2", "old/x": b"3", "old/y": b"4", "z": b"5"}
NEW = {"a": b"1", "b": b"changed", "new/x": b"3", "new/y": b"4", "zz": b"6"}
BRIEFS = ["changed b", "moved old/x new/x", "moved old/y new/y", "removed z", "added zz"]


def briefs(difference: Difference) -> list[str]:
    return [" ".join(filter(None, (c.kind, c.path, c.moved_to))) for c in difference]


def lay(root: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def listed(path: Path, files: dict[str, bytes]) -> Path:
    path.write_bytes(b"".join(gnu_line(name, data) for name, data in files.items()))
    return path


def test_two_lists_are_compared(tmp_path: Path) -> None:
    """Each change has its kind, its names and both digests, in the order of the names."""
    difference = checksig.diff(listed(tmp_path / "old", OLD), listed(tmp_path / "new", NEW))
    assert BRIEFS == briefs(difference)
    assert {"added": 1, "removed": 1, "changed": 1, "moved": 2, "not_comparable": 0, "same": 1} == difference.counts
    assert Change("b", "changed", None, None, "sha256", digest(b"2"), digest(b"changed")) == difference.changed[0]
    assert ("old", digest(b"3"), digest(b"3")) == (difference.moved[0].moved_with, *difference.moved[0][5:7])
    assert (digest(b"5"), None) == difference.removed[0][5:7]
    assert (None, digest(b"6")) == difference.added[0][5:7]


def test_a_list_and_a_directory_are_compared_alike(tmp_path: Path) -> None:
    """The directory has the files of the new list; and the other way round, all is reversed."""
    old, new = listed(tmp_path / "old.sha256", OLD), listed(tmp_path / "new.sha256", NEW)
    tree = lay(tmp_path / "tree", NEW)
    assert BRIEFS == briefs(checksig.diff(old, tree))
    assert checksig.diff(old, new).changes[1:3] == checksig.diff(old, tree).changes[1:3]
    assert not checksig.diff(new, tree)
    assert not checksig.diff(tree, new)
    back = checksig.diff(tree, old)
    assert ["changed b", "moved new/x old/x", "moved new/y old/y", "added z", "removed zz"] == briefs(back)
    assert (digest(b"changed"), digest(b"2")) == back.changed[0][5:7]


def test_a_difference_is_true_if_there_is_one() -> None:
    """It has a length, can be compared, hashed and pickled, and prints what there is."""
    one = {"a": f"sha256:{digest(b'1')}"}
    other = {"a": f"sha256:{digest(b'2')}"}
    same, different = checksig.diff(one, one), checksig.diff(one, other)
    assert (False, 0, True, 1) == (bool(same), len(same), bool(different), len(different))
    assert different == checksig.diff(one, other) == pickle.loads(pickle.dumps(different))
    assert {different} == {checksig.diff(one, other)}
    assert same != different != object()
    assert "<Difference: 1 same>" == repr(same)
    assert "<Difference: 1 changed>" == repr(different)


def test_what_has_no_algorithm_in_common_is_a_difference() -> None:
    """It is never taken for the same."""
    difference = checksig.diff({"a": f"sha256:{digest(b'1')}"}, {"a": f"md5:{hashlib.md5(b'1').hexdigest()}"})
    assert ["not_comparable a"] == briefs(difference)
    assert bool(difference)
    assert "no algorithm in common: SHA256 in the old list, MD5 in the new one" == difference.not_comparable[0].detail


def test_lists_come_in_all_forms(tmp_path: Path) -> None:
    """Paths, open files, mappings, entries, and documents in JSON on either side or both."""
    files = {"a": b"1", "d/b": b"2"}
    path = listed(tmp_path / "SHA256SUMS", files)
    mapping = {name: f"sha256:{digest(data)}" for name, data in files.items()}
    document = tmp_path / "statement.json"
    subjects = [{"name": name, "digest": {"sha256": digest(data)}} for name, data in files.items()]
    statement = {"_type": "https://in-toto.io/Statement/v1", "subject": subjects, "predicateType": "x", "predicate": {}}
    document.write_text(json.dumps(statement))
    forms: list[Any] = [
        path,
        os.fsencode(path),
        mapping,
        [checksig.Entry(name, text) for name, text in mapping.items()],
        document,
    ]
    for old in forms:
        for new in forms:
            assert (False, 2) == (bool(checksig.diff(old, new)), checksig.diff(old, new).same)
    assert 2 == checksig.diff(io.BytesIO(path.read_bytes()), io.StringIO(path.read_text())).same
    assert 2 == checksig.diff(document, lay(tmp_path / "tree", files)).same


def test_what_can_be_no_side_is_refused(tmp_path: Path) -> None:
    """Two directories, several lists, nothing, and arguments that mean nothing."""
    path = listed(tmp_path / "list", {"a": b"1"})
    with pytest.raises(ValueError, match=r"^old and new are both directories"):
        checksig.diff(tmp_path, tmp_path)
    with pytest.raises(TypeError, match=r"^new must be one list, not list"):
        checksig.diff(path, [path, path])
    with pytest.raises(TypeError, match=r"^old must be "):
        checksig.diff(None, path)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^old is empty"):
        checksig.diff("", path)
    with pytest.raises(ValueError, match=r"^jobs is 0"):
        checksig.diff(path, path, jobs=0)
    with pytest.raises(checksig.ManifestError) as caught:
        checksig.diff(path, tmp_path / "nowhere")
    assert "list_unreadable" == caught.value.code
    (tmp_path / "empty").touch()
    with pytest.raises(checksig.ManifestError) as caught:
        checksig.diff(tmp_path / "empty", path)
    assert "no_entry" == caught.value.code


@pytest.mark.parametrize("other", ["list", "tree"])
def test_a_malformed_line_is_an_error_unless_allowed(tmp_path: Path, other: str) -> None:
    """Its line is in the error; the command goes on, and ends with 2."""
    lay(tmp_path / "tree", {"a": b"1"})
    damaged = tmp_path / "list"
    damaged.write_bytes(gnu_line("a", b"1") + b"what\n")
    with pytest.raises(checksig.ManifestError) as caught:
        checksig.diff(damaged, tmp_path / other)
    assert (2, "malformed") == (caught.value.line, caught.value.code)
    difference = checksig.diff(damaged, tmp_path / other, strict=False)
    assert (False, ["malformed_lines"]) == (bool(difference), [w.code for w in difference.warnings])
    done = run("diff", "list", other, cwd=tmp_path)
    assert (2, b"", True) == (done.returncode, done.stdout, b"list:2: MALFORMED" in done.stderr)
    kinds = [line["type"] for line in objects(run("diff", "--json", "list", other, cwd=tmp_path).stdout)]
    assert ("result", "summary") == (kinds[0], kinds[-1])


def test_only_weak_digests_in_common_are_a_warning(tmp_path: Path) -> None:
    """MD5 shows accidents, and so does a comparison by it."""
    path = tmp_path / "MD5SUMS"
    path.write_text(f"{hashlib.md5(b'1').hexdigest()}  a\n")
    assert ["weak_digest"] == [w.code for w in checksig.diff(path, path).warnings]


@pytest.mark.parametrize("other", ["list", "tree"])
def test_patterns_leave_names_out_on_both_sides(tmp_path: Path, other: str) -> None:
    """An excluded name is no difference, whichever side has it."""
    old = listed(tmp_path / "old", {"a": b"1", "x.tmp": b"2", "cache/y": b"3"})
    lay(tmp_path / "tree", {"a": b"1", "x.tmp": b"9", "cache/n": b"4"})
    listed(tmp_path / "list", {"a": b"1", "x.tmp": b"9", "cache/n": b"4"})
    difference = checksig.diff(old, tmp_path / other, exclude=["*.tmp", "cache/"])
    assert ((), 1) == (difference.changes, difference.same)
    assert "entries_excluded" in [w.code for w in difference.warnings]


def test_a_directory_in_the_place_of_a_file_is_a_change(tmp_path: Path) -> None:
    """The name is there, but is no file any more."""
    old = listed(tmp_path / "old", {"a": b"1"})
    lay(tmp_path / "tree", {"a/b": b"2"})
    assert ["changed a", "added a/b"] == briefs(checksig.diff(old, tmp_path / "tree"))


@linux
def test_a_file_that_cant_be_read_is_not_comparable(tmp_path: Path, without_rights: list[str]) -> None:
    """That is status 2, and neither the same nor different."""
    old = listed(tmp_path / "old", {"a": b"1"})
    tree = lay(tmp_path / "tree", {"a": b"1"})
    (tree / "a").chmod(0)
    done = finish([*without_rights, *COMMAND, "diff", str(old), str(tree)])
    assert (2, ["not comparable: a (unreadable: permission denied)"]) == (done.returncode, lines(done.stdout))


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [("same", "same", 0), ("same", "other", 1), ("same", "md5", 2), ("same", "nowhere", 2), ("same", "empty", 2)],
)
def test_the_exit_status_says_what_is_known(tmp_path: Path, old: str, new: str, status: int) -> None:
    """0 means no difference, 1 that there is one, and 2 that it is not known. Each but 0 says why, with --quiet too."""
    listed(tmp_path / "same", {"a": b"1"})
    listed(tmp_path / "other", {"a": b"2"})
    (tmp_path / "md5").write_text(f"{hashlib.md5(b'1').hexdigest()}  a\n")
    (tmp_path / "empty").touch()
    done = run("diff", "--quiet", old, new, cwd=tmp_path)
    assert (status, bool(status)) == (done.returncode, bool(done.stdout + done.stderr))


def test_one_side_may_be_standard_input(tmp_path: Path) -> None:
    """Also against a directory; but not both sides."""
    lay(tmp_path / "tree", {"a": b"2"})
    path = listed(tmp_path / "list", {"a": b"2"})
    text = gnu_line("a", b"1")
    for words in (["-", "list"], ["list", "-"], ["-", "tree"], ["tree", "-"]):
        done = run("diff", *words, cwd=tmp_path, input=text, stdin=None)
        assert (1, ["changed: a"]) == (done.returncode, lines(done.stdout)), words
    assert 2 == run("diff", "-", "-", input=path.read_bytes(), stdin=None).returncode


def test_json_has_each_change_and_the_counts(tmp_path: Path) -> None:
    """One line for each file of a renamed directory, where the text has one for all."""
    listed(tmp_path / "old", OLD)
    listed(tmp_path / "new", NEW)
    *changes, summary = objects(run("diff", "--json", "old", "new", cwd=tmp_path).stdout)
    assert BRIEFS == [" ".join(filter(None, (c["kind"], c["path"], c["moved_to"]))) for c in changes]
    assert (False, 1, 6) == (summary["ok"], summary["exit_status"], summary["files"])
    assert 2 == summary["counts"]["moved"]
    assert b"" == run("diff", "--json", "old", "lost", cwd=tmp_path).stdout  # a usage error
    (tmp_path / "empty").touch()
    error, summary = objects(run("diff", "--json", "old", "empty", cwd=tmp_path).stdout)
    assert ("error", "no_entry", 2) == (error["type"], error["code"], summary["exit_status"])


def test_lines_about_a_renamed_directory_come_in_order(tmp_path: Path) -> None:
    """What was removed from it comes behind it."""
    listed(tmp_path / "old", {"o/a": b"1", "o/b": b"gone", "o/c": b"3", "o/d": b"4", "p": b"5"})
    listed(tmp_path / "new", {"n/a": b"1", "n/c": b"3", "elsewhere": b"4", "p": b"6"})
    assert ["moved: o/ -> n/ (2 files)", "removed: o/b", "moved: o/d -> elsewhere", "changed: p"] == lines(
        run("diff", "old", "new", cwd=tmp_path).stdout
    )


@pytest.mark.parametrize("shuffled", [(), ("old",), ("new",), ("old", "new")], ids="-".join)
def test_the_order_of_lines_makes_no_difference(tmp_path: Path, shuffled: tuple[str, ...]) -> None:
    """Sorted lists are compared as they are read, and others in memory."""
    for side, files in (("old", OLD), ("new", NEW)):
        names = sorted(files, key=os.fsencode)
        if side in shuffled:
            Random(side).shuffle(names)
        listed(tmp_path / side, {name: files[name] for name in names})
    assert BRIEFS == briefs(checksig.diff(tmp_path / "old", tmp_path / "new"))


@linux
def test_sorted_lists_take_little_memory(tmp_path: Path) -> None:
    """However long they are; held in memory, both would take 400 bytes a name."""
    files = 200_000
    (tmp_path / "small").write_bytes(gnu_line("a", b"1"))
    text = "".join(f"{number:064x}  directory-{number // 1000:04}/file-{number:08}\n" for number in range(files))
    (tmp_path / "long").write_text(text)
    (tmp_path / "other").write_text(text.replace("file-00100000", "file-00100000.new"))
    assert 1 == run("diff", "--quiet", "long", "other", cwd=tmp_path).returncode
    peaks = [peak(tmp_path, "small", "small"), peak(tmp_path, "long", "other")]
    assert 200 * files > peaks[1] - peaks[0], peaks


MEASURE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""
"""A program as small as Python is: what starts a process counts for its peak, up to then."""


def peak(directory: Path, old: str, new: str) -> int:
    """Return the largest resident memory of a comparison, in bytes."""
    done = finish([sys.executable, "-c", MEASURE, *COMMAND, "diff", "--quiet", old, new], cwd=directory)
    return int(lines(done.stdout)[-1])


NAMES = st.sampled_from(["a", "b", "d/a", "d/b", "e/a", "e/f/b", "z"])
TREES = st.dictionaries(NAMES, st.sampled_from([b"", b"1", b"2", b"3"]), min_size=1)


def expected(old: dict[str, bytes], new: dict[str, bytes]) -> dict[str, set[str]]:
    """Compare two dicts. A name that moved is removed, and its new one added."""
    return {
        "added": set(new.keys() - old.keys()),
        "removed": set(old.keys() - new.keys()),
        "changed": {name for name in old.keys() & new.keys() if old[name] != new[name]},
        "same": {name for name in old.keys() & new.keys() if old[name] == new[name]},
    }


def agree(difference: Difference, old: dict[str, bytes], new: dict[str, bytes]) -> None:
    want = expected(old, new)
    moved = {c.path: c.moved_to or "" for c in difference.moved}
    assert want["added"] == {c.path for c in difference.added} | set(moved.values())
    assert want["removed"] == {c.path for c in difference.removed} | moved.keys()
    assert want["changed"] == {c.path for c in difference.changed}
    assert len(want["same"]) == difference.same
    assert len(moved) == len(set(moved.values()))
    assert all(old[path] == new[to] for path, to in moved.items())
    left = [old[c.path] for c in difference.removed if old[c.path]]
    assert not set(left) & {new[c.path] for c in difference.added}  # each file that can have moved has
    assert sorted(c.path for c in difference) == [c.path for c in difference]


@given(TREES, TREES)
@settings(deadline=None, max_examples=150)
def test_it_agrees_with_a_comparison_of_dicts(old: dict[str, bytes], new: dict[str, bytes]) -> None:
    """Whatever two lists have."""
    sides = [{name: f"sha256:{digest(data)}" for name, data in side.items()} for side in (old, new)]
    agree(checksig.diff(*sides), old, new)


@given(TREES, TREES)
@settings(deadline=None, max_examples=25)
def test_a_directory_agrees_with_a_comparison_of_dicts(
    tmp_path_factory: pytest.TempPathFactory, old: dict[str, bytes], new: dict[str, bytes]
) -> None:
    """Whatever a list and a directory have, in both directions."""
    root = tmp_path_factory.mktemp("tree")
    try:
        side = {name: f"sha256:{digest(data)}" for name, data in old.items()}
        agree(checksig.diff(side, lay(root, new)), old, new)
        agree(checksig.diff(root, side), new, old)
    finally:
        shutil.rmtree(root)


def test_create_says_what_it_changes_against_the_list_that_it_replaces(tmp_path: Path) -> None:
    """By the date of the old list, with the first names of each kind; --quiet says nothing, and JSON has the counts."""
    root = lay(tmp_path, OLD)
    checksig.create(root)
    os.utime(root / "SHA256SUMS", (1_700_000_000, 1_700_000_000))
    copy = (root / "SHA256SUMS").read_bytes()
    (root / "old").rename(root / "new")
    (root / "b").write_bytes(b"changed")
    (root / "z").unlink()
    (root / "zz").write_bytes(b"6")
    done = run("create", "--force", "--json", str(root), env={**os.environ, "TZ": "UTC"})
    (replaced,) = objects(done.stdout)[-1]["replaced"]
    assert {
        "path": str(root / "SHA256SUMS"),
        "modified": "2023-11-14T22:13:20Z",
        "counts": {"added": 1, "removed": 1, "changed": 1, "moved": 2, "not_comparable": 0, "same": 1},
    } == replaced
    (root / "SHA256SUMS").write_bytes(copy)
    os.utime(root / "SHA256SUMS", (1_700_000_000, 1_700_000_000))
    done = run("create", "--force", cwd=root, env={**os.environ, "TZ": "UTC"})
    what = "1 changed (b), 1 removed (z), 2 moved (old/x -> new/x, old/y -> new/y), 1 added (zz)"
    assert [
        "checksig: 5 files listed",
        f"checksig: SHA256SUMS: {what} since the list of 2023-11-14",
    ] == lines(done.stderr)
    assert b"" == run("create", "--force", "--quiet", cwd=root).stderr
    assert "replaced" not in objects(run("create", "--json", "--output", "x.sha256", cwd=root).stdout)[-1]
