"""`checksig update`: what is listed is verified, what is new is added, and nothing is blessed that was not accepted."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import checksig
from checksig import Status
from command import COMMAND, lines, objects
from command import checksig as command
from conftest import digest, posix


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A directory with a list; since then a file was edited, one was deleted, and one is new."""
    for name in ("edited", "gone", "same"):
        (tmp_path / name).write_text(name)
    checksig.create(tmp_path)
    (tmp_path / "edited").write_text("edited again")
    (tmp_path / "gone").unlink()
    (tmp_path / "new").write_text("new")
    return tmp_path


def names(listed: Path) -> list[str]:
    return [os.fsdecode(entry.path) for entry in checksig.read_list(listed)]


def test_nothing_is_accepted_unasked(kept: Path) -> None:
    """The list stays as it is, to the byte, and what is new is not added either."""
    before = (kept / "SHA256SUMS").read_bytes()
    done = command("update", cwd=kept)
    assert (1, ["edited: FAILED (mismatch)", "gone: FAILED (missing)"]) == (done.returncode, lines(done.stdout))
    failed, hint = lines(done.stderr)
    assert "checksig: FAILED: 1 mismatch, 1 missing: SHA256SUMS was not changed; 1 entry verified" == failed
    accept = "if edited was meant to change, add --accept=edited"
    assert f"checksig: hint: {accept}; to remove the entries of missing files, add --drop-missing" == hint
    assert before == (kept / "SHA256SUMS").read_bytes()


def test_what_is_accepted_is_replaced(kept: Path) -> None:
    """A missing file keeps its entry and fails, but does not keep new files out."""
    done = command("update", "--accept", "edited", cwd=kept)
    printed = ["gone: FAILED (missing)", "edited: ACCEPTED", "new: ADDED"]
    assert (1, printed) == (done.returncode, lines(done.stdout))
    assert ["edited", "gone", "new", "same"] == names(kept / "SHA256SUMS")
    done = command("update", "--drop-missing", ".", cwd=kept)
    assert (0, ["gone: REMOVED"]) == (done.returncode, lines(done.stdout))
    assert ["checksig: OK: SHA256SUMS was updated: 1 removed; 3 entries verified"] == lines(done.stderr)
    assert checksig.verify(kept, extra=True).ok
    done = command("update", cwd=kept)
    assert (0, b"") == (done.returncode, done.stdout)
    assert ["checksig: OK: SHA256SUMS is up to date; 3 entries verified"] == lines(done.stderr)


def test_quiet_prints_failures_alone(kept: Path) -> None:
    done = command("update", "--quiet", "--accept", "*", cwd=kept)
    assert (1, ["gone: FAILED (missing)"]) == (done.returncode, lines(done.stdout))
    assert 1 == len(lines(done.stderr))
    done = command("update", "--quiet", "--drop-missing", cwd=kept)
    assert (0, b"", b"") == (done.returncode, done.stdout, done.stderr)


def test_json_has_the_changes_and_the_path_of_a_list_that_was_written(kept: Path) -> None:
    done = command("update", "--json", "SHA256SUMS", cwd=kept)
    *_, summary = objects(done.stdout)
    assert (1, 1, None) == (done.returncode, summary["exit_status"], summary["output"])
    done = command("update", "--json", "--accept", "edited", "--drop-missing", "SHA256SUMS", cwd=kept)
    *results, summary = objects(done.stdout)
    changes = {"edited": "modified", "gone": "missing", "new": "added"}
    assert changes == {result["path"]: result["status"] for result in results}
    assert {False} == {result["fails"] for result in results}
    assert (0, True, "SHA256SUMS", 1) == (done.returncode, summary["ok"], summary["output"], summary["files"])
    assert (1, 1, 1) == tuple(summary["counts"][status] for status in ("added", "modified", "missing"))
    done = command("update", "--json", "nothing", cwd=kept)
    error, summary = objects(done.stdout)
    assert (2, "list_unreadable", 2) == (done.returncode, error["code"], summary["exit_status"])


