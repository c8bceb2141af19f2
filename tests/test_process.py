"""The engine as a helper process: who has it, what it gets of its parent, and all the ways in which it can fail."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

import checksig
from checksig._engine import _helper, _library
from checksig._engine._library import PROGRAM
from command import checksig as command
from command import lines
from conftest import Tree, digest, linux
from slowfs import storage
from test_hosts import PRELUDE, ROUNDS

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="Windows has the engine only as a library"),
    pytest.mark.skipif(not _helper.is_installed(), reason="this installation has no helper program"),
]
as_root = pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="changes what only root may")

HOST = (
    PRELUDE
    + """
import checksig
from checksig._engine import engine

def helpers():
    return [pid for pid in map(int, children()) if is_helper(pid)]

def is_helper(pid):
    try:
        if "_checksig-engin" not in open(f"/proc/{pid}/comm").read():
            return False
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return False
    return any(map(lives, threads))

def lives(thread):  # the first one of a process that was killed may have ended when others have not
    try:
        return " Z " not in open(f"/proc/{thread}/stat").read()
    except OSError:
        return False

def gone(pid, seconds=10):
    deadline = time.monotonic() + seconds
    while is_helper(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True

def connections():
    '''Return what is open of a helper process's.'''
    return sorted(name for name in opened("self") if name.startswith(("socket:", "/memfd:checksig")))

def opened(pid):
    for descriptor in os.listdir(f"/proc/{pid}/fd"):
        try:
            yield os.readlink(f"/proc/{pid}/fd/{descriptor}")
        except FileNotFoundError:  # it is closed meanwhile
            pass

def outcome(work):
    try:
        return work()
    except checksig.ChecksigError as e:
        return e.code
"""
)


def host(code: str, *arguments: object, env: dict[str, str] | None = None, **options: Any) -> list[str]:
    """Run *code* in a Python of its own that uses the helper process, and return the lines it prints."""
    run = [sys.executable, "-c", HOST + textwrap.dedent(code), *map(str, arguments)]
    environment = {**os.environ, "CHECKSIG_ENGINE": "process", **(env or {})}
    done: subprocess.CompletedProcess[str] = subprocess.run(
        run, capture_output=True, text=True, timeout=100 + ROUNDS, env=environment, check=False, **options
    )
    assert (0, "") == (done.returncode, done.stderr)
    return done.stdout.splitlines()


@pytest.fixture
def good(tree: Tree) -> Path:
    """A root in which all is as listed."""
    return tree({f"f{i}": b"%d" % i for i in range(20)})


# Which engine


@pytest.mark.parametrize("way", ["", "auto", "library", "process"])
def test_the_variable_chooses_and_the_version_says_what(way: str) -> None:
    """The library is what an installation with both uses, unless it is told otherwise."""
    done = command("--version", env={**os.environ, "CHECKSIG_ENGINE": way})
    version = f"checksig {checksig.__version__}, engine {checksig.__version__}"
    as_process = f"{version} (helper process: CHECKSIG_ENGINE=process)"
    assert (0, [as_process if way == "process" else version]) == (done.returncode, lines(done.stdout))


def test_a_wrong_value_is_an_error(good: Path) -> None:
    """It names the variable, the value and those that may be."""
    done = command("verify", str(good), env={**os.environ, "CHECKSIG_ENGINE": "nonsense"})
    assert 2 == done.returncode
    reason = "CHECKSIG_ENGINE is 'nonsense', but must be 'auto', 'library' or 'process'"
    assert [f"checksig: error: {reason}"] == lines(done.stderr)
    code = "print(outcome(lambda: checksig.verify(ROOT)))"
    assert ["invalid_setting"] == host(code, good, env={"CHECKSIG_ENGINE": "nonsense"})


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package whose engines a test may spoil; the directory to put on the path."""
    shutil.copytree(Path(checksig.__file__).parent, tmp_path / "copy" / "checksig")
    return tmp_path / "copy"


def program(copy: Path) -> Path:
    return copy / "checksig" / Path(PROGRAM).name


def library(copy: Path) -> Path:
    return copy / "checksig" / Path(_library.library_path()).name


REASON = """
    try:
        print(checksig.verify(ROOT))
    except checksig.EngineError as e:
        print(e.code, e.path == sys.argv[2]); print(e.reason)
"""


def refusal(copy: Path, root: Path, way: str = "process") -> tuple[str, str]:
    """What the engines in *copy* come to: the code and the reason of an error about the helper program."""
    environment = {"CHECKSIG_ENGINE": way, "PYTHONPATH": str(copy)}
    first, reason = host(REASON, root, program(copy), env=environment, cwd=copy)
    code, is_about_the_program = first.split()
    assert "True" == is_about_the_program
    return code, reason


def test_without_the_library_the_helper_process_is_used(copy: Path, good: Path) -> None:
    """And why is in the version."""
    library(copy).unlink()
    code = "print(checksig.verify(ROOT).ok); print(engine().way)"
    ok, way = host(code, good, env={"CHECKSIG_ENGINE": "auto", "PYTHONPATH": str(copy)}, cwd=copy)
    assert ("True", "helper process: this installation has no library") == (ok, way)
    library(copy).write_text("text")
    ok, way = host(code, good, env={"CHECKSIG_ENGINE": "auto", "PYTHONPATH": str(copy)}, cwd=copy)
    assert "True" == ok
    assert way.startswith(f"helper process: {library(copy)}: can't be loaded as the checksig engine")


def test_without_the_library_it_can_not_be_demanded(copy: Path, good: Path) -> None:
    """The error says that there is a helper program, and how it is used."""
    library(copy).unlink()
    code = """
        try:
            checksig.verify(ROOT)
        except checksig.EngineError as e:
            print(e.code); print(e.reason)
    """
    env = {"CHECKSIG_ENGINE": "library", "PYTHONPATH": str(copy)}
    code, reason = host(code, good, env=env, cwd=copy)
    assert "engine_missing" == code
    assert "has the engine as a helper program instead: do without CHECKSIG_ENGINE=library" in reason


def test_without_both_the_library_is_missed(copy: Path, good: Path) -> None:
    """Nobody who has no helper program hears of it."""
    library(copy).unlink()
    program(copy).unlink()
    code = """
        try:
            checksig.verify(ROOT)
        except checksig.EngineError as e:
            print(e.code, "library is missing" in e.reason, "helper" in e.reason)
    """
    env = {"CHECKSIG_ENGINE": "auto", "PYTHONPATH": str(copy)}
    assert ["engine_missing True False"] == host(code, good, env=env, cwd=copy)


def test_where_both_fail_the_error_has_both_reasons(copy: Path, good: Path) -> None:
    """The helper program's first, since it was the last to be tried."""
    library(copy).write_text("text")
    program(copy).chmod(0o644)
    code, reason = refusal(copy, good, "auto")
    assert "engine_unloadable" == code
    assert "can't be started: Permission denied" in reason
    assert f"{library(copy)}: can't be loaded" in reason


@linux
def test_a_process_in_which_go_can_not_live_uses_the_helper_process(good: Path) -> None:
    """A setting that is meant for another Go program would end this one, and is not handed on."""
    code = "print(checksig.verify(ROOT).ok); print(engine().way)"
    ok, way = host(code, good, env={"CHECKSIG_ENGINE": "auto", "GOMEMLIMIT": "90%", "GODEBUG": "cgocheck=2"})
    assert "True" == ok
    assert "GOMEMLIMIT is '90%'" in way


# What the helper process has of its parent


@linux
def test_one_process_serves_all_threads_and_holds_nothing_of_its_parent(good: Path) -> None:
    """No descriptor, even if the program lets its children have it, no directory, and no variable of Go's."""
    code = """
        inherited = os.open(ROOT, os.O_RDONLY)
        os.set_inheritable(inherited, True)
        high = os.dup2(inherited, 500, inheritable=True)
        def work():
            for _ in range(ROUNDS):
                assert checksig.verify(ROOT).ok
        all_threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in all_threads: thread.start()
        for thread in all_threads: thread.join()
        (helper,) = helpers()
        print(*{name.partition(":")[0] for name in set(opened(helper)) if not name.startswith("/sys/fs/cgroup/")})
        print(open(f"/proc/{helper}/environ").read().split("\\0")[:-1])
        print(os.readlink(f"/proc/{helper}/cwd").rpartition("/")[2])
    """
    env = {"GOMAXPROCS": "1", "GOGC": "1", "GODEBUG": "gctrace=1,fips140=on", "CHECKSIG_KERNELS": "auto"}
    held, environment, directory = host(code, good, env=env)
    assert set(held.split()) <= {"anon_inode", "socket", "/memfd"}
    assert "['CHECKSIG_KERNELS=auto', 'GODEBUG=fips140=on']" == environment
    assert "ns" == directory


@linux
def test_fips_forbids_weak_algorithms_there_too(tmp_path: Path) -> None:
    """A policy of the site is no setting for another program."""
    (tmp_path / "a").write_bytes(b"")
    (tmp_path / "md5sum.txt").write_text("d41d8cd98f00b204e9800998ecf8427e  a\n")
    code = "print(outcome(lambda: checksig.verify(ROOT)))"
    assert ["invalid_setting"] == host(code, tmp_path, env={"GODEBUG": "fips140=only"})


@linux
def test_paths_of_each_process_mean_the_callers(tmp_path: Path) -> None:
    """Its descriptors and its working directory, as a root, a list, a file and an output."""
    (tmp_path / "f").write_bytes(b"abc")
    (tmp_path / "SHA256SUMS").write_text(f"{digest(b'abc')}  f\n")
    code = """
        os.chdir(ROOT)
        root, file, listed = (os.open(name, os.O_RDONLY) for name in (".", "f", "SHA256SUMS"))
        print(checksig.verify(f"/dev/fd/{root}").ok, checksig.verify(f"/proc/self/fd/{root}").ok)
        print(checksig.verify("/proc/self/cwd", f"/dev/fd/{listed}").ok, checksig.verify(".").ok)
        print(checksig.file_digest(f"/dev/fd/{file}") == checksig.file_digest("f"))
        made = checksig.create(".", algorithm="md5", output="/proc/self/cwd/made.md5")
        print(made, os.listdir().count("made.md5"))
        print(outcome(lambda: checksig.verify("/proc/thread-self/cwd")))  # of the thread that calls
        os.mkdir("gone"); os.chdir("gone"); os.rmdir("../gone")
        print(outcome(lambda: checksig.verify(".")))
    """
    assert [
        "True True",
        "True True",
        "True",
        "/proc/self/cwd/made.md5 1",
        "other_mounts",
        "working_directory_gone",
    ] == host(code, tmp_path)


@linux
def test_a_link_to_a_path_of_each_process_leads_to_no_file(good: Path, tmp_path: Path) -> None:
    """What is behind it is not looked at in Python, and it never leads to other files than the caller's."""
    (tmp_path / "link").symlink_to("/proc/self/cwd")
    code = """
        os.chdir("/")
        for root in (sys.argv[2], sys.argv[2] + ROOT):
            print(outcome(lambda: checksig.verify(root)) in {"no_list", "root_unreadable"})
    """
    assert ["True", "True"] == host(code, good, tmp_path / "link")


@pytest.mark.parametrize("closed", ["0", "1", "2", "0 1 2"])
def test_closed_standard_streams_are_not_taken(good: Path, closed: str) -> None:
    """What the program reads from its standard input later is no frame."""
    code = """
        saved = os.dup(1)
        for stream in map(int, sys.argv[2].split()):
            os.close(stream)
        report = checksig.verify(ROOT)
        job = checksig.iter_verify(ROOT)
        free = []
        for stream in map(int, sys.argv[2].split()):
            try:
                os.fstat(stream)
            except OSError:
                free.append(stream)
        os.write(saved, f"{report.ok} {free == list(map(int, sys.argv[2].split()))}".encode())
        job.close()
        for stream in (0, 1, 2):
            os.dup2(saved, stream)
    """
    assert ["True True"] == host(code, good, closed)


@linux
def test_descriptors_that_the_program_closes_cost_a_job_at_most(good: Path, big: Path) -> None:
    """And whatever has their numbers afterwards is neither written nor closed."""
    code = """
        assert checksig.verify(ROOT).ok
        before = helpers()
        job = checksig.iter_verify(sys.argv[2])
        os.closerange(3, 1000)
        ours = [os.open(os.devnull, os.O_RDONLY) for _ in range(20)]
        print(outcome(job.report))
        print(outcome(lambda: checksig.verify(ROOT).ok), helpers() != before, gone(before[0]))
        job.close()
        import socket
        os.closerange(3, 1000)
        pairs = [socket.socketpair() for _ in range(20)]
        print(checksig.verify(ROOT).ok)
        for pair in pairs:
            for one in pair:
                one.setblocking(False)
                try:
                    print(one.recv(100))
                except BlockingIOError:
                    pass
    """
    assert ["engine_died", "True True True", "True"] == host(code, good, big)


# Its end


@linux
@pytest.mark.parametrize("how", ["exit", "kill", "kill with a fork alive", "kill with a job"])
def test_it_ends_with_its_parent(good: Path, big: Path, how: str) -> None:
    """However that ends, and whoever else has its descriptors."""
    code = """
        how = sys.argv[3]
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            assert checksig.verify(ROOT).ok
            job = checksig.iter_verify(sys.argv[2])
            if how == "kill with a fork alive":  # which knows nothing of Python's hooks
                import ctypes
                if ctypes.CDLL(None).fork() == 0:
                    time.sleep(100)
                    os._exit(0)
            if how != "kill with a job":
                job.close()
            os.write(writing, b"%d" % helpers()[0])
            if how == "exit":
                os._exit(0)
            time.sleep(100)
        helper = int(os.read(reading, 10))
        if how != "exit":
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        print(gone(helper), flush=True)
        os.killpg(0, signal.SIGTERM)
    """
    run = [sys.executable, "-c", HOST + textwrap.dedent(code), str(good), str(big), how]
    environment = {**os.environ, "CHECKSIG_ENGINE": "process"}
    done = subprocess.run(
        run, capture_output=True, text=True, env=environment, start_new_session=True, timeout=60, check=False
    )
    assert ("True\n", "", -signal.SIGTERM) == (done.stdout, done.stderr, done.returncode)


@linux
def test_a_killed_helper_costs_its_jobs_and_the_next_job_has_another(good: Path, big: Path) -> None:
    """There is an error that says how it ended, never a verdict; and one that ends between two jobs costs none."""
    code = """
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # as many programs do
        def reason(job):
            try:
                return job.report()
            except checksig.EngineError as e:
                return f"{e.code}: {e.reason}"
        for running in (1, 5, 0):
            jobs = [checksig.iter_verify(sys.argv[2]) for _ in range(running)]
            (helper,) = helpers()
            os.kill(helper, signal.SIGKILL)
            assert gone(helper)
            print(*{reason(job) for job in jobs})
            print(checksig.verify(ROOT).ok, len(helpers()))
    """
    killed = "engine_died: the helper process of the engine was killed by signal 9"
    assert [killed, "True 1", killed, "True 1", "", "True 1"] == host(code, good, big)


@linux
def test_a_helper_that_stops_keeps_nobody_from_going_on(big: Path) -> None:
    """A timeout expires, an interrupt interrupts, and in the end it is taken for dead."""
    code = """
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        job = checksig.iter_verify(ROOT)
        (helper,) = helpers()
        os.kill(helper, signal.SIGSTOP)
        worst = 0
        for _ in range(ROUNDS):
            signal.setitimer(signal.ITIMER_REAL, 0.02)
            began = time.monotonic()
            try:
                checksig.verify(ROOT)
            except KeyboardInterrupt:
                worst = max(worst, time.monotonic() - began - 0.02)
        print(worst < 0.1 or worst)
        job._deadline, job._timeout = time.monotonic() + 0.2, 0.2
        print(outcome(job.report))
        began = time.monotonic()
        print(outcome(lambda: checksig.verify(ROOT, timeout=0.2)), time.monotonic() - began < 5)
        from checksig._engine import _helper
        _helper._SILENCE = 0.3
        print(outcome(lambda: checksig.verify(ROOT)))
        print(gone(helper))
    """
    assert ["True", "timeout", "timeout True", "engine_died", "True"] == host(code, big)


@as_root
def test_another_process_with_the_number_of_a_helper_is_left_alone(good: Path) -> None:
    """The program has waited for the helper that ended, and started another process, which got its number."""
    code = """
        import subprocess
        assert checksig.verify(ROOT).ok
        (helper,) = helpers()
        time.sleep(0.05)  # the system counts the start of a process in hundredths of a second
        os.kill(helper, signal.SIGKILL)
        os.waitpid(helper, 0)
        for _ in range(100):
            with open("/proc/sys/kernel/ns_last_pid", "w") as f:
                f.write(str(helper - 1))
            other = subprocess.Popen(["sleep", "100"])
            if other.pid == helper:
                break
            other.kill()
            other.wait()
        print(other.pid == helper, checksig.verify(ROOT).ok)
        time.sleep(0.2)
        print(other.poll())
        other.kill()
        other.wait()
    """
    assert ["True True", "None"] == host(code, good)


@linux
def test_a_helper_without_descriptors_refuses_a_job_and_keeps_the_others(big: Path, good: Path) -> None:
    """It is told apart from one that has died."""
    code = """
        running = checksig.iter_verify(ROOT)
        (helper,) = helpers()
        used, (soft, hard) = len(os.listdir(f"/proc/{helper}/fd")), resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.prlimit(helper, resource.RLIMIT_NOFILE, (used, hard))
        print(outcome(lambda: checksig.verify(sys.argv[2])))
        resource.prlimit(helper, resource.RLIMIT_NOFILE, (soft, hard))
        print(checksig.verify(sys.argv[2]).ok, helpers() == [helper])
        running.close()
    """
    assert ["engine_died", "True True"] == host(code, big, good)


@linux
def test_signals_for_the_whole_group_do_not_end_it(good: Path, big: Path) -> None:
    """A terminal's Ctrl-C, and what a service manager sends, are for the program to act on."""
    code = """
        got = []
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1):
            signal.signal(number, lambda number, _: got.append(number))
            os.killpg(0, number)
            job = checksig.iter_verify(sys.argv[2])
            os.killpg(0, number)
            job.close()
        (helper,) = helpers()
        print(len(got), checksig.verify(ROOT).ok, helpers() == [helper])
    """
    assert ["10 True True"] == host(code, good, big, start_new_session=True)


# A helper that is none

FAKE = """#!{python} -S
import os, socket, sys, time
control = socket.socket(fileno=os.dup(0))
def frame(kind, rest):
    return kind + len(rest).to_bytes(8, "big") + rest
HELLO = frame(b"V", b'{{"protocol": {protocol}, "version": "{version}"}}')
def connection():
    data, descriptors, *_ = socket.recv_fds(control, 1, 1)
    if not data:
        sys.exit()
    job = socket.socket(fileno=descriptors[0])
    job.recv(1 << 20)
    return job
{code}
"""

HEALTHY = 'frame(b"B", %r)' % (  # noqa: UP031 - braces stay as they are
    b'{"results":null,"manifests":[],"progress":[0,0,0,0],"lists":0,"summary":null}'
)


def fake(copy: Path, code: str, *, protocol: int = _helper.PROTOCOL, version: str = checksig.__version__) -> None:
    """Put a program of Python's in place of the helper program."""
    program(copy).unlink()
    text = FAKE.format(python=sys.executable, code=textwrap.dedent(code), protocol=protocol, version=version)
    program(copy).write_text(text)
    program(copy).chmod(0o755)


def test_a_missing_program_is_named(copy: Path, good: Path) -> None:
    """There is none where the wheel has the library."""
    program(copy).unlink()
    code, reason = refusal(copy, good)
    assert "engine_missing" == code
    assert "the helper program of the engine is missing (CHECKSIG_ENGINE=process)" in reason


@linux
@pytest.mark.parametrize("seconds", [0, 0.3])
def test_a_script_may_start_the_program(copy: Path, good: Path, big: Path, seconds: float) -> None:
    """As those that packagers put around programs do, and emulators. The process has another name from then on."""
    real = program(copy).rename(program(copy).with_name("another-name"))
    program(copy).write_text(f"#!/bin/sh\nsleep {seconds}\nexec {real}\n")
    program(copy).chmod(0o755)
    code = """
        print(checksig.verify(ROOT).ok)
        print(outcome(lambda: checksig.verify(sys.argv[2], timeout=0.3)))
        (helper,) = children()
        os.kill(int(helper), signal.SIGKILL)
        os.waitid(os.P_PID, int(helper), os.WEXITED | os.WNOWAIT)
        print(checksig.verify(ROOT).ok)
    """
    env = {"PYTHONPATH": str(copy)}
    assert ["True", "timeout", "True"] == host(code, good, big, env=env, cwd=copy)


def test_another_program_on_the_path_is_never_used(copy: Path, good: Path, tmp_path: Path) -> None:
    """The one in the package is used, or none."""
    trap = tmp_path / "bin"
    trap.mkdir()
    for name in ("checksig-engine", "_checksig-engine"):
        (trap / name).write_text(f"#!/bin/sh\ntouch {trap}/used\n")
        (trap / name).chmod(0o755)
    program(copy).unlink()
    env = {"PATH": f"{trap}:{os.environ['PATH']}", "PYTHONPATH": str(copy)}
    assert ["engine_missing"] == host("print(outcome(lambda: checksig.verify(ROOT)))", good, env=env, cwd=copy)
    assert not (trap / "used").exists()


@pytest.mark.parametrize("mode", [0o644, 0o600])
def test_a_program_that_is_not_executable_is_named(copy: Path, good: Path, mode: int) -> None:
    """As an installer that loses modes leaves it."""
    program(copy).chmod(mode)
    code, reason = refusal(copy, good)
    assert "engine_unloadable" == code
    assert "can't be started: Permission denied" in reason


def test_a_program_for_another_machine_is_named(copy: Path, good: Path) -> None:
    """Or one that is empty, or no program at all."""
    for content in (b"\x7fELF" + bytes(100), b"", b"nonsense"):
        program(copy).unlink()
        program(copy).write_bytes(content)
        program(copy).chmod(0o755)
        code, reason = refusal(copy, good)
        assert "engine_unloadable" == code
        assert "can't be started: Exec format error" in reason


@pytest.mark.parametrize(("protocol", "version"), [(1, "9.9"), (99, checksig.__version__)])
def test_another_version_is_refused(copy: Path, good: Path, protocol: int, version: str) -> None:
    """Before it gets any job."""
    fake(copy, "control.sendall(HELLO); connection(); open('used', 'w')", protocol=protocol, version=version)
    code, reason = refusal(copy, good)
    assert "engine_version" == code
    assert f"is of version {version} and speaks protocol {protocol}" in reason
    assert not (copy / "used").exists()


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("sys.exit('can not go on')", "ended with status 1: can not go on"),
        ("os.kill(os.getpid(), 11)", "was killed by signal 11"),
        ("control.sendall(b'hello, world'); time.sleep(9)", "answers nonsense: b'hello, wo'"),
        ("control.sendall(frame(b'V', b'{}')); time.sleep(9)", "answers nonsense: b'{}'"),
        ("control.sendall(frame(b'V', b'[1]')); time.sleep(9)", "answers nonsense: b'[1]'"),
        ("control.sendall(HELLO[:20]); sys.exit()", "ended with status 0"),
        ("control.sendall(HELLO); connection(); sys.exit('no more')", "ended with status 1: no more"),
        ("control.sendall(HELLO); connection().send(b'x' * 99); time.sleep(9)", "answers nonsense: b'xxxxxxxxx'"),
        ("control.sendall(HELLO); connection().send(b'B' + 8 * b'\\xff'); time.sleep(9)", "answers nonsense: b'B"),
        (f"control.sendall(HELLO); connection().send({HEALTHY}[:30]); sys.exit()", "ended with status 0"),
        (f"control.sendall(HELLO); connection().send({HEALTHY}); sys.exit()", "ended with status 0"),
        ("control.sendall(HELLO); connection().close(); time.sleep(9)", "ended the connection"),
    ],
)
def test_a_program_that_is_no_engine_is_an_error(copy: Path, good: Path, code: str, reason: str) -> None:
    """Nothing that it sends becomes a verdict."""
    fake(copy, code)
    found, told = refusal(copy, good)
    assert "engine_died" == found
    assert told.startswith(f"the helper process of the engine {reason}"), told


