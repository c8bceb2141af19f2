"""Lists that are cut into spans, and the spans as manifests."""

from __future__ import annotations

import hashlib
import os
import pickle
from collections import Counter
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import checksig
from checksig import _plan
from conftest import Tree, digest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def some(tree: Tree) -> Path:
    """Make ten files and their list; one has another content, one is missing, and one line is no entry."""
    files = {f"d{i % 3}/{i}": str(i).encode() for i in range(10)}
    root = tree(files, changed={"d1/4": b"other"})
    (root / "d2" / "5").unlink()
    path = root / "SHA256SUMS"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:3], b"nonsense\n", *lines[3:]]))
    return root


def facts(report: checksig.Report) -> list[tuple[Any, ...]]:
    return [(r.path, r.status, r.fails, r.line, r.expected, r.actual) for r in report.results]


@pytest.mark.parametrize("files", [1, 2, 3, 9, 10, 1000])
def test_spans_have_the_verdicts_of_one_run(some: Path, files: int) -> None:
    whole = checksig.verify(some, keep="all")
    plan = checksig.plan(some, files=files)
    reports = [checksig.verify(some, span, keep="all") for span in plan]
    assert -(-10 // files) == len(plan) == len(reports)
    assert facts(whole) == [fact for report in reports for fact in facts(report)]
    assert Counter(whole.counts) == sum((Counter(report.counts) for report in reports), Counter())
    assert facts(whole) == facts(checksig.verify(some, plan, keep="all"))
    assert 10 == plan.entries == sum(span.entries for span in plan)


def test_a_plan_is_a_sequence_that_says_what_it_has(some: Path) -> None:
    plan = checksig.plan(some, files=4)
    text = (some / "SHA256SUMS").read_bytes()
    assert "<Plan of 10 entries in 3 spans>" == repr(plan)
    assert (os.fspath(some), None, ()) == (plan.root, plan.bytes, plan.warnings)
    assert plan.spans[:2] == plan[:2]
    assert [(1, 0), (6, plan[1].start), (10, plan[2].start)] == [(span.line, span.start) for span in plan]
    assert len(text) == plan[-1].end
    assert {f"sha256:{hashlib.sha256(text).hexdigest()}"} == {span.list_digest for span in plan}
    assert {os.path.join(os.fspath(some), "SHA256SUMS")} == {span.manifest for span in plan}
    assert [("d0/0", "d2/2"), ("d0/6", "d2/5")] == [(span.least, span.most) for span in plan[:2]]


def test_a_plan_and_its_spans_survive_pickling(some: Path) -> None:
    plan = checksig.plan(some, files=4)
    copied = pickle.loads(pickle.dumps(plan))
    assert (plan.root, plan.spans) == (copied.root, copied.spans)
    assert facts(checksig.verify(some, plan[1])) == facts(checksig.verify(some, copied[1]))


def test_spans_are_verified_by_other_processes(some: Path) -> None:
    with get_context("spawn").Pool(2) as pool:
        reports = pool.map(partial(checksig.verify, some), checksig.plan(some, files=3))
    assert [fact for report in reports for fact in facts(report)] == facts(checksig.verify(some))


def test_sizes_of_files_limit_a_span_where_the_list_has_them(tmp_path: Path) -> None:
    lines = [f"{size},{digest(b'')},{name}" for name, size in (("a", 10), ("b", 20), ("c", 70), ("d", 5), ("e", 200))]
    path = tmp_path / "list"
    path.write_text("\n".join(["%%%% HASHDEEP-1.0", "%%%% size,sha256,filename", *lines, ""]), "utf-8")
    plan = checksig.plan(tmp_path, path, bytes=100)
    assert [(3, 100), (1, 5), (1, 200)] == [(span.entries, span.bytes) for span in plan]
    assert 305 == plan.bytes


def test_a_list_whose_lines_depend_on_each_other_is_read_as_a_whole(tree: Tree) -> None:
    root = tree({f"{i}": b"x" for i in range(5)})
    checksig.create(root, output=root / "all.mtree", list_format="mtree")
    plan = checksig.plan(root, root / "all.mtree", files=2)
    assert [None] * 3 == [span.line_format for span in plan]
    reports = [checksig.verify(root, span, keep="all") for span in plan]
    assert facts(checksig.verify(root, root / "all.mtree", keep="all")) == [
        f for report in reports for f in facts(report)
    ]


def test_a_span_is_read_as_the_plan_was_asked_to(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    for name in ("a", "b"):
        (tmp_path / "d" / name).write_bytes(name.encode())
    path = tmp_path / "list"
    path.write_text("".join(f"{digest(n.encode(), 'sha3_256')} d\\{n}\n" for n in "ab"), "utf-8")
    plan = checksig.plan(tmp_path, path, files=1, algorithm="sha3-256", list_format="one-space", backslash=True)
    assert [True, True] == [checksig.verify(tmp_path, span).ok for span in plan]


def test_paths_mean_what_they_meant_to_the_plan(some: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(some)
    plan = checksig.plan(".", "SHA256SUMS", files=4)
    monkeypatch.chdir(some.parent)
    assert "SHA256SUMS" == plan[0].manifest
    assert facts(checksig.verify(some, plan)) == facts(checksig.verify(some))
    assert facts(checksig.verify(some.name, plan)) == facts(checksig.verify(some))


@pytest.mark.parametrize(
    "change", [lambda text: text + b"\n", lambda text: text[:-1], lambda text: text.replace(b"d0/0", b"d0/1")]
)
def test_a_list_that_has_changed_is_refused(some: Path, change: Any) -> None:
    span = checksig.plan(some, files=4)[0]
    path = some / "SHA256SUMS"
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(checksig.ManifestError, match="has changed since it was cut") as caught:
        checksig.verify(some, span)
    assert ("list_changed", os.fspath(path)) == (caught.value.code, caught.value.path)


def test_a_change_elsewhere_in_the_list_fails_the_span_that_has_it(some: Path) -> None:
    plan = checksig.plan(some, files=4)
    path = some / "SHA256SUMS"
    text = path.read_bytes()
    path.write_bytes(text[:-2] + b"x\n")
    assert 4 == checksig.verify(some, plan[0]).files
    with pytest.raises(checksig.ManifestError):
        checksig.verify(some, plan[2])


def test_a_span_of_which_everything_is_left_out_is_no_error(some: Path) -> None:
    span = checksig.plan(some, files=1)[0]
    report = checksig.verify(some, span, exclude="d0/")
    assert (0, False, ["entries_excluded", "nothing_verified"]) == (
        report.files,
        report.ok,
        [w.code for w in report.warnings],
    )
    span = checksig.plan(some, files=1)[5]
    report = checksig.verify(some, span, ignore_missing=True)
    assert (1, 0) == (report.files, len(report.failures))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"files": 0}, ValueError, "files is 0, but must be 1 or more"),
        ({"bytes": -1}, ValueError, "bytes is -1, but must be 1 or more"),
        ({"bytes": 1 << 63}, ValueError, "bytes is out of range"),
        ({"files": "2"}, TypeError, "files must be an int, not str"),
        ({"files": True}, TypeError, "files must be an int, not bool"),
        ({"manifest": {"a": digest(b"")}}, ValueError, "only a list in a file can be cut into spans"),
        ({"manifest": checksig.Entry("a", digest(b""))}, ValueError, "only a list in a file can be cut into spans"),
        ({"list_format": "x"}, ValueError, "unknown list format"),
        ({"algorithm": "x"}, ValueError, "unknown algorithm"),
        ({"timeout": -1}, ValueError, "timeout is -1"),
    ],
)
def test_arguments_that_make_no_plan_are_refused(
    some: Path, arguments: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        checksig.plan(some, **arguments)


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "no_list"),
        ({"SHA256SUMS": b""}, "no_entry"),
        ({"SHA256SUMS": b"<html>"}, "not_a_list"),
        ({"bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", "data/a": b""}, "invalid_bag"),
    ],
)
def test_what_has_no_list_to_cut_is_an_error(tmp_path: Path, files: dict[str, bytes], code: str) -> None:
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    with pytest.raises(checksig.ManifestError) as caught:
        checksig.plan(tmp_path)
    assert code == caught.value.code


