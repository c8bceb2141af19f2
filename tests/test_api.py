"""The functions: what they accept, return and raise."""

from __future__ import annotations

import copy
import inspect
import os
import pickle
import re
import subprocess
import sys
import tempfile
import traceback
import typing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import checksig
from checksig import FileResult, Status
from checksig._types import ListContent
from conftest import Tree, digest


def test_the_sample_logs(logs: Path) -> None:
    """Only httpd-08.log is wrong, and the result says all there is to say."""
    report = checksig.verify(logs)
    bad = logs / "httpd-08.log"
    expected = FileResult(
        path="httpd-08.log",
        status=Status.MISMATCH,
        fails=True,
        algorithm="sha1",
        expected=(logs / "sha1sum.txt").read_text().split()[16],
        actual=digest(bad.read_bytes(), "sha1"),
        size=bad.stat().st_size,
        manifest=str(logs / "sha1sum.txt"),
        line=9,
        detail="",
    )
    assert (expected,) == report.results == report.failures
    assert not report.ok
    assert not report
    assert (9, 1) == (report.counts[Status.OK], report.counts[Status.MISMATCH])
    assert 10 == report.files == sum(report.counts.values())
    assert sum(p.stat().st_size for p in logs.glob("*.log")) == report.bytes
    (warning,) = report.warnings
    assert warning.startswith("SHA1 ")
    assert "weak_digest" == warning.code
    assert report.elapsed > 0


def test_check_signatures_raises_with_a_line_for_each_failure(tree: Tree) -> None:
    """The text is the tutorial's; the error is a ValueError and carries the report."""
    name, shown = ("c", "c") if os.name == "nt" else ("c\n\x1b[31m", r"c\n\033[31m")  # as no file there is called
    root = tree({"a": b"1"}, changed={"b": b"2", name: b"3"})
    with pytest.raises(ValueError, match="mismatch") as caught:
        checksig.check_signatures(root)
    assert isinstance(caught.value, checksig.VerificationError)
    directory = str(root / "b").removesuffix("b").replace("\\", r"\\")  # the quotes make backslashes two
    assert f'"{directory}b" - mismatch\n"{directory}{shown}" - mismatch' == str(caught.value)
    assert 2 == len(caught.value.report.failures)


def test_check_signatures_returns_nothing_when_all_is_good(tree: Tree) -> None:
    """No news is good news, and there is no other way to it."""
    root = tree({"a": b"1"})
    checksig.check_signatures(root)
    checksig.check_signatures(root, root / "SHA256SUMS")


def test_a_report_is_a_value(tree: Tree) -> None:
    """It says what is in it, can be compared and kept, and doesn't change."""
    report = checksig.verify(tree({"a": b""}, changed={"b": b""}))
    again = pickle.loads(pickle.dumps(report))
    assert report == again == copy.deepcopy(report)
    assert report is not again
    assert report != checksig.verify(report.root, keep="all")
    assert report != repr(report)
    with pytest.raises(AttributeError, match="can't set ok"):
        report.ok = False  # type: ignore[misc]
    with pytest.raises(AttributeError, match="can't delete ok"):
        del report.ok
    with pytest.raises(TypeError, match="does not support item assignment"):
        report.counts[Status.OK] = 2  # type: ignore[index]


class NotedReport(checksig.Report):
    """A report of somebody else's."""

    __slots__ = ("note",)


def test_a_report_may_be_subclassed(tree: Tree) -> None:
    """Also by a class with slots of its own."""
    report = checksig.verify(tree({"a": b""}))
    fields: Any = {name: getattr(report, name) for name in checksig.Report.__annotations__}
    noted = NotedReport(**fields)
    assert report == noted == pickle.loads(pickle.dumps(noted))
    assert isinstance(copy.copy(noted), NotedReport)


def test_a_misspelt_field_is_an_error_to_python_and_to_type_checkers(tree: Tree) -> None:
    """Mypy checks this file, and would say that a comment here is of no use."""
    report = checksig.verify(tree({"a": b""}))
    with pytest.raises(AttributeError):
        report.failure  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(AttributeError):
        report.warning = ()  # type: ignore[assignment]
    with pytest.raises(TypeError):
        checksig.Report(root=".", ok=True)  # type: ignore[call-arg]


