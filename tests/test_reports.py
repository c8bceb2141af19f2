"""The formats of `verify`, and report files: each read by a program of its kind, and written whole or not at all."""

from __future__ import annotations

import csv
import html
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from checksig import FileResult
from command import COMMAND, ERROR, checksig, finish, lines, objects
from conftest import Tree, digest, gnu_line, linux, posix
from report_formats import FORMATS

OLD = '{"schema": 1, "type": "summary", "ok": true}\n'
"""What a report of an earlier run may be."""
SUFFIXES = {"text": ".txt", "json": ".jsonl", "csv": ".csv", "junit": ".xml", "html": ".HTML"}
SUFFIXES = {name: suffix for name, suffix in SUFFIXES.items() if name in FORMATS}


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


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
    timed = ('"elapsed"', "<testsuites", "<time", "<dt>Duration", "<dt>Throughput")
    return [line for line in lines(data) if not any(word in line for word in timed)]


@linux
def test_csv_has_a_row_for_each_verdict(tree: Tree) -> None:
    """Any name comes back, but for bytes that are not UTF-8, which are escapes as in JSON; null is empty."""
    names = ["a,b", 'quo"te', "new\nline", "é", "=1+1", os.fsdecode(b"\xff")]
    root = tree({"good": b""}, changed=dict.fromkeys(names, b"1"))
    (root / "extra").touch()
    done = checksig("verify", "--format=csv", "--extra", "--verbose", cwd=root)
    assert 1 == done.returncode
    assert b"FAILED: 6 of 7 files: 6 mismatch; 1 extra file" in done.stderr
    found = rows(done.stdout)
    assert ["root", *FileResult._fields] == list(found[0])
    assert ["good", *names[:-1], r"\udcff", "extra"] == [row["path"] for row in found]
    assert ["ok", *["mismatch"] * 6, "extra"] == [row["status"] for row in found]
    assert ["false", *["true"] * 7] == [row["fails"] for row in found]
    assert ("", "") == (found[-1]["expected"], found[-1]["manifest"])
    assert done.stdout.count(b"\r\n") == 1 + len(found)


@linux
def test_csv_is_read_by_pandas(tree: Tree) -> None:
    """With the fields as columns, whatever bytes names have."""
    pandas = pytest.importorskip("pandas", reason="needs pandas: nox -s readers")
    names = ["b,", "NA", "new\nline", os.fsdecode(b"\xff")]
    done = checksig("verify", "--format=csv", cwd=tree({"a": b"1"}, changed=dict.fromkeys(names, b"2")))
    frame = pandas.read_csv(io.BytesIO(done.stdout), keep_default_na=False)
    assert ["root", *FileResult._fields] == list(frame.columns)
    assert ["b,", "NA", "new\nline", r"\udcff"] == list(frame[frame.status == "mismatch"].path)
    assert [1] * 4 == list(frame["size"])
    assert bool(frame.fails.all())


def suites(data: bytes) -> Any:
    reader = pytest.importorskip("junitparser", reason="needs junitparser, which reads JUnit's XML")
    return reader.JUnitXml.fromstring(data)


def conforms(data: bytes) -> Any:
    """Hold a JUnit report against the schema, and its counts against its cases. Returns its root element."""
    xmlschema = pytest.importorskip("xmlschema", reason="needs xmlschema: nox -s readers")
    xmlschema.XMLSchema(Path(__file__).parent / "junit.xsd").validate(io.BytesIO(data))
    root = ET.fromstring(data)
    kinds = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
    for element in (root, *root):
        counted = {name: len(list(element.iter(kind))) for name, kind in kinds.items() if name in element.attrib}
        assert counted == {name: int(element.attrib[name]) for name in counted}
    return root


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


JUNIT = {
    "good": ["a"],
    "all": ["-v", "a", "b"],
    "failures": ["b"],
    "extra": ["--extra", "a"],
    "no list": ["c"],
    "no verdict beside verdicts": ["a", "c", "b"],
    "timeout": ["--timeout=0", "a", "b"],
    "nothing there": ["--ignore-missing", "d"],
    "malformed": ["e"],
    "forgiven": ["--no-strict", "-v", "e"],
    "entry of none": ["a/SHA256SUMS", "a/none"],
}