def test_a_program_that_never_says_hello_is_given_up(copy: Path, good: Path) -> None:
    """After some seconds, and it is killed."""
    helper = copy / "checksig" / "_engine" / "_helper.py"
    helper.write_text(helper.read_text().replace("_START = 10.0\n", "_START = 0.5\n"))
    fake(copy, "time.sleep(100)")
    assert ("engine_died", "the helper process of the engine does not answer") == refusal(copy, good)


@pytest.mark.parametrize("text", ["nonsense", "{}", "[]", '{"results":null}'])
def test_a_reply_that_is_no_batch_is_an_error(copy: Path, good: Path, text: str) -> None:
    """Well framed, and yet none of this version."""
    fake(copy, f"control.sendall(HELLO); connection().send(frame(b'B', b'{text}')); time.sleep(9)")
    code = """
        try:
            print(checksig.verify(ROOT))
        except (checksig.EngineError, ValueError, KeyError, TypeError) as e:
            print("an error")
    """
    assert ["an error"] == host(code, good, env={"PYTHONPATH": str(copy)}, cwd=copy)


# Much at once


def test_long_requests_and_replies_pass(tmp_path: Path) -> None:
    """Some megabytes in both directions, more than the sockets hold, and a caller that takes its time."""
    code = """
        names = [f"{i:05}" + "x" * 200 for i in range(30_000)]
        listed = dict.fromkeys(names, "md5:" + 32 * "0")
        job = checksig.iter_verify(ROOT, listed)
        taken = [next(job).path for _ in range(10)]
        time.sleep(0.5)
        taken += [result.path for result in job]
        print(taken == names)
    """
    assert ["True"] == host(code, tmp_path)


