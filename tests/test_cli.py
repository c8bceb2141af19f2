"""The command line, run as users run it: in a process of its own, on real files."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

import checksig as package
from checksig import _cli
from checksig._cli import _dispatch
from checksig._cli._output import SCHEMA, Text
from checksig._cli._run import groups
from checksig._cli._usage import UsageError
from conftest import Tree, digest, gnu_line
from transcript import checksig, run

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"
TRANSCRIPTS = sorted((HERE / "transcripts").glob("*.txt"))

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has other separators, files, signals and terminals")
linux = pytest.mark.skipif(sys.platform != "linux", reason="macOS and Windows refuse names that aren't UTF-8")


def where(transcript: Path) -> list[pytest.MarkDecorator]:
    first = transcript.read_text().split(maxsplit=2)[1]
    return [mark for word, mark in (("posix:", posix), ("linux:", linux)) if word == first]


def lines(stream: bytes) -> list[str]:
    return stream.decode().splitlines()


def objects(stream: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.splitlines()]


# What it prints, and the exit status


@pytest.mark.parametrize("transcript", [pytest.param(t, marks=where(t), id=t.stem) for t in TRANSCRIPTS])
def test_transcript(transcript: Path, tmp_path: Path) -> None:
    """The commands of the file print what it says, and end with the status that it says."""
    text = transcript.read_text()
    assert text == run(text, tmp_path)


def test_transcripts_show_each_verdict_on_the_exit_status() -> None:
    """0, 1 and 2 each stand in a transcript, and no other does."""
    shown = {line for t in TRANSCRIPTS for line in t.read_text().splitlines() if line.startswith("exit ")}
    assert shown == {"exit 0", "exit 1", "exit 2"}


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="coreutils is the oracle")
@posix
def test_fails_the_files_that_coreutils_fails(tree: Tree) -> None:
    """`sha256sum -c` and `checksig verify` name the same files, in the same order."""
    root = tree({f"good/{i}": b"%d" % i for i in range(40)}, changed={f"bad/{i} {i}": b"%d" % i for i in range(40)})
    (root / "bad" / "7 7").unlink()
    (root / "good" / "7").unlink()
    oracle = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"],
        cwd=root,
        capture_output=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    ours = checksig("verify", cwd=root)
    assert oracle.returncode == ours.returncode == 1
    failing = [line.split(": FAILED")[0] for line in lines(oracle.stdout) if ": FAILED" in line]
    assert failing == [line.split(": FAILED")[0] for line in lines(ours.stdout)]
    assert len(failing) == 41


@pytest.mark.parametrize(
    ("program", "algorithm"),
    [(["sha256sum"], "sha256"), (["md5deep"], "md5"), (["sha256deep"], "sha256")],
    ids=["sha256sum", "md5deep", "sha256deep"],
)
@posix
def test_verifies_absolute_names_that_other_programs_write(program: list[str], algorithm: str, tree: Tree) -> None:
    """Of a list with absolute names every file is verified, and only the changed one fails."""
    if shutil.which(program[0]) is None:
        pytest.skip(f"needs {program[0]}")
    root = tree({"a": b"1", "d/b": b"2", "d/e/c": b"3"})
    (root / "SHA256SUMS").unlink()
    files = [str(path) for path in sorted(root.rglob("*")) if path.is_file()]
    written = subprocess.run([*program, *files], capture_output=True, check=True, cwd="/").stdout
    (root / f"list.{algorithm}").write_bytes(written)
    assert written.count(os.fsencode(root)) == 3
    done = checksig("verify", "--extra", "--verbose", cwd=root)
    verified = sorted(lines(done.stdout))  # hashdeep writes as its threads are done
    assert (done.returncode, verified) == (0, [f"{file}: OK" for file in files])
    (root / "d" / "b").write_bytes(b"other")
    done = checksig("verify", "--extra", cwd=root)
    assert (done.returncode, lines(done.stdout)) == (1, [f"{root}/d/b: FAILED (mismatch)"])


def test_create_writes_what_coreutils_would(tree: Tree) -> None:
    """The list holds each file, by the oracle's line, in the order of names."""
    root = tree({"b": b"2", "a/z": b"1", "a b": b"3"})
    assert checksig("create", "--force", cwd=root).returncode == 0
    expected = b"".join(gnu_line(n, d) for n, d in [("a b", b"3"), ("a/z", b"1"), ("b", b"2")])
    assert (root / "SHA256SUMS").read_bytes() == expected


