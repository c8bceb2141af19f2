"""An exit status other than 0 always comes with a line that says why, whatever the outcome and the style."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import json
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import checksig as package
from checksig import FileResult, Progress, Report, Status, WarningText, _words
from checksig._cli._create import creation
from checksig._cli._operands import Group
from checksig._cli._run import Style, Verification
from checksig._job import Tally
from command import COMMAND, checksig, finish
from conftest import gnu_line
from html_page import Page
from report_formats import FORMATS
from transcript import lay

CREATE_STYLES = {"text": [], "quiet": ["--quiet"], "json": ["--json"]}
STYLES = CREATE_STYLES | {name: [f"--format={name}"] for name in FORMATS if name not in CREATE_STYLES}

FAILS = ("FAILED", "error: ")
"""One of these is in a line that says why, and in no line of a run that is good."""

GOOD = ("+ a=hello", "+ list.sha256: a")
NOTHING_THERE = ("+ list.sha256=", "| {sha256 hello}  b")

VERIFY = {
    "good": (0, GOOD),
    "mismatch": (1, (*GOOD, "+ a=other")),
    "missing beside good": (1, (*GOOD, "| {sha256 hello}  b")),
    "nothing there": (1, NOTHING_THERE),
    "nothing there and a malformed line": (1, (*NOTHING_THERE, "| what")),
    "malformed line": (1, (*GOOD, "| what")),
    "empty list beside a good one": (1, (*GOOD, "+ none.sha256=")),
    "malformed list beside a good one": (1, (*GOOD, "+ none.sha256=", "| {wrong sha256}x  a")),
    "what is no list beside a good one": (0, (*GOOD, "+ none.sha256=", "| what")),
    "unsupported algorithm": (1, (*GOOD, "+ CHECKSUMS=", "| SM3 (a) = {sha256 hello}")),
    "empty list beside one of nothing there": (1, (*NOTHING_THERE, "+ none.sha256=")),
    "empty list": (2, ("+ list.sha256=",)),
    "malformed list": (2, ("+ list.sha256=", "| what")),
    "no list": (2, ("+ a=hello",)),
    "extra file": (0, (*GOOD, "+ b=hello")),
    "directory": (1, ("+ d/", "+ list.sha256=", "| {sha256 hello}  d")),
    "outside": (1, ("+ list.sha256=", "| {sha256 hello}  ../x")),
    "weak": (0, ("+ a=hello", "+ list.md5: a")),
    "foreign list": (2, ("+ a=hello", "+ SM3SUMS=", "| {sha256 hello}  a")),
    "foreign section": (2, ("+ a=hello", "+ list.sha512=", "| # WHIRLPOOL HASH", "| {sha512 hello}  a")),
    "page": (2, ("+ a=hello", "+ list.sha256=<!doctype html>")),
    "signed list": (1, ("+ a=hello", "+ list.sha256=-----BEGIN PGP SIGNED MESSAGE-----\\n", "| {sha256 hello}  a")),
    "wide text": (2, (r"+ list.sha256=\xff\xfea\0",)),
}
"""For each scenario the exit status without options, and what is laid."""

SUMMARIES = [
    ("good", [], "OK: 1 file verified"),
    ("mismatch", [], "FAILED: 1 of 1 file: 1 mismatch"),
    ("missing beside good", [], "FAILED: 1 of 2 files: 1 missing"),
    ("missing beside good", ["--ignore-missing"], "OK: 1 file verified; 1 missing file ignored"),
    ("mismatch and missing", ["--ignore-missing"], "FAILED: 1 of 1 file: 1 mismatch; 1 missing file ignored"),
    ("nothing there", [], "FAILED: 1 of 1 file: 1 missing"),
    ("nothing there", ["--ignore-missing"], "FAILED: no file was verified; 1 missing file ignored"),
    ("malformed line", [], "FAILED: 1 malformed line; 1 file verified"),
    ("malformed line", ["--no-strict"], "OK: 1 file verified; 1 malformed line ignored"),
    ("empty list beside a good one", [], "FAILED: 1 list without entries; 1 file verified"),
    ("empty list beside a good one", ["--no-strict"], "OK: 1 file verified; 1 list without entries ignored"),
    ("extra file", ["--extra"], "FAILED: 1 extra file; 1 file verified"),
    ("three lists over two files", [], "FAILED: 1 of 2 files (2 of 5 entries): 2 mismatch"),
    ("three lists over one file", [], "OK: 1 file verified (3 entries)"),
    ("one list twice over one file", [], "OK: 1 file verified (2 entries)"),
    ("three lists over two files", ["--fail-fast", "--jobs=1"], "FAILED: "),
]
"""The last line, and with which options. docs/command-line.md describes it."""

VERIFY |= {
    "mismatch and missing": (1, (*GOOD, "| {sha256 hello}  b", "+ a=other")),
    "three lists over two files": (
        1,
        (
            "+ a=hello",
            "+ b=other",
            "+ 1.sha256: a",
            "| {sha256 hello}  b",
            "+ 2.sha256: a",
            "| {sha256 hello}  b",
            "+ 3.sha256: a",
        ),
    ),
    "three lists over one file": (0, ("+ a=hello", "+ 1.sha256: a", "+ 2.md5: a", "+ 3.sha1: a")),
    "one list twice over one file": (0, ("+ a=hello", "+ 1.sha256: a", "| {sha256 hello}  ./a")),
}

OPTIONS = [[], ["--no-strict"], ["--ignore-missing"], ["--extra"], ["--no-strict", "--ignore-missing", "--extra"]]


Done = subprocess.CompletedProcess[bytes]


def run_all(arguments: Sequence[str], directory: Path) -> dict[str, Done]:
    styles = STYLES if arguments[0] != "create" else CREATE_STYLES
    return {name: checksig(*arguments, *style, cwd=directory) for name, style in styles.items()}


def assert_each_says_why(done: dict[str, Done]) -> None:
    status = done["text"].returncode
    assert dict.fromkeys(done, status) == {name: one.returncode for name, one in done.items()}
    if status == 0:
        assert b"" == done["quiet"].stdout + done["quiet"].stderr
    for style, one in done.items():
        if style in {"text", "quiet"} or one.stdout:
            assert_says_why(style, one)
        else:  # a command line that makes no sense
            assert 2 == status
            assert b"error: " in one.stderr
    if done["json"].stdout:
        assert b"" == done["json"].stderr


def assert_says_why(style: str, done: Done) -> None:
    """Whoever reads nothing but what the style prints for its readers knows that the run failed."""
    printed = done.stdout.decode()
    if style in {"text", "quiet"}:
        assert_text_says_why(done.returncode, printed + done.stderr.decode())
    elif style == "json":
        assert_json_says_why(done.returncode, printed)
    elif style == "csv":
        rows = list(csv.DictReader(io.StringIO(printed, newline="")))
        assert (done.returncode != 0) == ("true" in [row["fails"] for row in rows]), printed
        assert (done.returncode == 2) == ("error" in [row["status"] for row in rows]), printed
    elif style == "junit":
        failed, errors = (int(ET.fromstring(printed).attrib[name]) for name in ("failures", "errors"))
        assert (done.returncode != 0) == bool(failed or errors), printed
        assert (done.returncode == 2) == bool(errors), printed
    elif style == "html":
        page = Page(done.stdout)
        assert (done.returncode != 0) == (page.verdict != "OK"), printed
        assert (done.returncode == 2) == ("Errors" in page.headings), printed
    else:
        assert (done.returncode != 0) == ("::error " in printed), printed


def assert_text_says_why(status: int, printed: str) -> None:
    said = [line for line in printed.splitlines() if any(word in line for word in FAILS)]
    malformed = [line for line in printed.splitlines() if "MALFORMED" in line]  # --no-strict forgives it
    if status == 0:
        assert [] == said, printed
    else:
        assert said or malformed, printed


def assert_json_says_why(status: int, printed: str) -> None:
    objects: list[dict[str, Any]] = [json.loads(line) for line in printed.splitlines()]
    summary = objects[-1]
    failing = [o for o in objects if o["type"] == "error" or o.get("fails")]
    assert ("summary", status, status == 0) == (summary["type"], summary["exit_status"], summary["ok"])
    assert (status != 0) == bool(failing or summary["reason"]), printed


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: " ".join(options) or "no option")
@pytest.mark.parametrize("scenario", VERIFY)
def test_a_failed_verify_says_why(scenario: str, options: list[str], tmp_path: Path) -> None:
    """In every format, with --quiet, and whatever is forgiven; if all is good, --quiet says nothing."""
    status, laid = VERIFY[scenario]
    lay(laid, tmp_path)
    done = run_all(["verify", *options], tmp_path)
    assert status == done["text"].returncode or options
    assert_each_says_why(done)


@pytest.mark.parametrize(("scenario", "options", "summary"), SUMMARIES, ids=lambda value: str(value)[:40])
def test_the_last_line_says_first_how_it_went(scenario: str, options: list[str], summary: str, tmp_path: Path) -> None:
    """Files are counted by name, and entries too if those are more."""
    lay(VERIFY[scenario][1], tmp_path)
    done = checksig("verify", *options, cwd=tmp_path)
    last = done.stderr.decode().splitlines()[-1 - done.stderr.count(b"hint:")]
    assert last.startswith(f"checksig: {summary}")
    assert last.startswith("checksig: OK: ") == (done.returncode == 0)
    assert "--fail-fast" in options or last == f"checksig: {summary}"


@pytest.mark.parametrize(
    ("first", "second"), list(itertools.combinations(["good", "mismatch", "nothing there", "empty list", "no list"], 2))
)
def test_a_failed_verify_of_several_roots_says_why(first: str, second: str, tmp_path: Path) -> None:
    """A root in which nothing was verified is not hidden by one that is good."""
    for name, scenario in (("one", first), ("two", second)):
        (tmp_path / name).mkdir()
        lay(VERIFY[scenario][1], tmp_path / name)
    done = run_all(["verify", "--ignore-missing", "one", "two"], tmp_path)
    assert done["text"].returncode in {1, 2}
    assert_each_says_why(done)


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify", "--timeout", "0"],
        ["verify", "nowhere"],
        ["verify", "--root", "nowhere", "list.sha256"],
        ["verify", "--root", "", "list.sha256"],
        ["verify", "--root", ".", "."],
        ["verify", "--algorithm", "sm3"],
        ["verify", "--jobs", "0"],
        ["verify", "--no-such-option"],
        ["verify", "b"],
        ["verify", "--only", "b"],
        ["verify", "--only", "["],
        ["verify", "--recursive", "d"],
        ["verify", "-"],
        ["create", "--output", "list.sha256"],
        ["create", "--output", "d"],
        ["create", "--output", "nowhere/list"],
        ["create", "--algorithm", "sm3"],
        ["create", "--output", "x.md5", "--algorithm", "sha1"],
        ["create", "--output", "x.sm3"],
        ["create", "--output", "-", "d"],
        ["create", "--output", "-", "--json"],
        ["create", "--output", ""],
        ["create", "--jobs", "0"],
        ["create", "--root", "d", "d"],
        ["create", "d"],
        ["create", "nowhere"],
        ["neither"],
    ],
    ids=" ".join,
)
def test_a_command_that_gives_no_verdict_says_why(arguments: list[str], tmp_path: Path) -> None:
    """Each way to end with status 2 has its line."""
    lay([*GOOD, "+ d/"], tmp_path)
    done = run_all(arguments, tmp_path)
    assert 2 == done["text"].returncode
    assert_each_says_why(done)


def test_a_create_that_fails_says_why(tmp_path: Path, without_rights: list[str]) -> None:
    """A file that can't be read ends it with status 1, and each style names it."""
    lay(["+ a=hello"], tmp_path)
    (tmp_path / "a").chmod(0)
    command = [*without_rights, *COMMAND, "create"]
    done = {name: finish([*command, *style], cwd=tmp_path) for name, style in CREATE_STYLES.items()}
    assert 1 == done["text"].returncode
    assert_each_says_why(done)


