"""CHECKSIG_KERNELS: whatever computes the digests, all else holds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MODULES = ("test_api.py", "test_bad_input.py", "test_algorithms.py")


def run(kernels: str, *command: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "CHECKSIG_KERNELS": kernels}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=HERE.parent,  # hypothesis keeps examples there, as in other runs
        env=env,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


@pytest.mark.timeout(900)
@pytest.mark.parametrize("kernels", ["scalar", "sha-ni", "ssse3", "avx2", "avx512", "neon"])
def test_every_kernel_gives_the_same_verdicts(kernels: str) -> None:
    """The tests of the API, of bad input and of algorithms pass with each kernel forced."""
    probe = run(kernels, "checksig", "verify", "--quiet", str(HERE.parent / "examples" / "logs"))
    if "no such kernel on this CPU" in probe.stderr:
        pytest.skip(probe.stderr.strip())
    done = run(kernels, "pytest", "-q", "-p", "no:cacheprovider", *(str(HERE / name) for name in MODULES))
    assert 0 == done.returncode, done.stdout


def test_an_unknown_kernel_is_refused_with_those_there_are() -> None:
    """The setting is never just ignored."""
    done = run("abacus", "checksig", "verify", str(HERE.parent / "examples" / "logs"))
    assert 2 == done.returncode
    assert 'CHECKSIG_KERNELS: "abacus": no such kernel on this CPU (available: auto, scalar' in done.stderr
