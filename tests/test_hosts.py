"""The engine as a guest: what it leaves alone in the process around it, and what it stands.

Most tests run in a Python of their own. ``CHECKSIG_TEST_ROUNDS=1000`` repeats what happens by chance
as often; the default keeps the suite short.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from conftest import Tree, digest, library_alone
from slowfs import storage

ROUNDS = int(os.environ.get("CHECKSIG_TEST_ROUNDS", "20"))
LIBRARY = {"CHECKSIG_ENGINE": "library"}
"""For what is an error with the library, and works with the helper process, which `auto` would take then."""
HERE = Path(__file__).parent

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has neither forks, signals nor these limits")
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc, and sets limits that only Linux has")
as_root = pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="mounts, and gives up rights")

PRELUDE = f"""
import contextlib, gc, os, resource, signal, sys, threading, time, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of every fork beside threads
ROUNDS = {ROUNDS}
ROOT = sys.argv[1]

def held(what):
    '''Count what this process holds, and its helper process, if it has one.'''
    return sum(len(os.listdir(f"/proc/{{pid}}/{{what}}")) for pid in ["self", *children()])

def children():
    listed = (f"/proc/self/task/{{thread}}/children" for thread in os.listdir("/proc/self/task"))
    return [pid for path in listed for pid in open(path).read().split()]

def threads():
    return held("task")

def descriptors():
    return held("fd")

def settles(most):
    '''Say whether no more descriptors than these are open, soon: a helper process closes its ends a moment later.'''
    deadline = time.monotonic() + 5
    while descriptors() > most and time.monotonic() < deadline:
        time.sleep(0.01)
    return descriptors() <= most

def show(other, at):
    '''Give the calling thread mounts of its own, with another directory at a path. Returns whether it may have them.'''
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    NEWNS, BIND, PRIVATE_ALL = 0x20000, 4096, (1 << 18) | (1 << 14)
    if libc.unshare(NEWNS):
        return False
    libc.mount(b"none", b"/", None, PRIVATE_ALL, None)
    libc.mount(os.fsencode(other), os.fsencode(at), None, BIND, None)
    return True

def resident():
    gc.collect()
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()

def child(work):
    '''Run *work* in a fork. Returns whether it ended by itself, in time and well.'''
    pid = os.fork()
    if pid == 0:
        try:
            work()
            os._exit(0)
        except BaseException as e:
            sys.stderr.write(f"{{e!r}}\\n")
            os._exit(1)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return status == 0
        time.sleep(0.001)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return False
