"""Bags: what is verified and made, with bagit-python of the Library of Congress as the oracle."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import time
import warnings
from typing import TYPE_CHECKING, Any

import pytest

import checksig
from checksig import Status
from command import COMMAND, lines, objects
from command import checksig as run
from conftest import digest, posix

if TYPE_CHECKING:
    from pathlib import Path

DRAFT = b"BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n"
RFC = DRAFT.replace(b"0.97", b"1.0")
A, B = digest(b"a").encode(), digest(b"b").encode()
BOTH = b"%s  data/a\n%s  data/b\n" % (A, B)
GOOD = {"bagit.txt": RFC, "manifest-sha256.txt": BOTH, "data/a": b"a", "data/b": b"b"}


def make(root: Path, files: dict[str, bytes]) -> Path:
    """Write files."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def theirs(root: Path) -> bool:
    """Ask bagit-python whether a bag is valid."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bagit = pytest.importorskip("bagit")
        try:
            bagit.Bag(str(root)).validate()
        except (bagit.BagError, ValueError):
            return False
    return True


def ours(root: Path) -> bool:
    """Say whether a bag is verified."""
    try:
        return bool(checksig.verify(root))
    except checksig.ManifestError:
        return False


CASES: dict[str, tuple[dict[str, bytes | None], bool]] = {
    "good": ({}, True),
    "a draft": ({"bagit.txt": DRAFT}, True),
    "the first draft": ({"bagit.txt": DRAFT.replace(b"0.97", b"0.93")}, True),
    "a file that is missing": ({"data/a": None}, False),
    "another file": ({"data/c": b"c"}, False),
    "a file that changed": ({"data/a": b"b"}, False),
    "one blank": ({"manifest-sha256.txt": BOTH.replace(b"  ", b" ")}, True),
    "tabs": ({"manifest-sha256.txt": BOTH.replace(b"  ", b"\t")}, True),
    "marks of md5sum": ({"manifest-sha256.txt": BOTH.replace(b"  ", b" *")}, True),
    "CRLF": ({"manifest-sha256.txt": BOTH.replace(b"\n", b"\r\n")}, True),
    "upper case": ({"manifest-sha256.txt": b"%s  data/a\n%s  data/b\n" % (A, B.upper())}, True),
    "./": ({"manifest-sha256.txt": BOTH.replace(b"data", b"./data")}, True),
    "a mark in bagit.txt": ({"bagit.txt": b"\xef\xbb\xbf" + RFC}, False),
    "a mark in a manifest": ({"manifest-sha256.txt": b"\xef\xbb\xbf" + BOTH}, True),
    "no encoding": ({"bagit.txt": b"BagIt-Version: 1.0\n"}, False),
    "a later version": ({"bagit.txt": RFC.replace(b"1.0", b"2.0")}, False),
    "an unknown encoding": ({"bagit.txt": RFC.replace(b"UTF-8", b"EBCDIC-X")}, False),
    "ISO-8859-1": (
        {
            "bagit.txt": RFC.replace(b"UTF-8", b"ISO-8859-1"),
            "manifest-sha256.txt": BOTH + b"%s data/\xe9\n" % A,
            "data/é": b"a",
        },
        True,
    ),
    "UTF-16": (
        {
            "bagit.txt": RFC.replace(b"UTF-8", b"UTF-16"),
            "manifest-sha256.txt": BOTH.decode().encode("utf-16"),
        },
        True,
    ),
    "no payload manifest": ({"manifest-sha256.txt": None, "tagmanifest-sha256.txt": b""}, False),
    "manifests that disagree": ({"manifest-md5.txt": b"%s data/a\n%s data/b\n" % ((b"0" * 32,) * 2)}, False),
    "a file twice": ({"manifest-sha256.txt": BOTH + BOTH}, False),
    "a file twice, with other digests": ({"manifest-sha256.txt": BOTH + b"%s data/a\n" % B}, False),
    "an absolute name": ({"manifest-sha256.txt": BOTH + b"%s /etc/passwd\n" % A}, False),
    "a name with ..": ({"manifest-sha256.txt": BOTH + b"%s data/../../x\n" % A}, False),
    "a name with ~": ({"manifest-sha256.txt": BOTH + b"%s ~/x\n" % A}, False),
    "an oxum": ({"bag-info.txt": b"Payload-Oxum: 2.2\n"}, True),
    "an oxum of other bytes": ({"bag-info.txt": b"Payload-Oxum: 3.2\n"}, False),
    "an oxum of other files": ({"bag-info.txt": b"Payload-Oxum: 2.3\n"}, False),
    "an oxum that is none": ({"bag-info.txt": b"Payload-Oxum: 2.x\n"}, False),
    "a line without a label": ({"bag-info.txt": b"what\n"}, False),
    "repeated and continued elements": ({"bag-info.txt": b"A: b\n c\nA: d\nBag-Software-Agent: x\n"}, True),
    "what is to be fetched": ({"fetch.txt": b"http://x/a 1 data/a\n", "data/a": None}, False),
    "what was fetched": ({"fetch.txt": b"http://x/a - data/a\n"}, True),
    "what leads out and is to be fetched": ({"fetch.txt": b"http://x/a - ../x\n"}, False),
    "a line of a tag manifest that changed": (
        {
            "tagmanifest-sha256.txt": b"%s manifest-sha256.txt\n" % digest(BOTH).encode(),
            "manifest-sha256.txt": BOTH + b"\n",
        },
        False,
    ),
    "a tag file that is not listed": (
        {"tagmanifest-sha256.txt": b"%s manifest-sha256.txt\n" % digest(BOTH).encode(), "x": b""},
        True,
    ),
    "an escaped line end": (
        {"manifest-sha256.txt": BOTH + b"%s data/c%%0Ad\n" % A, "data/c\nd": b"a"},
        os.name == "posix",
    ),
}

DIFFERENT: dict[str, tuple[dict[str, bytes | None], bool, str]] = {
    "an escaped percent sign": (
        {"manifest-sha256.txt": BOTH + b"%s data/100%%25\n" % A, "data/100%": b"a"},
        True,
        "RFC 8493 escapes it since 1.0; bagit-python doesn't undo that",
    ),
    "a file in one manifest of two": (
        {"manifest-md5.txt": b"%s data/a\n" % digest(b"a", "md5").encode()},
        False,
        "since 1.0 every payload manifest lists every file",
    ),
    "a line that is no entry": (
        {"manifest-sha256.txt": BOTH + b"what\n"},
        False,
        "it may be an entry that was damaged; bagit-python logs it",
    ),
    "a comment": ({"manifest-sha256.txt": b"# x\n" + BOTH}, False, "no version of BagIt has comments"),
    "a third line in bagit.txt": ({"bagit.txt": RFC + b"x: y\n"}, False, "it has exactly two lines"),
    "two oxums": (
        {"bag-info.txt": b"Payload-Oxum: 2.2\nPayload-Oxum: 3.3\n"},
        False,
        "it must not be repeated; bagit-python takes the first",
    ),
    "a tag manifest that lacks a payload manifest": (
        {"tagmanifest-sha256.txt": b"%s bagit.txt\n" % digest(RFC).encode()},
        False,
        "it must list every payload manifest",
    ),
    "a tag file that changed, in an old draft": (
        {
            "bagit.txt": DRAFT.replace(b"0.97", b"0.96"),
            "tagmanifest-sha256.txt": b"%s x\n" % A,
            "x": b"b",
        },
        False,
        "a digest that is listed is verified, whatever the version",
    ),
    "a tag file in the payload manifest": (
        {"manifest-sha256.txt": BOTH + b"%s x\n" % A, "x": b"a"},
        False,
        "a payload manifest lists only the payload",
    ),
    "an algorithm that is not supported": (
        {"manifest-tiger.txt": b"0 data/a\n"},
        False,
        "bagit-python does not look at files with other names",
    ),
    "fetch.txt with what no manifest lists": (
        {"fetch.txt": b"http://x/a - data/c\n"},
        False,
        "every file in it is in a payload manifest",
    ),
    "no payload": (
        {"manifest-sha256.txt": b"", "data/a": None, "data/b": None, "data/.": None},
        False,
        "nothing was verified, and nothing is ever good by default",
    ),
}


def bag(root: Path, changes: dict[str, bytes | None]) -> Path:
    """Make the good bag with some changes."""
    (root / "data").mkdir(parents=True)
    return make(root, {name: content for name, content in {**GOOD, **changes}.items() if content is not None})


@pytest.mark.parametrize(("changes", "valid"), CASES.values(), ids=CASES)
def test_both_agree(*, changes: dict[str, bytes | None], valid: bool, tmp_path: Path) -> None:
    """What bagit-python finds valid is verified, and nothing else."""
    if os.name != "posix" and any("\n" in name for name in changes):
        pytest.skip("no file has such a name there")
    root = bag(tmp_path / "bag", changes)
    assert (valid, valid) == (ours(root), theirs(root))


@pytest.mark.parametrize(("changes", "valid", "why"), DIFFERENT.values(), ids=DIFFERENT)
def test_both_differ(*, changes: dict[str, bytes | None], valid: bool, why: str, tmp_path: Path) -> None:
    """Where they differ, there is a reason."""
    root = bag(tmp_path / "bag", changes)
    assert (valid, not valid) == (ours(root), theirs(root)), why


def test_what_bagit_python_makes_is_verified(tmp_path: Path) -> None:
    """Its tag manifests have one blank between digest and name."""
    root = make(tmp_path / "x", {"a": b"1", "d/é": b"2", "100%": b"3"})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bagit = pytest.importorskip("bagit")
        bagit.make_bag(str(root), {"Contact-Name": "Jörg"}, checksums=["md5", "sha256", "sha512"])
    report = checksig.verify(root)
    assert report
    assert ("0.97", ()) == (report.bag, report.warnings)
    assert 3 + 5 == report.counts[Status.OK]


@pytest.mark.parametrize("in_place", [False, True])
@pytest.mark.parametrize("algorithm", [None, "md5", "sha256", "sha3-256"])
def test_what_is_made_is_valid_for_bagit_python(*, tmp_path: Path, in_place: bool, algorithm: str | None) -> None:
    """Both ways lead to a bag that both accept."""
    before = "" if in_place else "data/"
    root = make(tmp_path / "x", {f"{before}a": b"1", f"{before}d/é": b"2", f"{before} b ": b"3", f"{before}*c": b"4"})
    if os.name == "posix":
        make(root, {f"{before}e\nf": b"5"})
    made = checksig.create(root, algorithm=algorithm, bagit=True, in_place=in_place)
    assert root == made
    report = checksig.verify(root)
    assert ("1.0", True) == (report.bag, report.ok)
    if algorithm == "sha3-256":
        assert (root / "manifest-sha3256.txt").exists()  # as RFC 8493 normalizes names; bagit-python doesn't know it
    elif os.name == "posix":
        (root / "data" / " b ").unlink()  # bagit-python strips the blanks of names
        checksig.create(root, algorithm=algorithm, bagit=True, force=True)
        assert theirs(root)


def test_a_report_is_no_bag_otherwise(logs: Path) -> None:
    """The field is None."""
    assert checksig.verify(logs).bag is None


def test_the_command_says_that_it_is_a_bag(tmp_path: Path) -> None:
    """In text and in JSON."""
    root = bag(tmp_path / "bag", {})
    done = run("verify", str(root))
    assert (0, ["checksig: OK: 2 files verified; BagIt 1.0"]) == (done.returncode, lines(done.stderr))
    (found, summary) = objects(run("verify", "--json", str(root)).stdout)
    assert {"schema": 1, "type": "bag", "root": str(root), "version": "1.0"} == found
    assert summary["ok"] is True


@pytest.mark.parametrize("there", [".", "bag", "bag/data", "bag/data/d"])
def test_a_file_in_a_bag_is_looked_up_in_the_bag(there: str, tmp_path: Path) -> None:
    """From wherever it is named; a list beside it wins if it names the file."""
    root = make(tmp_path / "bag", {**GOOD, "data/d/c": b"c", "manifest-sha256.txt": BOTH + gnu("data/d/c", b"c")})
    names = [os.path.relpath(root / "data" / name, tmp_path / there) for name in ("a", "d/c")]
    done = run(*names, cwd=tmp_path / there)
    assert (0, b"checksig: OK: 2 files verified; BagIt 1.0\n") == (done.returncode, done.stderr)
    missing = os.path.relpath(root / "data" / "gone", tmp_path / there)
    assert 2 == run(missing, cwd=tmp_path / there).returncode
    make(root, {"data/d/c": b"other"})
    done = run(*names, cwd=tmp_path / there)
    assert (1, 1) == (done.returncode, done.stdout.count(b"data/d/c: FAILED (mismatch)"))
    make(root, {"data/d/SHA256SUMS": gnu("c", b"other")})
    assert 0 == run(names[1], cwd=tmp_path / there).returncode


def gnu(name: str, content: bytes) -> bytes:
    return f"{digest(content)}  {name}\n".encode()


@pytest.mark.parametrize(
    ("changes", "summary"),
    [
        ({"data/a": None}, "2 of 3 files: 1 mismatch, 1 missing"),
        ({"data/a": None, "data/b": b"x"}, "3 of 3 files: 2 mismatch, 1 missing"),
        ({"manifest-md5.txt": b"0" * 32 + b"  data/q\n"}, "3 of 3 files: 1 missing, 3 not listed"),
    ],
)
def test_what_is_found_in_a_bag_is_counted_by_files(
    changes: dict[str, bytes | None], summary: str, tmp_path: Path
) -> None:
    """The payload's size is no entry of a list, so there may be more failures than entries."""
    files = {**GOOD, "bag-info.txt": b"Payload-Oxum: 2.2\n", **changes}
    root = make(tmp_path / "bag", {name: content for name, content in files.items() if content is not None})
    assert f"checksig: FAILED: {summary}; BagIt 1.0" == lines(run(str(root)).stderr)[-1]


