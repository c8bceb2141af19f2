"""Verifying by executors, honest and hostile ones."""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import AuthenticationError
from pathlib import Path
from typing import Any

import pytest

import checksig
from checksig._cli import main
from checksig._report import Status
from checksig.distributed import IncompleteError, _contact, _executors, _handshake, verify
from checksig.distributed._line import Line
from checksig.distributed._run import Run
from checksig.distributed._task import Task, call_with, unpack
from checksig.distributed._worker import work
from command import COMMAND
from command import checksig as checksig_command
from conftest import Tree, digest, gnu_line, linux

NAMES = [f"{number:03}" for number in range(40)]


@pytest.fixture
def root(tree: Tree) -> Path:
    """A directory of which some files are damaged, some missing, and some lines no entries."""
    made = tree({name: name.encode() for name in NAMES})
    for name in NAMES[3::10]:
        (made / name).write_bytes(b"damaged")
    for name in NAMES[25:28]:
        (made / name).unlink()
    lines = (made / "SHA256SUMS").read_text().splitlines(keepends=True)
    lines[10:10] = ["not an entry\n"]
    lines[30:30] = ["nor this\n", "# nor that\n"]
    (made / "SHA256SUMS").write_text("".join(lines))
    return made


def run(root: Path, executor: Any, *, files: int = 3, **options: Any) -> checksig.Report:
    """Verify by spans of some *files*."""
    return verify(root, None, executor, files=files, **options)


def begun(root: Path, executor: Any, *, files: int = 1, keep: str = "failures", **others: Any) -> Run:
    return Run(checksig.plan(root, files=files), executor, {"keep": keep}, **others)


def facts(report: checksig.Report) -> dict[str, Any]:
    """Return what a report says."""
    fields = report.as_dict()
    del fields["elapsed"]
    return fields


class Opener(pickle.Unpickler):
    """Opens what an executor gets, without doing what it asks for."""

    def find_class(self, module: str, name: str) -> Any:
        assert ("checksig.distributed._worker", "work") == (module, name)
        return lambda _, task: unpack(task)


def task_in(payload: bytes) -> Task:
    task: Task = Opener(io.BytesIO(payload)).load()
    return task


def changed(payload: bytes, **changes: Any) -> bytes:
    """Return what an executor gets, for another task."""
    return call_with(work, task_in(payload)._replace(**changes))


class Inline(Executor):
    """Runs tasks in the thread that submits them."""

    def __init__(self) -> None:
        self.submitted = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **_: Any) -> Future[Any]:
        self.submitted += 1
        future: Future[Any] = Future()
        self.finish(future, fn, *args)
        return future

    def finish(self, future: Future[Any], fn: Callable[..., Any], payload: bytes) -> None:
        future.set_result(fn(payload))


class Sometimes(Inline):
    """Does something else with every third task."""

    def __init__(self, instead: Callable[..., None]) -> None:
        super().__init__()
        self._instead = instead

    def finish(self, future: Future[Any], fn: Callable[..., Any], payload: bytes) -> None:
        if self.submitted % 3 == 1:
            self._instead(future, fn, payload)
        else:
            future.set_result(fn(payload))


# One run by many


@pytest.mark.parametrize("context", multiprocessing.get_all_start_methods())
def test_processes_find_what_one_run_finds(context: str, root: Path) -> None:
    """However they are started."""
    if context == "fork" and sys.platform != "linux":
        pytest.skip("a fork has no engine there")
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(context)) as executor:
        assert facts(checksig.verify(root)) == facts(run(root, executor))