def test_an_empty_root_is_no_root(tree: Tree) -> None:
    """`--root "$UNSET"` must not verify other files than those that were meant."""
    done = checksig("verify", "--root", "", "SHA256SUMS", cwd=tree({"a": b"1"}))
    assert done.returncode == 2
    assert b"--root is empty" in done.stderr


@posix
def test_a_deleted_folder_is_told_as_that(tmp_path: Path) -> None:
    """Where the working folder is gone, every command says so, and not that output can't be written."""
    (tmp_path / "gone").mkdir()
    for command in ("verify", "create"):
        code = f"import os, sys; os.rmdir(os.getcwd()); from checksig._cli import main; sys.exit(main(['{command}']))"
        (tmp_path / "gone").mkdir(exist_ok=True)
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path / "gone", capture_output=True, check=False, timeout=60
        )
        assert done.returncode == 2
        assert b"no such file or directory" in done.stderr.lower()
        assert b"output" not in done.stderr


def test_create_hints_at_force_only_where_it_helps(tree: Tree) -> None:
    """A file for a root is no matter of --force."""
    done = checksig("create", "SHA256SUMS", cwd=tree({"a": b"1"}))
    assert done.returncode == 2
    assert b"hint" not in done.stderr


def test_create_of_an_empty_folder_writes_nothing(tmp_path: Path) -> None:
    """A list without an entry would give no verdict, so there is none."""
    done = checksig("create", cwd=tmp_path)
    assert done.returncode == 2
    assert b"there is no file to list" in done.stderr
    assert not list(tmp_path.iterdir())


def test_create_names_files_it_cannot_read(tree: Tree, without_rights: list[str]) -> None:
    """A file that can't be read is named, nothing is written, and the exit status is 1."""
    root = tree({"a": b"1", "b": b"2"})
    (root / "a").chmod(0)
    command = [*without_rights, sys.executable, "-m", "checksig", "create", "--algorithm", "sha512"]
    done = subprocess.run(command, cwd=root, capture_output=True, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stdout == b"a: FAILED (unreadable: permission denied)\n"
    assert done.stderr == b"checksig: error: no list was written: 1 file can't be listed\n"
    done = subprocess.run([*command, "--json"], cwd=root, capture_output=True, check=False, timeout=60)
    result, summary = objects(done.stdout)
    assert (result["path"], result["fails"]) == ("a", True)
    assert (done.returncode, summary["exit_status"], summary["output"]) == (1, 1, None)
    assert {"a", "b", "SHA256SUMS"} == {path.name for path in root.iterdir()}


def test_version_tells_of_package_and_engine() -> None:
    """`--version` alone, and among other arguments, prints one line."""
    alone, among = checksig("--version"), checksig("--version", "verify")
    assert alone.returncode == among.returncode == 0
    assert alone.stdout == among.stdout
    verbose = checksig("--version", "--verbose")
    assert verbose.stdout.startswith(alone.stdout.rstrip())
    assert re.search(r"(?m)^threads: 0, at most \d+\r?$", verbose.stdout.decode())
    assert re.fullmatch(rf"checksig {re.escape(package.__version__)}, engine \S+\r?\n", alone.stdout.decode())


@pytest.fixture
def without_engine(tmp_path: Path) -> dict[str, str]:
    """Make the environment of a package that lost its library."""
    copy = tmp_path / "lost" / "checksig"
    source = Path(package.__file__).parent
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("_checksig.*", "__pycache__"))
    return {**os.environ, "PYTHONPATH": str(copy.parent)}


