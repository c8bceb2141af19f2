"""Reports in HTML: what is on the page, and that whatever a file is called is only text there."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

pytest.importorskip("jinja2", reason="needs jinja2: nox -s readers")

from checksig import FileResult, Status, __version__
from checksig._cli._html._charts import LEAST, bar, percent
from checksig._cli._html._directories import MOST_KNOWN
from checksig._cli._html._report import MOST_DIRECTORIES, MOST_LINES, MOST_LISTS, Html
from checksig._cli._html._rows import MOST_ROWS, MOST_TEXT
from checksig._cli._streams import Sink
from checksig._cli._totals import Totals
from command import checksig
from conftest import Tree, gnu_line, linux
from html_page import NAMES, SHOWN, Page, text
from signing import Key


def report(*arguments: str, cwd: Path) -> Page:
    return Page(checksig("verify", "--format=html", *arguments, cwd=cwd).stdout)


VERDICTS = {
    "good": (["good"], "OK", "1 file verified", ["Verdicts", "Checksum lists"]),
    "bad": (
        ["bad"],
        "FAILED",
        "1 of 1 file: 1 mismatch",
        ["Verdicts", "Failures by directory", "Failures", "Checksum lists"],
    ),
    "no list": (["none"], "No verdict", "nothing was verified", ["Errors"]),
    "good, no list": (
        ["good", "none"],
        "No verdict",
        "no verdict on 1 root; 1 file verified",
        ["Errors", "Verdicts", "Checksum lists"],
    ),
    "bad, no list": (
        ["bad", "none"],
        "FAILED",
        "1 of 1 file: 1 mismatch; no verdict on 1 root",
        ["Errors", "Verdicts", "Failures by directory", "Failures", "Checksum lists"],
    ),
    "nothing there": (
        ["--ignore-missing", "gone"],
        "FAILED",
        "no file was verified; 1 missing file ignored",
        ["Verdicts", "Checksum lists"],
    ),
    "timeout": (["--timeout=0", "good"], "No verdict", "nothing was verified", ["Errors"]),
    "weak": (["weak"], "OK", "1 file verified", ["Warnings", "Verdicts", "Checksum lists"]),
    "forgiven": (
        ["--no-strict", "malformed"],
        "OK",
        "1 file verified; 1 malformed line ignored",
        ["Warnings", "Verdicts", "Failures", "Checksum lists"],
    ),
}


@pytest.mark.parametrize(("arguments", "verdict", "summary", "headings"), VERDICTS.values(), ids=VERDICTS)
def test_the_page_begins_with_the_verdict(
    arguments: list[str], verdict: str, summary: str, headings: list[str], tmp_path: Path
) -> None:
    """Then come the errors, and the sections that have something to show."""
    for name, listed in {"good": b"1", "bad": b"2", "gone": b"1", "malformed": b"1"}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "SHA256SUMS").write_bytes(gnu_line("a", listed) + b"what\n" * (name == "malformed"))
        if name != "gone":
            (tmp_path / name / "a").write_bytes(b"1")
    (tmp_path / "weak").mkdir()
    (tmp_path / "weak" / "a").write_bytes(b"1")
    (tmp_path / "weak" / "MD5SUMS").write_text(f"{hashlib.md5(b'1').hexdigest()}  a\n")
    (tmp_path / "none").mkdir()
    page = report(*arguments, cwd=tmp_path)
    assert (verdict, summary) == (page.verdict, page.summary)
    assert headings == page.headings
    assert (page.root.findtext(".//title") or "").startswith(f"{verdict}: {tmp_path}")


def test_the_header_says_where_when_and_how_fast(tree: Tree) -> None:
    """The root is an absolute path: the page may be looked at elsewhere."""
    root = tree({"a": b"12345"})
    page = report(cwd=root)
    assert ["Root", "Started", "Duration", "Read", "Throughput"] == list(page.facts)
    assert [str(root)] == page.facts["Root"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d\d:\d\d", page.facts["Started"][0])
    assert ["5 B"] == page.facts["Read"]
    assert re.fullmatch(r"[\d.]+ k?B/s, [\d,]+ entries/s", page.facts["Throughput"][0])
    assert f"checksig {__version__} verify" in "".join(page.root.itertext())


def test_the_charts_count_verdicts_and_directories(tree: Tree) -> None:
    """Each in a table, with a bar that says in words what it shows."""
    root = tree({"a/1": b"1", "b/1": b"1"}, changed={"a/2": b"2", "a/3": b"3", "b/2": b"2", "c": b"1"})
    (root / "a/3").unlink()
    page = report(cwd=root)
    assert [["ok", "2", "33.3 %"], ["mismatch", "3", "50.0 %"], ["missing", "1", "16.7 %"]] == page.rows("Verdicts")
    assert [["a", "2", "1 mismatch, 1 missing"], [".", "1", "1 mismatch"], ["b", "1", "1 mismatch"]] == page.rows(
        "Failures by directory"
    )
    (strip,) = page.section("Verdicts").iter("svg")
    assert ("img", "ok 33.3 %, mismatch 50.0 %, missing 16.7 %") == (strip.get("role"), strip.findtext("title"))
    widths = [float(part.attrib["width"].rstrip("%")) for part in strip.iter("rect")]
    assert [33.33, 50.0, 16.67] == widths
    verified = report("--verbose", cwd=root).rows("Failures by directory")
    assert [["a", "2", "1"], [".", "1", "0"], ["b", "1", "1"]] == [row[:3] for row in verified]


def test_where_all_is_in_one_directory_those_in_it_are_counted(tree: Tree) -> None:
    """As in a bag, or where a list begins every name with ``./``."""
    page = report(cwd=tree(changed={"data/a/1": b"1", "data/b/1": b"1", "data/b/c/1": b"1", "data/1": b"1"}))
    assert [["data/b", "2"], ["data", "1"], ["data/a", "1"]] == [r[:2] for r in page.rows("Failures by directory")]


def test_several_roots_are_directories(tmp_path: Path) -> None:
    """Names begin with theirs, and an error says which it is about."""
    for name in ("a", "b"):
        (tmp_path / name / "sub").mkdir(parents=True)
        (tmp_path / name / "SHA256SUMS").write_bytes(gnu_line("sub/x", b"1"))
    (tmp_path / "none").mkdir()
    page = report("a", "b", "none", cwd=tmp_path)
    assert [["a", "1"], ["b", "1"]] == [row[:2] for row in page.rows("Failures by directory")]
    assert ["a/sub/x", "b/sub/x"] == [row[0] for row in page.rows("Failures")]
    assert [str(tmp_path / name) for name in ("a", "b", "none")] == page.facts["Roots"]
    assert page.lines("Errors")[0].startswith("none: no checksum list found")


def test_a_bar_shows_one_of_a_million() -> None:
    """Parts are in proportion, but for those too small to be seen, and fill the bar exactly."""
    parts = bar({"ok": 10**6, "mismatch": 1, "missing": 0})
    assert ["ok", "mismatch"] == [part.kind for part in parts]
    assert LEAST * 0.9 < float(parts[1].width[:-1])
    assert 100 == pytest.approx(float(parts[1].x[:-1]) + float(parts[1].width[:-1]), abs=0.02)
    assert ["50.00%"] == [part.width for part in bar({"mismatch": 5}, 10)]
    assert [] == bar({"ok": 0})


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(1, 1, "100 %"), (1, 2, "50.0 %"), (1, 10, "10.0 %"), (1, 10**6, "< 0.1 %"), (10**6 - 1, 10**6, "> 99.9 %")],
)
def test_a_share_is_neither_none_nor_all_unless_it_is(part: int, whole: int, shown: str) -> None:
    """Who sees 100 % believes that nothing failed."""
    assert shown == percent(part, whole)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "< 0.01 s"), (1.5, "1.50 s"), (59.9, "59.90 s"), (61, "1 min 1 s"), (3 * 3600 + 59.6, "3 h 1 min 0 s")],
)
def test_a_duration_can_be_read(seconds: float, shown: str) -> None:
    """In seconds up to a minute."""
    from checksig._cli._html._report import _duration

    assert shown == _duration(seconds)


def test_a_failure_has_its_list_size_and_reason(tmp_path: Path) -> None:
    """With --verbose also its digests; a malformed line is named by its place, a forgiven one says so."""
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "SHA256SUMS").write_bytes(gnu_line("a", b"2") + b"what\n" + gnu_line("..", b""))
    plain = report(cwd=tmp_path)
    assert ["a", "mismatch", "1 B", "SHA256SUMS:1"] == plain.rows("Failures")[0]
    assert plain.rows("Failures")[1][0].startswith("SHA256SUMS:2expected a digest or a tag")
    assert ["malformed", "", ""] == plain.rows("Failures")[1][1:]
    (head, *_) = report("--verbose", cwd=tmp_path).section("Failures").findall(".//tbody/tr/th")
    digests = [hashlib.sha256(data).hexdigest() for data in (b"2", b"1")]
    assert [f"expected SHA-256 {digests[0]}", f"actual SHA-256 {digests[1]}"] == [s.text for s in head.iter("small")]
    assert "malformed, ignored" in [row[1] for row in report("--no-strict", cwd=tmp_path).rows("Failures")]


def test_signers_and_warnings_are_on_the_page(tree: Tree) -> None:
    """Also a warning of what is noticed before the run, which reports in other formats have as well."""
    root = tree({"a": b"1"})
    (root / "SHA256SUMS.minisig").write_bytes(Key().minisign((root / "SHA256SUMS").read_bytes(), "<b>me"))
    page = report("--key", Key().text, cwd=root)
    (line,) = page.lines("Signatures")
    assert line.startswith("SHA256SUMS: signed by minisign key ")
    assert line.endswith("who says: <b>me")
    (root / "list").write_bytes(gnu_line("SHA256SUMS", (root / "SHA256SUMS").read_bytes()))
    (root / "more").mkdir()
    (root / "more" / "MD5SUMS").write_text("no list")
    (root / "more" / "SHA256SUMS").write_bytes(gnu_line("../a", b"1"))
    done = checksig("verify", "--recursive", "--report", "r.html", "--report", "r.json", cwd=root)
    assert b"warning: " in done.stderr
    warnings = re.findall("warning: (.*)", done.stderr.decode())
    assert {*warnings} == {line.partition("\n")[0] for line in Page((root / "r.html").read_bytes()).lines("Warnings")}
    assert all(warning in (root / "r.json").read_text() for warning in warnings)


def test_a_run_that_stops_early_says_so(tree: Tree) -> None:
    """In the summary, and not as a warning besides."""
    page = report("--fail-fast", "--jobs=1", cwd=tree(changed={str(i): b"" for i in range(100)}))
    assert "FAILED" == page.verdict
    assert "stopped after the first failure" in page.summary
    assert "Warnings" not in page.headings


def test_after_a_timeout_the_page_says_what_was_found(big: Path) -> None:
    """The failures so far are counted and named; how much was read is not known."""
    gone = b"".join(gnu_line(f"gone{i}", b"") for i in range(160))
    (big / "SHA256SUMS").write_bytes(gone + (big / "SHA256SUMS").read_bytes())
    page = report("--timeout=1", cwd=big)
    assert ("FAILED", "no verdict on 1 root") == (page.verdict, page.summary.split("; ")[-1])
    assert ["gone0", "missing"] == page.rows("Failures")[0][:2]
    assert [["missing", "160", "100 %"]] == page.rows("Verdicts")
    assert "1 second" in page.lines("Errors")[0]
    assert "Read" not in page.facts
    assert "Not everything has a verdict" in "".join(page.root.itertext())


@linux
def test_a_name_is_only_text(tree: Tree) -> None:
    """It adds no element, no attribute and no line; what would mislead is shown as in a shell."""
    root = tree(changed=dict.fromkeys(NAMES.values(), b"1"))
    page = report("--verbose", cwd=root)
    names = [row.findtext("th") or text(row.find("th/span")) for row in rows(page)]
    assert [SHOWN.get(which, name) for which, name in NAMES.items()] == names
    innocent = report("--verbose", cwd=tree_of(root.parent / "other", list(map(str, range(len(NAMES))))))
    assert {e.tag for e in page.root.iter()} - {"bdi", "span"} <= {e.tag for e in innocent.root.iter()}
    attributes = {name for element in page.root.iter() for name in element.attrib}
    assert attributes - {"dir"} <= {name for element in innocent.root.iter() for name in element.attrib}


def rows(page: Page) -> list[ET.Element]:
    return page.section("Failures").findall(".//tbody/tr")


def tree_of(root: Path, names: list[str]) -> Path:
    root.mkdir()
    for name in names:
        (root / name).write_bytes(b"1")
    (root / "SHA256SUMS").write_bytes(b"".join(gnu_line(name, b"2") for name in names))
    return root


@linux
def test_elements_of_a_name_keep_their_places(tree: Tree) -> None:
    """Letters written from right to left move nothing beyond the next slash, nor the end of the name."""
    (row,) = rows(report(cwd=tree(changed={"a/שלום/1.txt": b"1"})))
    assert ["a", "שלום", "1.txt"] == [element.text for element in row.iter("bdi")]
    assert ["ltr"] * 4 == [element.get("dir") for element in row.iter() if element.tag in {"bdi", "span"}]


@linux
def test_what_is_not_a_name_is_only_text_too(tmp_path: Path) -> None:
    """Roots, lists, errors and malformed lines are taken from others as well."""
    root = tmp_path / "<i>\u202e"
    (root / "<u>").mkdir(parents=True)
    (root / "<b>.sha256").write_bytes(gnu_line("a", b"") + b"<script>alert(1)</script>\n")
    page = report(str(root), str(root / "<u>"), cwd=tmp_path)
    assert [] == [
        element
        for tag in ("i", "b", "u")
        for element in page.root.findall(f".//body//{tag}")
        if not element.get("class")
    ]
    assert r"<i>\U0000202e" in "".join(page.root.itertext())
    assert "\u202e" not in "".join(page.root.itertext())
    assert "<script>alert(1)</script>" in page.rows("Failures")[1][0]


def test_the_policy_allows_this_page_alone(tree: Tree) -> None:
    """The inline style and the script have the digests that it names, and nothing is asked for."""
    data = checksig("verify", "--format=html", cwd=tree(changed={"<a>": b"1"})).stdout
    page = Page(data)
    (policy,) = (e.attrib["content"] for e in page.root.iter("meta") if "http-equiv" in e.attrib)
    allowed = dict(one.split(" ", 1) for one in policy.split("; "))
    for tag in ("style", "script"):
        (element,) = page.root.iter(tag)
        digest = base64.b64encode(hashlib.sha256((element.text or "").encode()).digest()).decode()
        assert f"'sha256-{digest}'" == allowed.pop(f"{tag}-src")
    assert {"default-src": "'none'", "img-src": "data:", "base-uri": "'none'", "form-action": "'none'"} == allowed
    attributes = [(name, value) for element in page.root.iter() for name, value in element.attrib.items()]
    assert [] == [name for name, _ in attributes if name.startswith("on") or name in {"style", "src", "action"}]
    assert all(value.startswith("data:image/svg+xml,") for name, value in attributes if name == "href")
    assert b"@import" not in data
    assert b"url(" not in data


def results(number: int, name: str) -> list[FileResult]:
    digest = hashlib.sha256().hexdigest()
    status = (Status.MISMATCH, Status.MISSING)
    return [
        FileResult(name.format(i), status[i % 2], True, "sha256", digest, digest, 1, "SHA256SUMS", i + 1, "")
        for i in range(number)
    ]


def made(found: list[FileResult], *, verbose: bool = False) -> bytes:
    """Make the page of a run that found this."""
    written: list[bytes] = []
    output = Html(Sink(print, written.append, len), verbose=verbose)
    totals = Totals()
    totals.note(found)
    output.results(".", found)
    output.verified(totals)
    return b"".join(written)


@pytest.mark.parametrize("verbose", [False, True])
def test_the_page_of_100000_failures_is_small(verbose: bool) -> None:  # noqa: FBT001
    """It has the first 5,000, and says how many more there are."""
    data = made(results(100_000, "data/set-{0:03}/sample-{0:06}-of-the-collection.tif"), verbose=verbose)
    assert len(data) < 3_000_000
    page = Page(data)
    assert MOST_ROWS == 5000 == len(rows(page))
    assert "The first 5,000 of 100,000 in the order of the lists" == page.section("Failures").findtext(".//caption")
    (more,) = (p.text for p in page.section("Failures").iter("p"))
    assert (more or "").startswith("and 95,000 more. ")


def test_the_page_of_long_names_is_small() -> None:
    """Of names that are 64 KiB long each, fewer are shown, and not one less than one."""
    assert 2_000_000 == MOST_TEXT
    data = made(results(1000, "{}/" + "x" * 65_000))
    assert len(data) < 3_000_000
    assert 31 == len(rows(Page(data)))


def test_directories_are_counted_in_bounded_memory() -> None:
    """The ones with the most failures are shown, and all others are one row without a bar."""
    found = results(20, "z/{}") + results(MOST_KNOWN + 5, "{}/a") + results(7, "last/{}")
    shown = Page(made(found)).rows("Failures by directory")
    assert MOST_DIRECTORIES + 1 == len(shown)
    assert ["z", "20", "10 mismatch, 10 missing"] == shown[0]
    assert ["others", f"{MOST_KNOWN + 5 + 7 - (MOST_DIRECTORIES - 1):,}", ""] == shown[-1]


def test_many_lists_and_warnings_are_counted(tmp_path: Path) -> None:
    """The lists with the most failures are shown, and the first warnings."""
    number = MOST_LINES + 5
    (tmp_path / "a").write_bytes(b"1")
    for i in range(number):
        (tmp_path / f"{i:03}.sha256").write_bytes(gnu_line("a", b"2" if i == 50 else b"1"))
        (tmp_path / f"{i:03}.sha256.minisig").write_bytes(b"")
    page = report(cwd=tmp_path)
    assert MOST_LISTS == len(page.rows("Checksum lists"))
    assert ["050.sha256", "1", "0", "1"] == page.rows("Checksum lists")[0]
    assert f"Those with the most failures, {MOST_LISTS} of {number}" == page.section("Checksum lists").findtext(
        ".//caption"
    )


def test_tables_can_be_read_aloud(tree: Tree) -> None:
    """Each has a caption and heads with a scope, a section has the name of its heading, and a chart says what it is."""
    page = report(cwd=tree({"b": b"1"}, changed={"a": b"1"})).root
    tables = list(page.iter("table"))
    assert 4 == len(tables)
    assert all(table.findtext("caption") for table in tables)
    assert {"row", "col"} == {head.get("scope") for table in tables for head in table.iter("th")}
    assert all(head.get("scope") for head in page.iter("th"))
    assert {section.get("aria-labelledby") for section in page.iter("section")} == {
        h.get("id") for h in page.iter("h2")
    }
    assert all((svg.get("role"), bool(svg.findtext("title"))) == ("img", True) for svg in page.iter("svg"))
    assert "en" == page.get("lang")


@pytest.mark.parametrize("status", Status)
def test_every_verdict_has_a_colour(status: Status) -> None:
    """On light paper, on dark and in print."""
    page = Page(made([]))
    name = status.value.replace("_", "-")
    style = page.root.findtext(".//style") or ""
    assert f".{status.value} {{ --own: var(--{name}); }}" in style
    assert 3 == len(re.findall(rf"--{name}: #[0-9a-f]{{6}};", style))


def test_without_script_nothing_is_offered_that_needs_it(tree: Tree) -> None:
    """The filter is hidden until the script shows it."""
    page = report(cwd=tree(changed={"a": b"1"})).root
    (form,) = page.iter("form")
    assert "hidden" in form.attrib
    assert [] == list(page.iter("button"))


def test_quiet_keeps_standard_error_empty(tree: Tree) -> None:
    """And changes no page; else it has the lines that it has with text."""
    root = tree(changed={"a": b"1"})
    done = checksig("verify", "--format=html", cwd=root)
    assert (1, b"checksig: FAILED: 1 of 1 file: 1 mismatch") == (done.returncode, done.stderr.strip())
    quiet = checksig("verify", "--format=html", "--quiet", cwd=root)
    assert (1, b"") == (quiet.returncode, quiet.stderr)
    assert Page(done.stdout).rows("Failures") == Page(quiet.stdout).rows("Failures")
