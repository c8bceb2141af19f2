"""The Go modules that the engine is made of besides its own: go/go.mod names them, go/go.sum their digests.

An sdist carries their sources in go/vendor, so that it builds without a network. A checkout doesn't: Go
takes them from its module cache or from the network.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from . import BuildError
from .go import require_go

if TYPE_CHECKING:
    from collections.abc import Iterator

LICENCES = {
    "github.com/cespare/xxhash/v2": "MIT",
    "github.com/pjbgf/sha1cd": "Apache-2.0",
    "golang.org/x/crypto": "BSD-3-Clause",
    "golang.org/x/sys": "BSD-3-Clause",
    "golang.org/x/text": "BSD-3-Clause",
}


def is_vendored(go: Path) -> bool:
    return (go / "vendor" / "modules.txt").is_file()


def vendor(go: Path, into: Path) -> None:
    """Write the sources of the modules that the engine in *go* needs into the directory *into*."""
    require_go()
    env = {**os.environ, "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local", "GOWORK": "off"}
    go_command = shutil.which("go") or "go"
    done = subprocess.run([go_command, "mod", "vendor", "-o", str(into)], cwd=go, env=env, check=False)
    if done.returncode != 0:
        msg = (
            "Go can't fetch the modules that go/go.mod names, see what it says above. "
            "Build with network, or from the sdist, which carries them"
        )
        raise BuildError(msg)


@contextlib.contextmanager
def staging(go: Path) -> Iterator[Path]:
    """Work on a copy of *go* alone, with go/vendor, in a directory of its own.

    Built from vendored modules, a checkout gives the same bytes as the sdist. And setuptools-golang
    copies all that it finds where it is run.
    """
    with tempfile.TemporaryDirectory() as directory:
        source = Path(shutil.copytree(go, Path(directory, "go")))
        if not is_vendored(source):
            vendor(source, source / "vendor")
        yield source
