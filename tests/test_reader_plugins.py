"""Readers that other packages bring: a real package, built and installed by pip for these tests."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from command import checksig, finish, lines, objects
from conftest import posix

HELLO = hashlib.sha256(b"hello").hexdigest()

PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "checksig-stones"
version = "1.0"
"""

BACKEND = """
import zipfile

FILES = {
    "METADATA": "Metadata-Version: 2.1\\nName: checksig-stones\\nVersion: 1.0\\n",
    "WHEEL": "Wheel-Version: 1.0\\nGenerator: backend\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    "entry_points.txt": "[checksig.formats]\\nstones = stones:READER\\n",
}

def build_wheel(directory, config_settings=None, metadata_directory=None):
    name = "checksig_stones-1.0-py3-none-any.whl"
    with zipfile.ZipFile(f"{directory}/{name}", "w") as wheel:
        wheel.write("stones.py")
        for file, text in FILES.items():
            wheel.writestr(f"checksig_stones-1.0.dist-info/{file}", text)
        names = [*wheel.namelist(), "checksig_stones-1.0.dist-info/RECORD"]
        wheel.writestr(names[-1], "".join(f"{name},,\\n" for name in names))
    return name
"""
"""What builds the package, as setuptools would, which need not be there."""

MODULE = '''
import checksig

class Stones:
    """Reads lists of stones: STONE, and then a digest, a size and a name in each line."""

    name = "stones"

    def recognises(self, start):
        return start.startswith(b"STONE\\n")

    def read(self, file):
        next(file)
        for line in file:
            digest, size, name = line.decode().rstrip("\\n").split("|", 2)
            if digest == "raise":
                raise RuntimeError(name)
            yield name if digest == "wrong" else checksig.Entry(name, digest, int(size))

READER = Stones()
'''


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of packages with one that has a reader."""
    source = tmp_path_factory.mktemp("source")
    (source / "pyproject.toml").write_text(PROJECT)
    (source / "backend.py").write_text(BACKEND)
    (source / "stones.py").write_text(MODULE)
    target = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--no-build-isolation"]
    done = finish([*command, "--target", str(target), str(source)])
    if b"No module named pip" in done.stderr:
        pytest.skip("needs pip")
    assert 0 == done.returncode, done.stderr
    return target


@pytest.fixture
def stones(tmp_path: Path) -> Path:
    """A list of stones, with its file."""
    (tmp_path / "a b").write_bytes(b"hello")
    (tmp_path / "stones").write_text(f"STONE\nsha256:{HELLO}|5|a b\n{HELLO}|5|./a b\n")
    return tmp_path / "stones"


def environment(*sites: Path) -> dict[str, str]:
    paths = [str(site) for site in sites]
    return {**os.environ, "PYTHONPATH": os.pathsep.join([*paths, os.environ.get("PYTHONPATH", "")])}


def python(code: str, site: Path, where: Path) -> subprocess.CompletedProcess[bytes]:
    return finish([sys.executable, "-c", f"import checksig\n{code}"], cwd=where, env=environment(site))


def test_a_reader_is_found_by_the_content_of_a_list(site: Path, stones: Path) -> None:
    """Nothing is said in Python but the path."""
    code = "print(checksig.verify('stones'), checksig.read_list('stones')[0])"
    done = python(code, site, stones.parent)
    assert 0 == done.returncode, done.stderr
    assert b"<Report OK: 2 ok" in done.stdout
    assert f"Entry(path='a b', digests={{'sha256': '{HELLO}'}}, size=5)".encode() in done.stdout


@pytest.mark.parametrize("command", [["verify", "--list-format=stones"], ["list"], ["list", "--list-format", "stones"]])
def test_the_command_line_has_its_format(command: list[str], site: Path, stones: Path) -> None:
    """It is one of those that --list-format takes, and `list` finds it as Python does."""
    done = checksig(*command, "stones", cwd=stones.parent, env=environment(site))
    assert 0 == done.returncode, done.stderr
    if command[0] == "list":
        *entries, summary = objects(done.stdout)
        assert (["a b", "./a b"], "stones") == ([entry["path"] for entry in entries], summary["format"])


def test_a_format_that_no_package_has_is_a_usage_error(site: Path, stones: Path) -> None:
    """All names are listed."""
    done = checksig("list", "--list-format", "sand", "stones", cwd=stones.parent, env=environment(site))
    assert (2, b"") == (done.returncode, done.stdout)
    assert b"spdx or stones" in done.stderr
    done = python("checksig.read_list('stones', list_format='sand')", site, stones.parent)
    assert lines(done.stderr)[-1].startswith('ValueError: list_format: unknown list format "sand" (known: ')


@pytest.mark.parametrize(
    ("line", "code", "reason"),
    [
        ("raise|0|why", "reader_failed", "the reader 'stones' of checksig-stones failed: RuntimeError: why"),
        ("nothing", "reader_failed", "failed: ValueError: not enough values to unpack"),
        ("wrong|0|a", "reader_failed", "entry 3 of the reader 'stones' of checksig-stones: must be an Entry, not str"),
        (f"{HELLO}|-1|a", "reader_failed", "entry 3 of the reader 'stones' of checksig-stones: manifest: the size of"),
        (f"{HELLO}|1|a\0", "reader_failed", "the name is empty, or has a NUL"),
        (f"sha256:{HELLO[1:]}|1|a", "malformed", "the digest has 63 hex digits, but sha256 has 64"),
        (f"{HELLO[1:]}|1|a", "unsupported_algorithm", "only of '63 hex digits'"),
        (f"md4:{HELLO}|1|a", "unsupported_algorithm", "only of 'md4'"),
    ],
)
def test_a_reader_that_fails_is_named(line: str, code: str, reason: str, site: Path, stones: Path) -> None:
    """It is an error of the list, whatever the reader raises."""
    with stones.open("a") as file:
        file.write(f"{line}\n")
    script = "try: checksig.verify('stones')\nexcept checksig.ManifestError as e: print(e.path, e.code, e.reason)"
    done = python(script, site, stones.parent)
    assert 0 == done.returncode, done.stderr
    assert f"stones {code} ".encode() in done.stdout
    assert reason.encode() in done.stdout


def test_a_reader_that_cant_be_loaded_is_named(site: Path, stones: Path, tmp_path: Path) -> None:
    """Its package is to be mended or removed."""
    other = tmp_path / "other" / "broken-1.dist-info"
    other.mkdir(parents=True)
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1\n")
    (other / "entry_points.txt").write_text("[checksig.formats]\nbroken = no_such_module:READER\n")
    done = checksig("list", "stones", cwd=stones.parent, env=environment(site, other.parent))
    assert 2 == done.returncode
    assert b"the reader 'broken' of broken can't be loaded: ModuleNotFoundError" in done.stderr


def test_two_readers_for_a_list_are_an_error(site: Path, stones: Path, tmp_path: Path) -> None:
    """Which one is meant is not guessed."""
    other = tmp_path / "other" / "twin-1.dist-info"
    other.mkdir(parents=True)
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: twin\nVersion: 1\n")
    (other / "entry_points.txt").write_text("[checksig.formats]\ntwin = stones:READER\n")
    done = checksig("list", "stones", cwd=stones.parent, env=environment(site, other.parent))
    assert 2 == done.returncode
    assert b"several readers are for this file: stones or twin" in done.stderr
    assert (
        0
        == checksig(
            "list", "--list-format=twin", "stones", cwd=stones.parent, env=environment(site, other.parent)
        ).returncode
    )


@posix
@pytest.mark.parametrize("document", [None, '{"spdxVersion": "SPDX-2.3", "files": []}'])
def test_readers_of_other_packages_are_looked_for_last(document: str | None, site: Path, stones: Path) -> None:
    """What is read without them costs no search."""
    given = stones.parent / "given"
    given.write_text(document or f"{HELLO}  a b\n")
    code = """
import sys
try: checksig.verify('given')
except checksig.ManifestError: pass
assert 'importlib.metadata' not in sys.modules
try: checksig.verify('a b')
except checksig.ManifestError: pass
assert 'importlib.metadata' in sys.modules
"""
    done = python(code, site, stones.parent)
    assert 0 == done.returncode, done.stderr