def test_a_good_report_is_true(tree: Tree) -> None:
    """`if verify(root):` means what it says, and a good report raises nothing."""
    report = checksig.verify(tree({"a": b"1", "d/b": b"2"}))
    assert report
    assert () == report.results
    report.raise_for_failures()


def test_paths_of_all_kinds(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """Roots and lists may be str, bytes or path-like, one or several; lists are relative to the working directory."""
    root = tree({"a": b"1"})
    for kind in (str, os.fsencode, Path):
        path: Any = kind(str(root / "SHA256SUMS"))
        assert checksig.verify(kind(str(root)), path)
        assert 2 == checksig.verify(root, [path, path]).files
    monkeypatch.chdir(root)
    assert checksig.verify()
    assert checksig.verify(manifest="SHA256SUMS")
    assert checksig.verify(manifest=iter(["SHA256SUMS"]))


FUNCTIONS = ["acreate", "averify", "check_signatures", "create", "file_digest", "iter_verify", "verify", "verify_file"]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"jobs": 0}, ValueError, "jobs is 0, but must be from 1 to 1024"),
        ({"jobs": -1}, ValueError, "jobs is -1"),
        ({"jobs": 10_000}, ValueError, "jobs is 10000"),
        ({"jobs": 10**30}, ValueError, "jobs is out of range, but must be from 1 to 1024"),
        ({"jobs": "two"}, TypeError, "jobs must be an int, not str"),
        ({"jobs": 1.5}, TypeError, "jobs must be an int, not float"),
        ({"algorithm": "sm3"}, ValueError, 'algorithm: unknown algorithm "sm3" (supported: md5, sha1'),
        ({"algorithm": ""}, ValueError, "algorithm is empty"),
        ({"algorithm": 256}, TypeError, "algorithm must be a str"),
        ({"keep": "some"}, ValueError, "keep"),
        ({"keep": 1}, TypeError, "keep must be 'failures' or 'all', not int"),
        ({"keep": ["all"]}, TypeError, "keep must be 'failures' or 'all', not list"),
        ({"keep": {1}}, TypeError, "keep must be 'failures' or 'all', not set"),
        ({"keep": None}, TypeError, "keep must be 'failures' or 'all', not NoneType"),
        ({"timeout": -1}, ValueError, "timeout is -1"),
        ({"timeout": float("nan")}, ValueError, "timeout is nan"),
        ({"timeout": 10**400}, ValueError, "timeout is too large"),
        ({"timeout": "1"}, TypeError, "timeout must be a number of seconds, not str"),
        ({"progress": 7}, TypeError, "progress must be callable, not int"),
        ({"manifest": []}, ValueError, "manifest is empty"),
        ({"manifest": ""}, ValueError, "manifest is empty"),
        ({"manifest": [b""]}, ValueError, "manifest is empty"),
        ({"manifest": ListContent("", b"")}, ValueError, "manifest is empty"),
        (
            {"manifest": 7},
            TypeError,
            "manifest must be a path, an open file, a mapping of names to digests, an Entry, a Span, or an iterable of",
        ),
        ({"manifest": [7]}, TypeError, "manifest must be a path, an open file, a mapping of names to digests,"),
        ({"manifest": {}}, ValueError, "manifest has no entries"),
        ({"only": 7}, TypeError, "only must be a str, or an iterable of str, not int"),
        ({"only": [b"a"]}, TypeError, "only must be a str, or an iterable of str, not bytes"),
        ({"only": ""}, ValueError, 'only: "" is not a valid pattern'),
        ({"only": ["a", "["]}, ValueError, 'only: "[" is not a valid pattern'),
        ({"only": "a", "extra": True}, ValueError, "extra can't be combined with a selection of files"),
        ({"root": None}, TypeError, "root must be a path, not NoneType"),
        ({"root": ""}, ValueError, "root is empty"),
    ],
    ids=str,
)
def test_an_unusable_argument_is_refused(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    """Every function of the family says which argument is wrong, before anything is read."""
    for function in (checksig.verify, checksig.iter_verify):
        with pytest.raises(error, match=f"^{re.escape(message)}"):
            function(**arguments)


def test_an_empty_output_is_refused(tree: Tree) -> None:
    """It does not stand for the default, which may be another file than was meant."""
    with pytest.raises(ValueError, match="output is empty"):
        checksig.create(tree({"a": b"1"}), output="")


@pytest.mark.parametrize("function", [getattr(checksig, name) for name in FUNCTIONS])
def test_an_unknown_argument_is_refused(function: Any) -> None:
    """As Python does, by a TypeError that names it and the function that was called."""
    name = function.__name__
    with pytest.raises(TypeError, match=rf"^{name}\(\) got an unexpected keyword argument 'colour'"):
        function(colour=1)
    with pytest.raises(TypeError, match=rf"^{name}\(\) takes .* positional arguments? but 9 were given"):
        function(*"123456789")


def test_signatures_show_every_argument_and_its_default() -> None:
    """`help` and editors have them from `inspect`, and type checkers know them as well."""
    shown = {name: inspect.signature(getattr(checksig, name)) for name in ("verify", "iter_verify", "averify")}
    assert 1 == len({tuple(signature.parameters.values()) for signature in shown.values()})
    assert ["Report", "Job", "Coroutine[Any, Any, Report]"] == [s.return_annotation for s in shown.values()]
    defaults = {name: p.default for name, p in shown["verify"].parameters.items()}
    assert {
        "root": ".",
        "manifest": None,
        "only": None,
        "exclude": None,
        "one_file_system": False,
        "algorithm": None,
        "list_format": None,
        "backslash": False,
        "jobs": None,
        "no_cache": False,
        "strict": True,
        "ignore_missing": False,
        "extra": False,
        "moved": False,
        "allow_links_to": (),
        "detect_collisions": False,
        "signature": None,
        "trust": None,
        "require_all": False,
        "fail_fast": False,
        "ordered": True,
        "keep": "failures",
        "progress": None,
        "timeout": None,
    } == defaults
    assert str(inspect.signature(checksig.create)).endswith("timeout: 'float | None' = None) -> 'Path'")
    if TYPE_CHECKING:
        checksig.verify(jbos=2)  # type: ignore[call-arg]
        checksig.iter_verify(keep="some")  # type: ignore[arg-type]
        checksig.create(timeout="1")  # type: ignore[arg-type]


def test_types_can_be_had_at_run_time() -> None:
    """What checks or documents calls by their annotations has them evaluated."""
    hints = {name: typing.get_type_hints(getattr(checksig, name)) for name in FUNCTIONS}
    assert hints["verify"] == {**hints["averify"], "return": checksig.Report}
    assert hints["verify"] == {**hints["iter_verify"], "return": checksig.Report}
    assert (Path, bool) == (hints["create"]["return"], hints["create"]["all"])
    assert {"root_dir", "manifest", "return"} == hints["check_signatures"].keys()
    assert tuple[FileResult, ...] == typing.get_type_hints(checksig.Report)["failures"]
    assert Status == typing.get_type_hints(FileResult)["status"]


def test_public_names_say_where_they_are_imported_from() -> None:
    """In tracebacks and in what is pickled, and not in which file they happen to be."""
    public = [getattr(checksig, name) for name in checksig.__all__]
    kinds = [thing for thing in public if isinstance(thing, type)]
    assert {"checksig"} == {kind.__module__ for kind in kinds}
    assert kinds == [pickle.loads(pickle.dumps(kind)) for kind in kinds]
    assert "checksig.JobTimeout: why" == traceback.format_exception_only(checksig.JobTimeout("why"))[-1].strip()


def test_a_name_that_is_not_there_is_an_error_to_python_and_to_type_checkers() -> None:
    """Mypy checks this file, and would say that a comment here is of no use."""
    with pytest.raises(ImportError, match="verfy"):
        from checksig import verfy  # type: ignore[attr-defined]  # noqa: F401


def test_no_list_no_verdict(tmp_path: Path) -> None:
    """A missing root or list, and lists without an entry, raise ManifestError with the path at fault."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "list").write_text("# nothing\n")
    (tmp_path / "bad").write_text("\nwhat is this\n")
    for arguments, path, line, code in [
        ((tmp_path / "none",), "none", 0, "root_unreadable"),
        ((tmp_path / "list",), "list", 0, "no_entry"),
        ((tmp_path / "list", tmp_path / "list"), "list", 0, "root_unreadable"),
        ((tmp_path / "empty",), "empty", 0, "no_list"),
        ((tmp_path, tmp_path / "none"), "none", 0, "list_unreadable"),
        ((tmp_path, tmp_path / "empty"), "empty", 0, "list_unreadable"),
        ((tmp_path, tmp_path / "list"), "list", 0, "no_entry"),
        ((tmp_path, tmp_path / "bad"), "bad", 2, "no_entry"),
    ]:
        with pytest.raises(checksig.ManifestError) as caught:
            checksig.verify(*arguments)
        error = caught.value
        assert (str(tmp_path / path), line, code) == (error.path, error.line, error.code)
        assert error.reason in str(error)


def test_options_forgive_what_they_say_and_no_more(tree: Tree) -> None:
    """ignore_missing and strict=False each forgive one status; extra adds one; nothing verified is not ok."""
    root = tree({"a": b"1"}, changed={})
    with (root / "SHA256SUMS").open("a") as f:
        f.write(f"{digest(b'')}  gone\nwhat\n")
    (root / "more").write_text("")
    both = checksig.verify(root)
    assert [Status.MISSING, Status.MALFORMED] == [r.status for r in both.failures]
    forgiving = checksig.verify(root, ignore_missing=True, strict=False)
    assert forgiving
    assert () == forgiving.failures
    assert [Status.MALFORMED] == [r.status for r in forgiving.results]
    assert [Status.EXTRA] == [
        r.status for r in checksig.verify(root, ignore_missing=True, strict=False, extra=True).failures
    ]
    (root / "a").unlink()
    nothing = checksig.verify(root, ignore_missing=True, strict=False)
    assert not nothing
    assert "no file was verified" in nothing.warnings
    assert ["malformed_lines", "nothing_verified"] == sorted(warning.code for warning in nothing.warnings)
    with pytest.raises(checksig.VerificationError, match="no file was verified"):
        nothing.raise_for_failures()


def test_a_list_without_an_entry_beside_others_fails_the_run(tree: Tree) -> None:
    """It may have been cut short: a verdict names the list and no line of it; strict=False makes it a warning."""
    root = tree({"a": b"1"})
    (root / "empty.sha256").write_text("")
    report = checksig.verify(root)
    (result,) = report.failures
    assert not report
    assert (Status.MALFORMED, "", None) == (result.status, result.path, result.line)
    assert (str(root / "empty.sha256"), "no entries") == (result.manifest, result.detail)
    with pytest.raises(checksig.VerificationError, match=r'empty\.sha256" - no entries$'):
        report.raise_for_failures()
    forgiving = checksig.verify(root, strict=False)
    assert forgiving
    assert () == forgiving.failures
    assert any("empty.sha256" in warning for warning in forgiving.warnings)


def test_the_algorithm_counts_for_lists_that_do_not_say(tmp_path: Path) -> None:
    """A tag wins over the argument, that over the list's name, and that over the digest's length."""
    (tmp_path / "a").write_bytes(b"x")
    untold, told, foreign = (tmp_path / name for name in ("list", "a.sha256", "a.sm3"))
    text = f"{digest(b'x', 'sha3_256')}  a\nSHA256 (a) = {digest(b'x', 'sha256')}\n"
    for path in (untold, told, foreign):
        path.write_text(text)
        assert checksig.verify(tmp_path, path, algorithm="sha3-256")
    assert not checksig.verify(tmp_path, untold)
    assert not checksig.verify(tmp_path, told)


def test_a_list_of_an_algorithm_that_is_not_supported_gives_no_verdict(tmp_path: Path) -> None:
    """The error names the algorithm; a list of another name is used, if there is one."""
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "SM3SUMS").write_text(f"{'0' * 64}  a\n")
    with pytest.raises(checksig.ManifestError, match=r"its name says SM3, .* not supported") as caught:
        checksig.verify(tmp_path, tmp_path / "SM3SUMS")
    assert "unsupported_algorithm" == caught.value.code
    with pytest.raises(checksig.ManifestError, match=r"SM3SUMS says SM3") as caught:
        checksig.verify(tmp_path)
    assert "no_list" == caught.value.code
    (tmp_path / "a.md5").write_text(f"{digest(b'x', 'md5')}  a\n")
    assert checksig.verify(tmp_path)
    (tmp_path / "a.DIGESTS").write_text(f"# WHIRLPOOL HASH\n{'0' * 128}  a\n")
    with pytest.raises(checksig.ManifestError, match="the lines below are Whirlpool") as caught:
        checksig.verify(tmp_path, tmp_path / "a.DIGESTS")
    assert ("unsupported_algorithm", 1) == (caught.value.code, caught.value.line)


def test_the_name_of_a_new_list_says_its_algorithm(tmp_path: Path) -> None:
    """It sets the algorithm, and another one is refused before anything is read; without it each line says it."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "a").write_bytes(b"x")
    path = checksig.create(root, output=tmp_path / "list.sha3-512")
    assert f"{digest(b'x', 'sha3_512')}  a\n" == path.read_text()
    path = checksig.create(root, output=tmp_path / "list", algorithm="sha3-256")
    assert f"SHA3-256 (a) = {digest(b'x', 'sha3_256')}\n" == path.read_text()
    assert checksig.verify(root, path)
    for name, says in (("x.md5", "md5"), ("x.sm3", "SM3")):
        with pytest.raises(ValueError, match=rf"{name} says {says}, but algorithm is sha1"):
            checksig.create(tmp_path / "nowhere", output=tmp_path / name, algorithm="sha1")
    with pytest.raises(ValueError, match="SM3, an algorithm that is not supported"):
        checksig.create(root, output=tmp_path / "x.sm3")
    assert {"root", "list", "list.sha3-512"} == {p.name for p in tmp_path.iterdir()}


def test_a_dash_is_a_file_for_create(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the command line takes it for standard output."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").write_bytes(b"x")
    assert Path("-") == checksig.create(output="-")
    assert f"{digest(b'x')}  a\n" == (tmp_path / "-").read_text()


def test_create_lists_other_lists_only_if_asked(tmp_path: Path) -> None:
    """So that each of them can be written again; a signature goes with its list."""
    for name in ("a", "SHA256SUMS.asc"):
        (tmp_path / name).write_bytes(b"x")
    first, second = checksig.create(tmp_path), checksig.create(tmp_path, algorithm="md5")
    assert ["a"] == [line.split()[1] for path in (first, second) for line in path.read_text().splitlines()][1:]
    checksig.create(tmp_path, algorithm="md5", force=True, all=True)
    assert ["SHA256SUMS", "SHA256SUMS.asc", "a"] == [line.split()[1] for line in second.read_text().splitlines()]


def test_errors_survive_pickling(tree: Tree) -> None:
    """What one process raises another can catch, with all its attributes."""
    report = checksig.verify(tree(changed={"a": b""}))
    for error in (
        checksig.ManifestError("list", 3, "why", "not_a_list"),
        checksig.EngineError("path", "why", "host_unfit"),
        checksig.VerificationError(report),
        checksig.JobCancelled("why"),
        checksig.JobTimeout("why"),
    ):
        again = pickle.loads(pickle.dumps(error))
        assert (type(error), str(error), vars(error)) == (type(again), str(again), vars(again))
        assert error.code == again.code
        assert isinstance(again, checksig.ChecksigError)
    assert report == pickle.loads(pickle.dumps(report))


@pytest.mark.parametrize(
    ("algorithm", "name", "oracle"),
    [
        ("sha256", "SHA256SUMS", "sha256"),
        ("MD5", "MD5SUMS", "md5"),
        ("SHA-1", "SHA1SUMS", "sha1"),
        ("sha512/256", "SHA512-256SUMS", "sha512_256"),
        ("sha3-512", "SHA3-512SUMS", "sha3_512"),
    ],
)
def test_create_and_verify(algorithm: str, name: str, oracle: str, tmp_path: Path) -> None:
    """A new list holds hashlib's digests, lies in the conventional place, and verifies."""
    (tmp_path / "d").mkdir()
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "d" / "b").write_bytes(b"2")
    path = checksig.create(tmp_path, algorithm=algorithm)
    assert tmp_path / name == path
    assert f"{digest(b'1', oracle)}  a\n{digest(b'2', oracle)}  d/b\n" == path.read_text()
    assert checksig.verify(tmp_path, extra=True)
    with pytest.raises(checksig.ManifestError, match="already exists") as caught:
        checksig.create(tmp_path, algorithm=algorithm)
    assert "output_exists" == caught.value.code
    assert path == checksig.create(tmp_path, algorithm=algorithm, force=True)
    assert {"a", "d", name} == {p.name for p in tmp_path.iterdir()}


