"""Verifying by real clusters: Dask, MPI and loky, and what happens when parts of them fail."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import site
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import checksig
from checksig._cli import _executor, main
from checksig.distributed import IncompleteError, verify
from command import COMMAND, INTERRUPTED, finish
from command import checksig as command
from conftest import Tree, linux

distributed = pytest.importorskip("distributed")

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # of others
    pytest.mark.skipif(sys.platform == "win32", reason="the tests stop and kill processes as POSIX does"),
]

NAMES = [f"{number:03}" for number in range(60)]
LARGE = 1 << 27
"""Bytes of a file that takes a while."""


@pytest.fixture
def root(tree: Tree) -> Path:
    """A directory of which some files are damaged or missing."""
    made = tree({name: name.encode() for name in NAMES})
    (made / NAMES[3]).write_bytes(b"damaged")
    (made / NAMES[25]).unlink()
    return made


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that takes seconds to verify, and no space."""
    made = tmp_path_factory.mktemp("long")
    hexes = subprocess.run(
        ["sh", "-c", f"head -c {LARGE} /dev/zero | sha256sum"], check=True, capture_output=True, text=True
    ).stdout.split()[0]
    for name in NAMES[:12]:
        with (made / name).open("wb") as file:
            file.truncate(LARGE)
    (made / "SHA256SUMS").write_text("".join(f"{hexes}  {name}\n" for name in NAMES[:12]))
    return made


def facts(report: checksig.Report) -> dict[str, Any]:
    """Return what a report says."""
    fields = report.as_dict()
    del fields["elapsed"]
    return fields


def until(condition: Callable[[], Any]) -> Any:
    """Wait for something, as long as a test may take."""
    while not condition():
        time.sleep(0.01)
    return condition()