@linux
def test_many_jobs_at_once_share_one_process_and_leave_nothing_open(good: Path) -> None:
    """Two hundred, of which some are cancelled, some closed, some forgotten."""
    code = """
        assert checksig.verify(ROOT).ok
        before = descriptors()
        jobs = [checksig.iter_verify(ROOT) for _ in range(200)]
        for job in jobs[::4]: job.cancel()
        for job in jobs[1::4]: job.close()
        print(all(job.report().ok for job in jobs[2::4]))
        jobs.clear(); del job
        gc.collect()
        print(settles(before), len(helpers()), engine().holdings()["jobs"])
    """
    assert ["True", "True 1 0"] == host(code, good)


@linux
def test_no_descriptors_left_is_an_error(good: Path) -> None:
    """And with some again it works: the helper process needs none of this one's."""
    code = """
        import checksig._api
        assert checksig.verify(ROOT).ok
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (100, hard))
        held = []
        with contextlib.suppress(OSError):
            while True:
                held.append(os.open(os.devnull, os.O_RDONLY))
        print(outcome(lambda: checksig.verify(ROOT)))
        os.close(held.pop()), os.close(held.pop()), os.close(held.pop())
        print(checksig.verify(ROOT).ok)
    """
    assert ["host_unfit", "True"] == host(code, good)