@pytest.mark.parametrize("options", [{}, {"list_format": "spdx"}])
def test_a_document_is_not_cut_and_the_error_says_what_to_do(tmp_path: Path, options: Any) -> None:
    path = tmp_path / "a.spdx.json"
    entry = f'{{"fileName": "./a", "checksums": [{{"algorithm": "SHA256", "checksumValue": "{digest(b"a")}"}}]}}'
    path.write_text(f'{{"spdxVersion": "SPDX-2.3", "files": [{entry}]}}', "utf-8")
    (tmp_path / "a").write_bytes(b"a")
    assert checksig.verify(tmp_path, path).ok
    with pytest.raises(checksig.ManifestError, match="checksig list --to coreutils") as caught:
        checksig.plan(tmp_path, path, **options)
    assert ("not_cut", os.fspath(path)) == (caught.value.code, caught.value.path)


def test_spans_go_with_nothing_that_needs_the_whole_list(some: Path) -> None:
    plan = checksig.plan(some, files=4)
    other = checksig.plan(some, files=4, algorithm="sha256")
    with pytest.raises(ValueError, match="a span can't be combined with a selection of files"):
        checksig.verify(some, plan[0], only="a")
    with pytest.raises(ValueError, match="a span can't be combined with extra"):
        checksig.verify(some, plan[0], extra=True)
    with pytest.raises(ValueError, match=r"algorithm: a span is read as the plan was asked to; give it to plan\(\)"):
        checksig.verify(some, plan[0], algorithm="md5")
    with pytest.raises(ValueError, match="only a list in a file can be cut into spans"):
        checksig.plan(some, plan[0])
    mixtures: list[list[Any]] = [[plan[0], other[1]], [plan[0], some / "SHA256SUMS"], [plan[0], {"a": digest(b"")}]]
    for mixed in mixtures:
        with pytest.raises(ValueError, match="only if they are of one plan"):
            checksig.verify(some, mixed)
    with pytest.raises(ValueError, match="the span is damaged"):
        checksig.verify(some, plan[0]._replace(digest="sha256:12"))