@posix
@pytest.mark.parametrize("arguments", JUNIT.values(), ids=JUNIT)
def test_junit_conforms_to_its_schema(arguments: list[str], tmp_path: Path) -> None:
    """However the run ends."""
    for name, listed in {"a": b"1", "b": b"2", "d": b"1", "e": b"1"}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "SHA256SUMS").write_bytes(gnu_line("file<&>", listed) + b"what\n" * (name == "e"))
        if name != "d":
            (tmp_path / name / "file<&>").write_bytes(b"1")
    (tmp_path / "a" / "new").touch()
    (tmp_path / "c").mkdir()
    done = checksig("verify", "--format=junit", *arguments, cwd=tmp_path)
    root = conforms(done.stdout)
    failures, errors = int(root.attrib["failures"]), int(root.attrib["errors"])
    assert {(0, False, False), (1, True, False), (2, False, True), (2, True, True)} >= {
        (done.returncode, failures > 0, errors > 0)
    }


@linux
def test_junit_is_xml_whatever_names_hold(tree: Tree) -> None:
    """What XML can't have is escaped as on a terminal."""
    names = ["<&>\"'", "a\x1b", "￿", "tab\t", os.fsdecode(b"\xff"), "\U0001f600"]
    done = checksig("verify", "--format=junit", cwd=tree(changed=dict.fromkeys(names, b"1")))
    conforms(done.stdout)
    found = [case.attrib["name"] for case in ET.fromstring(done.stdout).iter("testcase")]
    assert ["<&>\"'", r"a\033", r"\U0000ffff", "tab\t", r"\xff", "\U0001f600"] == found


@pytest.mark.parametrize("format_", FORMATS)
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
    (tmp_path / "a,b.sha256").write_text(f"{digest(b'2')}  {name}\n")
    summary = tmp_path / "summary"
    summary.write_text("before\n")
    done = checksig("verify", "--format=github", cwd=tmp_path, env={**os.environ, "GITHUB_STEP_SUMMARY": str(summary)})
    assert [
        "::error title=FAILED,file=a%2Cb.sha256,line=1::a%25,b:c: mismatch",
        "::notice title=checksig::FAILED: 1 of 1 file: 1 mismatch",
    ] == lines(done.stdout)
    assert b"" == done.stderr
    written = summary.read_text()
    assert written.startswith("before\n")
    assert "**checksig:** FAILED: 1 of 1 file: 1 mismatch" in html.unescape(written)
    assert "| <code>a%,b:c</code> | mismatch | <code>a,b.sha256:1</code> |" in html.unescape(written)


@linux
def test_names_mean_nothing_in_the_summary_of_the_step(tree: Tree, tmp_path: Path) -> None:
    """They are neither Markdown nor HTML, and neither end a cell nor a line."""
    names = ["a|b", "<img src=x>", "`x`", "[a](http:x)", "*b*_c_", "@me #1 :+1:", "new\nline", "\x1b[1m"]
    root, summary = tree(changed=dict.fromkeys(names, b"1")), tmp_path / "summary"
    done = checksig("verify", "--format=github", cwd=root, env={**os.environ, "GITHUB_STEP_SUMMARY": str(summary)})
    assert 1 == done.returncode
    table = [line for line in summary.read_text().splitlines() if line.startswith("| <code>")]
    cells = [line.split(" | ")[0].removeprefix("| <code>").removesuffix("</code>") for line in table]
    assert ["a|b", "<img src=x>", "`x`", "[a](http:x)", "*b*_c_", "@me #1 :+1:", r"$'new\nline'", r"$'\033[1m'"] == [
        html.unescape(cell) for cell in cells
    ]
    assert all(re.fullmatch(r"(?:[\w ]|&#\d+;)+", cell) for cell in cells)
    assert b"\x1b" not in done.stdout


