"""The loader: the right file, on first use, of the right ABI, and what happens after a fork."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
import threading
import zipfile
from pathlib import Path

import pytest

import checksig
from checksig._engine import _helper, _library, engine
from checksig._engine._ctypes import ABI
from conftest import library_alone

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")


def python(code: str, *arguments: object, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run code in a Python of its own, with the package in *path* or the one that is tested."""
    environment = dict(os.environ)
    if path:
        environment["PYTHONPATH"] = str(path)
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    # The folder comes before PYTHONPATH, and packagers run the tests where the tested package lies.
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, cwd=path, check=False)


@pytest.mark.parametrize(
    ("platform", "name"),
    [
        ("linux", "_checksig.so"),
        ("freebsd14", "_checksig.so"),
        ("darwin", "_checksig.dylib"),
        ("win32", "_checksig.dll"),
    ],
)
def test_the_file_is_the_platforms(platform: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each platform has one file name."""
    monkeypatch.setattr(sys, "platform", platform)
    assert name == Path(_library.library_path()).name


def test_import_loads_no_library_and_little_else() -> None:
    """`import checksig` loads neither the engine nor ctypes nor what the command line needs."""
    done = python(
        """
        import sys, checksig
        print([m for m in ("ctypes", "json", "checksig._engine") if m in sys.modules])
        """
    )
    assert "[]\n" == done.stdout


def test_every_public_name_can_be_had_and_no_other() -> None:
    """`__all__` is what there is."""
    for name in checksig.__all__:
        assert getattr(checksig, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'verfiy'"):
        checksig.verfiy  # type: ignore[attr-defined]  # noqa: B018
    assert set(checksig.__all__) == set(dir(checksig))


def test_the_engine_is_of_the_same_version() -> None:
    """Library and package are built from one commit."""
    assert checksig.__version__ == engine().version()


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
def test_loading_leaves_the_limit_on_open_files_alone(logs: Path) -> None:
    """Go raises it for its whole process; who uses select() relies on a low one."""
    code = """
        import resource, sys, checksig
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (200, hard))
        checksig.verify(sys.argv[1])
        print(resource.getrlimit(resource.RLIMIT_NOFILE) == (200, hard))
    """
    assert "True\n" == python(code, logs).stdout


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package, with no helper program, whose library a test may spoil; the folder to put on the path."""
    without_helper = shutil.ignore_patterns("_checksig-engine")
    shutil.copytree(Path(checksig.__file__).parent, tmp_path / "copy" / "checksig", ignore=without_helper)
    return tmp_path / "copy"


USE = """
import checksig, pickle
try:
    checksig.verify(".")
except checksig.EngineError as e:
    again = pickle.loads(pickle.dumps(e))
    print(again.path); print(again.platform); print(again); print(again.code)
"""


@library_alone
def test_a_missing_library_is_named(copy: Path) -> None:
    """The error names the file, the platform, and what to do."""
    library = copy / "checksig" / Path(_library.library_path()).name
    library.unlink()
    path, platform, text, code = python(USE, path=copy).stdout.splitlines()
    assert (str(library), "engine_missing") == (path, code)
    assert platform.startswith(sys.platform)
    assert "missing" in text
    assert "install checksig" in text


@library_alone
def test_what_is_no_library_is_named(copy: Path) -> None:
    """A file that can't be loaded gives the system's reason."""
    library = copy / "checksig" / Path(_library.library_path()).name
    library.unlink()
    library.write_bytes(b"not a library")
    path, _, text, code = python(USE, path=copy).stdout.splitlines()
    assert (str(library), "engine_unloadable") == (path, code)
    assert "can't be loaded" in text
    assert "install checksig from a wheel for this platform" in text


def installed_for(tag: str, copy: Path) -> None:
    """Put the part of a wheel's metadata there that says what it is for."""
    (copy / "checksig-1.dist-info").mkdir()
    (copy / "checksig-1.dist-info" / "WHEEL").write_text(f"Wheel-Version: 1.0\nTag: py3-none-{tag}\n")


@library_alone
def test_a_wheel_forced_onto_another_system_is_named(copy: Path) -> None:
    """`pip install --platform` can install it; the first use says what it is."""
    (copy / "checksig" / Path(_library.library_path()).name).unlink()
    installed_for("plan9_mips", copy)
    text = python(USE, path=copy).stdout.splitlines()[2]
    assert "the engine library is missing; this one was installed from a wheel for plan9_mips; install" in text