@pytest.mark.parametrize("number", [1, 2, 3, 10, 40])
def test_parts_have_each_entry_once_and_about_as_many(some: Path, number: int) -> None:
    all_parts, lists = _plan.parts(number, some, None)
    assert [(10, 0)] == [(one.entries, one.unsupported) for one in lists]
    assert number == len(all_parts)
    assert max(part.entries for part in all_parts) <= 10 // number + 1
    found = [fact for part in all_parts if part for fact in facts(checksig.verify(some, part))]
    assert facts(checksig.verify(some)) == found


LINES = st.lists(
    st.sampled_from(["{}  a{}", "{} *b{}", "MD5 (c{}) = {}", "nonsense", "", "# comment", "SM3 (d) = 00"]), max_size=30
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(lines=LINES, files=st.integers(1, 8))
def test_any_list_has_the_verdicts_of_its_spans(tmp_path: Path, lines: list[str], files: int) -> None:
    text = "\n".join(
        line.format(i, digest(b"", "md5")) if line.startswith("MD5") else line.format(digest(b"", "md5"), i)
        for i, line in enumerate(lines)
    )
    path = tmp_path / "MD5SUMS"
    path.write_text(text, "utf-8")
    (tmp_path / "a1").touch()
    whole = verdicts(partial(checksig.verify, tmp_path, path, keep="all"))
    assert whole == verdicts(lambda: checksig.verify(tmp_path, checksig.plan(tmp_path, path, files=files), keep="all"))


def verdicts(run: Callable[[], checksig.Report]) -> list[tuple[Any, ...]] | str:
    try:
        return facts(run())
    except checksig.ManifestError as error:
        return error.code
