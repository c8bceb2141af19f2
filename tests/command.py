"""Runs the command line as its users do: in a process of its own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

COMMAND = (sys.executable, "-m", "checksig")

ERROR = "checksig: error: "
"""The beginning of the line on standard error that says why there is no verdict."""

INTERRUPTED, TERMINATED = "checksig: interrupted", "checksig: terminated"
"""The last words of a command that Ctrl-C or another signal ends."""


def checksig(*arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run the command with *arguments*. Options are those of `subprocess.run`."""
    return finish([*COMMAND, *arguments], **options)


def finish(command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run any command to its end, by default with nothing to read, and with what it prints kept."""
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.run(command, check=False, timeout=120, **{**streams, **options})


def lines(stream: bytes) -> list[str]:
    return stream.decode().splitlines()


def objects(stream: bytes) -> list[dict[str, Any]]:
    """Read JSON Lines."""
    return [json.loads(line) for line in stream.splitlines()]


def is_last_word(word: str, stream: bytes) -> bool:
    """Say whether a signal ended the command with *word*, alone or with how far it was."""
    (line,) = lines(stream)
    return bool(re.fullmatch(word + r"( after \d+ of \d+ files?, \d+ failed so far)?", line))
