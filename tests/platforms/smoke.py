"""Tells whether the installed checksig works here: ``smoke.py LOGS SCRATCH [LAUNCHER…]``.

Needs nothing but Python and checksig. *LOGS* is ``examples/logs``, *SCRATCH* a directory to make
files in, *LAUNCHER* the command that starts this Python, where that isn't its own path (qemu).
The last line of standard output is the result; exit status 0 says that all is well.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys

import checksig

WINDOWS = os.name == "nt"
ALGORITHMS = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3-256", "sha3-512"]
SIZES = [0, 1, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 4096, 70_001, 1 << 20]
"""Of files, in bytes: around the digests' blocks and their padding, and what takes several reads."""

NAMES = [
    "plain",
    "with space",
    " leading space",
    "-dash",
    "--help",
    "#hash",
    "percent%20",
    "semi;colon & more",
    "quote'",
    "caf\u00e9",
    "cafe\u0301 decomposed",
    "\u65e5\u672c\u8a9e",
    "\u05e2\u05d1\u05e8\u05d9\u05ea",
    "emoji \U0001f389",
    "a" * 200,
    "/".join([*(letter * 60 for letter in "bcdefg"), "deep \u00e9"]),  # 366 characters and more
]
POSIX_NAMES = [
    "trailing space ",
    "back\\slash",
    "new\nline",
    "tab\tand\rreturn",
    "\x1b[31mred",
    'quote"',
    "*star",
    "a:b",
]
NOT_UTF8 = [os.fsdecode(b"caf\xe9"), os.fsdecode(b"\xff\xfe")] if sys.platform == "linux" else []
HOSTILE = ["../outside", "/etc/hostname", "sub/../../outside", "gone"]
HOSTILE_ON_WINDOWS = [
    "NUL",
    "nul",
    "COM1",
    "aux.txt",
    "sub/CON",
    "C:/windows/win.ini",
    "C:plain",
    "plain:stream",
    "\\x",
]


class Wrong(Exception):
    """Something isn't as it should be."""


def expect(what: str, expected: object, actual: object) -> None:
    if expected != actual:
        msg = f"{what}: expected {expected!r}, got {actual!r}"
        raise Wrong(msg)


def command_line(launcher: list[str], *arguments: str) -> tuple[int, str]:
    """Run checksig as a command. Return its exit status and standard output."""
    command = [*launcher, "-m", "checksig", *arguments]
    run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if run.returncode not in {0, 1}:
        msg = f"{command} ended with {run.returncode}: {run.stderr!r}"
        raise Wrong(msg)
    return run.returncode, run.stdout.decode("utf-8", "surrogateescape").replace("\r\n", "\n")


def of_system(path: str) -> str:
    """*path* as it can be opened: Python on Windows takes long ones in this form alone."""
    return "\\\\?\\" + os.path.abspath(path) if WINDOWS else path


def write(root: str, name: str, data: bytes) -> None:
    path = of_system(os.path.join(root, *name.split("/")))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def line(name: str, digest: str) -> bytes:
    """Write an entry as coreutils does."""
    raw = name.encode("utf-8", "surrogateescape")
    escaped = raw.replace(b"\\", rb"\\").replace(b"\n", rb"\n").replace(b"\r", rb"\r")
    return (b"" if raw == escaped else b"\\") + digest.encode() + b"  " + escaped + b"\n"


def check_logs(logs: str, launcher: list[str]) -> int:
    """One of the README's files is wrong, the others are good."""
    report = checksig.verify(logs)
    expect("the failures", ["httpd-08.log"], [result.path for result in report.failures])
    expect("the good files", 9, report.counts[checksig.Status.OK])
    status, output = command_line(launcher, "verify", logs)
    expect("the command's verdict on the logs", (1, "httpd-08.log: FAILED (mismatch)\n"), (status, output))
    return report.files


