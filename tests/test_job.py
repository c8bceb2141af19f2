"""A running job: iteration, plain and async; cancelling, timeouts and Ctrl-C; threads."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import gc
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import checksig
from checksig import Progress, Status
from conftest import Tree, digest

SOON = 30.0
"""Seconds that are plenty for what takes a tenth, on a busy machine too. The big file takes many minutes."""


def no_job_is_left() -> bool:
    """Wait for what was cancelled to end. Says whether nothing runs in this process then."""
    with checksig.iter_verify(os.curdir) as job:
        holdings = job._engine.holdings
    started = time.monotonic()
    while holdings()["jobs"] and time.monotonic() - started < SOON:
        time.sleep(0.01)
    return not holdings()["jobs"]


def test_iteration_yields_verdicts_in_the_lists_order(tree: Tree) -> None:
    """With keep="all" every entry comes, in order, and then the report has the counts."""
    names = [f"d{i % 3}/f{i:03}" for i in range(200)]
    root = tree({name: name.encode() for name in names})
    with checksig.iter_verify(root, keep="all", jobs=5) as job:
        assert names == [result.path for result in job]
        report = job.report()
    assert report.ok
    assert 200 == report.counts[Status.OK]
    assert () == report.results


def test_a_report_holds_what_was_not_iterated(tree: Tree) -> None:
    """Who stops early can still have the rest at once."""
    root = tree(changed={"a": b"", "b": b"", "c": b""})
    with checksig.iter_verify(root) as job:
        first = next(job)
        rest = job.report().results
    assert ["a", "b", "c"] == [first.path, *(result.path for result in rest)]


def test_verdicts_come_as_they_are_found_without_an_order(big: Path) -> None:
    """A slow file holds no later verdict up."""
    with (big / "SHA256SUMS").open("a") as lists:
        lists.write(f"{digest(b'')}  nothing\n" * 3)
    with checksig.iter_verify(big, ordered=False, jobs=2, timeout=SOON) as job:
        assert [Status.MISSING] * 3 == [next(job).status for _ in range(3)]


def test_a_run_that_fails_fast_says_what_it_left_out(tree: Tree) -> None:
    root = tree({"a": b"", **{str(i): b"" for i in range(2000)}})
    lines = (root / "SHA256SUMS").read_bytes()
    (root / "SHA256SUMS").write_bytes(f"{digest(b'')}  nothing\n".encode() + lines * 10)
    report = checksig.verify(root, fail_fast=True)
    assert ["nothing"] == [result.path for result in report.failures]
    codes = [warning.code for warning in report.warnings]
    assert ["stopped_early"] == [code for code in codes if code != "nothing_verified"]  # the failure may be the first
    assert 10_000 > report.files == report.counts[Status.OK] + 1


def test_a_cancelled_create_has_removed_what_it_was_writing(big: Path) -> None:
    """When `create` has raised, nothing is left; the process may end at once."""
    before = sorted(big.iterdir())
    for _ in range(5):
        with pytest.raises(checksig.JobTimeout):
            checksig.create(big, output=big / "list", timeout=0.3)
        assert before == sorted(big.iterdir())


def test_async_iteration_and_report(tree: Tree) -> None:
    """`async for` and `averify` say the same as their plain sisters."""
    root = tree({"a": b"1"}, changed={"b": b"2", "c": b"3"})

    async def main() -> None:
        async with checksig.iter_verify(root) as job:
            assert ["b", "c"] == [result.path async for result in job]
        assert ["b", "c"] == [result.path for result in (await checksig.averify(root)).failures]

    asyncio.run(main())


@pytest.mark.timeout(60)
def test_async_code_goes_on_while_a_job_runs(big: Path) -> None:
    """The event loop is free between two looks at the job, which are at most a few hundredths of a second apart."""

    async def main() -> int:
        ticks = 0
        job = asyncio.create_task(checksig.averify(big))
        started = time.monotonic()
        while ticks < 20 and time.monotonic() - started < SOON:
            ticks += 1
            await asyncio.sleep(0.01)
        job.cancel()
        return ticks

    assert 20 == asyncio.run(main())


def test_cancelling_a_task_stops_the_work(big: Path) -> None:
    """The timeout of asyncio ends an `averify` at once, and the job with it."""

    async def main() -> None:
        await asyncio.wait_for(checksig.averify(big), timeout=0.1)

    started = time.monotonic()
    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(main())
    assert time.monotonic() - started < SOON
    assert no_job_is_left()


def test_many_async_jobs_at_once(tree: Tree) -> None:
    """Jobs in one event loop are independent."""
    root = tree({"a": b"1"}, changed={"b": b"2"})

    async def main() -> list[checksig.Report]:
        return await asyncio.gather(*(checksig.averify(root) for _ in range(20)))

    assert [1] * 20 == [len(report.failures) for report in asyncio.run(main())]


def test_cancel_from_another_thread(big: Path) -> None:
    """`cancel` ends an iteration that waits, with `JobCancelled`."""
    with checksig.iter_verify(big) as job:
        timer = threading.Timer(0.1, job.cancel)
        timer.start()
        started = time.monotonic()
        with pytest.raises(checksig.JobCancelled):
            next(job)
        assert time.monotonic() - started < SOON
        with pytest.raises(checksig.JobCancelled):
            job.report()


def test_cancel_after_the_end_changes_nothing(tree: Tree) -> None:
    """A job that has ended stays ended, however often it is cancelled and closed."""
    with checksig.iter_verify(tree({"a": b"1"})) as job:
        report = job.report()
        job.cancel()
        assert report == job.report()
    job.close()
    job.cancel()


def test_a_closed_job_says_so(big: Path) -> None:
    """Iterating after close is an error, not a crash; closing in another thread is safe."""
    job = checksig.iter_verify(big)
    threading.Timer(0.05, job.close).start()
    with pytest.raises(checksig.JobCancelled):
        list(job)
    with pytest.raises(checksig.JobCancelled, match=r"closed|cancelled"):
        next(job)


@pytest.mark.parametrize("end", [checksig.Job.close, checksig.Job.cancel])
def test_verdicts_that_were_not_taken_are_lost_with_the_job(end: Callable[[checksig.Job], None], tree: Tree) -> None:
    """Whoever iterates on is not to believe that these were all; this also holds for a job whose work is done."""
    root = tree(changed={"a": b"", "b": b"", "c": b""})
    for taken in range(3):
        with checksig.iter_verify(root) as job:
            assert ["a", "b", "c"][:taken] == [next(job).path for _ in range(taken)]
            end(job)
            for _ in range(2):
                with pytest.raises(checksig.JobCancelled, match=r"^the job (is closed|was cancelled)$"):
                    next(job)
                with pytest.raises(checksig.JobCancelled):
                    job.report()
                with pytest.raises(checksig.JobCancelled):
                    asyncio.run(job.areport())
                with pytest.raises(checksig.JobCancelled):
                    asyncio.run(anext(job))


def test_a_job_whose_iteration_has_ended_keeps_its_report_when_closed(tree: Tree) -> None:
    root = tree(changed={"a": b"", "b": b""})
    with checksig.iter_verify(root) as job:
        assert ["a", "b"] == [result.path for result in job]
    job.cancel()
    assert [] == list(job)
    assert (False, 2, ()) == (job.report().ok, job.report().files, job.report().results)
    with checksig.iter_verify(root / "none") as job, pytest.raises(checksig.ManifestError):
        next(job)
    with pytest.raises(checksig.ManifestError):
        job.report()


def test_what_ended_a_job_is_what_is_raised_from_then_on(big: Path) -> None:
    with checksig.iter_verify(big, timeout=0.1) as job:
        for _ in range(3):
            with pytest.raises(checksig.JobTimeout, match=r"timed out after 0\.1 seconds"):
                job.report()
            job.cancel()
    with pytest.raises(checksig.JobTimeout):
        next(job)


def test_a_job_knows_its_progress_before_the_function_does(tree: Tree) -> None:
    """So it has the right counts, too, if the function raises, or goes on with the job itself."""
    told: list[tuple[Progress, Progress]] = []
    jobs: list[checksig.Job] = []
    root = tree({"a": b"1", "b": b"2"})
    with checksig.iter_verify(root, progress=lambda p: told.append((p, jobs[0].progress))) as job:
        jobs.append(job)
        job.report()
    assert [(p, p) for p, _ in told] == told
    assert 2 == told[-1][1].files


def test_a_timeout_ends_the_job(big: Path) -> None:
    """`timeout` raises `JobTimeout`, which is a `TimeoutError`, on time."""
    started = time.monotonic()
    with pytest.raises(checksig.JobTimeout, match=r"timed out after 0\.1 seconds") as caught:
        checksig.verify(big, timeout=0.1)
    assert isinstance(caught.value, TimeoutError)
    assert 0.1 <= time.monotonic() - started < SOON


def test_a_job_that_is_forgotten_stops(big: Path) -> None:
    """Without `with` and `close`, the end of the object ends the work: no job is left, and none takes CPU time."""
    (big / "SHA256SUMS").write_text(f"{digest(b'')}  missing\n" * 16 + f"{digest(b'')}  file\n")
    job = checksig.iter_verify(big)
    assert "missing" == next(job).path  # it runs
    assert job._engine.holdings()["jobs"] > 0
    del job
    gc.collect()
    assert no_job_is_left()
    used = time.process_time()
    time.sleep(0.5)
    assert time.process_time() - used < 0.25


WAIT = """
import sys, time, checksig
print("ready", flush=True)
try:
    checksig.verify(sys.argv[1])
