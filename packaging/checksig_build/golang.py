"""setuptools-golang, and what it contributes: setup.py's Extension of a Go file.

It lets an Extension name a .go file, and builds it: it copies the sources into a GOPATH of its own,
runs `go get -d`, which we leave out, and then `go build -buildmode=c-shared` there, with the environment that it finds,
which is build_engine.py's. Compilers, flags, names, tags and checks are ours.

The project is archived at 2.9.0, so the three functions below stay where they are.
"""

from __future__ import annotations

import os
from typing import Any

from . import BuildError
from .requirements import GOLANG

# Its keyword of setup(): the module path's root, and no -s -w of its own, which would replace our -ldflags.
KEYWORDS: dict[str, Any] = {"build_golang": {"root": "checksig", "strip": False}}


def adapt_setuptools_golang() -> None:
    """Let it build for ctypes.

    It builds modules that Python imports: in place of the user's C flags it would have Python's
    headers, python3.dll, and undefined symbols left for the loader to find. ctypes needs none of them.
    `go get` would ask the network for modules even where go/vendor has them; `go build` finds them by itself.
    """
    try:
        import setuptools_golang
    except ImportError as e:
        msg = (
            f"setuptools-golang is not installed. Install {GOLANG!r}, or build without "
            f"--no-build-isolation, or give a library built otherwise in CHECKSIG_PREBUILT_LIB: see docs/packaging.md"
        )
        raise BuildError(msg) from e
    call = setuptools_golang._check_call
    setuptools_golang._check_call = lambda command, **where: None if command[1] == "get" else call(command, **where)
    setuptools_golang._get_cflags = lambda *_: os.environ["CGO_CFLAGS"]
    setuptools_golang._get_ldflags = lambda: os.environ["CGO_LDFLAGS"]