class Once:
    """Is called with progress, and acts once when something is read."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._act: Callable[[], object] | None = act

    def __call__(self, progress: checksig.Progress) -> None:
        if progress.bytes and self._act:
            act, self._act = self._act, None
            act()


DASK = "import sys; from dask.__main__ import main; sys.argv[0] = 'dask'; main()"
"""What the command ``dask`` does."""


class Worker(NamedTuple):
    """A worker of Dask."""

    process: subprocess.Popen[bytes]
    address: str


class Cluster:
    """A scheduler of Dask and its workers, each a process that can be stopped and killed."""

    def __init__(self, directory: Path) -> None:
        self.file = directory / "scheduler.json"
        self._directory = directory
        self._stack = contextlib.ExitStack()
        self._client: Any = None
        self.workers: list[subprocess.Popen[bytes]] = []
        options = ["--port", "0", "--no-dashboard", "--no-show", "--host", "127.0.0.1"]
        self.scheduler = self._start(
            [sys.executable, "-c", DASK, "scheduler", *options, "--scheduler-file", str(self.file)]
        )
        until(self.file.exists)

    @contextlib.contextmanager
    def worker(self, *prefix: str, python: tuple[str, ...] = (sys.executable, "-c"), **env: str) -> Iterator[Worker]:
        """Have one more worker, with one thread, for a while."""
        before = self._known()
        process = self.add(*prefix, python=python, **env)
        new = until(lambda: self._known() - before)
        yield Worker(process, *new)
        process.kill()
        until(lambda: self._known() <= before)

    def add(
        self, *prefix: str, python: tuple[str, ...] = (sys.executable, "-c"), **env: str
    ) -> subprocess.Popen[bytes]:
        """Start a worker."""
        options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--scheduler-file", str(self.file)]
        command = [*prefix, *python, DASK, "worker", *options, "--local-directory", str(self._directory)]
        return self._start(command, **env)

    def _start(self, command: list[str], **env: str) -> subprocess.Popen[bytes]:
        log = self._stack.enter_context((self._directory / "log").open("ab"))
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **env})
        self._stack.callback(process.wait)
        self._stack.callback(process.kill)
        return process

    def _known(self) -> set[str]:
        return set(self.client().nthreads())

    def client(self, workers: int = 0) -> Any:
        """Return the client, when there are as many workers."""
        if self._client is None:
            self._client = distributed.Client(scheduler_file=str(self.file), timeout=20, set_as_default=False)
            self._stack.callback(self._client.close, timeout=2)
        if workers:
            self._client.wait_for_workers(workers, timeout=60)
        return self._client

    @property
    def address(self) -> str:
        return str(json.loads(self.file.read_text())["address"]).replace("tcp://", "dask://")

    def close(self) -> None:
        self._stack.close()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler without workers."""
    made = Cluster(tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster of two workers. Tests add others."""
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    made.workers = [made.add(), made.add()]
    made.client(2)
    yield made
    made.close()


# What workers find


@pytest.mark.parametrize("kind", ["executor", "client"])
def test_dask_finds_what_one_run_finds(kind: str, shared: Cluster, root: Path) -> None:
    """By the executor of a client, or by the client."""
    client = shared.client(2)
    executor = client.get_executor() if kind == "executor" else client
    assert facts(checksig.verify(root)) == facts(verify(root, None, executor, files=7))


def test_loky_finds_what_one_run_finds(root: Path) -> None:
    """With its own way to start processes."""
    loky = pytest.importorskip("loky")
    with loky.ProcessPoolExecutor(2) as executor:
        assert facts(checksig.verify(root)) == facts(verify(root, None, executor, files=7))


@pytest.mark.parametrize("options", [["--json"], ["-v", "--no-strict", "--ignore-missing"]], ids=str)
def test_the_command_prints_what_it_prints_without_dask(options: list[str], shared: Cluster, root: Path) -> None:
    """By the address of a scheduler, or its file."""
    one = command("verify", *options, "SHA256SUMS", cwd=root)
    where = shared.address if "-v" in options else f"dask://{shared.file}"
    by_dask = command("verify", *options, "--executor", where, "SHA256SUMS", cwd=root)
    without_time = [stream.partition(b'"elapsed"')[0] for stream in (one.stdout, by_dask.stdout)]
    assert without_time[0] == without_time[1]
    assert (one.returncode, one.stderr) == (by_dask.returncode, by_dask.stderr)


def test_progress_is_that_of_all_workers(shared: Cluster, long: Path) -> None:
    """While their spans are not done yet."""
    seen: list[checksig.Progress] = []
    verify(long, None, shared.client(2), files=6, progress=seen.append)
    assert sorted(seen) == seen
    assert (12, 12 * LARGE) == (seen[-1].files, seen[-1].bytes)
    assert [progress for progress in seen if 0 < progress.bytes % LARGE or 0 < progress.files < 6]


# Faults


def test_a_worker_that_is_killed_costs_nothing_but_time(shared: Cluster, long: Path) -> None:
    """Its spans are verified by another one, and none is counted twice."""
    with shared.worker() as victim:
        report = verify(long, None, shared.client(), files=1, progress=Once(victim.process.kill))
    assert 0 != victim.process.wait()
    assert facts(checksig.verify(long)) == facts(report)


def test_a_worker_that_stops_for_a_while_delays_only_its_span(shared: Cluster, long: Path) -> None:
    """The others go on meanwhile."""
    slow = shared.workers[0]

    def stop() -> None:
        slow.send_signal(signal.SIGSTOP)
        threading.Timer(1.5, slow.send_signal, [signal.SIGCONT]).start()

    report = verify(long, None, shared.client(), files=1, progress=Once(stop))
    assert facts(checksig.verify(long)) == facts(report)


@linux
def test_the_end_of_the_scheduler_is_the_end_of_the_run(cluster: Cluster, big: Path) -> None:
    """With an error, and the workers stop reading."""
    worker = cluster.add()
    client = cluster.client(1)
    with pytest.raises(IncompleteError, match="its scheduler is gone") as raised:
        verify(big, None, client, progress=Once(cluster.scheduler.kill))
    assert ("executor_broken", 1) == (raised.value.code, len(raised.value.unverified))
    until(lambda: not any(is_reading(worker.pid) for _ in range(5)))


def is_reading(pid: int) -> bool:
    """Say whether a process reads: it has read a megabyte in a tenth of a second, of a file that takes minutes."""

    def read() -> int:
        return int(Path(f"/proc/{pid}/io").read_text().split()[1])

    try:
        before = read()
        time.sleep(0.1)
        return read() > before + (1 << 20)
    except (FileNotFoundError, ProcessLookupError):
        return False


@linux
def test_ctrl_c_ends_the_command_and_stops_the_workers(shared: Cluster, big: Path) -> None:
    """Within a moment, as it ends a run without executor."""

    def is_anybody_reading() -> bool:
        return any(is_reading(worker.pid) for worker in shared.workers)

    with subprocess.Popen(
        [*COMMAND, "verify", "--executor", shared.address, str(big)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        until(is_anybody_reading)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (-signal.SIGINT, b"") == (process.returncode, out)
    assert err.decode().startswith(INTERRUPTED)
    assert 1 == err.count(b"\n")
    until(lambda: not any(is_anybody_reading() for _ in range(5)))


@pytest.fixture
def without_checksig(tmp_path: Path) -> tuple[str, ...]:
    """The command of a Python that has all packages of this one but checksig."""
    packages = tmp_path / "packages"
    packages.mkdir()
    for directory in site.getsitepackages():
        for path in Path(directory).iterdir():
            if "checksig" not in path.name:
                (packages / path.name).symlink_to(path)
    script = f"import sys; sys.path.insert(0, {str(packages)!r}); exec(sys.argv.pop(1))"
    return sys.executable, "-S", "-c", script


def test_a_worker_without_checksig_is_named(shared: Cluster, without_checksig: tuple[str, ...], root: Path) -> None:
    """And ends the run at once."""
    with shared.worker(python=without_checksig) as worker:
        with pytest.raises(IncompleteError, match="No module named 'checksig'") as raised:
            verify(root, None, shared.client(), files=1)
        error = str(raised.value)
    assert ("worker_unfit", True) == (raised.value.code, f"worker {worker.address} has no checksig" in error)


def test_a_worker_with_another_version_is_named(shared: Cluster, root: Path, tmp_path: Path) -> None:
    """With both versions, and the command ends with status 2."""
    copy = tmp_path / "other" / "checksig"
    shutil.copytree(Path(checksig.__file__).parent, copy, ignore=shutil.ignore_patterns("_checksig*", "__pycache__"))
    (copy / "_version.py").write_text('__version__ = "0.0.9"\n')
    with shared.worker(PYTHONPATH=str(copy.parent)) as worker:
        only_there = shared.client().get_executor(workers=[worker.address])
        with pytest.raises(IncompleteError, match=r"has checksig 0\.0\.9, and here is 0\.1\.0") as raised:
            verify(root, None, only_there)
        done = command("verify", "--json", "--executor", shared.address, str(long_list(root)))
    assert ("worker_unfit", True) == (raised.value.code, worker.address in str(raised.value))
    *_, error, summary = map(json.loads, done.stdout.splitlines())
    assert (2, "executor", "worker_unfit") == (done.returncode, error["kind"], error["code"])
    assert 2 == summary["exit_status"]


def long_list(root: Path) -> Path:
    """Return a list of so many entries that each worker gets some."""
    content = (root / "SHA256SUMS").read_text()
    longer = root / "longer.sha256"
    longer.write_text(content * (400_000 // len(NAMES)))
    return longer


@linux
def test_a_root_that_is_not_mounted_on_a_worker_is_no_missing_file(shared: Cluster, root: Path) -> None:
    """The worker is named, and the run ends with an error."""
    hidden = ["unshare", "-rm", "sh", "-c", f'mount -t tmpfs none "{root}" && exec "$0" "$@"']
    if subprocess.run([*hidden, "true"], check=False, capture_output=True).returncode:
        pytest.skip("needs the right to mount")
    lists = root.parent / "SHA256SUMS"
    shutil.move(root / "SHA256SUMS", lists)
    with shared.worker(*hidden) as worker:
        only_there = shared.client().get_executor(workers=[worker.address])
        with pytest.raises(IncompleteError, match=r"root is empty there; is it mounted\?") as raised:
            verify(root, lists, only_there)
    assert ("root_differs", True) == (raised.value.code, worker.address in str(raised.value))
    assert 0 == raised.value.report.counts[checksig.Status.MISSING]


def test_nobody_at_the_address_is_an_error(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In bounded time."""
    monkeypatch.setattr(_executor, "_CONNECT", 0.5)
    status = main(["verify", "--json", "--executor", "dask://127.0.0.1:1", str(root)])
    error, _ = map(json.loads, capsys.readouterr().out.splitlines())
    assert (2, "executor_unreachable") == (status, error["code"])


# MPI


def ranks(*arguments: str) -> list[str]:
    """Return what runs the command with three ranks."""
    pytest.importorskip("mpi4py")
    mpiexec = Path(sys.executable).with_name("mpiexec")
    if not mpiexec.exists():
        pytest.skip("needs the package mpich")
    return [str(mpiexec), "-n", "3", sys.executable, "-m", "mpi4py.futures", "-m", "checksig", *arguments]


def test_the_command_prints_what_it_prints_without_mpi(root: Path) -> None:
    """The first rank does, and the others verify."""
    one = command("verify", "SHA256SUMS", cwd=root)
    by_mpi = finish(ranks("verify", "--executor", "mpi", "SHA256SUMS"), cwd=root)
    assert (one.returncode, one.stdout) == (by_mpi.returncode, by_mpi.stdout)
    assert one.stderr in by_mpi.stderr


@linux
def test_mpi_ends_all_ranks_when_one_is_killed(big: Path) -> None:
    """There is no verdict, and nothing hangs."""
    command = ranks("verify", "--json", "--executor", "mpi", str(big))
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as mpi:
        (victim,) = until(lambda: [pid for pid in of_rank(1) if is_reading(pid)] or [*filter(is_reading, of_rank(2))])
        os.kill(victim, signal.SIGKILL)
        out, _ = mpi.communicate(timeout=60)
    assert b"summary" not in out
    assert mpi.returncode not in {0, 1}


def of_rank(rank: int) -> list[int]:
    """Return the processes of a rank, which this one has started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if {b"PMI_RANK=%d" % rank, os.fsencode(f"PYTEST_CURRENT_TEST={os.environ['PYTEST_CURRENT_TEST']}")} <= set(
                path.read_bytes().split(b"\0")
            ):
                found.append(int(path.parent.name))
    return found