def test_recursion_takes_a_bag_as_a_whole(tmp_path: Path) -> None:
    """Its manifests are not lists of their own, and an unlisted file fails the run."""
    bag(tmp_path / "x" / "bag", {"data/c": b""})
    done = run("verify", "--recursive", cwd=tmp_path)
    assert (1, "x/bag/data/c: FAILED (extra)") == (done.returncode, lines(done.stdout)[0].replace(os.sep, "/"))


def test_the_command_makes_a_bag(tmp_path: Path) -> None:
    """It prints its path."""
    make(tmp_path / "x", {"a": b"1"})
    done = run("create", "--bagit", "--in-place", "x", cwd=tmp_path)
    assert (0, "x\n") == (done.returncode, done.stdout.decode())
    done = run("create", "--bagit", "--json", "--force", "x", cwd=tmp_path)
    (summary,) = objects(done.stdout)
    assert ("x", "sha512") == (summary["output"], summary["algorithm"])


@pytest.mark.parametrize(
    "options",
    [
        {"in_place": True},
        {"bagit": True, "output": "x"},
        {"bagit": True, "all": True},
        {"bagit": True, "in_place": True, "force": True},
    ],
)
def test_options_that_exclude_each_other(options: dict[str, Any], tmp_path: Path) -> None:
    """They are wrong arguments."""
    with pytest.raises(ValueError, match="bag"):
        checksig.create(tmp_path, **options)


