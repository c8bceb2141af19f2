"""What it costs to start: modules are imported by those who need them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from command import finish


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import checksig", ["tqdm", "ctypes", "checksig._engine"]),
        ("import checksig; checksig.verify('.')", ["tqdm", "getopt"]),
        ("from checksig._cli import main; main(['--version'])", ["tqdm"]),
        ("from checksig._cli import main; main(['verify', '.'])", ["tqdm"]),
        ("from checksig._cli import main; main(['verify', '--help'])", ["tqdm", "checksig._engine"]),
    ],
    ids=["import", "api", "version", "verify", "help"],
)
def test_only_what_is_needed_is_imported(code: str, absent: list[str], logs: Path) -> None:
    """Tqdm comes with a bar, and the engine with a job."""
    check = f"{code}\nimport sys\nfound = sys.modules.keys() & set({absent})\nassert not found, found"
    done = finish([sys.executable, "-c", check], cwd=logs)
    assert 0 == done.returncode, done.stderr