def test_create_elsewhere(tree: Tree, tmp_path: Path) -> None:
    """The list may lie outside; its names stay relative to the root."""
    root = tree({"a": b"1"})
    (root / "SHA256SUMS").unlink()
    path = checksig.create(root, output=tmp_path / "list")
    assert f"{digest(b'1')}  a\n" == path.read_text()
    assert checksig.verify(root, path)
    assert {"root", "list"} == {p.name for p in tmp_path.iterdir()}


NAMES = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=60).filter(
    lambda name: name not in {".", ".."} and len(os.fsencode(name)) < 250
)


FILES = st.dictionaries(
    st.one_of(NAMES, st.binary(min_size=1, max_size=20)), st.binary(max_size=99), min_size=1, max_size=5
)


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="file names there can't be just anything")
@settings(deadline=None, max_examples=60)
@given(files=FILES)
@example(files={"-": b"1", "--": b"2"})
def test_whatever_names_files_have_create_and_verify_agree(files: dict[str | bytes, bytes]) -> None:
    """Any name a file can have comes back from the list, and coreutils agrees."""
    with tempfile.TemporaryDirectory() as directory:
        for name, data in files.items():
            raw = os.fsencode(name).replace(b"/", b"_").replace(b"\0", b"_")
            if raw not in {b".", b".."}:
                Path(directory, os.fsdecode(raw)).write_bytes(data)
        here = set(os.listdir(directory))
        assume(here)
        path = checksig.create(directory)
        report = checksig.verify(directory, path, extra=True, keep="all")  # a file may be called like a list
        assert report
        assert here == {"-" if result.path == "./-" else result.path for result in report.results}
        command = ["sha256sum", "--strict", "--quiet", "-c", "--", path.name]
        done = subprocess.run(command, cwd=directory, capture_output=True, check=False, stdin=subprocess.DEVNULL)
        assert (0, b"") == (done.returncode, done.stdout)


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="no such file names there")
def test_names_that_are_not_utf8_come_back_as_python_has_them(tmp_path: Path) -> None:
    """A result's path opens the file it is about."""
    raw = b"caf\xe9"
    path = os.path.join(os.fsencode(tmp_path), raw)
    Path(os.fsdecode(path)).write_bytes(b"x")
    (tmp_path / "SHA256SUMS").write_bytes(digest(b"x").encode() + b"  " + raw + b"\n")
    (result,) = checksig.verify(tmp_path, keep="all").results
    assert raw == os.fsencode(result.path)
    assert b"x" == (tmp_path / result.path).read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="there names are Unicode")