@pytest.mark.parametrize("arguments", [["--version"], ["verify"], ["verify", "a", "b"], ["create", "a"]], ids=" ".join)
def test_a_missing_engine_is_no_verdict(arguments: list[str], without_engine: dict[str, str], tmp_path: Path) -> None:
    """Without its library the command says so once, and the exit status is 2."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    done = checksig(*arguments, cwd=tmp_path, env=without_engine)
    assert done.returncode == 2
    assert [line for line in lines(done.stderr) if "error" in line and "library is missing" in line]
    assert len(lines(done.stderr)) == 1


def test_a_bug_is_no_verdict(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """An exception that nobody expects ends with 2: Python's own 1 would say that a file failed."""

    def broken(_arguments: list[str]) -> int:
        [].pop()
        return 0

    monkeypatch.setattr(_dispatch, "run", broken)
    assert _cli.main(["verify", "--jobs=1"]) == 2
    assert re.fullmatch(r"checksig: error: internal error at test_cli.py:\d+: IndexError.*\n", capsys.readouterr().err)


@given(st.lists(st.sampled_from(["a", "b", "a/1", "a/2", "b/1", "./a/1", "1", "./1"])))
def test_each_path_is_verified_once_where_it_belongs(there: Path, paths: list[str]) -> None:
    """Lists of one folder share a job, in their order, and a folder is a job of its own."""
    old = Path.cwd()
    os.chdir(there)
    try:
        found = groups(paths or ["a"], None)
    finally:
        os.chdir(old)
    named = [path for group in found for path in group.lists or ()]
    assert sorted(named) == sorted(path for path in paths if "1" in path or "2" in path)
    assert [path for path in paths if path in named and "a/" in path] == [p for p in named if "a/" in p]
    keys = [(os.path.realpath(there / group.root), group.lists is None) for group in found]
    assert len(set(keys)) == len(keys)


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the folders and lists of the test above."""
    root = tmp_path_factory.mktemp("there")
    for name in ("a/1", "a/2", "b/1", "1"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).touch()
    return root


def test_a_path_that_is_not_there_is_a_usage_error() -> None:
    """It is told before anything is verified."""
    with pytest.raises(UsageError, match="no such file"):
        groups(["/nowhere at all"], None)


statuses = st.sampled_from(list(package.Status))
results = st.builds(
    package.FileResult,
    path=st.text(),
    status=statuses,
    fails=st.booleans(),
    algorithm=st.none(),
    expected=st.none(),
    actual=st.none(),
    size=st.none(),
    manifest=st.text(),
    line=st.integers(1),
    detail=st.text(),
)


@given(results, st.text())
def test_a_verdict_is_one_printable_line(result: package.FileResult, root: str) -> None:
    """Whatever names and reasons hold, a terminal gets printable characters and no second line."""
    assert Text(several_roots=True)._line(root, result).isprintable()


# JSON


def test_json_says_all_there_is(tree: Tree) -> None:
    """Every field of a verdict is there, the summary comes last, and standard error stays empty."""
    root = tree({"good": b"1"}, changed={"bad": b"2"})
    done = checksig("verify", "--json", cwd=root)
    assert (done.returncode, done.stderr) == (1, b"")
    result, summary = objects(done.stdout)
    assert result == {
        "schema": 1,
        "type": "result",
        "root": ".",
        "fails": True,
        "path": "bad",
        "status": "mismatch",
        "algorithm": "sha256",
        "expected": hashlib.sha256(b"what it was").hexdigest(),
        "actual": hashlib.sha256(b"2").hexdigest(),
        "size": 1,
        "manifest": "SHA256SUMS",
        "line": 2,
        "detail": "",
    }
    assert summary.pop("elapsed") >= 0
    assert summary == {
        "schema": 1,
        "type": "summary",
        "ok": False,
        "exit_status": 1,
        "reason": None,
        "errors": 0,
        "files": 2,
        "bytes": 2,
        "counts": {status.value: 0 for status in package.Status} | {"ok": 1, "mismatch": 1},
    }


@linux
def test_json_loses_no_byte_of_a_name(tree: Tree) -> None:
    """Names are ASCII in the JSON, and os.fsencode() of them gives the bytes in the list."""
    names = [b"\xff\xfe", "é\u202e\U0001f600".encode(), b"\x1b[31m", b"new\nline"]
    root = tree(changed={os.fsdecode(name): b"1" for name in names})
    done = checksig("verify", "--json", cwd=root)
    assert done.stdout.isascii()
    assert [os.fsencode(o["path"]) for o in objects(done.stdout) if o["type"] == "result"] == names


def test_json_tells_of_errors_and_goes_on(tree: Tree, tmp_path: Path) -> None:
    """A folder without a list is an error among the lines, and the exit status is in the summary."""
    root = tree({"good": b"1"})
    (tmp_path / "empty").mkdir()
    done = checksig("verify", "--json", "--verbose", "empty", "root", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, b"")
    error, result, summary = objects(done.stdout)
    assert error["message"].startswith("no checksum list found")
    assert {key: error[key] for key in ("type", "kind", "code", "root", "path", "line")} == {
        "type": "error",
        "kind": "manifest",
        "code": "no_list",
        "root": "empty",
        "path": "empty",
        "line": None,
    }
    assert (result["path"], result["status"], result["fails"], result["root"]) == (
        "good",
        "ok",
        False,
        root.name,
    )
    assert (summary["ok"], summary["exit_status"], summary["errors"]) == (False, 2, 1)


def test_json_of_create(tree: Tree) -> None:
    """The summary names the list and counts its entries; where it can't be written an error comes before."""
    root = tree({"a": b"1", "b": b"2"})
    done = checksig("create", "--json", "--algorithm", "sha512", cwd=root)
    (summary,) = objects(done.stdout)
    assert summary.pop("elapsed") > 0
    assert summary == {
        "schema": 1,
        "type": "summary",
        "ok": True,
        "exit_status": 0,
        "reason": None,
        "output": "SHA512SUMS",
        "algorithm": "sha512",
        "files": 3,
        "bytes": 2 + (root / "SHA256SUMS").stat().st_size,
    }
    again = checksig("create", "--json", "--algorithm", "sha512", cwd=root)
    error, summary = objects(again.stdout)
    assert again.returncode == summary["exit_status"] == 2
    assert (error["path"], error["hint"]) == ("SHA512SUMS", "give --force to replace it")
    assert summary["output"] is None