"""


def host(code: str, root: Path, *arguments: object, env: dict[str, str] | None = None, noise: str = "") -> list[str]:
    """Run *code* in a Python of its own, where ROOT is *root*, and return the lines it prints.

    Standard error stays empty, or has *noise* in it.
    """
    command = [sys.executable, "-c", PRELUDE + textwrap.dedent(code), str(root), *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=100 + ROUNDS, env={**os.environ, **(env or {})}, check=False
    )
    assert 0 == done.returncode, done.stderr
    assert "" == done.stderr or (noise and noise in done.stderr), done.stderr
    return done.stdout.splitlines()


@pytest.fixture
def good(tree: Tree) -> Path:
    """A root in which all is as listed."""
    return tree({f"f{i}": b"%d" % i for i in range(20)})


# Paths


def test_a_path_means_what_it_means_at_the_call(tmp_path: Path) -> None:
    """Root, lists, and what `create` writes: a caller that goes elsewhere before the job begins changes nothing."""
    for name, listed in (("A", b"A"), ("B", b"B")):
        (tmp_path / name / "data").mkdir(parents=True)
        (tmp_path / name / "data" / "f").write_bytes(b"B")
        (tmp_path / name / "data" / "SHA256SUMS").write_text(f"{digest(listed)}  f\n")
    code = """
        import asyncio, checksig
        calls = {
            "root": lambda: checksig.iter_verify("data"),
            "list": lambda: checksig.iter_verify("data", "data/SHA256SUMS"),
            "lists": lambda: checksig.iter_verify(b"data", [b"data/SHA256SUMS"]),
            "averify": lambda: checksig.averify("data"),
            "relative": lambda: checksig.iter_verify("."),
        }
        for name, call in calls.items():
            told = set()
            for _ in range(ROUNDS):
                os.chdir(os.path.join(ROOT, "A", "data" if name == "relative" else ""))
                job = call()
                os.chdir(os.path.join(ROOT, "B", "data" if name == "relative" else ""))
                report = asyncio.run(job) if name == "averify" else job.report()
                told.add((report.ok, report.failures[0].manifest if report.failures else None))
            print(name, *told)
        from checksig._api import creation
        for number in range(ROUNDS):
            os.chdir(os.path.join(ROOT, "A"))
            job = creation("data", algorithm="md5", output=f"{number}.md5").creating()
            os.chdir(os.path.join(ROOT, "B"))
            job.report()
            assert job.output() == f"{number}.md5"
        print(*(len(os.listdir(os.path.join(ROOT, name))) for name in "AB"))
    """
    shown = os.path.join("data", "SHA256SUMS")
    assert [
        f"root (False, {shown!r})",
        f"list (False, {'data/SHA256SUMS'!r})",
        f"lists (False, {'data/SHA256SUMS'!r})",
        f"averify (False, {shown!r})",
        "relative (False, 'SHA256SUMS')",
        f"{1 + ROUNDS} 1",
    ] == host(code, tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="Windows resolves .. in the text")
def test_two_dots_behind_a_link_lead_where_the_system_says(tmp_path: Path) -> None:
    """`link/..` is the directory above the link's target, for root, list and output alike."""
    for name, content in (("elsewhere", b"bad"), ("here", b"good")):
        (tmp_path / name / "d").mkdir(parents=True)
        (tmp_path / name / "f").write_bytes(content)
        (tmp_path / name / "SHA256SUMS").write_text(f"{digest(b'good')}  f\n")
    (tmp_path / "here" / "link").symlink_to(tmp_path / "elsewhere" / "d")
    code = """
        import checksig
        os.chdir(ROOT + "/here")
        print(checksig.verify(".").ok, checksig.verify("link/..").ok, checksig.verify(ROOT + "/here/link/..").ok)
        print(checksig.verify("link/..").failures[0].manifest)
        print(checksig.verify("link/..", "link/../SHA256SUMS", extra=True).counts[checksig.Status.EXTRA])
        print(checksig.create("link/..", output="link/../new.md5"), os.path.exists("../elsewhere/new.md5"))
    """
    assert ["True False False", "link/../SHA256SUMS", "0", "link/../new.md5 True"] == host(code, tmp_path / ".")[:4]


@library_alone
@as_root
def test_a_thread_with_other_mounts_gets_an_error(good: Path, tmp_path: Path) -> None:
    """The engine's threads keep the mounts they were loaded with: other files by the same names."""
    other = tmp_path / "other"
    shutil.copytree(good, other)
    (other / "f7").write_bytes(b"changed")
    code = """
        import checksig
        assert checksig.verify(ROOT).ok
        if not show(sys.argv[2], ROOT):
            print("no new mounts here")
            sys.exit()
        try:
            print(checksig.verify(ROOT))
        except checksig.EngineError as e:
            print(e.code == "other_mounts")
        print(child(lambda: checksig.verify(ROOT).failures[0].path == "f7" or os._exit(1)))
    """
    said = host(code, good, other, env=LIBRARY)
    if said == ["no new mounts here"]:
        pytest.skip("this process may not unshare its mounts")
    assert ["True", "True"] == said


# Storage that is slow, or gone


@as_root
def test_many_workers_on_slow_storage_have_few_threads(tmp_path: Path) -> None:
    """However many workers are asked for, at most 600 threads wait for storage."""
    code = """
        import checksig
        most, done = [threads()], threading.Event()
        def watch():
            while not done.wait(0.02):
                most.append(threads())
        watcher = threading.Thread(target=watch)
        watcher.start()
        ok = checksig.verify(os.path.join(os.path.dirname(ROOT), "mount"), ROOT, jobs=1024).ok
        done.set()
        watcher.join()
        print(ok, 200 < max(most) < 600)
    """
    with storage(tmp_path, 2000, 8192, "0.3") as manifest:
        assert ["True True"] == host(code, manifest)


