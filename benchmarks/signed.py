"""What a signature adds to a run: the command on two tiny files, with their list signed in each way and without."""

from __future__ import annotations

import importlib.util
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

from measure import HERE, Command, Launcher
from report import Table

VECTORS = HERE.parent / "tests" / "signatures"

WAYS = {
    "minisign": ("minisign/alice.sig", "--key", "minisign/alice.pub", ""),
    "signify": ("signify/alice.sig", "--key", "signify/alice.pub", ""),
    "SSH, Ed25519": ("ssh/alice.sig", "--allowed-signers", "allowed", ""),
    "SSH, RSA": ("ssh/rsa.sig", "--allowed-signers", "allowed", "cryptography"),
    "OpenPGP": ("openpgp/alice.sig", "--keyring", "openpgp/alice.pub", "pysequoia"),
}
"""The signature, the option and its value, and the package that an extra brings."""


def table(launcher: Launcher, rounds: int) -> Table:
    """Run the command without a key, and with each."""
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        for name, content in (("a", b"alpha\n"), ("b", b"beta\n")):
            (root / name).write_bytes(content)
        shutil.copy(VECTORS / "list.txt", root / "SHA256SUMS")
        keys = [(VECTORS / "ssh" / f"{name}.pub").read_text() for name in ("alice", "rsa")]
        (root / "allowed").write_text("".join(f"* {key}" for key in keys))
        commands = {"no key": command(root)}
        for name, (signature, option, value, package) in WAYS.items():
            if not package or importlib.util.find_spec(package):
                key = root / value if value == "allowed" else VECTORS / value
                commands[name] = command(root, "--signature", str(VECTORS / signature), option, str(key))
        runs = launcher.in_turn(commands, 10 * rounds)
    walls = {name: median(run.wall for run in of) * 1e3 for name, of in runs.items()}
    without = walls["no key"]
    rows = [[name, f"{wall:.1f} ms", f"{wall - without:+.1f} ms"] for name, wall in walls.items()]
    return Table("signatures", "Two tiny files, and the signature of their list", ["", "median", "more"], rows)


def command(root: Path, *options: str) -> Command:
    return Command([sys.executable, "-m", "checksig", "verify", "--quiet", *options, "SHA256SUMS"], root)