def test_python_has_the_same(kept: Path) -> None:
    report = checksig.update(kept / "SHA256SUMS", accept="edited", drop_missing=True, exclude="new")
    assert {Status.MODIFIED: 1, Status.MISSING: 1, Status.OK: 1} == {k: n for k, n in report.counts.items() if n}
    assert (True, ()) == (report.ok, report.failures)
    (modified,) = (result for result in report if result.status is Status.MODIFIED)
    assert (digest(b"edited"), digest(b"edited again")) == (modified.expected, modified.actual)
    assert ["new"] == [result.path for result in checksig.update(kept / "SHA256SUMS")]


def test_quick_finds_what_was_edited_or_copied(tmp_path: Path) -> None:
    """Also a file with an old time, where the system knows when it changed; a clock that was wrong hides nothing."""
    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
    time.sleep(0.1)
    path = checksig.create(tmp_path)
    report = checksig.update(path, quick=True)
    assert (["quick_skipped"], 0, True) == ([w.code for w in report.warnings], report.counts[Status.OK], report.ok)
    (tmp_path / "b").write_text("edited")
    if sys.platform != "win32":
        os.utime(tmp_path / "b", (1, 1))
    report = checksig.update(path, quick=True)
    assert ["b"] == [result.path for result in report.failures]
    os.utime(path, (1 << 32, 1 << 32))
    (tmp_path / "b").write_text("b")
    assert 2 == checksig.update(path, quick=True).counts[Status.OK]