@as_root
def test_a_mount_that_hangs_is_polled_for_ever(tmp_path: Path) -> None:
    """Each call that times out leaves a thread in the kernel; soon there is an error instead, and a way out of it."""
    code = """
        import checksig
        mount = os.path.join(os.path.dirname(ROOT), "mount")
        checksig.verify(sys.argv[2])
        threads_before, descriptors_before = threads(), descriptors()
        told = set()
        end = time.monotonic() + 3
        calls = 0
        while calls < 10 * ROUNDS or time.monotonic() < end:
            calls += 1
            try:
                checksig.verify(mount, ROOT, timeout=0.005)
            except checksig.ChecksigError as e:
                told.add(type(e).__name__)
        print(*sorted(told), threads() - threads_before <= 64, descriptors() - descriptors_before <= 200)
        try:
            checksig.verify(sys.argv[2])
        except checksig.EngineError as e:
            print(e.code == "storage_hangs")
    """
    other = tmp_path / "other"
    other.mkdir()
    (other / "f").write_bytes(b"x")
    (other / "SHA256SUMS").write_text(f"{digest(b'x')}  f\n")
    with storage(tmp_path, 200, 8192, "inf") as manifest:
        assert ["EngineError JobTimeout True True", "True"] == host(code, manifest, other)


@as_root
def test_a_small_file_on_a_mount_that_hangs_can_be_interrupted(tmp_path: Path) -> None:
    """What is small runs in the calling thread, but not where that could wait in the kernel."""
    code = """
        import checksig
        mount = os.path.join(os.path.dirname(ROOT), "mount")
        file = os.path.join(mount, "f0")
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        for call in (
            lambda timeout: checksig.verify(mount, ROOT, timeout=timeout),
            lambda timeout: checksig.verify_file(file, "md5:" + 32 * "0", timeout=timeout),
            lambda timeout: checksig.file_digest(file, timeout=timeout),
        ):
            assert checksig.file_digest(ROOT)
            began = time.monotonic()
            try:
                call(0.1)
            except checksig.JobTimeout:
                print(time.monotonic() - began < 5)
            signal.setitimer(signal.ITIMER_REAL, 0.1)
            began = time.monotonic()
            try:
                call(None)
            except KeyboardInterrupt:
                print(time.monotonic() - began < 5)
    """
    with storage(tmp_path, 1, 16, "inf") as manifest:
        assert 6 * ["True"] == host(code, manifest)


@linux
def test_calls_that_time_out_at_once_pile_nothing_up(good: Path, big: Path) -> None:
    """Jobs that are cancelled before they begin end before they open anything."""
    code = """
        import checksig
        with checksig.iter_verify(sys.argv[2], timeout=0.2) as job, contextlib.suppress(checksig.JobTimeout):
            job.report()  # waits: for its first timer Go opens two descriptors
        while job._engine.holdings()["jobs"]:
            time.sleep(0.01)
        before, most = descriptors(), 0
        for _ in range(100 * ROUNDS):
            with contextlib.suppress(checksig.JobTimeout):
                checksig.verify(ROOT, timeout=0)
            most = max(most, descriptors() - before)
        print(most <= 200, settles(before))
    """
    assert ["True True"] == host(code, good, big)


# What the process has, and what it gets back

FIRST_USE = """
    import checksig
    try:
        print(checksig.verify(ROOT).ok)
    except checksig.EngineError as e:
        assert e.code == "host_unfit"
        print(e.reason)
"""


@library_alone
@linux
@pytest.mark.parametrize("free", [0, 1, 3, 7, 9, 10, 11])
def test_few_descriptors_are_an_error_before_anything_is_loaded(good: Path, free: int) -> None:
    """One less than needed is an error that tells the number, and all that are needed are enough."""
    code = f"""
        import checksig, checksig._api, resource, json, signal
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors() - 1 + {free}, hard))
    """
    (said,) = host(textwrap.dedent(code) + textwrap.dedent(FIRST_USE), good, env=LIBRARY)
    assert "True" == said if free >= 10 else f"it needs 10 free file descriptors, but has {free}" in said


@library_alone
@linux
@pytest.mark.parametrize("megabytes", [64, 800, 2000, 2100, 4000])
def test_little_address_space_is_an_error_before_anything_is_loaded(good: Path, megabytes: int) -> None:
    """Go would end the process; the error tells how much it needs."""
    code = f"""
        import checksig, checksig._api, resource, signal
        used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + {megabytes} * (1 << 20),) * 2)
    """
    (said,) = host(textwrap.dedent(code) + textwrap.dedent(FIRST_USE), good, env=LIBRARY)
    assert "True" == said if megabytes >= 2100 else "Go needs 2 GiB of address space" in said