@posix
def test_json_documentation_shows_real_output(tmp_path: Path) -> None:
    """The example in docs/json.md is what its command prints, but for the time it took."""
    text = (DOCS / "json.md").read_text(encoding="utf-8")
    commands = dict(re.findall(r"^\$ checksig (.*)\n((?:\{.*\n)+)", text, re.MULTILINE))
    assert list(commands) == ["verify --json examples/logs", "create --json examples/logs"]
    shutil.copytree(HERE.parent / "examples", tmp_path / "examples")
    for command, shown in commands.items():
        done = checksig(*command.split(), cwd=tmp_path)
        assert steady(done.stdout.decode()) == steady(shown)


def steady(text: str) -> str:
    return re.sub(r'"elapsed": [0-9.]+', '"elapsed": 0', text)


def test_json_documentation_names_every_field(tree: Tree, tmp_path: Path) -> None:
    """docs/json.md has a row for each field of each type of line, and no other."""
    text = (DOCS / "json.md").read_text(encoding="utf-8")
    documented = {
        kind: re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)
        for kind, part in re.findall(r"^## `(\w+)`.*?\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    }
    tree(changed={"a": b"1"})
    (tmp_path / "md5").mkdir()
    (tmp_path / "md5" / "MD5SUMS").write_text(f"{hashlib.md5(b'').hexdigest()}  a\n")
    (tmp_path / "empty").mkdir()
    printed = objects(checksig("verify", "--json", "root", "md5", "empty", cwd=tmp_path).stdout)
    printed += objects(checksig("create", "--json", "root", "--output", "list", cwd=tmp_path).stdout)
    real: dict[str, list[str]] = {}
    for line in printed:
        fields = real.setdefault(line["type"], [])
        fields += [field for field in line if field not in (*fields, "schema", "type")]
    assert {kind: sorted(fields) for kind, fields in documented.items()} == {
        kind: sorted(fields) for kind, fields in real.items()
    }


# Where the output goes


MANY = 100_000


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a list of 100,000 files that are not there."""
    root = tmp_path_factory.mktemp("many")
    digest = "0" * 64
    (root / "SHA256SUMS").write_text("".join(f"{digest}  file-{i}\n" for i in range(MANY)))
    return root


def test_failures_come_in_the_order_of_the_list(many: Path) -> None:
    """100,000 failures are one line each, none lost and none twice."""
    done = checksig("verify", cwd=many)
    assert done.returncode == 1
    assert lines(done.stdout) == [f"file-{i}: FAILED (missing)" for i in range(MANY)]
    assert lines(done.stderr) == [f"checksig: {MANY} of {MANY} files failed: {MANY} missing"]


@pytest.mark.parametrize("arguments", [[], ["--json"]], ids=["text", "json"])
def test_a_reader_that_goes_ends_it_quietly(arguments: list[str], many: Path) -> None:
    """As with `| head`: after the first line nobody reads; nothing is said, and the status is SIGPIPE's."""
    command = [sys.executable, "-m", "checksig", "verify", *arguments]
    with subprocess.Popen(command, cwd=many, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        assert b"file-0" in process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


@posix
@pytest.mark.parametrize(
    "arguments",
    [["--version"], ["--help"], ["verify", "--help"], ["verify"], ["create", "--force"]],
    ids=" ".join,
)
def test_a_reader_that_never_came_ends_it_quietly(arguments: list[str], logs: Path, tmp_path: Path) -> None:
    """A pipe that is closed before the first line is no other case, whichever command writes to it."""
    copy = shutil.copytree(logs, tmp_path / "logs")
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "checksig", *arguments]
    done = subprocess.run(command, cwd=copy, stdout=writer, stderr=subprocess.PIPE, check=False, timeout=60)
    os.close(writer)
    assert done.returncode == 141
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize(
    "arguments", [["--version"], ["--help"], ["verify"], ["verify", "--json"], ["verify", "-v"]], ids=" ".join
)
def test_a_full_disk_is_no_verdict(arguments: list[str], logs: Path) -> None:
    """Output that can't be written is an error: what is in it is lost."""
    command = [sys.executable, "-m", "checksig", *arguments]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, cwd=logs, stdout=full, stderr=subprocess.PIPE, check=False, timeout=60)
        both = subprocess.run(command, cwd=logs, stdout=full, stderr=full, check=False, timeout=60)
    assert done.returncode == both.returncode == 2
    assert lines(done.stderr) == ["checksig: error: can't write the output: No space left on device"]