def check_algorithms(scratch: str) -> int:
    """Digests are hashlib's, whatever the file's size."""
    for algorithm in ALGORITHMS:
        root = os.path.join(scratch, algorithm)
        files = {f"{size:07}": (bytes(range(251)) * (size // 251 + 1))[:size] for size in SIZES}
        for name, data in files.items():
            write(root, name, data)
        path = checksig.create(root, algorithm=algorithm)
        expected = b"".join(
            line(name, hashlib.new(algorithm.replace("-", "_"), data).hexdigest()) for name, data in files.items()
        )
        expect(f"the list in {algorithm}", expected, path.read_bytes())
        expect(f"the verdict on {algorithm}", True, bool(checksig.verify(root, extra=True)))
    return len(ALGORITHMS)


def check_names(scratch: str, launcher: list[str]) -> int:
    """Files with awkward names are found, created lists hold them, and a changed one is seen."""
    root = os.path.join(scratch, "r\u00f6ot with space")
    names = NAMES + ([] if WINDOWS else POSIX_NAMES) + NOT_UTF8
    for name in names:
        write(root, name, name.encode("utf-8", "surrogateescape"))
    manifest = os.path.join(root, "SHA256SUMS")
    with open(manifest, "wb") as file:
        file.writelines(line(n, hashlib.sha256(n.encode("utf-8", "surrogateescape")).hexdigest()) for n in names)
    report = checksig.verify(root, extra=True, keep="all")
    expect("names without a verdict", [], sorted({*names} - {result.path for result in report.results}))
    expect("files that failed", [], [(result.path, result.status.value) for result in report.failures])
    check_names_by_command(root, names, launcher)
    write(root, names[-1], b"changed")
    expect("the changed file", [names[-1]], [result.path for result in checksig.verify(root).failures])
    return len(names)


def check_names_by_command(root: str, names: list[str], launcher: list[str]) -> None:
    expect("the verdict of the command", (0, ""), command_line(launcher, "verify", "--extra", root))
    expect("creating by command", 0, command_line(launcher, "create", "--force", "--quiet", root)[0])
    status, output = command_line(launcher, "verify", "--json", "--verbose", root)
    objects = [json.loads(text) for text in output.splitlines()]
    listed = {entry["path"] for entry in objects if entry["type"] == "result"}
    expect("the names in JSON", (0, sorted(names)), (status, sorted(listed)))


def check_deep_root(scratch: str, launcher: list[str]) -> None:
    """A root whose own path has more than 260 characters is one like any other."""
    root = os.path.join(scratch, *(letter * 60 for letter in "uvwxyz"))
    write(root, "file", b"")
    write(root, "SHA256SUMS", line("file", hashlib.sha256(b"").hexdigest()))
    expect("the verdict on a deep root", True, bool(checksig.verify(root, extra=True)))
    expect("the command's verdict on a deep root", (0, ""), command_line(launcher, "verify", root))
    expect("creating in a deep root", True, bool(checksig.create(root, force=True)))
    expect("creating in a deep root by command", 0, command_line(launcher, "create", "--force", root)[0])


def check_hostile(scratch: str) -> int:
    """Names of devices, drives and other directories are never read, and get a verdict each."""
    root = os.path.join(scratch, "hostile")
    write(root, "plain", b"")
    write(root, "sub/plain", b"")
    write(scratch, "outside", b"")
    names = HOSTILE + (HOSTILE_ON_WINDOWS if WINDOWS else ["sub", "sub/"])
    empty = hashlib.sha256(b"").hexdigest()
    write(root, "SHA256SUMS", b"".join(line(name, empty) for name in names))
    report = checksig.verify(root, keep="all", timeout=60)
    good = [result.path for result in report.results if result.status is checksig.Status.OK]
    expect("hostile names that were read", [], good)
    expect("hostile names with a verdict", len(names), len(report.results))
    return len(names)


def main(logs: str, scratch: str, *launcher: str) -> int:
    command = list(launcher) or [sys.executable]
    python = f"{platform.python_implementation()} {platform.python_version()}"
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    threads = "" if gil else ", free-threaded"
    here = f"{python} {platform.system()} {platform.machine()}, {sys.byteorder}-endian{threads}"
    try:
        counts = (
            f"{check_logs(logs, command)} logs",
            f"{check_algorithms(scratch)} algorithms",
            f"{check_names(scratch, command)} names",
            f"{check_hostile(scratch)} hostile names",
        )
        check_deep_root(scratch, command)
    except (Wrong, checksig.ChecksigError, OSError) as e:
        why = str(e).encode("ascii", "backslashreplace").decode()  # what any console can show
        print(f"FAILED: checksig {checksig.__version__} on {here}: {why}")
        return 1
    print(f"ok: checksig {checksig.__version__} on {here}: {', '.join(counts)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