@library_alone
@as_root
@pytest.mark.parametrize("most", [2, 8, 100])
def test_few_threads_are_an_error_before_anything_is_loaded(good: Path, most: int) -> None:
    """Under a user's limit on threads that is nearly used up there is an error, and no abort."""
    for directory in (good, *good.parents):
        if directory.stat().st_uid == 0:
            directory.chmod(directory.stat().st_mode | 0o055)  # for a user without rights
    needed = len(os.sched_getaffinity(0)) + 10
    code = f"""
        import checksig, checksig._api, resource, signal
        resource.setrlimit(resource.RLIMIT_NPROC, ({most},) * 2)
        os.setgroups([]); os.setgid(64999); os.setuid(64999)
    """
    (said,) = host(textwrap.dedent(code) + textwrap.dedent(FIRST_USE), good, env=LIBRARY)
    assert "True" == said if most > needed else f"Go needs {needed} threads" in said


@library_alone
@linux
@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("GOMEMLIMIT", "90%", "GOMEMLIMIT"),
        ("GOMEMLIMIT", "512MiB", ""),
        ("GOMEMLIMIT", "off", ""),
        ("GODEBUG", "cgocheck=2", "cgocheck=2"),
        ("GODEBUG", "gctrace=0,fips140=maybe", "fips140=maybe"),
        ("GODEBUG", "cgocheck=0", ""),
    ],
)
def test_a_setting_for_another_go_program_is_an_error(good: Path, name: str, value: str, word: str) -> None:
    """Go ends a process at such a value, so the library isn't loaded with it."""
    (said,) = host(FIRST_USE, good, env={**LIBRARY, name: value})
    assert "True" == said if not word else word in said and "makes Go end the process" in said


@pytest.mark.parametrize(
    ("algorithm", "said"), [("sha256", "True"), ("md5", "invalid_setting"), ("sha1", "invalid_setting")]
)
def test_fips_forbids_weak_algorithms_and_no_others(algorithm: str, said: str, tmp_path: Path) -> None:
    """They are not computed by a kernel either, and the error is not a fault of the engine."""
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / f"list.{algorithm}").write_text(f"{hashlib.new(algorithm, b'1').hexdigest()}  a\n")
    code = """
        import checksig
        for use in (checksig.verify, lambda root: checksig.create(root, algorithm=sys.argv[2], output=ROOT + "/made")):
            try:
                print(bool(use(ROOT)))
            except checksig.EngineError as e:
                print(e.code)
    """
    assert [said, said] == host(code, tmp_path, algorithm, env={"GODEBUG": "fips140=only"})


@linux
def test_signals_reach_the_programs_own_threads_only(good: Path) -> None:
    """A program that blocks signals and waits for them goes on to get them: Go's threads block all of them."""
    code = """
        import checksig
        blocked = {signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGCHLD}
        assert checksig.verify(ROOT).ok  # Go's threads inherit the mask of the one that loads it
        before = signal.pthread_sigmask(signal.SIG_BLOCK, blocked)
        for _ in range(3):
            assert checksig.verify(ROOT, jobs=8).ok
        print(signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before | blocked)
        for _ in range(ROUNDS):
            os.kill(os.getpid(), signal.SIGTERM)
            assert signal.sigwait(blocked) == signal.SIGTERM
        print("alive")
    """
    assert ["True", "alive"] == host(code, good)


@linux
def test_handlers_are_the_programs_own(good: Path) -> None:
    """A handler of SIGURG goes on to be called, and what is done on SIGPIPE stays."""
    code = """
        import checksig, ctypes
        def handlers():
            action = ctypes.create_string_buffer(512)  # which begins with the handler
            for number in (signal.SIGURG, signal.SIGPIPE):
                assert ctypes.CDLL(None).sigaction(int(number), None, action) == 0
                yield ctypes.c_void_p.from_buffer(action).value
        called = []
        signal.signal(signal.SIGURG, lambda *_: called.append(1))
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        before = list(handlers())
        assert checksig.verify(ROOT).ok
        print(list(handlers()) == before)
        before = len(called)
        os.kill(os.getpid(), signal.SIGURG)
        time.sleep(0.05)
        print(len(called) - before)
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            reading, writing = os.pipe()
            os.close(reading)
            os.write(writing, b"x")
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGPIPE)
    """
    assert ["True", "1", "True"] == host(code, good)


