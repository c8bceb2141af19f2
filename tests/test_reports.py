"""The formats of `verify`, and report files: each read by a program of its kind, and written whole or not at all."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from checksig import FileResult
from command import COMMAND, checksig, finish, lines, objects
from conftest import Tree, digest, gnu_line, linux, posix

junitparser = pytest.importorskip("junitparser", reason="needs junitparser, which reads JUnit's XML")

FORMATS = ("text", "json", "csv", "junit", "github")
SUFFIXES = {"text": ".txt", "json": ".jsonl", "csv": ".csv", "junit": ".xml"}


def rows(data: bytes) -> list[dict[str, str]]:
    text = data.decode("utf-8", "surrogateescape")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(("format_", "suffix"), SUFFIXES.items())
def test_a_report_is_what_the_format_prints(format_: str, suffix: str, tree: Tree, tmp_path: Path) -> None:
    """Its name says the format, or it is said before the name; standard output has text meanwhile."""
    root = tree({"a": b"1"}, changed={"b": b"2"})
    plain = checksig("verify", cwd=root)
    by_name, by_format = tmp_path / f"report{suffix}", tmp_path / "report"
    done = checksig("verify", "--report", str(by_name), "--report", f"{format_}:{by_format}", cwd=root)
    assert (plain.returncode, plain.stdout, plain.stderr) == (done.returncode, done.stdout, done.stderr)
    printed = checksig("verify", "--format", format_, cwd=root)
    whole = printed.stdout + (printed.stderr if format_ == "text" else b"")
    for report in (by_name, by_format):
        assert without_times(whole) == without_times(report.read_bytes())


def without_times(data: bytes) -> list[str]:
    return [line for line in lines(data) if '"elapsed"' not in line and "<testsuites" not in line]


@linux
def test_csv_has_a_row_for_each_verdict(tree: Tree) -> None:
    """Any name comes back, and null is empty."""
    names = ["a,b", 'quo"te', "new\nline", "é", os.fsdecode(b"\xff")]
    root = tree({"good": b""}, changed=dict.fromkeys(names, b"1"))
    (root / "extra").touch()
    done = checksig("verify", "--format=csv", "--extra", "--verbose", cwd=root)
    assert 1 == done.returncode
    assert b"FAILED: 5 of 6 files: 5 mismatch; 1 extra file" in done.stderr
    found = rows(done.stdout)
    assert ["root", *FileResult._fields] == list(found[0])
    assert ["good", *names, "extra"] == [row["path"] for row in found]
    assert ["ok", *["mismatch"] * 5, "extra"] == [row["status"] for row in found]
    assert ["false", *["true"] * 6] == [row["fails"] for row in found]
    assert ("", "") == (found[-1]["expected"], found[-1]["manifest"])
    assert done.stdout.count(b"\r\n") == 1 + len(found)


def test_csv_is_read_by_pandas(tree: Tree) -> None:
    """With the fields as columns."""
    pandas = pytest.importorskip("pandas", reason="needs pandas, as its users have")
    done = checksig("verify", "--format=csv", cwd=tree({"a": b"1"}, changed={"b,": b"2"}))
    frame = pandas.read_csv(io.BytesIO(done.stdout))
    assert ["b,"] == list(frame[frame.status == "mismatch"].path)
    assert [1] == list(frame["size"])


def suites(data: bytes) -> Any:
    return junitparser.JUnitXml.fromstring(data)


def test_junit_has_a_suite_for_each_list(tmp_path: Path) -> None:
    """With a case for each failure, and one for all that is verified; with --verbose one for each entry."""
    for name, data in (("a", b"1"), ("b", b"2"), ("c", b"3")):
        (tmp_path / name).write_bytes(data)
    (tmp_path / "1.sha256").write_bytes(gnu_line("a", b"1") + gnu_line("b", b"other") + gnu_line("c", b"3"))
    (tmp_path / "2.sha256").write_bytes(gnu_line("c", b"3") + b"what\n")
    whole = suites(checksig("verify", "--format=junit", cwd=tmp_path).stdout)
    assert (5 - 1, 2, 0) == (whole.tests, whole.failures, whole.errors)
    named = {suite.name: [(case.name, [type(r).__name__ for r in case.result]) for case in suite] for suite in whole}
    assert {
        "1.sha256": [("b", ["Failure"]), ("2 entries verified", [])],
        "2.sha256": [("2.sha256:2", ["Failure"]), ("1 entry verified", [])],
    } == named
    every = suites(checksig("verify", "--format=junit", "--verbose", cwd=tmp_path).stdout)
    assert ["a", "b", "c", "c", "2.sha256:2"] == [case.name for suite in every for case in suite]


@linux
def test_junit_is_xml_whatever_names_hold(tree: Tree) -> None:
    """What XML can't have is escaped as on a terminal."""
    names = ["<&>\"'", "a\x1b", "￿", "tab\t", os.fsdecode(b"\xff"), "\U0001f600"]
    done = checksig("verify", "--format=junit", cwd=tree(changed=dict.fromkeys(names, b"1")))
    found = [case.name for suite in suites(done.stdout) for case in suite]
    assert ["<&>\"'", r"a\033", r"\U0000ffff", "tab\t", r"\xff", "\U0001f600"] == found


