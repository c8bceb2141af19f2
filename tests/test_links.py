"""Links that lead elsewhere: which of them are followed, and what is said about the others."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest

import checksig
from checksig._cli._output import _KEPT_BY_QUIET
from checksig._words import WARNINGS
from command import checksig as command

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs links")


@pytest.fixture(name="snapshot")
def make_snapshot(tmp_path: Path) -> Path:
    """Lay a repository as it is in the cache of Hugging Face. Returns a snapshot: links to files beside it."""
    snapshot, blobs = tmp_path / "snapshots" / "5f91d94", tmp_path / "blobs"
    for name, blob in {"config.json": "a1b2", "model.bin": "c3d4", "onnx/model.onnx": "e5f6"}.items():
        link = snapshot / name
        link.parent.mkdir(parents=True, exist_ok=True)
        blobs.mkdir(exist_ok=True)
        (blobs / blob).write_text(f"the content of {name}")
        link.symlink_to(os.path.relpath(blobs / blob, link.parent))
    return snapshot


def test_a_snapshot_of_hugging_face_is_listed_and_verified(snapshot: Path) -> None:
    """The store may be given in any way, and damage in it is found."""
    blobs = snapshot.parent.parent / "blobs"
    listed = checksig.create(snapshot, allow_links_to=blobs)
    assert ["config.json", "model.bin", "onnx/model.onnx"] == [line[66:] for line in listed.read_text().splitlines()]
    for allowed in (blobs, [str(blobs)], iter([os.fsencode(blobs)]), (blobs.parent, snapshot)):
        report = checksig.verify(snapshot, allow_links_to=allowed, extra=True)
        assert (True, 3) == (report.ok, report.counts[checksig.Status.OK])
    assert 3 == checksig.verify(snapshot).counts[checksig.Status.OUTSIDE_ROOT]
    (blobs / "c3d4").write_text("something else")
    (failure,) = checksig.verify(snapshot, allow_links_to=blobs).failures
    assert ("model.bin", checksig.Status.MISMATCH) == (failure.path, failure.status)


def test_every_way_to_verify_takes_allowed_directories(snapshot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are relative to the working directory at the time of the call."""
    monkeypatch.chdir(snapshot.parent.parent)
    checksig.create(snapshot, allow_links_to="blobs")
    begun = checksig.averify(snapshot, allow_links_to="blobs")
    with checksig.iter_verify(snapshot, allow_links_to=["blobs"]) as job:
        monkeypatch.chdir("/")
        assert job.report()
        assert asyncio.run(awaited(begun))


async def awaited(begun: Any) -> checksig.Report:
    """Await it."""
    report: checksig.Report = await begun
    return report


def test_no_name_leaves_the_root_whatever_is_allowed(snapshot: Path) -> None:
    """A list that names files beside the root, or beside what a link leads to, is not obeyed."""
    (snapshot / "store").symlink_to("../../blobs")
    digest = checksig.create(snapshot, allow_links_to="/").read_text()[:64]
    names = ["config.json", "store/a1b2"]
    bad = [
        "../../blobs/a1b2",
        "store/../blobs/a1b2",
        "onnx/../../../blobs/a1b2",
        str(snapshot.parent.parent / "blobs/a1b2"),
    ]
    (snapshot / "SHA256SUMS").write_text("".join(f"{digest}  {name}\n" for name in names + bad))
    report = checksig.verify(snapshot, allow_links_to="/", keep="all")
    assert names == [r.path for r in report.results if r.status is checksig.Status.OK]
    assert bad == [r.path for r in report.results if r.status is checksig.Status.OUTSIDE_ROOT]


@pytest.mark.parametrize("name", ["nothing", "file"])
def test_an_allowed_directory_must_be_one(name: str, snapshot: Path) -> None:
    """The error has its path, as it was given."""
    (snapshot / "file").write_text("1")
    path = str(snapshot / name)
    for call in (checksig.verify, checksig.create):
        with pytest.raises(checksig.ManifestError, match="can't open the directory that links may lead to") as caught:
            call(snapshot, allow_links_to=[snapshot, path])
        assert ("allowed_unreadable", path) == (caught.value.code, caught.value.path)


@pytest.mark.parametrize(
    ("given", "error", "text"),
    [
        ("", ValueError, "allow_links_to is empty"),
        (["x", b""], ValueError, "allow_links_to is empty"),
        (None, TypeError, "allow_links_to must be a path, or an iterable of paths, not NoneType"),
        (3, TypeError, "allow_links_to must be a path, or an iterable of paths, not int"),
        ([3], TypeError, "allow_links_to must be a path, not int"),
    ],
)
def test_what_can_not_be_allowed_is_refused(given: Any, error: type[Exception], text: str) -> None:
    """At the call, by all functions alike."""
    for call in (checksig.verify, checksig.iter_verify, checksig.averify, checksig.create):
        with pytest.raises(error, match=f"^{text}$"):
            call(allow_links_to=given)


@pytest.mark.parametrize("extra", ["links", "ALL", ""])
def test_unknown_extra_files_are_refused(extra: Any) -> None:
    """Only True, False and two words select them."""
    with pytest.raises(ValueError, match=r"^extra is "):
        checksig.verify(extra=extra)


def test_what_create_leaves_out_is_what_extra_reports(tmp_path: Path) -> None:
    """Both sides go by one rule: --extra names just what no list can hold, and --extra=files nothing.

    Other lists in the root and their signatures are neither listed nor extra.
    """
    root = tmp_path / "root"
    (root / "d").mkdir(parents=True)
    (root / "d" / "file").write_text("1")
    (root / "link").symlink_to("d/file")
    (tmp_path / "file").write_text("2")
    special = ["broken", "fifo", "loop", "out", "to-directory"]
    for name, target in {"broken": "nothing", "loop": "loop", "out": "../file", "to-directory": "d"}.items():
        (root / name).symlink_to(target)
    os.mkfifo(root / "fifo")
    for algorithm in ("sha256", "sha512", "md5", "sha256"):
        created = command("create", "--force", "--algorithm", algorithm, cwd=root)
        assert 0 == created.returncode, created.stderr
        for name in special:
            assert re.search(rf"[:,] {name}\b".encode(), created.stderr)
        (root / f"{algorithm.upper()}SUMS.asc").write_text("a signature")
    strict = command("verify", "--extra", cwd=root)
    assert (1, [f"{name}: FAILED (extra)" for name in special]) == (
        strict.returncode,
        strict.stdout.decode().splitlines(),
    )
    files = command("verify", "--extra=files", cwd=root)
    assert (0, b"") == (files.returncode, files.stdout)
    one = command("verify", "--extra=files", "SHA256SUMS", cwd=root)
    assert (0, b"") == (one.returncode, one.stdout)
    assert b"2 lists in the root were not used: MD5SUMS, SHA512SUMS" in one.stderr
    for path in root.glob("*SUMS"):
        assert ["d/file", "link"] == [line.split("  ")[1] for line in path.read_text().splitlines()]
    assert {"all": 5, True: 5, "files": 0, False: 0} == {
        extra: checksig.verify(root, extra=extra).counts[checksig.Status.EXTRA]
        for extra in ("all", True, "files", False)
    }
    (root / "d" / "added").write_text("3")
    added = command("verify", "--extra=files", cwd=root)
    assert (1, b"d/added: FAILED (extra)\n") == (added.returncode, added.stdout.replace(b"\r", b""))


def test_what_quiet_keeps_are_codes_of_warnings() -> None:
    """A code that is misspelt there would silence its warning."""
    assert set(WARNINGS) >= _KEPT_BY_QUIET