class FakeJob:
    """A job that yields verdicts, and ends with a report or an error."""

    def __init__(self, results: list[FileResult], end: Report | Exception) -> None:
        self._results = results
        self._end = end

    def __enter__(self) -> FakeJob:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def counting(self) -> FakeJob:
        """Be the start of the job too."""
        return self

    lists = 1
    signers = ()
    warnings = ()
    progress = Progress(0, 0, 0, 0)

    def batches(self) -> Iterator[list[FileResult]]:
        yield self._results

    def tally(self) -> Tally:
        return Tally(0, 0, ())

    def report(self) -> Report:
        if isinstance(self._end, Exception):
            raise self._end
        return self._end


def report(results: list[FileResult], counts: dict[Status, int], warnings: list[WarningText], *, ok: bool) -> Report:
    return Report(
        root=".",
        ok=ok,
        counts={status: counts.get(status, 0) for status in Status},
        results=tuple(results),
        failures=(),
        files=sum(counts.values()),
        bytes=0,
        elapsed=0.1,
        warnings=tuple(warnings),
    )


RESULTS = st.lists(
    st.builds(
        FileResult,
        path=st.text(max_size=3),
        manifest=st.sampled_from(["list", None]),
        line=st.sampled_from([1, None]),
        detail=st.sampled_from(["", "why"]),
    ),
    max_size=3,
)
ERRORS: st.SearchStrategy[Exception] = st.sampled_from(
    [
        package.ManifestError("list", 0, "why"),
        package.ManifestError("list", 3, "why", "no_list"),
        package.EngineError("library", "why"),
        package.JobTimeout("late"),
    ]
)
REPORTS = st.builds(
    report,
    RESULTS,
    st.dictionaries(st.sampled_from(Status), st.integers(0, 2)),
    st.lists(st.builds(WarningText, st.just("why"), st.sampled_from(_words.WARNINGS)), max_size=2),
    ok=st.booleans(),
)
JOBS = st.lists(st.builds(FakeJob, RESULTS, ERRORS | REPORTS), min_size=1, max_size=3)