@library_alone
@pytest.mark.skipif(sys.platform != "linux", reason="changes the header of an ELF file")
def test_a_wheel_forced_onto_another_machine_is_named(copy: Path) -> None:
    """The dynamic linker's own words don't say that the library is for another machine."""
    library = copy / "checksig" / Path(_library.library_path()).name
    data = bytearray(library.read_bytes())
    data[18] ^= 0xFF  # the ELF header's machine type
    library.unlink()
    library.write_bytes(data)
    installed_for("manylinux_2_17_mips", copy)
    text = python(USE, path=copy).stdout.splitlines()[2]
    assert "can't be loaded" in text
    assert "this one was installed from a wheel for manylinux_2_17_mips; install" in text


@library_alone
def test_another_abi_is_refused(copy: Path) -> None:
    """A library that speaks another ABI is never called further."""
    native = copy / "checksig" / "_engine" / "_ctypes.py"
    native.write_text(native.read_text().replace(f"ABI = {ABI}\n", f"ABI = {ABI + 1}\n"))
    text, code = python(USE, path=copy).stdout.splitlines()[2:]
    assert "engine_version" == code
    assert f"speaks ABI {ABI}, and this checksig needs ABI {ABI + 1}" in text


@library_alone
def test_musl_is_named_as_the_reason(copy: Path) -> None:
    """A wheel that was forced onto Alpine says why it can't work there."""
    library = copy / "checksig" / Path(_library.library_path()).name
    library.unlink()
    library.write_bytes(b"not a library")
    on_musl = "import sysconfig; sysconfig.get_config_vars()['HOST_GNU_TYPE'] = 'x86_64-alpine-linux-musl'\n"
    assert (
        "musl (Alpine) can't load Go libraries (golang/go#54805); install checksig from a wheel for musllinux"
        in python(on_musl + USE, path=copy).stdout
    )


@library_alone
def test_a_library_without_the_functions_is_refused(copy: Path) -> None:
    """Some other library under the engine's name is an error, not a crash."""
    if not sys.platform.startswith("linux"):
        pytest.skip("takes a library that every Linux has")
    import _ctypes

    library = copy / "checksig" / Path(_library.library_path()).name
    library.unlink()
    shutil.copy(_ctypes.__file__, library)
    assert "can't be loaded as the checksig engine" in python(USE, path=copy).stdout.splitlines()[2]


@library_alone
def test_the_library_may_lie_where_the_system_has_it(copy: Path, tmp_path: Path, logs: Path) -> None:
    """A path in the library's place is followed."""
    library = copy / "checksig" / Path(_library.library_path()).name
    elsewhere = tmp_path / "ëlsewhere" / library.name
    elsewhere.parent.mkdir()
    shutil.move(library, elsewhere)
    (copy / "checksig" / "_checksig.path").write_bytes(os.fsencode(elsewhere))
    use = "import checksig, sys; checksig.verify(sys.argv[1]); print(ascii(checksig._engine.engine().path))"
    assert f"{str(elsewhere)!a}\n" == python(use, logs, path=copy).stdout


@library_alone
def test_an_archive_holds_no_library_that_can_be_loaded(tmp_path: Path) -> None:
    """The import works, and the first job says what to do."""
    archive = tmp_path / "app.zip"
    with zipfile.ZipFile(archive, "w") as z:
        for path in Path(checksig.__file__).parent.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                z.write(path, Path("checksig") / path.relative_to(Path(checksig.__file__).parent))
    code = """
        import checksig
        try:
            checksig.verify(".")
        except checksig.EngineError as e:
            print(e.code, "app.zip" in e.path, "unpack checksig into a directory" in str(e))
    """
    env = {**os.environ, "PYTHONPATH": str(archive)}
    command = [sys.executable, "-c", textwrap.dedent(code)]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
    assert "engine_missing True True\n" == done.stdout


@library_alone
def test_a_missing_library_of_the_system_is_named(copy: Path) -> None:
    """The library beside the modules is not taken in its stead, and the error says where the path came from."""
    record = copy / "checksig" / "_checksig.path"
    record.write_text("/nowhere/_checksig.so")
    path, _, text, code = python(USE, path=copy).stdout.splitlines()
    assert ("/nowhere/_checksig.so", "engine_missing") == (path, code)
    assert "missing" in text
    assert str(record) in text