@posix
def test_a_closed_standard_output_is_no_verdict_if_there_is_something_to_say(logs: Path) -> None:
    """With `>&-` a failure can't be named, so the exit status is 2; the summary is not put elsewhere."""
    done = shell(f"exec '{sys.executable}' -m checksig verify >&-", cwd=logs)
    assert (done.returncode, done.stdout) == (2, b"")
    assert lines(done.stderr) == ["checksig: error: can't write the output: Bad file descriptor"]


@posix
def test_a_closed_standard_error_changes_nothing_else(logs: Path) -> None:
    """With `2>&-` the failures are on standard output, and nothing but them."""
    done = shell(f"exec '{sys.executable}' -m checksig verify 2>&-", cwd=logs)
    assert (done.returncode, lines(done.stdout)) == (1, ["httpd-08.log: FAILED (mismatch)"])


def shell(command: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["/bin/sh", "-c", command], cwd=cwd, capture_output=True, check=False, timeout=60)


@linux
@pytest.mark.parametrize(
    "settings",
    [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}],
    ids=["ascii", "C"],
)
def test_characters_that_the_output_does_not_have_are_escaped(settings: dict[str, str], tree: Tree) -> None:
    """A name that the encoding or the locale can't show is still named, and its file found."""
    root = tree({"ü good": b"1"}, changed={"é": b"1", os.fsdecode(b"\xff"): b"1"})
    done = checksig("verify", cwd=root, env={**os.environ, **settings})
    assert done.returncode == 1
    assert done.stdout.isascii()
    assert len(lines(done.stdout)) == 2
    assert lines(done.stdout)[1] == r"$'\xff': FAILED (mismatch)"
    assert b"2 of 3 files failed" in done.stderr


# Ctrl-C and progress


CPYTHON = sys.implementation.name == "cpython"  # others need more than a second of CPU to start


