"""What it costs to start: modules are imported by those who need them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from command import finish

FORMATS = [
    "csv",
    "xml",
    "tempfile",
    "checksig._cli._csv",
    "checksig._cli._junit",
    "checksig._cli._html",
    "jinja2",
    "checksig._cli._github",
    "checksig._cli._reports",
    "checksig._readers._start",
    "checksig._readers._request",
    "importlib.metadata",
    "sqlite3",
    "checksig.distributed",
    "checksig._cli._executor",
    "multiprocessing",
    "concurrent.futures",
    "checksig.track",
    "checksig._cli._track_commands",
    "checksig._cli._track",
    "checksig._cli._merge",
]
"""What formats need, of reports and of lists, and archives."""


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import checksig", ["ctypes", "checksig._engine"]),
        ("import checksig; checksig.verify('.')", ["getopt"]),
        ("from checksig._cli import main; main(['--version'])", FORMATS),
        ("from checksig._cli import main; main(['verify', '.'])", FORMATS),
        ("from checksig._cli import main; main(['verify', '--json', '.'])", FORMATS),
        ("from checksig._cli import main; main(['verify', '--format=github', '.'])", ["csv", "xml", "tempfile"]),
        ("from checksig._cli import main; main(['verify', '--help'])", ["checksig._engine", *FORMATS]),
        ("from checksig._cli import main; main(['track', 'scan', '--help'])", ["checksig._engine", "sqlite3"]),
    ],
    ids=["import", "api", "version", "verify", "json", "github", "help", "track"],
)
def test_only_what_is_needed_is_imported(code: str, absent: list[str], logs: Path) -> None:
    """The engine comes with a job, and what writes a format with that format."""
    check = f"{code}\nimport sys\nfound = sys.modules.keys() & set({absent})\nassert not found, found"
    done = finish([sys.executable, "-c", check], cwd=logs)
    assert 0 == done.returncode, done.stderr
