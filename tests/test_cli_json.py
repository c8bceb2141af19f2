"""The JSON Lines. docs/json.md describes them, and test_docs.py holds it against them."""

from __future__ import annotations

import os
from pathlib import Path

import checksig as package
from command import checksig, objects
from conftest import Tree, digest, linux


def test_json_says_all_there_is(tree: Tree) -> None:
    """Every field of a verdict is there, the summary comes last, and standard error stays empty."""
    root = tree({"good": b"1"}, changed={"bad": b"2"})
    done = checksig("verify", "--json", cwd=root)
    assert (1, b"") == (done.returncode, done.stderr)
    result, summary = objects(done.stdout)
    assert {
        "schema": 1,
        "type": "result",
        "root": ".",
        "fails": True,
        "path": "bad",
        "status": "mismatch",
        "algorithm": "sha256",
        "expected": digest(b"what it was"),
        "actual": digest(b"2"),
        "size": 1,
        "manifest": "SHA256SUMS",
        "line": 2,
        "detail": "",
    } == result
    assert summary.pop("elapsed") > 0
    assert {
        "schema": 1,
        "type": "summary",
        "ok": False,
        "exit_status": 1,
        "reason": None,
        "errors": 0,
        "files": 2,
        "bytes": 2,
        "counts": {status.value: 0 for status in package.Status} | {"ok": 1, "mismatch": 1},
    } == summary


@linux
def test_json_loses_no_byte_of_a_name(tree: Tree) -> None:
    """Names are ASCII in the JSON, and os.fsencode() of them gives the bytes in the list."""
    names = [b"\xff\xfe", "é\u202e\U0001f600".encode(), b"\x1b[31m", b"new\nline"]
    root = tree(changed={os.fsdecode(name): b"1" for name in names})
    done = checksig("verify", "--json", cwd=root)
    assert done.stdout.isascii()
    assert names == [os.fsencode(o["path"]) for o in objects(done.stdout) if o["type"] == "result"]


def test_an_error_is_among_the_lines(tree: Tree, tmp_path: Path) -> None:
    """After a directory without a list the others are verified; the exit status is in the summary."""
    root = tree({"good": b"1"})
    (tmp_path / "empty").mkdir()
    done = checksig("verify", "--json", "--verbose", "empty", root.name, cwd=tmp_path)
    assert (2, b"") == (done.returncode, done.stderr)
    error, result, summary = objects(done.stdout)
    assert error["message"]
    assert {"type": "error", "kind": "manifest", "root": "empty", "path": "empty", "line": None} == {
        key: error[key] for key in ("type", "kind", "root", "path", "line")
    }
    assert {"path": "good", "status": "ok", "fails": False, "root": root.name} == {
        key: result[key] for key in ("path", "status", "fails", "root")
    }
    assert (False, 2, 1) == (summary["ok"], summary["exit_status"], summary["errors"])


def test_an_error_says_of_which_kind_it_is(tmp_path: Path, big: Path, without_engine: dict[str, str]) -> None:
    """And in which line of a list it is, if it is in one."""
    (tmp_path / "bad.sha256").write_text("# comment\nwhat\n")
    errors = [
        objects(checksig("verify", "--json", *arguments, cwd=tmp_path, env=env).stdout)[0]
        for arguments, env in [
            (["bad.sha256"], None),
            (["--timeout", "0.1", big.name], None),
            (["bad.sha256"], without_engine),
        ]
    ]
    assert [("manifest", 2), ("timeout", None), ("engine", None)] == [(e["kind"], e["line"]) for e in errors]


def test_a_summary_adds_up_all_roots(tmp_path: Path) -> None:
    """Files, bytes, seconds and verdicts, whichever root comes last."""
    for name, size in (("large", 256 << 20), ("small", 3)):
        (tmp_path / name).mkdir()
        with (tmp_path / name / "file").open("wb") as f:
            f.truncate(size)
        (tmp_path / name / "MD5SUMS").write_text(f"{digest(b'', 'md5')}  file\n{digest(b'', 'md5')}  gone\n")
    summary = objects(checksig("verify", "--json", "large", "small", cwd=tmp_path).stdout)[-1]
    last = objects(checksig("verify", "--json", "small", cwd=tmp_path).stdout)[-1]
    assert (4, (256 << 20) + 3) == (summary["files"], summary["bytes"])
    assert (2, 2) == (summary["counts"]["mismatch"], summary["counts"]["missing"])
    assert summary["elapsed"] > 2 * last["elapsed"]


def test_json_of_create(tree: Tree) -> None:
    """The summary names the list and counts its entries; if the list can't be written, an error comes before."""
    root = tree({"a": b"1", "b": b"2"})
    done = checksig("create", "--json", "--algorithm", "sha512", "--all", cwd=root)
    (summary,) = objects(done.stdout)
    assert summary.pop("elapsed") > 0
    assert {
        "schema": 1,
        "type": "summary",
        "ok": True,
        "exit_status": 0,
        "reason": None,
        "output": "SHA512SUMS",
        "algorithm": "sha512",
        "outputs": ["SHA512SUMS"],
        "algorithms": ["sha512"],
        "files": 3,
        "bytes": 2 + (root / "SHA256SUMS").stat().st_size,
    } == summary
    again = checksig("create", "--json", "--algorithm", "sha512", cwd=root)
    error, summary = objects(again.stdout)
    assert 2 == again.returncode == summary["exit_status"]
    assert "SHA512SUMS" == error["path"]
    assert "--force" in error["hint"]
    assert summary["output"] is None