def wait_for(condition: Any) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@posix
@pytest.mark.parametrize("arguments", [["verify"], ["verify", "--json"], ["create", "-o", "list"]], ids=" ".join)
def test_ctrl_c_stops_at_once(arguments: list[str], big: Path) -> None:
    """In the middle of a file that takes minutes: one line, death by the signal, and nothing is left behind."""
    before = sorted(big.iterdir())
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "checksig", *arguments]
    with subprocess.Popen(command, cwd=big, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            wait_for(lambda: cpu_seconds(process.pid) > 1)  # it is reading the file
            start = time.monotonic()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
            took = time.monotonic() - start
        finally:
            process.kill()  # where something failed: the file takes it minutes
    assert (process.returncode, out, lines(err)) == (-signal.SIGINT, b"", ["checksig: interrupted"])
    assert took < 30  # a tenth of a second where nothing else runs; the file takes minutes
    assert sorted(big.iterdir()) == before


@posix
def test_ctrl_c_ends_a_shells_loop(big: Path) -> None:
    """A shell goes on after a command that exits by itself, and ends after one that a signal ended."""
    (big / "small").write_bytes(b"")
    (big / "SHA256SUMS").write_text(f"{digest(b'')}  small\n" * 16 + f"{digest(b'')}  file\n")
    loop = f"for i in 1 2 3; do {sys.executable} -m checksig verify --verbose {big}; echo next; done"
    with subprocess.Popen(
        ["bash", "-c", loop], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        try:
            assert process.stdout
            first = process.stdout.readline()  # it has begun
            os.killpg(process.pid, signal.SIGINT)
            out, err = process.communicate(timeout=60)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    assert (first, lines(err)) == (b"small: OK\n", ["checksig: interrupted"])
    assert b"next" not in out


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_create_that_is_told_to_end_leaves_nothing(number: signal.Signals, big: Path) -> None:
    """It dies of the signal, after it has removed what it was writing."""
    before = sorted(big.iterdir())
    command = [sys.executable, "-m", "checksig", "create", "-o", "list"]
    with subprocess.Popen(command, cwd=big, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            wait_for(lambda: cpu_seconds(process.pid) > 0.5)  # it is reading the file
            process.send_signal(number)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (process.returncode, out, lines(err)) == (-number, b"", ["checksig: terminated"])
    assert sorted(big.iterdir()) == before


@posix
def test_an_early_ctrl_c_is_no_verdict(big: Path) -> None:
    """Wherever in the command's own imports it comes, the command dies of it: status 1 would say that a file failed."""
    code = "import sys; sys.path[:] = {!r}; print(flush=True); from checksig._cli import entry; sys.exit(entry())"
    for delay in range(0, 60, 3):
        command = [sys.executable, "-c", code.format(sys.path), "verify", str(big)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout
            process.stdout.readline()  # Python itself has started: before that it ends as it likes
            time.sleep(delay / 1000)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
        assert process.returncode == -signal.SIGINT


def cpu_seconds(pid: int) -> float:
    """Tell how much CPU time a process took."""
    stat = Path(f"/proc/{pid}/stat")  # small Linux systems have no ps
    if stat.exists():
        user, system = stat.read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    done = subprocess.run(["ps", "-o", "time=", "-p", str(pid)], capture_output=True, text=True, check=False)
    minutes, _, seconds = done.stdout.strip().rpartition(":")
    return float(seconds or 0) + 60 * float(minutes.rpartition(":")[2] or 0)


WIDTH = 100  # columns of the terminal


class Ended(NamedTuple):
    """What came of a command on a terminal: its exit status, all it wrote, and what is left on the screen."""

    status: int
    written: str
    screen: list[str]


def on_a_terminal(arguments: list[str], cwd: Path, interrupt_at: str = "", setup: str = "") -> Ended:
    """Run the command on a terminal of its own, and press Ctrl-C when it has written *interrupt_at*."""
    import fcntl
    import termios

    code = f"""if True:
        import fcntl, sys, termios
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        {setup}
        from checksig._cli import main
        sys.exit(main({arguments!r}))"""
    try:
        terminal, end = os.openpty()
    except OSError as e:
        pytest.skip(f"needs a terminal, and the system gives none: {e}")
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, WIDTH, 0, 0))
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "", "LINES": ""}
    for name in ("COLUMNS", "LINES", "NO_COLOR"):
        environment.pop(name, None)
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=cwd,
        stdin=end,
        stdout=end,
        stderr=end,
        env=environment,
        start_new_session=True,
    ) as process:
        os.close(end)
        written, pressed = b"", False
        while True:
            try:
                written += os.read(terminal, 1 << 16)
            except OSError:  # Linux says so when the other end is closed
                break
            if interrupt_at and not pressed and re.search(interrupt_at, written.decode(errors="replace")):
                os.write(terminal, b"\x03")
                pressed = True
    os.close(terminal)
    text = written.decode()
    return Ended(process.returncode, text, screen(text))


