"""What comes from the engine: results, summaries, errors and warnings, whichever engine they come from."""

from __future__ import annotations

import copy
import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import checksig
from checksig import FileResult, Status, WarningText, _words
from checksig._api import iter_verify
from checksig._engine._protocol import Engine
from checksig._types import ListContent
from conftest import Tree, digest

ROW = ["a", 1, True, 3, "00", "11", 1, 0, 3, "why"]
"""A verdict as the engine has it: words by their numbers."""

SUMMARY: dict[str, Any] = {
    "error": None,
    "root": ".",
    "ok": False,
    "counts": [0] * len(_words.STATUSES),
    "elapsed": 0.5,
    "warnings": [{"code": "weak_digest", "text": "MD5"}],
    "output": None,
    "bag": None,
}


class StandIn:
    """An engine with one job, which is not reached through ctypes. It is what `_protocol` says."""

    path = "stand-in"
    pid = os.getpid()
    way = "stand-in"

    def __init__(self, *batches: dict[str, Any], refusal: dict[str, Any] | None = None) -> None:
        self._batches = [json.dumps(batch).encode() for batch in batches]
        self._refusal = refusal
        self.is_open = False
        self.said: list[str] = []

    def version(self) -> str:
        return "1"

    def describe(self) -> dict[str, Any]:
        return {}

    def holdings(self) -> dict[str, Any]:
        return {}

    def ed25519(self, key: bytes, message: bytes, signature: bytes) -> bool:
        raise NotImplementedError

    def handle(self) -> StandIn:
        return self

    def start(self, request: bytes, milliseconds: int) -> bytes:
        assert 0 <= milliseconds <= 1000
        self.said.append(json.loads(request)["job"])
        self.is_open = self._refusal is None
        return b"" if self.is_open else json.dumps(self._refusal).encode()

    def poll(self, milliseconds: int) -> bytes:
        assert 0 <= milliseconds <= 1000
        return self._batches.pop(0)

    def cancel(self) -> None:
        self.said.append("cancel")

    def close(self) -> None:
        self.said.append("close")
        self.is_open = False


def batch(*results: list[Any], summary: dict[str, Any] | None = None) -> dict[str, Any]:
    fields = FileResult._fields[: len(results[0])] if results else ()  # those about moves are sent where there are some
    columns = dict(zip(fields, map(list, zip(*results, strict=True)), strict=True)) or None
    return {"results": columns, "manifests": ["list"], "progress": [1, 2, 3, 4], "lists": 1, "summary": summary}


def error(code: str, kind: str) -> dict[str, Any]:
    return {"kind": kind, "code": code, "path": "p", "line": 7, "reason": "why"}


Use = Callable[[StandIn], StandIn]


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Use:
    """Make jobs use an engine."""

    def chosen(engine: StandIn) -> StandIn:
        as_the_protocol_says: Engine = engine
        monkeypatch.setattr("checksig._job.engine", lambda: as_the_protocol_says)
        return engine

    return chosen


def test_a_job_needs_no_more_of_an_engine_than_the_protocol_says(use: Use) -> None:
    """Any engine that keeps to it serves: here one in Python."""
    engine = use(StandIn(batch(ROW), batch(), batch([*ROW[:2], False, *ROW[3:]], summary=SUMMARY)))
    report = checksig.verify(".", keep="all")
    first, second = report.results
    assert (first,) == report.failures
    assert ("a", Status.MISMATCH, True, 3) == (first.path, first.status, first.fails, first.line)
    assert not second.fails
    assert (("MD5", "weak_digest"),) == tuple((text, text.code) for text in report.warnings)
    assert ["verify", "close"] == engine.said


@pytest.mark.parametrize(("code", "kind"), _words.ERRORS.items())
@pytest.mark.parametrize("when", ["start", "end"])
def test_every_error_of_the_engine_has_its_exception(code: str, kind: str, when: str, use: Use) -> None:
    """Its kind decides which, and its code is on it, also after pickling."""
    kinds: dict[str, type[Exception]] = {
        "cancelled": checksig.JobCancelled,
        "host": checksig.EngineError,
        "internal": checksig.EngineError,
        "manifest": checksig.ManifestError,
        "request": ValueError,
    }
    told = error(code, kind)
    use(StandIn(refusal=told) if when == "start" else StandIn(batch(summary={**SUMMARY, "error": told})))
    with pytest.raises(kinds[kind]) as caught:
        checksig.verify(".")
    again = pickle.loads(pickle.dumps(caught.value))
    assert vars(caught.value) == vars(again)
    if isinstance(caught.value, checksig.ChecksigError):
        assert code == caught.value.code == again.code
    if isinstance(caught.value, checksig.ManifestError):
        assert ("p", 7, "why") == (again.path, again.line, again.reason)