@linux
def test_memory_is_given_back_after_the_last_job(tmp_path: Path) -> None:
    """After 64 jobs at once the process is no larger than before, in a few seconds, but for threads: Go keeps them."""
    for i in range(64):
        (tmp_path / f"f{i}").write_bytes(bytes(3 << 20))
    (tmp_path / "SHA256SUMS").write_text("".join(f"{digest(bytes(3 << 20))}  f{i}\n" for i in range(64)))
    code = """
        import checksig
        checksig.verify(ROOT, jobs=1)
        time.sleep(3)
        THREAD = 200_000  # bytes, with its stacks

        def without_threads():
            return resident() - THREAD * threads()

        before = without_threads()
        jobs = [threading.Thread(target=checksig.verify, args=(ROOT,)) for _ in range(64)]
        for job in jobs:
            job.start()
        for job in jobs:
            job.join()
        deadline = time.monotonic() + 5
        while without_threads() - before > 10_000_000 and time.monotonic() < deadline:
            time.sleep(0.1)
        grown = without_threads() - before
        print("back" if grown <= 10_000_000 else grown)
    """
    assert ["back"] == host(code, tmp_path)


# Forks

SHAPES: dict[str, str] = {
    # Another thread imports and loads for the first time when this one forks.
    "while another thread makes the first call": """
        import sys as s
        def first():
            for name in [m for m in s.modules if m.startswith("checksig")]:
                del s.modules[name]
            import checksig
            checksig.verify(ROOT)
        for _ in range(ROUNDS):
            def work():
                import checksig
                assert checksig.verify(ROOT).ok
            thread = threading.Thread(target=lambda: checksig.verify(ROOT))
            pid = os.fork()
            if pid == 0:
                import checksig
                thread.start()
                time.sleep(0.02 * (time.monotonic_ns() % 97) / 97)  # somewhere in its imports, load or job
                os._exit(0 if child(work) else 1)
            assert os.waitpid(pid, 0)[1] == 0
    """,
    "after another copy of the module loaded it": """
        import checksig
        for _ in range(ROUNDS):
            assert checksig.verify(ROOT).ok
            for name in [m for m in sys.modules if m.startswith("checksig")]:
                del sys.modules[name]
            def work():
                import checksig
                assert checksig.verify(ROOT).ok
            assert child(work)
            import checksig
    """,
    "in a grandchild by another copy": """
        import checksig
        assert checksig.verify(ROOT).ok
        def fresh():
            for name in [m for m in sys.modules if m.startswith("checksig")]:
                del sys.modules[name]
            import checksig
            assert checksig.verify(ROOT).ok
        def work():
            fresh()
            assert child(fresh)
        for _ in range(ROUNDS):
            assert child(work)
    """,
    "with jobs running in threads": """
        import checksig
        stop = threading.Event()
        def busy():
            while not stop.is_set():
                checksig.verify(ROOT)
        busy_threads = [threading.Thread(target=busy) for _ in range(4)]
        for thread in busy_threads:
            thread.start()
        def work():
            assert checksig.verify(ROOT).ok
        good = all(child(work) for _ in range(ROUNDS))
        stop.set()
        for thread in busy_threads:
            thread.join()
        assert good
    """,
}


@linux
@pytest.mark.parametrize("shape", SHAPES)
def test_a_forked_child_verifies(good: Path, shape: str) -> None:
    """In whatever moment and by whatever copy of the module: the child has a verdict and never hangs."""
    assert ["done"] == host(textwrap.dedent(SHAPES[shape]) + "print('done')", good)


@linux
def test_a_fork_of_a_sub_interpreter_verifies(good: Path) -> None:
    """A library that a sub-interpreter loaded is known as dead in a child, though this interpreter never saw it."""
    if sys.version_info[:2] not in {(3, 10), (3, 11), (3, 12)}:
        pytest.skip("the module for sub-interpreters is elsewhere in other versions")
    code = """
        import _xxsubinterpreters as interpreters
        use = f"import sys; sys.path[:] = {sys.path!r}; import checksig; assert checksig.verify({ROOT!r}).ok"
        made = interpreters.create()
        interpreters.run_string(made, use)
        interpreters.destroy(made)  # CPython 3.11 hangs by itself in a fork beside another interpreter
        def work():
            import checksig
            assert checksig.verify(ROOT).ok
        print(all(child(work) for _ in range(ROUNDS)))
    """
    assert ["True"] == host(code, good)


@library_alone
@linux
def test_a_chain_of_forks_ends_with_the_right_advice(good: Path) -> None:
    """Each generation loads a copy of its own; where no more fits, the error says what to do.

    That is after some two hundred, for want of static thread-local storage; a smaller one ends earlier.
    """
    code = """
        import checksig
        checksig.verify(ROOT)
        for generation in range(120):
            pid = os.fork()
            if pid:
                os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            try:
                assert checksig.verify(ROOT).ok
            except checksig.EngineError as e:
                print(generation > 2, "spawn" in e.reason, "wheel" not in e.reason, flush=True)
                os._exit(0)
        print("no end", flush=True)
        os._exit(0)
    """
    small = {"GLIBC_TUNABLES": "glibc.rtld.nns=1:glibc.rtld.optional_static_tls=0"}
    assert ["True True True"] == host(code, good, env=LIBRARY | small)