def printed_by(style: str, action: Any) -> Done:
    """Run *action* in a style. Returns what a process would."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="", write_through=True) for _ in range(2)]
    with contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
        status = action(Style(style if style in FORMATS else "text", quiet=style == "quiet", progress=False))
    out, err = (stream.detach().getvalue() for stream in streams)
    return subprocess.CompletedProcess([], status, out, err)


@settings(deadline=None)  # the first page takes long: its template is compiled
@pytest.mark.parametrize("style", STYLES)
@given(jobs=JOBS)
def test_whatever_jobs_report_a_failed_verify_says_why(style: str, jobs: list[FakeJob]) -> None:
    """Even if verdicts, counts and the report's word contradict each other."""
    waiting = iter(jobs)

    def start(*_: object, **__: object) -> Any:
        return next(waiting)

    todo = [Group(f"root{i}", None, []) for i in range(len(jobs))]
    assert_says_why(style, printed_by(style, lambda how: Verification(todo, how, start, timeout=1.0).run()))


def test_the_timeout_is_for_all_roots_together() -> None:
    """The second gets what the first has left of it."""
    given_ = []

    def start(*_: object, timeout: float, **__: object) -> Any:
        given_.append(timeout)
        time.sleep(0.1)
        return FakeJob([], report([], {Status.OK: 1}, [], ok=True))

    todo = [Group("one", None, []), Group("two", None, [])]
    printed_by("text", lambda how: Verification(todo, how, start, timeout=60.0).run())
    first, second = given_
    assert 60 >= first >= second + 0.1