def screen(text: str) -> list[str]:
    """Tell what a terminal shows that was sent *text*."""
    rows, row, column = [""], 0, 0
    for token in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|.|\r|\n", text, re.DOTALL):
        if token == "\n":
            row += 1
            rows += [""] * (row + 1 - len(rows))
        elif token == "\r" or re.fullmatch(r"\x1b\[1?G", token):
            column = 0
        elif token == "\x1b[2K":
            rows[row] = ""
        elif token == "\x1b[1A":
            row -= 1
        elif not token.startswith("\x1b"):
            if column == WIDTH:
                row, column = row + 1, 0
                rows += [""] * (row + 1 - len(rows))
            rows[row] = rows[row][:column].ljust(column) + token + rows[row][column + 1 :]
            column += 1
    return [line.rstrip() for line in rows if line.strip()]


AT_ONCE = "from checksig._cli import _progress; _progress._DELAY = _progress._BETWEEN_FRAMES = 0"


@posix
def test_progress_is_a_bar_that_goes_away(logs: Path) -> None:
    """On a terminal a bar shows files and bytes; at the end what is left is the verdicts."""
    ended = on_a_terminal(["verify"], logs, setup=AT_ONCE)
    assert ended.status == 1
    assert "/10 files" in ended.written
    assert ended.screen == [
        "httpd-08.log: FAILED (mismatch)",
        "checksig: warning: SHA1: such digests show accidental damage, not deliberate change",
        "checksig: 1 of 10 files failed: 1 mismatch",
    ]


@posix
@pytest.mark.parametrize("arguments", [["--no-progress"], ["--quiet"], ["--json"]], ids=" ".join)
def test_no_progress_where_it_is_not_wanted(arguments: list[str], logs: Path) -> None:
    """--no-progress, --quiet and --json leave a terminal without a bar."""
    assert "10 files" not in on_a_terminal(["verify", *arguments], logs, setup=AT_ONCE).written.replace(
        "of 10 files", ""
    )


@posix
def test_progress_does_not_garble_verdicts(big: Path) -> None:
    """Failures appear whole above the bar, which Ctrl-C clears away together with its own echo."""
    text = "".join(f"{'0' * 64}  missing-{i}\n" for i in range(64))
    (big / "SHA256SUMS").write_text(f"{text}{'0' * 64}  file\n")
    ended = on_a_terminal(["verify"], big, interrupt_at=r"(?s)missing-63.*64/65 files.*TB", setup=AT_ONCE)
    assert ended.status == 130
    assert ended.screen == [*(f"missing-{i}: FAILED (missing)" for i in range(64)), "checksig: interrupted"]
    assert "\x1b" not in ended.written  # which could hide the cursor


def test_progress_elsewhere_is_lines(logs: Path) -> None:
    """Where standard error is no terminal, --progress writes lines for a log, and no escapes."""
    code = "from checksig._cli import _progress as p, main; p._BETWEEN_LINES = 0; main(['verify', '--progress'])"
    done = subprocess.run([sys.executable, "-c", code], cwd=logs, capture_output=True, check=True, timeout=60)
    assert lines(done.stdout) == ["httpd-08.log: FAILED (mismatch)"]
    first, *_ = lines(done.stderr)
    assert re.fullmatch(r"checksig: \d+/10 files, \d+ of \d+ bytes, \d+ MB/s", first)


