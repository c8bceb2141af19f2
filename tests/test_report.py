"""Reports and results as their users hold them: in conditions, in JSON, in notebooks and tracebacks."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

import checksig
from checksig import Status
from checksig._text import amount
from command import checksig as command
from command import finish, lines, objects
from conftest import Tree


def test_a_status_is_its_value() -> None:
    """Compared, hashed, printed and formatted, and as a key."""
    found: str = Status.MISMATCH
    assert "mismatch" == found
    assert Status("mismatch") is found
    assert {"mismatch": 1} == {Status.MISMATCH: 1}
    assert "mismatch mismatch mismatch   " == f"{Status.MISMATCH} {Status.MISMATCH!s} {Status.MISMATCH:<11}"
    assert "outside root" == Status.OUTSIDE_ROOT.phrase


def test_counts_are_found_by_the_words_too(logs: Path) -> None:
    """A status and its value are one key."""
    report = checksig.verify(logs)
    assert 1 == report.counts["mismatch"] == report.counts[Status.MISMATCH]  # type: ignore[index]


def test_a_result_as_a_dictionary_is_that_of_the_json_output(logs: Path) -> None:
    """But for what tells lines and roots apart there."""
    report = checksig.verify(logs)
    (printed, *_) = objects(command("verify", "--json", str(logs)).stdout)
    own = {key: value for key, value in printed.items() if key not in {"schema", "type", "root"}}
    assert own == report.results[0].as_dict() == json.loads(json.dumps(report.results[0].as_dict()))


def test_a_report_as_a_dictionary_is_json(logs: Path) -> None:
    """It has every field but the failures, which are among the results."""
    report = checksig.verify(logs, keep="all")
    whole = report.as_dict()
    assert whole == json.loads(json.dumps(whole))
    assert {*checksig.Report.__annotations__} - {"failures"} == set(whole)
    assert {"code": "weak_digest", "message": str(report.warnings[0])} == whole["warnings"][0]
    assert [r["path"] for r in whole["results"] if r["fails"]] == [r.path for r in report.failures]


def test_a_report_iterates_its_results(logs: Path) -> None:
    """Also where it is false."""
    report = checksig.verify(logs, keep="all")
    assert report.results == tuple(report)
    assert 10 == len(report)
    assert not report


def many(tree: Tree) -> checksig.Report:
    return checksig.verify(tree({"a": b"12"}, changed={f"<{i}>": b"" for i in range(2000)}))


def test_a_report_is_shown_in_a_line(tree: Tree) -> None:
    """However many files there are."""
    assert re.fullmatch(r"<Report FAILED: 1 ok, 2,000 mismatch; 2 B in \d\S* s>", repr(many(tree)))


def test_a_notebook_shows_the_first_failures(tree: Tree) -> None:
    """Twenty of them, with names as text."""
    html = many(tree)._repr_html_()
    assert 20 == html.count("<tr><td>mismatch</td><td>&lt;")
    assert html.endswith("<p>and 1,980 more</p>")


def test_a_notebook_shows_a_good_report(tree: Tree) -> None:
    """Without a table where there is nothing to see."""
    assert "<table>" not in checksig.verify(tree({"a": b""}))._repr_html_()


@pytest.mark.parametrize(("failing", "last"), [(100, '99" - mismatch'), (101, "and 1 more"), (1200, "and 1,100 more")])
def test_the_text_of_an_error_ends_after_a_hundred_lines(failing: int, last: str, tree: Tree) -> None:
    """And says how many more there are."""
    root = tree({}, changed={f"{i}": b"" for i in range(failing)})
    with pytest.raises(checksig.VerificationError) as raised:
        checksig.check_signatures(root)
    lines = str(raised.value).splitlines()
    assert min(failing, 100) + (failing > 100) == len(lines)
    assert lines[-1].endswith(last)
    assert failing == len(raised.value.report.failures)


def test_a_job_says_how_far_it_is(logs: Path) -> None:
    """While it runs, and when it has ended."""
    with checksig.iter_verify(logs) as job:
        assert re.fullmatch(r"<Job running, \d+/\d+ files, [\d.]+ k?B>", repr(job))
        list(job)
        assert "<Job ended, 10/10 files, 35.1 kB>" == repr(job)


@pytest.mark.parametrize(
    ("size", "said"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB"), (10**18, "1000.0 PB")],
)
def test_amounts_are_for_people(size: int, said: str) -> None:
    """With one digit behind the point, and never a thousand of a unit that has a larger one."""
    assert said == amount(size)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="pandas is tried with the newest Python only")
def test_pandas_takes_results_as_rows(logs: Path) -> None:
    """In two lines, with statuses that compare with words."""
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(checksig.verify(logs, keep="all"))
    assert ["httpd-08.log"] == list(frame[frame.status == "mismatch"].path)


@pytest.mark.parametrize(
    ("kind", "own", "fields"),
    [
        (checksig.FileResult, "One verdict.", {"size": "The size of the file in bytes;", "path": "The name as in the"}),
        (checksig.Progress, "How far a job has come.", {"files": "Files done.", "total_bytes": "Bytes to read, by"}),
        (checksig.Report, "The result of", {"root": "The directory", "elapsed": "The duration of the job"}),
        (checksig.Entry, "A file and its expected content", {"size": "The size in bytes;"}),
        (checksig.WarningText, "A warning that does not fail", {"code": "A stable name of what it is"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_help_explains_each_field(kind: type, own: str, fields: dict[str, str]) -> None:
    """In a process that has not asked before, with the words that are below the field in the source."""
    code = f"import checksig, pydoc; print(pydoc.plain(pydoc.render_doc(checksig.{kind.__name__})))"
    done = finish([sys.executable, "-c", code])
    text = "\n".join(line[4:] for line in lines(done.stdout))
    assert own in text
    described = text.partition("Data descriptors defined here:\n")[2]
    explained = dict(re.findall(r"^(\w+)\n {4}(\S.*)", described, re.MULTILINE))
    assert set(kind.__annotations__) <= set(explained)
    assert "Alias for" not in text
    for name, words in fields.items():
        assert explained[name].startswith(words)


def test_help_explains_each_status() -> None:
    """In the order of the members."""
    assert [status.name for status in Status] == re.findall(r"^ *- (\w+): \w", str(Status.__doc__), re.MULTILINE)
