"""setuptools-golang, which runs the Go build, made fit for a library that ctypes loads."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from setuptools.errors import PlatformError

if TYPE_CHECKING:
    from collections.abc import Iterator

REQUIREMENT = "setuptools-golang>=2.9,<3"


def adapt_setuptools_golang() -> None:
    """Let it build for ctypes.

    It builds modules that Python imports: in place of the user's C flags it would have Python's
    headers, python3.dll, and undefined symbols left for the loader to find. ctypes needs none of
    them. The project is archived at 2.9.0, so these two stay where they are.
    """
    try:
        import setuptools_golang
    except ImportError as e:
        msg = (
            f"setuptools-golang is not installed. Install {REQUIREMENT!r}, or build without "
            f"--no-build-isolation, or give a library built otherwise in CHECKSIG_PREBUILT_LIB: see docs/packaging.md"
        )
        raise PlatformError(msg) from e
    setuptools_golang._get_cflags = lambda *_: os.environ["CGO_CFLAGS"]
    setuptools_golang._get_ldflags = lambda: os.environ["CGO_LDFLAGS"]


@contextlib.contextmanager
def staging(go: Path) -> Iterator[Path]:
    """Work in a folder that holds a copy of *go* alone: setuptools-golang copies all it finds where it is run."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(shutil.copytree(go, Path(folder, "go")))
        os.chdir(folder)
        try:
            yield source
        finally:
            os.chdir(before)