# Forks


@linux
def test_each_fork_has_a_helper_of_its_own_and_a_verdict(good: Path) -> None:
    """Also while jobs run in threads, and nested; no child holds what is its parent's."""
    code = """
        assert checksig.verify(ROOT).ok
        stop = threading.Event()
        def busy():
            while not stop.is_set():
                checksig.verify(ROOT)
        busy_threads = [threading.Thread(target=busy) for _ in range(4)]
        for thread in busy_threads: thread.start()
        (parents,) = helpers()
        def work():
            assert not connections(), connections()
            assert checksig.verify(ROOT).ok
            assert helpers() != [parents]
            assert child(lambda: checksig.verify(ROOT).ok or os._exit(1))
        print(sum(child(work) for _ in range(ROUNDS)) == ROUNDS)
        stop.set()
        for thread in busy_threads: thread.join()
        print(helpers() == [parents])
    """
    assert ["True", "True"] == host(code, good)


@linux
def test_a_fork_keeps_no_end_of_its_parents_connections(good: Path, big: Path) -> None:
    """So its parent sees the end of a helper, and the helper sees the end of a job, while the fork lives."""
    code = """
        with checksig.iter_verify(sys.argv[2]) as job:
            assert len(connections()) == 3, connections()
            reading, writing = os.pipe()
            pid = os.fork()
            if pid == 0:
                os.write(writing, repr(connections()).encode())
                time.sleep(100)
            print(os.read(reading, 1000).decode())
            os.kill(helpers()[0], signal.SIGKILL)
            print(outcome(job.report))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    """
    assert ["[]", "engine_died"] == host(code, good, big)