def test_the_summary_of_the_step_names_a_few_tens_of_failures(tree: Tree, tmp_path: Path) -> None:
    """It says how many more there are; a report does not add a second summary."""
    root, summary = tree(changed={str(i): b"1" for i in range(100)}), tmp_path / "summary"
    arguments = ["--format=github", "--report", f"github:{tmp_path / 'report'}"]
    checksig("verify", *arguments, cwd=root, env={**os.environ, "GITHUB_STEP_SUMMARY": str(summary)})
    text = summary.read_text()
    assert (30, 1) == (text.count("mismatch | "), text.count("and 70 more failures"))
    assert 101 == (tmp_path / "report").read_text().count("::error ") + text.count("**checksig:**")


def test_a_step_summary_that_cannot_be_written_is_a_warning(logs: Path, tmp_path: Path) -> None:
    """The verdict is not lost for it."""
    environment = {**os.environ, "GITHUB_STEP_SUMMARY": str(tmp_path / "nowhere" / "summary")}
    done = checksig("verify", "--format=github", cwd=logs, env=environment)
    assert 1 == done.returncode
    assert "can't write the summary of the step" in lines(done.stdout)[-1]


@pytest.mark.parametrize(
    ("reports", "reason"),
    [
        (["r"], "says no format"),
        (["r.pdf"], "says no format"),
        ([""], "empty"),
        (["csv:"], "has no file"),
        (["-"], "is no file"),
        (["csv:-"], "is no file"),
        (["xml:x.txt"], "unknown format xml"),
        (["CSV:x"], "unknown format csv"),
        (["http://x/r.csv"], "unknown format http"),
        (["checksums.txt"], "called like a checksum list"),
        (["csv:SHA256SUMS"], "called like a checksum list"),
        (["csv:SHA512SUMS"], "called like a checksum list"),
        (["csv:nowhere/a.md5"], "called like a checksum list"),
        (["json:a"], "not a report"),
        (["r.csv", "csv:a"], "not a report"),
        (["log.txt"], "not a report"),
        (["nowhere/r.csv"], "no such file or directory"),
        (["d/"], "says no format"),
        (["csv:d"], "not a regular file"),
        (["csv:d/"], "not a regular file"),
        (["r.csv", "r.csv"], "two reports have one file"),
        (["r.csv", "json:./r.csv"], "two reports have one file"),
        (["text:SHA256SUMS"], "checksum list"),
        (["list.txt"], "checksum list"),
        (["csv:/dev/null"], "not a regular file"),
        (["csv:/dev/full"], "not a regular file"),
        (["./junit:x"], "says no format"),
        (["r.csv", "csv:d/../r.csv"], "two reports have one file"),
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
    (root / "list.txt").write_bytes(gnu_line("a", b"1"))
    (root / "log.txt").write_text("checksig: OK: 1 file verified\nand more\n")
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


def test_a_report_replaces_what_a_run_wrote_before(tmp_path: Path) -> None:
    """In any format, whatever it says, and an empty file; but nothing that only looks a little like one."""
    for name, listed in {"good": b"1", "bad": b"2", "none": b""}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "new\nline").write_bytes(b"1")
        (tmp_path / name / "SHA256SUMS").write_bytes(gnu_line("new\nline", listed) if listed else b"")
    (tmp_path / "malformed.sha256").write_bytes(b"what\n" + gnu_line("good/new\nline", b"1"))
    runs = {"-v good": 0, "good": 0, "good bad malformed.sha256": 1, "-v bad": 1, "none": 2, "none good": 2}
    runs["-v --ignore-missing malformed.sha256 bad"] = 1
    for format_ in FORMATS:
        report = tmp_path / "report"
        report.write_bytes(b"")
        for words, status in runs.items():
            done = checksig("verify", "--report", f"{format_}:report", *words.split(), cwd=tmp_path)
            assert status == done.returncode, (format_, words, done.stderr)
        for text in (b"x\n" + report.read_bytes(), b"\n" + report.read_bytes()):
            report.write_bytes(text)
            assert 2 == checksig("verify", "--report", f"{format_}:report", "good", cwd=tmp_path).returncode
            assert text == report.read_bytes()


def test_a_report_never_replaces_data(tree: Tree) -> None:
    """Nor is it lost where it is the second of two, or the one that is verified is another."""
    root = tree({"f1.iso": b"1", "f2.iso": b"2"})
    done = checksig("--report", "csv:f2.iso", "f1.iso", cwd=root)
    assert (2, b"") == (done.returncode, done.stdout)
    assert [
        f"{ERROR}can't write the report f2.iso: it is not a report, refusing to replace it",
        "checksig: hint: give the report another name, or remove the file first",
    ] == lines(done.stderr)
    assert b"2" == (root / "f2.iso").read_bytes()


def test_a_report_never_replaces_what_a_list_names(tree: Tree) -> None:
    """Even if it is empty, or a report: the run would find it missing, and the next one changed."""
    root = tree({"empty": b"", "d/r.json": b""})
    for run in ("csv:empty", "csv:d/r.json", "csv:d/../empty"):
        for operands in ([], ["."], ["SHA256SUMS"], ["empty"]):
            done = checksig("verify", "--report", run, *operands, cwd=root)
            assert (2, b"") == (done.returncode, done.stdout)
            assert lines(done.stderr)[0].endswith("refusing to replace it")
    assert 0 == checksig("verify", "--report", "csv:other", cwd=root).returncode
    assert 0 == checksig("verify", "--report", "csv:other", cwd=root).returncode


@posix
def test_a_report_that_is_called_like_no_file_says_what_would_be(logs: Path, tmp_path: Path) -> None:
    """Standard output has --format; a name with a colon has ./ before it, and a drive is none."""
    done = checksig("verify", "--report", "csv:-", str(logs), cwd=tmp_path)
    assert "--format csv writes to standard output, --report csv:./- to a file called -" in lines(done.stderr)[1]
    done = checksig("verify", "--report", "xml:x.txt", str(logs), cwd=tmp_path)
    assert "there are text, json, csv, junit, html, github" in lines(done.stderr)[0]
    assert "write --report ./xml:x.txt" in lines(done.stderr)[1]
    reports = ["./xml:x.txt", "csv:./-", "C:x.xml", "C:\\x.csv"]
    done = checksig("verify", *(f"--report={report}" for report in reports), str(logs), cwd=tmp_path)
    assert 1 == done.returncode, done.stderr
    assert ["-", "C:\\x.csv", "C:x.xml", "xml:x.txt"] == sorted(path.name for path in tmp_path.iterdir())


@posix
def test_a_report_of_a_file_that_cannot_be_read_is_not_replaced(tree: Tree, without_rights: list[str]) -> None:
    """Nobody knows what it is."""
    root = tree({"a": b"1"})
    (root / "r.csv").write_bytes(b"root,path,status,fails,")
    (root / "r.csv").chmod(0)
    done = finish([*without_rights, *COMMAND, "verify", "--report", "r.csv"], cwd=root)
    assert 2 == done.returncode
    assert b"can't write the report r.csv: permission denied" in done.stderr


def test_without_the_engine_a_report_says_so(without_engine: dict[str, str], tmp_path: Path) -> None:
    """It alone knows how lists are called."""
    done = checksig("verify", "--report", "r.csv", cwd=tmp_path, env=without_engine)
    assert 2 == done.returncode
    assert b"internal error" not in done.stderr
    assert ["error"] == [row["status"] for row in rows((tmp_path / "r.csv").read_bytes())]


@pytest.mark.parametrize("exists", [False, True])
def test_a_report_inside_the_root_is_not_extra(exists: bool, tree: Tree) -> None:  # noqa: FBT001
    """Be it there before or not; it has the mode of any new file."""
    root = tree({"a": b"1"})
    if exists:
        (root / "r.csv").write_text(OLD)
    done = checksig("verify", "--extra", "--report", "r.csv", "--report", "r.xml", cwd=root)
    assert (0, b"") == (done.returncode, done.stdout), done.stderr
    (root / "other").touch()
    assert (root / "other").stat().st_mode == (root / "r.csv").stat().st_mode
    assert b"root,path" == (root / "r.csv").read_bytes()[:9]


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_ends_early_leaves_no_report(number: int, big: Path) -> None:
    """Not half of one, not the one of an earlier run, and no temporary file."""
    (big / "r.csv").write_text(OLD)
    command = [*COMMAND, "verify", "--report", "r.csv", "--report", "r.xml", "--report", "r.jsonl"]
    with subprocess.Popen(command, cwd=big, stderr=subprocess.DEVNULL) as process:
        while (big / "r.csv").exists():
            time.sleep(0.01)
        time.sleep(0.3)
        process.send_signal(number)
        process.wait(60)
    assert {"SHA256SUMS", "file"} == {path.name for path in big.iterdir()}


def test_a_report_of_a_timeout_says_so(big: Path) -> None:
    """In each format, and so does one of a run that could not begin."""
    names = ["r.csv", "r.xml", "r.jsonl"]
    reports = [word for name in names for word in ("--report", name)]
    done = checksig("verify", "--timeout", "0.2", *reports, cwd=big)
    assert 2 == done.returncode
    (row,) = rows((big / "r.csv").read_bytes())
    assert (".", "error", "true") == (row["root"], row["status"], row["fails"])
    assert "0.2 seconds" in row["detail"]
    (error,) = ET.parse(big / "r.xml").iter("error")
    assert ("timeout", row["detail"]) == (error.attrib["type"], error.attrib["message"])
    assert 2 == objects((big / "r.jsonl").read_bytes())[-1]["exit_status"]


@pytest.mark.parametrize("format_", FORMATS)
def test_a_report_of_an_error_says_so(format_: str, tmp_path: Path) -> None:
    """Even if no list was found to begin with; and it has what is verified beside it."""
    report = tmp_path / "report"
    for arguments in (["empty"], ["--recursive", "empty"], ["good", "empty"]):
        (tmp_path / "empty").mkdir(exist_ok=True)
        (tmp_path / "good").mkdir(exist_ok=True)
        (tmp_path / "good" / "SHA256SUMS").write_bytes(gnu_line("gone", b""))
        report.write_text(OLD)
        done = checksig("verify", "--report", f"{format_}:{report}", *arguments, cwd=tmp_path)
        assert 2 == done.returncode
        assert "no checksum list found" in report.read_text()
        assert ("gone" in report.read_text()) == ("good" in arguments)


@posix
def test_a_report_never_replaces_what_is_verified(tree: Tree) -> None:
    """A FILE or a LIST, by whatever path, and a list on standard input."""
    root = tree({"data.csv": b"1"})
    (root / "list").write_bytes(gnu_line("data.csv", b"1"))
    (root / "d").mkdir()
    before = {path.name: path.read_bytes() for path in root.iterdir() if path.is_file()}
    for arguments in (["data.csv", "--report=d/../data.csv"], ["list", "--report=csv:list"]):
        done = checksig("verify", *arguments, cwd=root)
        assert 2 == done.returncode
        assert b"what is to be verified" in done.stderr
    with (root / "list").open("rb") as stdin:
        assert 2 == checksig("verify", "-", "--report=csv:list", cwd=root, stdin=stdin).returncode
    assert before == {path.name: path.read_bytes() for path in root.iterdir() if path.is_file()}


@linux
@pytest.mark.parametrize("name", ["junit:x", "C:x.xml", os.fsdecode(b"\xff.xml"), "new\nline.xml", "-.xml", " .xml"])
def test_a_report_can_have_any_name(name: str, logs: Path, tmp_path: Path) -> None:
    """A name that begins like a format has the format before it."""
    done = checksig("verify", "--report", f"junit:{name}" if ":" in name else name, str(logs), cwd=tmp_path)
    assert 1 == done.returncode, done.stderr
    assert [os.fsencode(name)] == os.listdir(os.fsencode(tmp_path))
    assert b"<?xml" == (tmp_path / name).read_bytes()[:5]


@posix
def test_a_report_that_cannot_be_removed_is_a_usage_error(logs: Path, tmp_path: Path) -> None:
    """As in a directory with the sticky bit, where others have files."""
    if os.getuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("needs root and setpriv to have files of another user")
    place, nobody = tmp_path / "sticky", 65534
    place.mkdir()
    (place / "r.csv").write_text(OLD)
    place.chmod(0o1777)
    for path in (place, place / "r.csv"):
        os.chown(path, nobody, nobody)
    command = ["setpriv", "--bounding-set=-fowner,-dac_override", *COMMAND]
    done = finish([*command, "verify", "--report", str(place / "r.csv"), str(logs)])
    assert 2 == done.returncode
    assert b"can't write the report" in done.stderr
    assert b"internal error" not in done.stderr
    assert OLD == (place / "r.csv").read_text()


@linux
@pytest.mark.parametrize("format_", FORMATS)
def test_a_full_standard_output_ends_the_run_without_a_report(format_: str, logs: Path, tmp_path: Path) -> None:
    """In any format."""
    report = tmp_path / "r.xml"
    with Path("/dev/full").open("wb") as full:
        done = checksig("verify", "--format", format_, "--report", str(report), cwd=logs, stdout=full)
    assert 2 == done.returncode
    assert b"can't write the output" in done.stderr
    assert [] == list(tmp_path.iterdir())


@posix
@pytest.mark.parametrize("format_", FORMATS)
def test_a_closed_pipe_ends_the_run_without_a_report(format_: str, logs: Path, tmp_path: Path) -> None:
    """In any format."""
    reader, writer = os.pipe()
    os.close(reader)
    arguments = ["--format", format_, "--report", str(tmp_path / "r.xml")]
    done = checksig("verify", *arguments, cwd=logs, stdout=writer)
    os.close(writer)
    assert 141 == done.returncode
    assert b"Traceback" not in done.stderr
    assert [] == list(tmp_path.iterdir())


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


@pytest.mark.parametrize("option", ["--format=html", "--report=r.html", "--report=html:r.csv"])
def test_html_without_its_extra_says_what_to_install(option: str, tmp_path: Path) -> None:
    """Before any file is looked at, and an earlier report stays."""
    (tmp_path / "jinja2.py").write_text("raise ImportError('none here')")
    for name in ("r.html", "r.csv"):
        (tmp_path / name).write_text(OLD)
    done = checksig("verify", option, "nowhere", cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert (2, b"") == (done.returncode, done.stdout)
    assert [
        f"{ERROR}a report in HTML needs an extra of checksig: jinja2 can't be imported (none here)",
        "checksig: hint: pip install 'checksig[report]'",
    ] == lines(done.stderr)
    assert (OLD, OLD) == ((tmp_path / "r.html").read_text(), (tmp_path / "r.csv").read_text())


def test_formats_that_contradict_each_other_are_a_usage_error(logs: Path) -> None:
    """--json is one of them."""
    assert 2 == checksig("verify", "--json", "--format", "csv", cwd=logs).returncode
    assert 1 == checksig("verify", "--json", "--format", "json", cwd=logs).returncode
    assert 2 == checksig("verify", "--format", "xml", cwd=logs).returncode


def test_the_last_of_several_formats_counts(logs: Path) -> None:
    """As with other options that have one value; a script's default can be overridden."""
    done = checksig("verify", "--format", "junit", "--format", "csv", cwd=logs)
    assert [{"httpd-08.log"}] == [{row["path"] for row in rows(done.stdout)}]


def test_quiet_changes_no_report(logs: Path, tmp_path: Path) -> None:
    """Nor what other formats print."""
    for format_ in FORMATS:
        loud, quiet = tmp_path / "loud", tmp_path / "quiet"
        printed = [
            checksig("verify", *options, "--report", f"{format_}:{path}", "--format", format_, cwd=logs).stdout
            for path, options in ((loud, []), (quiet, ["--quiet"]))
        ]
        assert without_times(loud.read_bytes()) == without_times(quiet.read_bytes())
        if format_ != "text":
            assert without_times(printed[0]) == without_times(printed[1])