def test_names_under_a_locale_that_is_not_utf8(tmp_path: Path) -> None:
    """Where Python's file system encoding is another, paths follow it, both ways."""
    directory = os.path.join(os.fsencode(tmp_path), b"d\xe9\xc3\xa9")  # neither ASCII, nor all of it UTF-8
    os.mkdir(directory)
    Path(os.fsdecode(directory), "x").write_bytes(b"x")
    Path(os.fsdecode(directory), "SHA256SUMS").write_text(f"{digest(b'')}  x\n")
    code = (
        "import checksig, os, sys; r, = checksig.verify(os.environb[b'HERE']).results; "
        "print(sys.getfilesystemencoding(), os.fsencode(r.manifest))"
    )
    environment = {
        **os.environb,
        b"HERE": directory,
        b"LC_ALL": b"C",
        b"PYTHONUTF8": b"0",
        b"PYTHONCOERCECLOCALE": b"0",
    }
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    encoding, manifest = done.stdout.split(maxsplit=1)
    assert encoding
    assert repr(os.path.join(directory, b"SHA256SUMS")) == manifest.strip()


def test_create_takes_several_algorithms(tree: Tree) -> None:
    """From any iterable, and the path that it returns is that of the first list."""
    root = tree({"a": b"1"})
    path = checksig.create(root, algorithm=iter(["md5", "sha512"]), force=True)
    assert root / "MD5SUMS" == path
    assert f"{digest(b'1', 'sha512')}  a\n" == (root / "SHA512SUMS").read_text()
    (entry,) = checksig.read_list(checksig.create(root, algorithm={"md5", "sha512"}, output=root / "x.hashdeep"))
    assert {"md5": digest(b"1", "md5"), "sha512": digest(b"1", "sha512")} == entry.digests
    with pytest.raises(ValueError, match=r'^algorithm: unknown algorithm "md6"'):
        checksig.create(root, algorithm=["md5", "md6"])
    with pytest.raises(ValueError, match=r'^list_format: unknown list format "spdx"'):
        checksig.create(root, list_format="spdx")
