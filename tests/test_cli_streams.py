"""Standard output and standard error, on their bad days too: nobody reads, the disk is full, they are closed."""

from __future__ import annotations

import contextlib
import errno
import os
import shlex
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from command import COMMAND, ERROR, checksig, finish, lines
from conftest import digest, posix

MANY = 100_000
SOON = 30.0
"""Seconds that are plenty for what takes a tenth, on a busy machine too."""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a list of 100,000 files that don't exist."""
    root = tmp_path_factory.mktemp("many")
    digest = "0" * 64
    (root / "SHA256SUMS").write_text("".join(f"{digest}  file-{i}\n" for i in range(MANY)))
    return root


def test_failures_come_in_the_order_of_the_list(many: Path) -> None:
    """100,000 failures are one line each, none lost and none twice."""
    done = checksig("verify", cwd=many)
    assert 1 == done.returncode
    assert [f"file-{i}: FAILED (missing)" for i in range(MANY)] == lines(done.stdout)
    (summary,) = lines(done.stderr)
    assert f"{MANY} missing" in summary


@pytest.mark.parametrize("arguments", [[], ["--json"]], ids=["text", "json"])
def test_a_verdict_is_printed_when_it_is_found(arguments: list[str], big: Path) -> None:
    """It does not wait for the end of the run, nor for enough others to fill a pipe."""
    (big / "SHA256SUMS").write_text(f"{digest(b'')}  gone\n" * 16 + f"{digest(b'')}  file\n")
    command = [*COMMAND, "verify", *arguments]
    with subprocess.Popen(command, cwd=big, stdout=subprocess.PIPE) as process:
        impatience = threading.Timer(SOON, process.kill)
        impatience.start()
        try:
            assert process.stdout
            assert b"gone" in process.stdout.readline()
        finally:
            impatience.cancel()
            process.kill()


def test_failures_come_before_the_summary(many: Path) -> None:
    """Also if both go to one place that is not a terminal."""
    apart, both = checksig("verify", cwd=many), checksig("verify", cwd=many, stderr=subprocess.STDOUT)
    assert apart.stdout + apart.stderr == both.stdout


@pytest.mark.parametrize("arguments", [[], ["--json"]], ids=["text", "json"])
def test_a_reader_that_goes_ends_it_quietly(arguments: list[str], many: Path) -> None:
    """As with `| head`: after the first line nobody reads; nothing is said, and the status is SIGPIPE's."""
    command = [*COMMAND, "verify", *arguments]
    with subprocess.Popen(command, cwd=many, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        assert b"file-0" in process.stdout.readline()
        process.stdout.close()
        assert b"" == process.stderr.read()
    assert 141 == process.returncode


@posix
@pytest.mark.parametrize(
    "arguments",
    [["--version"], ["--help"], ["verify", "--help"], ["verify"], ["create", "--force"], ["create", "-o", "-"]],
    ids=" ".join,
)
def test_a_reader_that_never_came_ends_it_quietly(arguments: list[str], logs: Path, tmp_path: Path) -> None:
    """A pipe that is closed before the first line ends every command in the same way."""
    copy = shutil.copytree(logs, tmp_path / "logs")
    reader, writer = os.pipe()
    os.close(reader)
    done = checksig(*arguments, cwd=copy, stdout=writer)
    os.close(writer)
    assert 141 == done.returncode
    assert ERROR.encode() not in done.stderr
    assert b"Traceback" not in done.stderr


def is_unwritable(line: str, number: int) -> bool:
    """Say whether *line* is the error for output that can't be written, with the system's reason."""
    return line.startswith(ERROR) and line.endswith(os.strerror(number))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize(
    "arguments",
    [["--version"], ["--help"], ["verify"], ["verify", "--json"], ["verify", "-v"], ["create", "-q", "-o", "-"]],
    ids=" ".join,
)
def test_a_full_disk_is_no_verdict(arguments: list[str], logs: Path) -> None:
    """Output that can't be written is an error: what is in it is lost."""
    with Path("/dev/full").open("wb") as full:
        done = checksig(*arguments, cwd=logs, stdout=full)
        both = checksig(*arguments, cwd=logs, stdout=full, stderr=full)
    assert 2 == done.returncode == both.returncode
    (line,) = lines(done.stderr)
    assert is_unwritable(line, errno.ENOSPC)


def without(stream: str, cwd: Path, command: str = "verify") -> subprocess.CompletedProcess[bytes]:
    """Run `checksig verify`, or another command, with a stream closed, as by ``>&-``."""
    return finish(["/bin/sh", "-c", f"exec {shlex.join(COMMAND)} {command} {stream}"], cwd=cwd)


@posix
def test_a_closed_standard_output_is_no_verdict_if_there_is_something_to_say(logs: Path) -> None:
    """With `>&-` a failure can't be named, so the exit status is 2; the summary does not go elsewhere."""
    done = without(">&-", logs)
    assert (2, b"") == (done.returncode, done.stdout)
    (line,) = lines(done.stderr)
    assert is_unwritable(line, errno.EBADF)


@posix
def test_a_list_for_a_closed_standard_output_is_an_error(logs: Path) -> None:
    """With `>&-` it does not go elsewhere."""
    done = without(">&-", logs, "create --quiet --output -")
    assert (2, b"") == (done.returncode, done.stdout)
    (line,) = lines(done.stderr)
    assert is_unwritable(line, errno.EBADF)


@posix
def test_a_closed_standard_error_changes_nothing_else(logs: Path) -> None:
    """With `2>&-` the failures, and nothing but them, are on standard output."""
    done = without("2>&-", logs)
    assert (1, ["httpd-08.log: FAILED (mismatch)"]) == (done.returncode, lines(done.stdout))


@posix
@pytest.mark.parametrize(
    "garbage", [b"xy\0" * 300 + b"\n", b"xy\0", b"\x1f\x8b\x08\0\1\2\n"], ids=["lines", "no line", "gzip"]
)
def test_a_stream_of_garbage_is_refused_before_its_end(garbage: bytes) -> None:
    """It may have none: it's the command that ends the stream, whose writer would go on."""
    with subprocess.Popen([*COMMAND, "verify", "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        impatience = threading.Timer(SOON, process.kill)
        impatience.start()
        assert process.stdin
        assert process.stderr
        with contextlib.suppress(BrokenPipeError):
            while impatience.is_alive():
                process.stdin.write(garbage * 1000)
        (line,) = lines(process.stderr.read())
        impatience.cancel()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
    assert 2 == process.returncode
    assert line.startswith((f"{ERROR}-: not a checksum list: NUL bytes", f"{ERROR}-: this is compressed with gzip"))


@posix
def test_a_closed_standard_input_changes_nothing(logs: Path) -> None:
    """With `<&-` the file that is opened first gets its number."""
    done, usual = without("<&-", logs), checksig("verify", cwd=logs)
    assert (1, usual.stdout, usual.stderr) == (done.returncode, done.stdout, done.stderr)
