"""The C ABI, called as any C caller would, without the package around it."""

from __future__ import annotations

import ctypes
import ctypes.util
import gc
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from checksig._engine import _ctypes, _library

PROMPT = """
import ctypes
library = ctypes.CDLL({library!r})
verify = library.verify
verify.restype = ctypes.c_void_p
for root in {roots!r}:
    reply = verify(root)
    print(reply and ctypes.string_at(reply))
    if reply:
        {free}
"""


def prompt(roots: list[bytes]) -> str:
    free = "library.checksig_free.argtypes = [ctypes.c_void_p]; library.checksig_free(reply)"
    if sys.platform != "win32":  # the DLL has a C runtime of its own there
        free = "free = ctypes.CDLL(None).free; free.argtypes = [ctypes.c_void_p]; free(reply)"
    text = PROMPT.format(library=_library.library_path(), roots=roots, free=free)
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def quoted(path: Path) -> str:
    """Quote as messages do: on Windows with two backslashes for one."""
    return '"' + str(path).replace("\\", r"\\") + '"'


def test_the_tutorials_verify_names_the_bad_log(logs: Path) -> None:
    """`verify` in a plain prompt returns the mismatch, and the reply can be freed."""
    root = str(logs).encode()
    message = f"{quoted(logs / 'httpd-08.log')} - mismatch".encode()
    assert f"{message!r}\n" == prompt([root])


def test_verify_is_null_when_all_is_good_and_has_a_line_for_each_failure(tmp_path: Path) -> None:
    """NULL means good; every mismatch is told; what is no root gets a message, too."""
    empty = "d41d8cd98f00b204e9800998ecf8427e"
    good, bad = tmp_path / "good", tmp_path / "bad"
    for root in (good, bad):
        root.mkdir()
        (root / "md5sum.txt").write_text(f"{empty}  a\n{empty}  b\n")
        for name in "ab":
            (root / name).write_text("" if root is good else "x")
    replies = prompt([str(p).encode() for p in (good, bad, tmp_path / "none")]).splitlines()
    assert "None" == replies[0]
    assert f"{quoted(bad / 'a')} - mismatch\n{quoted(bad / 'b')} - mismatch".encode() == eval(replies[1])
    assert b"can't open the root directory" in eval(replies[2])


def test_a_bad_handle_is_an_error_and_no_crash() -> None:
    """A handle that never was, or was closed, gives an error batch; cancel and close do nothing."""
    library = _ctypes.load()
    for number in (0, 123456789):
        handle = library.handle()
        handle.job.value = number
        batch = json.loads(handle.poll(0))
        assert "internal" == batch["summary"]["error"]["kind"]
        handle.cancel()
        handle.close()
        assert not handle.is_open
    assert _ctypes.ABI == library.abi()


@pytest.mark.parametrize(
    ("request_", "kind", "reason"),
    [
        (b"", "internal", "unusable request"),
        (b"\xff\x00", "internal", "unusable request"),
        (json.dumps({"job": "verify", "root": ".", "keep": "all", "colour": 1}).encode(), "internal", "colour"),
        (json.dumps({"job": "verify", "root": ".", "keep": "all", "jobs": 0}).encode(), "request", "jobs is 0"),
    ],
    ids=["empty", "not JSON", "unknown field", "no jobs"],
)
def test_an_unusable_request_is_refused(request_: bytes, kind: str, reason: str) -> None:
    """The start of a job says what is wrong with its request."""
    handle = _ctypes.load().handle()
    error: dict[str, Any] = json.loads(handle.start(request_, 0))
    assert (False, kind) == (handle.is_open, error["kind"])
    assert reason in error["reason"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_replies_are_freed() -> None:
    """Ten thousand replies do not make the process grow."""

    def resident() -> int:
        gc.collect()  # PyPy frees when it likes
        return int(Path("/proc/self/statm").read_text().split()[1])

    library = ctypes.CDLL(_library.library_path())
    library.verify.restype = ctypes.c_void_p
    library.checksig_free.argtypes = [ctypes.c_void_p]

    def call() -> None:
        reply = library.verify(b"/nothing" * 500)
        assert reply
        library.checksig_free(reply)

    for _ in range(2000):
        call()
    before = resident()
    for _ in range(10_000):
        call()
    assert resident() - before < 5000  # pages of 4 KiB: 20 MB, where the replies were 40 MB