def test_a_bag_that_can_not_be_read_is_an_error_with_a_place(tmp_path: Path) -> None:
    """It has path, line, reason and code."""
    root = bag(tmp_path / "bag", {"bagit.txt": RFC.replace(b"UTF-8", b"EBCDIC-X")})
    with pytest.raises(checksig.ManifestError) as caught:
        checksig.verify(root)
    error = caught.value
    assert ("invalid_bag", str(root / "bagit.txt"), 2) == (error.code, error.path, error.line)
    assert "EBCDIC-X" in error.reason


def test_what_is_not_fetched_is_named_with_its_url(tmp_path: Path) -> None:
    """Nothing is downloaded."""
    root = bag(tmp_path / "bag", {"fetch.txt": b"http://x/a 1 data/a\n", "data/a": None})
    report = checksig.verify(root)
    assert [("data/a", Status.MISSING, "not fetched from http://x/a")] == [(r.path, r.status, r.detail) for r in report]
    (warning,) = report.warnings
    assert ("not_fetched", "1 file of fetch.txt not fetched: data/a from http://x/a") == (warning.code, warning)


@posix
def test_a_command_that_is_killed_at_any_time_loses_no_file(tmp_path: Path) -> None:
    """Running it again completes the bag."""
    names = [f"{i:03}" for i in range(300)]
    seed = random.randrange(1 << 32)
    chance = random.Random(seed)
    for round_ in range(12):
        root = make(tmp_path / str(round_), {name: name.encode() for name in names})
        victim = subprocess.Popen(
            [*COMMAND, "create", "--bagit", "--in-place", str(root)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + 60
        while (
            round_ % 4
            and not (root / ".checksig-bagging").exists()
            and victim.poll() is None
            and time.monotonic() < deadline
        ):
            pass  # it has not begun to move
        time.sleep(chance.random() * (0.2 if round_ % 4 == 0 else 0.004))
        with contextlib.suppress(ProcessLookupError):
            victim.send_signal(signal.SIGKILL)
        victim.wait(60)
        with contextlib.suppress(ProcessLookupError):  # its helper process, if it has one, ends with it
            while time.monotonic() < deadline:
                os.killpg(victim.pid, 0)
        found = sorted(path.read_bytes().decode() for path in root.rglob("[0-9]*") if path.is_file())
        assert names == found, seed
        if not (root / "bagit.txt").exists() or (root / ".checksig-bagging.state").exists():
            assert root == checksig.create(root, bagit=True, in_place=True), seed
        assert checksig.verify(root), seed
        assert names == sorted(os.listdir(root / "data")), seed


def test_json_lines_of_a_finding_have_its_place(tmp_path: Path) -> None:
    """A wrong Payload-Oxum is a mismatch of bag-info.txt."""
    root = bag(tmp_path / "bag", {"bag-info.txt": b"X: y\nPayload-Oxum: 3.2\n"})
    result = json.loads(run("verify", "--json", str(root)).stdout.splitlines()[0])
    expected = {"path": "bag-info.txt", "status": "mismatch", "line": 2, "manifest": str(root / "bag-info.txt")}
    assert expected.items() <= result.items()