OPTIONS: list[dict[str, Any]] = [
    {},
    {"keep": "all"},
    {"ignore_missing": True},
    {"ignore_missing": True, "keep": "all", "strict": False},
    {"strict": False},
    {"exclude": ["03*", "!033"]},
    {"jobs": 1, "algorithm": "sha256", "list_format": "coreutils", "no_cache": True},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_threads_find_what_one_run_finds(options: dict[str, Any], root: Path) -> None:
    """With its options, and in the order of the list."""
    with ThreadPoolExecutor(3) as executor:
        assert facts(checksig.verify(root, **options)) == facts(run(root, executor, **options))


def test_a_relative_root_is_that_of_the_coordinator(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers may have another working directory."""
    monkeypatch.chdir(root.parent)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=os.chdir, initargs=("/",)) as executor:
        report = run(Path("root"), executor)
    assert facts(checksig.verify("root")) == facts(report)


def test_nothing_verified_in_all_is_not_ok(root: Path) -> None:
    """Missing files that are ignored need some that are not missing, in any span."""
    for name in NAMES:
        (root / name).unlink(missing_ok=True)
    for ok in (False, True):
        one = checksig.verify(root, ignore_missing=True, strict=False)
        assert (ok, facts(one)) == (one.ok, facts(run(root, Inline(), ignore_missing=True, strict=False)))
        (root / NAMES[5]).write_bytes(NAMES[5].encode())


def test_entries_of_unknown_algorithms_and_excluded_ones_are_counted(root: Path) -> None:
    """As in one run, which counts them in other ways."""
    tags = "".join(f"WHIRLPOOL ({name}) = {'0' * 128}\n" for name in NAMES[::4])
    (root / "CHECKSUMS").write_text(tags + "".join(f"SHA256 ({name}) = {'0' * 64}\n" for name in NAMES))
    one = checksig.verify(root, root / "CHECKSUMS", exclude="01*")
    by_spans = verify(root, root / "CHECKSUMS", Inline(), exclude="01*", files=3)
    assert 8 == one.counts[Status.UNSUPPORTED]
    assert facts(one) == facts(by_spans)


def test_all_entries_excluded_is_an_error(root: Path) -> None:
    """As in one run."""
    raised = []
    for verifies in (checksig.verify, partial(run, executor=Inline())):
        with pytest.raises(checksig.ManifestError) as error:
            verifies(root, exclude="*")
        raised.append((error.value.code, str(error.value)))
    assert raised[0] == raised[1]


def test_each_warning_comes_once(tree: Tree) -> None:
    """Although each span has it."""
    made = tree({name: name.encode() for name in NAMES})
    lines = "".join(f"{digest(name.encode(), 'md5')}  {name}\n" for name in NAMES)
    (made / "MD5SUMS").write_text(lines)
    report = run(made, Inline())
    assert (True, ["weak_digest"]) == (report.ok, [warning.code for warning in report.warnings])


@pytest.mark.parametrize("lists", [["SHA256SUMS", "MD5SUMS"], ["MD5SUMS"]])
def test_several_lists_are_one_run(lists: list[str], root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each result names its list as the caller did."""
    monkeypatch.chdir(root)
    (root / "MD5SUMS").write_text("".join(f"{digest(name.encode(), 'md5')}  {name}\n" for name in NAMES))
    one, by_spans = facts(checksig.verify(".", lists)), facts(verify(".", lists, Inline(), files=7))
    assert one.pop("bytes") * len(lists) == by_spans.pop("bytes")  # files are read for each list
    assert one == by_spans


def test_an_argument_that_makes_no_sense_ends_it_at_once(root: Path) -> None:
    """No other attempt would mend it."""
    executor = Inline()
    with pytest.raises(ValueError, match="keep"):
        run(root, executor, keep="most", workers=1)
    assert 2 == executor.submitted


def test_a_root_that_is_not_there_is_an_error_here(tmp_path: Path) -> None:
    """Before any worker looks for it."""
    executor = Inline()
    with pytest.raises(checksig.ManifestError) as raised:
        run(tmp_path / "nowhere", executor)
    assert ("root_unreadable", 0) == (raised.value.code, executor.submitted)


# Back-pressure and order


class Late(Executor):
    """Finishes nothing until it is told to."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Callable[..., Any], Any]] = []
        self.most = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **_: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.waiting.append((future, fn, args))
        self.most = max(self.most, len(self.waiting))
        return future

    def finish(self, which: int) -> None:
        future, fn, args = self.waiting.pop(which)
        future.set_result(fn(*args))


def test_at_most_two_spans_for_each_worker_are_given_out(root: Path) -> None:
    """The others stay where they are until one has its verdict."""
    executor = Late()
    with begun(root, executor, workers=3) as running:
        for _ in running._dispatch.answers(running._spans, {"keep": "failures"}):
            if executor.waiting:
                executor.finish(-1)
    assert 6 == executor.most


def test_verdicts_come_in_the_order_of_the_list(root: Path) -> None:
    """Although the last spans have theirs first; unless that doesn't matter."""
    first: dict[bool, str] = {}

    class Backwards(Late):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **_: Any) -> Future[Any]:
            future = super().submit(fn, *args)
            while len(NAMES) == self.most and self.waiting:
                self.finish(-1)
            return future

    for ordered in (True, False):
        found: list[str] = []
        with begun(root, Backwards(), workers=50, ordered=ordered, keep="all") as running:
            found += [result.path for batch in running.batches() for result in batch]
        assert NAMES == sorted(filter(None, found))
        first[ordered] = found[0]
    assert {True: NAMES[0], False: NAMES[-2]} == first  # the last one is still being given out when it ends


def test_progress_never_goes_back_and_ends_at_the_end(root: Path) -> None:
    """In the thread of the caller."""
    seen: list[checksig.Progress] = []
    threads = set()

    def note(progress: checksig.Progress) -> None:
        seen.append(progress)
        threads.add(threading.current_thread())

    with ThreadPoolExecutor(2) as executor:
        run(root, executor, progress=note)
    assert sorted(seen) == seen
    assert (40, 40) == (seen[-1].files, seen[-1].total_files)
    assert {threading.current_thread()} == threads


# Hostile executors


def twice(future: Future[Any], fn: Callable[..., Any], payload: bytes) -> None:
    """Set the result, and call back twice, at once and later."""
    future.set_result(fn(payload))
    add = future.add_done_callback

    def add_both(callback: Callable[[Future[Any]], object]) -> None:
        add(callback)
        add(callback)
        threading.Timer(0.01, callback, [future]).start()

    future.add_done_callback = add_both  # type: ignore[assignment, method-assign]


def never(future: Future[Any], fn: Callable[..., Any], payload: bytes) -> None:
    """Lose the callback."""
    future.set_result(fn(payload))
    future.add_done_callback = lambda _: None  # type: ignore[assignment, method-assign]


def early(future: Future[Any], fn: Callable[..., Any], payload: bytes) -> None:
    """Call back before there is a result, from another thread."""

    def add(callback: Callable[[Future[Any]], object]) -> None:
        threading.Thread(target=callback, args=[future]).start()

    future.add_done_callback = add  # type: ignore[assignment, method-assign]
    threading.Timer(0.1, lambda: future.set_result(fn(payload))).start()


def of_another(future: Future[Any], fn: Callable[..., Any], payload: bytes) -> None:
    """Return the answer about another span."""
    future.set_result(fn(changed(payload, number=7)))


def of_other_bytes(future: Future[Any], fn: Callable[..., Any], payload: bytes) -> None:
    """Return the answer about the span of another list."""
    future.set_result(fn(payload)._replace(digest="another"))


def of_another_run(future: Future[Any], fn: Callable[..., Any], payload: bytes) -> None:
    """Return the answer of another run."""
    future.set_result(fn(changed(payload, run="another")))


def gives(value: Any) -> Callable[..., None]:
    return lambda future, *_: future.set_result(value)


def dies(error: BaseException) -> Callable[..., None]:
    return lambda future, *_: future.set_exception(error)


HOSTILE = {
    "twice": twice,
    "never": never,
    "early": early,
    "another span": of_another,
    "other bytes": of_other_bytes,
    "another run": of_another_run,
    "None": gives(None),
    "garbage": gives(("checksig", 1, object())),
    "an error": dies(RuntimeError("the worker died")),
    "KeyboardInterrupt": dies(KeyboardInterrupt()),
    "an error of the engine": dies(checksig.EngineError("", "failed")),
}


@pytest.mark.parametrize("instead", HOSTILE.values(), ids=HOSTILE)
def test_nothing_is_counted_twice_or_taken_for_something_else(instead: Callable[..., None], root: Path) -> None:
    """Whatever an executor does with every third task, each entry has one verdict in the end."""
    report = run(root, Sometimes(instead), workers=1)
    assert facts(checksig.verify(root)) == facts(report)


@pytest.mark.parametrize(
    ("error", "submitted", "code", "reason"),
    [
        (RuntimeError("lost"), 6, "worker_failed", "RuntimeError: lost (3 attempts)"),
        (BrokenProcessPool("dead"), 2, "executor_broken", "the executor is broken: BrokenProcessPool: dead"),
        (ModuleNotFoundError("no", name="checksig"), 2, "worker_unfit", "a worker has no checksig"),
        (ModuleNotFoundError("no numpy", name="numpy"), 6, "worker_failed", "no numpy"),
    ],
)
def test_what_always_fails_ends_with_an_error(
    error: Exception, submitted: int, code: str, reason: str, root: Path
) -> None:
    """After as many attempts as are worth it."""

    class Failing(Inline):
        def finish(self, future: Future[Any], fn: Callable[..., Any], payload: bytes) -> None:
            if task_in(payload).number == 1:
                future.set_exception(error)
            else:
                super().finish(future, fn, payload)

    executor = Failing()
    with pytest.raises(IncompleteError) as raised:
        run(root, executor, files=10, workers=1)
    assert code == raised.value.code
    assert reason in str(raised.value)
    assert executor.submitted <= submitted
    assert 11 <= raised.value.unverified[0].line <= 12


def test_an_incomplete_run_says_what_is_verified_and_what_is_not(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In words, and by attributes that survive pickling."""

    class Ending(Inline):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **_: Any) -> Future[Any]:
            if self.submitted == 2:
                msg = "cannot schedule new futures after shutdown"
                raise RuntimeError(msg)
            return super().submit(fn, *args)

    monkeypatch.chdir(root)
    with pytest.raises(IncompleteError) as raised:
        verify(".", "SHA256SUMS", Ending(), files=5, workers=1, keep="all")
    error = pickle.loads(pickle.dumps(raised.value))
    assert isinstance(error, IncompleteError)
    assert (
        "the executor takes no more work: cannot schedule new futures after shutdown; 10 entries have a verdict; "
        "none for 30 entries in 6 spans, from SHA256SUMS:12, SHA256SUMS:17, SHA256SUMS:22 and 3 more"
    ) == str(error)
    assert ["", *NAMES[:10]] == sorted(result.path for result in error.report)
    assert (False, 6, 30) == (error.report.ok, len(error.unverified), sum(span.entries for span in error.unverified))


def test_a_cancelled_task_ends_the_run(root: Path) -> None:
    """As when the scheduler is gone."""

    class Cancelling(Late):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **_: Any) -> Future[Any]:
            future = super().submit(fn, *args)
            if len(self.waiting) == 2:
                self.finish(0)
                self.waiting[0][0].cancel()
            return future

    with (
        begun(root, Cancelling(), workers=1) as running,
        pytest.raises(IncompleteError, match="its scheduler is gone") as raised,
    ):
        running.report()
    assert ("executor_broken", 1, 39) == (
        raised.value.code,
        raised.value.report.files,
        sum(span.entries for span in raised.value.unverified),
    )


# Workers that are not like this process


class Elsewhere(Inline):
    """Changes each task as another machine would see it, until it has done so often enough."""

    def __init__(self, times: int, **changes: Any) -> None:
        super().__init__()
        self._times, self._changes = times, changes

    def finish(self, future: Future[Any], fn: Callable[..., Any], payload: bytes) -> None:
        if self.submitted <= self._times:
            payload = changed(payload, **self._changes)
        future.set_result(fn(payload))


def test_a_worker_of_another_version_ends_the_run(root: Path) -> None:
    """It is named, with both versions, and nothing else is looked at: not even the task is opened."""

    class Other(Inline):
        def finish(self, future: Future[Any], *_: Any) -> None:
            future.set_result(work("0.0.9", b"not a task"))

    executor = Other()
    with pytest.raises(IncompleteError) as raised:
        run(root, executor, workers=1)
    assert "worker_unfit" == raised.value.code
    here = f"worker {socket.gethostname()} (pid {os.getpid()}"
    assert str(raised.value).startswith(here)
    assert f"has checksig {checksig.__version__}, and here is" in str(raised.value)
    assert executor.submitted <= 2


@pytest.mark.parametrize("kind", ["empty", "another", "absent"])
def test_a_root_that_is_not_mounted_on_one_worker_costs_nothing_but_time(kind: str, root: Path, tmp_path: Path) -> None:
    """Its answers are refused, and the spans verified again elsewhere."""
    there = tmp_path / "there"
    if kind != "absent":
        there.mkdir()
    if kind == "another":
        (there / "something").touch()
    report = run(root, Elsewhere(2, root=str(there)), workers=1)
    assert facts(checksig.verify(root)) == facts(report)


@pytest.mark.parametrize(
    ("kind", "code", "reason"),
    [
        ("empty", "root_differs", "is empty there; is it mounted?"),
        ("another", "root_differs", "is another directory there; is it mounted?"),
        ("nested", "root_differs", "000 is missing there, and exists here; is everything mounted?"),
        ("absent", "worker_failed", "can't open the root directory: no such file or directory"),
    ],
)
def test_a_root_that_is_mounted_nowhere_ends_the_run(
    kind: str, code: str, reason: str, root: Path, tmp_path: Path
) -> None:
    """And no file is missing without a word."""
    there = tmp_path / "there"
    if kind != "absent":
        there.mkdir()
    if kind == "another":
        (there / "something").touch()
    if kind == "nested":
        (there / NAMES[1]).write_bytes(NAMES[1].encode())
    with pytest.raises(IncompleteError) as raised:
        run(root, Elsewhere(1 << 30, root=str(there)), workers=1)
    assert code == raised.value.code
    assert reason in str(raised.value)
    assert f"worker {socket.gethostname()} (pid {os.getpid()}" in str(raised.value)
    assert 0 == raised.value.report.counts[Status.MISSING]


def test_files_that_are_missing_everywhere_are_missing(root: Path, tmp_path: Path) -> None:
    """Also where the root has another inode, as some network file systems give it, but the same names."""
    for name in NAMES[:9]:
        (root / name).unlink(missing_ok=True)
    same = tmp_path / "same"
    subprocess.run(["cp", "-r", root, same], check=True)
    report = run(root, Elsewhere(1 << 30, root=str(same)))
    assert facts(checksig.verify(root)) == facts(report)


class Changing(Inline):
    """Changes the list before one of the tasks, and changes it back before another."""

    def __init__(self, path: Path, change: int, back: int) -> None:
        super().__init__()
        self._path, self._when = path, {change: path.read_bytes().replace(b"0", b"1"), back: path.read_bytes()}

    def finish(self, future: Future[Any], fn: Callable[..., Any], payload: bytes) -> None:
        if self.submitted in self._when:
            self._path.write_bytes(self._when[self.submitted])
        super().finish(future, fn, payload)


def test_a_list_that_changes_between_spans_ends_the_run(root: Path) -> None:
    """No verdict is by another list than that of the others."""
    with pytest.raises(IncompleteError, match="SHA256SUMS: the list has changed") as raised:
        run(root, Changing(root / "SHA256SUMS", 5, 1 << 30), workers=1)
    assert ("worker_failed", 12) == (raised.value.code, raised.value.report.files)


def test_a_list_of_which_some_workers_have_an_old_copy_costs_nothing_but_time(root: Path) -> None:
    """As a file system of a network may have it for a while."""
    executor = Changing(root / "SHA256SUMS", 5, 7)
    assert facts(checksig.verify(root)) == facts(run(root, executor, workers=1))
    assert 14 + 2 == executor.submitted


# The line


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line(["127.0.0.1"], "127.0.0.1")
    yield made
    made.close()


def until(condition: Callable[[], Any]) -> Any:
    """Wait for something, as long as a test may take."""
    while not condition():
        time.sleep(0.01)
    return condition()


def test_a_worker_is_heard_and_told_to_stop(line: Line) -> None:
    """By who has the key."""
    (address,) = line.task.addresses
    with _handshake.as_worker(address, line.task.key, 5) as worker:
        worker.send_bytes(b'{"span": 3, "files": 5, "bytes": 70}')
        assert {3: (5, 70)} == until(line.heard)
        line.stop_workers()
        assert b'{"cancel": true}' == worker.recv_bytes()


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"{",
        b"[]",
        b"[" * 1024,
        b'{"span": 3}',
        b'{"span": 3, "files": -5, "bytes": 70}',
        b'{"span": 3, "files": 1e9, "bytes": 70}',
        b'{"span": "3", "files": 1, "bytes": 70}',
        b'{"span": 3, "files": 5, "bytes": 70}' + b" " * 2000,
        pickle.dumps({"span": 3, "files": 5, "bytes": 70}),
    ],
)
def test_what_no_worker_says_ends_its_line(message: bytes, line: Line) -> None:
    """And nothing of it is believed."""
    (address,) = line.task.addresses
    with _handshake.as_worker(address, line.task.key, 5) as worker:
        worker.send_bytes(message)
        with pytest.raises((EOFError, ConnectionError)):
            worker.recv_bytes()
    assert {} == line.heard()


def test_a_peer_without_the_key_is_sent_away(line: Line) -> None:
    """And so is a coordinator without it, by a worker."""
    (address,) = line.task.addresses
    with pytest.raises(AuthenticationError):
        _handshake.as_worker(address, b"another key", 5)


def test_a_peer_that_says_nothing_keeps_nobody_waiting(line: Line) -> None:
    """Nor do many of them."""
    (address,) = line.task.addresses
    silent = [socket.create_connection(address) for _ in range(20)]
    with _handshake.as_worker(address, line.task.key, 5) as worker:
        worker.send_bytes(b'{"span": 0, "files": 1, "bytes": 2}')
        assert {0: (1, 2)} == until(line.heard)
    for peer in silent:
        peer.close()


class Going:
    """A job that goes on until it is cancelled."""

    progress = checksig.Progress(1, 2, 3, 4)

    def __init__(self) -> None:
        self.cancelled = threading.Event()

    def cancel(self) -> None:
        self.cancelled.set()


def task_of(line: Any) -> Task:
    return Task("run", 5, 0, None, "root", {}, line)  # type: ignore[arg-type]


def test_a_worker_whose_coordinator_is_gone_stops(line: Line) -> None:
    """It would work for nobody."""
    job = Going()
    with _contact.Contact(task_of(line.task), job) as contact:  # type: ignore[arg-type]
        until(line.heard)
        line.close()
        assert job.cancelled.wait(30)
        with pytest.raises(checksig.JobCancelled, match="gone"):
            contact.explain()


def test_a_worker_that_can_not_reach_the_coordinator_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """And does not try again for another span of the run."""
    monkeypatch.setattr(_contact, "_reached", {})
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    job = Going()
    task = task_of(_contact_line(port))
    with _contact.Contact(task, job):  # type: ignore[arg-type]
        until(lambda: b"key" in _contact._reached)
        assert not job.cancelled.is_set()
    before = threading.active_count()
    with _contact.Contact(task, job):  # type: ignore[arg-type]
        assert before >= threading.active_count()


def _contact_line(port: int) -> Any:
    from checksig.distributed._task import Line as Reached

    return Reached((("127.0.0.1", port),), b"key")


# Ends before the end


def interrupt(_: checksig.Progress) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("context", multiprocessing.get_all_start_methods())
def test_ctrl_c_reaches_the_workers(context: str, big: Path) -> None:
    """They stop in the middle of a file that takes minutes: the pool ends at once."""
    if context == "fork" and sys.platform != "linux":
        pytest.skip("a fork has no engine there")
    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(context))
    with pool as executor, pytest.raises(KeyboardInterrupt):
        verify(big, None, executor, progress=interrupt)


def test_a_timeout_reaches_the_workers(big: Path) -> None:
    """As Ctrl-C does."""
    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
    with pool as executor, pytest.raises(checksig.JobTimeout, match="after 1 second"):
        verify(big, None, executor, timeout=1)


def test_a_pool_whose_worker_is_killed_ends_the_run(big: Path) -> None:
    """With an error that says what is verified, and what is not."""
    lines = [gnu_line(name, name.encode()) for name in NAMES[:2]]
    for name in NAMES[:2]:
        (big / name).write_bytes(name.encode())
    (big / "SHA256SUMS").write_bytes(b"".join(lines) + (big / "SHA256SUMS").read_bytes())
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as executor:
        pid = executor.submit(os.getpid).result()

        def kill(progress: checksig.Progress) -> None:
            if progress.bytes > 100:
                os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))

        with pytest.raises(IncompleteError, match="the executor is broken: BrokenProcessPool") as raised:
            verify(big, None, executor, files=1, progress=kill)
    error = raised.value
    assert ("executor_broken", 2, [3]) == (error.code, error.report.files, [span.line for span in error.unverified])


COORDINATOR = """
import multiprocessing, sys
from concurrent.futures import ProcessPoolExecutor
import checksig.distributed

def show(progress):
    print(*executor._processes, progress.bytes, flush=True)  # the process is started after the line

if __name__ == "__main__":
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(sys.argv[2])) as executor:
        checksig.distributed.verify(sys.argv[1], None, executor, progress=show)
"""


def is_reading(pid: int) -> bool:
    """Say whether a process reads: it has read something in a tenth of a second, of a file that takes minutes."""

    def read() -> str:
        return Path(f"/proc/{pid}/io").read_text().split()[1]

    try:
        before = read()
        time.sleep(0.1)
        return before != read()
    except (FileNotFoundError, ProcessLookupError):
        return False


@linux
@pytest.mark.parametrize("context", multiprocessing.get_all_start_methods())
def test_no_worker_goes_on_when_the_coordinator_was_killed(context: str, big: Path, tmp_path: Path) -> None:
    """It ends the span within seconds, whether its pool notices or not."""
    script = tmp_path / "coordinator.py"
    script.write_text(COORDINATOR)
    command = [sys.executable, str(script), str(big), context]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as coordinator:
        assert coordinator.stdout
        worker, read = 0, 0
        while read == 0:
            worker, read = map(int, coordinator.stdout.readline().split())
        assert is_reading(worker)
        coordinator.kill()
        coordinator.stdout.close()
    until(lambda: not any(is_reading(worker) for _ in range(8)))
    with contextlib.suppress(ProcessLookupError):
        os.kill(worker, signal.SIGKILL)  # a pool of forks doesn't notice, and would wait for ever


# Executors


@pytest.mark.parametrize(
    ("kind", "expected"), [(ThreadPoolExecutor, 3), (ProcessPoolExecutor, 3), (lambda _: Inline(), 0)]
)
def test_an_executor_is_asked_how_many_workers_it_has(kind: Callable[[int], Any], expected: int) -> None:
    """One that doesn't say is taken for one with as many as this machine has CPUs."""
    executor = kind(3)
    assert expected == _executors.workers_of(executor)
    assert (expected or os.cpu_count()) == _executors.Capacity(executor, None).workers
    assert 7 == _executors.Capacity(executor, 7).workers


def test_workers_on_this_machine_alone_are_listened_to_on_it_alone() -> None:
    """Nobody else can connect; for an executor that may be anywhere, all interfaces are needed."""
    assert (["127.0.0.1"], "127.0.0.1") == _executors.hosts_of(ThreadPoolExecutor(1))
    hosts, interface = _executors.hosts_of(Inline())
    assert ("", socket.gethostname()) == (interface, hosts[-2])


# The command line


@pytest.mark.parametrize("options", [[], ["--json"], ["-v", "--report", "r.csv"], ["--ignore-missing", "-q"]], ids=str)
def test_the_command_prints_what_it_prints_without_an_executor(options: list[str], root: Path) -> None:
    """By processes of its own, with the same status."""
    one = checksig_command("verify", *options, "SHA256SUMS", cwd=root)
    by_processes = checksig_command("verify", *options, "--executor", "processes:2", "SHA256SUMS", cwd=root)
    stdout = [stream.partition(b'"elapsed"')[0] for stream in (one.stdout, by_processes.stdout)]
    assert stdout[0] == stdout[1]
    assert (one.returncode, one.stderr) == (by_processes.returncode, by_processes.stderr)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--executor", "processes"], "N must be a whole number from 1 to"),
        (["--executor", "processes:0"], "N must be a whole number from 1 to"),
        (["--executor", "processes:\u0663"], "N must be a whole number from 1 to"),
        (["--executor", "dask://host"], "must be dask://HOST:PORT or dask:///PATH"),
        (["--executor", "dask://host:99999"], "must be dask://HOST:PORT or dask:///PATH"),
        (["--executor", "slurm"], "must be processes:N, dask://HOST:PORT"),
        (["--executor", "processes:2", "--fail-fast"], "--executor can't be combined with --fail-fast"),
        (["--executor", "processes:2", "--extra", "--moved"], "--executor can't be combined with --moved"),
        (["--executor", "processes:2", "--only", "0*"], "--executor can't be combined with --only"),
        (["--executor", "processes:2", "--shard", "1/2", "--json"], "--executor can't be combined with --shard"),
        (["--executor", "processes:2", "--key", "k"], "--executor can't be combined with signatures"),
        (["--executor", "processes:2", "-r"], "--executor can't be combined with --recursive"),
        (["--executor", "processes:2", "--installed"], "--executor can't be combined with --installed"),
        (["--executor", "processes:2", "000"], "--executor can't be combined with a selection of files"),
        (["--executor", "processes:2", "-"], "--executor needs lists that are files"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_command_line_that_makes_no_sense_is_refused(
    arguments: list[str],
    reason: str,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With the reason, and status 2."""
    monkeypatch.chdir(root)
    assert 2 == main(["verify", *arguments])
    assert reason in capsys.readouterr().err


@pytest.mark.parametrize(("executor", "module"), [("dask://host:1", "distributed"), ("mpi", "mpi4py.futures")])
def test_an_extra_that_is_not_installed_is_named(
    executor: str,
    module: str,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With what installs it."""
    monkeypatch.setitem(sys.modules, module, None)
    assert 2 == main(["verify", "--executor", executor, str(root)])
    assert f"pip install 'checksig[{executor.partition(':')[0]}]'" in capsys.readouterr().err


def test_a_scheduler_file_that_is_not_there_is_an_error(root: Path) -> None:
    """And not waited for."""
    pytest.importorskip("distributed", reason="needs dask: nox -s clusters")
    done = checksig_command("verify", "--executor", "dask:///nothing.json", str(root))
    assert (2, b"") == (done.returncode, done.stdout)
    assert b"there is no scheduler file /nothing.json" in done.stderr


def test_warnings_of_weak_digests_are_one(tmp_path: Path) -> None:
    names = ("md5", "sha1", "sha256")
    lines = [f"{name.upper()} ({name}) = {digest(name.encode(), name)}\n" for name in (*names, *names)]
    for name in names:
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "SHA256SUMS").write_text("".join(lines))
    one = checksig.verify(tmp_path)
    for files in (1, 2, 3):
        assert [*one.warnings] == [*run(tmp_path, Inline(), files=files).warnings]


@linux
def test_processes_end_with_a_command_that_is_killed(big: Path) -> None:
    """They hold its output, for which whoever reads it would wait."""
    command = [*COMMAND, "verify", "--executor", "processes:2", str(big)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while not children.read_text().split():
            time.sleep(0.05)
        time.sleep(0.5)
        process.kill()
        process.communicate(timeout=30)  # which ends with the last one that holds the output
    assert -signal.SIGKILL == process.returncode
