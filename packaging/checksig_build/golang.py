"""setuptools-golang, and what it contributes: setup.py's Extension of a Go file.

It lets an Extension name a .go file, and builds it: it copies the sources into a GOPATH of its own,
runs `go get -d` and then `go build -buildmode=c-shared` there, with the environment that it finds,
which is build_engine.py's. Compilers, flags, names, tags and checks are ours.

The project is archived at 2.9.0, so the two functions below stay where they are.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import BuildError
from .requirements import GOLANG

if TYPE_CHECKING:
    from collections.abc import Iterator

# Its keyword of setup(): the module path's root, and no -s -w of its own, which would replace our -ldflags.
KEYWORDS: dict[str, Any] = {"build_golang": {"root": "checksig", "strip": False}}


def adapt_setuptools_golang() -> None:
    """Let it build for ctypes.

    It builds modules that Python imports: in place of the user's C flags it would have Python's
    headers, python3.dll, and undefined symbols left for the loader to find. ctypes needs none of them.
    """
    try:
        import setuptools_golang
    except ImportError as e:
        msg = (
            f"setuptools-golang is not installed. Install {GOLANG!r}, or build without "
            f"--no-build-isolation, or give a library built otherwise in CHECKSIG_PREBUILT_LIB: see docs/packaging.md"
        )
        raise BuildError(msg) from e
    setuptools_golang._get_cflags = lambda *_: os.environ["CGO_CFLAGS"]
    setuptools_golang._get_ldflags = lambda: os.environ["CGO_LDFLAGS"]


@contextlib.contextmanager
def staging(go: Path) -> Iterator[Path]:
    """Work in a directory that holds a copy of *go* alone: setuptools-golang copies all it finds where it is run."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as directory:
        source = Path(shutil.copytree(go, Path(directory, "go")))
        os.chdir(directory)
        try:
            yield source
        finally:
            os.chdir(before)