@linux
def test_a_chain_of_forks_never_ends(good: Path) -> None:
    """The library finds an end after some two hundred generations."""
    code = """
        assert checksig.verify(ROOT).ok
        for generation in range(300):
            pid = os.fork()
            if pid:
                os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            if generation % 50 == 49:
                assert checksig.verify(ROOT).ok
        print("done", flush=True)
        os._exit(0)
    """
    assert ["done"] == host(code, good)


# What its parent has changed since


@linux
def test_what_the_parent_changes_the_next_job_has(good: Path, tmp_path: Path) -> None:
    """The umask, the priority and the processors: another helper process is started, which inherits them."""
    code = """
        assert checksig.verify(ROOT).ok
        first = helpers()
        os.umask(0o077)
        made = checksig.create(ROOT, algorithm="md5", output=sys.argv[2] + "/made.md5")
        print(oct(os.stat(made).st_mode & 0o777), helpers() != first)
        os.nice(3)
        os.sched_setaffinity(0, list(os.sched_getaffinity(0))[:1])
        assert checksig.verify(ROOT).ok
        newest = helpers()[-1]
        priorities = {os.getpriority(os.PRIO_PROCESS, process) for process in (0, newest)}
        print(len(priorities), len(os.sched_getaffinity(newest)))
        os.umask(0o022)
        for _ in range(10):
            os.umask(os.umask(0) ^ 0o007)
            assert checksig.verify(ROOT).ok
        print(len(helpers()) <= 4)
    """
    assert ["0o600 True", "1 1", "True"] == host(code, good, tmp_path)


