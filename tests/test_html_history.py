"""The page of an archive: what it says of the state and of the history, and where it is written."""

from __future__ import annotations

import os
import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("jinja2", reason="needs jinja2: nox -s readers")

from checksig import Status
from checksig._cli._dispatch import run
from checksig._cli._html._charts import LEAST_HEIGHT, Over
from checksig._cli._html._history import MOST_RUNS, history_page, open_after
from checksig._cli._html._rows import MOST_ROWS
from checksig.track import Archive
from checksig.track._exclusive import exclusive
from command import checksig, finish
from conftest import linux
from html_page import NAMES, SHOWN, Page, text

DAY = 86400


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An archive of three files, whose database is beside them."""
    for name in ("a", "b", "c"):
        write(tmp_path / "root" / name, name)
    made = Archive(tmp_path / "root", tmp_path / "x.sqlite")
    made.init()
    return made


def write(path: Path, content: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)


def rot(path: Path) -> None:
    """Change what a file has, and neither its size nor its time."""
    before = path.stat()
    path.write_text("X" * before.st_size)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def page(archive: Archive) -> Page:
    return Page(history_page(archive, archive.overview()))


def change(archive: Archive, statement: str, *values: object) -> None:
    """Change the database, as no run would."""
    with closing(sqlite3.connect(archive.database)) as connection, connection:
        connection.execute(statement, values)


def history(archive: Archive, *arguments: str) -> int:
    return run(["track", "history", "--database", str(archive.database), str(archive.root), *arguments])


def test_the_page_says_what_is_recorded(archive: Archive) -> None:
    """A verdict, the place, and how much there is; what was only recorded has never been verified."""
    shown = page(archive)
    assert ("OK", "3 files as recorded") == (shown.verdict, shown.summary)
    assert [os.path.abspath(archive.root)] == shown.facts["Root"]
    assert [str(archive.database)] == shown.facts["Database"]
    assert ["3 files, 3 B"] == shown.facts["Recorded"]
    assert [["not since they were recorded", "3", "100 %"]] == shown.rows("Last verified")
    assert ["Last verified", "Over time", "Runs"] == shown.headings
    assert "Last verification" not in shown.facts


def test_what_rots_is_named_until_it_is_accepted(archive: Archive) -> None:
    """In the table of the state, in that of events, and as a line over time, which then goes down again."""
    archive.verify()
    rot(archive.root / "b")
    archive.verify()
    shown = page(archive)
    assert ("FAILED", "1 difference: 1 rotten") == (shown.verdict, shown.summary)
    ((name, verdict, number, _),) = shown.rows("Not as recorded")
    assert ("b", "rotten", "3") == (name.partition("recorded")[0], verdict, number)
    assert re.search("recorded SHA-256 [0-9a-f]{64}found SHA-256 [0-9a-f]{64}$", name)
    assert [["b", "rotten", "3"]] == [row[:3] for row in shown.rows("Events")]
    assert ["rotten", "1", "1"] == line(shown, "rotten")
    assert ["verified", "3", "2"] == line(shown, "verified")
    archive.accept(["b"])
    after = page(archive)
    assert ("OK", "3 files as recorded") == (after.verdict, after.summary)
    assert [["b", "rotten, accepted", "4"], ["b", "rotten", "3"]] == [row[:3] for row in after.rows("Events")]
    assert ["rotten", "1", "0"] == line(after, "rotten")
    assert [["in the last 30 days", "2"], ["not since they were recorded", "1"]] == [
        row[:2] for row in after.rows("Last verified")
    ]


def line(shown: Page, words: str) -> list[str]:
    (found,) = (row for row in shown.rows("Over time") if row[0] == words)
    return found[:3]


def test_what_is_found_has_its_line(archive: Archive) -> None:
    """Also what has moved, once there was such a thing; there is a line for what never was, too."""
    assert ["verified", "rotten", "modified", "missing"] == [row[0] for row in page(archive).rows("Over time")]
    (archive.root / "a").rename(archive.root / "d")
    (archive.root / "b").unlink()
    write(archive.root / "c", "changed")
    archive.scan()
    shown = page(archive)
    assert "3 differences: 1 moved, 1 missing, 1 modified" == shown.summary
    assert {"moved", "missing", "modified"} == {row[0] for row in shown.rows("Over time") if row[2] == "1"}
    assert "amoved to d" in [row[0].partition("recorded")[0] for row in shown.rows("Not as recorded")]
    assert "amoved to d" in [row[0] for row in shown.rows("Events")]


def test_runs_are_shown_the_latest_first(archive: Archive) -> None:
    """With their kind and outcome, and what they found."""
    (archive.root / "a").unlink()
    archive.scan()
    newest, oldest = page(archive).rows("Runs")
    assert ["2", "scan: differs3 files: 1 missing", "0 B"] == [newest[0], *newest[2:]]
    assert ["1", "init: ok3 files", "3 B"] == [oldest[0], *oldest[2:]]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "in the last 30 days"),
        (29, "in the last 30 days"),
        (31, "31 to 90 days ago"),
        (91, "91 to 365 days ago"),
        (366, "longer ago"),
        (-40, "in the last 30 days"),
    ],
)
def test_files_are_counted_by_when_they_were_verified(days: int, words: str, archive: Archive) -> None:
    """By the time of the run; a clock that has run backwards since is no error."""
    archive.verify()
    change(archive, "UPDATE runs SET started = started - ? WHERE id = 2", days * DAY)
    assert [[words, "3", "100 %"]] == page(archive).rows("Last verified")


def test_a_budget_shows_in_what_was_verified_when(archive: Archive) -> None:
    """Each file is counted once, by the last run that read it."""
    archive.verify()
    change(archive, "UPDATE runs SET started = started - ?", 100 * DAY)
    archive.verify(max_bytes=1)
    assert [["in the last 30 days", "1", "33.3 %"], ["91 to 365 days ago", "2", "66.7 %"]] == page(archive).rows(
        "Last verified"
    )


OUTCOMES = {
    "stopped": ("UPDATE runs SET outcome = 'stopped'", "run 1, init, was stopped"),
    "killed": ("UPDATE runs SET outcome = 'killed'", "run 1, init, was killed"),
    "left": ("UPDATE runs SET outcome = 'running', ended = NULL", "run 1, init, was killed"),
    "nothing recorded": ("DELETE FROM files", "no file is recorded"),
}


@pytest.mark.parametrize(("statement", "summary"), OUTCOMES.values(), ids=OUTCOMES)
def test_it_is_only_ok_after_a_whole_run(statement: str, summary: str, archive: Archive) -> None:
    """Otherwise there is no verdict, and the page says why."""
    change(archive, statement)
    shown = page(archive)
    assert ("No verdict", summary) == (shown.verdict, shown.summary)


def test_a_run_that_goes_on_has_no_verdict_yet(archive: Archive) -> None:
    """Its lock says so."""
    change(archive, "UPDATE runs SET outcome = 'running', ended = NULL")
    with exclusive(str(archive.database)):
        shown = page(archive)
    assert ("No verdict", "run 1, init, has not ended") == (shown.verdict, shown.summary)


def test_a_database_without_a_run_has_a_page(archive: Archive) -> None:
    """As one that was left before its first run began."""
    change(archive, "DELETE FROM files")
    change(archive, "DELETE FROM runs")
    assert ("No verdict", []) == (page(archive).verdict, page(archive).rows("Runs"))


def test_long_histories_are_cut(archive: Archive) -> None:
    """The latest runs and events are shown, and how many more there are."""
    number = MOST_ROWS + 7
    change(
        archive,
        """
        WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i <= ?)
        INSERT INTO runs (id, kind, started, ended, outcome) SELECT i, 'scan', i * 60, i * 60, 'ok' FROM n
        """,
        number,
    )
    change(
        archive,
        """
        INSERT INTO events (run, name, verdict, detail)
        SELECT id, CAST(id AS BLOB), 'added', '' FROM runs WHERE id > 1
        """,
    )
    data = history_page(archive, archive.overview())
    shown = Page(data)
    assert len(data) < 1_500_000
    assert 5000 == len(shown.rows("Events"))
    assert str(number + 1) == shown.rows("Events")[0][0]
    assert "The latest 5,000 of 5,007, the latest first" == caption(shown, "Events")
    assert MOST_RUNS == 1000 == len(shown.rows("Runs"))
    assert "The latest 1,000 of 5,008, the latest first" == caption(shown, "Runs")


def caption(shown: Page, heading: str) -> str:
    return text(shown.section(heading).find(".//caption"))


@linux
def test_a_name_is_only_text(tmp_path: Path) -> None:
    """In the state and in the events: it adds no element that an innocent one would not have."""
    for name in NAMES.values():
        (tmp_path / "root" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "root" / name).write_text("1")
    archive = Archive(tmp_path / "root", tmp_path / "x.sqlite")
    archive.init()
    for name in NAMES.values():
        (tmp_path / "root" / name).write_text("22")
    archive.scan()
    shown = page(archive)
    for heading in ("Not as recorded", "Events"):
        names = {row[0].partition("recorded SHA")[0].strip() for row in shown.rows(heading)}
        assert {SHOWN.get(which, name).strip() for which, name in NAMES.items()} == names
    assert 1 == len(list(shown.root.iter("script")))
    assert [] == list(shown.root.iter("img"))


@linux
def test_elements_of_a_new_name_keep_their_places(archive: Archive) -> None:
    """Letters written from right to left move nothing beyond the next slash there either."""
    (archive.root / "שלום").mkdir()
    (archive.root / "a").rename(archive.root / "שלום" / "1.txt")
    archive.scan()
    (detail,) = page(archive).section("Events").findall(".//tbody/tr/th/small")
    assert ["moved to שלום", "1.txt"] == [element.text for element in detail.iter("bdi")]


def test_the_page_can_be_read_aloud(archive: Archive) -> None:
    """Tables have captions and heads with a scope, and a line over time says what it is."""
    archive.verify()
    (archive.root / "a").unlink()
    archive.scan()
    shown = page(archive)
    assert all(table.findtext("caption") for table in shown.root.iter("table"))
    assert all(head.get("scope") for head in shown.root.iter("th"))
    labels = [svg.findtext("title") for svg in shown.root.iter("svg")]
    assert [
        "in the last 30 days 100 %",
        "verified: at most 3, at last 3",
        "rotten: at most 0, at last 0",
        "modified: at most 0, at last 0",
        "missing: at most 1, at last 1",
    ] == labels


def test_steps_go_up_and_down() -> None:
    """From the first time to the last; of numbers at one place the highest is seen, and what is not 0 is never flat."""
    over = Over(0, 1000)
    assert "M0 100H1000" == over.steps([], 0)
    assert "M0 100H100V0H500V50H1000" == over.steps([(0, 0), (100, 4), (500, 2)], 4)
    assert "M0 100H100V0H100V100H1000" == over.steps([(100, 0), (100.1, 4), (100.2, 0)], 4)
    assert f"M0 100H100V{100 - LEAST_HEIGHT}H1000" == over.steps([(100, 1)], 10**6)
    assert "M0 100H0V0H1000" == Over(5, 5).steps([(5, 1)], 1)


def test_strokes_stand_where_a_run_was() -> None:
    """And nowhere else, so that a gap is seen."""
    over = Over(0, 10)
    assert "" == over.strokes([], 0)
    assert "M0 100V0M1000 100V50" == over.strokes([(0, 2), (10, 1)], 2)


def test_a_difference_ends_with_the_next_event_of_its_file(archive: Archive) -> None:
    """Be it another verdict, that it was accepted, or that the file is as recorded again."""
    (archive.root / "a").unlink()
    archive.scan()
    write(archive.root / "a", "other")
    archive.scan()
    write(archive.root / "a", "a")
    archive.scan()
    found = open_after(archive.overview().history.events)
    assert {2: 1, 3: 0} == found[Status.MISSING]
    assert {3: 1, 4: 0} == found[Status.MODIFIED]
    assert {} == found[Status.ROTTEN]


def test_format_html_prints_the_page(archive: Archive) -> None:
    """And nothing else, as the process does it."""
    done = checksig("track", "history", "--database=x.sqlite", "--format=html", "root", cwd=archive.root.parent)
    assert (0, b"") == (done.returncode, done.stderr)
    assert "OK" == Page(done.stdout).verdict


def test_a_report_comes_beside_what_is_printed(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    """With --quiet, nothing is printed; the page of an earlier run is replaced."""
    path = archive.root.with_name("page.html")
    assert 0 == history(archive, "--report", str(path))
    assert capsys.readouterr().out.startswith("run 1  ")
    assert "OK" == Page(path.read_bytes()).verdict
    rot(archive.root / "a")
    archive.verify()
    assert 0 == history(archive, "--report", str(path), "--quiet")
    assert ("", "") == capsys.readouterr()
    assert "FAILED" == Page(path.read_bytes()).verdict


def test_json_can_come_beside_a_report(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    """By either name."""
    path = archive.root.with_name("page.html")
    for option in ("--json", "--format=json"):
        assert 0 == history(archive, option, "--report", str(path))
        assert capsys.readouterr().out.startswith('{"schema": 1, "type": "run"')
        assert path.exists()


def test_no_page_stays_where_there_is_no_verdict(archive: Archive) -> None:
    """That of an earlier run would look like the one of this run."""
    path = archive.root.with_name("page.html")
    assert 0 == history(archive, "--report", str(path))
    archive.database.write_text("no database, but a text of some length" * 100)
    assert 2 == history(archive, "--report", str(path))
    assert not path.exists()


REFUSED = {
    "a file is no archive": (["a", "--format=html"], "a page is about a whole archive"),
    "two formats": (["--json", "--format=html"], "--json and --format html can't be combined"),
    "another format": (["--report=page.csv"], "a history is reported in HTML alone, not as csv"),
    "no format": (["--report=page"], "says no format"),
    "beneath the root": (["--report=root/page.html"], "it would be a file of the archive"),
    "a link into the root": (["--report=link/page.html"], "it would be a file of the archive"),
    "the database": (["--report=html:x.sqlite"], "not a report"),
    "no directory": (["--report=none/page.html"], "no such file or directory"),
    "unknown": (["--format=csv"], "must be text, json or html"),
}


@pytest.mark.parametrize(("arguments", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_makes_no_page_is_a_usage_error(
    arguments: list[str],
    reason: str,
    archive: Archive,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It says what is wrong, and nothing is written or lost."""
    monkeypatch.chdir(archive.root.parent)
    if "link" in "".join(arguments):
        try:
            os.symlink("root", "link")
        except OSError:
            pytest.skip("no symbolic links here")
    before = archive.database.read_bytes()
    assert 2 == history(archive, *arguments)
    assert reason in capsys.readouterr().err
    assert before == archive.database.read_bytes()
    assert {"a", "b", "c"} == set(os.listdir(archive.root))


def test_without_jinja_it_is_a_usage_error_before_anything_is_read(tmp_path: Path) -> None:
    """It says what to install, and not that there is no archive."""
    code = "import sys; sys.modules['jinja2'] = None\nfrom checksig._cli import main; sys.exit(main(sys.argv[1:]))"
    for option in ("--format=html", "--report=x.html"):
        done = finish([sys.executable, "-c", code, "track", "history", option, "gone"], cwd=tmp_path)
        assert 2 == done.returncode
        assert b"pip install 'checksig[report]'" in done.stderr
        assert b"gone" not in done.stderr