@pytest.mark.parametrize(
    ("last", "word"),
    [
        (batch([ROW[0], len(Status), *ROW[2:]], summary=SUMMARY), "a verdict"),
        (batch(summary={**SUMMARY, "error": error("new", "cosmic")}), "'cosmic'"),
    ],
    ids=["verdict", "kind of error"],
)
def test_a_word_of_another_version_is_an_engine_error(last: dict[str, Any], word: str, use: Use) -> None:
    """It is not taken for anything that is known, and the job ends."""
    engine = use(StandIn(last))
    with pytest.raises(checksig.EngineError, match="are of different versions") as caught:
        checksig.verify(".")
    assert "engine_version" == caught.value.code
    assert word in str(caught.value)
    assert not engine.is_open


def test_a_new_code_is_handed_on(use: Use) -> None:
    """Codes can come: programs that don't know one have the kind, and people the words."""
    use(StandIn(refusal=error("new", "manifest")))
    with pytest.raises(checksig.ManifestError) as caught:
        checksig.verify(".")
    assert "new" == caught.value.code


def test_a_warning_is_text_with_a_code() -> None:
    """It can be compared, joined, copied and pickled."""
    warning = WarningText("why", "weak_digest")
    assert "why" == warning
    assert "why; why" == f"{warning}; {warning}"
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(warning, protocol))
        assert (WarningText, "why", "weak_digest") == (type(again), again, again.code)
    assert "weak_digest" == copy.deepcopy(warning).code


# Lists given by their content


def test_a_list_given_by_its_content_is_the_one_that_is_read(tree: Tree) -> None:
    """The file at its path is another, and isn't looked at; the path names the list in results."""
    root = tree({"a": b"1"})
    (root / "list.md5").write_text("not a list")
    content = b"MD5 (a) = " + digest(b"2", "md5").encode() + b"\n"
    with iter_verify(root, ListContent(root / "list.md5", content)) as job:
        (result,) = job.report().results
    assert (Status.MISMATCH, "md5", str(root / "list.md5"), 1) == (
        result.status,
        result.algorithm,
        result.manifest,
        result.line,
    )


def test_a_list_given_by_its_content_need_not_exist(tree: Tree) -> None:
    """Its name says the algorithm all the same, and other lists may come beside it, by their paths."""
    root = tree({"a": b"1"})
    given = ListContent("nowhere/list.sha3-256", f"{digest(b'1', 'sha3_256')}  a\n".encode())
    with iter_verify(root, [given, root / "SHA256SUMS"], keep="all") as job:
        report = job.report()
    assert report
    assert ["sha3-256", "sha256"] == [result.algorithm for result in report.results]


@pytest.mark.skipif(os.name == "nt", reason="there names are Unicode")
def test_the_content_of_a_list_is_taken_byte_for_byte(tmp_path: Path) -> None:
    """Bytes that are not UTF-8, NUL and line ends are what they are."""
    names = [b"caf\xe9", b"\xf0\x9f\x8e\x89", b"a\tb"]
    content = b"".join(digest(b"").encode() + b"  " + name + b"\r\n" for name in names) + b"\0\xff\n"
    with iter_verify(tmp_path, ListContent(b"\xe9", content)) as job:
        results = job.report().results
    assert [*names, b""] == [os.fsencode(result.path) for result in results]
    assert [Status.MISSING] * 3 + [Status.MALFORMED] == [result.status for result in results]
    assert {b"\xe9"} == {os.fsencode(result.manifest or "") for result in results}


def test_an_empty_content_is_a_list_without_an_entry(tmp_path: Path) -> None:
    """It is not taken for a path alone."""
    with pytest.raises(checksig.ManifestError) as caught:
        iter_verify(tmp_path, ListContent("list", b"")).report()

    assert ("list", "no_entry") == (caught.value.path, caught.value.code)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_the_content_of_a_list_is_anything_like_bytes(kind: Callable[[bytes], bytes], tmp_path: Path) -> None:
    """And no text, which has no one encoding."""
    (tmp_path / "a").write_bytes(b"1")
    text = f"{digest(b'1')}  a\n"
    with iter_verify(tmp_path, ListContent("list", kind(text.encode()))) as job:
        assert job.report()
    with pytest.raises(TypeError, match="content must be bytes, not str"):
        ListContent("list", text)  # type: ignore[arg-type]