# Exceptions at any moment


@linux
def test_interrupts_at_any_moment_leave_no_job_behind(big: Path) -> None:
    """A storm of exceptions from a signal's handler over start, poll and close: nothing runs on, nothing stays open.

    One that comes just as a ``with`` block is left may leave the job to its traceback, and ends with that.
    """
    code = """
        import checksig, checksig._api, random
        from checksig._engine import engine
        class Stop(Exception): pass
        def stop(*_):
            if armed:
                raise Stop
        def left():
            deadline = time.monotonic() + 5
            while engine().holdings()["jobs"] and time.monotonic() < deadline:
                time.sleep(0.01)
            return engine().holdings()["jobs"]
        with contextlib.suppress(checksig.JobTimeout):
            checksig.verify(ROOT, timeout=0.05)
        before = descriptors()
        signal.signal(signal.SIGALRM, stop)
        kept, armed = [], []
        for _ in range(5 * ROUNDS):
            try:
                try:
                    armed.append(1)
                    soon = random.choice([2e-5, 2e-4, 1e-3, 1e-2])
                    signal.setitimer(signal.ITIMER_REAL, soon * random.random() + 1e-6)
                    with checksig.iter_verify(ROOT, timeout=1) as job:
                        if random.random() < 0.5:
                            next(job)
                finally:
                    armed.clear()
            except Stop as e:
                kept.append(e)  # with its traceback, as notebooks do
            except checksig.JobTimeout:
                pass  # it came in a finalizer, where Python only tells of it
        print(len(kept) > ROUNDS, left() <= 1 + ROUNDS // 200, settles(before + 8))
        kept.clear()
        print(left(), settles(before))
    """
    assert ["True True True", "0 True"] == host(code, big, noise="Exception ignored in")


def test_first_use_in_a_handler_that_interrupts_the_first_use(good: Path) -> None:
    """It works or is an EngineError, whatever is imported half at that moment."""
    code = """
        import checksig
        def use(frame, event, argument):
            if event == "call" and not used and frame.f_globals.get("__name__", "").startswith("checksig._"):
                points.append(frame.f_code.co_name)
                if len(points) == wanted:
                    used.append(1)
                    try:
                        told.add(checksig.verify(ROOT).ok)
                    except checksig.EngineError:
                        told.add("EngineError")
            return None
        told, wanted = set(), int(sys.argv[2])
        points, used = [], []
        sys.setprofile(use)
        print(checksig.verify(ROOT).ok)
        sys.setprofile(None)
        print(told <= {True, "EngineError"} and len(told) == 1)
    """
    for point in range(1, 30, 3):
        assert ["True", "True"] == host(code, good, point)


def test_first_use_while_python_shuts_down(good: Path) -> None:
    """A finalizer at the end gets an EngineError, or its verdict."""
    code = """
        import checksig
        class Last:
            def __del__(self):
                try:
                    os.write(1, repr(checksig.verify(ROOT).ok).encode())
                except checksig.EngineError as e:
                    os.write(1, b"EngineError")
        sys.last = Last()
        import builtins
        builtins.last = Last()
    """
    (said,) = host(code, good)
    assert "" == said.replace("EngineError", "").replace("True", "")


# Async code


@linux
def test_many_async_jobs_leave_the_loops_threads_to_others(good: Path) -> None:
    """64 jobs in an event loop take none of the threads of its executor, and start none."""
    code = """
        import asyncio, checksig
        async def main():
            checksig.verify(ROOT)
            before = threading.active_count()
            jobs = [asyncio.create_task(checksig.averify(ROOT)) for _ in range(64)]
            await asyncio.sleep(0)
            print(threading.active_count() - before)
            print(all((await asyncio.gather(*jobs))))
        asyncio.run(main())
    """
    assert ["0", "True"] == host(code, good)


# Sandboxes


@linux
def test_a_process_that_may_not_ask_for_limits_loads_the_engine(good: Path) -> None:
    """Where prlimit64 is denied nothing needs to be put back."""
    code = """
        import resource
        def denied(*_):
            raise PermissionError(1, "Operation not permitted")
        resource.getrlimit = denied
        import checksig
        print(checksig.verify(ROOT).ok)
    """
    assert ["True"] == host(code, good)
