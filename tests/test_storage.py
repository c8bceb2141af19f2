"""Storage that becomes slow, hangs, or meets a process with few descriptors: verdicts are right, and all can be ended.

The file systems are real ones, in a process of their own (slowfs.py).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import checksig
from checksig import Status
from command import COMMAND, INTERRUPTED, is_last_word, objects
from command import checksig as command
from conftest import digest
from slowfs import storage

pytestmark = pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="mounts")

SOON = 10.0
"""Seconds that are plenty for what takes a tenth."""

FILES, SIZE = 2000, 5000
FAST, SLOW = 600, 700
STUCK = f"0*{FAST},0.02*{SLOW},inf"
"""So many reads take no time, so many then take 20 ms each, and all after them hang."""


def spoil(manifest: Path) -> set[str]:
    """Change every seventh digest of a list; gives the names."""
    lines = manifest.read_text().splitlines()
    lines[::7] = [f"{digest(b'else')}  f{number}" for number in range(0, len(lines), 7)]
    manifest.write_text("\n".join(lines) + "\n")
    return {f"f{number}" for number in range(0, len(lines), 7)}


def check(results: list[checksig.FileResult], wrong: set[str]) -> None:
    """Each file that was read has its right verdict, and no other has one."""
    assert {r.path: Status.MISMATCH if r.path in wrong else Status.OK for r in results} == {
        r.path: r.status for r in results
    }


def wait_until_stuck(stuck: Path, come: Callable[[], int]) -> None:
    """Wait until the disk has been slow, a read hangs and nothing more comes."""
    still, before = 0, 0
    while still < 40 or not stuck.exists():
        time.sleep(0.05)
        now = come()
        still = still + 1 if now == before > FAST else 0
        before = now


@pytest.mark.parametrize("ordered", [True, False])
def test_a_disk_that_gets_slow_and_stuck_has_right_verdicts_until_then(tmp_path: Path, ordered: bool) -> None:  # noqa: FBT001
    """More files are read at once while it is slow, but not without limit while it is stuck; `cancel` ends it."""
    results: list[checksig.FileResult] = []

    def watch(job: checksig.Job) -> None:
        wait_until_stuck(tmp_path / "stuck", lambda: len(results))
        job.cancel()

    with storage(tmp_path, FILES, SIZE, STUCK) as manifest:
        wrong = spoil(manifest)
        with checksig.iter_verify(tmp_path / "mount", manifest, keep="all", ordered=ordered) as job:
            watcher = threading.Thread(target=watch, args=(job,))
            watcher.start()
            with pytest.raises(checksig.JobCancelled):
                results.extend(job)
            watcher.join()
    check(results, wrong)
    assert FAST + SLOW - 600 < len(results) <= FAST + SLOW
    assert 16 < int((tmp_path / "most").read_text()) < 600


def test_a_timeout_ends_a_run_on_a_disk_that_gets_stuck(tmp_path: Path) -> None:
    with storage(tmp_path, FILES, SIZE, STUCK) as manifest:
        began = time.monotonic()
        with pytest.raises(checksig.JobTimeout):
            checksig.verify(tmp_path / "mount", manifest, timeout=3)
        assert time.monotonic() - began < 3 + SOON


def test_ctrl_c_ends_a_run_on_a_disk_that_gets_stuck(tmp_path: Path) -> None:
    """The command says how far it came: its failures are those of the files that were read."""
    with storage(tmp_path, FILES, SIZE, STUCK) as manifest:
        wrong = spoil(manifest)
        words = [*COMMAND, "verify", "--json", "--verbose", "--root", str(tmp_path / "mount"), str(manifest)]
        output = tmp_path / "output"
        with (
            output.open("wb") as file,
            subprocess.Popen(words, stdout=file, stderr=subprocess.PIPE) as process,
        ):
            wait_until_stuck(tmp_path / "stuck", lambda: output.read_bytes().count(b"\n"))
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=SOON)
    assert -signal.SIGINT == process.returncode
    assert is_last_word(INTERRUPTED, err)
    told = {o["path"]: o["status"] for o in objects(output.read_bytes()) if o["type"] == "result"}
    assert FAST < len(told) <= FAST + SLOW
    assert {name: "mismatch" if name in wrong else "ok" for name in told} == told


# A mount that answers opens, but not reads


@pytest.mark.parametrize(
    "words", [["verify", "--timeout=1"], ["verify", "--timeout=1", "--progress"], ["verify", "--timeout=1", "--extra"]]
)
def test_a_mount_that_answers_only_opens_times_out(tmp_path: Path, words: list[str]) -> None:
    with storage(tmp_path, 100, SIZE, "inf") as manifest:
        began = time.monotonic()
        done = command(*words, "--root", str(tmp_path / "mount"), str(manifest))
        took = time.monotonic() - began
    assert (2, b"") == (done.returncode, done.stdout)
    assert b"timed out" in done.stderr
    assert took < 1 + SOON


@pytest.mark.parametrize("words", [["verify"], ["create", "--output=-"], ["verify", "-j1"], ["verify", "--no-cache"]])
def test_ctrl_c_ends_a_command_on_a_mount_that_answers_only_opens(tmp_path: Path, words: list[str]) -> None:
    with storage(tmp_path, 100, SIZE, "inf") as manifest:
        root = ["--root", str(tmp_path / "mount"), str(manifest)] if words[0] == "verify" else [str(tmp_path / "mount")]
        with subprocess.Popen([*COMMAND, *words, *root], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            time.sleep(2)
            assert process.poll() is None
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=SOON)
    assert (-signal.SIGINT, b"") == (process.returncode, out)
    assert is_last_word(INTERRUPTED, err)


def test_a_list_that_can_not_be_read_times_out(tmp_path: Path) -> None:
    """So does a root in which lists have to be found by what they hold."""
    with storage(tmp_path, 3, SIZE, "inf"):
        for call in (
            lambda: checksig.verify(tmp_path / "mount", tmp_path / "mount" / "f0", timeout=0.5),
            lambda: checksig.verify(tmp_path / "mount" / "f1", timeout=0.5),
            lambda: checksig.create(tmp_path / "mount", output=tmp_path / "list", timeout=0.5),
        ):
            began = time.monotonic()
            with pytest.raises(checksig.JobTimeout):
                call()
            assert time.monotonic() - began < SOON


# Few descriptors


@pytest.mark.parametrize("free", [10, 13, 40])
@pytest.mark.parametrize("jobs", ["None", "1", "64"])
def test_few_descriptors_on_slow_storage_cost_no_verdict(tmp_path: Path, free: int, jobs: str) -> None:
    """The run reads as many files at once as it may open, and every file has its right verdict."""
    code = f"""if True:
        import checksig, checksig._api, json, os, resource, sys
        limit = len(os.listdir("/proc/self/fd")) - 1 + {free}
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
        report = checksig.verify(sys.argv[1], sys.argv[2], keep="all", jobs={jobs})
        print(json.dumps({{r.path: r.status.value for r in report}}))
    """
    with storage(tmp_path, 400, SIZE, "0*100,0.01") as manifest:
        wrong = spoil(manifest)
        words = [sys.executable, "-c", code, str(tmp_path / "mount"), str(manifest)]
        done = subprocess.run(words, capture_output=True, text=True, timeout=100, check=False)
    assert "" == done.stderr
    assert {f"f{n}": "mismatch" if f"f{n}" in wrong else "ok" for n in range(400)} == json.loads(done.stdout)