@pytest.mark.parametrize("format_", ["junit", "csv", "github", "text", "json"])
@pytest.mark.parametrize(
    ("laid", "arguments", "status"),
    [({}, [], 2), ({"list.sha256": ""}, [], 2), ({"list.sha256": "x"}, ["--ignore-missing"], 1)],
    ids=["no list", "empty list", "nothing there"],
)
def test_every_format_says_why(
    format_: str, laid: dict[str, str], arguments: list[str], status: int, tmp_path: Path
) -> None:
    """A status other than 0 has its reason in what is printed, and, of formats that can, in the report."""
    for name, content in laid.items():
        (tmp_path / name).write_text(content and f"{digest(b'')}  gone\n")
    done = checksig("verify", "--format", format_, *arguments, cwd=tmp_path)
    assert status == done.returncode
    printed = (done.stdout + done.stderr).decode()
    assert any(word in printed for word in ("error", "FAILED", "no file was verified"))
    if format_ == "junit":
        whole = suites(done.stdout)
        assert (status == 1, status == 2) == (whole.failures == 1, whole.errors == 1)


def test_github_commands_are_escaped(tmp_path: Path) -> None:
    """A name can't end a command or begin another one; the summary of the step has the last line."""
    name = "a%,b:c"
    (tmp_path / name).write_bytes(b"1")
    (tmp_path / "l,ist.sha256").write_text(f"{digest(b'2')}  {name}\n")
    summary = tmp_path / "summary"
    summary.write_text("before\n")
    done = checksig("verify", "--format=github", cwd=tmp_path, env={**os.environ, "GITHUB_STEP_SUMMARY": str(summary)})
    assert ["::error title=FAILED,file=l%2Cist.sha256,line=1::a%25,b:c: mismatch"] == lines(done.stdout)
    assert "before\nchecksig: FAILED: 1 of 1 file: 1 mismatch\n\n" == summary.read_text()


@pytest.mark.parametrize(
    ("reports", "reason"),
    [
        (["r"], "says no format"),
        (["r.pdf"], "says no format"),
        ([""], "empty"),
        (["csv:"], "has no file"),
        (["nowhere/r.csv"], "no such file or directory"),
        (["d/"], "says no format"),
        (["csv:d"], "not a regular file"),
        (["csv:d/"], "not a regular file"),
        (["r.csv", "r.csv"], "two reports have one file"),
        (["r.csv", "json:./r.csv"], "two reports have one file"),
        (["text:SHA256SUMS"], "checksum list"),
        (["r" * 300 + ".csv"], "name too long"),
        (["link.csv"], "not a regular file"),
        (["pipe.csv"], "not a regular file"),
    ],
)
@posix
def test_a_report_that_cannot_be_written_is_a_usage_error(reports: list[str], reason: str, tree: Tree) -> None:
    """It is said before anything is verified, and nothing is touched."""
    root = tree({"a": b"1"})
    (root / "d").mkdir()
    (root / "link.csv").symlink_to("a")
    os.mkfifo(root / "pipe.csv")
    before = {path: path.lstat().st_mtime_ns for path in root.iterdir()}
    done = checksig("verify", *(word for report in reports for word in ("--report", report)), cwd=root)
    assert (2, b"") == (done.returncode, done.stdout)
    assert reason in lines(done.stderr)[0].lower()
    assert before == {path: path.lstat().st_mtime_ns for path in root.iterdir()}


