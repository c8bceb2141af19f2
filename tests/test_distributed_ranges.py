"""Lists made, and extra files found, by ranges of names that the workers of an executor walk."""

from __future__ import annotations

import os
import random
import sys
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import checksig
from checksig import Status
from checksig.distributed import IncompleteError, create, verify
from command import checksig as command
from command import finish, lines
from conftest import Tree, digest, gnu_line, posix

if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS: dict[str, dict[str, Any]] = {
    "coreutils": {},
    "two algorithms": {"algorithm": ["sha256", "md5"]},
    "tagged": {"tag": True, "algorithm": "sha512"},
    "hashdeep": {"list_format": "hashdeep"},
    "mtree": {"list_format": "mtree"},
    "sfv": {"list_format": "sfv"},
    "without some": {"exclude": ["*.x", "b/"]},
}


class Inline(Executor):
    """Runs tasks in the thread that submits them, on another machine if *elsewhere* is told to make one."""

    def __init__(self, elsewhere: Callable[[int], None] = lambda _: None) -> None:
        self.submitted = 0
        self._elsewhere = elsewhere

    def submit(self, fn: Callable[..., Any], /, *args: Any, **_: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.submitted += 1
        self._elsewhere(self.submitted)
        future.set_result(fn(*args))
        return future


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a tree whose names are around a slash in the order of bytes."""
    root = tmp_path / "root"
    chance = random.Random(7)
    for i in range(120):
        parts = [
            chance.choice("abc") + chance.choice(["", ".", "-", "0", " ", "ä"]) for _ in range(chance.randrange(1, 4))
        ]
        path = root.joinpath(*parts, f"{i}{chance.choice(['', '.x'])}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(str(i).encode())
    return root


@pytest.mark.parametrize("case", FORMATS)
@pytest.mark.parametrize("files", [7, 1000])
def test_a_list_by_many_has_the_bytes_of_one_run(case: str, files: int, root: Path, tmp_path: Path) -> None:
    options = FORMATS[case]
    one, many = tmp_path / "one", tmp_path / "many"
    checksig.create(root, output=one, **options)
    executor = Inline()
    assert many == create(root, executor, files=files, output=many, **options)
    assert one.read_bytes() == many.read_bytes()
    assert (executor.submitted > 5) is (files == 7)


def test_processes_make_the_lists_of_a_root(root: Path, tmp_path: Path) -> None:
    wanted = checksig.create(root, algorithm=["sha256", "md5"])
    texts = {name: (root / name).read_bytes() for name in ("SHA256SUMS", "MD5SUMS")}
    for name in texts:
        (root / name).unlink()
    shown: list[checksig.Progress] = []
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        assert wanted == create(root, executor, files=10, algorithm=["sha256", "md5"], progress=shown.append)
    assert texts == {name: (root / name).read_bytes() for name in texts}
    assert sorted(shown) == shown
    assert (120, 120) == (shown[-1].files, shown[-1].total_files)
    assert [] == list(tmp_path.glob("checksig-*"))


def test_relative_paths_are_those_of_the_caller(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root.parent)
    assert Path("list") == create("root", Inline(), files=9, output="list")
    assert verify("root", "list", Inline(), files=9, extra=True)


def test_a_list_that_is_there_is_not_replaced(root: Path) -> None:
    checksig.create(root)
    executor = Inline()
    with pytest.raises(checksig.ManifestError, match="exists") as caught:
        create(root, executor)
    assert ("output_exists", 0) == (caught.value.code, executor.submitted)
    assert root / "SHA256SUMS" == create(root, executor, force=True)


@posix
def test_a_file_that_cant_be_listed_fails_the_list(root: Path, tmp_path: Path) -> None:
    (root / "b-new\nline").write_bytes(b"")
    with pytest.raises(checksig.VerificationError, match="b-new") as caught:
        create(root, Inline(), files=9, output=tmp_path / "a.sfv")
    assert ["b-new\nline"] == [result.path for result in caught.value.report.failures]
    assert not (tmp_path / "a.sfv").exists()


def test_a_tree_without_files_has_no_list(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    with pytest.raises(checksig.ManifestError) as caught:
        create(tmp_path / "root", Inline())
    assert "no_files" == caught.value.code
    with pytest.raises(checksig.ManifestError):
        create(tmp_path / "nothing", Inline())


def test_a_worker_without_the_tree_makes_no_list(root: Path) -> None:
    """A root that is not mounted there has no files, and the list would lack those of its ranges."""
    away = root.with_name("away")

    def mount(number: int) -> None:
        if number >= 4 and not away.exists():
            root.rename(away)
            root.mkdir()

    class Unmounted(Inline):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **_: Any) -> Future[Any]:
            future = super().submit(fn, *args)
            if away.exists():
                root.rmdir()
                away.rename(root)
            return future

    with pytest.raises(IncompleteError, match=r"is empty there; is it mounted\?") as caught:
        create(root, Unmounted(mount), files=9)
    assert "root_differs" == caught.value.code
    assert not (root / "SHA256SUMS").exists()


def test_a_part_of_the_tree_that_is_not_mounted_is_seen(root: Path) -> None:
    """The coordinator has seen the name with which a range begins."""
    aside = root.with_name("aside")

    class Partly(Inline):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **_: Any) -> Future[Any]:
            (root / "b").rename(aside)
            try:
                return super().submit(fn, *args)
            finally:
                aside.rename(root / "b")

    (root / "b").mkdir(exist_ok=True)
    for i in range(30):
        (root / "b" / f"more {i}").write_bytes(b"")
    with pytest.raises(IncompleteError, match="is not there, and exists here"):
        create(root, Partly(), files=5)


@pytest.mark.parametrize("files", [5, 1000])
@pytest.mark.parametrize("order", ["sorted", "shuffled", "with dots", "two lists"])
def test_extra_files_by_many_are_those_of_one_run(order: str, files: int, root: Path, tmp_path: Path) -> None:
    """Whatever the order of the list, each extra file is found once, and after all verdicts."""
    names = sorted(
        os.fsencode(path.relative_to(root)).replace(b"\\", b"/") for path in root.rglob("*") if path.is_file()
    )
    extra = names[::11]
    listed = [name for name in names if name not in extra]
    if order == "shuffled":
        random.Random(3).shuffle(listed)
    lines = [
        gnu_line(("./" if order == "with dots" else "") + os.fsdecode(name), (root / os.fsdecode(name)).read_bytes())
        for name in listed
    ]
    lists = [tmp_path / "list"]
    if order == "two lists":
        lists.append(tmp_path / "another")
        lists[1].write_bytes(b"".join(lines[1::2]))
        lines = lines[::2]
    lists[0].write_bytes(b"".join(lines))
    one = checksig.verify(root, lists, extra=True)
    many = verify(root, lists, Inline(), files=files, extra=True, workers=2)
    assert len(extra) == many.counts[Status.EXTRA]
    assert [result.path for result in one] == [result.path for result in many]
    assert (False, dict(one.counts)) == (many.ok, dict(many.counts))


def test_the_lists_and_their_signatures_are_not_extra(tree: Tree) -> None:
    root = tree({f"f{i:02}": b"x" for i in range(20)})
    (root / "SHA256SUMS.asc").write_bytes(b"")
    (root / "MD5SUMS").write_bytes(f"{digest(b'x', 'md5')}  f01\n".encode())
    (root / "deep").mkdir()
    (root / "SHA256SUMS").rename(root / "deep" / "a.sha256")
    lists = [root / "deep" / "a.sha256"]
    one = checksig.verify(root, lists, extra=True)
    many = verify(root, lists, Inline(), files=3, extra=True)
    assert [result.path for result in one] == [result.path for result in many]


@posix
@pytest.mark.parametrize("between", [0, 40])
def test_a_link_that_listed_names_lead_through_is_not_extra(between: int, tmp_path: Path) -> None:
    """Although the link and these names are in other ranges, maybe with many names between."""
    root = tmp_path / "root"
    (root / "z").mkdir(parents=True)
    (root / "z" / "a").write_bytes(b"x")
    (root / "link").symlink_to("z")
    (root / "link0").symlink_to("z")
    names = sorted([*(f"link.{i:02}" for i in range(between)), "l", "k", "link-", "link/a", "z/a"], key=os.fsencode)
    for name in names:
        (root / name).write_bytes(b"x")
    path = tmp_path / "list"
    path.write_bytes(b"".join(gnu_line(name, b"x") for name in names))
    for files in (1, 2, 3, 5):
        report = verify(root, path, Inline(), files=files, extra=True)
        assert (
            ["link0"]
            == [result.path for result in report.failures]
            == [r.path for r in checksig.verify(root, path, extra=True)]
        )


def test_a_worker_without_the_tree_finds_no_extra_files(tree: Tree) -> None:
    root = tree({f"f{i:02}": b"x" for i in range(20)})
    (root / "new").write_bytes(b"")
    plan = checksig.plan(root, files=5)
    away = root.with_name("away")

    class Unmounted(Inline):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **_: Any) -> Future[Any]:
            if self.submitted < len(plan):
                return super().submit(fn, *args)
            listed = (root / "SHA256SUMS").read_bytes()
            root.rename(away)
            root.mkdir()
            (root / "SHA256SUMS").write_bytes(listed)
            try:
                return super().submit(fn, *args)
            finally:
                (root / "SHA256SUMS").unlink()
                root.rmdir()
                away.rename(root)

    with pytest.raises(IncompleteError, match="another directory there"):
        verify(root, None, Unmounted(), files=5, extra=True)


def test_what_walks_the_tree_ends_with_the_run(root: Path) -> None:
    class Broken(Inline):
        def submit(self, *_: Any, **__: Any) -> Future[Any]:
            msg = "cannot schedule new futures after shutdown"
            raise RuntimeError(msg)

    with pytest.raises(IncompleteError, match="takes no more work") as caught:
        create(root, Broken(), files=1)
    assert "executor_broken" == caught.value.code
    deadline = time.monotonic() + 10
    import threading

    while any(thread.name == "checksig-ranges" for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"files": 0}, ValueError),
        ({"retries": -1}, ValueError),
        ({"workers": 0}, ValueError),
        ({"algorithm": "x"}, ValueError),
    ],
)
def test_arguments_that_make_no_sense_are_refused(
    root: Path, arguments: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        create(root, Inline(), **arguments)
    with pytest.raises(TypeError, match="executor must be an executor"):
        create(root, None)  # type: ignore[arg-type]


def test_the_command_line_finds_extra_files_by_processes(tree: Tree) -> None:
    root = tree({f"f{i:02}": b"x" for i in range(20)})
    (root / "new").write_bytes(b"")
    report = root / "report.json"
    one = command("verify", "--extra", str(root))
    many = command("verify", "--executor", "processes:2", "--extra", "--report", str(report), str(root))
    assert (1, b"new: FAILED (extra)\n") == (many.returncode, many.stdout)
    assert (one.stdout, one.stderr) == (many.stdout, many.stderr)
    assert report.exists()


SEARCH = """
import sys
from concurrent.futures import ThreadPoolExecutor
import checksig.distributed
with ThreadPoolExecutor(2) as executor:
    report = checksig.distributed.verify(sys.argv[1], None, executor, files=4, extra=True)
print([result.path for result in report], report.counts["unreadable"])
"""


def test_a_directory_that_cant_be_searched_fails_once(tree: Tree, without_rights: list[str]) -> None:
    """Although it is in the ranges of several workers."""
    root = tree({f"d/f{i:02}": b"x" for i in range(20)})
    (root / "d").chmod(0o311)
    try:
        done = finish([*without_rights, sys.executable, "-c", SEARCH, str(root)])
    finally:
        (root / "d").chmod(0o755)
    assert b"['d'] 1\n" == done.stdout


@pytest.mark.parametrize(
    "options", [[], ["--json"], ["--algorithm", "md5", "--algorithm", "sha256"], ["--output", "-"]], ids=str
)
def test_the_command_line_makes_lists_by_processes(options: list[str], root: Path) -> None:
    def outcome(*more: str) -> tuple[int, list[str], bytes, dict[str, bytes]]:
        done = command("create", *options, *more, str(root))
        texts = {path.name: path.read_bytes() for path in root.iterdir() if path.name.endswith("SUMS")}
        for name in texts:
            (root / name).unlink()
        return done.returncode, [line.partition('"elapsed"')[0] for line in lines(done.stdout)], done.stderr, texts

    one, many = outcome(), outcome("--executor", "processes:2")
    assert one[:2] == many[:2]
    assert one[3] == many[3]
    assert (0, one[2].count(b"\n")) == (many[0], many[2].count(b"\n"))


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["a/b"], "--executor can't be combined with FILE"),
        (["--bagit"], "--executor can't be combined with --bagit"),
    ],
)
def test_what_executors_dont_list_is_refused(root: Path, arguments: list[str], reason: str) -> None:
    (root / "a").mkdir(exist_ok=True)
    (root / "a" / "b").write_bytes(b"")
    done = command("create", "--executor", "processes:2", *arguments, cwd=root)
    assert (2, b"") == (done.returncode, done.stdout)
    assert reason in done.stderr.decode()


def test_a_list_that_is_there_is_not_replaced_by_processes(root: Path) -> None:
    checksig.create(root)
    one, many = command("create", str(root)), command("create", "--executor", "processes:2", str(root))
    assert (2, one.stdout, one.stderr) == (many.returncode, many.stdout, many.stderr)
