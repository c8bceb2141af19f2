"""What tests share: marks, and trees of files with their lists."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Tree = Callable[..., Path]


def has_library() -> bool:
    """Say whether the installed checksig has the engine as a library: on musl it has not."""
    try:
        from checksig._engine import _library
    except ModuleNotFoundError:  # not installed yet: the session packaging builds it
        return True
    return _library.is_there()


posix = pytest.mark.skipif(os.name != "posix", reason="Windows has other files, separators, signals and terminals")
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such files, limits and devices")
library_alone = pytest.mark.skipif(
    os.environ.get("CHECKSIG_ENGINE") == "process" or not has_library(),
    reason="is about the library, and this run uses the helper process",
)

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell's background jobs, and all they start
    signal.signal(signal.SIGINT, signal.default_int_handler)
if os.name == "posix" and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # as after nohup
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
os.environ.pop("PYTHONUNBUFFERED", None)  # containers set it: it hides that something is never flushed


def digest(data: bytes, algorithm: str = "sha256") -> str:
    """Compute with hashlib, the oracle, what a list holds."""
    return hashlib.new(algorithm, data).hexdigest()


def gnu_line(name: str, data: bytes) -> bytes:
    """Write an entry as coreutils does."""
    raw = os.fsencode(name)
    escaped = raw.replace(b"\\", rb"\\").replace(b"\n", rb"\n").replace(b"\r", rb"\r")
    return (b"" if raw == escaped else b"\\") + digest(data).encode() + b"  " + escaped + b"\n"


@pytest.fixture
def without_rights() -> list[str]:
    """The start of a command that takes root's rights away: file modes count for it as for any user."""
    if os.name != "posix":
        pytest.skip("files have no modes there")
    if os.getuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("needs setpriv to take root's rights away")
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


@pytest.fixture
def without_engine(tmp_path: Path) -> dict[str, str]:
    """Make the environment of a package that lost its library."""
    import checksig  # the tests of packaging have none

    copy = tmp_path / "lost" / "checksig"
    source = Path(checksig.__file__).parent
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("_checksig[.-]*", "__pycache__"))
    return {**os.environ, "PYTHONPATH": str(copy.parent)}


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Make files, and a SHA256SUMS that describes all of them but the *changed* ones.

    ``tree({"a": b"1"}, changed={"b": b"2"})``
    """

    def make(files: dict[str, bytes] | None = None, *, changed: dict[str, bytes] | None = None) -> Path:
        root = tmp_path / "root"
        root.mkdir()
        lines = []
        for name, data in {**(files or {}), **(changed or {})}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            listed = b"what it was" if name in (changed or {}) else data
            lines.append(gnu_line(name, listed))
        (root / "SHA256SUMS").write_bytes(b"".join(lines))
        return root

    return make


@pytest.fixture
def big(tmp_path: Path) -> Path:
    """A directory with a file that takes minutes to read and no space on disk, and a list of it."""
    root = tmp_path / "big"
    root.mkdir()
    with (root / "file").open("wb") as f:
        f.truncate(1 << 40)
    (root / "SHA256SUMS").write_text(f"{digest(b'')}  file\n")
    return root


@pytest.fixture(scope="session")
def logs() -> Path:
    """The sample data of the README."""
    return Path(__file__).parent.parent / "examples" / "logs"