# What it costs to start


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
    """Rich comes with a bar, and the engine with a job."""
    check = f"{code}\nimport sys\nfound = sys.modules.keys() & set({absent})\nassert not found, found"
    done = subprocess.run([sys.executable, "-c", check], cwd=logs, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


# Completion and documentation


COMPLETIONS = [
    ("ver", ["verify"]),
    ("", ["create", "verify"]),
    ("--", ["--version", "--help"]),
    ("verify --ignore", ["--ignore-missing"]),
    ("verify --no", ["--no-strict", "--no-progress"]),
    ("verify --algorithm sha51", ["sha512", "sha512-256"]),
    ("create --algorithm=sha3-5", ["--algorithm=sha3-512"]),
    ("create -o x", []),
    ("verify ver", []),
]


@pytest.mark.parametrize(("words", "expected"), COMPLETIONS)
def test_completion(words: str, expected: list[str]) -> None:
    """The shell is offered commands, options and algorithms, and else completes paths."""
    offered = lines(checksig(*words.split(" "), env={**os.environ, "_CHECKSIG_COMPLETE": "words"}).stdout)
    assert [line.split("\t")[0] for line in offered] == expected


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(shell: str) -> None:
    """The one line of the documentation gives the shell a script."""
    done = checksig(env={**os.environ, "_CHECKSIG_COMPLETE": f"{shell}_source"})
    assert done.returncode == 0
    assert b"_CHECKSIG_COMPLETE" in done.stdout


def test_completion_for_no_shell_names_the_scripts() -> None:
    """A misspelt one is a usage error."""
    done = checksig(env={**os.environ, "_CHECKSIG_COMPLETE": "tcsh_source"})
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"bash_source, zsh_source, fish_source" in done.stderr


@posix
@pytest.mark.parametrize(("words", "expected"), COMPLETIONS)
def test_completion_in_bash(words: str, expected: list[str]) -> None:
    """The script, loaded by the bash that is there, completes the same. That takes names and values apart."""
    if not shutil.which("bash"):
        pytest.skip("needs bash")
    typed = ["checksig", *(part for word in words.split(" ") for part in re.split("(=)", word))]
    code = """
        checksig() { "$PYTHON" -m checksig "$@"; }
        eval "$(_CHECKSIG_COMPLETE=bash_source checksig)"
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _checksig checksig && printf '%s\\n' "${COMPREPLY[@]}"
    """
    command = ["bash", "-c", code, "bash", *typed]
    done = subprocess.run(command, capture_output=True, check=True, env={**os.environ, "PYTHON": sys.executable})
    assert (lines(done.stdout) if expected else []) == [word.rpartition("=")[2] for word in expected]


@pytest.mark.parametrize("command", ["", "verify", "create"])
def test_documentation_shows_the_help_pages(command: str) -> None:
    """docs/command-line.md holds each help page, word for word."""
    arguments = [*command.split(), "--help"]
    done = checksig(*arguments, env={**os.environ, "COLUMNS": "80"})
    page = "\n".join(lines(done.stdout))
    text = (DOCS / "command-line.md").read_text(encoding="utf-8")
    assert f"```console\n$ checksig {' '.join(arguments)}\n{page}\n```\n" in text


@posix
@pytest.mark.parametrize("page", ["README.md", "docs/command-line.md", "--help"])
def test_the_documented_command_for_debian_is_right(page: str, tmp_path: Path) -> None:
    """On an intact system, where some packages have an empty list, it ends with 0; a damaged file fails it."""
    text = checksig("verify", "--help").stdout.decode() if page == "--help" else (HERE.parent / page).read_text()
    (command,) = set(re.findall(r"checksig (verify .*--root / )/var/lib/dpkg/info/\*\.md5sums", text))
    info = tmp_path / "var" / "lib" / "dpkg" / "info"
    info.mkdir(parents=True)
    (tmp_path / "file").write_bytes(b"1")
    (info / "some.md5sums").write_text(f"{hashlib.md5(b'1').hexdigest()}  file\n")
    (info / "empty.md5sums").touch()
    words = [str(tmp_path) if word == "/" else word for word in command.split()]
    lists = sorted(str(path) for path in info.iterdir())
    done = checksig(*words, *lists)
    assert (done.returncode, done.stdout) == (0, b"")
    assert b"empty.md5sums" in done.stderr
    (tmp_path / "file").write_bytes(b"2")
    assert checksig(*words, *lists).returncode == 1


def test_schema_is_the_documented_one() -> None:
    """docs/json.md says which schema it describes."""
    assert f"This page describes schema {SCHEMA}." in (DOCS / "json.md").read_text(encoding="utf-8")