def test_nothing_is_taken_from_another_directory(kept: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A disk that is not mounted, or a forgotten --root, must not empty a list."""
    other = tmp_path_factory.mktemp("other")
    (other / "x").touch()
    before = (kept / "SHA256SUMS").read_bytes()
    for options in ([], ["--drop-missing"], ["--accept=*"]):
        done = command("update", "--root", str(other), *options, "SHA256SUMS", cwd=kept)
        assert (2, b"", before) == (done.returncode, done.stdout, (kept / "SHA256SUMS").read_bytes())
        assert f"none of the files that it names is beneath {other}" in lines(done.stderr)[0]


@posix
@pytest.mark.parametrize("name", ["q", "a[1]", "z*", "my photo", "q'", "back\\z", "-x", "new\nline", "*"])
def test_what_the_hint_says_accepts_that_file_alone(name: str, tmp_path: Path) -> None:
    """It is pasted into a shell, beside files of which patterns would match."""
    for file in (name, "d/q", "a1", "zebra", "same"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text("1")
    checksig.create(tmp_path)
    (tmp_path / name).write_text("edited")
    hint = lines(command("update", cwd=tmp_path).stderr)[-1]
    for file in ("d/q", "a1", "zebra"):
        (tmp_path / file).write_text("damaged")
    word = hint.partition("--accept=")[2]
    script = f"{shlex.join(COMMAND)} update --no-add --accept={word}"
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, stdout=subprocess.PIPE, check=False)
    failed = {"d/q: FAILED (mismatch)", "a1: FAILED (mismatch)", "zebra: FAILED (mismatch)"}
    assert (1, failed) == (done.returncode, set(lines(done.stdout)))


def test_a_renamed_file_is_told_from_a_new_one(kept: Path) -> None:
    (kept / "same").rename(kept / "renamed")
    (kept / "other").write_text("other")
    done = command("update", "--accept=edited", "--drop-missing", cwd=kept)
    assert 0 == done.returncode
    assert "same: REMOVED (moved to renamed)" in lines(done.stdout)
    assert "gone: REMOVED" in lines(done.stdout)


def test_a_mark_stays_at_the_start(kept: Path) -> None:
    path = kept / "SHA256SUMS"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    (kept / "1").touch()
    assert checksig.update(path, accept="edited", drop_missing=True).ok
    assert path.read_bytes().startswith(b"\xef\xbb\xbf" + digest(b"").encode())


def test_what_is_not_meant_to_be_listed_is_not_added(kept: Path) -> None:
    (kept / "new.tmp").write_text("x")
    (kept / "MD5SUMS").write_text(f"{digest(b'same', 'md5')}  same\n")
    done = command("update", "SHA256SUMS", "--accept=*", "--drop-missing", "--exclude=*.tmp", cwd=kept)
    assert (0, ["edited", "new", "same"]) == (done.returncode, names(kept / "SHA256SUMS"))
    (kept / "newer").write_text("x")
    done = command("update", "SHA256SUMS", "--no-add", cwd=kept)
    assert (0, ["edited", "new", "same"]) == (done.returncode, names(kept / "SHA256SUMS"))


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["-"], "standard input can't be updated"),
        ([""], "LIST is empty"),
        (["SHA256SUMS", "x"], "expected one LIST, got another: x"),
        (["."], ". has several lists: MD5SUMS, SHA256SUMS"),
        (["empty"], "empty: no checksum list found"),
        (["bag"], "bag: a bag, whose manifests are written together; use create --bagit --force"),
        (["signed/SHA256SUMS"], "signed/SHA256SUMS: signed by SHA256SUMS.minisig, which would no longer fit"),
        (["SHA256SUMS", "--accept", "x"], "SHA256SUMS: no entry matches what is accepted, x"),
        (["SHA256SUMS", "--accept", "["], 'accept: "[" is not a valid pattern'),
        (["SHA256SUMS", "--root", "nowhere"], "nowhere: can't open the root directory"),
        (["link"], "link: not a regular file, refusing to replace it"),
    ],
)
@posix
def test_a_list_that_cant_be_updated_is_an_error(arguments: list[str], reason: str, kept: Path) -> None:
    """It says why, and what to do instead. Nothing is written."""
    (kept / "MD5SUMS").write_text(f"{digest(b'same', 'md5')}  same\n")
    (kept / "empty").mkdir()
    (kept / "link").symlink_to("MD5SUMS")
    for name in ("bag", "signed"):
        (kept / name / "data").mkdir(parents=True)
        (kept / name / "data" / "a").write_text("a")
    checksig.create(kept / "bag", bagit=True)
    checksig.create(kept / "signed")
    (kept / "signed" / "SHA256SUMS.minisig").write_text("x")
    before = {path: path.read_bytes() for path in kept.rglob("*") if path.is_file()}
    done = command("update", *arguments, cwd=kept)
    assert (2, b"") == (done.returncode, done.stdout)
    assert reason in lines(done.stderr)[0]
    assert before == {path: path.read_bytes() for path in kept.rglob("*") if path.is_file()}


@posix
def test_a_list_keeps_its_permissions(kept: Path) -> None:
    """Whatever the umask is; so does one that create replaces."""
    (kept / "SHA256SUMS").chmod(0o664)
    for words in (["update", "--accept=*"], ["create", "--force"]):
        command(*words, cwd=kept, umask=0o077)
        assert 0o664 == stat.S_IMODE((kept / "SHA256SUMS").stat().st_mode), words


@pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="gives files away")
def test_a_list_keeps_its_owner(kept: Path) -> None:
    os.chown(kept / "SHA256SUMS", 1234, 5678)
    assert 1 == command("update", "--accept=*", cwd=kept).returncode
    found = (kept / "SHA256SUMS").stat()
    assert (1234, 5678) == (found.st_uid, found.st_gid)


def fill(path: Path) -> None:
    """Make a file as large as the disk can hold."""
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass


@pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="mounts")
def test_a_full_disk_keeps_the_list(tmp_path: Path) -> None:
    """Nothing is left behind."""
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", disk], check=True)
    try:
        for number in range(150):
            (disk / f"{number:080}").touch()
        before = checksig.create(disk).read_bytes()
        (disk / "new").touch()
        fill(disk / "rest")
        done = command("update", "--exclude", "rest", cwd=disk)
        assert (2, b"") == (done.returncode, done.stdout)
        assert "SHA256SUMS: can't be written: no space left on device" in lines(done.stderr)[0]
        assert (before, []) == ((disk / "SHA256SUMS").read_bytes(), list(disk.glob(".checksig*")))
    finally:
        subprocess.run(["umount", disk], check=True)


@posix
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_ends_early_keeps_the_list(how: signal.Signals, kept: Path) -> None:
    before = (kept / "SHA256SUMS").read_bytes()
    (kept / "big").touch()
    os.truncate(kept / "big", 1 << 40)
    with subprocess.Popen([*COMMAND, "update", "--accept=*"], cwd=kept, stderr=subprocess.PIPE) as process:
        time.sleep(1.0)
        process.send_signal(how)
        process.communicate(timeout=20)
    assert -how == process.returncode
    (kept / "big").unlink()
    assert before == (kept / "SHA256SUMS").read_bytes()


FORMATS = {
    "coreutils": ("SHA256SUMS", ("sha256",)),
    "tagged": ("SUMS.txt", ("md5", "sha256")),
    "hashdeep": ("x.hashdeep", ("md5", "sha256")),
    "sfv": ("x.sfv", ("crc32",)),
    "zero": ("SHA512SUMS", ("sha512",)),
    "sized": ("MD5SUMS", ("md5",)),
    "one-space": ("SHA1SUMS", ("sha1",)),
    "base64": ("SHA256SUMS", ("sha256",)),
    "prefixed": ("sums", ("sha256",)),
}
"""The formats that are updated, each with the name of a list and its algorithms."""

NAMES = st.sampled_from(["a", "b", "c d", "d/e", "d/f", "-", "#x", "A", ".h", "ä", "z" * 64, "a" * 32])
TREES = st.dictionaries(NAMES, st.binary(max_size=3), min_size=1, max_size=6)


def lay(root: Path, tree: dict[str, bytes]) -> None:
    """Make a directory hold these files, besides its list."""
    shutil.rmtree(root, ignore_errors=True)
    for name, content in tree.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)


@posix
@pytest.mark.parametrize("list_format", FORMATS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(old=TREES, new=TREES)
def test_an_updated_list_describes_the_tree(
    list_format: str, old: dict[str, bytes], new: dict[str, bytes], tmp_path: Path
) -> None:
    """Whatever was edited, removed and added; and without --accept it is the old list, if anything was edited."""
    root = tmp_path / "root"
    name, algorithms = FORMATS[list_format]
    lay(root, old)
    wanted = None if list_format == "tagged" else list_format
    path = checksig.create(root, output=root / name, algorithm=algorithms, list_format=wanted)
    before = path.read_bytes()
    lay(root, new)
    path.write_bytes(before)
    edited = {file for file in old if file in new and old[file] != new[file]}
    if not set(old) & set(new):  # none of the files is there
        with pytest.raises(checksig.ManifestError, match="none of the files"):
            checksig.update(path, drop_missing=True)
        return
    report = checksig.update(path, drop_missing=True)
    assert edited == {result.path.removeprefix("./") for result in report.failures}
    assert (not edited) == report.ok
    if edited:
        assert before == path.read_bytes()
        report = checksig.update(path, drop_missing=True, accept=sorted(edited))
    assert report.ok
    assert checksig.verify(root, path, extra=True).ok
    assert set(new) == {os.fsdecode(entry.path).removeprefix("./") for entry in checksig.read_list(path)}


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="needs coreutils")
def test_coreutils_verifies_an_updated_list(kept: Path) -> None:
    assert 0 == command("update", "--accept=*", "--drop-missing", cwd=kept).returncode
    checked = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert 0 == subprocess.run(checked, cwd=kept, check=False).returncode