@as_root
def test_given_up_rights_are_given_up(good: Path) -> None:
    """A process that is root no more has no file that only root may read, nor by its old helper process."""
    for directory in (good, *good.parents):
        if directory.stat().st_uid == 0:
            directory.chmod(directory.stat().st_mode | stat.S_IRGRP | stat.S_IXGRP | stat.S_IROTH | stat.S_IXOTH)
    (good / "f7").chmod(0o600)
    code = """
        assert checksig.verify(ROOT).ok
        old = next(iter(engine()._helpers.values()))
        os.setgroups([]); os.setgid(64999); os.setuid(64999)
        print([result.path for result in checksig.verify(ROOT).failures])
        old.is_alive = True
        from checksig._engine import _process
        engine().connect = lambda: (old, old.connect())
        print(outcome(lambda: checksig.verify(ROOT)))
    """
    assert ["['f7']", "other_mounts"] == host(code, good)


@as_root
def test_a_thread_sees_its_own_mounts(good: Path, tmp_path: Path) -> None:
    """Where the library refuses, the helper process is another one for each view."""
    other = tmp_path / "other"
    shutil.copytree(good, other)
    (other / "f7").write_bytes(b"changed")
    code = """
        assert checksig.verify(ROOT).ok
        def elsewhere():
            if not show(sys.argv[2], ROOT):
                said.append("no new mounts here")
                return
            for _ in range(3):
                said.append([result.path for result in checksig.verify(ROOT).failures])
        said = []
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        print(*said, checksig.verify(ROOT).ok)
    """
    said = host(code, good, other)
    if said == ["no new mounts here True"]:
        pytest.skip("this process may not unshare its mounts")
    assert ["['f7'] ['f7'] ['f7'] True"] == said