except KeyboardInterrupt:
    stopped = time.process_time()
    print("stopped", flush=True)
    sys.stdin.readline()
    print(time.process_time() - stopped)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_raises_at_once_and_stops_the_work(big: Path) -> None:
    """KeyboardInterrupt comes soon, and the engine computes no more after it."""
    process = subprocess.Popen(
        [sys.executable, "-c", WAIT, str(big)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdin
        assert process.stdout
        assert "ready\n" == process.stdout.readline()
        time.sleep(0.3)
        sent = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert "stopped\n" == process.stdout.readline()
        assert time.monotonic() - sent < SOON
        time.sleep(0.5)
        assert float(process.communicate("\n")[0]) < 0.25  # two cores for half a second were 1.0


def test_threads_have_jobs_of_their_own(tree: Tree) -> None:
    """Two jobs in two threads see their own files and nothing of each other."""
    root = tree({"a": b"1"}, changed={"b": b"2"})
    (root / "one.sha256").write_text((root / "SHA256SUMS").read_text().splitlines(keepends=True)[0])
    found: list[tuple[bool, int]] = []

    def work(manifest: str) -> None:
        for _ in range(50):
            report = checksig.verify(root, root / manifest)
            found.append((report.ok, report.files))

    threads = [threading.Thread(target=work, args=(name,)) for name in ("SHA256SUMS", "one.sha256")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(False, 2), (True, 1)} == set(found)
    assert 100 == len(found)


def test_threads_may_share_a_job(tmp_path: Path) -> None:
    """Every verdict goes to exactly one of the threads that iterate one job."""
    names = [f"{i:05}" for i in range(20_000)]
    (tmp_path / "md5sum.txt").write_text("".join(f"d41d8cd98f00b204e9800998ecf8427e  {name}\n" for name in names))
    got: list[str] = []
    with checksig.iter_verify(tmp_path) as job:
        threads = [threading.Thread(target=lambda: got.extend([r.path for r in job])) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert names == sorted(got)


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_a_signals_handler_may_close_the_job(big: Path) -> None:
    """Closing in the middle of an iteration on the same thread ends it."""
    with checksig.iter_verify(big) as job:
        old = signal.signal(signal.SIGUSR1, lambda *_: job.close())
        try:
            threading.Timer(0.2, signal.raise_signal, [signal.SIGUSR1]).start()
            with pytest.raises(checksig.JobCancelled):
                next(job)
        finally:
            signal.signal(signal.SIGUSR1, old)


def test_progress_is_told_on_the_callers_thread_and_adds_up(tree: Tree) -> None:
    """The last word has all files and bytes, and totals known before."""
    root = tree({f"f{i}": b"x" * i for i in range(100)})
    told: list[tuple[Progress, threading.Thread]] = []
    report = checksig.verify(root, progress=lambda p: told.append((p, threading.current_thread())))
    assert Progress(100, 4950, 100, 4950) == told[-1][0]
    assert {threading.current_thread()} == {thread for _, thread in told}
    assert (100, 4950) == (report.files, report.bytes)
    assert sorted(p.files for p, _ in told) == [p.files for p, _ in told]


def test_an_error_in_progress_stops_the_job(big: Path) -> None:
    """What the callable raises comes out, and the work ends."""

    def fail(progress: Progress) -> None:
        raise LookupError(progress)

    started = time.monotonic()
    with checksig.iter_verify(big, progress=fail) as job:
        with pytest.raises(LookupError):
            next(job)
        assert time.monotonic() - started < SOON
        assert no_job_is_left()


def test_results_do_not_pile_up_while_nobody_asks(tmp_path: Path) -> None:
    """A slow reader gets every one of many verdicts, and the engine waits for it when some thousands are ready."""
    many = 100_000
    (tmp_path / "md5sum.txt").write_text("d41d8cd98f00b204e9800998ecf8427e  nothing\n" * many)
    with checksig.iter_verify(tmp_path, jobs=1) as job:  # more would wait for each other, with more verdicts in hand
        next(job)
        time.sleep(0.5)  # in which the engine could judge all of them
        fetched, ahead = 1, 0
        for _ in job:
            fetched += 1
            ahead = max(ahead, job.progress.files - fetched)
    assert many == fetched
    assert 0 < ahead < many // 4


def test_a_job_may_be_entered_in_other_ways(tree: Tree) -> None:
    """By an `ExitStack`, which closes it, by its method, or by that of the class."""
    root = tree({"a": b"1"})
    with contextlib.ExitStack() as stack:
        job = stack.enter_context(checksig.iter_verify(root))
        assert job.report()
    assert not job._handle.is_open
    assert checksig.iter_verify(root).__enter__().report()
    assert checksig.Job.__enter__(checksig.iter_verify(root)).report()


@pytest.mark.parametrize(
    "run", [checksig.verify, lambda root: asyncio.run(checksig.averify(root))], ids=["verify", "averify"]
)
def test_an_error_has_no_other_behind_it(run: Callable[[Path], object], tmp_path: Path) -> None:
    """A traceback shows what went wrong, and nothing of how a job waits."""
    with pytest.raises(checksig.ManifestError) as caught:
        run(tmp_path)
    assert None is caught.value.__context__


@pytest.mark.parametrize("take", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_job_can_not_leave_its_process(take: Callable[[checksig.Job], object], tree: Tree) -> None:
    """The error says so, and names no part of it."""
    with checksig.iter_verify(tree({"a": b"1"})) as job, pytest.raises(TypeError, match="a Job can't be pickled"):
        take(job)