def test_a_report_in_an_unwritable_directory_is_a_usage_error(tree: Tree, without_rights: list[str]) -> None:
    """And so the time to verify is not lost."""
    root = tree({"a": b"1"})
    (root / "d").mkdir(mode=0o555)
    done = finish([*without_rights, *COMMAND, "verify", "--report", "d/r.csv"], cwd=root)
    assert 2 == done.returncode
    assert "permission denied" in lines(done.stderr)[0]


@pytest.mark.parametrize("exists", [False, True])
def test_a_report_inside_the_root_is_not_extra(exists: bool, tree: Tree) -> None:  # noqa: FBT001
    """Be it there before or not; it has the mode of any new file."""
    root = tree({"a": b"1"})
    if exists:
        (root / "r.csv").write_text("old")
    done = checksig("verify", "--extra", "--report", "r.csv", "--report", "r.xml", cwd=root)
    assert (0, b"") == (done.returncode, done.stdout), done.stderr
    (root / "other").touch()
    assert (root / "other").stat().st_mode == (root / "r.csv").stat().st_mode
    assert b"root,path" == (root / "r.csv").read_bytes()[:9]


@posix
def test_a_run_that_ends_early_leaves_no_report(big: Path) -> None:
    """Not half of one, not the one of an earlier run, and no temporary file."""
    (big / "r.csv").write_text("old")
    command = [*COMMAND, "verify", "--report", "r.csv", "--report", "r.xml", "--report", "r.jsonl"]
    with subprocess.Popen(command, cwd=big, stderr=subprocess.DEVNULL) as process:
        while (big / "r.csv").exists():
            time.sleep(0.01)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        process.wait(60)
    assert {"SHA256SUMS", "file"} == {path.name for path in big.iterdir()}


def test_a_timeout_leaves_no_report_that_looks_whole(big: Path) -> None:
    """CSV and JUnit are not written, and the command says so; JSON ends with a summary that says status 2."""
    names = ["r.csv", "r.xml", "r.jsonl"]
    reports = [word for name in names for word in ("--report", name)]
    done = checksig("verify", "--timeout", "0.2", *reports, cwd=big)
    assert 2 == done.returncode
    assert [False, False, True] == [(big / name).exists() for name in names]
    assert 2 == sum("was not written" in line for line in lines(done.stderr))
    assert 2 == objects((big / "r.jsonl").read_bytes())[-1]["exit_status"]


@posix
@pytest.mark.parametrize("format_", FORMATS)
def test_a_closed_standard_output_is_no_verdict(format_: str, logs: Path) -> None:
    """In any format."""
    done = subprocess.run(
        ["/bin/sh", "-c", f'exec "$0" -m checksig verify --format {format_} >&-', sys.executable],
        cwd=logs,
        capture_output=True,
        check=False,
    )
    assert 2 == done.returncode
    assert b"can't write the output" in done.stderr


def test_formats_that_contradict_each_other_are_a_usage_error(logs: Path) -> None:
    """--json is one of them."""
    assert 2 == checksig("verify", "--json", "--format", "csv", cwd=logs).returncode
    assert 1 == checksig("verify", "--json", "--format", "json", cwd=logs).returncode
    assert 2 == checksig("verify", "--format", "xml", cwd=logs).returncode