def test_a_job_that_is_cut_short_counts_what_it_found(big: Path) -> None:
    """Its files are not known to the end, so its verdicts are counted."""
    for name, number in (("gone", 160), ("other", 16)):
        lines = b"".join(gnu_line(f"{name}{i}", b"1") for i in range(number))
        (big / "SHA256SUMS").write_bytes(lines + (big / "SHA256SUMS").read_bytes())
    for i in range(16):
        (big / f"other{i}").write_bytes(b"2")
    text, json_ = (checksig("verify", "--timeout=1", *style, cwd=big) for style in ([], ["--json"]))
    assert b"FAILED: 176 entries: 16 mismatch, 160 missing; no verdict on 1 root" in text.stderr
    counts = json.loads(json_.stdout.splitlines()[-1])["counts"]
    assert (16, 160) == (counts["mismatch"], counts["missing"])


@pytest.mark.parametrize("error", [package.JobTimeout("late"), package.EngineError("library", "why")], ids=type)
def test_roots_that_were_never_begun_have_no_verdict(error: Exception) -> None:
    """They are counted with the root that ended the run."""
    good = report([], {Status.OK: 1}, [], ok=True)
    no_list = package.ManifestError("list", 0, "why", "no_list")

    def run(how: Style) -> int:
        waiting = iter([FakeJob([], end) for end in (good, no_list, error)])
        todo = [Group(f"root{i}", None, []) for i in range(5)]
        return Verification(todo, how, lambda *_, **__: next(waiting), timeout=1.0).run()

    assert "no verdict on 4 roots" in printed_by("text", run).stderr.decode()
    assert 4 == json.loads(printed_by("json", run).stdout.splitlines()[-1])["errors"]


@pytest.mark.parametrize("style", CREATE_STYLES)
@given(results=RESULTS, ok=st.booleans())
def test_whatever_a_job_reports_a_failed_create_says_why(style: str, results: list[FileResult], ok: bool) -> None:  # noqa: FBT001 - hypothesis calls it so
    """Even if the report names no failing file."""
    end = report(results, {}, [], ok=ok)
    job = FakeJob([], end)
    job.outputs, job.algorithms = lambda: ["list"], lambda: ["sha256"]  # type: ignore[attr-defined]
    job.replaced = list  # type: ignore[attr-defined]
    with pytest.MonkeyPatch.context() as patch:
        start = SimpleNamespace(creating=lambda: job, request={})
        patch.setattr("checksig._api.creation", lambda *_, **__: start)
        done = printed_by(style, lambda how: creation(json=not how.is_text, quiet=how.quiet))
    assert (0 if ok else 1) == done.returncode
    assert_says_why(style, done)