def child_says(work: object) -> bytes:
    """What *work* returns in a forked child; the test fails if that takes a minute."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(writing, repr(work()).encode())  # type: ignore[operator]
        except BaseException as e:  # noqa: BLE001
            os.write(writing, repr(e).encode())
        finally:
            os._exit(0)
    os.close(writing)
    timer = threading.Timer(60, os.kill, (pid, 9))
    timer.start()
    try:
        with open(reading, "rb") as pipe:
            said = pipe.read()
        os.waitpid(pid, 0)
    finally:
        timer.cancel()
    return said


fork_is_fine = pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")


@needs_fork
@fork_is_fine
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a forked child gets an EngineError")
def test_children_forked_after_first_use_work_also_nested(logs: Path) -> None:
    """A child verifies with a library of its own, and so does its child, twenty times over."""

    def work() -> str:
        return checksig.verify(logs).failures[0].path

    def nested() -> tuple[str, bytes]:
        return work(), child_says(work)

    work()
    for _ in range(20):
        assert repr(("httpd-08.log", b"'httpd-08.log'")).encode() == child_says(nested)


@needs_fork
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a forked child gets an EngineError")
def test_daemons_that_close_all_files_work(logs: Path) -> None:
    """A child's child works also where all open files are closed after each fork, as daemons do."""
    code = """
        import os, signal, sys, warnings, checksig
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of every fork beside threads
        signal.alarm(60)
        for generation in range(4):
            assert len(checksig.verify(sys.argv[1]).failures) == 1
            if pid := os.fork():
                sys.exit(os.waitpid(pid, 0)[1] and 1)
            os.closerange(3, 1000)
            signal.alarm(60)
    """
    done = python(code, logs)
    assert (0, "") == (done.returncode, done.stderr)


@needs_fork
@fork_is_fine
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a forked child gets an EngineError")
def test_children_work_while_threads_of_the_parent_are_busy(logs: Path) -> None:
    """A fork in the middle of other threads' jobs leaves the child sound."""
    stop = threading.Event()

    def busy() -> None:
        while not stop.is_set():
            checksig.verify(logs)

    threads = [threading.Thread(target=busy) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(25):
            assert b"False" == child_says(lambda: checksig.verify(logs).ok)
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@needs_fork
@fork_is_fine
def test_a_child_forked_before_first_use_works(logs: Path) -> None:
    """Where the parent has not loaded the engine, the child just loads it."""
    code = """
        import os, sys, checksig
        pid = os.fork()
        os.write(1, b"%d " % checksig.verify(sys.argv[1]).counts[checksig.Status.OK])
        if pid:
            sys.exit(os.waitpid(pid, 0)[1])
    """
    assert ["9", "9"] == python(code, logs).stdout.split()


@needs_fork
@fork_is_fine
def test_a_job_of_the_parent_is_refused_in_the_child_and_goes_on_in_the_parent(big: Path) -> None:
    """A job belongs to its process; the child can neither use, nor cancel, nor close it by accident."""
    with checksig.iter_verify(big) as job:

        def work() -> str:
            try:
                next(job)
            except checksig.EngineError as e:
                job.cancel()
                job.close()
                return f"{e.code}: {e}"
            return "worked"

        assert b"forked: " in child_says(work)
        job.cancel()
        with pytest.raises(checksig.JobCancelled):
            next(job)


@library_alone
@needs_fork
@fork_is_fine
def test_elsewhere_a_forked_child_gets_an_error_and_never_hangs(logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no private copy can be loaded, the error says what to do instead; with a helper process there is none."""
    checksig.verify(logs)
    path = _library.library_path()

    def work() -> str:
        monkeypatch.setattr(sys, "platform", "darwin")
        monkeypatch.setattr(_library, "library_path", lambda: path)
        return repr(checksig.verify(logs).counts)

    monkeypatch.setenv("CHECKSIG_ENGINE", "library")
    assert b"spawn" in child_says(work)
    monkeypatch.setenv("CHECKSIG_ENGINE", "auto")
    assert (repr(checksig.verify(logs).counts).encode() in child_says(work)) is _helper.is_installed()


@needs_fork
@fork_is_fine
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a forked child gets an EngineError")
def test_a_child_works_where_nothing_can_be_run_from_memory(logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A temporary file does where memfd_create is forbidden."""
    checksig.verify(logs)

    def forbidden(*_: object) -> int:
        raise PermissionError

    def work() -> bool:
        monkeypatch.setattr(os, "memfd_create", forbidden)
        return checksig.verify(logs).ok

    assert b"False" == child_says(work)