@as_root
def test_another_root_directory_is_the_jobs_too(good: Path) -> None:
    """After chroot a path means what it means there; without the program in it there is an error."""
    code = """
        assert checksig.verify(ROOT).ok
        import checksig._api
        os.chroot(ROOT)
        os.chdir("/")
        print(outcome(lambda: checksig.verify("/")))
    """
    assert ["engine_missing"] == host(code, good)


# Exceptions at any moment


@linux
def test_interrupts_at_any_moment_leave_the_other_jobs_alone(good: Path, big: Path) -> None:
    """A storm of exceptions over starts, polls and ends: no job gets what is another's, and nothing stays open."""
    code = """
        import random
        class Stop(Exception): pass
        def stop(*_):
            if armed:
                raise Stop
        assert checksig.verify(ROOT).ok
        before = descriptors()
        signal.signal(signal.SIGALRM, stop)
        armed, stopped = [], 0
        for _ in range(10 * ROUNDS):
            try:
                try:
                    armed.append(1)
                    signal.setitimer(signal.ITIMER_REAL, random.choice([1e-4, 1e-3, 5e-3]) * random.random() + 1e-6)
                    with checksig.iter_verify(sys.argv[2], timeout=1) as job:  # a finalizer may swallow the exception
                        for result in job:
                            pass
                finally:
                    armed.clear()
            except Stop:
                stopped += 1
            except checksig.JobCancelled:
                pass
            report = checksig.verify(ROOT, keep="all")
            assert report.ok and len(report.results) == 20
        gc.collect()
        deadline = time.monotonic() + 5
        while engine().holdings()["jobs"] and time.monotonic() < deadline:
            time.sleep(0.01)
        print(stopped > ROUNDS, engine().holdings()["jobs"], settles(before), len(helpers()))
    """
    run = [sys.executable, "-c", HOST + textwrap.dedent(code), str(good), str(big)]
    environment = {**os.environ, "CHECKSIG_ENGINE": "process"}
    done = subprocess.run(run, capture_output=True, text=True, timeout=200 + ROUNDS, env=environment, check=False)
    assert (0, "True 0 True 1\n") == (done.returncode, done.stdout), done.stderr


@as_root
def test_a_read_that_hangs_can_be_interrupted_and_left(tmp_path: Path) -> None:
    """Ctrl-C comes at once, and the program ends while its helper still waits for storage."""
    code = """
        mount = os.path.join(os.path.dirname(ROOT), "mount")
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        worst = 0
        for _ in range(10):
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            began = time.monotonic()
            try:
                checksig.verify(mount, ROOT)
            except KeyboardInterrupt:
                worst = max(worst, time.monotonic() - began - 0.05)
        print(worst < 0.1 or worst)
    """
    with storage(tmp_path, 1, 16, "inf") as manifest:
        assert ["True"] == host(code, manifest)
